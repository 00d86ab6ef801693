"""``dicom dicomdir`` prints trees and makes DICOMDIRs."""

from __future__ import annotations

from pathlib import Path

import pytest

from dicom.fileset import FileSet
from tests.fileset.made_sets import Raw, image, instance, one_image, patient, series, study, write_instances, write_set


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of three images and a text."""
    write_instances(tmp_path / "SET" / "IMAGES", 3)
    (tmp_path / "SET" / "readme.txt").write_text("no DICOM")
    return tmp_path / "SET"


TREE = """\
PATIENT: PatientID='P1', PatientName='Test^P1'
  STUDY: StudyDate=20200101, StudyTime=101112
    SERIES: Modality=CT, SeriesNumber=1
      IMAGE: 3 SOP Instances
"""


def test_folder_gets_a_directory_and_is_printed(command, folder):
    status, out, err = command("dicomdir", str(folder), "--create", "--id", "TEST")
    assert (status, out) == (0, f"{folder / 'DICOMDIR'}: 3 instances\n")
    assert err == f"dicom: {folder}: 1 files left out, which are not DICOM\n"
    for path in (folder, folder / "DICOMDIR"):
        status, out, err = command("dicomdir", str(path))
        assert (status, err) == (0, "")
        assert out.startswith("File-set ID   TEST\nFile-set UID  ")
        assert out.endswith(f"Instances     3\n{TREE}")


def test_files_are_copied_under_names_of_a_file_set(command, folder, tmp_path):
    (folder / "a long name.dcm").write_bytes(instance("1.2.8.1", "P2", "1.3", "1.3.1"))
    status, out, err = command("dicomdir", str(folder), "--create")
    assert status == 1
    assert "File ID" in err
    status, out, err = command("dicomdir", str(folder), "--create", "--output", str(tmp_path / "OUT"))
    assert status == 0, err
    assert out == f"{tmp_path / 'OUT' / 'DICOMDIR'}: 4 instances\n"
    assert [one.for_moving for one in FileSet(tmp_path / "OUT")] == [False] * 4


def test_existing_directory_is_replaced_only_on_asking(command, folder):
    assert command("dicomdir", str(folder), "--create")[0] == 0
    before = (folder / "DICOMDIR").read_bytes()
    status, _, err = command("dicomdir", str(folder), "--create", "--id", "OTHER")
    assert (status, (folder / "DICOMDIR").read_bytes()) == (1, before)
    assert "DICOMDIR already" in err
    assert command("dicomdir", str(folder), "--create", "--id", "OTHER", "--overwrite")[0] == 0
    assert FileSet(folder).ID == "OTHER"


def test_file_that_lacks_a_key_is_named_and_the_rest_goes_on(command, folder):
    from tests.cli.made_files import write_ct

    write_ct(folder / "NOUIDS")
    status, out, err = command("dicomdir", str(folder), "--create")
    assert status == 1
    assert "NOUIDS: no " in err
    assert out.endswith(": 3 instances\n")


def test_folder_without_dicom_is_an_error(command, tmp_path):
    (tmp_path / "A").write_text("no DICOM")
    status, out, err = command("dicomdir", str(tmp_path), "--create")
    assert (status, out) == (1, "")
    assert "no file" in err
    assert not (tmp_path / "DICOMDIR").exists()


def test_problems_of_a_directory_are_listed(command, tmp_path):
    write_instances(tmp_path, 1)
    write_set(tmp_path, [patient(lower=Raw(5)), study(lower=2), series(lower=3), image("F0000000")])
    status, out, err = command("dicomdir", str(tmp_path))
    assert status == 0
    assert "IMAGE: 1 SOP Instance" in out
    assert "record-offset-outside" in err


def test_path_that_leads_out_is_an_error(command, tmp_path):
    write_set(tmp_path, one_image("..\\SECRET"))
    status, out, err = command("dicomdir", str(tmp_path))
    assert (status, out) == (1, "")
    assert "SECRET" not in err


def test_what_is_no_directory_is_an_error(command, ct, tmp_path):
    assert command("dicomdir", ct)[0] == 1
    assert command("dicomdir", str(tmp_path / "nothing"))[0] == 1
    assert command("dicomdir", str(tmp_path), "--id", "X")[0] == 2
