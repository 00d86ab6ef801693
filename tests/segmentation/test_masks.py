"""What a caller may give as masks, and what is refused with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dicom
from dicom.errors import GeometryError, RegionError
from dicom.segmentation.writing.masks import regions_given
from dicom.volume import Grid, Volume
from tests.segmentation.made_segments import organs
from tests.volume.made import grid_affine

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHAPE = (5, 6, 7)
GRID = Grid(grid_affine(), SHAPE, "1.2.3")


def _masks(count: int = 3, seed: int = 1) -> NDArray[np.bool_]:
    return np.random.default_rng(seed).random((count, *SHAPE)) < 0.2


def _volume(array: NDArray[Any], **changes: Any) -> Volume:
    options = {"affine": GRID.affine, "frame_of_reference_uid": "1.2.3", **changes}
    return Volume(array, **options)


def _frames(given: Any) -> NDArray[Any]:
    return np.array([[given.regions.frame(n, k) for k in range(SHAPE[0])] for n in range(len(given.segments))])


def _of_each_form(masks: NDArray[np.bool_]) -> dict[str, Any]:
    labels = [segment.label for segment in organs(len(masks))]
    return {
        "array": masks,
        "bytes": masks.astype(np.uint8),
        "floats": masks.astype(np.float32),
        "list": list(masks),
        "volumes": [_volume(mask) for mask in masks],
        "by label": {label: _volume(mask) for label, mask in zip(labels, masks, strict=True)},
        "by label in another order": dict(reversed(list(zip(labels, masks, strict=True)))),
        "views": np.asfortranarray(masks),
    }


@pytest.mark.parametrize("form", list(_of_each_form(_masks())))
def test_masks_of_every_form_are_the_same_regions(form: str) -> None:
    masks = _masks()
    given = regions_given(_of_each_form(masks)[form], organs(3), GRID, "BINARY")
    assert np.array_equal(_frames(given), masks)
    assert [segment.number for segment in given.segments] == [1, 2, 3]
    assert np.array_equal(given.regions.present, masks.any(axis=(2, 3)))
    assert given.regions.overlap is bool((masks.sum(axis=0) > 1).any())


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int64])
@pytest.mark.parametrize("kind", ["BINARY", "FRACTIONAL", "LABELMAP"])
def test_a_label_map_is_taken_by_its_numbers(dtype: type[np.integer], kind: str) -> None:
    numbers = (2, 300 if dtype != np.uint8 else 200, 7)
    labels = np.random.default_rng(3).choice([0, *numbers], SHAPE).astype(dtype)
    segments = organs(3)
    for segment, number in zip(segments, numbers, strict=True):
        segment.number = number
    given = regions_given(_volume(labels), segments, None, kind)
    masks = np.array([labels == number for number in numbers])
    assert np.array_equal(_frames(given), masks * 255 if kind == "FRACTIONAL" else masks)
    assert [segment.number for segment in given.segments] == (list(numbers) if kind == "LABELMAP" else [1, 2, 3])
    assert [segment.number for segment in segments] == list(numbers), "the caller's are changed"
    if kind == "LABELMAP":
        assert np.array_equal([given.regions.labels(k) for k in range(SHAPE[0])], labels)
        assert given.regions.labels(0).dtype == (np.uint16 if 300 in numbers else np.uint8)


def test_one_mask_needs_no_fourth_axis() -> None:
    mask = _masks(1)[0]
    assert np.array_equal(_frames(regions_given(mask, organs(1), GRID, "BINARY"))[0], mask)


def test_fractions_become_the_nearest_of_255() -> None:
    mask = np.random.default_rng(4).random(SHAPE).astype(np.float32)
    given = regions_given([mask], organs(1), GRID, "FRACTIONAL")
    assert np.abs(_frames(given)[0] / 255 - mask).max() <= 0.5 / 255 + 1e-7


def test_fractions_that_round_to_nothing_make_no_frame() -> None:
    mask = np.full(SHAPE, 0.001, np.float32)
    mask[2, 0, 0] = 0.01
    assert regions_given([mask], organs(1), GRID, "FRACTIONAL").regions.present.tolist() == [
        [False] * 2 + [True] + [False] * 2
    ]


@pytest.mark.parametrize(
    ("masks", "count", "kind", "message"),
    [
        (np.full(SHAPE, 0.5), 1, "BINARY", r"segment 1 has values other than 0 and 1"),
        (np.full((1, *SHAPE), 2, np.uint8), 1, "BINARY", r"segment 1 has values other than 0 and 1"),
        (
            [np.zeros(SHAPE), np.full(SHAPE, np.nan)],
            2,
            "FRACTIONAL",
            r"segment 2 has values that aren't between 0 and 1",
        ),
        ([np.full(SHAPE, -0.1)], 1, "FRACTIONAL", "between 0 and 1"),
        ([np.full(SHAPE, 1.1)], 1, "FRACTIONAL", "between 0 and 1"),
        ([np.full(SHAPE, 1j)], 1, "BINARY", "complex128"),
        (np.full(SHAPE, 3, np.int32), 2, "BINARY", "values that no segment has as its number: 3$"),
        (np.full(SHAPE, -1, np.int32), 2, "BINARY", "0 to 65535"),
        (np.full(SHAPE, 70000, np.int32), 2, "BINARY", "0 to 65535"),
        (_masks(2), 3, "BINARY", r"2 mask\(s\) and 3 segment\(s\)"),
        ({"Organ 1": _masks()[0]}, 2, "BINARY", "segment 2 has a label that no mask has"),
        ({f"Organ {n}": _masks()[0] for n in (1, 2, 3)}, 2, "BINARY", "3 masks and 2 segments"),
        ({}, 0, "BINARY", "1 to 65535 segments"),
    ],
)
def test_values_and_segments_that_make_no_region_are_refused(masks: Any, count: int, kind: str, message: str) -> None:
    with pytest.raises(RegionError, match=message):
        regions_given(masks, organs(count), GRID, kind)


def test_segments_that_overlap_make_no_label_map() -> None:
    masks = np.zeros((2, *SHAPE), bool)
    masks[:, 1, 2, 3] = True
    given = regions_given(masks, organs(2), GRID, "LABELMAP")
    with pytest.raises(RegionError, match=r'segments 1 and 2 overlap.*kind="BINARY"'):
        given.regions.labels(1)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [((1, 0), "either all segments have a number"), ((4, 4), "the same number"), ((1, 65536), "1 to 65535")],
)
def test_numbers_of_a_label_map_are_all_there_and_differ(numbers: tuple[int, int], message: str) -> None:
    segments = organs(2)
    for segment, number in zip(segments, numbers, strict=True):
        segment.number = number
    with pytest.raises(RegionError, match=message):
        regions_given(np.zeros(SHAPE, np.uint8), segments, GRID, "LABELMAP")


def test_segments_have_to_be_described() -> None:
    with pytest.raises(RegionError, match="a Segment with its codes"):
        regions_given(_masks(), None, GRID, "BINARY")
    with pytest.raises(RegionError, match="each described by a Segment"):
        regions_given(_masks(1), ["Liver"], GRID, "BINARY")


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (np.zeros((5, 6, 8), bool), r"shape \(5, 6, 8\), and the grid that it is to be on \(k, j, i\) = \(5, 6, 7\)"),
        (_volume(np.zeros(SHAPE, bool), frame_of_reference_uid="1.2.4"), r"Frame of Reference UID \(0020,0052\)"),
        (_volume(np.zeros(SHAPE, bool), affine=GRID.affine + np.eye(4, k=3)), "lies elsewhere.*resample_to"),
        (_volume(np.zeros((2, *SHAPE), bool), dimension="time"), r"shape \(2, 5, 6, 7\)"),
    ],
)
def test_masks_of_other_grids_are_refused(mask: Any, message: str) -> None:
    with pytest.raises(GeometryError, match=message):
        regions_given([mask], organs(1), GRID, "BINARY")


def test_arrays_alone_lie_nowhere() -> None:
    with pytest.raises(GeometryError, match="give the volume that they were drawn on as source"):
        regions_given(_masks(), organs(3), None, "BINARY")


def test_messages_hold_no_label() -> None:
    segments = organs(1)
    segments[0].label = "Secret^Name"
    for masks in ({"Other": _masks()[0]}, np.full((1, *SHAPE), 2), np.zeros((1, 2, 2, 2))):
        with pytest.raises(dicom.errors.DicomError) as caught:
            regions_given(masks, segments, GRID, "BINARY")
        assert "Secret" not in str(caught.value)
