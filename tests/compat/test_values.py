"""``pydicom.values``: each converter gives what pydicom's gives."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pydicom.uid
import pydicom.values
import pytest

from dicom import settings
from dicom.compat import values
from tests.compat.oracle import outcome, plain

CASES: list[tuple[str, tuple[Any, ...]]] = [
    *[("convert_AE_string", (raw, True)) for raw in (b" A \\B ", b"", b"A")],
    *[
        ("convert_ATvalue", (raw, True))
        for raw in (b"\x10\0\x10\0", b"\x10\0\x10\0\x08\0\x05\0", b"\x10\0\x10\0\1", b"", b"\1")
    ],
    *[("convert_DA_string", (raw, True)) for raw in (b"20240101", b"20240101 \\20240102", b"", b"x")],
    *[("convert_DS_string", (raw, True)) for raw in (b"1.5 ", b"1\\2\0", b"", b"a", b" ", b"1\\", b"1\\\\2")],
    *[("convert_IS_string", (raw, True)) for raw in (b"1 ", b"1\\2\0", b"", b"1\\")],
    *[("convert_TM_string", (raw, True)) for raw in (b"1201 ", b"12\\13")],
    *[("convert_DT_string", (raw, True)) for raw in (b"2024 ", b"2024\\2025")],
    *[("convert_UI", (raw, True)) for raw in (b"1.2\0", b"1.2\\1.3\0", b"")],
    *[("convert_UR_string", (raw, True)) for raw in (b"a b ", b" a\\b ")],
    *[("convert_string", (raw, True)) for raw in (b" a\\b \0", b"")],
    *[(f"convert_{vr}", (b"ab", True)) for vr in ("OBvalue", "OWvalue", "OVvalue", "UN")],
    *[
        ("convert_numbers", (raw, order, code))
        for raw, code in ((b"\1\0", "H"), (b"\1\0\2\0", "H"), (b"", "H"), (b"\1\0\0\0", "l"), (b"\0\0\x80\x3f", "f"))
        for order in (True, False)
    ],
    ("convert_PN", (b"a^b",)),
    ("convert_PN", (b"a^b\\c ",)),
    ("convert_PN", (b"",)),
    ("convert_PN", ("ä".encode(), ["utf8"])),
    ("convert_single_string", (b" a\\b ",)),
    ("convert_single_string", ("ä".encode(), ["utf8"], "LT")),
    ("convert_single_string", (b"x" * 1025, None, "ST")),
    ("convert_text", (b" a\\b ",)),
    ("convert_text", ("ä \0".encode(), ["utf8"], "LO")),
    ("convert_text", (b"x" * 65, None, "LO")),
    ("convert_text", (b"",)),
    ("convert_tag", (b"\x10\0\x20\0", True)),
    ("convert_tag", (b"\x10\0\x20\0", False)),
    ("convert_tag", (b"\0\0\x10\0\x20\0", True, 2)),
    ("convert_tag", (b"\x10\0\x20", True)),
    ("multi_string", ("a\\b",)),
    ("multi_string", ("1\\2", int)),
    ("multi_string", ("a \0",)),
    ("multi_string", ("",)),
    ("multi_string", ("a\\\\",)),
]


@pytest.mark.parametrize(("name", "arguments"), CASES)
def test_a_converter_gives_what_it_gives_in_pydicom(name: str, arguments: tuple[Any, ...]) -> None:
    ours, theirs = (outcome(getattr(library, name), *arguments) for library in (values, pydicom.values))
    assert ours == theirs


def test_the_tables_are_those_of_pydicom() -> None:
    assert values.converters.keys() == {str(vr) for vr in pydicom.values.converters}
    assert values.convert_retry_VR_order == [str(vr) for vr in pydicom.values.convert_retry_VR_order]
    assert values.TEXT_VR_DELIMS == pydicom.values.TEXT_VR_DELIMS
    assert values.have_numpy
    for vr, theirs in pydicom.values.converters.items():
        ours = values.converters[str(vr)]
        name = theirs[0].__name__ if isinstance(theirs, tuple) else theirs.__name__
        assert (ours[0] if isinstance(ours, tuple) else ours).__name__ == name


def test_bytes_that_make_no_whole_number_are_an_error() -> None:
    with pytest.raises(ValueError, match="don't divide"):
        values.convert_numbers(b"\1", True, "H")


def test_a_number_string_that_is_no_number_is_an_error() -> None:
    for convert in (values.convert_DS_string, values.convert_IS_string):
        with pytest.raises(ValueError, match="no"):
            convert(b"a", True)


def test_a_fraction_in_an_integer_string_is_kept() -> None:
    assert values.convert_IS_string(b"1.5", True) == 1.5
    assert values.convert_IS_string(b"1.0", True) == 1


def test_dates_and_times_are_made_by_a_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "current", settings.current.replace(datetime_conversion=True))
    assert values.convert_DA_string(b"20240102", True).year == 2024
    assert [time.hour for time in values.convert_TM_string(b"12\\13 ", True)] == [12, 13]
    assert values.convert_DT_string(b"202401021530", True).minute == 30
    assert values.convert_DA_string(b"20240102-20240103", True) == "20240102-20240103"


def test_number_strings_are_decimals_or_arrays_by_a_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "current", settings.current.replace(use_DS_decimal=True))
    assert type(values.convert_DS_string(b"1.5", True)).__name__ == "DSdecimal"
    monkeypatch.setattr(settings, "current", settings.current.replace(use_DS_numpy=True, use_IS_numpy=True))
    numbers = values.convert_DS_string(b"1.5\\2 ", True)
    assert (numbers.dtype, numbers.tolist()) == ("float64", [1.5, 2.0])
    assert values.convert_DS_string(b"1.5", True).dtype == "float64"
    assert values.convert_IS_string(b"1\\2", True).dtype == "int64"
    with pytest.raises(ValueError, match="no number"):
        values.convert_IS_string(b"a", True)


def raw_element(raw: bytes, little_endian: bool = True) -> Any:
    return SimpleNamespace(
        tag=0x00091001, value=raw, value_tell=0, is_implicit_VR=False, is_little_endian=little_endian, length=len(raw)
    )


@pytest.mark.parametrize(
    ("vr", "raw"),
    [
        ("US", b"\1\0"),
        ("US", b"\1\0\2\0"),
        ("US", b"\1"),
        ("LO", b"\xe4"),
        ("XX", b"a"),
        ("DS", b"a"),
        ("OB", b"\1\2"),
        ("PN", b"a^b"),
        ("US or SS", b"\1\0"),
        ("FL", b""),
        ("LO", b""),
        ("DS", b""),
        ("UN", b"a"),
        ("AT", b"\x10\0\x10\0"),
        ("UI", b"1.2\0"),
        ("LT", b"a\\b"),
    ],
)
@pytest.mark.parametrize("little_endian", [True, False])
def test_a_raw_element_is_converted_as_in_pydicom(vr: str, raw: bytes, little_endian: bool) -> None:
    element = raw_element(raw, little_endian)
    ours = outcome(values.convert_value, vr, element, ["latin_1"])
    theirs = outcome(pydicom.values.convert_value, vr, element, ["latin_1"])
    if theirs[0] == ("error", "Exception") or theirs[0] == ("error", "ValueError"):
        assert ours[0] == ("error", "ValueError")
    else:
        assert ours == theirs


def test_an_empty_text_is_none_by_a_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "current", settings.current.replace(use_none_as_empty_text_VR_value=True))
    assert values.convert_value("LO", raw_element(b"")) is None


def test_a_number_string_that_is_none_raises_by_a_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "current", settings.current.replace(reading_validation=2))
    with pytest.raises(ValueError, match="no Decimal String"):
        values.convert_value("DS", raw_element(b"a"))


def test_a_sequence_of_bytes_has_its_items() -> None:
    item = b"\xfe\xff\x00\xe0\x0c\x00\x00\x00\x10\x00\x20\x00LO\x04\x00abcd"
    items = values.convert_SQ(item, False, True)
    assert [each.PatientID for each in items] == ["abcd"]
    assert plain(values.convert_value("SQ", raw_element(item))[0].PatientID) == ("str", "abcd")
