"""Planes of a Siemens mosaic: slices of one volume as tiles of one frame.

In: a data set whose Image Type has MOSAIC. Out: columns of `Planes` with a tile for each slice. It is no part of the
standard; the private header says how many slices there are (NumberOfImagesInMosaic) and to which side they are stacked
(SliceNormalVector).

Tiles fill a square from left to right, then from top to bottom; those after the last slice are empty. Image Position
(Patient) is not that of any tile: it is where a frame as large as the whole mosaic would begin if it had the same
centre as the first slice.
"""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import ParseError
from dicom.pixels.lenient import number, text
from dicom.values.csa import read_csa_header
from dicom.volume.frames.frame_attributes import data_set_numbers

if TYPE_CHECKING:
    from typing import Any

#: Group, creator and offset of CSA Image Header Info.
_CSA_IMAGE_HEADER = (0x0029, "SIEMENS CSA HEADER", 0x10)
#: Elements that later software has beside the CSA header, and that outlast some anonymizers.
_MR_HEADER = (0x0019, "SIEMENS MR HEADER")
_NUMBER_OF_IMAGES, _B_VALUE, _GRADIENT = 0x0A, 0x0C, 0x0E
_SAME_DIRECTION = 1e-2


def is_mosaic(ds: Any) -> bool:
    """Whether Image Type says that the frame is a mosaic."""
    value = ds.get("ImageType")
    names = [value] if isinstance(value, str) else value if hasattr(value, "__iter__") else ()
    return any(text(name) == "MOSAIC" for name in names)


def mosaic_columns(ds: Any, rows: int, columns: int) -> dict[str, Any]:
    """The arguments of `Planes` for the tiles of a mosaic; see `functional_group_columns`.

    Parameters
    ----------
    ds : Dataset
    rows, columns : int
        Of the frame.

    Returns
    -------
    dict
        With ``tile``, unless nothing says how many slices there are: then one plane, without a position.
    """
    header = _csa_header(ds)
    count = _first(header, "NumberOfImagesInMosaic") or _private(ds, _NUMBER_OF_IMAGES)
    side = 0 if count is None or not 1 <= count <= rows * columns else isqrt(int(count) - 1) + 1
    if not side or count != int(count or 0) or rows % side or columns % side:
        return {
            "numbers": _numbers(ds, np.full((1, 3), np.nan)),
            "reasons": ["a mosaic whose number of slices isn't said, or doesn't divide its rows and columns"],
        }
    length = int(count)
    k = np.arange(length)
    height, width = rows // side, columns // side
    tile = np.stack([k // side * height, k % side * width, np.full(length, height), np.full(length, width)], axis=1)
    position, reason = _positions(ds, header, (rows, columns), (height, width), length)
    return {
        "numbers": _numbers(ds, position),
        "dimensions": _dimensions(ds, header, length),
        "tile": tile,
        "reasons": [reason] * length,
    }


def _positions(
    ds: Any, header: dict[str, list[str]], whole: tuple[int, int], tile: tuple[int, int], count: int
) -> tuple[Any, str | None]:
    corner = np.asarray(data_set_numbers(ds, "ImagePositionPatient", 3))
    orientation = np.asarray(data_set_numbers(ds, "ImageOrientationPatient", 6))
    spacing = np.asarray(data_set_numbers(ds, "PixelSpacing", 2))
    step = number(ds.get("SpacingBetweenSlices"))
    normal = np.array([_number(value) for value in header.get("SliceNormalVector", ())])
    missing = np.full((count, 3), np.nan)
    if not (np.isfinite(corner).all() and np.isfinite(orientation).all() and np.isfinite(spacing).all()):
        return missing, "Image Position (Patient), Image Orientation (Patient) or Pixel Spacing is missing"
    if normal.shape != (3,) or not np.isfinite(normal).all():
        return missing, "no SliceNormalVector in the private header says to which side the slices are stacked"
    if step is None or step <= 0:
        return missing, "Spacing Between Slices (0018,0088) is missing"
    own = np.cross(orientation[:3], orientation[3:])
    if abs(abs(own @ normal) - 1) > _SAME_DIRECTION:
        return missing, "SliceNormalVector in the private header isn't the normal of Image Orientation (Patient)"
    first = (
        corner
        + orientation[:3] * spacing[1] * (whole[1] - tile[1]) / 2
        + orientation[3:] * spacing[0] * (whole[0] - tile[0]) / 2
    )
    # The private header has eight digits; its side is what counts.
    return first + np.arange(count)[:, None] * step * np.sign(own @ normal) * own, None


def _numbers(ds: Any, position: Any) -> dict[str, Any]:
    count = len(position)
    return {
        "position": position,
        "orientation": np.tile(data_set_numbers(ds, "ImageOrientationPatient", 6), (count, 1)),
        "pixel_spacing": np.tile(data_set_numbers(ds, "PixelSpacing", 2), (count, 1)),
        "thickness": np.full(count, data_set_numbers(ds, "SliceThickness", 1)),
        "spacing_between_slices": np.full(count, data_set_numbers(ds, "SpacingBetweenSlices", 1)),
    }


def _dimensions(ds: Any, header: dict[str, list[str]], count: int) -> dict[str, Any]:
    """What tells mosaics of one position apart besides their elements: b-value and gradient of the private header."""
    dimensions: dict[str, Any] = {}
    b_value = _first(header, "B_value")
    b_value = _private(ds, _B_VALUE) if b_value is None else b_value
    if b_value is not None and ds.get("DiffusionBValue") is None:
        dimensions["DiffusionBValue"] = np.full(count, b_value)
    gradient = [_number(value) for value in header.get("DiffusionGradientDirection", ())]
    if len(gradient) != 3:
        gradient = _private_numbers(ds, _GRADIENT)
    if len(gradient) == 3 and np.isfinite(gradient).all():
        dimensions["DiffusionGradientOrientation"] = np.tile(gradient, (count, 1))
    return dimensions


def _csa_header(ds: Any) -> dict[str, list[str]]:
    group, creator, offset = _CSA_IMAGE_HEADER
    value = _private_value(ds, group, creator, offset)
    if not isinstance(value, bytes):
        return {}
    try:
        return read_csa_header(value)
    except ParseError:
        return {}


def _first(header: dict[str, list[str]], name: str) -> float | None:
    values = header.get(name)
    return number(values[0]) if values else None


def _number(value: Any) -> float:
    found = number(value)
    return np.nan if found is None else found


def _private(ds: Any, offset: int) -> float | None:
    return number(_private_value(ds, *_MR_HEADER, offset))


def _private_numbers(ds: Any, offset: int) -> list[float]:
    value = _private_value(ds, *_MR_HEADER, offset)
    return [] if isinstance(value, str | bytes) or not hasattr(value, "__len__") else [_number(one) for one in value]


def _private_value(ds: Any, group: int, creator: str, offset: int) -> Any:
    try:
        return ds.private_block(group, creator)[offset].value
    except KeyError:
        return None
