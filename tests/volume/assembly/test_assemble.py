"""Frames in one array: values, types, units, whatever they are encoded as; and what can't be."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
from dicom.errors import DicomError, FileChangedError, GeometryError, MissingElementError, PixelError
from dicom.volume import read_series
from dicom.volume.assembly import assemble as room
from dicom.volume.assembly.assemble import assemble
from dicom.volume.series.headers import read_headers, single_frame_planes
from tests.volume.made import grid_affine, made_series, plane_data_sets, stored_values, write_series
from tests.volume.made_multiframe import enhanced

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Any

    from dicom.volume.assembly.assemble import Assembled
    from dicom.volume.planes import Planes

SHAPE = (5, 20, 24)
SYNTAXES = {
    "implicit": "1.2.840.10008.1.2",
    "explicit": "1.2.840.10008.1.2.1",
    "big endian": "1.2.840.10008.1.2.2",
    "deflated": "1.2.840.10008.1.2.1.99",
    "encapsulated": "1.2.840.10008.1.2.1.98",
    "RLE": "1.2.840.10008.1.2.5",
    "JPEG lossless": "1.2.840.10008.1.2.4.70",
    "JPEG-LS": "1.2.840.10008.1.2.4.80",
    "JPEG 2000": "1.2.840.10008.1.2.4.90",
    "HTJ2K": "1.2.840.10008.1.2.4.201",
}


def planes_of(paths: Sequence[Path | bytes]) -> Planes:
    """The planes of files of one frame, in their order."""
    headers = read_headers([path if isinstance(path, bytes) else str(path) for path in paths])
    return single_frame_planes(headers, np.arange(len(paths)))


def assembled(paths: Sequence[Path | bytes], **options: Any) -> Assembled:
    """All files in their order."""
    return assemble(planes_of(paths), np.arange(len(paths)), **options)


def modality_values(paths: Sequence[Path]) -> np.ndarray[Any, Any]:
    """What each file's image gives by itself."""
    return np.stack([dicom.image(dicom.read(path)).modality().array for path in paths])


def written(folder: Path, array: Any, **elements: Any) -> list[Path]:
    """A series of these stored values."""
    return write_series(folder, plane_data_sets(array, grid_affine(), **elements))


@pytest.mark.parametrize("name", SYNTAXES)
def test_values_are_those_of_the_image_in_each_transfer_syntax(name: str, tmp_path: Path) -> None:
    made = made_series(tmp_path, SHAPE, transfer_syntax=SYNTAXES[name])
    found = assembled(made.paths)
    assert found.array.dtype == np.float32
    assert np.array_equal(found.array, made.values)
    assert np.array_equal(found.array, modality_values(made.paths))
    assert (found.unit, found.unit_source, found.is_color) == ("HU", "RescaleType", False)


