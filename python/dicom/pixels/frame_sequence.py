"""`Frames`: the frames of a data set as a sequence, each decoded when it is asked for.

In: a data set. Out: one frame as an array (rows, columns[, samples]); many as (frames, rows, columns[, samples]); the
bytes of a frame as they are stored. Standard: PS3.3 C.7.6.6 (Multi-frame), PS3.5 A.4.

Where the frames are is found out once and kept with the data set while the elements that pixels depend on are the same
objects. One `Frames` may be used from many threads and tasks at the same time.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import index as whole_number
from typing import overload

from dicom.errors import PixelError
from dicom.pixels.description import FrameIndexError
from dicom.pixels.frame_decoder import (
    DEADLINE,
    MAX_EXPANSION,
    MEMORY_LIMIT,
    FrameDecoder,
    are_same,
    keeping_decoder,
    pixel_elements,
)
from dicom.pixels.threads import cpu_count, thread_count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    from dicom.pixels.isolated import WorkerPool

    Base = Sequence[NDArray[Any]]
else:
    Base = Sequence


class Frames(Base):
    """The frames of a data set; ``ds.frames`` gives them.

    ``frames[500]`` reads and decodes that frame alone; ``frames[10:20]`` is a view that has decoded nothing yet;
    a loop holds one frame at a time. Frames are the arrays of `pixel_array`, each its caller's own. Where the pixel
    data ends early, the frames that are there can be had.

    >>> import dicom
    >>> frames = dicom.read("mr.dcm").frames
    >>> frames
    <Frames (1, 1024, 1024) uint16, JPEG 2000 Image Compression (Lossless Only)>
    >>> frames[0].shape, frames[-1:].decode().shape
    ((1024, 1024), (1, 1024, 1024))

    Parameters
    ----------
    ds : mapping
        A data set with pixel data.

    Raises
    ------
    MissingElementError
        There is no pixel data, or an element that describes it is missing (an AttributeError too).
    TransferSyntaxError
        None of the codecs decodes the transfer syntax (a NotImplementedError too).
    PixelError
        The elements contradict the pixel data.
    """

    __slots__ = ("_decoder", "_ds", "_elements", "_indices")

    def __init__(self, ds: Any) -> None:
        self._ds = ds
        self._elements = pixel_elements(ds)
        self._decoder = keeping_decoder(ds)
        self._indices = range(self._decoder.count)

    def _with(self, *, indices: range | None = None, decoder: FrameDecoder | None = None) -> Frames:
        other = object.__new__(Frames)
        other._ds = self._ds
        other._elements = self._elements
        other._decoder = self._decoder if decoder is None else decoder
        other._indices = self._indices if indices is None else indices
        return other

    # --- what there is -----------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._indices)

    @property
    def shape(self) -> tuple[int, ...]:
        """(frames, rows, columns), or (frames, rows, columns, samples)."""
        return (len(self), *self._decoder.description.frame_shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the decoded frames."""
        import numpy as np

        return np.dtype(self._decoder.description.dtype)

    @property
    def nbytes(self) -> int:
        """Bytes of all decoded frames."""
        return len(self) * self._decoder.description.frame_bytes

    @property
    def transfer_syntax(self) -> str:
        """The Transfer Syntax UID that the frames are stored in."""
        return self._decoder.description.transfer_syntax

    def __repr__(self) -> str:
        from dicom.uid import UID

        return f"<Frames {self.shape} {self.dtype.name}, {UID(self.transfer_syntax).name}>"

    # --- one frame ---------------------------------------------------------------------------------------------------

    @overload
    def __getitem__(self, index: int) -> NDArray[Any]: ...
    @overload
    def __getitem__(self, index: slice) -> Frames: ...
    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return self._with(indices=self._indices[index])
        self._check_same()
        return self._decoder.decode(self._position(index), cpu_count())

    def encoded(self, index: int) -> bytes:
        """The bytes of one frame as they are stored: its codestream, of as many fragments as it has.

        Parameters
        ----------
        index : int
            From 0; a negative one counts from the last.

        Returns
        -------
        bytes
            With the byte that pads an odd length, unless the Extended Offset Table Lengths tell it from the frame. Of a
            frame without compression its pixels; where they are single bits, all bytes that hold some of them.

        Raises
        ------
        FrameIndexError
            There is no such frame (an IndexError too).
        PixelError
            The frame is declared, but isn't there.
        """
        self._check_same()
        return bytes(self._decoder.encoded(self._position(index)))

    def _position(self, index: Any) -> int:
        try:
            return self._indices[whole_number(index)]
        except IndexError:
            raise FrameIndexError(f"frame {index} of {len(self)}") from None

    # --- many --------------------------------------------------------------------------------------------------------

    def decode(
        self,
        *,
        workers: int | None = None,
        out: NDArray[Any] | None = None,
        isolated: bool | WorkerPool = False,
        deadline: float = DEADLINE,
        memory_limit: int = MEMORY_LIMIT,
        max_expansion: int = MAX_EXPANSION,
    ) -> NDArray[Any]:
        """All frames in one array.

        Parameters
        ----------
        workers : int, optional
            Threads that decode; as many as the process has CPUs when not given.
        out : ndarray, optional
            What is to be filled: an array of `shape` and `dtype`, in memory of any sort, such as a memory map or shared
            memory. When a frame can't be decoded, others may stand in it already.
        isolated, deadline, memory_limit
            Decoding in worker processes, as for `dicom.pixels.decode.pixel_array`.
        max_expansion : int
            Limit on the array's size against the encapsulated bytes, for arrays beyond 32 MiB.

        Returns
        -------
        ndarray, shape (frames, rows, columns) or (frames, rows, columns, samples)
            `out`, or a new array. One frame keeps the axis of frames, which `pixel_array` drops.

        Raises
        ------
        PixelError
            A frame isn't there, or the data set was changed meanwhile.
        CodecError
            A frame can't be decoded.
        DecodeTimeoutError
            A worker process didn't decode a frame by its deadline (a TimeoutError too).
        LimitError
            The array is out of proportion to its fragments.
        ValueError, TypeError
            `out` isn't an array of this shape and dtype that can be written to.
        """
        self._check_same()
        if out is not None:
            self._check_out(out)
        decoder = self._decoder.through(isolated, deadline, memory_limit)
        decoder.check(self._indices, max_expansion)
        threads = thread_count(workers)
        if out is None:
            out = decoder.empty(len(self))
        if len(self) and not out[0].flags.c_contiguous:
            for place, index in enumerate(self._indices):
                out[place] = decoder.decode(index, threads)
        else:
            import numpy as np

            # Codecs want plain arrays, not those of a subclass such as a memory map.
            decoder.fill(np.asarray(out), self._indices, threads)
        return out

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        if copy is False:
            raise ValueError("frames are decoded into an array of their own: there is none without a copy")
        array = self.decode()
        return array if dtype is None else array.astype(dtype, copy=False)

    def __iter__(self) -> Iterator[NDArray[Any]]:
        return self.iterate(workers=1)

    def iterate(
        self,
        *,
        workers: int | None = None,
        isolated: bool | WorkerPool = False,
        deadline: float = DEADLINE,
        memory_limit: int = MEMORY_LIMIT,
    ) -> Iterator[NDArray[Any]]:
        """The frames one after the other, in bounded memory; others are decoded ahead meanwhile.

        Parameters
        ----------
        workers : int, optional
            Threads that decode ahead, as many as the process has CPUs when not given. Memory holds two frames a
            thread at most; with 1 nothing is decoded ahead.
        isolated, deadline, memory_limit
            Decoding in worker processes, as for `dicom.pixels.decode.pixel_array`.

        Yields
        ------
        ndarray, shape (rows, columns) or (rows, columns, samples)

        Raises
        ------
        PixelError, CodecError, LimitError, DecodeTimeoutError
            As `decode`, when the frame's turn comes.
        """
        threads = thread_count(workers)
        decoder = self._decoder.through(isolated, deadline, memory_limit)
        if threads < 2 or decoder.is_played:
            return self._one_by_one(decoder)
        return self._ahead(decoder, threads)

    def _one_by_one(self, decoder: FrameDecoder) -> Iterator[NDArray[Any]]:
        threads = cpu_count()
        for index in self._indices:
            self._check_same()
            yield decoder.decode(index, threads)

    def _ahead(self, decoder: FrameDecoder, threads: int) -> Iterator[NDArray[Any]]:
        from collections import deque
        from concurrent.futures import Future, ThreadPoolExecutor

        coming: deque[Future[NDArray[Any]]] = deque()
        left = iter(self._indices)
        executor = ThreadPoolExecutor(threads, "dicom-frames")
        try:
            while True:
                self._check_same()
                # One frame is with the caller, so one less than two a thread is on its way.
                while len(coming) < 2 * threads - 1 and (index := next(left, None)) is not None:
                    coming.append(executor.submit(decoder.decode, index))
                if not coming:
                    return
                yield coming.popleft().result()
        finally:
            executor.shutdown(wait=True, cancel_futures=True)

    def __aiter__(self) -> AsyncIterator[NDArray[Any]]:
        """The frames one after the other, decoded in threads: the event loop goes on meanwhile, and one is ahead."""
        return self._in_threads()

    async def _in_threads(self) -> AsyncIterator[NDArray[Any]]:
        import asyncio
        from collections import deque

        coming: deque[asyncio.Task[NDArray[Any]]] = deque()
        left = iter(self._indices)
        try:
            while True:
                self._check_same()
                while len(coming) < 2 and (index := next(left, None)) is not None:
                    coming.append(asyncio.ensure_future(asyncio.to_thread(self._decoder.decode, index)))
                if not coming:
                    return
                yield await coming.popleft()
        finally:
            # A frame that a thread is at is decoded to its end, and no one waits for it.
            for task in coming:
                task.cancel()

    # --- as they are stored ------------------------------------------------------------------------------------------

    def stored(self) -> Frames:
        """The same frames with the colours that are stored: YBR_FULL isn't turned into RGB."""
        from copy import copy

        description = copy(self._decoder.description)
        description.converts_color = False
        return self._with(decoder=FrameDecoder(self._ds, description, located=self._decoder.located))

    # --- arrays can't be compared as other items of a sequence -------------------------------------------------------

    def _equals(self, value: object) -> Callable[[NDArray[Any]], bool]:
        import numpy as np

        return lambda frame: isinstance(value, np.ndarray) and np.array_equal(frame, value)

    def __contains__(self, value: object) -> bool:
        return any(map(self._equals(value), self))

    def count(self, value: object) -> int:
        """How many frames are equal to an array."""
        return sum(map(self._equals(value), self))

    def index(self, value: object, start: int = 0, stop: int | None = None) -> int:
        """Index of the first frame that is equal to an array.

        Raises
        ------
        ValueError
            There is none.
        """
        equals = self._equals(value)
        for place in range(len(self))[start:stop]:
            if equals(self[place]):
                return place
        raise ValueError("no frame is equal to the value")

    # --- guards ------------------------------------------------------------------------------------------------------

    def _check_same(self) -> None:
        if self._elements is not None and not are_same(self._elements, pixel_elements(self._ds)):
            raise PixelError(
                "the pixel data was changed since these frames were asked for: ask for them again by ds.frames"
            )

    def _check_out(self, out: Any) -> None:
        import numpy as np

        if not isinstance(out, np.ndarray):
            raise TypeError(f"out has to be an ndarray, not {type(out).__name__}")
        if out.shape != self.shape or out.dtype != self.dtype:
            raise ValueError(
                f"out has the shape {out.shape} and dtype {out.dtype}; the frames take {self.shape} and {self.dtype}"
            )
        if not out.flags.writeable:
            raise ValueError("out can't be written to")
