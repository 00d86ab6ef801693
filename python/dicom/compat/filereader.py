"""``pydicom.filereader``: reading of files, data sets, sequences and single elements from streams.

In: a binary stream and how it is encoded. Out: data sets, made by the core's reader; or one raw element after another,
for callers that decide on the way. Standard: PS3.10 7 (files), PS3.5 7 (data sets), PS3.7 6.3 (command sets).
"""

from __future__ import annotations

import os
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO
from warnings import warn

from dicom import settings
from dicom.charset import default_encoding
from dicom.elements.element import DataElement
from dicom.errors import InvalidDicomError, ParseError
from dicom.tag import BaseTag, ItemTag, SequenceDelimiterTag, Tag
from dicom.uid import UID, DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian
from dicom.vr import EXPLICIT_VR_LENGTH_32, VR

from ._given_bytes import read_elements, read_file_meta, read_items
from ._headers import (
    UNDEFINED_LENGTH,
    Header,
    looks_like_vr,
    read_bytes,
    read_header,
    skip_items,
    skip_value,
    walk_headers,
)
from ._reading import dcmread
from .charset import convert_encodings
from .dataelem import RawDataElement
from .fileutil import PathType, read_undefined_length_value
from .misc import size_in_bytes
from .tag import TAG_CHARSET, TagListType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, MutableSequence

    from dicom.dataset import Dataset, FileDataset, FileMetaDataset
    from dicom.elements.sequence import Sequence

    StopWhen = Callable[[BaseTag, str | None, int], bool]

