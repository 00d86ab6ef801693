"""From one transfer syntax to another: every pair, group lengths, deflating, elements of other data sets, DICOMDIR."""

from __future__ import annotations

import copy
import io
import pickle
import struct
import warnings
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dicom
from dicom.dataset import Dataset, FileMetaDataset
from dicom.dataset.write import encode
from dicom.errors import WriteError
from dicom.testing.encoder import (
    DEFLATED,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    UNDEFINED_LENGTH,
    Element,
    Encoding,
    Fragments,
    Item,
    Items,
    deflate,
    encode_elements,
    encode_file,
    encode_meta,
    encoding_of,
)
from tests.data_sources import dicom_files, seed

if TYPE_CHECKING:
    from collections.abc import Callable

SYNTAXES = {"implicit": IMPLICIT_LITTLE, "explicit": EXPLICIT_LITTLE, "big": EXPLICIT_BIG, "deflated": DEFLATED}
JPEG = "1.2.840.10008.1.2.4.50"


def written(dataset: Any) -> bytes:
    target = io.BytesIO()
    dicom.write(dataset, target)
    return target.getvalue()


def converted(data: bytes, transfer_syntax: str, *, asked_first: bool = False) -> bytes:
    dataset = dicom.read(data)
    if asked_first:
        for element in dataset.iterall():
            _ = element.value
    dataset.file_meta.TransferSyntaxUID = transfer_syntax
    return written(dataset)


#: One of each VR whose bytes go by the byte order, and some that don't; nested too.
LEAVES = (
    Element(0x00080060, "CS", b"CT"),
    Element(0x00280009, "AT", (0x00181063, 0x00181065)),
    Element(0x00280010, "US", (258,)),
    Element(0x00186020, "SL", (-2, 3)),
    Element(0x00189219, "SS", (-2,)),
    Element(0x00186060, "FL", (1.5,)),
    Element(0x00186054, "FD", (1.5, -2.5)),
    Element(0x00081161, "UL", (65538,)),
    Element(0x0008040C, "UV", (2**40 + 1,)),
    Element(0x00720082, "SV", (-(2**40),)),
    Element(0x0008041B, "OB", b"\1\2"),
    Element(0x00281201, "OW", (1, 2, 3)),
    Element(0x00660040, "OL", (1, 2)),
    Element(0x00181638, "OF", (1.5,)),
    Element(0x003A032E, "OD", (1.5,)),
    Element(0x7FE00001, "OV", (2**40,)),
)


def all_kinds() -> tuple[Element, ...]:
    leaves = tuple(sorted(LEAVES, key=lambda element: element.tag))
    nested = Element(0x0040A730, "SQ", Items((Item(leaves), Item(leaves, True))), True)
    sequence = Element(0x00081140, "SQ", Items((Item((nested,)), Item(()))))
    return tuple(sorted((*leaves, nested, sequence), key=lambda element: element.tag))


@pytest.mark.parametrize("asked_first", [False, True])
@pytest.mark.parametrize("after", SYNTAXES)
@pytest.mark.parametrize("before", SYNTAXES)
def test_every_pair_is_what_the_encoder_makes(before: str, after: str, asked_first: bool) -> None:
    data = encode_file(all_kinds(), SYNTAXES[before])
    made = converted(data, SYNTAXES[after], asked_first=asked_first)
    expected = encode_file(all_kinds(), SYNTAXES[after])
    if after == "deflated":
        head = len(bytes(132) + encode_meta(DEFLATED))
        assert made[:head] == expected[:head]
        assert zlib.decompress(made[head:], -15) == zlib.decompress(expected[head:], -15)
        assert len(made) % 2 == 0
    else:
        assert made == expected


@pytest.mark.parametrize("after", SYNTAXES)
def test_pixels_are_the_same_in_each_transfer_syntax(after: str) -> None:
    number = 0
    for name, path in dicom_files().items():
        dataset = dicom.read(path, force=True)
        meta = dataset.file_meta
        syntax = None if meta is None else meta.get("TransferSyntaxUID")
        if syntax not in SYNTAXES.values() or "PixelData" not in dataset or path.stat().st_size > 500_000:
            continue
        if dataset.get("BitsAllocated", 0) > 16:
            # OW is words of 16 bits (PS3.5 6.2), in big endian too: DCMTK and GDCM write and read it so. pydicom, and
            # `pixel_array` with it, takes larger numbers as a whole.
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                before = dataset.pixel_array
            except (ValueError, AttributeError, NotImplementedError):
                continue
            again = dicom.read(converted(path.read_bytes(), SYNTAXES[after]))
            np.testing.assert_array_equal(again.pixel_array, before, err_msg=name)
        number += 1
    assert number > 20


