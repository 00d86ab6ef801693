"""Bytes of values, right and wrong, beside what pydicom reads from a file that has them."""

from __future__ import annotations

import io
import struct
import warnings
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dicom.charset import CharacterSets
from dicom.errors import BytesLengthException
from dicom.values import MultiValue, decode_fallback

pydicom = pytest.importorskip("pydicom")

LONG = {"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"}


def _element(group: int, element: int, vr: str, raw: bytes) -> bytes:
    length = b"\0\0" + struct.pack("<I", len(raw)) if vr in LONG else struct.pack("<H", len(raw))
    return struct.pack("<HH", group, element) + vr.encode() + length + raw


def _read(vr: str, raw: bytes, character_set: bytes = b"") -> Any:
    """What pydicom gives for the bytes, read from a file of explicit VR little endian."""
    meta = _element(2, 0x10, "UI", b"1.2.840.10008.1.2.1\0")
    body = _element(2, 0, "UL", struct.pack("<I", len(meta))) + meta
    if character_set:
        body += _element(8, 5, "CS", character_set)
    body += _element(9, 0x10, "LO", b"ACME") + _element(9, 0x1001, vr, raw)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pydicom.dcmread(io.BytesIO(b"\0" * 128 + b"DICM" + body))[9, 0x1001].value


def _norm(value: Any) -> Any:
    if isinstance(value, (list, pydicom.multival.MultiValue)):
        return [_norm(item) for item in value]
    kind = type(value).__name__
    return "str" if kind == "UID" else kind, str(value)


CASES: dict[str, list[bytes]] = {
    "DS": [
        b"abc ",
        b"1,5 ",
        b"1.5\\x ",
        b"1.5\\\\2.5 ",
        b"",
        b"  ",
        b" 1.50 ",
        b"1.5\x00",
        b"nan ",
        b"1_0 ",
        b"1e400 ",
        b"\xff\xfe",
        b"1.5 2.5 ",
        b"1.23456789012345678901",
        b"\x00\x00",
        b"1.5\x00 ",
        b" \\ ",
        b"1.5\t",
        b"--1 ",
        b"1.5\\",
    ],
    "IS": [
        b"abc ",
        b"1.5 ",
        b"1.0 ",
        b"",
        b"  ",
        b" 01 ",
        b"1\\x ",
        b"1\\\\2",
        b"2147483648",
        b"nan ",
        b"1e3 ",
        b"1_0 ",
        b"0x10",
        b"\xff\xfe",
        b"+5",
        b"1\x00",
        b"\x00\x00",
        b"1\\1.5 ",
        b"123456789012345 ",
    ],
    "AT": [b"\1\0\2\0", b"\1\0\2", b"", b"\1\0\2\0\3\0\4\0", b"\1\0", b"\1\0\2\0\3\0"],
    "US": [b"\1\0", b"", b"\1\0\2\0"],
    "SS": [b"\xff\xff"],
    "UL": [b"\1\0\0\0\2\0\0\0"],
    "SL": [b"\xff\xff\xff\xff"],
    "FL": [b"\0\0\x80\x3f" * 2],
    "FD": [b"\0" * 8],
    "SV": [b"\1" + b"\0" * 7],
    "UV": [b"\xff" * 8],
    "OB": [b"", b"\1\2"],
    "OW": [b"\1\2\3", b""],
    "OF": [b"\0" * 5],
    "UN": [b"", b"abc"],
    "UI": [b"1.2.3\0", b"1.2.3 ", b"abc\0", b"", b"\0\0", b"1.2\\3.4\0", b"1.02.3", b" 1.2", b"1.2\\\0", b"1.2 \\3.4"],
    "DA": [
        b"20200102",
        b"2020.01.02",
        b"xyz ",
        b"",
        b"20200101\\20200102",
        b" 20200102 ",
        b"2020 \\2021 ",
        b"\xff\xff",
    ],
    "TM": [b"1011", b"1011 ", b"10:11:12", b"xyz ", b" 1011 "],
    "DT": [b"2020", b"xyz ", b"2020\\2021", b"2020 \\ 2021"],
    "CS": [b"abc ", b" A ", b"A \\ B", b"A\0", b"\xe9\xe9", b"", b"  ", b"A\\", b"\0\0", b"A \0", b"A\0 "],
    "AE": [b"abc ", b" A ", b"A \\ B", b"A\0", b"\xe9\xe9", b"  ", b" A \\ B \\  "],
    "AS": [b"010Y", b"10Y ", b"  1Y"],
    "LO": [
        b"abc ",
        b" A ",
        b"A \\ B",
        b"A\0",
        b"\xe9\xe9",
        b"",
        b"A\\",
        b"A\0\0",
        b"A \\B \\",
        b"\\\\",
        b"A\tB ",
        b"A\r\nB ",
    ],
    "SH": [b" A \\ B "],
    "UC": [b" A \\ B \\", b"A\0"],
    "LT": [b"a\\b ", b" A ", b"A\0", b"A\r\n", b"A  ", b"", b"  "],
    "ST": [b"a\\b ", b" A ", b"A\0"],
    "UT": [b"a\\b ", b" A ", b"A\0", b" A  \0"],
    "UR": [b"http://a\\b ", b" A ", b"A\0", b"\xe9 "],
    "PN": [b"A^B ", b" A^B ", b"A^B\\C^D ", b"A^B\0", b"  ", b"A \\B ", b"\xe9 ", b"A^B= ", b"A ^ B ", b"\\", b"A\\"],
}


