"""``pydicom.datadict``: the dictionaries are views of ours, and what is added shows everywhere."""

from __future__ import annotations

import copy
import pickle

import pydicom.datadict
import pytest

from dicom.compat import _dicom_dict, _private_dict, datadict
from tests.compat.processes import run

# Rows in which PS3.6 has changed since the edition of pydicom 3.0.2.
RENAMED = {0x00102160, 0x003A0020, 0x003A0025}
# Creators of whom pydicom has only entries that are none of a block ("001110xx" fixes part of the block number).
WITHOUT_ENTRIES = {"BioPri3D"}


def test_every_public_row_of_pydicom_is_there() -> None:
    theirs = pydicom.datadict.DicomDictionary
    assert isinstance(datadict.DicomDictionary, dict)
    differing = {tag for tag, entry in theirs.items() if datadict.DicomDictionary[tag] != entry}
    assert {tag for tag in differing if datadict.DicomDictionary[tag][:3] != theirs[tag][:3]} == set()
    assert len(differing) <= len(RENAMED)


def test_repeating_groups_and_their_masks_are_those_of_pydicom() -> None:
    assert datadict.RepeatersDictionary == pydicom.datadict.RepeatersDictionary
    assert datadict.REPEATER_KEYWORDS == pydicom.datadict.REPEATER_KEYWORDS
    assert datadict.masks == pydicom.datadict.masks
    for name in ("mask_x", "mask1", "mask2"):
        assert getattr(datadict, name) == getattr(pydicom.datadict, name)


def test_keywords_and_private_creators_of_pydicom_are_there() -> None:
    assert datadict.keyword_dict["PatientName"] == 0x00100010
    assert "NoKeyword" not in datadict.keyword_dict
    assert datadict.private_dictionaries.keys() >= pydicom.datadict.private_dictionaries.keys() - WITHOUT_ENTRIES
    creator = "SIEMENS CSA HEADER"
    assert datadict.private_dictionaries[creator] == pydicom.datadict.private_dictionaries[creator]


ADDITIONS = """
import dicom
from dicom import dictionary
from dicom.compat import datadict

before = list(datadict.DicomDictionary.items())
dictionary.add(0x10021001, "UL", "Compat Test One", "CompatTestOne")
assert datadict.DicomDictionary[0x10021001] == ("UL", "1", "Compat Test One", "", "CompatTestOne")
assert datadict.keyword_dict["CompatTestOne"] == 0x10021001
datadict.add_private_dict_entry("COMPAT 1", 0x00291008, "SH", "Coil")
assert datadict.private_dictionaries["COMPAT 1"] == {"0029xx08": ("SH", "1", "Coil", "")}

rows = {0x10021003: ("UL", "1", "Compat Test Two", "", "CompatTestTwo")}
datadict.DicomDictionary.update(rows)
datadict.keyword_dict.update({row[4]: tag for tag, row in rows.items()})
walked = list(datadict.DicomDictionary.items())
assert sorted(set(walked) - set(before)) == [(tag, datadict.DicomDictionary[tag]) for tag in (0x10021001, 0x10021003)]
assert [entry for _, entry in walked] == list(datadict.DicomDictionary.values())
dataset = dicom.Dataset()
dataset.CompatTestTwo = 3
assert dataset[0x10021003].VR == "UL"
datadict.private_dictionaries.setdefault("COMPAT 2", {})["0029xx10"] = ("SH", "1", "Coil", "")
assert dictionary.private_dictionary_VR(0x00291110, "COMPAT 2") == "SH"
datadict.private_dictionaries["COMPAT 3"] = {"0029xx11": ("LO", "1", "Coil", "")}
assert dictionary.private_dictionary_VR(0x00291111, "COMPAT 3") == "LO"
print("all is known")
"""


def test_what_is_added_in_either_way_is_known_in_both() -> None:
    # In a process of its own: an entry can't be taken out of the dictionary again.
    done = run("-c", ADDITIONS)
    assert (done.stdout, done.stderr) == ("all is known\n", "")


def test_what_a_dictionary_refuses_is_an_error() -> None:
    with pytest.raises(TypeError, match="can be added"):
        del datadict.DicomDictionary[0x00100010]
    with pytest.raises(TypeError, match="read-only"):
        datadict.RepeatersDictionary["60xx0010"] = ("US", "1", "Rows", "", "Rows")
    with pytest.raises(ValueError, match="comes with its row"):
        datadict.keyword_dict["CompatNoRow"] = 0x00100010
    with pytest.raises(KeyError):
        datadict.DicomDictionary[0x00090010]
    with pytest.raises(ValueError, match="private"):
        datadict.DicomDictionary[0x00091001] = ("UL", "1", "A", "", "A")


def test_a_copy_is_a_plain_dict() -> None:
    size = len(datadict.keyword_dict)
    for twin in (
        copy.copy(datadict.keyword_dict),
        copy.deepcopy(datadict.keyword_dict),
        pickle.loads(pickle.dumps(datadict.keyword_dict)),
        dict(datadict.keyword_dict),
        {**datadict.keyword_dict},
        datadict.keyword_dict | {},
        {} | datadict.keyword_dict,
    ):
        assert type(twin) is dict
        assert len(twin) == size
    assert eval(repr(datadict.RepeatersDictionary)) == datadict.RepeatersDictionary
    assert next(reversed(datadict.RepeatersDictionary)) == datadict.mask_x


def test_the_tables_stand_in_their_underscored_modules_too() -> None:
    assert _dicom_dict.DicomDictionary is datadict.DicomDictionary
    assert _dicom_dict.RepeatersDictionary is datadict.RepeatersDictionary
    assert _private_dict.private_dictionaries is datadict.private_dictionaries
    assert datadict._dictionary_vr_fast(0x00100010) == "PN"
