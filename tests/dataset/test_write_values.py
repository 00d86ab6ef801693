"""Values of Python as they are encoded: each VR, values that are too long for theirs, ambiguous VRs, streams."""

from __future__ import annotations

import array
import datetime as dt
import decimal
import io
import struct
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dicom
from dicom.dataset import Dataset
from dicom.dataset.write import encode
from dicom.errors import CharacterSetError, DicomError, ValueRepresentationError, ValueTypeError, WriteError
from dicom.testing.encoder import EXPLICIT_LITTLE, IMPLICIT_LITTLE, LONG_FORM, Element, encode_file
from dicom.values import PersonName

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TAG = 0x00091001
UTC = dt.UTC
INDIA = dt.timezone(dt.timedelta(hours=5, minutes=30))


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        # What breaks the rules is told when it is assigned.
        warnings.simplefilter("ignore", UserWarning)
        yield


def encoded(vr: str, value: Any, tag: int = TAG, *, implicit: bool = False, little: bool = True) -> bytes:
    """The value's bytes alone."""
    dataset = Dataset()
    dataset.add_new(tag, vr, value)
    made = encode(dataset, implicit_vr=implicit, little_endian=little)
    return made[8 if implicit or vr not in LONG_FORM else 12 :]


WRITTEN: list[tuple[str, Any, bytes]] = [
    ("AE", "TITLE", b"TITLE "),
    ("AS", "018M", b"018M"),
    ("AT", 0x00100010, b"\x10\0\x10\0"),
    ("AT", (0x0010, 0x0020), b"\x10\0\x20\0"),
    ("AT", [0x00100010, 0x00100020], b"\x10\0\x10\0\x10\0\x20\0"),
    ("CS", ["A", "B"], b"A\\B "),
    ("DA", "20240229", b"20240229"),
    ("DA", dt.date(2024, 2, 29), b"20240229"),
    ("DA", dt.date(33, 4, 3), b"00330403"),
    ("DA", dt.datetime(2024, 2, 29, 1, 2, 3), b"20240229"),
    ("DA", ["20240229", dt.date(2024, 3, 1)], b"20240229\\20240301 "),
    ("DS", 1.5, b"1.5 "),
    ("DS", "1.50", b"1.50"),
    ("DS", decimal.Decimal("1.250"), b"1.25"),
    ("DS", [1.5, "2"], b"1.5\\2 "),
    ("DS", (1.5, 2.5), b"1.5\\2.5 "),
    ("DS", np.float32(0.5), b"0.5 "),
    ("DS", np.array([1.5, 2.5]), b"1.5\\2.5 "),
    ("DS", "", b""),
    ("DT", "2024022901", b"2024022901"),
    ("DT", dt.datetime(2024, 2, 29, 1, 2, 3, 4), b"20240229010203.000004 "),
    ("DT", dt.datetime(2024, 2, 29, tzinfo=UTC), b"20240229000000+0000 "),
    ("DT", dt.datetime(2024, 2, 29, tzinfo=INDIA), b"20240229000000+0530 "),
    ("DT", dt.date(2024, 2, 29), b"20240229"),
    ("FD", 1.5, struct.pack("<d", 1.5)),
    ("FD", [1, 2], struct.pack("<2d", 1, 2)),
    ("FD", np.float64(3), struct.pack("<d", 3)),
    ("FD", np.array([1.0, 2.0]), struct.pack("<2d", 1, 2)),
    ("FL", 1.5, struct.pack("<f", 1.5)),
    ("FL", float("inf"), struct.pack("<f", float("inf"))),
    ("IS", 7, b"7 "),
    ("IS", "+07", b"+07 "),
    ("IS", [1, "2"], b"1\\2 "),
    ("IS", 3.0, b"3 "),
    ("IS", np.int64(-4), b"-4"),
    ("LO", "text", b"text"),
    ("LO", ["a", "b", ""], b"a\\b\\"),
    ("LO", "a\\b", b"a\\b "),
    ("LO", b"abc", b"abc "),
    ("LT", "a\r\nb\\c", b"a\r\nb\\c"),
    ("OB", b"a", b"a\0"),
    ("OB", bytearray(b"ab"), b"ab"),
    pytest.param("OB", memoryview(b"ab"), b"ab", id="OB-memoryview"),
    ("OW", b"abc", b"abc\0"),
    ("OD", struct.pack("<d", 1.5), struct.pack("<d", 1.5)),
    ("OV", b"12345678", b"12345678"),
    ("PN", "A^B", b"A^B "),
    ("PN", PersonName("A^B=C"), b"A^B=C "),
    ("PN", ["A", PersonName("B")], b"A\\B "),
    ("PN", b"A^B", b"A^B "),
    ("SH", "", b""),
    ("SL", -1, b"\xff" * 4),
    ("SS", [-1, 2], b"\xff\xff\2\0"),
    ("ST", "a\\b", b"a\\b "),
    ("SV", -(2**63), struct.pack("<q", -(2**63))),
    ("TM", dt.time(1, 2, 3), b"010203"),
    ("TM", dt.time(1, 2, 3, 500_000), b"010203.500000 "),
    ("TM", dt.datetime(2024, 2, 29, 1, 2, 3), b"010203"),
    ("TM", "0102", b"0102"),
    ("UC", ["a", "b"], b"a\\b "),
    ("UI", "1.2.3", b"1.2.3\0"),
    ("UI", ["1.2", "1.3.4"], b"1.2\\1.3.4\0"),
    ("UL", 2**32 - 1, b"\xff" * 4),
    ("UN", b"abc", b"abc\0"),
    ("UR", "http://a", b"http://a"),
    ("US", np.uint16(3), b"\3\0"),
    ("US", np.array([1, 2], np.uint16), b"\1\0\2\0"),
    ("US", "", b""),
    ("FD", "", b""),
    ("UT", "a\\b\n", b"a\\b\n"),
    ("UV", 2**64 - 1, b"\xff" * 8),
    *((vr, None, b"") for vr in ("AE", "AT", "CS", "DA", "DS", "FD", "LO", "OB", "OW", "PN", "SQ", "UI", "UN", "US")),
    *((vr, [], b"") for vr in ("AE", "CS", "DS", "FD", "LO", "PN", "SQ", "UI", "US")),
]


