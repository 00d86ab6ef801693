"""Planes come in order whatever their files are called, and their affine is the true one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dicom._core import sort_planes
from dicom.errors import DicomError, GeometryError
from dicom.volume.geometry.order import arrange, examine
from dicom.volume.planes import Planes
from tests.volume.made import grid_affine
from tests.volume.planes_made import StatedHeaders, Times, planes_on

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

angles = st.floats(-180, 180)
lengths = st.floats(0.05, 20)
coordinates = st.floats(-2000, 2000)


def written(columns: dict[str, NDArray[Any]]) -> None:
    """As the decimals of a DS of at most 16 characters leave it."""
    for name in ("position", "orientation", "pixel_spacing"):
        columns[name] = np.vectorize(lambda number: float(f"{number:.10g}"))(columns[name])


# --- the affine -------------------------------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(
    st.tuples(lengths, lengths, lengths),
    st.tuples(coordinates, coordinates, coordinates),
    st.tuples(angles, angles, angles),
    st.integers(1, 60),
    st.randoms(use_true_random=False),
)
def test_shuffled_planes_of_any_rigid_transform_give_the_true_affine(
    spacing: tuple[float, float, float],
    origin: tuple[float, float, float],
    turns: tuple[float, float, float],
    count: int,
    random: Any,
) -> None:
    affine = grid_affine(spacing, origin, turns)
    places = list(range(count))
    random.shuffle(places)
    stack = arrange(planes_on(affine, places, change=written))
    assert stack.report.is_clean
    assert [places[row] for row in stack.order[0]] == list(range(count))
    assert stack.affine is not None
    assert np.abs(stack.affine - affine).max() < 1e-6


@settings(max_examples=100, deadline=None)
@given(st.tuples(angles, angles, angles), st.floats(0.5, 5), st.integers(2, 400), st.integers(0, 2**32 - 1))
def test_noise_of_the_last_decimals_is_no_defect(
    turns: tuple[float, float, float], step: float, count: int, seed: int
) -> None:
    affine = grid_affine((step, 0.7, 0.7), angles=turns)
    noise = np.random.default_rng(seed).uniform(-1e-4, 1e-4, (count, 3))

    def change(columns: dict[str, NDArray[Any]]) -> None:
        columns["position"] = columns["position"] + noise

    stack = arrange(planes_on(affine, np.arange(count), change=change))
    assert stack.report.is_clean
    assert stack.affine is not None
    assert np.abs(stack.affine - affine).max() < 4e-4 / (count - 1) + 1.1e-4


def test_tilted_affine_has_the_true_step_in_column_0() -> None:
    affine = grid_affine((3.0, 0.75, 0.5), angles=(20.0, -10.0, 5.0))
    affine[:3, 0] += affine[:3, 1] * 0.9 - affine[:3, 2] * 0.3
    stack = arrange(planes_on(affine, [2, 0, 1, 4, 3]))
    assert stack.affine is not None
    assert np.abs(stack.affine - affine).max() < 1e-12
    assert stack.report.spacing_mm == pytest.approx(3.0)
    (tilt,) = stack.report.defects
    assert tilt.kind == "tilt"
    assert tilt.unit == "°"
    assert tilt.amount == pytest.approx(np.degrees(np.arctan(np.hypot(0.9 * 0.75, 0.3 * 0.5) / 3.0)))


def test_slices_grow_along_row_cross_column_even_if_that_leads_to_the_feet() -> None:
    affine = grid_affine()
    affine[:3, 2] *= -1  # rows run to the right: the normal points to the feet
    affine[:3, 0] *= -1
    stack = arrange(planes_on(affine, [3, 1, 0, 2]))
    assert stack.order.tolist() == [[2, 1, 3, 0]]
    assert np.array_equal(stack.affine, affine)


def test_rounding_of_direction_cosines_is_evened_out() -> None:
    affine = grid_affine(angles=(12.0, 23.0, -31.0))

    def change(columns: dict[str, NDArray[Any]]) -> None:
        columns["orientation"] = columns["orientation"].round(3)

    stack = arrange(planes_on(affine, np.arange(30), change=change))
    assert stack.report.is_clean
    assert stack.affine is not None
    assert np.linalg.norm(stack.affine[:3, 1:3], axis=0) == pytest.approx([0.75, 0.5])
    assert np.abs(stack.affine - affine).max() < 5e-4


def test_thousands_of_slices_are_ordered() -> None:
    affine = grid_affine((0.01, 0.02, 0.02), angles=(3.0, 4.0, 5.0))
    places = np.random.default_rng(1).permutation(20_000)
    stack = arrange(planes_on(affine, places))
    assert stack.report.is_clean
    assert np.array_equal(places[stack.order[0]], np.arange(20_000))
    assert np.abs(stack.affine - affine).max() < 1e-9


# --- few slices -------------------------------------------------------------------------------------------------------


def test_single_slice_takes_its_thickness_for_a_step() -> None:
    affine = grid_affine((3.5, 0.75, 0.5), angles=(10.0, 0.0, 0.0))
    stack = arrange(planes_on(affine, [0]))
    assert np.abs(stack.affine - affine).max() < 1e-12
    assert stack.report.is_clean
    assert stack.report.spacing_mm == 3.5


@pytest.mark.parametrize("thickness", [np.nan, 0.0, -2.0, np.inf])
def test_single_slice_without_a_thickness_needs_a_step(thickness: float) -> None:
    def change(columns: dict[str, NDArray[Any]]) -> None:
        columns["thickness"] = np.array([thickness])

    planes = planes_on(grid_affine(), [0], change=change)
    with pytest.raises(GeometryError, match=r"Slice Thickness .* /scan/IM0000\.dcm; slice_spacing_mm=") as caught:
        arrange(planes)
    assert [defect.kind for defect in caught.value.report.defects] == ["unknown-step"]
    assert np.abs(arrange(planes, slice_spacing_mm=2.0).affine - grid_affine()).max() < 1e-12


def test_two_slices_are_a_grid() -> None:
    stack = arrange(planes_on(grid_affine(), [1, 0]))
    assert stack.report.is_clean
    assert stack.order.tolist() == [[1, 0]]
    assert np.abs(stack.affine - grid_affine()).max() < 1e-12


@pytest.mark.parametrize("off", [0.013, -0.013, 0.03, 0.2])
def test_one_slice_out_of_place_leaves_the_step_of_the_others(off: float) -> None:
    # The step before it is as much too long as the one after it is too short; neither counts for the usual step.
    report = examine(planes_on(grid_affine(), [0, 1, 2, 3 + off, 4, 5, 6]))
    (uneven,) = report.defects
    assert report.spacing_mm == pytest.approx(2.0, abs=1e-9)
    assert (uneven.kind, uneven.slices, uneven.amount) == ("uneven-spacing", (2, 3, 4), pytest.approx(2 * abs(off)))


def test_step_that_the_caller_knows_tells_a_gap_between_two_slices() -> None:
    report = examine(planes_on(grid_affine(), [0, 3]), slice_spacing_mm=2.0)
    (gap,) = report.defects
    assert (gap.kind, gap.count, gap.amount, gap.slices) == ("gap", 2, pytest.approx(6.0), (0, 1))
    assert examine(planes_on(grid_affine(), [0, 3])).is_clean


def test_planes_at_one_position_are_duplicates_in_the_order_in_which_they_came() -> None:
    stack = arrange(planes_on(grid_affine(), [0, 0, 0]))
    assert stack.order.tolist() == [[0]]
    assert stack.duplicates.tolist() == [[0, 0, 1], [0, 0, 2]]
    (defect,) = stack.report.defects
    assert (defect.kind, defect.count) == ("duplicate", 2)
    assert defect.files == ("/scan/IM0000.dcm", "/scan/IM0001.dcm", "/scan/IM0002.dcm")


def test_negative_zeros_and_noise_leave_duplicates_in_their_order() -> None:
    def change(columns: dict[str, NDArray[Any]]) -> None:
        columns["position"] = np.array([[0.0, 0, 1e-4], [0, 0, -0.0], [0, 0, 0.0], [0, 0, 2.0], [0, 0, 1.9999]])

    stack = arrange(planes_on(grid_affine(), [0, 0, 0, 1, 1], change=change))
    assert stack.order.tolist() == [[0, 3]]
    assert stack.duplicates[:, 2].tolist() == [1, 2, 4]


def test_planes_side_by_side_are_no_duplicates() -> None:
    def change(columns: dict[str, NDArray[Any]]) -> None:
        columns["position"][1] += [30.0, 0.0, 0.0]

    report = examine(planes_on(grid_affine(), [0, 0, 1, 2], change=change))
    (defect,) = report.defects
    assert (defect.kind, defect.slices, defect.amount) == ("side-by-side", (0,), pytest.approx(30.0))


# --- what can't be ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "kind", "words"),
    [
        ("position", [np.nan, 0, 0], "missing-position", "Image Position (Patient) (0020,0032)"),
        ("position", [np.inf, 0, 0], "invalid-position", "Image Position (Patient) (0020,0032)"),
        ("position", [0, -1e300, 0], "invalid-position", "Image Position (Patient) (0020,0032)"),
        ("orientation", [1, 0, 0, 0, np.nan, 0], "missing-orientation", "Image Orientation (Patient) (0020,0037)"),
        ("orientation", [0, 0, 0, 0, 0, 0], "invalid-orientation", "are 0 and 0 long"),
        ("orientation", [1, 0, 0, 0, 1.1, 0], "invalid-orientation", "are 1 and 1.1 long"),
        ("orientation", [1, 0, 0, 0.6, 0.8, 0], "invalid-orientation", "stand at 53.13°"),
        ("orientation", [1, 0, 0, 1, 0, 0], "invalid-orientation", "stand at 0°"),
        ("orientation", [1e200, 0, 0, 0, 1e200, 0], "invalid-orientation", "it isn't finite"),
        ("orientation", [np.inf, 0, 0, 0, 1, 0], "invalid-orientation", "it isn't finite"),
        ("pixel_spacing", [0.5, np.nan], "missing-spacing", "Pixel Spacing (0028,0030)"),
        ("pixel_spacing", [0, 0.5], "invalid-spacing", "Pixel Spacing (0028,0030)"),
        ("pixel_spacing", [0.75, -0.5], "invalid-spacing", "Pixel Spacing (0028,0030)"),
        ("pixel_spacing", [np.inf, 0.5], "invalid-spacing", "Pixel Spacing (0028,0030)"),
        ("pixel_spacing", [1e-300, 0.5], "invalid-spacing", "Pixel Spacing (0028,0030)"),
        ("pixel_spacing", [0.5, 0.75], "mixed-spacing", "0.5 x 0.75 mm, the two swapped"),
        ("pixel_spacing", [0.9, 0.5], "mixed-spacing", "11 planes with a Pixel Spacing (0028,0030) of 0.75 x 0.5 mm"),
        ("orientation", [0, 1, 0, -1, 0, 0], "mixed-orientation", "up to 90° away"),
        ("orientation", [-1, 0, 0, 0, -1, 0], "mixed-orientation", "up to 180° away"),
        ("rows", 16, "mixed-size", "11 planes of 20 x 24 pixels, 1 of 16 x 24"),
        ("columns", 12, "mixed-size", "11 planes of 20 x 24 pixels, 1 of 20 x 12"),
    ],
)
def test_plane_that_has_no_place_is_named_with_its_element(column: str, value: Any, kind: str, words: str) -> None:
    def change(columns: dict[str, NDArray[Any]]) -> None:
        columns[column][7] = value

    with pytest.raises(GeometryError) as caught:
        arrange(planes_on(grid_affine(), np.arange(12), change=change))
    assert words in str(caught.value)
    assert "/scan/IM0007.dcm" in str(caught.value)
    assert caught.value.path == "/scan/IM0007.dcm"
    (defect,) = caught.value.report.defects
    assert (defect.kind, defect.files, defect.count) == (kind, ("/scan/IM0007.dcm",), 1)
    assert isinstance(caught.value, DicomError)
    assert isinstance(caught.value, ValueError)


def test_orientations_that_cancel_one_another_are_mixed() -> None:
    def change(columns: dict[str, NDArray[Any]]) -> None:
        columns["orientation"][:6] *= -1

    (defect,) = examine(planes_on(grid_affine(), np.arange(12), change=change)).defects
    assert (defect.kind, defect.count, defect.amount) == ("mixed-orientation", 6, pytest.approx(180.0))


def test_all_that_is_missing_is_told_at_once() -> None:
    def change(columns: dict[str, NDArray[Any]]) -> None:
        columns["position"][3] = np.nan
        columns["pixel_spacing"][5:] = np.nan

    report = examine(planes_on(grid_affine(), np.arange(12), change=change))
    assert {defect.kind: defect.count for defect in report.defects} == {"missing-position": 1, "missing-spacing": 7}


def test_frame_of_a_file_of_several_is_named_by_its_number() -> None:
    positions = np.array([[0.0, 0, 0], [0, 0, 2], [np.nan, 0, 4]])
    planes = Planes(
        StatedHeaders(["/scan/enhanced.dcm"]),
        [0, 0, 0],
        [0, 1, 2],
        [20] * 3,
        [24] * 3,
        {"position": positions, "orientation": np.tile([1.0, 0, 0, 0, 1, 0], (3, 1)), "pixel_spacing": np.ones((3, 2))},
    )
    with pytest.raises(GeometryError, match=r"/scan/enhanced\.dcm frame 2") as caught:
        arrange(planes)
    assert caught.value.path == "/scan/enhanced.dcm"


def test_planes_are_asked_for() -> None:
    with pytest.raises(GeometryError, match="no planes"):
        arrange(planes_on(grid_affine(), []))


@pytest.mark.parametrize("length", [np.nan, -1.0, np.inf])
def test_lengths_of_the_caller_are_checked(length: float) -> None:
    planes = planes_on(grid_affine(), [0, 1])
    with pytest.raises(GeometryError, match="tolerance_mm"):
        arrange(planes, tolerance_mm=length)
    with pytest.raises(GeometryError, match="slice_spacing_mm"):
        arrange(planes, slice_spacing_mm=length)


def test_times_and_positions_that_have_nothing_in_common_are_refused() -> None:
    places = np.arange(200)
    with pytest.raises(GeometryError, match="200 planes of 200 values of the dimension lie at 200 positions"):
        arrange(planes_on(grid_affine(), places), Times(places))


def test_dimension_has_an_index_for_each_plane() -> None:
    planes = planes_on(grid_affine(), [0, 1])
    for index in ([0], [0, -1]):
        with pytest.raises(GeometryError, match="an index from 0 for each plane"):
            arrange(planes, Times(index))


# --- sorting ----------------------------------------------------------------------------------------------------------


numbers = st.one_of(
    st.integers(-1000, 1000).map(lambda number: number / 8),
    st.sampled_from([np.nan, -np.nan, np.inf, -np.inf, 0.0, -0.0]),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(numbers, numbers, numbers), max_size=30))
def test_sorting_gives_each_plane_once_in_order_whatever_the_numbers(positions: list[tuple[float, ...]]) -> None:
    count = len(positions)
    place = np.array(positions, np.float64).reshape(count, 3)
    order, measures = np.empty(count, np.int64), np.empty((count, 4))
    sort_planes(place, np.tile([1.0, 0, 0, 0, 1, 0], (count, 1)), order, measures)
    assert sorted(order.tolist()) == list(range(count))
    known = np.isfinite(place[order]).all(axis=1)
    assert (np.diff(known.astype(int)) <= 0).all()
    along = place[order][known, 2]
    assert (np.diff(along) >= 0).all()
    assert (np.diff(order[known])[np.diff(along) == 0] > 0).all()


def test_sorting_checks_what_it_is_given() -> None:
    two, directions = np.zeros((2, 3)), np.zeros((2, 6))
    with pytest.raises(ValueError, match="one int64 a plane"):
        sort_planes(two, directions, np.empty(3, np.int64), np.empty((2, 4)))
    with pytest.raises(ValueError, match="one int64 a plane"):
        sort_planes(two, np.zeros((3, 6)), np.empty(2, np.int64), np.empty((2, 4)))
    with pytest.raises(ValueError, match="share memory"):
        sort_planes(two, directions, two, np.empty((2, 4)))
    both = np.empty(10)
    with pytest.raises(ValueError, match="share memory"):
        sort_planes(two, directions, both[:2].view(np.int64), both[:8].reshape(2, 4))
