"""Volumes become objects of other libraries, with the same values at the same mm."""

from __future__ import annotations

import re
import sys
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk
import xarray

from dicom.errors import GeometryError, MissingDependencyError, PixelError
from dicom.export import save_volume, to_nibabel, to_sitk, to_torch, to_xarray
from tests.export.made_volumes import AFFINES, SHAPE, SHEARED, assert_same_in_itk, made, values


@pytest.mark.parametrize("name", AFFINES)
def test_sitk_image_has_the_values_at_the_same_mm(name):
    volume = made(affine=AFFINES[name])
    image = to_sitk(volume)
    assert image.GetSize() == SHAPE[::-1]
    assert_same_in_itk(image, volume, within_mm=1e-9)


def test_sitk_images_of_time_points_colours_and_views():
    array = values((3, *SHAPE))
    timed = to_sitk(made(array, dimension="time", dimension_values=[0, 500, 1000], dimension_unit="ms"))
    assert np.array_equal(sitk.GetArrayFromImage(timed), array)
    assert timed.GetSpacing() == pytest.approx((0.5, 0.75, 2.0, 0.5))
    colors = (values((*SHAPE, 3)) % 251).astype(np.uint8)
    assert np.array_equal(sitk.GetArrayFromImage(to_sitk(made(colors, is_color=True))), colors)
    view = values().astype(">i2")[::-1, :, ::2]
    assert np.array_equal(sitk.GetArrayFromImage(to_sitk(made(view))), view)
    assert to_sitk(made(values() > 0)).GetPixelIDTypeAsString() == "8-bit unsigned integer"
    with pytest.raises(PixelError, match="complex"):
        to_sitk(made(values().astype(complex)))


def test_sitk_refuses_a_sheared_grid_with_a_way_out():
    with pytest.raises(GeometryError, match='tilt="shear"'):
        to_sitk(made(affine=SHEARED))


@pytest.mark.parametrize("name", ["axial", "sagittal", "coronal"])
def test_xarray_coordinates_are_patient_positions_along_patient_axes(name):
    volume = made(affine=AFFINES[name], unit="HU")
    found = to_xarray(volume)
    assert found.dims == ("k", "j", "i")
    assert np.shares_memory(found.values, volume.array)
    for k, j, i in ((0, 0, 0), (5, 9, 13), (2, 0, 7)):
        voxel = found[k, j, i]
        place = {voxel[one].attrs["axis"]: float(voxel[one]) for one in "kji"}
        assert np.allclose([place["x"], place["y"], place["z"]], (volume.affine @ (k, j, i, 1))[:3])
        assert int(voxel) == volume.array[k, j, i]
    assert found["i"].attrs["units"] == "mm"
    assert found.attrs["units"] == "HU"
    assert np.array_equal(found.attrs["affine"], volume.affine)


@pytest.mark.parametrize("affine", [AFFINES["oblique"], SHEARED], ids=["oblique", "sheared"])
def test_xarray_coordinates_are_distances_along_other_axes(affine):
    volume = made(affine=affine)
    found = to_xarray(volume)
    assert {found[one].attrs["axis"] for one in "kji"} == {"distance"}
    for one, spacing in zip("kji", volume.spacing, strict=True):
        assert np.allclose(found[one], np.arange(len(found[one])) * spacing)


def test_xarray_selects_by_time_and_colour():
    array = (values((3, *SHAPE, 3)) % 251).astype(np.uint8)
    volume = made(array, is_color=True, dimension="time", dimension_values=[0.0, 2.5, 5.0], dimension_unit="s")
    found = to_xarray(volume)
    assert found.dims == ("t", "k", "j", "i", "color")
    assert np.array_equal(found.sel(t=2.5, color="green"), array[1, ..., 1])
    assert found["t"].attrs == {"long_name": "time", "units": "s"}
    rows = made(values((2, *SHAPE)), dimension="diffusion", dimension_values=[[0, 0, 0, 0], [1000, 0, 0, 1]])
    assert to_xarray(rows)["t0"].values.tolist() == [0, 1000]
    assert isinstance(to_xarray(rows), xarray.DataArray)


class Torch:
    """As much of torch as is asked: `from_numpy`, which refuses what torch refuses."""

    @staticmethod
    def from_numpy(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        assert array.flags.writeable
        assert min(array.strides) >= 0
        assert array.dtype.isnative
        return array


def test_torch_gets_an_array_that_it_can_have(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", Torch)
    volume = made()
    assert np.shares_memory(to_torch(volume), volume.array)
    fixed = values()
    fixed.setflags(write=False)
    for array in (fixed, values()[::-1], values().astype(">i2")):
        given = to_torch(made(array))
        assert np.array_equal(given, array)
        assert not np.shares_memory(given, array)


def test_torch_itself_has_the_same_values():
    torch = pytest.importorskip("torch")
    volume = made()
    tensor = to_torch(volume)
    assert isinstance(tensor, torch.Tensor)
    assert np.array_equal(tensor.numpy(), volume.array)
    tensor[0, 0, 0] = 77
    assert volume.array[0, 0, 0] == 77


@pytest.mark.parametrize(
    ("module", "package", "call"),
    [
        ("nibabel", "dicom-py[nifti]", to_nibabel),
        ("SimpleITK", "dicom-py[sitk]", to_sitk),
        ("xarray", "dicom-py[xarray]", to_xarray),
        ("torch", "torch", to_torch),
    ],
)
def test_what_is_missing_is_named_with_what_to_install(monkeypatch, module, package, call):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingDependencyError, match=f"pip install {re.escape(package)}$"):
        call(made())


@pytest.mark.parametrize("name", ["x.nii", "x.NII.GZ", "x.nrrd", "x.mha", "x.mhd", "x.zarr"])
def test_the_suffix_says_the_format(tmp_path, name):
    written = save_volume(made(), tmp_path / name)
    assert written[0] == str(tmp_path / name)
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(one.rsplit("/", 1)[1] for one in written)


def test_another_suffix_names_those_that_there_are(tmp_path):
    with pytest.raises(PixelError, match=r"\.nii\.gz, \.nii, \.nrrd, \.mha, \.mhd, \.zarr"):
        save_volume(made(), tmp_path / "x.img")
