"""Segments as the items that describe them.

In: a `Segment`. Out: an item of the Segment Sequence. Standard: PS3.3 C.8.20.4 (Segment Description macro).
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from dicom.dataset.dataset import Dataset
from dicom.errors import RegionError
from dicom.plotting.palette import palette_rgb
from dicom.segmentation.codes import item_of
from dicom.segmentation.color import cielab_of_rgb
from dicom.segmentation.segment import Segment
from dicom.sr import codes

if TYPE_CHECKING:
    from collections.abc import Sequence


_ALGORITHM_TYPES = ("MANUAL", "SEMIAUTOMATIC", "AUTOMATIC")
_MOST_SEGMENTS = 0xFFFF


def numbered(segments: Sequence[Segment], kind: str) -> list[Segment]:
    """Copies of segments with the numbers that a segmentation of this kind has them by.

    Parameters
    ----------
    segments : sequence of Segment
    kind : {"BINARY", "FRACTIONAL", "LABELMAP"}
        Segments are numbered from 1 on in their order; those of a label map keep numbers that they have.

    Raises
    ------
    RegionError
        There is none, some have a number and some not, or two have the same.
    """
    if not 0 < len(segments) <= _MOST_SEGMENTS or not all(isinstance(segment, Segment) for segment in segments):
        raise RegionError(f"a segmentation has 1 to {_MOST_SEGMENTS} segments, each described by a Segment")
    numbers = own_numbers(segments) if kind == "LABELMAP" else list(range(1, len(segments) + 1))
    made = []
    for number, segment in zip(numbers, segments, strict=True):
        twin = copy.copy(segment)
        twin.number = number
        made.append(twin)
    return made


def own_numbers(segments: Sequence[Segment]) -> list[int]:
    """The numbers that segments have, or where none has any those from 1 on.

    Raises
    ------
    RegionError
        Some have a number and some not, two have the same, or one is beyond 65535.
    """
    numbers = [segment.number for segment in segments]
    if not any(numbers):
        return list(range(1, len(segments) + 1))
    if not all(0 < number <= _MOST_SEGMENTS for number in numbers):
        raise RegionError("either all segments have a number of 1 to 65535, or none has one")
    if len(set(numbers)) < len(numbers):
        raise RegionError("two segments have the same number")
    return numbers


def segment_item(segment: Segment) -> Dataset:
    """An item of the Segment Sequence (0062,0002).

    Raises
    ------
    RegionError
        What the standard demands of each segment is missing: label, codes, how it was made, and by which algorithm.
    """
    where = f"segment {segment.number}"
    if not segment.label or segment.label.isspace():
        raise RegionError(f"{where} has no label")
    for name in ("label", "algorithm_name", "tracking_id"):
        if "\\" in (getattr(segment, name) or ""):
            raise RegionError(f"{where}: {name} has a backslash, which would part it into two values (PS3.5 6.1.3)")
    if segment.property_category is None or segment.property_type is None:
        raise RegionError(f"{where} needs property_category and property_type: codes of what it is (PS3.3 C.8.20.4)")
    if segment.algorithm_type not in _ALGORITHM_TYPES:
        raise RegionError(f"{where}: algorithm_type is one of {', '.join(_ALGORITHM_TYPES)}")
    if segment.algorithm_type != "MANUAL" and not segment.algorithm_name:
        raise RegionError(f"{where} wasn't made by hand: it needs algorithm_name")
    if bool(segment.tracking_id) != bool(segment.tracking_uid):
        raise RegionError(f"{where}: tracking_id and tracking_uid go together")
    item = Dataset()
    item.SegmentNumber = segment.number
    item.SegmentLabel = segment.label
    if segment.description:
        item.SegmentDescription = segment.description
    item.SegmentAlgorithmType = segment.algorithm_type
    if segment.algorithm_name:
        item.SegmentAlgorithmName = segment.algorithm_name
    item.SegmentedPropertyCategoryCodeSequence = [item_of(segment.property_category)]
    item.SegmentedPropertyTypeCodeSequence = [item_of(segment.property_type)]
    if segment.property_type_modifiers:
        modified = item.SegmentedPropertyTypeCodeSequence[0]
        modified.SegmentedPropertyTypeModifierCodeSequence = [item_of(code) for code in segment.property_type_modifiers]
    if segment.anatomic_region is not None:
        region = item_of(segment.anatomic_region)
        if segment.anatomic_region_modifiers:
            region.AnatomicRegionModifierSequence = [item_of(code) for code in segment.anatomic_region_modifiers]
        item.AnatomicRegionSequence = [region]
    if segment.tracking_id:
        item.TrackingID = segment.tracking_id
        item.TrackingUID = segment.tracking_uid
    item.RecommendedDisplayCIELabValue = list(cielab_of_rgb(segment.color or palette_rgb(segment.number - 1)))
    return item


def background_item() -> Dataset:
    """The item of the background of a label map: each of its values has to be described, 0 too (PS3.3 C.8.20.2.3)."""
    item = Dataset()
    item.SegmentNumber = 0
    item.SegmentLabel = "Background"
    item.SegmentAlgorithmType = "MANUAL"
    item.SegmentedPropertyCategoryCodeSequence = [item_of(codes.DCM.Background)]
    item.SegmentedPropertyTypeCodeSequence = [item_of(codes.DCM.Background)]
    return item
