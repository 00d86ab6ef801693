"""The coded pictures of a video, and where decoding can begin: PyAV around the bitstream.

In: a `Bitstream`. Out: PyAV's frames in the order in which they are shown, from the beginning or from a key frame on.
Two ways: what lies in a container (MP4, transport and program stream) has time stamps, and is taken apart and sought in
by FFmpeg; an elementary stream has neither, so its pictures are numbered here and read from their byte on.
Standard: ISO/IEC 13818-2 (MPEG-2 video), 14496-10 (AVC), 23008-2 (HEVC).

FFmpeg is told which format and which codecs it may take: asked to guess, it would follow a playlist to other files.
"""

from __future__ import annotations

from array import array
from collections import Counter
from zlib import crc32

from dicom.errors import CodecError, LimitError, MissingDependencyError, TransferSyntaxError
from dicom.pixels.video.bitstream import ELEMENTARY, H264, HEVC, MP4, MPEG_2, PROGRAM_STREAM, TRANSPORT_STREAM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dicom.pixels.video.bitstream import Bitstream

_DECODERS = {MPEG_2: "mpeg2video", H264: "h264", HEVC: "hevc"}
#: What FFmpeg calls a codec -> what it is here. MPEG-1 is what the decoder of MPEG-2 reads, too.
CODECS_IN_CONTAINER = {"mpeg1video": MPEG_2, "mpeg2video": MPEG_2, "h264": H264, "hevc": HEVC}
_ELEMENTARY_FORMATS = {MPEG_2: "mpegvideo", H264: "h264", HEVC: "hevc"}
_FORMATS = {MP4: "mp4", TRANSPORT_STREAM: "mpegts", PROGRAM_STREAM: "mpeg"}

#: Coded pictures of one video: more than four hours at 60 a second.
MAX_PICTURES = 2**20
_PIECE_BYTES = 2**16
_SEEK_SECONDS = 2
#: Parameter sets before the first picture: what a decoder has to have when it begins further on.
_LARGEST_PARAMETER_SETS = 2**16
_START_CODE = b"\0\0\1"


class Restart:
    """A key frame: decoding can begin here.

    Attributes
    ----------
    first : int
        Index, in the order of display, of the first frame that is given from here on.
    at : int
        Where: the byte of an elementary stream, the decoding time stamp in a container.
    number : int
        Of the coded picture, in the order of decoding.
    is_first : bool
        Whether this picture is the first one that is given: others that are shown before it need what lies before.
    mark : tuple of int
        What the picture is known by when it is met again; empty in an elementary stream.
    """

    __slots__ = ("at", "first", "is_first", "mark", "number")

    def __init__(self, first: int, at: int, number: int, *, is_first: bool, mark: tuple[int, ...] = ()) -> None:
        self.first = first
        self.at = at
        self.number = number
        self.is_first = is_first
        self.mark = mark


class Survey:
    """What was found out about a video without decoding it; it may be kept as long as the video is the same.

    Attributes
    ----------
    count : int
        How many coded pictures there are.
    restarts : list of Restart
        Where decoding can begin, the beginning first; none where that can't be told for sure.
    places : array of int
        In a container: of each picture, in the order of decoding, where it stands in the order of display.
    """

    __slots__ = ("count", "places", "restarts")

    def __init__(self, count: int, restarts: list[Restart], places: array[int] | None = None) -> None:
        self.count = count
        self.restarts = restarts
        self.places = array("L") if places is None else places


class LostPlaceError(CodecError):
    """Decoding from a key frame didn't give that frame: only from the beginning can frames be counted."""


