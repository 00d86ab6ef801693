"""The pipeline: from a data set to an array, whatever its transfer syntax.

In: a data set. Out: ``ndarray`` of shape (rows, columns), (rows, columns, samples), and with a first axis of frames
where there are several. One array is allocated, and each frame is decoded into its slot of it, several at a time with
the GIL released. Standard: PS3.3 C.7.6.3, PS3.5 section 8 and annex A.
"""

from __future__ import annotations

from dicom.errors import CodecError, LimitError
from dicom.pixels import codecs
from dicom.pixels.description import FrameIndexError, describe
from dicom.pixels.frames import locate_frame, locate_frames, read_frame
from dicom.pixels.native import count_native_frames, finish_color, read_native_frames
from dicom.pixels.source import open_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.description import DataSet, FrameDescription
    from dicom.pixels.source import PixelSource

#: Arrays up to this size are allocated whatever the size of the compressed frames.
FREE_BYTES = 32 * 2**20
#: Beyond it, an array is at most so many times larger than the fragments that it is decoded from.
MAX_EXPANSION = 4096
#: Below this size of the array, threads cost more than they bring: decoding, and plain reading.
_PARALLEL_BYTES = 2**20
_PARALLEL_READ_BYTES = 32 * 2**20
#: Native frames are read in pieces of about this size: by several threads, or by one, which can be interrupted between.
_PIECE_BYTES = 4 * 2**20
_UNINTERRUPTED_BYTES = 128 * 2**20


def pixel_array(
    ds: DataSet,
    *,
    workers: int | None = None,
    max_expansion: int = MAX_EXPANSION,
    description: FrameDescription | None = None,
) -> NDArray[Any]:
    """All frames of a data set.

    Parameters
    ----------
    ds : mapping
        A data set with Pixel Data, Float Pixel Data or Double Float Pixel Data.
    workers : int, optional
        Threads that decode; as many as the process has CPUs when not given.
    max_expansion : int
        Limit on the array's size against the encapsulated bytes, for arrays beyond 32 MiB.
    description : FrameDescription, optional
        What `describe` gives for the data set, changed by the caller: without `converts_color` colours stay as they
        are.

    Returns
    -------
    ndarray, shape (rows, columns) or (rows, columns, samples), where there are several frames after an axis of them
        Stored values, of the unsigned, signed or floating type that Bits Allocated and Pixel Representation name; big
        endian data keeps its byte order. YBR_FULL and YBR_FULL_422 are given as RGB, PALETTE COLOR as its indices.
        Writable, C-contiguous, and no one else's.

    Raises
    ------
    PixelError
        The Image Pixel module contradicts itself or the pixel data.
    CodecError
        A frame can't be decoded, or there is no decoder for the transfer syntax.
    LimitError
        A frame of 2^31 bytes or more, or an array out of proportion to its fragments.
    """
    description = describe(ds) if description is None else description
    source = open_source(ds, description.tag)
    threads = workers if workers is not None else cpu_count()
    if description.is_encapsulated:
        array = _decode_encapsulated(ds, source, description, threads, max_expansion)
    else:
        array = _read_native(source, description, threads)
    _report(ds, description)
    return array[0] if len(array) == 1 else array


def decode_frame(
    ds: DataSet, index: int, *, max_expansion: int = MAX_EXPANSION, description: FrameDescription | None = None
) -> NDArray[Any]:
    """One frame; only its bytes are read.

    Parameters
    ----------
    ds : mapping
        A data set with pixel data.
    index : int
        Frame index, from 0; a negative one counts from the last.
    max_expansion, description
        As for `pixel_array`.

    Returns
    -------
    ndarray, shape (rows, columns) or (rows, columns, samples)
        As a frame of `pixel_array`.

    Raises
    ------
    FrameIndexError
        There is no such frame (an IndexError too).
    PixelError, CodecError, LimitError
        As `pixel_array`.
    """
    description = describe(ds) if description is None else description
    source = open_source(ds, description.tag)
    array = _empty(description, 1)
    if description.is_encapsulated:
        codecs.decoder_of(description.transfer_syntax)
        if index < 0:
            index += len(locate_frames(source, description, ds))
        ranges = locate_frame(source, description, ds, index)
        _check_expansion(1, sum(length for _, length in ranges), description, max_expansion)
        _decode_into(array[0], read_frame(source, ranges), description, cpu_count())
    else:
        count = count_native_frames(source, description)
        if index < 0:
            index += count
        if not 0 <= index < count:
            raise FrameIndexError(f"frame {index} of {count}")
        read_native_frames(source, description, index, array)
    _report(ds, description)
    frame: NDArray[Any] = array[0]
    return frame


