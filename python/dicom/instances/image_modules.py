"""Modules that images of all kinds have: the description of their pixels, loss, where frames lie, and their dimensions.

In: numbers and keywords. Out: elements of a data set, items of its functional groups. Standard: PS3.3 C.7.6.3 (Image
Pixel), C.7.6.1.1.5 (Lossy Image Compression), C.7.6.16.2 (functional groups), C.7.6.17 (Multi-frame Dimension).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.dictionary import tag_for_keyword
from dicom.instances.items import item_with
from dicom.instances.modules import take_over
from dicom.uid import generate_uid

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from dicom.dataset.dataset import Dataset


def put_image_pixel(ds: Any, bits: int, *, is_signed: bool = False) -> None:
    """The Image Pixel module of grey values that use all of their bits, but for the pixels and their number."""
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.BitsAllocated = ds.BitsStored = bits
    ds.HighBit = bits - 1
    ds.PixelRepresentation = int(is_signed)


def put_loss(ds: Any, source: Dataset) -> None:
    """What was lost of an image stays said of all that is made of it (C.7.6.1.1.5)."""
    if source.get("LossyImageCompression") == "01":
        take_over(ds, source, ("LossyImageCompression", "LossyImageCompressionRatio", "LossyImageCompressionMethod"))
    else:
        ds.LossyImageCompression = "00"


def put_plane_groups(
    groups: Any, *, orientation: Sequence[float], pixel_spacing: Sequence[float], thickness: float, spacing: float
) -> None:
    """Pixel Measures and Plane Orientation (C.7.6.16.2.1, C.7.6.16.2.4).

    Parameters
    ----------
    groups : Dataset
        Functional groups of all frames.
    orientation : six numbers
        Image Orientation (Patient).
    pixel_spacing : two numbers
        From row to row, from column to column; mm.
    thickness, spacing : float
        Slice Thickness, and from slice to slice along their normal; mm.
    """
    groups.PixelMeasuresSequence = [
        item_with(PixelSpacing=list(pixel_spacing), SliceThickness=thickness, SpacingBetweenSlices=spacing)
    ]
    groups.PlaneOrientationSequence = [item_with(ImageOrientationPatient=list(orientation))]


def put_dimensions(ds: Any, pointers: Iterable[tuple[str, str]]) -> None:
    """The Multi-frame Dimension module.

    Parameters
    ----------
    ds : Dataset
    pointers : iterable of (functional group, element)
        Keywords of what orders the frames, in the order of the Dimension Index Values.
    """
    organization = generate_uid()
    ds.DimensionOrganizationSequence = [item_with(DimensionOrganizationUID=organization)]
    ds.DimensionIndexSequence = [
        item_with(
            DimensionOrganizationUID=organization,
            DimensionIndexPointer=tag_for_keyword(keyword),
            FunctionalGroupPointer=tag_for_keyword(group),
            DimensionDescriptionLabel=keyword,
        )
        for group, keyword in pointers
    ]
