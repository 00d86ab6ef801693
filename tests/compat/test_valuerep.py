"""``pydicom.valuerep``: what a validator says of a value is what pydicom's says, but for the differences in a table."""

from __future__ import annotations

import datetime as dt
import warnings
from typing import Any

import pydicom.valuerep
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dicom import settings
from dicom.compat import valuerep
from dicom.values.validate import validate_value as judge
from tests.compat.oracle import outcome

SETS = [name for name, value in vars(pydicom.valuerep).items() if isinstance(value, set) and name.isupper()]
REGEX_VRS = list(pydicom.valuerep.VR_REGEXES)
TEXT_VRS = sorted({*REGEX_VRS, "LO", "LT", "PN", "SH", "ST"})

# What is judged another way here, and why.
DIFFERENCES = {
    "AE": "no backslash and not spaces alone (PS3.5 Table 6.2-1)",
    "DA": "a value may be padded with a space (PS3.5 6.2)",
    "DT": "padding, and offsets between -1200 and +1400 only (PS3.5 Table 6.2-1)",
    "TM": "padding",
    "UI": "padding with a NUL (PS3.5 9.1)",
    "UR": "spaces alone are an empty value",
}


def is_excused(vr: str, text: str, theirs: bool) -> bool:
    """Whether a difference is one of the table; `theirs` is what pydicom says."""
    if vr == "AE":
        return theirs and ("\\" in text or not text.strip(" "))
    if vr in ("DA", "TM"):
        return not theirs and text.endswith(" ")
    if vr == "DT":
        return (not theirs and text.endswith(" ")) or (theirs and ("+" in text or "-" in text))
    if vr == "UI":
        return not theirs and text.endswith("\0")
    return vr == "UR" and not theirs and not text.strip(" ")


@pytest.fixture
def warnings_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """What pydicom's switches begin with; ours are strict about what is written until they are taken."""
    monkeypatch.setattr(settings, "current", settings.current.replace(writing_validation=1))


@pytest.mark.parametrize("name", SETS)
def test_a_set_is_the_one_of_pydicom(name: str) -> None:
    ours = getattr(valuerep, name)
    assert {str(item) for item in ours} == {str(item) for item in getattr(pydicom.valuerep, name)}
    assert isinstance(ours, set)


def test_lengths_and_vrs_are_those_of_pydicom() -> None:
    assert valuerep.MAX_VALUE_LEN == pydicom.valuerep.MAX_VALUE_LEN
    assert valuerep.VALUE_LENGTH == pydicom.valuerep.VALUE_LENGTH
    assert valuerep.VALIDATORS.keys() == pydicom.valuerep.VALIDATORS.keys()
    assert valuerep.VR_REGEXES.keys() == pydicom.valuerep.VR_REGEXES.keys()
    assert {vr.name: str(vr) for vr in valuerep.VR} == {vr.name: vr.value for vr in pydicom.valuerep.VR}


FORMS = st.one_of(
    st.text(alphabet="0123456789.+-eE \\\0", max_size=20),
    st.text(alphabet="ADMWY0123_ az\n", max_size=18),
    st.text(max_size=70),
    st.from_regex(valuerep.VR_REGEXES["DT"]),
    st.from_regex(valuerep.VR_REGEXES["TM"]),
    st.from_regex(valuerep.VR_REGEXES["DA"]),
    st.from_regex(valuerep.VR_REGEXES["DS"]),
    st.from_regex(valuerep.VR_REGEXES["UI"]),
)


@pytest.mark.parametrize("vr", TEXT_VRS)
@given(text=FORMS)
@example("")
@example("  ")
@example("1\n")
@example("20240230")
@example("2024-2025")
@example("235960.123456")
def test_a_text_is_judged_as_by_pydicom(vr: str, text: str) -> None:
    ours, theirs = valuerep.VALIDATORS[vr](vr, text)[0], pydicom.valuerep.VALIDATORS[vr](vr, text)[0]
    assert ours == theirs or is_excused(vr, text, theirs)
    if text.isascii():
        raw = text.encode()
        assert valuerep.VALIDATORS[vr](vr, raw)[0] == ours


@pytest.mark.parametrize("vr", REGEX_VRS)
@given(text=FORMS)
@example("")
def test_an_expression_says_what_the_library_says(vr: str, text: str) -> None:
    by_expression = valuerep.validate_length_and_type_and_regex(vr, text)[0]
    by_library = judge(vr, text) is None
    if by_expression != by_library:
        # A number of IS that takes more than 32 bits is of the right form; empty numbers are what files have.
        assert (vr == "IS" and by_expression and abs(int(text)) >= 2**31 - 1) or (
            vr in ("DS", "IS", "DA", "TM", "DT") and not text.strip(" ")
        )


VALUES = [None, "", b"", 3, 1.5, [1], b"abcd", -1, 2**70, True, "1", bytearray(b"ab"), object()]


