"""What is shown is what pydicom's functions and DCMTK's pictures show, within one grey level."""

from __future__ import annotations

import re
import subprocess
import warnings
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut, apply_voi, apply_windowing

import dicom
from dicom.pixels.window import Window
from tests.commands import require
from tests.data_sources import seed
from tests.made_items import item
from tests.plotting.made_images import image as made_image

GREY = [
    "693_UNCI.dcm",
    "693_UNCR.dcm",
    "CT_small.dcm",
    "JPGLosslessP14SV1_1s_1f_8b.dcm",
    "MR2_UNCR.dcm",
    "MR_small.dcm",
    "MR_small_RLE.dcm",
    "MR_small_bigendian.dcm",
    "RG1_UNCR.dcm",
    "RG3_UNCI.dcm",
    "bad_sequence.dcm",
    "emri_small.dcm",
    "mlut_18.dcm",
]
COLOR = [
    "ExplVR_BigEnd.dcm",
    "OBXXXX1A.dcm",
    "OT-PAL-8-face.dcm",
    "SC_rgb_16bit.dcm",
    "SC_rgb_dcmtk_+eb+cr.dcm",
    "SC_rgb_jpeg_dcmtk.dcm",
    "SC_rgb_rle_2frame.dcm",
    "SC_rgb_small_odd.dcm",
    "US1_UNCI.dcm",
    "color-pl.dcm",
    "examples_palette.dcm",
]


def picture_of_dcmtk(path: Path, target: Path, *options: str) -> np.ndarray:
    """The first frame as dcmj2pnm shows it, without overlays."""
    done = subprocess.run(
        [require("dcmj2pnm"), "--write-raw-pnm", "--no-overlays", *options, str(path), str(target)],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, "dcmj2pnm refused the file"
    data = target.read_bytes()
    head = re.match(rb"(P[56])\s+(?:#[^\n]*\n\s*)*(\d+)\s+(\d+)\s+255\s", data)
    assert head is not None
    shape = (int(head[3]), int(head[2]), *((3,) if head[1] == b"P6" else ()))
    return np.frombuffer(data[head.end() :], np.uint8)[: np.prod(shape)].reshape(shape)


def assert_within_one_level(shown: np.ndarray, wanted: np.ndarray) -> None:
    assert shown.shape == wanted.shape
    assert np.abs(shown.astype(int) - wanted.astype(int)).max() <= 1


@pytest.mark.parametrize("name", GREY)
def test_grey_images_are_those_of_dcmtk(name, tmp_path):
    path = seed(name)
    image = dicom.read(path).image().frame(0).display()
    window = image.window
    if window.source == "WindowCenter":
        wanted = picture_of_dcmtk(path, tmp_path / "x.pnm", "+Wi", "1")
    else:
        # DCMTK takes two numbers for the line of LINEAR.
        image = image.display(window=Window(window.center, max(window.width, 2)))
        wanted = picture_of_dcmtk(path, tmp_path / "x.pnm", "+Ww", repr(window.center), repr(max(window.width, 2)))
    assert_within_one_level(image.array, wanted)


@pytest.mark.parametrize("name", COLOR)
def test_colour_images_are_those_of_dcmtk(name, tmp_path):
    path = seed(name)
    shown = dicom.read(path).image().frame(0).display().array
    assert_within_one_level(shown, picture_of_dcmtk(path, tmp_path / "x.pnm"))


@pytest.mark.parametrize("window", [(40, 400), (-600, 1500), (0.5, 7)])
@pytest.mark.parametrize("function", ["LINEAR", "SIGMOID"])
def test_a_window_that_is_asked_for_is_that_of_dcmtk(window, function, tmp_path):
    path = seed("693_UNCR.dcm")
    shown = dicom.read(path).image().display(window=Window(*window, function)).array
    options = ["+Ww", str(window[0]), str(window[1]), *(["--sigmoid-function"] if function == "SIGMOID" else [])]
    assert_within_one_level(shown, picture_of_dcmtk(path, tmp_path / "x.pnm", *options))


RAMP = np.arange(256, dtype=np.uint8).reshape(16, 16)


def save(ds: dicom.Dataset, path: Path) -> Path:
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3"
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    ds.save_as(path, enforce_file_format=True)
    return path


@pytest.mark.parametrize("interpretation", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("shape", [None, "IDENTITY", "INVERSE"])
def test_polarity_is_that_of_dcmtk(interpretation, shape, tmp_path):
    elements = {"WindowCenter": 128, "WindowWidth": 256, "PresentationLUTShape": shape}
    ds = made_image(RAMP, PhotometricInterpretation=interpretation, **elements)
    path = save(ds, tmp_path / "made.dcm")
    assert_within_one_level(ds.image().display().array, picture_of_dcmtk(path, tmp_path / "x.pnm", "+Wi", "1"))


@pytest.mark.parametrize("interpretation", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize(
    "table",
    [
        {"LUTDescriptor": [256, 0, 8], "LUTData": list(range(255, -1, -1))},
        {"LUTDescriptor": [200, 20, 12], "LUTData": list(range(0, 4000, 20))},
        {"LUTDescriptor": [100, 100, 16], "LUTData": list(range(0, 65500, 655))},
    ],
)
def test_a_voi_lut_is_that_of_dcmtk(table, interpretation, tmp_path):
    ds = made_image(RAMP, PhotometricInterpretation=interpretation, VOILUTSequence=[item(**table)])
    wanted = picture_of_dcmtk(save(ds, tmp_path / "made.dcm"), tmp_path / "x.pnm", "+Wl", "1")
    assert_within_one_level(ds.image().display().array, wanted)


@pytest.mark.parametrize("name", [name for name in GREY if name not in ("mlut_18.dcm", "emri_small.dcm")])
def test_windows_are_those_of_pydicom_before_they_are_rounded(name):
    path = seed(name)
    reference = pydicom.dcmread(path)
    values = apply_modality_lut(reference.pixel_array, reference)
    np.testing.assert_array_equal(dicom.read(path).image().modality().array, values)
    if "WindowWidth" not in reference:
        return
    windowed = apply_windowing(values, reference)
    # pydicom's output runs over the range that the stored bits can have after the rescale.
    ends = apply_windowing(np.array([-1e9, 1e9]), reference)
    levels = (windowed - ends[0]) / (ends[1] - ends[0])
    np.testing.assert_allclose(dicom.read(path).image().voi().array, levels, atol=1e-9)


def test_a_voi_lut_is_that_of_pydicom():
    path = seed("vlut_04.dcm")
    reference = pydicom.dcmread(path)
    image = dicom.read(path).image()
    bits = reference.VOILUTSequence[0].LUTDescriptor[2]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = apply_voi(apply_modality_lut(reference.pixel_array, reference), reference)
    np.testing.assert_allclose(image.voi(lut=0).array, wanted / (2**bits - 1), atol=1e-9)


@pytest.mark.parametrize("name", ["OBXXXX1A.dcm", "gdcm-US-ALOKA-16.dcm", "examples_palette.dcm"])
def test_a_palette_is_that_of_pydicom(name):
    reference = pydicom.dcmread(seed(name))
    colors = apply_color_lut(reference.pixel_array, reference)
    wanted = colors if colors.dtype == np.uint8 else colors / 257.0
    assert np.abs(dicom.read(seed(name)).image().display().array - wanted.astype(float)).max() <= 1
