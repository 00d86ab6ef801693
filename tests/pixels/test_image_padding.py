"""The mask is True where stored values are padding, of whatever type and sign."""

from __future__ import annotations

import numpy as np
import pytest

from tests.plotting.made_images import image as made_image


def masked(array: np.ndarray, **elements: object) -> list[object]:
    found: list[object] = made_image(array, **elements).image().mask.tolist()
    return found


def test_without_a_padding_value_nothing_is_masked():
    mask = made_image(np.zeros((2, 3, 4), np.uint16)).image().mask
    assert (mask.shape, mask.dtype, bool(mask.any())) == ((2, 3, 4), np.bool_, False)


def test_the_padding_value_is_that_of_stored_values():
    values = np.array([[-2000, -1024, 0]], np.int16)
    elements = {"PixelPaddingValue": -2000, "RescaleSlope": 1, "RescaleIntercept": -1024}
    assert masked(values, **elements) == [[True, False, False]]
    image = made_image(values, **elements).image()
    assert image.modality().mask.tolist() == [[True, False, False]]
    assert image.display().mask.tolist() == [[True, False, False]]


@pytest.mark.parametrize(("value", "limit"), [(10, 12), (12, 10)])
def test_a_range_is_masked_with_both_ends(value, limit):
    values = np.array([[9, 10, 11, 12, 13]], np.uint8)
    found = masked(values, PixelPaddingValue=value, PixelPaddingRangeLimit=limit)
    assert found == [[False, True, True, True, False]]


@pytest.mark.parametrize(
    ("dtype", "vr", "stated", "meant"), [(np.int16, "US", 63536, -2000), (np.uint16, "SS", -2000, 63536)]
)
def test_a_padding_value_of_the_other_sign_is_taken_by_its_bits(dtype, vr, stated, meant):
    ds = made_image(np.array([[meant, 5]], dtype))
    ds.add_new(0x00280120, vr, stated)
    assert ds.image().mask.tolist() == [[True, False]]


@pytest.mark.parametrize(
    ("dtype", "keyword"), [(np.float32, "FloatPixelPadding"), (np.float64, "DoubleFloatPixelPadding")]
)
def test_floating_point_pixels_have_a_padding_value_of_their_own(dtype, keyword):
    values = np.array([[-1.5, 0, 2]], dtype)
    assert masked(values, **{f"{keyword}Value": -1.5}) == [[True, False, False]]
    assert masked(values, **{f"{keyword}Value": -2.0, f"{keyword}RangeLimit": 0.0}) == [[True, True, False]]
    assert masked(values, PixelPaddingValue=0) == [[False, False, False]]


def test_padding_that_is_no_number_masks_those():
    values = np.array([[np.nan, 1]], np.float32)
    assert masked(values, FloatPixelPaddingValue=float("nan")) == [[True, False]]


def test_colours_have_no_padding():
    colors = np.zeros((2, 2, 3), np.uint8)
    elements = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PixelPaddingValue": 0}
    assert masked(colors, **elements) == [[False, False], [False, False]]


def test_frames_are_masked_one_by_one():
    values = np.array([[[1, 2]], [[2, 1]]], np.uint8)
    image = made_image(values, PixelPaddingValue=1).image()
    assert image.mask.tolist() == [[[True, False]], [[False, True]]]
    assert image.frame(1).mask.tolist() == [[False, True]]
