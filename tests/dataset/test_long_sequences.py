"""A sequence of undefined length whose rows are made only when it is looked at is read and written as any other."""

from __future__ import annotations

from pathlib import Path

import pytest

import dicom
from dicom.testing.encoder import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, Element, Item, Items, encode_file

COUNT = 5000


def file_of(syntax: str, *, undefined: bool = True) -> bytes:
    """A file with a sequence of many items, an element before it and one behind."""
    code = Items((Item((Element(0x00080100, "SH", b"CODE"),), undefined),))
    items = tuple(
        Item((Element(0x00080018, "UI", b"1.%04d" % n), Element(0x0040A043, "SQ", code, undefined)), undefined)
        for n in range(COUNT)
    )
    elements = [
        Element(0x00100020, "LO", b"MADE"),
        Element(0x00400555, "SQ", Items(items), undefined),
        Element(0x00400556, "ST", b"behind"),
    ]
    return encode_file(elements, syntax)


@pytest.mark.parametrize("syntax", [EXPLICIT_LITTLE, IMPLICIT_LITTLE, EXPLICIT_BIG])
def test_it_reads_and_is_written_as_it_was(tmp_path: Path, syntax: str) -> None:
    data = file_of(syntax)
    ds = dicom.read(data)
    assert not ds.findings
    ds.save_as(tmp_path / "same.dcm")
    assert (tmp_path / "same.dcm").read_bytes() == data
    assert ds["AcquisitionContextSequence"].is_undefined_length
    assert [item.SOPInstanceUID for item in ds.AcquisitionContextSequence] == [f"1.{n:04d}" for n in range(COUNT)]
    assert ds.AcquisitionContextSequence[-1].ConceptNameCodeSequence[0].CodeValue == "CODE"
    assert ds.AcquisitionContextDescription == "behind"
    ds.save_as(tmp_path / "same.dcm")
    assert (tmp_path / "same.dcm").read_bytes() == data


def test_it_gives_the_json_of_one_of_defined_length() -> None:
    assert (
        dicom.read(file_of(EXPLICIT_LITTLE)).to_json()
        == dicom.read(file_of(EXPLICIT_LITTLE, undefined=False)).to_json()
    )


def test_it_can_be_edited_and_encoded_anew(tmp_path: Path) -> None:
    ds = dicom.read(file_of(EXPLICIT_LITTLE))
    ds.AcquisitionContextSequence[7].SOPInstanceUID = "1.2.3"
    del ds.AcquisitionContextSequence[-1]
    ds.file_meta.TransferSyntaxUID = IMPLICIT_LITTLE
    ds.save_as(tmp_path / "edited.dcm", implicit_vr=True)
    again = dicom.read(tmp_path / "edited.dcm")
    assert len(again.AcquisitionContextSequence) == COUNT - 1
    assert again.AcquisitionContextSequence[7].SOPInstanceUID == "1.2.3"
    assert again.AcquisitionContextSequence[8].ConceptNameCodeSequence[0].CodeValue == "CODE"
    assert again["AcquisitionContextSequence"].is_undefined_length


def test_a_copy_from_a_file_object_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "long.dcm"
    path.write_bytes(file_of(EXPLICIT_LITTLE))
    with path.open("rb") as file:
        ds = dicom.read(file, stop_before_pixels=True)
        assert ds == dicom.read(path) == dicom.read(path, defer_size=10)
