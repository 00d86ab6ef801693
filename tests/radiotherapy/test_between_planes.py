"""What holds between the planes of contours: slabs, gaps that stay, shapes that change; and what makes a plane."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dicom.errors import RegionError
from dicom.radiotherapy import ROI, Contour, StructureSet, read_structures
from dicom.radiotherapy.contours.between_planes import slabs
from dicom.radiotherapy.contours.planes import planes_of
from dicom.volume import Grid
from tests.radiotherapy.made_structures import MadeRegion, at_height, circle, rectangle, structure_set
from tests.volume.made import grid_affine

BOX = rectangle((4.5, 4.5), (9.5, 9.5))


def at_heights(heights: Any, polygon: Any = BOX) -> ROI:
    """One contour at each z, x and y being columns and rows."""
    return ROI("made", [Contour(at_height(polygon, z).points) for z in heights])


def column(step: float, count: int, first: float = 0.0) -> Grid:
    """Slices of 14 x 14 voxels of 1 mm along z."""
    affine = np.array([[0, 0, 1.0, 0], [0, 1.0, 0, 0], [step, 0, 0, first], [0, 0, 0, 1]])
    return Grid(affine, (count, 14, 14))


def held(roi: ROI, grid: Grid, **options: Any) -> list[float]:
    """The z of the slices that hold anything; each is all of the box."""
    mask = roi.mask(grid, **options).array
    assert set(mask.sum((1, 2)).tolist()) <= {0, 25}
    return (grid.affine[2, 3] + grid.affine[2, 0] * np.flatnonzero(mask.any((1, 2)))).tolist()


# --- nearest -------------------------------------------------------------------------------------------------------


def test_a_plane_holds_to_half_way_and_half_a_spacing_beyond_the_ends() -> None:
    found = slabs(np.array([0.0, 3.0, 6.0, 10.0]), 3.0, "nearest", 0.1)
    assert found.lows.tolist() == [-1.5, 1.5, 4.5, 8.0]
    assert found.highs.tolist() == [1.5, 4.5, 8.0, 11.5]


def test_a_missing_plane_stays_a_gap() -> None:
    roi = at_heights([0, 3, 6, 12, 15])
    assert held(roi, column(1.0, 25, -5)) == [-1, 0, 1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 14, 15, 16]
    assert held(roi, column(3.0, 8, -3)) == [0, 3, 6, 12, 15]


def test_a_finer_grid_has_the_same_thickness() -> None:
    """Of slices half-way between two planes each belongs to one; at the ends the lower one counts."""
    roi = at_heights([0, 3, 6, 9])
    assert held(roi, column(1.5, 12, -4.5)) == [-1.5, 0, 1.5, 3, 4.5, 6, 7.5, 9]
    assert roi.volume_ml() == pytest.approx(25 * 12 / 1000)


@pytest.mark.parametrize("first", [0.0, 0.1, 100.3, -1000.7])
@pytest.mark.parametrize("step", [0.1, 0.3, 0.7, 1.1])
def test_rounding_moves_no_border(first: float, step: float) -> None:
    roi = at_heights([first + 2 * n * step for n in range(9)])
    assert len(held(roi, column(step, 40, first - 10 * step), tolerance_mm=0.001)) == 18


def test_parts_of_thick_slices_are_weighed() -> None:
    mask = at_heights([0, 1, 2, 3]).mask(column(5.0, 4, -5), edges="area").array
    np.testing.assert_allclose(mask[:, 7, 7], [0, 0.6, 0.2, 0], atol=1e-6)
    turned = Grid(column(5.0, 4, -5).affine[:, [2, 1, 0, 3]], (14, 14, 4))
    np.testing.assert_allclose(
        at_heights([0, 1, 2, 3]).mask(turned, edges="area").array[7, 7], [0, 0.6, 0.2, 0], atol=0.1
    )


def test_slices_that_lie_a_little_off_are_none_the_less_whole() -> None:
    rng = np.random.default_rng(1)
    roi = at_heights(np.arange(12) * 3 + rng.uniform(-0.05, 0.05, 12))
    mask = roi.mask(column(3.0, 12), edges="area").array
    np.testing.assert_allclose(mask[1:-1, 7, 7], 1, atol=1e-6)
    assert held(roi, column(1.0, 34)) == list(range(34))


def test_uneven_steps_below_one_and_a_half_spacings_leave_no_slit() -> None:
    assert len(held(at_heights([0, 2, 4, 7, 9]), column(0.25, 40, 0), tolerance_mm=0.01)) == 40


# --- the usual spacing ---------------------------------------------------------------------------------------------


def test_a_single_plane_is_as_thick_as_the_slices_of_the_grid() -> None:
    assert held(at_heights([6]), column(2.0, 8)) == [6]
    assert held(at_heights([6]), column(2.0, 8), spacing_mm=6) == [4, 6, 8]
    with pytest.raises(RegionError, match="spacing_mm="):
        at_heights([6]).volume_ml()
    assert at_heights([6]).volume_ml(spacing_mm=4) == pytest.approx(0.1)


def test_few_planes_are_as_thick_as_usual_in_the_structure_set() -> None:
    def made(*heights: float, number: int) -> MadeRegion:
        return MadeRegion("made", [at_height(BOX, z) for z in heights], number)

    structures = read_structures(
        structure_set([made(*range(0, 30, 3), number=1), made(6, number=2), made(3, 24, number=3)])
    )
    assert structures[2].volume_ml() == pytest.approx(0.075)
    assert structures[3].volume_ml() == pytest.approx(0.15)
    assert held(structures[3], column(1.0, 30)) == [2, 3, 4, 23, 24, 25]
    assert structures[1].volume_ml() == pytest.approx(0.75)


def test_two_planes_alone_are_one_region() -> None:
    assert at_heights([3, 8]).volume_ml() == pytest.approx(0.25)


# --- none ----------------------------------------------------------------------------------------------------------


def test_none_holds_where_a_plane_lies_in_the_slice() -> None:
    roi = at_heights([0, 3, 6.05, 9.2])
    assert held(roi, column(1.0, 12), between="none") == [0, 3, 6]
    assert held(roi, column(1.0, 12), between="none", tolerance_mm=0.25) == [0, 3, 6, 9]


# --- linear --------------------------------------------------------------------------------------------------------


def test_half_way_between_two_circles_is_the_circle_of_the_mean_radius() -> None:
    roi = ROI(
        "cone",
        [Contour(at_height(circle((50, 50), radius, 720), z).points) for z, radius in ((0, 10), (10, 30), (20, 30))],
    )
    affine = np.array([[0, 0, 1.0, 0], [0, 1.0, 0, 0], [2.5, 0, 0, 0], [0, 0, 0, 1]])
    mask = roi.mask(Grid(affine, (9, 100, 100)), between="linear").array
    distance = np.hypot(*(np.indices((100, 100)) - 50))
    for k, radius in enumerate([10, 15, 20, 25, 30, 30, 30, 30, 30]):
        assert mask[k][distance < radius - 0.02].all()
        assert not mask[k][distance > radius + 0.02].any()


def test_a_gap_is_filled_and_the_ends_are_as_thick_as_with_nearest() -> None:
    roi = at_heights([0, 3, 6, 12, 15])
    grid = column(1.0, 25, -5)
    assert held(roi, grid, between="linear") == list(range(-1, 17))
    np.testing.assert_array_equal(roi.mask(grid, between="linear").array[4:13], roi.mask(grid).array[4:13])


def test_on_its_plane_a_contour_is_what_it_is() -> None:
    rng = np.random.default_rng(4)
    polygons = [rng.uniform(1, 13, (7, 2)) for _ in range(4)]
    roi = ROI("made", [Contour(at_height(polygon, 2.0 * n).points) for n, polygon in enumerate(polygons)])
    grid = column(2.0, 4)
    np.testing.assert_array_equal(roi.mask(grid, between="linear").array, roi.mask(grid, between="none").array)


def test_a_bridge_has_no_distance() -> None:
    """Walked there and back it is no boundary, so the region around it is as if it weren't there."""
    small, large = circle((7, 7), 3, 60), rectangle((0.5, 0.5), (13.5, 13.5))
    bridged = np.concatenate([large, large[:1], [[6.2, 7.1]], large[:1]])
    plain = ROI("a", [Contour(at_height(p, z).points) for z, p in ((0, small), (8, large))])
    other = ROI("b", [Contour(at_height(p, z).points) for z, p in ((0, small), (8, bridged))])
    grid = column(1.0, 9)
    np.testing.assert_array_equal(other.mask(grid, between="linear").array, plain.mask(grid, between="linear").array)


