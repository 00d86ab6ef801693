"""Headers of elements in a stream, one after another, for callers that decide on the way how far they read.

In: a binary stream and its encoding. Out: tag, VR, length and where the value begins; values are passed over, not read.
Standard: PS3.5 7.1 (elements), 7.5 (sequences). Whole data sets are read by the core, which is far quicker.
"""

from __future__ import annotations

import os
from struct import Struct
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from dicom.errors import LimitError, ParseError
from dicom.tag import BaseTag, ItemDelimiterTag, ItemTag, SequenceDelimiterTag, TupleTag
from dicom.vr import EXPLICIT_VR_LENGTH_32

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

UNDEFINED_LENGTH = 0xFFFFFFFF
# As deep as the library's own reader goes.
_MAX_DEPTH = 128
# What is read at once of a value: a length may be declared that no stream has.
_CHUNK = 1 << 20

_GROUP_ELEMENT = {True: Struct("<HH"), False: Struct(">HH")}
_SHORT = {True: Struct("<H"), False: Struct(">H")}
_LONG = {True: Struct("<L"), False: Struct(">L")}
# Items and delimiters have no VR field, whatever the encoding (PS3.5 7.5).
_WITHOUT_VR = frozenset({int(ItemTag), int(ItemDelimiterTag), int(SequenceDelimiterTag)})


class Header(NamedTuple):
    """What stands before a value.

    Attributes
    ----------
    tag : BaseTag
    vr : str or None
        None where the header has none.
    length : int
        Of the value in bytes; 0xFFFFFFFF where it is undefined.
    begin, value_tell : int
        Offset in bytes of the header, and of the value, from the beginning of the stream.
    """

    tag: BaseTag
    vr: str | None
    length: int
    begin: int
    value_tell: int


def looks_like_vr(field: bytes) -> bool:
    """Whether two bytes can be a VR field: upper case letters (PS3.5 7.1.2)."""
    return len(field) == 2 and field.isalpha() and field.isupper()


def read_header(fp: BinaryIO, is_implicit_vr: bool, is_little_endian: bool) -> Header | None:
    """The header that comes next; None when the stream has no whole one any more.

    An element whose VR field holds no letters has none: some writers forget it (its 4 bytes are the length then).
    """
    begin = fp.tell()
    field = fp.read(8)
    if len(field) < 8:
        return None
    tag = TupleTag(_GROUP_ELEMENT[is_little_endian].unpack_from(field))
    if is_implicit_vr or tag in _WITHOUT_VR or not looks_like_vr(field[4:6]):
        (length,) = _LONG[is_little_endian].unpack_from(field, 4)
        return Header(tag, None, length, begin, begin + 8)
    vr = field[4:6].decode("ascii")
    if vr not in EXPLICIT_VR_LENGTH_32:
        (length,) = _SHORT[is_little_endian].unpack_from(field, 6)
        return Header(tag, vr, length, begin, begin + 8)
    field = fp.read(4)
    if len(field) < 4:
        return None
    (length,) = _LONG[is_little_endian].unpack(field)
    return Header(tag, vr, length, begin, begin + 12)


def walk_headers(
    fp: BinaryIO,
    is_implicit_vr: bool,
    is_little_endian: bool,
    stop_when: Callable[[BaseTag, str | None, int], bool] | None = None,
) -> Iterator[Header]:
    """Each header of a data set; the stream stands at its value then, and may be left anywhere.

    The stream ends up before the element at which `stop_when` says so, after an Item Delimiter, or at its end.
    """
    while True:
        header = read_header(fp, is_implicit_vr, is_little_endian)
        if header is None or header.tag == ItemDelimiterTag:
            return
        if stop_when is not None and stop_when(header.tag, header.vr, header.length):
            fp.seek(header.begin)
            return
        yield header


def skip_value(fp: BinaryIO, header: Header, is_implicit_vr: bool, is_little_endian: bool) -> None:
    """Go past the value of a header, with its delimiter."""
    fp.seek(header.value_tell)
    if header.length != UNDEFINED_LENGTH:
        fp.seek(header.length, os.SEEK_CUR)
    else:
        # UN of undefined length is encoded as implicit VR (PS3.5 6.2.2).
        skip_items(fp, is_implicit_vr or header.vr == "UN", is_little_endian)


def skip_items(fp: BinaryIO, is_implicit_vr: bool, is_little_endian: bool, in_item: bool = False) -> None:
    """Go past the items, or fragments, of a value of undefined length, and past its Sequence Delimiter.

    Parameters
    ----------
    in_item : bool
        Go past the rest of an item of undefined length, and its Item Delimiter, instead.

    Raises
    ------
    EOFError
        The stream ends before.
    ParseError
        Something else stands where an item is expected.
    LimitError
        Sequences are nested more than 128 deep.
    """
    # Of each value that is open: whether it is an item (else a sequence), and whether its elements have no VR field.
    open_values = [(in_item, is_implicit_vr)]
    while open_values:
        is_item, implicit = open_values[-1]
        header = read_header(fp, implicit, is_little_endian)
        if header is None:
            raise EOFError("the stream ends within a value of undefined length")
        if header.tag == (ItemDelimiterTag if is_item else SequenceDelimiterTag):
            open_values.pop()
        elif not is_item and header.tag != ItemTag:
            raise ParseError(f"{header.tag} stands where an item is expected", offset=header.begin)
        elif header.length != UNDEFINED_LENGTH:
            fp.seek(header.length, os.SEEK_CUR)
        else:
            if len(open_values) >= 2 * _MAX_DEPTH:
                raise LimitError(f"sequences are nested more than {_MAX_DEPTH} deep", offset=header.begin)
            open_values.append((not is_item, implicit or header.vr == "UN"))


def read_bytes(fp: BinaryIO, length: int) -> bytes:
    """So many bytes, or those that are left: nothing is allocated that isn't there."""
    if length <= _CHUNK:
        return fp.read(length)
    parts = []
    while length > 0 and (part := fp.read(min(length, _CHUNK))):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
