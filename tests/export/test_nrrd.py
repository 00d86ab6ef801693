"""NRRD files hold the same values at the same mm, for pynrrd and ITK."""

from __future__ import annotations

import os

import nrrd
import numpy as np
import pytest
import SimpleITK as sitk

from dicom.errors import PixelError
from dicom.export import save_nrrd
from tests.export.made_volumes import AFFINES, SHAPE, SHEARED, assert_same_in_itk, made, values


@pytest.mark.parametrize("compression", [0, 1])
@pytest.mark.parametrize("affine", [*AFFINES.values(), SHEARED], ids=[*AFFINES, "sheared"])
def test_pynrrd_reads_the_same_values_at_the_same_mm(tmp_path, affine, compression):
    volume = made(affine=affine, unit="HU")
    assert save_nrrd(volume, tmp_path / "x.nrrd", compression=compression) == str(tmp_path / "x.nrrd")
    data, header = nrrd.read(str(tmp_path / "x.nrrd"))
    assert np.array_equal(data, volume.array.T)
    assert header["space"] == "left-posterior-superior"
    # Rows of the directions are the steps of i, j and k.
    assert np.array_equal(header["space directions"].T, affine[:3, [2, 1, 0]])
    assert np.array_equal(header["space origin"], affine[:3, 3])
    assert header["unit"] == "HU"


@pytest.mark.parametrize("compression", [0, 9])
@pytest.mark.parametrize("name", AFFINES)
def test_itk_reads_the_same_values_at_the_same_mm(tmp_path, name, compression):
    volume = made(values().astype(np.float32) / 3, AFFINES[name])
    save_nrrd(volume, tmp_path / "x.nrrd", compression=compression)
    image = sitk.ReadImage(str(tmp_path / "x.nrrd"))
    assert_same_in_itk(image, volume)


@pytest.mark.parametrize(
    "dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]
)
def test_each_type_of_values(tmp_path, dtype):
    array = (values() % 100).astype(dtype)
    save_nrrd(made(array), tmp_path / "x.nrrd", dtype=dtype)
    data, header = nrrd.read(str(tmp_path / "x.nrrd"))
    assert data.dtype == dtype
    assert np.array_equal(data, array.T)
    assert header["endian"] == "little"


def test_whole_numbers_become_int16(tmp_path):
    save_nrrd(made(values().astype(np.float32)), tmp_path / "x.nrrd")
    assert nrrd.read_header(str(tmp_path / "x.nrrd"))["type"] == "int16"


def test_time_points_and_other_lists(tmp_path):
    array = values((3, *SHAPE))
    timed = made(array, dimension="time", dimension_values=[0, 2, 4], dimension_unit="s")
    save_nrrd(timed, tmp_path / "x.nrrd")
    data, header = nrrd.read(str(tmp_path / "x.nrrd"))
    assert np.array_equal(data, array.T)
    assert header["kinds"] == ["domain", "domain", "domain", "list"]
    assert np.isnan(header["space directions"][3]).all()
    assert header["dimension_name"] == "time"
    assert header["spacings"][3] == 2.0
    save_nrrd(made(array, dimension="echo", dimension_values=[4, 8, 12], dimension_unit="ms"), tmp_path / "y.nrrd")
    _, header = nrrd.read(str(tmp_path / "y.nrrd"))
    assert header["kinds"] == ["domain", "domain", "domain", "list"]
    for name in ("x.nrrd", "y.nrrd"):
        image = sitk.ReadImage(str(tmp_path / name))
        # A list of what has no place in space becomes the vector of each voxel there.
        assert np.array_equal(np.moveaxis(sitk.GetArrayFromImage(image), -1, 0), array)


def test_colours_come_first(tmp_path):
    colors = (values((*SHAPE, 3)) % 251).astype(np.uint8)
    save_nrrd(made(colors, is_color=True), tmp_path / "x.nrrd")
    data, header = nrrd.read(str(tmp_path / "x.nrrd"))
    assert np.array_equal(data, colors.T)
    assert header["kinds"][0] == "RGB-color"
    image = sitk.ReadImage(str(tmp_path / "x.nrrd"))
    assert np.array_equal(sitk.GetArrayFromImage(image), colors)


def test_what_can_not_be_written_is_refused(tmp_path):
    with pytest.raises(PixelError, match="no type"):
        save_nrrd(made(values().astype(np.float16)), tmp_path / "x.nrrd", dtype="float16")
    with pytest.raises(PixelError, match="compression"):
        save_nrrd(made(), tmp_path / "x.nrrd", compression=10)
    assert not os.listdir(tmp_path)
    save_nrrd(made(), tmp_path / "x.nrrd")
    with pytest.raises(FileExistsError):
        save_nrrd(made(), tmp_path / "x.nrrd", overwrite=False)
