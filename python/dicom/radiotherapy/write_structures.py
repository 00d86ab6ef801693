"""Structure sets as data sets: what changed is written, all else stays as it was read.

In: a `StructureSet` that was read, or made of masks. Out: a data set of an RT Structure Set. Standard: PS3.3 A.19.3
(the IOD), C.8.8.5 (Structure Set), C.8.8.6 (ROI Contour), C.8.8.8 (RT ROI Observations), C.8.8.16 (Approval).
"""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from dicom.dataset.dataset import Dataset
from dicom.dataset.file_dataset import FileDataset
from dicom.dataset.read import read
from dicom.elements.element import DataElement
from dicom.errors import WriteError
from dicom.instances.items import instance_item, item_with
from dicom.instances.modules import fit_character_set, put_moment
from dicom.radiotherapy.read import read_structures
from dicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian, generate_uid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from dicom.radiotherapy.roi import ROI, Contour
    from dicom.radiotherapy.structures import StructureSet

_CONTOUR_DATA = 0x30060050
#: DS has a length of 16 bits in explicit VR (PS3.5 7.1.2).
_LONGEST_EXPLICIT = 0xFFFE
#: The SOP Class of referenced studies here, retired since.
_DETACHED_STUDY_MANAGEMENT = "1.2.840.10008.3.1.2.3.1"
#: Who approved the structures approved others (PS3.3 C.8.8.16).
_REVIEW = ("ReviewDate", "ReviewTime", "ReviewerName")


def data_set_of(structures: StructureSet, base: Dataset) -> FileDataset:
    """The data set of a structure set.

    Parameters
    ----------
    structures : StructureSet
    base : Dataset
        What it was read from, or a data set of an RT Structure Set without ROIs.

    Returns
    -------
    FileDataset
        A copy of `base` in which the ROIs that differ are written anew, contour by contour; items and elements of the
        others are those of `base`. Where anything differs it is another instance: it has a SOP Instance UID and a
        structure set date of its own, and isn't approved.

    Raises
    ------
    WriteError
        Two ROIs have one number, or a contour has a point that is no number.
    """
    before = read_structures(base)
    made = _copy_of(base)
    if made.get("SOPInstanceUID") and _says_the_same(before, structures):
        # Whatever may be wrong with it: nobody asked for something else.
        return made
    numbers = [roi.number for roi in structures.rois]
    if len(set(numbers)) != len(numbers):
        twice = sorted({number for number in numbers if numbers.count(number) > 1})
        raise WriteError(f"several ROIs have the ROI Number (3006,0022) {', '.join(map(str, twice))}")
    if any(number < 0 for number in numbers):
        raise WriteError("a ROI has no ROI Number (3006,0022): `number` can be set")
    changes = _Changes(made, before, structures)
    changes.write_rois()
    texts = [text for roi in structures.rois for text in (roi.name, roi.description)]
    fit_character_set(made, [*texts, structures.label, structures.name])
    for keyword, old, new in (
        ("StructureSetLabel", before.label, structures.label),
        ("StructureSetName", before.name, structures.name),
    ):
        if old != new:
            setattr(made, keyword, new)
    _make_other_instance(made)
    _choose_transfer_syntax(made, structures)
    return made


def _says_the_same(one: StructureSet, other: StructureSet) -> bool:
    facts = [
        [structures.label, structures.name]
        + [(roi.number, _definition(roi), _observation(roi), _drawing(roi)) for roi in structures.rois]
        for structures in (one, other)
    ]
    return _equal(*facts)


def _copy_of(base: Dataset) -> FileDataset:
    if isinstance(base, FileDataset):
        return deepcopy(base)
    made = FileDataset("", base)
    made.ensure_file_meta()
    return made


def _make_other_instance(made: FileDataset) -> None:
    made.SOPInstanceUID = generate_uid()
    put_moment(made, datetime.now(), "InstanceCreation", "StructureSet")
    made.ApprovalStatus = "UNAPPROVED"
    for keyword in _REVIEW:
        if keyword in made:
            delattr(made, keyword)


def _choose_transfer_syntax(made: FileDataset, structures: StructureSet) -> None:
    """Implicit VR where a contour is too long for the length field that explicit VR has for DS."""
    meta = made.file_meta
    meta.MediaStorageSOPClassUID = UID(str(made.get("SOPClassUID") or ""))
    meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    # Three numbers of 13 characters and what parts them.
    longest = max((len(contour.points) for roi in structures.rois for contour in roi.contours), default=0)
    if longest * 3 * 14 > _LONGEST_EXPLICIT:
        if meta.get("TransferSyntaxUID") in (None, "", ExplicitVRLittleEndian):
            meta.TransferSyntaxUID = UID(ImplicitVRLittleEndian)
    elif not meta.get("TransferSyntaxUID"):
        meta.TransferSyntaxUID = UID(ExplicitVRLittleEndian)


