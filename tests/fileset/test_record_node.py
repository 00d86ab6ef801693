"""The tree of records: neighbours, keys, names and text."""

from __future__ import annotations

from pathlib import Path

import pytest

import dicom
from dicom.fileset import FileSet, FileSetError, RecordNode
from tests.fileset.made_sets import one_image, write_instances, write_set


def node(kind: str, **keys: str) -> RecordNode:
    """A node with a record of a type and some keys."""
    record = dicom.Dataset()
    record.DirectoryRecordType = kind
    for keyword, value in keys.items():
        setattr(record, keyword, value)
    return RecordNode(record)


def private(uid: str) -> RecordNode:
    """A private node."""
    return node("PRIVATE", PrivateRecordUID=uid)


@pytest.fixture
def leaf(tmp_path: Path) -> RecordNode:
    """The leaf of a File-set of one image."""
    write_instances(tmp_path, 1)
    [one] = FileSet(write_set(tmp_path, one_image("F0000000")))
    return one.node


def test_record_gets_the_links_that_it_lacks() -> None:
    record = private("1.2.3")._record
    assert record.OffsetOfTheNextDirectoryRecord == record.OffsetOfReferencedLowerLevelDirectoryEntity == 0
    assert record.RecordInUseFlag == 0xFFFF


@pytest.mark.parametrize("kind", ["PATIENT", "STUDY", "SERIES", "PRIVATE", "IMAGE", "WAVEFORM"])
def test_record_without_its_key_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="tells it from others") as raised:
        node(kind)
    assert isinstance(raised.value, FileSetError)
    assert raised.value.tag


def test_record_without_type_is_refused() -> None:
    record = dicom.Dataset()
    record.PatientID = "1"
    with pytest.raises(ValueError, match="Directory Record Type"):
        RecordNode(record)


def test_parent_knows_its_children() -> None:
    above, first, second = private("1"), private("2"), private("3")
    first.parent = above
    second.parent = above
    assert above.children == [first, second]
    assert (first.next, second.previous, first.previous, second.next) == (second, first, None, None)
    assert (first.index, second.index, first.depth) == (0, 1, 1)
    assert first in above
    assert "3" in above
    assert above["2"] is first
    assert list(above) == [above, first, second]
    assert list(first.reverse()) == [first, above]
    assert first.root is above


def test_node_moves_with_its_children_to_another_parent() -> None:
    first, second, child = private("1"), private("2"), private("3")
    child.parent = first
    child.parent = second
    assert (first.children, second.children, child.parent) == ([], [child], second)
    child.parent = None
    assert (second.children, child.parent) == ([], None)


def test_node_cannot_stand_below_itself() -> None:
    first, second, third = private("1"), private("2"), private("3")
    second.parent, third.parent = first, second
    for below in (first, second, third):
        with pytest.raises(ValueError, match="below itself"):
            first.parent = below
    assert first.parent is None
    with pytest.raises(AttributeError):
        first.parent = 5  # type: ignore[assignment]


def test_node_outside_of_a_file_set_says_so() -> None:
    with pytest.raises(ValueError, match="File-set"):
        _ = private("1").file_set


def test_children_may_be_changed_by_hand() -> None:
    above, first, second = private("1"), private("2"), private("3")
    first.parent = second.parent = above
    assert second.index == 1
    del above.children[0]
    assert (second.index, "2" in above, "3" in above) == (0, False, True)


def test_deleting_the_last_child_deletes_the_branch(leaf: RecordNode) -> None:
    root = leaf.root
    with pytest.raises(KeyError):
        del leaf.parent["nothing"]  # type: ignore[attr-defined]
    del leaf.parent[leaf.key]  # type: ignore[attr-defined]
    assert root.children == []


def test_only_leaves_of_the_tree_are_removed(leaf: RecordNode) -> None:
    root = leaf.root
    with pytest.raises(ValueError, match="leaves"):
        root.remove(leaf.ancestors[0])
    root.remove(leaf)
    assert root.children == []
    with pytest.raises(KeyError):
        root.remove(leaf)


def test_missing_key_is_not_told_by_its_value(leaf: RecordNode) -> None:
    with pytest.raises(KeyError) as raised:
        _ = leaf.root["P1^SECRET"]
    assert "SECRET" not in str(raised.value)


def test_root_has_neither_name_nor_siblings(leaf: RecordNode) -> None:
    root = leaf.root
    assert (root.is_root, str(root), root.parent) == (True, "ROOT", None)
    assert (root.index, root.next, root.ancestors) == (0, None, [])
    assert leaf.file_set is root.file_set
    with pytest.raises(ValueError, match="File ID"):
        _ = root.component


def test_text_of_records(leaf: RecordNode) -> None:
    assert [str(one) for one in leaf.reverse()] == [
        "IMAGE: InstanceNumber=1",
        "SERIES: Modality=None, SeriesNumber=None",
        "STUDY: StudyDate=None, StudyTime=None",
        "PATIENT: PatientID='P1', PatientName=''",
    ]
    assert leaf.root.children[0].prettify("-")[-1] == "---IMAGE: 1 SOP Instance"


def test_file_id_as_a_path(leaf: RecordNode, tmp_path: Path) -> None:
    assert leaf.file_id_path(tmp_path) == Path("F0000000")
    leaf._record.ReferencedFileID = None
    assert leaf.file_id_path(tmp_path) is None
    leaf._record.ReferencedFileID = ["A", "B"]
    assert leaf.file_id_path(tmp_path) == Path("A", "B")
    leaf._record["ReferencedFileID"].validation_mode = 0
    leaf._record["ReferencedFileID"].value = ["..", "B"]
    with pytest.raises(PermissionError):
        leaf.file_id_path(tmp_path)
    del leaf._record.ReferencedFileID
    with pytest.raises(AttributeError):
        leaf.file_id_path(tmp_path)


def test_many_siblings_get_names_of_letters_and_digits() -> None:
    from dicom.fileset.file_id import component_of

    assert component_of("IMAGE", 3, 999_999, 1_000_000) == "IM999999"
    assert component_of("IMAGE", 3, 35, 1_000_001) == "IM000010"
    with pytest.raises(ValueError, match="more than"):
        component_of("IMAGE", 3, 35**6, 35**6 + 1)
