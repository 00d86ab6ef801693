"""VRs that PS3.6 leaves open, settled by the neighbours: as the core does it, and as pydicom does."""

from __future__ import annotations

import struct
from typing import Any

import pydicom
import pydicom.filewriter
import pytest

from dicom import DataElement, Dataset, Sequence
from dicom.compat.filereader import read_dataset
from dicom.dataset.write import encode
from dicom.elements.ambiguous import settle, settle_all, settled_vr

SMALLEST, DESCRIPTOR, DATA, PIXELS, OVERLAY = 0x00280106, 0x00283002, 0x00283006, 0x7FE00010, 0x60023000
WAVEFORMS = (0x54000110, 0x54000112, 0x5400100A, 0x54001010)


def data_set(kind: Any, **values: Any) -> Any:
    made = kind()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


CASES: list[tuple[int, str, Any, dict[str, Any]]] = [
    (SMALLEST, "US or SS", b"\xfe\xff", {"PixelRepresentation": 0}),
    (SMALLEST, "US or SS", b"\xfe\xff", {"PixelRepresentation": 1}),
    (SMALLEST, "US or SS", b"\xfe\xff", {}),
    (SMALLEST, "US or SS", b"\xfe\xff", {"PixelData": b"\0\0"}),
    (SMALLEST, "US or SS", b"\1\0\2\0", {"PixelRepresentation": 1}),
    (SMALLEST, "US or SS", -2, {"PixelRepresentation": 1}),
    (SMALLEST, "US or SS", None, {"PixelRepresentation": 1}),
    (DESCRIPTOR, "US or SS", b"\0\1\xff\xff\x10\0", {"PixelRepresentation": 1}),
    (DESCRIPTOR, "US or SS", b"\0\1\xff\xff\x10\0", {"PixelRepresentation": 0}),
    (DATA, "US or OW", b"\1\0\2\0", {"LUTDescriptor": [1, 0, 16]}),
    (DATA, "US or OW", b"\1\0\2\0", {"LUTDescriptor": [2, 0, 16]}),
    (DATA, "US or OW", b"\1\0\2\0", {}),
    (PIXELS, "OB or OW", b"\0\0", {"BitsAllocated": 8}),
    (PIXELS, "OB or OW", b"\0\0", {"BitsAllocated": 1}),
    (PIXELS, "OB or OW", b"\0\0", {"BitsAllocated": 16}),
    (PIXELS, "OB or OW", b"\0\0", {}),
    (OVERLAY, "OB or OW", b"\0\0", {}),
    (0x00091001, "US or SS", b"\1\0", {"PixelRepresentation": 1}),
    (SMALLEST, "US", 5, {}),
    *[(tag, "OB or OW", b"\0\0", {"WaveformBitsAllocated": bits}) for tag in WAVEFORMS for bits in (8, 16)],
    *[(tag, "OB or OW", b"\0\0", {}) for tag in WAVEFORMS],
]


@pytest.mark.parametrize(("tag", "vr", "value", "neighbours"), CASES)
def test_an_element_is_settled_as_in_pydicom(tag: int, vr: str, value: Any, neighbours: dict[str, Any]) -> None:
    ours = DataElement(tag, vr, value, already_converted=True)
    theirs = pydicom.DataElement(tag, vr, value, already_converted=True)
    holder = data_set(pydicom.Dataset, **neighbours)
    holder[tag] = theirs
    try:
        pydicom.filewriter.correct_ambiguous_vr_element(theirs, holder, True)
    except AttributeError:
        with pytest.raises(AttributeError, match="missing"):
            settle(ours, [data_set(Dataset, **neighbours)], little_endian=True)
        return
    settle(ours, [data_set(Dataset, **neighbours)], little_endian=True)
    assert (ours.VR, ours.value) == (str(theirs.VR), theirs.value)


@pytest.mark.parametrize("representation", [0, 1])
@pytest.mark.parametrize("bits", [8, 16])
def test_the_core_settles_elements_likewise(representation: int, bits: int) -> None:
    neighbours = {"BitsAllocated": bits, "PixelRepresentation": representation, "LUTDescriptor": [bits, 0, 16]}
    elements = [
        (SMALLEST, "US or SS", b"\xfe\xff"),
        (DESCRIPTOR, "US or SS", struct.pack("<3H", bits, 0xFFF0, 16)),
        (DATA, "US or OW", b"\1\0\2\0"),
        (OVERLAY, "OB or OW", b"\0\0"),
        (PIXELS, "OB or OW", b"\0\0"),
    ]
    holder = data_set(Dataset, **neighbours)
    for tag, vr, value in elements:
        holder.add(DataElement(tag, vr, value, already_converted=True))
    from io import BytesIO

    read = read_dataset(BytesIO(encode(holder, implicit_vr=True, little_endian=True)), True, True)
    holder.set_original_encoding(True, True)
    settle_all(holder, little_endian=True)
    for tag, _, _ in elements:
        assert (holder[tag].VR, holder[tag].value) == (read[tag].VR, read[tag].value)


def test_the_count_of_a_table_is_never_negative() -> None:
    element = DataElement(DESCRIPTOR, "US or SS", b"\xff\xff\xf0\xff\x10\0", already_converted=True)
    settle(element, [data_set(Dataset, PixelRepresentation=1)], little_endian=True)
    assert (element.VR, element.value) == ("SS", [65535, -16, 16])


def test_bytes_of_a_file_are_read_anew() -> None:
    from io import BytesIO

    read = read_dataset(BytesIO(b"\x28\0\x06\x01\2\0\0\0\xfe\xff"), True, True)
    assert read[SMALLEST].VR != "SS"
    _ = read[SMALLEST].value
    read.PixelRepresentation = 1
    element = DataElement(SMALLEST, "US or SS", read[SMALLEST]._raw, already_converted=True)
    settle(element, [read], little_endian=True)
    assert element.value == -2


def test_what_holds_an_item_settles_its_elements() -> None:
    item, holder = Dataset(), data_set(Dataset, PixelRepresentation=1)
    item.add(DataElement(SMALLEST, "US or SS", b"\xfe\xff", already_converted=True))
    holder.ModalityLUTSequence = Sequence([item])
    assert settled_vr(item[SMALLEST], [item, holder]) == "SS"
    settle_all(holder, little_endian=True)
    assert item[SMALLEST].value == -2


def test_an_item_knows_what_holds_it() -> None:
    item, holder = Dataset(), data_set(Dataset, PixelRepresentation=1)
    item.add(DataElement(SMALLEST, "US or SS", b"\xff\xfe", already_converted=True))
    holder.ModalityLUTSequence = Sequence([item])
    settle_all(item, little_endian=False)
    assert (item[SMALLEST].VR, item[SMALLEST].value) == ("SS", -2)


def test_encapsulated_pixel_data_is_bytes() -> None:
    element = DataElement(PIXELS, "OB or OW", b"", is_undefined_length=True)
    assert settled_vr(element, [data_set(Dataset, BitsAllocated=16)]) == "OB"


def test_implicit_vr_has_words_alone() -> None:
    holder = data_set(Dataset, BitsAllocated=8)
    holder.set_original_encoding(True, True)
    assert settled_vr(DataElement(PIXELS, "OB or OW", b"\0\0"), [holder]) == "OW"
