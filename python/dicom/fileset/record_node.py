"""The tree of directory records: patients above studies above series above instances.

In: directory records, nodes. Out: `RecordNode`, which knows its neighbours, its name in a File ID and how to print
itself. All goes through the tree without recursion, however deep it is. Standard: PS3.3 F.2 and F.4.
"""

from __future__ import annotations

import pathlib
from collections.abc import Iterable

from dicom.dictionary import dictionary_description, tag_for_keyword
from dicom.io.contained_path import contained_path

from .errors import FileSetError, MissingKeyError, NotListedError
from .file_id import component_of, referenced_components

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dicom.dataset import Dataset

    from .file_instance import FileInstance
    from .file_set import FileSet

# What tells one record of a type from its siblings (PS3.3 F.5.1 to F.5.3, F.6.1); for all others it is the instance.
_KEYS = {
    "PATIENT": "PatientID",
    "STUDY": "StudyInstanceUID",
    "SERIES": "SeriesInstanceUID",
    "PRIVATE": "PrivateRecordUID",
}
_INSTANCE_KEY = "ReferencedSOPInstanceUIDInFile"
# What is printed of a record: keyword and whether in quotes; the last only where it has a value.
_SHOWN = {
    "PATIENT": (("PatientID", True), ("PatientName", True)),
    "STUDY": (("StudyDate", False), ("StudyTime", False), ("StudyDescription", True)),
    "SERIES": (("Modality", False), ("SeriesNumber", False)),
    "IMAGE": (("InstanceNumber", False),),
}


