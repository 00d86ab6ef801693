"""Frames that ask for too much: made by code, each with what a data set says about it.

Out: `bombs`, some bytes that would take much time or memory. Run as ``python -m tests.pixels.hostile_frames`` it
decodes each in a process of its own, forked from one that has loaded the codecs, and prints a line about it as JSON.
"""

from __future__ import annotations

import io
import json
import os
import select
import signal
import struct
import sys
import time
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tests.pixels.mutation.run import decode, peak_bytes
from tests.pixels.mutation.seeds import UIDS, Seed, data_set

if TYPE_CHECKING:
    from collections.abc import Iterator

SIDE = 64
#: The largest square of bytes that is allocated whatever the size of its fragments: 32 MiB.
LARGE_SIDE = 5792


class Bomb(NamedTuple):
    """A hostile frame, and how it has to end: the name of an error, ``"decoded"``, or "" for either."""

    seed: Seed
    ends: str


def _bomb(
    name: str, syntax: str, frame: bytes, side: int = SIDE, bits: int = 8, samples: int = 1, ends: str = ""
) -> Bomb:
    return Bomb(Seed(name, UIDS + syntax, frame, side, side, samples, bits, bits), ends)


def segment(marker: int, content: bytes) -> bytes:
    """A marker segment of JPEG, JPEG-LS or JPEG 2000."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def box(kind: bytes, content: bytes) -> bytes:
    """A box of JP2 or JPEG XL."""
    return struct.pack(">I4s", len(content) + 8, kind) + content


def _pillow(side: int = SIDE, samples: int = 1, **options: Any) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(np.zeros((side, side) if samples == 1 else (side, side, 3), "u1")).save(file, "JPEG", **options)
    return file.getvalue()


def _with_size(frame: bytes, rows: int, columns: int) -> bytes:
    """A JPEG or JPEG-LS frame whose header declares another size."""
    at = next(n for n in range(len(frame)) if frame[n] == 0xFF and frame[n + 1] in (0xC0, 0xC1, 0xC2, 0xC3, 0xF7))
    return frame[: at + 5] + struct.pack(">HH", rows, columns) + frame[at + 9 :]


def _many_scans(side: int, number: int, **options: Any) -> bytes:
    """A JPEG frame with its last scan again and again."""
    frame = _pillow(side, **options)
    return frame[:-2] + frame[frame.rindex(b"\xff\xda") : -2] * number + b"\xff\xd9"


def jpeg_2000(
    *,
    side: int = SIDE,
    size: tuple[int, ...] = (),
    components: int = 1,
    depth: int = 7,
    coding: bytes = b"\0\0\0\1\0\5\4\4\0\1",
    more: bytes = b"",
    tile_parts: bytes = b"",
    quantization: bytes = b"\x40" + b"\x48" * 97,
) -> bytes:
    """A JPEG 2000 codestream of any header, and of tile-parts that hold no coded data."""
    grid = size or (side, side, 0, 0, side, side, 0, 0)
    siz = struct.pack(">H8IH", 0, *grid, components) + bytes([depth, 1, 1]) * components
    head = b"\xff\x4f" + segment(0x51, siz) + more + segment(0x52, coding) + segment(0x5C, quantization)
    return head + (tile_parts or _tile_part(0, bytes(64))) + b"\xff\xd9"


def _tile_part(tile: int, data: bytes = b"\0", header: bytes = b"") -> bytes:
    length = 14 + len(header) + len(data)
    return segment(0x90, struct.pack(">HIBB", tile, length, 0, 1)) + header + b"\xff\x93" + data


def _jpeg_bombs() -> Iterator[Bomb]:
    small = _pillow()
    yield _bomb("JPEG of 65500 x 65500", "4.50", _with_size(small, 65500, 65500), ends="CodecError")
    yield _bomb("JPEG of 65535 x 65535, agreed", "4.50", _with_size(small, 65535, 65535), 65535, ends="LimitError")
    yield _bomb("JPEG of 40000 x 40000, agreed", "4.50", _with_size(small, 40000, 40000), 40000, ends="LimitError")
    no_height = _with_size(small, 0, SIDE)
    yield _bomb("DNL of 65500 lines", "4.50", no_height[:-2] + segment(0xDC, b"\xff\xdc"), ends="CodecError")
    yield _bomb("large and empty", "4.50", _with_size(small, LARGE_SIDE, LARGE_SIDE), LARGE_SIDE)
    yield _bomb("a second frame header", "4.50", small[:-2] + _with_size(small, 65500, 65500)[2:])
    yield _bomb("a thumbnail in the place of a scan", "4.50", small[:-2] + small)
    yield _bomb("20,000 scans", "4.55", _many_scans(SIDE, 20_000, progressive=True), ends="LimitError")
    yield _bomb("900 scans", "4.55", _many_scans(SIDE, 900, progressive=True), ends="decoded")
    yield _bomb("large, 26 scans", "4.55", _many_scans(LARGE_SIDE, 20, progressive=True), LARGE_SIDE, ends="decoded")
    yield _bomb("large, 39 scans", "4.55", _many_scans(LARGE_SIDE, 33, progressive=True), LARGE_SIDE, ends="LimitError")
    colors = _pillow(LARGE_SIDE // 2, 3, progressive=False)
    scan = segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x55"
    many = colors[: colors.index(b"\xff\xda")] + scan * 70_000
    yield _bomb("70,000 scans of one component", "4.50", many, LARGE_SIDE // 2, samples=3, ends="LimitError")
    tables = segment(0xC4, b"\0" + bytes(15) + b"\1\0") * 50_000
    yield _bomb("50,000 Huffman tables", "4.50", small[:2] + tables + small[2:], ends="decoded")
    restarts = small.replace(b"\xff\xda", segment(0xDD, b"\0\1") + b"\xff\xda")[:-2]
    yield _bomb("20,000 restarts", "4.50", restarts + b"".join(bytes([0xFF, 0xD0 + n % 8]) for n in range(20_000)))
    yield _bomb("sampling 4 x 4 of 1 x 1", "4.50", small.replace(b"\1\1\x11\0", b"\1\1\x44\0", 1))


def _jpeg_ls_bombs() -> Iterator[Bomb]:
    import imagecodecs

    small = imagecodecs.jpegls_encode(np.zeros((SIDE, SIDE), "u1"))
    yield _bomb("JPEG-LS of 65500 x 65500", "4.80", _with_size(small, 65500, 65500), ends="CodecError")
    yield _bomb("large and empty", "4.80", _with_size(small, LARGE_SIDE, LARGE_SIDE), LARGE_SIDE)
    at = small.index(b"\xff\xda")

    def with_presets(*contents: bytes, number: int = 1) -> bytes:
        return small[:at] + b"".join(segment(0xF8, content) for content in contents) * number + small[at:]

    for name, numbers in (
        ("all 65,535", (65535,) * 5), ("all 1", (1,) * 5), ("RESET 65,535", (255, 3, 7, 21, 65535)),
        ("MAXVAL 1", (1, 1, 1, 1, 64)), ("thresholds that fall", (255, 21, 7, 3, 64)),
    ):  # fmt: skip
        yield _bomb(f"presets, {name}", "4.80", with_presets(struct.pack(">B5H", 1, *numbers)))
    yield _bomb("10,000 presets", "4.80", with_presets(struct.pack(">B5H", 1, 255, 3, 7, 21, 64), number=10_000))
    table = b"\2\1\2" + bytes(65530)
    yield _bomb("mapping tables of 64 KiB", "4.80", with_presets(table, b"\3" + table[1:], number=50))
    yield _bomb("a size of 2^32", "4.80", with_presets(b"\4\4\xff\xff\xff\xff\xff\xff\xff\xff"))
    yield _bomb("NEAR 255", "4.81", small[: at + 7] + b"\xff" + small[at + 8 :])
    yield _bomb("restart intervals of one line", "4.80", small[:at] + segment(0xDD, b"\0\1") + small[at:])
    yield _bomb("cut", "4.80", small[: at + 12])
    planes = segment(0xF7, b"\x08\0\x40\0\x40\3\1\x11\0\2\x11\0\3\x11\0")
    plane, all_planes = segment(0xDA, b"\1\1\0\0\0\0"), segment(0xDA, b"\3\1\0\2\0\3\0\0\2\0")
    coded = small[small.index(b"\xff\xda") + 10 : -2]
    mixed = small[:2] + planes + plane + coded + all_planes + coded * 8 + b"\xff\xd9"
    yield _bomb("a plane, then all of them together", "4.80", mixed, samples=3, ends="CodecError")


def _jpeg_2000_bombs() -> Iterator[Bomb]:
    top = (1 << 32) - 1
    yield _bomb("16,384 components", "4.90", jpeg_2000(components=16384), ends="CodecError")
    yield _bomb("an image of 2^32", "4.90", jpeg_2000(size=(top, top, 0, 0, top, top, 0, 0)), ends="LimitError")
    yield _bomb("a tile of 2^32", "4.90", jpeg_2000(size=(SIDE, SIDE, 0, 0, top, top, 0, 0)))
    corner = (top, top, top - SIDE, top - SIDE, top, top, 0, 0)
    yield _bomb("an image at the end of the grid", "4.90", jpeg_2000(size=corner))
    yield _bomb("tiles of one pixel", "4.90", jpeg_2000(size=(SIDE, SIDE, 0, 0, 1, 1, 0, 0)), ends="LimitError")
    tiles = b"".join(_tile_part(n) for n in range(SIDE * SIDE))
    coding = b"\0\0\0\1\0\x20\4\4\0\1"
    yield _bomb(
        "4,096 tiles of 33 resolutions",
        "4.90",
        jpeg_2000(size=(SIDE, SIDE, 0, 0, 1, 1, 0, 0), coding=coding, tile_parts=tiles),
    )
    large = (LARGE_SIDE, LARGE_SIDE, 0, 0, 24, 24, 0, 0)
    tiles = b"".join(_tile_part(n) for n in range((LARGE_SIDE // 24 + 1) ** 2))
    yield _bomb(
        "58,000 tiles", "4.90", jpeg_2000(size=large, tile_parts=tiles, coding=coding), LARGE_SIDE, ends="LimitError"
    )
    plain = b"\0\0\0\1\0\0\4\4\0\1"
    yield _bomb(
        "58,000 tiles of one resolution",
        "4.90",
        jpeg_2000(size=large, tile_parts=tiles, coding=plain),
        LARGE_SIDE,
        ends="LimitError",
    )
    yield _bomb("255 layers", "4.90", jpeg_2000(coding=b"\0\0\0\xff\0\5\4\4\0\1"))
    yield _bomb("65,535 layers", "4.90", jpeg_2000(coding=b"\0\0\xff\xff\0\5\4\4\0\1"), ends="LimitError")
    yield _bomb("65,535 layers of one packet", "4.90", jpeg_2000(coding=b"\0\0\xff\xff\0\0\4\4\0\1"))
    for number in range(5):
        fine = b"\1" + bytes([number]) + b"\0\1\0\1\0\0\0\1\x11\x11"
        yield _bomb(f"precincts of two pixels, order {number}", "4.90", jpeg_2000(coding=fine))
        large_and_fine = jpeg_2000(side=LARGE_SIDE, coding=fine)
        yield _bomb(
            f"large, precincts of two pixels, order {number}", "4.90", large_and_fine, LARGE_SIDE, ends="LimitError"
        )
    blocks = b"\0\0\0\1\0\5\0\0\0\1"
    yield _bomb("large, code blocks of four pixels", "4.90", jpeg_2000(side=2048, coding=blocks), 2048)
    yield _bomb("33 levels", "4.90", jpeg_2000(coding=b"\0\0\0\1\0\x21\4\4\0\1"), ends="CodecError")
    yield _bomb("32 levels", "4.90", jpeg_2000(coding=b"\0\0\0\1\0\x20\4\4\0\1"))
    orders = segment(0x5F, b"\0\0\xff\xff\x21\1\2" * 32)
    many = jpeg_2000(coding=b"\0\2\xff\0\0\0\4\4\0\1", more=orders)
    yield _bomb("32 changes of order", "4.90", many)
    yield _bomb("9,000 changes of order", "4.90", jpeg_2000(more=segment(0x5F, b"\0\0\0\1\1\1\2" * 9000)))
    packed = b"".join(segment(0x60, bytes([n]) + b"\0\0\xff\xff" + bytes(65000)) for n in range(100))
    yield _bomb("packed headers of 6 MB", "4.90", jpeg_2000(more=packed))
    yield _bomb("38 bits", "4.90", jpeg_2000(depth=37), bits=64)
    yield _bomb("60,000 tile-parts", "4.90", jpeg_2000(tile_parts=_tile_part(0) * 60_000))
    boxes = b"\0\0\0\x0cjP  \r\n\x87\n" + box(b"free", b"") * 100_000
    yield _bomb("100,000 boxes", "4.90", boxes + box(b"jp2c", jpeg_2000()), ends="CodecError")


def _htj2k_bombs() -> Iterator[Bomb]:
    capable = segment(0x50, b"\0\2\0\0\0\0")
    for name, ends, coding in (
        ("32 levels", "", b"\0\2\0\1\0\x20\4\4\x40\1"),
        ("65,535 layers", "LimitError", b"\0\2\xff\xff\0\5\4\4\x40\1"),
        ("precincts of two pixels", "", b"\1\2\0\1\0\1\0\0\x40\1\x11\x11"),
    ):
        yield _bomb(name, "4.203", jpeg_2000(coding=coding, more=capable), ends=ends)
    large = jpeg_2000(side=LARGE_SIDE, coding=b"\0\2\0\1\0\5\0\0\x40\1", more=capable)
    yield _bomb("large, code blocks of four pixels", "4.203", large, LARGE_SIDE)
    top = (1 << 32) - 1
    tile = jpeg_2000(size=(SIDE, SIDE, 0, 0, top, top, 0, 0), coding=b"\0\2\0\1\0\5\4\4\x40\1", more=capable)
    yield _bomb("a tile of 2^32", "4.203", tile)
    corner = (top, top, top - SIDE, top - SIDE, top, top, 0, 0)
    yield _bomb(
        "an image at the end of the grid",
        "4.203",
        jpeg_2000(size=corner, coding=b"\0\2\0\1\0\5\4\4\x40\1", more=capable),
    )


def _jpeg_xl_bombs() -> Iterator[Bomb]:
    import imagecodecs

    gray = imagecodecs.jpegxl_encode(np.zeros((SIDE, SIDE), "u1"), lossless=True)
    # Not small, each side in 30 bits: 2^30 x 2^30 pixels.
    yield _bomb("JPEG XL of 2^30 x 2^30", "4.110", b"\xff\x0a" + b"\xfe\xff\xff\xff\xc7\xff\xff\xff\xff" + gray[6:])
    signature = b"\0\0\0\x0cJXL \r\n\x87\n" + box(b"ftyp", b"jxl \0\0\0\0jxl ")
    yield _bomb("60,000 boxes", "4.110", signature + box(b"free", b"") * 60_000 + box(b"jxlc", gray))
    yield _bomb(
        "40,000 parts", "4.110", signature + b"".join(box(b"jxlp", struct.pack(">I", n)) for n in range(40_000))
    )
    yield _bomb(
        "compressed boxes", "4.110", signature + box(b"brob", b"Exif" + bytes(1000)) * 1000 + box(b"jxlc", gray)
    )
    jpeg = imagecodecs.jpegxl_encode_jpeg(_pillow(), usecontainer=True)
    bits = "1" + "000001" * 10_000 + "100110" + ("00" + "1" * 16) * 10_000
    many = int(bits[::-1], 2).to_bytes(len(bits) // 8 + 1, "little")
    at = jpeg.index(b"jbrd") - 4
    rest = jpeg[at + int.from_bytes(jpeg[at : at + 4], "big") :]
    yield _bomb(
        "a JPEG stream of 640 MB", "4.111", jpeg[:at] + box(b"jbrd", many + bytes(50)) + rest, ends="LimitError"
    )
    yield _bomb("cut", "4.110", gray[:-4])


def _own_bombs() -> Iterator[Bomb]:
    deflate = zlib.compressobj(level=9, wbits=-15)
    bomb = b"".join(deflate.compress(bytes(1 << 20)) for _ in range(256)) + deflate.flush()
    yield _bomb("256 MiB deflated", "8.1", bomb, ends="decoded")
    yield _bomb("deflated, large and empty", "8.1", b"\3\0", LARGE_SIDE, ends="CodecError")
    runs = struct.pack("<16I", 1, 64, *[0] * 14) + b"\x81\0" * 1_000_000
    yield _bomb("128 MB of RLE runs", "5", runs, ends="decoded")
    nothing = struct.pack("<16I", 1, 64, *[0] * 14) + b"\x80" * 4_000_000
    yield _bomb("RLE that gives nothing", "5", nothing, ends="CodecError")
    yield _bomb("RLE offsets of 4 GiB", "5", struct.pack("<16I", 1, (1 << 32) - 1, *[0] * 14), ends="CodecError")
    yield _bomb("15 RLE segments", "5", struct.pack("<16I", 15, *[64] * 15), ends="CodecError")
    yield _bomb("RLE of 46340 x 46340", "5", runs[:100], 46340, ends="LimitError")
    yield _bomb("uncompressed, cut", "1.98", bytes(100), ends="PixelError")


_MAKERS = {
    "JPEG": _jpeg_bombs,
    "JPEG-LS": _jpeg_ls_bombs,
    "JPEG 2000": _jpeg_2000_bombs,
    "HTJ2K": _htj2k_bombs,
    "JPEG XL": _jpeg_xl_bombs,
    "own": _own_bombs,
}


def bombs() -> list[Bomb]:
    """All of them."""
    named = []
    for codec, maker in _MAKERS.items():
        named += [bomb._replace(seed=bomb.seed._replace(name=f"{codec}: {bomb.seed.name}")) for bomb in maker()]
    return named


def decode_apart(bomb: Bomb, deadline_seconds: float) -> dict[str, Any]:
    """How a frame ended, how long it took, and how much memory, in a process that is forked from this."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _decode_and_tell(bomb, writing)
    os.close(writing)
    told = b""
    if select.select([reading], [], [], deadline_seconds)[0]:
        told = os.read(reading, 4096)
    else:
        os.kill(child, signal.SIGKILL)
    os.close(reading)
    _, status = os.waitpid(child, 0)
    ended = {"ended": f"status {status}", "seconds": deadline_seconds, "grown": 0}
    return {"name": bomb.seed.name, **(json.loads(told) if told else ended)}


def _decode_and_tell(bomb: Bomb, writing: int) -> None:
    """Decode in the forked process, and end it: nothing of the first one's may run there."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        ds = data_set(bomb.seed)
        baseline, started = peak_bytes(), time.perf_counter()
        try:
            ended = decode(ds)
        except Exception as error:
            ended = f"untyped {type(error).__name__}"
        told = {"ended": ended, "seconds": time.perf_counter() - started, "grown": peak_bytes() - baseline}
        os.write(writing, json.dumps(told).encode())
    finally:
        os._exit(0)


def _main() -> None:
    import imagecodecs

    # What every decoding needs once is loaded before the baseline is taken.
    for name in ("jpeg8", "jpegls", "jpeg2k", "htj2k", "jpegxl"):
        getattr(imagecodecs, f"{name}_decode")
    for bomb in bombs():
        sys.stdout.write(json.dumps({**decode_apart(bomb, 20.0), "expected": bomb.ends, "side": bomb.seed.rows}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _main()
