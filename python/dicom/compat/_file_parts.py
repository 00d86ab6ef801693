"""The parts of a file in a stream: preamble, File Meta Information, Command Set, and the data set as far as is wanted.

In: a binary stream. Out: each part, the stream standing after it; or the file up to an element. The functions are those
of ``pydicom.filereader``. Standard: PS3.10 7, PS3.7 6.3.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from dicom.charset import default_encoding
from dicom.errors import InvalidDicomError
from dicom.tag import BaseTag
from dicom.uid import UID, DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from ._given_bytes import read_elements, read_file_meta
from ._headers import has_vr, read_bytes, skip_value, stop_offset, tell_implicit_vr, walk_headers
from ._reading import dcmread

if TYPE_CHECKING:
    from dicom.dataset import Dataset, FileDataset, FileMetaDataset

    from ._headers import StopWhen
    from .fileutil import PathType

_TRANSFER_SYNTAX = frozenset({0x00020010})


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


def _read_file_meta_info(fp: BinaryIO) -> FileMetaDataset:
    """The File Meta Information at which a stream stands; the stream stands after it then (PS3.10 7.1)."""

    def is_over(tag: BaseTag, vr: str | None, length: int) -> bool:
        return tag.group != 2

    begin = fp.tell()
    end = stop_offset(fp, False, True, is_over, None)
    fp.seek(begin)
    return read_file_meta(read_bytes(fp, end - begin))


def _read_command_set_elements(fp: BinaryIO) -> Dataset:
    """The Command Set at which a stream stands, implicit VR little endian (PS3.7 6.3)."""

    def is_over(tag: BaseTag, vr: str | None, length: int) -> bool:
        return tag.group != 0

    begin = fp.tell()
    end = stop_offset(fp, True, True, is_over, None)
    fp.seek(begin)
    return read_elements(read_bytes(fp, end - begin), True, True)[0]


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
    syntax = _transfer_syntax(fileobj)
    _skip_group(fileobj, True, 0)
    if syntax == DeflatedExplicitVRLittleEndian:
        fileobj.seek(begin)
        dataset = dcmread(fileobj, None, False, force, specific_tags)  # type: ignore[arg-type]
        _cut(dataset, stop_when)
        return dataset
    # Where nothing says how the data set is encoded, its first element does.
    assumed = syntax == ImplicitVRLittleEndian if syntax else not has_vr(fileobj)
    little_endian = syntax != ExplicitVRBigEndian
    is_implicit_vr = tell_implicit_vr(fileobj, assumed, little_endian, stop_when, is_sequence=False)
    end = stop_offset(fileobj, is_implicit_vr, little_endian, stop_when, None)
    fileobj.seek(begin)
    dataset = dcmread(BytesIO(read_bytes(fileobj, end - begin)), None, False, force, specific_tags)  # type: ignore[arg-type]
    fileobj.seek(end)
    dataset._set_source(fileobj)
    return dataset


def _transfer_syntax(fp: BinaryIO) -> UID:
    """The Transfer Syntax UID of the File Meta Information at which a stream stands, which is passed; else empty."""
    raw = b""
    for header in walk_headers(fp, False, True, lambda tag, vr, length: tag.group != 2):
        if header.tag in _TRANSFER_SYNTAX:
            raw = read_bytes(fp, min(header.length, 64))
        skip_value(fp, header, False, True)
    return UID(raw.decode(default_encoding).rstrip(" \0"), 0)


def _skip_group(fp: BinaryIO, is_implicit_vr: bool, group: int) -> None:
    for header in walk_headers(fp, is_implicit_vr, True, lambda tag, vr, length: tag.group != group):
        skip_value(fp, header, is_implicit_vr, True)


def _cut(dataset: FileDataset, stop_when: StopWhen) -> None:
    """Take out the element at which `stop_when` says so, and all after it."""
    stopped = False
    for tag in dataset._tags():
        element = dataset._element(tag)
        stopped = stopped or stop_when(BaseTag(tag), element.VR, dataset._value_length(tag) or 0)
        if stopped:
            dataset._delete_element(tag)
