"""The Image Pixel module: what is needed, what is assumed, what is refused."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from dicom.errors import MissingElementError, PixelError
from dicom.pixels import FrameDescription, describe, pixel_array
from dicom.pixels.options import PixelOptions

RAW = bytes(range(24))


def test_a_description_says_what_the_module_says(make_data_set) -> None:
    ds = make_data_set(RAW, NumberOfFrames=2, BitsStored=12, PixelRepresentation=1)
    description = describe(ds)
    assert isinstance(description, FrameDescription)
    assert (description.rows, description.columns, description.samples_per_pixel) == (2, 3, 1)
    assert (description.bits_allocated, description.bits_stored, description.is_signed) == (16, 12, True)
    assert (description.dtype, description.frame_shape, description.number_of_frames) == ("<i2", (2, 3), 2)
    assert (description.frame_bytes, description.tag, description.vr) == (12, 0x7FE00010, "OW")


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("Rows", None),
        ("Rows", 0),
        ("Columns", None),
        ("Columns", 0),
        ("SamplesPerPixel", 0),
        ("SamplesPerPixel", 2),
        ("SamplesPerPixel", 4),
        ("BitsAllocated", None),
        ("BitsAllocated", 0),
        ("BitsAllocated", 12),
        ("BitsAllocated", 24),
        ("BitsAllocated", 128),
        ("BitsStored", 0),
        ("BitsStored", 17),
        ("PixelRepresentation", 2),
        ("NumberOfFrames", -1),
    ],
)
def test_what_no_frame_can_have_is_refused_with_its_tag(make_data_set, keyword, value) -> None:
    elements = {"BitsStored": 16, keyword: value} if keyword == "BitsAllocated" else {keyword: value}
    if keyword == "BitsStored":
        elements["HighBit"] = 15
    ds = make_data_set(RAW, **elements)
    with pytest.raises(PixelError) as caught:
        describe(ds)
    assert keyword in str(caught.value)
    assert caught.value.tag is not None


@pytest.mark.parametrize("keyword", ["SamplesPerPixel", "BitsStored", "PixelRepresentation"])
def test_what_can_be_assumed_is_a_finding(make_data_set, keyword) -> None:
    description = describe(make_data_set(RAW, **{keyword: None}))
    assert [finding.code for finding in description.findings] == ["pixel-element-absent"]
    assert (description.samples_per_pixel, description.bits_stored, description.is_signed) == (1, 16, False)


def test_no_frames_count_as_one(make_data_set) -> None:
    description = describe(make_data_set(RAW, NumberOfFrames=0))
    assert (description.number_of_frames, description.findings[0].code) == (1, "number-of-frames-zero")


def test_no_pixel_data_and_too_much_of_it_are_refused(make_data_set) -> None:
    ds = make_data_set(RAW)
    ds.FloatPixelData = RAW
    with pytest.raises(PixelError, match="more than one"):
        describe(ds)
    del ds.FloatPixelData, ds.PixelData
    with pytest.raises(MissingElementError, match="no Pixel Data"):
        describe(ds)


@pytest.mark.parametrize("keyword", ["Rows", "Columns", "BitsAllocated"])
def test_an_element_without_which_nothing_can_be_read_is_a_missing_attribute(make_data_set, keyword) -> None:
    ds = make_data_set(RAW, **{keyword: None})
    with pytest.raises(MissingElementError, match=keyword) as caught:
        describe(ds)
    # What pydicom raises, so that programs that were written for it catch it.
    assert isinstance(caught.value, AttributeError)


def test_signed_ybr_is_refused(make_data_set) -> None:
    ds = make_data_set(
        RAW, SamplesPerPixel=3, PhotometricInterpretation="YBR_FULL", PlanarConfiguration=0, PixelRepresentation=1
    )
    with pytest.raises(PixelError, match="not signed ones"):
        describe(ds)


def test_a_data_set_without_meta_information_is_native_little_endian(make_data_set) -> None:
    ds = make_data_set(RAW)
    del ds.file_meta
    assert describe(ds).transfer_syntax == "1.2.840.10008.1.2.1"


def test_the_room_alone_imports_neither_numpy_nor_codecs() -> None:
    code = "import sys, dicom.pixels; assert not {'numpy', 'imagecodecs', 'dicom.pixels.decode'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(("high_bit", "is_noted"), [(11, False), (None, False), (15, True), (12, True), (0, True)])
def test_a_high_bit_elsewhere_is_ignored_and_noted(make_data_set, high_bit, is_noted) -> None:
    ds = make_data_set(RAW, BitsStored=12, HighBit=high_bit)
    findings = [finding for finding in describe(ds).findings if finding.code == "high-bit-ignored"]
    assert [finding.tag for finding in findings] == [0x00280102] * is_noted


def test_the_high_bit_of_a_data_set_is_none_of_another_number_of_bits(make_data_set) -> None:
    ds = make_data_set(RAW, BitsStored=12)
    assert not describe(PixelOptions(ds, "1.2.840.10008.1.2.1", {"bits_stored": 16})).findings
    assert not describe(PixelOptions(ds, "1.2.840.10008.1.2.1", {}).with_all_bits()).findings


def test_the_bits_of_a_high_bit_elsewhere_are_the_lowest(make_data_set) -> None:
    words = np.array([[0x1234, 0xF00F]], "<u2")
    with pytest.warns(UserWarning, match="high-bit-ignored.*High Bit is 15 with 12 bits stored"):
        array = pixel_array(make_data_set(words.tobytes(), words, BitsStored=12, HighBit=15))
    assert array.tolist() == [[0x234, 0x00F]]
