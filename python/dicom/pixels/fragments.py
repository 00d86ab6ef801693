"""Take encapsulated pixel data apart: the Basic Offset Table, fragments, and the frames that they make.

In: the value of Pixel Data, as bytes or as a seekable stream that stands where the value begins. Out: offsets,
fragments and frames as bytes, each read when it is asked for. Standard: PS3.5 A.4, PS3.3 C.7.6.3.1.8 (Extended Offset
Table).

Lengths come from the data and are never trusted: no more is read than the source still has, and a walk ends at 2^20
fragments. `dicom.pixels.frames` does the same for the decoding pipeline, by position and without copies.
"""

from __future__ import annotations

from struct import Struct, pack, unpack

from dicom.errors import LimitError, PixelError
from dicom.pixels.source import MAX_FRAGMENTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, BinaryIO

    Buffer = bytes | bytearray | memoryview | BinaryIO
    ExtendedOffsets = tuple[Sequence[int], Sequence[int]] | tuple[bytes, bytes]

_UNDEFINED_LENGTH = 0xFFFFFFFF
#: EOI of JPEG and JPEG-LS and EOC of JPEG 2000 are the same two bytes; padding may follow.
_END_OF_IMAGE = b"\xff\xd9"
_TAIL_BYTES = 10

_NO_BOUNDARIES = (
    "the frames can't be told apart: the pixel data has no Basic and no Extended Offset Table, and number_of_frames "
    "isn't given"
)


class _Reader:
    """Items one after the other, from bytes or from a stream of which the end is known."""

    def __init__(self, buffer: Buffer, endianness: str) -> None:
        if endianness not in ("<", ">"):
            raise ValueError("endianness has to be '<' or '>'")
        if isinstance(buffer, (bytes, bytearray, memoryview)):
            self._file: Any = None
            self._data = buffer if isinstance(buffer, bytes) else memoryview(buffer).cast("B")
            self.start, self.end = 0, len(self._data)
        else:
            self._file = buffer
            self.start = buffer.tell()
            buffer.seek(0, 2)
            self.end = buffer.tell()
            buffer.seek(self.start)
        self._struct = Struct(f"{endianness}HHL")
        self.endianness = endianness

    def content(self, offset: int, length: int) -> bytes:
        """The content of an item, as far as it is there; a stream stands after it then."""
        length = max(0, min(length, self.end - offset))
        if self._file is None:
            return bytes(self._data[offset : offset + length])
        self._file.seek(offset)
        data: bytes = self._file.read(length)
        return data

    def put_back(self) -> None:
        """Let a stream stand where it stood."""
        if self._file is not None:
            self._file.seek(self.start)

    def header(self, at: int) -> tuple[int, int] | None:
        """Offset and length of the content of the item at an offset; None at the end of the data or at a delimiter.

        Fewer than the four bytes of a tag at the end are no item: what is there is left over.
        """
        head = self.content(at, 8)
        if len(head) < 8:
            if len(head) < 4:
                return None
            head = head.ljust(8, b"\0")
        group, element, length = self._struct.unpack(head)
        if group != 0xFFFE or element != 0xE000:
            if (group, element) == (0xFFFE, 0xE0DD):
                return None
            raise PixelError(f"the tag ({group:04X},{element:04X}) at offset {at}, where an item must begin", offset=at)
        if at + 8 > self.end:
            raise PixelError(f"the pixel data ends within the header of the item at offset {at}", offset=at)
        if length == _UNDEFINED_LENGTH:
            raise PixelError(f"the item at offset {at} has an undefined length, a fragment never has one", offset=at)
        return at + 8, length

    def walk(self, at: int) -> Iterator[tuple[int, int]]:
        """Offset and length of each item's content, from an offset on."""
        count = 0
        if self._file is None:
            # Ordinary items of bytes at hand; whatever is odd is left to the careful loop below.
            data, last, unpack_from = self._data, self.end - 8, self._struct.unpack_from
            while at <= last and count < MAX_FRAGMENTS:
                group, element, length = unpack_from(data, at)
                if group != 0xFFFE or element != 0xE000 or length == _UNDEFINED_LENGTH:
                    break
                count += 1
                at += 8
                yield at, length
                at += length
        while (found := self.header(at)) is not None:
            count += 1
            if count > MAX_FRAGMENTS:
                raise LimitError(f"more than {MAX_FRAGMENTS} fragments in the pixel data")
            yield found
            at = found[0] + found[1]

    def basic_offsets(self) -> tuple[list[int], int]:
        """The Basic Offset Table, and where it ends; a stream stands there then."""
        at = self.start
        head = self.content(at, 8)
        if len(head) < 8:
            raise PixelError("the pixel data ends within the header of the Basic Offset Table", offset=at)
        group, element, length = self._struct.unpack(head)
        if group != 0xFFFE or element != 0xE000:
            raise PixelError(
                f"the tag ({group:04X},{element:04X}) where the item of the Basic Offset Table must begin", offset=at
            )
        if length % 4:
            raise PixelError(f"the Basic Offset Table has {length} bytes, not a multiple of 4", offset=at)
        if length > self.end - at - 8:
            raise PixelError(f"the Basic Offset Table has {length} bytes, more than the pixel data", offset=at)
        if length > 4 * MAX_FRAGMENTS:
            raise LimitError(f"more than {MAX_FRAGMENTS} entries in the Basic Offset Table", offset=at)
        return list(unpack(f"{self.endianness}{length // 4}L", self.content(at + 8, length))), at + 8 + length


