"""JSON as pydicom writes and reads it, on every file of the packages, but for what the standard has otherwise."""

from __future__ import annotations

import base64
import json
import warnings
from pathlib import Path
from typing import Any

import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dicom
from tests.data_sources import dicom_files

from .reading import read_theirs, transfer_syntax_of

FILES = dicom_files()
BIG_ENDIAN = "1.2.840.10008.1.2.2"
# pydicom loses the whole data set.
TRUNCATED = "pydicom-data/emri_small_jpeg_2k_lossless_too_short.dcm"
WORDS = ("OW", "OF", "OL", "OD", "OV")


def as_the_standard_has_it(model: dict[str, Any], *, big_endian: bool) -> dict[str, Any]:
    """A model of pydicom's without what PS3.18 F.2 rules out: group lengths, empty arrays, empty groups of names,
    empty texts in place of null, big endian words."""
    right = {}
    for name, attribute in model.items():
        if name.endswith("0000"):
            continue
        attribute = dict(attribute)
        values = attribute.get("Value")
        if values == []:
            del attribute["Value"]
        elif values is not None and attribute["vr"] == "SQ":
            attribute["Value"] = [as_the_standard_has_it(item, big_endian=big_endian) for item in values]
        elif values is not None and attribute["vr"] == "PN":
            attribute["Value"] = [{group: text for group, text in one.items() if text} or None for one in values]
        elif values is not None:
            attribute["Value"] = [None if value == "" else value for value in values]
        elif big_endian and attribute["vr"] in WORDS:
            attribute["InlineBinary"] = None
        right[name] = attribute
    return right


@pytest.mark.parametrize("name", [name for name in FILES if name != TRUNCATED])
def test_json_of_every_file(name: str) -> None:
    path = Path(FILES[name])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = read_theirs(path)
        big_endian = transfer_syntax_of(theirs) == BIG_ENDIAN
        try:
            text = theirs.to_json()
        except (ValueError, IndexError, TypeError):
            pytest.skip("pydicom makes no JSON of it")
        ours = dicom.read(path, force=True)
        found = ours.to_json()
    expected = as_the_standard_has_it(json.loads(text), big_endian=big_endian)
    model = as_the_standard_has_it(json.loads(found), big_endian=big_endian)
    assert model == expected
    assert list(model) == list(expected)
    if model == json.loads(text):
        assert found == text


def described(dataset: Any) -> dict[int, Any]:
    """VR, multiplicity, class and text of each value."""
    return {
        int(element.tag): (
            element.VR,
            element.VM,
            [described(item) for item in element.value]
            if element.VR == "SQ"
            # Without an UID it is text, or an empty UID.
            else (type(element.value).__name__ if element.VM else "", str(element.value), repr(element.value)),
        )
        for element in dataset
    }


@pytest.mark.parametrize("name", [name for name in FILES if name != TRUNCATED])
def test_data_sets_of_the_json_that_pydicom_writes(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            text = read_theirs(Path(FILES[name])).to_json()
        except (ValueError, IndexError, TypeError):
            pytest.skip("pydicom makes no JSON of it")
        expected = described(pydicom.Dataset.from_json(text))
        assert described(dicom.Dataset.from_json(text)) == expected
        assert described(dicom.Dataset.from_json(json.loads(text))) == expected


# --- models of all kinds, made up -------------------------------------------------------------------------------------

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\\", exclude_categories=["C", "Z"]), max_size=6)
CODE = st.text("ABC_19", min_size=1, max_size=8)
GROUP = st.text(st.characters(codec="utf-8", exclude_characters="\\=^", exclude_categories=["C", "Z"]), max_size=6)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("LO", "SH", "UC"), TEXT),
    **dict.fromkeys(("CS", "AE"), CODE),
    "UI": st.sampled_from(["1.2.3", "1.2.840.10008.1.2"]),
    "DA": st.just("20200229"),
    "TM": st.sampled_from(["1213", "121314.5"]),
    "DT": st.just("20200229121314"),
    "AS": st.just("012Y"),
    "PN": st.fixed_dictionaries({}, optional=dict.fromkeys(("Alphabetic", "Ideographic", "Phonetic"), GROUP)),
    "DS": st.floats(-1e9, 1e9, width=32) | st.integers(-(10**9), 10**9),
    "IS": st.integers(-(2**31), 2**31 - 1),
    "US": st.integers(0, 2**16 - 1),
    "SS": st.integers(-(2**15), 2**15 - 1),
    "UL": st.integers(0, 2**32 - 1),
    "SL": st.integers(-(2**31), 2**31 - 1),
    "UV": st.integers(0, 2**64 - 1) | st.integers(2**53, 2**64 - 1).map(str),
    "SV": st.integers(-(2**63), 2**63 - 1),
    "FL": st.floats(width=32, allow_nan=False),
    "FD": st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(["inf", "-inf"]),
    "AT": st.integers(0, 2**32 - 1).map("{:08X}".format),
}
ONE_ONLY = {"LT": TEXT, "ST": TEXT, "UT": TEXT, "UR": st.just("http://x")}
BYTES = ("OB", "OD", "OF", "OL", "OV", "OW", "UN")
NULLS = ("LO", "SH", "DS", "IS", "US", "FD", "CS")


def attributes(depth: int) -> st.SearchStrategy[dict[str, Any]]:
    """Attribute objects of every VR."""
    kinds = []
    for vr, one in VALUES.items():
        several = st.lists(one | st.none() if vr in NULLS else one, max_size=3)
        kinds.append(st.fixed_dictionaries({"vr": st.just(vr)}, optional={"Value": several}))
    for vr, one in ONE_ONLY.items():
        kinds.append(st.fixed_dictionaries({"vr": st.just(vr)}, optional={"Value": st.lists(one, max_size=1)}))
    for vr in BYTES:
        binary = st.binary(min_size=1, max_size=9).map(lambda data: base64.b64encode(data).decode())
        kinds.append(st.fixed_dictionaries({"vr": st.just(vr)}, optional={"InlineBinary": binary}))
    if depth:
        items = st.lists(models(depth - 1) | st.none(), max_size=3)
        kinds.append(st.fixed_dictionaries({"vr": st.just("SQ")}, optional={"Value": items}))
    return st.one_of(kinds)


def models(depth: int) -> st.SearchStrategy[dict[str, Any]]:
    """DICOM JSON Model objects; some say that their text is UTF-8."""
    private = st.integers(0x0011_1000, 0x0011_10FF).map("{:08X}".format)
    made = st.dictionaries(private, attributes(depth), max_size=8)
    charset = {"00080005": {"vr": "CS", "Value": ["ISO_IR 192"]}}
    return st.tuples(made, st.booleans()).map(lambda pair: {**pair[0], **charset} if pair[1] else pair[0])


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(models(2))
def test_data_sets_of_made_up_models(model: dict[str, Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = described(pydicom.Dataset.from_json(model))
        assert described(dicom.Dataset.from_json(model)) == expected
        text = json.dumps(model)
        assert described(dicom.Dataset.from_json(text)) == expected
        assert dicom.Dataset.from_json(dicom.Dataset.from_json(text).to_json()).to_json() == (
            dicom.Dataset.from_json(text).to_json()
        )
