"""Palettes, colour spaces and ICC profiles give what pydicom's give."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pydicom
import pydicom.pixels.processing as theirs
import pytest

import dicom
import dicom.compat.pixels.processing as ours
from dicom.errors import PixelError
from tests.data_sources import seed

INDICES = np.array([[0, 1, 2, 3], [4, 0, 250, 1]], "u1")
LIBRARIES = [dicom.Dataset, pydicom.Dataset]
COLORS = ("Red", "Green", "Blue")


def words(*numbers: int) -> bytes:
    return struct.pack(f"<{len(numbers)}H", *numbers)


def palette(library: type, descriptor: list[int], data: Any, *, segmented: bool = False, alpha: bool = False) -> Any:
    ds = library()
    for number, name in enumerate(COLORS + (("Alpha",) if alpha else ())):
        if name != "Alpha":
            keyword = f"{name}PaletteColorLookupTableDescriptor"
            ds.add_new(pydicom.datadict.tag_for_keyword(keyword), "SS" if descriptor[1] < 0 else "US", descriptor)
        table = data[number] if isinstance(data, list) else data
        setattr(ds, f"{'Segmented' if segmented else ''}{name}PaletteColorLookupTableData", table)
    return ds


def same(array: Any, expected: Any) -> bool:
    return bool(array.shape == expected.shape and array.dtype == expected.dtype and np.array_equal(array, expected))


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(
    ("descriptor", "data", "options"),
    [
        ([4, 0, 8], [bytes([1, 2, 3, 4]), bytes([5, 6, 7, 8]), bytes([9, 10, 11, 12])], {}),
        ([4, 0, 16], words(1, 2, 3, 4000), {}),
        ([4, 0, 16], words(1, 2, 3, 40), {}),
        ([4, 1, 16], words(1, 2, 3, 4000), {}),
        ([4, 0, 16], words(1, 2, 3, 4), {"alpha": True}),
        ([4, 0, 16], words(0, 1, 10, 1, 3, 400), {"segmented": True}),
        ([4, 0, 8], bytes([0, 1, 10, 1, 3, 40]), {"segmented": True}),
        ([5, 0, 16], words(0, 2, 10, 11, 1, 1, 20, 2, 1, 0, 0), {"segmented": True}),
    ],
)
def test_a_palette_is_applied_as_pydicom_s(library: type, descriptor: Any, data: Any, options: Any) -> None:
    reference = palette(pydicom.Dataset, descriptor, data, **options)
    reference.set_original_encoding(False, True)
    expected = theirs.apply_color_lut(INDICES, reference)
    assert same(ours.apply_color_lut(INDICES, palette(library, descriptor, data, **options)), expected)


def test_signed_indices_have_a_table_that_begins_below_zero() -> None:
    values = np.array([-3, -2, 0, 9], "i2")
    both = [palette(library, [4, -2, 16], words(1, 2, 3, 4000)) for library in (pydicom.Dataset, dicom.Dataset)]
    assert same(ours.apply_color_lut(values, both[1]), theirs.apply_color_lut(values, both[0]))


def test_tables_that_pydicom_does_not_read() -> None:
    for descriptor, data in ([4, 0, 16], words(1, 2)), ([2, 0, 16], words(1, 2, 3, 4)), ([2, 0, 8], bytes([1, 2, 0])):
        ds = palette(dicom.Dataset, descriptor, data)
        assert ours.apply_color_lut(INDICES, ds)[0, :, 0].tolist() == [1, 2, 2, 2]
    # Entries of 8 bits that stand in words are of 8 bits, as the descriptor says; pydicom gives uint16.
    array = ours.apply_color_lut(INDICES, palette(dicom.Dataset, [4, 0, 8], words(1, 2, 3, 4)))
    assert (array.dtype, array[0, :, 0].tolist()) == (np.uint8, [1, 2, 3, 4])


@pytest.mark.parametrize("number", range(1, 9))
def test_a_well_known_palette_is_pydicom_s(number: int) -> None:
    values = np.arange(256, dtype="u2").reshape(2, 128)
    uid = f"1.2.840.10008.1.5.{number}"
    assert same(ours.apply_color_lut(values, palette=uid), theirs.apply_color_lut(values, palette=uid))


def test_an_index_beyond_a_well_known_palette_gets_its_last_colour() -> None:
    # pydicom begins anew at 256.
    assert ours.apply_color_lut(np.array([255, 256, 65535], "u2"), palette="PET").tolist() == [[255, 255, 255]] * 3


# pydicom gives FALL the colours of winter, and WINTER those of fall.
@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("HOT_IRON", 1),
        ("PET", 2),
        ("HOT_METAL_BLUE", 3),
        ("PET_20_STEP", 4),
        ("SPRING", 5),
        ("SUMMER", 6),
        ("FALL", 7),
        ("WINTER", 8),
    ],
)
def test_a_well_known_palette_has_a_name(name: str, number: int) -> None:
    values = np.arange(256, dtype="u1")
    by_uid = theirs.apply_color_lut(values, palette=f"1.2.840.10008.1.5.{number}")
    assert same(ours.apply_color_lut(values, palette=name), by_uid)


def test_the_palette_of_a_file_is_pydicom_s() -> None:
    for name in ("examples_palette.dcm", "OBXXXX1A.dcm"):
        reference, ds = pydicom.dcmread(seed(name)), dicom.read(seed(name))
        assert same(ours.apply_color_lut(ds.pixel_array, ds), theirs.apply_color_lut(ds.pixel_array, reference))


def test_a_palette_that_is_none_is_refused() -> None:
    with pytest.raises(PixelError, match="either"):
        ours.apply_color_lut(INDICES)
    with pytest.raises(PixelError, match="HOT_IRON"):
        ours.apply_color_lut(INDICES, palette="nothing")
    with pytest.raises(PixelError, match="Descriptor"):
        ours.apply_color_lut(INDICES, dicom.Dataset())


@pytest.mark.parametrize(
    ("current", "desired"), [("RGB", "YBR_FULL"), ("YBR_FULL", "RGB"), ("RGB", "YBR_FULL_422"), ("YBR_FULL_422", "RGB")]
)
def test_a_colour_space_is_converted_as_by_pydicom(current: str, desired: str) -> None:
    rng = np.random.default_rng(3)
    colors = rng.integers(0, 256, (2, 101, 83, 3), "u1")
    # All grays and all corners, where halves are rounded.
    colors[0, 0, :83] = np.arange(83, dtype="u1")[:, None]
    colors[0, 1, :8] = [[r, g, b] for r in (0, 255) for g in (0, 255) for b in (0, 255)]
    expected = theirs.convert_color_space(colors, current, desired)
    assert same(ours.convert_color_space(colors, current, desired), expected)
    assert same(ours.convert_color_space(colors[0], current, desired), expected[0])
    copy = colors.copy()
    assert ours.convert_color_space(copy, current, desired, per_frame=True) is copy
    assert same(copy, expected)
    with_stride = np.asfortranarray(colors)
    assert same(ours.convert_color_space(with_stride, current, desired), expected)


def test_the_same_space_needs_no_conversion() -> None:
    colors = np.zeros((2, 2, 3), "u1")
    for current, desired in ("RGB", "RGB"), ("YBR_FULL", "YBR_FULL_422"):
        assert ours.convert_color_space(colors, current, desired) is colors


def test_what_can_not_be_converted_is_refused() -> None:
    colors = np.zeros((2, 2, 3), "u1")
    with pytest.raises(NotImplementedError):
        ours.convert_color_space(colors, "YBR_RCT", "RGB")
    with pytest.raises(ValueError, match="uint16"):
        ours.convert_color_space(colors.astype("u2"), "RGB", "YBR_FULL")
    with pytest.raises(ValueError, match="three samples"):
        ours.convert_color_space(colors[..., 0], "RGB", "YBR_FULL")


@pytest.fixture
def profile() -> bytes:
    cms = pytest.importorskip("PIL.ImageCms")
    data: bytes = cms.ImageCmsProfile(cms.createProfile("sRGB")).tobytes()
    return data


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("intent", [None, 0, 3])
@pytest.mark.parametrize("frames", [1, 2])
def test_an_icc_profile_is_applied_as_by_pydicom(library: type, profile: bytes, intent: Any, frames: int) -> None:
    colors = np.random.default_rng(4).integers(0, 256, (frames, 5, 6, 3), "u1")
    colors = colors if frames > 1 else colors[0]
    ds, reference = library(), pydicom.Dataset()
    ds.ICCProfile = reference.ICCProfile = profile
    mine, expected = colors.copy(), theirs.apply_icc_profile(colors.copy(), reference, intent=intent)
    assert ours.apply_icc_profile(mine, ds, intent=intent) is mine
    assert same(mine, expected)
    transform = ours.create_icc_transform(icc_profile=profile, intent=intent)
    assert same(ours.apply_icc_profile(colors.copy(), transform=transform), expected)


def test_a_profile_that_is_none_is_refused(profile: bytes) -> None:
    colors = np.zeros((2, 2, 3), "u1")
    with pytest.raises(PixelError, match="has to be given"):
        ours.create_icc_transform(dicom.Dataset())
    with pytest.raises(PixelError, match="can't be used"):
        ours.create_icc_transform(icc_profile=b"no profile")
    with pytest.raises(PixelError, match="intent"):
        ours.create_icc_transform(icc_profile=profile, intent=4)
    with pytest.raises(PixelError, match="colour space"):
        ours.create_icc_transform(icc_profile=profile, color_space="CMYK")
    with pytest.raises(PixelError, match="either"):
        ours.apply_icc_profile(colors)
    with pytest.raises(PixelError, match="uint8"):
        ours.apply_icc_profile(colors.astype("u2"), transform=object())
