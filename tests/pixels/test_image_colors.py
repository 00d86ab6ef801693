"""Colours of every kind are shown as RGB of 8 bits; indices never reach past their table."""

from __future__ import annotations

import struct

import numpy as np
import pytest

import dicom
from dicom.errors import MissingDependencyError, PixelError
from tests.data_sources import seed
from tests.plotting.made_images import image as made_image

COLORS = np.random.default_rng(3).integers(0, 256, (8, 6, 3), np.uint8)


def color(array: np.ndarray, interpretation: str = "RGB", **elements: object) -> dicom.Dataset:
    return made_image(array, SamplesPerPixel=3, PhotometricInterpretation=interpretation, **elements)


def words(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}H", *values)


def palette(count: int, first: int, entries: bytes, bits: int = 16) -> dict[str, object]:
    found: dict[str, object] = {}
    for name in ("Red", "Green", "Blue"):
        found[f"{name}PaletteColorLookupTableDescriptor"] = [count, first, bits]
        found[f"{name}PaletteColorLookupTableData"] = entries
    return found


def test_rgb_of_8_bits_is_itself():
    shown = color(COLORS).image().display()
    np.testing.assert_array_equal(shown.array, COLORS)
    assert (shown.color_space, shown.samples_per_pixel) == ("RGB", 3)


def test_planes_are_put_together():
    ds = color(COLORS, PlanarConfiguration=1)
    ds.PixelData = np.moveaxis(COLORS, -1, 0).tobytes()
    np.testing.assert_array_equal(ds.image().display().array, COLORS)


