"""``pydicom.filereader``: reading of files, data sets, sequences and single elements from streams.

In: a binary stream and how it is encoded. Out: data sets, made by the core's reader; or one raw element after another,
for callers that decide on the way. Standard: PS3.10 7 (files), PS3.5 7 (data sets), PS3.7 6.3 (command sets).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, BinaryIO
from warnings import warn

from dicom.charset import default_encoding
from dicom.dictionary import dictionary_has_tag, dictionary_VR
from dicom.elements.element import DataElement
from dicom.errors import ParseError
from dicom.tag import BaseTag, ItemTag, SequenceDelimiterTag, Tag
from dicom.vr import EXPLICIT_VR_LENGTH_32, VR

from ._file_parts import (
    _read_command_set_elements,
    _read_file_meta_info,
    read_file_meta_info,
    read_partial,
    read_preamble,
)
from ._given_bytes import read_elements, read_items
from ._headers import (
    PIXEL_DATA,
    UNDEFINED_LENGTH,
    holds_items,
    read_bytes,
    read_header,
    skip_items,
    skip_value,
    stop_offset,
    tell_implicit_vr,
    walk_headers,
)
from ._reading import dcmread
from .charset import convert_encodings
from .dataelem import RawDataElement, empty_value_for_VR
from .fileutil import PathType, read_undefined_length_value
from .misc import size_in_bytes
from .tag import TAG_CHARSET, TagListType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, MutableSequence

    from dicom.dataset import Dataset
    from dicom.elements.sequence import Sequence

    from ._headers import StopWhen

__all__ = [
    "ENCODED_VR",
    "EXPLICIT_VR_LENGTH_32",
    "PathType",
    "TagListType",
    "_read_command_set_elements",
    "_read_file_meta_info",
    "data_element_generator",
    "data_element_offset_to_value",
    "dcmread",
    "default_encoding",
    "read_dataset",
    "read_deferred_data_element",
    "read_file_meta_info",
    "read_partial",
    "read_preamble",
    "read_sequence",
    "read_sequence_item",
]

ENCODED_VR = {str(vr).encode(default_encoding) for vr in VR}
_CHARACTER_SET = frozenset({int(TAG_CHARSET)})
# The name that programs know.
_is_implicit_vr = tell_implicit_vr


def data_element_offset_to_value(is_implicit_VR: bool, VR: str | None) -> int:
    """Bytes from the beginning of an element's header to its value."""
    return 12 if not is_implicit_VR and VR in EXPLICIT_VR_LENGTH_32 else 8


def data_element_generator(
    fp: BinaryIO,
    is_implicit_VR: bool,
    is_little_endian: bool,
    stop_when: StopWhen | None = None,
    defer_size: float | str | None = None,
    encoding: str | MutableSequence[str] = default_encoding,
    specific_tags: list[BaseTag | int] | None = None,
) -> Iterator[RawDataElement | DataElement]:
    """Each element of a data set in a stream, as it stands there.

    Parameters
    ----------
    fp : binary stream
        Stands at the first element; ends up before the element at which `stop_when` says so, after an Item Delimiter,
        or at its end.
    is_implicit_VR, is_little_endian : bool
        How it is encoded.
    stop_when : callable, optional
        Given tag, VR (None when implicit) and length; what is true ends the reading.
    defer_size : int or str, optional
        Values longer than this aren't read.
    encoding : str or list of str
        Python codecs of text in sequences, until Specific Character Set says another.
    specific_tags : list of tags, optional
        Give only these elements, and Specific Character Set.

    Yields
    ------
    RawDataElement or DataElement
        A DataElement for a sequence of undefined length.
    """
    largest = size_in_bytes(defer_size)
    wanted = None if specific_tags is None else {int(Tag(tag)) for tag in specific_tags} | {int(TAG_CHARSET)}
    encodings = _codecs(encoding)
    for header in walk_headers(fp, is_implicit_VR, is_little_endian, stop_when):
        tag, vr, length, _, value_tell = header
        if wanted is not None and tag not in wanted:
            skip_value(fp, header, is_implicit_VR, is_little_endian)
            continue
        if length == UNDEFINED_LENGTH and holds_items(header):
            # UN of undefined length is encoded as implicit VR (PS3.5 6.2.2).
            implicit = is_implicit_VR or vr == "UN"
            items = read_sequence(fp, implicit, is_little_endian, UNDEFINED_LENGTH, encodings, value_tell)
            yield DataElement(tag, "SQ", items, value_tell, is_undefined_length=True, already_converted=True)
            continue
        value: bytes | None
        if length == 0:
            value = empty_value_for_VR(vr, raw=True)
        elif length == UNDEFINED_LENGTH:
            # That it is no sequence was the dictionary's word where the VR is implicit.
            vr = vr or (dictionary_VR(tag) if dictionary_has_tag(tag) else None)
            value = read_undefined_length_value(fp, is_little_endian, SequenceDelimiterTag, largest)
        elif largest is not None and length > largest:
            value = None
            fp.seek(length, os.SEEK_CUR)
        else:
            value = read_bytes(fp, length)
        if value and tag in _CHARACTER_SET:
            encodings = convert_encodings(value.decode(default_encoding).rstrip(" \0"))
        yield RawDataElement(tag, vr, length, value, value_tell, is_implicit_VR, is_little_endian)