@pytest.mark.parametrize("after", ["implicit", "explicit", "big"])
def test_group_lengths_are_right_in_the_new_encoding(after: str) -> None:
    for right in (True, False):
        encoded = encode_elements((Element(0x00080060, "CS", b"CT"),), encoding_of(EXPLICIT_LITTLE))
        length = Element(0x00080000, "UL", (len(encoded) if right else 99,))
        elements = (length, Element(0x00080060, "CS", b"CT"), Element(0x00280010, "US", (2,)))
        made = converted(encode_file(elements, DEFLATED), SYNTAXES[after])
        in_new = encode_elements(elements[1:2], encoding_of(SYNTAXES[after]))
        if after == "explicit":
            # The encoding is the same: only the deflating is gone.
            assert dicom.read(made)[0x00080000].value == length.value[0]
        else:
            assert made == encode_file((length._replace(value=(len(in_new),)), *elements[1:]), SYNTAXES[after])


def test_a_value_of_odd_length_is_padded_in_another_encoding() -> None:
    odd = (Element(0x00080018, "UI", b"1.2.3"), Element(0x0008041B, "OB", b"abc"), Element(0x00100020, "LO", b"abc"))
    even = [
        element._replace(value=bytes(element.value) + end)
        for element, end in zip(odd, (b"\0", b"\0", b" "), strict=True)
    ]
    assert converted(encode_file(odd), IMPLICIT_LITTLE) == encode_file(even, IMPLICIT_LITTLE)


def test_private_elements_of_no_known_vr_become_un() -> None:
    creator = Element(0x00090010, "LO", b"TEST CREATOR")
    data = encode_file((creator, Element(0x00091001, "US", (1,))), IMPLICIT_LITTLE)
    assert converted(data, EXPLICIT_LITTLE) == encode_file((creator, Element(0x00091001, "UN", b"\1\0")))
    # Nobody knows what to turn round: UN stays as it is.
    assert converted(data, EXPLICIT_BIG) == encode_file((creator, Element(0x00091001, "UN", b"\1\0")), EXPLICIT_BIG)


def test_numbers_in_un_that_are_known_keep_their_value_in_another_byte_order() -> None:
    data = encode_file((Element(0x00280010, "UN", b"\2\1"),))
    assert dicom.read(data).Rows == 258
    made = converted(data, EXPLICIT_BIG)
    assert dicom.read(made).Rows == 258
    assert made == encode_file((Element(0x00280010, "US", (258,)),), EXPLICIT_BIG)
    assert converted(data, IMPLICIT_LITTLE) == encode_file((Element(0x00280010, "US", (258,)),), IMPLICIT_LITTLE)


def test_items_within_un_are_implicit_little_endian() -> None:
    inner = encode_elements((Element(0x00280010, "US", (2,)),), Encoding(explicit=False, little=True))
    item = struct.pack("<HHI", 0xFFFE, 0xE000, len(inner)) + inner
    value = item + bytes.fromhex("feffdde000000000")
    creator = Element(0x00090010, "LO", b"TEST CREATOR")
    data = encode_file((creator, Element(0x00091001, "UN", value, False, UNDEFINED_LENGTH)))
    assert item in converted(data, EXPLICIT_LITTLE)
    for syntax in SYNTAXES.values():
        assert dicom.read(converted(data, syntax))[0x00091001].value[0].Rows == 2
    dataset = dicom.read(data)
    dataset[0x00091001].value[0].Rows = 3
    assert written(dataset) == data.replace(b"\2\0\0\0\2\0", b"\2\0\0\0\3\0")


def test_deflated_bytes_that_nobody_touched_are_copied() -> None:
    body = deflate(encode_elements(LEAVES[:1], encoding_of(EXPLICIT_LITTLE)), level=0)
    data = bytes(128) + b"DICM" + encode_meta(DEFLATED) + body
    dataset = dicom.read(data)
    assert written(dataset) == data
    dataset.preamble = b"\1" * 128
    dataset.file_meta.ImplementationVersionName = "NAME"
    made = written(dataset)
    assert made.startswith(b"\1" * 128)
    assert made.endswith(body)


def test_an_edit_of_a_deflated_data_set_changes_that_element_of_the_inflated_stream() -> None:
    data = encode_file(all_kinds(), DEFLATED)
    head = len(data) - len(deflate(encode_elements(all_kinds(), encoding_of(EXPLICIT_LITTLE))))
    dataset = dicom.read(data)
    dataset.Modality = "MR"
    made = written(dataset)
    assert made[:head] == data[:head]
    before, after = zlib.decompress(data[head:], -15), zlib.decompress(made[head:], -15)
    differing = [place for place in range(len(before)) if before[place] != after[place]]
    assert len(before) == len(after)
    assert after[differing[0] - 8 : differing[-1] + 1] == b"\x08\0\x60\0CS\2\0MR"


