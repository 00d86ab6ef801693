"""Take the bytes of a file apart by the plain rules of PS3.5 7, and name where two files differ, element by element.

In: bytes of two files. Out: the places whose bytes differ, as ``(0040,A730)[2](0008,0104)``; lengths of what encloses
others aren't compared, for they follow from it. It shares no code with the library: not its reader, and not its
dictionary but for which tags are sequences. What breaks the rules is refused, not guessed at.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

DEFLATED = b"1.2.840.10008.1.2.1.99"
IMPLICIT = b"1.2.840.10008.1.2"
BIG = b"1.2.840.10008.1.2.2"

_LONG = frozenset({b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"})
_VRS = _LONG | frozenset(
    {b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FD", b"FL", b"IS", b"LO", b"LT", b"PN", b"SH", b"SL", b"SS",
     b"ST", b"TM", b"UI", b"UL", b"US"}
)  # fmt: skip
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_UNDEFINED = 0xFFFFFFFF


class Irregular(Exception):
    """The bytes don't follow the rules so far that this parser takes them apart."""


class Node(NamedTuple):
    """An element: what stands before its length, its value, or the items of it."""

    tag: int
    header: bytes
    is_undefined: bool
    value: bytes
    items: tuple[tuple[bytes, bool, tuple[Node, ...]], ...] | None


class _Bytes:
    """Bytes with a position, and how what comes next is encoded."""

    def __init__(self, data: bytes, order: str, explicit: bool, is_sequence: Callable[[int], bool]) -> None:
        self.data, self.order, self.explicit, self.is_sequence = data, order, explicit, is_sequence
        self.at = 0

    def take(self, count: int) -> bytes:
        if self.at + count > len(self.data):
            raise Irregular(f"{count} bytes at {self.at}")
        self.at += count
        return self.data[self.at - count : self.at]

    def tag(self) -> int:
        group, element = struct.unpack(self.order + "HH", self.take(4))
        return int(group << 16 | element)

    def number(self, code: str) -> int:
        return int(struct.unpack(self.order + code, self.take(struct.calcsize(code)))[0])

    def elements(self, end: int | None) -> tuple[Node, ...]:
        """Elements up to an offset, or up to the end of an item."""
        found = []
        while end is None or self.at < end:
            start = self.at
            tag = self.tag()
            if tag == _ITEM_END and end is None:
                if self.number("I"):
                    raise Irregular("length of a delimiter")
                return tuple(found)
            found.append(self.element(start, tag))
        if self.at != end:
            raise Irregular(f"element over the end at {end}")
        return tuple(found)

    def element(self, start: int, tag: int) -> Node:
        vr = b""
        if self.explicit:
            vr = self.take(2)
            if vr not in _VRS:
                raise Irregular(f"VR at {start}")
            if vr in _LONG:
                self.take(2)
        header = self.data[start : self.at]
        length = self.number("H" if vr and vr not in _LONG else "I")
        undefined = length == _UNDEFINED
        holds_items = vr == b"SQ" or (not vr and self.is_sequence(tag))
        if undefined and vr in (b"OB", b"OW"):
            return Node(tag, header, True, self.fragments(), None)
        if undefined or holds_items:
            within = self
            if vr == b"UN":
                within = _Bytes(self.data, "<", False, self.is_sequence)
                within.at = self.at
            items = within.items(None if undefined else self.at + length)
            self.at = within.at
            return Node(tag, header, undefined, b"", items)
        return Node(tag, header, False, self.take(length), None)

    def items(self, end: int | None) -> tuple[tuple[bytes, bool, tuple[Node, ...]], ...]:
        found = []
        while end is None or self.at < end:
            start = self.at
            tag, length = self.tag(), self.number("I")
            if tag == _SEQUENCE_END and end is None and length == 0:
                return tuple(found)
            if tag != _ITEM:
                raise Irregular(f"no item at {start}")
            elements = self.elements(None if length == _UNDEFINED else self.at + length)
            found.append((self.data[start : self.at], length == _UNDEFINED, elements))
        if self.at != end:
            raise Irregular(f"item over the end at {end}")
        return tuple(found)

    def fragments(self) -> bytes:
        start = self.at
        while True:
            tag, length = self.tag(), self.number("I")
            if tag == _SEQUENCE_END:
                return self.data[start : self.at]
            if tag != _ITEM:
                raise Irregular(f"no fragment at {self.at}")
            self.take(length)


class File(NamedTuple):
    """A file: what stands before its elements, the elements of group 0002, those of the data set."""

    preamble: bytes
    meta: tuple[Node, ...]
    elements: tuple[Node, ...]


def take_apart(data: bytes, is_sequence: Callable[[int], bool]) -> File:
    """A file with preamble and File Meta Information; `is_sequence` tells the tags of VR SQ for implicit VR."""
    if data[128:132] != b"DICM":
        raise Irregular("no DICM")
    head = _Bytes(data, "<", True, is_sequence)
    head.at = 132
    meta = []
    while data[head.at : head.at + 2] == b"\2\0":
        start = head.at
        meta.append(head.element(start, head.tag()))
    uids = [node.value.rstrip(b"\0 ") for node in meta if node.tag == 0x00020010]
    if len(uids) != 1:
        raise Irregular("no transfer syntax")
    rest = data[head.at :]
    if uids[0] == DEFLATED:
        rest = zlib.decompress(rest, -zlib.MAX_WBITS)
    body = _Bytes(rest, ">" if uids[0] == BIG else "<", uids[0] != IMPLICIT, is_sequence)
    return File(data[:132], tuple(meta), body.elements(len(rest)))


def differing(old: File, new: File) -> set[str]:
    """The places where two files differ."""
    places = {"preamble"} if old.preamble != new.preamble else set()
    return places | _differing(old.meta, new.meta, "") | _differing(old.elements, new.elements, "")


def _differing(old: tuple[Node, ...], new: tuple[Node, ...], around: str) -> set[str]:
    """Elements are paired by tag; their order has to be the same."""
    left, right = _by_place(old, around), _by_place(new, around)
    both = [place for place in left if place in right]
    if both != [place for place in right if place in left]:
        return {f"{around} order"}
    places = set(left) ^ set(right)
    for place in both:
        places |= _differing_node(left[place], right[place], place)
    return places


def _by_place(nodes: tuple[Node, ...], around: str) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for node in nodes:
        place = f"{around}({node.tag >> 16:04X},{node.tag & 0xFFFF:04X})"
        while place in found:
            place += "'"
        found[place] = node
    return found


def _differing_node(old: Node, new: Node, place: str) -> set[str]:
    if (old.header, old.is_undefined) != (new.header, new.is_undefined):
        return {place}
    if old.items is None or new.items is None:
        return {place} if (old.value, old.items) != (new.value, new.items) else set()
    if len(old.items) != len(new.items):
        return {place}
    places: set[str] = set()
    for number, (left, right) in enumerate(zip(old.items, new.items, strict=True)):
        if left[1] != right[1]:
            places.add(f"{place}[{number}]")
        places |= _differing(left[2], right[2], f"{place}[{number}]")
    return places
