"""Put frames into encapsulated pixel data: fragments in items, after a Basic Offset Table.

In: encoded frames, as bytes or as streams. Out: the value of Pixel Data without its delimiter, as bytes or as a stream
that reads the frames only when it is read itself, and the values of the Extended Offset Table.
Standard: PS3.5 A.4, PS3.3 C.7.6.3.1.8. Taking it apart again is done in `dicom.pixels.fragments`.
"""

from __future__ import annotations

import io
from bisect import bisect_right
from itertools import accumulate
from struct import pack

from dicom.errors import PixelError
from dicom.pixels.fragments import pack_offsets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ITEM = b"\xfe\xff\x00\xe0"
_LARGEST_OFFSET = 2**32 - 1
_LARGEST_ITEM = 2**32 - 2


def fragment_frame(frame: bytes, nr_fragments: int = 1) -> Iterator[bytes]:
    """A frame in fragments of even length, the last one padded if need be.

    Parameters
    ----------
    frame : bytes
        The encoded frame.
    nr_fragments : int
        How many fragments; each has two bytes at least.

    Yields
    ------
    bytes

    Raises
    ------
    PixelError
        The frame is too short for so many, or none are asked for.
    """
    if nr_fragments < 1:
        raise PixelError(f"a frame has at least one fragment, not {nr_fragments}")
    if nr_fragments > (len(frame) + 1) // 2:
        raise PixelError(f"{nr_fragments} fragments of at least two bytes can't be made of {len(frame)} bytes")
    # All but the last have the same even length: rounded up, unless nothing would be left for the last one.
    size = len(frame) // nr_fragments
    size += size % 2
    if size * (nr_fragments - 1) >= len(frame):
        size -= 2
    for number in range(nr_fragments - 1):
        yield frame[number * size : (number + 1) * size]
    last = frame[(nr_fragments - 1) * size :]
    yield last + b"\0" if len(last) % 2 else last


def itemize_fragment(fragment: bytes) -> bytes:
    """A fragment as an item: tag, length, content."""
    return _ITEM + pack("<L", len(fragment)) + fragment


def itemize_frame(frame: bytes, nr_fragments: int = 1) -> Iterator[bytes]:
    """A frame as items, one for each of its fragments.

    Parameters
    ----------
    frame, nr_fragments
        As for `fragment_frame`.

    Yields
    ------
    bytes
        One item.
    """
    for fragment in fragment_frame(frame, nr_fragments):
        yield itemize_fragment(fragment)


def encapsulate(frames: Sequence[bytes], fragments_per_frame: int = 1, has_bot: bool = True) -> bytes:
    """Encoded frames as the value of Pixel Data, without its delimiter.

    Parameters
    ----------
    frames : sequence of bytes
        One encoded frame each.
    fragments_per_frame : int
        With more than one, the Basic Offset Table is what tells frames apart.
    has_bot : bool
        Whether the Basic Offset Table is filled.

    Returns
    -------
    bytes

    Raises
    ------
    PixelError
        The frames are too long for the table's 32 bits (`encapsulate_extended` takes them), or a frame is too short for
        its fragments.
    """
    if has_bot:
        # Each fragment has its own header of 8 bytes, and a frame grows by one byte of padding at most.
        total = sum(len(frame) + len(frame) % 2 + 8 * fragments_per_frame for frame in frames[:-1])
        if total > _LARGEST_OFFSET:
            raise PixelError(
                f"the last frame would begin at byte {total}, the Basic Offset Table reaches to {_LARGEST_OFFSET}; "
                "encapsulate_extended makes an Extended Offset Table"
            )
    parts: list[bytes] = []
    offsets: list[int] = []
    at = 0
    for frame in frames:
        offsets.append(at)
        for item in itemize_frame(frame, fragments_per_frame):
            parts.append(item)
            at += len(item)
    table = pack_offsets(offsets, "L") if has_bot else b""
    return b"".join([itemize_fragment(table), *parts])


def encapsulate_extended(frames: Sequence[bytes]) -> tuple[bytes, bytes, bytes]:
    """Encoded frames as the value of Pixel Data, with an Extended Offset Table.

    Parameters
    ----------
    frames : sequence of bytes
        One encoded frame each.

    Returns
    -------
    pixel_data, offsets, lengths : bytes
        Values of Pixel Data, Extended Offset Table (7FE0,0001) and Extended Offset Table Lengths (7FE0,0002). The
        lengths are those of the items, padding included.
    """
    lengths = [len(frame) + len(frame) % 2 for frame in frames]
    offsets = list(accumulate((length + 8 for length in lengths[:-1]), initial=0)) if lengths else []
    return encapsulate(frames, has_bot=False), pack_offsets(offsets, "Q"), pack_offsets(lengths, "Q")


def encapsulate_buffer(buffers: Sequence[io.BufferedIOBase], has_bot: bool = True) -> EncapsulatedBuffer:
    """Streams of one encoded frame each as one stream of encapsulated pixel data.

    Parameters
    ----------
    buffers : sequence of io.BufferedIOBase
        Readable and seekable; they have to stay open until the data set is written.
    has_bot : bool
        Whether the Basic Offset Table is filled.

    Returns
    -------
    EncapsulatedBuffer
        To be the value of Pixel Data.
    """
    return EncapsulatedBuffer(list(buffers), has_bot)


