"""Pixel data is set, compressed and decompressed as pydicom documents, and an error leaves the data set as it was."""

from __future__ import annotations

import io
import warnings
from typing import Any

import numpy as np
import pydicom
import pytest

import dicom
from dicom.compat.pixels import get_encoder
from dicom.errors import MissingElementError, PixelError, TransferSyntaxError
from dicom.pixels.encapsulation import encapsulate_buffer
from dicom.uid import (
    JPEG2000,
    MPEG2MPML,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)
from tests.data_sources import seed

LOSSLESS = [RLELossless, JPEGLSLossless, JPEG2000Lossless]
GRAY = ["CT_small.dcm", "MR_small.dcm", "MR_small_bigendian.dcm"]
MODULE = [
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "PlanarConfiguration",
    "NumberOfFrames",
    "Rows",
    "Columns",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
]


def module(ds: Any) -> dict[str, Any]:
    return {keyword: ds.get(keyword) for keyword in MODULE}


def state(ds: Any) -> dict[str, Any]:
    """Everything that a change of the pixel data may touch, but values of new UIDs."""
    element = ds["PixelData"]
    return {
        **module(ds),
        "vr": str(element.VR),
        "undefined": element.is_undefined_length,
        "syntax": str(ds.file_meta.TransferSyntaxUID),
        "same uid": ds.SOPInstanceUID == ds.file_meta.MediaStorageSOPInstanceUID,
    }


def read_by_pydicom(ds: Any) -> Any:
    """What pydicom reads of the data set after we wrote it."""
    target = io.BytesIO()
    ds.save_as(target)
    target.seek(0)
    return pydicom.dcmread(target)


@pytest.mark.parametrize("syntax", LOSSLESS)
@pytest.mark.parametrize("name", [*GRAY, "SC_rgb_2frame.dcm", "emri_small.dcm"])
def test_lossless_compression_keeps_the_pixels(name: str, syntax: str) -> None:
    ds = dicom.read(seed(name))
    pixels, before, old = ds.pixel_array, module(ds), ds.SOPInstanceUID
    assert ds.compress(syntax) is None
    assert np.array_equal(ds.pixel_array, pixels)
    assert module(ds) == before
    assert state(ds)["vr"] == "OB"
    assert state(ds)["undefined"]
    assert ds.file_meta.TransferSyntaxUID == syntax
    assert ds.SOPInstanceUID == ds.file_meta.MediaStorageSOPInstanceUID != old
    again = read_by_pydicom(ds)
    assert np.array_equal(again.pixel_array, pixels)
    ds.decompress()
    assert np.array_equal(ds.pixel_array, pixels)
    assert np.array_equal(read_by_pydicom(ds).pixel_array, pixels)
    assert ds.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert not state(ds)["undefined"]


@pytest.mark.parametrize("name", ["CT_small.dcm", "SC_rgb_2frame.dcm"])
def test_the_elements_are_those_that_pydicom_leaves(name: str) -> None:
    ours, theirs = dicom.read(seed(name)), pydicom.dcmread(seed(name))
    for ds in (ours, theirs):
        ds.compress(RLELossless)
    assert state(ours) == state(theirs)
    for ds in (ours, theirs):
        ds.decompress()
    assert state(ours) == state(theirs)
    assert ours.PixelData == theirs.PixelData


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("SC_rgb_jpeg_dcmtk.dcm", {}),
        ("SC_rgb_jpeg_dcmtk.dcm", {"as_rgb": False}),
        ("emri_small_jpeg_2k_lossless.dcm", {}),
        ("MR_small_RLE.dcm", {"generate_instance_uid": False}),
        ("SC_rgb_rle_2frame.dcm", {"decoding_plugin": "pylibjpeg"}),
    ],
)
def test_decompression_leaves_what_pydicom_leaves(name: str, options: dict[str, Any]) -> None:
    ours, theirs = dicom.read(seed(name)), pydicom.dcmread(seed(name))
    old = ours.SOPInstanceUID
    ours.decompress(**options)
    theirs.decompress(**options)
    assert state(ours) == state(theirs)
    assert (ours.SOPInstanceUID == old) == (theirs.SOPInstanceUID == old)
    difference = np.abs(ours.pixel_array.astype(int) - theirs.pixel_array.astype(int))
    # Decoders may differ by one in the DCT; its colours are converted from that.
    assert difference.max() <= (2 if "jpeg_dcmtk" in name else 0)


