"""DS and IS: numbers that keep their text, as pydicom's do."""

from __future__ import annotations

import copy
import math
import pickle
import warnings
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dicom.errors import DicomError, ValueRepresentationError
from dicom.values import DS, IS, DSdecimal, DSfloat, ISfloat, format_number_as_ds, is_valid_ds

valuerep = pytest.importorskip("pydicom.valuerep")

NUMBER_TEXT = st.one_of(
    st.from_regex(r"\A ?[+-]?[0-9]{1,9}(\.[0-9]{0,6})?([eE][+-]?[0-9]{1,2})? {0,2}\Z"),
    st.text(alphabet="0123456789+-.eE _x", max_size=8),
)


def _facts(make: Any, *args: Any) -> tuple[Any, ...]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            value = make(*args)
        except (ValueError, TypeError, ArithmeticError):
            return ("refused",)
    return type(value).__name__, str(value), repr(value), value == value and hash(value)


@given(NUMBER_TEXT)
@example("1.50 ")
@example("")
@example("  ")
@example("nan")
@example("1_000")
def test_text_makes_the_same_ds_as_in_pydicom(text: str) -> None:
    assert _facts(DS, text) == _facts(valuerep.DS, text)


@given(st.one_of(st.floats(allow_nan=False), st.integers(-(10**9), 10**9), st.booleans()))
def test_numbers_make_the_same_ds_as_in_pydicom(number: float) -> None:
    assert _facts(DS, number) == _facts(valuerep.DS, number)
    assert _facts(DS, number, True) == _facts(valuerep.DS, number, True)


@given(NUMBER_TEXT)
@example(" 01 ")
@example("1.0")
@example("1.5")
@example("1e3")
@example("2147483648")
def test_text_makes_the_same_is_as_in_pydicom(text: str) -> None:
    assert _facts(IS, text) == _facts(valuerep.IS, text)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300))
@example(1 / 3)
@example(-1 / 3)
@example(-91444463940257.72)
@example(99999999999999.99)
@example(-0.00012345678901234567)
def test_numbers_are_formatted_as_in_pydicom(number: float) -> None:
    text = format_number_as_ds(number)
    assert text == valuerep.format_number_as_ds(number)
    assert is_valid_ds(text)
    assert math.isclose(float(text), number, rel_tol=1e-8, abs_tol=1e-300)


@pytest.mark.parametrize(
    "text", ["-1024", "1.50", "+1.50", "1e5", " 1.5 ", "1.00000000000000000001", "0.333333333333333333"]
)
def test_numbers_that_were_read_keep_their_text_where_it_is_short_enough(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        number = valuerep.DSfloat(text)
    assert format_number_as_ds(DSfloat(text)) == valuerep.format_number_as_ds(number)


@given(st.text(alphabet="0123456789+-.eE \t", max_size=18))
def test_what_is_a_valid_ds_is_what_pydicom_says(text: str) -> None:
    # pydicom lets tabs and line ends pass where there is nothing else; PS3.5 has no control characters in DS.
    if "\t" in text:
        assert not is_valid_ds(text)
    else:
        assert is_valid_ds(text) == valuerep.is_valid_ds(text)


def test_is_valid_ds_wants_a_str() -> None:
    assert not is_valid_ds(1.5)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, Decimal("NaN")])
def test_what_is_not_finite_has_no_ds(number: Any) -> None:
    with pytest.raises(ValueRepresentationError):
        format_number_as_ds(number)


def test_only_floats_and_decimals_are_formatted() -> None:
    assert format_number_as_ds(Decimal(1) / 3) == "0.33333333333333"
    with pytest.raises(TypeError):
        format_number_as_ds("1")  # type: ignore[arg-type]


def test_ds_keeps_its_text() -> None:
    value = DSfloat(" 1.50 ")
    assert (value, str(value), repr(value), f"{value}", f"{value:.1f}") == (1.5, "1.50", "'1.50'", "1.50", "1.5")
    assert value.original_string == "1.50"
    assert value.auto_format is False


def test_ds_of_a_number_has_no_text() -> None:
    assert not hasattr(DSfloat(1.5), "original_string")
    assert str(DSfloat(1.5)) == "1.5"


def test_ds_equals_its_text_and_its_number() -> None:
    value = DSfloat("1.50")
    assert value == "1.50"
    assert value != "1.5"
    assert value == 1.5 == DSdecimal("1.5")
    assert value == DSfloat("1.5")
    assert hash(value) == hash(1.5)


