"""Which bytes of encapsulated pixel data are which frame.

In: the pixel data's source and description, and the Extended Offset Table where there is one. Out: for each frame the
(offset, length) of its fragments. Standard: PS3.5 A.4, PS3.3 C.7.6.3.1.8. In this order: the Extended Offset Table, the
Basic Offset Table, one frame = all fragments, one fragment a frame, and at last what codestreams end and begin with.

With a table only the items of the frame that is asked for are looked at. Without one all items are walked over once,
and what was found is kept. Where frames are missing, those that are there can be had all the same.
"""

from __future__ import annotations

from array import array
from itertools import pairwise
from operator import lt
from struct import unpack_from
from threading import Lock

from dicom.errors import PixelError
from dicom.pixels.description import FrameIndexError
from dicom.pixels.source import MAX_FRAGMENTS, scan_items

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dicom.pixels.description import DataSet, FrameDescription
    from dicom.pixels.source import PixelSource

    Ranges = list[tuple[int, int]]

_RLE_LOSSLESS = "1.2.840.10008.1.2.5"
#: Each frame is one fragment, and has no mark of its end: RLE Lossless, Encapsulated Uncompressed, Deflated Image Frame
#: (PS3.5 A.4.2, A.4.11, A.4.13).
_ONE_FRAGMENT = frozenset({_RLE_LOSSLESS, "1.2.840.10008.1.2.1.98", "1.2.840.10008.1.2.8.1"})
#: EOI of JPEG and JPEG-LS and EOC of JPEG 2000 are the same two bytes; padding may follow.
_END_OF_IMAGE = b"\xff\xd9"
_TAIL_BYTES = 10
#: JPEG and JPEG-LS, JPEG 2000, JPEG XL, and the boxes of the latter two.
_BEGINNINGS = (
    b"\xff\xd8\xff",
    b"\xff\x4f\xff\x51",
    b"\xff\x0a",
    b"\0\0\0\x0cjP  \r\n\x87\n",
    b"\0\0\0\x0cJXL \r\n\x87\n",
)
_RLE_HEADER_BYTES = 64


