"""What assigning makes of a value, for every VR, beside what pydicom makes of it."""

from __future__ import annotations

import array
import warnings
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicom.errors import DicomError
from dicom.values import MultiValue, PersonName, convert_value, empty_value
from dicom.values.convert import validate
from dicom.values.temporal import DA

pydicom = pytest.importorskip("pydicom")

VRS = sorted(vr.value for vr in pydicom.valuerep.VR)
VALUES: list[Any] = [
    *(None, "", "  ", b"", "abc", "a\\b", "1", "1\\2", " 1 ", "1\\", "\\", "20200102", "Smith^John", "\\1"),
    *(
        5,
        1.5,
        1.0,
        True,
        -1,
        10**20,
        [],
        ["1", "2"],
        ["1"],
        [1, 2],
        [None],
        ["", ""],
        ["a", ""],
        [None, "1"],
        [1.5, "2"],
    ),
    *(b"ab", b"1\\2", b"1", [b"ab", b"c"], [b"1"], [[1]], {1: 2}, object),
]


def _norm(value: Any) -> Any:
    if isinstance(value, (list, pydicom.multival.MultiValue)):
        return [_norm(item) for item in value]
    kind = type(value).__name__
    return "str" if kind == "UID" else kind, str(value)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _compare(vr: str, value: Any) -> None:
    try:
        theirs = _norm(pydicom.DataElement(0x00091001, vr, value).value)
    except (ValueError, TypeError, AttributeError, OverflowError):
        with pytest.raises((ValueError, TypeError)):
            convert_value(vr, value)
        return
    assert _norm(convert_value(vr, value)) == theirs


@pytest.mark.parametrize("vr", [vr for vr in VRS if vr != "SQ"])
def test_assigning_gives_what_pydicom_gives(vr: str) -> None:
    for value in VALUES:
        if vr == "UR" and value in ("a\\b", "1\\2", "1\\", "\\", "\\1", b"1\\2"):
            continue  # See test_a_uri_is_never_parted.
        if vr == "AT" and value in ("Smith^John", [[1]]):
            continue
        _compare(vr, value)


@given(
    st.sampled_from([vr for vr in VRS if vr not in ("SQ", "AT", "UR")]),
    st.text(alphabet="01.-+eE \\^=aZé", max_size=10),
)
def test_assigning_text_gives_what_pydicom_gives(vr: str, text: str) -> None:
    _compare(vr, text)


@given(st.sampled_from(["DS", "IS", "US", "FD", "SV"]), st.lists(st.one_of(st.integers(-(10**9), 10**9), st.none())))
def test_assigning_numbers_gives_what_pydicom_gives(vr: str, numbers: list[Any]) -> None:
    _compare(vr, numbers)


@pytest.mark.parametrize("vr", VRS)
def test_the_empty_value_is_that_of_pydicom(vr: str) -> None:
    ours = empty_value(vr)
    assert _norm(ours) == _norm(pydicom.dataelem.empty_value_for_VR(vr)) or vr == "PN"
    assert empty_value(vr, raw=True) == pydicom.dataelem.empty_value_for_VR(vr, raw=True)


def test_the_empty_name_equals_empty_text() -> None:
    assert empty_value("PN") == "" == pydicom.dataelem.empty_value_for_VR("PN")


def test_a_uri_is_never_parted() -> None:
    # VR UR has one value (PS3.5 6.4); pydicom parts it when it is assigned, and not when it is read.
    assert convert_value("UR", "http://a\\b") == "http://a\\b"


@pytest.mark.parametrize("vr", ["DS", "IS", "UI", "AT", "PN"])
def test_what_cannot_be_converted_is_refused_without_showing_it(vr: str) -> None:
    for value in (object(), {"Smith": 1}, 1 + 2j):
        with pytest.raises((TypeError, ValueError)) as caught:
            convert_value(vr, value)
        assert "Smith" not in str(caught.value)
    if vr in ("DS", "IS"):
        with pytest.raises(DicomError) as refused:
            convert_value(vr, "Smith")
        assert "Smith" not in str(refused.value)


def test_tuples_become_lists_of_values() -> None:
    # pydicom keeps a tuple as it is, and refuses it in DS, IS, PN and UI.
    assert _norm(convert_value("DS", ("1", 2))) == [("DSfloat", "1"), ("DSfloat", "2.0")]
    assert type(convert_value("LO", ("a", "b"))) is MultiValue


def test_a_pair_of_numbers_is_one_tag() -> None:
    assert convert_value("AT", (0x10, 0x20)) == 0x00100020
    assert convert_value("AT", [0x10, 0x20]) == [0x10, 0x20]


def test_arrays_become_lists_of_plain_numbers() -> None:
    # pydicom keeps an array in US, and refuses it in DS.
    numpy = pytest.importorskip("numpy")
    assert _norm(convert_value("US", numpy.array([1, 2], "u2"))) == [("int", "1"), ("int", "2")]
    assert _norm(convert_value("DS", numpy.array([1.5, 2]))) == [("DSfloat", "1.5"), ("DSfloat", "2.0")]
    assert _norm(convert_value("US", numpy.uint16(3))) == ("int", "3")
    assert _norm(convert_value("IS", [numpy.int64(3), 4])) == [("IS", "3"), ("IS", "4")]
    assert _norm(convert_value("US", array.array("H", [1, 2]))) == [("int", "1"), ("int", "2")]
    # Numbers within a list as well, and tables that are numbers or bytes.
    assert _norm(convert_value("FL", [numpy.float32(1.5), 2.0])) == [("float", "1.5"), ("float", "2.0")]
    assert _norm(convert_value("US or OW", numpy.array([1, 2], "u2"))) == [("int", "1"), ("int", "2")]


@pytest.mark.parametrize("vr", ["OB", "OW", "UN"])
def test_buffers_become_bytes(vr: str) -> None:
    for value in (bytearray(b"a\\b"), memoryview(b"a\\b")):
        assert convert_value(vr, value) == b"a\\b"
        assert type(convert_value(vr, value)) is bytes


def test_a_sequence_is_left_to_others() -> None:
    items = [object()]
    assert convert_value("SQ", items) is items


def test_values_of_the_right_type_are_kept() -> None:
    name = PersonName("A^B")
    assert convert_value("PN", name) is name
    moment = DA("20200102")
    assert convert_value("DA", moment) is moment


def test_dates_stay_text_unless_conversion_is_asked_for() -> None:
    assert convert_value("DA", "20200102") == "20200102"
    assert convert_value("DA", "20200102", datetime_conversion=True) == date(2020, 1, 2)
    assert [str(value) for value in convert_value("TM", "10\\1130", datetime_conversion=True)] == ["10", "1130"]
    assert convert_value("DT", "", datetime_conversion=True) == ""


def test_decimals_are_made_on_request() -> None:
    assert type(convert_value("DS", "1.10", decimal=True)).__name__ == "DSdecimal"


def test_validate_warns_without_showing_the_value() -> None:
    with pytest.warns(UserWarning, match="CS") as caught:
        validate("CS", "smith")
    assert "smith" not in str(caught[0].message)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        validate("CS", "SMITH")
