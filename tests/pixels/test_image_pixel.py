"""Lengths, types and shapes of pixels are those that pydicom gives, for its data sets and for ours."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pydicom
import pydicom.pixels.utils as theirs
import pytest

import dicom
import dicom.compat.pixels.utils as ours
from dicom.errors import MissingElementError, PixelError
from tests.data_sources import dicom_files

LIBRARIES = [dicom.Dataset, pydicom.Dataset]
MODULE = {
    "Rows": 2,
    "Columns": 4,
    "SamplesPerPixel": 1,
    "PhotometricInterpretation": "MONOCHROME2",
    "BitsAllocated": 16,
    "BitsStored": 12,
    "HighBit": 11,
    "PixelRepresentation": 0,
}
LITTLE, BIG = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"
RGB = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "BitsAllocated": 8, "PlanarConfiguration": 0}


def data_set(library: type, syntax: str | None = LITTLE, **changes: Any) -> Any:
    ds = library()
    ds.ensure_file_meta()
    if syntax:
        ds.file_meta.TransferSyntaxUID = syntax
    for keyword, value in {**MODULE, **changes}.items():
        if value is not None:
            setattr(ds, keyword, value)
    return ds


CHANGES: list[dict[str, Any]] = [
    {},
    {"NumberOfFrames": 3},
    {"BitsAllocated": 1},
    {"BitsAllocated": 1, "NumberOfFrames": 3, "Columns": 3},
    {"BitsAllocated": 32},
    {"BitsAllocated": 64, "PixelRepresentation": 1},
    {"PixelRepresentation": 1},
    RGB,
    {**RGB, "PlanarConfiguration": 1, "NumberOfFrames": 2},
    {**RGB, "PhotometricInterpretation": "YBR_FULL_422"},
]


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("changes", CHANGES, ids=str)
@pytest.mark.parametrize("syntax", [LITTLE, BIG, "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.50"])
def test_what_the_module_means_is_pydicom_s(library: type, changes: dict[str, Any], syntax: str) -> None:
    ds, reference = data_set(library, syntax, **changes), data_set(pydicom.Dataset, syntax, **changes)
    assert ours.get_nr_frames(ds) == theirs.get_nr_frames(reference)
    for unit in ("bytes", "pixels"):
        assert ours.get_expected_length(ds, unit) == theirs.get_expected_length(reference, unit)
    assert ours.pixel_dtype(ds) == theirs.pixel_dtype(reference)
    samples = np.arange(theirs.get_expected_length(reference, "pixels"))
    assert ours.reshape_pixel_array(ds, samples).tolist() == theirs.reshape_pixel_array(reference, samples).tolist()
    assert ours.as_pixel_options(ds, rows=7, other=1) == theirs.as_pixel_options(reference, rows=7, other=1)
    assert ours.get_image_pixel_ids(ds).keys() == theirs.get_image_pixel_ids(reference).keys()


@pytest.mark.parametrize("bits", [32, 64])
def test_floating_point_types_are_pydicom_s(bits: int) -> None:
    ds = data_set(dicom.Dataset, BitsAllocated=bits)
    reference = data_set(pydicom.Dataset, BitsAllocated=bits)
    assert ours.pixel_dtype(ds, as_float=True) == theirs.pixel_dtype(reference, as_float=True)


def test_the_offset_table_is_an_option() -> None:
    ds = data_set(dicom.Dataset, ExtendedOffsetTable=b"\0" * 8, ExtendedOffsetTableLengths=b"\1" + b"\0" * 7)
    assert ours.as_pixel_options(ds)["extended_offsets"] == (b"\0" * 8, b"\1" + b"\0" * 7)


@pytest.mark.parametrize("value", [0, None])
def test_no_frames_are_one_frame_and_a_warning(value: Any) -> None:
    ds = data_set(dicom.Dataset)
    ds.NumberOfFrames = value
    with pytest.warns(UserWarning, match="Number of Frames"):
        assert ours.get_nr_frames(ds) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ours.get_nr_frames(ds, warn=False) == 1


@pytest.mark.parametrize("keyword", ["BitsAllocated", "PixelRepresentation"])
def test_an_element_that_is_needed_is_named(keyword: str) -> None:
    with pytest.raises(MissingElementError, match=keyword):
        ours.pixel_dtype(data_set(dicom.Dataset, **{keyword: None}))


@pytest.mark.parametrize(
    ("changes", "as_float", "error"),
    [
        ({"BitsAllocated": 24}, False, NotImplementedError),
        ({"BitsAllocated": 8}, True, NotImplementedError),
        ({"BitsAllocated": 12}, False, PixelError),
        ({"BitsAllocated": 0}, False, PixelError),
        ({"PixelRepresentation": 2}, False, PixelError),
    ],
)
def test_a_type_that_there_is_not_is_an_error(changes: Any, as_float: bool, error: type[Exception]) -> None:
    with pytest.raises(error):
        ours.pixel_dtype(data_set(dicom.Dataset, **changes), as_float)


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, 9),
        ({"SamplesPerPixel": 0}, 8),
        ({**RGB, "PlanarConfiguration": 2}, 24),
        ({**RGB, "PlanarConfiguration": None}, 24),
    ],
)
def test_a_shape_that_does_not_fit_is_an_error(changes: Any, count: int) -> None:
    with pytest.raises(PixelError):
        ours.reshape_pixel_array(data_set(dicom.Dataset, **changes), np.arange(count))


def test_an_edit_changes_the_identity_of_an_element() -> None:
    ds = data_set(dicom.Dataset)
    before = ours.get_image_pixel_ids(ds)
    assert ours.get_image_pixel_ids(ds) == before
    ds["Rows"] = dicom.DataElement(0x00280010, "US", 3)
    after = ours.get_image_pixel_ids(ds)
    assert {keyword for keyword in before if before[keyword] != after[keyword]} == {"Rows"}


@pytest.mark.parametrize(
    "array",
    [
        [0, 1, 1, 0],
        [1] * 8,
        [1] * 9,
        [[1, 0], [0, 1]],
        np.ones((2, 3, 5)),
        [],
        [True, False, True],
        np.array([1, 0], "i2"),
    ],
    ids=str,
)
@pytest.mark.parametrize("pad", [True, False])
def test_bits_are_packed_as_by_pydicom(array: Any, pad: bool) -> None:
    packed = ours.pack_bits(np.array(array), pad)
    assert packed == theirs.pack_bits(np.array(array), pad)
    assert ours.unpack_bits(packed).tolist() == theirs.unpack_bits(packed).tolist()
    assert ours.unpack_bits(packed, as_array=False) == theirs.unpack_bits(packed, as_array=False)


@pytest.mark.parametrize("array", [[0, 2], [-1], [0.5], [float("nan")]])
def test_only_bits_are_packed(array: Any) -> None:
    with pytest.raises(PixelError, match="only 0 and 1"):
        ours.pack_bits(np.array(array))


@pytest.mark.parametrize("bits", [8, 16, 32])
def test_shared_colours_are_expanded_as_by_pydicom(bits: int) -> None:
    data = bytes(range(240))
    assert ours.expand_ybr422(data, bits) == theirs.expand_ybr422(data, bits)
    assert ours.expand_ybr422(b"", bits) == b""
    with pytest.raises(PixelError, match="whole pairs"):
        ours.expand_ybr422(data[:-1], bits)


@pytest.mark.filterwarnings("ignore")
def test_jpeg_2000_parameters_are_pydicom_s() -> None:
    count = 0
    for path in dicom_files().values():
        ds = pydicom.dcmread(path, force=True, defer_size=None)
        if "PixelData" not in ds or not ds.file_meta.get("TransferSyntaxUID", "").startswith("1.2.840.10008.1.2.4.9"):
            continue
        frame = next(pydicom.encaps.generate_frames(ds.PixelData, number_of_frames=int(ds.get("NumberOfFrames") or 1)))
        assert ours.get_j2k_parameters(frame) == theirs.get_j2k_parameters(frame)
        count += 1
    assert count > 10


@pytest.mark.parametrize("tail", [b"", b"\x8b", b"\x0b", b"\x0f" + b"\0" * 60])
@pytest.mark.parametrize("head", [b"\xff\x4f\xff\x51" + b"\0" * 38, b"\xff\x4f\xff\x51", b"abc", b""])
def test_a_codestream_that_is_cut_gives_what_pydicom_gives(head: bytes, tail: bytes) -> None:
    data = head + tail
    assert ours.get_j2k_parameters(data) == theirs.get_j2k_parameters(data)
