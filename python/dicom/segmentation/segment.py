"""`Segment`: what a segmentation says of one of its segments.

In: an item of the Segment Sequence, or the caller's words. Out: codes, label, algorithm, colour. Standard: PS3.3
C.8.20.4 (Segment Description macro).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.pixels.lenient import items, number
from dicom.segmentation.codes import code_of, codes_of
from dicom.segmentation.color import rgb_of_cielab

if TYPE_CHECKING:
    from typing import Any

    from dicom.sr.code import Code


class Segment:
    """One segment.

    Attributes
    ----------
    number : int
        Segment Number; in a label map also the value of its voxels.
    label : str
        Segment Label.
    property_category, property_type : Code or None
        Segmented Property Category and Type: ``codes.SCT.AnatomicalStructure``, ``codes.SCT.Liver``. None where what
        was read has none; it can't be written so.
    algorithm_type : str
        ``"MANUAL"``, ``"SEMIAUTOMATIC"`` or ``"AUTOMATIC"``.
    algorithm_name : str or None
        Needed unless the type is ``"MANUAL"``.
    color : (red, green, blue) or None
        sRGB, 0 to 255, of Recommended Display CIELab Value.
    description : str or None
    anatomic_region : Code or None
    tracking_id, tracking_uid : str or None
    property_type_modifiers, anatomic_region_modifiers : tuple of Code
        Such as the laterality.
    """

    __slots__ = (
        "algorithm_name",
        "algorithm_type",
        "anatomic_region",
        "anatomic_region_modifiers",
        "color",
        "description",
        "label",
        "number",
        "property_category",
        "property_type",
        "property_type_modifiers",
        "tracking_id",
        "tracking_uid",
    )

    def __init__(
        self,
        label: str,
        *,
        property_category: Code | None,
        property_type: Code | None,
        number: int = 0,
        algorithm_type: str = "MANUAL",
        algorithm_name: str | None = None,
        color: tuple[int, int, int] | None = None,
        description: str | None = None,
        anatomic_region: Code | None = None,
        tracking_id: str | None = None,
        tracking_uid: str | None = None,
        property_type_modifiers: tuple[Code, ...] = (),
        anatomic_region_modifiers: tuple[Code, ...] = (),
    ) -> None:
        self.label = label
        self.number = number
        self.property_category = property_category
        self.property_type = property_type
        self.algorithm_type = algorithm_type
        self.algorithm_name = algorithm_name
        self.color = color
        self.description = description
        self.anatomic_region = anatomic_region
        self.tracking_id = tracking_id
        self.tracking_uid = tracking_uid
        self.property_type_modifiers = property_type_modifiers
        self.anatomic_region_modifiers = anatomic_region_modifiers

    def __repr__(self) -> str:
        kind = self.property_type.meaning if self.property_type is not None else "of no coded type"
        return f"<Segment {self.number} {self.label!r}: {kind}>"


def segment_of_item(item: Any) -> Segment | None:
    """The segment that an item of the Segment Sequence (0062,0002) describes; None where it has no Segment Number."""
    found = number(item.get("SegmentNumber"))
    if found is None or found != int(found) or not 0 <= found <= 0xFFFF:
        return None
    color = item.get("RecommendedDisplayCIELabValue")
    return Segment(
        _text(item, "SegmentLabel") or "",
        number=int(found),
        property_category=code_of(item, "SegmentedPropertyCategoryCodeSequence"),
        property_type=code_of(item, "SegmentedPropertyTypeCodeSequence"),
        algorithm_type=_text(item, "SegmentAlgorithmType") or "",
        algorithm_name=_text(item, "SegmentAlgorithmName"),
        color=rgb_of_cielab(color) if _are_numbers(color) else None,
        description=_text(item, "SegmentDescription"),
        anatomic_region=code_of(item, "AnatomicRegionSequence"),
        tracking_id=_text(item, "TrackingID"),
        tracking_uid=_text(item, "TrackingUID"),
        property_type_modifiers=_modifiers(
            item, "SegmentedPropertyTypeCodeSequence", "SegmentedPropertyTypeModifierCodeSequence"
        ),
        anatomic_region_modifiers=_modifiers(item, "AnatomicRegionSequence", "AnatomicRegionModifierSequence"),
    )


def _modifiers(item: Any, sequence: str, keyword: str) -> tuple[Code, ...]:
    """The modifiers of the first code of a sequence, which stand within its item."""
    holders = items(item, sequence)
    return codes_of(holders[0], keyword) if holders else ()


def _text(item: Any, keyword: str) -> str | None:
    value = item.get(keyword)
    return (value.strip() or None) if isinstance(value, str) else None


def _are_numbers(value: Any) -> bool:
    return (
        value is not None
        and not isinstance(value, str | bytes)
        and hasattr(value, "__len__")
        and len(value) == 3
        and all(number(one) is not None for one in value)
    )
