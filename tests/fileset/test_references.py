"""The files that a DICOMDIR refers to, whether or not its tree holds together."""

from __future__ import annotations

from pathlib import Path

import pytest

import dicom
from dicom.errors import DicomError
from dicom.fileset import FileSet
from dicom.fileset.references import referenced_files
from tests.volume.made import grid_affine, plane_data_sets, stored_values, write_series


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    made = plane_data_sets(stored_values((2, 4, 5)), grid_affine(), StudyID="1", AccessionNumber="")
    write_series(tmp_path / "made", made)
    file_set = FileSet()
    file_set.add_folder(tmp_path / "made")
    file_set.write(tmp_path / "set")
    return tmp_path / "set" / "DICOMDIR"


def test_each_record_with_a_file_gives_its_path(directory: Path) -> None:
    found = referenced_files(directory)
    assert [reference.path for reference in found] == [
        str(directory.parent / "PT000000" / "ST000000" / "SE000000" / name) for name in ("IM000000", "IM000001")
    ]
    assert [reference.reason for reference in found] == ["", ""]


def test_a_file_that_is_not_there_has_a_reason(directory: Path) -> None:
    gone = directory.parent / "PT000000" / "ST000000" / "SE000000" / "IM000001"
    gone.unlink()
    missing = referenced_files(directory)[1]
    assert (missing.name, missing.path, missing.reason) == (str(gone), None, "named by the DICOMDIR, but not there")


def test_names_in_small_letters_are_found(directory: Path) -> None:
    path = directory.parent / "PT000000"
    for part in sorted(path.rglob("*"), reverse=True):
        part.rename(part.with_name(part.name.lower()))
    path.rename(path.with_name("pt000000"))
    found = [Path(str(reference.path)) for reference in referenced_files(directory)]
    assert all(path.is_file() for path in found)
    assert [path.name.lower() for path in found] == ["im000000", "im000001"]


def test_records_that_no_offset_reaches_are_followed_all_the_same(directory: Path) -> None:
    ds = dicom.read(directory)
    ds.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity = 0
    ds.save_as(directory)
    assert len(referenced_files(directory)) == 2


def test_what_is_no_dicomdir_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "DICOMDIR"
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(DicomError):
        referenced_files(path)
