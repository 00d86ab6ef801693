"""Label maps: one number a voxel, and what is done where segments overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
from dicom.errors import RegionError
from tests.segmentation.made import Frame, segment_item, segmentation

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def made(masks: NDArray[np.generic], numbers: list[int], **options: object) -> dicom.Segmentation:
    """The segmentation of masks (segment, k, j, i); their segments are described in the order of `numbers`."""
    frames = [
        Frame(number, (0, 0, 2 * k), plane)
        for number, mask in zip(numbers, masks, strict=True)
        for k, plane in enumerate(mask)
        if plane.any() or not k
    ]
    segments = [segment_item(number) for number in numbers]
    return dicom.read_segmentation(segmentation(frames[::-1], segments=segments, **options))  # type: ignore[arg-type]


def overlapping() -> NDArray[np.bool_]:
    """(3, k, j, i) of noise."""
    return np.random.default_rng(5).random((3, 4, 5, 7)) < 0.3


def apart() -> NDArray[np.bool_]:
    """(3, k, j, i): three masks that have no voxel in common."""
    labels = np.random.default_rng(5).integers(0, 4, (4, 5, 7))
    return np.stack([labels == n for n in (1, 2, 3)])


def test_each_voxel_has_the_number_of_its_segment() -> None:
    masks, numbers = apart(), [3, 1, 9]
    found = made(masks, numbers).label_map()
    expected = sum(number * mask.astype(np.uint8) for number, mask in zip(numbers, masks, strict=True))
    assert found.array.dtype == np.uint8
    assert np.array_equal(found.array, expected)
    assert (found.quantity, found.unit) == ("segment", None)


def test_numbers_above_255_take_two_bytes() -> None:
    masks = apart()
    found = made(masks, [3, 256, 65_535]).label_map()
    assert found.array.dtype == np.uint16
    assert np.array_equal(found.array == 65_535, masks[2])


@pytest.mark.parametrize("overlap", ["first", "last"])
def test_the_order_of_the_segment_sequence_decides_where_segments_overlap(overlap: str) -> None:
    masks, numbers = overlapping(), [9, 3, 5]
    expected = np.zeros(masks.shape[1:], np.uint8)
    order = range(3) if overlap == "last" else reversed(range(3))
    for n in order:
        expected[masks[n]] = numbers[n]
    assert np.array_equal(made(masks, numbers).label_map(overlap=overlap).array, expected)  # type: ignore[arg-type]


def test_segments_that_overlap_are_refused_unless_it_is_said_which_counts() -> None:
    masks = np.zeros((2, 1, 3, 8), bool)
    masks[0, 0, 1], masks[1, 0, 1:, 3] = True, True
    with pytest.raises(RegionError, match="segments 4 and 2 have voxels in common: overlap='first' or 'last'"):
        made(masks, [4, 2]).label_map()
    with pytest.raises(RegionError, match="overlap= is one of"):
        made(masks, [4, 2]).label_map(overlap="both")  # type: ignore[arg-type]


def test_fractions_from_the_threshold_on_count() -> None:
    stored = np.zeros((2, 2, 3, 4), np.uint8)
    stored[0, 0, 0], stored[1, 0, 2] = (0, 49, 50, 51), (100, 80, 20, 0)
    found = made(stored, [1, 2], kind="FRACTIONAL", maximum=100)
    assert found.label_map().array[0, 0].tolist() == [0, 0, 1, 1]
    assert found.label_map(threshold=0.2).array[0, 0].tolist() == [0, 1, 1, 1]
    assert found.label_map(threshold=0.2).array[0, 2].tolist() == [2, 2, 2, 0]
    assert found.label_map(threshold=1).array[0, 2].tolist() == [2, 0, 0, 0]
    for threshold in (0, -1, 1.5, float("nan")):
        with pytest.raises(RegionError, match="threshold= is a fraction"):
            found.label_map(threshold=threshold)


def test_frames_of_segments_that_are_not_described_are_not_passed_over() -> None:
    frames = [Frame(n, (0, 0, 0), np.eye(3, 8, n)) for n in (1, 2, 5)]
    found = dicom.read_segmentation(segmentation(frames, segments=[segment_item(1), segment_item(2)]))
    assert np.array_equal(found.mask(2).array[0], np.eye(3, 8, 2))
    with pytest.raises(
        RegionError, match=r"1 frame\(s\) are of segments that .* \(0062,0002\) .* the first number is 5"
    ):
        found.label_map()


def test_numbers_of_a_label_map_that_are_not_described_stay() -> None:
    stored = np.arange(24).reshape(3, 8) % 5
    ds = segmentation([Frame(None, (0, 0, 0), stored)], kind="LABELMAP", segments=[segment_item(1)])
    assert np.array_equal(dicom.read_segmentation(ds).label_map().array[0], stored)


def test_empty_masks_are_an_empty_label_map() -> None:
    found = made(np.zeros((2, 3, 4, 5), bool), [1, 2])
    assert not found.label_map().array.any()


def test_label_maps_and_masks_are_saved_as_bytes(tmp_path: Path) -> None:
    nibabel = pytest.importorskip("nibabel")
    masks = apart()
    found = made(masks, [1, 2, 3])
    labels = found.label_map()
    labels.save(tmp_path / "labels.nii.gz")
    image = nibabel.load(tmp_path / "labels.nii.gz")
    assert image.get_data_dtype() == np.uint8
    assert np.array_equal(np.asarray(image.dataobj).transpose(2, 1, 0), labels.array)
    found.mask(2).save(tmp_path / "mask.nii.gz")
    mask = nibabel.load(tmp_path / "mask.nii.gz")
    assert mask.get_data_dtype() == np.uint8
    assert np.array_equal(np.asarray(mask.dataobj).transpose(2, 1, 0), masks[1])
