"""What a codestream says of colours, bits and signs goes before the data set, and a finding says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import imagecodecs
import numpy as np
import pytest

from dicom.errors import PixelError
from dicom.pixels import describe, pixel_array
from dicom.pixels.codecs import encode_frame, resolve
from dicom.pixels.color import convert_color_space
from dicom.pixels.ybr import ybr_to_rgb
from tests.pixels.test_encode import described

if TYPE_CHECKING:
    from collections.abc import Callable

PREFIX = "1.2.840.10008.1.2."
WITH_PRECISION = ("jpeg-lossless", "jpeg2000-lossless", "htj2k-lossless", "jpeg-ls", "jpegxl-lossless")


def ybr_of(rgb: np.ndarray[Any, Any], bits: int) -> np.ndarray[Any, Any]:
    """YBR_FULL of so many bits, by the equations of PS3.3 C.7.6.3.1.2."""
    red, green, blue = (rgb[..., n].astype(float) for n in range(3))
    planes = (
        0.299 * red + 0.587 * green + 0.114 * blue,
        -0.168736 * red - 0.331264 * green + 0.5 * blue + 2 ** (bits - 1),
        0.5 * red - 0.418688 * green - 0.081312 * blue + 2 ** (bits - 1),
    )
    return np.clip(np.round(np.stack(planes, -1)), 0, 2**bits - 1).astype(rgb.dtype)


@pytest.fixture
def deep(colors: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """(48, 40, 3) uint16: colours of 16 bits."""
    return (colors.astype("<u2") << 8) + colors[::-1]


@pytest.mark.parametrize("interpretation", ["YBR_FULL", "YBR_FULL_422", "RGB"])
@pytest.mark.parametrize("stored", ["RGB", "YCBCR"])
def test_the_marks_of_jpeg_go_before_photometric_interpretation(
    make_data_set: Callable[..., Any], encapsulate: Callable[..., bytes], colors, interpretation: str, stored: str
) -> None:
    frame = imagecodecs.jpeg8_encode(colors, level=98, colorspace="RGB", outcolorspace=stored)
    ds = make_data_set(
        encapsulate([frame]), colors, transfer_syntax=PREFIX + "4.50", PhotometricInterpretation=interpretation
    )
    if (stored == "RGB") == (interpretation == "RGB"):
        array = pixel_array(ds)
    else:
        says = "APP14 mark of a frame says RGB" if stored == "RGB" else "JFIF mark of a frame says YCbCr"
        with pytest.warns(UserWarning, match=f"codestream-color.*{says}"):
            array = pixel_array(ds)
    assert np.abs(array.astype(int) - colors).max() < 12


def test_jpeg_without_marks_is_what_photometric_interpretation_says(make_data_set, encapsulate, colors) -> None:
    frame = imagecodecs.jpeg8_encode(colors, level=98, colorspace="RGB", outcolorspace="YCBCR")
    bare = frame[:2] + frame[4 + int.from_bytes(frame[4:6], "big") :]
    for interpretation, is_rgb in (("YBR_FULL_422", True), ("RGB", False)):
        ds = make_data_set(
            encapsulate([bare]), colors, transfer_syntax=PREFIX + "4.50", PhotometricInterpretation=interpretation
        )
        assert (np.abs(pixel_array(ds).astype(int) - colors).max() < 12) == is_rgb


@pytest.mark.parametrize("bits", [8, 10, 12, 16])
@pytest.mark.parametrize("alias", ["native", "jpeg-lossless", "jpeg2000-lossless", "htj2k-lossless", "rle"])
def test_ybr_full_of_any_number_of_bits_is_given_as_rgb(make_data_set, encapsulate, deep, alias, bits) -> None:
    rgb = deep >> (16 - bits)
    rgb = rgb.astype("u1") if bits == 8 else rgb
    ybr = ybr_of(rgb, bits)
    elements = {"PhotometricInterpretation": "YBR_FULL", "BitsStored": bits}
    if alias == "native":
        ds = make_data_set(ybr.tobytes(), ybr, **elements)
    else:
        frame = encode_frame(ybr, described(ybr, bits, resolve(alias), "YBR_FULL"))
        ds = make_data_set(encapsulate([frame]), ybr, transfer_syntax=resolve(alias), **elements)
    assert np.abs(pixel_array(ds).astype(int) - rgb).max() <= 2


def test_ybr_full_by_plane_and_in_big_endian_is_given_as_rgb(make_data_set, deep) -> None:
    ybr = ybr_of(deep, 16)
    planes = np.moveaxis(ybr, -1, 0)
    by_plane = make_data_set(
        np.ascontiguousarray(planes).tobytes(), ybr, PhotometricInterpretation="YBR_FULL", PlanarConfiguration=1
    )
    assert np.abs(pixel_array(by_plane).astype(int) - deep).max() <= 2
    big = make_data_set(
        ybr.astype(">u2").tobytes(), ybr, PhotometricInterpretation="YBR_FULL", transfer_syntax=PREFIX + "2"
    )
    assert np.array_equal(pixel_array(big), pixel_array(by_plane))


def test_ybr_full_422_of_16_bits_gives_two_pixels_the_same_colours(make_data_set, deep) -> None:
    ybr = ybr_of(deep, 16)
    ybr[:, 1::2, 1:] = ybr[:, ::2, 1:]
    whole = make_data_set(ybr.tobytes(), ybr, PhotometricInterpretation="YBR_FULL")
    pairs = ybr.reshape(-1, 2, 3)
    packed = np.stack([pairs[:, 0, 0], pairs[:, 1, 0], pairs[:, 0, 1], pairs[:, 0, 2]], -1)
    ds = make_data_set(packed.tobytes(), ybr, PhotometricInterpretation="YBR_FULL_422")
    assert np.array_equal(pixel_array(ds), pixel_array(whole))


@pytest.mark.parametrize("alias", ["encapsulated-uncompressed", "deflated-frame"])
def test_ybr_full_422_is_packed_in_native_frames_of_fragments(make_data_set, encapsulate, colors, alias: str) -> None:
    import zlib

    pairs = colors.reshape(-1, 2, 3)
    packed = np.stack([pairs[:, 0, 0], pairs[:, 1, 0], pairs[:, 0, 1], pairs[:, 0, 2]], -1).tobytes()
    native = make_data_set(packed, colors, PhotometricInterpretation="YBR_FULL_422")
    if alias == "deflated-frame":
        deflater = zlib.compressobj(wbits=-15)
        packed = deflater.compress(packed) + deflater.flush()
    ds = make_data_set(
        encapsulate([packed]), colors, transfer_syntax=resolve(alias), PhotometricInterpretation="YBR_FULL_422"
    )
    assert np.array_equal(pixel_array(ds), pixel_array(native))


def test_the_conversion_is_the_kernel_s(colors) -> None:
    every = np.random.default_rng(2).integers(0, 256, (200, 300, 3)).astype("u1")
    ours = every.copy()
    ybr_to_rgb(ours, 8)
    assert np.array_equal(ours, convert_color_space(every, "YBR_FULL", "RGB"))


def test_ybr_partial_is_of_the_narrow_range(make_data_set) -> None:
    # Black, white, red and blue as ITU-R BT.601 codes them; Cb and Cr are shared by two pixels.
    black_white = (16, 235, 128, 128)
    red = (81, 81, 90, 240)
    blue = (41, 41, 240, 110)
    packed = np.array([black_white, red, blue], "u1")
    ds = make_data_set(
        packed.tobytes(),
        np.zeros((1, 6, 3), "u1"),
        PhotometricInterpretation="YBR_PARTIAL_422",
    )
    expected = [[0, 0, 0], [255, 255, 255], [255, 0, 0], [255, 0, 0], [0, 0, 255], [0, 0, 255]]
    assert np.abs(pixel_array(ds)[0].astype(int) - expected).max() <= 2
    assert describe(ds).decoded_interpretation == "RGB"


def test_ybr_partial_420_has_no_native_form(make_data_set) -> None:
    ds = make_data_set(bytes(600), np.zeros((4, 4, 3), "u1"), PhotometricInterpretation="YBR_PARTIAL_420")
    with pytest.raises(PixelError, match="of video"):
        pixel_array(ds)


@pytest.mark.parametrize("interpretation", ["YBR_RCT", "YBR_ICT", "XYB"])
def test_colours_of_codestreams_in_native_frames_are_taken_for_rgb(make_data_set, colors, interpretation: str) -> None:
    ds = make_data_set(colors.tobytes(), colors, PhotometricInterpretation=interpretation)
    with pytest.warns(UserWarning, match="color-of-codestream"):
        assert np.array_equal(pixel_array(ds), colors)
    assert describe(ds).decoded_interpretation == "RGB"


@pytest.mark.parametrize("interpretation", ["CMYK", "ARGB"])
def test_four_samples_are_refused_by_name(make_data_set, interpretation: str) -> None:
    ds = make_data_set(bytes(64), np.zeros((4, 4), "u1"), SamplesPerPixel=4, PhotometricInterpretation=interpretation)
    with pytest.raises(PixelError, match=f"{interpretation} has four samples"):
        pixel_array(ds)


def test_hsv_is_given_as_it_is(make_data_set, colors) -> None:
    ds = make_data_set(colors.tobytes(), colors, PhotometricInterpretation="HSV")
    assert np.array_equal(pixel_array(ds), colors)
    assert describe(ds).decoded_interpretation == "HSV"


@pytest.mark.parametrize(
    "alias", ["jpeg-lossless", "jpeg2000-lossless", "htj2k-lossless", "jpeg-ls", "jpegxl-lossless"]
)
@pytest.mark.parametrize("is_signed", [False, True])
def test_samples_of_more_bits_than_stored_are_all_given(
    make_data_set, encapsulate, alias: str, is_signed: bool
) -> None:
    frame = np.random.default_rng(8).integers(-32768, 32768, (9, 11)).astype("<i2")
    frame = frame if is_signed else frame.view("<u2")
    encoded = encode_frame(frame, described(frame, 16, resolve(alias)))
    ds = make_data_set(encapsulate([encoded]), frame, transfer_syntax=resolve(alias), BitsStored=12)
    with pytest.warns(UserWarning, match="codestream-bits.*12 bits"):
        assert np.array_equal(pixel_array(ds), frame)


@pytest.mark.parametrize(
    "alias", ["jpeg-lossless", "jpeg2000-lossless", "htj2k-lossless", "jpeg-ls", "jpegxl-lossless"]
)
def test_a_wider_codestream_whose_samples_fit_is_no_finding(make_data_set, encapsulate, alias: str) -> None:
    frame = np.random.default_rng(8).integers(-2048, 2048, (9, 11)).astype("<i2")
    encoded = encode_frame(frame, described(frame, 16, resolve(alias)))
    ds = make_data_set(encapsulate([encoded]), frame, transfer_syntax=resolve(alias), BitsStored=12)
    assert np.array_equal(pixel_array(ds), frame)


@pytest.mark.parametrize("alias", ["jpeg-lossless", "jpeg2000-lossless", "htj2k-lossless", "jpegxl-lossless"])
def test_a_planar_configuration_that_the_codestream_has_not_is_told(
    make_data_set, encapsulate, colors, alias: str
) -> None:
    encoded = encode_frame(colors, described(colors, 8, resolve(alias)))
    ds = make_data_set(encapsulate([encoded]), colors, transfer_syntax=resolve(alias), PlanarConfiguration=1)
    with pytest.warns(UserWarning, match="codestream-planar"):
        assert np.array_equal(pixel_array(ds), colors)


@pytest.mark.parametrize("alias", ["jpeg2000-lossless", "htj2k-lossless"])
def test_a_sign_that_differs_is_told(make_data_set, encapsulate, smooth, alias: str) -> None:
    encoded = encode_frame(smooth, described(smooth, 12, resolve(alias)))
    ds = make_data_set(
        encapsulate([encoded]), smooth, transfer_syntax=resolve(alias), BitsStored=12, PixelRepresentation=1
    )
    with pytest.warns(UserWarning, match="codestream-sign"):
        assert np.array_equal(pixel_array(ds), (smooth.astype("<i2") + 2048) % 4096 - 2048)
