"""What values break of their VRs' rules, beside what pydicom warns of."""

from __future__ import annotations

import io
import warnings
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicom.values import PersonName, validate_value
from dicom.values.number import IS, DSfloat

pydicom = pytest.importorskip("pydicom")


def _pydicom_warns(vr: str, value: Any) -> bool:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            pydicom.DataElement(0x00091001, vr, value)
        except (ValueError, TypeError, AttributeError, OverflowError):
            return True
    return bool(caught)


NUMBERS = [
    0,
    1,
    -1,
    255,
    *(sign * 2**power + off for power in (15, 16, 31, 32, 63, 64) for sign in (1, -1) for off in (-1, 0, 1)),
]


@pytest.mark.parametrize("vr", ["SL", "SS", "SV", "UL", "US", "UV"])
def test_integers_have_the_bounds_that_pydicom_gives_them(vr: str) -> None:
    for number in NUMBERS:
        assert bool(validate_value(vr, number)) == _pydicom_warns(vr, number), number


@pytest.mark.parametrize(
    "vr", ["SL", "SS", "SV", "UL", "US", "UV", "FD", "FL", "OB", "OW", "OF", "LO", "UI", "CS", "DA", "TM", "DT"]
)
def test_wrong_types_are_named_as_in_pydicom(vr: str) -> None:
    for value in (1, 1.5, "A", b"ab", b"12345678", (1, 2), {1}, None, True):
        if vr == "DA" and value == b"ab":
            continue
        assert bool(validate_value(vr, value)) == _pydicom_warns(vr, value), value


@given(
    st.sampled_from(["AE", "AS", "CS", "UI", "UR"]),
    st.text(alphabet="0123456789ABYMWDaz_. -:/^\té", min_size=1, max_size=18),
)
def test_text_of_a_form_is_judged_as_in_pydicom(vr: str, text: str) -> None:
    if vr == "AE" and not text.strip(" "):
        return  # All blanks: PS3.5 forbids them, pydicom doesn't.
    assert bool(validate_value(vr, text)) == _pydicom_warns(vr, text)


@given(st.text(alphabet="0123456789-+.", min_size=1, max_size=18))
def test_dates_and_times_are_judged_as_in_pydicom_or_more_strictly(text: str) -> None:
    for vr in ("DA", "TM", "DT"):
        if _pydicom_warns(vr, text):
            assert validate_value(vr, text)


@pytest.mark.parametrize(
    ("vr", "right", "wrong"),
    [
        ("AE", ["STORE SCP", "A" * 16], ["A" * 17, "É", "A\tB", "   ", "A\\B"]),
        ("AS", ["018M", "000D", "099Y", "010W"], ["18M", "018X", "018", "0018M"]),
        ("CS", ["ORIGINAL", "A_1 ", ""], ["lower", "A" * 17, "A-B"]),
        (
            "DA",
            ["20200102", "20200102-20200103", "-20200103", "20200102-", "20200102 "],
            ["2020", "20201301", "20200100", "-"],
        ),
        ("DS", ["1", "-1.5e10", " 1 ", "", "+.5"], ["abc", "1" * 17, "nan", "1,5"]),
        (
            "DT",
            ["2020", "20200102030405.123456+0100", "2020-2021", "202001-"],
            ["20201", "2020+2500", "20200102030405.1234567"],
        ),
        ("IS", ["1", "-5", "+05 ", "2147483647"], ["1.5", "2147483648", "1" * 13, "abc"]),
        ("LO", ["a" * 64, "山", "a^b=c"], ["a" * 65, "a\nb", "a\\b", "a\0"]),
        ("LT", ["a\r\nb\\c\t\f", "a" * 10240], ["a" * 10241, "a\0"]),
        ("PN", ["A^B=C=D", "a" * 64 + "=" + "b" * 64], ["a" * 65, "A=B=C=D", "A\nB"]),
        ("SH", ["a" * 16], ["a" * 17, "a\nb"]),
        ("ST", ["a" * 1024], ["a" * 1025]),
        ("TM", ["10", "1011", "101112", "101160", "101112.123456", "10-11"], ["1", "25", "1060", "101112.", "10.5"]),
        ("UC", ["a" * 70000], ["a\nb"]),
        ("UI", ["1.2.840.10008.1.2", "0.0"], ["1.02", "1..2", "a", "1" * 65, "1."]),
        ("UR", ["http://a.b/c?d=e ", "urn:x"], ["http://a b", "é"]),
    ],
)
def test_the_rules_of_each_vr(vr: str, right: list[str], wrong: list[str]) -> None:
    for value in right:
        assert validate_value(vr, value) is None, value
    for value in wrong:
        assert validate_value(vr, value) is not None, value


@given(
    st.sampled_from(["AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR"]),
    st.text(min_size=1),
)
def test_no_sentence_shows_the_value(vr: str, text: str) -> None:
    value = "Smith" + text
    problem = validate_value(vr, value)
    assert problem is None or ("Smith" not in problem and vr.lower() in problem.lower()) or vr == "PN"


def test_a_list_is_judged_by_its_first_wrong_value() -> None:
    assert validate_value("CS", ["A", "B"]) is None
    assert validate_value("CS", ["A", "b", "c" * 20]) == validate_value("CS", "b")


def test_values_of_our_types_are_judged_by_their_text() -> None:
    assert validate_value("DS", DSfloat("1.5")) is None
    assert validate_value("DS", DSfloat("1.23456789012345678901")) is not None
    assert validate_value("DS", DSfloat(1 / 3)) is None  # What is written of it is shortened.
    assert validate_value("DS", float("nan")) is not None
    assert validate_value("IS", IS("01")) is None
    assert validate_value("IS", 2**31) is not None
    assert validate_value("IS", 1.5) is not None
    assert validate_value("PN", PersonName("A^B")) is None
    assert validate_value("PN", PersonName("a" * 65)) is not None


def test_streams_and_numpys_scalars_are_allowed_where_they_fit() -> None:
    numpy = pytest.importorskip("numpy")
    assert validate_value("OB", io.BytesIO(b"")) is None
    assert validate_value("US", numpy.uint16(3)) is None
    assert validate_value("FL", numpy.float32(3)) is None
    assert validate_value("US", numpy.float32(3)) is not None
    assert validate_value("US", numpy.array([1])) is not None


def test_vrs_without_rules_allow_everything() -> None:
    for vr in ("SQ", "UN", "US or SS", "OB or OW", "AT"):
        assert validate_value(vr, object()) is None