def read_dataset(
    fp: BinaryIO,
    is_implicit_VR: bool,
    is_little_endian: bool,
    bytelength: int | None = None,
    stop_when: StopWhen | None = None,
    defer_size: float | str | None = None,
    parent_encoding: str | MutableSequence[str] = default_encoding,
    specific_tags: list[BaseTag | int] | None = None,
    at_top_level: bool = True,
) -> Dataset:
    """A data set from a stream.

    Parameters
    ----------
    fp : binary stream
        Stands at the first element; ends up after the data set.
    is_implicit_VR, is_little_endian : bool
        How it is encoded; of the VR the first element has the last word.
    bytelength : int, optional
        Bytes of the data set; without it, it goes on to an Item Delimiter that closes it or to the end of the stream.
    stop_when : callable, optional
        Given tag, VR (None when implicit) and length; what is true ends the data set before that element.
    defer_size : int or str, optional
        Taken for compatibility: the bytes are in memory then anyway, and values are made of them on first ask.
    parent_encoding : str or list of str
        Python codecs of text as long as there is no Specific Character Set.
    specific_tags : list of tags, optional
        Keep only these elements, and Specific Character Set.
    at_top_level : bool
        Whether it stands in no sequence; an item has the VRs of the data set that holds it.

    Raises
    ------
    ValueError
        Implicit VR is asked for in big endian, which is no encoding of DICOM.
    """
    begin = fp.tell()
    if at_top_level:
        is_implicit_VR = tell_implicit_vr(fp, is_implicit_VR, is_little_endian, stop_when, is_sequence=False)
    if stop_when is None:
        content = fp.read() if bytelength is None else read_bytes(fp, bytelength)
    else:
        end = stop_offset(fp, is_implicit_VR, is_little_endian, stop_when, bytelength)
        fp.seek(begin)
        content = read_bytes(fp, end - begin)
    tags = None if specific_tags is None else [*specific_tags, TAG_CHARSET]
    dataset, used = read_elements(content, is_implicit_VR, is_little_endian, _codecs(parent_encoding), tags)
    if used != len(content):
        fp.seek(begin + used)
    return dataset


def read_sequence(
    fp: BinaryIO,
    is_implicit_VR: bool,
    is_little_endian: bool,
    bytelength: int,
    encoding: str | MutableSequence[str],
    offset: int = 0,
) -> Sequence:
    """The items of a sequence from a stream that stands at the first.

    Parameters
    ----------
    bytelength : int
        Bytes of the value; 0xFFFFFFFF to go on to the Sequence Delimiter, and past it.
    encoding : str or list of str
        Python codecs of text in items without a Specific Character Set.
    offset : int
        Taken for compatibility.

    Raises
    ------
    EOFError
        There is no Sequence Delimiter.
    ParseError
        Something else stands where an item is expected.
    """
    if bytelength != UNDEFINED_LENGTH:
        return read_items(read_bytes(fp, bytelength), is_implicit_VR, is_little_endian, _codecs(encoding))
    begin = fp.tell()
    skip_items(fp, is_implicit_VR, is_little_endian)
    end = fp.tell()
    fp.seek(begin)
    content = fp.read(end - begin - 8)
    fp.seek(end)
    return read_items(content, is_implicit_VR, is_little_endian, _codecs(encoding), is_undefined_length=True)


