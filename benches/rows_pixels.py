"""Rows about pixels: each codec on one and on two threads, and one frame of a file of 1 GiB with its memory.

In: the folder of the corpora. Out: rows for the harness. The limit of a codec's row is the bare codec on fragments
that are ready in memory; of raw pixels, ``readinto``.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from dicom.testing.encoder import DEFLATED

from . import images
from .harness import OURS, Contender, Goal, Row, Sample
from .peers import Peer, readers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from .images import Codec

#: What is asked of each codec: so much of the bare codec. For RLE there is a rate instead.
OF_CODEC = 0.95
OF_READINTO = 0.9
RLE_MEGABYTES_PER_SECOND = 1500


def _equal(tolerance: int) -> Callable[[Any, Any], bool]:
    def equal(left: Any, right: Any) -> bool:
        return all(_same(one, other, tolerance) for one, other in zip(left, right, strict=True))

    return equal


def _same(one: Any, other: Any, tolerance: int) -> bool:
    if one.shape != other.shape or one.dtype.kind != other.dtype.kind or one.dtype.itemsize != other.dtype.itemsize:
        return False
    if not tolerance:
        return bool(np.array_equal(one, other))
    return bool(np.abs(one.astype(np.int64) - other.astype(np.int64)).max() <= tolerance)


def _decoded(peer: Peer, path: str, threads: int) -> Any:
    if peer.name == OURS:
        from dicom.pixels import pixel_array

        return pixel_array(peer.open(path), workers=threads)
    return peer.pixels(peer.open(path))


def _contender(peer: Peer, paths: list[str], threads: int) -> Contender:
    def run() -> None:
        for path in paths:
            _decoded(peer, path, threads)

    return Contender(peer.name, run, lambda: [_decoded(peer, path, threads) for path in paths])


def _fragments(path: str) -> tuple[list[bytes], Any]:
    """The fragments of a file's frames, and an array of the shape that they take."""
    import pydicom
    from pydicom.encaps import generate_frames

    dataset = pydicom.dcmread(path)
    count = int(dataset.NumberOfFrames)
    shape = (count, dataset.Rows, dataset.Columns)
    out = np.empty(shape, np.uint8 if dataset.BitsAllocated == 8 else np.uint16)
    return list(generate_frames(dataset.PixelData, number_of_frames=count)), out


def _codec_limit(codec: Codec, paths: list[str], threads: int) -> Contender:
    """The bare codec on ready fragments, into an array that is made for them: a reader hands out a new one, too.

    An array that is kept from run to run would spare the limit the page faults of new memory, which no reader can.
    """
    ready = [_fragments(path) for path in paths]
    assert codec.decode is not None
    decode = codec.decode
    if threads == 1:

        def run() -> None:
            for fragments, like in ready:
                out = np.empty_like(like)
                for index, fragment in enumerate(fragments):
                    decode(fragment, out[index])
    else:
        pool = ThreadPoolExecutor(threads)

        def run() -> None:
            for fragments, like in ready:
                list(pool.map(decode, fragments, np.empty_like(like)))

    return Contender("bare codec", run, is_limit=True)


def _readinto_limit(paths: list[str], value_bytes: int) -> Contender:
    """The bytes of the pixels into an array that is made for them."""

    def run() -> None:
        for path in paths:
            with open(path, "rb", buffering=0) as file:
                file.seek(-value_bytes, os.SEEK_END)
                file.readinto(np.empty(value_bytes, np.uint8).data)

    return Contender("readinto", run, is_limit=True)


def _inflate_limit(paths: list[str]) -> Contender:
    """Libdeflate on the deflated data set, ready in memory: the quickest inflate that is at hand."""
    import imagecodecs
    import pydicom

    ready = []
    for path in paths:
        with open(path, "rb") as file:
            data = file.read()
        meta_bytes = pydicom.dcmread(path, stop_before_pixels=True).file_meta.FileMetaInformationGroupLength
        # The preamble, the prefix, and the group's length itself stand before what it counts.
        deflated = data[128 + 4 + 12 + meta_bytes :]
        ready.append((deflated, len(zlib.decompressobj(-zlib.MAX_WBITS).decompress(deflated))))

    def run() -> None:
        for deflated, inflated_bytes in ready:
            imagecodecs.deflate_decode(deflated, out=inflated_bytes, raw=True)

    return Contender("libdeflate", run, is_limit=True)


