"""What a display is given: exact grey levels, by table or one by one, polarity last, padding and NaN black."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dicom
from dicom.pixels.image import display
from tests.data_sources import seed
from tests.made_items import item
from tests.plotting.made_images import image as made_image

RAMP = np.arange(256, dtype=np.uint8).reshape(16, 16)
TYPES = (np.uint8, np.int8, np.uint16, np.int16)


def test_a_level_is_the_nearest_with_halves_rounded_up():
    # From 0 to 510 each second value falls on a half.
    values = np.array([[-3, 0, 1, 2, 3, 255, 509, 510, 511]], np.int16)
    shown = made_image(values).image().display(window=(255, 510)).array
    assert shown.tolist() == [[0, 0, 1, 1, 2, 128, 255, 255, 255]]


@settings(max_examples=60, deadline=None)
@given(
    dtype=st.sampled_from(TYPES),
    missing_bits=st.integers(0, 7),
    slope=st.sampled_from([1, -1, 2, 0.37, 1e-3, -2.5]),
    intercept=st.sampled_from([0, -1024, 0.5, 1e4]),
    center=st.floats(-3000, 3000),
    width=st.floats(1, 5000),
    function=st.sampled_from(["LINEAR", "LINEAR_EXACT", "SIGMOID"]),
    interpretation=st.sampled_from(["MONOCHROME1", "MONOCHROME2"]),
    padding=st.none() | st.integers(0, 100),
    seed=st.integers(0, 2**32 - 1),
)
def test_table_and_direct_way_are_equal(
    dtype, missing_bits, slope, intercept, center, width, function, interpretation, padding, seed
):
    limits = np.iinfo(dtype)
    values = np.random.default_rng(seed).integers(limits.min, limits.max, (70, 70), dtype, endpoint=True)
    elements = {"PixelPaddingValue": padding, "PixelPaddingRangeLimit": None if padding is None else padding + 3}
    bits = limits.bits - missing_bits
    ds = made_image(
        values,
        BitsStored=bits,
        HighBit=bits - 1,
        PhotometricInterpretation=interpretation,
        RescaleSlope=str(slope),
        RescaleIntercept=str(intercept),
        WindowCenter=f"{center:.8g}",
        WindowWidth=f"{width:.8g}",
        VOILUTFunction=function,
        **elements,
    )
    by_table = ds.image().display().array
    # The direct way, and the documented formula.
    before, display._LEAST_PIXELS = display._LEAST_PIXELS, values.size + 1
    try:
        np.testing.assert_array_equal(ds.image().display().array, by_table)
    finally:
        display._LEAST_PIXELS = before
    levels = np.floor(ds.image().voi().array * 255 + 0.5)
    levels = 255 - levels if interpretation == "MONOCHROME1" else levels
    np.testing.assert_array_equal(by_table, np.where(ds.image().mask, 0, levels))


def test_monochrome1_is_inverted_last():
    window = {"WindowCenter": 128, "WindowWidth": 256}
    shown = made_image(RAMP, PhotometricInterpretation="MONOCHROME1", **window).image()
    np.testing.assert_array_equal(shown.display().array, 255 - made_image(RAMP, **window).image().display().array)
    assert (shown.color_space, shown.display().color_space) == ("MONOCHROME1", "MONOCHROME2")
    np.testing.assert_array_equal(shown.voi().array, made_image(RAMP, **window).image().voi().array)


@pytest.mark.parametrize(
    ("interpretation", "shape", "inverted"),
    [
        ("MONOCHROME2", "IDENTITY", False),
        ("MONOCHROME2", "INVERSE", True),
        ("MONOCHROME1", "INVERSE", True),  # the same inversion, not a second one: PS3.3 C.8.11.3.1.2
        ("MONOCHROME1", "IDENTITY", False),
    ],
)
def test_presentation_lut_shape_and_monochrome1_are_one_inversion(interpretation, shape, inverted):
    ds = made_image(RAMP, PhotometricInterpretation=interpretation, PresentationLUTShape=shape)
    shown = ds.image().display(window=(127.5, 255)).array
    np.testing.assert_array_equal(shown, 255 - RAMP if inverted else RAMP)
    assert ds.image().is_inverted == inverted
    contradictory = inverted != (interpretation == "MONOCHROME1")
    assert [finding.code for finding in ds.image().corrections] == ["polarity-contradicts"] * contradictory


def test_a_presentation_lut_gives_p_values():
    lut = item(LUTDescriptor=[3, 0, 10], LUTData=[0, 1023, 512])
    shown = made_image(RAMP, PresentationLUTSequence=[lut]).image().display(window=(127.5, 255)).array.reshape(-1)
    assert (shown[0], shown[127], shown[128], shown[254], shown[255]) == (0, 0, 255, 255, 128)


@pytest.mark.parametrize("interpretation", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("dtype", [np.uint16, np.int32])
def test_padding_is_black_whatever_the_polarity(interpretation, dtype):
    values = np.full((70, 70), 500, dtype)
    values[0], values[1] = 1000, 0
    ds = made_image(values, PhotometricInterpretation=interpretation, PixelPaddingValue=1000)
    assert not ds.image().display().array[0].any()


def test_nan_is_black_and_infinity_an_end():
    values = np.array([[np.nan, -np.inf, 0, 1, np.inf]], np.float32)
    assert made_image(values).image().display().array.tolist() == [[0, 0, 0, 255, 255]]
    turned = made_image(values, PhotometricInterpretation="MONOCHROME1").image().display().array
    assert turned.tolist() == [[0, 255, 255, 0, 0]]


@pytest.mark.parametrize("value", [0, 7, 65535])
def test_values_that_are_all_the_same_are_black(value):
    assert not made_image(np.full((4, 4), value, np.uint16)).image().display().array.any()


def test_wide_integers_are_shown_without_a_table():
    values = np.array([[0, 2**31, 2**32 - 1]], np.uint32)
    assert made_image(values).image().display().array.tolist() == [[0, 128, 255]]
    signed = np.array([[-(2**31), 0, 2**31 - 1]], np.int32)
    assert made_image(signed).image().display().array.tolist() == [[0, 128, 255]]


def test_pixels_of_one_bit_are_black_and_white():
    ds = made_image(np.zeros((2, 4), np.uint8), BitsAllocated=1, BitsStored=1, HighBit=0, SegmentationType="BINARY")
    ds.PixelData = b"\x11\x00"
    assert ds.image().display().array.tolist() == [[255, 0, 0, 0], [255, 0, 0, 0]]
    ds.PixelData = b"\xff\x00"
    assert ds.image().display().array.min() == 255


def test_fractional_segments_are_shown_up_to_their_maximum():
    values = np.array([[0, 50, 100]], np.uint8)
    ds = made_image(values, SegmentationType="FRACTIONAL", MaximumFractionalValue=200)
    assert ds.image().display().array.tolist() == [[0, 64, 128]]


def test_a_palette_gives_colours_to_grey_levels():
    shown = made_image(RAMP).image().display(window=(127.5, 255), palette="HOT_IRON")
    assert (shown.array.shape, shown.color_space) == ((16, 16, 3), "RGB")
    assert shown.array[0, 0].tolist() == [0, 0, 0]
    assert shown.array[-1, -1].tolist() == [255, 255, 255]
    own = np.stack([np.arange(256)] * 3, -1).astype(np.uint8)
    own[0] = (9, 9, 9)
    padded = made_image(RAMP, PixelPaddingValue=5).image().display(window=(127.5, 255), palette=own).array
    assert padded[0, 0].tolist() == [9, 9, 9]
    assert padded[0, 5].tolist() == [0, 0, 0]


@pytest.mark.parametrize("palette", ["NO_SUCH", np.zeros((255, 3), np.uint8), np.zeros((256, 3))])
def test_what_is_no_palette_is_refused(palette):
    with pytest.raises(ValueError, match="palette"):
        made_image(RAMP).image().display(palette=palette)


def test_frames_with_rescales_of_their_own_are_each_shown_by_theirs():
    groups = [item(PixelValueTransformationSequence=[item(RescaleSlope=slope, RescaleIntercept=0)]) for slope in (1, 2)]
    ds = made_image(np.stack([np.tile(RAMP, (5, 5))] * 2), PerFrameFunctionalGroupsSequence=groups)
    shown = ds.image().display(window=(127.5, 255)).array
    np.testing.assert_array_equal(shown[0, :16, :16], RAMP)
    np.testing.assert_array_equal(shown[1, :16, :16], np.minimum(RAMP.astype(int) * 2, 255))


def test_codestream_values_beyond_bits_stored_have_their_own_levels():
    ds = dicom.read(seed("693_J2KI.dcm"))
    ds.BitsStored, ds.HighBit = 8, 7
    assert "codestream-bits" in [finding.code for finding in ds.image().corrections]
    assert ds.image().array.max() > 127
    np.testing.assert_array_equal(ds.image().display().array, np.floor(ds.image().voi().array * 255 + 0.5))


def test_of_many_frames_none_but_the_shown_ones_are_held():
    image = made_image(np.zeros((400, 64, 64), np.uint16)).image().display(window=(0, 1))
    tracemalloc.start()
    _ = image.array
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # The result takes 1.6 MB, the making of the table 2 MB; all frames as float64 would take 13 MB.
    assert peak < 5_000_000


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1], [1, 2, 0]])
def test_frames_of_other_ranges_than_the_first_have_the_levels_of_their_values(order):
    ramp = np.arange(70 * 70, dtype=np.int16).reshape(70, 70)
    values = np.stack([ramp, ramp + 20000, ramp - 20000])[order]
    shown = made_image(values).image().display(window=(0, 50000)).array
    expected = np.floor((values + 25000.0) / 50000 * 255 + 0.5)
    np.testing.assert_array_equal(shown, expected)
