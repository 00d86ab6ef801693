"""The samples of the documentation's examples are what their names say, as the reference reads them."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest

from tools.samples import packaged_file, write_samples, write_segmentation_sample, write_series_samples


def test_samples_are_a_ct_a_mr_and_a_pet(tmp_path: Path) -> None:
    paths = write_samples(tmp_path)
    modalities = {name: pydicom.dcmread(path, stop_before_pixels=True).Modality for name, path in paths.items()}
    assert modalities == {"ct.dcm": "CT", "mr.dcm": "MR", "pet.dcm": "PT"}


def test_series_are_in_folders_of_their_own(tmp_path: Path) -> None:
    found = {}
    for folder in write_series_samples(tmp_path):
        files = list(folder.rglob("*.dcm"))
        series = {pydicom.dcmread(path, stop_before_pixels=True).SeriesInstanceUID for path in files}
        found[folder.name] = (len(files), len(series))
    assert found == {
        "head": (30, 1),
        "gap": (28, 1),
        "times": (24, 1),
        "enhanced": (1, 1),
        "pet": (21, 1),
        "study": (75, 3),
    }


def test_the_segmentation_is_of_the_head(tmp_path: Path) -> None:
    head = next(folder for folder in write_series_samples(tmp_path) if folder.name == "head")
    found = pydicom.dcmread(write_segmentation_sample(tmp_path / "seg.dcm", head), stop_before_pixels=True)
    assert [item.SegmentLabel for item in found.SegmentSequence] == ["Brain", "Bleeding"]
    series = {pydicom.dcmread(path, stop_before_pixels=True).SeriesInstanceUID for path in head.iterdir()}
    assert {item.SeriesInstanceUID for item in found.ReferencedSeriesSequence} == series


def test_a_file_that_is_not_there_names_its_package() -> None:
    with pytest.raises(FileNotFoundError, match="pydicom-data"):
        packaged_file("no-such-file.dcm")
