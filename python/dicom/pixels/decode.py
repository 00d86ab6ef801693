"""The pipeline: from a data set to an array, whatever its transfer syntax.

In: a data set. Out: ``ndarray`` of shape (rows, columns), (rows, columns, samples), and with a first axis of frames
where there are several. One array is allocated, and each frame is decoded into its slot of it, several at a time with
the GIL released; or, where the bytes aren't trusted, in worker processes (`dicom.pixels.isolated`). It is
`frame_decoder` that does it. Standard: PS3.3 C.7.6.3, PS3.5 section 8 and annex A.
"""

from __future__ import annotations

from dicom.pixels.frame_decoder import DEADLINE, MAX_EXPANSION, MEMORY_LIMIT, FrameDecoder, keeping_decoder
from dicom.pixels.threads import cpu_count, thread_count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.description import DataSet, FrameDescription
    from dicom.pixels.isolated import WorkerPool


def pixel_array(
    ds: DataSet,
    *,
    workers: int | None = None,
    max_expansion: int = MAX_EXPANSION,
    description: FrameDescription | None = None,
    isolated: bool | WorkerPool = False,
    deadline: float = DEADLINE,
    memory_limit: int = MEMORY_LIMIT,
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
    isolated : bool or WorkerPool
        Whether compressed frames are decoded in worker processes, for bytes that aren't trusted; a pool of one's own
        may be given. Frames without compression are read in this process, by code that can't crash.
    deadline : float
        Seconds that a worker process may take for one frame; in-process decoding can't be interrupted and has none.
    memory_limit : int
        Bytes that a worker process may allocate beside the frame itself, where the system can hold it to that (see
        `dicom.pixels.isolated`).

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
    DecodeTimeoutError
        A worker process didn't decode a frame by its deadline (a TimeoutError too).
    """
    threads = thread_count(workers)
    decoder = FrameDecoder(ds, description, max_expansion=max_expansion).through(isolated, deadline, memory_limit)
    decoder.check_complete()
    indices = range(decoder.count)
    decoder.check(indices, max_expansion)
    array = decoder.empty(len(indices))
    decoder.fill(array, indices, threads)
    return array[0] if len(indices) == 1 else array


def decode_frame(
    ds: DataSet,
    index: int,
    *,
    max_expansion: int = MAX_EXPANSION,
    description: FrameDescription | None = None,
    isolated: bool | WorkerPool = False,
    deadline: float = DEADLINE,
    memory_limit: int = MEMORY_LIMIT,
) -> NDArray[Any]:
    """One frame; only its bytes are read.

    Parameters
    ----------
    ds : mapping
        A data set with pixel data.
    index : int
        Frame index, from 0; a negative one counts from the last.
    max_expansion, description, isolated, deadline, memory_limit
        As for `pixel_array`.

    Returns
    -------
    ndarray, shape (rows, columns) or (rows, columns, samples)
        As a frame of `pixel_array`.

    Raises
    ------
    FrameIndexError
        There is no such frame (an IndexError too).
    PixelError, CodecError, LimitError, DecodeTimeoutError
        As `pixel_array`; frames that are missing behind this one do no harm.
    """
    decoder = keeping_decoder(ds, description, max_expansion=max_expansion)
    decoder = decoder.through(isolated, deadline, memory_limit)
    return decoder.decode(decoder.position(index), cpu_count())


def iter_frames(
    ds: DataSet,
    indices: Iterable[int] | None = None,
    *,
    max_expansion: int = MAX_EXPANSION,
    description: FrameDescription | None = None,
    isolated: bool | WorkerPool = False,
    deadline: float = DEADLINE,
    memory_limit: int = MEMORY_LIMIT,
) -> Iterator[NDArray[Any]]:
    """The frames one after the other, each an array of its own; memory holds one at a time.

    Parameters
    ----------
    ds : mapping
        A data set with pixel data.
    indices : iterable of int, optional
        Frame indices, from 0; all in order when not given.
    max_expansion, description, isolated, deadline, memory_limit
        As for `pixel_array`.

    Yields
    ------
    ndarray, shape (rows, columns) or (rows, columns, samples)
        As a frame of `pixel_array`.

    Raises
    ------
    FrameIndexError
        There is no such frame (an IndexError too).
    PixelError, CodecError, LimitError, DecodeTimeoutError
        As `pixel_array`.
    """
    decoder = FrameDecoder(ds, description, max_expansion=max_expansion).through(isolated, deadline, memory_limit)
    if indices is None:
        decoder.check_complete()
    threads = cpu_count()
    for index in range(decoder.count) if indices is None else indices:
        yield decoder.decode(decoder.position(index), threads)
