"""``pydicom.filewriter``: writing of files, data sets, elements and values to streams.

In: a data set, element or value, and a stream that knows its encoding. Out: bytes in the stream. Whole data sets are
encoded by the core; what writes the value of one element is looked up in `writers`, which a program may change.
Standard: PS3.5 6.2 (values), 7.1 (elements), 7.5 (sequences), PS3.10 7.1 (File Meta Information).
"""

from __future__ import annotations

from io import BufferedIOBase
from typing import TYPE_CHECKING, Any
from warnings import warn

from dicom._core import WritePlan, plan_data_set
from dicom.charset import CharacterSets, default_encoding
from dicom.dataset.file_meta import validate_file_meta
from dicom.dataset.write import dcmwrite, encode_file_meta, writing_rules
from dicom.elements.ambiguous import holders_of, settle, settle_all
from dicom.elements.element import DataElement
from dicom.errors import WriteError
from dicom.tag import BaseTag, ItemDelimiterTag, ItemTag, SequenceDelimiterTag
from dicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian
from dicom.vr import AMBIGUOUS_VR, CUSTOMIZABLE_CHARSET_VR, EXPLICIT_VR_LENGTH_32, VR

from ._value_writers import (
    _format_DA,
    _format_DT,
    _format_TM,
    _is_multi_value,
    multi_string,
    write_ATvalue,
    write_DA,
    write_DT,
    write_number_string,
    write_numbers,
    write_OBvalue,
    write_OWvalue,
    write_PN,
    write_string,
    write_text,
    write_TM,
    write_UI,
    write_UN,
    writers_of_values,
)
from .charset import convert_encodings
from .dataelem import RawDataElement
from .filebase import DicomBytesIO, DicomFile, DicomIO
from .fileutil import PathType, buffer_remaining, read_buffer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dicom.dataset import Dataset, FileMetaDataset
    from dicom.elements.mapping import ElementMapping

__all__ = [
    "AMBIGUOUS_VR",
    "CUSTOMIZABLE_CHARSET_VR",
    "EXPLICIT_VR_LENGTH_32",
    "DeflatedExplicitVRLittleEndian",
    "DicomBytesIO",
    "DicomFile",
    "ExplicitVRBigEndian",
    "ImplicitVRLittleEndian",
    "PathType",
    "_format_DA",
    "_format_DT",
    "_format_TM",
    "_is_multi_value",
    "correct_ambiguous_vr",
    "correct_ambiguous_vr_element",
    "dcmwrite",
    "default_encoding",
    "multi_string",
    "write_ATvalue",
    "write_DA",
    "write_DT",
    "write_OBvalue",
    "write_OWvalue",
    "write_PN",
    "write_TM",
    "write_UI",
    "write_UN",
    "write_data_element",
    "write_dataset",
    "write_file_meta_info",
    "write_number_string",
    "write_numbers",
    "write_sequence",
    "write_sequence_item",
    "write_string",
    "write_text",
    "writers",
]

_UNDEFINED_LENGTH = 0xFFFFFFFF
_GROUP_LENGTH = 0x00020000
_PIXEL_DATA = 0x7FE00010


def correct_ambiguous_vr(ds: Dataset, is_little_endian: bool, ancestors: list[Dataset] | None = None) -> Dataset:
    """Settle, in place, the VRs of a data set for which the standard leaves a choice.

    Parameters
    ----------
    ds : Dataset
        The data set; the items in it are settled as well.
    is_little_endian : bool
        The order of bytes that become numbers.
    ancestors : list of Dataset, optional
        The data set itself and those that hold it, the nearest first; without it those that it knows of.

    Returns
    -------
    Dataset
        `ds`.

    Raises
    ------
    AttributeError
        An element that settles one is missing.
    """
    settle_all(ds, _without(ds, ancestors), little_endian=is_little_endian)
    return ds


def correct_ambiguous_vr_element(
    elem: DataElement | RawDataElement,
    ds: Dataset,
    is_little_endian: bool,
    ancestors: list[Dataset] | None = None,
) -> DataElement | RawDataElement:
    """Settle the VR of an element for which the standard leaves a choice; see `correct_ambiguous_vr`.

    Returns
    -------
    DataElement or RawDataElement
        `elem`, or the element made of it where it was raw and its VR ambiguous.
    """
    if elem.VR not in AMBIGUOUS_VR:
        return elem
    if isinstance(elem, RawDataElement):
        tag, vr, length, value, *_ = elem
        undefined = length == _UNDEFINED_LENGTH
        elem = DataElement(tag, vr or "UN", value, elem.value_tell, undefined, already_converted=True)
    settle(elem, [ds, *(_without(ds, ancestors) or holders_of(ds))], little_endian=is_little_endian)
    return elem


