"""Load an existing File-set: the DICOMDIR becomes a tree whose leaves are files that are there.

In: a DICOMDIR. Out: the File-set filled. What can't be followed is a finding, and one warning tells of all; what leads
out of the folder raises. Standard: PS3.3 F.3.
"""

from __future__ import annotations

import os
from warnings import warn

from dicom.dataset import Dataset
from dicom.dataset.read import read
from dicom.errors import DicomError
from dicom.finding import Finding
from dicom.io.contained_path import contained_path
from dicom.uid import ExplicitVRLittleEndian

from .errors import FileSetError, MissingFileError, MissingKeyError, UnplacedError
from .file_id import referenced_components
from .file_instance import FileInstance
from .file_set import is_directory
from .load import Directory
from .location import location_of
from .record_node import RecordNode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .file_set import FileSet


def open_directory(
    file_set: FileSet, source: Dataset | str | os.PathLike[str], include_orphans: bool, raise_orphans: bool
) -> FileSet:
    """Fill an empty File-set from a DICOMDIR."""
    dataset = source if isinstance(source, Dataset) else read(_directory_path(source))
    if dataset._file_meta_if_any() is None:
        raise MissingKeyError("the data set has no File Meta Information, which says whether it is a DICOMDIR")
    if not is_directory(dataset):
        raise FileSetError("the data set is no DICOMDIR: its Media Storage SOP Class UID is another (PS3.10 8.6)")
    _take_directory(file_set, dataset)
    _take_own_elements(file_set, dataset)
    directory = Directory(dataset)
    file_set.findings += directory.findings
    orphans = directory.orphans + _take_tree(file_set, directory)
    _take_orphans(file_set, orphans, include_orphans, raise_orphans)
    if file_set.findings:
        codes = sorted({finding.code for finding in file_set.findings})
        warn(
            f"the DICOMDIR has {len(file_set.findings)} problems ({', '.join(codes)}): see FileSet.findings",
            stacklevel=4,
        )
    return file_set


def _directory_path(path: str | os.PathLike[str]) -> str:
    text = os.fspath(path)
    if not os.path.isdir(text):
        return text
    directory = os.path.join(text, "DICOMDIR")
    in_small_letters = os.path.join(text, "dicomdir")
    return in_small_letters if os.path.isfile(in_small_letters) and not os.path.isfile(directory) else directory


def _take_directory(file_set: FileSet, dataset: Dataset) -> None:
    """Note the folder and the file's name, and whether the encoding has to be another."""
    filename = getattr(dataset, "filename", None)
    if not isinstance(filename, (str, os.PathLike)):
        raise UnplacedError(
            "the data set of a DICOMDIR needs the path of its file as 'filename': its files lie beside it"
        )
    path = os.path.realpath(filename)
    if not os.path.isfile(path):
        raise MissingFileError("the file that 'filename' of the data set names isn't there")
    folder, name = os.path.split(path)
    file_set._dataset = dataset
    file_set._root = folder
    # A file system may show the name in small letters.
    file_set._directory_name = name if name.upper() == "DICOMDIR" else "DICOMDIR"
    meta: Any = dataset._file_meta_if_any()
    syntax = meta.get("TransferSyntaxUID")
    if syntax != ExplicitVRLittleEndian:
        file_set._is_changed = True
        warn(
            "the DICOMDIR isn't encoded in Explicit VR Little Endian, as PS3.10 8.6 has it; writing it changes that",
            stacklevel=5,
        )


def _take_own_elements(file_set: FileSet, dataset: Dataset) -> None:
    meta: Any = dataset._file_meta_if_any()
    uid = meta.get("MediaStorageSOPInstanceUID")
    if uid:
        file_set._uid = uid
    else:
        file_set._is_changed = True
    file_set._id = dataset.get("FileSetID") or None
    file_id = dataset.get("FileSetDescriptorFileID")
    file_set._descriptor_file_id = (
        [str(name) for name in file_id] if isinstance(file_id, list) else str(file_id) if file_id else None
    )
    terms = dataset.get("SpecificCharacterSetOfFileSetDescriptorFile")
    file_set._descriptor_character_set = str(terms) if isinstance(terms, str) and terms else None


def _take_tree(file_set: FileSet, directory: Directory) -> list[Dataset]:
    """Make nodes of the records that were reached; give those that became orphans for want of a usable one above."""
    branch: list[RecordNode | None] = [file_set._tree]
    lost: list[Dataset] = []
    for level, record in directory.links:
        del branch[level + 1 :]
        above = branch[level]
        node = None if above is None else _node_of(file_set, record)
        branch.append(node)
        if above is None or node is None:
            lost.append(record)
            continue
        place = location_of(file_set, record)
        if place is None and _is_leaf_of_missing_file(record):
            branch[-1] = None
            continue
        above._take(node)
        if place is not None:
            _join(file_set, node, place)
    return lost


def _node_of(file_set: FileSet, record: Dataset) -> RecordNode | None:
    try:
        return RecordNode(record)
    except DicomError as error:
        file_set.findings.append(Finding("record-without-key", str(error), error.tag, record.seq_item_tell))
        return None


def _is_leaf_of_missing_file(record: Dataset) -> bool:
    """Whether a record stands for a file, which isn't there: then it stands for nothing."""
    return record.get("DirectoryRecordType") not in ("PATIENT", "STUDY", "SERIES") and not record.get(
        "OffsetOfReferencedLowerLevelDirectoryEntity"
    )


def _join(file_set: FileSet, node: RecordNode, location: tuple[str, ...]) -> None:
    """Let a node stand for the file at `location`."""
    for keyword in (
        "ReferencedSOPInstanceUIDInFile",
        "ReferencedSOPClassUIDInFile",
        "ReferencedTransferSyntaxUIDInFile",
    ):
        if keyword not in node._record:
            file_set.findings.append(
                Finding("record-without-uid", f"a record lacks {keyword}", None, node._record.seq_item_tell)
            )
            setattr(node._record, keyword, None)
    instance = FileInstance(node)
    instance._location = location
    node.instance = instance
    file_set._by_uid.setdefault(instance.SOPInstanceUID, instance)


def _take_orphans(file_set: FileSet, orphans: list[Dataset], include_orphans: bool, raise_orphans: bool) -> None:
    """Give the files of records without a place in the tree the place that they tell themselves."""
    with_files = [record for record in orphans if _has_components(record)]
    if not with_files:
        return
    if raise_orphans:
        raise FileSetError(f"{len(with_files)} directory records with a file are reached by no chain of offsets")
    if not include_orphans:
        text = f"{len(with_files)} records with a file are reached by no chain of offsets; they are left out"
        file_set.findings.append(Finding("orphans-left-out", text))
        return
    for record in with_files:
        location = location_of(file_set, record)
        if location is None:
            continue
        try:
            dataset = read(contained_path(file_set.root_path, location), stop_before_pixels=True)
            if str(dataset.get("SOPInstanceUID") or "") in file_set._by_uid:
                continue
            leaf = file_set._nodes_of(dataset)
        except (DicomError, OSError):
            file_set.findings.append(
                Finding(
                    "orphan-unusable",
                    "a record is reached by no offset, nor can its file be placed",
                    None,
                    record.seq_item_tell,
                )
            )
            continue
        file_set._tree.add(leaf)
        _join(file_set, leaf, location)
        file_set._is_changed = True
        file_set.findings.append(
            Finding(
                "orphan-placed",
                "a record is reached by no offset; its place was told from its file",
                None,
                record.seq_item_tell,
            )
        )


def _has_components(record: Dataset) -> bool:

    try:
        return referenced_components(record) is not None
    except DicomError:
        return False
