"""From every transfer syntax to every other: samples, identity and what the data set says, by us and by the oracles."""

from __future__ import annotations

import io
import subprocess
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest

import dicom
from dicom.errors import CodecError, PixelError, TransferSyntaxError
from dicom.pixels.codecs import SYNTAXES, EncodeOptions, resolve
from tests.commands import require
from tests.data_sources import seed

NATIVE = ["implicit-little", "explicit-little", "deflated", "explicit-big"]
LOSSLESS = [syntax.alias for syntax in SYNTAXES.values() if syntax.encodes and syntax.lossless == "always"]
LOSSY: dict[str, dict[str, Any]] = {
    "jpeg-baseline": {"quality": 90},
    "jpeg-extended": {"quality": 90},
    "jpeg-ls-near-lossless": {"max_error": 2},
    "jpeg2000": {"ratio": 3},
    "jpegxl": {"quality": 95},
    "jpegxl-jpeg-recompression": {"quality": 90},
    "htj2k": {"ratio": 12},
}
#: What no plugin of pydicom 3 decodes.
UNKNOWN_TO_PYDICOM = {"encapsulated-uncompressed", "deflated-frame", "jpegxl", "jpegxl-lossless"} | {
    "jpegxl-jpeg-recompression"
}
SOURCES = [
    "CT_small.dcm",
    "MR_small_bigendian.dcm",
    "emri_small_jpeg_2k_lossless.dcm",
    "SC_rgb_2frame.dcm",
    "SC_rgb_rle_2frame.dcm",
    "SC_ybr_full_422_uncompressed.dcm",
    "SC_rgb_jpeg_dcmtk.dcm",
    "JPEGLSNearLossless_08.dcm",
    "JPEG-lossy.dcm",
    "examples_palette.dcm",
]
IDENTITY = ("SOPInstanceUID", "NumberOfFrames", "Rows", "Columns", "BitsStored", "HighBit", "PixelRepresentation")
#: What happens to RGB.
COLORS = {
    "jpeg-baseline": "YBR_FULL_422",
    "jpegxl-jpeg-recompression": "YBR_FULL_422",
    "jpeg-ls-near-lossless": "RGB",
    "jpeg2000": "YBR_ICT",
    "htj2k": "YBR_ICT",
    "jpegxl": "XYB",
    "jpeg2000-lossless": "YBR_RCT",
    "htj2k-lossless": "YBR_RCT",
    "htj2k-lossless-rpcl": "YBR_RCT",
}


def written(ds: Any) -> bytes:
    target = io.BytesIO()
    ds.save_as(target)
    return target.getvalue()


def values(ds: Any, keywords: tuple[str, ...]) -> dict[str, Any]:
    return {keyword: ds.get(keyword) for keyword in keywords}


def state(ds: Any) -> tuple[dict[int, Any], str]:
    return {int(tag): ds[tag].value for tag in ds.keys()}, str(ds.file_meta)  # noqa: SIM118


@pytest.mark.parametrize("to", LOSSLESS)
@pytest.mark.parametrize("name", SOURCES)
def test_what_loses_nothing_keeps_samples_and_identity(name: str, to: str) -> None:
    ds = dicom.read(seed(name))
    pixels, before = ds.pixel_array, values(ds, IDENTITY)
    ds.transcode(to)
    assert ds.file_meta.TransferSyntaxUID == resolve(to)
    assert ds.file_meta.MediaStorageSOPInstanceUID == ds.SOPInstanceUID
    assert values(ds, IDENTITY) == before
    assert ds["PixelData"].is_undefined_length == (to not in NATIVE)
    content = written(ds)
    again = dicom.read(content)
    assert np.array_equal(again.pixel_array, pixels)
    assert again.findings == []
    if to not in UNKNOWN_TO_PYDICOM:
        assert np.array_equal(pydicom.dcmread(io.BytesIO(content)).pixel_array, pixels)


