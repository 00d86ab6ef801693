"""From index to patient and back."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from dicom.errors import GeometryError
from dicom.volume import Grid, Volume, space
from tests.volume.made import grid_affine
from tests.volume.made_volumes import AFFINES, position_volume


@pytest.mark.parametrize("grid", AFFINES)
def test_index_to_mm_is_the_affine_and_mm_to_index_its_inverse(grid):
    volume = position_volume(AFFINES[grid])
    points = np.random.default_rng(1).uniform(-3, 9, (4, 5, 3))
    positions = volume.index_to_mm(points)
    np.testing.assert_allclose(positions[2, 3], (volume.affine @ (*points[2, 3], 1))[:3])
    np.testing.assert_allclose(volume.mm_to_index(positions), points, atol=1e-12)


def test_one_point_gives_one_point():
    volume = position_volume(AFFINES["axial"])
    assert volume.index_to_mm((1, 2, 3)).tolist() == [-18.5, -28.5, 42.0]
    assert volume.mm_to_index((-18.5, -28.5, 42.0)).tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("points", [1.0, (1, 2), np.zeros((3, 4))])
def test_points_of_another_shape_are_refused(points):
    volume = position_volume(AFFINES["axial"])
    with pytest.raises(GeometryError, match="last axis"):
        volume.index_to_mm(points)
    with pytest.raises(GeometryError, match="last axis"):
        volume.mm_to_index(points)


def test_far_from_the_origin_no_digits_are_lost():
    affine = grid_affine(spacing=(0.1, 0.01, 0.01), origin=(1e6, -1e6, 1e6), angles=(10, 20, 30))
    volume = Volume(np.zeros((3, 3, 3)), affine)
    np.testing.assert_allclose(volume.mm_to_index(volume.index_to_mm((2, 1, 0))), (2, 1, 0), atol=1e-6)


@pytest.mark.parametrize(
    ("grid", "orientation"), [("axial", "LPS"), ("sagittal", "PIR"), ("tilted", "LPS"), ("oblique", "LPS")]
)
def test_letters_are_of_i_then_j_then_k(grid, orientation):
    assert position_volume(AFFINES[grid]).orientation == orientation


def test_center_and_voxel_volume():
    volume = position_volume(AFFINES["oblique"])
    np.testing.assert_allclose(volume.center, volume.array.reshape(-1, 3).mean(axis=0))
    assert volume.voxel_volume == pytest.approx(2.0 * 0.75 * 0.5)
    # A tilt moves slices past one another, and leaves the volume of a voxel.
    assert position_volume(AFFINES["tilted"]).voxel_volume == pytest.approx(2.0 * 0.75 * 0.5)


@pytest.mark.parametrize(
    ("axis", "number"), [("k", 0), ("j", 1), ("i", 2), ("axial", 1), ("coronal", 2), ("sagittal", 0)]
)
def test_axes_have_names(axis, number):
    assert space.axis_number(AFFINES["sagittal"], axis) == number


@pytest.mark.parametrize("axis", ["t", "", "K", "LPS", "x"])
def test_axis_that_is_none_is_refused(axis):
    with pytest.raises(GeometryError, match="an axis is"):
        space.axis_number(np.eye(4), axis)


def test_same_grid_is_told_by_the_farthest_corner():
    volume = position_volume(AFFINES["axial"], (5, 6, 101))
    stretched = volume.affine.copy()
    stretched[0, 2] += 0.0002
    other = Volume(volume.array[..., 0], stretched)
    assert not volume.same_grid_as(other)  # 100 steps of 0.0002 mm
    assert volume.same_grid_as(other, tolerance_mm=0.021)
    assert volume.same_grid_as(volume.copy(), tolerance_mm=0.0)
    assert not volume.same_grid_as(volume[1:])


def test_grids_in_two_frames_of_reference_are_not_the_same():
    volume = position_volume(AFFINES["axial"])
    assert not volume.same_grid_as(volume._like(volume.array, volume.affine, frame_of_reference_uid="1.2.4"))
    assert volume.same_grid_as(volume._like(volume.array, volume.affine, frame_of_reference_uid=None))


def test_a_grid_needs_no_values():
    volume = position_volume(AFFINES["oblique"])
    grid = Grid(volume.affine, (5, 6, 7), "1.2.3")
    assert grid.same_grid_as(volume, 0.0)
    assert volume.same_grid_as(grid, 0.0)
    assert repr(grid) == "<Grid: (k, j, i) = (5, 6, 7), 2 x 0.75 x 0.5 mm, LPS>"
    with pytest.raises(GeometryError, match="voxels"):
        Grid(np.eye(4), (5, 0, 7))
    assert not pickle.loads(pickle.dumps(grid)).affine.flags.writeable


def test_a_volume_is_resampled_onto_a_grid():
    pytest.importorskip("scipy")
    volume = position_volume(AFFINES["axial"])
    grid = Grid(space.sub_grid(volume.affine, (1, 1, 1), (0.5, 2, 1)), (4, 2, 5))
    made = volume.resample_to(grid)
    assert made.same_grid_as(grid, 0.0)
    np.testing.assert_allclose(made.array[2, 1, 4], volume.index_to_mm((2, 3, 5)))