@pytest.mark.parametrize(("vr", "value", "expected"), WRITTEN, ids=lambda one: str(one)[:30])
def test_value_is_encoded(vr: str, value: Any, expected: bytes) -> None:
    assert encoded(vr, value) == expected
    assert encoded(vr, value, implicit=True) == expected


BIG: list[tuple[str, Any, bytes]] = [
    ("AT", 0x00100020, b"\0\x10\0\x20"),
    ("FD", 1.5, struct.pack(">d", 1.5)),
    ("FL", [1.5, 2], struct.pack(">2f", 1.5, 2)),
    ("SL", -2, struct.pack(">i", -2)),
    ("SS", -2, struct.pack(">h", -2)),
    ("SV", -2, struct.pack(">q", -2)),
    ("UL", 2, struct.pack(">I", 2)),
    ("US", [1, 2], b"\0\1\0\2"),
    ("UV", 2, struct.pack(">Q", 2)),
    ("OW", b"abcd", b"abcd"),
    ("LO", "ab", b"ab"),
]


@pytest.mark.parametrize(("vr", "value", "expected"), BIG, ids=str)
def test_numbers_are_turned_round_in_big_endian_and_bytes_are_not(vr: str, value: Any, expected: bytes) -> None:
    assert encoded(vr, value, little=False) == expected


NOT_WRITTEN: list[tuple[str, Any, type[Exception]]] = [
    ("AE", "A" * 17, ValueRepresentationError),
    ("AS", "18", ValueRepresentationError),
    ("CS", "lower", ValueRepresentationError),
    ("CS", 1, ValueTypeError),
    ("DA", "2024-02-29", ValueRepresentationError),
    ("DA", dt.time(1), ValueTypeError),
    ("DA", 20240229, ValueTypeError),
    ("DS", float("nan"), ValueRepresentationError),
    ("DS", "1" * 17, ValueRepresentationError),
    ("DT", dt.time(1), ValueTypeError),
    ("FD", "1", ValueTypeError),
    ("FL", 1e40, ValueRepresentationError),
    ("IS", 2**31, ValueRepresentationError),
    ("LO", "a" * 65, ValueRepresentationError),
    ("LO", "a\nb", ValueRepresentationError),
    ("LO", 1, ValueTypeError),
    ("OB", "text", ValueTypeError),
    ("OB", [1, 2], ValueTypeError),
    ("PN", "A=B=C=D", ValueRepresentationError),
    ("SS", 2**15, ValueRepresentationError),
    ("TM", dt.date(2024, 1, 1), ValueTypeError),
    ("TM", "25", ValueRepresentationError),
    ("UI", "1.02", ValueRepresentationError),
    ("UI", "1" * 65, ValueRepresentationError),
    ("UN", "text", ValueTypeError),
    ("UR", "http://ä", ValueRepresentationError),
    ("US", -1, ValueRepresentationError),
    ("US", 1.5, ValueTypeError),
    ("US", "1", ValueTypeError),
    ("UT", "ä", CharacterSetError),
]