class FramePlaces:
    """Where the frames of one encapsulated value lie; found when they are first asked for, and kept.

    It holds neither the data set nor its source, so that a data set can keep it. Several threads may ask at once.

    Parameters
    ----------
    source : PixelSource
        The value.
    description : FrameDescription
        Takes the findings.
    ds : mapping
        Asked for the Extended Offset Table.

    Raises
    ------
    PixelError
        The value isn't encapsulated, or has no fragments.
    """

    __slots__ = ("_base", "_description", "_firsts", "_lengths", "_lock", "_missing", "_offsets", "_sizes", "_starts")

    def __init__(self, source: PixelSource, description: FrameDescription, ds: DataSet) -> None:
        self._description = description
        self._lock = Lock()
        # Where the items of the first frame begin, and the others' from there on; how long the frames are.
        self._base, self._offsets, self._lengths = _read_table(source, description, ds)
        # Of all fragments, once they were walked over: where they begin, how long they are, and which of them begins
        # each frame. The last are set last: other threads look whether they are there.
        self._starts: Sequence[int] = ()
        self._sizes: Sequence[int] = ()
        self._firsts: Sequence[int] | None = None
        self._missing = ""
        if not self._offsets or len(self._offsets) < description.number_of_frames or self._runs_out(source):
            self._walk(source)
        self._note_more()

    @property
    def count(self) -> int:
        """How many frames are declared, or were found where these are more; some of the declared may be missing."""
        found = len(self._offsets) if self._firsts is None else len(self._firsts)
        return max(found, self._description.number_of_frames)

    def ranges(self, source: PixelSource, index: int) -> Ranges:
        """(offset, length) of each fragment of one frame.

        Raises
        ------
        FrameIndexError
            There is no such frame (an IndexError too).
        PixelError
            The frame is declared, but isn't there, or can't be told from others.
        """
        firsts = self._firsts
        if firsts is None:
            if 0 <= index < len(self._offsets):
                found = self._by_own_items(source, index)
                if found:
                    return found
            self._walk(source)
            self._note_more()
            firsts = self._firsts or ()
        if not 0 <= index < len(firsts):
            if 0 <= index < self.count:
                raise PixelError(f"frame {index} isn't there: {self._missing}", tag=self._description.tag)
            raise FrameIndexError(f"frame {index} of {self.count}")
        begin = firsts[index]
        end = firsts[index + 1] if index + 1 < len(firsts) else len(self._starts)
        if end != begin + 1:
            return list(zip(self._starts[begin:end], self._sizes[begin:end], strict=True))
        items = [(self._starts[begin], self._sizes[begin])]
        return self._trimmed(items, index) if self._lengths else items

    def check_complete(self, source: PixelSource) -> None:
        """Look at all items once, as is to be done before all frames are decoded.

        Raises
        ------
        PixelError
            Fewer frames are there than declared, or they can't be told apart.
        """
        if self._firsts is None:
            self._walk(source)
            self._note_more()
        if self._firsts is None or len(self._firsts) < self._description.number_of_frames:
            raise PixelError(self._missing, tag=self._description.tag)

    def _runs_out(self, source: PixelSource) -> bool:
        return self._base + self._offsets[-1] >= source.length

    def _by_own_items(self, source: PixelSource, index: int) -> Ranges:
        """The items from one offset of the table to the next; none when the table doesn't fit them."""
        begin = self._base + self._offsets[index]
        is_last = index + 1 == len(self._offsets)
        end = source.length if is_last else self._base + self._offsets[index + 1]
        try:
            items = scan_items(source, begin, end)
        except PixelError:
            return []
        if not items or not (is_last or sum(items[-1]) == end):
            return []
        return self._trimmed(items, index)

    def _trimmed(self, items: Ranges, index: int) -> Ranges:
        """Without the padding of a fragment, where the Extended Offset Table Lengths say how long the frame is."""
        if len(items) == 1 and index < len(self._lengths) and items[0][1] - self._lengths[index] == 1:
            return [(items[0][0], items[0][1] - 1)]
        return items

    def _note_more(self) -> None:
        declared = self._description.number_of_frames
        if self.count > declared:
            self._description.note(
                "more-frames-than-declared",
                f"{self.count} frames were found, Number of Frames says {declared}: all are given",
            )

    def _walk(self, source: PixelSource) -> None:
        """Go over all items, and group them into frames."""
        with self._lock:
            if self._firsts is not None:
                return
            description = self._description
            items = source.fragments()
            if items is None:
                raise PixelError(
                    f"the pixel data ({source.length} bytes) isn't encapsulated, but its transfer syntax "
                    f"{description.transfer_syntax} asks for it",
                    tag=description.tag,
                )
            fragments = items[1:]
            if not fragments:
                raise PixelError("the encapsulated pixel data has no fragments", tag=description.tag)
            wanted = description.number_of_frames
            firsts = _by_table(self._base, self._offsets, fragments)
            if len(firsts) < wanted:
                by_table = firsts
                firsts, self._missing = _by_fragments(source, description, fragments)
                if len(firsts) < wanted and len(by_table) >= len(firsts):
                    # What the table says of the frames that are there holds, though the value ends before the others.
                    firsts = by_table
                else:
                    self._lengths = ()
                    if len(self._offsets) >= wanted:
                        description.note(
                            "offset-table-wrong", "the offset table doesn't fit the fragments and is ignored"
                        )
            if 0 < len(firsts) < wanted:
                description.note(
                    "frames-missing",
                    f"{len(firsts)} frames are there, Number of Frames declares {wanted}: those can be read",
                )
            self._starts = array("Q", [offset for offset, _ in fragments])
            self._sizes = array("Q", [length for _, length in fragments])
            self._firsts = firsts


def locate_frame(source: PixelSource, description: FrameDescription, ds: DataSet, index: int) -> Ranges:
    """The fragments of one frame; with an offset table, only its own items are looked at.

    Raises
    ------
    FrameIndexError
        There is no such frame (an IndexError too).
    PixelError
        The frame isn't there, or can't be told from others.
    """
    return FramePlaces(source, description, ds).ranges(source, index)


def locate_frames(source: PixelSource, description: FrameDescription, ds: DataSet) -> list[Ranges]:
    """The fragments of every frame, in order.

    There may be more frames than Number of Frames says (a finding); never fewer.

    Raises
    ------
    PixelError
        The pixel data isn't encapsulated, has no fragments, or fewer frames than declared.
    """
    places = FramePlaces(source, description, ds)
    places.check_complete(source)
    return [places.ranges(source, index) for index in range(places.count)]


def read_frame(source: PixelSource, ranges: Ranges) -> bytes | memoryview:
    """The bytes of one frame: its fragments joined."""
    if len(ranges) == 1:
        return source.read(*ranges[0])
    return b"".join(source.read(offset, length) for offset, length in ranges)


