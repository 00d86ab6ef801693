"""Changes are found again: what the writer has to encode anew, and nothing else."""

from __future__ import annotations

import copy
import pickle

import pytest

from dicom.dataset import Dataset
from dicom.elements.element import DataElement
from tests.elements.encoded import read_plan

IMAGE_TYPE, PATIENT_NAME, ROWS, SPACING, BEAMS = 0x00080008, 0x00100010, 0x00280010, 0x00280030, 0x300A00B0


def look_at_everything(ds):
    for element in ds.iterall():
        assert element.value is not None
    assert str(ds)
    assert "PatientName" in ds
    assert ds.dir()
    assert ds == ds.copy()


def test_looking_is_no_edit():
    ds = read_plan()
    look_at_everything(ds)
    assert ds._edited_tags() == set()
    assert not ds._is_changed()


def change_item(ds):
    ds.BeamSequence[1].BeamName = "x"


def change_deep(ds):
    ds.BeamSequence[0].ControlPointSequence[0].ControlPointIndex = 1


def delete_in_item(ds):
    del ds.BeamSequence[0].BeamName


def clear_item(ds):
    ds.BeamSequence[0].clear()


CHANGES = {
    "assign": (lambda ds: setattr(ds, "Rows", 3), ROWS),
    "assign the same": (lambda ds: setattr(ds, "Rows", 2), ROWS),
    "value": (lambda ds: setattr(ds["PatientName"], "value", "x"), PATIENT_NAME),
    "VR": (lambda ds: setattr(ds["Rows"], "VR", "SS"), ROWS),
    "add": (lambda ds: setattr(ds, "PatientID", "1"), 0x00100020),
    "replace": (lambda ds: ds.add_new(ROWS, "US", 4), ROWS),
    "take over": (lambda ds: ds.add(read_plan()["Rows"]), ROWS),
    "setdefault": (lambda ds: ds.setdefault("PatientID", "1"), 0x00100020),
    "one of many values": (lambda ds: ds.ImageType.__setitem__(0, "DERIVED"), IMAGE_TYPE),
    "append a value": (lambda ds: ds.PixelSpacing.append(1), SPACING),
    "a value of an item": (change_item, BEAMS),
    "a value of an item's item": (change_deep, BEAMS),
    "an item's element deleted": (delete_in_item, BEAMS),
    "an item cleared": (clear_item, BEAMS),
    "append an item": (lambda ds: ds.BeamSequence.append(Dataset()), BEAMS),
    "extend": (lambda ds: ds.BeamSequence.extend([Dataset()]), BEAMS),
    "+=": (lambda ds: ds.BeamSequence.__iadd__([Dataset()]), BEAMS),
    "insert": (lambda ds: ds.BeamSequence.insert(0, Dataset()), BEAMS),
    "replace an item": (lambda ds: ds.BeamSequence.__setitem__(0, Dataset()), BEAMS),
    "delete an item": (lambda ds: ds.BeamSequence.__delitem__(0), BEAMS),
    "pop an item": (lambda ds: ds.BeamSequence.pop(), BEAMS),
    "remove an item": (lambda ds: ds.BeamSequence.remove(ds.BeamSequence[0]), BEAMS),
    "clear the sequence": (lambda ds: ds.BeamSequence.clear(), BEAMS),
    "reverse": (lambda ds: ds.BeamSequence.reverse(), BEAMS),
    "the length of the sequence redefined": (lambda ds: setattr(ds.BeamSequence, "is_undefined_length", False), BEAMS),
    "the length of an item redefined": (
        lambda ds: setattr(ds.BeamSequence[0], "is_undefined_length_sequence_item", True),
        BEAMS,
    ),
    "sort": (lambda ds: ds.BeamSequence.sort(key=len), BEAMS),
    "double": (lambda ds: ds.BeamSequence.__imul__(2), BEAMS),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_is_found_at_its_element_and_nowhere_else(name):
    change, tag = CHANGES[name]
    ds = read_plan()
    look_at_everything(ds)
    change(ds)
    assert ds._edited_tags() == {tag}
    assert ds._is_changed()


def test_a_deleted_element_is_no_edited_tag_but_a_change():
    ds = read_plan()
    del ds.PatientName
    assert ds._edited_tags() == set()
    assert ds._is_changed()


def test_an_element_that_was_taken_over_isn_t_edited_where_it_came_from():
    source, target = read_plan(), Dataset()
    target.add(source["Rows"])
    assert target._edited_tags() == {ROWS}
    assert source._edited_tags() == set()


def test_a_copy_has_edits_of_its_own():
    ds = read_plan()
    ds.ImageType[0] = "DERIVED"
    for twin in (ds.copy(), copy.copy(ds), copy.deepcopy(ds)):
        twin.PatientName = "other"
        twin.ImageType[1] = "SECONDARY"
        twin.BeamSequence[0].BeamName = "other"
        twin.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2"
        del twin.Rows
        assert list(twin.ImageType) == ["DERIVED", "SECONDARY"]
        assert list(ds.ImageType) == ["DERIVED", "PRIMARY"]
        assert ds.PatientName == "Secret^Name"
        assert ds.BeamSequence[0].BeamName == "beam"
        assert ds.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"
        assert ds.Rows == 2


def test_a_copy_of_a_copy_keeps_edits_and_deletions():
    ds = read_plan()
    ds.PatientID = "1"
    del ds.Rows
    twin = ds.copy().copy()
    assert twin == ds
    assert "Rows" not in twin
    assert twin._is_changed()


def test_an_untouched_copy_has_no_edits():
    assert read_plan().copy()._edited_tags() == set()


def test_a_pickle_brings_everything_along():
    ds = read_plan()
    ds.remark = "mine"
    loaded = pickle.loads(pickle.dumps(ds))
    assert loaded == ds
    assert str(loaded) == str(ds)
    assert type(loaded) is type(ds)
    assert loaded.remark == "mine"
    assert loaded.original_encoding == (False, True)
    assert (loaded.is_implicit_VR, loaded.is_little_endian) == (False, True)
    assert loaded.file_meta == ds.file_meta
    assert loaded.preamble == ds.preamble
    assert loaded[0x00091027].private_creator == "GEMS_IDEN_01"
    assert loaded.BeamSequence[0].parent is loaded


def test_an_element_that_was_read_pickles_alone():
    element = pickle.loads(pickle.dumps(read_plan()["ImageType"]))
    assert element == read_plan()["ImageType"]
    assert isinstance(element, DataElement)


def test_elements_and_values_stay_the_same_objects():
    ds = read_plan()
    assert ds["ImageType"] is ds[IMAGE_TYPE]
    assert ds.ImageType is ds["ImageType"].value
    assert ds.BeamSequence is ds.BeamSequence
    assert ds.BeamSequence[0] is ds.BeamSequence[0]


def test_a_slice_of_what_was_read_shows_the_same_elements():
    ds = read_plan()
    part = ds[0x00280000:0x00290000]
    assert part["Rows"] is ds["Rows"]
    assert part.original_encoding == ds.original_encoding
    assert part._edited_tags() == {ROWS, SPACING}
    assert ds._edited_tags() == set()
