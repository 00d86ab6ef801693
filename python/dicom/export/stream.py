"""The voxels of a volume as bytes, piece by piece, in the type that they are stored in; deflated on all cores if asked.

In: an array whose last axis counts fastest. Out: bytes written to a file, little endian, in the array's order. What is
in flight at a time are a few pieces, whatever the size of the array.

A deflated stream is one member of gzip (RFC 1952), or one stream of zlib (RFC 1950), made of blocks that were deflated
apart and end on a byte: some readers stop after the first of several members.
"""

from __future__ import annotations

import zlib
from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import PixelError
from dicom.io.early_sync import EarlySync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, Protocol, TypeVar

    from numpy.typing import DTypeLike, NDArray

    _Given = TypeVar("_Given")
    _Made = TypeVar("_Made")

    class Sink(Protocol):
        """What is written to."""

        def write(self, data: Any, /) -> object: ...  # noqa: D102

    class Output(Sink, Protocol):
        """A file that can be begun again."""

        def seek(self, offset: int, /) -> int: ...  # noqa: D102
        def truncate(self, size: int | None = None, /) -> int: ...  # noqa: D102


PIECE_BYTES = 2**21
_GZIP_HEADER = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"  # neither a time nor a name
_ZLIB_HEADER = b"\x78\x01"
_LAST_BLOCK = b"\x03\0"
_ISAL_LEVEL = 2  # of 0 to 3; 3 isn't smaller


class _Inexact(Exception):
    """A value isn't the same in the type that was tried."""


def stored_types(dtype: np.dtype[Any], asked: DTypeLike | None) -> list[np.dtype[Any]]:
    """The types to try, first the smallest: the first that holds each value as it is will be written.

    By itself: int16 for real numbers and for whole ones of more than 16 bits, as measured values mostly are whole and
    fit, then the array's own type; bool becomes uint8, float16 float32, whole numbers of 64 bits int32 where they fit.

    Parameters
    ----------
    dtype : dtype
        The array's.
    asked : dtype, optional
        The only one to try.
    """
    if asked is not None:
        return [np.dtype(asked).newbyteorder("<")]
    chosen: list[Any]
    if dtype.kind == "b":
        chosen = [np.uint8]
    elif dtype.kind == "f":
        chosen = [np.int16, np.float32 if dtype.itemsize < 4 else dtype]
    elif dtype.itemsize == 8:
        chosen = [np.int16, np.int32, dtype]
    elif dtype.itemsize == 4:
        chosen = [np.int16, dtype]
    else:
        chosen = [dtype]
    return [np.dtype(one).newbyteorder("<") for one in chosen]


def write_exactly(
    file: Output,
    dtype: np.dtype[Any],
    asked: DTypeLike | None,
    write: Callable[[np.dtype[Any]], None],
) -> np.dtype[Any]:
    """Write by each of the types that may do, until one holds all values; gives that.

    Most arrays that don't fit say so in their first slice: trying costs less than looking at all values first.

    Raises
    ------
    PixelError
        The type that was asked for doesn't hold the values.
    """
    for candidate in stored_types(dtype, asked):
        file.seek(0)
        file.truncate(0)
        try:
            write(candidate)
        except _Inexact:
            continue
        return candidate
    raise PixelError(f"values of {dtype} can't all be stored as {np.dtype(asked)} without changing them")


