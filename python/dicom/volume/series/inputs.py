"""What was given to `find_series`, as a list of files: a folder, a list of paths, one file, a zip archive, a DICOMDIR.

In: a path or several. Out: sources that headers can be read of, a name for each, and for what is no source the reason
why. Nothing is left out without a word: special files, links that lead nowhere, folders that can't be entered.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dicom.fileset.references import Reference

    PathLike = str | os.PathLike[str]

NOT_REGULAR = "no regular file (a pipe, a socket or a device)"
BROKEN_LINK = "a link that leads nowhere"
VISITED_LINK = "a link to a folder that was gone through already"
GIVEN_TWICE = "given twice; the first time counts"
VANISHED = "vanished"

_ZIP_BEGINS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


class Inputs:
    """The files that were given.

    Attributes
    ----------
    names : list of str
        Of each file that can be tried: its path, or ``archive.zip/member`` within an archive.
    sources : list of str or bytes
        The same as what can be read: a path, or a member's bytes.
    refused : list of (str, str)
        Name and reason of everything else.
    """

    __slots__ = ("names", "refused", "sources")

    def __init__(self) -> None:
        self.names: list[str] = []
        self.sources: list[str | bytes] = []
        self.refused: list[tuple[str, str]] = []

    def add(self, path: str) -> None:
        """Take a file by its path."""
        self.names.append(path)
        self.sources.append(path)

    def refuse(self, name: str, reason: str) -> None:
        """Name what isn't taken."""
        self.refused.append((name, reason))


def inputs_of(path: PathLike | Iterable[PathLike], *, archive_limit: int) -> Inputs:
    """The files of a folder, a list, an archive, a DICOMDIR, or one file.

    Parameters
    ----------
    path : str, os.PathLike, or iterable of them
        In a list, each may be a file or a folder.
    archive_limit : int
        How many bytes the members of one archive may hold together.

    Raises
    ------
    FileNotFoundError
        The one path that was given isn't there. What is missing of a list is refused by name.
    TypeError
        Neither a path nor an iterable of paths.
    """
    inputs = Inputs()
    if isinstance(path, (str, os.PathLike)):
        text = _text(path)
        if not os.path.lexists(text):
            raise FileNotFoundError(2, "No such file or folder", text)
        _take(inputs, text, archive_limit)
        return inputs
    if isinstance(path, (bytes, bytearray, memoryview)) or not hasattr(path, "__iter__"):
        raise TypeError(f"a path, or an iterable of paths, is needed, not {type(path).__name__}")
    for one in path:
        if not isinstance(one, (str, os.PathLike)):
            raise TypeError(f"an iterable of paths is needed, not of {type(one).__name__}")
        text = _text(one)
        if os.path.lexists(text):
            _take(inputs, text, archive_limit)
        else:
            inputs.refuse(text, VANISHED)
    return _without_repeats(inputs)


def _text(path: PathLike) -> str:
    return os.fsdecode(os.fspath(path))


def _take(inputs: Inputs, path: str, archive_limit: int) -> None:
    if os.path.isdir(path):
        found: list[str] = []
        for file, reason in files_below(path):
            if reason is None:
                found.append(file)
            else:
                inputs.refuse(file, reason)
        inputs.names += found
        inputs.sources += found
        for file in found:
            if file[-8:].upper() == "DICOMDIR" and os.path.basename(file).upper() == "DICOMDIR":
                _name_missing(inputs, file)
        return
    if not os.path.exists(path):
        inputs.refuse(path, BROKEN_LINK)
    elif not os.path.isfile(path):
        inputs.refuse(path, NOT_REGULAR)
    elif is_zip(path):
        from dicom.volume.series.archive import take_archive

        take_archive(inputs, path, archive_limit)
    elif os.path.basename(path).upper() == "DICOMDIR":
        _take_directory(inputs, path)
    else:
        inputs.add(path)


def is_zip(path: str) -> bool:
    """Whether a file begins as a zip archive does; False for one that can't be read."""
    try:
        with open(path, "rb") as file:
            return file.read(4) in _ZIP_BEGINS
    except OSError:
        return False


def files_below(folder: str) -> Iterator[tuple[str, str | None]]:
    """Everything below a folder that is no folder, by name, and why it can't be tried where it can't.

    Links to folders are followed, each folder is gone through once, however many links lead to it.
    """
    visited: set[tuple[int, int]] = set()
    # A stack in place of recursion: as deep as the file system is.
    pending = [folder]
    while pending:
        place = pending.pop()
        try:
            status = os.stat(place)
            with os.scandir(place) as listing:
                entries = sorted(listing, key=_name_of)
        except OSError as error:
            yield place, f"a folder that can't be entered: {error.strerror or type(error).__name__}"
            continue
        identity = (status.st_dev, status.st_ino)
        # Some file systems have no numbers for their files.
        if identity in visited and status.st_ino:
            yield place, VISITED_LINK
            continue
        visited.add(identity)
        folders = []
        for entry in entries:
            try:
                if entry.is_file():
                    yield entry.path, None
                elif entry.is_dir():
                    folders.append(entry.path)
                else:
                    yield entry.path, BROKEN_LINK if entry.is_symlink() and not os.path.exists(entry) else NOT_REGULAR
            except OSError as error:
                # A circle of links is one of the reasons.
                yield entry.path, f"can't be looked at: {error.strerror or type(error).__name__}"
        pending += reversed(folders)


def _name_of(entry: os.DirEntry[str]) -> str:
    return entry.name


def _take_directory(inputs: Inputs, path: str) -> None:
    """The files that a DICOMDIR refers to; itself too, so that it has a place in the report."""
    inputs.add(path)
    for reference in _references(path):
        if reference.path is None:
            inputs.refuse(reference.name, reference.reason)
        else:
            inputs.add(reference.path)


def _name_missing(inputs: Inputs, path: str) -> None:
    """What a DICOMDIR refers to and isn't there: of a folder, all that is there is taken already."""
    for reference in _references(path):
        if reference.path is None:
            inputs.refuse(reference.name, reference.reason)


def _references(path: str) -> list[Reference]:
    from dicom.errors import DicomError
    from dicom.fileset.references import referenced_files

    try:
        return referenced_files(path)
    except (DicomError, OSError):
        # What is wrong with it is told when its header is read.
        return []


def _without_repeats(inputs: Inputs) -> Inputs:
    """The same, each path once."""
    once = Inputs()
    once.refused = inputs.refused
    seen: set[str] = set()
    for name, source in zip(inputs.names, inputs.sources, strict=True):
        absolute = os.path.abspath(name) if isinstance(source, str) else name
        if absolute in seen:
            once.refuse(name, GIVEN_TWICE)
            continue
        seen.add(absolute)
        once.names.append(name)
        once.sources.append(source)
    return once
