"""Frames on grids: by position alone, exactly where a pixel is a voxel, interpolated where it isn't."""

from __future__ import annotations

from itertools import permutations, product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dicom
from dicom.errors import GeometryError, RegionError
from dicom.volume import Grid, Volume
from tests.segmentation.made import FRAME_OF_REFERENCE, Frame, segment_item, segmentation
from tests.volume.made import grid_affine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SHAPE = (6, 9, 11)
STEP = 2.0


def mask_of(seed: int = 1) -> NDArray[np.bool_]:
    """(k, j, i): a mask without any symmetry, of which slices 0 and 3 are empty."""
    mask = np.random.default_rng(seed).random(SHAPE) < 0.4
    mask[[0, 3]] = False
    return mask


def frames_of(mask: NDArray[Any], affine: NDArray[np.float64], number: int = 1, *, empty: bool = False) -> list[Frame]:
    """A frame for each slice of a mask; those of nothing only where that is asked for."""
    return [Frame(number, (affine @ (k, 0, 0, 1))[:3], plane) for k, plane in enumerate(mask) if empty or plane.any()]


def made(frames: Sequence[Frame], affine: NDArray[np.float64], **options: Any) -> dicom.Segmentation:
    """The segmentation of frames that lie along an affine's axes."""
    steps = np.linalg.norm(affine[:3, :3], axis=0)
    row, column = affine[:3, 2] / steps[2], affine[:3, 1] / steps[1]
    options = {"spacing_between_slices": float(steps[0]), "thickness": float(steps[0]), **options}
    orientation = [float(f"{one:.12g}") for one in (*row, *column)]
    ds = segmentation(frames, orientation=orientation, pixel_spacing=(float(steps[1]), float(steps[2])), **options)
    return dicom.read_segmentation(ds)


AFFINES = {
    "upright": grid_affine((STEP, 0.75, 0.5)),
    "oblique": grid_affine((STEP, 0.75, 0.5), angles=(20.0, -35.0, 12.0)),
    "isotropic": grid_affine((1.0, 1.0, 1.0), angles=(90.0, 0.0, 90.0)),
}


@pytest.fixture(params=list(AFFINES))
def affine(request: pytest.FixtureRequest) -> NDArray[np.float64]:
    """One of several grids."""
    return AFFINES[request.param]


def volume_on(affine: NDArray[np.float64], mask: NDArray[Any]) -> Volume:
    """A volume with these values, in the frame of reference of what is made."""
    return Volume(mask, affine, frame_of_reference_uid=FRAME_OF_REFERENCE)


def test_the_order_of_frames_says_nothing(affine: NDArray[np.float64]) -> None:
    mask = mask_of()
    frames = frames_of(mask, affine)
    expected = volume_on(affine, mask)
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(len(frames))
        found = made([frames[n] for n in order], affine).mask(1, on=expected)
        assert np.array_equal(found.array, mask)
        assert found.same_grid_as(expected)


def test_slices_left_out_are_empty_slices_of_its_own_grid(affine: NDArray[np.float64]) -> None:
    mask = mask_of()
    found = made(frames_of(mask, affine), affine)
    assert found.grid.grid_shape == (5, 9, 11)
    assert np.allclose(found.grid.affine[:3, :3], affine[:3, :3])
    assert np.array_equal(found.mask(1).array, mask[1:])
    assert np.allclose(found.grid.origin, affine[:3, 3] + affine[:3, 0])


def test_every_turn_of_the_grid_is_an_exact_exchange_of_indices(affine: NDArray[np.float64]) -> None:
    mask = mask_of()
    found = made(frames_of(mask, affine), affine)
    for order in permutations(range(3)):
        for signs in product((1, -1), repeat=3):
            cut = tuple(slice(None, None, sign) for sign in signs)
            turned = mask.transpose(order)[cut]
            # From indices of the turned array to those of the first one.
            matrix = np.zeros((4, 4))
            matrix[3, 3] = 1
            for axis, (one, sign) in enumerate(zip(order, signs, strict=True)):
                matrix[one, axis] = sign
                matrix[one, 3] = 0 if sign > 0 else mask.shape[one] - 1
            grid = Grid(affine @ matrix, turned.shape, FRAME_OF_REFERENCE)
            assert np.array_equal(found.mask(1, on=grid).array, turned), (order, signs)
            assert np.array_equal(found.label_map(on=grid).array, turned), (order, signs)