def parse_basic_offsets(buffer: Buffer, *, endianness: str = "<") -> list[int]:
    """The entries of the Basic Offset Table.

    Parameters
    ----------
    buffer : bytes-like or seekable binary stream
        Begins, or stands, at the item of the table; a stream stands after it then.
    endianness : {"<", ">"}
        Byte order; the standard allows little endian only.

    Returns
    -------
    list of int
        Bytes from the end of the table to each frame's first item; empty when the table is.

    Raises
    ------
    PixelError
        No item, or not one of whole entries.
    """
    offsets, _ = _Reader(buffer, endianness).basic_offsets()
    return offsets


def parse_fragments(buffer: Buffer, *, endianness: str = "<") -> tuple[int, list[int]]:
    """How many fragments there are, and where.

    Parameters
    ----------
    buffer : bytes-like or seekable binary stream
        Begins, or stands, after the Basic Offset Table; a stream is put back there.
    endianness : {"<", ">"}

    Returns
    -------
    count : int
    offsets : list of int
        Offset of each item's tag from the beginning of the buffer or stream.

    Raises
    ------
    PixelError
        Something else than an item stands where one must.
    LimitError
        More than 2^20 fragments.
    """
    reader = _Reader(buffer, endianness)
    offsets = [offset - 8 for offset, _ in reader.walk(reader.start)]
    reader.put_back()
    return len(offsets), offsets


def generate_fragments(buffer: Buffer, *, endianness: str = "<") -> Iterator[bytes]:
    """The fragments one after the other.

    Parameters
    ----------
    buffer : bytes-like or seekable binary stream
        Begins, or stands, after the Basic Offset Table.
    endianness : {"<", ">"}

    Yields
    ------
    bytes
        One fragment; a last one that is cut short is given as far as it is there.

    Raises
    ------
    PixelError
        Something else than an item stands where one must.
    """
    reader = _Reader(buffer, endianness)
    for found in reader.walk(reader.start):
        yield reader.content(*found)


