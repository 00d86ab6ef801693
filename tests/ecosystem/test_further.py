"""Libraries beyond the six, in short: dicom-numpy, dicognito, nibabel's reading of DICOM."""

from __future__ import annotations

from pathlib import Path

from tests.ecosystem import programs


def test_stacking_anonymising_and_wrapping_a_series_give_the_same(series: Path, tmp_path: Path) -> None:
    found = programs.compare("further", series, target=tmp_path).result
    assert found["dicom-numpy"]["voxels"]["shape"] == [96, 96, 16]
    assert len(found["dicognito"]["files"]) == 16
    assert found["nibabel"]["sizes"] == [[96, 96], [2.5, 2.5, 4.0]]