@pytest.mark.parametrize(
    "cut",
    [
        (slice(1, 4), slice(2, 7), slice(3, 10)),
        (slice(None, None, -1), slice(6, 1, -1), slice(8, None)),
        (slice(2, 3), slice(8, 9), slice(0, 1)),
    ],
)
def test_a_part_of_the_grid(affine: NDArray[np.float64], cut: tuple[slice, slice, slice]) -> None:
    mask = mask_of()
    whole = volume_on(affine, mask)
    found = made(frames_of(mask, affine), affine)
    assert np.array_equal(found.mask(1, on=whole[cut]).array, mask[cut])
    assert np.array_equal(found.label_map(on=whole[cut]).array, mask[cut])
    wider = whole.pad((1, 2), (3, 0), (0, 4), value=False)
    assert np.array_equal(found.mask(1, on=wider).array, wider.array)
    assert np.array_equal(found.label_map(on=wider).array, wider.array)


def test_a_volume_with_a_time_axis_is_a_grid_too(affine: NDArray[np.float64]) -> None:
    mask = mask_of()
    series = Volume(np.zeros((2, *SHAPE)), affine, dimension="time", frame_of_reference_uid=FRAME_OF_REFERENCE)
    assert np.array_equal(made(frames_of(mask, affine), affine).mask(1, on=series).array, mask)


def test_on_other_voxels_the_nearest_pixel_counts() -> None:
    affine, mask = AFFINES["upright"], mask_of()
    found = made(frames_of(mask, affine, empty=True), affine)
    finer = volume_on(affine, mask).resample((1.0, 0.3, 0.2), order=0)
    mask_there = found.mask(1, on=finer)
    assert mask_there.array.dtype == bool
    assert np.array_equal(mask_there.array, finer.array)
    labels = found.label_map(on=finer)
    assert labels.array.dtype == np.uint8
    assert np.array_equal(labels.array, finer.array)


def test_fractions_are_interpolated_on_other_voxels() -> None:
    affine = AFFINES["upright"]
    stored = np.random.default_rng(2).integers(0, 256, SHAPE)
    found = made(frames_of(stored, affine, empty=True), affine, kind="FRACTIONAL")
    finer = volume_on(affine, (stored / 255).astype(np.float32)).resample((1.0, 0.3, 0.2), order=1)
    there = found.mask(1, on=finer)
    assert there.array.dtype == np.float32
    assert np.allclose(there.array, finer.array, atol=1e-6)
    assert np.array_equal(found.mask(1).array, (stored / 255).astype(np.float32))


def test_frames_between_slices_are_put_by_the_nearest(affine: NDArray[np.float64]) -> None:
    mask = mask_of()
    between = affine.copy()
    between[:3, 3] += affine[:3, 0] * 0.3
    found = made(frames_of(mask, between, empty=True), between)
    assert np.array_equal(found.mask(1, on=volume_on(affine, mask)).array, mask)


def test_a_hundredth_of_a_step_is_rounding(affine: NDArray[np.float64]) -> None:
    mask = mask_of()
    frames = [
        frame._replace(position=np.asarray(frame.position) + 0.005 * affine[:3, 1]) for frame in frames_of(mask, affine)
    ]
    assert np.array_equal(made(frames, affine).mask(1, on=volume_on(affine, mask)).array, mask)


def test_each_segment_may_have_slices_of_its_own(affine: NDArray[np.float64]) -> None:
    one, two = mask_of(1), mask_of(2)
    one[4:], two[:3] = False, False
    found = made([*frames_of(one, affine, 1), *frames_of(two, affine, 2)], affine)
    grid = volume_on(affine, one)
    assert np.array_equal(found.mask(1, on=grid).array, one)
    assert np.array_equal(found.mask(2, on=grid).array, two)
    # Both are on the grid that the frames of both make.
    assert found.mask(1).same_grid_as(found.mask(2))


def test_masks_on_a_grid_are_made_one_by_one(affine: NDArray[np.float64]) -> None:
    one, two = mask_of(1), mask_of(2)
    color = [0xFFFF, 0x8080, 0x8080]
    segments = [segment_item(1, "one", RecommendedDisplayCIELabValue=color), segment_item(2, "two")]
    found = made([*frames_of(one, affine, 1), *frames_of(two, affine, 2)], affine, segments=segments)
    masks = found.masks_on(volume_on(affine, one))
    assert len(masks) == 2
    assert [(name, color) for name, color, _ in masks] == [("one", (255, 255, 255)), ("two", None)]
    assert np.array_equal(masks[1][2].array, two)
    assert np.array_equal(masks[-2:][0][2].array, one)
    assert masks[0][2] is not masks[0][2]
    assert masks.names == ["one", "two"]
    assert repr(masks) == "<MaskSequence: 2 regions, made one by one>"