def _read_table(
    source: PixelSource, description: FrameDescription, ds: DataSet
) -> tuple[int, Sequence[int], Sequence[int]]:
    """Where the first item begins within the value; from there on, where each frame's does; how long the frames are."""
    header = bytes(source.read(0, 8))
    if len(header) < 8 or header[:4] != b"\xfe\xff\x00\xe0":
        return 0, (), ()
    table_bytes: int = unpack_from("<I", header, 4)[0]
    base = 8 + table_bytes
    offsets = _read_extended(ds, "ExtendedOffsetTable", 0x7FE00001)
    lengths: Sequence[int] = ()
    if offsets:
        lengths = _read_extended(ds, "ExtendedOffsetTableLengths", 0x7FE00002)
        if len(lengths) != len(offsets):
            lengths = ()
    elif 4 <= table_bytes <= 4 * MAX_FRAGMENTS and base <= source.length:
        offsets = unpack_from(f"<{table_bytes // 4}I", source.read(8, table_bytes))
    else:
        return 0, (), ()
    if offsets[0] != 0 or not all(map(lt, offsets, offsets[1:])):
        description.note("offset-table-wrong", "the offset table doesn't fit the fragments and is ignored")
        return 0, (), ()
    return base, array("Q", offsets), array("Q", lengths)


def _read_extended(ds: DataSet, keyword: str, tag: int) -> tuple[int, ...]:
    # To say that an element is absent takes `get` of a data set of ours ten times as long.
    has = getattr(ds, "_has", None)
    value = ds.get(keyword) if has is None or has(tag) else None
    if not isinstance(value, (bytes, bytearray, memoryview)):
        return ()
    return unpack_from(f"<{min(len(value) // 8, MAX_FRAGMENTS)}Q", value)


def _by_table(base: int, offsets: Sequence[int], fragments: Ranges) -> list[int]:
    """The first fragment of each frame, up to the first offset where the value has no item."""
    index_of = {offset - 8 - base: index for index, (offset, _) in enumerate(fragments)} if offsets else {}
    firsts = []
    for offset in offsets:
        index = index_of.get(offset)
        if index is None:
            break
        firsts.append(index)
    # An offset beside an item, with items behind it: that is no table of these frames.
    return firsts if len(firsts) == len(offsets) or base + offsets[len(firsts)] >= sum(fragments[-1]) else []


def _by_fragments(source: PixelSource, description: FrameDescription, fragments: Ranges) -> tuple[list[int], str]:
    """The first fragment of each frame without a table, and what is wrong where there are fewer than declared."""
    wanted, each = description.number_of_frames, list(range(len(fragments)))
    if wanted == 1:
        return [0], ""
    if len(fragments) == wanted:
        return each, ""
    missing = f"{len(fragments)} fragments can't hold the {wanted} frames that Number of Frames declares"
    if len(fragments) > wanted:
        missing = f"{len(fragments)} fragments hold fewer than the {wanted} frames that Number of Frames declares"
    if description.transfer_syntax == _RLE_LOSSLESS:
        # PS3.5 A.4.2 gives each frame one fragment; headers tell where one has several all the same.
        return _beginning(source, description, fragments) or each, missing
    if description.transfer_syntax in _ONE_FRAGMENT:
        return each, missing
    ends = _after_ends(source, fragments)
    if len(ends) == wanted:
        return ends, ""
    beginnings = _beginning(source, description, fragments)
    if len(beginnings) == wanted:
        return beginnings, ""
    if len(ends) > wanted:
        return ends, ""
    if len(fragments) > wanted:
        missing = (
            f"{len(fragments)} fragments end {len(ends)} codestreams, Number of Frames declares {wanted}, and no "
            "offset table tells more"
        )
    return beginnings, missing


def _after_ends(source: PixelSource, fragments: Ranges) -> list[int]:
    """The fragments that follow one in which a codestream ends."""
    firsts = [0]
    for index, (offset, length) in enumerate(fragments, start=1):
        tail = min(length, _TAIL_BYTES)
        if _END_OF_IMAGE in bytes(source.read(offset + length - tail, tail)):
            firsts.append(index)
    return firsts[:-1] if firsts[-1] == len(fragments) else firsts


def _beginning(source: PixelSource, description: FrameDescription, fragments: Ranges) -> list[int]:
    """The fragments that a codestream begins with; none when the first isn't one of them."""
    is_rle = description.transfer_syntax == _RLE_LOSSLESS
    segments = description.samples_per_pixel * description.sample_bytes
    firsts = []
    for index, (offset, length) in enumerate(fragments):
        if is_rle:
            begins = _is_rle_header(bytes(source.read(offset, min(length, _RLE_HEADER_BYTES))), segments)
        else:
            begins = bytes(source.read(offset, min(length, 12))).startswith(_BEGINNINGS)
        if begins:
            firsts.append(index)
        elif not index:
            break
    return firsts


def _is_rle_header(data: bytes, segments: int) -> bool:
    """Whether an RLE frame of so many segments begins here (PS3.5 G.5): its offsets ascend, and zeros follow."""
    if len(data) < _RLE_HEADER_BYTES or segments > 15:
        return False
    number, *offsets = unpack_from("<16I", data)
    used = offsets[:segments]
    return (
        number == segments
        and used[0] == _RLE_HEADER_BYTES
        and all(a < b for a, b in pairwise(used))
        and not any(offsets[segments:])
    )
