"""`set_pixels` sets the whole Image Pixel module by an array, and says what it can't know."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dicom
from dicom.errors import PixelError
from dicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from tests.data_sources import seed

DTYPES = ["?", "u1", "i1", "u2", "i2", "u4", "i4", "f4", "f8", ">u2", ">f8"]


def read_by_pydicom(ds: Any) -> Any:
    """What pydicom reads of the data set after we wrote it."""
    target = io.BytesIO()
    ds.save_as(target, enforce_file_format=True)
    target.seek(0)
    return pydicom.dcmread(target)


def made() -> dicom.Dataset:
    """A data set without pixels."""
    ds = dicom.Dataset()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    ds.SOPInstanceUID = "1.2.3"
    return ds


def kinds(findings: Any) -> set[tuple[str, str]]:
    """Code and keyword of each finding."""
    from dicom.dictionary import keyword_for_tag

    return {(finding.code, keyword_for_tag(finding.tag)) for finding in findings}


@st.composite
def arrays(draw: st.DrawFn) -> tuple[np.ndarray[Any, Any], tuple[str, ...]]:
    """An array of any type that is taken, and what its axes are, in any order."""
    dtype = np.dtype(draw(st.sampled_from(DTYPES)))
    may_be_color = dtype.kind == "u" and dtype.itemsize <= 2
    axes = ["row", "column"]
    if draw(st.booleans()):
        axes.append("frame")
    if may_be_color and draw(st.booleans()):
        axes.append("sample")
    axes = draw(st.permutations(axes))
    shape = [3 if axis == "sample" else draw(st.integers(1, 6)) for axis in axes]
    data = np.random.default_rng(draw(st.integers(0, 99))).bytes(int(np.prod(shape)) * dtype.itemsize)
    array = np.frombuffer(data, dtype if dtype.kind != "b" else "u1").reshape(shape)
    if dtype.kind == "b":
        array = array > 127
    return array, tuple(axes)


def canonical(array: np.ndarray[Any, Any], axes: tuple[str, ...]) -> np.ndarray[Any, Any]:
    """The array as `pixel_array` has it: one frame has no axis, bool is a byte."""
    order = [axes.index(axis) for axis in ("frame", "row", "column", "sample") if axis in axes]
    array = array.transpose(order)
    if "frame" in axes and array.shape[0] == 1:
        array = array[0]
    return array.astype("u1") if array.dtype.kind == "b" else array


@settings(max_examples=150, deadline=None)
@given(arrays(), st.sampled_from([None, "deflated", "implicit-little"]), st.integers(0, 1))
def test_what_was_set_is_what_is_read(
    drawn: tuple[np.ndarray[Any, Any], tuple[str, ...]], syntax: str | None, planar: int
) -> None:
    array, axes = drawn
    ds = made()
    ds.set_pixels(array, axes=axes, planar_configuration=planar, transfer_syntax=syntax)
    wanted = canonical(array, axes)
    for pixels in (ds.pixel_array, read_by_pydicom(ds).pixel_array):
        assert pixels.dtype == wanted.dtype.newbyteorder("<")
        assert pixels.shape == wanted.shape
        assert pixels.tobytes() == wanted.astype(wanted.dtype.newbyteorder("<")).tobytes()


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 4), st.integers(0, 9))
def test_single_bits_are_packed_on_asking(rows: int, columns: int, frames: int, key: int) -> None:
    array = np.random.default_rng(key).random((frames, rows, columns)) > 0.5
    ds = made()
    ds.set_pixels(array, bits_allocated=1, axes=("frame", "row", "column"))
    assert (ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation) == (1, 1, 0, 0)
    assert len(ds.PixelData) == (array.size + 7) // 8 + (array.size + 7) // 8 % 2
    wanted = array.astype("u1") if frames > 1 else array[0].astype("u1")
    assert np.array_equal(ds.pixel_array, wanted)
    assert np.array_equal(read_by_pydicom(ds).pixel_array, wanted)


MODULES: list[tuple[Any, dict[str, Any], dict[str, Any]]] = [
    (np.zeros((2, 4), "u1"), {}, {"PixelRepresentation": 0, "BitsAllocated": 8, "BitsStored": 8, "HighBit": 7}),
    (np.zeros((2, 4), "i2"), {}, {"PixelRepresentation": 1, "BitsAllocated": 16, "BitsStored": 16, "HighBit": 15}),
    (np.zeros((2, 4), "u2"), {"bits_stored": 12}, {"BitsAllocated": 16, "BitsStored": 12, "HighBit": 11}),
    (np.zeros((2, 4), "u4"), {}, {"BitsAllocated": 32, "BitsStored": 32, "HighBit": 31}),
    (np.zeros((2, 4), bool), {}, {"BitsAllocated": 8, "BitsStored": 8, "PixelRepresentation": 0}),
    (np.zeros((2, 4), "i8"), {"bits_allocated": 16}, {"BitsAllocated": 16, "PixelRepresentation": 1}),
    (
        np.zeros((2, 4), "f4"),
        {},
        {"BitsAllocated": 32, "BitsStored": None, "HighBit": None, "PixelRepresentation": None, "PixelData": None},
    ),
    (np.zeros((2, 4), "f8"), {}, {"BitsAllocated": 64, "FloatPixelData": None}),
    (
        np.zeros((2, 4, 3), "u1"),
        {"photometric_interpretation": "RGB"},
        {"SamplesPerPixel": 3, "PlanarConfiguration": 0, "NumberOfFrames": None, "Rows": 2, "Columns": 4},
    ),
    (
        np.zeros((2, 4, 3), "u1"),
        {"photometric_interpretation": "MONOCHROME1"},
        {"SamplesPerPixel": 1, "PlanarConfiguration": None, "NumberOfFrames": 2, "Rows": 4, "Columns": 3},
    ),
    (
        np.zeros((5, 2, 4, 3), "u2"),
        {},
        {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "NumberOfFrames": 5, "Rows": 2, "Columns": 4},
    ),
    (
        np.zeros((3, 2, 4), "u1"),
        {"axes": ("sample", "row", "column"), "planar_configuration": 1},
        {"SamplesPerPixel": 3, "PlanarConfiguration": 1, "Rows": 2, "Columns": 4},
    ),
    (np.zeros((3, 2, 4), "i2"), {}, {"SamplesPerPixel": 1, "NumberOfFrames": 3}),
    (
        np.zeros((2, 4, 3), "u1"),
        {"photometric_interpretation": "YBR_FULL_422"},
        {"PhotometricInterpretation": "YBR_FULL_422", "PlanarConfiguration": 0},
    ),
]


@pytest.mark.parametrize(("array", "options", "wanted"), MODULES, ids=lambda value: str(getattr(value, "shape", "")))
def test_the_module_is_what_the_array_is(array: Any, options: dict[str, Any], wanted: dict[str, Any]) -> None:
    ds = dicom.read(seed("SC_rgb_rle_2frame.dcm"))
    ds.set_pixels(array, **options)
    if array.ndim == 2 or wanted.get("NumberOfFrames", 0) is None:
        # It was there, and stays: a Multi-frame module has it always.
        wanted = {**wanted, "NumberOfFrames": 1}
    assert {keyword: ds.get(keyword) for keyword in wanted} == wanted
    assert ds.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert read_by_pydicom(ds).pixel_array.shape == ds.pixel_array.shape


AMBIGUOUS = [
    np.zeros((3, 4, 5), "u1"),
    np.zeros((4, 5, 3), "u1"),
    np.zeros((4, 5, 3), "u2"),
    np.zeros((4, 5, 1), "u1"),
    np.zeros((4, 5, 1), "i2"),
    np.zeros((4, 5, 4), "u1"),
    np.zeros((3, 4, 3), "u1"),
]


@pytest.mark.parametrize("array", AMBIGUOUS, ids=lambda array: str(array.shape))
def test_what_can_mean_two_things_is_asked_for(array: Any) -> None:
    ds = made()
    with pytest.raises(PixelError, match="say axes="):
        ds.set_pixels(array)
    assert len(ds) == 2
    ds.set_pixels(array, axes=("frame", "row", "column"))
    assert (ds.NumberOfFrames, ds.Rows, ds.Columns) == array.shape


def test_the_data_set_s_own_frames_settle_what_the_axes_are() -> None:
    ds = dicom.read(seed("SC_rgb_rle.dcm"))
    pixels = ds.pixel_array.copy()
    pixels[:2] = 7
    ds.set_pixels(pixels)
    assert np.array_equal(ds.pixel_array, pixels)
    narrow = made()
    narrow.set_pixels(np.ones((2, 4, 3), "u1"), axes=("frame", "row", "column"))
    narrow.set_pixels(np.zeros((5, 4, 3), "u1"))
    assert narrow.pixel_array.shape == (5, 4, 3)


REFUSED: list[tuple[Any, dict[str, Any], str]] = [
    ([[1]], {}, "ndarray"),
    (np.zeros((2, 2), "i8"), {}, "bits_allocated says"),
    (np.zeros((2, 2), "f2"), {}, "float32"),
    (np.zeros((2, 2), "c8"), {}, "complex"),
    (np.zeros(4, "u1"), {}, "shape"),
    (np.zeros((1, 1, 2, 2, 3), "u1"), {}, "shape"),
    (np.zeros((0, 2), "u1"), {}, "side"),
    (np.zeros((1, 65536), "u1"), {}, "side"),
    (np.full((2, 2), 300, "u2"), {"bits_allocated": 8}, "outside 0 to 255"),
    (np.full((2, 2), 2, "u1"), {"bits_allocated": 1}, "outside 0 to 1"),
    (np.full((2, 2), 9, "u1"), {"bits_stored": 3}, "outside 0 to 7"),
    (np.zeros((2, 2), "u1"), {"bits_stored": 9}, "bits_stored"),
    (np.zeros((2, 2), "u1"), {"bits_allocated": 24}, "bits_allocated"),
    (np.zeros((2, 2), "u1"), {"photometric_interpretation": "RGB"}, "shape"),
    (np.zeros((2, 2), "u1"), {"photometric_interpretation": "HSV"}, "one of"),
    (np.zeros((2, 2), "i2"), {"photometric_interpretation": "PALETTE COLOR"}, "unsigned"),
    (np.zeros((2, 2, 2, 4), "u1"), {}, "axes says"),
    (np.zeros((2, 2, 4), "u1"), {"axes": ("row", "column", "sample")}, "alpha"),
    (np.zeros((2, 2), "u1"), {"axes": ("row", "row")}, "axes names"),
    (np.zeros((2, 2), "u1"), {"axes": ("row",)}, "axes names"),
    (np.zeros((2, 2), "u1"), {"axes": ("frame", "row")}, "axes names"),
    (np.zeros((2, 3, 3), "u1"), {"photometric_interpretation": "YBR_FULL_422"}, "odd"),
    (np.zeros((2, 2, 3), "u2"), {"photometric_interpretation": "YBR_FULL"}, "16 bits"),
    (np.zeros((2, 2), "f4"), {"photometric_interpretation": "PALETTE COLOR"}, "floating"),
    (np.zeros((2, 2), "f4"), {"bits_stored": 12}, "floating"),
    (np.zeros((2, 2), "f4"), {"transfer_syntax": "rle"}, "floating"),
    (np.zeros((2, 2), "f4"), {"rescale": (1, 0)}, "rescale"),
    (np.zeros((2, 2), "u1"), {"rescale": (0, 0)}, "slope"),
    (np.zeros((2, 2), "u1"), {"pixel_spacing": (1, 0)}, "pixel_spacing"),
    (np.zeros((2, 2), "u1"), {"planar_configuration": 2}, "planar"),
    (np.zeros((2, 2), "u1"), {"transfer_syntax": "jpeg2000"}, "lose nothing"),
    (np.zeros((2, 2), "u1"), {"transfer_syntax": "explicit-big"}, "big endian"),
    (np.zeros((2, 2), "u1"), {"transfer_syntax": "no such thing"}, "transfer syntax"),
]


@pytest.mark.parametrize(("array", "options", "message"), REFUSED)
def test_an_error_leaves_the_data_set_as_it_was(array: Any, options: dict[str, Any], message: str) -> None:
    ds = dicom.read(seed("CT_small.dcm"))
    with pytest.raises(PixelError, match=message):
        ds.set_pixels(array, **options)
    assert ds.changes() == []


def test_a_palette_has_to_be_spoken_of() -> None:
    ds = dicom.read(seed("examples_palette.dcm"))
    array = np.zeros((4, 5), "u1")
    with pytest.raises(PixelError, match="PALETTE COLOR"):
        ds.set_pixels(array)
    findings = ds.set_pixels(array, photometric_interpretation="PALETTE COLOR")
    assert ("unverified-kept", "RedPaletteColorLookupTableDescriptor") in kinds(findings)
    findings = ds.set_pixels(array, photometric_interpretation="MONOCHROME2")
    assert ("outdated-removed", "RedPaletteColorLookupTableData") in kinds(findings)
    assert "RedPaletteColorLookupTableData" not in ds
    assert set(findings) <= set(ds.findings)
    assert kinds(made().set_pixels(array, photometric_interpretation="PALETTE COLOR")) == {
        ("pixels-lack-description", "RedPaletteColorLookupTableDescriptor")
    }


def test_what_depends_on_the_values_follows_them() -> None:
    ds = dicom.read(seed("CT_small.dcm"))
    assert ds.PixelPaddingValue == -2000
    ds.SmallestPixelValueInSeries, ds.LargestPixelValueInSeries = -10, 5
    ds.SmallestImagePixelValue, ds.LargestImagePixelValue = 1, 2
    array = np.array([[-5, 9]], "i2")
    findings = kinds(ds.set_pixels(array))
    assert (ds.SmallestImagePixelValue, ds.LargestImagePixelValue) == (-5, 9)
    assert ds.SmallestPixelValueInSeries == -10
    assert ("outdated-removed", "LargestPixelValueInSeries") in findings
    assert ("unverified-kept", "PixelPaddingValue") in findings
    assert ("unverified-kept", "RescaleSlope") in findings
    assert ("unverified-kept", "PixelSpacing") in findings
    # Unsigned: the padding value can't be one of these, and the extremes have another VR.
    findings = kinds(ds.set_pixels(np.array([[5, 60000]], "u2")))
    assert ("outdated-removed", "PixelPaddingValue") in findings
    assert ("outdated-removed", "SmallestPixelValueInSeries") in findings
    again = read_by_pydicom(ds)
    assert (again["LargestImagePixelValue"].VR, again.LargestImagePixelValue) == ("US", 60000)
    # 16 bits can't say it.
    findings = kinds(ds.set_pixels(np.array([[5, 70000]], "u4")))
    assert ("outdated-removed", "LargestImagePixelValue") in findings
    assert ds.SmallestImagePixelValue == 5


COLORS_AND_FLOATS: list[tuple[Any, dict[str, Any]]] = [
    (np.zeros((2, 2, 3), "u1"), {"photometric_interpretation": "RGB"}),
    (np.zeros((2, 2), "f4"), {}),
]


def test_colours_and_floats_have_no_rescale() -> None:
    for array, options in COLORS_AND_FLOATS:
        ds = dicom.read(seed("CT_small.dcm"))
        findings = kinds(ds.set_pixels(array, **options))
        assert ("outdated-removed", "RescaleSlope") in findings
        assert "RescaleSlope" not in ds
        assert "PixelPaddingValue" not in ds


def test_floats_outside_a_parametric_map_are_told() -> None:
    ds = dicom.read(seed("CT_small.dcm"))
    assert ("pixels-lack-description", "SOPClassUID") in kinds(ds.set_pixels(np.zeros((2, 2), "f4")))
    assert "PixelData" not in ds
    ds.set_pixels(np.zeros((2, 2), "f8"))
    assert "FloatPixelData" not in ds
    ds.set_pixels(np.zeros((2, 2), "u1"))
    assert "DoubleFloatPixelData" not in ds


def test_frames_have_to_be_those_of_the_functional_groups() -> None:
    ds = dicom.read(seed("eCT_Supplemental.dcm"))
    shape = ds.pixel_array.shape
    with pytest.raises(PixelError, match="Per-Frame Functional Groups"):
        ds.set_pixels(np.zeros((shape[0] + 1, *shape[1:]), "i2"))
    assert ds.changes() == []
    assert ("unverified-kept", "PerFrameFunctionalGroupsSequence") in kinds(
        ds.set_pixels(np.zeros(shape, "i2"), pixel_spacing=(0.5, 0.25))
    )
    assert ds.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing == [0.5, 0.25]
    assert "PixelSpacing" not in ds


def test_values_a_frame_of_another_number_go() -> None:
    ds = dicom.read(seed("rtdose.dcm"))
    assert len(ds.GridFrameOffsetVector) == 15
    ds.RepresentativeFrameNumber = 9
    findings = kinds(ds.set_pixels(np.zeros((4, 10, 10), "u4")))
    assert ("outdated-removed", "GridFrameOffsetVector") in findings
    assert ("outdated-removed", "RepresentativeFrameNumber") in findings
    assert ds.NumberOfFrames == 4
    findings = kinds(dicom.read(seed("CT_small.dcm")).set_pixels(np.zeros((4, 10, 10), "i2")))
    assert ("pixels-lack-description", "FrameIncrementPointer") in findings


def test_overlays_are_looked_at() -> None:
    ds = dicom.read(seed("MR-SIEMENS-DICOM-WithOverlays.dcm"))
    findings = ds.set_pixels(np.zeros((4, 5), "u2"))
    assert {(finding.code, finding.tag) for finding in findings} >= {("unverified-kept", 0x60003000)}
    # One in unused bits goes with them.
    ds = dicom.read(seed("CT_small.dcm"))
    for number, vr, value in ((0x10, "US", 128), (0x11, "US", 128), (0x100, "US", 16), (0x102, "US", 15)):
        ds.add_new((0x6002, number), vr, value)
    findings = ds.set_pixels(ds.pixel_array.copy())
    assert ("outdated-removed", 0x60023000) in {(finding.code, finding.tag) for finding in findings}
    assert (0x6002, 0x10) not in ds


def test_what_the_caller_knows_is_not_asked_about() -> None:
    ds = dicom.read(seed("CT_small.dcm"))
    findings = kinds(ds.set_pixels(np.zeros((4, 5), "i2"), rescale=(2, -1000, "HU"), pixel_spacing=(0.7, 0.8)))
    assert [ds.RescaleSlope, ds.RescaleIntercept] == [2, -1000]
    assert ds.RescaleType == "HU"
    assert list(ds.PixelSpacing) == [0.7, 0.8]
    assert not {keyword for _, keyword in findings} & {
        "RescaleSlope",
        "RescaleIntercept",
        "RescaleType",
        "PixelSpacing",
    }


def test_an_edit_of_the_same_type_keeps_bits_stored() -> None:
    ds = dicom.read(seed("MR_small.dcm"))
    ds.BitsStored, ds.HighBit = 14, 13
    pixels = ds.pixel_array.copy()
    ds.set_pixels(pixels)
    assert (ds.BitsStored, ds.HighBit) == (14, 13)
    pixels[0, 0] = 20000
    ds.set_pixels(pixels)
    assert (ds.BitsStored, ds.HighBit) == (16, 15)


def test_the_transfer_syntax_stays_where_it_can() -> None:
    array = np.arange(20, dtype="i2").reshape(4, 5)
    for name, wanted in (
        ("CT_small.dcm", ExplicitVRLittleEndian),
        ("MR_small_implicit.dcm", ImplicitVRLittleEndian),
        ("image_dfl.dcm", DeflatedExplicitVRLittleEndian),
        ("MR_small_bigendian.dcm", ExplicitVRLittleEndian),
        ("MR_small_RLE.dcm", ExplicitVRLittleEndian),
    ):
        ds = dicom.read(seed(name))
        old = ds.SOPInstanceUID
        ds.set_pixels(array)
        assert ds.file_meta.TransferSyntaxUID == wanted
        assert ds.SOPInstanceUID == ds.file_meta.MediaStorageSOPInstanceUID != old
        assert np.array_equal(read_by_pydicom(ds).pixel_array, array)
    ds.set_pixels(array, generate_instance_uid=False)
    assert ds.SOPInstanceUID == ds.file_meta.MediaStorageSOPInstanceUID


@pytest.mark.parametrize("syntax", ["rle", "jpeg-ls", "jpeg2000-lossless"])
def test_pixels_are_compressed_on_asking(syntax: str) -> None:
    array = np.random.default_rng(3).integers(0, 255, (2, 6, 5, 3), "u1")
    ds = made()
    ds.set_pixels(array, transfer_syntax=syntax, planar_configuration=1)
    assert ds["PixelData"].is_undefined_length
    assert ds.PlanarConfiguration == 0
    assert np.array_equal(ds.pixel_array, array)
    assert np.array_equal(read_by_pydicom(ds).pixel_array, array)


def test_pydicom_s_data_sets_are_taken_too() -> None:
    from dicom.pixels.writing.set_pixels import set_pixels

    ds = pydicom.dcmread(seed("CT_small.dcm"))
    array = np.arange(20, dtype="u2").reshape(4, 5)
    findings = set_pixels(ds, array)
    assert np.array_equal(ds.pixel_array, array)
    assert ("outdated-removed", "PixelPaddingValue") in kinds(findings)


def test_masked_array_is_refused():
    masked = np.ma.masked_equal(np.arange(16, dtype=np.uint8).reshape(4, 4), 3)
    with pytest.raises(PixelError, match="masked array"):
        dicom.Dataset().set_pixels(masked)
    assert not dicom.Dataset().set_pixels(masked.filled(0))
