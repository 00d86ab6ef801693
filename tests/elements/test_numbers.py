"""`element.to_numpy()`: the numbers of a value as an array, from the bytes that were read or from what was set."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dicom
from dicom.errors import ValueRepresentationError, ValueTypeError
from dicom.testing.encoder import EXPLICIT_BIG, EXPLICIT_LITTLE, Element, encode_file

TAGS = {"DS": 0x00200032, "IS": 0x00200013, "US": 0x00280010, "FD": 0x00189073, "FL": 0x00720072, "SV": 0x00720082}


def element(vr: str, value: Any, syntax: str = EXPLICIT_LITTLE, tag: int = 0x00091001) -> Any:
    return dicom.read(encode_file((Element(tag, vr, value),), syntax))[tag]


@pytest.mark.parametrize("syntax", [EXPLICIT_LITTLE, EXPLICIT_BIG])
@pytest.mark.parametrize(
    ("vr", "numbers", "kind"),
    [
        ("US", (1, 65535), "uint16"),
        ("SS", (-1, 7), "int16"),
        ("UL", (4294967295,), "uint32"),
        ("SL", (-5, 5, 0), "int32"),
        ("UV", (2**64 - 1,), "uint64"),
        ("SV", (-(2**63), 1), "int64"),
        ("FL", (1.5, -2.25), "float32"),
        ("FD", (0.1, 1e300), "float64"),
    ],
)
def test_binary_numbers(syntax: str, vr: str, numbers: tuple[float, ...], kind: str) -> None:
    array = element(vr, numbers, syntax).to_numpy()
    assert (array.dtype, array.tolist()) == (np.dtype(kind), list(numbers))
    assert array.flags.writeable


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (b"1.5", [1.5]),
        (b"-158.135803\\-179.035797\\-75.699997", [-158.135803, -179.035797, -75.699997]),
        (b"1e3\\ +2 \\.5\\7.", [1000, 2, 0.5, 7]),
        (b"", []),
        (b"  ", []),
    ],
)
def test_decimal_strings(text: bytes, numbers: list[float]) -> None:
    array = element("DS", text + b" " * (len(text) % 2)).to_numpy()
    assert (array.dtype, array.tolist()) == (np.dtype("float64"), numbers)


def test_a_decimal_that_is_missing_is_no_number() -> None:
    array = element("DS", b"1\\\\3 ").to_numpy()
    assert np.isnan(array).tolist() == [False, True, False]


def test_integer_strings() -> None:
    array = element("IS", b"2147483647\\-7 ").to_numpy()
    assert (array.dtype, array.tolist()) == (np.dtype("int64"), [2147483647, -7])


@pytest.mark.parametrize(("vr", "text"), [("DS", b"1\\abc "), ("IS", b"1.5 "), ("IS", b"1\\\\2")])
def test_what_is_no_number_raises_without_showing_it(vr: str, text: bytes) -> None:
    with pytest.raises(ValueRepresentationError) as error:
        element(vr, text).to_numpy()
    assert "abc" not in str(error.value)


def test_a_vr_without_numbers_is_refused() -> None:
    with pytest.raises(ValueTypeError, match="LO"):
        element("LO", b"text").to_numpy()


def test_what_was_set_counts() -> None:
    found = element("DS", b"1\\2 ")
    found.value = [3, 4.5]
    assert found.to_numpy().tolist() == [3, 4.5]
    found = element("DS", b"1\\2 ")
    found.value[1] = 9
    assert found.to_numpy().tolist() == [1, 9]
    dataset = dicom.Dataset()
    dataset.Rows = 5
    assert dataset["Rows"].to_numpy().tolist() == [5]
    dataset.ImagePositionPatient = None
    assert dataset["ImagePositionPatient"].to_numpy().tolist() == []


@given(st.lists(st.decimals(-(10**9), 10**9, places=4), min_size=1, max_size=20))
def test_numbers_are_those_of_the_values(numbers: list[Any]) -> None:
    text = "\\".join(str(number)[:16] for number in numbers).encode()
    found = element("DS", text + b" " * (len(text) % 2))
    values = found.value if isinstance(found.value, list) else [found.value]
    assert found.to_numpy().tolist() == [float(value) for value in values]