class _Changes:
    """What a structure set says otherwise than the data set that it is written into."""

    def __init__(self, made: FileDataset, before: StructureSet, after: StructureSet) -> None:
        self.made = made
        self.before = {roi.number: roi for roi in before.rois}
        self.after = after
        self.classes = _image_classes(made)

    def write_rois(self) -> None:
        """Write what is different."""
        parts: tuple[tuple[str, str, Callable[[ROI], Any], Callable[[ROI, Dataset | None, ROI | None], Dataset]], ...]
        parts = (
            ("StructureSetROISequence", "ROINumber", _definition, self.define),
            ("ROIContourSequence", "ReferencedROINumber", _drawing, self.draw),
            ("RTROIObservationsSequence", "ReferencedROINumber", _observation, self.observe),
        )
        for part in parts:
            self.write_sequence(*part)

    def write_sequence(
        self,
        keyword: str,
        number_keyword: str,
        facts: Callable[[ROI], Any],
        make: Callable[[ROI, Dataset | None, ROI | None], Dataset],
    ) -> None:
        items: dict[int, Dataset] = {}
        order = []
        for item in self.made.get(keyword) or []:
            number = item.get(number_keyword)
            if isinstance(number, int):
                order.append(int(number))
                items.setdefault(int(number), item)
        wanted, is_changed = [], False
        for roi in self.after.rois:
            item, old = items.get(roi.number), self.before.get(roi.number)
            is_same = old is not None and _equal(facts(old), facts(roi))
            if is_same and (item is not None or keyword != "StructureSetROISequence"):
                # What has no item says nothing, and that is still so.
                wanted += [] if item is None else [item]
                continue
            wanted.append(make(roi, item, old))
            is_changed = True
        kept = [roi.number for roi in self.after.rois if roi.number in items]
        # Only the first sequence has an order that means anything to people.
        is_reordered = keyword == "StructureSetROISequence" and kept != order
        if is_changed or is_reordered or set(kept) != set(order):
            setattr(self.made, keyword, wanted)

    def define(self, roi: ROI, item: Dataset | None, old: ROI | None) -> Dataset:
        made = Dataset() if item is None else deepcopy(item)
        made.ROINumber = roi.number
        frame = roi.frame_of_reference_uid or self.after.frame_of_reference_uid
        if frame is None:
            raise WriteError(
                f"ROI {roi.number} has no frame of reference: Referenced Frame of Reference UID (3006,0024) needs one"
            )
        made.ReferencedFrameOfReferenceUID = frame
        _refer_to_frame(self.made, frame)
        if "\\" in roi.name:
            raise WriteError(f"ROI {roi.number}: its name has a backslash, which would part it into two values")
        made.ROIName = roi.name
        _set(made, "ROIDescription", roi.description)
        if "ROIGenerationAlgorithm" not in made:
            made.ROIGenerationAlgorithm = None
        return made

    def draw(self, roi: ROI, item: Dataset | None, old: ROI | None) -> Dataset:
        made = Dataset() if item is None else item
        made.ReferencedROINumber = roi.number
        _set(made, "ROIDisplayColor", None if roi.color is None else list(roi.color))
        if old is not None and _equal(_contours(old), _contours(roi)):
            return made
        known: dict[Any, list[Dataset]] = {}
        for contour, was in zip([] if old is None else old.contours, made.get("ContourSequence") or [], strict=False):
            known.setdefault(_key(contour), []).append(was)
        items: list[Dataset | None] = []
        fresh = []
        for index, contour in enumerate(roi.contours):
            same = known.get(_key(contour))
            items.append(same.pop(0) if same else None)
            if items[-1] is None:
                fresh.append(self.contour(contour, f"ROI {roi.number}, contour {index}"))
        new = iter(_as_read(fresh))
        _set(made, "ContourSequence", [next(new) if one is None else one for one in items] or None)
        return made

    def observe(self, roi: ROI, item: Dataset | None, old: ROI | None) -> Dataset:
        made = Dataset() if item is None else item
        if item is None:
            used = [one.get("ObservationNumber") for one in self.made.get("RTROIObservationsSequence") or []]
            free = max((int(number) for number in used if isinstance(number, int)), default=0) + roi.number
            made.ObservationNumber = roi.number if roi.number not in used else free
        made.ReferencedROINumber = roi.number
        made.RTROIInterpretedType = roi.interpreted_type
        if "ROIInterpreter" not in made:
            made.ROIInterpreter = None
        return made

    def contour(self, contour: Contour, where: str) -> Dataset:
        points = np.asarray(contour.points, np.float64)
        if points.ndim != 2 or points.shape[1:] != (3,) or not len(points) or not np.isfinite(points).all():
            raise WriteError(f"{where}: points are (x, y, z) in mm, one at least, and finite")
        made = Dataset()
        kind = self.classes.get(contour.sop_instance_uid or "")
        if contour.sop_instance_uid is not None and kind is not None:
            made.ContourImageSequence = [instance_item(kind, contour.sop_instance_uid)]
        made.ContourGeometricType = contour.geometric_type
        made.NumberOfContourPoints = len(points)
        # Bytes, for this moment: half a million decimal strings as objects take longer than all else together.
        made[_CONTOUR_DATA] = DataElement(_CONTOUR_DATA, "UN", _decimals(points))
        return made


