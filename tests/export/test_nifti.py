"""NIfTI files hold the same values at the same mm, for nibabel, ITK and dcm2niix, and nothing about the patient."""

from __future__ import annotations

import gzip
import json
import os
import sys
import zlib

import nibabel
import numpy as np
import pytest
import SimpleITK as sitk

from dicom.errors import PixelError
from dicom.export import save_nifti, to_nibabel
from dicom.export.stream import PIECE_BYTES
from tests.export.made_volumes import AFFINES, SHAPE, SHEARED, dcm2niix, made, made_series, values, volume_of
from tests.volume.made import grid_affine

RAS = np.diag([-1.0, -1, 1, 1])


def corners(shape: tuple[int, int, int]) -> np.ndarray:
    """The eight corners as (k, j, i, 1) columns."""
    return np.array([(k, j, i, 1) for k in (0, shape[0] - 1) for j in (0, shape[1] - 1) for i in (0, shape[2] - 1)]).T


def assert_same_places(image: nibabel.Nifti1Image, volume) -> None:
    """The corners, and the values in them, are the volume's."""
    at = corners(volume.grid_shape)
    lps = RAS @ image.affine @ at[[2, 1, 0, 3]]
    assert np.abs(lps - volume.affine @ at).max() < 1e-3
    assert np.array_equal(np.asarray(image.dataobj), volume.array.T)


@pytest.mark.parametrize("name", AFFINES)
@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_nibabel_reads_the_same_values_at_the_same_mm(tmp_path, name, suffix):
    volume = made(affine=AFFINES[name])
    assert save_nifti(volume, tmp_path / f"x{suffix}") == [str(tmp_path / f"x{suffix}")]
    image = nibabel.load(tmp_path / f"x{suffix}")
    assert_same_places(image, volume)
    assert image.header.get_xyzt_units()[0] == "mm"
    qform, qform_code = image.get_qform(coded=True)
    sform, sform_code = image.get_sform(coded=True)
    assert (qform_code, sform_code) == (1, 1)
    assert np.abs((qform - sform) @ corners(SHAPE)[[2, 1, 0, 3]]).max() < 0.01
    assert image.header.get_zooms() == pytest.approx(volume.spacing[::-1])


@pytest.mark.parametrize("name", AFFINES)
@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_itk_reads_the_same_values_at_the_same_mm(tmp_path, name, suffix):
    volume = made(values().astype(np.float32) + 0.25, AFFINES[name])
    save_nifti(volume, tmp_path / f"x{suffix}")
    image = sitk.ReadImage(str(tmp_path / f"x{suffix}"))
    assert np.array_equal(sitk.GetArrayFromImage(image), volume.array)
    for k, j, i, _ in corners(SHAPE).T.tolist():
        place = image.TransformIndexToPhysicalPoint((i, j, k))
        assert np.abs(np.array(place) - (volume.affine @ (k, j, i, 1))[:3]).max() < 0.01


@pytest.mark.parametrize("name", AFFINES)
def test_dcm2niix_gives_the_same_values_at_the_same_mm(tmp_path, name):
    series = made_series(AFFINES[name])
    volume = volume_of(series, AFFINES[name])
    theirs = nibabel.load(f"{dcm2niix(tmp_path, series)}.nii")
    save_nifti(volume, tmp_path / "ours.nii")
    ours = nibabel.load(tmp_path / "ours.nii")
    # Where each of our voxels is in their file; they turn rows, and slices, round.
    index = np.indices(ours.shape).reshape(3, -1)
    there = np.linalg.inv(theirs.affine) @ ours.affine @ np.vstack([index, np.ones(index.shape[1])])
    assert np.abs(there - there.round()).max() < 0.01
    at = tuple(there[:3].round().astype(int))
    assert np.array_equal(np.asarray(theirs.dataobj)[at], np.asarray(ours.dataobj)[tuple(index)])


def test_voxels_lie_as_in_the_dicom_file(tmp_path):
    series = made_series(AFFINES["axial"])
    save_nifti(volume_of(series, AFFINES["axial"]), tmp_path / "x.nii", sidecar=False)
    assert (tmp_path / "x.nii").read_bytes()[352:] == b"".join(ds.PixelData for ds in series[0])