def test_ds_made_by_float_new_alone_works() -> None:
    # The core makes values this way, without the constructor.
    value = float.__new__(DSfloat, 2.5)
    assert (str(value), value.auto_format) == ("2.5", False)
    value.original_string = "2.50"
    assert str(value) == "2.50"


def test_ds_is_shortened_on_request() -> None:
    value = DSfloat("0.33333333333333333", auto_format=True)
    assert str(value) == "0.33333333333333"
    assert value.auto_format
    assert DSfloat(DSfloat(1 / 3, auto_format=True)).original_string == "0.33333333333333"


@pytest.mark.parametrize("make", [DSfloat, DSdecimal, IS, ISfloat])
def test_text_that_is_no_number_is_refused_without_showing_it(make: Any) -> None:
    with pytest.raises(ValueRepresentationError) as caught:
        make("Smith^John")
    assert "Smith" not in str(caught.value)
    assert isinstance(caught.value, DicomError)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("make", [DS, DSfloat, DSdecimal, IS])
@pytest.mark.parametrize("nothing", ["", "  ", None])
def test_what_is_empty_stays_as_it_is(make: Any, nothing: Any) -> None:
    assert make(nothing) is nothing


@pytest.mark.parametrize(
    "value", [DSfloat("1.50"), DSfloat(1.5), DSfloat(1 / 3, True), DSdecimal("1.50"), IS("01"), IS(5), ISfloat("1.50")]
)
def test_numbers_survive_copy_and_pickle(value: Any) -> None:
    for other in (copy.copy(value), copy.deepcopy(value), *(pickle.loads(pickle.dumps(value, n)) for n in range(6))):
        assert type(other) is type(value)
        assert (other, str(other)) == (value, str(value))
        assert getattr(other, "original_string", None) == getattr(value, "original_string", None)
        assert getattr(other, "auto_format", None) == getattr(value, "auto_format", None)


def test_decimal_keeps_its_text_and_is_exact() -> None:
    value = DSdecimal(" 1.10 ")
    assert (value, str(value), repr(value)) == (Decimal("1.10"), "1.10", "'1.10'")
    assert value == "1.10"
    assert hash(value) == hash(Decimal("1.1"))
    assert DSdecimal(value).original_string == "1.10"
    assert repr(DSdecimal(Decimal(1) / 3, auto_format=True)) == "'0.33333333333333'"
    with pytest.raises(TypeError):
        DSdecimal(1.5)


def test_is_keeps_text_that_says_more_than_the_number() -> None:
    assert (str(IS(" 01 ")), repr(IS(" 01 ")), IS("01").original_string) == ("01", "'1'", "01")
    assert IS("01") == "01"
    assert IS("01") != "1"
    assert IS("1").original_string == "1"
    assert "original_string" not in IS("1").__dict__
    assert IS(IS("01")).original_string == "01"


def test_is_made_by_int_new_alone_works() -> None:
    value = int.__new__(IS, 7)
    assert (str(value), value.original_string, value == "7") == ("7", "7", True)
    with pytest.raises(AttributeError):
        value.no_such_name  # noqa: B018


def test_is_with_a_fraction_is_a_float() -> None:
    value = IS("1.50")
    assert type(value) is ISfloat
    assert (value, value.original_string) == (1.5, "1.50")
    assert type(IS(Decimal("1.5"))) is ISfloat


def test_is_with_more_digits_than_a_float_has_stays_exact() -> None:
    # pydicom compares with the float, and gives a float.
    assert IS("99999999999999999999") == 99999999999999999999


def test_strict_is_refuses_fractions_and_more_than_32_bits() -> None:
    for make in (IS, valuerep.IS):
        with pytest.raises(TypeError):
            make(1.5, validation_mode=2)
        with pytest.raises(ValueError, match=r"IS|Integer"):
            make("1.5", validation_mode=2)
        with pytest.raises(OverflowError):
            make(2**31, validation_mode=2)


def test_strict_ds_refuses_what_is_too_long_and_what_is_not_finite() -> None:
    for make in (DS, valuerep.DS):
        with pytest.raises(ValueError, match="DS"):
            make("1" * 17, validation_mode=2)
        with pytest.raises(OverflowError):
            make(1 / 3, validation_mode=2)
        with pytest.raises(ValueError, match="DS"):
            make("nan", validation_mode=2)
        assert str(make(1 / 3, True, 2)) == "0.33333333333333"


def test_digits_without_end_are_refused() -> None:
    with pytest.raises(ValueRepresentationError):
        IS("9" * 5000)
