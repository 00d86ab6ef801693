"""Palette colours: plain and segmented tables, of 8 and 16 bits, never past their ends."""

from __future__ import annotations

import struct

import numpy as np
import pytest

import dicom
from dicom.errors import PixelError
from dicom.pixels.image.colors import colors_of_indices, palette_of
from tests.plotting.made_images import image

INDICES = np.array([[0, 1], [2, 3]], dtype=np.uint8)


def palette(descriptor: list[int], *tables: bytes, segmented: bool = False) -> dict[str, object]:
    elements: dict[str, object] = {}
    for name, table in zip(("Red", "Green", "Blue"), tables, strict=True):
        elements[f"{name}PaletteColorLookupTableDescriptor"] = descriptor
        elements[f"{'Segmented' if segmented else ''}{name}PaletteColorLookupTableData"] = table
    return elements


def palette_colors(ds: dict[str, object], indices: np.ndarray) -> np.ndarray:
    return colors_of_indices(indices, *palette_of(ds))


def words(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}H", *values)


def test_16_bit_tables_give_colours_of_8_bits():
    ds = palette([4, 0, 16], words(0, 65535, 0, 0), words(0, 0, 65535, 0), words(0, 0, 0, 65535))
    np.testing.assert_array_equal(palette_colors(ds, INDICES), [[[0, 0, 0], [255, 0, 0]], [[0, 255, 0], [0, 0, 255]]])


def test_8_bit_tables_are_packed_two_entries_a_word():
    ds = palette([4, 0, 8], bytes([0, 255, 0, 51]), bytes(4), bytes(4))
    np.testing.assert_array_equal(palette_colors(ds, INDICES)[..., 0], [[0, 255], [0, 51]])


def test_8_bit_entries_that_stand_in_words_are_understood():
    ds = palette([4, 0, 8], words(0, 255, 0, 51), words(0, 0, 0, 0), words(0, 0, 0, 0))
    np.testing.assert_array_equal(palette_colors(ds, INDICES)[..., 0], [[0, 255], [0, 51]])


def test_indices_outside_the_table_get_its_ends():
    ds = palette([2, 1, 16], words(0, 65535), words(0, 0), words(0, 0))
    np.testing.assert_array_equal(palette_colors(ds, INDICES)[..., 0], [[0, 0], [255, 255]])


def test_segmented_table_of_runs_lines_and_repeats():
    # Two entries; a line of two up to 30; then both segments again: 8 entries.
    table = words(0, 2, 0, 10, 1, 2, 30, 2, 2, 0, 0)
    ds = palette([8, 0, 16], table, table, table, segmented=True)
    colors = palette_colors(ds, np.arange(8, dtype=np.uint8).reshape(2, 4))
    np.testing.assert_array_equal(colors[..., 0], [[0, 10, 20, 30], [0, 10, 20, 30]])


@pytest.mark.parametrize(
    "table",
    [
        words(0, 9, 1),  # ends within a run
        words(1, 2, 30),  # a line without a beginning
        words(0, 1, 5, 7, 1),  # no such kind of segment
        words(0, 1, 5, 2, 1, 40, 0),  # repeats what isn't there
        words(0, 1, 5, 2, 1),  # ends within a repeat
        words(0, 0),  # no entries
    ],
)
def test_broken_segments_are_refused(table):
    with pytest.raises(PixelError, match="Palette"):
        palette_colors(palette([4, 0, 16], table, table, table, segmented=True), INDICES)


def test_segments_that_repeat_without_end_stop_at_the_largest_table():
    table = words(0, 4, 1, 2, 3, 4, *(2, 65535, 0, 0) * 50)
    ds = palette([0, 0, 16], table, table, table, segmented=True)
    with pytest.raises(PixelError, match="no earlier segment"):
        palette_colors(ds, INDICES)


@pytest.mark.parametrize("descriptor", [None, [4, 0], [4, 0, 12], "x"])
def test_descriptor_that_is_none_is_refused(descriptor):
    with pytest.raises(PixelError, match="Descriptor"):
        palette_colors(palette(descriptor, words(0), words(0), words(0)), INDICES)


def test_missing_table_is_refused():
    with pytest.raises(PixelError, match="missing or empty"):
        palette_colors(palette([4, 0, 16], b"", b"", b""), INDICES)


def test_palette_image_is_shown_in_its_colours():
    ds = palette([4, 0, 16], words(0, 65535, 0, 0), words(0, 0, 65535, 0), words(0, 0, 0, 65535))
    shown = dicom.image(image(INDICES, PhotometricInterpretation="PALETTE COLOR", **ds)).display()
    np.testing.assert_array_equal(shown.array[0, 1], [255, 0, 0])
    assert shown.color_space == "RGB"
