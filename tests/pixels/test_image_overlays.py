"""Overlays lie where they belong on the image's pixels, and none is left in the values."""

from __future__ import annotations

import numpy as np
import pytest

import dicom
from dicom.pixels.bits import pack_bits
from tests.data_sources import seed
from tests.plotting.made_images import image as made_image

SQUARE = np.ones((2, 2), np.uint8)


def with_overlay(
    ds: dicom.Dataset, overlay: np.ndarray, group: int = 0x6000, origin: tuple[int, int] = (1, 1), **more: int
) -> dicom.Dataset:
    rows, columns = overlay.shape[-2:]
    ds.add_new((group, 0x0010), "US", rows)
    ds.add_new((group, 0x0011), "US", columns)
    if overlay.ndim == 3 or "frame_origin" in more:
        ds.add_new((group, 0x0015), "IS", len(overlay) if overlay.ndim == 3 else 1)
    if "frame_origin" in more:
        ds.add_new((group, 0x0051), "US", more["frame_origin"])
    ds.add_new((group, 0x0040), "CS", "G")
    ds.add_new((group, 0x0050), "SS", list(origin))
    ds.add_new((group, 0x0100), "US", 1)
    ds.add_new((group, 0x0102), "US", 0)
    ds.add_new((group, 0x3000), "OW", pack_bits(overlay))
    return ds


def blank(*shape: int) -> dicom.Dataset:
    return made_image(np.zeros(shape, np.uint8))


def test_an_overlay_of_the_images_size_is_given_as_it_is():
    overlay = np.random.default_rng(1).integers(0, 2, (4, 6), np.uint8)
    found = with_overlay(blank(4, 6), overlay).image().overlays()
    assert list(found) == [0x6000]
    assert found[0x6000].dtype == np.bool_
    np.testing.assert_array_equal(found[0x6000], overlay)


@pytest.mark.parametrize(
    ("origin", "rows", "columns"),
    [
        ((1, 1), slice(0, 2), slice(0, 2)),
        ((3, 4), slice(2, 4), slice(3, 5)),
        ((0, 1), slice(0, 1), slice(0, 2)),  # one row above the image
        ((4, 6), slice(3, 4), slice(5, 6)),  # cut off at the right and below
        ((-5, 1), slice(0, 0), slice(0, 0)),
        ((1, 99), slice(0, 0), slice(0, 0)),
    ],
)
def test_an_overlay_lies_at_its_origin_and_is_cut_off_at_the_image(origin, rows, columns):
    wanted = np.zeros((4, 6), bool)
    wanted[rows, columns] = True
    np.testing.assert_array_equal(with_overlay(blank(4, 6), SQUARE, origin=origin).image().overlays()[0x6000], wanted)


def test_an_overlay_without_frames_belongs_to_every_frame():
    found = with_overlay(blank(3, 2, 2), SQUARE).image().overlays()[0x6000]
    assert found.shape == (3, 2, 2)
    assert found.all()


def test_frames_of_an_overlay_begin_at_the_image_frame_origin():
    overlay = np.stack([SQUARE, SQUARE])
    ds = with_overlay(blank(4, 2, 2), overlay, frame_origin=2)
    assert ds.image().overlays()[0x6000].any(axis=(1, 2)).tolist() == [False, True, True, False]
    assert not ds.image().frame(0).overlays()[0x6000].any()
    assert ds.image().frame(1).overlays()[0x6000].shape == (2, 2)
    ds = with_overlay(blank(4, 2, 2), overlay)
    assert ds.image().overlays()[0x6000].any(axis=(1, 2)).tolist() == [True, True, False, False]


def test_several_groups_are_given():
    ds = with_overlay(with_overlay(blank(2, 2), SQUARE), SQUARE * 0, group=0x60FE)
    assert [(group, plane.any()) for group, plane in ds.image().overlays().items()] == [(0x6000, True), (0x60FE, False)]


@pytest.mark.parametrize("interpretation", ["MONOCHROME1", "MONOCHROME2"])
def test_overlays_are_drawn_white_when_asked_for(interpretation):
    ds = with_overlay(blank(4, 6), SQUARE, origin=(2, 2))
    ds.PhotometricInterpretation = interpretation
    plain, drawn = ds.image().display().array, ds.image().display(overlays=True).array
    assert (drawn[1:3, 1:3] == 255).all()
    drawn = drawn.copy()
    drawn[1:3, 1:3] = plain[1:3, 1:3]
    np.testing.assert_array_equal(drawn, plain)


def test_overlays_are_drawn_on_colours_without_changing_the_stored_ones():
    colors = np.full((4, 4, 3), 7, np.uint8)
    ds = with_overlay(made_image(colors, SamplesPerPixel=3, PhotometricInterpretation="RGB"), SQUARE)
    image = ds.image()
    assert image.display(overlays=True).array[0, 0].tolist() == [255, 255, 255]
    np.testing.assert_array_equal(image.array, colors)


def embedded(signed: bool = False) -> tuple[dicom.Dataset, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    values = rng.integers(-2048 if signed else 0, 2047 if signed else 4095, (6, 5), np.int16)
    overlay = rng.integers(0, 2, (6, 5), np.uint16)
    words = (values.view(np.uint16) & 0x0FFF) | overlay << 14
    ds = made_image(words, BitsStored=12, HighBit=11, PixelRepresentation=int(signed))
    ds.add_new((0x6002, 0x0010), "US", 6)
    ds.add_new((0x6002, 0x0011), "US", 5)
    ds.add_new((0x6002, 0x0100), "US", 16)
    ds.add_new((0x6002, 0x0102), "US", 14)
    return ds, values, overlay


@pytest.mark.parametrize("signed", [False, True])
def test_an_overlay_in_unused_bits_is_taken_out_of_the_values_and_given(signed):
    ds, values, overlay = embedded(signed)
    image = ds.image()
    np.testing.assert_array_equal(image.array, values)
    np.testing.assert_array_equal(image.overlays()[0x6002], overlay.astype(bool))
    assert [finding.code for finding in image.corrections] == ["overlay-in-unused-bits"]
    assert ds.findings == list(image.corrections)


@pytest.mark.parametrize("bit", [0, 11, 16, 99])
def test_bits_that_are_no_unused_ones_hold_no_overlay(bit):
    ds, _, _ = embedded()
    ds[0x6002, 0x0102].value = bit
    assert ds.image().overlays() == {}
    assert ds.image().corrections == ()


def test_an_overlay_that_cannot_be_read_is_left_out_with_a_finding():
    ds = with_overlay(with_overlay(blank(4, 4), SQUARE), SQUARE, group=0x6002)
    ds[0x6002, 0x0010].value = 9000
    assert list(ds.image().overlays()) == [0x6000]
    assert [finding.code for finding in ds.findings] == ["overlay-unreadable"]
    assert ds.image().display(overlays=True).array[0, 0] == 255


def test_a_real_overlay_is_that_of_overlay_array():
    ds = dicom.read(seed("MR-SIEMENS-DICOM-WithOverlays.dcm"))
    np.testing.assert_array_equal(ds.image().overlays()[0x6000], ds.overlay_array(0x6000).astype(bool))