def _without(ds: Dataset, ancestors: list[Dataset] | None) -> list[Dataset]:
    return [ancestor for ancestor in ancestors or () if ancestor is not ds]


def write_dataset(fp: DicomIO, dataset: Dataset, parent_encoding: str | list[str] = default_encoding) -> int:
    """Write the elements of a data set.

    Parameters
    ----------
    fp : DicomIO
        Its ``is_implicit_VR`` and ``is_little_endian`` say how they are encoded.
    dataset : Dataset
        The data set.
    parent_encoding : str or list of str
        Python codecs of text, as long as the data set has no Specific Character Set.

    Returns
    -------
    int
        How many bytes were written.

    Raises
    ------
    AttributeError
        The stream's encoding isn't set.
    WriteError
        An element can't be written; a ValueError. Nothing was written then.
    """
    implicit_vr, little_endian = fp.is_implicit_VR, fp.is_little_endian
    # A program may have put a writer of its own in.
    if writers == _OWN_WRITERS:
        planned = _plan(dataset, implicit_vr, little_endian, parent_encoding)
        # Piece by piece: pixel data isn't held twice.
        planned.write_to(fp)
        return planned.length
    buffer = _like(fp)
    codecs = _codecs(dataset, parent_encoding)
    for tag in dataset._tags():
        element = dataset._element(tag)
        if element.VR in AMBIGUOUS_VR:
            settle(element, [dataset, *holders_of(dataset)], little_endian=little_endian)
        write_data_element(buffer, element, codecs)
    return fp.write(buffer.getvalue())


def write_data_element(
    fp: DicomIO, elem: DataElement | RawDataElement, encodings: str | list[str] | None = None
) -> None:
    """Write an element: header and value.

    Parameters
    ----------
    fp : DicomIO
        Its ``is_implicit_VR`` and ``is_little_endian`` say how it is encoded.
    elem : DataElement or RawDataElement
        The element; the bytes of a raw one are written as they are.
    encodings : str or list of str, optional
        Python codecs of its text.

    Raises
    ------
    NotImplementedError
        There is no such VR.
    ValueError
        The VR is one for which the standard leaves a choice, and has to be written; or the value can't be.
    """
    codecs = [encodings] if isinstance(encodings, str) else encodings or [default_encoding]
    value = elem.value
    if isinstance(elem, RawDataElement):
        undefined = elem.length == _UNDEFINED_LENGTH
        _write_element(fp, elem.tag, elem.VR or "UN", value or b"", undefined, elem.VR == "SQ")
    elif isinstance(value, BufferedIOBase) and writers.get(elem.VR) == _OWN_WRITERS.get(elem.VR):
        _write_stream(fp, elem, value)
    else:
        content = b"" if elem.is_empty else _value_bytes(fp, elem, codecs)
        undefined = elem.is_undefined_length or bool(getattr(value, "is_undefined_length", False))
        _write_element(fp, elem.tag, elem.VR, content, undefined, elem.VR == "SQ")


def _value_bytes(fp: DicomIO, elem: DataElement, codecs: list[str]) -> bytes:
    if elem.VR not in writers:
        raise NotImplementedError(f"{elem.tag} has a VR that is none of PS3.5 Table 6.2-1")
    writer, struct_format = writers[elem.VR]
    buffer = _like(fp)
    if elem.VR in CUSTOMIZABLE_CHARSET_VR or elem.VR == "SQ":
        writer(buffer, elem, codecs)
    elif struct_format is not None:
        writer(buffer, elem, struct_format)
    else:
        writer(buffer, elem)
    return buffer.getvalue()


def _write_element(fp: DicomIO, tag: BaseTag, vr: str, content: bytes, undefined: bool, is_sequence: bool) -> None:
    if undefined and not is_sequence and content[:4] not in (b"\xfe\xff\x00\xe0", b"\xff\xfe\xe0\x00"):
        raise WriteError(
            f"{tag} has an undefined length, and its value isn't in fragments: encaps.encapsulate makes them of frames",
            tag=int(tag),
        )
    _write_header(fp, tag, vr, _UNDEFINED_LENGTH if undefined else len(content))
    fp.write(content)
    if undefined:
        fp.write_tag(SequenceDelimiterTag)
        fp.write_UL(0)