class RecordNode(Iterable["RecordNode"]):
    """A directory record in its tree.

    Parameters
    ----------
    record : Dataset, optional
        An item of Directory Record Sequence.

    Attributes
    ----------
    children : list of RecordNode
        The nodes below.
    instance : FileInstance or None
        The instance that a leaf refers to.

    Raises
    ------
    ValueError
        The record lacks its type, or what tells it from its siblings.
    """

    def __init__(self, record: Dataset | None = None) -> None:
        self.children: list[RecordNode] = []
        self.instance: FileInstance | None = None
        self._parent: RecordNode | None = None
        self._place = 0  # where it stood among its siblings when it was last looked for
        self._by_key: dict[str, RecordNode] = {}
        self._record: Dataset
        if record:
            self._set_record(record)

    def _set_record(self, record: Dataset) -> None:
        """Take `record`, whose type and key have to be there; links that are absent are added."""
        kind = record.get("DirectoryRecordType")
        if not isinstance(kind, str) or not kind:
            raise MissingKeyError("a directory record has no Directory Record Type (0004,1430)", tag=0x00041430)
        _key_of(record)
        for keyword, value in (
            ("OffsetOfTheNextDirectoryRecord", 0),
            ("RecordInUseFlag", 0xFFFF),
            ("OffsetOfReferencedLowerLevelDirectoryEntity", 0),
        ):
            if keyword not in record:
                setattr(record, keyword, value)
        self._record = record

    # --- what it is --------------------------------------------------------------------------------------------------

    @property
    def record_type(self) -> str:
        """Directory Record Type, ``"PATIENT"``."""
        return str(self._record.DirectoryRecordType)

    @property
    def key(self) -> str:
        """What tells the record from its siblings: a Patient ID, or a UID."""
        return _key_of(self._record)

    @property
    def component(self) -> str:
        """The name that the node gives to a folder or a file, ``"PT000000"``."""
        parent = self.parent
        siblings = 1 if parent is None else len(parent.children)
        return component_of(self.record_type, self.depth, self.index, siblings)

    @property
    def has_instance(self) -> bool:
        """Whether the node stands for an instance."""
        return self.instance is not None

    @property
    def is_root(self) -> bool:
        """Whether it is the root, which has no record."""
        return False

    # --- where it is -------------------------------------------------------------------------------------------------

    @property
    def parent(self) -> RecordNode | None:
        """The node above; setting it takes the node out of the tree where it was.

        Raises
        ------
        ValueError
            The new parent is the node itself or one below it.
        """
        return self._parent

    @parent.setter
    def parent(self, node: RecordNode | None) -> None:
        if node is not None and not isinstance(node, RecordNode):
            raise AttributeError(f"the parent of a node is a RecordNode, not {type(node).__name__}")
        if node is not None and (node is self or any(above is self for above in _upward(node))):
            raise FileSetError("a node can't stand below itself")
        if self._parent is not None:
            self._parent._drop(self)
        self._parent = None
        if node is not None:
            node._take(self)

    def _take(self, node: RecordNode) -> None:
        """Put a node without parent at the end of the children."""
        children = self._children_by_key()  # before the list grows, so that the two are seen to agree
        node._parent = self
        node._place = len(self.children)
        self.children.append(node)
        children.setdefault(node.key, node)

    def _drop(self, node: RecordNode) -> None:
        place = node._index_in(self)
        if place is None:
            return
        del self.children[place]
        self._by_key = {}

    def _children_by_key(self) -> dict[str, RecordNode]:
        """The children by their keys; of two with one key, the first. `children` may have been changed by anybody."""
        if not self._by_key or len(self._by_key) != len(self.children):
            self._by_key = {}
            for child in self.children:
                self._by_key.setdefault(child.key, child)
        return self._by_key

    def _index_in(self, parent: RecordNode) -> int | None:
        children = parent.children
        if self._place >= len(children) or children[self._place] is not self:
            for place, child in enumerate(children):
                child._place = place
        return self._place if self._place < len(children) and children[self._place] is self else None

    @property
    def index(self) -> int:
        """Its index among its siblings, from 0."""
        if self._parent is None:
            return 0
        place = self._index_in(self._parent)
        if place is None:
            raise NotListedError("the node is no longer among the children of its parent")
        return place

    @property
    def root(self) -> RecordNode:
        """The topmost node."""
        for node in _upward(self):
            top = node
        return top

    @property
    def ancestors(self) -> list[RecordNode]:
        """The nodes above, the nearest first, without the root."""
        return [node for node in _upward(self) if node is not self and not node.is_root]

    @property
    def depth(self) -> int:
        """How many nodes lie between this one and the root."""
        return len(self.ancestors)

    @property
    def next(self) -> RecordNode | None:
        """The next sibling."""
        return self._sibling(1)

    @property
    def previous(self) -> RecordNode | None:
        """The sibling before."""
        return self._sibling(-1)

    def _sibling(self, step: int) -> RecordNode | None:
        if self._parent is None:
            return None
        place = self.index + step
        return self._parent.children[place] if 0 <= place < len(self._parent.children) else None

    @property
    def file_set(self) -> FileSet:
        """The File-set of the tree.

        Raises
        ------
        ValueError
            The node stands in none.
        """
        top = self.root
        if isinstance(top, RootNode):
            return top.file_set
        raise FileSetError("the node doesn't stand in a File-set")

    # --- the tree ----------------------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[RecordNode]:
        """This node and all below it, each before its children; not the root."""
        for _, node in self._walk():
            if not node.is_root:
                yield node

    def _walk(self) -> Iterator[tuple[int, RecordNode]]:
        """Each node with its level below this one."""
        stack = [(0, self)]
        while stack:
            level, node = stack.pop()
            yield level, node
            stack += [(level + 1, child) for child in reversed(node.children)]

    def reverse(self) -> Iterable[RecordNode]:
        """This node and those above it, without the root."""
        return (node for node in _upward(self) if not node.is_root)

    def __contains__(self, key: str | RecordNode) -> bool:
        """Whether there is a child with that key."""
        return _text_of(key) in self._children_by_key()

    def __getitem__(self, key: str | RecordNode) -> RecordNode:
        """The child of a key; KeyError when there is none."""
        child = self._children_by_key().get(_text_of(key))
        if child is None:
            # The key may be a patient's.
            raise KeyError("the node has no child with that key")
        return child

    def __delitem__(self, key: str | RecordNode) -> None:
        """Take out the child of a key, and this node too when no child remains; KeyError when there is none."""
        self[key].parent = None
        node: RecordNode = self
        while not node.children and not node.has_instance and node._parent is not None:
            above = node._parent
            node.parent = None
            node = above

    def add(self, leaf: RecordNode) -> None:
        """Put a leaf into the tree, with those of the nodes above it that aren't there yet."""
        node: RecordNode = self.root
        for branch in reversed([leaf, *leaf.ancestors]):
            if branch._parent is node and branch._index_in(node) is not None:
                node = branch
                continue
            known = node._children_by_key().get(branch.key)
            if known is None or (branch is leaf and _is_another_instance(known, branch)):
                branch.parent = None
                node._take(branch)
                node = branch
            else:
                node = known

    def remove(self, node: RecordNode) -> None:
        """Take a leaf out of the tree, and the nodes above it that have nothing left below them.

        Raises
        ------
        ValueError
            The node stands for no instance.
        KeyError
            The node isn't in the tree.
        """
        if not node.has_instance:
            raise FileSetError("only leaves, nodes with an instance, can be removed")
        above = node._parent
        if above is None or node._index_in(above) is None or above.root is not self.root:
            raise KeyError("the node isn't in the tree")
        node.parent = None
        while not above.children and not above.has_instance and above._parent is not None:
            higher = above._parent
            above.parent = None
            above = higher

    # --- text --------------------------------------------------------------------------------------------------------

    def __str__(self) -> str:
        kind = self.record_type
        if kind not in _SHOWN:
            return f"{kind}: {self.key}"
        texts = []
        for keyword, is_quoted in _SHOWN[kind]:
            value = self._record.get(keyword)
            if keyword == "StudyDescription" and not value:
                continue
            texts.append(f"{keyword}='{'' if value is None else value}'" if is_quoted else f"{keyword}={value}")
        return f"{kind}: {', '.join(texts)}"

    def prettify(self, indent_char: str = "  ") -> list[str]:
        """The tree from this node on, a line a node; instances of one type are counted, not listed.

        Parameters
        ----------
        indent_char : str, default two blanks
            What each level is indented by.
        """
        lines: list[str] = []
        shift = 1 if self.is_root else 0
        for level, node in self._walk():
            if node.is_root or (node.has_instance and not node.children):
                if node is self and not node.is_root:
                    lines.append(str(node))
                continue
            indent = indent_char * (level - shift)
            lines.append(f"{indent}{node}")
            lines += [f"{indent}{indent_char}{line}" for line in node._counts_of_instances()]
        if self.is_root:
            lines = self._counts_of_instances() + lines
        return lines

    def _counts_of_instances(self) -> list[str]:
        """A line for each type of instance among the children."""
        kinds: dict[str, list[FileInstance]] = {}
        for child in self.children:
            if child.instance is not None and not child.children:
                kinds.setdefault(child.record_type, []).append(child.instance)
        return [f"{kind}: {_count_text(instances)}" for kind, instances in kinds.items()]

    # --- the file ----------------------------------------------------------------------------------------------------

    @property
    def _file_id(self) -> list[str] | None:
        """The components of Referenced File ID, as they stand in the record."""
        return referenced_components(self._record)

    def file_id_path(self, root_path: pathlib.Path) -> pathlib.Path | None:
        """Referenced File ID as a path relative to the root; None when it has no value.

        Raises
        ------
        PermissionError
            It leads out of the root.
        AttributeError
            The record has no Referenced File ID.
        """
        if "ReferencedFileID" not in self._record:
            raise MissingKeyError("the directory record has no Referenced File ID (0004,1500)", tag=0x00041500)
        components = self._file_id
        if components is None:
            return None
        contained_path(root_path, components)
        return pathlib.Path(*components)