def test_a_sheared_grid_has_an_sform_alone(tmp_path):
    volume = made(affine=SHEARED)
    save_nifti(volume, tmp_path / "x.nii")
    image = nibabel.load(tmp_path / "x.nii")
    assert_same_places(image, volume)
    assert (int(image.header["qform_code"]), int(image.header["sform_code"])) == (0, 1)
    assert image.header.get_zooms() == pytest.approx(volume.spacing[::-1])
    held = to_nibabel(volume)
    assert_same_places(held, volume)
    assert (int(held.header["qform_code"]), int(held.header["sform_code"])) == (0, 1)


@pytest.mark.parametrize(
    ("dtype", "array", "stored"),
    [
        ("float32", values(), "int16"),  # CT in HU: whole and small
        ("float64", values(), "int16"),
        ("float32", values() + 0.5, "float32"),
        ("float64", values() / 3, "float64"),
        ("float16", values() % 7 + 0.5, "float32"),
        ("float32", np.where(values() > 2900, np.nan, values()), "float32"),
        ("float32", values() * np.int64(1000), "float32"),
        ("float64", values() * 1e300, "float64"),
        ("uint16", values() + np.int64(40000), "uint16"),
        ("uint8", values() % 200, "uint8"),
        ("int8", values() % 100, "int8"),
        ("bool", values() > 0, "uint8"),
        ("int32", values(), "int16"),
        ("int32", values() * np.int32(1000), "int32"),
        ("uint32", values() + np.int64(2**32 - 4000), "uint32"),
        ("int64", values() * np.int64(1000), "int32"),
        ("int64", values() * np.int64(2**40), "int64"),
    ],
)
def test_values_are_stored_as_the_smallest_type_that_holds_them(tmp_path, dtype, array, stored):
    volume = made(array.astype(dtype))
    save_nifti(volume, tmp_path / "x.nii.gz")
    image = nibabel.load(tmp_path / "x.nii.gz")
    assert image.get_data_dtype() == stored
    assert np.array_equal(np.asarray(image.dataobj), volume.array.T, equal_nan=stored[0] == "f")


def test_a_value_at_the_very_end_that_does_not_fit_changes_the_type(tmp_path):
    array = np.zeros((3, 700, 800), np.float32)
    array[-1, -1, -1] = 0.5
    assert array.nbytes > 3 * PIECE_BYTES
    for name in ("x.nii", "x.nii.gz"):
        save_nifti(made(array), tmp_path / name)
        image = nibabel.load(tmp_path / name)
        assert image.get_data_dtype() == "float32"
        assert np.array_equal(np.asarray(image.dataobj), array.T)


def test_the_type_that_is_asked_for_is_taken_or_refused(tmp_path):
    save_nifti(made(), tmp_path / "x.nii", dtype="float32")
    assert nibabel.load(tmp_path / "x.nii").get_data_dtype() == "float32"
    before = (tmp_path / "x.nii").read_bytes()
    with pytest.raises(PixelError, match="can't all be stored as uint8"):
        save_nifti(made(), tmp_path / "x.nii", dtype="uint8")
    assert (tmp_path / "x.nii").read_bytes() == before
    assert os.listdir(tmp_path) == ["x.nii"]


@pytest.mark.parametrize(
    "turn",
    [lambda a: a[::-1], lambda a: a[:, ::2, ::-1], lambda a: a.transpose(2, 0, 1), lambda a: a.astype(">i2")],
    ids=["backward", "steps", "turned", "big endian"],
)
@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_views_are_written_as_they_look(tmp_path, turn, suffix):
    volume = made(turn(values()))
    save_nifti(volume, tmp_path / f"x{suffix}", workers=2)
    assert_same_places(nibabel.load(tmp_path / f"x{suffix}"), volume)


class Lazy:
    """As much of an array of dask as is asked of it: what is taken of it is computed when it is made an array."""

    def __init__(self, array: np.ndarray, computed: list[tuple[int, ...]]) -> None:
        self.array, self.computed = array, computed
        self.shape, self.ndim, self.size = array.shape, array.ndim, array.size
        self.dtype, self.nbytes = array.dtype, array.nbytes

    def __getitem__(self, key: object) -> Lazy:
        return Lazy(self.array[key], self.computed)

    def __len__(self) -> int:
        return len(self.array)

    def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
        self.computed.append(self.shape)
        return self.array


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_lazy_arrays_are_computed_piece_by_piece(tmp_path, suffix):
    array = np.random.default_rng(5).integers(0, 99, (9, 512, 1024)).astype(np.float32)
    computed: list[tuple[int, ...]] = []
    save_nifti(made(Lazy(array, computed)), tmp_path / f"x{suffix}")
    assert np.array_equal(np.asarray(nibabel.load(tmp_path / f"x{suffix}").dataobj), array.T)
    assert computed == [(1, 512, 1024)] * 9


