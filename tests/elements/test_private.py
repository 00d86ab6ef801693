"""Private blocks: where they end, and the limits of a group."""

from __future__ import annotations

import pytest

from dicom.dataset import Dataset
from dicom.errors import DicomError
from tests.elements.encoded import read_plan


def test_blocks_take_the_first_free_creator():
    ds = Dataset()
    ds.add_new(0x00110010, "LO", "FIRST")
    ds.add_new(0x00110012, "LO", "THIRD")
    assert ds.private_block(0x11, "SECOND", create=True).block_start == 0x1100
    assert ds.private_creators(0x11) == ["FIRST", "SECOND", "THIRD"]


def test_asking_again_gives_the_same_block():
    ds = Dataset()
    ds.private_block(0x11, "A", create=True).add_new(1, "LO", "x")
    block = ds.private_block(0x11, "A", create=True)
    assert block[1].value == "x"
    assert len(ds) == 2


def test_a_full_group_says_so():
    ds = Dataset()
    for number in range(240):
        ds.private_block(0x11, f"C{number}", create=True)
    with pytest.raises(ValueError, match="no free block") as caught:
        ds.private_block(0x11, "MORE", create=True)
    assert isinstance(caught.value, DicomError)


def test_no_tag_below_the_block():
    block = Dataset().private_block(0x11, "A", create=True)
    with pytest.raises(ValueError, match="outside"):
        block.get_tag(-1)


def test_elements_that_were_read_know_their_creator():
    ds = read_plan()
    assert ds[0x00091027].private_creator == "GEMS_IDEN_01"
    assert ds[0x00091027].name == "[Image actual date]"
    assert ds.get_private_item(0x9, 0x27, "GEMS_IDEN_01").value == 5
    ds.add_new(0x00091002, "SH", "suite")
    assert ds[0x00091002].name == "[Suite id]"


def test_the_private_dictionary_gives_the_vr():
    ds = read_plan()
    assert ds.setdefault(0x00091002, "suite").VR == "SH"
    assert ds.setdefault(0x000910FF, b"?").VR == "UN"
    assert ds.setdefault(0x00090011, "ACME").VR == "LO"


def test_private_elements_are_removed_at_all_depths():
    ds = read_plan()
    ds.BeamSequence[0].private_block(0x11, "A", create=True).add_new(1, "LO", "x")
    ds.remove_private_tags()
    assert not any(element.is_private for element in ds.iterall())
    assert "Rows" in ds