def test_an_array_is_no_grid(affine: NDArray[np.float64]) -> None:
    found = made(frames_of(mask_of(1), affine, 1), affine)
    for ask in (lambda on: found.mask(1, on=on), found.masks_on, found.label_map):
        with pytest.raises(GeometryError, match="on= is a Volume or a Grid"):
            ask(np.zeros((3, 4, 5)))


# --- the step of its own grid -----------------------------------------------------------------------------------------


def grid_of(distances: Sequence[float], **options: Any) -> Grid:
    """The own grid of frames at these distances along z."""
    frames = [Frame(1, (0, 0, z), np.ones((2, 8))) for z in distances]
    return made(
        frames, grid_affine((1.0, 1.0, 1.0)), **{"thickness": None, "spacing_between_slices": None, **options}
    ).grid


@pytest.mark.parametrize(
    ("distances", "options", "step", "slices"),
    [
        ((0, 2, 4), {}, 2.0, 3),
        # What is stated counts where positions are multiples of it: each second slice may be empty.
        ((0, 2, 4), {"spacing_between_slices": 1.0}, 1.0, 5),
        ((0, 2, 4), {"spacing_between_slices": 1.5}, 2.0, 3),
        ((0, 2, 4), {"spacing_between_slices": 1e-3}, 2.0, 3),
        ((0, 2, 4), {"thickness": 1.0}, 2.0, 3),
        ((0, 2, 4, 10), {}, 2.0, 6),
        # Of two slices the distance says nothing about what lies between.
        ((0, 6), {"thickness": 2.0}, 2.0, 4),
        ((0, 6), {"thickness": 4.0}, 6.0, 2),
        ((0, 6), {}, 6.0, 2),
        # None of the distances is the step.
        ((0, 4, 10), {}, 2.0, 6),
        ((0, 4, 10, 25), {"thickness": 1.0}, 1.0, 26),
        ((5,), {"thickness": 3.0}, 3.0, 1),
        ((5,), {"spacing_between_slices": 2.5, "thickness": 3.0}, 2.5, 1),
    ],
)
def test_the_step_of_its_own_grid(
    distances: Sequence[float], options: dict[str, float], step: float, slices: int
) -> None:
    grid = grid_of(distances, **options)
    assert grid.grid_shape == (slices, 2, 8)
    assert grid.spacing[0] == pytest.approx(step)


def test_positions_of_no_grid_are_refused_with_the_report() -> None:
    with pytest.raises(GeometryError, match="no grid of their own: 4 of 4 steps differ") as raised:
        grid_of((0, 2, 4.3, 6, 8.45))
    assert raised.value.report is not None


def test_frames_of_no_grid_may_be_voxels_of_another() -> None:
    # A grid whose slices lie at any distance doesn't exist; one that reaches all of them does.
    frames = [Frame(1, (0, 0, z), np.full((2, 8), 1)) for z in (0, 2.3, 7.1)]
    found = made(frames, grid_affine((1.0, 1.0, 1.0)), thickness=None, spacing_between_slices=None)
    fine = Grid(np.diag([1.0, 1.0, 1.0, 1.0])[[2, 1, 0, 3]] * [0.1, 1, 1, 1], (80, 2, 8), FRAME_OF_REFERENCE)
    mask = found.mask(1, on=fine)
    assert np.flatnonzero(mask.array.any(axis=(1, 2))).tolist() == [0, 23, 71]


def test_a_single_slice_of_no_thickness_has_no_grid_but_a_place() -> None:
    affine, mask = AFFINES["upright"], mask_of()
    mask[2:] = False
    found = made(frames_of(mask, affine), affine, thickness=None, spacing_between_slices=None)
    with pytest.raises(GeometryError):
        found.grid  # noqa: B018 - asking for it is what is tested
    assert np.array_equal(found.mask(1, on=volume_on(affine, mask)).array, mask)


def test_the_step_may_be_given() -> None:
    ds = segmentation(
        [Frame(1, (0, 0, z), np.ones((2, 8))) for z in (0, 6)], thickness=None, spacing_between_slices=None
    )
    assert dicom.read_segmentation(ds).grid.spacing[0] == 6
    assert dicom.read_segmentation(ds, slice_spacing_mm=1.5).grid.grid_shape == (5, 2, 8)
    with pytest.raises(GeometryError, match="no grid of their own"):
        dicom.read_segmentation(ds, slice_spacing_mm=4.1).grid  # noqa: B018 - asking for it is what is tested


