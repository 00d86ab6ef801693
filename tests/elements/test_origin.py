"""How a data set was encoded, and decoding an element otherwise before it is looked at."""

from __future__ import annotations

import pytest

from dicom.dataset import Dataset
from dicom.errors import BytesLengthException
from tests.elements.encoded import read_plan


def test_a_data_set_in_memory_has_no_original_encoding():
    ds = Dataset()
    assert ds.original_encoding == (None, None)
    assert ds.original_character_set == ""
    assert not ds.is_original_encoding
    assert (ds.is_implicit_VR, ds.is_little_endian) == (None, None)


def test_the_original_encoding_can_be_told_in_parts():
    ds = Dataset()
    ds.set_original_encoding(True, None)
    ds.set_original_encoding(None, False, "latin_1")
    assert ds.original_encoding == (True, False)
    assert ds.original_character_set == ds.read_encoding == "latin_1"


def test_the_character_set_that_was_read_is_told_by_python_s_names():
    assert read_plan().original_character_set == "iso8859"


def test_an_element_is_decoded_by_another_vr():
    ds = read_plan()
    ds.update_raw_element("Rows", vr="OW")
    assert (ds["Rows"].VR, ds.Rows) == ("OW", b"\2\0")
    assert ds._edited_tags() == {0x00280010}


def test_an_element_is_decoded_from_other_bytes():
    ds = read_plan()
    ds.update_raw_element((0x28, 0x10), value=b"\1\2")
    ds.update_raw_element(0x00100010, value=b"Other^Name", vr="LO")
    assert ds.Rows == 0x0201
    assert (ds["PatientName"].VR, ds.PatientName) == ("LO", "Other^Name")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"tag": "Rows"}, ValueError),
        ({"tag": "Rows", "vr": "XX"}, ValueError),
        ({"tag": "BeamSequence", "vr": "SQ"}, ValueError),
        ({"tag": "PatientNam", "vr": "LO"}, ValueError),
        ({"tag": "StudyDate", "vr": "LO"}, KeyError),
        ({"tag": "Rows", "value": "text"}, TypeError),
        ({"tag": "Rows", "value": b"\1\2\3"}, BytesLengthException),
    ],
)
def test_what_can_t_be_decoded_so_is_an_error(arguments, error):
    ds = read_plan()
    with pytest.raises(error):
        ds.update_raw_element(**arguments)
    assert ds._edited_tags() == set()


def test_a_value_that_was_looked_at_is_decoded_already():
    ds = read_plan()
    assert ds.Rows == 2
    with pytest.raises(TypeError, match="already"):
        ds.update_raw_element("Rows", vr="SS")
