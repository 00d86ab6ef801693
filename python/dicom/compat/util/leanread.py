"""``pydicom.util.leanread``: the elements of a file as plain tuples, for those who want nothing else.

In: a file, or a stream and its encoding. Out: ((group, element), VR, length, value, offset of the value), one after
another. Standard: PS3.10 7, PS3.5 7.1. `dicom.read` is quicker when the elements are looked at by name.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, BinaryIO

from dicom import uid as _uid
from dicom.compat._headers import UNDEFINED_LENGTH, Header, read_bytes, skip_items, walk_headers
from dicom.compat.fileutil import read_undefined_length_value
from dicom.compat.misc import size_in_bytes
from dicom.errors import InvalidDicomError
from dicom.tag import ItemTag, SequenceDelimiterTag
from dicom.vr import EXPLICIT_VR_LENGTH_32

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType
    from typing import Self

    _ElementType = tuple[tuple[int, int], bytes | None, int, bytes | None, int]

__all__ = [
    "EXPLICIT_VR_LENGTH_32",
    "DeflatedExplicitVRLittleEndian",
    "ExplicitVRBigEndian",
    "ExplicitVRLittleEndian",
    "ImplicitVRLittleEndian",
    "ItemTag",
    "data_element_generator",
    "dicomfile",
    "extra_length_VRs_b",
]

extra_length_VRs_b = tuple(str(vr).encode("ascii") for vr in EXPLICIT_VR_LENGTH_32)

ExplicitVRLittleEndian = _uid.ExplicitVRLittleEndian.encode("ascii")
ImplicitVRLittleEndian = _uid.ImplicitVRLittleEndian.encode("ascii")
DeflatedExplicitVRLittleEndian = _uid.DeflatedExplicitVRLittleEndian.encode("ascii")
ExplicitVRBigEndian = _uid.ExplicitVRBigEndian.encode("ascii")

_TRANSFER_SYNTAX = (0x0002, 0x0010)


class dicomfile:
    """The elements of a file, File Meta Information first; a context manager that closes it.

    Parameters
    ----------
    filename : str, bytes or os.PathLike
        The file.

    Attributes
    ----------
    fobj : binary stream
        The file.
    preamble : bytes or None
        The 128 bytes before ``DICM``; None when there is none.
    """

    def __init__(self, filename: str | bytes | os.PathLike[Any]) -> None:
        self.fobj: BinaryIO = open(filename, "rb")  # noqa: SIM115 - closed by __exit__
        head = self.fobj.read(132)
        self.preamble: bytes | None = head[:128] if len(head) == 132 and head.endswith(b"DICM") else None
        if self.preamble is None:
            self.fobj.seek(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.fobj.close()

    def __iter__(self) -> Iterator[_ElementType]:
        """Each element of the file.

        Raises
        ------
        InvalidDicomError
            The file doesn't say how it is encoded.
        NotImplementedError
            The data set is deflated.
        """
        syntax: bytes | None = None
        for element in data_element_generator(self.fobj, False, True, stop_when=lambda group, elem: group != 2):
            if element[0] == _TRANSFER_SYNTAX:
                syntax = (element[3] or b"").rstrip(b" \0")
            yield element
        if not syntax:
            raise InvalidDicomError("the file has no Transfer Syntax UID (0002,0010), which says how it is encoded")
        if syntax == DeflatedExplicitVRLittleEndian:
            raise NotImplementedError("the data set is deflated: dicom.read inflates it")
        yield from data_element_generator(self.fobj, syntax == ImplicitVRLittleEndian, syntax != ExplicitVRBigEndian)


def data_element_generator(
    fp: BinaryIO,
    is_implicit_VR: bool,
    is_little_endian: bool,
    stop_when: Callable[[int, int], bool] | None = None,
    defer_size: str | float | None = None,
) -> Iterator[_ElementType]:
    """Each element of a data set in a stream.

    Parameters
    ----------
    fp : binary stream
        Stands at the first element.
    is_implicit_VR, is_little_endian : bool
        How it is encoded.
    stop_when : callable, optional
        Given group and element; what is true ends the reading before that element.
    defer_size : int or str, optional
        Values longer than this are passed over, and given as None.

    Yields
    ------
    tuple
        ((group, element), VR or None, length, value or None, offset of the value). Of an undefined length (0xFFFFFFFF)
        the value goes up to its Sequence Delimiter.
    """
    largest = size_in_bytes(defer_size)

    def is_over(tag: Any, vr: str | None, length: int) -> bool:
        return stop_when is not None and stop_when(tag.group, tag.element)

    for header in walk_headers(fp, is_implicit_VR, is_little_endian, is_over):
        value: bytes | None
        if header.length == UNDEFINED_LENGTH:
            value = _undefined(fp, header, is_implicit_VR, is_little_endian, largest)
        elif largest is not None and header.length > largest:
            value = None
            fp.seek(header.length, os.SEEK_CUR)
        else:
            value = read_bytes(fp, header.length)
        vr = None if header.vr is None else header.vr.encode("ascii")
        yield (header.tag.group, header.tag.element), vr, header.length, value, header.value_tell


def _undefined(
    fp: BinaryIO, header: Header, is_implicit_vr: bool, is_little_endian: bool, largest: float | None
) -> bytes | None:
    if header.vr not in ("SQ", "UN", None):
        return read_undefined_length_value(fp, is_little_endian, SequenceDelimiterTag, largest)
    skip_items(fp, is_implicit_vr or header.vr == "UN", is_little_endian)
    end = fp.tell()
    length = end - 8 - header.value_tell
    if largest is not None and length > largest:
        return None
    fp.seek(header.value_tell)
    value = fp.read(length)
    fp.seek(end)
    return value
