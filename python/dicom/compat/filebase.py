"""``pydicom.filebase``: a stream with the few readings and writings that the encoding of data sets is made of.

In: a stream, and in which byte order it is encoded. Out: tags and unsigned integers, to it and from it (PS3.5 7.1).
"""

from __future__ import annotations

import os
from io import BytesIO
from struct import Struct
from typing import Any, Protocol, TypeVar, cast

__all__ = [
    "DicomBytesIO",
    "DicomFile",
    "DicomFileLike",
    "DicomIO",
    "ReadableBuffer",
    "Self",
    "WriteableBuffer",
]

Self = TypeVar("Self", bound="DicomIO")

# By whether it is little endian: 2 bytes, 4 bytes, and the two numbers of a tag.
_SHORT = {True: Struct("<H"), False: Struct(">H")}
_LONG = {True: Struct("<L"), False: Struct(">L")}
_TAG = {True: Struct("<HH"), False: Struct(">HH")}


class ReadableBuffer(Protocol):
    """A stream that can be read from any position."""

    def read(self, size: int = ..., /) -> bytes:
        """Up to so many bytes."""

    def seek(self, offset: int, whence: int = ..., /) -> int:
        """Go to a position."""

    def tell(self) -> int:
        """The position in bytes."""


class WriteableBuffer(Protocol):
    """A stream that can be written at any position."""

    def seek(self, offset: int, whence: int = ..., /) -> int:
        """Go to a position."""

    def tell(self) -> int:
        """The position in bytes."""

    def write(self, b: bytes, /) -> int:
        """Write bytes, and say how many."""


class DicomIO:
    """A stream of encoded elements.

    Parameters
    ----------
    buffer : readable or writeable stream
        Has ``seek`` and ``tell``, and ``read`` or ``write``.

    Raises
    ------
    AttributeError
        The stream has no position.
    """

    def __init__(self, buffer: ReadableBuffer | WriteableBuffer) -> None:
        for method in ("seek", "tell"):
            if not callable(getattr(buffer, method, None)):
                raise AttributeError(f"a {type(buffer).__name__} has no {method}() method, which a stream needs")
        self._buffer: Any = buffer
        self._name: str | None = getattr(buffer, "name", None)
        self._implicit_vr: bool | None = None
        self._little_endian: bool | None = None

    def __enter__(self: Self) -> Self:  # noqa: PYI019 - the name is one of this module's own
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self, *args: Any, **kwargs: Any) -> None:
        """Close the stream, if it can be closed."""
        close = getattr(self._buffer, "close", None)
        if close is not None:
            close(*args, **kwargs)

    @property
    def is_implicit_VR(self) -> bool:
        """Whether elements have no VR field; AttributeError until it is set."""
        if self._implicit_vr is None:
            raise AttributeError(f"{type(self).__name__}.is_implicit_VR has not been set")
        return self._implicit_vr

    @is_implicit_VR.setter
    def is_implicit_VR(self, value: bool) -> None:
        self._implicit_vr = self._answer("is_implicit_VR", value)

    @property
    def is_little_endian(self) -> bool:
        """Whether numbers have their lowest byte first; AttributeError until it is set."""
        if self._little_endian is None:
            raise AttributeError(f"{type(self).__name__}.is_little_endian has not been set")
        return self._little_endian

    @is_little_endian.setter
    def is_little_endian(self, value: bool) -> None:
        self._little_endian = self._answer("is_little_endian", value)

    def _answer(self, name: str, value: object) -> bool:
        if not isinstance(value, bool):
            raise TypeError(f"{type(self).__name__}.{name} has to be a bool, not {type(value).__name__}")
        return value

    @property
    def name(self) -> str | None:
        """The name of the stream, where it has one."""
        return self._name

    @property
    def parent(self) -> ReadableBuffer | WriteableBuffer:
        """The stream itself."""
        return cast("ReadableBuffer | WriteableBuffer", self._buffer)

    def read(self, size: int = -1, /) -> bytes:
        """Up to so many bytes, all that are left without a size.

        Raises
        ------
        TypeError
            The stream can only be written.
        """
        read = self._method("read")
        return cast("bytes", read(size))

    def read_exact(self, length: int, nr_retries: int = 3) -> bytes:
        """So many bytes, asked for again when fewer came.

        Parameters
        ----------
        length : int
            How many.
        nr_retries : int
            How often a stream that gave nothing is asked again.

        Raises
        ------
        EOFError
            The stream ends before.
        """
        begin = self.tell()
        parts: list[bytes] = []
        missing = length
        while missing > 0:
            part = self.read(missing)
            if not part:
                nr_retries -= 1
                if nr_retries < 0:
                    raise EOFError(f"the stream ends {length - missing} bytes after offset {begin}, not after {length}")
            parts.append(part)
            missing -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def read_tag(self) -> tuple[int, int]:
        """Group and element of the tag that comes next."""
        group, element = _TAG[self.is_little_endian].unpack(self.read_exact(4))
        return group, element

    def read_UL(self) -> int:
        """The unsigned integer of 4 bytes that comes next."""
        (value,) = _LONG[self.is_little_endian].unpack(self.read_exact(4))
        return cast("int", value)

    def read_US(self) -> int:
        """The unsigned integer of 2 bytes that comes next."""
        (value,) = _SHORT[self.is_little_endian].unpack(self.read_exact(2))
        return cast("int", value)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a position: from the beginning, the present one (1) or the end (2)."""
        return cast("int", self._buffer.seek(offset, whence))

    def tell(self) -> int:
        """The position in bytes."""
        return cast("int", self._buffer.tell())

    def write(self, b: bytes, /) -> int:
        """Write bytes, and say how many.

        Raises
        ------
        TypeError
            The stream can only be read.
        """
        write = self._method("write")
        return cast("int", write(b))

    def write_tag(self, tag: int) -> None:
        """Write a tag."""
        self.write(_TAG[self.is_little_endian].pack(tag >> 16, tag & 0xFFFF))

    def write_UL(self, val: int) -> None:
        """Write an unsigned integer of 4 bytes."""
        self.write(_LONG[self.is_little_endian].pack(val))

    def write_US(self, val: int) -> None:
        """Write an unsigned integer of 2 bytes."""
        self.write(_SHORT[self.is_little_endian].pack(val))

    def _method(self, name: str) -> Any:
        method = getattr(self._buffer, name, None)
        if method is None:
            raise TypeError(f"a {type(self._buffer).__name__} has no {name}() method")
        return method


class DicomFileLike(DicomIO):
    """A stream of encoded elements that was opened elsewhere."""


class DicomBytesIO(DicomIO):
    """Encoded elements in memory.

    Parameters
    ----------
    initial_bytes : bytes-like
        What is there to begin with; the position is its beginning.
    """

    def __init__(self, initial_bytes: bytes | bytearray | memoryview = b"") -> None:
        super().__init__(BytesIO(initial_bytes))

    def getvalue(self) -> bytes:
        """All bytes, wherever the position is."""
        return cast("BytesIO", self._buffer).getvalue()


def DicomFile(*args: Any, **kwargs: Any) -> DicomFileLike:
    """A file as a stream of encoded elements; takes what `open` takes."""
    return DicomFileLike(open(*args, **kwargs))
