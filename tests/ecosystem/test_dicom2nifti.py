"""dicom2nifti on this library: CT series become NIfTI volumes."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.ecosystem import programs


def test_series_become_volumes_with_the_same_voxels_and_places(
    series: Path, small_series: Path, tmp_path: Path
) -> None:
    shutil.copytree(series, tmp_path / "both" / "one")
    shutil.copytree(small_series, tmp_path / "both" / "two")
    found = programs.compare("nifti", tmp_path / "both", target=tmp_path).result
    assert sorted(found["several"]) == ["1_axial_4_mm.nii.gz", "2_axial_4_mm.nii.gz"]
    assert found["single"]["voxels"]["shape"] == [96, 96, 16]
    assert found["single"]["axes"] == "LAS"
