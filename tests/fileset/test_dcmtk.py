"""DCMTK reads the DICOMDIRs that are written here, and those that it makes are read here."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import dicom
from dicom.fileset import FileSet
from tests.commands import require
from tests.fileset.made_sets import instance, write_instances


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Images of two patients."""
    folder = tmp_path / "source"
    write_instances(folder, 3)
    (folder / "OTHER").write_bytes(instance("1.2.8.1", "P2", "1.3", "1.3.1"))
    return folder


def run(*words: str | Path) -> str:
    """What a command prints; it has to end well."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_dcmdump_follows_what_we_write(source: Path, tmp_path: Path) -> None:
    command = require("dcmdump")
    file_set = FileSet()
    file_set.add_folder(source)
    file_set.ID = "OURS"
    file_set.write(tmp_path / "root")
    printed = run(command, "+P", "DirectoryRecordType", tmp_path / "root" / "DICOMDIR")
    found = [line.split("[")[1].split("]")[0] for line in printed.splitlines()]
    one_patient = ["PATIENT", "STUDY", "SERIES", "IMAGE"]
    assert found == [*one_patient, "IMAGE", "IMAGE", *one_patient]
    assert "W:" not in run(command, "-E", tmp_path / "root" / "DICOMDIR")


def test_dcmmkdir_updates_what_we_write(source: Path, tmp_path: Path) -> None:
    command = require("dcmmkdir")
    root = tmp_path / "root"
    file_set = FileSet()
    file_set.add_folder(source)
    file_set.ID = "OURS"
    file_set.write(root)
    (root / "ADDED").write_bytes(instance("1.2.8.2", "P3", "1.4", "1.4.1"))
    # Updating needs all offsets followed; the file names of the set are checked on the way.
    run(command, "+A", "-Pgp", "+D", root / "DICOMDIR", "+id", root, "ADDED")
    again = FileSet(root)
    assert sorted(again.find_values("SOPInstanceUID")) == ["1.2.8.1", "1.2.8.2", "1.2.9.1", "1.2.9.2", "1.2.9.3"]
    assert not again.findings


def test_what_dcmmkdir_makes_is_read(source: Path, tmp_path: Path) -> None:
    command = require("dcmmkdir")
    names = sorted(path.name for path in source.iterdir())
    run(command, "+D", source / "DICOMDIR", "+id", source, *names)
    file_set = FileSet(source)
    assert [Path(one.path).name for one in file_set.find(PatientID="P1")] == names[:3]
    assert not file_set.findings
    assert [one.load().SOPInstanceUID for one in file_set] == [one.SOPInstanceUID for one in file_set]


def test_records_agree_with_those_of_dcmmkdir(source: Path) -> None:
    command = require("dcmmkdir")
    names = sorted(path.name for path in source.iterdir())
    run(command, "+D", source / "DICOMDIR", "+id", source, *names)
    theirs = dicom.read(source / "DICOMDIR")
    FileSet.from_folder(source).write(use_existing=True, overwrite=True)
    ours = dicom.read(source / "DICOMDIR")

    def shape(directory: dicom.Dataset) -> list[tuple[object, ...]]:
        return [
            (record.DirectoryRecordType, str(record.get("ReferencedFileID")), str(record.get("StudyInstanceUID")))
            for record in directory.DirectoryRecordSequence
        ]

    assert sorted(shape(ours)) == sorted(shape(theirs))
