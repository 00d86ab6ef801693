"""Rows about pixels: each codec on one and on two threads.

In: the folder of the corpora. Out: rows for the harness. The limit of a codec's row is the bare codec on fragments
that are ready in memory, and the data sets are open; of raw pixels it is ``readinto`` into memory that is as new as the
array's, and the files are opened.
"""

from __future__ import annotations

import functools
import os
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from dicom.testing.encoder import DEFLATED

from . import images
from .harness import OF_CODEC, OURS, REFERENCE, Contender, Goal, Row, Sample
from .peers import Peer, pixel_readers, readers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from .images import Codec

#: What is asked of native pixels, and of RLE; of all others `OF_CODEC`.
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


def _pixels(peer: Peer, opened: Any, threads: int) -> Any:
    if peer.name == OURS:
        from dicom.pixels import pixel_array

        return pixel_array(opened, workers=threads)
    return peer.pixels(opened)


def _contender(peer: Peer, paths: list[str], threads: int, *, is_opened: bool) -> Contender:
    """Reads the pixels of all files, or decodes those of data sets that were just opened."""

    def run() -> None:
        for path in paths:
            _pixels(peer, peer.open(path), threads)

    def sample() -> Sample:
        clock = time.process_time if threads == 1 else time.perf_counter
        opened = [peer.open(path) for path in paths]
        started = clock()
        for one in opened:
            _pixels(peer, one, threads)
        return Sample(clock() - started)

    def answer() -> list[Any]:
        return [_pixels(peer, peer.open(path), threads) for path in paths]

    return Contender(peer.name, run, answer, sample if is_opened else None)


def _fragments(path: str) -> tuple[list[bytes], Any]:
    """The fragments of a file's frames, without padding, and an array of the shape that they take."""
    import pydicom
    from pydicom.encaps import generate_frames

    dataset = pydicom.dcmread(path)
    count = int(dataset.NumberOfFrames)
    shape = (count, dataset.Rows, dataset.Columns, *(() if dataset.SamplesPerPixel == 1 else (3,)))
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


def _is_decoded_by_pydicom(transfer_syntax: str) -> bool:
    from pydicom.pixels import get_decoder

    try:
        return bool(get_decoder(transfer_syntax).is_available)
    except NotImplementedError:
        return False


def _peers(codec: Codec, threads: int) -> list[Peer]:
    """Who takes part: of those that can't use a second thread only the reference does so where there are two."""
    found = [peer for peer in readers() if peer.name != "fastdicom"] + pixel_readers(codec.transfer_syntax)
    if not _is_decoded_by_pydicom(codec.transfer_syntax):
        found = [peer for peer in found if not peer.name.startswith(REFERENCE)]
    return [peer for peer in found if threads == 1 or peer.name in (OURS, REFERENCE, "SimpleITK")]


def _codec_row(codec: Codec, threads: int, folder: Path, number: int) -> Row:
    number = number if codec.encode is not None else 1
    paths = [str(path) for path in images.paths_of(codec, folder, number=number)]
    value_bytes = codec.frames * images.ROWS * images.COLUMNS * codec.samples * codec.bits_allocated // 8
    megabytes = value_bytes / 1e6
    goal = Goal(of_limit=OF_CODEC)
    rate = Goal(seconds=megabytes / (RLE_MEGABYTES_PER_SECOND * threads))
    # The bare codec has its fragments in memory: so have the others, but for SimpleITK, which opens and decodes in one.
    is_opened = codec.decode is not None
    contenders = [_contender(peer, paths, threads, is_opened=is_opened) for peer in _peers(codec, threads)]
    if codec.decode is not None:
        limit = _codec_limit(codec, paths, threads)
        if not any(one.name == REFERENCE for one in contenders):
            # What was encoded is what has to come out.
            limit = limit._replace(answer=lambda: [images.frames_of(codec, index) for index in range(number)])
        contenders.append(limit)
    elif codec.name == "rle":
        goal = rate
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


def rows(folder: Path, *, quick: bool) -> Iterator[tuple[str, Callable[[], Row]]]:
    """Name and maker of each row; the maker makes the files that it needs."""
    number = 3
    for threads in (1, 2):
        for codec in images.CODECS:
            if threads == 2 and (codec.name == "encapsulated" or (quick and codec.name == "j2k")):
                continue
            name = f"pixels-{codec.name}" + ("" if threads == 1 else f"-{threads}")
            yield name, functools.partial(_codec_row, codec, threads, folder, number)