@pytest.mark.parametrize("first", LOSSLESS)
def test_a_chain_through_all_gives_the_first_bytes(first: str) -> None:
    for name in ("emri_small.dcm", "SC_rgb_2frame.dcm"):
        ds = dicom.read(seed(name))
        native = ds.PixelData
        ds.transcode(first)
        for other in LOSSLESS:
            ds.transcode(other)
            ds.transcode(first)
        ds.transcode("explicit-little")
        assert ds.PixelData == native
        assert ds.PhotometricInterpretation == dicom.read(seed(name)).PhotometricInterpretation
        assert "LossyImageCompressionMethod" not in ds


@pytest.mark.parametrize("to", list(LOSSY))
def test_loss_is_said_of_a_new_instance(to: str) -> None:
    name = "emri_small.dcm" if to == "jpeg-extended" else "SC_rgb_2frame.dcm"
    ds = dicom.read(seed(name))
    ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    pixels, old, frames = ds.pixel_array, ds.SOPInstanceUID, ds.NumberOfFrames
    ds.transcode(to, **LOSSY[to])
    encoded = sum(map(len, pydicom.encaps.generate_frames(ds.PixelData, number_of_frames=frames)))
    assert ds.LossyImageCompression == "01"
    assert ds.LossyImageCompressionRatio == pytest.approx(pixels.nbytes / encoded, rel=0.02)
    assert (
        ds.LossyImageCompressionMethod
        == {
            "jpeg-baseline": "ISO_10918_1",
            "jpeg-extended": "ISO_10918_1",
            "jpegxl-jpeg-recompression": "ISO_10918_1",
            "jpeg-ls-near-lossless": "ISO_14495_1",
            "jpeg2000": "ISO_15444_1",
            "jpegxl": "ISO_18181_1",
            "htj2k": "ISO_15444_15",
        }[to]
    )
    assert ds.SOPInstanceUID == ds.file_meta.MediaStorageSOPInstanceUID != old
    assert list(ds.ImageType) == ["DERIVED", "PRIMARY", "AXIAL"]
    (code,) = ds.DerivationCodeSequence
    assert (code.CodeValue, code.CodingSchemeDesignator) == ("113040", "DCM")
    (source,) = ds.SourceImageSequence
    assert (source.ReferencedSOPClassUID, source.ReferencedSOPInstanceUID) == (ds.SOPClassUID, old)
    assert source.PurposeOfReferenceCodeSequence[0].CodeValue == "121320"
    assert ds.LossyImageCompressionMethod in ds.DerivationDescription
    assert ds.PhotometricInterpretation == ("MONOCHROME2" if to == "jpeg-extended" else COLORS[to])
    content = written(ds)
    again = dicom.read(content).pixel_array.astype(int)
    assert 0 < np.abs(again - pixels).mean() < 12
    if to not in UNKNOWN_TO_PYDICOM:
        assert np.abs(pydicom.dcmread(io.BytesIO(content)).pixel_array - again).max() <= 1


def test_lossy_htj2k_does_not_wrap_around_black_and_white() -> None:
    array = np.tile(np.arange(256, dtype="u1"), (64, 1))
    array[:, ::7], array[::5] = 255, 0
    ds = dicom.read(seed("CT_small.dcm"))
    ds.set_pixels(array)
    ds.transcode("htj2k", ratio=4)
    difference = np.abs(ds.pixel_array.astype(int) - array)
    assert 0 < difference.max() < 100
    assert np.array_equal(pydicom.dcmread(io.BytesIO(written(ds))).pixel_array, ds.pixel_array)


def test_successive_losses_are_all_said() -> None:
    ds = dicom.read(seed("emri_small.dcm"))
    first = ds.SOPInstanceUID
    ds.transcode("jpeg2000", ratio=3)
    second = ds.SOPInstanceUID
    ds.transcode("explicit-little")
    assert ds.SOPInstanceUID == second
    assert ds.LossyImageCompression == "01"
    ds.transcode("jpeg-ls-near-lossless", max_error=1)
    assert list(ds.LossyImageCompressionMethod) == ["ISO_15444_1", "ISO_14495_1"]
    assert ds["LossyImageCompressionRatio"].VM == 2
    assert [item.ReferencedSOPInstanceUID for item in ds.SourceImageSequence] == [first, second]
    assert [item.PurposeOfReferenceCodeSequence[0].CodeValue for item in ds.SourceImageSequence] == ["121320", "121322"]
    assert len(ds.DerivationCodeSequence) == 2
    assert ds.DerivationDescription.count("Lossy compression") == 2


