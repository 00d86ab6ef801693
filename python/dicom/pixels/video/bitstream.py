"""The bitstream of video pixel data: one stream over all fragments, and what it is, so that it can be a file.

In: a data set whose transfer syntax is MPEG-2, MPEG-4 AVC/H.264 or HEVC/H.265. Out: a readable, seekable stream of the
bytes as they were stored, with its container and the suffix that its file needs. No decoder is needed for that.
Standard: PS3.5 8.2.5 to 8.2.11, A.4.5 to A.4.10 (the fragmentable forms put one bitstream into several fragments).
"""

from __future__ import annotations

import io
from bisect import bisect_right
from itertools import accumulate

from dicom.errors import PixelError, TransferSyntaxError
from dicom.pixels.description import PIXEL_DATA, describe
from dicom.pixels.source import open_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from dicom.pixels.description import DataSet
    from dicom.pixels.source import PixelSource

MPEG_2 = "MPEG-2"
H264 = "H.264"
HEVC = "HEVC"

_OF_ONE_FRAGMENT = {"100": MPEG_2, "101": MPEG_2, **dict.fromkeys(("102", "103", "104", "105", "106"), H264)}
#: Transfer Syntax UID -> codec of the video (PS3.6 table A-1). Those of HEVC are fragmentable themselves.
VIDEO: dict[str, str] = {
    **{f"1.2.840.10008.1.2.4.{number}": codec for number, codec in _OF_ONE_FRAGMENT.items()},
    **{f"1.2.840.10008.1.2.4.{number}.1": codec for number, codec in _OF_ONE_FRAGMENT.items()},
    **{f"1.2.840.10008.1.2.4.{number}": HEVC for number in ("107", "108")},
}

TRANSPORT_STREAM = "MPEG transport stream"
PROGRAM_STREAM = "MPEG program stream"
MP4 = "MP4"
ELEMENTARY = "elementary stream"
UNKNOWN = "unknown"

_SUFFIXES = {TRANSPORT_STREAM: ".ts", PROGRAM_STREAM: ".mpg", MP4: ".mp4", UNKNOWN: ".bin"}
_ELEMENTARY_SUFFIXES = {MPEG_2: ".m2v", H264: ".h264", HEVC: ".hevc"}

_PACKET_BYTES = 188  # of a transport stream
#: How far into the stream we look for what it is.
_HEAD_BYTES = 4096
_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"styp")
_START_CODE = b"\0\0\1"
_PIECE_BYTES = 2**20


class Bitstream(io.RawIOBase):
    """The fragments of a video as one stream of bytes; what isn't asked for isn't read.

    Attributes
    ----------
    transfer_syntax : str
        Transfer Syntax UID.
    length : int
        Bytes of the whole stream. A byte that was added to make the last fragment even is left out where the container
        tells where it ends.
    container : str
        ``"MP4"``, ``"MPEG transport stream"``, ``"MPEG program stream"``, ``"elementary stream"`` or ``"unknown"``.
    codec : str
        ``"MPEG-2"``, ``"H.264"`` or ``"HEVC"``: of an elementary stream what it holds, else what the transfer syntax
        says.
    declared_codec : str
        The one of the transfer syntax.
    suffix : str
        What the name of its file should end with: ``.mp4``, ``.ts``, ``.mpg``, ``.m2v``, ``.h264``, ``.hevc``; ``.bin``
        where it isn't known.
    """

    def __init__(self, source: PixelSource, transfer_syntax: str) -> None:
        self._source = source
        self._fragments = _fragments(source)
        self._starts = list(accumulate((length for _, length in self._fragments), initial=0))
        self._at = 0
        self.length = self._starts[-1]
        head = self.read_at(0, _HEAD_BYTES)
        self.container = container_of(head)
        self.transfer_syntax = transfer_syntax
        self.declared_codec = VIDEO[transfer_syntax]
        is_elementary = self.container == ELEMENTARY
        self.codec = elementary_codec(head, self.declared_codec) if is_elementary else self.declared_codec
        self.suffix = _SUFFIXES.get(self.container) or _ELEMENTARY_SUFFIXES[self.codec]
        self.length -= self._padding()

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move to `offset` from the beginning (0), from here (1) or from the end (2); gives the place."""
        if whence not in (io.SEEK_SET, io.SEEK_CUR, io.SEEK_END):
            raise ValueError("whence has to be 0, 1 or 2")
        self._at = max((0, self._at, self.length)[whence] + offset, 0)
        return self._at

    def tell(self) -> int:
        """Where the stream stands."""
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        """Fills the buffer as far as one fragment goes; gives how many bytes that were."""
        target = memoryview(buffer).cast("B")
        piece = self.read_at(self._at, len(target))
        target[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def read_at(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset` on, as far as one fragment goes; where the stream stands stays."""
        size = min(size, self.length - offset)
        if size <= 0:
            return b""
        index = bisect_right(self._starts, offset) - 1
        begin, length = self._fragments[index]
        within = offset - self._starts[index]
        return bytes(self._source.read(begin + within, min(size, length - within)))

    def reopened(self) -> Bitstream:
        """The same bitstream, standing at its beginning, with a place of its own."""
        other = Bitstream.__new__(Bitstream)
        other.__dict__.update(self.__dict__)
        other._at = 0
        return other

    def copy_to(self, write: Callable[[bytes], Any]) -> int:
        """Hands the whole stream to `write`, a piece at a time; gives how many bytes that were."""
        at = 0
        while piece := self.read_at(at, _PIECE_BYTES):
            write(piece)
            at += len(piece)
        return at

    def _padding(self) -> int:
        """1 when the last byte was added to an MP4 to make the fragment even, else 0.

        A transport stream's length is even, and zeros at the end of an elementary or program stream belong to it.
        """
        if self.container != MP4 or bytes(self._joined(self.length - 1, 1)) != b"\0":
            return 0
        return int(self._end_of_boxes() == self.length - 1)

    def _end_of_boxes(self) -> int:
        """Where the last whole box of an MP4 ends (ISO/IEC 14496-12 4.2)."""
        at = 0
        # Boxes at this level are few, but a fragmented MP4 has two for each second or so.
        for _ in range(2**16):
            header = self._joined(at, 16)
            if len(header) < 8:
                break
            size = int.from_bytes(header[:4], "big")
            if size == 1 and len(header) == 16:
                size = int.from_bytes(header[8:], "big")
            if size < 8 or at + size > self.length:
                break
            at += size
        return at

    def _joined(self, at: int, size: int) -> bytes:
        """As `read_at`, across the border of fragments."""
        data = b""
        while len(data) < size and (piece := self.read_at(at + len(data), size - len(data))):
            data += piece
        return data


