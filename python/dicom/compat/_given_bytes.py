"""Data sets and sequences from bytes alone: the core's reader, told what a file's own header would have told it.

In: the bytes of elements or items, their encoding, the codecs of the data set that they stand in. Out: a Dataset, or a
Sequence. The switches of ``config`` that stand now hold for their values.
"""

from __future__ import annotations

from struct import pack
from typing import TYPE_CHECKING, Any

from dicom import _core, settings
from dicom.charset import CharacterSets, default_encoding, python_encoding
from dicom.dataset import Dataset, FileMetaDataset
from dicom.errors import ValueRepresentationError
from dicom.tag import BaseTag

from ._reading import decoder_and_judge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dicom.elements.sequence import Sequence

# Implicit VR, little endian -> transfer syntax (PS3.5 A).
_TRANSFER_SYNTAXES = {
    (True, True): b"1.2.840.10008.1.2\0",
    (False, True): b"1.2.840.10008.1.2.1\0",
    (False, False): b"1.2.840.10008.1.2.2\0",
}
_PREAMBLE = b"\0" * 128 + b"DICM"
_SPECIFIC_CHARACTER_SET = 0x00080005
# Any sequence of the dictionary will do; this one may hold anything.
_CONTENT_SEQUENCE = 0x0040A730
_UNDEFINED_LENGTH = 0xFFFFFFFF
_STRAY_DELIMITER = "stray-delimiter"
# A term for each codec that has one; those for code extension, which stand last, may stand alone as well.
_TERMS = {codec: term for term, codec in python_encoding.items()} | {default_encoding: "ISO_IR 6", "GBK": "GBK"}


def read_elements(
    content: bytes,
    is_implicit_vr: bool,
    is_little_endian: bool,
    encodings: Iterable[str] | None = None,
    specific_tags: Iterable[int] | None = None,
) -> tuple[Dataset, int]:
    """A data set, and how many bytes it takes: up to an Item Delimiter that closes nothing, and with it, or all.

    Parameters
    ----------
    encodings : iterable of str, optional
        Python codecs that hold as long as the data set has no Specific Character Set of its own.
    """
    if content[:2] == (b"\x02\0" if is_little_endian else b"\0\x02"):
        # After a file's own header they would belong to it.
        return _read_as_item(content, is_implicit_vr, is_little_endian, encodings), len(content)
    dataset = _read(content, is_implicit_vr, is_little_endian, None, specific_tags)
    end = _stray_delimiter(dataset, len(_file_head(is_implicit_vr, is_little_endian)))
    used = len(content)
    if end is not None:
        content, used = content[:end], end + 8
        dataset = _read(content, is_implicit_vr, is_little_endian, None, specific_tags)
    codecs = list(encodings or ())
    if codecs and codecs != [default_encoding] and not dataset._has(_SPECIFIC_CHARACTER_SET):
        if specific_tags is None:
            return _read_as_item(content, is_implicit_vr, is_little_endian, codecs), used
        dataset = _read(content, is_implicit_vr, is_little_endian, codecs, specific_tags)
    return dataset, used


def read_file_meta(content: bytes) -> FileMetaDataset:
    """The elements of group 0002 as the File Meta Information that they are (PS3.10 7.1)."""
    meta = FileMetaDataset(_read_as_item(content, False, True, None))
    meta.set_original_encoding(False, True)
    return meta


def _read_as_item(
    content: bytes, is_implicit_vr: bool, is_little_endian: bool, encodings: Iterable[str] | None
) -> Dataset:
    item = pack(f"{'<' if is_little_endian else '>'}HHL", 0xFFFE, 0xE000, len(content)) + content
    dataset: Dataset = read_items(item, is_implicit_vr, is_little_endian, encodings)[0]
    return dataset


def read_items(
    content: bytes,
    is_implicit_vr: bool,
    is_little_endian: bool,
    encodings: Iterable[str] | None = None,
    is_undefined_length: bool = False,
) -> Sequence:
    """The items of a sequence's value.

    Parameters
    ----------
    content : bytes
        The value without a Sequence Delimiter.
    encodings : iterable of str, optional
        Python codecs of the data set that the sequence stands in.
    is_undefined_length : bool
        Whether the sequence's length was undefined.
    """
    order = "<" if is_little_endian else ">"
    terms = _terms(encodings)
    head = b""
    if terms is not None:
        head = _header(order, is_implicit_vr, _SPECIFIC_CHARACTER_SET, b"CS", len(terms)) + terms
    length = _UNDEFINED_LENGTH if is_undefined_length else len(content)
    head += _header(order, is_implicit_vr, _CONTENT_SEQUENCE, b"SQ", length)
    tail = pack(f"{order}HHL", 0xFFFE, 0xE0DD, 0) if is_undefined_length else b""
    override = None if terms is not None or encodings is None else list(encodings)
    holder = _read(head + content + tail, is_implicit_vr, is_little_endian, override, None)
    items: Sequence = holder[_CONTENT_SEQUENCE].value
    return items


def _read(
    content: bytes,
    is_implicit_vr: bool,
    is_little_endian: bool,
    encodings: list[str] | None,
    specific_tags: Iterable[int] | None,
) -> Dataset:
    made_by, judge = decoder_and_judge(settings.current)
    arguments = {
        "defer_size": None,
        "stop_before_pixels": False,
        "force": False,
        "specific_tags": None if specific_tags is None else [int(tag) for tag in specific_tags],
        "limits": None,
        "character_sets": None if encodings is None else CharacterSets.from_encodings(encodings),
        "decoder": made_by,
        "judge": judge,
    }
    dataset: Dataset = _core.read_bytes(Dataset, _file_head(is_implicit_vr, is_little_endian) + content, arguments)
    # They were this room's, not the caller's.
    for name in ("file_meta", "preamble"):
        dataset.__dict__.pop(name, None)
    return dataset


def _file_head(is_implicit_vr: bool, is_little_endian: bool) -> bytes:
    syntax = _TRANSFER_SYNTAXES.get((is_implicit_vr, is_little_endian))
    if syntax is None:
        raise ValueRepresentationError("implicit VR is little endian (PS3.5 A.1): there is no big endian one")
    return _PREAMBLE + _header("<", False, 0x00020010, b"UI", len(syntax)) + syntax


def _header(order: str, is_implicit_vr: bool, tag: int, vr: bytes, length: int) -> bytes:
    group, element = BaseTag(tag).group, BaseTag(tag).element
    if is_implicit_vr:
        return pack(f"{order}HHL", group, element, length)
    if vr == b"SQ":
        return pack(f"{order}HH2sHL", group, element, vr, 0, length)
    return pack(f"{order}HH2sH", group, element, vr, length)


def _stray_delimiter(dataset: Any, head: int) -> int | None:
    """Where the first delimiter stands that closes nothing."""
    offsets = [offset for code, _, _, offset in dataset._findings() if code == _STRAY_DELIMITER and offset is not None]
    return min(offsets) - head if offsets else None


def _terms(encodings: Iterable[str] | None) -> bytes | None:
    """The value of Specific Character Set that means some codecs; None when terms can't say them."""
    codecs = list(encodings or ())
    terms = [_TERMS.get(codec) for codec in codecs]
    if not codecs or None in terms:
        return None
    raw = "\\".join(term for term in terms if term is not None).encode("ascii")
    return raw + b" " * (len(raw) % 2)
