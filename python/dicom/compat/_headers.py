"""Headers of elements in a stream, one after another, for callers that decide on the way how far they read.

In: a binary stream and its encoding. Out: tag, VR, length and where the value begins, values passed over; whether the
elements have a VR field; where a data set ends.
Standard: PS3.5 7.1 (elements), 7.5 (sequences). Whole data sets are read by the core, which is far quicker.
"""

from __future__ import annotations

import os
from struct import Struct
from typing import TYPE_CHECKING, BinaryIO, NamedTuple
from warnings import warn

from dicom import settings
from dicom.dictionary import dictionary_has_tag, dictionary_VR
from dicom.errors import LimitError, ParseError
from dicom.tag import BaseTag, ItemDelimiterTag, ItemTag, SequenceDelimiterTag
from dicom.vr import EXPLICIT_VR_LENGTH_32, STANDARD_VR

from .fileutil import find_delimiter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    # Given tag, VR (None when implicit) and length; what is true ends a reading before that element.
    StopWhen = Callable[[BaseTag, str | None, int], bool]

UNDEFINED_LENGTH = 0xFFFFFFFF
# As deep as the library's own reader goes.
_MAX_DEPTH = 128
# What is read at once of a value: a length may be declared that no stream has.
_CHUNK = 1 << 20

# Group, element, length; and group, element, VR, length: by whether it is little endian.
_IMPLICIT = {True: Struct("<HHL"), False: Struct(">HHL")}
_EXPLICIT = {True: Struct("<HH2sH"), False: Struct(">HH2sH")}
_LONG = {True: Struct("<L"), False: Struct(">L")}
_NAMES = {str(vr).encode("ascii"): str(vr) for vr in STANDARD_VR}
_LONG_FORM = frozenset(str(vr) for vr in EXPLICIT_VR_LENGTH_32)
# Integers, and floating point numbers of two sizes.
PIXEL_DATA = frozenset((0x7FE00008, 0x7FE00009, 0x7FE00010))
# Group of items and delimiters, which have no VR field, whatever the encoding (PS3.5 7.5).
_ITEM_GROUP = 0xFFFE
# Sets, since a tag's hash is quicker than its comparison, which takes tags in any spelling.
_ITEM, _ITEM_END, _SEQUENCE_END = (frozenset({int(tag)}) for tag in (ItemTag, ItemDelimiterTag, SequenceDelimiterTag))


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
    field = fp.read(8)
    if len(field) < 8:
        return None
    value_tell = fp.tell()
    if not is_implicit_vr:
        group, element, vr_field, length = _EXPLICIT[is_little_endian].unpack(field)
        vr = _NAMES.get(vr_field)
        if vr is None and looks_like_vr(vr_field):
            vr = vr_field.decode("ascii")
        if vr is not None and group != _ITEM_GROUP:
            tag = int.__new__(BaseTag, group << 16 | element)
            if vr not in _LONG_FORM:
                return Header(tag, vr, length, value_tell - 8, value_tell)
            field = fp.read(4)
            if len(field) < 4:
                return None
            (length,) = _LONG[is_little_endian].unpack(field)
            return Header(tag, vr, length, value_tell - 8, value_tell + 4)
    group, element, length = _IMPLICIT[is_little_endian].unpack(field)
    return Header(int.__new__(BaseTag, group << 16 | element), None, length, value_tell - 8, value_tell)


def walk_headers(
    fp: BinaryIO,
    is_implicit_vr: bool,
    is_little_endian: bool,
    stop_when: StopWhen | None = None,
) -> Iterator[Header]:
    """Each header of a data set; the stream stands at its value then, and may be left anywhere.

    The stream ends up before the element at which `stop_when` says so, after an Item Delimiter, or at its end.
    """
    while True:
        header = read_header(fp, is_implicit_vr, is_little_endian)
        if header is None or header.tag in _ITEM_END:
            return
        if stop_when is not None and stop_when(header.tag, header.vr, header.length):
            fp.seek(header.begin)
            return
        yield header


