"""The data dictionary (PS3.6); every row is compared with pydicom's, and what differs is listed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pydicom.datadict
import pytest
from pydicom.datadict import DicomDictionary, RepeatersDictionary, private_dictionaries

from dicom import dictionary
from dicom._core import dictionary_attributes
from dicom.tag import Tag

# Tags that a later edition than pydicom's 2024c describes otherwise: (their row, our row).
NEWER = {
    0x003A0325: ("keyword", "AnalogFilterType", "AnalogFilterTypeCodeSequence"),
    0x003A0320: ("keyword", "SummarizedFilterLookupTable", "SummarizedFilterLookupTableSequence"),
    0x00102160: ("retired", "", "Retired"),
}


def test_every_public_row_is_that_of_pydicom() -> None:
    differing = {}
    for tag, (vr, vm, name, retired, keyword) in DicomDictionary.items():
        ours = dictionary.get_entry(tag)
        for what, theirs, our in zip(
            ["VR", "VM", "name", "retired", "keyword"], (vr, vm, name, retired, keyword), ours, strict=True
        ):
            if theirs != our:
                differing[tag] = (what, theirs, our)
    assert len(DicomDictionary) > 5000
    assert differing == NEWER


def test_every_keyword_of_pydicom_has_the_same_tag() -> None:
    keywords = {row[4]: tag for tag, row in DicomDictionary.items() if row[4]}
    assert {keyword: dictionary.tag_for_keyword(keyword) for keyword in keywords} == keywords


def test_newer_attributes_are_known() -> None:
    newer = {tag: row for tag, row in dictionary_attributes() if tag not in DicomDictionary}
    assert len(newer) >= 173
    assert dictionary.get_entry("TilesOverlap") == ("CS", "1", "Tiles Overlap", "", "TilesOverlap")
    assert dictionary.dictionary_description(0x00100012) == "Name to Use"
    assert all(row[0] and row[1] and row[2] and row[4] for row in newer.values())


@pytest.mark.parametrize("form", sorted(RepeatersDictionary))
@pytest.mark.parametrize("digit", "02468ACE")
def test_repeating_groups_are_those_of_pydicom(form: str, digit: str) -> None:
    tag = int(form.replace("x", digit), 16)
    assert dictionary.get_entry(tag) == pydicom.datadict.get_entry(tag)
    assert dictionary.mask_match(tag) == pydicom.datadict.mask_match(tag)
    assert dictionary.dictionary_has_tag(tag) == pydicom.datadict.dictionary_has_tag(tag)
    assert dictionary.repeater_has_tag(tag)
    assert dictionary.repeater_has_keyword(RepeatersDictionary[form][4])


def test_every_private_row_is_that_of_pydicom() -> None:
    differing = []
    for creator, rows in private_dictionaries.items():
        for form in rows:
            tag = int(form.replace("x", "1"), 16)
            try:
                expected: Any = pydicom.datadict.get_private_entry(tag, creator)
            except KeyError:
                expected = KeyError
            try:
                ours: Any = dictionary.get_private_entry(tag, creator)
            except KeyError:
                ours = KeyError
            if ours != expected:
                differing.append((expected, ours))
    # One row of pydicom spells its VR in a form that PS3.6 hasn't.
    assert [(theirs[0], ours[0]) for theirs, ours in differing] == [("OB_OW", "OB or OW")]


LOOKUPS: list[Callable[..., Any]] = [
    dictionary.get_entry,
    dictionary.dictionary_VR,
    dictionary.dictionary_VM,
    dictionary.dictionary_description,
    dictionary.dictionary_keyword,
    dictionary.dictionary_is_retired,
    dictionary.dictionary_has_tag,
    dictionary.keyword_for_tag,
]


@pytest.mark.parametrize("lookup", LOOKUPS, ids=lambda lookup: lookup.__name__)
@pytest.mark.parametrize(
    "tag",
    [
        *(0x00100010, (0x10, 0x10), "PatientName", "00100010", 0x60020010, 0x00100000, 0x00110010, 0x00111001),
        *(0x60010010, 0x10001230, 0x00280400, 0x7FE00010, 0xFFFEE000, 0x00080202, 0x00180061, 0x61000010, "zz", None),
    ],
    ids=repr,
)
def test_a_lookup_gives_or_raises_what_pydicom_does(lookup: Callable[..., Any], tag: Any) -> None:
    theirs = getattr(pydicom.datadict, lookup.__name__)
    try:
        expected = theirs(tag)
    except Exception as error:
        with pytest.raises(type(error)):
            lookup(tag)
    else:
        assert lookup(tag) == expected


@pytest.mark.parametrize("keyword", ["PatientName", "OverlayRows", "nope", 5, None])
def test_keywords_that_name_no_single_tag_have_none(keyword: Any) -> None:
    assert dictionary.tag_for_keyword(keyword) == pydicom.datadict.tag_for_keyword(keyword)
    assert dictionary.repeater_has_keyword(keyword) == pydicom.datadict.repeater_has_keyword(keyword)


def test_a_private_tag_without_a_row_raises_key_error() -> None:
    for tag, creator in [(0x00291008, "nobody"), (0x002910EE, "SIEMENS CSA HEADER"), (0x00291008, None)]:
        with pytest.raises(KeyError) as error:
            dictionary.get_private_entry(tag, creator)
        assert "nobody" not in str(error.value)
    assert dictionary.private_dictionary_VR(0x00291108, "SIEMENS CSA HEADER") == "CS"
    assert dictionary.private_dictionary_VM((0x29, 0x1108), "SIEMENS CSA HEADER") == "1"
    assert dictionary.private_dictionary_description("00291108", "SIEMENS CSA HEADER") == "CSA Image Header Type"


def test_an_added_public_entry_is_found_by_tag_and_by_keyword() -> None:
    dictionary.add(0x10021001, "UL", "Number of Test Things", VM="1-n")
    assert dictionary.get_entry(0x10021001) == ("UL", "1-n", "Number of Test Things", "", "NumberOfTestThings")
    assert Tag("NumberOfTestThings") == 0x10021001
    assert dictionary.dictionary_has_tag(0x10021001)
    assert dictionary.keywords()[-1] == "NumberOfTestThings" or "NumberOfTestThings" in dictionary.keywords()
    dictionary.add(0x10021001, "US", "Other Name")
    assert dictionary.tag_for_keyword("NumberOfTestThings") is None


def test_an_added_private_entry_holds_in_every_block() -> None:
    dictionary.add((0x0029, 0x1008), "SH", "Coil", private_creator="ACME 1.0")
    assert dictionary.get_private_entry(0x0029FF08, "ACME 1.0") == ("SH", "1", "Coil", "")
    dictionary.add_private_dict_entry("ACME 1.0", 0x00291009, "DS", "Gain", "3")
    dictionary.add_private_dict_entries("ACME 1.0", {0x0029100A: ("US", "1", "Turns", "")})
    assert dictionary.private_dictionary_VM(0x00291109, "ACME 1.0") == "3"
    assert dictionary.private_dictionary_description(0x0029110A, "ACME 1.0") == "Turns"


def test_entries_are_added_in_the_older_forms_too() -> None:
    dictionary.add_dict_entry(0x10021003, "UL", "TestThing", "Test Thing", is_retired="Retired")
    dictionary.add_dict_entries({0x10021004: ("SH", "2", "Other Thing", "", "OtherThing")})
    assert dictionary.dictionary_is_retired("TestThing")
    assert dictionary.dictionary_VM("OtherThing") == "2"


@pytest.mark.parametrize(
    "arguments",
    [
        {"tag": 0x10011001, "VR": "UL", "name": "Private"},
        {"tag": 0x10021001, "VR": "UL", "name": "Public", "private_creator": "ACME"},
        {"tag": 0x10011001, "VR": "UL", "name": "No creator", "private_creator": ""},
        {"tag": 0x10011001, "VR": "UL", "name": "Keyword", "keyword": "Keyword", "private_creator": "ACME"},
        {"tag": 0x10022001, "VR": "ZZ", "name": "Bad VR"},
        {"tag": 0x10022001, "VR": "UL", "name": "Bad VM", "VM": "many"},
        {"tag": 0x10022001, "VR": "UL", "name": "Bad VM", "VM": "1-"},
        {"tag": 0x10022001, "VR": "UL", "name": "Bad Keyword", "keyword": "not valid"},
        {"tag": 0x10022001, "VR": "UL", "name": "Bad Keyword", "keyword": "PatientName"},
        {"tag": 0x10022001, "VR": "UL", "name": "'"},
    ],
    ids=lambda arguments: str(arguments),
)
def test_an_entry_that_does_not_fit_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"private|VR|VM|keyword"):
        dictionary.add(**arguments)
    assert not dictionary.dictionary_has_tag(0x10022001)


def test_several_entries_are_added_all_or_none() -> None:
    with pytest.raises(ValueError, match="VR"):
        dictionary.add_dict_entries(
            {0x10023001: ("SH", "1", "Good", "", "Good"), 0x10023002: ("ZZ", "1", "B", "", "B")}
        )
    assert not dictionary.dictionary_has_tag(0x10023001)


def test_every_old_possessive_name_gives_todays_keyword() -> None:
    old = {row[2].replace(" ", "").replace("'", ""): row[4] for _, row in dictionary_attributes() if "'" in row[2]}
    assert len(old) > 40
    same = {name for name, keyword in old.items() if name == keyword}
    assert same == {"OperatorsName"}
    assert {name: dictionary.keyword_from_old_name(name) for name in old.keys() - same} == {
        name: keyword for name, keyword in old.items() if name not in same
    }


@pytest.mark.parametrize("name", ["PatientName", "PatientsNam", "Patients", "SeriesDescription", "", "s", "sS" * 40])
def test_what_is_no_old_name_gives_none(name: str) -> None:
    assert dictionary.keyword_from_old_name(name) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("PatientNmae", "PatientName"),
        ("patient_name", "PatientName"),
        ("PixelSpaceing", "PixelSpacing"),
        ("patientname", "PatientName"),
        ("SOPInstanceUId", "SOPInstanceUID"),
        ("my_own", None),
        ("", None),
    ],
)
def test_a_misspelt_keyword_gives_the_nearest(written: str, meant: str | None) -> None:
    assert dictionary.nearest_keyword(written) == meant


def test_the_edition_is_named() -> None:
    assert dictionary.EDITION.startswith("DICOM 20")
