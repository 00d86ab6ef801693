"""Policies do what they are called, and the resampled array says the truth at each of its voxels.

The truth is a field that is linear in patient space: linear interpolation gives it back exactly, at the right place
and nowhere else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dicom.errors import GeometryError
from dicom.volume.geometry.order import arrange
from dicom.volume.geometry.policy import Layout, lay_out
from tests.volume.made import grid_affine
from tests.volume.planes_made import Times, planes_on

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.volume.planes import Planes

ROWS, COLUMNS = 9, 11
FILL = -5000.0


def ramp(points: NDArray[np.float64], time: NDArray[Any] | int = 0) -> NDArray[np.float64]:
    """The field at points (..., 3) in mm."""
    field: NDArray[np.float64] = points @ np.array([3.0, -2.0, 5.0]) + 100.0 + 1000.0 * np.asarray(time)
    return field


def points_of(affine: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Positions (k, j, i, 3) of voxel centres, in mm."""
    k, j, i = np.indices(shape)
    points: NDArray[np.float64] = np.stack([k, j, i], axis=-1) @ affine[:3, :3].T + affine[:3, 3]
    return points


def plane_points(planes: Planes, row: int) -> NDArray[np.float64]:
    """Positions (j, i, 3) of the pixels of a plane."""
    across, down = planes.orientation[row, :3], planes.orientation[row, 3:]
    j, i = np.indices((ROWS, COLUMNS))
    points: NDArray[np.float64] = (
        planes.position[row]
        + j[..., None] * down * planes.pixel_spacing[row, 0]
        + i[..., None] * across * planes.pixel_spacing[row, 1]
    )
    return points


def read(layout: Layout, dtype: Any = np.float64) -> NDArray[Any]:
    """What a reader would put into the slots: (t, k, j, i), without t where there is no dimension."""
    array = np.full((*layout.slots.shape, ROWS, COLUMNS), FILL, dtype)
    for t, k in np.argwhere(layout.slots >= 0):
        array[t, k] = ramp(plane_points(layout.planes, layout.slots[t, k]), layout.times[t])
    return array if layout.dimension is not None else array[0]