def test_frame_types_say_what_the_image_type_says() -> None:
    ds = dicom.read(seed("eCT_Supplemental.dcm"))
    ds.transcode("jpeg-ls-near-lossless", max_error=2)
    types = [
        item.FrameType[0]
        for groups in (*ds.SharedFunctionalGroupsSequence, *ds.PerFrameFunctionalGroupsSequence)
        for element in groups
        if element.keyword.endswith("FrameTypeSequence")
        for item in element.value
    ]
    assert types
    assert set(types) == {"DERIVED"}
    assert ds.ImageType[0] == "DERIVED"


def test_near_lossless_without_an_error_loses_nothing() -> None:
    ds = dicom.read(seed("CT_small.dcm"))
    old = ds.SOPInstanceUID
    ds.transcode("jpeg-ls-near-lossless", max_error=0)
    assert ds.SOPInstanceUID == old
    assert "LossyImageCompression" not in ds


def test_a_dct_s_loss_is_not_forgotten_with_its_transfer_syntax() -> None:
    ds = dicom.read(seed("SC_rgb_jpeg_dcmtk.dcm"))
    for keyword in ("LossyImageCompression", "LossyImageCompressionRatio", "LossyImageCompressionMethod"):
        if keyword in ds:
            delattr(ds, keyword)
    old = ds.SOPInstanceUID
    ds.transcode("rle")
    assert (ds.LossyImageCompression, ds.LossyImageCompressionMethod) == ("01", "ISO_10918_1")
    # Its samples are those that it had, so it is the same instance.
    assert ds.SOPInstanceUID == old
    for bring in (lambda ds: ds.transcode("rle"), lambda ds: ds.decompress()):
        ds = dicom.read(seed("JPEG-lossy.dcm"))
        assert "LossyImageCompressionMethod" not in ds
        bring(ds)
        assert ds.LossyImageCompressionMethod == "ISO_10918_1"


def test_single_bits_are_brought_into_jpeg_2000_lossless_and_back() -> None:
    ds = dicom.read(seed("liver.dcm"))
    array, native = ds.pixel_array.copy(), bytes(ds.PixelData)
    ds.transcode("jpeg2000-lossless")
    assert (ds.BitsAllocated, ds.BitsStored) == (1, 1)
    assert len(ds.PixelData) < len(native) // 20
    assert np.array_equal(ds.pixel_array, array)
    assert np.array_equal(pydicom.dcmread(io.BytesIO(written(ds))).pixel_array, array)
    ds.transcode("explicit-little")
    assert bytes(ds.PixelData) == native
    with pytest.raises(PixelError, match="doesn't take these frames"):
        ds.transcode("jpeg2000", psnr=60)


def test_decompressing_says_what_only_the_transfer_syntax_said() -> None:
    ds = dicom.read(seed("SC_rgb_jpeg_dcmtk.dcm"))
    for keyword in ("LossyImageCompression", "LossyImageCompressionRatio", "LossyImageCompressionMethod"):
        if keyword in ds:
            delattr(ds, keyword)
    ds.decompress()
    assert (ds.LossyImageCompression, ds.LossyImageCompressionMethod) == ("01", "ISO_10918_1")
    ds = dicom.read(seed("MR_small_RLE.dcm"))
    ds.decompress()
    assert "LossyImageCompression" not in ds


@pytest.mark.parametrize(("new", "to", "options"), [(True, "rle", {}), (False, "jpeg2000", {"ratio": 3})])
def test_the_caller_may_say_whether_the_instance_is_a_new_one(new: bool, to: str, options: dict[str, Any]) -> None:
    ds = dicom.read(seed("CT_small.dcm"))
    old = ds.SOPInstanceUID
    ds.transcode(to, generate_instance_uid=new, **options)
    assert (ds.SOPInstanceUID != old) == new
    # An instance isn't its own source.
    assert "SourceImageSequence" not in ds