def _write_header(fp: DicomIO, tag: BaseTag, vr: str, length: int) -> None:
    if not fp.is_implicit_VR and vr in AMBIGUOUS_VR:
        raise WriteError(
            f"the VR of {tag} is one of several, and has to be settled before it is written (correct_ambiguous_vr)",
            tag=int(tag),
        )
    fp.write_tag(tag)
    if fp.is_implicit_VR:
        fp.write_UL(length)
        return
    if vr not in EXPLICIT_VR_LENGTH_32 and length > 0xFFFF:
        warn(f"{tag} has {length} bytes, more than a length of VR {vr} can say: it is written as UN", stacklevel=4)
        vr = "UN"
    fp.write(vr.encode("ascii"))
    if vr in EXPLICIT_VR_LENGTH_32:
        fp.write_US(0)
        fp.write_UL(length)
    else:
        fp.write_US(length)


def _write_stream(fp: DicomIO, elem: DataElement, value: BufferedIOBase) -> None:
    """Write a value that is a stream in pieces, whatever its size."""
    length = buffer_remaining(value)
    if elem.is_undefined_length:
        _write_header(fp, elem.tag, elem.VR, _UNDEFINED_LENGTH)
    else:
        _write_header(fp, elem.tag, elem.VR, length + length % 2)
    position = value.tell()
    for chunk in read_buffer(value):
        fp.write(chunk)
    value.seek(position)
    fp.write(b"\0" * (length % 2))
    if elem.is_undefined_length:
        fp.write_tag(SequenceDelimiterTag)
        fp.write_UL(0)


def write_sequence(fp: DicomIO, elem: DataElement, encodings: list[str]) -> None:
    """Write the items of a sequence; its delimiter is written with the element."""
    for item in elem.value or ():
        write_sequence_item(fp, item, encodings)


def write_sequence_item(fp: DicomIO, dataset: Dataset, encodings: list[str]) -> None:
    """Write an item: its header, its elements, and its delimiter where its length is undefined (PS3.5 7.5)."""
    buffer = _like(fp)
    write_dataset(buffer, dataset, encodings)
    content = buffer.getvalue()
    undefined = bool(getattr(dataset, "is_undefined_length_sequence_item", False))
    fp.write_tag(ItemTag)
    fp.write_UL(_UNDEFINED_LENGTH if undefined else len(content))
    fp.write(content)
    if undefined:
        fp.write_tag(ItemDelimiterTag)
        fp.write_UL(0)


def write_file_meta_info(fp: DicomIO, file_meta: FileMetaDataset, enforce_standard: bool = True) -> None:
    """Write File Meta Information, in explicit VR little endian whatever the stream says.

    Parameters
    ----------
    fp : DicomIO or binary stream
        Stands after the preamble and ``DICM``.
    file_meta : FileMetaDataset
        Changed in place where `enforce_standard` adds to it.
    enforce_standard : bool
        Put in the version, the implementation and the group length, and see that all is there that has to be.

    Raises
    ------
    ValueError
        An element isn't of group 0002.
    AttributeError
        A required element is missing or empty, and `enforce_standard` is true.
    """
    validate_file_meta(file_meta, enforce_standard)
    if enforce_standard and _GROUP_LENGTH not in file_meta:
        file_meta.add_new(_GROUP_LENGTH, "UL", 0)
    encoded = encode_file_meta(file_meta, enforce_standard=False)
    if _GROUP_LENGTH in file_meta:
        # It counts the bytes after its own element, which has 12.
        file_meta[_GROUP_LENGTH].value = len(encoded) - 12
        encoded = encode_file_meta(file_meta, enforce_standard=False)
    fp.write(encoded)


def _plan(
    dataset: ElementMapping, implicit_vr: bool, little_endian: bool, parent_encoding: str | Iterable[str]
) -> WritePlan:
    codecs = [parent_encoding] if isinstance(parent_encoding, str) else list(parent_encoding)
    # The codec of the default repertoire is Latin-1 to programs of this interface, and text is read back so.
    sets = CharacterSets.from_encodings(["latin_1" if codec == default_encoding else codec for codec in codecs])
    return plan_data_set(dataset, implicit_vr, little_endian, sets, writing_rules())


def _codecs(dataset: Dataset, parent_encoding: str | list[str]) -> list[str]:
    own = dataset.get("SpecificCharacterSet")
    if own:
        return convert_encodings(own)
    return [parent_encoding] if isinstance(parent_encoding, str) else parent_encoding


def _like(fp: DicomIO) -> DicomBytesIO:
    """An empty stream of the same encoding."""
    buffer = DicomBytesIO()
    buffer.is_implicit_VR, buffer.is_little_endian = fp.is_implicit_VR, fp.is_little_endian
    return buffer


# VR -> what writes a value of it, and the format of numbers.
writers: dict[str, tuple[Any, str | None]] = {**writers_of_values, VR.SQ: (write_sequence, None)}
_OWN_WRITERS = dict(writers)
