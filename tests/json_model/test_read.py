"""What a DICOM JSON Model object becomes (PS3.18 F.2), by the core's way and by Python's."""

from __future__ import annotations

import json
import math
import pickle
from copy import deepcopy
from typing import Any

import pytest

from dicom.dataset import Dataset
from dicom.elements.element import DataElement
from dicom.errors import LimitError, ParseError, ValueRepresentationError
from dicom.json_model import JsonKeyError, JsonTypeError


class Derived(Dataset):
    """A class of a caller's: its data sets are made element by element in Python."""


def element(attribute: dict[str, Any], kind: type[Dataset] = Dataset, **arguments: Any) -> Any:
    return kind.from_json({"00091001": attribute}, **arguments)[0x00091001]


@pytest.fixture(params=["core", "text", "python"])
def read(request: pytest.FixtureRequest) -> Any:
    """The element of an attribute, made in each of the ways there are."""
    if request.param == "text":
        return lambda attribute: Dataset.from_json(json.dumps({"00091001": attribute}))[0x00091001]
    kind = Dataset if request.param == "core" else Derived
    return lambda attribute: element(attribute, kind)


@pytest.mark.parametrize(
    ("vr", "values", "expected"),
    [("LO", ["a"], "a"), ("LO", ["a", "b"], ["a", "b"]), ("LO", ["a", None], ["a", ""]), ("LO", [None], ""),
     ("LO", [], ""), ("LO", [" a "], " a "), ("LO", ["\u00e9"], "\u00e9"), ("LT", ["a\\b"], "a\\b"),
     ("CS", ["A\\B"], ["A", "B"]), ("UI", ["1.2"], "1.2"), ("AE", ["X"], "X"), ("DA", ["20200101"], "20200101"),
     ("DS", [1], 1.0), ("DS", [1.5, 2], [1.5, 2.0]), ("DS", ["1.50"], 1.5), ("DS", [None, 1], [None, 1.0]),
     ("DS", [None], None), ("DS", [0.12345678901234567], 0.12345678901234567), ("IS", [7], 7), ("IS", ["7"], 7),
     ("IS", [7.0], 7), ("IS", [None, 7], [None, 7]), ("US", [1, 2], [1, 2]), ("US", ["1"], 1), ("US", [1.0], 1),
     ("SL", [-5], -5), ("UV", [2**64 - 1], 2**64 - 1), ("UV", [str(2**64 - 1)], 2**64 - 1),
     ("SV", [-(2**63)], -(2**63)),
     ("FD", [0.1], 0.1), ("FD", [1], 1.0), ("FD", ["inf"], math.inf), ("FL", [0.5], 0.5), ("FL", [0.1], 0.1),
     ("FL", [None, 1], [None, 1.0]), ("AT", ["00100020"], 0x00100020), ("AT", ["7fe00010"], 0x7FE00010),
     ("AT", ["00100020", "00080060"], [0x00100020, 0x00080060]), ("US", [], None), ("OB", [], None),
     ("UN", [None], None),
     ("PN", [{"Alphabetic": "A^B"}], "A^B"), ("PN", [{"Ideographic": "I"}], "=I"),
     ("PN", [{"Alphabetic": "A", "Phonetic": "P"}], "A==P"), ("PN", [None], ""), ("PN", [{}], ""),
     ("PN", [{"Alphabetic": "A"}, None, {"Alphabetic": "B"}], ["A", "", "B"])],
)  # fmt: skip
def test_values_become_those_of_their_vr(read, vr, values, expected):
    found = read({"vr": vr, "Value": values})
    assert (found.VR, found.value) == (vr, expected)


def test_nan_stands_as_a_string_or_as_other_writers_have_it(read):
    assert math.isnan(read({"vr": "FD", "Value": ["NaN"]}).value)
    assert math.isnan(Dataset.from_json('{"00091001": {"vr": "FD", "Value": [NaN]}}')[0x00091001].value)


def test_decimal_strings_are_written_as_the_number_is(read):
    assert [str(one) for one in read({"vr": "DS", "Value": [1, 2.5, 1e22]}).value] == ["1.0", "2.5", "1e+22"]


@pytest.mark.parametrize("vr", ["OB", "OD", "OF", "OL", "OV", "OW", "UN"])
def test_inline_binary_is_bytes(read, vr):
    assert read({"vr": vr, "InlineBinary": "AAECAwQFBgc="}).value == bytes(range(8))
    assert read({"vr": vr, "InlineBinary": "AAEC\n"}).value == b"\0\1\2"


@pytest.mark.parametrize("vr", ["LO", "PN", "UI", "DA", "DS", "US", "FD", "AT", "OB", "UN"])
def test_an_attribute_without_value_is_an_empty_element(read, vr):
    found = read({"vr": vr})
    assert (found.VR, found.VM, found.is_empty) == (vr, 0, True)
    assert found.value == found.empty_value


def test_sequences_hold_items_empty_ones_too(read):
    found = read({"vr": "SQ", "Value": [{"00100020": {"vr": "LO", "Value": ["a"]}}, {}, None]})
    assert [list(item.keys()) for item in found.value] == [[0x00100020], [], []]
    assert found.value[0].PatientID == "a"
    assert read({"vr": "SQ"}).value == []


