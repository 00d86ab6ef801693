"""Colours of a PALETTE COLOR image: indices put through the Red, Green and Blue Palette Color Lookup Tables.

In: a data set with the tables, plain or segmented, and a frame of indices. Out: (rows, columns, 3) from 0 to 1.
Standard: PS3.3 C.7.6.3.1.5, C.7.6.3.1.6 (tables) and C.7.9.2 (segmented tables).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import PixelError

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

_DISCRETE, _LINEAR, _INDIRECT = 0, 1, 2
_MOST_ENTRIES = 65536


def palette_colors(ds: Any, indices: NDArray[Any]) -> NDArray[np.float32]:
    """Colours of a frame of indices.

    An index below the table's first gets its first colour, one beyond the table its last (PS3.3 C.7.6.3.1.5).

    Parameters
    ----------
    ds : Dataset
    indices : ndarray of int, shape (rows, columns)

    Returns
    -------
    ndarray of float32, shape (rows, columns, 3)
        Red, green and blue from 0 to 1.

    Raises
    ------
    PixelError
        A table is missing, or its descriptor and data don't fit.
    """
    tables = [_table(ds, name) for name in ("Red", "Green", "Blue")]
    # Not by the descriptor: tables of 8 bits shifted into words, and of 16 bits that end at 255, are both written.
    full = 255.0 if max(int(table.max()) for table, _ in tables) <= 255 else 65535.0
    colors = np.empty((*indices.shape, 3), dtype=np.float32)
    for sample, (table, first) in enumerate(tables):
        offset = np.clip(indices.astype(np.int64) - first, 0, table.size - 1)
        colors[..., sample] = (table / full).astype(np.float32)[offset]
    return colors


def _table(ds: Any, name: str) -> tuple[NDArray[np.int64], int]:
    """One table's entries, and the index of the first."""
    descriptor = ds.get(f"{name}PaletteColorLookupTableDescriptor")
    if descriptor is None or isinstance(descriptor, str | bytes) or len(descriptor) != 3:
        raise PixelError(f"A PALETTE COLOR image needs three values in {name}PaletteColorLookupTableDescriptor.")
    entries, first, bits = int(descriptor[0]) or _MOST_ENTRIES, int(descriptor[1]), int(descriptor[2])
    if bits not in {8, 16}:
        raise PixelError(f"{name}PaletteColorLookupTableDescriptor must say 8 or 16 bits an entry.")
    data = ds.get(f"{name}PaletteColorLookupTableData")
    if data:
        numbers = _entries(data, entries, bits, _is_big_endian(ds))
    else:
        segments = ds.get(f"Segmented{name}PaletteColorLookupTableData")
        if not segments:
            raise PixelError(f"A PALETTE COLOR image needs {name}PaletteColorLookupTableData; it is missing or empty.")
        words = _entries(segments, len(segments), bits, _is_big_endian(ds))
        numbers = np.asarray(_expand(words.tolist(), bits, name), dtype=np.int64)[:entries]
    if numbers.size == 0:
        raise PixelError(f"{name}PaletteColorLookupTableData has no entries.")
    # The descriptor's VR can have been read as unsigned where the indices are signed (Pixel Representation 1).
    if first > 32767 and ds.get("PixelRepresentation") == 1:
        first -= 65536
    return numbers, first


def _entries(data: Any, entries: int, bits: int, big_endian: bool) -> NDArray[np.int64]:
    if not isinstance(data, bytes | bytearray | memoryview):
        return np.atleast_1d(np.asarray(data, dtype=np.int64))[:entries]
    # 8-bit entries are packed two a word, or stand alone in a word each: the length tells which.
    if bits == 8 and len(data) < 2 * entries:
        raw = np.frombuffer(data, dtype=np.uint8)
        if big_endian:
            raw = raw[: raw.size // 2 * 2].reshape(-1, 2)[:, ::-1].reshape(-1)
        return raw[:entries].astype(np.int64)
    whole = bytes(data[: len(data) // 2 * 2])
    return np.frombuffer(whole, dtype=">u2" if big_endian else "<u2")[:entries].astype(np.int64)


def _expand(words: list[int], bits: int, name: str) -> list[int]:
    """Entries of a segmented table: discrete runs, straight lines, and earlier segments used again."""
    starts: set[int] = set()
    entries: list[int] = []
    position = 0
    # An indirect segment names a byte offset of 32 bits, in two words or, in a table of 8 bits, in four.
    words_of_offset, bytes_of_word = (2, 2) if bits == 16 else (4, 1)
    while position + 1 < len(words) and len(entries) < _MOST_ENTRIES:
        operation, length = words[position], words[position + 1]
        if operation != _INDIRECT:
            starts.add(position)
            position = _append_segment(words, position, entries, name)
            continue
        parts = words[position + 2 : position + 2 + words_of_offset]
        if len(parts) < words_of_offset:
            raise PixelError(f"Segmented{name}PaletteColorLookupTableData ends within a segment.")
        source = sum(part << bits * place for place, part in enumerate(parts)) // bytes_of_word
        for _ in range(length):
            if source not in starts:
                raise PixelError(f"Segmented{name}PaletteColorLookupTableData refers to no earlier segment.")
            source = _append_segment(words, source, entries, name)
            if len(entries) >= _MOST_ENTRIES:
                break
        position += 2 + words_of_offset
    return entries[:_MOST_ENTRIES]


def _append_segment(words: list[int], position: int, entries: list[int], name: str) -> int:
    """Append a discrete or linear segment's entries; give where the next segment begins."""
    operation, length = words[position], words[position + 1]
    if operation == _DISCRETE:
        if position + 2 + length > len(words):
            raise PixelError(f"Segmented{name}PaletteColorLookupTableData ends within a segment.")
        entries.extend(words[position + 2 : position + 2 + length])
        return position + 2 + length
    if operation != _LINEAR:
        raise PixelError(f"Segmented{name}PaletteColorLookupTableData has a segment of an unknown kind.")
    if position + 2 >= len(words) or not entries:
        raise PixelError(f"Segmented{name}PaletteColorLookupTableData has a line without an end or a beginning.")
    begin, end = entries[-1], words[position + 2]
    entries.extend(round(begin + (end - begin) * (step + 1) / length) for step in range(length))
    return position + 3


def _is_big_endian(ds: Any) -> bool:
    little = getattr(ds, "_is_little_endian", None)
    if little is None:
        little = getattr(ds, "is_little_endian", None)
    return little is False
