"""The files that a DICOMDIR refers to, whether or not its tree holds together.

In: the path of a DICOMDIR. Out: a path for each record that names a file, or why there is none.
Standard: PS3.3 F.3.2.2 (Referenced File ID), PS3.10 8.2.
"""

from __future__ import annotations

import os
from pathlib import Path

from dicom.dataset.read import read
from dicom.elements.sequence import Sequence
from dicom.errors import DicomError
from dicom.io.contained_path import OutsideRootError

from .file_id import referenced_components
from .location import in_either_case

_RECORDS = 0x00041220


class Reference:
    """What one record says.

    Attributes
    ----------
    name : str
        The path that it names, for a listing.
    path : str or None
        The file, when it is there and lies in the File-set.
    reason : str
        Why there is no path; empty where there is one.
    """

    __slots__ = ("name", "path", "reason")

    def __init__(self, name: str, path: str | None, reason: str = "") -> None:
        self.name = name
        self.path = path
        self.reason = reason


def referenced_files(directory: str | os.PathLike[str]) -> list[Reference]:
    """The files of all records, in their order, each once.

    Raises
    ------
    DicomError
        The DICOMDIR can't be read.
    """
    text = os.fspath(directory)
    root = os.path.dirname(os.path.abspath(text))
    element = read(text)._element(_RECORDS)
    value = None if element is None else element.value
    records = value if isinstance(value, Sequence) else []
    found: dict[str, Reference] = {}
    for record in records:
        reference = _reference(root, record)
        if reference is not None:
            found.setdefault(reference.path or reference.name, reference)
    return list(found.values())


def _reference(root: str, record: object) -> Reference | None:
    try:
        components = referenced_components(record)  # type: ignore[arg-type]
    except DicomError:
        return Reference(root, None, "a record of the DICOMDIR whose Referenced File ID (0004,1500) can't be read")
    if components is None:
        return None
    name = os.sep.join([root, *components])
    try:
        location = in_either_case(Path(root), components)
    except OutsideRootError:
        return Reference(name, None, "named by the DICOMDIR, but leads out of its folder")
    if location is None:
        return Reference(name, None, "named by the DICOMDIR, but not there")
    return Reference(name, os.path.join(root, *location))
