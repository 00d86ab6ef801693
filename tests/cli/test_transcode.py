"""``dicom transcode`` brings files and folders into another transfer syntax."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

import dicom
from dicom.pixels.codecs import SYNTAXES
from dicom.uid import HTJ2KLossless, RLELossless
from tests.data_sources import seed


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder of two images, a file without pixels, and a text."""
    for name, place in (("CT_small.dcm", "ct.dcm"), ("emri_small.dcm", "a/mr.dcm"), ("rtplan.dcm", "a/plan.dcm")):
        path = tmp_path / "in" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(seed(name).read_bytes())
    (tmp_path / "in" / "readme.txt").write_text("no DICOM")
    return tmp_path / "in"


def test_a_file_is_transcoded_in_silence(command, tmp_path):
    target = tmp_path / "out.dcm"
    assert command("transcode", str(seed("CT_small.dcm")), "-o", str(target), "--to", "htj2k-lossless") == (0, "", "")
    ds = dicom.read(target)
    assert ds.file_meta.TransferSyntaxUID == HTJ2KLossless
    assert np.array_equal(ds.pixel_array, dicom.read(seed("CT_small.dcm")).pixel_array)


@pytest.mark.parametrize("words", [("-", "-o", "out.dcm"), ("in.dcm", "-o", "-")])
def test_standard_streams_are_no_files(command, words):
    status, _, err = command("transcode", *words, "--to", "rle")
    assert status == 2
    assert "names" in err


def test_a_uid_is_a_name_too(command, tmp_path):
    target = tmp_path / "out.dcm"
    assert command("transcode", str(seed("CT_small.dcm")), "-o", str(target), "--to", str(RLELossless))[0] == 0
    assert dicom.read(target).file_meta.TransferSyntaxUID == RLELossless


@pytest.mark.parametrize(
    ("words", "check"),
    [
        (["--to", "jpeg2000", "--ratio", "5"], lambda ds: ds.LossyImageCompressionRatio >= 4.5),
        (["--to", "jpeg2000", "--psnr", "70"], lambda ds: ds.LossyImageCompression == "01"),
        (["--to", "jpeg-ls-near-lossless", "--max-error", "3"], lambda ds: ds.LossyImageCompression == "01"),
        (["--to", "jpeg-lossless", "--predictor", "6"], lambda ds: "LossyImageCompression" not in ds),
        (["--to", "jpegxl-lossless", "--effort", "1"], lambda ds: "LossyImageCompression" not in ds),
        (["--to", "rle", "--offset-table", "extended"], lambda ds: "ExtendedOffsetTable" in ds),
        (["--to", "rle", "--new-uid", "--workers", "1"], lambda ds: ds.SOPInstanceUID.startswith("2.25.")),
    ],
)
def test_options_reach_the_encoder(command, tmp_path, words, check):
    target = tmp_path / "out.dcm"
    assert command("transcode", str(seed("CT_small.dcm")), "-o", str(target), *words) == (0, "", "")
    assert check(dicom.read(target))


def test_quality_and_rgb(command, tmp_path):
    target = tmp_path / "out.dcm"
    source = str(seed("SC_rgb_jpeg_dcmtk.dcm"))
    assert command("transcode", source, "-o", str(target), "--to", "explicit-little", "--rgb")[0] == 0
    assert dicom.read(target).PhotometricInterpretation == "RGB"
    words = ("--to", "jpeg-baseline", "--quality", "50")
    assert command("transcode", str(target), "-o", str(tmp_path / "jpeg.dcm"), *words)[0] == 0
    assert dicom.read(tmp_path / "jpeg.dcm").PhotometricInterpretation == "YBR_FULL_422"