def iter_frames(
    ds: DataSet,
    indices: Iterable[int] | None = None,
    *,
    max_expansion: int = MAX_EXPANSION,
    description: FrameDescription | None = None,
) -> Iterator[NDArray[Any]]:
    """The frames one after the other, each an array of its own; memory holds one at a time.

    Parameters
    ----------
    ds : mapping
        A data set with pixel data.
    indices : iterable of int, optional
        Frame indices, from 0; all in order when not given.
    max_expansion, description
        As for `pixel_array`.

    Yields
    ------
    ndarray, shape (rows, columns) or (rows, columns, samples)
        As a frame of `pixel_array`.

    Raises
    ------
    FrameIndexError
        There is no such frame (an IndexError too).
    PixelError, CodecError, LimitError
        As `pixel_array`.
    """
    description = describe(ds) if description is None else description
    source = open_source(ds, description.tag)
    if description.is_encapsulated:
        codecs.decoder_of(description.transfer_syntax)
        frames = locate_frames(source, description, ds)
        count = len(frames)
        _check_expansion(count, source.length, description, max_expansion)
    else:
        count = count_native_frames(source, description)
    _report(ds, description)
    for index in range(count) if indices is None else indices:
        if not -count <= index < count:
            raise FrameIndexError(f"frame {index} of {count}")
        array = _empty(description, 1)
        if description.is_encapsulated:
            _decode_into(array[0], read_frame(source, frames[index]), description, cpu_count())
        else:
            read_native_frames(source, description, index % count, array)
        yield array[0]


def _read_native(source: PixelSource, description: FrameDescription, threads: int) -> NDArray[Any]:
    count = count_native_frames(source, description)
    array = _empty(description, count)
    in_parallel = threads > 1 and array.nbytes >= _PARALLEL_READ_BYTES
    step = max(1, (_PIECE_BYTES if in_parallel else _UNINTERRUPTED_BYTES) // description.frame_bytes)

    def read(first: int) -> None:
        read_native_frames(source, description, first, array[first : first + step])

    _run(read, range(0, count, step), threads if in_parallel else 1)
    return array


def _decode_encapsulated(
    ds: DataSet, source: PixelSource, description: FrameDescription, threads: int, max_expansion: int
) -> NDArray[Any]:
    decode = codecs.decoder_of(description.transfer_syntax)
    frames = locate_frames(source, description, ds)
    _check_expansion(len(frames), source.length, description, max_expansion)
    array = _empty(description, len(frames))
    codec_threads = threads if len(frames) == 1 else 1

    def decode_one(index: int) -> None:
        try:
            slot = array[index]
            if decode(read_frame(source, frames[index]), description, slot, codec_threads):
                finish_color(slot, description)
        except CodecError as error:
            if len(frames) > 1:
                error.args = (f"frame {index} of {len(frames)}: {error}",)
            raise

    _run(decode_one, range(len(frames)), threads if array.nbytes >= _PARALLEL_BYTES else 1)
    return array


def _check_expansion(count: int, length: int, description: FrameDescription, max_expansion: int) -> None:
    """Refuses frames that are out of proportion to their bytes: decoders take several times the frame's size."""
    total = count * description.frame_bytes
    if total > FREE_BYTES and total > length * max_expansion:
        raise LimitError(
            f"{count} frame(s) of {description.frame_bytes} bytes out of {length} encapsulated bytes are more than "
            f"{max_expansion}:1; max_expansion raises the limit",
            tag=description.tag,
        )


def _decode_into(slot: NDArray[Any], frame: codecs.Frame, description: FrameDescription, threads: int) -> None:
    decode = codecs.decoder_of(description.transfer_syntax)
    if decode(frame, description, slot, threads):
        finish_color(slot, description)


def _run(work: Callable[[int], None], indices: range, threads: int) -> None:
    """Calls ``work`` with each index, several at a time; the first error, by index, is raised.

    The calling thread works too, and each takes the next index when it is done with one. A pool of `concurrent.futures`
    costs twice as much to start, which matters for images of a few megabytes.
    """
    if threads < 2 or len(indices) < 2:
        for index in indices:
            work(index)
        return
    import threading

    left = iter(indices)
    taking = threading.Lock()
    errors: dict[int, BaseException] = {}

    def work_on() -> None:
        while not errors:
            with taking:
                index = next(left, None)
            if index is None:
                return
            try:
                work(index)
            except BaseException as error:
                errors[index] = error

    others: list[threading.Thread] = []
    try:
        for number in range(1, min(threads, len(indices))):
            other = threading.Thread(target=work_on, name=f"dicom-pixels-{number}")
            try:
                other.start()
            except RuntimeError:
                break  # the system gives no more threads: fewer do it
            others.append(other)
        work_on()
        for other in others:
            other.join()
    except BaseException as error:
        # Interrupted while it waits: nothing more is begun, and no thread is left behind that writes into the array.
        errors[-1] = error
        for other in others:
            other.join()
        raise
    if errors:
        # Indices are taken in order, so all before the first that failed were at least begun, and are done by now.
        raise errors[min(errors)]


def _empty(description: FrameDescription, count: int) -> NDArray[Any]:
    import numpy as np

    try:
        return np.empty((count, *description.frame_shape), dtype=description.dtype)
    except MemoryError:
        raise LimitError(f"not enough memory for {count} frames of {description.frame_bytes} bytes") from None


def cpu_count() -> int:
    """How many CPUs the process may use."""
    import os

    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _report(ds: DataSet, description: FrameDescription) -> None:
    """Hands what was tolerated to the data set; one that keeps no findings has it as warnings."""
    add = getattr(ds, "_add_finding", None)
    for finding in description.findings:
        if add is not None:
            add(finding)
        else:
            import warnings

            warnings.warn(str(finding), UserWarning, stacklevel=3)
