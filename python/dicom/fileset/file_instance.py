"""`FileInstance`: a file of a File-set, and what the directory says about it.

In: the leaf of the tree that refers to the file. Out: its File ID, its path, its data set, and the keys of its record
and of those above it. Standard: PS3.3 F.3.2.2, PS3.10 8.2.
"""

from __future__ import annotations

import os

from dicom.dictionary import tag_for_keyword
from dicom.errors import DicomError
from dicom.io.contained_path import contained_path
from dicom.tag import BaseTag, Tag
from dicom.uid import UID

from .errors import FileSetError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dicom.dataset import FileDataset

    from .file_set import FileSet
    from .record_node import RecordNode

_IN_FILE = {
    "SOPInstanceUID": "ReferencedSOPInstanceUIDInFile",
    "SOPClassUID": "ReferencedSOPClassUIDInFile",
    "TransferSyntaxUID": "ReferencedTransferSyntaxUIDInFile",
}
_IN_FILE_TAGS = {tag_for_keyword(keyword): tag_for_keyword(referenced) for keyword, referenced in _IN_FILE.items()}


class FileInstance:
    """A file in a File-set.

    Elements of its directory record and of those above it (of series, study and patient) are attributes, and items by
    tag; the lowest record that has the element answers. SOP Instance UID, SOP Class UID and Transfer Syntax UID are
    those that the record holds for the file.

    Parameters
    ----------
    node : RecordNode
        The record that refers to the file.

    Attributes
    ----------
    node : RecordNode
        The same.
    """

    def __init__(self, node: RecordNode) -> None:
        self.node = node
        self._location: tuple[str, ...] | None = None  # components below the root, once it is in the File-set
        self._staged_path: str | None = None  # the copy that waits to be written
        self._for_removal = False

    # --- the records -------------------------------------------------------------------------------------------------

    def _find(self, key: Any) -> Any:
        """The element of the lowest record that has it, or None."""
        tag = int(Tag(key))
        for sought in (tag, _IN_FILE_TAGS.get(tag)):
            if sought is None:
                continue
            for node in self.node.reverse():
                element = node._record._element(sought)
                if element is not None:
                    return element
        return None

    def __contains__(self, name: str | int) -> bool:
        """Whether one of the records has the element; ValueError for what spells no tag."""
        return self._find(name) is not None

    def __getitem__(self, key: str | int) -> Any:
        """The element of a keyword or tag, of the lowest record that has it.

        Raises
        ------
        KeyError
            No record has it.
        ValueError
            `key` spells no tag.
        """
        element = self._find(key)
        if element is None:
            raise KeyError(BaseTag(Tag(key)))
        return element

    def __getattr__(self, name: str) -> Any:
        if name[:1].isupper() and tag_for_keyword(name) is not None:
            element = self._find(name)
            if element is not None:
                return element.value
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)

    @property
    def SOPInstanceUID(self) -> UID:
        """SOP Instance UID of the file."""
        return self._uid("ReferencedSOPInstanceUIDInFile")

    @property
    def SOPClassUID(self) -> UID:
        """SOP Class UID of the file."""
        return self._uid("ReferencedSOPClassUIDInFile")

    @property
    def TransferSyntaxUID(self) -> UID:
        """Transfer Syntax UID of the file."""
        return self._uid("ReferencedTransferSyntaxUIDInFile")

    def _uid(self, keyword: str) -> UID:
        value = getattr(self.node._record, keyword)
        return value if isinstance(value, UID) else UID(str(value or ""), validation_mode=0)

    @property
    def is_private(self) -> bool:
        """Whether its record is private (PS3.3 F.6.1)."""
        return self.node.record_type == "PRIVATE"

    # --- the file ----------------------------------------------------------------------------------------------------

    @property
    def file_set(self) -> FileSet:
        """The File-set that it belongs to."""
        return self.node.file_set

    @property
    def FileID(self) -> str:
        """The path below the root that the next `FileSet.write` gives to the file, unless it keeps existing ones."""
        return os.path.join(*self._planned_location)

    @property
    def _planned_location(self) -> tuple[str, ...]:
        return tuple(reversed([node.component for node in self.node.reverse()]))

    @property
    def path(self) -> str:
        """Where the file is now: in the File-set, or a copy in a temporary folder while it is staged for addition.

        Raises
        ------
        PermissionError
            The directory record leads out of the File-set.
        ValueError
            It was staged for addition, and is no more.
        """
        if self._staged_path is not None:
            return self._staged_path
        if self._location is None:
            raise FileSetError("the instance is in no File-set any more")
        return contained_path(self.file_set.root_path, self._location)

    def load(self) -> FileDataset:
        """The data set of the file.

        Raises
        ------
        InvalidDicomError, OSError
            The file is no DICOM, or can't be read.
        """
        from dicom.dataset.read import read

        return read(self.path)

    # --- what is staged ----------------------------------------------------------------------------------------------

    @property
    def for_addition(self) -> bool:
        """Whether it waits to be added."""
        return self._staged_path is not None

    @property
    def for_removal(self) -> bool:
        """Whether it waits to be removed."""
        return self._for_removal

    @property
    def for_moving(self) -> bool:
        """Whether the next `FileSet.write` gives it another place."""
        if self._location is None or self._for_removal:
            return False
        try:
            return self._planned_location != self._location
        except DicomError:
            return False

    @property
    def is_staged(self) -> bool:
        """Whether it waits to be added, moved or removed."""
        return self.for_addition or self.for_removal or self.for_moving