@pytest.mark.parametrize(("vr", "value", "error"), NOT_WRITTEN, ids=lambda one: str(one)[:20])
def test_value_that_breaks_its_vr_is_not_written(vr: str, value: Any, error: Any) -> None:
    with pytest.raises(error) as caught:
        encoded(vr, value)
    assert isinstance(caught.value, DicomError)


def test_no_value_stands_in_an_error() -> None:
    for vr, value, error in NOT_WRITTEN:
        if isinstance(value, str) and len(value) > 3:
            with pytest.raises(error) as caught:
                encoded(vr, value)
            assert value not in str(caught.value)


def test_a_buffer_of_an_array_is_taken_as_it_lies_in_memory() -> None:
    assert encoded("US", array.array("H", [1, 2])) in (b"\1\0\2\0", b"\0\1\0\2")


# --- too long for the length of its VR -------------------------------------------------------------------------------


@pytest.mark.parametrize(("vr", "one"), [("DS", "1.5"), ("US", 258), ("FD", 0.5), ("AT", 0x00100010), ("LO", "ab")])
def test_a_value_beyond_64_kb_stands_as_un(vr: str, one: Any) -> None:
    dataset = Dataset()
    dataset.add_new(TAG, vr, [one] * 40_000)
    in_implicit = encode(dataset, implicit_vr=True, little_endian=True)
    made = encode(dataset, implicit_vr=False, little_endian=True)
    assert made == b"\x09\0\x01\x10UN\0\0" + in_implicit[4:]


@pytest.mark.parametrize(("length", "vr"), [(65_532, b"DS"), (65_533, b"DS"), (65_534, b"DS"), (65_535, b"UN")])
def test_the_longest_value_of_a_short_length_is_65534_bytes(length: int, vr: bytes) -> None:
    values = ["1.5"] * (length // 4 - 1)
    values.append("1" * (length - 4 * len(values)))
    dataset = Dataset()
    dataset.ContourData = values
    made = encode(dataset, implicit_vr=False, little_endian=True)
    assert made[4:6] == vr
    assert len(made) % 2 == 0


def test_what_is_too_long_in_explicit_vr_is_so_after_a_conversion_too() -> None:
    data = encode_file((Element(0x30060050, "DS", b"1.5\\" * 20_000),), IMPLICIT_LITTLE)
    dataset = dicom.read(data)
    dataset.file_meta.TransferSyntaxUID = EXPLICIT_LITTLE
    target = io.BytesIO()
    dicom.write(dataset, target)
    assert target.getvalue().endswith(b"\x06\x30\x50\0UN\0\0" + struct.pack("<I", 80_000) + b"1.5\\" * 20_000)
    again = dicom.read(target.getvalue())
    again.file_meta.TransferSyntaxUID = IMPLICIT_LITTLE
    target = io.BytesIO()
    dicom.write(again, target)
    assert target.getvalue() == data


# --- ambiguous VRs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("representation", "value", "expected"),
    [
        (0, 65530, b"US\2\0\xfa\xff"),
        (1, -6, b"SS\2\0\xfa\xff"),
        (None, 65530, b"US\2\0\xfa\xff"),
        (None, -6, b"SS\2\0\xfa\xff"),
    ],
)
def test_us_or_ss_goes_by_pixel_representation(representation: int | None, value: int, expected: bytes) -> None:
    for nested in (False, True):
        dataset = Dataset()
        if representation is not None:
            dataset.PixelRepresentation = representation
        holder = dataset
        if nested:
            holder = Dataset()
            dataset.ReferencedImageSequence = [holder]
        holder.SmallestImagePixelValue = value
        assert encode(dataset, implicit_vr=False, little_endian=True).find(b"\x28\0\x06\1" + expected) >= 0


def test_a_negative_value_that_would_be_read_as_us_is_not_written() -> None:
    dataset = Dataset()
    dataset.SmallestImagePixelValue = -6
    with pytest.raises(ValueRepresentationError, match="US"):
        encode(dataset, implicit_vr=True, little_endian=True)
    dataset.PixelRepresentation = 1
    assert encode(dataset, implicit_vr=True, little_endian=True).endswith(b"\xfa\xff")


def test_pixel_representation_in_the_item_goes_before_that_around_it() -> None:
    inner = Dataset()
    inner.PixelRepresentation = 1
    inner.SmallestImagePixelValue = -6
    outer = Dataset()
    outer.PixelRepresentation = 0
    outer.ReferencedImageSequence = [inner]
    assert b"\x28\0\x06\1SS\2\0\xfa\xff" in encode(outer, implicit_vr=False, little_endian=True)


