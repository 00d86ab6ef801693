"""Projections hold what a loop over slices gives, and lie in the middle of what they are of."""

from __future__ import annotations

import numpy as np
import pytest

from dicom.errors import GeometryError
from dicom.volume import Volume
from tests.volume.made import grid_affine
from tests.volume.made_volumes import AFFINES, position_volume

PLAIN = {"max": np.nanmax, "mean": np.nanmean, "min": np.nanmin}
VALUES = np.random.default_rng(4).normal(size=(9, 6, 7)).astype(np.float32)


@pytest.mark.parametrize("method", PLAIN)
@pytest.mark.parametrize(("axis", "number"), [("k", 0), ("j", 1), ("i", 2)])
def test_whole_axis_becomes_one_voxel_in_the_middle(method, axis, number):
    volume = Volume(VALUES, AFFINES["tilted"])
    made = volume.project(method, axis)
    np.testing.assert_allclose(made.array, PLAIN[method](VALUES, axis=number, keepdims=True), rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(made.center, volume.center)
    assert made.voxel_volume * made.array.size == pytest.approx(volume.voxel_volume * VALUES.size)
    np.testing.assert_allclose(made.direction, volume.direction)


@pytest.mark.parametrize("method", PLAIN)
@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("reach", [0, 1, 2, 3, 4, 5, 8, 20])
def test_sliding_slab_is_what_a_loop_gives(method, number, reach):
    volume = Volume(VALUES, grid_affine(spacing=(1, 1, 1)))
    made = volume.project(method, "kji"[number], slab_mm=max(2 * reach, 0.5))
    moved = np.moveaxis(VALUES, number, 0)
    plain = [PLAIN[method](moved[max(0, n - reach) : n + reach + 1], axis=0) for n in range(len(moved))]
    np.testing.assert_allclose(np.moveaxis(made.array, number, 0), plain, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(made.affine, volume.affine)


@pytest.mark.parametrize(("slab_mm", "count"), [(0.1, 1), (5.9, 1), (6.0, 3), (9.0, 3), (11.9, 3), (12.0, 5)])
def test_slab_takes_slices_whose_centres_lie_within_half_of_it(slab_mm, count):
    array = np.zeros((11, 1, 1))
    array[5] = 1.0
    made = Volume(array, grid_affine(spacing=(3, 1, 1))).project("max", "k", slab_mm=slab_mm)
    assert made.array.sum() == count


def test_missing_values_are_left_out_and_stay_where_all_are_missing():
    array = VALUES.copy()
    array[2, 3, 4] = array[:, 0, 0] = np.nan
    volume = Volume(array, np.eye(4))
    for method, plain in PLAIN.items():
        made = volume.project(method)
        assert np.isnan(made.array[0, 0, 0])
        assert made.array[0, 3, 4] == pytest.approx(plain(array[:, 3, 4]), rel=1e-6)
        slab = volume.project(method, "k", slab_mm=2.0).array
        assert np.isnan(slab[:, 0, 0]).all()
        assert np.isnan(slab).sum() == len(array)


def test_anatomical_planes_name_the_axis_across_them():
    volume = position_volume(AFFINES["sagittal"], (5, 6, 7))
    assert volume.project("max", "sagittal").grid_shape == (1, 6, 7)
    assert volume.project("max", "axial").grid_shape == (5, 1, 7)
    assert volume.project("max", "coronal").grid_shape == (5, 6, 1)


@pytest.mark.parametrize(
    ("dtype", "mean"),
    [(np.int16, np.float32), (np.uint8, np.float32), (np.int32, np.float64), (np.float64, np.float64)],
)
def test_extremes_keep_the_type_and_means_are_floats(dtype, mean):
    volume = Volume((VALUES * 50).astype(dtype), np.eye(4))
    for slab_mm in (None, 3.0):
        assert volume.project("max", slab_mm=slab_mm).array.dtype == dtype
        assert volume.project("mean", slab_mm=slab_mm).array.dtype == mean
    np.testing.assert_allclose(volume.project("mean").array[0], volume.array.mean(axis=0, dtype=np.float64), rtol=1e-6)


def test_each_time_point_and_colour_is_projected():
    volume = position_volume(AFFINES["axial"], number_of_t=3)
    made = volume.project("max", "j", slab_mm=1.6)
    assert (made.shape, made.dimension) == (volume.shape, "time")
    np.testing.assert_array_equal(made.array[:, :, 1:-1], np.maximum(volume.array[:, :, 1:-1], volume.array[:, :, 2:]))
    colors = Volume(np.full((3, 2, 2, 3), 7, np.uint8), np.eye(4), is_color=True).project("mean")
    assert (colors.array.dtype, colors.array[0, 0, 0].tolist()) == (np.uint8, [7, 7, 7])


def test_slices_that_are_projected_in_themselves_keep_their_sources():
    volume = position_volume(AFFINES["axial"])
    assert volume.project("max", "i").sources is volume.sources
    assert volume.project("max", "k").sources is None
    assert volume.project("max", "k", slab_mm=3).sources is None


@pytest.mark.parametrize(
    "arguments", [("median",), ("max", "t"), ("max", "k", 0.0), ("max", "k", -1.0), ("max", "k", np.nan)]
)
def test_what_is_no_projection_is_refused(arguments):
    with pytest.raises(GeometryError):
        position_volume(AFFINES["axial"]).project(*arguments)
