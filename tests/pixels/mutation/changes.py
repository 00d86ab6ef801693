"""Changes to a frame: blind ones (bits, bytes, cuts) and such as know where a codestream's headers are.

In: a random number generator, a frame, a second frame of the same codec. Out: the changed bytes. The same generator
gives the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

#: Numbers at which readers stumble.
_BYTES = (0, 1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 127, 128, 129, 254, 255)
_WORDS = (0, 1, 2, 3, 4, 6, 7, 8, 255, 256, 257, 4095, 4096, 16383, 16384, 32767, 32768, 65500, 65534, 65535)
_LONGS = (0, 1, 2, 13, 14, 255, 256, 65535, 65536, 1 << 24, (1 << 31) - 1, 1 << 31, (1 << 32) - 2, (1 << 32) - 1)

#: Markers that stand alone, without a length: in JPEG, JPEG-LS and JPEG 2000.
_ALONE = frozenset([0x01, *range(0xD0, 0xDA), 0x4F, 0x92, 0x93])
_START_OF_DATA = frozenset([0xDA, 0x93])


def change(rng: Random, frame: bytes, other: bytes) -> bytes:
    """One to four changes, one after the other."""
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        frame = rng.choice(_CHANGES)(rng, frame, other) if frame else other
    return frame


def pieces_of(frame: bytes) -> list[tuple[int, int]]:
    """Where the headers of a codestream lie: (offset, end) of its marker segments, boxes, or words of an RLE header."""
    if frame[:4] == b"\0\0\0\x0c":
        found = _boxes(frame)
    elif frame[:1] == b"\xff":
        found = _segments(frame)
    else:
        found = [(at, at + 4) for at in range(0, min(len(frame), 64), 4)]
    return found or [(0, min(len(frame), 24))]


def _segments(frame: bytes, start: int = 2) -> list[tuple[int, int]]:
    """Marker segments; coded data is skipped to the next marker that isn't a stuffed byte."""
    found, at = [], start
    while at + 4 <= len(frame):
        if frame[at] != 0xFF or frame[at + 1] in (0x00, 0xFF):
            at += 1
            continue
        marker = frame[at + 1]
        end = at + 2 if marker in _ALONE else at + 2 + int.from_bytes(frame[at + 2 : at + 4], "big")
        if marker < 0x4F or end > len(frame):
            at += 2
            continue
        found.append((at, end))
        at = end
        if marker in _START_OF_DATA:
            at = next((n for n in range(at, len(frame) - 1) if frame[n] == 0xFF and frame[n + 1] >= 0x90), len(frame))
    return found


def _boxes(frame: bytes) -> list[tuple[int, int]]:
    found, at = [], 0
    while at + 8 <= len(frame):
        length = int.from_bytes(frame[at : at + 4], "big")
        end = min(at + length, len(frame)) if length >= 8 else len(frame)
        found.append((at, end))
        if frame[at + 4 : at + 8] == b"jp2c":
            found += _segments(frame, at + 10)
        at = end
    return found


def _flip_bits(rng: Random, frame: bytes, other: bytes) -> bytes:
    changed = bytearray(frame)
    for _ in range(rng.choice((1, 1, 2, 4, 8, 16))):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _set_bytes(rng: Random, frame: bytes, other: bytes) -> bytes:
    changed = bytearray(frame)
    for _ in range(rng.choice((1, 1, 2, 4))):
        changed[rng.randrange(len(changed))] = rng.choice(_BYTES) if rng.random() < 0.7 else rng.randrange(256)
    return bytes(changed)


def _set_in_piece(rng: Random, frame: bytes, other: bytes) -> bytes:
    """Numbers within one header: what counts most."""
    start, end = rng.choice(pieces_of(frame))
    changed = bytearray(frame)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        width = rng.choice((1, 1, 1, 2, 2, 4))
        at = rng.randrange(start, max(start + 1, min(end, start + 80)))
        if rng.random() < 0.3:
            value = rng.randrange(1 << (8 * width))
        else:
            value = rng.choice({1: _BYTES, 2: _WORDS, 4: _LONGS}[width])
        order = "little" if rng.random() < 0.2 else "big"
        changed[at : at + width] = value.to_bytes(width, order)
    return bytes(changed)


def _nudge(rng: Random, frame: bytes, other: bytes) -> bytes:
    """One or two more or less in a byte of a header."""
    start, end = rng.choice(pieces_of(frame))
    at = min(rng.randrange(start, max(start + 1, end)), len(frame) - 1)
    value = (frame[at] + rng.choice((-2, -1, 1, 2))) % 256
    return frame[:at] + bytes([value]) + frame[at + 1 :]