def test_a_tilted_gantry_s_slices_make_a_slanted_grid() -> None:
    affine = AFFINES["upright"].copy()
    affine[:3, 0] += affine[:3, 1] * 0.8
    mask = mask_of()
    row, column = affine[:3, 2] / 0.5, affine[:3, 1] / 0.75
    frames = frames_of(mask, affine, empty=True)
    ds = segmentation(frames, orientation=[*row, *column], pixel_spacing=(0.75, 0.5), spacing_between_slices=STEP)
    found = dicom.read_segmentation(ds)
    assert np.allclose(found.grid.affine, affine)
    assert np.array_equal(found.mask(1).array, mask)
    assert np.array_equal(found.mask(1, on=volume_on(affine, mask)).array, mask)


# --- what has no place ------------------------------------------------------------------------------------------------


def test_another_frame_of_reference_is_refused_unless_that_is_meant() -> None:
    affine, mask = AFFINES["upright"], mask_of()
    found = made(frames_of(mask, affine), affine)
    elsewhere = Grid(affine, SHAPE, "9.8.7")
    for ask in (found.mask, lambda *_, **options: found.label_map(**options)):
        with pytest.raises(GeometryError, match=r"Frame of Reference UID \(0020,0052\)") as raised:
            ask(1, on=elsewhere)
        assert "9.8.7" not in str(raised.value)
        assert np.array_equal(ask(1, on=elsewhere, ignore_frame_of_reference=True).array, mask)
    assert np.array_equal(found.mask(1, on=Grid(affine, SHAPE)).array, mask)


@pytest.mark.parametrize("shift", [(0, 0, 500.0), (500.0, 0, 0), (500.1, 0.3, 0)])
def test_a_grid_elsewhere_is_refused(shift: tuple[float, float, float]) -> None:
    affine, mask = AFFINES["upright"], mask_of()
    elsewhere = affine.copy()
    elsewhere[:3, 3] += shift
    found = made(frames_of(mask, affine), affine)
    for ask in (lambda **options: found.mask(1, **options), found.label_map):
        with pytest.raises(GeometryError, match="outside of the grid"):
            ask(on=Grid(elsewhere, SHAPE, FRAME_OF_REFERENCE))


def test_frames_without_positions_have_no_place() -> None:
    affine = AFFINES["upright"]
    found = made([Frame(1, None, np.ones((2, 8))), Frame(1, (0, 0, 0), np.ones((2, 8)))], affine)
    for on in (None, Grid(affine, SHAPE, FRAME_OF_REFERENCE)):
        with pytest.raises(GeometryError, match=r"Image Position \(Patient\) \(0020,0032\)"):
            found.mask(1, on=on)


def test_tiles_of_a_slide_are_refused() -> None:
    ds = segmentation([Frame(1, None, np.ones((2, 8)))], DimensionOrganizationType="TILED_FULL")
    ds.NumberOfFrames = 4
    del ds.PerFrameFunctionalGroupsSequence
    found = dicom.read_segmentation(ds)
    assert [segment.number for segment in found] == [1]
    for on in (None, Grid(np.eye(4), (1, 2, 8))):
        with pytest.raises(GeometryError, match="tiles of a slide"):
            found.mask(1, on=on)
        with pytest.raises(GeometryError, match="tiles of a slide"):
            found.label_map(on=on)


def test_two_frames_of_a_segment_in_one_slice_contradict_each_other() -> None:
    # Half a hundredth of a step apart each, which is rounding for a slice of 5 mm.
    affine, plane = grid_affine((5.0, 1.0, 1.0)), np.ones(SHAPE[1:], bool)
    origin, step = affine[:3, 3], affine[:3, 0]
    frames = [Frame(1, origin + step * k, plane) for k in (0, 1, 1.005)]
    grid = Grid(affine, SHAPE, FRAME_OF_REFERENCE)
    for on in (grid, None):
        with pytest.raises(RegionError, match="frames 1, 2 lie in one slice of the grid"):
            made(frames, affine).mask(1, on=on)
        with pytest.raises(RegionError, match="frames 1, 2 lie in one slice of the grid"):
            made(frames, affine).label_map(on=on)
    two = [frames[0], frames[1], frames[2]._replace(segment=2)]
    assert made(two, affine).mask(2, on=grid).array[1].all()


def test_two_frames_of_a_segment_at_one_place_contradict_each_other() -> None:
    one = Frame(1, (0, 0, 0), np.ones((2, 8)))
    found = made([one, one._replace(pixels=np.zeros((2, 8))), one._replace(segment=2)], AFFINES["upright"])
    with pytest.raises(RegionError, match="frames 0, 1 are of segment 1 and lie at one place"):
        found.mask(1)
    assert found.mask(2).array.all()
    with pytest.raises(RegionError, match="frames 0, 1"):
        found.label_map()
