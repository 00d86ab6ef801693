"""Which file shall be where, and the DICOMDIR that says so.

In: the tree of a File-set with what is staged. Out: the nodes that stay, their names, and the data set of a DICOMDIR
whose links are right. Nothing of the tree is changed. Standard: PS3.3 F.2.2.2, F.3.2; PS3.10 8.6.
"""

from __future__ import annotations

from copy import deepcopy
from itertools import pairwise

from dicom.dataset import Dataset, FileDataset, FileMetaDataset
from dicom.dataset.directory_records import LOWER_RECORD, NEXT_RECORD, RECORDS, mark_record, sharing_copy
from dicom.elements.element import DataElement
from dicom.elements.sequence import Sequence
from dicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, MediaStorageDirectoryStorage

from .file_id import component_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .file_instance import FileInstance
    from .file_set import FileSet
    from .record_node import RecordNode, RootNode

    Location = tuple[str, ...]


_REFERENCED_FILE_ID = 0x00041500


class Layout:
    """The tree as it will be: without what is removed, and without branches that hold nothing any more.

    Attributes
    ----------
    nodes : list of RecordNode
        Those that stay, each before its children.
    names : dict of FileInstance to tuple of str
        Of each instance that stays, the components of its place by the rule of `FileSet.write`.
    """

    def __init__(self, tree: RootNode) -> None:
        self.nodes: list[RecordNode] = []
        self.names: dict[FileInstance, Location] = {}
        self._children: dict[int, list[RecordNode]] = {}
        kept = _kept(tree)
        stack: list[tuple[RecordNode, Location]] = [(tree, ())]
        while stack:
            node, name = stack.pop()
            children = [child for child in node.children if id(child) in kept]
            self._children[id(node)] = children
            if not node.is_root:
                self.nodes.append(node)
            if node.instance is not None and not node.instance.for_removal:
                self.names[node.instance] = name
            named = [
                (child, (*name, component_of(child.record_type, len(name), index, len(children))))
                for index, child in enumerate(children)
            ]
            stack += reversed(named)
        self._root = tree

    @property
    def instances(self) -> list[FileInstance]:
        """Those that stay, in the order of the tree."""
        return list(self.names)

    def directory(self, file_set: FileSet, places: dict[FileInstance, Location], force_implicit: bool) -> FileDataset:
        """The DICOMDIR for files at `places`, with links that `dicom.write` turns into offsets.

        Parameters
        ----------
        file_set : FileSet
            Its own elements, and those that the DICOMDIR had before.
        places : dict of FileInstance to tuple of str
            Components of the file of each instance.
        force_implicit : bool
            Whether it shall be encoded in Implicit VR Little Endian.
        """
        nodes = self.nodes
        number = {id(node): 2 * position + 1 for position, node in enumerate(nodes)}
        records = []
        for node in nodes:
            record = sharing_copy(node._record)
            below = [number[id(child)] for child in self._children[id(node)]]
            _put(record, LOWER_RECORD, "UL", below[0] if below else 0)
            _put(record, NEXT_RECORD, "UL", 0)
            if node.instance is not None:
                place = places.get(node.instance)
                _put(record, _REFERENCED_FILE_ID, "CS", None if place is None else list(place))
            mark_record(record, number[id(node)])
            records.append(record)
        by_number = dict(zip(number.values(), records, strict=True))
        for parent in [self._root, *nodes]:
            siblings = [number[id(child)] for child in self._children[id(parent)]]
            for one, following in pairwise(siblings):
                _put(by_number[one], NEXT_RECORD, "UL", following)
        first = [number[id(child)] for child in self._children[id(self._root)]]
        dataset = _frame(file_set, force_implicit)
        dataset.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity = first[0] if first else 0
        dataset.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity = first[-1] if first else 0
        dataset.FileSetConsistencyFlag = 0
        dataset.DirectoryRecordSequence = Sequence(records)
        return dataset


def _put(record: Dataset, tag: int, vr: str, value: object) -> None:
    """Exchange an element, where assigning to it would change the node's own record."""
    record._set_element(tag, DataElement(tag, vr, value))


def _kept(tree: RootNode) -> set[int]:
    """Ids of the nodes that stay: a branch goes when removals have left nothing in it."""
    kept: set[int] = set()
    for node in reversed(list(tree)):
        is_removed = node.instance is not None and node.instance.for_removal
        is_emptied = bool(node.children) and not node.has_instance
        if any(id(child) in kept for child in node.children) or not (is_removed or is_emptied):
            kept.add(id(node))
    return kept


def _frame(file_set: FileSet, force_implicit: bool) -> FileDataset:
    """The DICOMDIR without records: what it had before, and what was set since."""
    known = file_set._dataset
    own = Dataset() if known is None else Dataset({element.tag: element for element in known if element.tag != RECORDS})
    dataset = FileDataset(
        None, deepcopy(own), preamble=bytes(128), is_implicit_VR=force_implicit, is_little_endian=True
    )
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    meta.MediaStorageSOPInstanceUID = file_set.UID
    meta.TransferSyntaxUID = ImplicitVRLittleEndian if force_implicit else ExplicitVRLittleEndian
    dataset.file_meta = meta
    dataset.FileSetID = file_set.ID
    for keyword, value in (
        ("FileSetDescriptorFileID", file_set.descriptor_file_id),
        ("SpecificCharacterSetOfFileSetDescriptorFile", file_set.descriptor_character_set),
    ):
        if value:
            setattr(dataset, keyword, value)
        elif keyword in dataset:
            delattr(dataset, keyword)
    return dataset