# --- encapsulated pixels ---------------------------------------------------------------------------------------------

PIXELS = Element(0x7FE00010, "OB", Fragments((), (b"\xff\xd8\xff\xd9",)))


@pytest.mark.parametrize("after", SYNTAXES)
def test_encapsulated_pixels_are_not_written_as_native_ones(after: str) -> None:
    dataset = dicom.read(encode_file((Element(0x00280100, "US", (8,)), PIXELS), JPEG))
    dataset.file_meta.TransferSyntaxUID = SYNTAXES[after]
    with pytest.raises(WriteError, match="decompress"):
        written(dataset)


@pytest.mark.parametrize("after", [IMPLICIT_LITTLE, EXPLICIT_LITTLE])
def test_pixels_that_were_decompressed_by_hand_are_native(after: str) -> None:
    dataset = dicom.read(seed("JPEG2000.dcm"))
    pixels = dataset.pixel_array
    dataset.PixelData = pixels.tobytes()
    dataset.file_meta.TransferSyntaxUID = after
    again = dicom.read(written(dataset))
    assert not again["PixelData"].is_undefined_length
    np.testing.assert_array_equal(again.pixel_array, pixels)


def test_native_pixels_are_not_written_as_encapsulated_ones() -> None:
    dataset = dicom.read(encode_file((Element(0x00280100, "US", (8,)), Element(0x7FE00010, "OB", b"abcd"))))
    dataset.file_meta.TransferSyntaxUID = JPEG
    with pytest.raises(WriteError, match="encapsulate"):
        written(dataset)


def test_fragments_that_are_assigned_are_encapsulated() -> None:
    dataset = dicom.read(encode_file((Element(0x00280100, "US", (8,)), Element(0x7FE00010, "OB", b"abcd"))))
    dataset.file_meta.TransferSyntaxUID = JPEG
    dataset.PixelData = b"\xfe\xff\0\xe0\0\0\0\0\xfe\xff\0\xe0\4\0\0\0\xff\xd8\xff\xd9"
    assert written(dataset) == encode_file((Element(0x00280100, "US", (8,)), PIXELS), JPEG)


def test_from_one_compressed_syntax_to_another_the_fragments_stay() -> None:
    data = encode_file((Element(0x00280100, "US", (8,)), PIXELS), JPEG)
    assert converted(data, "1.2.840.10008.1.2.4.57") == encode_file(
        (Element(0x00280100, "US", (8,)), PIXELS), "1.2.840.10008.1.2.4.57"
    )


def test_pixels_in_an_icon_follow_their_own_length() -> None:
    icon = Element(
        0x00880200, "SQ", Items((Item((Element(0x00280100, "US", (8,)), Element(0x7FE00010, "OB", b"ab"))),))
    )
    data = encode_file((Element(0x00280100, "US", (8,)), icon, PIXELS), JPEG)
    dataset = dicom.read(data)
    dataset.BitsAllocated = 8
    assert written(dataset) == data


# --- of other data sets ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", SYNTAXES)
@pytest.mark.parametrize("before", SYNTAXES)
@pytest.mark.parametrize("asked_first", [False, True])
def test_elements_of_another_data_set_are_encoded_as_this_one(before: str, after: str, asked_first: bool) -> None:
    source = dicom.read(encode_file(all_kinds(), SYNTAXES[before]))
    if asked_first:
        for element in source.iterall():
            _ = element.value
    target = dicom.read(encode_file((), SYNTAXES[after]))
    for element in source:
        target.add(element)
    fresh = Dataset()
    fresh.update(source)
    made = encode_elements(all_kinds(), encoding_of(SYNTAXES[after]))
    how = {"implicit_vr": after == "implicit", "little_endian": after != "big"}
    assert encode(fresh, **how) == encode(target, **how) == encode(Dataset(source), **how) == made
    if after != "deflated":
        assert written(target) == encode_file(all_kinds(), SYNTAXES[after])


def test_items_move_between_sequences_of_two_files() -> None:
    little, big = (dicom.read(encode_file(all_kinds(), syntax)) for syntax in (EXPLICIT_LITTLE, EXPLICIT_BIG))
    little.ReferencedImageSequence.append(big.ReferencedImageSequence[0])
    big.ReferencedImageSequence.insert(0, little.ReferencedImageSequence[1])
    nested = next(element for element in all_kinds() if element.tag == 0x00081140)
    assert isinstance(nested.value, Items)
    first, second = nested.value.items
    for dataset, items, syntax in (
        (little, (first, second, first), EXPLICIT_LITTLE),
        (big, (second, first, second), EXPLICIT_BIG),
    ):
        elements = [nested._replace(value=Items(items)) if one.tag == nested.tag else one for one in all_kinds()]
        assert written(dataset) == encode_file(elements, syntax)


