"""Colours of frames, 8 bits a sample.

In: a frame of colours or of indices, and the data set. Out: (rows, columns, 3) of uint8. Standard: PS3.3 C.7.6.3.1.2
(Photometric Interpretation), C.7.6.3.1.5 (palettes), C.7.6.19 (Supplemental Palette Color Lookup Table), C.11.15 (ICC).
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import PixelError
from dicom.pixels.color import apply_icc_profile, create_icc_transform
from dicom.pixels.lenient import items, text
from dicom.pixels.native import finish_color
from dicom.pixels.palette import palette_tables, put_through, well_known_palette
from dicom.pixels.processing import is_big_endian

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.description import FrameDescription
    from dicom.pixels.lookup import LookupTable

#: What three samples a pixel can mean once they are decoded; YBR_RCT and YBR_ICT are RGB then.
_AS_RGB = ("RGB", "XYB")


def rgb_of(frame: NDArray[Any], description: FrameDescription) -> NDArray[np.uint8]:
    """Red, green and blue of a decoded frame with three samples a pixel.

    Parameters
    ----------
    frame : ndarray of unsigned integers, shape (rows, columns, 3)
    description : FrameDescription
        That it was decoded by: it says whether the frame was left YBR. Samples of more than 8 bits are scaled:
        ``floor(255 * sample / (2**bits_stored - 1) + 1/2)``.

    Raises
    ------
    PixelError
        The photometric interpretation is none that is known.
    """
    if description.holds_ybr:
        converting = copy(description)
        converting.converts_color = True
        frame = np.array(frame, frame.dtype.newbyteorder("="), order="C")
        finish_color(frame, converting)
    elif description.decoded_interpretation not in _AS_RGB:
        raise PixelError("three samples a pixel with an unknown Photometric Interpretation (0028,0004)", tag=0x00280004)
    return eight_bits(frame, float(2**description.bits_stored - 1))


def eight_bits(values: NDArray[Any], full: float) -> NDArray[np.uint8]:
    """Unsigned numbers from 0 to `full` as 0 to 255, halves rounded up; `values` themselves where they are that."""
    if values.dtype == np.uint8 and full == 255.0:
        return values
    levels: NDArray[np.float64] = np.multiply(values, 255.0 / full, dtype=np.float64)
    levels += 0.5
    np.clip(levels, 0.0, 255.0, out=levels)
    return levels.astype(np.uint8)


def palette_of(ds: Any) -> tuple[int, NDArray[np.uint8]]:
    """The palette of a data set: the index of its first colour, and (entries, 3) colours.

    Raises
    ------
    PixelError
        A table is missing, or its descriptor and data don't fit.
    """
    tables = palette_tables(ds, is_big_endian=is_big_endian(ds))[:3]
    first = min(table.first for table in tables)
    last = max(table.first + table.entries.size for table in tables)
    # The three may begin and end at different indices: each holds its ends.
    indices = np.arange(first, min(last, first + 65536))
    # Not by the descriptor: tables of 8 bits shifted into words, and of 16 bits that end at 255, are both written.
    full = 255.0 if max(int(table.entries.max()) for table in tables) <= 255 else 65535.0
    return first, eight_bits(put_through(tables, indices), full)


def colors_of_indices(indices: NDArray[Any], first: int, colors: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The colours of indices; an index before the first has the first colour, one beyond the last the last."""
    # Clipped in place: an index is never taken past the table, whatever the pixels hold.
    place = indices.astype(np.intp)
    place -= first
    found: NDArray[np.uint8] = np.take(colors, place, axis=0, mode="clip")
    return found


def supplemental_palette(ds: Any, description: FrameDescription) -> tuple[int, NDArray[np.uint8]] | None:
    """The colours that some stored values of a grey image have, those from the first index on; None without them."""
    if description.samples_per_pixel > 1 or description.photometric_interpretation != "MONOCHROME2":
        return None
    if text(ds.get("PixelPresentation")) not in ("COLOR", "MIXED"):
        return None
    if ds.get("RedPaletteColorLookupTableDescriptor") is None:
        return None
    return palette_of(ds)


def named_palette(palette: Any) -> NDArray[np.uint8]:
    """256 colours for grey levels: a well-known palette by its name, or an array of (256, 3) uint8.

    Raises
    ------
    PixelError
        There is no such palette, or the array is of another shape or type.
    """
    if isinstance(palette, str):
        tables: list[LookupTable] = well_known_palette(palette)
        return np.stack([table.entries for table in tables], axis=-1).astype(np.uint8)
    colors = np.asarray(palette)
    if colors.shape != (256, 3) or colors.dtype != np.uint8:
        raise PixelError("a palette is the name of a well-known one, or an array of (256, 3) uint8")
    return colors


def icc_transform(ds: Any) -> Any | None:
    """The transformation from a data set's ICC profile to sRGB; None when it has no profile.

    Raises
    ------
    MissingDependencyError
        Pillow isn't installed.
    PixelError
        The profile can't be used.
    """
    paths = items(ds, "OpticalPathSequence")
    if not ds.get("ICCProfile") and not (paths and paths[0].get("ICCProfile")):
        return None
    return create_icc_transform(ds, color_space="sRGB")


def to_srgb(colors: NDArray[np.uint8], transform: Any | None) -> NDArray[np.uint8]:
    """Colours in sRGB."""
    if transform is None:
        return colors
    # The transformation works in place.
    converted: NDArray[np.uint8] = apply_icc_profile(np.array(colors, order="C"), transform=transform)
    return converted
