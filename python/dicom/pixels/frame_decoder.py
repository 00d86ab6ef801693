"""The frames of one data set by their indices: where they are, and how they are decoded into an array.

In: a data set. Out: arrays that the frames' codecs fill, on several threads, or in worker processes; a video's frames
in their order. What is found out about the pixel data is kept with the data set. Standard: PS3.5 section 8 and annex A.
"""

from __future__ import annotations

from operator import is_

from dicom.errors import CodecError, LimitError, PixelError, TransferSyntaxError
from dicom.pixels import codecs
from dicom.pixels.description import FrameIndexError, describe
from dicom.pixels.frames import FramePlaces, read_frame
from dicom.pixels.native import count_native_frames, finish_color, read_native_frames
from dicom.pixels.source import open_source
from dicom.pixels.threads import cpu_count, run_in_threads
from dicom.pixels.video.bitstream import is_video

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.description import DataSet, FrameDescription
    from dicom.pixels.isolated import WorkerPool
    from dicom.pixels.source import PixelSource
    from dicom.pixels.video.decoding import Video, VideoIndex

#: Arrays up to this size are allocated whatever the size of the compressed frames.
FREE_BYTES = 32 * 2**20
#: Beyond it, an array is at most so many times larger than the fragments that it is decoded from.
MAX_EXPANSION = 4096
#: Seconds that a worker process may take for one frame.
DEADLINE = 30.0
#: Bytes that a worker process may allocate beside the frame itself.
MEMORY_LIMIT = 2 * 2**30
#: Below this size of the array, threads cost more than they bring: decoding, and plain reading.
_PARALLEL_BYTES = 2**20
_PARALLEL_READ_BYTES = 32 * 2**20
#: Native frames are read in pieces of about this size: by several threads, or by one, which can be interrupted between.
_PIECE_BYTES = 4 * 2**20
_UNINTERRUPTED_BYTES = 128 * 2**20


class Located:
    """What is found out about a data set's pixel data once, and holds as long as its elements are the same.

    Attributes
    ----------
    description : FrameDescription
    places : FramePlaces or None
        Where the frames are, of encapsulated pixel data.
    video : VideoIndex or None
        Where the key frames are, of a video.
    """

    __slots__ = ("_native_count", "_source", "description", "places", "video")

    def __init__(self, ds: DataSet, description: FrameDescription, source: PixelSource) -> None:
        self.description = description
        # A source that reads by way of the data set isn't kept: it would hold what this is kept by. A stream is, for
        # its beginning is where it stood.
        self._source = None if hasattr(source, "_ds") else source
        self.places: FramePlaces | None = None
        self.video: VideoIndex | None = None
        self._native_count = 0
        if is_video(description.transfer_syntax):
            from dicom.pixels.video.decoding import VideoIndex

            self.video = VideoIndex()
        elif description.is_encapsulated:
            self.places = FramePlaces(source, description, ds)
        else:
            self._native_count = _count_native(source, description)

    @property
    def count(self) -> int:
        """How many frames are declared, or more where there are more; some of those that are declared may be missing.

        Those of a video are known to its decoder.
        """
        return self._native_count if self.places is None else self.places.count

    def source(self, ds: DataSet) -> PixelSource:
        """The bytes of the value."""
        return self._source or open_source(ds, self.description.tag)