def test_the_same_item_twice() -> None:
    dataset = dicom.read(encode_file(all_kinds()))
    item = dataset.ReferencedImageSequence[0]
    dataset.ReferencedImageSequence = [item, item]
    again = dicom.read(written(dataset))
    assert again.ReferencedImageSequence[0] == again.ReferencedImageSequence[1] == item


def test_an_item_is_written_as_a_data_set_of_its_own() -> None:
    item = dicom.read(encode_file(all_kinds(), EXPLICIT_BIG)).ReferencedImageSequence[0]
    content = next(one for one in all_kinds() if one.tag == 0x00081140).value
    assert isinstance(content, Items)
    for after, syntax in SYNTAXES.items():
        how = {"implicit_vr": after == "implicit", "little_endian": after != "big"}
        assert encode(item, **how) == encode_elements(content.items[0].elements, encoding_of(syntax))
    assert written(item) == encode_elements(content.items[0].elements, encoding_of(EXPLICIT_BIG))
    item.file_meta = FileMetaDataset()
    item.file_meta.TransferSyntaxUID = IMPLICIT_LITTLE
    assert written(item).endswith(encode_elements(content.items[0].elements, encoding_of(IMPLICIT_LITTLE)))


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy], ids=["copy", "deepcopy"])
def test_an_edit_of_a_copy_is_its_own(make: Callable[[Any], Any]) -> None:
    data = encode_file(all_kinds())
    dataset = dicom.read(data)
    twin = make(dataset)
    twin.Modality = "MR"
    assert written(dataset) == data
    assert dicom.read(written(twin)).Modality == "MR"
    deeper = copy.deepcopy(dataset)
    deeper.ReferencedImageSequence[0].ContentSequence[0].Rows = 3
    assert written(dataset) == data
    assert written(deeper) != data


def test_a_pickle_is_written_as_the_same_elements() -> None:
    for syntax in SYNTAXES.values():
        dataset = dicom.read(encode_file(all_kinds(), syntax))
        again = dicom.read(written(pickle.loads(pickle.dumps(dataset))))
        assert again == dataset
        assert again.file_meta == dataset.file_meta


# --- DICOMDIR --------------------------------------------------------------------------------------------------------

DIRECTORIES = ("DICOMDIR", "DICOMDIR-bigEnd", "DICOMDIR-implicit", "DICOMDIR-reordered", "DICOMDIR-nopatient")
DIRECTORY_EDITS: dict[str, Callable[[Any], object]] = {
    "a longer meta": lambda ds: setattr(ds.file_meta, "ImplementationVersionName", "A_LONGER_NAME"),
    "a longer element before the records": lambda ds: setattr(ds, "FileSetID", "LONGER_NAME"),
    "a longer record": lambda ds: setattr(ds.DirectoryRecordSequence[0], "SpecificCharacterSet", "ISO_IR 192"),
    "implicit": lambda ds: setattr(ds.file_meta, "TransferSyntaxUID", IMPLICIT_LITTLE),
    "big endian": lambda ds: setattr(ds.file_meta, "TransferSyntaxUID", EXPLICIT_BIG),
    "a record more": lambda ds: ds.DirectoryRecordSequence.append(Dataset()),
    "no preamble": lambda ds: setattr(ds, "preamble", None),
    "no meta": lambda ds: setattr(ds, "file_meta", None),
}


def links_of(dataset: Any) -> list[int]:
    """Which record each offset points at, by its place in the sequence; None where it points at none."""
    places = {record.seq_item_tell: number for number, record in enumerate(dataset.DirectoryRecordSequence)} | {0: -1}
    offsets = [dataset[tag].value for tag in (0x00041200, 0x00041202)]
    for record in dataset.DirectoryRecordSequence:
        offsets += [record[tag].value for tag in (0x00041400, 0x00041420) if tag in record]
    return [places[offset] for offset in offsets]


@pytest.mark.parametrize("edit", DIRECTORY_EDITS)
@pytest.mark.parametrize("name", DIRECTORIES)
def test_records_of_a_dicomdir_point_at_each_other_after_they_moved(name: str, edit: str) -> None:
    dataset = dicom.read(seed(f"dicomdirtests/{name}"))
    before = links_of(dataset)
    DIRECTORY_EDITS[edit](dataset)
    for enforced in (False, True):
        target = io.BytesIO()
        if enforced and edit == "no meta":
            continue
        dicom.write(dataset, target, enforce_file_format=enforced)
        assert links_of(dicom.read(target.getvalue())) == before


@pytest.mark.parametrize("name", DIRECTORIES)
def test_an_edit_that_moves_no_record_leaves_the_offsets_alone(name: str) -> None:
    data = seed(f"dicomdirtests/{name}").read_bytes()
    dataset = dicom.read(data)
    dataset.FileSetID = dataset.FileSetID
    assert written(dataset) == data