def _set_length(rng: Random, frame: bytes, other: bytes) -> bytes:
    """The length field of a marker segment or box, or an offset of an RLE header."""
    start, end = rng.choice(pieces_of(frame))
    boxed = frame[:4] == b"\0\0\0\x0c" and frame[start : start + 1] == b"\0"
    at, width = (start, 4) if boxed else (start + 2, 2) if frame[start : start + 1] == b"\xff" else (start, 4)
    if rng.random() < 0.5:
        value = (end - start + rng.randrange(-8, 9)) % (1 << (8 * width))
    else:
        value = rng.choice(_LONGS if width == 4 else _WORDS)
    order = "big" if boxed or width == 2 else "little"
    return frame[:at] + value.to_bytes(width, order) + frame[at + width :]


def _cut(rng: Random, frame: bytes, other: bytes) -> bytes:
    return frame[: rng.randrange(len(frame))]


def _delete(rng: Random, frame: bytes, other: bytes) -> bytes:
    at = rng.randrange(len(frame))
    return frame[:at] + frame[at + rng.choice((1, 2, 3, 4, 8, 16, 64)) :]


def _insert(rng: Random, frame: bytes, other: bytes) -> bytes:
    at = rng.randrange(len(frame))
    return frame[:at] + rng.randbytes(rng.choice((1, 2, 3, 4, 8, 16, 300))) + frame[at:]


def _duplicate(rng: Random, frame: bytes, other: bytes) -> bytes:
    at = rng.randrange(len(frame))
    piece = frame[at : at + rng.choice((1, 2, 4, 16, 64, 256))]
    return frame[:at] + piece * rng.choice((2, 2, 3, 20)) + frame[at:]


def _duplicate_piece(rng: Random, frame: bytes, other: bytes) -> bytes:
    """A header twice, or very often: a second frame header, many scans."""
    pieces = pieces_of(frame)
    start, end = rng.choice(pieces)
    at, _ = rng.choice(pieces)
    return frame[:at] + frame[start:end] * rng.choice((1, 1, 1, 2, 100)) + frame[at:]


def _drop_piece(rng: Random, frame: bytes, other: bytes) -> bytes:
    start, end = rng.choice(pieces_of(frame))
    return frame[:start] + frame[end:]


def _swap_pieces(rng: Random, frame: bytes, other: bytes) -> bytes:
    pieces = pieces_of(frame)
    (a, a_end), (b, b_end) = sorted((rng.choice(pieces), rng.choice(pieces)))
    if a_end > b:
        return frame
    return frame[:a] + frame[b:b_end] + frame[a_end:b] + frame[a:a_end] + frame[b_end:]


def _take_piece(rng: Random, frame: bytes, other: bytes) -> bytes:
    """A header of another frame, before or in the place of one of this."""
    start, end = rng.choice(pieces_of(other))
    at, at_end = rng.choice(pieces_of(frame))
    return frame[:at] + other[start:end] + frame[rng.choice((at, at_end)) :]


def _splice(rng: Random, frame: bytes, other: bytes) -> bytes:
    return frame[: rng.randrange(1, len(frame) + 1)] + other[rng.randrange(len(other)) :]


def _append(rng: Random, frame: bytes, other: bytes) -> bytes:
    return frame + rng.choice((rng.randbytes(50), other, frame, b"\0" * 100, b"\xff" * 100, b"\xff\xd8\xff"))


def _add_segment(rng: Random, frame: bytes, other: bytes) -> bytes:
    """A marker segment that the encoders don't write, of a likely or an unlikely length."""
    if frame[:2] in (b"\xff\x4f", b"\0\0"):
        marker = rng.choice(_JPEG_2000_MARKERS)
        content = rng.choice(_JPEG_2000_CONTENTS)
    else:
        marker, content = rng.choice(_JPEG_SEGMENTS)
    if rng.random() < 0.5:
        content = bytes(rng.choice(_BYTES) if rng.random() < 0.3 else byte for byte in content)
    if rng.random() < 0.2:
        content += rng.randbytes(rng.choice((1, 2, 5, 40, 2000)))
    at, _ = rng.choice(pieces_of(frame))
    return frame[:at] + bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content + frame[at:]


