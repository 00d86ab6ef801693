"""Misspelt keywords warn, and old names with the possessive are understood."""

from __future__ import annotations

import warnings

import pytest

from dicom.dataset import Dataset


@pytest.fixture
def ds():
    made = Dataset()
    made.PatientName = "Secret^Name"
    return made


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [("PatientNam", "PatientName"), ("PatientNmae", "PatientName"), ("StudyDescriptoin", "StudyDescription")],
)
def test_a_misspelt_keyword_warns_with_the_nearest_name(ds, misspelt, meant):
    with pytest.warns(UserWarning, match=f"'{misspelt}' is no keyword.*did you mean '{meant}'") as caught:
        setattr(ds, misspelt, "Secret^Value")
    assert caught[0].filename == __file__
    assert "Secret" not in str(caught[0].message)
    assert getattr(ds, misspelt) == "Secret^Value"
    assert len(ds) == 1


@pytest.mark.parametrize("name", ["remark", "Foo", "_Private", "snake_case", "Snake_Case", "filename"])
def test_what_can_t_be_meant_as_a_keyword_is_a_plain_attribute(ds, name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        setattr(ds, name, 1)
    assert getattr(ds, name) == 1
    assert len(ds) == 1


def test_the_attribute_of_a_subclass_doesn_t_warn():
    class Labelled(Dataset):
        SeriesLabel = ""

    ds = Labelled()
    ds.SeriesLabel = "x"
    assert ds.SeriesLabel == "x"


def test_an_old_name_is_understood_for_reading_in_del_and_data_element(ds):
    assert ds.PatientsName == "Secret^Name"
    assert ds["PatientsName"] is ds["PatientName"]
    assert ds.get("PatientsName") == "Secret^Name"
    assert "PatientsName" in ds
    assert ds.data_element("PatientsName") is ds["PatientName"]
    del ds.PatientsName
    assert "PatientName" not in ds


def test_an_old_name_can_be_deleted_as_an_item(ds):
    del ds["PatientsName"]
    assert len(ds) == 0


def test_assigning_to_an_old_name_warns_and_names_the_keyword(ds):
    with pytest.warns(UserWarning, match="'ReferringPhysiciansName'.*'ReferringPhysicianName'"):
        ds.ReferringPhysiciansName = "x"
    assert "ReferringPhysicianName" not in ds


def test_an_absent_old_name_is_an_attribute_error(ds):
    with pytest.raises(AttributeError, match="no attribute 'ReferringPhysiciansName'"):
        ds.ReferringPhysiciansName  # noqa: B018


def test_asking_for_a_key_that_is_none_warns(ds):
    with pytest.warns(UserWarning, match=r"'PatientNam'.*did you mean 'PatientName'"):
        assert "PatientNam" not in ds


def test_an_attribute_error_carries_what_python_needs_to_suggest(ds):
    with pytest.raises(AttributeError) as caught:
        ds.PatientNam  # noqa: B018
    assert caught.value.name == "PatientNam"
    assert caught.value.obj is ds


def test_the_keyword_with_a_small_first_letter_is_an_element(ds):
    ds.dBdt = 1.5
    assert ds[0x0018, 0x1318].value == 1.5
    assert ds.dBdt == 1.5


@pytest.mark.parametrize(("keyword", "value"), [("Rows", 70000), ("PatientName", "S" * 65), ("Modality", "secret")])
def test_a_value_that_breaks_its_vr_warns_without_the_value(keyword, value):
    ds = Dataset()
    with pytest.warns(UserWarning, match=keyword) as caught:
        setattr(ds, keyword, value)
    assert caught[0].filename == __file__
    assert str(value) not in str(caught[0].message)
    assert ds[keyword].value == value


def test_an_element_is_assigned_as_it_is(ds):
    element = Dataset().setdefault("PatientID", "1")
    ds.PatientID = element
    assert ds["PatientID"] is element
    with pytest.raises(ValueError, match="not the tag"):
        ds.PatientName = element
