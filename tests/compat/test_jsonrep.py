"""``pydicom.jsonrep``, compared with pydicom's own where it gives an answer."""

from __future__ import annotations

import warnings
from typing import Any

import pydicom
import pytest
from pydicom import jsonrep as theirs

import dicom
from dicom.compat import jsonrep as ours

CASES: list[tuple[str, Any, str | None]] = [
    ("LO", ["a"], "Value"), ("LO", ["a", "b"], "Value"), ("DS", [1, 2.5], "Value"), ("IS", ["7"], "Value"),
    ("US", [1], "Value"), ("PN", [{"Alphabetic": "A", "Phonetic": "P"}], "Value"), ("OB", "YWI=", "InlineBinary"),
    ("FD", ["1.5"], "Value"), ("LT", [], "Value"), ("OB", "u", "BulkDataURI"),
]  # fmt: skip


@pytest.mark.parametrize(("vr", "value", "key"), CASES)
def test_values_of_elements(vr, value, key):
    def handler(uri: str) -> bytes:
        return uri.encode()

    made = ours.JsonDataElementConverter(dicom.Dataset, "00091001", vr, value, key, handler).get_element_values()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        converter = theirs.JsonDataElementConverter(pydicom.Dataset, "00091001", vr, value, key, handler)
        expected = pydicom.DataElement(0x00091001, vr, converter.get_element_values()).value
    assert str(made) == str(expected)


def test_parts_of_the_converter():
    converter = ours.JsonDataElementConverter(dicom.Dataset, "00091001", "PN", [], "Value")
    assert converter.get_pn_element_value({"Alphabetic": "A", "Ideographic": "I"}) == "A=I"
    assert converter.get_regular_element_value({"Alphabetic": "A"}) == "A"
    assert converter.get_sequence_item({"00100020": {"vr": "LO", "Value": ["a"]}}).PatientID == "a"
    assert len(converter.get_sequence_item(None)) == 0


@pytest.mark.parametrize(
    ("value", "vr"),
    [("1.5", "DS"), (["1", 2], "FD"), ("7", "IS"), (["7", 8.0], "US"), ("00100020", "AT"), ("x", "LO"), (None, "DS"),
     ("", "LO"), (["1", None], "SL")],
)  # fmt: skip
def test_numbers(value, vr):
    assert ours.convert_to_python_number(value, vr) == theirs.convert_to_python_number(value, vr)


def test_tables():
    assert {str(vr) for vr in theirs.FLOAT_VR} == ours.FLOAT_VR
    assert {str(vr) for vr in theirs.INT_VR} == ours.INT_VR
    assert theirs.JSON_VALUE_KEYS == ours.JSON_VALUE_KEYS


SWITCHED: list[tuple[str, object, dict[str, Any]]] = [
    ("use_none_as_empty_text_VR_value", True, {"vr": "LO", "Value": ["a", None]}),
    ("use_none_as_empty_text_VR_value", True, {"vr": "LO"}),
    ("use_none_as_empty_text_VR_value", True, {"vr": "PN", "Value": [None]}),
    ("datetime_conversion", True, {"vr": "DA", "Value": ["20200101"]}),
    ("use_DS_decimal", True, {"vr": "DS", "Value": ["1.5"]}),
]


@pytest.mark.parametrize(("switch", "on", "attribute"), SWITCHED)
def test_switches_govern_what_is_read(switch, on, attribute, monkeypatch):
    from dicom.compat import config as our_config

    model = {"00091001": attribute}
    for config in (our_config, pydicom.config):
        monkeypatch.setattr(config, "allow_DS_float", True)
        monkeypatch.setattr(config, switch, on)
    ours_value = dicom.Dataset.from_json(model)[0x00091001].value
    theirs_value = pydicom.Dataset.from_json(model)[0x00091001].value
    assert (type(ours_value).__name__, repr(ours_value)) == (type(theirs_value).__name__, repr(theirs_value))
    monkeypatch.undo()
    assert (
        type(dicom.Dataset.from_json({"00091001": {"vr": "DS", "Value": [1]}})[0x00091001].value).__name__ == "DSfloat"
    )


def test_a_switch_makes_what_breaks_its_vr_an_error(monkeypatch):
    from dicom.compat import config

    monkeypatch.setattr(config.settings, "reading_validation_mode", config.RAISE)
    with pytest.raises(ValueError, match=r"\(0009,1001\)") as caught:
        dicom.Dataset.from_json({"00091001": {"vr": "CS", "Value": ["doe^jane"]}})
    assert "doe" not in str(caught.value)