@pytest.mark.parametrize("compressor", ["isal", "zlib"])
def test_deflated_file_is_one_member_whatever_the_threads(tmp_path, monkeypatch, compressor):
    if compressor == "zlib":
        monkeypatch.setitem(sys.modules, "isal", None)
    # Some readers stop after the first member. 12 pieces.
    array = np.random.default_rng(5).integers(-1000, 3000, (12, 1024, 1024), dtype=np.int16)
    for workers in (1, 2, 3):
        save_nifti(made(array), tmp_path / f"{workers}.nii.gz", workers=workers)
    data = (tmp_path / "1.nii.gz").read_bytes()
    assert data == (tmp_path / "2.nii.gz").read_bytes() == (tmp_path / "3.nii.gz").read_bytes()
    stream = zlib.decompressobj(31)
    whole = stream.decompress(data)
    assert stream.eof
    assert not stream.unused_data
    assert whole == gzip.decompress(data)
    assert whole[352:] == array.tobytes()
    assert data[4:10] == b"\0\0\0\0\0\xff", "no time, no name"
    assert np.array_equal(sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "2.nii.gz"))), array)


@pytest.mark.parametrize("compression", range(1, 10))
def test_each_level_is_read_back(tmp_path, compression):
    save_nifti(made(), tmp_path / "x.nii.gz", compression=compression)
    assert_same_places(nibabel.load(tmp_path / "x.nii.gz"), made())


def test_time_points_have_their_step_in_seconds(tmp_path):
    array = values((3, *SHAPE))
    timed = made(array, dimension="time", dimension_values=[0.0, 1500.0, 3000.0], dimension_unit="ms")
    save_nifti(timed, tmp_path / "x.nii")
    image = nibabel.load(tmp_path / "x.nii")
    assert image.shape == (*SHAPE[::-1], 3)
    assert image.header.get_zooms()[3] == pytest.approx(1.5)
    assert image.header.get_xyzt_units() == ("mm", "sec")
    assert_same_places(image, timed)
    assert_same_places(to_nibabel(timed), timed)
    uneven = made(array, dimension="pet-frame", dimension_values=[0.0, 10.0, 40.0], dimension_unit="s")
    save_nifti(uneven, tmp_path / "y.nii")
    assert nibabel.load(tmp_path / "y.nii").header.get_zooms()[3] == 1
    other = made(array, dimension="echo", dimension_values=[4.9, 9.8, 14.7], dimension_unit="ms")
    save_nifti(other, tmp_path / "z.nii")
    assert nibabel.load(tmp_path / "z.nii").header.get_xyzt_units() == ("mm", "unknown")


def test_repetition_time_is_the_step_where_times_are_not_known(tmp_path):
    series = made_series(AFFINES["axial"], 3, RepetitionTime=2500.0)
    save_nifti(volume_of(series, AFFINES["axial"], dimension="time"), tmp_path / "x.nii")
    assert nibabel.load(tmp_path / "x.nii").header.get_zooms()[3] == pytest.approx(2.5)
    theirs = nibabel.load(f"{dcm2niix(tmp_path, series)}.nii")
    assert theirs.header.get_zooms()[3] == pytest.approx(2.5)


def test_colours_are_rgb(tmp_path):
    colors = (values((*SHAPE, 3)) % 251).astype(np.uint8)
    volume = made(colors, is_color=True)
    save_nifti(volume, tmp_path / "x.nii.gz")
    image = nibabel.load(tmp_path / "x.nii.gz")
    assert image.shape == SHAPE[::-1]
    read = np.asarray(image.dataobj)
    assert np.array_equal(np.stack([read[one] for one in "RGB"], -1), colors.transpose(2, 1, 0, 3))
    held = np.asarray(to_nibabel(volume).dataobj)
    assert np.array_equal(held, read)
    with pytest.raises(PixelError, match="8 bits"):
        save_nifti(made(colors.astype(np.uint16), is_color=True), tmp_path / "y.nii")


def test_long_axes_and_version_2_are_nifti_2(tmp_path):
    long = made(np.zeros((1, 1, 32768), np.uint8))
    save_nifti(long, tmp_path / "long.nii")
    save_nifti(made(), tmp_path / "two.nii", version=2)
    for name, volume in (("long", long), ("two", made())):
        image = nibabel.load(tmp_path / f"{name}.nii")
        assert isinstance(image, nibabel.Nifti2Image)
        assert_same_places(image, volume)
    assert isinstance(to_nibabel(long), nibabel.Nifti2Image)
    with pytest.raises(PixelError, match="version=2"):
        save_nifti(long, tmp_path / "y.nii", version=1)
    with pytest.raises(PixelError, match="1 or 2"):
        save_nifti(long, tmp_path / "y.nii", version=3)