class Pictures:
    """What both ways have in common.

    Parameters
    ----------
    bitstream : Bitstream
    max_pixels : int
        Pictures with more pixels are refused by the decoder before it makes room for them.
    threads : int
        Of the decoder.
    """

    def __init__(self, bitstream: Bitstream, max_pixels: int, threads: int) -> None:
        self._bitstream = bitstream
        self._max_pixels = max_pixels
        self._threads = threads

    @property
    def length(self) -> int:
        """Bytes of the bitstream."""
        return self._bitstream.length

    def _prepare(self, context: Any) -> Any:
        context.options = {"max_pixels": str(self._max_pixels)}
        context.thread_count = max(1, self._threads)
        context.thread_type = "AUTO"
        return context

    def scan(self) -> Survey:
        """How many coded pictures there are, and where decoding can begin. Nothing is decoded."""
        raise NotImplementedError

    def play(self, restart: Restart | None = None, survey: Survey | None = None) -> Iterator[Any]:
        """PyAV's frames in the order of display, from a restart of a survey or from the beginning.

        Raises
        ------
        CodecError
            The stream can't be decoded.
        LostPlaceError
            The restart was none.
        """
        av = require_av()
        try:
            # At the very beginning nothing is left out.
            is_begun = restart is None or not restart.number or not restart.is_first
            for frame in self._decode(restart, array("L") if survey is None else survey.places):
                if not is_begun and restart is not None and frame.pts != restart.number:
                    break
                is_begun = True
                yield frame
            if not is_begun:
                raise LostPlaceError("a key frame of the video isn't where it was found before")
        except av.FFmpegError as error:
            raise self.error(error) from None

    def error(self, error: Exception) -> CodecError:
        """Our error for one of FFmpeg's, whose text may quote anything."""
        return CodecError(f"{self._bitstream.codec} video: FFmpeg can't decode it ({type(error).__name__})")

    def open(self) -> tuple[Any, Any]:
        """PyAV's container and its video stream, for packets as they are stored.

        Raises
        ------
        CodecError
            It can't be opened, holds no video, or that of another codec.
        """
        av = require_av()
        options = {"codec_whitelist": ",".join(CODECS_IN_CONTAINER)}
        elementary = _ELEMENTARY_FORMATS[self._bitstream.codec]
        format = _FORMATS.get(self._bitstream.container, elementary)
        try:
            # Seeking a stream of its own: FFmpeg goes to and fro in it.
            container = av.open(self._bitstream.reopened(), format=format, options=options, metadata_errors="ignore")
        except av.FFmpegError as error:
            raise self.error(error) from None
        if not container.streams.video:
            container.close()
            raise CodecError(f"there is no video in the {self._bitstream.container}")
        stream = container.streams.video[0]
        if stream.codec_context is None or stream.codec_context.name not in CODECS_IN_CONTAINER:
            container.close()
            raise CodecError(f"the {self._bitstream.container} holds another codec than MPEG-2, H.264 and HEVC")
        return container, stream

    def _decode(self, restart: Restart | None, places: array[int]) -> Iterator[Any]:
        raise NotImplementedError


