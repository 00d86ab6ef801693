"""Write DICOM test files byte by byte, the right ones and the wrong ones.

In: plain descriptions of Data Elements, whose values are bytes, numbers, items or fragments. Out: bytes.
Standard: PS3.5 section 7 (the elements), annex A.4 (encapsulated pixel data); PS3.10 section 7 (the file).
It is written for clearness, not for speed, and stands apart from the library's own writer: what one gets wrong, the
other doesn't hide. Nothing is checked or padded beyond what a function says, so that broken files can be made too.
"""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

UNDEFINED_LENGTH = 0xFFFFFFFF

IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"

#: VRs whose explicit form has two reserved bytes and a length of four (PS3.5 Table 7.1-1).
LONG_FORM = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})

#: struct code of one number of each binary VR.
NUMBER_CODES = {
    "FL": "f", "FD": "d", "SL": "i", "SS": "h", "SV": "q", "UL": "I", "US": "H", "UV": "Q",
    "OB": "B", "OD": "d", "OF": "f", "OL": "I", "OV": "Q", "OW": "H", "UN": "B",
}  # fmt: skip


class Element(NamedTuple):
    """One Data Element to write.

    ``value``: bytes are written as they are; numbers in the byte order of the encoding (for AT, each is a tag);
    items make a sequence, fragments encapsulated pixel data. ``undefined_length`` is for sequences.
    ``declared_length`` lies about the length when it isn't None.
    """

    tag: int
    vr: str
    value: bytes | tuple[int, ...] | tuple[float, ...] | Items | Fragments
    undefined_length: bool = False
    declared_length: int | None = None


class Item(NamedTuple):
    """One item of a sequence."""

    elements: tuple[Element, ...]
    undefined_length: bool = False


class Items(NamedTuple):
    """The value of a sequence."""

    items: tuple[Item, ...]


class Fragments(NamedTuple):
    """The value of encapsulated pixel data: a Basic Offset Table and fragments (PS3.5 A.4)."""

    offsets: tuple[int, ...]
    fragments: tuple[bytes, ...]


class Encoding(NamedTuple):
    """How elements are written: with or without VR, and in which byte order."""

    explicit: bool
    little: bool

    @property
    def order(self) -> str:
        """The byte order as ``struct`` names it."""
        return "<" if self.little else ">"


def encoding_of(transfer_syntax: str) -> Encoding:
    """The encoding of the data set in a transfer syntax (PS3.5 annex A)."""
    return Encoding(explicit=transfer_syntax != IMPLICIT_LITTLE, little=transfer_syntax != EXPLICIT_BIG)


def encode_tag(tag: int, encoding: Encoding) -> bytes:
    """Group and element, two bytes each."""
    return struct.pack(encoding.order + "HH", tag >> 16, tag & 0xFFFF)


def encode_value(element: Element, encoding: Encoding) -> bytes:
    """The bytes of a value, without its delimiters."""
    value = element.value
    if isinstance(value, bytes):
        return value
    if isinstance(value, Items):
        return b"".join(encode_item(item, encoding) for item in value.items)
    if isinstance(value, Fragments):
        table = struct.pack(f"{encoding.order}{len(value.offsets)}I", *value.offsets)
        return b"".join(
            encode_tag(0xFFFEE000, encoding) + struct.pack(encoding.order + "I", len(fragment)) + fragment
            for fragment in (table, *value.fragments)
        )
    if element.vr == "AT":
        return b"".join(encode_tag(int(number), encoding) for number in value)
    return struct.pack(f"{encoding.order}{len(value)}{NUMBER_CODES[element.vr]}", *value)


def encode_item(item: Item, encoding: Encoding) -> bytes:
    """An item with its header, and its delimiter when its length is undefined (PS3.5 7.5)."""
    content = encode_elements(item.elements, encoding)
    length = UNDEFINED_LENGTH if item.undefined_length else len(content)
    header = encode_tag(0xFFFEE000, encoding) + struct.pack(encoding.order + "I", length)
    return header + content + (_delimiter(0xFFFEE00D, encoding) if item.undefined_length else b"")


def encode_element(element: Element, encoding: Encoding) -> bytes:
    """One Data Element; a value of odd length stays odd, and one too long for a short form has its length cut."""
    value = encode_value(element, encoding)
    undefined = element.undefined_length or isinstance(element.value, Fragments)
    length = UNDEFINED_LENGTH if undefined else len(value)
    if element.declared_length is not None:
        length = element.declared_length
    header = encode_tag(element.tag, encoding)
    if not encoding.explicit:
        header += struct.pack(encoding.order + "I", length)
    elif element.vr in LONG_FORM:
        header += element.vr.encode("ascii") + b"\0\0" + struct.pack(encoding.order + "I", length)
    else:
        header += element.vr.encode("ascii") + struct.pack(encoding.order + "H", length & 0xFFFF)
    return header + value + (_delimiter(0xFFFEE0DD, encoding) if undefined else b"")


def encode_elements(elements: tuple[Element, ...] | list[Element], encoding: Encoding) -> bytes:
    """Data Elements one after the other, in the order given."""
    return b"".join(encode_element(element, encoding) for element in elements)


def encode_meta(transfer_syntax: str, sop_class: str = "1.2.840.10008.5.1.4.1.1.7", instance: str = "1.2.3.4") -> bytes:
    """File Meta Information with its group length, in explicit little endian (PS3.10 7.1)."""
    elements = [
        Element(0x00020001, "OB", b"\0\1"),
        Element(0x00020002, "UI", padded(sop_class.encode("ascii"), b"\0")),
        Element(0x00020003, "UI", padded(instance.encode("ascii"), b"\0")),
        Element(0x00020010, "UI", padded(transfer_syntax.encode("ascii"), b"\0")),
        Element(0x00020012, "UI", padded(b"1.2.3.4.5.6.7", b"\0")),
    ]
    content = encode_elements(elements, encoding_of(EXPLICIT_LITTLE))
    length = Element(0x00020000, "UL", (len(content),))
    return encode_element(length, encoding_of(EXPLICIT_LITTLE)) + content


def encode_file(
    elements: tuple[Element, ...] | list[Element],
    transfer_syntax: str = EXPLICIT_LITTLE,
    *,
    preamble: bytes | None = bytes(128),
    meta: bool = True,
    trailing: bytes = b"",
) -> bytes:
    """A whole file (PS3.10 7): preamble, prefix, File Meta Information, data set.

    ``preamble=None`` leaves out preamble and prefix, ``meta=False`` the File Meta Information. ``trailing`` follows
    the last element (it is deflated with the rest).
    """
    body = encode_elements(elements, encoding_of(transfer_syntax)) + trailing
    if transfer_syntax == DEFLATED:
        body = deflate(body)
    head = b"" if preamble is None else preamble + b"DICM"
    return head + (encode_meta(transfer_syntax) if meta else b"") + body


def deflate(body: bytes, level: int = 6) -> bytes:
    """Raw deflate (RFC 1951) of even length, as PS3.5 A.5 has it."""
    machine = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return padded(machine.compress(body) + machine.flush(), b"\0")


def padded(value: bytes, padding: bytes = b" ") -> bytes:
    """A value made even in length."""
    return value + padding if len(value) % 2 else value


def _delimiter(tag: int, encoding: Encoding) -> bytes:
    return encode_tag(tag, encoding) + bytes(4)