@pytest.mark.parametrize(("bits", "vr"), [(8, b"OB"), (1, b"OB"), (16, b"OW"), (None, b"OW")])
def test_pixel_data_goes_by_bits_allocated(bits: int | None, vr: bytes) -> None:
    dataset = Dataset()
    if bits is not None:
        dataset.BitsAllocated = bits
    dataset.PixelData = b"abcd"
    assert encode(dataset, implicit_vr=False, little_endian=True).endswith(b"\xe0\x7f\x10\0" + vr + b"\0\0\4\0\0\0abcd")


@pytest.mark.parametrize(("entries", "vr"), [(1, b"US\2\0"), (256, b"OW\0\0\2\0\0\0")])
def test_lut_data_goes_by_the_lut_descriptor(entries: int, vr: bytes) -> None:
    dataset = Dataset()
    dataset.LUTDescriptor = [entries, 0, 16]
    dataset.LUTData = 7 if entries == 1 else b"\7\0"
    assert encode(dataset, implicit_vr=False, little_endian=True).endswith(b"\x28\0\x06\x30" + vr + b"\7\0")


# --- streams ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 6, 20_000, 3 << 20])
@pytest.mark.parametrize("start", [0, 5])
def test_a_stream_is_written_from_where_it_stands_and_stands_there_again(size: int, start: int) -> None:
    content = bytes(range(256)) * (size // 256) + bytes(size % 256)
    stream = io.BytesIO(bytes(start) + content)
    stream.seek(start)
    dataset = Dataset()
    dataset.EncapsulatedDocument = stream
    expected = b"\x42\0\x11\0OB\0\0" + struct.pack("<I", size + size % 2) + content + bytes(size % 2)
    for _ in range(2):
        assert encode(dataset, implicit_vr=False, little_endian=True) == expected
        assert stream.tell() == start


def test_a_file_is_a_value(tmp_path: Path) -> None:
    path = tmp_path / "pixels.bin"
    path.write_bytes(bytes(range(256)) * 1000)
    dataset = dicom.read(encode_file((Element(0x00280100, "US", (16,)), Element(0x7FE00010, "OW", bytes(2)))))
    with open(path, "rb") as file:
        dataset.PixelData = file
        target = io.BytesIO()
        dicom.write(dataset, target)
    assert dicom.read(target.getvalue()).PixelData == path.read_bytes()


def test_a_stream_that_was_closed_is_an_error_and_the_target_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(b"old")
    dataset = dicom.read(encode_file((Element(0x00280100, "US", (16,)),)))
    with io.BytesIO(b"abcd") as stream:
        dataset.PixelData = stream
    with pytest.raises(ValueError, match="closed"):
        dataset.save_as(path)
    assert path.read_bytes() == b"old"


def test_a_stream_of_fragments_is_encapsulated_when_it_says_so() -> None:
    fragments = b"\xfe\xff\0\xe0\0\0\0\0" + b"\xfe\xff\0\xe0\2\0\0\0ab"
    for given in (fragments, io.BytesIO(fragments)):
        dataset = Dataset()
        dataset.add_new(0x7FE00010, "OB", given)
        dataset["PixelData"].is_undefined_length = True
        made = encode(dataset, implicit_vr=False, little_endian=True)
        assert made == b"\xe0\x7f\x10\0OB\0\0\xff\xff\xff\xff" + fragments + b"\xfe\xff\xdd\xe0" + bytes(4)
        with pytest.raises(WriteError):
            encode(dataset, implicit_vr=False, little_endian=False)


def test_items_keep_the_kind_of_their_length() -> None:
    for sequence_undefined in (False, True):
        for item_undefined in (False, True):
            item = Dataset()
            item.is_undefined_length_sequence_item = item_undefined
            dataset = Dataset()
            dataset.ReferencedImageSequence = [item]
            dataset["ReferencedImageSequence"].value.is_undefined_length = sequence_undefined
            in_item = b"\xfe\xff\0\xe0" + (b"\xff" * 4 + b"\xfe\xff\x0d\xe0" + bytes(4) if item_undefined else bytes(4))
            length = b"\xff" * 4 if sequence_undefined else struct.pack("<I", len(in_item))
            end = b"\xfe\xff\xdd\xe0" + bytes(4) if sequence_undefined else b""
            made = encode(dataset, implicit_vr=False, little_endian=True)
            assert made == b"\x08\0\x40\x11SQ\0\0" + length + in_item + end