class ContainedPictures(Pictures):
    """Pictures in an MP4, a transport stream or a program stream."""

    def scan(self) -> Survey:  # noqa: D102 - as in Pictures
        container, stream = self.open()
        times: list[int] = []
        keys: list[tuple[int, int, tuple[int, ...]]] = []
        number, is_clear = 0, True
        try:
            for packet in container.demux(stream):
                if not packet.size:
                    continue
                _check_count(number + 1)
                is_clear = is_clear and packet.pts is not None
                if is_clear:
                    times.append(packet.pts)
                    if packet.is_keyframe:
                        keys.append((number, packet.pts if packet.dts is None else packet.dts, self._mark(packet)))
                number += 1
        except require_av().FFmpegError as error:
            raise self.error(error) from None
        finally:
            container.close()
        order = sorted(range(len(times)), key=times.__getitem__)
        # Frames are counted by their times: each has one of its own, and none is shown before the first key frame.
        if not is_clear or not keys or order[0] != keys[0][0] or len(set(times)) < number:
            return Survey(number, [])
        places = array("L", bytes(array("L").itemsize * number))
        for place, index in enumerate(order):
            places[index] = place
        marks = Counter(mark for _, _, mark in keys)
        # Key frames that can't be told from each other aren't sought.
        restarts = [
            Restart(places[index], dts, index, is_first=True, mark=mark)
            for index, dts, mark in keys
            if marks[mark] == 1
        ]
        return Survey(number, restarts, places)

    def _mark(self, packet: Any) -> tuple[int, ...]:
        """What a key frame is known by. Where frames don't begin with packets, times after seeking can be another's."""
        content = crc32(packet)
        return (content,) if self._bitstream.container == PROGRAM_STREAM else (content, packet.pts)

    def _decode(self, restart: Restart | None, places: array[int]) -> Iterator[Any]:
        container, stream = self.open()
        try:
            self._prepare(stream.codec_context)
            if restart is None or not restart.number:
                yield from container.decode(stream)
                return
            number = restart.number - 1
            for packet in self._packets_from(restart, container, stream):
                if packet.size:
                    number += 1
                    packet.pts = packet.dts = number
                for frame in packet.decode():
                    # Shown before the key frame: they may have been made of pictures that were never decoded.
                    if frame.pts is None or not 0 <= frame.pts < len(places) or places[frame.pts] >= restart.first:
                        yield frame
        finally:
            container.close()

    def _packets_from(self, restart: Restart, container: Any, stream: Any) -> Iterator[Any]:
        """Packets from a key frame on; none when it isn't found."""
        # A container may lead us beyond the place that was asked for: then from further ahead.
        for back in (0, 1, 8):
            container.seek(restart.at - back * _SEEK_SECONDS * stream.time_base.denominator, stream=stream)
            packets = container.demux(stream)
            for packet in packets:
                if packet.is_keyframe and packet.size:
                    if self._mark(packet) == restart.mark:
                        yield packet
                        yield from packets
                        return
                    if packet.dts is not None and packet.dts > restart.at:
                        break


class ElementaryPictures(Pictures):
    """Pictures of an elementary stream: of MPEG-2, or of H.264 and HEVC as annex B of each writes them."""

    def scan(self) -> Survey:  # noqa: D102 - as in Pictures
        look = {MPEG_2: _look_at_mpeg_2, H264: _look_at_h264, HEVC: _look_at_hevc}[self._bitstream.codec]
        restarts: list[Restart] = []
        number, at, is_clear = 0, 0, True
        try:
            for packet in self.packets():
                data = bytes(packet)
                is_key, leading, is_odd = look(data)
                if is_key:
                    restarts.append(Restart(number + (leading or 0), at, number, is_first=leading is not None))
                elif leading and restarts and restarts[-1].is_first:
                    restarts[-1].first += leading  # a picture that the key frame's decoder will leave out
                is_clear = is_clear and bool(restarts) and not (is_odd and restarts[-1].is_first)
                number += 1
                _check_count(number)
                at += len(data)
        except require_av().FFmpegError as error:
            raise self.error(error) from None
        return Survey(number, restarts if is_clear and restarts[0].first == 0 else [])

    def packets(self, at: int = 0) -> Iterator[Any]:
        """PyAV's packets of one coded picture each, from a byte on, numbered by nothing."""
        context = self._context()
        while piece := self._bitstream.read_at(at, _PIECE_BYTES):
            at += len(piece)
            yield from context.parse(piece)
        yield from context.parse(b"")

    def _context(self) -> Any:
        return self._prepare(require_av().CodecContext.create(_DECODERS[self._bitstream.codec], "r"))

    def _decode(self, restart: Restart | None, places: array[int]) -> Iterator[Any]:
        context = self._context()
        first, at = 0, 0
        if restart is not None and restart.at:
            first, at = restart.number, restart.at
            context.extradata = self._parameter_sets()
        for number, packet in enumerate(self.packets(at), first):
            packet.pts = packet.dts = number
            yield from context.decode(packet)
        yield from context.decode(None)

    def _parameter_sets(self) -> bytes:
        """What stands before the first picture of the stream."""
        head = b""
        while len(head) < _LARGEST_PARAMETER_SETS and (piece := self._bitstream.read_at(len(head), _PIECE_BYTES)):
            head += piece
        for at, unit in _units(head, 0):
            if _is_picture(self._bitstream.codec, unit):
                return head[:at]
        return b""