@pytest.mark.parametrize("name", ["MR_small_RLE.dcm", "CT_small.dcm", "SC_rgb_jpeg_dcmtk.dcm", "image_dfl.dcm"])
def test_the_same_transfer_syntax_changes_nothing(name: str) -> None:
    ds = dicom.read(seed(name))
    ds.transcode(ds.file_meta.TransferSyntaxUID)
    assert ds.changes() == []
    assert written(ds) == seed(name).read_bytes()


@pytest.mark.parametrize("to", ["implicit-little", "deflated", "explicit-little"])
def test_native_pixels_are_not_touched_by_another_native_transfer_syntax(to: str) -> None:
    ds = dicom.read(seed("CT_small.dcm") if to != "explicit-little" else seed("rtdose.dcm"))
    data = ds.PixelData
    ds.transcode(to)
    assert [str(change) for change in ds.changes()] == ["file_meta.TransferSyntaxUID (0002,0010) changed"]
    assert pydicom.dcmread(io.BytesIO(written(ds))).PixelData == data


def test_jpeg_is_packed_into_jpeg_xl_and_comes_back_byte_for_byte() -> None:
    ds = dicom.read(seed("examples_ybr_color.dcm"))
    ds.transcode("jpeg-baseline", quality=80)
    data, uid = ds.PixelData, ds.SOPInstanceUID
    noted = values(ds, ("LossyImageCompression", "LossyImageCompressionRatio", "PhotometricInterpretation"))
    pixels = ds.pixel_array
    ds.transcode("jpegxl-jpeg-recompression")
    assert len(ds.PixelData) < len(data)
    assert np.array_equal(ds.pixel_array, pixels)
    assert values(ds, tuple(noted)) == noted
    ds.transcode("jpeg-baseline")
    assert ds.PixelData == data
    assert ds.SOPInstanceUID == uid
    assert values(ds, tuple(noted)) == noted


def test_jpeg_of_12_bits_is_not_packed() -> None:
    ds = dicom.read(seed("JPEG-lossy.dcm"))
    with pytest.raises(PixelError, match="8 bits"):
        ds.transcode("jpegxl-jpeg-recompression")
    assert ds.changes() == []


def test_jpeg_within_jpeg_xl_goes_only_where_its_process_belongs() -> None:
    from PIL import Image

    from dicom.pixels.encapsulation import encapsulate

    ds = dicom.read(seed("SC_rgb_jpeg_dcmtk.dcm"))
    progressive = io.BytesIO()
    Image.fromarray(ds.pixel_array).save(progressive, "JPEG", progressive=True)
    ds.PixelData = encapsulate([progressive.getvalue()])
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.55"
    ds.transcode("jpegxl-jpeg-recompression")
    with pytest.raises(CodecError, match="SOF2"):
        ds.transcode("jpeg-baseline")


def test_samples_of_ybr_full_stay_unless_rgb_is_asked_for() -> None:
    ds = dicom.read(seed("SC_rgb_jpeg_dcmtk.dcm"))
    pixels, old = ds.pixel_array, ds.SOPInstanceUID
    ds.transcode("explicit-little")
    assert (ds.PhotometricInterpretation, ds.PlanarConfiguration) == ("YBR_FULL", 0)
    ds = dicom.read(seed("SC_rgb_jpeg_dcmtk.dcm"))
    ds.transcode("explicit-little", as_rgb=True)
    assert ds.PhotometricInterpretation == "RGB"
    assert ds.PixelData == pixels.tobytes()
    # Samples were rounded: another instance.
    assert ds.SOPInstanceUID != old


def test_the_photometric_interpretation_may_be_chosen() -> None:
    ds = dicom.read(seed("SC_rgb_2frame.dcm"))
    pixels = ds.pixel_array
    ds.transcode("jpeg2000-lossless", photometric_interpretation="RGB")
    assert ds.PhotometricInterpretation == "RGB"
    assert np.array_equal(ds.pixel_array, pixels)
    with pytest.raises(PixelError, match=r"8\.2"):
        ds.transcode("jpeg-ls", photometric_interpretation="YBR_RCT")
    with pytest.raises(PixelError, match="aren't made into"):
        ds.transcode("jpeg-ls", photometric_interpretation="YBR_FULL")


