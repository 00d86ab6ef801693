"""Raw elements: what `get_item` gives, and what becomes of their bytes."""

from __future__ import annotations

import pytest

import dicom
from dicom.elements.raw import RawDataElement, convert_raw, vr_of
from dicom.errors import BytesLengthException
from dicom.settings import DEFAULT, RAISE
from dicom.tag import BaseTag
from tests.data_sources import seed

ITEM = b"\xfe\xff\x00\xe0\x0e\0\0\0\x10\0\x20\0LO\x06\0abcdef"


def raw(tag: int, vr: str | None, value: bytes, *, little: bool = True, length: int | None = None) -> RawDataElement:
    return RawDataElement(BaseTag(tag), vr, len(value) if length is None else length, value, 7, vr is None, little)


def test_get_item_gives_the_bytes_of_the_file() -> None:
    ct = dicom.read(seed("CT_small.dcm"))
    assert ct.get_item(0x00100020) == RawDataElement(BaseTag(0x00100020), "LO", 4, b"1CT1", 960, False, True)
    implicit = dicom.read(seed("MR_small_implicit.dcm")).get_item("PatientName")
    assert (implicit.VR, implicit.is_implicit_VR, implicit.value) == (None, True, b"CompressedSamples^MR1 ")
    encapsulated = dicom.read(seed("JPEG-lossy.dcm")).get_item("PixelData")
    assert (encapsulated.length, encapsulated.value[:4]) == (0xFFFFFFFF, b"\xfe\xff\x00\xe0")


def test_get_item_gives_the_element_once_its_value_was_looked_at() -> None:
    ct = dicom.read(seed("CT_small.dcm"))
    assert ct.get_item("PatientID").is_raw
    _ = ct.get_item("PatientID")
    assert ct.get_item("PatientID").is_raw
    _ = ct["PatientID"].value
    assert ct.get_item("PatientID") is ct["PatientID"]
    ct.PatientSex = "O"
    assert not ct.get_item("PatientSex").is_raw
    assert ct.get_item("OtherPatientIDsSequence") is ct["OtherPatientIDsSequence"]
    assert ct.get_item("PatientMotherBirthName") is None


def test_a_raw_element_leaves_the_data_set_as_it_was_read() -> None:
    ct = dicom.read(seed("CT_small.dcm"))
    for tag in list(ct.keys()):
        _ = ct.get_item(tag)
    assert not ct._is_changed()


@pytest.mark.parametrize(
    ("tag", "vr", "value", "expected"),
    [
        (0x00100020, "LO", b"abc ", ("LO", "abc")),
        (0x00100020, None, b"abc ", ("LO", "abc")),
        (0x00100020, "UN", b"abc ", ("LO", "abc")),
        (0x00110010, None, b"abc ", ("LO", "abc")),
        (0x00111001, "UN", b"abc ", ("UN", b"abc ")),
        (0x00100000, None, b"\x08\0\0\0", ("UL", 8)),
        (0x00281101, "SS", b"\x00\x80\x00\x80\x10\x00", ("SS", [32768, -32768, 16])),
        (0x00280010, "US", b"", ("US", None)),
        (0x00100020, "LO", b"", ("LO", "")),
    ],
)
def test_bytes_become_values(tag: int, vr: str | None, value: bytes, expected: tuple[str, object]) -> None:
    made = convert_raw(raw(tag, vr, value), None, None, DEFAULT)
    assert (made.VR, made.value) == expected
    assert (made.file_tell, made._is_edited, made.is_undefined_length) == (7, True, False)


def test_big_endian_numbers() -> None:
    assert convert_raw(raw(0x00280010, "US", b"\0\5", little=False), None, None, DEFAULT).value == 5


@pytest.mark.parametrize("explicit", [True, False])
@pytest.mark.parametrize("little", [True, False])
def test_items_of_a_sequence(explicit: bool, little: bool) -> None:
    if not explicit and not little:
        pytest.skip("there is no implicit VR big endian (PS3.5 A)")
    if not explicit:
        content = ITEM.replace(b"LO\x06\0", b"\x06\0\0\0")
    elif little:
        content = ITEM
    else:
        content = b"\xff\xfe\xe0\x00\0\0\0\x0e\0\x10\0\x20LO\0\x06abcdef"
    made = convert_raw(raw(0x00081140, "SQ" if explicit else None, content, little=little), None, None, DEFAULT)
    assert [item.PatientID for item in made.value] == ["abcdef"]
    assert made.value.parent_dataset is None


def test_a_choice_of_the_dictionary_is_decided_by_the_data_set() -> None:
    ds = dicom.Dataset()
    assert vr_of(raw(0x00280106, None, b"\xff\xff"), ds, DEFAULT) == "US"
    ds.PixelRepresentation = 1
    assert vr_of(raw(0x00280106, None, b"\xff\xff"), ds, DEFAULT) == "SS"
    assert vr_of(raw(0x7FE00010, None, b"\xff\xff"), ds, DEFAULT) == "OW"
    assert vr_of(raw(0x7FE00010, None, b"", length=0xFFFFFFFF), ds, DEFAULT) == "OB"
    assert vr_of(raw(0x00283006, None, b"\xff\xff"), ds, DEFAULT) == "OW"
    ds.add_new(0x00283002, "US", [1, 0, 16])
    assert vr_of(raw(0x00283006, None, b"\xff\xff"), ds, DEFAULT) == "US"


def test_a_long_unknown_value_stays_unknown() -> None:
    assert vr_of(raw(0x00100020, "UN", b"", length=0xFFFF), None, DEFAULT) == "UN"
    assert vr_of(raw(0x00100020, "UN", b"", length=0xFFFE), None, DEFAULT) == "LO"


def test_a_private_element_is_known_by_its_creator() -> None:
    ds = dicom.Dataset()
    ds.add_new(0x00190010, "LO", "GEMS_ACQU_01")
    made = convert_raw(raw(0x00191002, None, b"\x08\0\0\0"), ds, None, DEFAULT)
    assert (made.VR, made.value, made.private_creator) == ("SL", 8, "GEMS_ACQU_01")


def test_bytes_that_do_not_divide_raise_or_are_kept() -> None:
    with pytest.raises(BytesLengthException):
        convert_raw(raw(0x00280010, "US", b"abc"), None, None, DEFAULT)
    with pytest.warns(UserWarning, match="read as UN"):
        kept = convert_raw(raw(0x00280010, "US", b"abc"), None, None, DEFAULT.replace(convert_wrong_length_to_UN=True))
    assert (kept.VR, kept.value) == ("UN", b"abc")


def test_no_message_has_the_value_in_it() -> None:
    secret = b"Secret^Name" * 8
    with pytest.warns(UserWarning, match="0010,0020") as met:
        convert_raw(raw(0x00100020, "LO", secret), None, None, DEFAULT)
    assert not any("Secret" in str(one.message) for one in met)
    with pytest.raises(ValueError, match="0010,0020") as caught:
        convert_raw(raw(0x00100020, "LO", secret), None, None, DEFAULT.replace(reading_validation=RAISE))
    assert "Secret" not in str(caught.value)


def test_a_vr_that_there_is_not_is_refused() -> None:
    with pytest.raises(NotImplementedError, match="0010,0020"):
        convert_raw(raw(0x00100020, "XX", b"abc "), None, None, DEFAULT)
