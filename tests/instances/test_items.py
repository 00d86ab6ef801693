"""Items that all new objects share: codes by their length, references by study and series."""

from __future__ import annotations

import pytest

import dicom
from dicom.instances.items import code_item, evidence_items, instance_item, put_references, source_image_item
from tests.made_items import code, item


@pytest.mark.parametrize(
    ("value", "keyword"),
    [
        ("10200004", "CodeValue"),
        ("1234567890123456", "CodeValue"),
        ("12345678901234567", "LongCodeValue"),
        ("urn:oid:1.2.3", "URNCodeValue"),
        ("HTTPS://a.example/1", "URNCodeValue"),
    ],
)
def test_value_of_a_code_stands_where_its_kind_does(value: str, keyword: str) -> None:
    expected = item(**{keyword: value}, CodingSchemeDesignator="99MADE", CodeMeaning="Made", CodingSchemeVersion="2")
    assert code_item("99MADE", value, "Made", "2") == expected


def test_a_code_without_scheme_has_no_scheme() -> None:
    assert code_item(None, "urn:oid:1.2.3", "Made") == item(URNCodeValue="urn:oid:1.2.3", CodeMeaning="Made")


def test_source_images_say_what_they_were_for() -> None:
    source = source_image_item("1.2", "1.2.3", 4, has_same_pixels=True)
    purpose = code("121322", "DCM", "Source image for image processing operation")
    assert source == item(
        ReferencedSOPClassUID="1.2",
        ReferencedSOPInstanceUID="1.2.3",
        ReferencedFrameNumber=4,
        SpatialLocationsPreserved="YES",
        PurposeOfReferenceCodeSequence=purpose,
    )


def test_references_are_told_by_study_and_series_each_once() -> None:
    own, other = ("1.1", "1.1.1", "1.2", "9.1"), ("2.1", "2.1.1", "1.2", "9.2")
    ds = dicom.Dataset()
    ds.StudyInstanceUID = "1.1"
    put_references(ds, [own, other, own])
    [series] = ds.ReferencedSeriesSequence
    assert series == item(SeriesInstanceUID="1.1.1", ReferencedInstanceSequence=[instance_item("1.2", "9.1")])
    [study] = ds.StudiesContainingOtherReferencedInstancesSequence
    assert study.StudyInstanceUID == "2.1"
    [series] = study.ReferencedSeriesSequence
    assert series == item(SeriesInstanceUID="2.1.1", ReferencedInstanceSequence=[instance_item("1.2", "9.2")])
    assert [entry.StudyInstanceUID for entry in evidence_items([own, other])] == ["1.1", "2.1"]
