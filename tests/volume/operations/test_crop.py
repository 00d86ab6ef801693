"""Parts of a volume lie where they lay."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dicom.errors import GeometryError
from dicom.volume import Volume
from dicom.volume.operations.crop import VolumeIndexError
from tests.volume.made_volumes import AFFINES, assert_in_place, position_volume

SHAPE = (5, 6, 7)
affines = st.sampled_from(list(AFFINES.values()))


def parts_of(size: int) -> st.SearchStrategy:
    """Numbers and slices that leave something of an axis."""
    slices = st.slices(size).filter(lambda one: len(range(*one.indices(size))) > 0)
    return st.one_of(st.integers(-size, size - 1), slices)


@settings(max_examples=60, deadline=None)
@given(affine=affines, key=st.tuples(*(parts_of(size) for size in SHAPE)))
def test_every_part_keeps_its_place(affine, key):
    volume = position_volume(affine)
    part = volume[key]
    assert_in_place(part)
    assert part.array.base is not None, "a part is a view"


@settings(max_examples=40, deadline=None)
@given(affine=affines, key=st.tuples(*(parts_of(size) for size in (4, *SHAPE))))
def test_every_part_of_a_series_in_time_keeps_its_place_and_time(affine, key):
    part = position_volume(affine, number_of_t=4)[key]
    assert_in_place(part)
    assert (part.dimension is None) == isinstance(key[0], int)
    assert (part.dimension_unit is None) == isinstance(key[0], int)


def test_number_in_space_keeps_the_axis_with_one_voxel():
    part = position_volume(AFFINES["axial"])[2, 3]
    assert part.grid_shape == (1, 1, 7)
    np.testing.assert_array_equal(part.origin, position_volume(AFFINES["axial"]).index_to_mm((2, 3, 0)))


def test_number_in_t_takes_the_axis_away():
    part = position_volume(AFFINES["axial"], number_of_t=3)[1]
    assert (part.dimension, part.dimension_values, part.array.ndim) == (None, None, 4)


def test_single_voxel_is_as_thick_as_before():
    volume = position_volume(AFFINES["oblique"])
    assert volume[0:2:2].spacing == pytest.approx(volume.spacing)
    np.testing.assert_allclose(volume[3:2:-1].direction[:, 0], -volume.direction[:, 0])


def test_ellipsis_stands_for_what_is_not_said():
    volume = position_volume(AFFINES["axial"], number_of_t=2)
    assert volume[..., 1:3].grid_shape == (5, 6, 2)
    assert volume[0, ..., 1:3].shape == (5, 6, 2, 3)
    assert volume[...].shape == volume.shape


@pytest.mark.parametrize("chosen", [[2, 0], np.array([True, False, True, False])])
def test_t_is_chosen_by_numbers_or_truth_values(chosen):
    part = position_volume(AFFINES["axial"], number_of_t=4)[chosen, 1:, ::-1]
    assert sorted(part.dimension_values) == [0.0, 2000.0]
    assert part.grid_shape == (4, 6, 7)
    assert_in_place(part)


@pytest.mark.parametrize(
    "key",
    [
        *(5, -6, (0, 0, 7), (0, 0, 0, 0), (slice(3, 3),), (..., ...), ([0, 2],), (np.array([0, 2]),)),
        *(None, 1.0, "k", True, slice(0, 4, 0), slice(0.0, 2)),
    ],
)
def test_index_that_leaves_no_grid_is_an_index_error(key):
    with pytest.raises(IndexError) as caught:
        position_volume(AFFINES["axial"])[key]
    assert isinstance(caught.value, VolumeIndexError)


@pytest.mark.parametrize("key", [4, [4], [-5], [], [True, False], slice(2, 2), np.zeros((2, 2), int), [0.5]])
def test_t_out_of_range_is_an_index_error(key):
    with pytest.raises(VolumeIndexError, match="t"):
        position_volume(AFFINES["axial"], number_of_t=4)[key]


def test_volumes_are_gone_through_by_their_first_axis():
    volume = position_volume(AFFINES["axial"], number_of_t=4)
    assert len(volume) == 4
    assert [one.shape for one in volume] == [(5, 6, 7, 3)] * 4
    assert [one.grid_shape for one in volume[0]] == [(1, 6, 7)] * 5


def test_sources_follow_slices_and_times():
    volume = position_volume(AFFINES["axial"], number_of_t=4)
    np.testing.assert_array_equal(volume[1:3, ::-2].sources.origins, [[[t, k] for k in (4, 2, 0)] for t in (1, 2)])
    np.testing.assert_array_equal(volume[3, 2].sources.origins, [[[3, 2]]])
    np.testing.assert_array_equal(volume[0].crop(j=(1, 4)).sources.origins, [[[0, k] for k in range(5)]])


def test_crop_takes_ranges_by_name():
    volume = position_volume(AFFINES["sagittal"], number_of_t=2)
    part = volume.crop(k=(1, None), j=slice(None, None, 2), i=-1, t=1)
    assert part.grid_shape == (4, 3, 1)
    assert_in_place(part)
    with pytest.raises(GeometryError, match="no axis t"):
        volume[0].crop(t=0)


def test_crop_mm_of_an_axial_volume_has_the_voxels_within():
    # x = -20 + 0.5 i, y = -30 + 0.75 j, z = 40 + 2 k
    part = position_volume(AFFINES["axial"]).crop_mm(x=(-19.5, -18.0), y=(None, -29.0), z=(43.9, None))
    assert part.grid_shape == (3, 2, 4)
    assert_in_place(part)
    np.testing.assert_allclose(part.origin, (-19.5, -30.0, 44.0))


@settings(max_examples=60, deadline=None)
@given(
    affine=affines,
    parts=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted), min_size=3, max_size=3),
)
def test_crop_mm_has_all_voxels_within_the_limits_and_reaches_no_farther_than_them(affine, parts):
    volume = position_volume(affine, (9, 10, 11))
    places = volume.array.reshape(-1, 3)
    low, high = places.min(axis=0), places.max(axis=0)
    limits = [tuple(float(low[n] + (high[n] - low[n]) * end) for end in parts[n]) for n in range(3)]
    within = np.all([(volume.array[..., n] >= a) & (volume.array[..., n] <= b) for n, (a, b) in enumerate(limits)], 0)
    try:
        part = volume.crop_mm(*limits)
    except GeometryError:
        assert not within.any()
        return
    assert_in_place(part)
    if within.any():
        found = np.argwhere(within)
        start = np.rint(volume.mm_to_index(part.origin)).astype(int)
        stop = start + part.grid_shape
        assert (start <= found.min(axis=0)).all()
        assert (stop > found.max(axis=0)).all()


@pytest.mark.parametrize("limits", [{"x": (100.0, None)}, {"y": (2.0, 1.0)}, {"z": (40.5, 41.5)}])
def test_crop_mm_without_a_voxel_is_refused(limits):
    with pytest.raises(GeometryError):
        position_volume(AFFINES["axial"]).crop_mm(**limits)


def test_pad_puts_a_margin_around_and_leaves_all_in_place():
    volume = position_volume(AFFINES["oblique"])
    padded = volume.pad(k=1, j=(0, 2), value=-1)
    assert padded.grid_shape == (7, 8, 7)
    assert (padded.array[0] == -1).all()
    assert (padded.array[:, -2:] == -1).all()
    assert_in_place(padded[1:-1, :-2])
    assert padded.sources is None
    assert volume.pad(i=1, value=np.nan).sources is volume.sources


@pytest.mark.parametrize("value", [np.nan, 0.5, 40000])
def test_pad_refuses_a_value_that_the_type_lacks(value):
    with pytest.raises(GeometryError, match="int16"):
        Volume(np.zeros((2, 2, 2), np.int16), np.eye(4)).pad(i=1, value=value)


def test_pad_refuses_a_negative_margin():
    with pytest.raises(GeometryError, match="margin"):
        position_volume(AFFINES["axial"]).pad(k=-1, value=0)
