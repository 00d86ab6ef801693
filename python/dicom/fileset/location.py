"""The file that a directory record refers to: whether its name may be followed, and whether it is there.

In: a record and the folder of its File-set. Out: the components of the file's path; findings where there is none.
Standard: PS3.3 F.3.2.2 (Referenced File ID), PS3.10 8.2.
"""

from __future__ import annotations

import os

from dicom.errors import DicomError
from dicom.finding import Finding
from dicom.io.contained_path import OutsideRootError, contained_path

from .file_id import referenced_components

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dicom.dataset import Dataset

    from .file_set import FileSet

_REFERENCED_FILE_ID = 0x00041500
_WITHOUT_FILE = frozenset(("PATIENT", "STUDY", "SERIES", "PRIVATE"))


def location_of(file_set: FileSet, record: Dataset) -> tuple[str, ...] | None:
    """The components of the file that a record refers to; None when there is none.

    Raises
    ------
    PermissionError
        They lead out of the File-set.
    """
    found = _file_of(file_set.root_path, record)
    if isinstance(found, Finding):
        file_set.findings.append(found)
        return None
    return found


def _file_of(root: os.PathLike[str], record: Dataset) -> tuple[str, ...] | Finding | None:
    offset = record.seq_item_tell
    try:
        components = referenced_components(record)
    except DicomError as error:
        return Finding("file-id-unreadable", "the value of Referenced File ID can't be read", error.tag, offset)
    if components is None:
        if record.get("DirectoryRecordType") in _WITHOUT_FILE:
            return None
        text = "a record names no file; it is left out"
        return Finding("record-without-file", text, _REFERENCED_FILE_ID, offset)
    try:
        location = in_either_case(root, components)
    except OutsideRootError as error:
        text = f"Referenced File ID (0004,1500) of the directory record at byte {offset}: {error}"
        raise OutsideRootError(text, tag=_REFERENCED_FILE_ID, offset=offset) from None
    if location is None:
        return Finding("file-missing", "the file that a record names isn't there", _REFERENCED_FILE_ID, offset)
    if [name.upper() for name in location] == ["DICOMDIR"]:
        return Finding("file-is-directory", "a record names the DICOMDIR itself", _REFERENCED_FILE_ID, offset)
    return location


def in_either_case(root: os.PathLike[str], components: list[str]) -> tuple[str, ...] | None:
    """The file as it is named; else in small letters, as Linux shows the names of a CD without further extensions."""
    for names in (components, [name.lower() for name in components]):
        if os.path.isfile(contained_path(root, names)):
            return tuple(names)
    return None