def encapsulate_extended_buffer(buffers: Sequence[io.BufferedIOBase]) -> tuple[EncapsulatedBuffer, bytes, bytes]:
    """The same with an Extended Offset Table.

    Parameters
    ----------
    buffers : sequence of io.BufferedIOBase
        As for `encapsulate_buffer`.

    Returns
    -------
    pixel_data : EncapsulatedBuffer
    offsets, lengths : bytes
        Values of Extended Offset Table (7FE0,0001) and Extended Offset Table Lengths (7FE0,0002).
    """
    buffer = EncapsulatedBuffer(list(buffers), use_bot=False)
    return buffer, buffer.extended_offsets, buffer.extended_lengths


class Item:
    """One frame's stream as an item: header, content, padding."""

    __slots__ = ("_content", "_header", "buffer", "length")

    def __init__(self, buffer: io.BufferedIOBase) -> None:
        if not isinstance(buffer, io.BufferedIOBase):
            raise TypeError(f"a frame has to be a stream derived from io.BufferedIOBase, not {type(buffer).__name__}")
        at = buffer.tell()
        self._content = buffer.seek(0, io.SEEK_END)
        buffer.seek(at)
        if self._content > _LARGEST_ITEM:
            raise PixelError(f"a frame of {self._content} bytes; an item takes {_LARGEST_ITEM} at most")
        self.buffer = buffer
        padded = self._content + self._content % 2
        self._header = _ITEM + pack("<L", padded)
        self.length = 8 + padded

    def read(self, start: int, size: int) -> bytes:
        """At most ``size`` bytes of the item from ``start`` on, the stream left where it stood."""
        stop = min(start + size, self.length)
        parts = [self._header[start:stop]]
        first, last = max(start - 8, 0), min(stop - 8, self._content)
        if first < last:
            at = self.buffer.tell()
            self.buffer.seek(first)
            data = self.buffer.read(last - first)
            self.buffer.seek(at)
            if len(data) < last - first:
                raise PixelError("a frame's stream has fewer bytes than when it was encapsulated")
            parts.append(data)
        if start < stop and stop - 8 > self._content:
            parts.append(b"\0")
        return b"".join(parts)


class EncapsulatedBuffer(io.BufferedIOBase):
    """Encapsulated pixel data as a stream that reads its frames from other streams.

    Memory holds what one `read` asks for, never all frames.

    Parameters
    ----------
    buffers : list of io.BufferedIOBase
        Readable and seekable streams, one encoded frame each, from their first byte on.
    use_bot : bool
        Whether the Basic Offset Table is filled.

    Raises
    ------
    TypeError
        Something that isn't such a stream.
    PixelError
        A frame too long for an item, or frames too long for the Basic Offset Table.
    """

    def __init__(self, buffers: Sequence[io.BufferedIOBase], use_bot: bool = False) -> None:
        self._items = [Item(buffer) for buffer in buffers]
        self._starts = list(accumulate((item.length for item in self._items), initial=0))
        self._table = itemize_fragment(b"")
        if use_bot and self._items:
            if self._starts[-2] > _LARGEST_OFFSET:
                raise PixelError(
                    f"the last frame would begin at byte {self._starts[-2]}, the Basic Offset Table reaches to "
                    f"{_LARGEST_OFFSET}; encapsulate_extended_buffer makes an Extended Offset Table"
                )
            self._table = itemize_fragment(pack_offsets(self.offsets, "L"))
        self._at = 0

    @property
    def basic_offset_table(self) -> bytes:
        """The item of the Basic Offset Table."""
        return self._table

    @property
    def closed(self) -> bool:
        """Whether any of the frames' streams is closed."""
        return any(item.buffer.closed for item in self._items)

    @property
    def encapsulated_length(self) -> int:
        """Bytes of the whole value, without its delimiter."""
        return len(self._table) + self._starts[-1]

    @property
    def lengths(self) -> list[int]:
        """Bytes of each frame's item, header and padding included."""
        return [item.length for item in self._items]

    @property
    def offsets(self) -> list[int]:
        """Offset of each frame's item from the end of the Basic Offset Table."""
        return self._starts[:-1]

    @property
    def extended_offsets(self) -> bytes:
        """The value of Extended Offset Table (7FE0,0001)."""
        return pack_offsets(self.offsets, "Q")

    @property
    def extended_lengths(self) -> bytes:
        """The value of Extended Offset Table Lengths (7FE0,0002): lengths of the items' contents."""
        return pack_offsets([length - 8 for length in self.lengths], "Q")

    def read(self, size: int | None = 8192, /) -> bytes:
        """At most `size` bytes from where the stream stands; all that is left for None or a negative size."""
        left = max(self.encapsulated_length - self._at, 0)
        wanted = left if size is None or size < 0 else min(size, left)
        parts = [self._table[self._at : self._at + wanted]]
        while (missing := wanted - sum(map(len, parts))) > 0:
            place = self._at + wanted - missing - len(self._table)
            number = bisect_right(self._starts, place) - 1
            parts.append(self._items[number].read(place - self._starts[number], missing))
        self._at += wanted
        return b"".join(parts)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move to `offset` from the beginning (0), from here (1) or from the end (2); gives the place."""
        if whence not in (io.SEEK_SET, io.SEEK_CUR, io.SEEK_END):
            raise ValueError("whence has to be 0, 1 or 2")
        if whence == io.SEEK_SET and offset < 0:
            raise ValueError("an offset from the beginning can't be negative")
        base = (0, self._at, self.encapsulated_length)[whence]
        self._at = max(base + offset, 0)
        return self._at

    def tell(self) -> int:
        """Where the stream stands."""
        return self._at

    def readable(self) -> bool:
        """Whether all of the frames' streams can be read."""
        return all(item.buffer.readable() for item in self._items)

    def seekable(self) -> bool:
        """Whether all of the frames' streams can be positioned."""
        return all(item.buffer.seekable() for item in self._items)
