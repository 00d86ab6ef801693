"""What the headers of a codestream say of how it was coded, read for the tests alone.

In: the bytes of a frame. Out: the fields that the tests ask for. Standard: ISO/IEC 10918-1 annex B (JPEG), ISO/IEC
14495-1 annex C (JPEG-LS), ISO/IEC 15444-1 annex A (JPEG 2000).
"""

from __future__ import annotations

from struct import unpack_from
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_START_OF_SCAN, _END = 0xDA, 0xD9
_ALONE = {0xFF, 0xD8, *range(0xD0, 0xD8)}


def jpeg_fields(frame: bytes) -> dict[str, Any]:
    """Fields of JPEG and JPEG-LS.

    ``process`` is n of SOFn (55 for JPEG-LS); ``sampling`` has (horizontal, vertical) for each component; ``predictor``
    and ``shift`` are Ss and Al of the first scan (for JPEG-LS ``near`` is Ss and ``interleave`` Se); ``scans`` counts
    scans, ``restart_interval`` is of DRI.
    """
    found: dict[str, Any] = {"scans": 0, "restart_interval": 0}
    for marker, body in _segments(frame):
        if (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)) or marker == 0xF7:
            count = body[5]
            found["process"] = marker - 0xC0
            found["bits"] = body[0]
            found["sampling"] = [(body[7 + 3 * n] >> 4, body[7 + 3 * n] & 15) for n in range(count)]
        elif marker == 0xDD:
            found["restart_interval"] = unpack_from(">H", body)[0]
        elif marker == _START_OF_SCAN:
            found["scans"] += 1
            first, last, shift = body[1 + 2 * body[0] :][:3]
            if found["scans"] == 1:
                found |= {"predictor": first, "near": first, "interleave": last, "shift": shift & 15}
    return found


def _segments(frame: bytes) -> Iterator[tuple[int, bytes]]:
    at = 2
    while at + 4 <= len(frame):
        if frame[at] != 0xFF or frame[at + 1] < 0xC0 or frame[at + 1] in _ALONE:
            at += 1  # coded data (JPEG-LS lets FF stand before what is below 80), fill bytes and restart markers
            continue
        marker = frame[at + 1]
        if marker == _END:
            return
        length = unpack_from(">H", frame, at + 2)[0]
        yield marker, frame[at + 4 : at + 2 + length]
        at += 2 + length


def jpeg_2000_fields(frame: bytes) -> dict[str, Any]:
    """Fields of JPEG 2000 and HTJ2K, of the main header.

    ``has_boxes``; ``tiles`` across and down; ``origin`` of the image; ``bits`` and ``is_signed`` of component 0;
    ``progression`` 0 LRCP to 4 CPRL, ``layers``, ``has_transformed_colors``, ``has_precincts``, ``is_reversible`` and
    ``is_high_throughput``.
    """
    start = frame.index(b"\xff\x4f\xff\x51")
    found: dict[str, Any] = {"has_boxes": start > 0, "is_high_throughput": b"\xff\x50" in frame[start : start + 120]}
    width, height, left, top, tile_width, tile_height = unpack_from(">6I", frame, start + 8)
    found["origin"] = (left, top)
    found["tiles"] = (-(-width // tile_width), -(-height // tile_height))
    found["bits"], found["is_signed"] = (frame[start + 42] & 127) + 1, frame[start + 42] > 127
    style = frame.index(b"\xff\x52", start) + 4
    found["has_precincts"] = bool(frame[style] & 1)
    found["progression"], found["layers"], found["has_transformed_colors"] = unpack_from(">BH?", frame, style + 1)
    found["is_reversible"] = frame[style + 9] == 1
    return found