def generate_fragmented_frames(
    buffer: Buffer,
    *,
    number_of_frames: int | None = None,
    extended_offsets: ExtendedOffsets | None = None,
    endianness: str = "<",
) -> Iterator[tuple[bytes, ...]]:
    """The frames one after the other, each as its fragments.

    In this order: the Extended Offset Table, the Basic Offset Table, one frame = all fragments, one fragment a frame,
    and at last the end markers of the codestreams. Without a table more frames than `number_of_frames` may come.

    Parameters
    ----------
    buffer : bytes-like or seekable binary stream
        Begins, or stands, at the Basic Offset Table.
    number_of_frames : int, optional
        Number of Frames (0028,0008); needed when there is no table and more than one fragment.
    extended_offsets : (offsets, lengths), optional
        The values of Extended Offset Table (7FE0,0001) and Extended Offset Table Lengths (7FE0,0002), as bytes or as
        numbers.
    endianness : {"<", ">"}

    Yields
    ------
    tuple of bytes

    Raises
    ------
    PixelError
        The frames can't be told apart, or the data isn't made of items.
    """
    reader = _Reader(buffer, endianness)
    basic, base = reader.basic_offsets()
    if extended_offsets is not None:
        for offset, length in _extended(extended_offsets, endianness):
            yield (_frame_at(reader, base + offset, length),)
    elif basic:
        yield from _by_offsets(reader, [base + offset for offset in basic])
    else:
        yield from _by_fragments(reader, base, number_of_frames)


def generate_frames(
    buffer: Buffer,
    *,
    number_of_frames: int | None = None,
    extended_offsets: ExtendedOffsets | None = None,
    endianness: str = "<",
) -> Iterator[bytes]:
    """The frames one after the other, the fragments of each joined.

    Parameters
    ----------
    buffer, number_of_frames, extended_offsets, endianness
        As for `generate_fragmented_frames`.

    Yields
    ------
    bytes

    Raises
    ------
    PixelError
        As `generate_fragmented_frames`.
    """
    for fragments in generate_fragmented_frames(
        buffer, number_of_frames=number_of_frames, extended_offsets=extended_offsets, endianness=endianness
    ):
        yield fragments[0] if len(fragments) == 1 else b"".join(fragments)


def get_frame(
    buffer: Buffer,
    index: int,
    *,
    extended_offsets: ExtendedOffsets | None = None,
    number_of_frames: int | None = None,
    endianness: str = "<",
) -> bytes:
    """One frame; with an offset table, only its own items are read.

    Parameters
    ----------
    buffer : bytes-like or seekable binary stream
        Begins, or stands, at the Basic Offset Table; a stream is put back there.
    index : int
        Frame index, from 0; a negative one counts from the last where there is a table or one fragment a frame.
    extended_offsets, number_of_frames, endianness
        As for `generate_fragmented_frames`.

    Returns
    -------
    bytes
        The frame's fragments, joined.

    Raises
    ------
    PixelError
        There is no such frame, or the frames can't be told apart.
    """
    reader = _Reader(buffer, endianness)
    basic, base = reader.basic_offsets()
    if extended_offsets is not None:
        frames = _extended(extended_offsets, endianness)
        offset, length = frames[_checked(index, len(frames), "Extended Offset Table")]
        frame = _frame_at(reader, base + offset, length)
    elif basic:
        at = _checked(index, len(basic), "Basic Offset Table")
        bounds = [base + offset for offset in basic[at : at + 2]]
        frame = b"".join(next(_by_offsets(reader, bounds), ()))
    else:
        frame = _frame_without_table(reader, base, index, number_of_frames)
    reader.put_back()
    return frame


def _extended(table: ExtendedOffsets, endianness: str) -> list[tuple[int, int]]:
    columns: list[Sequence[int]] = []
    for column in table:
        if isinstance(column, (bytes, bytearray, memoryview)):
            if len(column) % 8:
                raise PixelError("the Extended Offset Table isn't made of whole entries of 8 bytes", tag=0x7FE00001)
            columns.append(unpack(f"{endianness}{len(column) // 8}Q", column))
        else:
            columns.append(column)
    offsets, lengths = columns
    if len(offsets) != len(lengths):
        raise PixelError(f"{len(offsets)} offsets in the Extended Offset Table, {len(lengths)} lengths", tag=0x7FE00001)
    return list(zip(offsets, lengths, strict=True))


