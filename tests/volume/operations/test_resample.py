"""A value that is linear in space is the same at every place on every grid."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dicom.errors import GeometryError, MissingDependencyError, PixelError
from dicom.volume import Volume
from tests.volume.made import grid_affine
from tests.volume.made_volumes import AFFINES, assert_in_place, indices, position_volume

pytest.importorskip("scipy")

affines = st.sampled_from(list(AFFINES.values()))
spacings = st.tuples(*[st.one_of(st.none(), st.floats(0.4, 4.0))] * 3)


def within(volume: Volume, other: Volume, margin: float = 0.0) -> np.ndarray:
    """Which voxels of a volume lie between the outermost centres of another."""
    places = other.mm_to_index(volume.index_to_mm(indices(volume)))
    return ((places >= -1e-9 - margin) & (places <= np.array(other.grid_shape) - 1 + 1e-9 + margin)).all(axis=-1)


def assert_ramp_within(volume: Volume, source: Volume, atol: float = 1e-6) -> None:
    """Voxels between the centres of the source hold the place where they lie."""
    there = volume.index_to_mm(indices(volume))
    inside = within(volume, source)
    assert inside.any()
    np.testing.assert_allclose(volume.array[inside], there[inside], rtol=0, atol=atol)


@settings(max_examples=60, deadline=None)
@given(affine=affines, spacing=spacings)
def test_a_ramp_stays_that_ramp_in_every_spacing(affine, spacing):
    source = position_volume(affine, (8, 9, 10))
    volume = source.resample(spacing)
    for asked, had, got in zip(spacing, source.spacing, volume.spacing, strict=True):
        assert got == pytest.approx(had if asked is None else asked)
    np.testing.assert_allclose(volume.center, source.center)
    np.testing.assert_allclose(volume.direction, source.direction, atol=1e-12)
    extents = np.array(source.grid_shape) * source.spacing
    assert volume.grid_shape == tuple(np.maximum(1, np.floor(extents / volume.spacing + 0.5 + 1e-6)))
    assert not np.isnan(volume.array).any()
    assert_ramp_within(volume, source)


@settings(max_examples=40, deadline=None)
@given(affine=affines, other=affines, shift=st.tuples(*[st.floats(-3, 3)] * 3))
def test_a_ramp_stays_that_ramp_on_every_grid(affine, other, shift):
    source = position_volume(affine, (9, 9, 9))
    moved = other.copy()
    moved[:3, 3] += source.center - position_volume(other, (6, 7, 8)).center + shift
    target = position_volume(moved, (6, 7, 8))
    volume = source.resample_to(target)
    assert volume.same_grid_as(target, 0.0)
    assert_ramp_within(volume, source)
    # Half a voxel beyond the outermost centres values hold, and nothing is farther out.
    np.testing.assert_array_equal(~np.isnan(volume.array).any(axis=-1), within(volume, source, 0.5 + 1e-6))


def test_each_time_point_is_resampled():
    volume = position_volume(AFFINES["oblique"], number_of_t=3).resample(0.5)
    assert volume.shape[0] == 3
    assert volume.dimension_values.tolist() == [0, 1000, 2000]
    np.testing.assert_allclose(volume.array[2], volume.array[0] + 2000)


def test_the_same_spacing_gives_the_same_values():
    volume = position_volume(AFFINES["oblique"])
    for order in (0, 1, 3):
        same = volume.resample(volume.spacing, order=order)
        assert same.same_grid_as(volume, 0.0)
        np.testing.assert_allclose(same.array, volume.array, atol=1e-9)
    assert volume.resample(volume.spacing).sources is volume.sources
    assert volume.resample((None, 1.0, 1.0)).sources is volume.sources
    assert volume.resample((1.0, None, None)).sources is None


def test_cubic_spline_is_exact_at_voxels_and_near_for_smooth_values():
    affine = grid_affine(spacing=(1, 1, 1))
    k, j, i = np.indices((16, 16, 16))
    volume = Volume(np.sin(k / 3) + np.cos(j / 4) + np.sin(i / 5), affine)
    fine = volume.resample(0.25, order=3)
    places = volume.mm_to_index(fine.index_to_mm(indices(fine)))
    truth = np.sin(places[..., 0] / 3) + np.cos(places[..., 1] / 4) + np.sin(places[..., 2] / 5)
    middle = (slice(16, -16),) * 3
    assert np.abs(fine.array[middle] - truth[middle]).max() < 2e-3
    assert np.abs(volume.resample(0.25).array[middle] - truth[middle]).max() > 1e-2


def test_nearest_takes_values_and_their_type_as_they_are():
    labels = np.random.default_rng(2).integers(0, 5, (6, 7, 8)).astype(np.uint8)
    fine = Volume(labels, AFFINES["oblique"]).resample((1.0, 0.25, 0.25), order=0)
    assert fine.array.dtype == np.uint8
    nearest = np.rint(
        np.clip(Volume(labels, AFFINES["oblique"]).mm_to_index(fine.index_to_mm(indices(fine))), 0, [5, 6, 7])
    ).astype(int)
    same = fine.array == labels[tuple(nearest.transpose(3, 0, 1, 2))]
    assert same.mean() == 1.0


@pytest.mark.parametrize(
    ("dtype", "order", "wanted"),
    [
        (bool, None, bool),
        (bool, 1, np.float32),
        (np.int16, None, np.float32),
        (np.uint16, 0, np.uint16),
        (np.int32, 1, np.float64),
        (np.float32, 1, np.float32),
        (np.float64, 3, np.float64),
        (np.float16, 1, np.float32),
        (np.dtype(">i2"), 0, np.int16),
        (np.dtype(">f4"), 1, np.float32),
    ],
)
def test_type_of_the_result(dtype, order, wanted):
    volume = Volume((np.indices((4, 4, 4)).sum(axis=0) % 2).astype(dtype), np.eye(4))
    assert volume.resample(0.8, order=order).array.dtype == wanted


def test_colours_stay_colours():
    array = np.zeros((4, 4, 4, 3), np.uint8)
    array[:2] = (255, 10, 0)
    volume = Volume(array, np.eye(4), is_color=True).resample(0.5)
    assert volume.array.dtype == np.uint8
    assert volume.shape == (8, 8, 8, 3)
    # Half-way between the slices, a quarter step to either side.
    assert volume.array[3, 4, 4].tolist() == [191, 8, 0]


def test_missing_values_stay_missing_and_nothing_else_does():
    array = position_volume(AFFINES["axial"], (8, 8, 8)).array[..., 0].astype(np.float32)
    truth = Volume(array.copy(), AFFINES["axial"])
    array[3, 4, 5] = np.nan
    volume = Volume(array, AFFINES["axial"])
    same = volume.resample(volume.spacing)
    np.testing.assert_array_equal(same.array, array)
    for order in (1, 3):
        fine, whole = (one.resample((1.0, 0.75, 0.5), order=order) for one in (volume, truth))
        gone = np.argwhere(np.isnan(fine.array))
        # Slices at 2.25, 2.75, 3.25 and 3.75 of the old ones.
        assert gone.tolist() == [[k, 4, 5] for k in (5, 6, 7, 8)]
        there = ~np.isnan(fine.array)
        np.testing.assert_allclose(fine.array[there], whole.array[there], atol=1e-5 if order == 1 else 0.2)


def test_all_missing_is_all_missing():
    volume = Volume(np.full((4, 4, 4), np.nan, np.float32), np.eye(4))
    for order in (0, 1, 3):
        assert np.isnan(volume.resample(0.7, order=order, antialias=True).array).all()


def test_antialias_averages_where_voxels_grow():
    noise = np.random.default_rng(3).normal(size=(40, 40, 40)).astype(np.float32)
    volume = Volume(noise, np.eye(4))
    plain, smooth = volume.resample(4.0), volume.resample(4.0, antialias=True)
    assert smooth.array.std() < 0.35 * plain.array.std()
    # Voxels that don't grow are as they were.
    np.testing.assert_array_equal(volume.resample(0.5, antialias=True).array, volume.resample(0.5).array)
    labels = Volume(noise > 0, np.eye(4))
    np.testing.assert_array_equal(labels.resample(4.0, antialias=True).array, labels.resample(4.0).array)


def test_antialias_leaves_a_ramp_and_does_not_drag_missing_values_along():
    source = position_volume(AFFINES["axial"], (20, 40, 40))
    smooth = source.resample(4.0, antialias=True)
    plain = source.resample(4.0)
    middle = (slice(3, -3), slice(2, -2), slice(2, -2))
    assert smooth.array[middle].size
    np.testing.assert_allclose(smooth.array[middle], plain.array[middle], atol=1e-3)
    array = source.array[..., 0].copy()
    array[:, :, 0] = np.nan
    some = Volume(array, source.affine).resample(4.0, antialias=True)
    assert np.isnan(some.array).sum() == np.isnan(Volume(array, source.affine).resample(4.0).array).sum()


@pytest.mark.parametrize("spacing", [0, -1.0, np.nan, (1.0, 1.0), (1, 1, 0), np.inf])
def test_spacing_that_is_none_is_refused(spacing):
    with pytest.raises(GeometryError, match="spacing"):
        position_volume(AFFINES["axial"]).resample(spacing)


@pytest.mark.parametrize("order", [-1, 6, 1.5, True, "linear"])
def test_order_that_is_none_is_refused(order):
    with pytest.raises(GeometryError, match="order"):
        position_volume(AFFINES["axial"]).resample(1.0, order=order)


def test_workers_below_one_are_refused():
    with pytest.raises(PixelError, match="workers"):
        position_volume(AFFINES["axial"]).resample(1.0, workers=0)


def test_other_frame_of_reference_is_refused_unless_it_is_said_to_be_registered():
    volume = position_volume(AFFINES["axial"])
    other = volume._like(volume.array, volume.affine, frame_of_reference_uid="1.2.4")
    with pytest.raises(GeometryError, match=r"Frame of Reference UID \(0020,0052\)"):
        volume.resample_to(other)
    moved = volume.resample_to(other, ignore_frame_of_reference=True)
    assert moved.frame_of_reference_uid == "1.2.4"
    assert_in_place(moved)


def test_whole_numbers_need_a_fill_value_just_where_the_grid_reaches_outside():
    volume = Volume(np.arange(64, dtype=np.int16).reshape(4, 4, 4), np.eye(4))
    inside = Volume(np.zeros((2, 2, 2)), np.eye(4))
    outside = Volume(np.zeros((2, 2, 6)), np.eye(4))
    assert volume.resample_to(inside, order=0).array.dtype == np.int16
    with pytest.raises(GeometryError, match="fill="):
        volume.resample_to(outside, order=0)
    assert volume.resample_to(outside, order=0, fill=-1024).array[0, 0].tolist() == [0, 1, 2, 3, -1024, -1024]
    with pytest.raises(GeometryError, match="fit"):
        volume.resample_to(outside, order=0, fill=0.5)
    assert np.isnan(volume.resample_to(outside).array[0, 0, 4])
    mask = volume.with_array(volume.array > 0).resample_to(outside)
    assert mask.array[0, 0].tolist() == [False, True, True, True, False, False]


def test_a_single_slice_is_resampled_too():
    volume = position_volume(AFFINES["oblique"])[2].resample((None, 0.3, 0.3))
    assert volume.grid_shape[0] == 1
    assert not np.isnan(volume.array).any()


def test_slabs_and_threads_give_the_same(monkeypatch):
    source = position_volume(AFFINES["axial"], (12, 30, 30))
    target = position_volume(AFFINES["oblique"], (14, 20, 20))
    whole = source.resample_to(target, workers=1).array
    monkeypatch.setattr("dicom.volume.operations.resample._SLAB", 3 * 400)
    for workers in (1, 3):
        np.testing.assert_allclose(source.resample_to(target, workers=workers).array, whole, atol=1e-9)


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("turned", ["LPS", "PIR", "IAR", "SLA"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16])
def test_axis_by_axis_is_what_scipy_gives(order, turned, dtype, monkeypatch):
    values = (np.random.default_rng(6).normal(size=(9, 12, 10)) * 100).astype(dtype)
    source = Volume(values, grid_affine()).reorient(turned)
    target = Volume(np.zeros((11, 9, 13)), grid_affine((1.31, 0.83, 0.47), (-20.4, -30.3, 39.6)))
    ours = source.resample_to(target, order=order, fill=-7)
    monkeypatch.setattr("dicom.volume.operations.resample._Places.axes", None)
    plain = source.resample_to(target, order=order, fill=-7)
    np.testing.assert_allclose(ours.array, plain.array, atol=0 if order == 0 else 1e-4)
    assert ours.array.dtype == plain.array.dtype
    assert (ours.array == -7).any()


def test_agrees_with_simpleitk():
    sitk = pytest.importorskip("SimpleITK")
    values = np.random.default_rng(5).normal(size=(12, 14, 16)).astype(np.float32)
    source = Volume(values, grid_affine(angles=(5, 10, 15)))
    target = Volume(np.zeros((9, 15, 17), np.float32), grid_affine((2.3, 0.6, 0.4), (-19, -29, 41), (2, 14, 9)))

    def image(volume):
        made = sitk.GetImageFromArray(volume.array)
        made.SetSpacing(volume.spacing[::-1])
        made.SetOrigin(volume.origin.tolist())
        made.SetDirection(volume.direction[:, ::-1].ravel().tolist())
        return made

    inside = within(target, source)
    assert inside.sum() > 200
    for order, kind in ((0, sitk.sitkNearestNeighbor), (1, sitk.sitkLinear), (3, sitk.sitkBSpline)):
        theirs = sitk.GetArrayFromImage(sitk.Resample(image(source), image(target), sitk.Transform(), kind, np.nan))
        ours = source.resample_to(target, order=order).array
        np.testing.assert_allclose(ours[inside], theirs[inside], atol=1e-4)


def test_without_scipy_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy", None)
    volume = position_volume(AFFINES["axial"])
    # Axis by axis none is needed.
    assert volume.resample(1.0).spacing == (1.0, 1.0, 1.0)
    for options in ({"order": 3}, {"antialias": True}):
        with pytest.raises(MissingDependencyError, match=r"pip install dicom-py\[resample\]"):
            volume.resample(4.0, **options)
    with pytest.raises(MissingDependencyError, match=r"pip install dicom-py\[resample\]"):
        volume.resample_to(position_volume(AFFINES["oblique"]))
