"""Reading columns from bytes gives what reading them item by item gives, whatever the bytes."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import dicom
from dicom import _core
from dicom.dataset.columns_by_item import read_items
from dicom.errors import DicomError
from dicom.testing.encoder import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, Element, Item, Items, encode_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

PER_FRAME, SHARED = 0x52009230, 0x52009229
POSITION = 0x00200032
SYNTAXES = [EXPLICIT_LITTLE, IMPLICIT_LITTLE, EXPLICIT_BIG]

WANTED: list[tuple[list[int], bool]] = [
    ([POSITION], True),
    ([0x00209113, POSITION], False),
    ([0x0008103E], True),
    ([0x00280106], True),
    ([0x00189087], True),
    ([0x00081140, 0x00081140, 0x00081155], False),
    ([0x00200013], False),
    ([0x00080005], True),
    ([0x00090010], True),
]


def assert_ways_agree(data: bytes) -> None:
    """The quick way gives what the plain way gives, or leaves it to that."""
    try:
        ds = dicom.read(data, force=True)
    except DicomError:
        return
    if PER_FRAME not in ds:
        return
    try:
        quick = _core.read_columns(ds, PER_FRAME, SHARED, WANTED)
    except DicomError:
        return
    if quick is None:
        return
    count, plain = read_items(dicom.read(data, force=True), PER_FRAME, SHARED, WANTED)
    assert quick[0] == count

    def cells(column: Any) -> object:
        if column.is_text:
            return column.texts()
        if not column.is_number:
            return None
        if not column.width:
            return 0
        array, mask = np.empty((count, column.width)), np.empty((count, column.width), np.bool_)
        column.fill(array, mask)
        return array[~mask].tobytes(), mask.tobytes(), column.width, column.is_whole, column.number_of_values

    def described(columns: Sequence[Any]) -> object:
        return sorted(((one.wanted, tuple(one.path), cells(one)) for one in columns), key=lambda one: one[:2])

    assert described(quick[1]) == described(plain)


_NUMBER_TEXT = st.lists(
    st.one_of(
        st.floats(width=32).map(lambda number: f"{number:.6g}".encode()),
        st.sampled_from(
            [b"", b" ", b"1", b"-0.5 ", b"+7", b"x", b"1e5", b"1_0", b"nan", b"inf", b"1\0", b".", b"\xff"]
        ),
    ),
    max_size=4,
).map(b"\\".join)
_TEXT = st.one_of(
    st.sampled_from([b"", b"A", b" A ", b"A\\B ", b"\\", b"A\0", b"A \\ B", b"Gr\xfc\xdfe", b"\x1b$B;3ED", b"A^B="]),
    st.binary(max_size=6),
)


def _leaf(tag: int, vrs: list[str], values: st.SearchStrategy[bytes]) -> st.SearchStrategy[Element]:
    return st.tuples(st.sampled_from(vrs), values).map(lambda made: Element(tag, *made))


def _item(made: tuple[list[Element], bool]) -> Item:
    return Item(tuple(made[0]), made[1])


_LEAF = st.one_of(
    _leaf(POSITION, ["DS"], _NUMBER_TEXT),
    _leaf(0x00200013, ["IS", "UN", "DS", "LO"], _NUMBER_TEXT),
    _leaf(0x0008103E, ["LO", "LO", "PN", "UI", "UT"], _TEXT),
    _leaf(0x00081155, ["UI", "UI", "AE", "CS"], _TEXT),
    _leaf(0x00280106, ["US", "SS", "UN"], st.binary(max_size=4)),
    _leaf(0x00189087, ["FD"], st.sampled_from([b"", struct.pack("<d", 1.5), b"12345678" * 2])),
    _leaf(0x00080005, ["CS"], st.sampled_from([b"ISO_IR 192", b"ISO_IR 100"])),
    _leaf(0x00090010, ["LO"], _TEXT),
)
_UNDEFINED = st.booleans()


def _sequences(content: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    items = st.lists(st.tuples(st.lists(content, max_size=4), _UNDEFINED).map(_item), max_size=3)
    return st.builds(
        lambda tag, vr, items, undefined: Element(tag, vr, Items(tuple(items)), undefined_length=undefined),
        st.sampled_from([0x00209113, 0x00081140, 0x00091001, 0x00289110]),
        st.sampled_from(["SQ", "SQ", "SQ", "UN"]),
        items,
        _UNDEFINED,
    )


_ITEM = st.tuples(st.lists(st.recursive(_LEAF, _sequences, max_leaves=4), max_size=5), _UNDEFINED).map(_item)
_GROUPS = st.tuples(
    st.lists(_ITEM, max_size=1), _UNDEFINED, st.lists(_ITEM, max_size=4), _UNDEFINED, st.sampled_from(SYNTAXES)
)


def encoded(shared: list[Item], shared_undefined: bool, items: list[Item], undefined: bool, syntax: str) -> bytes:
    elements = [Element(PER_FRAME, "SQ", Items(tuple(items)), undefined_length=undefined)]
    if shared:
        elements.insert(0, Element(SHARED, "SQ", Items(tuple(shared)), undefined_length=shared_undefined))
    return encode_file(elements, syntax)


@given(_GROUPS)
def test_the_quick_way_equals_the_plain_one(made: tuple[Any, ...]) -> None:
    assert_ways_agree(encoded(*made))


@given(_GROUPS, st.integers(0, 400), st.binary(min_size=1, max_size=3), st.integers(0, 60))
def test_the_quick_way_equals_the_plain_one_on_broken_bytes(
    made: tuple[Any, ...], place: int, junk: bytes, cut: int
) -> None:
    data = bytearray(encoded(*made))
    at = 300 + place % max(len(data) - 300, 1)
    data[at : at + len(junk)] = junk
    assert_ways_agree(bytes(data[: len(data) - cut]))