@pytest.mark.parametrize("dtype", ["<u1", "<i1", "<u2", "<i2", "<u4", "<i4"])
@pytest.mark.parametrize("rescale", [(1.0, 0.0), (1.0, -1024.0), (0.37, -0.11), (2.5, 0.5)])
def test_both_ways_give_what_the_image_gives(
    dtype: str, rescale: tuple[float, float], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    array = stored_values(SHAPE).astype(dtype)
    paths = written(tmp_path, array, slope=rescale[0], intercept=rescale[1])
    native = assembled(paths)
    monkeypatch.setattr(room, "_is_native", lambda planes, wanted, dtype: np.zeros(len(wanted.rows), bool))
    decoded = assembled(paths)
    expected = modality_values(paths).astype(np.float32 if rescale != (1.0, 0.0) else dtype)
    for found in (native, decoded):
        assert found.array.dtype == expected.dtype
        assert np.array_equal(found.array, expected)


@pytest.mark.parametrize("bits", [12, 10])
@pytest.mark.parametrize("dtype", ["<u2", "<i2"])
@pytest.mark.parametrize("syntax", ["explicit", "big endian"])
def test_bits_above_bits_stored_are_none_of_the_value(bits: int, dtype: str, syntax: str, tmp_path: Path) -> None:
    # An older overlay lies in the highest bits.
    array = (stored_values(SHAPE).astype("<u2") | 0xA000).astype(dtype)
    data_sets = plane_data_sets(array, grid_affine(), BitsStored=bits, HighBit=bits - 1)
    paths = write_series(tmp_path, data_sets, transfer_syntax=SYNTAXES[syntax])
    assert np.array_equal(assembled(paths).array, modality_values(paths))


def test_each_slice_has_its_own_rescale(tmp_path: Path) -> None:
    made = made_series(tmp_path, SHAPE, modality="PT", slope=[0.1 + 0.07 * k for k in range(SHAPE[0])])
    found = assembled(made.paths)
    assert np.array_equal(found.array, made.values.astype(np.float32))
    assert found.unit == "Bq/ml"


def test_stored_values_stay_where_the_rescale_is_the_identity_of_all(tmp_path: Path) -> None:
    made = made_series(tmp_path, SHAPE, modality="MR", dtype="<u2")
    found = assembled(made.paths)
    assert found.array.dtype == np.uint16
    assert np.array_equal(found.array, made.stored)
    assert found.unit is None


def test_one_slice_with_a_rescale_makes_all_float(tmp_path: Path) -> None:
    made = made_series(tmp_path, SHAPE, intercept=0.0, slope=[1, 1, 2, 1, 1])
    assert assembled(made.paths).array.dtype == np.float32
    part = assembled(made.paths, region=(slice(0, 2), None, None))
    assert part.array.dtype == np.float32


def test_signed_and_unsigned_slices_go_into_a_type_that_holds_both(tmp_path: Path) -> None:
    array = stored_values(SHAPE)
    first = plane_data_sets(array[:2], grid_affine(), intercept=0.0)
    second = plane_data_sets(array[2:].astype("<u2"), grid_affine(), intercept=0.0)
    paths = write_series(tmp_path, [*first, *second])
    found = assembled(paths)
    assert found.array.dtype == np.int32
    assert np.array_equal(found.array, array)


def test_slices_may_be_encoded_differently(tmp_path: Path) -> None:
    data_sets = plane_data_sets(stored_values(SHAPE), grid_affine())
    paths = [
        *write_series(tmp_path / "a", data_sets[:2]),
        *write_series(tmp_path / "b", data_sets[2:4], transfer_syntax=SYNTAXES["JPEG-LS"]),
        *write_series(tmp_path / "c", data_sets[4:], transfer_syntax=SYNTAXES["big endian"]),
    ]
    assert np.array_equal(assembled(paths).array, stored_values(SHAPE) - 1024.0)


@pytest.mark.parametrize("dtype", ["i2", "i4", "i8", "f4", "f8"])
@pytest.mark.parametrize("syntax", ["explicit", "RLE"])
def test_a_type_that_holds_the_values_gives_them(dtype: str, syntax: str, tmp_path: Path) -> None:
    made = made_series(tmp_path, SHAPE, transfer_syntax=SYNTAXES[syntax])
    found = assembled(made.paths, dtype=dtype).array
    assert found.dtype == np.dtype(dtype)
    assert np.array_equal(found, made.values)


@pytest.mark.parametrize("dtype", ["u2", "i1", "u8", "u4"])
@pytest.mark.parametrize("syntax", ["explicit", "RLE"])
def test_a_value_that_the_type_cannot_hold_is_an_error(dtype: str, syntax: str, tmp_path: Path) -> None:
    made = made_series(tmp_path, SHAPE, transfer_syntax=SYNTAXES[syntax])
    with pytest.raises(PixelError, match="out of the range") as caught:
        assembled(made.paths, dtype=dtype)
    assert caught.value.path == str(made.paths[0])


@pytest.mark.parametrize("syntax", ["explicit", "RLE"])
def test_fractions_are_no_whole_numbers(syntax: str, tmp_path: Path) -> None:
    made = made_series(tmp_path, SHAPE, slope=0.25, transfer_syntax=SYNTAXES[syntax])
    with pytest.raises(PixelError, match="isn't a whole number"):
        assembled(made.paths, dtype="i4")


def test_a_type_that_is_no_number_is_refused(tmp_path: Path) -> None:
    made = made_series(tmp_path, SHAPE)
    for dtype in ("complex64", "U5", ">i2", "bool", "no such type"):
        with pytest.raises(GeometryError, match=r"dtype|values can't be"):
            assembled(made.paths, dtype=dtype)


def test_colours_have_a_last_axis(tmp_path: Path) -> None:
    array = np.random.default_rng(1).integers(0, 256, (4, 6, 8, 3), np.uint8)
    data_sets = plane_data_sets(array[..., 0], grid_affine())
    for ds, frame in zip(data_sets, array, strict=True):
        ds.SamplesPerPixel, ds.PlanarConfiguration, ds.PhotometricInterpretation = 3, 0, "RGB"
        del ds.RescaleSlope, ds.RescaleIntercept, ds.RescaleType
        ds.PixelData = frame.tobytes()
    paths = write_series(tmp_path, data_sets)
    found = assembled(paths)
    assert found.is_color
    assert found.array.dtype == np.uint8
    assert np.array_equal(found.array, array)
    part = assembled(paths, region=(slice(1, 3), slice(2, 5), slice(0, 8, 3)))
    assert np.array_equal(part.array, array[1:3, 2:5, ::3])


def test_palette_indices_stay_indices(tmp_path: Path) -> None:
    array = stored_values(SHAPE).astype("<u1")
    paths = written(
        tmp_path,
        array,
        PhotometricInterpretation="PALETTE COLOR",
        **{f"{color}PaletteColorLookupTableDescriptor": [256, 0, 8] for color in ("Red", "Green", "Blue")},
        **{f"{color}PaletteColorLookupTableData": bytes(range(256)) for color in ("Red", "Green", "Blue")},
    )
    found = assembled(paths)
    assert found.array.dtype == np.uint8
    assert np.array_equal(found.array, array)


def test_a_table_gives_its_entries(tmp_path: Path) -> None:
    table = dicom.Dataset()
    table.LUTDescriptor = [4096, 0, 16]
    table.ModalityLUTType = "OD"
    table.add_new(0x00283006, "US", [(7 * n) % 65536 for n in range(4096)])
    data_sets = plane_data_sets(stored_values(SHAPE, "<u2"), grid_affine(), BitsStored=12, HighBit=11)
    for ds in data_sets:
        del ds.RescaleSlope, ds.RescaleIntercept, ds.RescaleType
        ds.ModalityLUTSequence = [table]
    found = assembled(write_series(tmp_path, data_sets))
    assert found.array.dtype == np.float32
    assert np.array_equal(found.array, stored_values(SHAPE) * 7.0)
    assert found.unit == "optical density / 1000"


def test_floating_point_pixel_data_keeps_its_type(tmp_path: Path) -> None:
    values = np.random.default_rng(2).normal(size=SHAPE).astype("<f4")
    data_sets = plane_data_sets(stored_values(SHAPE), grid_affine(), modality="MR")
    for ds, plane in zip(data_sets, values, strict=True):
        del ds.PixelData, ds.PixelRepresentation, ds.BitsStored, ds.HighBit
        ds.BitsAllocated = 32
        ds.FloatPixelData = plane.tobytes()
    paths = write_series(tmp_path, data_sets)
    assert assembled(paths).array.dtype == np.float32
    assert np.array_equal(assembled(paths).array, values)
    assert np.array_equal(assembled(paths, dtype="f8").array, values.astype("f8"))


def test_padding_stays_what_it_is(tmp_path: Path) -> None:
    array = stored_values(SHAPE)
    array[:, 0] = -2000
    paths = written(tmp_path, array, PixelPaddingValue=-2000)
    assert (assembled(paths).array[:, 0] == -3024).all()


def test_files_at_hand_as_bytes_are_read(tmp_path: Path) -> None:
    made = made_series(tmp_path, SHAPE)
    found = assembled([path.read_bytes() for path in made.paths])
    assert np.array_equal(found.array, made.values)


def test_slots_without_a_plane_are_filled(tmp_path: Path) -> None:
    made = made_series(tmp_path, SHAPE)
    planes = planes_of(made.paths)
    slots = np.array([[0, -1, 2], [-1, 3, 4]])
    found = assemble(planes, slots).array
    assert found.shape == (2, 3, *SHAPE[1:])
    assert np.isnan(found[0, 1]).all()
    assert np.isnan(found[1, 0]).all()
    assert np.array_equal(found[1, 1:], made.values[3:])
    assert (assemble(planes, slots, fill=-5).array[0, 1] == -5).all()
    whole = assemble(planes, slots, fill=-1024, dtype="i2").array
    assert whole.dtype == np.int16
    assert (whole[1, 0] == -1024).all()


def test_whole_numbers_have_no_value_for_what_is_missing(tmp_path: Path) -> None:
    made = made_series(tmp_path, SHAPE, modality="MR")
    planes = planes_of(made.paths)
    assert assemble(planes, np.array([0, -1])).array.dtype == np.float32
    assert assemble(planes, np.array([0, -1]), fill=0).array.dtype == np.int16
    with pytest.raises(GeometryError, match="give fill="):
        assemble(planes, np.array([0, -1]), dtype="i2")
    with pytest.raises(GeometryError, match="isn't a value of int16"):
        assemble(planes, np.array([0, -1]), fill=0.5)
    with pytest.raises(GeometryError, match="isn't a value of int16"):
        assemble(planes, np.array([0, -1]), fill=1e6, dtype="i2")


@pytest.mark.parametrize("syntax", ["explicit", "RLE"])
def test_the_array_of_the_caller_is_filled(syntax: str, tmp_path: Path) -> None:
    made = made_series(tmp_path, SHAPE, transfer_syntax=SYNTAXES[syntax])
    for dtype in (np.float32, np.float64, np.int16):
        out = np.zeros(SHAPE, dtype)
        assert assembled(made.paths, out=out).array is out
        assert np.array_equal(out, made.values)


def test_an_array_that_does_not_fit_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    made = made_series(tmp_path, SHAPE)
    frozen = np.zeros(SHAPE, np.float32)
    frozen.setflags(write=False)
    wrong = {
        "shape": np.zeros((5, 20, 25), np.float32),
        "C-contiguous": np.zeros((5, 24, 20), np.float32).transpose(0, 2, 1),
        "writable": frozen,
        "values can't be": np.zeros(SHAPE, np.complex64),
        "byte order": np.zeros(SHAPE, ">f4"),
    }
    for what, out in wrong.items():
        with pytest.raises(GeometryError, match=what):
            assembled(made.paths, out=out)
        assert not out.any()
    with pytest.raises(GeometryError, match="NumPy array"):
        assembled(made.paths, out=[0.0])
    with pytest.raises(GeometryError, match="dtype says"):
        assembled(made.paths, out=np.zeros(SHAPE, np.float32), dtype="f8")


def test_slices_in_different_units_are_refused(tmp_path: Path) -> None:
    data_sets = plane_data_sets(stored_values(SHAPE), grid_affine())
    data_sets[3].RescaleType = "MGML"
    paths = write_series(tmp_path, data_sets)
    with pytest.raises(PixelError, match=r"mg/ml.*HU") as caught:
        assembled(paths)
    assert caught.value.path == str(paths[3])
    data_sets[3].RescaleType = "Made^By Code"
    with pytest.raises(PixelError) as caught:
        assembled(write_series(tmp_path, data_sets))
    assert "Made" not in str(caught.value)


def test_frames_in_different_units_are_refused(tmp_path: Path) -> None:
    classic = plane_data_sets(stored_values(SHAPE), grid_affine())
    ds = enhanced(classic, per_frame=True)
    groups = ds.PerFrameFunctionalGroupsSequence
    (path,) = write_series(tmp_path / "one", [ds])
    assert read_series(path).unit == "HU"
    groups[3].PixelValueTransformationSequence[0].RescaleType = "ED"
    (path,) = write_series(tmp_path / "two", [ds])
    with pytest.raises(PixelError, match=r"frame 3 is in 10²³ electrons/ml, frame 0 in HU"):
        read_series(path)
    # What the unit is doesn't hang on the region.
    with pytest.raises(PixelError, match="one volume has one unit"):
        read_series(path, region=(slice(0, 2), None, None))


def test_a_file_without_pixel_data_is_named(tmp_path: Path) -> None:
    data_sets = plane_data_sets(stored_values(SHAPE), grid_affine())
    del data_sets[2].PixelData
    paths = write_series(tmp_path, data_sets)
    with pytest.raises(MissingElementError, match="no pixel data") as caught:
        assembled(paths)
    assert caught.value.path == str(paths[2])


@pytest.mark.parametrize("syntax", ["explicit", "RLE"])
@pytest.mark.parametrize("missing", [4, 400])
def test_pixel_data_that_breaks_off_is_named(syntax: str, missing: int, tmp_path: Path) -> None:
    made = made_series(tmp_path, SHAPE, transfer_syntax=SYNTAXES[syntax])
    broken = made.paths[3]
    broken.write_bytes(broken.read_bytes()[: -missing - 100])
    with pytest.raises(DicomError) as caught:
        assembled(made.paths)
    assert str(broken) in str(caught.value)
    assert caught.value.path == str(broken)


@pytest.mark.parametrize("syntax", ["explicit", "RLE"])
@pytest.mark.parametrize("change", ["gone", "longer", "touched", "replaced"])
def test_a_file_that_is_another_than_when_it_was_scanned_is_named(change: str, syntax: str, tmp_path: Path) -> None:
    made = made_series(tmp_path, SHAPE, transfer_syntax=SYNTAXES[syntax])
    planes = planes_of(made.paths)
    path = made.paths[3]
    if change == "gone":
        path.unlink()
    elif change == "longer":
        path.write_bytes(path.read_bytes() + bytes(8))
    elif change == "touched":
        os.utime(path, ns=(1, 1))
    else:
        path.write_bytes(made.paths[0].read_bytes())
        os.utime(path, ns=(2, 2))
    with pytest.raises(FileChangedError, match="since its header was read") as caught:
        assemble(planes, np.arange(len(planes)))
    assert caught.value.path == str(path)


def test_slices_of_several_sizes_are_named(tmp_path: Path) -> None:
    data_sets = plane_data_sets(stored_values(SHAPE), grid_affine())
    data_sets[4:] = plane_data_sets(stored_values((1, 10, 24)), grid_affine())
    paths = write_series(tmp_path, data_sets)
    with pytest.raises(GeometryError, match=f"{paths[4].name}: 10 rows x 24 columns"):
        assembled(paths)


def test_colours_and_grey_levels_are_no_volume(tmp_path: Path) -> None:
    data_sets = plane_data_sets(stored_values(SHAPE).astype("<u1"), grid_affine(), modality="MR")
    ds = data_sets[1]
    ds.SamplesPerPixel, ds.PlanarConfiguration, ds.PhotometricInterpretation = 3, 0, "RGB"
    ds.PixelData = bytes(SHAPE[1] * SHAPE[2] * 3)
    with pytest.raises(PixelError, match="some slices are colours"):
        assembled(write_series(tmp_path, data_sets))


def test_progress_counts_planes_to_the_end(tmp_path: Path) -> None:
    made = made_series(tmp_path, SHAPE, transfer_syntax=SYNTAXES["RLE"])
    calls: list[tuple[int, int]] = []
    assembled(made.paths, progress=lambda done, total: calls.append((done, total)), workers=2)
    assert calls[-1] == (5, 5)
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)


def test_workers_below_one_are_refused(tmp_path: Path) -> None:
    made = made_series(tmp_path, SHAPE)
    with pytest.raises(PixelError, match="workers"):
        assembled(made.paths, workers=0)
