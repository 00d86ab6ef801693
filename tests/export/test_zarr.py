"""OME-Zarr 0.5 groups hold the same values at the same mm, and are what the specification's model takes."""

from __future__ import annotations

import os
import sys

import numpy as np
import pytest
import zarr
from ome_zarr_models.v05 import Image

from dicom.errors import MissingDependencyError, PixelError
from dicom.export import save_zarr
from tests.export.made_volumes import AFFINES, SHAPE, SHEARED, made, values


@pytest.mark.parametrize("affine", [*AFFINES.values(), SHEARED], ids=[*AFFINES, "sheared"])
def test_values_and_affine_are_the_same(tmp_path, affine):
    volume = made(affine=affine, unit="HU")
    assert save_zarr(volume, tmp_path / "x.zarr", chunks=(4, 6, 8)) == str(tmp_path / "x.zarr")
    group = zarr.open_group(tmp_path / "x.zarr", mode="r")
    assert group.metadata.zarr_format == 3
    assert group["0"].metadata.dimension_names == ("z", "y", "x")
    assert group["0"].chunks == (4, 6, 8)
    assert group["0"].dtype == volume.array.dtype
    assert np.array_equal(group["0"][:], volume.array)
    assert np.array_equal(group.attrs["dicom"]["affine"], affine)
    assert group.attrs["dicom"]["unit"] == "HU"
    model = Image.from_zarr(group)
    scale = model.ome_attributes.multiscales[0].datasets[0].coordinateTransformations[0].scale
    assert np.allclose(scale, volume.spacing)


def test_of_an_axial_series_scale_and_translation_give_patient_positions(tmp_path):
    volume = made()
    save_zarr(volume, tmp_path / "x.zarr")
    group = zarr.open_group(tmp_path / "x.zarr", mode="r")
    multiscale = group.attrs["ome"]["multiscales"][0]
    assert multiscale["axes"] == [{"name": name, "type": "space", "unit": "millimeter"} for name in "zyx"]
    scale, translation = multiscale["datasets"][0]["coordinateTransformations"]
    for index in ((0, 0, 0), (5, 9, 13)):
        place = np.array(index) * scale["scale"] + translation["translation"]
        assert np.allclose(place[::-1], (volume.affine @ (*index, 1))[:3])


def test_levels_are_means_at_the_right_place(tmp_path):
    affine = AFFINES["axial"].copy()
    affine[:3, :3] = [[0, 0, 0.5], [0, 0.75, 0], [0.6, 0, 0]]
    array = values((5, 8, 13)).astype(np.float32)
    save_zarr(made(array, affine), tmp_path / "x.zarr", levels=3)
    group = zarr.open_group(tmp_path / "x.zarr", mode="r")
    Image.from_zarr(group)
    assert [group[str(n)].shape for n in range(3)] == [(5, 8, 13), (3, 4, 7), (2, 2, 4)]
    padded = np.pad(array, ((0, 1), (0, 0), (0, 1)), mode="edge")
    assert np.allclose(group["1"][:], padded.reshape(3, 2, 4, 2, 7, 2).mean((1, 3, 5)))
    scale, translation = group.attrs["ome"]["multiscales"][0]["datasets"][1]["coordinateTransformations"]
    assert np.allclose(scale["scale"], [1.2, 1.5, 1.0])
    # The middle of the first eight voxels.
    assert np.allclose(translation["translation"], [40 + 0.3, -30 + 0.375, -20 + 0.25])


def test_coarse_slices_are_not_halved(tmp_path):
    save_zarr(made(), tmp_path / "x.zarr", levels=2)
    group = zarr.open_group(tmp_path / "x.zarr", mode="r")
    assert group["1"].shape == (6, 5, 7)
    assert group["1"].dtype == "int16"
    blocks = values().reshape(6, 5, 2, 7, 2).mean((2, 4))
    assert np.array_equal(group["1"][:], np.rint(blocks))


def test_time_points_colours_and_other_lists(tmp_path):
    array = values((3, *SHAPE))
    timed = made(array, dimension="time", dimension_values=[0, 2, 4], dimension_unit="s")
    save_zarr(timed, tmp_path / "t.zarr", levels=2)
    group = zarr.open_group(tmp_path / "t.zarr", mode="r")
    Image.from_zarr(group)
    multiscale = group.attrs["ome"]["multiscales"][0]
    assert multiscale["axes"][0] == {"name": "t", "type": "time", "unit": "second"}
    assert multiscale["datasets"][0]["coordinateTransformations"][0]["scale"][0] == 2
    assert np.array_equal(group["0"][:], array)
    assert group.attrs["dicom"]["dimension_values"] == [0, 2, 4]

    save_zarr(made(array, dimension="diffusion", dimension_values=[0, 1, 2]), tmp_path / "d.zarr")
    group = zarr.open_group(tmp_path / "d.zarr", mode="r")
    Image.from_zarr(group)
    assert group.attrs["ome"]["multiscales"][0]["axes"][0] == {"name": "c", "type": "channel"}

    colors = (values((2, *SHAPE, 3)) % 251).astype(np.uint8)
    save_zarr(made(colors, is_color=True, dimension="time", dimension_values=[0, 1]), tmp_path / "c.zarr")
    group = zarr.open_group(tmp_path / "c.zarr", mode="r")
    Image.from_zarr(group)
    assert group["0"].metadata.dimension_names == ("t", "c", "z", "y", "x")
    assert np.array_equal(np.moveaxis(group["0"][:], 1, -1), colors)


def test_a_group_is_replaced_whole_and_nothing_else_is(tmp_path):
    target = tmp_path / "x.zarr"
    save_zarr(made(), target, levels=2)
    save_zarr(made(values() + 1), target)
    group = zarr.open_group(target, mode="r")
    assert np.array_equal(group["0"][:], values() + 1)
    assert os.listdir(tmp_path) == ["x.zarr"]
    assert "1" not in group
    with pytest.raises(FileExistsError):
        save_zarr(made(), target, overwrite=False)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save_zarr(made(), target, progress=stop)
    assert np.array_equal(zarr.open_group(target, mode="r")["0"][:], values() + 1)
    assert os.listdir(tmp_path) == ["x.zarr"]
    other = tmp_path / "other.zarr"
    other.mkdir()
    (other / "thesis.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        save_zarr(made(), other)
    assert (other / "thesis.txt").read_text() == "mine"


def test_what_can_not_be_done_is_said(tmp_path, monkeypatch):
    with pytest.raises(PixelError, match="1 or more"):
        save_zarr(made(), tmp_path / "x.zarr", levels=0)
    monkeypatch.setitem(sys.modules, "zarr", None)
    with pytest.raises(MissingDependencyError, match=r"dicom-py\[zarr\]"):
        save_zarr(made(), tmp_path / "x.zarr")
    assert not os.listdir(tmp_path)
