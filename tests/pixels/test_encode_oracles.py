"""DCMTK and GDCM read the files whose frames we encoded, and find the same samples in them."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import numpy as np
import pydicom
import pytest
from pydicom.uid import generate_uid

from dicom.pixels.codecs import EncodeOptions, encode_frame, resolve
from tests.commands import require
from tests.pixels.conftest import _encapsulate, _make_data_set
from tests.pixels.test_encode import described
from tests.pixels.test_encode_round_trips import noise_of

if TYPE_CHECKING:
    from pathlib import Path

#: What each program decodes; GDCM knows no JPEG XL and none of the transfer syntaxes of after 2018.
DCMTK = {"jpeg-lossless": "dcmdjpeg", "jpeg-lossless-sv1": "dcmdjpeg", "jpeg-ls": "dcmdjpls", "rle": "dcmdrle"}
GDCM = ("jpeg-lossless", "jpeg-lossless-sv1", "jpeg-ls", "rle", "jpeg2000-lossless")
KINDS = {
    "8": {"bits": 8},
    "12": {"bits": 12},
    "16": {"bits": 16},
    "signed 16": {"bits": 16, "is_signed": True},
    "signed 12": {"bits": 12, "is_signed": True},
    "colour": {"bits": 8, "shape": (31, 45, 3)},
    "one row": {"bits": 16, "shape": (1, 99)},
    "noise of 600 x 500": {"bits": 16, "shape": (600, 500)},
}


def write(path: Path, encoded: bytes, frame: np.ndarray[Any, Any], syntax: str, **elements: Any) -> None:
    ds = _make_data_set(_encapsulate([encoded], table=True), frame, transfer_syntax=syntax, vr="OB", **elements)
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    ds.save_as(path, enforce_file_format=True)


def decoded_by(*command: str, source: Path, target: Path) -> np.ndarray[Any, Any]:
    program = require(command[0])
    done = subprocess.run([program, *command[1:], source, target], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return pydicom.dcmread(target).pixel_array


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("alias", DCMTK)
def test_dcmtk_finds_the_same_samples(tmp_path: Path, alias: str, kind: str) -> None:
    frame = noise_of(**KINDS[kind])
    bits, syntax = KINDS[kind]["bits"], resolve(alias)
    write(tmp_path / "a.dcm", encode_frame(frame, described(frame, bits, syntax)), frame, syntax, BitsStored=bits)
    theirs = decoded_by(DCMTK[alias], source=tmp_path / "a.dcm", target=tmp_path / "b.dcm")
    assert np.array_equal(theirs, frame)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("alias", GDCM)
def test_gdcm_finds_the_same_samples(tmp_path: Path, alias: str, kind: str) -> None:
    frame = noise_of(**KINDS[kind])
    bits, syntax = KINDS[kind]["bits"], resolve(alias)
    write(tmp_path / "a.dcm", encode_frame(frame, described(frame, bits, syntax)), frame, syntax, BitsStored=bits)
    theirs = decoded_by("gdcmconv", "--raw", source=tmp_path / "a.dcm", target=tmp_path / "b.dcm")
    assert np.array_equal(theirs, frame)


@pytest.mark.parametrize("predictor", range(1, 8))
@pytest.mark.parametrize("bits", [8, 16])
def test_dcmtk_follows_every_predictor(tmp_path: Path, predictor: int, bits: int) -> None:
    frame = noise_of(bits, shape=(64, 77))
    syntax = resolve("jpeg-lossless")
    encoded = encode_frame(frame, described(frame, bits, syntax), EncodeOptions(predictor=predictor))
    write(tmp_path / "a.dcm", encoded, frame, syntax)
    assert np.array_equal(decoded_by("dcmdjpeg", source=tmp_path / "a.dcm", target=tmp_path / "b.dcm"), frame)


@pytest.mark.parametrize(("alias", "bits"), [("jpeg-baseline", 8), ("jpeg-extended", 12)])
def test_dcmtk_is_within_one_of_our_dct(tmp_path: Path, alias: str, bits: int, smooth: np.ndarray[Any, Any]) -> None:
    frame = (smooth >> 4).astype("u1") if bits == 8 else smooth
    syntax = resolve(alias)
    encoded = encode_frame(frame, described(frame, bits, syntax), EncodeOptions(quality=90))
    write(tmp_path / "a.dcm", encoded, frame, syntax, BitsStored=bits)
    theirs = decoded_by("dcmdjpeg", source=tmp_path / "a.dcm", target=tmp_path / "b.dcm").astype(int)
    ours = pydicom.dcmread(tmp_path / "a.dcm").pixel_array
    assert np.abs(theirs - ours).max() <= 1


def test_dcmtk_gives_the_colours_of_ybr_full_422(tmp_path: Path, colors: np.ndarray[Any, Any]) -> None:
    syntax = resolve("jpeg-baseline")
    encoded = encode_frame(colors, described(colors, 8, syntax, "YBR_FULL_422"), EncodeOptions(quality=95))
    write(tmp_path / "a.dcm", encoded, colors, syntax, PhotometricInterpretation="YBR_FULL_422")
    theirs = decoded_by("dcmdjpeg", source=tmp_path / "a.dcm", target=tmp_path / "b.dcm").astype(int)
    assert np.abs(theirs - colors).mean() < 3