class FrameDecoder:
    """The frames of one data set by their indices, from 0; several threads may use it at once.

    Parameters
    ----------
    ds : mapping
    description : FrameDescription, optional
        Instead of what `describe` gives.
    located : Located, optional
        What was found out about the data set before.
    max_expansion : int
        As for `pixel_array`.
    """

    __slots__ = ("_decode", "_ds", "_max_expansion", "_source", "_video", "_video_lock", "description", "located")

    def __init__(
        self,
        ds: DataSet,
        description: FrameDescription | None = None,
        *,
        located: Located | None = None,
        max_expansion: int = MAX_EXPANSION,
    ) -> None:
        if located is None:
            self.description = describe(ds) if description is None else description
            self._source = open_source(ds, self.description.tag)
        else:
            self.description = located.description if description is None else description
            self._source = located.source(ds)
        self._ds = ds
        self._max_expansion = max_expansion
        self._decode: codecs.Decoder | None = None
        self._video: Video | None = None
        is_played = is_video(self.description.transfer_syntax)
        if self.description.is_encapsulated and not is_played:
            # First of all: without a decoder there is nothing to look for.
            self._decode = codecs.decoder_of(self.description.transfer_syntax)
        self.located = Located(ds, self.description, self._source) if located is None else located
        if is_played:
            from threading import Lock

            from dicom.pixels.video.decoding import Video

            self._video = Video(self._source, self.description, cpu_count(), self.located.video)
            self._video_lock = Lock()

    def through(self, isolated: bool | WorkerPool, deadline: float, memory_limit: int) -> FrameDecoder:
        """The same with compressed frames decoded in worker processes, if that is asked for."""
        if isolated is not False and self._video is not None:
            raise TransferSyntaxError("video isn't decoded in worker processes", tag=0x00020010)
        if isolated is False or self._decode is None:
            return self
        from dicom.pixels.isolated import isolated_decoder

        other = FrameDecoder(self._ds, self.description, located=self.located, max_expansion=self._max_expansion)
        other._decode = isolated_decoder(isolated, deadline, memory_limit)
        return other

    @property
    def count(self) -> int:
        """How many frames there are."""
        if self._video is not None:
            with self._video_lock:
                return len(self._video)
        return self.located.count

    @property
    def is_played(self) -> bool:
        """Whether frames follow from those before them, so that they are best asked for in order, by one thread."""
        return self._video is not None

    def position(self, index: int) -> int:
        """An index from 0; a negative one counts from the last.

        Raises
        ------
        FrameIndexError
            There is no such frame.
        """
        count = self.count
        if not -count <= index < count:
            raise FrameIndexError(f"frame {index} of {count}")
        return index + count if index < 0 else index

    def check_complete(self) -> None:
        """Refuse pixel data of fewer frames than declared; a video has as many as it has."""
        if self.located.places is not None:
            self.located.places.check_complete(self._source)
        elif self._video is None and self._source.length * 8 < self.count * self.description.native_frame_bits:
            count_native_frames(self._source, self.description)  # which says what is missing

    def check(self, indices: range, max_expansion: int) -> None:
        """Refuse frames that aren't all there, and an array of them that is out of proportion to the fragments."""
        if not indices:
            return
        last = max(indices[0], indices[-1])
        if self._video is not None:
            _check_expansion(len(indices), self._source.length, self.description, max_expansion)
        elif self.located.places is not None:
            self.located.places.ranges(self._source, last)
            _check_expansion(len(indices), self._source.length, self.description, max_expansion)
        elif self._source.length * 8 < (last + 1) * self.description.native_frame_bits:
            raise PixelError(
                f"frame {last} isn't there: the pixel data has {self._source.length} bytes", tag=self.description.tag
            )

    def encoded(self, index: int) -> bytes | memoryview:
        """The bytes of one frame as they are stored; of single bits all bytes that have a part of it."""
        if self._video is not None:
            raise PixelError(
                "the frames of a video aren't stored one by one: its bitstream can be saved as a whole",
                tag=self.description.tag,
            )
        if self.located.places is not None:
            return read_frame(self._source, self.located.places.ranges(self._source, index))
        self.check(range(index, index + 1), self._max_expansion)
        bits = self.description.native_frame_bits
        begin, end = index * bits // 8, ((index + 1) * bits + 7) // 8
        return self._source.read(begin, end - begin)

    def empty(self, count: int) -> NDArray[Any]:
        """An array for so many frames: (frames, rows, columns[, samples])."""
        return _empty(self.description, count)

    def decode(self, index: int, threads: int = 1) -> NDArray[Any]:
        """One frame: (rows, columns[, samples])."""
        if self._video is not None:
            with self._video_lock:
                shown = self._video.frame(index)
            _report(self._ds, self.description)
            return shown
        if self.located.places is not None:
            # Before there is an array: it may be a bomb.
            data = self.encoded(index)
            _check_expansion(1, len(data), self.description, self._max_expansion)
            array = self.empty(1)
            self._decode_into(array[0], data, index, threads)
        else:
            array = self.empty(1)
            read_native_frames(self._source, self.description, index, array)
        _report(self._ds, self.description)
        frame: NDArray[Any] = array[0]
        return frame

    def fill(self, array: NDArray[Any], indices: Sequence[int], threads: int) -> None:
        """Decode frames into an array of as many, each contiguous; the first error, by its place there, is raised."""
        description, count = self.description, len(indices)
        if self._video is not None:
            with self._video_lock:
                for slot, index in zip(array, indices, strict=True):
                    self._video.frame_into(index, slot)
        elif self.located.places is not None:
            codec_threads = threads if count == 1 else 1

            places, source = self.located.places, self._source

            def decode_one(place: int) -> None:
                index = indices[place]
                self._decode_into(array[place], read_frame(source, places.ranges(source, index)), index, codec_threads)

            run_in_threads(decode_one, range(count), threads if array.nbytes >= _PARALLEL_BYTES else 1)
        else:
            is_run = isinstance(indices, range) and indices.step == 1 and array.flags.c_contiguous
            in_parallel = threads > 1 and array.nbytes >= _PARALLEL_READ_BYTES
            piece_bytes = _PIECE_BYTES if in_parallel else _UNINTERRUPTED_BYTES
            step = max(1, piece_bytes // description.frame_bytes) if is_run else 1

            def read(first: int) -> None:
                read_native_frames(self._source, description, indices[first], array[first : first + step])

            run_in_threads(read, range(0, count, step), threads if in_parallel else 1)
        _report(self._ds, description)

    def _decode_into(self, slot: NDArray[Any], data: bytes | memoryview, index: int, threads: int) -> None:
        assert self._decode is not None
        try:
            if self._decode(data, self.description, slot, threads):
                finish_color(slot, self.description)
        except CodecError as error:
            if self.count > 1:
                error.args = (f"frame {index} of {self.count}: {error}",)
            raise


def keeping_decoder(
    ds: Any, description: FrameDescription | None = None, *, max_expansion: int = MAX_EXPANSION
) -> FrameDecoder:
    """A decoder that knows what was found out about the data set before, and keeps what it finds.

    It is kept while the elements that pixels depend on are the same objects; of a mapping that isn't ours nothing is.
    """
    elements = pixel_elements(ds)
    if elements is None:
        return FrameDecoder(ds, description, max_expansion=max_expansion)
    kept = ds.__dict__.get("_frames")
    if kept is None or not are_same(kept[0], elements):
        decoder = FrameDecoder(ds, max_expansion=max_expansion)
        ds.__dict__["_frames"] = kept = (elements, decoder.located)
        if description is None:
            return decoder
    located: Located = kept[1]
    if description is not None:
        if not _has_same_frames(description, located.description):
            return FrameDecoder(ds, description, max_expansion=max_expansion)
        for finding in located.description.findings:
            description.note(finding.code, finding.message)
    return FrameDecoder(ds, description, located=located, max_expansion=max_expansion)


def pixel_elements(ds: Any) -> list[object] | None:
    """What the frames of a data set depend on; None for a mapping that isn't ours."""
    elements: list[object] | None = ds._pixel_elements() if hasattr(ds, "_pixel_elements") else None
    return elements


def are_same(first: list[object], second: list[object] | None) -> bool:
    """Whether two lists hold the same objects."""
    return second is not None and all(map(is_, first, second))


def _has_same_frames(one: FrameDescription, other: FrameDescription) -> bool:
    """Whether frames lie where those of the other description do."""
    return (
        one.tag == other.tag
        and one.transfer_syntax == other.transfer_syntax
        and one.number_of_frames == other.number_of_frames
        and one.native_frame_bits == other.native_frame_bits
    )


def _count_native(source: PixelSource, description: FrameDescription) -> int:
    """How many frames there are; of a value that was cut those that are declared, for the first of them are there."""
    declared = description.number_of_frames
    if declared > 1 and source.length * 8 < declared * description.native_frame_bits and source.fragments() is None:
        return declared
    return count_native_frames(source, description)


def _check_expansion(count: int, length: int, description: FrameDescription, max_expansion: int) -> None:
    """Refuses frames that are out of proportion to their bytes: decoders take several times the frame's size."""
    total = count * description.frame_bytes
    if total > FREE_BYTES and total > length * max_expansion:
        raise LimitError(
            f"{count} frame(s) of {description.frame_bytes} bytes out of {length} encapsulated bytes are more than "
            f"{max_expansion}:1; max_expansion raises the limit",
            tag=description.tag,
        )


def _empty(description: FrameDescription, count: int) -> NDArray[Any]:
    import numpy as np

    try:
        return np.empty((count, *description.frame_shape), dtype=description.dtype)
    except MemoryError:
        raise LimitError(f"not enough memory for {count} frames of {description.frame_bytes} bytes") from None


def _report(ds: DataSet, description: FrameDescription) -> None:
    """Hands what was tolerated to the data set; one that keeps no findings has it as warnings."""
    add = getattr(ds, "_add_finding", None)
    for finding in description.findings:
        if add is not None:
            add(finding)
        else:
            import warnings

            warnings.warn(str(finding), UserWarning, stacklevel=3)
