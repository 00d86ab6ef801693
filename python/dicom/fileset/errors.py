"""The errors of File-sets: a directory that can't be followed, a file that has no place, a place that is taken."""

from __future__ import annotations

from dicom.errors import DicomError


class FileSetError(DicomError, ValueError):
    """A File-set that can't be read, changed or written as asked."""


class MissingKeyError(FileSetError, AttributeError):
    """An element is absent that a directory record, or its place in the tree, is made from."""


class UnplacedError(FileSetError, TypeError):
    """A DICOMDIR that was made in memory, or read from a stream: it says nothing of where its files are."""


class MissingFileError(FileSetError, FileNotFoundError):
    """The DICOMDIR that a data set was read from is no longer there."""


class OccupiedError(FileSetError, FileExistsError):
    """A file that doesn't belong to the File-set stands where one of its own would be written."""


class NotListedError(FileSetError, LookupError):
    """An instance, or a record, that isn't in the File-set."""