@pytest.mark.parametrize(("dtype", "bits"), [(np.uint16, 16), (np.uint16, 12), (np.uint32, 32)])
def test_wider_samples_are_scaled_by_bits_stored(dtype, bits):
    full = 2**bits - 1
    array = np.array([[[0, full, full // 2], [1, full - 1, full // 3]]], dtype)
    shown = color(array, BitsStored=bits, HighBit=bits - 1).image().display().array
    np.testing.assert_array_equal(shown, np.floor(array / full * 255 + 0.5))


def test_ybr_is_stored_as_it_is_and_shown_as_rgb():
    ds = dicom.read(seed("SC_ybr_full_422_uncompressed.dcm"))
    image = ds.image()
    assert (image.color_space, image.display().color_space) == ("YBR_FULL", "RGB")
    np.testing.assert_array_equal(image.display().array, ds.pixel_array)
    ds.pixel_array_options(raw=True)
    np.testing.assert_array_equal(image.array, ds.pixel_array)


@pytest.mark.parametrize(
    "name",
    [
        "SC_rgb_jpeg_dcmtk.dcm",
        "SC_rgb_dcmtk_+eb+cy+s4.dcm",
        "SC_rgb_dcmtk_+eb+cr.dcm",
        "US1_J2KR.dcm",
        "SC_ybr_full_uncompressed.dcm",
    ],
)
def test_codestreams_in_colour_are_shown_as_pixel_array_gives_them(name):
    ds = dicom.read(seed(name))
    np.testing.assert_array_equal(ds.image().display().array, ds.pixel_array)


def test_each_frame_of_a_colour_series_is_shown():
    ds = dicom.read(seed("examples_ybr_color.dcm"))
    image = ds.image()
    assert image.shape == (30, 240, 320, 3)
    np.testing.assert_array_equal(image.frame(7).display().array, ds.pixel_array[7])


def test_the_retired_partial_range_is_spread():
    # ITU-R BT.601: black and white.
    ds = color(np.zeros((1, 2, 3), np.uint8), "YBR_PARTIAL_422")
    ds.PixelData = bytes([16, 235, 128, 128])
    assert ds.image().color_space == "YBR_PARTIAL_422"
    assert ds.image().array.tolist() == [[[16, 128, 128], [235, 128, 128]]]
    assert ds.image().display().array.tolist() == [[[0, 0, 0], [255, 255, 255]]]


@pytest.mark.parametrize("bits", [8, 16])
def test_frames_of_ybr_are_shown_alike_together_and_alone(bits):
    array = np.random.default_rng(1).integers(0, 2**bits, (3, 4, 6, 3), np.uint8 if bits == 8 else np.uint16)
    image = color(array, "YBR_FULL").image()
    np.testing.assert_array_equal(image.array, array)
    together = image.display().array
    np.testing.assert_array_equal(together, np.stack([image.frame(index).display().array for index in range(3)]))
    from_pixel_array = color(array, "YBR_FULL").pixel_array
    np.testing.assert_array_equal(together, np.floor(from_pixel_array / (2**bits - 1) * 255 + 0.5))


@pytest.mark.parametrize("interpretation", ["HSV", "ARGB", "CMYK", "MONOCHROME2"])
def test_colours_that_are_not_known_are_refused(interpretation):
    with pytest.raises(PixelError, match="Photometric Interpretation"):
        _ = color(COLORS, interpretation).image().display().array


def test_indices_beyond_the_palette_get_its_ends():
    # A palette index past its table let another program's memory into the picture (CVE-2026-5445).
    indices = np.array([[0, 9, 10, 11, 12, 65535]], np.uint16)
    ds = made_image(indices, PhotometricInterpretation="PALETTE COLOR", **palette(3, 10, words(0, 0x7FFF, 0xFFFF)))
    assert ds.image().display().array[..., 0].tolist() == [[0, 0, 0, 127, 255, 255]]
    assert ds.image().color_space == "PALETTE COLOR"
    np.testing.assert_array_equal(ds.image().array, indices)


def test_signed_indices_begin_at_a_negative_one():
    indices = np.array([[-32768, -2, -1, 0, 32767]], np.int16)
    ds = made_image(indices, PhotometricInterpretation="PALETTE COLOR")
    for place, name in enumerate(("Red", "Green", "Blue")):
        ds.add_new(0x00281101 + place, "US", [3, 65534, 16])
        setattr(ds, f"{name}PaletteColorLookupTableData", words(0, 0x7FFF, 0xFFFF))
    assert ds.image().display().array[..., 0].tolist() == [[0, 0, 127, 255, 255]]


def test_a_palette_that_lacks_a_table_is_refused():
    elements = palette(3, 0, words(0, 1, 2))
    del elements["GreenPaletteColorLookupTableData"]
    with pytest.raises(PixelError, match="Green"):
        made_image(np.zeros((2, 2), np.uint8), PhotometricInterpretation="PALETTE COLOR", **elements).image().display()


@pytest.mark.parametrize("presentation", ["COLOR", "MIXED"])
def test_a_supplemental_palette_colours_the_values_from_its_first_on(presentation):
    values = np.array([[0, 50, 99, 100, 101, 255]], np.uint8)
    ds = made_image(values, PixelPresentation=presentation, **palette(2, 100, words(0x4000, 0x8000)))
    ds.BluePaletteColorLookupTableData = words(0, 0)
    shown = ds.image().display(window=(50, 100)).array
    assert shown[0].tolist() == [[0] * 3, [128] * 3, [252] * 3, [64, 64, 0], [128, 128, 0], [128, 128, 0]]
    ds.PixelPresentation = "MONOCHROME"
    assert ds.image().display().array.shape == (1, 6)


def test_a_real_supplemental_palette_is_shown_in_colour():
    image = dicom.read(seed("eCT_Supplemental.dcm")).image()
    assert image.has_colors
    shown = image.frame(0).display().array
    assert shown.shape == (512, 512, 3)
    assert (shown[..., 0] != shown[..., 2]).any()


def profile() -> bytes:
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def test_an_icc_profile_is_used_when_asked_for():
    pytest.importorskip("PIL")
    ds = color(COLORS, ICCProfile=profile())
    assert ds.image().display().color_space == "RGB"
    shown = ds.image().display(icc=True)
    assert shown.color_space == "sRGB"
    assert np.abs(shown.array.astype(int) - COLORS).max() <= 1  # sRGB to sRGB
    with pytest.raises(PixelError, match="ICC"):
        color(COLORS, ICCProfile=b"no profile").image().display(icc=True)


def test_without_a_profile_colours_stay():
    shown = color(COLORS).image().display(icc=True)
    assert shown.color_space == "RGB"
    np.testing.assert_array_equal(shown.array, COLORS)


def test_an_icc_profile_without_pillow_says_what_to_install(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(MissingDependencyError, match="pip install"):
        color(COLORS, ICCProfile=b"profile").image().display(icc=True)


def test_a_palette_is_for_grey_images():
    with pytest.raises(PixelError, match="grey"):
        color(COLORS).image().display(palette="HOT_IRON")