def test_compress_keeps_rgb_in_jpeg_2000_as_pydicom_does() -> None:
    for own, wanted in (("RGB", "RGB"), ("YBR_RCT", "YBR_RCT")):
        ds = dicom.read(seed("SC_rgb_2frame.dcm"))
        pixels = ds.pixel_array
        ds.PhotometricInterpretation = own
        ds.compress("jpeg2000-lossless")
        assert ds.PhotometricInterpretation == wanted
        assert np.array_equal(ds.pixel_array, pixels)
    ds = dicom.read(seed("SC_rgb_2frame.dcm"))
    ds.compress("jpeg-baseline", quality=95)
    assert ds.PhotometricInterpretation == "YBR_FULL_422"
    assert np.abs(ds.pixel_array.astype(int) - pixels).mean() < 1
    ds.decompress()
    ds.compress("jpeg-baseline", ds.pixel_array, quality=95)
    assert ds.PhotometricInterpretation == "YBR_FULL_422"


@pytest.mark.parametrize(
    ("name", "to", "options", "error"),
    [
        ("CT_small.dcm", "jpeg-baseline", {"quality": 90}, PixelError),
        ("CT_small.dcm", "jpeg2000", {}, PixelError),
        ("CT_small.dcm", "rle", {"quality": 90}, PixelError),
        ("CT_small.dcm", "jpeg2000", {"quality": 90, "ratio": 3}, PixelError),
        ("CT_small.dcm", "jpeg-ls", {"offset_table": "no"}, PixelError),
        ("CT_small.dcm", "mpeg2-main", {}, TransferSyntaxError),
        ("MR_truncated.dcm", "rle", {}, PixelError),
        ("liver_1frame.dcm", "jpeg-ls", {}, PixelError),
        ("rtplan.dcm", "rle", {}, AttributeError),
    ],
)
def test_an_error_leaves_the_data_set_as_it_was(
    name: str, to: str, options: dict[str, Any], error: type[Exception]
) -> None:
    ds = dicom.read(seed(name))
    before = state(ds)
    with pytest.raises(error):
        ds.transcode(to, **options)
    assert state(ds) == before
    assert ds.changes() == []


def test_what_an_encoder_spoils_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    import imagecodecs

    encode = imagecodecs.jpeg2k_encode
    monkeypatch.setattr(imagecodecs, "jpeg2k_encode", lambda frame, **how: encode(np.flipud(frame), **how))
    ds = dicom.read(seed("emri_small.dcm"))
    with pytest.raises(CodecError, match="doesn't give the frame back"):
        ds.transcode("jpeg2000-lossless")
    assert ds.changes() == []


def test_floating_point_pixels_stay_native() -> None:
    ds = dicom.Dataset()
    ds.set_pixels(np.zeros((2, 2), "f4"))
    ds.transcode("implicit-little")
    assert ds.file_meta.TransferSyntaxUID == resolve("implicit-little")
    for to in ("rle", "explicit-big"):
        with pytest.raises(PixelError, match="Float"):
            ds.transcode(to)


def test_excess_frames_come_along_and_are_counted() -> None:
    ds = dicom.read(seed("emri_small.dcm"))
    ds.NumberOfFrames = 8
    ds.transcode("rle")
    assert ds.NumberOfFrames == 10
    assert ds.pixel_array.shape == (10, 64, 64)


def test_the_extended_offset_table_is_made_on_asking_and_goes() -> None:
    ds = dicom.read(seed("emri_small.dcm"))
    ds.transcode("rle", offset_table="extended")
    assert len(ds.ExtendedOffsetTable) == len(ds.ExtendedOffsetTableLengths) == 80
    ds.transcode("jpeg-ls")
    assert "ExtendedOffsetTable" not in ds
    assert len(pydicom.encaps.parse_basic_offsets(ds.PixelData)) == 10