def is_video(transfer_syntax: str) -> bool:
    """Whether pixel data of this transfer syntax is one bitstream of video."""
    return transfer_syntax in VIDEO


def open_bitstream(ds: DataSet) -> Bitstream:
    """The bitstream of a video as it was stored: no frame is decoded.

    Parameters
    ----------
    ds : mapping
        A data set of a video transfer syntax.

    Returns
    -------
    Bitstream
        Readable and seekable, as long as the data set's file is there.

    Raises
    ------
    TransferSyntaxError
        The transfer syntax isn't one of video.
    PixelError
        The pixel data isn't encapsulated, or has no fragments.
    MissingElementError
        There is no pixel data.
    """
    description = describe(ds)
    if description.tag != PIXEL_DATA or not is_video(description.transfer_syntax):
        raise TransferSyntaxError("the pixel data is no video: its transfer syntax is another one", tag=0x00020010)
    return Bitstream(open_source(ds, description.tag), description.transfer_syntax)


def container_of(head: bytes) -> str:
    """What a bitstream is packed in, by its first bytes."""
    if head[:1] == b"\x47" and (len(head) <= _PACKET_BYTES or head[_PACKET_BYTES] == 0x47):
        return TRANSPORT_STREAM
    if head[4:8] in _BOXES:
        return MP4
    if head[:4] == b"\0\0\1\xba":
        return PROGRAM_STREAM
    # Zeros may stand before the first start code of an elementary stream (ISO/IEC 14496-10 annex B).
    at = head.find(_START_CODE)
    if at >= 0 and not head[:at].strip(b"\0"):
        return ELEMENTARY
    return UNKNOWN


def elementary_codec(head: bytes, declared: str) -> str:
    """The codec of an elementary stream by its first units; `declared` where they leave it open."""
    at = head.find(_START_CODE)
    first = head[at + 3 : at + 4]
    if first == b"\xb3":
        return MPEG_2
    h264_types, hevc_types = set(), set()
    while at >= 0 and at + 3 < len(head):
        h264_types.add(head[at + 3] & 0x1F)
        hevc_types.add(head[at + 3] >> 1 & 0x3F)
        at = head.find(_START_CODE, at + 3)
    # Sequence and picture parameter sets; read as the other codec their numbers mean something else.
    is_h264, is_hevc = {7, 8} <= h264_types, {33, 34} <= hevc_types
    if is_h264 == is_hevc:
        return declared
    return H264 if is_h264 else HEVC


def _fragments(source: PixelSource) -> list[tuple[int, int]]:
    items = source.fragments()
    if items is None:
        raise PixelError(
            f"the pixel data ({source.length} bytes) isn't encapsulated, but a video has to be", tag=PIXEL_DATA
        )
    if len(items) < 2:
        raise PixelError("the encapsulated pixel data has no fragments", tag=PIXEL_DATA)
    return items[1:]