@pytest.mark.parametrize(
    ("vr", "value", "kept"), [("DS", ["abc"], "abc"), ("IS", ["x", 1], ["x", "1"]), ("IS", [1.5], 1.5)]
)
def test_number_strings_that_are_no_numbers_stay_as_reading_a_file_leaves_them(read, vr, value, kept):
    with pytest.warns(UserWarning, match="taken as text"):
        assert read({"vr": vr, "Value": value}).value == kept


def test_numbers_in_text_are_taken_as_text(read):
    with pytest.warns(UserWarning, match="taken as text"):
        assert read({"vr": "SH", "Value": [12]}).value == "12"


def test_a_name_that_is_a_string_is_taken(read):
    with pytest.warns(UserWarning, match="stands as a string"):
        assert read({"vr": "PN", "Value": ["A^B"]}).value == "A^B"


@pytest.mark.parametrize(
    "attribute",
    [{"vr": "LO", "Value": "a"}, {"vr": "LO", "Value": [True]}, {"vr": "LO", "Value": [{}]},
     {"vr": "US", "Value": [[1]]},
     {"vr": "US", "Value": [True]}, {"vr": "PN", "Value": [1]}, {"vr": "PN", "Value": [{"Alphabetic": 1}]},
     {"vr": "AT", "Value": [1]}, {"vr": "SQ", "Value": [5]}, {"vr": "SQ", "Value": {}}, {"vr": "OB", "InlineBinary": 5},
     {"vr": "OB", "BulkDataURI": None}, [], None, "x", 5],
)  # fmt: skip
def test_wrong_types_are_type_errors(read, attribute):
    with pytest.raises(JsonTypeError) as caught:
        read(attribute)
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, ParseError)


@pytest.mark.parametrize(
    "attribute",
    [{"vr": "XX"}, {"vr": "lo"}, {"vr": None}, {"vr": "US", "Value": ["x"]}, {"vr": "US", "Value": [1.5]},
     {"vr": "FD", "Value": ["x"]}, {"vr": "OB", "Value": ["x"]}, {"vr": "OB", "InlineBinary": "A"},
     {"vr": "OB", "InlineBinary": "\u00e9"}, {"vr": "SQ", "InlineBinary": "AAEC"}],
)  # fmt: skip
def test_values_that_do_not_fit_are_value_errors(read, attribute):
    with pytest.raises(ValueRepresentationError):
        read(attribute)


def test_an_attribute_without_vr_is_a_key_error(read):
    with pytest.raises(JsonKeyError, match=r"^the attribute \(0009,1001\) has no member 'vr'$"):
        read({"Value": ["a"]})


def test_two_values_are_an_error(read):
    with pytest.raises(ParseError, match="only one"):
        read({"vr": "OB", "Value": [], "InlineBinary": "AAEC"})


@pytest.mark.parametrize("name", ["", "zz", "0010002", "FFFEE000x", "PatientsName"])
def test_a_name_that_is_no_tag_is_an_error(name):
    if name == "0010002":
        assert Dataset.from_json({name: {"vr": "LO"}})[0x00010002].VR == "LO"
        return
    with pytest.raises(ValueRepresentationError, match="no tag"):
        Dataset.from_json({name: {"vr": "LO"}})


def test_no_message_holds_a_value():
    secret = "Doe^Jane"
    for attribute in (
        {"vr": "US", "Value": [secret]}, {"vr": "FD", "Value": [secret]}, {"vr": "OB", "InlineBinary": secret},
        {"vr": "AT", "Value": [{"x": secret}]}, {"vr": secret}, {"vr": "SQ", "Value": [secret]}, secret,
    ):  # fmt: skip
        with pytest.raises((ParseError, ValueRepresentationError)) as caught:
            element(attribute)
        assert secret not in str(caught.value)


def test_bulk_data_comes_from_the_handler():
    asked = []

    def by_three(tag: str, vr: str, uri: str) -> bytes:
        asked.append((tag, vr, uri))
        return b"ab"

    attribute = {"vr": "OB", "BulkDataURI": "http://x"}
    assert element(attribute, bulk_data_uri_handler=by_three).value == b"ab"
    assert asked == [("00091001", "OB", "http://x")]
    assert element(attribute, bulk_data_uri_handler=lambda uri: uri.encode()).value == b"http://x"
    inner = element({"vr": "SQ", "Value": [{"00100020": {"vr": "LO", "BulkDataURI": "u"}}]}, bulk_data_uri_handler=str)
    assert inner.value[0].PatientID == "u"


def test_bulk_data_without_a_handler_is_empty_and_a_warning():
    with pytest.warns(UserWarning, match="bulk_data_uri_handler"):
        assert element({"vr": "OB", "BulkDataURI": "http://x"}).value is None


