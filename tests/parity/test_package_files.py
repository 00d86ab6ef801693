"""Every file that the packages pydicom and pydicom-data carry is read as pydicom reads it."""

from __future__ import annotations

import pytest

import dicom
from dicom.errors import InvalidDicomError
from tests.data_sources import dicom_files, other_files

from .differences import DIFFERENCES, unexplained
from .reading import differences_in

pytestmark = pytest.mark.parity

FILES = dicom_files()
OTHERS = other_files()


@pytest.mark.parametrize("name", FILES)
def test_file_reads_as_in_pydicom(name: str) -> None:
    left = unexplained(name, differences_in(FILES[name]))
    assert not left, "\n".join(f"{place}: {what}" for place, what in list(left.items())[:30])


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_dicom_is_refused(name: str) -> None:
    with pytest.raises(InvalidDicomError):
        dicom.read(OTHERS[name])


def test_both_packages_are_there_whole() -> None:
    assert len([name for name in FILES if name.startswith("pydicom/")]) >= 150
    assert len([name for name in FILES if name.startswith("pydicom-data/")]) >= 60


def test_each_difference_names_a_file_and_a_reason() -> None:
    for row in DIFFERENCES:
        assert row.file in FILES or row.file in OTHERS, row.file
        assert row.places
        assert len(row.reason) > 20