class RootNode(RecordNode):
    """The root of a File-set's tree, without a record.

    Parameters
    ----------
    fs : FileSet
        The File-set that the tree belongs to.
    """

    def __init__(self, fs: FileSet) -> None:
        super().__init__()
        self._file_set = fs

    @property
    def file_set(self) -> FileSet:
        """The File-set of the tree."""
        return self._file_set

    @property
    def is_root(self) -> bool:
        """True: this is the root."""
        return True

    @property
    def component(self) -> str:
        """The root has no name in a File ID: ValueError."""
        raise FileSetError("the root node gives no component to a File ID")

    def __str__(self) -> str:
        return "ROOT"


def _upward(node: RecordNode) -> Iterator[RecordNode]:
    """A node and those above it; nodes stand never below themselves, so this ends."""
    above: RecordNode | None = node
    while above is not None:
        yield above
        above = above._parent


def _key_of(record: Dataset) -> str:
    kind = str(record.get("DirectoryRecordType"))
    keyword = _KEYS.get(kind, _INSTANCE_KEY)
    value: Any = record.get(keyword)
    if value is None and keyword not in record:
        tag = tag_for_keyword(keyword) or 0
        raise MissingKeyError(
            f"the directory record lacks {dictionary_description(tag)} "
            f"({tag >> 16:04X},{tag & 0xFFFF:04X}), which tells it from others",
            tag=tag,
        )
    return "" if value is None else str(value)


def _text_of(key: str | RecordNode) -> str:
    return key.key if isinstance(key, RecordNode) else key


def _is_another_instance(known: RecordNode, leaf: RecordNode) -> bool:
    """Whether two leaves with one key are two instances: a Private Record UID may stand in many records."""
    return known.has_instance and known._record.get(_INSTANCE_KEY) != leaf._record.get(_INSTANCE_KEY)


def _count_text(instances: list[FileInstance]) -> str:
    """``2 SOP Instances``, and of them those that are staged."""
    added = sum(instance.for_addition for instance in instances)
    removed = sum(instance.for_removal for instance in instances)
    count = len(instances) - removed
    text = f"{count} SOP Instance{'' if count == 1 else 's'}"
    notes = []
    if removed:
        initial = len(instances) - added
        notes.append(f"{initial} initial")
    if added:
        notes.append(f"{added} addition{'' if added == 1 else 's'}")
    if removed:
        notes.append(f"{removed} removal{'' if removed == 1 else 's'}")
    return f"{text} ({', '.join(notes)})" if notes else text