@pytest.mark.parametrize("vr", list(pydicom.valuerep.VALIDATORS))
def test_any_type_of_value_is_judged_as_by_pydicom(vr: str) -> None:
    for value in VALUES:
        theirs = outcome(pydicom.valuerep.VALIDATORS[vr], vr, value)[0]
        ours = valuerep.VALIDATORS[vr](vr, value)
        if theirs == ("error", "TypeError"):
            # An absent value breaks no rule, and is no reason for an error.
            assert value is None
            assert ours == (True, "")
        else:
            assert ours[0] == theirs[0]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("validate_type", ("AE", 3, str)),
        ("validate_type", ("AE", "A", (str, bytes))),
        ("validate_vr_length", ("AE", "a" * 17)),
        ("validate_vr_length", ("PN", "a" * 170)),
        ("validate_type_and_length", ("LO", "a" * 65)),
        ("validate_type_and_length", ("LO", 3)),
        ("validate_regex", ("CS", "abc")),
        ("validate_regex", ("CS", b"ABC")),
        ("validate_regex", ("LO", "abc")),
        ("validate_type_and_regex", ("AS", 3)),
        ("validate_length_and_type_and_regex", ("CS", "A" * 17)),
        ("validate_pn_component_length", ("PN", "a" * 65)),
        ("validate_pn_component", ("a" * 65,)),
        ("validate_pn_component", ("a" * 64,)),
        ("validate_pn", ("PN", "a=b=c=d")),
        ("validate_pn", ("PN", b"a" * 65)),
        ("validate_pn", ("PN", "a" * 64 + "=b")),
        ("validate_number", ("US", 65536, 0, 65535)),
        ("validate_number", ("US", 65535, 0, 65535)),
        ("validate_number", ("US", 1.5, 0, 65535)),
        ("validate_number", ("US", b"abc", 0, 65535)),
        ("validate_date_time", ("DA", dt.date(2024, 1, 2), dt.date)),
        ("validate_date_time", ("DA", "2024", dt.date)),
    ],
)
@pytest.mark.usefixtures("warnings_only")
def test_a_function_says_what_it_says_in_pydicom(name: str, arguments: tuple[Any, ...]) -> None:
    def is_right(result: Any) -> Any:
        return result[0] if isinstance(result, tuple) else result

    ours = outcome(lambda: is_right(getattr(valuerep, name)(*arguments)))
    assert ours == outcome(lambda: is_right(getattr(pydicom.valuerep, name)(*arguments)))


@pytest.mark.parametrize("mode", [0, 1, 2])
@pytest.mark.parametrize(("vr", "value"), [("CS", "abc"), ("CS", "ABC"), ("XX", "abc"), ("US", -1), ("PN", "a" * 65)])
def test_a_mode_does_what_it_does_in_pydicom(vr: str, value: Any, mode: int) -> None:
    ours = outcome(valuerep.validate_value, vr, value, mode)
    assert ours == outcome(pydicom.valuerep.validate_value, vr, value, mode)


def test_a_validator_of_the_callers_own_is_asked_instead() -> None:
    with pytest.raises(ValueError, match="not so"):
        valuerep.validate_value("CS", "ABC", 2, lambda vr, value: (False, "not so"))


@given(text=st.text(alphabet="abcxyz", min_size=5, max_size=80), vr=st.sampled_from(TEXT_VRS))
def test_no_message_shows_the_value(text: str, vr: str) -> None:
    is_valid, message = valuerep.VALIDATORS[vr](vr, text)
    assert is_valid == (message == "")
    assert text not in message


def test_decimal_strings_are_made_of_the_class_that_the_switch_names(monkeypatch: pytest.MonkeyPatch) -> None:
    assert valuerep.DSclass is valuerep.DSfloat
    assert isinstance(valuerep.DS("1.5"), valuerep.DSfloat)
    monkeypatch.setattr(settings, "current", settings.current.replace(use_DS_decimal=True))
    assert valuerep.DSclass is valuerep.DSdecimal
    assert isinstance(valuerep.DS("1.5"), valuerep.DSdecimal)
    assert valuerep.DS("") == ""


@pytest.mark.parametrize("mode", [0, 1, 2])
@pytest.mark.parametrize("value", ["1" * 17, 1 / 3, "abc", "  ", "", None, "1 ", float("inf"), "nan", 2])
def test_a_decimal_string_is_judged_when_it_is_made_as_in_pydicom(
    value: Any, mode: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = outcome(pydicom.valuerep.DS, value, validation_mode=mode)
    assert outcome(valuerep.DS, value, validation_mode=mode) == theirs
    monkeypatch.setattr(settings, "current", settings.current.replace(reading_validation=mode))
    assert outcome(valuerep.DS, value) == theirs


@given(value=st.one_of(st.floats(), st.decimals(allow_nan=False), st.text(max_size=3)))
def test_a_number_is_formatted_as_by_pydicom_or_nearer(value: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours, theirs = (outcome(library.format_number_as_ds, value)[0] for library in (valuerep, pydicom.valuerep))
    if ours == theirs:
        return
    assert ours[0] == theirs[0] == "str"
    error, their_error = (abs(float(text) - float(value)) for text in (ours[1], theirs[1]))
    assert error <= their_error


@given(text=st.text(alphabet="0123456789.+-eE ", max_size=18))
def test_a_decimal_string_is_valid_when_pydicom_says_so(text: str) -> None:
    assert valuerep.is_valid_ds(text) == pydicom.valuerep.is_valid_ds(text)
