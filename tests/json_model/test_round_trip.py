"""What goes to JSON comes back: equal elements, and the same text."""

from __future__ import annotations

import datetime as dt
import json
import re
import warnings
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dicom
from dicom.dataset import Dataset
from dicom.dataset.write import encode
from dicom.errors import DicomError
from dicom.json_model import to_json_attribute
from dicom.testing.encoder import (
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    Element,
    Item,
    Items,
    encode_file,
    encode_meta,
)
from dicom.testing.strategies import GeneratedFile, files

MANY = settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def by_python(ds: Any) -> dict[str, Any]:
    """The model made element by element, of values."""
    big_endian = ds._is_little_endian is False
    return {f"{int(one.tag):08X}": to_json_attribute(one, big_endian) for one in ds if int(one.tag) & 0xFFFF}


def read(data: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return dicom.read(data)


@MANY
@given(files())
def test_rows_become_what_their_values_become(made: GeneratedFile) -> None:
    text = read(made.data).to_json()
    assert text == json.dumps(by_python(read(made.data)), sort_keys=True)
    assert text == json.dumps(read(made.data).to_json_dict(), sort_keys=True, allow_nan=False)


@MANY
@given(files())
def test_text_comes_back_as_it_was(made: GeneratedFile) -> None:
    text = read(made.data).to_json()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert Dataset.from_json(text).to_json() == text
        assert Dataset.from_json(json.loads(text)).to_json() == text


@MANY
@given(files())
def test_elements_come_back_equal(made: GeneratedFile) -> None:
    ds = read(made.data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        back = Dataset.from_json(ds.to_json())
    if ds._is_little_endian:
        expected = {int(one.tag): one for one in ds if int(one.tag) & 0xFFFF}
        for tag, one in expected.items():
            if one.VR in ("DS", "IS") and one.VM > 1:
                # Of several number strings one that is empty comes back as no number.
                assert list(back[tag].value) == [None if value == "" else value for value in one.value]
            elif one.VR not in ("FL", "FD", "SQ"):  # NaN equals nothing, itself not either
                assert back[tag] == one
    assert [int(one.tag) for one in ds if int(one.tag) & 0xFFFF] == [int(one.tag) for one in back]


@MANY
@given(files(), st.data())
def test_edits_show_in_the_json(made: GeneratedFile, data: st.DataObject) -> None:
    ds = read(made.data)
    tags = [int(one.tag) for one in ds]
    for tag in data.draw(st.lists(st.sampled_from(tags), unique=True, max_size=5)) if tags else ():
        if data.draw(st.booleans()):
            del ds[tag]
        else:
            ds.add_new(tag, "UT", "edited")
    ds.PatientComments = "added"
    assert ds.to_json() == json.dumps(by_python(ds), sort_keys=True)
    assert ds.to_json_dict() == by_python(ds)


@MANY
@given(files())
def test_a_data_set_of_json_is_written_and_read_as_it_was(made: GeneratedFile) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = read(made.data).to_json()
        for implicit, syntax in ((False, EXPLICIT_LITTLE), (True, IMPLICIT_LITTLE), (False, EXPLICIT_BIG)):
            body = encode(Dataset.from_json(text), implicit_vr=implicit, little_endian=syntax != EXPLICIT_BIG)
            written = read(bytes(128) + b"DICM" + encode_meta(syntax) + body)
            if not implicit:
                assert written.to_json() == text
            else:
                assert list(written.to_json_dict()) == list(json.loads(text))


def test_a_change_deep_within_shows():
    inner = Element(0x0040A730, "SQ", Items((Item((Element(0x0040A160, "UT", b"as read "),)),)))
    ds = dicom.read(encode_file((Element(0x0040A730, "SQ", Items((Item((inner,)),))),), EXPLICIT_LITTLE))
    before = ds.to_json()
    assert ds.ContentSequence[0].ContentSequence[0].TextValue == "as read"
    assert ds.to_json() == before
    ds.ContentSequence[0].ContentSequence[0].TextValue = "edited"
    assert json.loads(ds.to_json()) == json.loads(before.replace("as read", "edited"))


def test_a_value_of_wrong_length_stands_as_its_bytes():
    data = encode_file((Element(0x00280010, "US", b"\1\2\3"), Element(0x00280011, "US", (5,))), EXPLICIT_LITTLE)
    expected = {
        "00280010": {"vr": "UN", "InlineBinary": "AQID"},
        "00280011": {"vr": "US", "Value": [5]},
    }
    assert json.loads(dicom.read(data).to_json()) == expected
    assert dicom.read(data).to_json_dict() == expected


def test_words_of_big_endian_files_are_little_endian():
    elements = (Element(0x00281201, "OW", (1, 2)), Element(0x00720082, "OB", b"ab"))
    ds = dicom.read(encode_file(elements, EXPLICIT_BIG))
    assert ds.to_json_dict()["00281201"] == {"vr": "OW", "InlineBinary": "AQACAA=="}
    assert ds[0x00281201].to_json_dict() == ds.to_json_dict()["00281201"]


def test_bulk_data_goes_to_the_handler_above_the_threshold():
    ds = Dataset()
    for tag, length in ((0x00091001, 768), (0x00091002, 769)):
        ds.add_new(tag, "OB", bytes(length))
    ds.add_new(0x00091003, "LT", "x" * 5000)
    read_again = Dataset.from_json(ds.to_json())
    for one in (ds, read_again):
        model = one.to_json_dict(bulk_data_element_handler=lambda element: f"http://x/{int(element.tag):08X}")
        assert list(model["00091001"]) == ["vr", "InlineBinary"]
        assert model["00091002"] == {"vr": "OB", "BulkDataURI": "http://x/00091002"}
        assert list(model["00091003"]) == ["vr", "Value"]
        assert (
            json.loads(one.to_json(bulk_data_element_handler=lambda element: f"http://x/{int(element.tag):08X}"))
            == model
        )
        assert "BulkDataURI" not in one.to_json(10)
        assert "InlineBinary" not in one.to_json(10, lambda element: "u")


def test_the_dump_handler_makes_the_text():
    ds = Dataset()
    ds.PatientID = "a"
    assert ds.to_json(dump_handler=lambda model: ",".join(model)) == "00100020"


def test_what_no_json_can_be_made_of_is_named_or_left_out():
    ds = Dataset()
    ds.PatientID = "a"
    ds.add(dicom.DataElement(0x00280010, "US", "Doe^Jane", already_converted=True))
    with pytest.raises(DicomError, match=r"\(0028,0010\)") as caught:
        ds.to_json()
    assert "Doe" not in str(caught.value)
    assert ds.to_json(suppress_invalid_tags=True) == '{"00100020": {"Value": ["a"], "vr": "LO"}}'
    assert list(ds.to_json_dict(suppress_invalid_tags=True)) == ["00100020"]


def test_dates_that_are_dates_are_written_as_dicom_writes_them():
    utc = dt.timezone(dt.timedelta(hours=2))
    for vr, value, text in (
        ("DA", dt.date(2020, 1, 2), "20200102"),
        ("TM", dt.time(1, 2, 3), "010203"),
        ("TM", dt.time(1, 2, 3, 4), "010203.000004"),
        ("DT", dt.datetime(2020, 1, 2, 3, 4, 5, 6, utc), "20200102030405.000006+0200"),
    ):
        made = dicom.DataElement(0x00091001, vr, value, already_converted=True)
        assert made.to_json_dict() == {"vr": vr, "Value": [text]}


def test_arrays_of_numbers_are_written_as_their_numbers():
    numpy = pytest.importorskip("numpy")
    for vr, values in (("DS", [1.5, 2.0]), ("IS", [1, 2]), ("US", [1, 2]), ("FD", [0.5])):
        made = dicom.DataElement(0x00091001, vr, numpy.array(values), already_converted=True)
        assert made.to_json_dict() == {"vr": vr, "Value": values}
        assert json.loads(made.to_json())["Value"] == values
        ds = Dataset()
        ds.add(made)
        assert [float(text) for text in re.findall('number="[0-9]+">([^<]+)<', ds.to_xml())] == values
