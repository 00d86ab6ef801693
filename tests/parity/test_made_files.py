"""Files that DCMTK and GDCM make, in each encoding that they write, are read as pydicom reads them."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path

import pytest

import dicom
from tests.commands import missing
from tests.data_sources import seed

from .compare import describe, differing_places
from .differences import unexplained
from .reading import differences_in, read_theirs
from .tools import convert

pytestmark = pytest.mark.parity

HEADERS = (
    "CT_small.dcm", "MR_small.dcm", "rtplan.dcm", "test-SR.dcm", "reportsi.dcm", "nested_priv_SQ.dcm", "priv_SQ.dcm",
    "UN_sequence.dcm", "rtdose_1frame.dcm", "waveform_ecg.dcm", "MR_small_bigendian.dcm", "image_dfl.dcm",
    "SC_rgb_small_odd.dcm", "examples_palette.dcm",
    "dicomdirtests/DICOMDIR", "../charset_files/chrH32.dcm", "../charset_files/chrKoreanMulti.dcm",
    "../charset_files/chrX1.dcm", "../charset_files/chrSQEncoding.dcm", "../palettes/pet.dcm",
)  # fmt: skip

ENCODINGS = {
    "implicit": ("dcmconv", "+ti"),
    "implicit, undefined lengths": ("dcmconv", "+ti", "-e"),
    "explicit little": ("dcmconv", "+te"),
    "explicit little, undefined lengths": ("dcmconv", "+te", "-e"),
    "explicit big": ("dcmconv", "+tb"),
    "explicit big, undefined lengths": ("dcmconv", "+tb", "-e"),
    "deflated": ("dcmconv", "+td"),
    "deflated, undefined lengths": ("dcmconv", "+td", "-e", "+cl", "9"),
    "group lengths": ("dcmconv", "+te", "+g"),
    "group lengths, big, undefined lengths": ("dcmconv", "+tb", "+g", "-e"),
    "padding": ("dcmconv", "+te", "+p", "512", "64"),
    "padding, implicit": ("dcmconv", "+ti", "+p", "1024", "32"),
    "old VRs": ("dcmconv", "+te", "-u"),
    "UTF-8": ("dcmconv", "+te", "+U8"),
    "GDCM implicit": ("gdcmconv", "--implicit"),
    "GDCM explicit": ("gdcmconv", "--explicit"),
    "GDCM explicit by dictionary": ("gdcmconv", "--explicit", "--use-dict"),
}

#: Without preamble and File Meta Information: pydicom takes these for what they aren't, so it reads the same data set
#: with them.
WITHOUT_META = {
    "no meta, implicit": (("dcmconv", "-F", "+ti"), ("dcmconv", "+ti")),
    "no meta, implicit, undefined lengths": (("dcmconv", "-F", "+ti", "-e"), ("dcmconv", "+ti", "-e")),
    "no meta, explicit little": (("dcmconv", "-F", "+te", "-e"), ("dcmconv", "+te", "-e")),
    "no meta, explicit big": (("dcmconv", "-F", "+tb"), ("dcmconv", "+tb")),
    "no meta, group lengths": (("dcmconv", "-F", "+ti", "+g"), ("dcmconv", "+ti", "+g")),
}

#: Data sets of a few private or unknown elements: without File Meta Information nothing says that they are DICOM.
NOT_RECOGNISED = ("nested_priv_SQ.dcm", "priv_SQ.dcm", "UN_sequence.dcm")

IMAGES = (
    "CT_small.dcm", "MR_small.dcm", "rtdose.dcm", "SC_rgb_small_odd.dcm", "examples_rgb_color.dcm", "SC_rgb_16bit.dcm",
    "examples_palette.dcm", "SC_ybr_full_422_uncompressed.dcm", "examples_overlay.dcm", "emri_small.dcm",
    "SC_rgb_2frame.dcm",
)  # fmt: skip

PROCESSES = {
    "lossless SV1": ("dcmcjpeg", "+e1"),
    "lossless SV1, fragments of 4 kB": ("dcmcjpeg", "+e1", "+fs", "4"),
    "lossless SV1, no offsets": ("dcmcjpeg", "+e1", "-ot"),
    **{f"lossless, predictor {number}": ("dcmcjpeg", "+el", "+sv", str(number)) for number in range(1, 8)},
    "lossless, point transform": ("dcmcjpeg", "+el", "+sv", "1", "+pt", "2", "+pl"),
    "baseline": ("dcmcjpeg", "+eb"),
    "baseline, RGB": ("dcmcjpeg", "+eb", "+cr"),
    "baseline, 4:4:4": ("dcmcjpeg", "+eb", "+s4"),
    "baseline, 4:2:2 as YBR_FULL": ("dcmcjpeg", "+eb", "+n2"),
    "baseline, 4:1:1 as YBR_FULL": ("dcmcjpeg", "+eb", "+n1"),
    "baseline, 4:1:1": ("dcmcjpeg", "+eb", "+np"),
    "baseline, monochrome": ("dcmcjpeg", "+eb", "+cm"),
    "extended, 12 bits": ("dcmcjpeg", "+ee"),
    "extended, 8 bits": ("dcmcjpeg", "+ee", "+be"),
    "spectral selection": ("dcmcjpeg", "+es"),
    "progressive": ("dcmcjpeg", "+ep"),
    "JPEG-LS": ("dcmcjpls", "+el"),
    "JPEG-LS, sample interleaved": ("dcmcjpls", "+el", "+is"),
    "JPEG-LS, by planes": ("dcmcjpls", "+el", "+in"),
    "JPEG-LS, cooked": ("dcmcjpls", "+el", "+pc"),
    "JPEG-LS, near lossless": ("dcmcjpls", "+en"),
    "RLE": ("dcmcrle",),
    "RLE, fragments of 4 kB": ("dcmcrle", "+fs", "4"),
    "RLE, no offsets": ("dcmcrle", "-ot"),
    "GDCM raw": ("gdcmconv", "--raw"),
    "GDCM deflated": ("gdcmconv", "--deflated"),
    "GDCM JPEG": ("gdcmconv", "--jpeg"),
    "GDCM JPEG lossy": ("gdcmconv", "--jpeg", "--lossy", "-q", "80"),
    "GDCM JPEG-LS": ("gdcmconv", "--jpegls"),
    "GDCM JPEG-LS lossy": ("gdcmconv", "--jpegls", "--lossy", "-e", "3"),
    "GDCM JPEG 2000": ("gdcmconv", "--j2k"),
    "GDCM JPEG 2000 lossy": ("gdcmconv", "--j2k", "--lossy", "-r", "10"),
    "GDCM RLE": ("gdcmconv", "--rle"),
    "GDCM by planes": ("gdcmconv", "--raw", "--planar-configuration", "1"),
}


#: What the tools refuse to make of a seed, by the beginnings of the conversions' names.
REFUSED = {
    "nested_priv_SQ.dcm": ("GDCM",),
    "priv_SQ.dcm": ("GDCM",),
    "UN_sequence.dcm": ("GDCM",),
    "MR_small_bigendian.dcm": ("GDCM",),
    "dicomdirtests/DICOMDIR": ("GDCM",),
    "../charset_files/chrH32.dcm": ("UTF-8",),
    "../charset_files/chrSQEncoding.dcm": ("UTF-8", "GDCM"),
    "CT_small.dcm": ("JPEG-LS, near",),
    "MR_small.dcm": ("JPEG-LS, near",),
    "rtdose.dcm": ("lossless", "JPEG-LS", "GDCM JPEG", "GDCM JPEG lossy"),
    "SC_rgb_small_odd.dcm": ("GDCM JPEG lossy", "GDCM JPEG-LS lossy", "GDCM JPEG 2000", "GDCM RLE"),
    "SC_rgb_16bit.dcm": ("GDCM JPEG lossy",),
    "examples_palette.dcm": ("JPEG-LS, near", "GDCM JPEG lossy", "GDCM JPEG-LS lossy", "GDCM JPEG 2000 lossy"),
    "SC_ybr_full_422_uncompressed.dcm": (
        "lossless SV1", "lossless, pred", "JPEG-LS", "RLE", "GDCM JPEG lossy", "GDCM JPEG-LS lossy", "GDCM JPEG 2000 l",
    ),
}  # fmt: skip


def pairs(names: tuple[str, ...], conversions: Iterable[str]) -> list[tuple[str, str]]:
    """Every seed with every conversion that its tool doesn't refuse."""
    return [(name, done) for name in names for done in conversions if not done.startswith(REFUSED.get(name, ("?",)))]


