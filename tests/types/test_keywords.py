"""What the stub of the keywords says is what happens when they are read and assigned."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO
from typing import Any

import numpy as np
import pytest

import dicom
from dicom.dictionary import dictionary_VM, dictionary_VR, keywords
from dicom.tag import BaseTag
from dicom.testing.encoder import NUMBER_CODES, Element, Item, Items, encode_file, padded
from dicom.uid import UID
from dicom.values import MultiValue, PersonName
from tests.types.stub import KEYWORDS, attribute_types, conforms, declared
from tools.generate_keyword_types import TABLE, stub, type_name

TYPES = sorted(attribute_types())
MULTIPLICITIES = ("_1n", "_n")

# The VRs that are met in a file where PS3.6 leaves a choice.
CHOICES = {
    "OB_or_OW": ("OB", "OW"),
    "US_or_SS": ("US", "SS"),
    "US_or_OW": ("US", "OW"),
    "US_or_SS_or_OW": ("US", "SS", "OW"),
}
TEXT = {
    "AE": "STATION", "AS": "042Y", "CS": "CODE", "DA": "20260131", "DS": "1.5", "DT": "20260131123000", "IS": "3",
    "LO": "text", "LT": "text", "PN": "Family^Given", "SH": "text", "ST": "text", "TM": "123000", "UC": "text",
    "UI": "1.2.3", "UR": "https://example.org", "UT": "text",
}  # fmt: skip
NUMBERS: list[Any] = [3, np.uint16(3)]
FLOATS: list[Any] = [3, 1.5, np.float32(1.5)]
BYTES: list[Any] = [b"\0\1", bytearray(2), memoryview(b"\0\1"), BytesIO(b"\0\1")]
OBJECTS: dict[str, list[Any]] = {
    "AT": [0x00280010, (0x0028, 0x0010), "Rows", BaseTag(0x00280010)],
    "DA": [dt.date(2026, 1, 31)],
    "DS": [1, 1.5, Decimal("1.5"), np.float32(1.5)],
    "DT": [dt.datetime(2026, 1, 31, 12, 30)],
    "FD": FLOATS,
    "FL": FLOATS,
    "IS": NUMBERS,
    "PN": [PersonName("Family^Given")],
    "SQ": [[dicom.Dataset()], (dicom.Dataset(),), dicom.Sequence()],
    "TM": [dt.time(12, 30)],
    "UI": [UID("1.2.3")],
    **dict.fromkeys(("SL", "SS", "SV", "UL", "US", "UV"), NUMBERS),
    **dict.fromkeys(("OB", "OD", "OF", "OL", "OV", "OW"), BYTES),
    "UN": BYTES[:-1],
}
TABLES = ("US_or_OW_1n", "US_or_SS_or_OW_1n")
# They are given back as they were assigned: a date stays a date, a stream is read when it is written.
KEPT = (dt.date, dt.time, BytesIO)


def parts(name: str) -> tuple[str, str]:
    """The VR and the multiplicity in the name of a type."""
    for multiplicity in MULTIPLICITIES:
        if name.endswith(multiplicity):
            return name.removesuffix(multiplicity), multiplicity
    return name, ""


def keywords_of(name: str) -> list[str]:
    return [keyword for keyword, kind in declared().items() if kind == name]


def test_the_stub_is_what_the_tool_writes() -> None:
    assert KEYWORDS.read_text(encoding="utf-8") == stub(TABLE.read_text(encoding="utf-8"))


def test_each_keyword_has_its_type_and_nothing_else_has() -> None:
    expected = {
        keyword: type_name(dictionary_VR(keyword), dictionary_VM(keyword))
        for keyword in keywords()
        if dictionary_VR(keyword) != "NONE"  # items and their delimiters
    }
    assert declared() == expected


def test_each_type_is_used() -> None:
    assert set(TYPES) == set(declared().values())


@pytest.mark.parametrize(
    ("vm", "name"),
    [("1", "US"), ("3", "US_n"), ("2-2n", "US_n"), ("2-4", "US_n"), ("1-2", "US_1n"), ("1-n", "US_1n")],
)
def test_the_multiplicity_says_whether_a_list_is_given(vm: str, name: str) -> None:
    assert type_name("US", vm) == name


@pytest.mark.parametrize("vr", ["LT", "ST", "UT", "UR", "SQ"])
def test_a_vr_that_has_one_value_has_one_whatever_the_table_says(vr: str) -> None:
    assert type_name(vr, "1-n") == vr


def encoded(vr: str, count: int) -> bytes | tuple[int, ...] | Items:
    """A value of some VR, as an encoder of elements takes it."""
    if vr == "SQ":
        return Items((Item((Element(0x00100020, "LO", b"ID"),)),) * count)
    if vr == "AT":
        return (0x00280010,) * count
    if vr in TEXT:
        return padded("\\".join([TEXT[vr]] * count).encode("ascii"), b"\0" if vr == "UI" else b" ")
    return (1,) * count if vr in NUMBER_CODES else b""


@pytest.mark.parametrize("name", TYPES)
def test_what_is_read_is_what_the_stub_says(name: str) -> None:
    vr, multiplicity = parts(name)
    counts = {"": [1], "_n": [2, 3], "_1n": [1, 3]}[multiplicity]
    given, _ = attribute_types()[name]
    keyword = next(keyword for keyword in keywords_of(name) if dicom.Tag(keyword).group > 2)
    for stored_vr in CHOICES.get(vr, (vr,)):
        for count in counts:
            # Bytes are always one value.
            element = Element(dicom.Tag(keyword), stored_vr, encoded(stored_vr, 2 if stored_vr[0] == "O" else count))
            value = getattr(dicom.read(encode_file([element])), keyword)
            assert value or vr == "UN"
            assert conforms(value, given), (keyword, stored_vr, count, type(value))


def assignments(name: str) -> list[Any]:
    """What is assigned to attributes of a type in the tests: each kind of object that the stub lets pass."""
    vr, multiplicity = parts(name)
    single: list[Any] = []
    several: list[Any] = []
    for stored_vr in CHOICES.get(vr, (vr,)):
        objects = [*([TEXT[stored_vr]] if stored_vr in TEXT else []), *OBJECTS.get(stored_vr, [])]
        if name in TABLES:
            objects = [one for one in objects if not isinstance(one, BytesIO)]
        single += objects
        if stored_vr[0] == "O" or stored_vr == "UN":
            several += objects  # bytes hold as many as they like
            continue
        several += [[one, one] for one in objects] + [(one, one, one) for one in objects]
        if stored_vr in TEXT:
            several.append("\\".join([TEXT[stored_vr]] * 2))
        if stored_vr in NUMBER_CODES or stored_vr in ("DS", "IS"):
            several.append(np.array([1, 2, 3]))
    return {"": single, "_n": several, "_1n": single + several}[multiplicity]


@pytest.mark.parametrize("name", TYPES)
def test_what_the_stub_takes_can_be_assigned_and_is_given_back_as_it_says(name: str) -> None:
    given, taken = attribute_types()[name]
    for value in assignments(name):
        items = value if isinstance(value, (list, tuple)) else [value]
        for keyword in keywords_of(name):
            ds = dicom.Dataset()
            setattr(ds, keyword, value)
            back = getattr(ds, keyword)
            assert name == "SQ" or conforms(value, taken), (keyword, type(value))
            assert any(isinstance(item, KEPT) for item in items) or conforms(back, given), (
                keyword,
                type(value),
                type(back),
            )
            assert isinstance(back, MultiValue) <= (name[-1] == "n"), keyword


@pytest.mark.parametrize("name", TYPES)
def test_what_the_stub_takes_can_be_written_and_is_read_as_it_says(name: str) -> None:
    given, _ = attribute_types()[name]
    keyword = next(keyword for keyword in keywords_of(name) if dicom.Tag(keyword).group > 8)
    for value in assignments(name):
        if name in TABLES and not isinstance(value, bytes):
            continue  # numbers can be written where LUT Descriptor makes the VR US
        if isinstance(value, BytesIO):
            value.seek(0)
        ds = dicom.Dataset()
        setattr(ds, keyword, value)
        written = BytesIO()
        dicom.write(ds, written, implicit_vr=False, little_endian=True)
        back = getattr(dicom.read(written.getvalue(), force=True), keyword)
        assert conforms(back, given), (keyword, type(value), type(back))


@pytest.mark.parametrize("name", TYPES)
def test_none_empties_an_element_of_any_type(name: str) -> None:
    ds = dicom.Dataset()
    for keyword in keywords_of(name):
        setattr(ds, keyword, None)
        assert ds[keyword].is_empty


def test_the_stub_costs_nothing_at_run_time() -> None:
    names = {name for kind in dicom.Dataset.__mro__ for name in vars(kind)}
    assert names.isdisjoint(declared())
    assert "Keywords" not in {kind.__name__ for kind in dicom.Dataset.__mro__}
