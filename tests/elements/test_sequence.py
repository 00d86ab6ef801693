"""A Sequence is a list that knows its data set, and its items know it."""

from __future__ import annotations

import gc

from dicom.dataset import Dataset
from dicom.elements.sequence import Sequence
from tests.elements.encoded import read_plan


def test_it_is_a_list_numbered_from_0():
    items = [Dataset(), Dataset()]
    sequence = Sequence(items)
    assert isinstance(sequence, list)
    assert sequence[0] is items[0]
    assert [index for index, _ in enumerate(sequence)] == [0, 1]


def test_items_know_their_sequence_and_their_data_set():
    ds, item = Dataset(), Dataset()
    assert item.parent is None
    assert item.parent_seq is None
    ds.BeamSequence = [item]
    assert item.parent_seq is ds.BeamSequence
    assert ds.BeamSequence.parent_dataset is ds
    assert item.parent is ds


def test_items_that_were_read_know_theirs():
    ds = read_plan()
    point = ds.BeamSequence[1].ControlPointSequence[0]
    assert point.parent is ds.BeamSequence[1]
    assert point.parent.parent is ds


def test_items_that_are_added_later_know_theirs():
    ds = Dataset()
    ds.BeamSequence = []
    for add in (
        lambda item: ds.BeamSequence.append(item),
        lambda item: ds.BeamSequence.insert(0, item),
        lambda item: ds.BeamSequence.extend([item]),
        lambda item: ds.BeamSequence.__setitem__(0, item),
        lambda item: ds.BeamSequence.__setitem__(slice(0, 1), [item]),
    ):
        item = Dataset()
        add(item)
        assert item.parent is ds


def test_assigning_the_value_of_an_element_keeps_the_parent():
    ds = Dataset()
    ds.BeamSequence = []
    ds["BeamSequence"].value = [Dataset()]
    assert ds.BeamSequence[0].parent is ds
    ds.BeamSequence = [Dataset()]
    assert ds.BeamSequence[0].parent is ds


def test_parents_are_held_weakly():
    ds, item = Dataset(), Dataset()
    ds.BeamSequence = [item]
    del ds
    gc.collect()
    assert item.parent is None


def test_undefined_length_is_known_of_what_was_read():
    ds = read_plan()
    assert ds["BeamSequence"].is_undefined_length
    assert not ds["Rows"].is_undefined_length
    assert not ds.BeamSequence[0].is_undefined_length_sequence_item
    ds.BeamSequence[0].is_undefined_length_sequence_item = True
    assert ds.BeamSequence[0].is_undefined_length_sequence_item
    assert ds.seq_item_tell is None
    assert ds.BeamSequence[0].seq_item_tell < ds.BeamSequence[1].seq_item_tell