def make(name: str, command: tuple[str, ...], folder: Path) -> Path:
    """The file that a tool makes of a seed, or the test ends."""
    made = convert(command, seed(name), folder)
    if made is None:
        missing(f"{' '.join(command)} doesn't convert {name}")
    return made


def explain(left: dict[str, str]) -> str:
    return "\n".join(f"{place}: {what}" for place, what in list(left.items())[:30])


@pytest.mark.parametrize(("name", "conversion"), pairs(HEADERS, ENCODINGS))
def test_encoding_reads_as_in_pydicom(name: str, conversion: str, tmp_path: Path) -> None:
    made = make(name, ENCODINGS[conversion], tmp_path)
    left = unexplained(f"{name} {conversion}", differences_in(made))
    assert not left, explain(left)


@pytest.mark.parametrize(("name", "conversion"), pairs(HEADERS, WITHOUT_META))
def test_data_set_without_file_meta_is_read_as_with_it(name: str, conversion: str, tmp_path: Path) -> None:
    if name in NOT_RECOGNISED and "big" in conversion:
        pytest.skip("nothing says that it is DICOM, and force doesn't look for big endian")
    bare, whole = WITHOUT_META[conversion]
    without, with_meta = make(name, bare, tmp_path), tmp_path / "whole"
    with_meta.mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours = describe(dicom.read(without, force=name in NOT_RECOGNISED))
        theirs = describe(read_theirs(make(name, whole, with_meta)))
    left = unexplained(f"{name} {conversion}", differing_places(ours, theirs))
    assert not left, explain(left)


@pytest.mark.parametrize(("name", "conversion"), pairs(IMAGES, PROCESSES))
def test_transfer_syntax_reads_as_in_pydicom(name: str, conversion: str, tmp_path: Path) -> None:
    made = make(name, PROCESSES[conversion], tmp_path)
    left = unexplained(f"{name} {conversion}", differences_in(made))
    assert not left, explain(left)
