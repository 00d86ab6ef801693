"""The DICOM JSON Model of each VR (PS3.18 Annex F)."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, Self

import pytest

from dicom.json_model import to_json_attribute, to_json_dict


def element(tag: int, vr: str, value: Any) -> SimpleNamespace:
    return SimpleNamespace(tag=tag, VR=vr, value=value)


def attribute(vr: str, value: Any, big_endian: bool = False) -> dict[str, Any]:
    found = to_json_attribute(element(0x00100010, vr, value), big_endian)
    json.dumps(found, allow_nan=False)
    return found


class DecimalText(float):
    """A number that keeps its text, as the values of DS do."""

    original_string: str

    def __new__(cls, text: str) -> Self:
        made = super().__new__(cls, text)
        made.original_string = text
        return made


@pytest.mark.parametrize("vr", ["AE", "AS", "CS", "DA", "DT", "LO", "LT", "SH", "ST", "TM", "UC", "UI", "UR", "UT"])
def test_text_stands_as_strings(vr):
    assert attribute(vr, "abc") == {"vr": vr, "Value": ["abc"]}
    assert attribute(vr, ["a", "b"]) == {"vr": vr, "Value": ["a", "b"]}


@pytest.mark.parametrize("vr", ["SL", "SS", "SV", "UL", "US", "UV"])
def test_integers_stand_as_numbers(vr):
    assert attribute(vr, [1, 2]) == {"vr": vr, "Value": [1, 2]}


def test_integers_that_a_float_would_round_stand_as_strings():
    assert attribute("UV", [2**53, 2**64 - 1])["Value"] == [2**53, "18446744073709551615"]
    assert attribute("SV", -(2**63))["Value"] == ["-9223372036854775808"]


def test_floats_stand_as_numbers_and_what_json_lacks_as_strings():
    assert attribute("FD", [0.1, float("nan"), float("inf"), float("-inf")])["Value"] == [0.1, "NaN", "inf", "-inf"]


def test_decimal_strings_stand_as_numbers():
    assert attribute("DS", [DecimalText("0.50"), DecimalText("1e3")])["Value"] == [0.5, 1000.0]


def test_decimal_strings_that_a_float_would_round_keep_their_text():
    assert attribute("DS", DecimalText("1234567890.12345"))["Value"] == [1234567890.12345]
    assert attribute("DS", DecimalText("12345678901234567"))["Value"] == ["12345678901234567"]


@pytest.mark.parametrize("vr", ["DS", "IS"])
def test_numbers_that_are_none_keep_their_text(vr):
    assert attribute(vr, "1A")["Value"] == ["1A"]


def test_whole_number_strings_stand_as_numbers():
    assert attribute("IS", [3, "-4"])["Value"] == [3, -4]


def test_attribute_tags_stand_as_eight_digits():
    assert attribute("AT", [0x0010_0010, 0xFFFE_E00D])["Value"] == ["00100010", "FFFEE00D"]


def test_person_names_stand_as_their_groups():
    name = SimpleNamespace(alphabetic="Yamada^Tarou", ideographic="山田^太郎", phonetic="")
    assert attribute("PN", name)["Value"] == [{"Alphabetic": "Yamada^Tarou", "Ideographic": "山田^太郎"}]
    assert attribute("PN", "A^B==C")["Value"] == [{"Alphabetic": "A^B", "Phonetic": "C"}]


@pytest.mark.parametrize("vr", ["OB", "OD", "OF", "OL", "OV", "OW", "UN"])
def test_bytes_stand_as_base64(vr):
    assert attribute(vr, bytes(range(8))) == {"vr": vr, "InlineBinary": "AAECAwQFBgc="}


@pytest.mark.parametrize(
    ("vr", "base64"),
    [("OB", "AAECAwQFBgc="), ("UN", "AAECAwQFBgc="), ("OW", "AQADAgUEBwY="), ("OF", "AwIBAAcGBQQ="),
     ("OL", "AwIBAAcGBQQ="), ("OD", "BwYFBAMCAQA="), ("OV", "BwYFBAMCAQA=")],
)  # fmt: skip
def test_big_endian_words_are_turned_round(vr, base64):
    assert attribute(vr, bytes(range(8)), big_endian=True)["InlineBinary"] == base64


def test_big_endian_bytes_past_the_last_word_stay():
    assert attribute("OW", b"\1\2\3", big_endian=True)["InlineBinary"] == "AgED"


@pytest.mark.parametrize(("vr", "value"), [("LO", ""), ("LO", None), ("DS", []), ("OB", b""), ("SQ", []), ("UI", None)])
def test_empty_elements_have_no_value(vr, value):
    assert attribute(vr, value) == {"vr": vr}


def test_empty_values_among_others_are_null():
    assert attribute("LO", ["a", "", None])["Value"] == ["a", None, None]


def test_zero_is_a_value():
    assert attribute("US", 0)["Value"] == [0]


def test_sequences_hold_objects_empty_items_too():
    items = [[element(0x00080100, "SH", "1")], []]
    assert attribute("SQ", items) == {"vr": "SQ", "Value": [{"00080100": {"vr": "SH", "Value": ["1"]}}, {}]}


def test_group_lengths_are_left_out():
    found = to_json_dict([element(0x00080000, "UL", 10), element(0x00080060, "CS", "CT")])
    assert found == {"00080060": {"vr": "CS", "Value": ["CT"]}}


@pytest.mark.parametrize(
    ("vr", "value", "settled"),
    [("US or SS", 1, "US"), ("US or SS", -1, "SS"), ("US or SS", [5, -1], "SS"), ("OB or OW", b"ab", "OW"),
     ("US or OW", b"ab", "OW"), ("US or OW", [1], "US"), ("US or SS or OW", b"ab", "OW")],
)  # fmt: skip
def test_open_vrs_are_settled_by_the_value(vr, value, settled):
    assert attribute(vr, value)["vr"] == settled
