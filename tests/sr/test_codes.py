"""Codes by keyword and the tables behind them are those of pydicom, and equal codes hash equal."""

from __future__ import annotations

import copy
import pickle

import pydicom.sr.codedict as theirs
import pytest
from pydicom.sr import codes as their_codes
from pydicom.sr.coding import snomed_mapping

from dicom.compat.sr import codedict, coding
from dicom.sr import AmbiguousKeywordError, Code, Collection, Concepts, codes

# Two schemes have the keyword for different codes.
AMBIGUOUS = "CID8134"


@pytest.mark.parametrize("name", ["CONCEPTS", "CID_CONCEPTS", "cid_for_name", "name_for_cid"])
def test_a_table_is_pydicom_s(name: str) -> None:
    ours, reference = getattr(codedict, name), getattr(theirs, name)
    if name == "CID_CONCEPTS":
        assert ours.keys() == reference.keys()
        for cid, schemes in reference.items():
            assert {k: sorted(v) for k, v in ours[cid].items()} == {k: sorted(v) for k, v in schemes.items()}
    elif name == "CONCEPTS":
        assert {
            s: {k: {v: (m, sorted(c)) for v, (m, c) in x.items()} for k, x in d.items()} for s, d in ours.items()
        } == {
            s: {k: {v: (m, sorted(c)) for v, (m, c) in x.items()} for k, x in d.items()} for s, d in reference.items()
        }
    else:
        assert ours == reference


def test_the_pairs_of_snomed_values_are_pydicom_s() -> None:
    assert coding.snomed_mapping == snomed_mapping


def test_the_collections_are_pydicom_s() -> None:
    assert codes.schemes() == their_codes.schemes()
    assert codes.CIDs() == their_codes.CIDs()
    assert list(codes.collections) == list(their_codes.collections)


def test_every_collection_holds_the_codes_of_pydicom_s() -> None:
    for name in their_codes.collections:
        if name == AMBIGUOUS:
            continue
        reference = getattr(their_codes, name)
        ours = getattr(codes, name)
        assert {k: tuple(v) for k, v in ours.concepts.items()} == {k: tuple(v) for k, v in reference.concepts.items()}
        assert (ours.name, ours.is_cid, ours.scheme_designator) == (name, reference.is_cid, name)


@pytest.mark.parametrize("name", ["CID270", "CID2", "BARI", "UCUM"])
def test_a_collection_prints_as_pydicom_s(name: str) -> None:
    ours, reference = getattr(codes, name), getattr(their_codes, name)
    assert str(ours) == str(reference)
    assert repr(ours) == repr(reference)
    assert ours.dir() == reference.dir()
    assert ours.dir("A", "ep") == reference.dir("A", "ep")
    assert set(ours.concepts) <= set(dir(ours))
    assert ours.trait_names() == dir(ours)


def test_a_code_is_found_by_keyword_without_its_neighbours() -> None:
    assert codes.SCT.Lung == Code("39607008", "SCT", "Lung")
    assert codes.CID270.Person is not None
    assert codes.cid270 is codes.CID270
    assert codes.cid270.Person == Code("121006", "DCM", "Person")


@pytest.mark.parametrize("name", ["Nothing", "Lung\tx", "39607008", "", "\n", "__wrapped__"])
def test_an_unknown_keyword_is_an_attribute_error(name: str) -> None:
    for collection in (codes.SCT, codes.CID270):
        with pytest.raises(AttributeError):
            getattr(collection, name)


@pytest.mark.parametrize("name", ["CID999999", "sct", "Lung", "cid_270"])
def test_an_unknown_collection_is_an_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError):
        getattr(codes, name)


def test_a_collection_that_there_is_not_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        Collection("foo")
    with pytest.raises(KeyError):
        _ = Collection("CID999999").concepts


def test_membership_is_by_keyword_and_by_code() -> None:
    assert "Lung" in codes.SCT
    assert codes.SCT.Lung in codes.SCT
    assert Code("T-28000", "SRT", "Lung") in codes.SCT
    assert "nothing" not in codes.SCT
    assert "Person" in codes.CID270
    assert Code("121006", "DCM", "any") in codes.CID270
    assert Code("121006", "DCM", "any", "1") not in codes.CID270
    assert 5 not in codes.CID270  # pydicom: AttributeError


def test_a_keyword_of_two_schemes_is_an_error_for_that_keyword_only() -> None:
    collection = codes.CID8134
    with pytest.raises(AmbiguousKeywordError, match="FMA, NEU"):
        _ = collection.ArcuateFasciculus
    with pytest.raises(RuntimeError):
        _ = collection.concepts
    # pydicom refuses the whole context group.
    other = next(name for name in collection.dir() if "Arcuate" not in name and "SuperiorLong" not in name)
    assert getattr(collection, other) in collection
    assert Code("2063", "NEU", "arcuate fasciculus") in collection
    assert Code("276650", "FMA", "Arcuate Fasciculus") in collection


def test_codes_are_equal_by_value_scheme_and_version() -> None:
    lung = codes.SCT.Lung
    assert lung == Code("39607008", "SCT", "another meaning")
    assert lung != Code("39607008", "SCT", "Lung", "2020")
    assert lung != Code("39607008", "99X", "Lung")
    assert Code("1", "99A", "a", "v") == Code("1", "99A", "b", "v")
    assert Code("none", "SRT", "x") == Code("none", "SRT", "y")
    assert Code("none", "SRT", "x") != Code("none", "SCT", "x")


def test_a_code_of_the_older_scheme_is_equal_and_hashes_equal() -> None:
    older = Code("T-28000", "SRT", "Lung")
    assert older == codes.SCT.Lung
    assert codes.SCT.Lung == older
    assert len({older, codes.SCT.Lung}) == 1  # pydicom: 2


def test_a_code_of_another_library_is_compared_by_its_names() -> None:
    class CodedConcept:
        value, scheme_designator, scheme_version = "39607008", "SCT", None

    assert codes.SCT.Lung == CodedConcept()
    assert codes.SCT.Lung == their_codes.SCT.Lung


@pytest.mark.parametrize("other", [None, "Lung", 1, ("39607008", "SCT", "Lung", None)])
def test_what_is_no_code_is_unequal(other: object) -> None:
    # pydicom: AttributeError
    assert codes.SCT.Lung != other


def test_a_code_is_a_tuple_with_names() -> None:
    lung = codes.SCT.Lung
    assert tuple(lung) == ("39607008", "SCT", "Lung", None)
    assert lung._replace(meaning="x").meaning == "x"
    assert repr(lung) == repr(their_codes.SCT.Lung)
    assert type(copy.deepcopy(lung)) is type(pickle.loads(pickle.dumps(lung))) is Code
    assert Code(value="1", scheme_designator="2", meaning="3") == Code("1", "2", "3")


def test_collections_of_one_s_own() -> None:
    mine = Concepts([Collection("UCUM"), Collection("cid270")])
    assert list(mine.collections) == ["UCUM", "CID270"]
    assert mine.UCUM.Becquerel.value == "Bq"
    with pytest.raises(AttributeError):
        _ = mine.SCT