@pytest.mark.parametrize("letters", ["LPS", "RAS", "LAS", "RPI", "PIR", "ASL", "SRP", "IAL"])
@pytest.mark.parametrize("angles", [(0, 0, 0), (1e-7, 0, 0), (170, -35, 80), (180, 0, 0), (90, 0, 90)])
def test_qform_is_the_sform_however_the_axes_run(tmp_path, letters, angles):
    volume = made(affine=grid_affine(angles=angles)).reorient(letters)
    save_nifti(volume, tmp_path / "x.nii")
    image = nibabel.load(tmp_path / "x.nii")
    assert_same_places(image, volume)
    qform, code = image.get_qform(coded=True)
    assert code == 1
    assert np.abs((qform - image.affine) @ corners(volume.grid_shape)[[2, 1, 0, 3]]).max() < 1e-3


@pytest.mark.parametrize("version", [1, 2])
def test_header_has_no_field_that_nibabel_would_not_write(tmp_path, version):
    volume = made(values((3, *SHAPE)), dimension="time", dimension_values=[0, 2, 4], dimension_unit="s")
    save_nifti(volume, tmp_path / "x.nii", version=version)
    header = nibabel.load(tmp_path / "x.nii").header
    assert header.diagnose_binaryblock(header.binaryblock) == ""
    theirs = to_nibabel(volume).header if version == 1 else nibabel.Nifti2Header.from_header(to_nibabel(volume).header)
    for field in header:
        if field not in ("vox_offset", "descrip", "magic", "scl_slope", "scl_inter", "regular"):
            assert (
                np.allclose(header[field], theirs[field], atol=1e-6)
                if header[field].dtype.kind != "S"
                else (header[field] == theirs[field])
            ), field
    assert header["descrip"] == b"dicom-py"
    assert header.get_slope_inter() == (None, None) or header.get_slope_inter() == (1, 0)


def test_nibabel_image_shares_the_memory():
    volume = made()
    image = to_nibabel(volume)
    assert np.shares_memory(image.dataobj, volume.array)
    assert_same_places(image, volume)
    assert to_nibabel(volume, dtype="float32").get_data_dtype() == "float32"
    assert to_nibabel(made(values() > 0)).get_data_dtype() == "uint8"


def test_nothing_about_the_patient_is_in_the_image(tmp_path):
    volume = volume_of(made_series(AFFINES["axial"]), AFFINES["axial"])
    save_nifti(volume, tmp_path / "x.nii")
    header = (tmp_path / "x.nii").read_bytes()[:352]
    assert b"Made" not in header
    assert b"MADE" not in header
    text = (tmp_path / "x.json").read_text()
    assert "Made" not in text
    assert "2026" not in text


def test_files_are_whole_or_not_there(tmp_path):
    volume = volume_of(made_series(AFFINES["axial"]), AFFINES["axial"])
    assert save_nifti(volume, tmp_path / "x.nii.gz") == [str(tmp_path / "x.nii.gz"), str(tmp_path / "x.json")]
    assert json.loads((tmp_path / "x.json").read_text())["Modality"] == "MR"
    os.unlink(tmp_path / "x.nii.gz")
    with pytest.raises(FileExistsError):
        save_nifti(volume, tmp_path / "x.nii.gz", overwrite=False)
    assert os.listdir(tmp_path) == ["x.json"]

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save_nifti(volume, tmp_path / "x.nii.gz", progress=stop)
    assert os.listdir(tmp_path) == ["x.json"]
    with pytest.raises(FileNotFoundError):
        save_nifti(volume, tmp_path / "no" / "x.nii")


def test_progress_ends_with_all_voxels(tmp_path):
    told: list[tuple[int, int]] = []
    array = np.zeros((9, 512, 512), np.int16)
    save_nifti(made(array), tmp_path / "x.nii.gz", progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (array.size, array.size)
    assert len(told) > 1


@pytest.mark.parametrize(("name", "options"), [("x.img", {}), ("x.nii", {"compression": 0}), ("x.nii", {"workers": 0})])
def test_what_can_not_be_asked_for_is_refused(tmp_path, name, options):
    with pytest.raises(PixelError):
        save_nifti(made(), tmp_path / name, **options)
    assert not os.listdir(tmp_path)