# --- planes --------------------------------------------------------------------------------------------------------


def test_contours_of_one_plane_are_those_within_the_tolerance() -> None:
    roi = at_heights([0.0, 0.06, 3.0, 3.04, 6.0])
    # The same contour twice in a plane would count once.
    for n in (1, 3):
        roi.contours[n] = roi.contours[n]._replace(points=roi.contours[n].points + (20, 0, 0))
    assert [len(plane.contours) for plane in roi.planes()] == [2, 2, 1]
    assert [len(plane.contours) for plane in roi.planes(tolerance_mm=0.01)] == [1, 1, 1, 1, 1]


def test_many_contours_a_little_apart_make_no_single_plane() -> None:
    planes = planes_of(at_heights(np.arange(100) * 0.09), tolerance_mm=0.1)
    assert np.diff(planes.distances).min() > 0.09
    assert len(planes.distances) == 50


def test_planes_nearer_than_the_tolerance_are_kept_apart_on_a_fine_grid() -> None:
    roi = at_heights(np.arange(6) * 0.05, BOX)
    assert roi.mask(column(0.05, 6)).array.sum((1, 2)).tolist() == [25] * 6


@pytest.mark.parametrize("angles", [(0, 0, 0), (25, -15, 40), (90, 0, 0), (0, 90, 10)])
def test_planes_of_any_direction_have_their_area_and_center(angles: tuple[float, float, float]) -> None:
    affine = grid_affine((3.0, 1.0, 1.0), angles=angles)
    outline = circle((12.0, 17.0), 6, 50)
    contours = []
    for k in (3, 1, 2):
        indices = np.column_stack([np.full(50, k), outline, np.ones(50)])
        # Walked in either sense.
        contours.append(Contour((indices @ affine.T)[:: 1 - 2 * (k % 2), :3]))
    planes = ROI("disc", contours).planes()
    assert [plane.area_mm2 for plane in planes] == pytest.approx([25 * 36 * np.sin(2 * np.pi / 50)] * 3)
    normal = affine[:3, 0] / 3
    assert abs(planes[0].normal @ normal) == pytest.approx(1)
    assert np.diff([plane.distance_mm for plane in planes]).tolist() == pytest.approx([3, 3])
    middle = (affine @ [2, 12, 17, 1])[:3]
    np.testing.assert_allclose(planes[1].center_mm, middle, atol=1e-9)
    np.testing.assert_allclose(ROI("disc", contours).center_mm(), middle, atol=1e-9)


def test_an_area_of_nothing_has_no_center() -> None:
    line = Contour(np.array([(0, 0, 9), (1, 1, 9), (2, 2, 9)], float))
    roi = at_heights([0, 3, 6])
    roi.contours.append(line)
    planes = roi.planes()
    assert planes[3].area_mm2 == 0
    assert np.isnan(planes[3].center_mm).all()
    np.testing.assert_allclose(roi.center_mm(), [7, 7, 3], atol=1e-9)


def test_a_structure_set_asks_for_the_same_masks() -> None:
    roi = at_heights([0, 3, 6, 12, 15])
    grid = column(1.0, 25, -5)
    for options in ({"between": "linear"}, {"between": "none"}, {"edges": "area"}, {"spacing_mm": 2.0}):
        expected = roi.mask(grid, **options).array
        np.testing.assert_array_equal(StructureSet([roi]).mask("made", grid, **options).array, expected)
        ((_, _, mask),) = StructureSet([roi]).masks_on(grid, **options)
        np.testing.assert_array_equal(mask.array, expected)