def test_an_extended_offset_table_comes_and_goes() -> None:
    ds = dicom.read(seed("SC_rgb_2frame.dcm"))
    pixels = ds.pixel_array
    ds.compress(RLELossless, encapsulate_ext=True)
    assert len(ds.ExtendedOffsetTable) == len(ds.ExtendedOffsetTableLengths) == 16
    assert np.array_equal(read_by_pydicom(ds).pixel_array, pixels)
    ds.decompress()
    # pydicom leaves it, and it would be wrong.
    assert "ExtendedOffsetTable" not in ds
    assert "ExtendedOffsetTableLengths" not in ds


def test_native_pixels_that_share_colours_are_given_a_colour_each() -> None:
    # pydicom refuses them.
    ds = dicom.read(seed("SC_ybr_full_422_uncompressed.dcm"))
    pixels = ds.pixel_array
    ds.compress(RLELossless)
    assert ds.PhotometricInterpretation == "YBR_FULL"
    assert np.array_equal(ds.pixel_array, pixels)
    assert np.array_equal(read_by_pydicom(ds).pixel_array, pixels)


def test_an_array_takes_the_place_of_the_pixels() -> None:
    ds = dicom.read(seed("CT_small.dcm"))
    array = ds.pixel_array[::-1].copy()
    ds.compress(JPEGLSLossless, array)
    assert np.array_equal(ds.pixel_array, array)


def test_loss_is_noted() -> None:
    # pydicom leaves it to the caller; PS3.3 C.7.6.1.1.5 asks for it.
    ds = dicom.read(seed("CT_small.dcm"))
    pixels = ds.pixel_array
    ds.compress(JPEG2000, j2k_cr=[10])
    assert ds.LossyImageCompression == "01"
    assert 10 <= ds.LossyImageCompressionRatio < 15
    assert ds.LossyImageCompressionMethod == "ISO_15444_1"
    assert 0 < np.abs(ds.pixel_array.astype(int) - pixels).max() < 200
    ds.decompress()
    ds.compress(JPEGLSNearLossless, jls_error=2)
    assert ds.LossyImageCompressionMethod == ["ISO_15444_1", "ISO_14495_1"]
    assert len(ds.LossyImageCompressionRatio) == 2


def test_what_is_lossless_in_truth_is_not_noted_as_lossy() -> None:
    ds = dicom.read(seed("CT_small.dcm"))
    ds.compress(JPEGLSNearLossless)
    assert "LossyImageCompression" not in ds


@pytest.mark.parametrize(
    ("prepare", "syntax", "error"),
    [
        (lambda ds: setattr(ds, "BitsAllocated", 32), RLELossless, PixelError),
        (lambda ds: setattr(ds, "PhotometricInterpretation", "CMYK"), RLELossless, PixelError),
        (lambda ds: ds.__delattr__("Rows"), RLELossless, MissingElementError),
        (lambda ds: ds.file_meta.__delattr__("TransferSyntaxUID"), RLELossless, MissingElementError),
        (lambda ds: None, JPEGBaseline8Bit, PixelError),
        (lambda ds: None, MPEG2MPML, TransferSyntaxError),
        (lambda ds: None, ExplicitVRLittleEndian, TransferSyntaxError),
        (lambda ds: None, JPEG2000, PixelError),
        (lambda ds: setattr(ds, "PixelData", ds.PixelData[:-2]), RLELossless, PixelError),
    ],
)
def test_an_error_leaves_the_data_set_as_it_was(prepare: Any, syntax: str, error: type[Exception]) -> None:
    ds = dicom.read(seed("CT_small.dcm"))
    prepare(ds)
    before = {tag: ds[tag].value for tag in ds.keys()}  # noqa: SIM118
    meta = str(ds.file_meta)
    with pytest.raises(error):
        ds.compress(syntax)
    assert {tag: ds[tag].value for tag in ds.keys()} == before  # noqa: SIM118
    assert str(ds.file_meta) == meta


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((64, 128), "i2"),
        np.zeros((128, 128), "u2"),
        np.zeros((128, 128), "f4"),
        np.full((128, 128), 40000, "i4"),
        np.zeros((2, 2, 128, 128), "i2"),
    ],
    ids=["shape", "sign", "type", "range", "axes"],
)
def test_an_array_that_does_not_fit_is_refused(array: Any) -> None:
    ds = dicom.read(seed("CT_small.dcm"))
    with pytest.raises(PixelError):
        ds.compress(RLELossless, array)


def test_compressing_twice_and_decompressing_what_is_native_is_an_error() -> None:
    ds = dicom.read(seed("CT_small.dcm"))
    with pytest.raises(PixelError, match="native already"):
        ds.decompress()
    ds.compress(RLELossless)
    with pytest.raises(PixelError, match="only native"):
        ds.compress(RLELossless)
    with pytest.raises(AttributeError):
        dicom.Dataset().decompress()
    with pytest.raises(AttributeError):
        dicom.Dataset().compress(RLELossless)


