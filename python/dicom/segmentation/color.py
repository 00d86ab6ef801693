"""Colours of segments: between the CIELab of DICOM and sRGB.

In: three unsigned numbers of 16 bits, or red, green and blue. Out: the other. Standard: PS3.3 C.10.7.1.1 (encoding of
CIELab: L* of 0 to 100, and a*, b* of -128 to 127, each spread over 0 to 65535), IEC 61966-2-1 (sRGB).

CIELab is relative to a white, and the encoding doesn't name it. It is taken to be that of sRGB (D65), as DCMTK, dcmqi
and highdicom take it, so that the colours of files come out as they went in; the white of ICC profiles (D50) would
change saturated ones by some five of 255.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import RegionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    RGB = tuple[int, int, int]

#: Linear sRGB to XYZ.
_XYZ_OF_RGB = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_WHITE = _XYZ_OF_RGB.sum(axis=1)
_RGB_OF_XYZ = np.linalg.inv(_XYZ_OF_RGB)
#: Below (6 / 29)^3 the cube root of CIE 1976 goes on as a line.
_KNEE = 6 / 29


def rgb_of_cielab(encoded: Sequence[int] | NDArray[np.integer]) -> RGB | None:
    """The colour of a Recommended Display CIELab Value (0062,000D).

    Parameters
    ----------
    encoded : sequence of three int
        0 to 65535, as the element has them.

    Returns
    -------
    (red, green, blue) or None
        0 to 255, sRGB; the nearest that a display has. None for what isn't three such numbers.
    """
    values = np.asarray(encoded, np.float64).ravel()
    if values.shape != (3,) or not ((values >= 0) & (values <= 65535)).all():
        return None
    lightness = values[0] / 65535 * 100
    a, b = values[1:] / 65535 * 255 - 128
    y = (lightness + 16) / 116
    roots = np.array([y + a / 500, y, y - b / 200])
    xyz = np.where(roots > _KNEE, roots**3, 3 * _KNEE**2 * (roots - 4 / 29)) * _WHITE
    linear = np.clip(_RGB_OF_XYZ @ xyz, 0.0, 1.0)
    encoded_rgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    red, green, blue = np.rint(encoded_rgb * 255).astype(int).tolist()
    return red, green, blue


def cielab_of_rgb(color: Sequence[int]) -> tuple[int, int, int]:
    """A colour as a Recommended Display CIELab Value (0062,000D); `rgb_of_cielab` gives the same colour back.

    Parameters
    ----------
    color : (red, green, blue)
        0 to 255, sRGB.

    Returns
    -------
    tuple of three int
        0 to 65535.

    Raises
    ------
    RegionError
        It isn't three numbers of 0 to 255.
    """
    rgb = np.asarray(color, np.float64)
    if rgb.shape != (3,) or not ((rgb >= 0) & (rgb <= 255)).all():
        raise RegionError("a colour is three numbers of 0 to 255: red, green and blue")
    rgb = rgb / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    ratios = _XYZ_OF_RGB @ linear / _WHITE
    x, y, z = np.where(ratios > _KNEE**3, np.cbrt(ratios), ratios / (3 * _KNEE**2) + 4 / 29)
    lab = np.array([(116 * y - 16) / 100, (500 * (x - y) + 128) / 255, (200 * (y - z) + 128) / 255])
    lightness, a, b = np.rint(np.clip(lab, 0.0, 1.0) * 65535).astype(int).tolist()
    return lightness, a, b
