"""Make absurd files: each a name and its bytes, by code.

Out: files that lie about lengths, nest without end, repeat without end, or aren't DICOM. ``MARKER`` stands in for
a patient's name wherever text can stand.
"""

from __future__ import annotations

import struct
import zlib

from dicom.testing.encoder import (
    DEFLATED,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    Element,
    Fragments,
    Item,
    Items,
    deflate,
    encode_elements,
    encode_file,
    encode_meta,
    encoding_of,
    padded,
)

MARKER = "ZQMARKERQZ"
_NAME = f"{MARKER}^A=B{MARKER}".encode()
_TEXT = padded(MARKER.encode())

TRANSFER_SYNTAXES = {
    "implicit": IMPLICIT_LITTLE,
    "explicit": EXPLICIT_LITTLE,
    "big": EXPLICIT_BIG,
    "deflated": DEFLATED,
}


def small_data_set() -> tuple[Element, ...]:
    """A dozen elements of all shapes, with the marker in every text."""
    item = Item((Element(0x00080100, "SH", _TEXT), Element(0x00080104, "LO", _TEXT)))
    inner = Element(0x00081140, "SQ", Items((item, item._replace(undefined_length=True))), undefined_length=True)
    return (
        Element(0x00080005, "CS", b"ISO_IR 100"),
        Element(0x00080016, "UI", padded(b"1.2.840.10008.5.1.4.1.1.7", b"\0")),
        Element(0x00080020, "DA", b"20240229"),
        Element(0x00081140, "SQ", Items((Item((Element(0x00081199, "SQ", Items((item,))),)),))),
        Element(0x00090010, "LO", padded(MARKER.encode())),
        Element(0x00091001, "LO", _TEXT),
        Element(0x00100010, "PN", padded(_NAME)),
        Element(0x00100020, "LO", _TEXT),
        Element(0x00180050, "DS", padded(b"1.5")),
        Element(0x00280010, "US", (2,)),
        Element(0x0040A730, "SQ", Items((Item((inner,), undefined_length=True),)), undefined_length=True),
        Element(0x7FE00010, "OW", (1, 2, 3, 4)),
    )


def encapsulated_data_set(fragments: tuple[bytes, ...] = (b"\xff\xd8\xff\xd9",)) -> tuple[Element, ...]:
    """A small image whose pixel data are fragments."""
    return (
        Element(0x00080016, "UI", padded(b"1.2.840.10008.5.1.4.1.1.7", b"\0")),
        Element(0x00100010, "PN", padded(_NAME)),
        Element(0x00280002, "US", (1,)),
        Element(0x00280004, "CS", padded(b"MONOCHROME2")),
        Element(0x00280010, "US", (8,)),
        Element(0x00280011, "US", (8,)),
        Element(0x00280100, "US", (8,)),
        Element(0x00280101, "US", (8,)),
        Element(0x00280102, "US", (7,)),
        Element(0x00280103, "US", (0,)),
        Element(0x7FE00010, "OB", Fragments((), fragments)),
    )


def nested(depth: int, transfer_syntax: str, *, undefined: bool) -> bytes:
    """Sequences nested so deep, each of one item; written from the inside out."""
    encoding = encoding_of(transfer_syntax)
    order = encoding.order
    content = encode_elements((Element(0x00100010, "PN", padded(_NAME)),), encoding)
    tag = struct.pack(order + "HH", 0x0040, 0xA730) + (b"SQ\0\0" if encoding.explicit else b"")
    item = struct.pack(order + "HH", 0xFFFE, 0xE000)
    if undefined:
        opening = tag + b"\xff" * 4 + item + b"\xff" * 4
        closing = struct.pack(order + "HHIHHI", 0xFFFE, 0xE00D, 0, 0xFFFE, 0xE0DD, 0)
        body = opening * depth + content + closing * depth
    else:
        openings = []
        length = len(content)
        for _ in range(depth):
            openings.append(tag + struct.pack(order + "I", length + 8) + item + struct.pack(order + "I", length))
            length += len(openings[-1])
        body = b"".join(reversed(openings)) + content
    return whole(body, transfer_syntax)


def whole(body: bytes, transfer_syntax: str) -> bytes:
    """A file around the bytes of a data set."""
    return (
        bytes(128) + b"DICM" + encode_meta(transfer_syntax) + (deflate(body) if transfer_syntax == DEFLATED else body)
    )