def read_sequence_item(
    fp: BinaryIO,
    is_implicit_VR: bool,
    is_little_endian: bool,
    encoding: str | MutableSequence[str],
    offset: int = 0,
) -> Dataset | None:
    """The next item of a sequence from a stream; None at the Sequence Delimiter, which is passed.

    Raises
    ------
    EOFError
        The stream ends before, or within an item of undefined length.
    ParseError
        Something else stands there.
    """
    header = read_header(fp, is_implicit_VR, is_little_endian)
    if header is None:
        raise EOFError("the stream has no item any more")
    if header.tag == SequenceDelimiterTag:
        return None
    if header.tag != ItemTag:
        raise ParseError(f"{header.tag} stands where an item is expected", offset=header.begin)
    if header.length == UNDEFINED_LENGTH:
        skip_items(fp, is_implicit_VR, is_little_endian, in_item=True)
        end = fp.tell()
    else:
        end = header.value_tell + header.length
    fp.seek(header.begin)
    content = read_bytes(fp, end - header.begin)
    dataset: Any = read_items(content, is_implicit_VR, is_little_endian, _codecs(encoding))[0]
    return dataset  # type: ignore[no-any-return]


def read_deferred_data_element(
    fileobj_type: Any,
    filename_or_obj: Any,
    timestamp: float | None,
    raw_data_elem: RawDataElement,
) -> RawDataElement:
    """A raw element with the value that was left in its file.

    Parameters
    ----------
    fileobj_type : callable
        What opens a path.
    filename_or_obj : path or binary stream
        Where the value is.
    timestamp : float, optional
        When the file was last changed before it was read; a file that was changed since is a warning.
    raw_data_elem : RawDataElement
        The element.

    Raises
    ------
    OSError
        There is no file any more.
    ValueError
        Another element stands there.
    """
    if filename_or_obj is None:
        raise OSError("the file of the value isn't known any more")
    if not isinstance(filename_or_obj, (str, bytes, os.PathLike)):
        return _with_value(filename_or_obj, raw_data_elem)
    if not os.path.exists(filename_or_obj):
        raise FileNotFoundError("the file of the value isn't there any more")
    if timestamp is not None and os.stat(filename_or_obj).st_mtime != timestamp:
        warn("the file was changed since it was read; its value may be another", UserWarning, stacklevel=2)
    # The type of the stream that was read, as BytesIO, makes no stream of a path.
    opener = open if fileobj_type is None or isinstance(fileobj_type, type) else fileobj_type
    with opener(filename_or_obj, "rb") as file:
        return _with_value(file, raw_data_elem)


def _with_value(fp: BinaryIO, raw: RawDataElement) -> RawDataElement:
    fp.seek(raw.value_tell - data_element_offset_to_value(raw.is_implicit_VR, raw.VR))
    found = next(data_element_generator(fp, raw.is_implicit_VR, raw.is_little_endian), None)
    if not isinstance(found, RawDataElement) or (found.tag, found.VR) != (raw.tag, raw.VR):
        raise ParseError(f"{raw.tag} isn't in the file any more where it was", tag=int(raw.tag), offset=raw.value_tell)
    return found


def _at_pixel_data(tag: BaseTag, vr: str | None, length: int) -> bool:
    """Whether an element is Pixel Data, of integers or floating point numbers."""
    return tag in PIXEL_DATA


def _codecs(encoding: str | Iterable[str] | None) -> list[str]:
    if encoding is None:
        return [default_encoding]
    return [encoding] if isinstance(encoding, str) else list(encoding)
