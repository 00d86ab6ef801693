"""`ds.changes()`: what was changed since a data set was read, named by its place, never by its value."""

from __future__ import annotations

from typing import Any

import dicom
from dicom.elements.changes import Change
from tests.data_sources import seed


def read_plan() -> Any:
    return dicom.read(seed("rtplan.dcm"))


def told(dataset: Any) -> list[tuple[str, str]]:
    return [(change.path, change.kind) for change in dataset.changes()]


def test_looking_changes_nothing() -> None:
    dataset = read_plan()
    for element in dataset.iterall():
        assert element.value is not NotImplemented
    str(dataset)
    assert dataset.changes() == []


def test_each_kind_of_change_is_told() -> None:
    dataset = read_plan()
    dataset.PatientID = "changed"
    del dataset.Modality
    dataset.PatientComments = "added"
    dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    dataset.add_new(0x00091001, "LO", "private")
    assert told(dataset) == [
        ("file_meta.TransferSyntaxUID", "changed"),
        ("Modality", "deleted"),
        ("(0009,1001)", "added"),
        ("PatientID", "changed"),
        ("PatientComments", "added"),
    ]
    assert dataset.changes()[1] == Change("deleted", 0x00080060, "Modality")


def test_changes_in_items_have_their_place() -> None:
    dataset = read_plan()
    dataset.BeamSequence[0].BeamName = "another"
    dataset.FractionGroupSequence[0].ReferencedBeamSequence[0].BeamDoseSpecificationPoint[1] = -1
    assert told(dataset) == [
        ("FractionGroupSequence[0].ReferencedBeamSequence[0].BeamDoseSpecificationPoint", "changed"),
        ("BeamSequence[0].BeamName", "changed"),
    ]


def test_other_items_are_told_of_their_sequence() -> None:
    dataset = read_plan()
    dataset.BeamSequence[0].ControlPointSequence.reverse()
    assert told(dataset) == [("BeamSequence[0].ControlPointSequence", "items")]


def test_an_element_that_comes_back_is_changed() -> None:
    dataset = read_plan()
    del dataset.PatientID
    dataset.PatientID = "again"
    assert told(dataset) == [("PatientID", "changed")]


def test_all_of_a_data_set_made_in_memory_is_added() -> None:
    dataset = dicom.Dataset()
    dataset.Rows = 5
    assert told(dataset) == [("Rows", "added")]


def test_a_copy_goes_on_from_the_same_bytes() -> None:
    dataset = read_plan()
    dataset.PatientID = "changed"
    twin = dataset.copy()
    twin.Modality = "CT"
    assert told(dataset) == [("PatientID", "changed")]
    assert told(twin) == [("Modality", "changed"), ("PatientID", "changed")]


def test_no_value_is_told() -> None:
    dataset = read_plan()
    dataset.PatientName = "Secret^Name"
    assert "Secret" not in repr(dataset.changes())
