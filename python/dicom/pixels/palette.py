"""The tables of a colour palette: those of a data set, plain or segmented, and the well-known ones.

In: a data set with Palette Color Lookup Tables, or the name of a palette. Out: a `LookupTable` for red, green, blue
and, where there is one, alpha. Standard: PS3.3 C.7.6.3.1.5, C.7.6.3.1.6 (tables), C.7.9.2 (segmented tables), PS3.6
annex B (well-known palettes; `tools/generate_palettes.py` writes their file).
"""

from __future__ import annotations

from functools import cache
from os.path import dirname, join
from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import PixelError
from dicom.pixels.lookup import LookupTable, numbers, three_numbers

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

_DISCRETE, _LINEAR, _INDIRECT = 0, 1, 2
_MOST_ENTRIES = 65536


def palette_tables(ds: Any, *, is_big_endian: bool) -> list[LookupTable]:
    """The tables of a data set: red, green, blue and, if it has one, alpha.

    Parameters
    ----------
    ds : Dataset
    is_big_endian : bool
        Byte order of the tables' words.

    Returns
    -------
    list of LookupTable

    Raises
    ------
    PixelError
        A table is missing, or its descriptor and data don't fit.
    """
    tables = [_table(ds, name, is_big_endian) for name in ("Red", "Green", "Blue")]
    if ds.get("AlphaPaletteColorLookupTableData"):
        # Alpha has no descriptor in most objects: it is like red then.
        tables.append(_table(ds, "Alpha", is_big_endian, "Alpha" if _descriptor(ds, "Alpha") else "Red"))
    return tables


@cache
def _well_known() -> dict[str, tuple[bytes, bytes, bytes]]:
    """SOP Instance UID and name of a well-known palette -> entries for red, green and blue."""
    found = {}
    with open(join(dirname(__file__), "palettes.tsv"), encoding="utf-8") as file:
        for line in file.read().splitlines()[1:]:
            uid, name, red, green, blue = line.split("\t")
            found[uid] = found[name] = (bytes.fromhex(red), bytes.fromhex(green), bytes.fromhex(blue))
    return found


def well_known_palette(name: str) -> list[LookupTable]:
    """The tables of a palette of PS3.6 annex B.

    Parameters
    ----------
    name : str
        Such as ``"HOT_IRON"``, or its SOP Instance UID.

    Returns
    -------
    list of LookupTable
        Red, green, blue, of 256 entries of 8 bits.

    Raises
    ------
    PixelError
        There is no such palette.
    """
    tables = _well_known().get(str(name))
    if tables is None:
        names = ", ".join(known for known in _well_known() if not known[0].isdigit())
        raise PixelError(f"no such palette; the well-known ones are {names} and their SOP Instance UIDs")
    return [LookupTable(np.frombuffer(table, np.uint8), 0, 8) for table in tables]


def _descriptor(ds: Any, name: str) -> tuple[int, int, int] | None:
    return three_numbers(ds.get(f"{name}PaletteColorLookupTableDescriptor"))


def _table(ds: Any, name: str, is_big_endian: bool, descriptor_of: str | None = None) -> LookupTable:
    descriptor = _descriptor(ds, descriptor_of or name)
    if descriptor is None:
        raise PixelError(f"A PALETTE COLOR image needs three values in {name}PaletteColorLookupTableDescriptor.")
    count, first, bits = descriptor
    if bits not in {8, 16}:
        raise PixelError(f"{name}PaletteColorLookupTableDescriptor must say 8 or 16 bits an entry.")
    data = ds.get(f"{name}PaletteColorLookupTableData")
    if data:
        entries = numbers(data, count, bits, is_big_endian)
    else:
        segments = ds.get(f"Segmented{name}PaletteColorLookupTableData")
        if not segments:
            raise PixelError(f"A PALETTE COLOR image needs {name}PaletteColorLookupTableData; it is missing or empty.")
        words = numbers(segments, len(segments), bits, is_big_endian)
        expanded = expand_segments(words.tolist(), bits, name)[:count]
        if not expanded:
            raise PixelError(f"{name}PaletteColorLookupTableData has no entries.")
        entries = numbers(np.asarray(expanded, np.int64), count, bits, is_big_endian)
    # The descriptor's VR can have been read as unsigned where the indices are signed (Pixel Representation 1).
    if first > 32767 and ds.get("PixelRepresentation") == 1:
        first -= 65536
    return LookupTable(entries, first, bits)


def expand_segments(words: list[int], bits: int, name: str = "") -> list[int]:
    """Entries of a segmented table: discrete runs, straight lines, and earlier segments used again.

    Parameters
    ----------
    words : list of int
        The table's data, numbers of `bits` bits.
    bits : {8, 16}
    name : str
        Of the table's colour, for messages.

    Returns
    -------
    list of int
        At most 65536.

    Raises
    ------
    PixelError
        A segment is cut, of an unknown kind, or refers to none before it.
    """
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


def put_through(tables: list[LookupTable], indices: NDArray[Any]) -> NDArray[Any]:
    """Colours of indices, of the type of the widest table.

    Parameters
    ----------
    tables : list of LookupTable
    indices : ndarray of int, any shape

    Returns
    -------
    ndarray of uint8 or uint16, one more axis than `indices`: the tables'
    """
    dtype = max((table.entries.dtype for table in tables), key=lambda kind: kind.itemsize)
    colors = np.empty((*indices.shape, len(tables)), dtype)
    for sample, table in enumerate(tables):
        colors[..., sample] = table.apply(indices)
    return colors
