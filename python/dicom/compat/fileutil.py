"""``pydicom.fileutil``: values of undefined length in a stream, and streams as values (PS3.5 7.5, A.4).

In: a binary stream and its byte order. Out: bytes, positions, lengths. Nothing is read beyond what is looked for, and
no more than a chunk at a time.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from io import BufferedIOBase
from struct import Struct
from typing import TYPE_CHECKING, Any, BinaryIO

from dicom.dataset.read import _size_in_bytes
from dicom.settings import logger
from dicom.tag import BaseTag, ItemTag, SequenceDelimiterTag, TupleTag

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

__all__ = [
    "ItemTag",
    "PathType",
    "SequenceDelimiterTag",
    "absorb_delimiter_item",
    "buffer_equality",
    "buffer_length",
    "buffer_remaining",
    "check_buffer",
    "find_bytes",
    "find_delimiter",
    "length_of_undefined_length",
    "path_from_pathlike",
    "read_buffer",
    "read_undefined_length_value",
    "reset_buffer_position",
]

PathType = str | bytes | os.PathLike[Any]
_CHUNK = 8192
# Tag and length of an item.
_ITEM = {True: Struct("<HHL"), False: Struct(">HHL")}
_TAG = {True: Struct("<HH"), False: Struct(">HH")}


def absorb_delimiter_item(fp: BinaryIO, is_little_endian: bool, delimiter: BaseTag) -> None:
    """Go past a delimiter and its length, which is 0; stay where another tag stands.

    Raises
    ------
    EOFError
        The stream ends within.
    """
    begin = fp.tell()
    header = fp.read(8)
    if len(header) < 8:
        raise EOFError(f"a delimiter has 8 bytes; at offset {begin} the stream has {len(header)}")
    group, element, _ = _ITEM[is_little_endian].unpack(header)
    found = TupleTag((group, element))
    if found != delimiter:
        logger().warning("%s stands at offset %d, where %s is expected", found, begin, delimiter)
        fp.seek(begin)


def find_bytes(fp: BinaryIO, bytes_to_find: bytes, read_size: int = 128, rewind: bool = True) -> int | None:
    """Where some bytes begin, from the stream's position on.

    Parameters
    ----------
    fp : binary stream
        Stands after what was found, or at the end, when it isn't rewound.
    bytes_to_find : bytes
        What is looked for.
    read_size : int
        How many bytes are read at a time.
    rewind : bool
        Go back to where the search began.

    Returns
    -------
    int or None
        Offset from the beginning of the stream; None when they aren't there.
    """
    begin = fp.tell()
    # What may be the beginning of the bytes stays from one chunk to the next.
    kept, kept_at = b"", begin
    found: int | None = None
    while found is None and (chunk := fp.read(max(read_size, 1))):
        window = kept + chunk
        at = window.find(bytes_to_find)
        if at >= 0:
            found = kept_at + at
        else:
            size = min(len(bytes_to_find) - 1, len(window))
            kept, kept_at = window[len(window) - size :], kept_at + len(window) - size
    if rewind:
        fp.seek(begin)
    elif found is not None:
        fp.seek(found + len(bytes_to_find))
    return found


def find_delimiter(
    fp: BinaryIO, delimiter: BaseTag, is_little_endian: bool, read_size: int = 128, rewind: bool = True
) -> int | None:
    """Where a delimiter's tag begins, from the stream's position on; see `find_bytes`."""
    tag = _TAG[is_little_endian].pack(delimiter >> 16, delimiter & 0xFFFF)
    return find_bytes(fp, tag, read_size, rewind)


def length_of_undefined_length(
    fp: BinaryIO, delimiter: BaseTag, is_little_endian: bool, read_size: int = 128, rewind: bool = True
) -> int | None:
    """Bytes from the stream's position to a delimiter; None when there is none. See `find_bytes`."""
    begin = fp.tell()
    end = find_delimiter(fp, delimiter, is_little_endian, read_size, rewind)
    return None if end is None else end - begin


def read_undefined_length_value(
    fp: BinaryIO,
    is_little_endian: bool,
    delimiter_tag: BaseTag,
    defer_size: float | None = None,
    read_size: int = _CHUNK,
) -> bytes | None:
    """The value up to a delimiter; the stream stands after the delimiter then.

    A value in fragments is walked item by item, so that bytes of a fragment that look like the delimiter don't end it.

    Parameters
    ----------
    defer_size : int, optional
        A value that is longer is passed over, and None is given.
    read_size : int
        How many bytes are read at a time.

    Raises
    ------
    EOFError
        There is no delimiter.
    """
    if delimiter_tag == SequenceDelimiterTag:
        was_encapsulated, value = _try_read_encapsulated_pixel_data(fp, is_little_endian, defer_size)
        if was_encapsulated:
            return value
    begin = fp.tell()
    length = length_of_undefined_length(fp, delimiter_tag, is_little_endian, read_size)
    if length is None:
        raise EOFError(f"the stream ends without {delimiter_tag} after offset {begin}")
    value = _read_or_pass(fp, length, defer_size)
    # The delimiter's length field; some writers end the file before it.
    fp.seek(begin + length + 4)
    fp.read(4)
    return value


