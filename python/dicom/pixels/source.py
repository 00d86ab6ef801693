"""The bytes of a pixel data element, wherever they are: left in a file, or at hand.

In: a data set and a tag. Out: positioned reads within the value, and the places of its fragments (PS3.5 A.4).
A data set of ours reads by position (`_lend_value`, `_read_value_into`, `_fragments`); any other mapping gives bytes.
"""

from __future__ import annotations

from struct import unpack_from
from threading import Lock

from dicom.errors import LimitError, PixelError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    from dicom.pixels.description import DataSet, FrameDescription

    class PixelSource(Protocol):
        """Positioned reads within one value."""

        length: int

        def read(self, offset: int, length: int) -> bytes | memoryview:
            """``length`` bytes from ``offset`` on; fewer where the value ends before."""
            ...

        def read_into(self, offset: int, buffer: Any) -> int:
            """Fills a contiguous buffer; gives the bytes that were there."""
            ...

        def fragments(self) -> list[tuple[int, int]] | None:
            """(offset, length) of each item's content, or None for a value that isn't encapsulated."""
            ...


#: Items of one encapsulated value, the Basic Offset Table included.
MAX_FRAGMENTS = 2**20

_ITEM = b"\xfe\xff\x00\xe0"
_SEQUENCE_DELIMITER = b"\xfe\xff\xdd\xe0"


class StoredValue:
    """A value of our own data set, read by position; what isn't asked for is not read."""

    __slots__ = ("_ds", "_tag", "length")

    def __init__(self, ds: Any, tag: int) -> None:
        self._ds = ds
        self._tag = tag
        self.length: int = ds._value_length(tag)

    def read(self, offset: int, length: int) -> bytes | memoryview:
        """``length`` bytes from ``offset`` on; fewer where the value ends before. Many are given as a view."""
        data: bytes | memoryview = self._ds._lend_value(self._tag, offset, length)
        return data

    def read_into(self, offset: int, buffer: Any) -> int:
        """Fills a contiguous buffer from ``offset`` on; gives the bytes that were there."""
        count: int = self._ds._read_value_into(self._tag, offset, buffer)
        return count

    def read_samples_into(self, offset: int, buffer: Any, description: FrameDescription) -> int:
        """The same, and the bits above Bits Stored become what the sign says while the cache has the samples."""
        count: int = self._ds._read_samples_into(
            self._tag,
            offset,
            buffer,
            description.sample_bytes,
            description.bits_stored,
            description.is_signed,
            description.is_big_endian,
        )
        return count

    def fragments(self) -> list[tuple[int, int]] | None:
        """(offset, length) of each item's content, or None for a value that isn't encapsulated."""
        items: list[tuple[int, int]] | None = self._ds._fragments(self._tag)
        return items


class ValueBytes:
    """A value that is at hand as bytes."""

    __slots__ = ("_is_encapsulated", "_view", "length")

    def __init__(self, value: Any, *, is_encapsulated: bool) -> None:
        self._view = memoryview(value).cast("B")
        self._is_encapsulated = is_encapsulated
        self.length = len(self._view)

    def read(self, offset: int, length: int) -> memoryview:
        """``length`` bytes from ``offset`` on; fewer where the value ends before."""
        return self._view[offset : offset + length]

    def read_into(self, offset: int, buffer: Any) -> int:
        """Fills a contiguous buffer from ``offset`` on; gives the bytes that were there."""
        target = memoryview(buffer).cast("B")
        part = self._view[offset : offset + len(target)]
        target[: len(part)] = part
        return len(part)

    def fragments(self) -> list[tuple[int, int]] | None:
        """(offset, length) of each item's content, or None for a value that isn't encapsulated."""
        return scan_items(self, 0, self.length) if self._is_encapsulated else None


class StreamValue:
    """A value within a seekable stream, from where it stands to its end."""

    __slots__ = ("_is_encapsulated", "_lock", "_start", "_stream", "length")

    def __init__(self, stream: Any, *, is_encapsulated: bool) -> None:
        self._stream = stream
        self._start: int = stream.tell()
        stream.seek(0, 2)
        self.length: int = max(stream.tell() - self._start, 0)
        stream.seek(self._start)
        self._is_encapsulated = is_encapsulated
        self._lock = Lock()

    def read(self, offset: int, length: int) -> bytes:
        """``length`` bytes from ``offset`` on; fewer where the value ends before. The stream is put back."""
        with self._lock:  # frames are read by several threads, and the stream has one position
            self._stream.seek(self._start + offset)
            data: bytes = self._stream.read(max(0, min(length, self.length - offset)))
            self._stream.seek(self._start)
        return data

    def read_into(self, offset: int, buffer: Any) -> int:
        """Fills a contiguous buffer from ``offset`` on; gives the bytes that were there."""
        target = memoryview(buffer).cast("B")
        part = self.read(offset, len(target))
        target[: len(part)] = part
        return len(part)

    def fragments(self) -> list[tuple[int, int]] | None:
        """(offset, length) of each item's content, or None for a value that isn't encapsulated."""
        return scan_items(self, 0, self.length) if self._is_encapsulated else None


def open_source(ds: DataSet, tag: int) -> PixelSource:
    """The bytes of a data set's pixel data.

    Raises
    ------
    PixelError
        The value isn't bytes.
    """
    # Of the type: what an instance of ours doesn't have, it takes long to say so.
    if hasattr(type(ds), "_open_source"):
        source: PixelSource = ds._open_source(tag)  # type: ignore[attr-defined]
        return source
    if hasattr(ds, "_read_value_into"):
        stream = _stream_of(ds, tag)
        return StoredValue(ds, tag) if stream is None else stream
    element = ds[tag]  # type: ignore[index]
    value = element.value
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise PixelError("the value of the pixel data element isn't bytes", tag=tag)
    # A mapping of another library: what its element says, else the item that encapsulated data begins with.
    undefined = getattr(element, "is_undefined_length", False)
    return ValueBytes(value, is_encapsulated=bool(undefined) or bytes(value[:4]) == _ITEM)


def _stream_of(ds: Any, tag: int) -> StreamValue | None:
    """The source of a value that was set to a stream."""
    element = ds[tag]
    # A value that was read is not asked for: it may lie in its file.
    if not getattr(element, "_is_edited", False) or not hasattr(element._value, "read"):
        return None
    stream = element._value
    at = stream.tell()
    is_encapsulated = element.is_undefined_length or stream.read(4) == _ITEM
    stream.seek(at)
    return StreamValue(stream, is_encapsulated=is_encapsulated)


def scan_items(source: PixelSource, begin: int, end: int) -> list[tuple[int, int]]:
    """(offset, length) of the content of each item that begins within ``begin`` to ``end``.

    A last item that runs past the value is cut at its end: what is there may still be decoded.

    Raises
    ------
    PixelError
        Something else than an item stands where one must.
    LimitError
        More than 2^20 items.
    """
    items = []
    at = begin
    while at + 8 <= end:
        header = bytes(source.read(at, 8))
        if header[:4] == _SEQUENCE_DELIMITER:
            break
        if header[:4] != _ITEM:
            raise PixelError(
                f"no item where a fragment must begin, at byte {at} of the encapsulated pixel data", offset=at
            )
        length: int = unpack_from("<I", header, 4)[0]
        items.append((at + 8, min(length, source.length - at - 8)))
        if len(items) > MAX_FRAGMENTS:
            raise LimitError(f"more than {MAX_FRAGMENTS} fragments in the pixel data")
        at += 8 + length
    return items