def _frame_at(reader: _Reader, offset: int, length: int) -> bytes:
    """The frame in the one item that an entry of the Extended Offset Table points to, without its padding."""
    if not 0 <= offset <= reader.end - 8:
        raise PixelError("an entry of the Extended Offset Table points beyond the pixel data", tag=0x7FE00001)
    found = reader.header(offset)
    if found is None:
        raise PixelError("an entry of the Extended Offset Table points to no item", tag=0x7FE00001)
    return reader.content(found[0], min(length, found[1]))


def _by_offsets(reader: _Reader, offsets: list[int]) -> Iterator[tuple[bytes, ...]]:
    """Frames from their first items on; the last one goes on to the end, an offset beside an item to the next item."""
    bounds = iter(offsets[1:])
    end = next(bounds, None)
    frame: list[bytes] = []
    for found in reader.walk(offsets[0]):
        while end is not None and found[0] - 8 >= end:
            if frame:
                yield tuple(frame)
                frame = []
            end = next(bounds, None)
        frame.append(reader.content(*found))
    if frame:
        yield tuple(frame)


def _by_fragments(reader: _Reader, base: int, number_of_frames: int | None) -> Iterator[tuple[bytes, ...]]:
    items = list(reader.walk(base))
    if number_of_frames == 1 or (not number_of_frames and len(items) == 1):
        yield tuple(reader.content(*item) for item in items)
        return
    if not number_of_frames:
        raise PixelError(_NO_BOUNDARIES)
    if len(items) < number_of_frames:
        raise PixelError(f"{len(items)} fragments can't hold {number_of_frames} frames")
    if len(items) == number_of_frames:
        for item in items:
            yield (reader.content(*item),)
        return
    count = 0
    for frame, has_end in _by_end_markers(reader, items):
        count += has_end
        yield tuple(frame)
    if count < number_of_frames:
        _warn(f"the fragments end {count} codestreams, {number_of_frames} frames were expected")


def _by_end_markers(reader: _Reader, items: list[tuple[int, int]]) -> Iterator[tuple[list[bytes], bool]]:
    """Fragments up to each end of a codestream, and whether there was one."""
    frame: list[bytes] = []
    for item in items:
        fragment = reader.content(*item)
        frame.append(fragment)
        if _END_OF_IMAGE in fragment[-_TAIL_BYTES:]:
            yield frame, True
            frame = []
    if frame:
        yield frame, False


def _frame_without_table(reader: _Reader, base: int, index: int, number_of_frames: int | None) -> bytes:
    if not number_of_frames:
        raise PixelError(_NO_BOUNDARIES)
    items = list(reader.walk(base))
    if number_of_frames == 1:
        if index not in (0, -1):
            raise PixelError(f"frame {index} of 1")
        return b"".join(reader.content(*item) for item in items)
    if len(items) == number_of_frames:
        return reader.content(*items[_checked(index, len(items), "pixel data")])
    for number, (frame, has_end) in enumerate(_by_end_markers(reader, items)):
        if number == index:
            if not has_end:
                _warn("the last fragment of the pixel data has no end marker: the frame may not be whole")
            return b"".join(frame)
    raise PixelError(f"the fragments end no codestream for frame {index}")


def _checked(index: int, count: int, where: str) -> int:
    if not -count <= index < count:
        raise PixelError(f"frame {index}, and {count} frames in the {where}")
    return index % count


def _warn(message: str) -> None:
    import warnings

    warnings.warn(message, UserWarning, stacklevel=4)


def pack_offsets(numbers: Sequence[int], code: str) -> bytes:
    """Numbers as the entries of an offset table: ``"L"`` for the basic one, ``"Q"`` for the extended one."""
    return pack(f"<{len(numbers)}{code}", *numbers)


def read_item(buffer: Buffer) -> bytes | None:
    """The content of the item at which a stream stands, which stands after it then.

    Parameters
    ----------
    buffer : bytes-like or seekable binary stream

    Returns
    -------
    bytes or None
        None at a Sequence Delimiter or at the end of the data.

    Raises
    ------
    PixelError
        Something else than an item, or one of undefined length.
    """
    reader = _Reader(buffer, "<")
    found = reader.header(reader.start)
    return None if found is None else reader.content(*found)