def _try_read_encapsulated_pixel_data(
    fp: BinaryIO, is_little_endian: bool, defer_size: float | None = None
) -> tuple[bool, bytes | None]:
    """Read fragments up to their Sequence Delimiter; what isn't that leaves the stream where it was (PS3.5 A.4)."""
    begin = fp.tell()
    while True:
        header = fp.read(8)
        if len(header) < 8:
            break
        group, element, length = _ITEM[is_little_endian].unpack(header)
        tag = TupleTag((group, element))
        if tag == SequenceDelimiterTag and length == 0:
            size = fp.tell() - 8 - begin
            fp.seek(begin)
            value = _read_or_pass(fp, size, defer_size)
            fp.seek(begin + size + 8)
            return True, value
        if tag != ItemTag or length == 0xFFFFFFFF:
            break
        fp.seek(length, os.SEEK_CUR)
    fp.seek(begin)
    return False, None


def _read_or_pass(fp: BinaryIO, length: int, defer_size: float | None) -> bytes | None:
    return None if defer_size is not None and length > _size_in_bytes(defer_size) else fp.read(length)


def _unpack_tag(b: bytes, endianness: str) -> BaseTag:
    """The tag of 4 bytes; `endianness` is ``"<"`` or ``">"``."""
    return TupleTag(_TAG[endianness == "<"].unpack(b))


def path_from_pathlike(file_object: Any) -> Any:
    """The path of an `os.PathLike` as text; anything else as it is."""
    try:
        return os.fspath(file_object)
    except TypeError:
        return file_object


def check_buffer(buffer: BufferedIOBase) -> None:
    """Raise for what can't be the value of an element.

    Raises
    ------
    TypeError
        It is no binary stream with a buffer.
    ValueError
        It is closed, or can't be read from any position.
    """
    if not isinstance(buffer, BufferedIOBase):
        raise TypeError(f"a value can be an io.BufferedIOBase, not a {type(buffer).__name__}")
    if buffer.closed:
        raise ValueError("the stream is closed")
    if not (buffer.readable() and buffer.seekable()):
        raise ValueError("the stream can't be read from any position")


@contextmanager
def reset_buffer_position(buffer: BufferedIOBase) -> Generator[int, None, None]:
    """Give the stream's position, and put the stream back there at the end."""
    check_buffer(buffer)
    position = buffer.tell()
    try:
        yield position
    finally:
        buffer.seek(position)


def read_buffer(buffer: BufferedIOBase, *, chunk_size: int | None = None) -> Iterator[bytes]:
    """The bytes from the stream's position on, in chunks.

    Parameters
    ----------
    chunk_size : int, optional
        Bytes of a chunk.

    Raises
    ------
    ValueError
        The chunk would be empty.
    """
    size = _CHUNK if chunk_size is None else chunk_size
    if size <= 0:
        raise ValueError(f"chunk_size has to be more than 0, not {size}")
    check_buffer(buffer)
    while chunk := buffer.read(size):
        yield chunk


def buffer_length(buffer: BufferedIOBase) -> int:
    """Bytes of the stream from its beginning to its end."""
    with reset_buffer_position(buffer):
        return buffer.seek(0, os.SEEK_END)


def buffer_remaining(buffer: BufferedIOBase) -> int:
    """Bytes of the stream from its position to its end."""
    with reset_buffer_position(buffer) as position:
        return buffer.seek(0, os.SEEK_END) - position


def buffer_equality(buffer: BufferedIOBase, other: bytes | bytearray | BufferedIOBase) -> bool:
    """Whether a stream holds the bytes, or what another stream holds, from beginning to end."""
    if not isinstance(other, (bytes, bytearray, BufferedIOBase)):
        return False
    with reset_buffer_position(buffer):
        buffer.seek(0)
        if isinstance(other, (bytes, bytearray)):
            return buffer_length(buffer) == len(other) and _is_same(buffer, memoryview(other))
        with reset_buffer_position(other):
            other.seek(0)
            if buffer_length(buffer) != buffer_length(other):
                return False
            return all(chunk == other.read(len(chunk)) for chunk in read_buffer(buffer))


def _is_same(buffer: BufferedIOBase, content: memoryview) -> bool:
    at = 0
    for chunk in read_buffer(buffer):
        if chunk != content[at : at + len(chunk)]:
            return False
        at += len(chunk)
    return True