def test_the_name_of_a_plugin_is_checked() -> None:
    ds = dicom.read(seed("CT_small.dcm"))
    with pytest.raises(PixelError, match="gdcm, pydicom, pylibjpeg"):
        ds.compress(RLELossless, encoding_plugin="nothing")
    ds.compress(RLELossless, encoding_plugin="gdcm")
    with pytest.raises(PixelError, match="pydicom, pylibjpeg"):
        ds.decompress(decoding_plugin="nothing")
    ds.decompress("pylibjpeg")


ARRAYS: list[tuple[tuple[int, ...], str, str, int]] = [
    ((3, 5), "u1", "MONOCHROME2", 8),
    ((3, 5), "u1", "MONOCHROME2", 7),
    ((3, 5), "<i2", "MONOCHROME1", 12),
    ((2, 3, 5), "<u2", "PALETTE COLOR", 16),
    ((1, 3, 5), "u1", "MONOCHROME2", 8),
    ((3, 5, 3), "u1", "RGB", 8),
    ((2, 3, 5, 3), "u1", "RGB", 8),
]


@pytest.mark.parametrize("case", ARRAYS, ids=str)
def test_an_array_is_set_as_by_pydicom(case: tuple[tuple[int, ...], str, str, int]) -> None:
    shape, dtype, interpretation, bits = case
    high = 2 ** (bits - 1) - 1
    array = np.random.default_rng(2).integers(0, high, shape).astype(dtype)
    both = dicom.Dataset(), pydicom.Dataset()
    for ds in both:
        ds.set_pixel_data(array, interpretation, bits)
    ours, theirs = both
    assert state(ours) == state(theirs)
    assert ours.PixelData == theirs.PixelData
    assert ours.pixel_array.tolist() == theirs.pixel_array.tolist() == np.squeeze(array).tolist()


def test_a_big_endian_array_is_set_by_its_values() -> None:
    # pydicom takes its bytes as they are, and reads other values from them.
    array = np.arange(15, dtype=">u2").reshape(3, 5)
    ds = dicom.Dataset()
    ds.set_pixel_data(array, "MONOCHROME2", 16)
    assert ds.pixel_array.tolist() == array.tolist()


def test_shared_colours_are_set_as_by_pydicom() -> None:
    array = np.random.default_rng(2).integers(0, 256, (3, 6, 3), "u1")
    both = dicom.Dataset(), pydicom.Dataset()
    for ds in both:
        ds.set_pixel_data(array, "YBR_FULL_422", 8)
    assert both[0].PixelData == both[1].PixelData
    assert np.array_equal(both[0].pixel_array, both[1].pixel_array)


def test_setting_pixels_puts_the_module_right() -> None:
    ds = dicom.read(seed("SC_rgb_rle_2frame.dcm"))
    old = ds.SOPInstanceUID
    ds.set_pixel_data(np.zeros((3, 4), "u1"), "MONOCHROME2", 8, generate_instance_uid=False)
    assert ds.SOPInstanceUID == old
    assert "NumberOfFrames" not in ds
    assert "PlanarConfiguration" not in ds
    assert ds.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert ds.pixel_array.shape == (3, 4)
    assert read_by_pydicom(ds).pixel_array.shape == (3, 4)


@pytest.mark.parametrize(
    ("array", "interpretation", "bits"),
    [
        (np.zeros((3, 5), "u4"), "MONOCHROME2", 8),
        (np.zeros((3, 5), "f4"), "MONOCHROME2", 8),
        (np.zeros((3, 5), bool), "MONOCHROME2", 1),
        (np.zeros((3, 5), "u1"), "MONOCHROME2", 9),
        (np.zeros((3, 5), "u1"), "MONOCHROME2", 0),
        (np.zeros((3, 5), "u1"), "RGB", 8),
        (np.zeros((3, 5, 4), "u1"), "RGB", 8),
        (np.zeros(5, "u1"), "MONOCHROME2", 8),
        (np.zeros((0, 5), "u1"), "MONOCHROME2", 8),
        (np.zeros((1, 65536), "u1"), "MONOCHROME2", 8),
        (np.zeros((3, 5), "u1"), "HSV", 8),
        (np.full((3, 5), 200, "u1"), "MONOCHROME2", 7),
        (np.full((3, 5), -200, "i2"), "MONOCHROME2", 7),
        (np.zeros((3, 5, 3), "u1"), "YBR_FULL_422", 8),
    ],
)
def test_an_array_that_is_no_image_is_refused(array: Any, interpretation: str, bits: int) -> None:
    ds = dicom.Dataset()
    with pytest.raises(PixelError):
        ds.set_pixel_data(array, interpretation, bits)
    assert len(ds) == 0