@pytest.mark.parametrize(("vr", "raw"), [(vr, raw) for vr, raws in CASES.items() for raw in raws])
def test_bytes_give_what_pydicom_reads(vr: str, raw: bytes) -> None:
    value, _ = decode_fallback(vr, raw)
    assert _norm(value) == _norm(_read(vr, raw))


NUMBER_BYTES = st.lists(st.sampled_from([b"1", b".", b"-", b" ", b"e", b"\\", b"\0", b"x", b"0"]), max_size=8).map(
    b"".join
)


@given(st.sampled_from(["DS", "IS"]), NUMBER_BYTES)
@example("DS", b"1\\ 2 ")
def test_number_strings_give_what_pydicom_reads(vr: str, raw: bytes) -> None:
    value, _ = decode_fallback(vr, raw)
    assert _norm(value) == _norm(_read(vr, raw))


TEXT_BYTES = st.lists(st.sampled_from([b"A", b" ", b"\\", b"\0", b"\t", b"^", b"=", b"\xe9"]), max_size=8).map(b"".join)


@given(st.sampled_from(["AE", "CS", "DA", "LO", "LT", "SH", "ST", "TM", "UC", "UR", "UT"]), TEXT_BYTES)
def test_text_gives_what_pydicom_reads(vr: str, raw: bytes) -> None:
    value, _ = decode_fallback(vr, raw)
    assert _norm(value) == _norm(_read(vr, raw))


@given(TEXT_BYTES)
def test_names_give_what_pydicom_reads(raw: bytes) -> None:
    value, _ = decode_fallback("PN", raw)
    assert _norm(value) == _norm(_read("PN", raw)) or raw == b""


@pytest.mark.parametrize(
    ("character_set", "raw"),
    [
        (b"GB18030 ", b"\x81\\\\x "),
        (b"\\ISO 2022 IR 87 ", b"\x1b$BP\\\x1b(B\\x "),
        (b"ISO_IR 13 ", b"\x83\\\\x "),
        (b"ISO_IR 192", b"\xc3\xa9\\x "),
        (b"\\ISO 2022 IR 149 ", b"\x1b$)C\xb1\xe8\\\x1b$)C\xb1\xe8 "),
    ],
)
@pytest.mark.parametrize("vr", ["DS", "IS", "LO", "PN", "UT"])
def test_text_in_character_sets_gives_what_pydicom_reads(vr: str, character_set: bytes, raw: bytes) -> None:
    sets = CharacterSets.from_terms(character_set.decode().rstrip())
    value, _ = decode_fallback(vr, raw, sets)
    assert _norm(value) == _norm(_read(vr, raw, character_set))


@pytest.mark.parametrize(
    ("vr", "raw"), [("US", b"\1"), ("US", b"\1\0\2"), ("FD", b"\0" * 9), ("FL", b"\0" * 3), ("SV", b"\0" * 7)]
)
def test_numbers_of_a_wrong_length_raise_as_in_pydicom(vr: str, raw: bytes) -> None:
    with pytest.raises(pydicom.errors.BytesLengthException):
        _read(vr, raw)
    with pytest.raises(BytesLengthException, match=f"{len(raw)} bytes") as caught:
        decode_fallback(vr, raw)
    assert repr(raw) not in str(caught.value)


def test_text_that_is_no_number_is_given_with_a_finding() -> None:
    value, problems = decode_fallback("DS", b"1.5\\Smith ")
    assert value == ["1.5", "Smith"]
    assert type(value) is MultiValue
    assert [code for code, _ in problems] == ["number-as-text"]
    assert "Smith" not in problems[0][1]


def test_a_fraction_in_an_integer_string_is_given_with_a_finding() -> None:
    value, problems = decode_fallback("IS", b"1.5 ")
    assert value == 1.5
    assert [code for code, _ in problems] == ["fraction-in-integer"]


def test_a_tag_that_is_cut_off_is_left_out_with_a_finding() -> None:
    value, problems = decode_fallback("AT", b"\1\0\2\0\3\0")
    assert value == [0x00010002]
    assert [code for code, _ in problems] == ["value-length"]


def test_infinity_in_an_integer_string_is_given_as_text() -> None:
    # pydicom raises OverflowError when such a value is looked at.
    with pytest.raises(OverflowError):
        _read("IS", b"inf ")
    assert decode_fallback("IS", b"inf ")[0] == "inf"


def test_big_endian_numbers_and_tags() -> None:
    assert decode_fallback("US", b"\0\1\0\2", little_endian=False) == ([1, 2], ())
    assert decode_fallback("AT", b"\0\1\0\2", little_endian=False) == (0x00010002, ())


@given(
    st.sampled_from(sorted(CASES)),
    st.binary(max_size=24),
    st.sampled_from([None, "ISO_IR 192", "GBK", "\\ISO 2022 IR 87"]),
)
def test_no_bytes_raise_anything_else(vr: str, raw: bytes, terms: str | None) -> None:
    try:
        decode_fallback(vr, raw, CharacterSets.from_terms(terms))
    except BytesLengthException:
        assert vr in ("FD", "FL", "SL", "SS", "SV", "UL", "US", "UV")
