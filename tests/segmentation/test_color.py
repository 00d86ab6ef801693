"""Colours of segments: encoded as other tools do it, and the same after a round trip."""

from __future__ import annotations

import warnings

import pytest

from dicom.errors import RegionError
from dicom.segmentation.color import cielab_of_rgb, rgb_of_cielab

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from highdicom.color import CIELabColor

COLORS = [
    (r, g, b) for r in (0, 1, 10, 77, 128, 200, 254, 255) for g in (0, 3, 90, 255) for b in (0, 11, 130, 254, 255)
]


def test_the_ends_and_the_middle_of_the_encoding() -> None:
    assert cielab_of_rgb((0, 0, 0)) == (0, 0x8080, 0x8080)
    assert cielab_of_rgb((255, 255, 255)) == (0xFFFF, 0x8080, 0x8080)
    assert rgb_of_cielab((0, 0x8080, 0x8080)) == (0, 0, 0)
    assert rgb_of_cielab((0xFFFF, 0x8080, 0x8080)) == (255, 255, 255)


def test_red_is_what_colorimetry_says() -> None:
    lightness, a, b = cielab_of_rgb((255, 0, 0))
    # CIELab of sRGB red under D65, as tables have it.
    assert lightness / 65535 * 100 == pytest.approx(53.24, abs=0.01)
    assert a / 65535 * 255 - 128 == pytest.approx(80.09, abs=0.02)
    assert b / 65535 * 255 - 128 == pytest.approx(67.20, abs=0.02)


@pytest.mark.parametrize("color", COLORS)
def test_a_colour_comes_back(color: tuple[int, int, int]) -> None:
    assert rgb_of_cielab(cielab_of_rgb(color)) == color


@pytest.mark.parametrize("color", COLORS[::7])
def test_highdicom_means_the_same_colour(color: tuple[int, int, int]) -> None:
    theirs = rgb_of_cielab(CIELabColor.from_rgb(*color).value)
    assert theirs is not None
    assert max(abs(one - two) for one, two in zip(theirs, color, strict=True)) <= 1
    read = CIELabColor.from_dicom_value(list(cielab_of_rgb(color))).to_rgb()
    assert max(abs(one - two) for one, two in zip(read, color, strict=True)) <= 1


def test_what_no_display_has_becomes_the_nearest_that_it_has() -> None:
    assert rgb_of_cielab((0x8000, 0xFFFF, 0xFFFF)) == (255, 0, 0)


@pytest.mark.parametrize("value", [(), (1, 2), (1, 2, 3, 4), (-1, 0, 0), (0, 0, 65536), (float("nan"), 0, 0)])
def test_what_is_no_encoded_colour_is_none(value: tuple[float, ...]) -> None:
    assert rgb_of_cielab(value) is None


@pytest.mark.parametrize("color", [(1, 2), (0, 0, 256), (-1, 0, 0)])
def test_what_is_no_colour_is_refused(color: tuple[int, ...]) -> None:
    with pytest.raises(RegionError, match="three numbers"):
        cielab_of_rgb(color)
