"""Offsets of a DICOMDIR's records follow the records."""

from __future__ import annotations

from pathlib import Path

import pytest

import dicom
from dicom.dataset.directory_records import mark_record, update_record_offsets, with_offsets
from tests.fileset.made_sets import Raw, dicomdir, image, patient

RECORDS = [
    patient("P1", lower=3, next=1),
    patient("P2", next=2),
    patient("P3"),
    image("A", next=4),
    image("B", "1.2.9.2", next=5),
    image("C", "1.2.9.3"),
]


def directory(**ends: int) -> dicom.FileDataset:
    """Three patients, the first with three images."""
    return dicom.read(dicomdir(RECORDS, last=2, **ends))


def links(dataset: dicom.Dataset) -> list[int]:
    """First, last, and of each record next and lower."""
    found = [
        dataset.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity,
        dataset.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity,
    ]
    for record in dataset.DirectoryRecordSequence:
        found += [record.OffsetOfTheNextDirectoryRecord, record.OffsetOfReferencedLowerLevelDirectoryEntity]
    return found


def places(dataset: dicom.Dataset) -> list[int]:
    """Where the records stand in the file."""
    return [record.seq_item_tell for record in dataset.DirectoryRecordSequence]


def test_links_that_are_right_need_no_copy() -> None:
    dataset = directory()
    assert with_offsets(dataset, places(dataset)) is None


def test_links_follow_their_records() -> None:
    dataset = directory()
    new = [1000, 2000, 3000, 4000, 5000, 6000]
    before = links(dataset)
    moved = with_offsets(dataset, new)
    assert moved is not None
    assert links(moved) == [1000, 3000, 2000, 4000, 3000, 0, 0, 0, 5000, 0, 6000, 0, 0, 0]
    assert links(dataset) == before, "the data set itself stays"


def test_records_in_another_order_stay_linked() -> None:
    dataset = directory()
    dataset.DirectoryRecordSequence.reverse()
    moved = with_offsets(dataset, [10, 20, 30, 40, 50, 60])
    assert moved is not None
    assert links(moved) == [60, 40, 0, 0, 10, 0, 20, 0, 0, 0, 40, 0, 50, 30]


def test_chain_closes_around_a_removed_record() -> None:
    dataset = directory()
    del dataset.DirectoryRecordSequence[4]
    moved = with_offsets(dataset, [10, 20, 30, 40, 50])
    assert moved is not None
    assert links(moved) == [10, 30, 20, 40, 30, 0, 0, 0, 50, 0, 0, 0]


def test_first_of_a_level_may_be_removed() -> None:
    dataset = directory()
    del dataset.DirectoryRecordSequence[3]
    moved = with_offsets(dataset, [10, 20, 30, 40, 50])
    assert moved is not None
    assert links(moved)[:4] == [10, 30, 20, 40]


def test_last_of_the_root_may_be_removed() -> None:
    dataset = directory()
    del dataset.DirectoryRecordSequence[2]
    moved = with_offsets(dataset, [10, 20, 40, 50, 60])
    assert moved is not None
    assert links(moved)[:6] == [10, 20, 20, 40, 0, 0]


def test_all_records_may_be_removed() -> None:
    dataset = directory()
    dataset.DirectoryRecordSequence.clear()
    moved = with_offsets(dataset, [])
    assert moved is not None
    assert links(moved) == [0, 0]


def test_removed_records_that_point_at_each_other_end() -> None:
    records = [patient("P1", next=1), patient("P2", next=2), patient("P3", next=1)]
    dataset = dicom.read(dicomdir(records))
    del dataset.DirectoryRecordSequence[1:]
    moved = with_offsets(dataset, [10])
    assert moved is not None
    assert links(moved) == [10, 10, 0, 0]


def test_link_that_points_at_no_record_stays() -> None:
    dataset = dicom.read(dicomdir([patient("P1", next=Raw(77))]))
    moved = with_offsets(dataset, [10])
    assert moved is not None
    assert links(moved) == [10, 10, 77, 0]


def test_new_record_is_linked_by_its_mark() -> None:
    dataset = directory()
    added = dicom.Dataset()
    added.DirectoryRecordType = "PATIENT"
    added.PatientID = "P4"
    added.OffsetOfTheNextDirectoryRecord = 0
    added.OffsetOfReferencedLowerLevelDirectoryEntity = 0
    mark_record(added, 1)
    dataset.DirectoryRecordSequence[2].OffsetOfTheNextDirectoryRecord = 1
    dataset.DirectoryRecordSequence.append(added)
    moved = with_offsets(dataset, [10, 20, 30, 40, 50, 60, 70])
    assert moved is not None
    assert moved.DirectoryRecordSequence[2].OffsetOfTheNextDirectoryRecord == 70


def test_offsets_have_to_be_as_many_as_records() -> None:
    with pytest.raises(ValueError, match="1 offsets for 6"):
        with_offsets(directory(), [1])


def test_update_in_place_can_be_repeated() -> None:
    dataset = directory()
    for new in ([1000, 2000, 3000, 4000, 5000, 6000], [10, 20, 30, 40, 50, 60]):
        assert update_record_offsets(dataset, implicit_vr=False, little_endian=True, item_offsets=new)
        assert links(dataset)[:6] == [new[0], new[2], new[1], new[3], new[2], 0]
    assert not update_record_offsets(dataset, implicit_vr=False, little_endian=True, item_offsets=new)


def test_data_set_without_records_is_left_alone() -> None:
    assert not update_record_offsets(dicom.Dataset(), implicit_vr=False, little_endian=True)


@pytest.mark.parametrize("implicit_vr", [False, True])
def test_offsets_are_those_of_the_written_file(implicit_vr: bool, tmp_path: Path) -> None:
    dataset = directory()
    dataset.FileSetID = "A LONGER NAME"
    dataset.DirectoryRecordSequence[0].PatientName = "Long^Longer^Longest"
    del dataset.DirectoryRecordSequence[4]
    syntax = dicom.uid.ImplicitVRLittleEndian if implicit_vr else dicom.uid.ExplicitVRLittleEndian
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.save_as(tmp_path / "DICOMDIR")
    written = dicom.read(tmp_path / "DICOMDIR")
    new = places(written)
    assert links(written) == [new[0], new[2], new[1], new[3], new[2], 0, 0, 0, new[4], 0, 0, 0]
    assert update_record_offsets(dataset, implicit_vr=implicit_vr, little_endian=True)
    assert links(dataset) == links(written)