def skip_value(fp: BinaryIO, header: Header, is_implicit_vr: bool, is_little_endian: bool) -> None:
    """Go past the value of a header, with its delimiter."""
    if header.length != UNDEFINED_LENGTH:
        fp.seek(header.value_tell + header.length)
    else:
        fp.seek(header.value_tell)
        try:
            # UN of undefined length is encoded as implicit VR (PS3.5 6.2.2).
            skip_items(fp, is_implicit_vr or header.vr == "UN", is_little_endian)
        except ParseError:
            # Bytes that are in no items, as some writers leave them: the delimiter ends them all the same.
            fp.seek(header.value_tell)
            if find_delimiter(fp, SequenceDelimiterTag, is_little_endian, _CHUNK, rewind=False) is None:
                raise EOFError("the stream ends within a value of undefined length") from None
            fp.read(4)


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
        if header.tag in (_ITEM_END if is_item else _SEQUENCE_END):
            open_values.pop()
        elif not is_item and header.tag not in _ITEM:
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


def tell_implicit_vr(
    fp: BinaryIO,
    implicit_vr_is_assumed: bool,
    is_little_endian: bool,
    stop_when: StopWhen | None,
    is_sequence: bool,
) -> bool:
    """Whether the next element of a stream has no VR field, by its bytes; the stream stays where it is.

    What contradicts the transfer syntax is a UserWarning at the top level, and usual in sequences: those of implicit VR
    have none with VRs; in explicit VR some writers leave them out.
    """
    if is_sequence and (implicit_vr_is_assumed or not settings.current.assume_implicit_vr_switch):
        return implicit_vr_is_assumed
    begin = fp.tell()
    header = read_header(fp, True, is_little_endian)
    fp.seek(begin)
    if header is None or header.tag.group == 0xFFFE:
        return implicit_vr_is_assumed
    is_implicit = not has_vr(fp)
    if is_implicit == implicit_vr_is_assumed:
        return is_implicit
    header = read_header(fp, is_implicit, is_little_endian) or header
    fp.seek(begin)
    if stop_when is not None and stop_when(header.tag, header.vr, header.length):
        return implicit_vr_is_assumed
    if not is_sequence:
        expected, found = ("implicit", "explicit") if implicit_vr_is_assumed else ("explicit", "implicit")
        warn(f"the data set should have {expected} VR, and is read as {found} VR, which it has", stacklevel=3)
    return is_implicit


def has_vr(fp: BinaryIO) -> bool:
    """Whether the next element of a stream has a VR field; the stream stays where it is."""
    begin = fp.tell()
    field = fp.read(6)[4:]
    fp.seek(begin)
    return looks_like_vr(field)


def holds_items(header: Header) -> bool:
    """Whether a value of undefined length is a sequence; else it is in fragments (PS3.5 A.4)."""
    if header.vr is not None:
        return header.vr == "SQ" or (header.vr == "UN" and settings.current.infer_sq_for_un_vr)
    if header.tag in PIXEL_DATA:
        return False
    return not dictionary_has_tag(header.tag) or dictionary_VR(header.tag) in ("SQ", "UN")


def stop_offset(
    fp: BinaryIO, is_implicit_vr: bool, is_little_endian: bool, stop_when: StopWhen, bytelength: int | None
) -> int:
    """Where the data set ends at which a stream stands: before the element at which `stop_when` says so."""
    limit = None if bytelength is None else fp.tell() + bytelength
    end = fp.tell()
    for header in walk_headers(fp, is_implicit_vr, is_little_endian, stop_when):
        if limit is not None and header.begin >= limit:
            return limit
        try:
            skip_value(fp, header, is_implicit_vr, is_little_endian)
        except EOFError:
            fp.seek(0, os.SEEK_END)
        end = fp.tell()
    return fp.tell() if limit is None else min(max(fp.tell(), end), limit)