def pieces(array: NDArray[Any]) -> Iterator[tuple[int | slice, ...]]:
    """Indices that cut the array, in its order and along its first axes, into parts of about 2 MiB."""
    row_bytes = array.nbytes
    whole = 0
    # The axes of which a part has one index alone.
    for length in array.shape[:-1]:
        if row_bytes <= PIECE_BYTES or length == 0:
            break
        row_bytes //= length
        whole += 1
    if whole == 0:
        yield ()
        return
    count = max(1, PIECE_BYTES // max(1, row_bytes))
    for first in np.ndindex(*array.shape[: whole - 1]):
        for begin in range(0, array.shape[whole - 1], count):
            yield (*first, slice(begin, begin + count))


def as_stored(piece: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """A piece in another type, in one stretch of memory.

    Raises
    ------
    _Inexact
        A value would be another one. Floating types only round.
    """
    # An array of dask is computed here, piece by piece; one whose slices lie in files has read them.
    piece = np.asarray(piece)
    if piece.dtype == dtype:
        return np.ascontiguousarray(piece)
    with np.errstate(invalid="ignore", over="ignore"):
        stored = piece.astype(dtype, order="C")
        if dtype.kind == "f":
            is_kept = piece.dtype.kind != "f" or bool((np.isfinite(stored) == np.isfinite(piece)).all())
        elif piece.dtype.kind == "f":
            # What lies beyond the type, and what is no number, becomes something else.
            is_kept = bool((stored.astype(piece.dtype) == piece).all())
        else:
            # Not back and forth: whole numbers come round to where they were.
            is_kept = bool((stored == piece).all())
    if not is_kept:
        raise _Inexact
    return stored


def write_voxels(
    file: Sink,
    array: NDArray[Any],
    dtype: np.dtype[Any],
    *,
    workers: int,
    report: Callable[[int, int], object],
) -> None:
    """Write the values as they are."""
    done = 0

    # What is written is room for what is read next, where slices lie in files.
    read = getattr(array, "read", None)
    spare: list[NDArray[Any]] = []

    def prepare(index: tuple[int | slice, ...]) -> NDArray[Any]:
        return as_stored(array[index] if read is None else read(index, spare), dtype)

    # What is in memory as it is to be stored needs nothing made ahead.
    is_ready = isinstance(array, np.ndarray) and array.dtype == dtype
    with EarlySync(file) as early:
        for stored in _in_order(prepare, pieces(array), 1 if is_ready else workers):
            file.write(stored.reshape(-1).view(np.uint8).data)
            early.wrote(stored.nbytes)
            done += stored.size
            if read is not None:
                spare.append(stored)
            report(done, array.size)


def write_gzip(
    file: Sink,
    header: bytes,
    array: NDArray[Any],
    dtype: np.dtype[Any],
    *,
    level: int,
    workers: int,
    report: Callable[[int, int], object],
) -> None:
    """Write a header and the values as one member of gzip, deflated in pieces on several threads."""
    file.write(_GZIP_HEADER)
    check, length = _write_deflated(file, header, array, dtype, level, workers, report, zlib.crc32, 0)
    file.write(check.to_bytes(4, "little") + (length % 2**32).to_bytes(4, "little"))


def write_zlib(
    file: Sink,
    array: NDArray[Any],
    dtype: np.dtype[Any],
    *,
    level: int,
    workers: int,
    report: Callable[[int, int], object],
) -> None:
    """Write the values as one stream of zlib, deflated in pieces on several threads."""
    file.write(_ZLIB_HEADER)
    check, _ = _write_deflated(file, b"", array, dtype, level, workers, report, zlib.adler32, 1)
    file.write(check.to_bytes(4, "big"))


def _write_deflated(
    file: Sink,
    header: bytes,
    array: NDArray[Any],
    dtype: np.dtype[Any],
    level: int,
    workers: int,
    report: Callable[[int, int], object],
    checksum: Callable[[Any, int], int],
    check: int,
) -> tuple[int, int]:
    def prepare(index: tuple[int | slice, ...]) -> tuple[NDArray[Any], bytes]:
        stored = as_stored(array[index], dtype)
        return stored, _deflated(stored.reshape(-1).view(np.uint8).data, level)

    check = checksum(header, check)
    length = len(header)
    if header:
        file.write(_deflated(header, level))
    done = 0
    for stored, deflated in _in_order(prepare, pieces(array), workers):
        check = checksum(stored.reshape(-1).view(np.uint8).data, check)
        length += stored.nbytes
        file.write(deflated)
        done += stored.size
        report(done, array.size)
    file.write(_LAST_BLOCK)
    return check, length


def _deflated(data: Any, level: int) -> bytes:
    """Blocks of deflate that end on a byte, and refer to nothing before them."""
    stream = _compressor(level)
    return bytes(stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH))


def _compressor(level: int) -> Any:
    """A compressor of raw deflate; of level 1 that of ISA-L where it is installed: as small, four times as quick."""
    if level == 1:
        try:
            from isal import isal_zlib
        except ImportError:
            pass
        else:
            return isal_zlib.compressobj(_ISAL_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS, 9)


def _in_order(work: Callable[[_Given], _Made], items: Iterator[_Given], workers: int) -> Iterator[_Made]:
    """What `work` makes of each item, in their order, some of them made ahead on other threads."""
    if workers < 2:
        yield from map(work, items)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(workers) as pool:
        ahead: deque[Any] = deque()
        try:
            for item in items:
                ahead.append(pool.submit(work, item))
                if len(ahead) > workers:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for one in ahead:
                one.cancel()