def many_items(number: int, *, undefined: bool = True) -> bytes:
    """A sequence of so many empty items."""
    items = struct.pack("<HHI", 0xFFFE, 0xE000, 0) * number
    length = 0xFFFFFFFF if undefined else len(items)
    end = struct.pack("<HHI", 0xFFFE, 0xE0DD, 0) if undefined else b""
    return whole(struct.pack("<HH2sHI", 0x0040, 0xA730, b"SQ", 0, length) + items + end, EXPLICIT_LITTLE)


def many_fragments(number: int) -> bytes:
    """Encapsulated pixel data of so many empty fragments."""
    elements = encapsulated_data_set()[:-1]
    head = encode_file(elements, "1.2.840.10008.1.2.5")
    fragments = struct.pack("<HHI", 0xFFFE, 0xE000, 0) * (number + 1)
    return (
        head + struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OB", 0, 0xFFFFFFFF) + fragments + b"\xfe\xff\xdd\xe0" + bytes(4)
    )


def deflated_zeros(inflated_bytes: int) -> bytes:
    """A deflated file whose data set is one element and so many bytes in all: about 1000:1."""
    header = struct.pack("<HH2sHI", 0x0042, 0x0011, b"OB", 0, inflated_bytes - 12)
    machine = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    parts = [machine.compress(header)]
    left = inflated_bytes - 12
    block = bytes(1 << 20)
    while left:
        parts.append(machine.compress(block[: min(left, len(block))]))
        left -= min(left, len(block))
    parts.append(machine.flush())
    return bytes(128) + b"DICM" + encode_meta(DEFLATED) + padded(b"".join(parts), b"\0")


def deflated_slowly(inflated_mebibytes: int) -> bytes:
    """A deflated file of so many MiB at about 60:1, below the ratio that is refused: the size itself must stop it."""
    pattern = bytes(range(256)) * 4
    block = b"".join(pattern[shift:] + pattern[:shift] for shift in range(256)) * 4
    machine = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    header = struct.pack("<HH2sHI", 0x0042, 0x0011, b"OB", 0, inflated_mebibytes * len(block))
    first = machine.compress(header) + machine.flush(zlib.Z_FULL_FLUSH)
    filler = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    one = filler.compress(block) + filler.flush(zlib.Z_FULL_FLUSH)
    # After a full flush a block stands alone: the same compressed bytes can follow one another.
    return bytes(128) + b"DICM" + encode_meta(DEFLATED) + first + one * inflated_mebibytes + b"\x03\x00"


def lying_lengths() -> dict[str, bytes]:
    """Files whose lengths point past the end, inside a neighbour, or at nothing."""
    files: dict[str, bytes] = {}
    for name, syntax in TRANSFER_SYNTAXES.items():
        for length in (1, 0x7FFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF):
            for index, element in enumerate(small_data_set()):
                if index % 3 == 0 or element.vr in ("SQ", "OW"):
                    lying = list(small_data_set())
                    lying[index] = element._replace(declared_length=length)
                    files[f"length-{name}-{length:X}-{index}"] = encode_file(lying, syntax)
    return files


def wrong_representations() -> dict[str, bytes]:
    """Files whose VRs are unknown, lower case, control characters, or don't fit the value."""
    files: dict[str, bytes] = {}
    for vr in ("??", "ZZ", "sq", "\0\0", "\x01\x02", "  ", "SQ", "AT", "US", "FD", "DS", "IS", "PN", "UI", "UN", "OB"):
        for index in (1, 6, 9):
            wrong = list(small_data_set())
            value = wrong[index].value
            wrong[index] = wrong[index]._replace(vr=vr, value=value if isinstance(value, bytes) else b"\2\0\1")
            files[f"vr-{vr.encode().hex()}-{index}"] = encode_file(wrong, EXPLICIT_LITTLE)
    return files


def odd_tags() -> dict[str, bytes]:
    """Files with tags where they may not stand: delimiters alone, group 0, 2 and FFFF, twice, descending."""
    files: dict[str, bytes] = {}
    base = small_data_set()
    for tag in (0x00000000, 0x00020010, 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD, 0xFFFFFFFF, 0x00010001, 0xFFFE0000):
        for at in (0, 4, len(base)):
            odd = [*base[:at], Element(tag, "UI", _TEXT), *base[at:]]
            for name, syntax in TRANSFER_SYNTAXES.items():
                files[f"tag-{name}-{tag:08X}-{at}"] = encode_file(odd, syntax)
    files["tags-descending"] = encode_file(tuple(reversed(base)), EXPLICIT_LITTLE)
    files["tags-twice"] = encode_file((*base, *base), EXPLICIT_LITTLE)
    return files


