"""Contours of a mask are the mask: whoever fills them gets the same voxels back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import dicom
from dicom.errors import GeometryError, RegionError
from dicom.radiotherapy import ROI, trace_mask
from tests.radiotherapy.made_structures import polygon_area
from tests.volume.made import grid_affine, plane_affine

AFFINES = {
    "axial": grid_affine(),
    "sagittal": plane_affine("sagittal", (3.0, 0.9, 0.7)),
    "oblique": grid_affine(angles=(25.0, -15.0, 40.0)),
}
RING = """
.......
.#####.
.#...#.
.#.#.#.
.#...#.
.#####.
"""
SHAPES = {
    "a voxel": "#",
    "a corner voxel": "#..\n...\n...",
    "a ring with an island": RING,
    "voxels that touch at points": "#.#\n.#.\n#.#",
    "holes that touch at points": "#####\n#.###\n##.##\n###.#\n#####",
    "a hole that touches the outside at a point": ".####\n#.###\n#####\n#####",
    "several holes side by side": "#########\n#.#.#.#.#\n#########\n#.#...#.#\n#########",
    "holes in a staircase": "########\n##.#####\n####.###\n######.#\n#.######\n########",
}


def plane(drawn: str) -> np.ndarray:
    """Truth values of a drawing, # for those inside."""
    return np.array([[sign == "#" for sign in line] for line in drawn.split()])


def filled_again(mask: dicom.Volume, **options: Any) -> np.ndarray:
    """The mask of the mask's contours."""
    roi = ROI("made", trace_mask(mask, **options), frame_of_reference_uid=mask.frame_of_reference_uid)
    return roi.mask(mask, spacing_mm=mask.spacing[0]).array


