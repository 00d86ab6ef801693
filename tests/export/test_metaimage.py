"""MetaImages hold the same values at the same mm, for ITK."""

from __future__ import annotations

import os

import numpy as np
import pytest
import SimpleITK as sitk

from dicom.errors import GeometryError, PixelError
from dicom.export import save_metaimage
from tests.export.made_volumes import AFFINES, SHAPE, SHEARED, assert_same_in_itk, made, values


@pytest.mark.parametrize("compression", [0, 1])
@pytest.mark.parametrize("suffix", [".mha", ".mhd"])
@pytest.mark.parametrize("name", AFFINES)
def test_itk_reads_the_same_values_at_the_same_mm(tmp_path, name, suffix, compression):
    volume = made(affine=AFFINES[name])
    written = save_metaimage(volume, tmp_path / f"x{suffix}", compression=compression)
    assert sorted(map(os.path.basename, written)) == sorted(os.listdir(tmp_path))
    image = sitk.ReadImage(str(tmp_path / f"x{suffix}"))
    assert image.GetPixelIDTypeAsString() == "16-bit signed integer"
    assert_same_in_itk(image, volume)


@pytest.mark.parametrize(
    "dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]
)
def test_each_type_of_values(tmp_path, dtype):
    array = (values() % 100).astype(dtype)
    save_metaimage(made(array), tmp_path / "x.mha", dtype=dtype)
    read = sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "x.mha")))
    assert read.dtype == dtype
    assert np.array_equal(read, array)


@pytest.mark.parametrize("compression", [0, 5])
def test_values_that_do_not_fit_begin_the_file_again(tmp_path, compression):
    array = np.zeros((3, 700, 800), np.float32)
    array[-1, -1, -1] = 0.5
    save_metaimage(made(array), tmp_path / "x.mha", compression=compression)
    assert np.array_equal(sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "x.mha"))), array)


def test_time_points(tmp_path):
    array = values((3, *SHAPE))
    save_metaimage(
        made(array, dimension="time", dimension_values=[0, 2000, 4000], dimension_unit="ms"), tmp_path / "x.mha"
    )
    image = sitk.ReadImage(str(tmp_path / "x.mha"))
    assert np.array_equal(sitk.GetArrayFromImage(image), array)
    assert image.GetSpacing() == pytest.approx((0.5, 0.75, 2.0, 2.0))


def test_colours(tmp_path):
    colors = (values((*SHAPE, 3)) % 251).astype(np.uint8)
    save_metaimage(made(colors, is_color=True), tmp_path / "x.mha")
    assert np.array_equal(sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "x.mha"))), colors)


def test_a_sheared_grid_is_refused_with_a_way_out(tmp_path):
    with pytest.raises(GeometryError, match='tilt="shear"'):
        save_metaimage(made(affine=SHEARED), tmp_path / "x.mha")
    assert not os.listdir(tmp_path)


def test_cosines_that_were_rounded_are_no_shear(tmp_path):
    affine = AFFINES["oblique"].copy()
    affine[:3, :3] = np.round(affine[:3, :3], 4)
    save_metaimage(made(affine=affine), tmp_path / "x.mha")
    image = sitk.ReadImage(str(tmp_path / "x.mha"))
    assert np.allclose(image.TransformIndexToPhysicalPoint((13, 9, 5)), (affine @ (5, 9, 13, 1))[:3], atol=1e-6)


def test_what_can_not_be_written_is_refused(tmp_path):
    with pytest.raises(PixelError, match=r"mha or \.mhd"):
        save_metaimage(made(), tmp_path / "x.mhx")
    with pytest.raises(PixelError, match="compression"):
        save_metaimage(made(), tmp_path / "x.mha", compression=10)
    assert not os.listdir(tmp_path)
    save_metaimage(made(), tmp_path / "x.mhd")
    with pytest.raises(FileExistsError):
        save_metaimage(made(), tmp_path / "x.mhd", overwrite=False)