#: COC, COD, TLM, PLM, PLT, CPF, QCD, QCC, RGN, POC, PPM, PPT, CRG, COM, CAP, CBD, MCT, MCC, MCO, SOT, SIZ.
_JPEG_2000_MARKERS = (
    0x53, 0x52, 0x55, 0x57, 0x58, 0x59, 0x5C, 0x5D, 0x5E, 0x5F, 0x60, 0x61, 0x63, 0x64, 0x50, 0x78, 0x74, 0x75, 0x77,
    0x90, 0x51,
)  # fmt: skip
_JPEG_2000_CONTENTS = (
    b"\0\0\5\4\4\0\1",
    b"\0\0\0\1\0\5\4\4\0\1",
    b"\0\1\0\1\1\5\4\4\0\0",
    b"\1\0\0\1\0\5\4\4\0\1\x11\x11\x11\x11\x11\x11",
    b"\0\0\0\0\1\6\1\2",
    b"\0\0\0\0\1\6\1\0" * 33,
    b"\0\x40\x48\x50",
    b"\0\0\x40\x48\x50",
    b"\0\0\x07",
    b"\0\0\0\0\1\0",
    b"\0\0\0\0\0\4\0\0\0\0",
    b"\0\0\2\0\0\0\1\1\0\0\0\1",
    b"\0\0\0\0\1\0\0\0\0\1\0\1\0\1\0\1\0",
    b"\1\0",
    b"\0\1test",
    b"\0\0\0\0\0\0\0\1",
    b"\0\x50\0\0\0\0\x50",
    b"",
)
_JPEG_SEGMENTS = (
    (0xDD, b"\0\1"),
    (0xDD, b"\0\0\1"),
    (0xDD, b"\0\0\0\1"),
    (0xDD, b"\xff\xff"),
    (0xDC, b"\0\x20"),
    (0xDC, b"\xff\xdc"),
    (0xC4, b"\0" + bytes(16)),
    (0xC4, b"\0" + b"\xff" * 16),
    (0xC4, b"\0\0\1\5\1\1\1\1\1\1\0\0\0\0\0\0\0" + bytes(range(12))),
    (0xC4, b"\x10\0\2" + bytes(14) + b"\0\1"),
    (0xDB, b"\0" + b"\1" * 64),
    (0xDB, b"\x10" + b"\xff" * 128),
    (0xDB, bytes(65)),
    (0xC0, b"\x08\0\x20\0\x20\1\1\x11\0"),
    (0xC2, b"\x08\0\x20\0\x20\1\1\x11\0"),
    (0xC3, b"\x10\0\x18\0\x14\1\1\x11\0"),
    (0xC1, b"\x0c\0\x20\0\x20\1\1\x11\0"),
    (0xC9, b"\x08\0\x20\0\x20\1\1\x11\0"),
    (0xF7, b"\x08\0\x20\0\x20\1\1\x11\0"),
    (0xC0, b"\x08\xff\xff\xff\xff\4\1\x44\0\2\x11\0\3\x11\0\4\x11\0"),
    (0xCC, b"\0\1"),
    (0xDE, b"\x08\0\x20\0\x20\1\1\x11\0"),
    (0xDF, b"\x11"),
    (0xDA, b"\1\1\0\0\x3f\0"),
    (0xDA, b"\3\1\0\2\0\3\0\0\x3f\0"),
    (0xDA, b"\1\1\0\1\0\0"),
    (0xDA, b"\1\1\0\0\0\1"),
    (0xDA, b"\1\1\0\1\5\x21"),
    (0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
    (0xE0, b"JFIF\0\1\1\0\0\1\0\1\xff\xff"),
    (0xEE, b"Adobe\0\x64\0\0\0\0\0"),
    (0xEE, b"Adobe\0\x64\0\0\0\0\1"),
    (0xEE, b"Adobe\0\x64\0\0\0\0\2"),
    (0xFE, b"comment"),
    (0xE8, b"mrfx\1"),
    (0xE8, b"mrfx\3"),
    (0xE8, b"SPIFF\0"),
    (0xE2, b"ICC_PROFILE\0\1\2"),
    (0xE1, b"Exif\0\0MM\0\x2a\0\0\0\x08"),
    (0xF8, b"\1\0\xff\0\3\0\7\0\x15\0\x40"),
    (0xF8, b"\1\xff\xff\0\0\0\0\0\0\0\0"),
    (0xF8, b"\1\0\1\0\1\0\1\0\1\0\1"),
    (0xF8, b"\2\1\1\0\1\2\3"),
    (0xF8, b"\3\1\1\0\1\2\3"),
    (0xF8, b"\4\2\0\x20\0\x20"),
    (0xF8, b"\4\4\0\1\0\0\0\1\0\0"),
)

_CHANGES = (
    _flip_bits, _set_bytes, _set_in_piece, _set_in_piece, _set_in_piece, _nudge, _set_length, _cut, _delete, _insert,
    _duplicate, _duplicate_piece, _drop_piece, _swap_pieces, _take_piece, _splice, _append, _add_segment, _add_segment,
)  # fmt: skip