def filled_by_hand(points: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Even-odd at centres, edge by edge: nothing of the rasteriser's."""
    inside = np.zeros(shape, bool)
    for (j0, i0), (j1, i1) in zip(points, np.roll(points, -1, axis=0), strict=True):
        for j in range(shape[0]):
            if min(j0, j1) <= j < max(j0, j1):
                inside[j, int(np.ceil(i0 + (j - j0) * (i1 - i0) / (j1 - j0))) :] ^= True
    return inside


@pytest.mark.parametrize("holes", ["keyhole", "separate", "xor"])
@pytest.mark.parametrize("name", list(SHAPES))
def test_a_mask_comes_back_from_its_contours(name: str, holes: str) -> None:
    array = np.stack([plane(SHAPES[name])] * 2)
    mask = dicom.Volume(array, grid_affine())
    assert np.array_equal(filled_again(mask, holes=holes), array)


@pytest.mark.parametrize("grid", list(AFFINES))
def test_random_masks_come_back_on_every_grid(grid: str) -> None:
    draws = np.random.default_rng(42)
    for _ in range(60):
        shape = (2, *draws.integers(1, 14, 2))
        array = draws.random(shape) < draws.random()
        if array.any():
            assert np.array_equal(filled_again(dicom.Volume(array, AFFINES[grid])), array)


@pytest.mark.parametrize("holes", ["keyhole", "separate"])
def test_random_planes_come_back_by_a_fill_of_ten_lines(holes: str) -> None:
    draws = np.random.default_rng(7)
    for _ in range(300):
        array = draws.random((1, *draws.integers(1, 12, 2))) < draws.random()
        found = np.zeros(array.shape[1:], bool)
        for contour in trace_mask(dicom.Volume(array, np.eye(4)), holes=holes):
            found ^= filled_by_hand(contour.points[:, 1:], found.shape)
        assert np.array_equal(found, array[0])


def test_the_area_is_that_of_the_voxels() -> None:
    array = np.stack([plane(RING)])
    mask = dicom.Volume(array, np.diag([2.0, 1.0, 1.0, 1.0]))
    (outer, island) = sorted(trace_mask(mask), key=lambda contour: -len(contour.points))
    area = polygon_area(outer.points[:, [2, 1]]) + polygon_area(island.points[:, [2, 1]])
    # A thousandth of a voxel is left out along each edge.
    assert area == pytest.approx(17, rel=0.005)


def test_a_keyhole_is_one_contour_and_its_hole_goes_round_the_other_way() -> None:
    mask = dicom.Volume(np.stack([plane("###\n#.#\n###")]), np.eye(4))
    (contour,) = trace_mask(mask)
    assert contour.geometric_type == "CLOSED_PLANAR"
    x, y = contour.points[:, 2], contour.points[:, 1]
    # By winding number the area of outline and hole have opposite signs.
    assert abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2 == pytest.approx(8, rel=0.01)


def test_separate_holes_say_xor_where_that_is_asked_for() -> None:
    mask = dicom.Volume(np.stack([plane("###\n#.#\n###")]), np.eye(4))
    assert [one.geometric_type for one in trace_mask(mask, holes="separate")] == ["CLOSED_PLANAR"] * 2
    assert [one.geometric_type for one in trace_mask(mask, holes="xor")] == ["CLOSEDPLANAR_XOR"] * 2


def test_contours_lie_in_the_planes_of_the_slices() -> None:
    affine = AFFINES["oblique"]
    array = np.zeros((4, 5, 6), bool)
    array[[1, 3], 2:4, 1:5] = True
    mask = dicom.Volume(array, affine)
    k = [mask.mm_to_index(contour.points)[:, 0] for contour in trace_mask(mask)]
    np.testing.assert_allclose(k, np.broadcast_to([[1.0], [3.0]], (2, 4)), atol=1e-9)


def test_parts_of_voxels_are_outlined_where_they_pass_one_half() -> None:
    pytest.importorskip("contourpy")
    j, i = np.mgrid[:40, :40]
    radius = 12.3
    # How far inside the disc a centre is, as the part of a voxel.
    part = np.clip(radius - np.hypot(j - 19.6, i - 20.2) + 0.5, 0, 1).astype(np.float32)
    (contour,) = trace_mask(dicom.Volume(part[None], np.eye(4)))
    distances = np.hypot(contour.points[:, 1] - 19.6, contour.points[:, 2] - 20.2)
    assert np.abs(distances - radius).max() < 0.1


def test_holes_between_parts_of_voxels_come_back() -> None:
    pytest.importorskip("contourpy")
    draws = np.random.default_rng(3)
    for _ in range(40):
        rough = draws.random((1, 20, 22))
        smooth = sum(np.roll(rough, (a, b), (1, 2)) for a in (-1, 0, 1) for b in (-1, 0, 1)) / 9
        part = (smooth / smooth.max()).astype(np.float32)
        mask = dicom.Volume(np.concatenate([part, part]), grid_affine())
        assert np.array_equal(filled_again(mask), mask.array > 0.5)


def test_an_empty_mask_has_no_contours() -> None:
    assert trace_mask(dicom.Volume(np.zeros((2, 3, 4), bool), np.eye(4))) == []


@pytest.mark.parametrize(
    ("array", "error"),
    [
        (np.full((1, 2, 2), 1.5, np.float32), RegionError),
        (np.full((1, 2, 2), -0.5), RegionError),
        (np.full((1, 2, 2), 7, np.uint8), RegionError),
        (np.full((1, 2, 2), 1j), RegionError),
    ],
)
def test_what_is_no_mask_is_refused(array: np.ndarray, error: type[Exception]) -> None:
    with pytest.raises(error, match="mask"):
        trace_mask(dicom.Volume(array, np.eye(4)))


def test_a_mask_with_time_points_is_refused() -> None:
    with pytest.raises(GeometryError, match="axes"):
        trace_mask(dicom.Volume(np.zeros((2, 1, 2, 2), bool), np.eye(4), dimension="time"))


@pytest.mark.parametrize("options", [{"holes": "none"}, {"outline": "smooth"}])
def test_unknown_choices_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(RegionError):
        trace_mask(dicom.Volume(np.ones((1, 2, 2), bool), np.eye(4)), **options)
