"""Frames of video: MPEG-2, MPEG-4 AVC/H.264 and HEVC/H.265, decoded by PyAV (the extra ``video``).

In: the pixel data's source and description. Out: frames (rows, columns, 3) as RGB, one after the other in constant
memory, or one of them, decoded from the key frame before it. Standard: PS3.5 8.2.5 to 8.2.11; PS3.3 C.7.6.3.1.2
(YBR_PARTIAL_420).

Which luminance and chrominance is meant is taken from the stream's own marks (matrix coefficients, full or partial
range). What it leaves open is partial range, as YBR_PARTIAL_420 says, with the coefficients of ITU-R BT.601 below 720
rows and those of BT.709 from there on, as players do it. Chrominance is interpolated linearly.
"""

from __future__ import annotations

from dicom.errors import CodecError, PixelError
from dicom.pixels.video.bitstream import Bitstream, is_video
from dicom.pixels.video.packets import (
    CODECS_IN_CONTAINER,
    ContainedPictures,
    LostPlaceError,
    Survey,
    pictures_of,
    require_av,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.description import FrameDescription
    from dicom.pixels.source import PixelSource

__all__ = ["Video", "is_video"]

#: A coded picture is whole blocks: at most so much wider and higher than what is shown of it.
_LARGEST_BLOCK = 64
#: More threads than that only take memory: each decodes a picture of its own.
_MOST_THREADS = 8

# Matrix coefficients as in ISO/IEC 23091-2 table 4.
_RGB, _BT709, _UNSPECIFIED, _BT601 = 0, 1, 2, 5
#: BT.709, FCC, BT.601 twice (625 and 525 lines), SMPTE 240M, BT.2020.
_MATRICES = (1, 4, 5, 6, 7, 9)
_HD_ROWS = 720
_PARTIAL, _FULL = 1, 2


class VideoIndex:
    """What a look over a whole bitstream finds; kept as long as the pixel data is the same.

    Attributes
    ----------
    survey : Survey or None
        How many frames there are, and where decoding can begin; None before it was looked for.
    """

    __slots__ = ("survey",)

    def __init__(self) -> None:
        self.survey: Survey | None = None


class Video:
    """The frames of one video. Where key frames are is found out once, and kept; frames asked for in order are decoded
    in one go, in constant memory. To be used by one thread at a time.

    Parameters
    ----------
    source : PixelSource
        The bytes of Pixel Data.
    description : FrameDescription
        What `describe` gives; findings are added to it.
    threads : int
        Of the decoder.
    index : VideoIndex, optional
        What was found out before; it is filled in when it is needed.

    Raises
    ------
    MissingDependencyError
        PyAV isn't installed.
    PixelError
        The pixel data isn't encapsulated, or its bits aren't those of a video.
    TransferSyntaxError
        It isn't known what the bitstream is packed in.
    CodecError
        The container can't be read, or its frames aren't of the data set's size.
    """

    def __init__(
        self,
        source: PixelSource,
        description: FrameDescription,
        threads: int = 1,
        index: VideoIndex | None = None,
    ) -> None:
        if description.bits_allocated not in (8, 16) or description.is_signed:
            raise PixelError(
                f"video has unsigned samples of 8 or 16 bits allocated, not {description.bits_allocated}",
                tag=0x00280100,
            )
        self._description = description
        bitstream = Bitstream(source, description.transfer_syntax)
        width, height = (
            -(-size // _LARGEST_BLOCK) * _LARGEST_BLOCK for size in (description.columns, description.rows)
        )
        self._pictures = pictures_of(bitstream, width * height, min(threads, _MOST_THREADS))
        self._check_stream(bitstream)
        self._index = VideoIndex() if index is None else index
        self._playing: Iterator[Any] | None = None
        self._next = 0

    def __len__(self) -> int:
        """How many frames there are, whatever Number of Frames says."""
        return self.survey().count

    def survey(self) -> Survey:
        """How many frames there are, and where decoding can begin.

        Coded pictures are counted without decoding; only where they aren't as many as Number of Frames (each may be
        one field of a frame) all are decoded.
        """
        found = self._index.survey
        if found is None:
            survey = self._pictures.scan()
            if not survey.restarts or survey.count != self._description.number_of_frames:
                count = sum(1 for _ in self._pictures.play())
                # Where pictures aren't frames, key frames can't be told by counting pictures.
                survey = survey if count == survey.count else Survey(count, [])
            if not survey.count:
                raise CodecError("the video has no frame that can be decoded")
            self._index.survey = found = survey
        self._note_count(found.count)
        return found

    def frame(self, index: int) -> NDArray[Any]:
        """One frame, of an index from 0: decoded from the key frame before it, or on from where the last one was.

        Raises
        ------
        CodecError
            The stream can't be decoded or ends before, or its size isn't the data set's.
        """
        import numpy as np

        slot = np.empty(self._description.frame_shape, dtype=self._description.dtype)
        self.frame_into(index, slot)
        return slot

    def frame_into(self, index: int, slot: NDArray[Any]) -> None:
        """The same into a part of an array, (rows, columns[, samples])."""
        try:
            shown = self._seek(index)
        except LostPlaceError:
            self._index.survey, self._playing = Survey(self.survey().count, []), None
            shown = self._seek(index)
        self._fill(shown, slot)

    def _seek(self, index: int) -> Any:
        """The decoded picture of an index, by the shortest way."""
        # The first frame needs no look at all the others, nor does the next one.
        survey = None if index == 0 or (self._playing is not None and index == self._next) else self.survey()
        restart = None
        if survey is not None:
            restart = next((one for one in reversed(survey.restarts) if one.first <= index), None)
        begins = 0 if restart is None else restart.first
        if self._playing is None or not begins <= self._next <= index:
            self._playing, self._next = self._pictures.play(restart, survey), begins
        for frame in self._playing:
            self._next += 1
            if self._next > index:
                return frame
        self._playing = None
        raise CodecError(f"the video ends before its frame {index}")

    def _fill(self, frame: Any, slot: NDArray[Any]) -> None:
        """Converts a decoded picture into its slot."""
        import numpy as np
        from av.video.reformatter import Interpolation

        description = self._description
        self._check_size(frame.width, frame.height)
        if frame.is_corrupt:
            description.note(
                "video-frame-damaged", "parts of a frame couldn't be decoded: the decoder filled them by guessing"
            )
        is_wide = description.bits_allocated == 16
        is_color = description.samples_per_pixel == 3
        # By planes: interleaved ones take twice as long, and with 16 bits some are wrong (green as 0).
        target = ("gbrp16le" if is_wide else "gbrp") if is_color else "gray16le" if is_wide else "gray"
        matrix, color_range = coding_of(frame)
        try:
            shown = frame.reformat(
                format=target,
                src_colorspace=matrix,
                dst_colorspace=matrix,
                src_color_range=color_range,
                dst_color_range=_FULL,
                # FFmpeg's default takes shortcuts that are off by 3 of 255; this is within rounding of the formula.
                interpolation=Interpolation.BILINEAR | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT,
                threads=1,
            )
        except require_av().FFmpegError as error:
            raise CodecError(f"the colours of the video can't be converted ({type(error).__name__})") from None
        for plane, sample in zip(shown.planes, (1, 2, 0) if is_color else (0,), strict=False):
            values = np.frombuffer(plane, "<u2" if is_wide else "u1").reshape(description.rows, -1)
            values = values[:, : description.columns]
            part = slot[..., sample] if is_color else slot
            part[...] = values >> (16 - description.bits_stored) if is_wide else values

    def _check_stream(self, bitstream: Bitstream) -> None:
        """What the container says, before a frame is decoded."""
        codec = bitstream.codec
        if isinstance(self._pictures, ContainedPictures):
            container, stream = self._pictures.open()
            try:
                codec = CODECS_IN_CONTAINER[stream.codec_context.name]
                if stream.codec_context.width and stream.codec_context.height:
                    self._check_size(stream.codec_context.width, stream.codec_context.height)
            finally:
                container.close()
        if codec != bitstream.declared_codec:
            self._description.note(
                "video-codec-differs",
                f"the video is {codec}, its transfer syntax says {bitstream.declared_codec}: the stream is believed",
            )

    def _check_size(self, width: int, height: int) -> None:
        description = self._description
        if (height, width) != (description.rows, description.columns):
            raise CodecError(
                f"the video has frames of {height} rows x {width} columns, the data set says {description.rows} x "
                f"{description.columns}",
                tag=description.tag,
            )

    def _note_count(self, count: int) -> None:
        declared = self._description.number_of_frames
        if count > declared:
            self._description.note(
                "more-frames-than-declared",
                f"{count} frames were found, Number of Frames says {declared}: all are given",
            )
        elif count < declared:
            self._description.note(
                "fewer-frames-than-declared", f"the video has {count} frames, Number of Frames says {declared}"
            )


def coding_of(frame: Any) -> tuple[int, int]:
    """Matrix coefficients and range (1 partial, 2 full) of a decoded picture, by its marks or by our rule."""
    matrix, color_range = int(frame.colorspace), int(frame.color_range)
    if matrix in (_RGB, _UNSPECIFIED):
        # What is RGB already isn't turned by it.
        matrix = _BT709 if frame.height >= _HD_ROWS else _BT601
    elif matrix not in _MATRICES:
        raise CodecError(f"the video has colours by matrix coefficients {matrix}, which aren't converted")
    if color_range not in (_PARTIAL, _FULL):
        color_range = _FULL if frame.format.name.startswith("yuvj") else _PARTIAL
    return matrix, color_range
