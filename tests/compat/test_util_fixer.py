"""``pydicom.util.fixer``: raw elements of wrong files are mended before they are decoded."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pydicom.config
import pydicom.dataelem
import pydicom.tag
import pydicom.util.fixer
import pytest

from dicom.compat import config
from dicom.compat.dataelem import RawDataElement
from dicom.compat.filereader import read_dataset
from dicom.compat.util import fixer
from dicom.tag import Tag


@pytest.fixture(autouse=True)
def switches() -> Iterator[None]:
    """Puts the callbacks back."""
    yield
    config.reset_data_element_callback()
    pydicom.config.reset_data_element_callback()


def raw(tag: int, vr: str | None, value: bytes) -> RawDataElement:
    return RawDataElement(Tag(tag), vr, len(value), value, 0, vr is None, True)


@pytest.mark.parametrize(
    ("tag", "vr"),
    [
        (0x00101030, "DS"),
        (0x00101030, None),
        (0x00100020, "LO"),
        (0x00091001, None),
        (0x00091001, "UN"),
        (0x00090001, None),
    ],
)
@pytest.mark.parametrize("unknown", [True, False])
def test_a_separator_is_replaced_where_pydicom_replaces_it(tag: int, vr: str | None, unknown: bool) -> None:
    arguments: dict[str, Any] = {
        "invalid_separator": b",",
        "for_VRs": ("DS", "IS"),
        "process_unknown_VRs": unknown,
    }
    theirs = pydicom.dataelem.RawDataElement(pydicom.tag.Tag(tag), vr, 3, b"1,2", 0, vr is None, True)
    ours = fixer.fix_separator_callback(raw(tag, vr, b"1,2"), **arguments)
    assert ours.value == pydicom.util.fixer.fix_separator_callback(theirs, **arguments).value


def test_a_callback_is_set_as_in_pydicom() -> None:
    for library, switch in ((fixer, config), (pydicom.util.fixer, pydicom.config)):
        library.fix_separator(b",", ("DS",), False)
        assert switch.data_element_callback is library.fix_separator_callback
        assert switch.data_element_callback_kwargs == {
            "invalid_separator": b",",
            "for_VRs": ("DS",),
            "process_unknown_VRs": False,
        }
        library.fix_mismatch(with_VRs=("PN",))
        assert switch.data_element_callback is library.fix_mismatch_callback
        assert switch.data_element_callback_kwargs == {"with_VRs": ("PN",)}


def test_files_are_read_with_the_other_separator() -> None:
    fixer.fix_separator(b",")
    dataset = read_dataset(io.BytesIO(b"\x28\0\x30\0DS\x04\x001,2 "), False, True)
    assert dataset.PixelSpacing == [1.0, 2.0]


@pytest.mark.parametrize(
    ("vr", "value", "expected"),
    [
        ("DS", b"1.5", "DS"),
        ("DS", b"A^B", "PN"),
        ("IS", b"A^B", "PN"),
        ("US", b"\1\0", "US"),
        ("US", b"abc", "PN"),
        ("LO", b"abc", "LO"),
        ("US", b"", "US"),
    ],
)
def test_a_value_that_its_vr_can_not_hold_gets_another(vr: str, value: bytes, expected: str) -> None:
    assert expected == fixer.fix_mismatch_callback(raw(0x00091001, vr, value), with_VRs=("PN", "DS", "IS")).VR


def test_a_value_that_no_vr_can_hold_stays() -> None:
    element = raw(0x00280010, "US", b"abc")
    assert fixer.fix_mismatch_callback(element, with_VRs=("DS", "FL")) == element


def test_files_are_read_with_the_other_vr() -> None:
    fixer.fix_mismatch()
    dataset = read_dataset(io.BytesIO(b"\x10\0\x30\x10DS\x04\0A^B "), False, True)
    assert (dataset.PatientWeight, dataset["PatientWeight"].VR) == ("A^B", "PN")