def test_a_folder_keeps_its_tree_and_is_counted(command, tree, tmp_path):
    out = tmp_path / "out"
    status, printed, err = command("transcode", str(tree), "-o", str(out), "--to", "rle")
    assert (status, printed) == (0, "2 files transcoded, 1 copied as they are\n")
    assert err == "dicom: 1 files left out, which are not DICOM, or a DICOMDIR\n"
    assert dicom.read(out / "a" / "mr.dcm").file_meta.TransferSyntaxUID == RLELossless
    status, printed, err = command("transcode", str(tree), "-o", str(out), "--to", "rle")
    assert (status, printed) == (1, "0 files transcoded\n")
    assert err.count("File exists") == 3
    assert command("transcode", str(tree), "-o", str(out), "--to", "jpeg-ls", "--overwrite")[0] == 0


def test_several_sources_go_into_a_folder(command, tree, tmp_path):
    out = tmp_path / "out"
    words = (str(seed("CT_small.dcm")), str(tree), str(tree / "readme.txt"), "-o", str(out), "--to", "rle")
    status, printed, err = command("transcode", *words)
    assert (status, printed) == (1, "3 files transcoded, 1 copied as they are\n")
    assert "readme.txt: " in err
    assert sorted(path.relative_to(out).as_posix() for path in out.rglob("*.dcm")) == [
        "CT_small.dcm",
        "in/a/mr.dcm",
        "in/a/plan.dcm",
        "in/ct.dcm",
    ]


def test_many_files_are_done_side_by_side(command, tmp_path):
    for number in range(5):
        (tmp_path / f"{number}.dcm").write_bytes(seed("CT_small.dcm").read_bytes())
    (tmp_path / "3.dcm").write_text("no DICOM")
    words = [str(tmp_path / f"{number}.dcm") for number in range(5)]
    status, printed, err = command("transcode", *words, "-o", str(tmp_path / "out"), "--to", "rle", "--workers", "2")
    assert (status, printed) == (1, "4 files transcoded\n")
    assert err.count("\n") == 1
    assert "3.dcm: " in err
    assert sorted(os.listdir(tmp_path / "out")) == ["0.dcm", "1.dcm", "2.dcm", "4.dcm"]


def test_a_failure_is_one_line_and_leaves_no_file(command, tmp_path):
    status, printed, err = command(
        "transcode", str(seed("MR_truncated.dcm")), "-o", str(tmp_path / "out.dcm"), "--to", "rle"
    )
    assert (status, printed) == (1, "")
    assert err.startswith("dicom: ")
    assert err.count("\n") == 1
    assert "8192 are needed" in err
    assert os.listdir(tmp_path) == []
    status, _, err = command(
        "transcode", "--debug", str(seed("MR_truncated.dcm")), "-o", str(tmp_path / "out.dcm"), "--to", "rle"
    )
    assert (status, "Traceback" in err) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        ["x.dcm"],
        ["x.dcm", "-o", "y.dcm"],
        ["-o", "y.dcm", "--to", "rle"],
        ["x.dcm", "-o", "y.dcm", "--to", "nothing"],
        ["x.dcm", "-o", "y.dcm", "--to", "rle", "--workers", "0"],
        ["x.dcm", "-o", "y.dcm", "--to", "rle", "--quality", "much"],
        ["x.dcm", "y.dcm", "-o", __file__, "--to", "rle"],
    ],
)
def test_wrong_usage_is_status_2(command, words):
    assert command("transcode", *words)[0] == 2


def test_the_list_has_all_and_says_what_is_done(command):
    status, out, err = command("transcode", "--list")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert len(lines) == len(SYNTAXES) + 1
    assert [line.split()[0] for line in lines[1:]] == [syntax.alias for syntax in SYNTAXES.values()]
    (line,) = [line for line in lines if line.startswith("htj2k-lossless ")]
    assert line.split() == ["htj2k-lossless", "1.2.840.10008.1.2.4.201", "yes", "yes", "yes"]
    (line,) = [line for line in lines if line.startswith("mpeg2-main ")]
    assert line.split()[2:] == ["with", "video", "-"]


def test_names_of_transfer_syntaxes_complete(command):
    for shell in ("bash", "zsh", "fish"):
        _, out, _ = command("completion", shell)
        assert "htj2k-lossless" in out
        # What isn't written isn't offered.
        assert "mpeg2-main" not in out
