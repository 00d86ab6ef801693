"""The commands that judge what we write do find faults: a judge that is silent at everything proves nothing."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest

from tests.commands import dciodvfy, dciodvfy_warnings, dcmqi, plastimatch
from tests.data_sources import dicompyler_file, seed


def test_dciodvfy_finds_no_error_in_a_good_file() -> None:
    assert dciodvfy(seed("CT_small.dcm")) == []
    assert any("Laterality" in line for line in dciodvfy_warnings(seed("CT_small.dcm")))


def test_dciodvfy_names_what_a_file_lacks(tmp_path: Path) -> None:
    ds = pydicom.dcmread(seed("CT_small.dcm"))
    del ds.Rows
    ds.save_as(tmp_path / "broken.dcm")
    assert any("Rows" in line for line in dciodvfy(tmp_path / "broken.dcm"))


def test_dciodvfy_reads_doses_of_32_bits(tmp_path: Path) -> None:
    good = dciodvfy(seed("rtdose.dcm"))
    ds = pydicom.dcmread(seed("rtdose.dcm"))
    del ds.DoseUnits
    ds.save_as(tmp_path / "broken.dcm")
    assert [line for line in dciodvfy(tmp_path / "broken.dcm") if line not in good] == [
        "Error - </DoseUnits(3004,0002)> - Missing attribute for Type 1 Required - Module=<RTDose>"
    ]


def test_dciodvfy_reports_what_is_no_dicom(tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes(b"no DICOM" * 100)
    assert dciodvfy(tmp_path / "text")


def test_a_command_that_fails_fails_the_test(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="ended with"):
        dcmqi("segimage2itkimage", "--inputDICOM", tmp_path / "absent.dcm", "--outputDirectory", tmp_path)


def test_plastimatch_reads_a_dose(tmp_path: Path) -> None:
    said = plastimatch("convert", "--input", dicompyler_file("rtdose.dcm"), "--output-dose-img", tmp_path / "dose.mha")
    assert (tmp_path / "dose.mha").is_file(), said
