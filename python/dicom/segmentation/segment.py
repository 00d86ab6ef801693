"""`Segment`: what a segmentation says of one of its segments.

In: an item of the Segment Sequence, or the caller's words. Out: codes, label, algorithm, colour. Standard: PS3.3
C.8.20.4 (Segment Description macro).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dicom.sr.code import Code


class Segment:
    """One segment.

    Attributes
    ----------
    number : int
        Segment Number; in a label map also the value of its voxels.
    label : str
        Segment Label.
    property_category, property_type : Code
        Segmented Property Category and Type: ``codes.SCT.AnatomicalStructure``, ``codes.SCT.Liver``.
    algorithm_type : str
        ``"MANUAL"``, ``"SEMIAUTOMATIC"`` or ``"AUTOMATIC"``.
    algorithm_name : str or None
        Needed unless the type is ``"MANUAL"``.
    color : (red, green, blue) or None
        sRGB, 0 to 255, of Recommended Display CIELab Value.
    description : str or None
    anatomic_region : Code or None
    tracking_id, tracking_uid : str or None
    """

    __slots__ = (
        "algorithm_name",
        "algorithm_type",
        "anatomic_region",
        "color",
        "description",
        "label",
        "number",
        "property_category",
        "property_type",
        "tracking_id",
        "tracking_uid",
    )

    def __init__(
        self,
        label: str,
        *,
        property_category: Code,
        property_type: Code,
        number: int = 0,
        algorithm_type: str = "MANUAL",
        algorithm_name: str | None = None,
        color: tuple[int, int, int] | None = None,
        description: str | None = None,
        anatomic_region: Code | None = None,
        tracking_id: str | None = None,
        tracking_uid: str | None = None,
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