def is_between(layout: Layout, points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether points (k, j, i, 3) lie within the planes of both slices around them."""
    planes = layout.planes
    rows = layout.slots[0][layout.slots[0] >= 0]
    across, down = planes.orientation[rows[0], :3], planes.orientation[rows[0], 3:]
    normal = np.cross(across, down)
    at = planes.position[rows] @ normal
    distance = points[:, 0, 0] @ normal
    inside = np.zeros(points.shape[:3], bool)
    for k, one in enumerate(distance):
        if one < at[0] - 1e-6 or one > at[-1] + 1e-6:
            continue
        on = np.flatnonzero(np.abs(at - one) < 1e-6)
        around = on if len(on) else [np.searchsorted(at, one) - 1, np.searchsorted(at, one)]
        covered = np.ones(points.shape[1:3], bool)
        for plane in around:
            away = points[k] - planes.position[rows[plane]]
            j = away @ down / planes.pixel_spacing[rows[0], 0]
            i = away @ across / planes.pixel_spacing[rows[0], 1]
            covered &= (j > -1e-5) & (j < ROWS - 1 + 1e-5) & (i > -1e-5) & (i < COLUMNS - 1 + 1e-5)
        inside[k] = covered
    return inside


def check(layout: Layout) -> NDArray[Any]:
    """The finished array is the field where slices are, and the fill elsewhere."""
    finished = layout.finish(read(layout), FILL)
    points = points_of(layout.affine, finished.shape[-3:])
    inside = is_between(layout, points)
    assert inside.any()
    assert np.abs(finished - ramp(points))[inside].max() < 1e-6
    assert (finished[~inside] == FILL).all()
    return finished


def planes(
    places: list[float], *, tilt: tuple[float, float] = (0.0, 0.0), drift: float = 0.0, **options: Any
) -> Planes:
    """Oblique planes whose slices move by so many mm (down, across) from one to the next; every other one is off."""
    affine = grid_affine((3.0, 0.75, 0.5), angles=(20.0, -35.0, 12.0))
    affine[:3, 0] += affine[:3, 1] / 0.75 * tilt[0] + affine[:3, 2] / 0.5 * tilt[1]

    def change(columns: dict[str, NDArray[Any]]) -> None:
        columns["position"][::2] += drift * affine[:3, 2] / 0.5

    return planes_on(affine, places, shape=(ROWS, COLUMNS), change=change, **options)


def kinds(layout: Layout) -> list[str]:
    return [defect.kind for defect in layout.report.defects]


# --- clean ------------------------------------------------------------------------------------------------------------


def test_clean_stack_is_left_as_it_is() -> None:
    (layout,) = lay_out(arrange(planes([2, 0, 1])))
    assert layout.slots.tolist() == [[1, 2, 0]]
    assert layout.is_finished
    array = read(layout)
    assert layout.finish(array, FILL) is array
    assert layout.finished_shape(array.shape) == array.shape
    assert np.abs(array - ramp(points_of(layout.affine, array.shape))).max() < 1e-9
    assert layout.report.is_clean
    assert layout.report.actions == ()


@pytest.mark.parametrize("gaps", ["fill", "resample", "split"])
@pytest.mark.parametrize("tilt", ["shear", "keep"])
@pytest.mark.parametrize("duplicates", ["first", "split"])
def test_policies_leave_a_clean_stack_alone(gaps: str, tilt: str, duplicates: str) -> None:
    stack = arrange(planes([2, 0, 1, 3]))
    (layout,) = lay_out(stack, gaps=gaps, tilt=tilt, duplicates=duplicates)
    assert layout.is_finished
    assert np.array_equal(layout.affine, stack.affine)


def test_policy_of_another_name_is_refused() -> None:
    stack = arrange(planes([0, 1]))
    for option in ("gaps", "tilt", "duplicates"):
        with pytest.raises(GeometryError, match=f"{option}= is one of 'raise', "):
            lay_out(stack, **{option: "guess"})


# --- gaps -------------------------------------------------------------------------------------------------------------


def test_gap_is_filled_with_slots_of_padding() -> None:
    (layout,) = lay_out(arrange(planes([0, 1, 4, 5, 6])), gaps="fill")
    assert layout.slots.tolist() == [[0, 1, -1, -1, 2, 3, 4]]
    assert layout.is_finished
    array = read(layout)
    truth = ramp(points_of(layout.affine, array.shape))
    there = layout.slots[0] >= 0
    assert np.abs(array - truth)[there].max() < 1e-9
    assert kinds(layout) == ["gap"]
    assert layout.report.actions == ("gaps=fill: 2 slots of padding",)


def test_gap_is_interpolated() -> None:
    (layout,) = lay_out(arrange(planes([0, 1, 4, 5, 6])), gaps="resample")
    finished = check(layout)
    assert finished.shape == (7, ROWS, COLUMNS)
    assert not (finished == FILL).any()
    assert layout.report.actions == ("gaps=resample: 7 slices, 3 mm apart",)


def test_gap_splits_into_regular_parts() -> None:
    stack = arrange(planes([0, 1, 4, 5, 6, 9]))
    layouts = lay_out(stack, gaps="split")
    assert [layout.slots.tolist() for layout in layouts] == [[[0, 1]], [[2, 3, 4]], [[5]]]
    for layout in layouts:
        array = read(layout)
        assert np.abs(array - ramp(points_of(layout.affine, array.shape))).max() < 1e-9
        assert layout.report.is_clean
        assert np.linalg.norm(layout.affine[:3, 0]) == pytest.approx(3.0)
    assert [layout.report.actions for layout in layouts] == [(f"gaps=split: part {n} of 3",) for n in (1, 2, 3)]


def test_uneven_steps_are_resampled_or_split_but_not_filled() -> None:
    stack = arrange(planes([0, 1, 2, 3, 4.5, 6, 7.5, 9]))
    assert [defect.kind for defect in stack.report.defects] == ["uneven-spacing"]
    with pytest.raises(GeometryError, match=r"To go on: gaps='resample' or 'split'$"):
        lay_out(stack, gaps="fill")
    (layout,) = lay_out(stack, gaps="resample")
    check(layout)
    parts = lay_out(stack, gaps="split")
    assert all(part.report.is_clean for part in parts)
    assert sorted(row for part in parts for row in part.slots.ravel().tolist()) == list(range(8))
    for part in parts:
        array = read(part)
        assert np.abs(array - ramp(points_of(part.affine, array.shape))).max() < 1e-9


def test_scattered_slices_are_resampled_on_their_average_step() -> None:
    rng = np.random.default_rng(3)
    places = np.arange(12) + rng.uniform(-0.2, 0.2, 12)
    places[[0, -1]] = [0, 11]
    (layout,) = lay_out(arrange(planes(list(places))), gaps="resample")
    finished = check(layout)
    assert finished.shape[0] == 12
    assert np.linalg.norm(layout.affine[:3, 0]) == pytest.approx(3.0)


def test_tolerance_of_the_caller_lets_scattered_slices_pass() -> None:
    places = [0, 1.02, 1.98, 3.01, 4]
    assert arrange(planes(places)).report.of_kind("uneven-spacing")
    stack = arrange(planes(places), tolerance_mm=0.2)
    assert stack.report.is_clean
    assert np.linalg.norm(stack.affine[:3, 0]) == pytest.approx(3.0)


def test_tolerance_of_nothing_takes_exact_steps_only() -> None:
    assert arrange(planes([0, 1, 2.0001, 3]), tolerance_mm=0.0).report.of_kind("uneven-spacing")
    assert arrange(planes([0, 1, 2.0001, 3])).report.is_clean


def test_array_of_mostly_padding_is_not_made() -> None:
    stack = arrange(planes([0, 1, 2, 1_000_000]))
    for gaps in ("fill", "resample"):
        with pytest.raises(GeometryError, match=r"4 slices would be 1000001 .*gaps='split'"):
            lay_out(stack, gaps=gaps)
    assert len(lay_out(stack, gaps="split")) == 2


# --- tilt -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tilt", [(0.8, 0.0), (-0.8, 0.0), (0.75, 0.5), (-0.31, 0.17), (0.0, -1.3)])
def test_tilt_is_kept_in_the_affine_or_sheared_away(tilt: tuple[float, float]) -> None:
    stack = arrange(planes([0, 1, 2, 3, 4, 5], tilt=tilt))
    assert [defect.kind for defect in stack.report.defects] == ["tilt"]
    (kept,) = lay_out(stack, tilt="keep")
    assert kept.is_finished
    array = read(kept)
    assert np.abs(array - ramp(points_of(kept.affine, array.shape))).max() < 1e-9
    (sheared,) = lay_out(stack, tilt="shear")
    finished = check(sheared)
    assert np.abs(sheared.affine[:3, 0] @ sheared.affine[:3, 1:3]).max() < 1e-9
    # Nothing that was imaged is cut off, but less than a pixel at its border.
    assert (finished != FILL).reshape(6, -1).sum(axis=1).min() >= (ROWS - 1) * (COLUMNS - 1)
    first = ramp(plane_points(stack.planes, 0))
    assert np.abs(finished[0][finished[0] != FILL] - first.ravel()).max() < 1e-9
    assert finished.shape == sheared.finished_shape(array.shape)


def test_slices_beside_the_line_can_be_sheared_but_not_kept() -> None:
    stack = arrange(planes([0, 1, 2, 3, 4, 5], drift=0.8))
    assert [defect.kind for defect in stack.report.defects] == ["drift"]
    with pytest.raises(GeometryError, match=r"To go on: tilt='shear'$"):
        lay_out(stack, tilt="keep")
    (layout,) = lay_out(stack, tilt="shear")
    check(layout)


@pytest.mark.parametrize("gaps", ["fill", "resample"])
def test_tilt_and_gap_are_mended_together(gaps: str) -> None:
    stack = arrange(planes([0, 1, 3, 4, 5], tilt=(0.7, -0.2)))
    assert sorted(defect.kind for defect in stack.report.defects) == ["gap", "tilt"]
    with pytest.raises(GeometryError, match=r"To go on: gaps='fill', 'resample' or 'split'; tilt='shear' or 'keep'$"):
        lay_out(stack)
    (layout,) = lay_out(stack, gaps=gaps, tilt="shear")
    finished = layout.finish(read(layout), FILL)
    if gaps == "resample":
        check(layout)
    else:
        assert (finished[2] == FILL).all()
        points = points_of(layout.affine, finished.shape)
        known = finished != FILL
        assert np.abs(finished - ramp(points))[known].max() < 1e-6
    assert finished.shape[0] == 6


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0.3, 2.5), min_size=1, max_size=12),
    st.tuples(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5)),
    st.sampled_from([0.0, 0.0, 0.6]),
    st.sampled_from(["shear", "keep"]),
)
def test_resampled_field_is_the_field(steps: list[float], tilt: tuple[float, float], drift: float, policy: str) -> None:
    stack = arrange(planes([0.0, *np.cumsum(steps)], tilt=tilt, drift=drift))
    if policy == "keep" and stack.report.of_kind("drift"):
        policy = "shear"
    for layout in lay_out(stack, gaps="resample", tilt=policy):
        if layout.is_finished:
            continue
        finished = layout.finish(read(layout), FILL)
        known = finished != FILL
        assert known.any()
        error = np.abs(finished - ramp(points_of(layout.affine, finished.shape)))[known]
        # What the tolerance lets pass isn't resampled; the field changes by 6.2 a mm.
        assert error.max() < 6.2 * 2 * layout.report.tolerance_mm


# --- duplicates -------------------------------------------------------------------------------------------------------


def test_first_of_duplicates_is_taken() -> None:
    (layout,) = lay_out(arrange(planes([1, 0, 1, 2, 1])), duplicates="first")
    assert layout.slots.tolist() == [[1, 0, 3]]
    assert layout.report.actions == ("duplicates=first: 2 planes left out",)


def test_two_scans_of_one_place_are_split() -> None:
    first, second = lay_out(arrange(planes([0, 1, 2, 2, 1, 0])), duplicates="split")
    assert first.slots.tolist() == [[0, 1, 2]]
    assert second.slots.tolist() == [[5, 4, 3]]
    assert first.report.is_clean
    assert np.array_equal(first.affine, second.affine)


def test_planes_side_by_side_are_split() -> None:
    affine = grid_affine((3.0, 0.75, 0.5))

    def change(columns: dict[str, NDArray[Any]]) -> None:
        columns["position"][3:] += [40.0, 0.0, 0.0]

    stack = arrange(planes_on(affine, [0, 1, 2, 0, 1, 2], change=change))
    assert {defect.kind for defect in stack.report.defects} == {"side-by-side"}
    with pytest.raises(GeometryError, match=r"40 mm from one another.*duplicates='first' or 'split'$"):
        lay_out(stack)
    first, second = lay_out(stack, duplicates="split")
    assert (first.slots.tolist(), second.slots.tolist()) == ([[0, 1, 2]], [[3, 4, 5]])
    assert (second.affine[:3, 3] - first.affine[:3, 3]).tolist() == [40.0, 0.0, 0.0]


def test_few_duplicates_are_split_at_their_gaps() -> None:
    layouts = lay_out(arrange(planes([0, 1, 2, 3, 4, 5, 1, 2, 5])), duplicates="split")
    assert [layout.slots.tolist() for layout in layouts] == [[[0, 1, 2, 3, 4, 5]], [[6, 7]], [[8]]]
    assert [np.linalg.norm(layout.affine[:3, 0]) for layout in layouts] == pytest.approx([3.0] * 3)


# --- times ------------------------------------------------------------------------------------------------------------


def four_dimensional() -> tuple[Planes, Times]:
    """Three times of five slices, of which the second time lacks slice 2 and the third slice 4."""
    places = [*range(5), *(0, 1, 3, 4), *range(4)]
    return planes(places, tilt=(0.8, 0.0)), Times([0] * 5 + [1] * 4 + [2] * 4)


def test_slices_that_times_lack_are_filled_or_interpolated() -> None:
    made, dimension = four_dimensional()
    stack = arrange(made, dimension)
    assert [defect.kind for defect in stack.report.defects] == ["incomplete-dimension"] * 2 + ["tilt"]
    with pytest.raises(GeometryError, match="t = 1 lacks slice 2"):
        lay_out(stack, tilt="keep")
    (filled,) = lay_out(stack, gaps="fill", tilt="keep")
    assert np.argwhere(filled.slots < 0).tolist() == [[1, 2], [2, 4]]
    assert filled.is_finished
    (layout,) = lay_out(stack, gaps="resample", tilt="shear")
    finished = layout.finish(read(layout), FILL)
    assert finished.shape == (3, 5, ROWS + 5, COLUMNS)
    points = points_of(layout.affine, finished.shape[1:])
    for t in range(3):
        known = finished[t] != FILL
        assert np.abs(finished[t] - ramp(points, t))[known].max() < 1e-6
    # Between slices it is known, beyond the last one it isn't.
    assert (finished[1, 2] != FILL).any()
    assert (finished[2, 4] == FILL).all()


def test_times_of_other_slices_are_split() -> None:
    made, dimension = four_dimensional()
    layouts = lay_out(arrange(made, dimension), gaps="split", tilt="keep")
    assert [(layout.times.tolist(), layout.slots.tolist()) for layout in layouts] == [
        ([0], [[0, 1, 2, 3, 4]]),
        ([1], [[5, 6]]),
        ([1], [[7, 8]]),
        ([2], [[9, 10, 11, 12]]),
    ]
    for layout in layouts:
        assert layout.dimension is dimension
        array = read(layout)
        assert array.ndim == 4
        points = points_of(layout.affine, array.shape[1:])
        assert np.abs(array[0] - ramp(points, layout.times[0])).max() < 1e-9


def test_duplicates_within_times_are_split() -> None:
    made = planes([0, 1, 0, 1, 1])
    stack = arrange(made, Times([0, 0, 1, 1, 1]))
    (defect,) = stack.report.defects
    assert "3 planes" not in defect.message
    assert defect.message.startswith("2 planes lie at slice 1 at t = 1")
    layouts = lay_out(stack, duplicates="split")
    assert [(layout.times.tolist(), layout.slots.tolist()) for layout in layouts] == [
        ([0, 1], [[0, 1], [2, 3]]),
        ([1], [[4]]),
    ]


# --- values -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "int32", "float32", "float64"])
def test_result_has_the_type_of_the_array_and_integers_are_rounded(dtype: str) -> None:
    (layout,) = lay_out(arrange(planes([0, 1, 3])), gaps="resample")
    low, high = (0, 255) if dtype == "uint8" else (10, 12345)
    array = np.zeros((3, ROWS, COLUMNS), dtype)
    array[1], array[2] = low, high
    finished = layout.finish(array, 0)
    assert finished.dtype == dtype
    if np.dtype(dtype).kind == "f":
        assert finished[2] == pytest.approx(np.full((ROWS, COLUMNS), 6177.5))
    else:
        assert (finished[2] == np.rint((low + high) / 2)).all()
    assert np.array_equal(finished[[0, 1, 3]], array)


def test_colours_are_interpolated_each_by_itself() -> None:
    (layout,) = lay_out(arrange(planes([0, 1, 3], tilt=(0.75, 0.0))), gaps="resample", tilt="shear")
    array = np.zeros((3, ROWS, COLUMNS, 3), np.uint8)
    array[1], array[2] = [0, 100, 200], [100, 0, 250]
    finished = layout.finish(array, 7)
    assert finished.shape == (4, ROWS + 3, COLUMNS, 3)
    assert finished[2, 4, 5].tolist() == [50, 50, 225]
    assert (finished[3, 0] == 7).all()


def test_values_that_are_not_known_stay_within_their_neighbours() -> None:
    (layout,) = lay_out(arrange(planes([0, 1, 3])), gaps="resample")
    array = np.ones((3, ROWS, COLUMNS))
    array[2] = np.nan
    finished = layout.finish(array, FILL)
    assert (finished[:2] == 1).all()
    assert np.isnan(finished[2:]).all()


def test_result_goes_into_the_callers_array() -> None:
    (layout,) = lay_out(arrange(planes([0, 1, 3])), gaps="resample")
    array = read(layout)
    out = np.empty(layout.finished_shape(array.shape))
    assert layout.finish(array, FILL, out=out) is out
    assert np.array_equal(out, layout.finish(array, FILL))
    for wrong in (np.empty((3, ROWS, COLUMNS)), np.empty(out.shape, np.float32)):
        with pytest.raises(GeometryError, match="which out= has not"):
            layout.finish(array, FILL, out=wrong)
    both = np.empty((4, ROWS, COLUMNS))
    with pytest.raises(GeometryError, match="shares memory"):
        layout.finish(both[:3], FILL, out=both)
    (clean,) = lay_out(arrange(planes([0, 1, 2])))
    assert clean.finish(array, FILL, out=np.empty(array.shape)) is not array


def test_array_of_another_shape_and_fill_that_does_not_fit_are_refused() -> None:
    (layout,) = lay_out(arrange(planes([0, 1, 3])), gaps="resample")
    with pytest.raises(GeometryError, match="slots of"):
        layout.finish(np.zeros((4, ROWS, COLUMNS)), 0)
    for fill in (np.nan, 0.5, 300, -1):
        with pytest.raises(GeometryError, match="doesn't fit uint8"):
            layout.finish(np.zeros((3, ROWS, COLUMNS), np.uint8), fill)


# --- hostile ----------------------------------------------------------------------------------------------------------

FAR = re.compile("would be .* with tilt|Image Position .* farther away")
hostile = st.one_of(
    st.sampled_from([0.0, -0.0, 1.0, 2.0, 2.01, 3.0, 1e-4, 1e6, -1e6, 9e6, 1e-300, 1e300]),
    st.floats(-50, 50),
    st.integers(-20, 20).map(float),
)


def read_shape(layout: Layout) -> tuple[int, ...]:
    """Shape of an array of 2 x 3 pixels in the slots."""
    return (*(layout.slots.shape if layout.dimension is not None else layout.slots.shape[1:]), 2, 3)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(hostile, hostile, hostile), min_size=1, max_size=12),
    st.integers(1, 3),
    st.sampled_from(["raise", "fill", "resample", "split"]),
    st.sampled_from(["raise", "shear", "keep"]),
    st.sampled_from(["raise", "first", "split"]),
    st.booleans(),
)
def test_any_positions_make_a_grid_or_a_geometry_error(
    positions: list[tuple[float, float, float]], times: int, gaps: str, tilt: str, duplicates: str, aligned: bool
) -> None:
    def change(columns: dict[str, NDArray[Any]]) -> None:
        columns["position"] = np.array(positions)
        if aligned:
            columns["position"][:, :2] = 0.0

    made = planes_on(grid_affine(), np.zeros(len(positions)), shape=(2, 3), change=change)
    dimension = Times(np.arange(len(positions)) % times) if times > 1 else None
    try:
        layouts = lay_out(arrange(made, dimension), gaps=gaps, tilt=tilt, duplicates=duplicates)
    except GeometryError as error:
        # Where all is allowed, only what would be of any size is refused.
        is_allowed = gaps == "split" and tilt == "shear" and duplicates != "raise"
        if is_allowed and not FAR.search(str(error)):
            raise
        return
    for layout in layouts:
        assert np.prod(layout.finished_shape(read_shape(layout))[-2:], dtype=float) <= 2**20
        assert np.isfinite(layout.affine).all()
        assert abs(np.linalg.det(layout.affine[:3, :3])) > 0
        assert layout.slots.shape[0] == len(layout.times)
        assert len(layout.slots.ravel()) < 64 * 12 * 3
    used = [row for layout in layouts for row in layout.slots.ravel().tolist() if row >= 0]
    assert len(used) == len(set(used))
    if duplicates != "first":
        assert sorted(used) == list(range(len(positions)))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["near", "random", "steps"]), st.integers(1, 3))
def test_whatever_is_wrong_can_be_split_into_regular_parts(seed: int, scatter: str, times: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 25))
    places = {
        "near": rng.integers(0, 12, count) + rng.uniform(-0.02, 0.02, count),
        "random": rng.uniform(0, 12, count),
        "steps": np.cumsum(rng.choice([1, 1, 1, 2, 2.5, 0.3, 1.004], count)),
    }[scatter]
    affine = grid_affine(tuple(rng.choice([0.02, 0.7, 5], 3)), angles=tuple(rng.uniform(-90, 90, 3)))
    aside = rng.choice([0, 0, 0.005, 0.02, 0.5], (count, 3)) * rng.normal(size=(count, 3))

    def change(columns: dict[str, NDArray[Any]]) -> None:
        columns["position"] = columns["position"] + aside

    made = planes_on(affine, places, shape=(4, 5), change=change)
    dimension = Times(rng.integers(0, times, count)) if times > 1 else None
    layouts = lay_out(arrange(made, dimension), gaps="split", tilt="shear", duplicates="split")
    assert sorted(row for layout in layouts for row in layout.slots.ravel().tolist()) == list(range(count))
    for layout in layouts:
        assert not layout.report.of_kind("gap")
        assert not layout.report.of_kind("duplicate")
