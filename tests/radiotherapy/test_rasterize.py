"""Masks of contours: exact centres and areas, on any grid, and an error for each contour that makes no region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from matplotlib.path import Path as DrawnPath

import dicom
from dicom.errors import DicomError, GeometryError, RegionError
from dicom.radiotherapy import ROI, Contour, StructureSet
from dicom.volume import Grid
from tests.data_sources import dicompyler_file
from tests.radiotherapy import by_plastimatch
from tests.radiotherapy.made_structures import circle, keyhole, polygon_area, prism, rectangle, write_structure_set
from tests.volume.made import grid_affine, plane_data_sets, stored_values, write_series
from tests.volume.made_volumes import AFFINES

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray

SHAPE = (5, 30, 40)
UNIT = np.array([[0, 0, 1.0, 0], [0, 1.0, 0, 0], [1.0, 0, 0, 0], [0, 0, 0, 1]])


def polygons_in(affine: ArrayLike, k: float, *polygons: ArrayLike, kind: str = "CLOSED_PLANAR") -> list[Contour]:
    """Contours in a slice, of (n, 2) row and column indices."""
    found = []
    for polygon in polygons:
        plane = np.asarray(polygon, float)
        indices = np.column_stack([np.full(len(plane), float(k)), plane, np.ones(len(plane))])
        found.append(Contour((indices @ np.asarray(affine).T)[:, :3], kind))
    return found


def region(affine: ArrayLike, polygons: Any, slices: Any = (1, 2, 3), **options: Any) -> ROI:
    """The same polygons in several slices."""
    return ROI("made", [one for k in slices for one in polygons_in(affine, k, *polygons)], **options)


def is_inside(polygons: Any, row: float, column: float) -> bool:
    """The even-odd rule at a point, edge by edge, by nothing but comparisons and one division."""
    inside = False
    for polygon in polygons:
        for (y0, x0), (y1, x1) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
            if (y0 <= row) != (y1 <= row) and x0 + (row - y0) / (y1 - y0) * (x1 - x0) <= column:
                inside = not inside
    return inside


def random_polygons(seed: int) -> list[NDArray[np.float64]]:
    """One to three polygons that cross themselves and each other, and reach out of the slice."""
    rng = np.random.default_rng(seed)
    return [rng.uniform(-8, 42, (rng.integers(3, 12), 2)) for _ in range(rng.integers(1, 4))]


# --- centres -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_centres_are_inside_by_the_even_odd_rule(seed: int) -> None:
    polygons = random_polygons(seed)
    mask = region(UNIT, polygons).mask(Grid(UNIT, SHAPE)).array
    expected = np.array([[is_inside(polygons, row, column) for column in range(40)] for row in range(30)])
    assert mask.dtype == np.bool_
    assert not mask[[0, 4]].any()
    for k in (1, 2, 3):
        np.testing.assert_array_equal(mask[k], expected)


@pytest.mark.parametrize("seed", range(6))
def test_centres_agree_with_matplotlib(seed: int) -> None:
    rng = np.random.default_rng(seed)
    angles = np.sort(rng.uniform(0, 2 * np.pi, 40))
    radii = rng.uniform(6, 13, 40)
    star = np.column_stack([14.7 + radii * np.sin(angles), 19.3 + radii * np.cos(angles)])
    rows, columns = np.indices(SHAPE[1:])
    expected = DrawnPath(star, closed=False).contains_points(np.column_stack([rows.ravel(), columns.ravel()]))
    mask = region(UNIT, [star]).mask(Grid(UNIT, SHAPE)).array
    np.testing.assert_array_equal(mask[2], expected.reshape(SHAPE[1:]))


@pytest.mark.parametrize("name", AFFINES)
def test_a_mask_does_not_depend_on_how_the_grid_lies(name: str) -> None:
    polygons = random_polygons(3)
    expected = region(UNIT, polygons).mask(Grid(UNIT, SHAPE)).array
    mask = region(AFFINES[name], polygons).mask(Grid(AFFINES[name], SHAPE))
    np.testing.assert_array_equal(mask.array, expected)
    np.testing.assert_array_equal(mask.affine, AFFINES[name])


@pytest.mark.parametrize("scale", [1.0, 0.7, 0.123])
@pytest.mark.parametrize("edges", ["center", "area"])
@pytest.mark.parametrize("turned", [False, True])
def test_regions_with_common_edges_part_the_voxels_between_them(scale: float, edges: str, turned: bool) -> None:
    """Triangles round the points of a fine grid, many corners and edges being centres of voxels."""
    affine = UNIT.copy()
    affine[:3, :3] *= scale
    affine[:3, 3] = (-17.3, 4.1, 9.9)
    rng = np.random.default_rng(5)
    places = np.stack(np.meshgrid(np.arange(2, 27, 4.0), np.arange(3, 36, 4.0), indexing="ij"), axis=-1)
    inner = (slice(1, -1), slice(1, -1))
    places[inner] += rng.integers(-2, 3, places[inner].shape) / 2
    grid = Grid(affine[:, [2, 0, 1, 3]], (40, 5, 30)) if turned else Grid(affine, SHAPE)
    total = np.zeros(grid.grid_shape)
    for row, column in np.ndindex(places.shape[0] - 1, places.shape[1] - 1):
        a, b, c, d = (places[row + y, column + x] for y, x in ((0, 0), (0, 1), (1, 1), (1, 0)))
        for triangle in ((a, b, c), (c, d, a)):
            roi = region(affine, [np.array(triangle)], slices=range(5))
            total += roi.mask(grid, edges=edges).array
    whole = np.zeros(SHAPE)
    whole[:, 2:26, 3:35] = 1
    if edges == "area":
        rows, columns = np.zeros(30), np.zeros(40)
        rows[2:27], columns[3:36] = 1, 1
        rows[[2, 26]] = columns[[3, 35]] = 0.5
        whole[:] = np.outer(rows, columns)
    found = total.transpose(1, 2, 0) if turned else total
    np.testing.assert_allclose(found, whole, atol=1e-6 if edges == "center" else 2e-5 if not turned else 0.21)


def test_a_box_between_voxels_has_them_all() -> None:
    mask = region(UNIT, [rectangle((9.5, 7.5), (19.5, 29.5))]).mask(Grid(UNIT, SHAPE)).array
    expected = np.zeros(SHAPE, bool)
    expected[1:4, 10:20, 8:30] = True
    np.testing.assert_array_equal(mask, expected)


def test_a_hole_is_one_by_a_keyhole_by_a_second_contour_and_by_xor() -> None:
    outer, inner = circle((14.2, 19.1), 11.3, 90), circle((15.0, 18.2), 5.1, 45)
    grid = Grid(UNIT, SHAPE)
    bridged = region(UNIT, [keyhole(outer, inner)])
    several = region(UNIT, [outer, inner])
    xor = ROI("xor", [one for k in (1, 2, 3) for one in polygons_in(UNIT, k, inner, outer, kind="CLOSEDPLANAR_XOR")])
    for options in ({}, {"edges": "area"}, {"between": "linear"}, {"between": "none"}):
        expected = several.mask(grid, **options).array
        assert expected[2, 14, 27] == 1
        assert expected[2, 15, 18] == 0
        np.testing.assert_array_equal(xor.mask(grid, **options).array, expected)
        np.testing.assert_allclose(bridged.mask(grid, **options).array, expected, atol=1e-6)
    area = 3 * (polygon_area(outer) - polygon_area(inner))
    assert bridged.volume_ml() * 1000 == pytest.approx(area)


# --- areas ---------------------------------------------------------------------------------------------------------


def test_a_box_covers_parts_of_voxels() -> None:
    mask = region(UNIT, [rectangle((9.75, 8.0), (12.0, 10.25))]).mask(Grid(UNIT, SHAPE), edges="area").array
    rows, columns = np.zeros(30), np.zeros(40)
    rows[10:13] = 0.75, 1, 0.5
    columns[8:11] = 0.5, 1, 0.75
    assert mask.dtype == np.float32
    np.testing.assert_allclose(mask[2], np.outer(rows, columns), atol=1e-7)


@pytest.mark.parametrize(
    "polygon", [[(3, 4), (3, 31.5), (26.2, 9)], circle((14.3, 18.2), 12.1, 5), circle((15, 20), 13)]
)
def test_areas_sum_up_to_the_polygon(polygon: Any) -> None:
    roi = region(UNIT, [np.array(polygon)])
    mask = roi.mask(Grid(UNIT, SHAPE), edges="area").array
    assert mask[2].sum(dtype=float) == pytest.approx(polygon_area(polygon), rel=1e-6)
    assert roi.planes()[1].area_mm2 == pytest.approx(polygon_area(polygon), rel=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_areas_are_what_many_points_count(seed: int) -> None:
    polygons = random_polygons(seed)
    fine = 24
    affine = UNIT.copy()
    affine[:2, 1:3] /= fine
    affine[:2, 3] = (1 / fine - 1) / 2
    roi = region(UNIT, polygons)
    counted = roi.mask(Grid(affine, (5, 30 * fine, 40 * fine))).array[2].reshape(30, fine, 40, fine).mean((1, 3))
    mask = roi.mask(Grid(UNIT, SHAPE), edges="area").array[2]
    assert np.abs(mask - counted).max() < 0.06
    assert np.abs(mask - counted).mean() < 0.004


def test_the_sum_of_areas_is_the_volume_on_any_grid() -> None:
    roi = region(UNIT * [[2.5], [0.9], [1.1], [1]], random_polygons(1), slices=[0, 1, 2, 3, 5, 6, 7])
    for steps in ((1.0, 1.0, 1.0), (2.5, 1.3, 0.7), (7.0, 5.0, 3.0)):
        affine = np.zeros((4, 4))
        affine[[2, 1, 0, 3], [0, 1, 2, 3]] = (*steps, 1)
        affine[:3, 3] = (-40.2, -40.1, -20.3)
        mask = roi.mask(
            Grid(affine, [int(n / step) for n, step in zip((60, 110, 170), steps, strict=True)]), edges="area"
        )
        assert mask.array.sum(dtype=float) * mask.voxel_volume / 1000 == pytest.approx(roi.volume_ml(), rel=2e-5)


# --- grids that are turned -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", ["coronal", "sagittal", "RAI", "SPL"])
@pytest.mark.parametrize(
    "options", [{}, {"between": "linear"}, {"between": "none", "tolerance_mm": 0.3}, {"edges": "area"}], ids=str
)
def test_a_turned_grid_has_the_same_voxels(orientation: str, options: dict[str, Any]) -> None:
    affine = grid_affine((2.0, 1.1, 0.9))
    # Areas are counted on few points across the slices.
    offset = 0 if "edges" in options else 0.1
    roi = region(affine, random_polygons(2), slices=[k + offset for k in range(4)])
    volume = dicom.Volume(np.zeros(SHAPE), affine)
    expected = roi.mask(volume, **options).reorient(orientation)
    found = roi.mask(volume.reorient(orientation), **options)
    assert found.same_grid_as(expected)
    if "edges" in options:
        assert np.abs(found.array - expected.array).max() < 0.25
        assert np.abs(found.array - expected.array).mean() < 0.005
    else:
        np.testing.assert_array_equal(found.array, expected.array)


@pytest.mark.parametrize("between", ["nearest", "linear"])
def test_an_oblique_grid_is_asked_voxel_by_voxel(between: str) -> None:
    """Against the same region on a fine grid along the contours, looked up at the centres of the oblique one."""
    roi = ROI("ball", [c for z in range(-10, 11) for c in ball_contour(z * 1.0)])
    fine = Grid(np.array([[0, 0, 0.1, -12], [0, 0.1, 0, -12], [0.25, 0, 0, -12], [0, 0, 0, 1.0]]), (97, 241, 241))
    oblique = Grid(grid_affine((1.1, 0.9, 1.3), angles=(25, -15, 40), origin=(-9.0, -14.0, -13.0)), (20, 26, 18))
    found = roi.mask(oblique, between=between).array
    centers = oblique.index_to_mm(np.stack(np.indices(oblique.grid_shape), axis=-1))
    places = np.rint(fine.mm_to_index(centers)).astype(int)
    is_in = ((places >= 0) & (places < fine.grid_shape)).all(-1)
    looked_up = np.zeros(oblique.grid_shape, bool)
    looked_up[is_in] = roi.mask(fine, between=between).array[tuple(places[is_in].T)]
    assert found.sum() > 1000
    assert (found != looked_up).mean() < 0.012
    radius = np.linalg.norm(centers, axis=-1)
    assert not found[radius > 10.8].any()
    assert found[radius < 9.2].all()


def ball_contour(z: float, radius: float = 10.0) -> list[Contour]:
    """A circle around the z axis, on a ball."""
    within = max(radius**2 - z**2, 0.01) ** 0.5
    return [Contour(np.column_stack([circle((0, 0), within, 120), np.full(120, z)]))]


def test_the_parts_of_an_oblique_grid_sum_up_to_the_volume() -> None:
    roi = ROI("ball", [c for z in range(-10, 11) for c in ball_contour(z * 1.0)])
    oblique = Grid(grid_affine((2.1, 1.9, 2.3), angles=(25, -15, 40), origin=(-16.0, -20.0, -20.0)), (20, 26, 22))
    mask = roi.mask(oblique, edges="area")
    assert 0 < mask.array[mask.array < 1].max() < 1
    assert mask.array.sum(dtype=float) * mask.voxel_volume / 1000 == pytest.approx(roi.volume_ml(), rel=2e-3)
    assert roi.volume_ml() == pytest.approx(4 / 3 * np.pi, rel=0.01)
    np.testing.assert_allclose(roi.center_mm(), 0, atol=1e-9)


def test_slices_that_are_shifted_along_each_other_take_what_lies_across_them() -> None:
    affine = AFFINES["tilted"]
    box = rectangle((5.25, 6.25), (20.25, 30.25))
    roi = ROI("box", polygons_in(affine, 2.0, box))
    mask = roi.mask(Grid(affine, SHAPE), spacing_mm=30).array
    step = np.linalg.pinv(affine[:3, 1:3]) @ affine[:3, 0]
    for k in range(5):
        moved = box - (k - 2) * step
        expected = [[is_inside([moved], row, column) for column in range(40)] for row in range(30)]
        np.testing.assert_array_equal(mask[k], expected)


# --- what a mask is ------------------------------------------------------------------------------------------------


def test_a_mask_says_what_it_is_and_how_it_was_made() -> None:
    roi = region(UNIT, [circle((15, 20), 7)], number=6, frame_of_reference_uid="1.2.3")
    roi.contours.append(Contour(np.zeros((1, 3)), "POINT"))
    mask = roi.mask(Grid(UNIT, SHAPE), edges="area", between="linear")
    assert (mask.quantity, mask.frame_of_reference_uid) == ("segment", "1.2.3")
    assert {entry.name: entry.value for entry in mask.evidence} == {
        "ROI": 6,
        "contours": 3,
        "planes": 3,
        "usual spacing": 1.0,
        "tolerance": 0.1,
        "between": "linear",
        "edges": "area",
        "left out": 1,
    }


def test_a_volume_of_several_times_lends_its_grid() -> None:
    volume = dicom.Volume(np.zeros((2, *SHAPE)), UNIT, dimension="time")
    assert region(UNIT, [circle((15, 20), 7)]).mask(volume).shape == SHAPE


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_workers_change_nothing(workers: int) -> None:
    roi, grid = region(UNIT, random_polygons(4)), Grid(UNIT, SHAPE)
    for options in ({}, {"between": "linear"}, {"edges": "area"}):
        expected = roi.mask(grid, **options).array
        np.testing.assert_array_equal(roi.mask(grid, workers=workers, **options).array, expected)


def three_regions() -> StructureSet:
    """Two that overlap, one far outside of the grid, and a point."""
    return StructureSet(
        [
            region(UNIT, [rectangle((4.5, 4.5), (14.5, 14.5))], number=3),
            region(UNIT, [rectangle((9.5, 9.5), (19.5, 19.5))], number=7),
            region(UNIT, [rectangle((900, 900), (910, 910))], number=8),
            ROI("point", [Contour(np.zeros((1, 3)), "POINT")], number=9),
        ]
    )


def test_masks_of_all_regions_leave_out_what_has_no_part_of_the_grid() -> None:
    told: list[tuple[int, int]] = []
    structures = three_regions()
    structures.rois[0].color = (255, 0, 0)
    masks = structures.masks_on(Grid(UNIT, SHAPE), progress=lambda done, total: told.append((done, total)))
    assert len(masks) == 2
    assert masks.names == ["made", "made"]
    # They are made one by one, when they are asked for.
    assert told == []
    made = list(masks)
    assert told == [(1, 2), (2, 2)]
    assert [(name, color) for name, color, _ in made] == [("made", (255, 0, 0)), ("made", None)]
    assert [int(mask.array.sum()) for _, _, mask in made] == [300, 300]
    assert masks[0][2] is not masks[0][2]
    assert np.array_equal(masks[-1][2].array, made[1][2].array)
    assert [name for name, _, _ in masks[1:]] == ["made"]
    with pytest.raises(IndexError):
        masks[2]


@pytest.mark.parametrize("on", [np.zeros(SHAPE), "folder", None])
def test_what_is_no_grid_is_refused(on: Any) -> None:
    structures = three_regions()
    for ask in (structures.rois[0].mask, structures.masks_on, structures.label_map, lambda on: structures.mask(3, on)):
        with pytest.raises(GeometryError, match="on= is a Volume or a Grid"):
            ask(on)


def test_a_label_map_has_the_numbers_of_the_regions() -> None:
    structures, grid = three_regions(), Grid(UNIT, SHAPE)
    with pytest.raises(RegionError, match=r"ROI 7 and ROI 3 .*75 "):
        structures.label_map(on=grid)
    first, last = (structures.label_map(on=grid, overlap=overlap) for overlap in ("first", "last"))
    assert first.dtype == np.uint16
    assert np.unique(first.array, return_counts=True)[1].tolist() == [5 * 30 * 40 - 525, 300, 225]
    assert np.unique(last.array, return_counts=True)[1].tolist() == [5 * 30 * 40 - 525, 225, 300]
    assert np.unique(last.array).tolist() == [0, 3, 7]


@pytest.mark.parametrize(("number", "dtype"), [(65535, "uint16"), (65536, "uint32")])
def test_large_numbers_are_labels_too(number: int, dtype: str) -> None:
    structures = StructureSet([region(UNIT, [circle((15, 20), 7)], number=number)])
    labels = structures.label_map(on=Grid(UNIT, SHAPE))
    assert labels.dtype == dtype
    assert labels.array.max() == number


@pytest.mark.parametrize("numbers", [(0, 1), (-1, 1), (2, 2)])
def test_numbers_that_are_no_labels_are_refused(numbers: tuple[int, int]) -> None:
    rois = [region(UNIT, [circle((15, 20), 7)], number=number) for number in numbers]
    with pytest.raises(RegionError, match="labels"):
        StructureSet(rois).label_map(on=Grid(UNIT, SHAPE))


# --- what makes no mask --------------------------------------------------------------------------------------------


def test_a_region_partly_outside_is_cut() -> None:
    inside = region(UNIT, [rectangle((-20.5, -20.5), (9.5, 9.5))], slices=range(-3, 2)).mask(Grid(UNIT, SHAPE)).array
    assert inside.sum() == 2 * 10 * 10
    assert inside[:2, :10, :10].all()


@pytest.mark.parametrize("moved", [(100, 0, 0), (0, -60, 0), (0, 0, 9)])
@pytest.mark.parametrize("between", ["nearest", "linear", "none"])
def test_a_region_outside_is_refused(moved: tuple[int, int, int], between: str) -> None:
    roi = region(UNIT, [circle((15, 20), 7)])
    roi.contours = [one._replace(points=one.points + moved) for one in roi.contours]
    with pytest.raises(RegionError, match="ROI 1 lies outside of the grid"):
        roi.mask(Grid(UNIT, SHAPE), between=between)


def test_another_frame_of_reference_is_refused() -> None:
    roi = region(UNIT, [circle((15, 20), 7)], frame_of_reference_uid="1.2.3")
    other = Grid(UNIT, SHAPE, "1.2.4")
    with pytest.raises(GeometryError, match=r"Frame of Reference UID \(0020,0052\)"):
        roi.mask(other)
    mask = roi.mask(other, ignore_frame_of_reference=True)
    assert mask.array.any()
    assert mask.frame_of_reference_uid == "1.2.4"
    assert roi.mask(Grid(UNIT, SHAPE, "1.2.3")).array.any()


def broken(index: int, points: Any, kind: str = "CLOSED_PLANAR") -> ROI:
    """A region of which one contour is another."""
    roi = region(UNIT, [circle((15, 20), 7)], number=12)
    roi.name = "secret"
    roi.contours[index] = Contour(np.asarray(points, float), kind)
    return roi


SQUARE = [(5, 5, 2), (15, 5, 2), (15, 15, 2), (5, 15, 2)]


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([], "0 points bounds nothing"),
        ([(1, 2, 2)], "1 points bounds nothing"),
        ([(1, 2, 2), (3, 4, 2)], "2 points bounds nothing"),
        ([*SQUARE, (np.nan, 1, 2)], "coordinate"),
        ([*SQUARE, (1, np.inf, 2)], "coordinate"),
        ([*SQUARE, (1, 1e300, 2)], "coordinate"),
        ([*SQUARE[:3], (5, 15, 2.5)], "from a plane"),
        ([(5, 2, 5), (15, 2, 5), (15, 2, 15)], "another direction"),
    ],
)
@pytest.mark.parametrize("between", ["nearest", "linear"])
def test_a_contour_that_makes_no_region_is_named_by_its_index(points: Any, words: str, between: str) -> None:
    points = np.asarray(points, float).reshape(-1, 3)
    with pytest.raises(RegionError, match=words) as caught:
        broken(1, points).mask(Grid(UNIT, SHAPE), between=between)
    assert "ROI 12, contour 1:" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_degenerate_contours_can_be_skipped() -> None:
    roi, grid = broken(1, [(1, 2, 2)]), Grid(UNIT, SHAPE)
    mask = roi.mask(grid, skip_degenerate=True)
    assert mask.array[[1, 3]].any((1, 2)).all()
    assert next(entry.value for entry in mask.evidence if entry.name == "left out") == 1
    with pytest.raises(RegionError, match="no closed contour of three"):
        ROI("a", [Contour(np.zeros((2, 3)))]).mask(grid, skip_degenerate=True)


def test_a_contour_is_planar_within_the_tolerance() -> None:
    uneven = np.array(SQUARE, float)
    uneven[::2, 2] += 0.15
    grid = Grid(UNIT, SHAPE)
    assert broken(1, uneven).mask(grid).array[2].sum() == 100
    with pytest.raises(RegionError, match=r"tolerance_mm=0\.05"):
        broken(1, uneven).mask(grid, tolerance_mm=0.05)


@pytest.mark.parametrize("kind", ["OPEN_PLANAR", "OPEN_NONPLANAR", "POINT"])
def test_open_contours_have_no_area(kind: str) -> None:
    roi = ROI("line", [Contour(np.array(SQUARE, float), kind)], number=5)
    assert not roi.has_area
    with pytest.raises(RegionError, match="ROI 5 has 1 contours, none of them closed"):
        roi.mask(Grid(UNIT, SHAPE))
    with pytest.raises(RegionError, match="ROI 5"):
        roi.volume_ml()


def test_a_region_without_contours_has_no_mask() -> None:
    with pytest.raises(RegionError, match="0 contours"):
        ROI("empty", []).mask(Grid(UNIT, SHAPE))


def test_contours_on_a_line_bound_nothing() -> None:
    line = [Contour(np.array([(0, 0, 0), (1, 1, 1), (2, 2, 2), (0, 0, 0)], float))]
    with pytest.raises(RegionError, match="bound no area"):
        ROI("line", line).mask(Grid(UNIT, SHAPE))


@pytest.mark.parametrize("tilt", [0.0, 1.0])
def test_outlines_through_centres_take_in_what_they_touch(tilt: float) -> None:
    # What OpenCV makes of a mask: from centre to centre of the outermost voxels; a hole from those around it.
    affine = np.array([[0, 0, 0.7, -3], [tilt * 0.9, 0.9, 0, 5], [2.0, 0, 0, 1], [0, 0, 0, 1]])
    outer, hole = [(4, 3), (12, 3), (18, 9), (18, 20), (4, 20)], [(8, 9), (12, 9), (12, 14), (8, 14)]
    thin = [(22, 2), (27, 7), (22, 2)]
    contours = []
    for k in range(3):
        for polygon in (outer, hole, thin):
            # Along a slanted stack slices show the same indices where contours move with them.
            index = np.array([(k, j, i) for i, j in polygon], float)
            contours.append(Contour(np.round(index @ affine[:3, :3].T + affine[:3, 3], 9)))
    roi, grid = ROI("drawn", contours, number=1), Grid(affine, (3, 24, 30))
    expected = np.zeros((24, 30), bool)
    expected[3:21, 4:19] = True
    for n in range(6):
        expected[3 + n, 13 + n : 19] = False
    expected[10:14, 9:12] = False
    expected[range(2, 8), range(22, 28)] = True
    found = roi.mask(grid, edges="outline").array
    assert all(np.array_equal(plane, expected) for plane in found)
    assert (found & ~roi.mask(grid).array).any()
    with pytest.raises(RegionError, match="outline"):
        roi.mask(grid, edges="outline", between="linear")


def test_an_outline_between_centres_changes_nothing() -> None:
    roi = region(UNIT, [circle((15.3, 20.1), 7.21)])
    assert np.array_equal(
        roi.mask(Grid(UNIT, SHAPE), edges="outline").array, roi.mask(Grid(UNIT, SHAPE), edges="center").array
    )


@pytest.mark.parametrize(
    "options",
    [
        {"between": "cubic"},
        {"edges": "soft"},
        {"spacing_mm": 0},
        {"spacing_mm": np.nan},
        {"tolerance_mm": -1},
        {"workers": 0},
    ],
    ids=str,
)
def test_what_is_no_choice_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises((RegionError, DicomError)):
        region(UNIT, [circle((15, 20), 7)]).mask(Grid(UNIT, SHAPE), **options)


def test_a_star_whose_edges_all_cross_ends_soon() -> None:
    angles = np.arange(4001) * 2 * np.pi * 2000 / 4001
    star = np.column_stack([15 + 13 * np.sin(angles), 20 + 13 * np.cos(angles)])
    roi = region(UNIT, [star], slices=[1])
    for options in ({}, {"edges": "area"}, {"between": "linear"}):
        mask = roi.mask(Grid(UNIT, SHAPE), **options).array
        assert 0 <= mask.min() <= mask.max() <= 1
        assert mask.any()


# --- as others do it -----------------------------------------------------------------------------------------------


def dice(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    return float(2 * (one & other).sum() / (one.sum() + other.sum()))


def test_plastimatch_fills_the_same_voxels(tmp_path: Path) -> None:
    affine = grid_affine((3.0, 1.1, 0.9))
    images = plane_data_sets(stored_values(SHAPE), affine)
    write_series(tmp_path / "ct", images)
    outline = circle((14.37, 19.21), 11.3, 90)
    hole = keyhole(outline, circle((15.01, 18.23), 5.1, 45))
    path = write_structure_set(
        tmp_path / "rtss.dcm",
        [prism("disc", outline, range(1, 4), affine), prism("ring", hole, range(2, 4), affine, number=2)],
        images,
    )
    theirs = by_plastimatch.masks(path, tmp_path / "filled", SHAPE, affine)
    structures = dicom.read_structures(path)
    for name in ("disc", "ring"):
        ours = structures.mask(name, on=Grid(affine, SHAPE)).array
        assert dice(ours, theirs[name]) > 0.999
        assert np.array_equal(ours.any((1, 2)), theirs[name].any((1, 2)))


def test_plastimatch_agrees_on_the_structures_of_a_plan(tmp_path: Path) -> None:
    dose = dicom.read_series(dicompyler_file("rtdose.dcm"))
    theirs = by_plastimatch.masks(dicompyler_file("rtss.dcm"), tmp_path, dose.grid_shape, dose.affine)
    structures = dicom.read_structures(dicompyler_file("rtss.dcm"))
    compared = 0
    for name in ("BODY", "Breast", "Heart"):
        ours = structures.mask(name, on=dose, ignore_frame_of_reference=True).array
        assert dice(ours, theirs[name]) > 0.99
        compared += 1
    assert compared == 3


def test_the_volumes_of_a_plan_are_those_of_its_contours() -> None:
    dose = dicom.read_series(dicompyler_file("rtdose.dcm"))
    structures = dicom.read_structures(dicompyler_file("rtss.dcm"))
    for roi in structures:
        if roi.has_area:
            mask = roi.mask(dose, edges="area", ignore_frame_of_reference=True)
            assert mask.array.sum(dtype=float) * mask.voxel_volume / 1000 == pytest.approx(roi.volume_ml(), rel=1e-5)
