"""Colours of segments: between the CIELab of DICOM and sRGB.

In: three unsigned numbers of 16 bits, or red, green and blue. Out: the other. Standard: PS3.3 C.10.7.1.1 (encoding of
CIELab: L* of 0 to 100, and a*, b* of -128 to 127, each spread over 0 to 65535), ICC.1 (the white point of its CIELab is
D50), IEC 61966-2-1 (sRGB).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    RGB = tuple[int, int, int]

_WHITE_D50 = np.array([0.96422, 1.0, 0.82521])
#: Linear sRGB, whose white is D65, to XYZ relative to D50: the primaries of sRGB adapted as Bradford does.
_XYZ_OF_RGB = np.array(
    [
        [0.4360747, 0.3850649, 0.1430804],
        [0.2225045, 0.7168786, 0.0606169],
        [0.0139322, 0.0971045, 0.7141733],
    ]
)
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
    xyz = np.where(roots > _KNEE, roots**3, 3 * _KNEE**2 * (roots - 4 / 29)) * _WHITE_D50
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
    ValueError
        It isn't three numbers of 0 to 255.
    """
    rgb = np.asarray(color, np.float64)
    if rgb.shape != (3,) or not ((rgb >= 0) & (rgb <= 255)).all():
        raise ValueError("a colour is three numbers of 0 to 255: red, green and blue")
    rgb = rgb / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    ratios = _XYZ_OF_RGB @ linear / _WHITE_D50
    x, y, z = np.where(ratios > _KNEE**3, np.cbrt(ratios), ratios / (3 * _KNEE**2) + 4 / 29)
    lab = np.array([(116 * y - 16) / 100, (500 * (x - y) + 128) / 255, (200 * (y - z) + 128) / 255])
    lightness, a, b = np.rint(np.clip(lab, 0.0, 1.0) * 65535).astype(int).tolist()
    return lightness, a, b