__all__ = [
    "ENCODED_VR",
    "EXPLICIT_VR_LENGTH_32",
    "PathType",
    "TagListType",
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
_PIXEL_DATA = frozenset((0x7FE00008, 0x7FE00009, 0x7FE00010))


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
        if wanted is not None and header.tag not in wanted:
            skip_value(fp, header, is_implicit_VR, is_little_endian)
            continue
        if header.length == UNDEFINED_LENGTH and _is_sequence(fp, header, is_implicit_VR):
            # UN of undefined length is encoded as implicit VR (PS3.5 6.2.2).
            implicit = is_implicit_VR or header.vr == "UN"
            items = read_sequence(fp, implicit, is_little_endian, UNDEFINED_LENGTH, encodings, header.value_tell)
            yield DataElement(
                header.tag, "SQ", items, header.value_tell, is_undefined_length=True, already_converted=True
            )
            continue
        value: bytes | None
        if header.length == UNDEFINED_LENGTH:
            value = read_undefined_length_value(fp, is_little_endian, SequenceDelimiterTag, largest)
        elif largest is not None and header.length > largest:
            value = None
            fp.seek(header.length, os.SEEK_CUR)
        else:
            value = read_bytes(fp, header.length)
        if header.tag == TAG_CHARSET and value:
            encodings = convert_encodings(value.decode(default_encoding).rstrip(" \0"))
        yield RawDataElement(
            header.tag, header.vr, header.length, value, header.value_tell, is_implicit_VR, is_little_endian
        )


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
        is_implicit_VR = _is_implicit_vr(fp, is_implicit_VR, is_little_endian, stop_when, is_sequence=False)
    if stop_when is None:
        content = fp.read() if bytelength is None else read_bytes(fp, bytelength)
    else:
        end = _stop(fp, is_implicit_VR, is_little_endian, stop_when, bytelength)
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


def read_preamble(fp: BinaryIO, force: bool) -> bytes | None:
    """The 128 bytes before ``DICM``; the stream stands after that then (PS3.10 7.1).

    Returns
    -------
    bytes or None
        None when there is no ``DICM`` and `force` is true; the stream stands where it stood.

    Raises
    ------
    InvalidDicomError
        There is no ``DICM``, and `force` is false.
    """
    begin = fp.tell()
    head = fp.read(132)
    if len(head) == 132 and head.endswith(b"DICM"):
        return head[:128]
    fp.seek(begin)
    if force:
        return None
    raise InvalidDicomError(
        "the file has no 'DICM' after 128 bytes (PS3.10 7.1); force=True reads what has no File Meta Information",
        offset=begin + 128,
    )


def _read_file_meta_info(fp: BinaryIO) -> FileMetaDataset:
    """The File Meta Information at which a stream stands; the stream stands after it then (PS3.10 7.1)."""

    def is_over(tag: BaseTag, vr: str | None, length: int) -> bool:
        return tag.group != 2

    begin = fp.tell()
    end = _stop(fp, False, True, is_over, None)
    fp.seek(begin)
    return read_file_meta(read_bytes(fp, end - begin))


def _read_command_set_elements(fp: BinaryIO) -> Dataset:
    """The Command Set at which a stream stands, implicit VR little endian (PS3.7 6.3)."""

    def is_over(tag: BaseTag, vr: str | None, length: int) -> bool:
        return tag.group != 0

    return read_dataset(fp, True, True, stop_when=is_over, at_top_level=False)


def read_file_meta_info(filename: PathType) -> FileMetaDataset:
    """The File Meta Information of a file, without reading further.

    Raises
    ------
    InvalidDicomError
        The file has no ``DICM`` after 128 bytes.
    """
    with open(filename, "rb") as file:
        read_preamble(file, force=False)
        return _read_file_meta_info(file)


def read_partial(
    fileobj: BinaryIO,
    stop_when: StopWhen | None = None,
    defer_size: float | str | None = None,
    force: bool = False,
    specific_tags: list[BaseTag | int] | None = None,
) -> FileDataset:
    """A file from a stream, up to the element at which `stop_when` says so.

    Parameters
    ----------
    fileobj : binary stream
        Stands at the beginning of the file; it stays open, and stands before that element then. That of a deflated
        data set stands at its end.
    stop_when : callable, optional
        Given tag, VR (None when implicit) and length.
    defer_size, force, specific_tags
        As for `dcmread`.

    Raises
    ------
    InvalidDicomError
        It is no DICOM file, and `force` is false.
    """
    if stop_when is None:
        return dcmread(fileobj, defer_size, False, force, specific_tags)  # type: ignore[arg-type]
    begin = fileobj.tell()
    read_preamble(fileobj, force=True)
    meta = _read_file_meta_info(fileobj)
    _read_command_set_elements(fileobj)
    syntax = UID(meta.get("TransferSyntaxUID") or "", 0)
    if syntax == DeflatedExplicitVRLittleEndian:
        fileobj.seek(begin)
        dataset = dcmread(fileobj, None, False, force, specific_tags)  # type: ignore[arg-type]
        _cut(dataset, stop_when)
        return dataset
    # Where nothing says how the data set is encoded, its first element does.
    assumed = syntax == ImplicitVRLittleEndian if syntax else not _has_vr(fileobj)
    little_endian = syntax != ExplicitVRBigEndian
    is_implicit_vr = _is_implicit_vr(fileobj, assumed, little_endian, stop_when, is_sequence=False)
    end = _stop(fileobj, is_implicit_vr, little_endian, stop_when, None)
    fileobj.seek(begin)
    dataset = dcmread(BytesIO(read_bytes(fileobj, end - begin)), None, False, force, specific_tags)  # type: ignore[arg-type]
    fileobj.seek(end)
    dataset._set_source(fileobj)
    return dataset


def _cut(dataset: FileDataset, stop_when: StopWhen) -> None:
    """Take out the element at which `stop_when` says so, and all after it."""
    stopped = False
    for tag in dataset._tags():
        element = dataset._element(tag)
        stopped = stopped or stop_when(BaseTag(tag), element.VR, dataset._value_length(tag) or 0)
        if stopped:
            dataset._delete_element(tag)


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
    return tag in _PIXEL_DATA


def _is_implicit_vr(
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
    is_implicit = not _has_vr(fp)
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


def _has_vr(fp: BinaryIO) -> bool:
    """Whether the next element of a stream has a VR field; the stream stays where it is."""
    begin = fp.tell()
    field = fp.read(6)[4:]
    fp.seek(begin)
    return looks_like_vr(field)


def _is_sequence(fp: BinaryIO, header: Header, is_implicit_vr: bool) -> bool:
    """Whether a value of undefined length is a sequence; else it is in fragments (PS3.5 A.4)."""
    if header.vr is not None:
        return header.vr == "SQ" or (header.vr == "UN" and settings.current.infer_sq_for_un_vr)
    from dicom.dictionary import dictionary_has_tag, dictionary_VR

    if header.tag in _PIXEL_DATA:
        return False
    return not dictionary_has_tag(header.tag) or dictionary_VR(header.tag) in ("SQ", "UN")


def _stop(
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


def _codecs(encoding: str | Iterable[str] | None) -> list[str]:
    if encoding is None:
        return [default_encoding]
    return [encoding] if isinstance(encoding, str) else list(encoding)