def _codec_row(codec: Codec, threads: int, folder: Path, number: int) -> Row:
    paths = [str(path) for path in images.paths_of(codec, folder, number=number)]
    value_bytes = codec.frames * images.ROWS * images.COLUMNS * codec.bits_allocated // 8
    megabytes = value_bytes / 1e6
    goal = Goal(of_limit=OF_CODEC)
    contenders = [_contender(peer, paths, threads) for peer in readers()]
    if codec.decode is not None:
        contenders.append(_codec_limit(codec, paths, threads))
    elif codec.name == "rle":
        goal = Goal(seconds=megabytes / (RLE_MEGABYTES_PER_SECOND * threads))
    elif codec.transfer_syntax == DEFLATED:
        contenders.append(_inflate_limit(paths))
    else:
        contenders.append(_readinto_limit(paths, value_bytes))
        goal = Goal(of_limit=OF_READINTO)
    return Row(
        f"pixels-{codec.name}" + ("" if threads == 1 else f"-{threads}"),
        f"pixel_array, {codec.name}, {threads} thread" + ("" if threads == 1 else "s"),
        contenders,
        len(paths),
        goal,
        megabytes,
        "cpu" if threads == 1 else "wall",
        _equal(codec.tolerance),
    )


_IN_CHILD = """
import json, sys, time, zlib
import numpy
{imports}
path = sys.argv[1]
def status(key):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(key)) * 1024
def frame():
    {body}
numpy.zeros(1 << 10).sum()
try:
    open("/proc/self/clear_refs", "w").write("5")
except OSError:
    pass
before = status("VmRSS")
best = None
for _ in range({repeats}):
    started = time.process_time()
    found = frame()
    taken = time.process_time() - started
    best = taken if best is None else min(best, taken)
    crc = zlib.crc32(numpy.ascontiguousarray(found))
    del found
print(json.dumps({{"seconds": best, "peak": status("VmHWM") - before, "crc": crc}}))
"""

_FRAME_READERS = {
    "dicom": ("import dicom, dicom.pixels.decode", "return dicom.pixels.decode.decode_frame(dicom.read(path), 500)", 5),
    "pydicom": ("import pydicom", "return pydicom.dcmread(path).pixel_array[500]", 1),
    "pydicom index=": (
        "import pydicom\nfrom pydicom.pixels import pixel_array",
        "return pixel_array(path, index=500)",
        5,
    ),
    "dicomsdl": ("import dicomsdl", "return dicomsdl.open_file(path).pixelData(500, storedvalue=True)", 5),
    "pread": (
        "import os",
        (
            "file = os.open(path, os.O_RDONLY); data = os.pread(file, 1 << 20, 500 << 20); os.close(file);"
            " return numpy.frombuffer(data, numpy.uint16)"
        ),
        5,
    ),
}


@functools.cache
def _frame_in_child(name: str, path: str, turn: int) -> dict[str, Any]:
    imports, body, repeats = _FRAME_READERS[name]
    code = _IN_CHILD.format(imports=imports, body=body, repeats=repeats)
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr.strip().splitlines()[-1:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _frame_row(folder: Path) -> Row:
    """Frame 500 of 1,024 in a file of 1 GiB, each reader in a process of its own."""
    path = str(images.large_file(folder))
    turns = dict.fromkeys(_FRAME_READERS, 0)

    def contender(name: str) -> Contender:
        def sample() -> Sample:
            turns[name] += 1
            found = _frame_in_child(name, path, turns[name])
            return Sample(found["seconds"], found["peak"])

        is_limit = name == "pread"
        answer = None if is_limit else (lambda: _frame_in_child(name, path, 1)["crc"])
        return Contender(name, None, answer, sample, is_limit)

    goal = Goal(seconds=0.0006, peak_bytes=64 << 20)
    return Row("frame", "frame 500 of a 1 GiB file", [contender(name) for name in _FRAME_READERS], 1, goal)


def rows(folder: Path, *, quick: bool) -> Iterator[tuple[str, Callable[[], Row]]]:
    """Name and maker of each row; the maker makes the files that it needs."""
    number = 3
    for threads in (1, 2):
        for codec in images.CODECS:
            if quick and threads == 2 and codec.name == "j2k":
                continue
            name = f"pixels-{codec.name}" + ("" if threads == 1 else f"-{threads}")
            yield name, functools.partial(_codec_row, codec, threads, folder, number)
    if sys.platform == "linux":
        yield "frame", functools.partial(_frame_row, folder)
