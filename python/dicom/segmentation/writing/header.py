"""The modules of a segmentation: what a new one says beside its frames.

In: a template, regions with their grid and sources, and how they are to be written. Out: elements of a data set.
Standard: PS3.3 A.51 (Segmentation), C.8.20.2 (its image module), C.7.6.16 and C.7.6.17 (functional groups, dimensions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import GeometryError
from dicom.instances.image_modules import put_dimensions, put_image_pixel
from dicom.instances.modules import fit_character_set, put_equipment, put_frame_of_reference
from dicom.segmentation.writing.frame_items import Plane, derivation_image
from dicom.segmentation.writing.regions import MAXIMUM_FRACTIONAL_VALUE, label_type
from dicom.segmentation.writing.segment_items import background_item, segment_item
from dicom.uid import generate_uid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dicom.dataset.dataset import Dataset
    from dicom.dataset.file_dataset import FileDataset
    from dicom.instances.image_planes import Planes
    from dicom.segmentation.writing.masks import Given
    from dicom.volume.grid import Grid
    from dicom.volume.sources import Reference

#: Common Instance Reference module (C.12.2).
REFERENCES = ("ReferencedSeriesSequence", "StudiesContainingOtherReferencedInstancesSequence")
_SAME_PLACE_MM = 0.01
#: Functional group and element of what orders frames: segment, and position.
_SEGMENT = ("SegmentIdentificationSequence", "ReferencedSegmentNumber")
_POSITION = ("PlanePositionSequence", "ImagePositionPatient")


def put_modules(header: Dataset, given: Given, kind: str, fractional_type: str, number_of_frames: int) -> None:
    """All that doesn't depend on which frames there are, but for their number."""
    _put_frame_of_reference(header, given.grid)
    put_equipment(header)
    header.ImageType = ["DERIVED", "PRIMARY"]
    _put_pixel_description(header, given, kind, number_of_frames)
    _put_segments(header, given, kind, fractional_type)
    put_dimensions(header, [_POSITION] if kind == "LABELMAP" else [_SEGMENT, _POSITION])


def planes_of(given: Given, slices: Sequence[int], planes: Planes, shared: Dataset) -> list[Plane]:
    """Position and sources of slices; sources that all slices lie across go into the shared functional groups."""
    references = references_of(given)
    if given.volume is not None and given.volume.sources_axis != "k":
        everything = [one for of_slice in references for one in of_slice]
        if everything:
            shared.DerivationImageSequence = [derivation_image(Plane([], everything, same_pixels=False))]
        return [Plane(planes.position(k), (), same_pixels=False) for k in slices]
    return [
        Plane(planes.position(k), references[k], same_pixels=_has_pixels_of(references[k], given.grid, k))
        for k in slices
    ]


def _has_pixels_of(references: Sequence[Reference], grid: Grid, k: int) -> bool:
    """Whether the pixels of a slice lie where those of all these images do, pixel by pixel."""
    position = grid.index_to_mm((k, 0, 0))
    orientation = np.concatenate([grid.direction[:, 2], grid.direction[:, 1]])
    # A pixel at the far end moves by this much when the direction does.
    reach = max(grid.spacing) * max(grid.grid_shape)
    return bool(references) and all(
        one.frame_shape == grid.grid_shape[1:]
        and np.abs(one.position - position).max() <= _SAME_PLACE_MM
        and np.abs(one.orientation - orientation).max() * reach <= _SAME_PLACE_MM
        for one in references
    )


# --- modules ---------------------------------------------------------------------------------------------------------


def _put_frame_of_reference(header: Dataset, grid: Grid) -> None:
    """Frame of Reference module (C.7.4.1): that of the grid, where it is known, else the template's."""
    own, taken = grid.frame_of_reference_uid, header.get("FrameOfReferenceUID")
    if own and taken and own != taken:
        raise GeometryError(
            "Frame of Reference UID (0020,0052) of the grid is another than that of the template", tag=0x00200052
        )
    put_frame_of_reference(header, own or taken or generate_uid())


def _put_pixel_description(header: Dataset, given: Given, kind: str, number_of_frames: int) -> None:
    """Image Pixel module (C.7.6.3), and the number of frames."""
    bits = {"BINARY": 1, "FRACTIONAL": 8}.get(kind)
    if bits is None:
        bits = 8 * label_type([segment.number for segment in given.segments])().itemsize
        # What is nothing (C.8.20.2.3).
        header.PixelPaddingValue = 0
    header.NumberOfFrames = number_of_frames
    header.Rows, header.Columns = given.grid.grid_shape[1:]
    put_image_pixel(header, bits)


def _put_segments(header: Dataset, given: Given, kind: str, fractional_type: str) -> None:
    """The rest of the Segmentation Image module (C.8.20.2)."""
    header.SegmentationType = kind
    if kind == "FRACTIONAL":
        header.SegmentationFractionalType = fractional_type
        header.MaximumFractionalValue = MAXIMUM_FRACTIONAL_VALUE
    items = [segment_item(segment) for segment in given.segments]
    for segment in given.segments:
        fit_character_set(header, (segment.label, segment.description, segment.algorithm_name, segment.tracking_id))
    header.SegmentSequence = [background_item(), *items] if kind == "LABELMAP" else items
    # Labels of a label map can't overlap: they are refused when its frames are made.
    header.SegmentsOverlap = "YES" if kind != "LABELMAP" and given.regions.overlap else "NO"


# --- references ------------------------------------------------------------------------------------------------------


def first_source(given: Given) -> FileDataset | None:
    """The header of an image that was segmented."""
    if given.volume is None or given.volume.sources is None:
        return None
    sources = given.volume.sources
    for t, slices in enumerate(sources.references()):
        for k, reference in enumerate(slices):
            if reference is not None:
                return sources.dataset(k, t)  # type: ignore[no-any-return]
    return None


def references_of(given: Given) -> list[list[Reference]]:
    """The images that each slice comes from, one a time point."""
    if given.volume is None or given.volume.sources is None:
        return [[] for _ in range(given.grid.grid_shape[0])]
    by_time = given.volume.sources.references()
    return [[one for one in of_slice if one is not None] for of_slice in zip(*by_time, strict=True)]


def instances_of(references: list[list[Reference]], first: Dataset) -> list[tuple[str, str, str, str]]:
    """Study, series, SOP Class and SOP Instance of all images of the volume."""
    study, series = str(first.get("StudyInstanceUID")), str(first.get("SeriesInstanceUID"))
    return [(study, series, one.sop_class_uid, one.sop_instance_uid) for of_slice in references for one in of_slice]