def test_bits_above_those_stored_are_kept_or_refused() -> None:
    ds = dicom.read(seed("emri_small.dcm"))
    data = bytearray(ds.PixelData)
    data[1] |= 0x80  # an overlay of old
    ds.PixelData = bytes(data)
    for to in ("rle", "jpeg-ls", "deflated-frame", "encapsulated-uncompressed", "explicit-little"):
        ds.transcode(to)
    assert ds.PixelData == bytes(data)
    with pytest.raises(CodecError, match="would be lost"):
        ds.transcode("jpeg2000-lossless")


def test_progress_is_told() -> None:
    seen: list[tuple[int, int]] = []
    dicom.read(seed("emri_small.dcm")).transcode("rle", progress=lambda *counts: seen.append(counts))
    assert seen == [(number, 10) for number in range(1, 11)]


def test_pydicom_s_data_sets_are_taken_too() -> None:
    from dicom.pixels.writing.transcode import transcode

    ds = pydicom.dcmread(seed("CT_small.dcm"))
    pixels = ds.pixel_array
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        transcode(ds, "rle")
        assert np.array_equal(ds.pixel_array, pixels)
        transcode(ds, "jpeg-ls-near-lossless", max_error=1)
    assert ds.SourceImageSequence[0].PurposeOfReferenceCodeSequence[0].CodeValue == "121320"


def test_the_options_of_encoding_are_one_set() -> None:
    from dicom.pixels.writing.encoding import encode_options

    near, lossy = resolve("jpeg-ls-near-lossless"), resolve("jpeg2000")
    assert encode_options(near, jls_error=2) == EncodeOptions(max_error=2)
    assert encode_options(lossy, j2k_cr=[5], jls_error=2) == EncodeOptions(ratio=[5])
    assert encode_options(resolve("rle"), j2k_cr=[5]) == EncodeOptions()
    with pytest.raises(PixelError, match="by another name"):
        encode_options(near, jls_error=2, max_error=2)


# --- what other toolkits read of it ----------------------------------------------------------------------------------

#: Transfer syntax -> the command that decompresses it.
DECODERS = {
    "jpeg-baseline": "dcmdjpeg",
    "jpeg-extended": "dcmdjpeg",
    "jpeg-lossless": "dcmdjpeg",
    "jpeg-lossless-sv1": "dcmdjpeg",
    "jpeg-ls": "dcmdjpls",
    "jpeg-ls-near-lossless": "dcmdjpls",
    "rle": "dcmdrle",
    "jpeg2000-lossless": "gdcmconv",
    "jpeg2000": "gdcmconv",
}


@pytest.mark.parametrize("name", ["emri_small.dcm", "SC_rgb_2frame.dcm", "CT_small.dcm"])
@pytest.mark.parametrize("to", list(DECODERS))
def test_dcmtk_and_gdcm_read_the_same(tmp_path: Path, name: str, to: str) -> None:
    command = require(DECODERS[to])
    ds = dicom.read(seed(name))
    takes_it = {"jpeg-baseline": ds.BitsAllocated == 8, "jpeg-extended": ds.BitsStored == 12}.get(to, True)
    if not takes_it:
        with pytest.raises(PixelError, match=r"8\.2"):
            ds.transcode(to, **LOSSY[to])
        return
    ds.transcode(to, **LOSSY.get(to, {}))
    dicom.write(ds, tmp_path / "in.dcm", enforce_file_format=True)
    options = ["--raw"] if command.endswith("gdcmconv") else []
    subprocess.run([command, *options, tmp_path / "in.dcm", tmp_path / "out.dcm"], check=True, capture_output=True)
    theirs = dicom.read(tmp_path / "out.dcm").pixel_array.astype(int)
    # Decoders may differ by one in the DCT and in the wavelet of real numbers, and a colour is made of three of them.
    assert np.abs(theirs - ds.pixel_array).max() <= (0 if to in LOSSLESS or "ls" in to else 3)
    shown = subprocess.run([require("dcmdump"), "-q", tmp_path / "in.dcm"], check=True, capture_output=True)
    assert not shown.stderr
