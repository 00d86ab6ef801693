"""The values of frames: bits that begin within a byte, bytes, other byte orders and codings, as NumPy packed them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
from dicom.segmentation.frames.frames import Frames
from tests.segmentation.made import Frame, put_pixels, segment_item, segmentation, transcoded

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

IMPLICIT, BIG_ENDIAN, DEFLATED = "1.2.840.10008.1.2", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"
RLE, DEFLATED_FRAMES = "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.8.1"


def made_pixels(rows: int, columns: int, count: int = 9) -> list[NDArray[np.bool_]]:
    """Frames of different fullness: all, nothing, a pixel at each end, some rows, and noise."""
    random = np.random.default_rng(rows * 1000 + columns)
    frames = [random.random((rows, columns)) < 0.3 for _ in range(count)]
    frames[1][:] = False
    frames[2][:] = True
    frames[3][:] = False
    frames[3][0, 0] = True
    frames[4][:] = False
    frames[4][-1, -1] = True
    frames[5][: rows // 2] = False
    return frames


def frames_of(pixels: list[NDArray[Any]]) -> list[Frame]:
    return [Frame(1, (0, 0, 2 * k), one) for k, one in enumerate(pixels)]


@pytest.mark.parametrize("size", [(2, 8), (3, 3), (1, 1), (5, 7), (17, 13), (64, 64), (1, 9), (9, 1)])
def test_frames_of_bits_begin_within_bytes(size: tuple[int, int]) -> None:
    pixels = made_pixels(*size)
    found = dicom.read_segmentation(segmentation(frames_of(pixels)))
    assert np.array_equal(found.mask(1).array, np.stack(pixels))
    assert np.array_equal(found.label_map().array, np.stack(pixels))
    frames = Frames(found.dataset, "made")
    for n, one in enumerate(pixels):
        row, column, part = frames.marked(n, 0.5)
        whole = np.zeros_like(one)
        whole[row : row + part.shape[0], column : column + part.shape[1]] = part
        assert np.array_equal(whole, one)


def test_few_rows_and_columns_of_bits_are_unpacked_where_few_have_any() -> None:
    pixels = [np.zeros((512, 512), bool)]
    pixels[0][300:310, 21] = True
    row, column, part = Frames(segmentation(frames_of(pixels)), "made").marked(0, 0.5)
    assert (row, column, part.shape) == (300, 16, (10, 8))


def test_a_label_map_of_few_voxels_lies_turned_and_cut_on_another_grid() -> None:
    pixels = [np.zeros((24, 64), bool) for _ in range(3)]
    for k, one in enumerate(pixels):
        one[3 + k : 9, 17 + 5 * k : 40] = True
    found = dicom.read_segmentation(segmentation(frames_of(pixels)))
    whole = found.label_map()
    for part in (np.s_[:, 4:, 20:], np.s_[:, :7, :30], np.s_[1:, 6:8, 24:27], np.s_[:, 12:, :]):
        on = whole[part]
        for grid in (on, on.reorient("RAS"), on.reorient("SRA"), on.reorient("PLI")):
            assert np.array_equal(found.label_map(on=grid).array, grid.array)


@pytest.mark.parametrize("size", [(5, 7), (4, 8)])
@pytest.mark.parametrize("transfer_syntax", [IMPLICIT, BIG_ENDIAN, DEFLATED, DEFLATED_FRAMES])
def test_bits_in_other_transfer_syntaxes(size: tuple[int, int], transfer_syntax: str, tmp_path: Path) -> None:
    pixels = made_pixels(*size)
    ds = segmentation(frames_of(pixels))
    found = dicom.read_segmentation(transcoded(ds, transfer_syntax, tmp_path))
    assert found.dataset.file_meta.TransferSyntaxUID == transfer_syntax
    assert np.array_equal(found.mask(1).array, np.stack(pixels))
    assert np.array_equal(found.label_map().array, np.stack(pixels))


@pytest.mark.parametrize("transfer_syntax", [None, RLE, BIG_ENDIAN])
def test_binary_frames_of_bytes_hold_whatever_is_not_zero(transfer_syntax: str | None, tmp_path: Path) -> None:
    # RLE Lossless has no single bits: such files have a byte a pixel, of 1 or of 255.
    pixels = made_pixels(5, 7)
    ds = segmentation(frames_of(pixels))
    put_pixels(ds, [255 * one.astype(np.uint8) for one in pixels], 8)
    if transfer_syntax is not None:
        ds = transcoded(ds, transfer_syntax, tmp_path)
    found = dicom.read_segmentation(ds)
    assert np.array_equal(found.mask(1).array, np.stack(pixels))
    assert np.array_equal(found.label_map().array, np.stack(pixels))


@pytest.mark.parametrize("maximum", [1, 100, 255])
@pytest.mark.parametrize("transfer_syntax", [None, RLE, BIG_ENDIAN])
def test_fractions_are_parts_of_the_greatest(maximum: int, transfer_syntax: str | None, tmp_path: Path) -> None:
    stored = np.random.default_rng(maximum).integers(0, maximum + 1, (4, 5, 7))
    stored[0, 0, :2] = 0, maximum
    ds = segmentation(frames_of(list(stored)), kind="FRACTIONAL", maximum=maximum)
    if transfer_syntax is not None:
        ds = transcoded(ds, transfer_syntax, tmp_path)
    mask = dicom.read_segmentation(ds).mask(1)
    assert mask.array.dtype == np.float32
    assert np.array_equal(mask.array, (stored / maximum).astype(np.float32))
    assert (mask.array[0, 0, 0], mask.array[0, 0, 1]) == (0.0, 1.0)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("transfer_syntax", [None, RLE, BIG_ENDIAN])
def test_label_maps_of_one_and_two_bytes(bits: int, transfer_syntax: str | None, tmp_path: Path) -> None:
    numbers = [1, 7, 200 if bits == 8 else 60_000]
    stored = np.random.default_rng(bits).choice([0, *numbers], (4, 5, 7))
    frames = [Frame(None, (0, 0, 2 * k), one) for k, one in enumerate(stored)]
    ds = segmentation(frames, kind="LABELMAP", segments=[segment_item(n) for n in numbers], bits=bits)
    if transfer_syntax is not None:
        ds = transcoded(ds, transfer_syntax, tmp_path)
    found = dicom.read_segmentation(ds)
    labels = found.label_map().array
    assert labels.dtype == f"u{bits // 8}"
    assert labels.dtype.isnative
    assert np.array_equal(labels, stored)
    for number in numbers:
        assert np.array_equal(found.mask(number).array, stored == number)


def test_a_label_map_of_colours_has_numbers_all_the_same() -> None:
    stored = np.arange(15).reshape(3, 5) % 3
    ds = segmentation([Frame(None, (0, 0, 0), stored)], kind="LABELMAP", segments=[segment_item(1), segment_item(2)])
    ds.PhotometricInterpretation = "PALETTE COLOR"
    for color in ("Red", "Green", "Blue"):
        setattr(ds, f"{color}PaletteColorLookupTableDescriptor", [3, 0, 16])
        setattr(ds, f"{color}PaletteColorLookupTableData", bytes(6))
    found = dicom.read_segmentation(ds)
    assert np.array_equal(found.label_map().array[0], stored)
    assert np.array_equal(found.mask(2).array[0], stored == 2)


def test_sources_are_told_frame_by_frame() -> None:
    frames = [Frame(1, (0, 0, 2 * k), np.ones((2, 8)), source) for k, source in enumerate(["1.2.1", None, "1.2.3"])]
    found = dicom.read_segmentation(segmentation(frames))
    assert found.source_images == ["1.2.1", None, "1.2.3"]
    assert dicom.read_segmentation(segmentation(frames[1:2])).source_images == [None]


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_threads_change_nothing(workers: int) -> None:
    pixels = made_pixels(5, 7, 40)
    found = dicom.read_segmentation(segmentation(frames_of(pixels)))
    steps: list[tuple[int, int]] = []
    mask = found.mask(1, workers=workers, progress=lambda done, total: steps.append((done, total)))
    assert np.array_equal(mask.array, np.stack(pixels))
    assert np.array_equal(found.label_map(workers=workers).array, np.stack(pixels))
    assert len(steps) == 40
    assert max(steps) == (40, 40)