def pictures_of(bitstream: Bitstream, max_pixels: int, threads: int) -> Pictures:
    """The way to a bitstream's pictures.

    Raises
    ------
    MissingDependencyError
        PyAV isn't installed.
    TransferSyntaxError
        It isn't known what the bitstream is packed in.
    """
    require_av()
    if bitstream.container == ELEMENTARY:
        return ElementaryPictures(bitstream, max_pixels, threads)
    if bitstream.container not in _FORMATS:
        raise TransferSyntaxError(
            f"the video of transfer syntax {bitstream.transfer_syntax} is neither an MP4, nor an MPEG transport or "
            "program stream, nor an elementary stream",
            tag=0x00020010,
        )
    return ContainedPictures(bitstream, max_pixels, threads)


def require_av() -> Any:
    """PyAV.

    Raises
    ------
    MissingDependencyError
        It isn't installed.
    """
    try:
        import av
    except ImportError as error:
        raise MissingDependencyError(
            "frames of a video need PyAV: pip install dicom-py[video]; without it the bitstream can be saved as it is "
            "(dicom.export.save_video)"
        ) from error
    return av


def _check_count(number: int) -> None:
    if number > MAX_PICTURES:
        raise LimitError(f"more than {MAX_PICTURES} pictures in the video")


def _units(data: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Offset of each start code from `at` on, and the four bytes after it."""
    while (at := data.find(_START_CODE, at)) >= 0:
        yield at, data[at + 3 : at + 7]
        at += 3


def _is_picture(codec: str, unit: bytes) -> bool:
    """Whether a unit is a coded slice (or, in MPEG-2, the header of a picture)."""
    if not unit:
        return False
    if codec == MPEG_2:
        return unit[0] == 0x00
    return 1 <= unit[0] & 0x1F <= 5 if codec == H264 else unit[0] >> 1 & 0x3F < 32


# Each looks at one coded picture and tells: whether decoding can begin there; how many pictures are decoded after it,
# are shown before it, and need what lies before it (None: there are none such); whether counting breaks off here.


def _look_at_mpeg_2(data: bytes) -> tuple[bool, int | None, bool]:
    has_sequence, is_closed = False, None
    for at, unit in _units(data, 0):
        if unit[:1] == b"\xb3":
            has_sequence = True
        elif unit[:1] == b"\xb8" and len(data) > at + 7:
            is_closed = bool(data[at + 7] & 0x40)  # closed_gop, after 25 bits of time code
        elif unit[:1] == b"\0" and len(unit) >= 3:
            temporal_reference, kind = unit[1] << 2 | unit[2] >> 6, unit[2] >> 3 & 7
            is_key = kind == 1 and has_sequence and is_closed is not None
            return is_key, temporal_reference if is_key and not is_closed else None, False
    return False, None, False


def _look_at_h264(data: bytes) -> tuple[bool, int | None, bool]:
    # An I picture that is none of IDR (5) can be followed by ones that refer to what lies before it.
    for _, unit in _units(data, 0):
        if _is_picture(H264, unit):
            return unit[0] & 0x1F == 5, None, False
    return False, None, False


def _look_at_hevc(data: bytes) -> tuple[bool, int | None, bool]:
    for _, unit in _units(data, 0):
        if _is_picture(HEVC, unit):
            kind = unit[0] >> 1 & 0x3F
            if kind in (19, 20):  # IDR
                return True, None, False
            if 16 <= kind <= 23:  # BLA, CRA
                return True, 0, False
            if kind in (8, 9):  # RASL: skipped by a decoder that began at their CRA
                return False, 1, False
            # RADL, which after a CRA can stand among RASL: which frame is which isn't known then.
            return False, None, kind in (6, 7)
    return False, None, False
