"""The names that the dependents take from pydicom: all that it has, this library has under the same path."""

from __future__ import annotations

from tests.ecosystem import programs

DEPENDENTS = ("deid", "dicom2nifti", "dicomweb_client", "highdicom", "pynetdicom", "rt_utils")


def test_every_name_that_the_dependents_use_is_there_and_of_its_kind() -> None:
    found = programs.compare("names", *DEPENDENTS).result
    assert found["pydicom.filewriter.write_file_meta_info"] == ["callable", "highdicom", "pynetdicom"]
    assert len(found) > 200