def _decimals(points: Any) -> bytes:
    """Contour Data: to 1e-6 mm, in 16 characters at most."""
    # Adding zero takes the sign from what was rounded to it.
    numbers = (np.round(points, 6) + 0.0).ravel().tolist()
    text = "\\".join(["%.10g" % number for number in numbers]).encode("ascii")  # noqa: UP031 - twice as quick
    return text + b" " * (len(text) % 2)


def _as_read(contours: list[Dataset]) -> list[Dataset]:
    """The items with Contour Data as the DS that it is: in implicit VR a value is bytes alone."""
    if not contours:
        return []
    holder = Dataset()
    holder.ContourSequence = contours
    stream = BytesIO()
    holder.save_as(stream, implicit_vr=True, little_endian=True, enforce_file_format=False)
    found = read(stream.getvalue(), force=True)
    return list(found.ContourSequence)


def _image_classes(made: Dataset) -> dict[str, str]:
    """SOP Class UID by SOP Instance UID of the images that a structure set refers to."""
    found: dict[str, str] = {}
    for frame in made.get("ReferencedFrameOfReferenceSequence") or []:
        for study in frame.get("RTReferencedStudySequence") or []:
            for series in study.get("RTReferencedSeriesSequence") or []:
                for image in series.get("ContourImageSequence") or []:
                    uid, kind = image.get("ReferencedSOPInstanceUID"), image.get("ReferencedSOPClassUID")
                    if uid and kind:
                        found[str(uid)] = str(kind)
    return found


def _refer_to_frame(made: Dataset, frame: str) -> None:
    items = list(made.get("ReferencedFrameOfReferenceSequence") or [])
    if any(str(item.get("FrameOfReferenceUID")) == frame for item in items):
        return
    made.ReferencedFrameOfReferenceSequence = [*items, item_with(FrameOfReferenceUID=frame)]


def _set(item: Dataset, keyword: str, value: Any) -> None:
    if value is not None:
        setattr(item, keyword, value)
    elif keyword in item:
        delattr(item, keyword)


def _definition(roi: ROI) -> Any:
    return roi.name, roi.description, roi.frame_of_reference_uid


def _observation(roi: ROI) -> Any:
    return roi.interpreted_type


def _drawing(roi: ROI) -> Any:
    return roi.color, _contours(roi)


def _contours(roi: ROI) -> list[Any]:
    return [_key(contour) for contour in roi.contours]


def _key(contour: Contour) -> Any:
    return np.asarray(contour.points, np.float64).tobytes(), contour.geometric_type, contour.sop_instance_uid


def _equal(one: Any, other: Any) -> bool:
    return bool(one == other)


def referenced_frame(frame: str, study: str, series: str | None, images: Iterable[tuple[str, str]]) -> Dataset:
    """An item of the Referenced Frame of Reference Sequence.

    Parameters
    ----------
    frame, study, series : str
        UIDs; the series is that of the images.
    images : iterable of (SOP Class UID, SOP Instance UID)
    """
    made = item_with(FrameOfReferenceUID=frame)
    found = [instance_item(kind, uid) for kind, uid in images]
    if series is not None and found:
        in_series = item_with(SeriesInstanceUID=series, ContourImageSequence=found)
        in_study = instance_item(_DETACHED_STUDY_MANAGEMENT, study)
        in_study.RTReferencedSeriesSequence = [in_series]
        made.RTReferencedStudySequence = [in_study]
    return made
