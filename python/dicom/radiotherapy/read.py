"""`read_structures`: from an RT Structure Set to a `StructureSet`.

In: a file, or its data set. Out: `StructureSet`, with notes on what was amiss and tolerated. Contour Data comes as
float64 straight from the bytes that were read. Standard: PS3.3 A.19.3 (the IOD), C.8.8.5 (Structure Set), C.8.8.6 (ROI
Contour), C.8.8.8 (RT ROI Observations).

What can't be told apart from a smaller region is never left out: where Contour Data lacks a number there is NaN in the
contour's points, which makes a mask of this ROI an error, and of no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.dataset.dataset import Dataset
from dicom.dataset.read import read
from dicom.errors import DicomError, RegionError
from dicom.finding import Finding
from dicom.radiotherapy.contours.between_planes import own_spacing, spacing_of_set
from dicom.radiotherapy.contours.planes import planes_of
from dicom.radiotherapy.roi import ROI, Contour
from dicom.radiotherapy.structures import StructureSet

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator
    from typing import Any, BinaryIO

    from numpy.typing import NDArray
    from typing_extensions import Buffer

_ROI_CONTOURS = 0x30060039
_DISPLAY_COLOR = 0x3006002A
_CONTOURS = 0x30060040
_CONTOUR_DATA = 0x30060050
_NUMBER_OF_POINTS = 0x30060046
_ROI_NUMBER = 0x30060022
_REFERENCED_ROI = 0x30060084
_GEOMETRIC_TYPE = 0x30060042
_TYPES = ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR", "OPEN_PLANAR", "OPEN_NONPLANAR", "POINT")


def read_structures(path: str | os.PathLike[str] | Buffer | BinaryIO | Dataset) -> StructureSet:
    """The regions of an RT Structure Set.

    Parameters
    ----------
    path : path, bytes, binary file object or Dataset
        An RT Structure Set, or its data set.

    Returns
    -------
    StructureSet
        With all of its ROIs, in the order of the Structure Set ROI Sequence. What was amiss and tolerated stands in its
        `notes`.

    Raises
    ------
    InvalidDicomError
        The file isn't DICOM.
    RegionError
        The data set has neither a Structure Set ROI Sequence nor a ROI Contour Sequence.
    OSError
        The file can't be read.

    Examples
    --------
    >>> structures = dicom.read_structures("rtstruct.dcm")  # doctest: +SKIP
    >>> mask = structures.mask("PTV", on=dicom.read_series("ct"))  # doctest: +SKIP
    """
    dataset = path if isinstance(path, Dataset) else read(path)
    if "StructureSetROISequence" not in dataset and "ROIContourSequence" not in dataset:
        raise RegionError(
            "neither Structure Set ROI Sequence (3006,0020) nor ROI Contour Sequence (3006,0039) is there: this is no "
            "RT Structure Set",
            tag=0x30060020,
        )
    return _Reader(dataset).read()


class _Reader:
    """What is known while a data set is read."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.notes: list[Finding] = []

    def note(self, code: str, message: str, tag: int) -> None:
        self.notes.append(Finding(code, message, tag))

    def read(self) -> StructureSet:
        dataset = self.dataset
        rois = self.defined()
        by_number: dict[int, ROI] = {}
        for roi in rois:
            if by_number.setdefault(roi.number, roi) is not roi:
                self.note("roi-number-twice", "two ROIs have one ROI Number; the contours go to the first", _ROI_NUMBER)
        self.contours(by_number, rois)
        self.observations(by_number)
        frames, series, images = self.references()
        named = {roi.frame_of_reference_uid for roi in rois if roi.frame_of_reference_uid is not None}
        frame = next(iter(named)) if len(named) == 1 else frames[0] if len(frames) == 1 else None
        if frame is None and not named and not frames:
            frame = _text(dataset, "FrameOfReferenceUID")
        usual = self.usual_spacing(rois)
        for roi in rois:
            roi.usual_spacing_mm = usual
            if roi.frame_of_reference_uid is None:
                roi.frame_of_reference_uid = frame
        return StructureSet(
            rois,
            frame_of_reference_uid=frame,
            label=_text(dataset, "StructureSetLabel"),
            name=_text(dataset, "StructureSetName"),
            referenced_series_uid=series[0] if len(series) == 1 else None,
            referenced_images=images,
            dataset=dataset,
            notes=self.notes,
        )

    def defined(self) -> list[ROI]:
        """The ROIs of the Structure Set ROI Sequence, without contours."""
        rois = []
        for place, item in enumerate(_items(self.dataset, "StructureSetROISequence")):
            number = _whole(item, "ROINumber")
            if number is None:
                self.note("roi-number-absent", f"item {place + 1} has no ROI Number: it has no contours", _ROI_NUMBER)
                number = -1 - place
            rois.append(
                ROI(
                    _text(item, "ROIName") or "",
                    [],
                    number=number,
                    description=_text(item, "ROIDescription"),
                    frame_of_reference_uid=_text(item, "ReferencedFrameOfReferenceUID"),
                )
            )
        return rois

    def contours(self, by_number: dict[int, ROI], rois: list[ROI]) -> None:
        """Adds what the ROI Contour Sequence says to the ROIs."""
        for place, item in enumerate(_items(self.dataset, "ROIContourSequence")):
            number = _whole(item, "ReferencedROINumber")
            if number is None:
                self.note(
                    "roi-number-absent", f"contours of item {place + 1} have no ROI and are left out", _REFERENCED_ROI
                )
                continue
            roi = by_number.get(number)
            if roi is None:
                self.note(
                    "roi-undefined", f"contours of ROI {number}, which isn't defined: it has no name", _ROI_NUMBER
                )
                roi = by_number[number] = ROI("", [], number=number)
                rois.append(roi)
            color = self.color(item, number)
            roi.color = roi.color if color is None else color
            for contour in _items(item, "ContourSequence"):
                roi.contours.append(self.contour(contour, number, len(roi.contours)))

    def contour(self, item: Dataset, number: int, index: int) -> Contour:
        where = f"ROI {number}, contour {index}"
        numbers = self.numbers(item, where)
        missing = -len(numbers) % 3
        if missing:
            self.note(
                "contour-data-incomplete",
                f"{where}: Contour Data has {len(numbers)} numbers, which isn't a multiple of 3",
                _CONTOUR_DATA,
            )
            numbers = np.concatenate([numbers, np.full(missing, np.nan)])
        points = numbers.reshape(-1, 3)
        declared = _whole(item, "NumberOfContourPoints")
        if declared is not None and declared != len(points):
            self.note(
                "contour-points-contradict",
                f"{where}: Number of Contour Points is {declared}, and Contour Data has {len(points)}",
                _NUMBER_OF_POINTS,
            )
        kind = (_text(item, "ContourGeometricType") or "").upper()
        if kind not in _TYPES:
            # What one or two points are is plain; more of them bound an area in all files that lack the type.
            kind = "POINT" if len(points) == 1 else "CLOSED_PLANAR"
            self.note(
                "contour-type-unknown",
                f"{where}: Contour Geometric Type is absent or no defined term; taken as {kind}",
                _GEOMETRIC_TYPE,
            )
        images = _items(item, "ContourImageSequence")
        image = next((_text(one, "ReferencedSOPInstanceUID") for one in images), None)
        return Contour(points, kind, image)

    def numbers(self, item: Dataset, where: str) -> NDArray[np.float64]:
        """Contour Data; NaN for what is no number."""
        element = item.get_item(_CONTOUR_DATA) if _CONTOUR_DATA in item else None
        if element is None:
            self.note("contour-data-absent", f"{where}: there is no Contour Data", _CONTOUR_DATA)
            return np.empty(0)
        try:
            numbers: NDArray[np.float64] = item[_CONTOUR_DATA].to_numpy().astype(np.float64, copy=False)
        except DicomError:
            self.note("contour-data-no-numbers", f"{where}: Contour Data can't be read as numbers", _CONTOUR_DATA)
            return np.full(3, np.nan)
        if not np.isfinite(numbers).all():
            self.note("contour-data-no-numbers", f"{where}: a coordinate is no finite number", _CONTOUR_DATA)
        return numbers

    def color(self, item: Dataset, number: int) -> tuple[int, int, int] | None:
        if _DISPLAY_COLOR not in item:
            return None
        try:
            red, green, blue = (int(part) for part in item[_DISPLAY_COLOR].to_numpy())
        except (DicomError, ValueError):
            red = green = blue = -1
        if not 0 <= min(red, green, blue) <= max(red, green, blue) <= 255:
            self.note(
                "roi-color-unusable", f"ROI {number}: ROI Display Color isn't three numbers of 0 to 255", _DISPLAY_COLOR
            )
            return None
        return red, green, blue

    def observations(self, by_number: dict[int, ROI]) -> None:
        """Adds what the RT ROI Observations Sequence says to the ROIs."""
        for item in _items(self.dataset, "RTROIObservationsSequence"):
            roi = by_number.get(_whole(item, "ReferencedROINumber") or 0)
            if roi is not None and roi.interpreted_type is None:
                roi.interpreted_type = _text(item, "RTROIInterpretedType")

    def references(self) -> tuple[list[str], list[str], list[str]]:
        """UIDs of the frames of reference, series and images that the structure set was drawn on."""
        frames, series, images = [], [], []
        for frame in _items(self.dataset, "ReferencedFrameOfReferenceSequence"):
            frames.append(_text(frame, "FrameOfReferenceUID"))
            for study in _items(frame, "RTReferencedStudySequence"):
                for one in _items(study, "RTReferencedSeriesSequence"):
                    series.append(_text(one, "SeriesInstanceUID"))
                    images += [
                        _text(image, "ReferencedSOPInstanceUID") for image in _items(one, "ContourImageSequence")
                    ]
        return _known(frames), _known(series), _known(images)

    def usual_spacing(self, rois: list[ROI]) -> float | None:
        """The usual step between planes of contours, of the ROIs whose contours make any; notes what is odd in them."""
        spacings = []
        for roi in rois:
            try:
                planes = planes_of(roi, skip_degenerate=True)
            except RegionError:
                continue
            spacings.append(own_spacing(planes.distances))
            for n in planes.doubled:
                self.note(
                    "contour-twice",
                    f"ROI {roi.number}, contour {n}: the same is in its plane already; it counts once",
                    _CONTOUR_DATA,
                )
            for n in planes.lines:
                self.note(
                    "contour-without-area", f"ROI {roi.number}, contour {n}: its points lie in a line", _CONTOUR_DATA
                )
        return spacing_of_set([spacing for spacing in spacings if spacing is not None])


def _known(uids: Iterable[str | None]) -> list[str]:
    """Each UID once, without None."""
    return list(dict.fromkeys(uid for uid in uids if uid))


def _items(dataset: Dataset, keyword: str) -> Iterator[Dataset]:
    value: Any = dataset.get(keyword)
    if value is not None and not isinstance(value, (str, bytes)):
        yield from (item for item in value if isinstance(item, Dataset))


def _text(dataset: Dataset, keyword: str) -> str | None:
    value = dataset.get(keyword)
    if isinstance(value, str):
        return str(value).strip() or None
    return str(value[0]).strip() if isinstance(value, list) and value and isinstance(value[0], str) else None


def _whole(dataset: Dataset, keyword: str) -> int | None:
    value = dataset.get(keyword)
    try:
        return int(value) if value is not None else None
    except (TypeError, ValueError, OverflowError):
        return None