def test_the_data_set_counts_as_made_in_memory():
    made = Dataset.from_json({"00081140": {"vr": "SQ", "Value": [{"00100020": {"vr": "LO", "Value": ["a"]}}]}})
    for ds in (made, made[0x00081140].value[0]):
        assert ds.original_encoding == (None, None)
        assert ds.original_character_set == ""
        assert (ds.is_implicit_VR, ds.is_little_endian, ds.seq_item_tell) == (None, None, None)
    assert made[0x00081140].file_tell is None
    assert not made[0x00081140].is_undefined_length
    assert made[0x00081140].value[0].parent is made
    assert deepcopy(made) == made
    assert pickle.loads(pickle.dumps(made)) == made


def test_private_elements_know_their_creator():
    model = {"00091001": {"vr": "LO", "Value": ["x"]}, "00090010": {"vr": "LO", "Value": ["CREATOR"]}}
    for creator in ("CREATOR", "Cr\u00e9ateur"):
        model["00090010"] = {"vr": "LO", "Value": [creator]}
        made = Dataset.from_json(model)
        assert made[0x00091001].private_creator == creator
        assert made.private_block(0x0009, creator)[1].value == "x"


def test_a_vr_is_taken_as_it_stands():
    # In a file, UN of a known tag becomes what the dictionary has.
    assert Dataset.from_json({"00100020": {"vr": "UN", "InlineBinary": "YWI="}})[0x00100020].VR == "UN"
    assert Dataset.from_json({"00280106": {"vr": "US or SS", "Value": [1]}})[0x00280106].VR == "US or SS"


def test_group_lengths_are_taken():
    assert Dataset.from_json({"00080000": {"vr": "UL", "Value": [12]}})[0x00080000].value == 12


def test_a_tag_that_stands_twice_is_an_error():
    for text in (
        '{"00100020": {"vr": "LO"}, "00100020": {"vr": "LO"}}',
        '{"00100020": {"vr": "LO"}, "PatientID": {"vr": "LO"}}',
        '{"7FE00010": {"vr": "LO"}, "7fe00010": {"vr": "LO"}}',
    ):
        with pytest.raises(ParseError, match="stands twice"):
            Dataset.from_json(text)
        with pytest.raises(ParseError, match="stands twice"):
            Dataset.from_json(
                {"00081140": {"vr": "SQ", "Value": [{"00100020": {"vr": "LO"}, "PatientID": {"vr": "LO"}}]}}
            )


def test_text_may_be_bytes_of_any_encoding_of_json():
    text = '{"00100020": {"vr": "LO", "Value": ["\u00e9"]}}'
    for data in (text, text.encode(), bytearray(text.encode()), text.encode("utf-8-sig"), text.encode("utf-16")):
        assert Dataset.from_json(data).PatientID == "\u00e9"


def test_text_that_is_no_model_is_an_error_with_its_place():
    with pytest.raises(ParseError, match="at byte 13") as caught:
        Dataset.from_json('{"00100020": x}')
    assert caught.value.offset == 13
    for text in ("", "[]", "null", b"\xff\xff", "\ud800"):
        with pytest.raises(ParseError):
            Dataset.from_json(text)
    for given in (None, 5, ["x"]):
        with pytest.raises(JsonTypeError):
            Dataset.from_json(given)


def nested(depth: int) -> str:
    return '{"0040A730":{"vr":"SQ","Value":[' * depth + "{}" + "]}}" * depth


@pytest.mark.parametrize("kind", [Dataset, Derived])
def test_the_depth_has_a_ceiling(kind):
    for depth in (63, 64):
        assert len(kind.from_json(nested(depth))) == 1
        assert len(kind.from_json(json.loads(nested(depth)))) == 1
    for depth in (65, 100):
        for given in (nested(depth), json.loads(nested(depth))):
            with pytest.raises(LimitError, match="json_depth"):
                kind.from_json(given)
    assert len(kind.from_json(nested(100), limits={"json_depth": 100})) == 1
    with pytest.raises(LimitError):
        kind.from_json(nested(2), limits={"json_depth": 1})
    with pytest.raises(ValueError, match="json_depth"):
        kind.from_json("{}", limits={"depth": 1})
    with pytest.raises(ValueError, match="json_depth"):
        kind.from_json("{}", limits={"json_depth": 1000})


def test_items_of_a_derived_class_are_of_that_class():
    made = Derived.from_json({"00081140": {"vr": "SQ", "Value": [{}]}})
    assert type(made) is Derived
    assert type(made[0x00081140].value[0]) is Derived


def test_elements_come_and_go_by_themselves():
    made = DataElement.from_json(Dataset, "00100020", "LO", ["a"], "Value")
    assert (made.tag, made.VR, made.value) == (0x00100020, "LO", "a")
    assert DataElement.from_json(Dataset, "00100020", "LO", None, None).value == ""
    assert json.loads(made.to_json()) == made.to_json_dict() == {"vr": "LO", "Value": ["a"]}
    assert made.to_json(dump_handler=lambda model: str(len(model))) == "2"
    nested_element = DataElement.from_json(Dataset, "00081140", "SQ", [{"00100020": {"vr": "LO"}}], "Value")
    assert nested_element.value[0].PatientID == ""