def test_pixels_are_not_set_where_they_would_be_misread() -> None:
    ds = dicom.read(seed("MR_small_bigendian.dcm"))
    with pytest.raises(NotImplementedError):
        ds.set_pixel_data(np.zeros((3, 4), "u1"), "MONOCHROME2", 8)
    ds = dicom.Dataset()
    ds.FloatPixelData = b"\0\0\0\0"
    with pytest.raises(PixelError, match="FloatPixelData"):
        ds.set_pixel_data(np.zeros((3, 4), "u1"), "MONOCHROME2", 8)


def test_options_change_what_the_array_is() -> None:
    ds = dicom.read(seed("emri_small_RLE.dcm"))
    whole = ds.pixel_array
    ds.pixel_array_options(index=3)
    assert np.array_equal(ds.pixel_array, whole[3])
    assert ds.pixel_array is ds.pixel_array
    ds.pixel_array_options(index=0, decoding_plugin="pylibjpeg")
    assert np.array_equal(ds.pixel_array, whole[0])
    ds.pixel_array_options()
    assert ds.pixel_array.shape == whole.shape
    ds.pixel_array_options(index=10)
    with pytest.raises(PixelError, match="frame 10 of 10"):
        _ = ds.pixel_array
    ds.pixel_array_options(decoding_plugin="nothing")
    with pytest.raises(PixelError, match="plugin"):
        _ = ds.pixel_array


def test_raw_leaves_the_colours() -> None:
    ds = dicom.read(seed("SC_ybr_full_422_uncompressed.dcm"))
    rgb = ds.pixel_array
    ds.pixel_array_options(raw=True)
    reference = pydicom.dcmread(seed("SC_ybr_full_422_uncompressed.dcm"))
    reference.pixel_array_options(raw=True)
    assert np.array_equal(ds.pixel_array, reference.pixel_array)
    assert not np.array_equal(ds.pixel_array, rgb)
    ds.pixel_array_options(view_only=True)
    assert not ds.pixel_array.flags.writeable


def test_an_option_takes_the_place_of_an_element() -> None:
    ds = dicom.read(seed("CT_small.dcm"))
    pixels = ds.pixel_array
    ds.pixel_array_options(rows=64, columns=256)
    assert np.array_equal(ds.pixel_array, pixels.reshape(64, 256))


@pytest.mark.parametrize("name", ["", "numpy", "rle", "pylibjpeg"])
def test_pixels_are_decoded_in_advance(name: str) -> None:
    ds = dicom.read(seed("emri_small_RLE.dcm"))
    assert ds.convert_pixel_data(name) is None
    assert ds.pixel_array.shape == (10, 64, 64)


def test_a_handler_that_there_is_not_is_an_error() -> None:
    with pytest.raises(ValueError, match="plugin"):
        dicom.read(seed("emri_small_RLE.dcm")).convert_pixel_data("nothing")


def test_pydicom_s_data_sets_are_taken_too() -> None:
    from dicom.pixels.writing.set_pixels import set_pixel_data
    from dicom.pixels.writing.transcode import compress, decompress

    ds = pydicom.dcmread(seed("CT_small.dcm"))
    pixels = ds.pixel_array
    assert compress(ds, JPEG2000Lossless) is ds
    assert np.array_equal(ds.pixel_array, pixels)
    assert decompress(ds) is ds
    assert np.array_equal(ds.pixel_array, pixels)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        set_pixel_data(ds, pixels[::2], "MONOCHROME2", 16)
    assert np.array_equal(ds.pixel_array, pixels[::2])


@pytest.mark.parametrize("native", [True, False])
def test_a_stream_is_pixel_data_too(native: bool) -> None:
    ds = dicom.read(seed("emri_small.dcm"))
    pixels = ds.pixel_array
    if native:
        ds.PixelData = io.BytesIO(ds.PixelData)
    else:
        encoder = get_encoder(RLELossless)
        ds.PixelData = encapsulate_buffer([io.BytesIO(frame) for frame in encoder.iter_encode(ds)])
        ds["PixelData"].is_undefined_length = True
        ds.file_meta.TransferSyntaxUID = RLELossless
    assert np.array_equal(ds.pixel_array, pixels)
    assert np.array_equal(read_by_pydicom(ds).pixel_array, pixels)
    assert np.array_equal(ds.pixel_array, pixels)
