"""JSON as pydicom writes and reads it, on every file of the packages, but for what the standard has otherwise."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import pydicom
import pytest

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
