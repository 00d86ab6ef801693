"""`StructureSet.from_masks`: regions of masks, with the images that they lie on.

In: masks by name, and the volume or the data set that they belong to. Out: a `StructureSet` that can be saved.
Standard: PS3.3 A.19.3 (the IOD), C.8.8.5 (Structure Set).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from dicom.dataset.dataset import Dataset
from dicom.dataset.read import read
from dicom.errors import GeometryError, WriteError
from dicom.instances.items import item_with
from dicom.instances.modules import (
    NewSeries,
    derived_data_set,
    derived_series_number,
    put_equipment,
    put_frame_of_reference,
    put_moment,
)
from dicom.io.progress import reporter
from dicom.plotting.palette import palette_rgb
from dicom.radiotherapy.contours.trace import trace_mask
from dicom.radiotherapy.roi import ROI, Contour
from dicom.radiotherapy.structures import StructureSet
from dicom.radiotherapy.write_structures import referenced_frame
from dicom.uid import generate_uid
from dicom.volume import Volume

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from dicom.io.progress import Progress

    Color = tuple[int, int, int]

_RT_STRUCTURE_SET = "1.2.840.10008.5.1.4.1.1.481.3"
#: How far a contour may lie from the plane of an image that it is said to be drawn on.
_IN_PLANE_MM = 0.01


def structures_of_masks(
    masks: Any,
    source: Volume | Dataset | str | os.PathLike[str] | None = None,
    *,
    colors: Mapping[str, Color] | None = None,
    interpreted_types: Mapping[str, str] | None = None,
    label: str = "RTSTRUCT",
    series_description: str | None = None,
    series_number: int | None = None,
    algorithm: str | None = None,
    holes: str = "keyhole",
    outline: str | None = None,
    progress: Progress | bool | None = None,
) -> StructureSet:
    """Regions of masks; see `StructureSet.from_masks`."""
    named = _named(masks, source)
    if not named:
        raise WriteError("there is no mask")
    tell = reporter(progress, "tracing masks")
    given = source if source is not None else named[0][2]
    template, images = _images(given)
    frame = (given.frame_of_reference_uid if isinstance(given, Volume) else None) or template.get("FrameOfReferenceUID")
    frame = str(frame) if frame else _frame_of(named)
    types, wanted = interpreted_types or {}, colors or {}
    unknown = {*types, *wanted} - {name for name, _, _ in named}
    if unknown:
        raise WriteError(f"colors or interpreted_types have {len(unknown)} names that no mask has")
    rois = []
    for n, (name, color, mask) in enumerate(named):
        one = mask.frame_of_reference_uid
        if one is not None and one != frame:
            raise GeometryError(
                f"Frame of Reference UID (0020,0052) of mask {n} is another than that of the images", tag=0x00200052
            )
        contours = [images.placed(contour) for contour in trace_mask(mask, holes=holes, outline=outline)]
        rois.append(
            ROI(
                name,
                contours,
                number=n + 1,
                color=wanted.get(name) or color or palette_rgb(n),
                interpreted_type=types.get(name),
                frame_of_reference_uid=frame,
            )
        )
        tell(n + 1, len(named))
    series_number = derived_series_number(template) if series_number is None else series_number
    series = NewSeries.begun(series_description, series_number)
    base = _empty(template, frame, images, label, series)
    base.StructureSetROISequence = [_definition(roi, algorithm) for roi in rois]
    base.RTROIObservationsSequence = [_observation(roi) for roi in rois]
    return StructureSet(
        rois,
        frame_of_reference_uid=frame,
        label=label,
        referenced_series_uid=images.series,
        referenced_images=[uid for _, uid in images.instances],
        dataset=base,
    )


def _named(masks: Any, source: Any) -> list[tuple[str, Color | None, Volume]]:
    """Name, colour and mask of each."""
    grid = source if isinstance(source, Volume) else None
    if hasattr(masks, "masks_on"):
        masks = masks.masks_on(grid)
    is_many = not isinstance(masks, Volume) and hasattr(masks, "__iter__")
    pairs: Sequence[Any] = list(masks.items() if isinstance(masks, Mapping) else masks) if is_many else [None]
    named = []
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) not in (2, 3) or not isinstance(pair[0], str):
            raise TypeError(
                "masks are a dict of names and volumes, pairs of these, (name, colour, volume), or a segmentation; "
                "{name: labels == number} makes them of a label map"
            )
        mask = pair[-1]
        if not isinstance(mask, Volume):
            if grid is None or not hasattr(mask, "shape"):
                raise TypeError("a mask is a volume, or an array where source is the volume that it is on")
            mask = grid.with_array(mask)
        named.append((pair[0], pair[1] if len(pair) == 3 else None, mask))
    return named


def _frame_of(named: list[tuple[str, Color | None, Volume]]) -> str:
    for _, _, mask in named:
        if mask.frame_of_reference_uid is not None:
            return mask.frame_of_reference_uid
    # Then the contours are relative to nothing else that there is.
    return generate_uid()


class _Images:
    """The images that contours can be said to be drawn on."""

    def __init__(self, volume: Volume | None, series: str | None) -> None:
        self.series = series
        self._grid = None
        self._uids: list[str | None] = []
        #: SOP Class UID and SOP Instance UID of each.
        self.instances: list[tuple[str, str]] = []
        if volume is None or volume.sources is None:
            return
        references = volume.sources.references()
        found = [(one.sop_class_uid, one.sop_instance_uid) for row in references for one in row if one is not None]
        self.instances = list(dict.fromkeys(found))
        # A file of several frames isn't one plane, and of several time points none is the one that was drawn on.
        if volume.sources_axis == "k" and len(references) == 1 and len(self.instances) == len(found):
            self._grid = volume
            self._uids = [None if one is None else one.sop_instance_uid for one in references[0]]

    def placed(self, contour: Contour) -> Contour:
        """The contour with the image in whose plane it lies."""
        if self._grid is None:
            return contour
        k = self._grid.mm_to_index(contour.points)[:, 0]
        nearest = int(np.rint(k[0]))
        off_mm = (
            float(np.abs(k - nearest).max())
            * self._grid.voxel_volume
            / np.linalg.norm(np.cross(self._grid.affine[:3, 1], self._grid.affine[:3, 2]))
        )
        if off_mm > _IN_PLANE_MM or not 0 <= nearest < len(self._uids):
            return contour
        return contour._replace(sop_instance_uid=self._uids[nearest])


def _images(source: Any) -> tuple[Dataset, _Images]:
    """A data set of the study, and the images."""
    if isinstance(source, Volume):
        template = None if source.sources is None else source.sources.first_dataset()
        if template is None:
            raise WriteError(
                "no patient and no study are known: source= is a volume that was read, or a data set of the study"
            )
        return template, _Images(source, str(template.get("SeriesInstanceUID") or "") or None)
    if isinstance(source, Dataset):
        return source, _Images(None, None)
    if isinstance(source, (str, os.PathLike)):
        return read(source, stop_before_pixels=True), _Images(None, None)
    raise TypeError(f"source is a volume, a data set or a path, not {type(source).__name__}")


def _empty(template: Dataset, frame: str, images: _Images, label: str, series: NewSeries) -> Dataset:
    """An RT Structure Set without ROIs."""
    made = derived_data_set(template, _RT_STRUCTURE_SET, modality="RTSTRUCT", series=series)
    # The RT Series module has an operator (C.8.8.1). Its UID and transfer syntax an instance gets when it is made.
    made.OperatorsName = None
    put_equipment(made)
    put_frame_of_reference(made, frame)
    made.StructureSetLabel = label
    put_moment(made, series.made, "StructureSet")
    made.ReferencedFrameOfReferenceSequence = [
        referenced_frame(frame, str(made.StudyInstanceUID), images.series, images.instances)
    ]
    made.ROIContourSequence = []
    made.ApprovalStatus = "UNAPPROVED"
    for keyword in ("SOPInstanceUID", "ContentDate", "ContentTime"):
        delattr(made, keyword)
    del made.file_meta.TransferSyntaxUID
    return made


def _definition(roi: ROI, algorithm: str | None) -> Dataset:
    return item_with(
        ROINumber=roi.number,
        ReferencedFrameOfReferenceUID=roi.frame_of_reference_uid,
        ROIName=roi.name,
        ROIGenerationAlgorithm=algorithm,
    )


def _observation(roi: ROI) -> Dataset:
    return item_with(
        ObservationNumber=roi.number,
        ReferencedROINumber=roi.number,
        RTROIInterpretedType=roi.interpreted_type,
        ROIInterpreter=None,
    )
