"""A value that is assigned is converted and judged as the settings, or the element itself, have it."""

from __future__ import annotations

import copy
import warnings
from typing import Any

import pytest

import dicom
from dicom import settings
from dicom._core import set_plain_assignment
from dicom.elements.element import DataElement
from dicom.errors import ValueRepresentationError
from dicom.settings import DEFAULT, IGNORE, RAISE, WARN

LONG = "x" * 70


@pytest.fixture
def behaving(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put another behaviour in place, until the test ends."""

    def change(**changes: Any) -> None:
        monkeypatch.setattr(settings, "current", DEFAULT.replace(**changes))
        set_plain_assignment(not {"use_DS_decimal", "datetime_conversion"} & changes.keys())

    yield change
    set_plain_assignment(True)


def test_what_breaks_its_vr_warns_unless_told_otherwise(behaving: Any) -> None:
    ds = dicom.Dataset()
    with pytest.warns(UserWarning, match="PatientID"):
        ds.PatientID = LONG
    behaving(reading_validation=IGNORE)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ds.PatientID = LONG
        ds.ImageType = ["A", "B"]
        ds.ImageType.append(LONG)
    behaving(reading_validation=RAISE)
    with pytest.raises(ValueRepresentationError, match="PatientID") as caught:
        ds.PatientID = LONG
    assert caught.value.tag == 0x00100020
    assert LONG not in str(caught.value)
    with pytest.raises(ValueRepresentationError):
        ds["ImageType"].value.append(LONG)


def test_a_list_keeps_what_it_had_where_a_value_is_refused(behaving: Any) -> None:
    ds = dicom.Dataset()
    ds.ImageType = ["A", "B"]
    behaving(reading_validation=RAISE)
    with pytest.raises(ValueRepresentationError):
        ds.ImageType.extend(["C", LONG])
    assert list(ds.ImageType) == ["A", "B"]
    with pytest.raises(ValueRepresentationError):
        ds.PatientID = LONG
    assert "PatientID" not in ds


@pytest.mark.parametrize("mode", [IGNORE, WARN, RAISE])
def test_an_element_can_have_a_mode_of_its_own(mode: int, behaving: Any) -> None:
    behaving(reading_validation=RAISE if mode != RAISE else IGNORE)
    element = DataElement("PatientID", "LO", "a", validation_mode=mode)
    with warnings.catch_warnings(record=True) as met:
        warnings.simplefilter("always")
        try:
            element.value = LONG
            outcome = bool(met)
        except ValueRepresentationError:
            outcome = "raised"
    assert outcome == {IGNORE: False, WARN: True, RAISE: "raised"}[mode]
    assert copy.deepcopy(element).validation_mode == mode


def test_an_element_can_be_refused_when_it_is_made() -> None:
    with pytest.raises(ValueRepresentationError):
        DataElement("PatientID", "LO", LONG, validation_mode=RAISE)
    assert DataElement("PatientID", "LO", LONG, validation_mode=IGNORE).value == LONG


def test_decimals_and_dates_are_made_where_they_are_wanted(behaving: Any) -> None:
    behaving(use_DS_decimal=True, allow_DS_float=True, datetime_conversion=True)
    ds = dicom.Dataset()
    ds.SliceThickness, ds.ImagePositionPatient, ds.StudyDate = 0.1, ["1", 2, 0.5], "20201231"
    assert (type(ds.SliceThickness).__name__, str(ds.SliceThickness)) == ("DSdecimal", "0.1")
    assert [str(value) for value in ds.ImagePositionPatient] == ["1", "2", "0.5"]
    assert type(ds.StudyDate).__name__ == "DA"


def test_floats_are_no_decimals_unless_that_is_allowed(behaving: Any) -> None:
    behaving(use_DS_decimal=True)
    with pytest.raises(TypeError, match="float"):
        dicom.Dataset().SliceThickness = 0.1


def test_empty_values_are_none_where_that_is_wanted(behaving: Any) -> None:
    element = DataElement("PatientID", "LO", "a")
    assert element.empty_value == ""
    behaving(use_none_as_empty_text_VR_value=True)
    element.clear()
    assert element.value is None
    assert DataElement("ReferencedImageSequence", "SQ", []).empty_value == []


@pytest.mark.parametrize("mode", [IGNORE, WARN, RAISE])
def test_names_that_are_no_keywords(mode: int, behaving: Any) -> None:
    behaving(invalid_keyword=mode, invalid_key=mode)
    ds = dicom.Dataset()
    for ask in (lambda: setattr(ds, "PatientNam", "x"), lambda: "PatientNam" in ds):
        with warnings.catch_warnings(record=True) as met:
            warnings.simplefilter("always")
            try:
                ask()
                outcome: object = bool(met)
            except ValueError:
                outcome = "raised"
        assert outcome == {IGNORE: False, WARN: True, RAISE: "raised"}[mode]


def test_file_meta_is_printed_unless_told_otherwise(behaving: Any) -> None:
    ds = dicom.Dataset()
    ds.PatientID = "1"
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    assert str(ds).startswith("Dataset.file_meta")
    behaving(show_file_meta=False)
    assert str(ds) == str(ds["PatientID"])