def bad_values() -> dict[str, bytes]:
    """Files whose values don't fit their VR, each with the marker in it."""
    files: dict[str, bytes] = {}
    for vr in ("AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"):
        for value in (
            _TEXT,
            _TEXT + b"\\" + _TEXT,
            _TEXT * 40,
            b"\xff\xfe\x80" + _TEXT,
            b"\0" + _TEXT,
            _TEXT + b"\x1b$",
        ):
            element = Element(0x00091001, vr, value)
            block = Element(0x00090010, "LO", _TEXT)
            files[f"value-{vr}-{len(files)}"] = encode_file((block, element), EXPLICIT_LITTLE)
    for vr in ("AT", "FD", "FL", "OD", "OF", "OL", "OV", "OW", "SL", "SS", "SV", "UL", "US", "UV"):
        block = Element(0x00090010, "LO", _TEXT)
        for length in (1, 3, 7, 11):
            element = Element(0x00091001, vr, (_TEXT * 2)[:length])
            files[f"value-{vr}-{length}"] = encode_file((block, element), EXPLICIT_LITTLE)
    for term in (
        b"ZQMARKERQZ",
        b"ISO_IR 999",
        b"ISO_IR 100\\ZQMARKERQZ",
        b"\\\\\\",
        b"ISO 2022 IR 87\\ISO_IR 192",
        b"\xff\xff",
    ):
        elements = (Element(0x00080005, "CS", padded(term)), Element(0x00100010, "PN", padded(_NAME + b"\x1b$B\xff")))
        files[f"charset-{term.hex()}"] = encode_file(elements, EXPLICIT_LITTLE)
    return files


def broken_fragments() -> dict[str, bytes]:
    """Encapsulated pixel data that is cut, without delimiter, with lying offsets and lengths, or of wrong tags."""
    files: dict[str, bytes] = {}
    for syntax in ("1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.90"):
        good = encode_file(encapsulated_data_set((bytes(64), bytes(10))), syntax)
        end = syntax.rsplit(".", 1)[-1]
        for cut in (4, 8, 9, 20, 40, 90, 95):
            files[f"fragments-{end}-cut-{cut}"] = good[:-cut]
        files[f"fragments-{end}-long"] = good.replace(struct.pack("<I", 64), struct.pack("<I", 0xFFFFFFF0))
        files[f"fragments-{end}-none"] = encode_file(encapsulated_data_set(()), syntax)
        offsets = Element(0x7FE00010, "OB", Fragments((0, 0xFFFFFFFF, 3, 12), (bytes(64),)))
        files[f"fragments-{end}-offsets"] = encode_file((*encapsulated_data_set()[:-1], offsets), syntax)
        native = Element(0x7FE00010, "OB", bytes(64))
        files[f"fragments-{end}-native"] = encode_file((*encapsulated_data_set()[:-1], native), syntax)
    return files


def garbage() -> dict[str, bytes]:
    """What isn't DICOM: nothing, zeros, text, pictures, archives, noise."""
    noise = bytes((i * 73 + (i >> 3) * 151 + (i * i >> 7)) & 0xFF for i in range(4096))
    return {
        "nothing": b"",
        "one byte": b"\x08",
        "zeros": bytes(4096),
        "ones": b"\xff" * 4096,
        "text": b"The quick brown fox jumps over the lazy dog. " * 40,
        "short text": b"hello\n",
        "UTF-16 text": ("Some text. " * 60).encode("utf-16"),
        "JSON": b'{"00100010": {"vr": "PN", "Value": [{"Alphabetic": "A^B"}]}}',
        "XML": b'<?xml version="1.0"?><NativeDicomModel></NativeDicomModel>',
        "HTML": b"<!DOCTYPE html><html><body>x</body></html>" * 10,
        "PNG": b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + noise,
        "JPEG": b"\xff\xd8\xff\xe0\0\x10JFIF\0" + noise,
        "GIF": b"GIF89a" + noise,
        "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n" + noise,
        "ZIP": b"PK\x03\x04\x14\0\0\0\x08\0" + noise,
        "gzip": b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + noise,
        "ELF": b"\x7fELF\x02\x01\x01" + noise,
        "NIfTI": struct.pack("<i", 348) + bytes(340) + b"n+1\0" + noise,
        "noise": noise,
        "CSV": b"name,age\nA,1\nB,2\n" * 50,
    }
