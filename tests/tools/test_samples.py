"""The samples are DICOM files, as the reference reads them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest

from tools.pet_phantom import SLOPE, activity, write_pet_phantom
from tools.samples import packaged_file, write_samples


def test_phantom_is_the_same_each_time(tmp_path: Path) -> None:
    write_pet_phantom(tmp_path / "first.dcm")
    write_pet_phantom(tmp_path / "second.dcm")
    assert (tmp_path / "first.dcm").read_bytes() == (tmp_path / "second.dcm").read_bytes()


def test_phantom_holds_its_activity_in_becquerel_per_ml(tmp_path: Path) -> None:
    write_pet_phantom(tmp_path / "pet.dcm")
    ds = pydicom.dcmread(tmp_path / "pet.dcm")
    assert (ds.Modality, ds.Units, ds.PixelSpacing) == ("PT", "BQML", [2.5, 2.5])
    values = ds.pixel_array * float(ds.RescaleSlope)
    assert np.abs(values - activity()).max() <= SLOPE / 2
    assert values.max() == 22_000


def test_phantom_holds_a_nested_item(tmp_path: Path) -> None:
    write_pet_phantom(tmp_path / "pet.dcm")
    ds = pydicom.dcmread(tmp_path / "pet.dcm")
    assert ds.RadiopharmaceuticalInformationSequence[0].Radiopharmaceutical == "FDG"


def test_samples_are_a_ct_a_mr_and_a_pet(tmp_path: Path) -> None:
    paths = write_samples(tmp_path)
    modalities = {name: pydicom.dcmread(path, stop_before_pixels=True).Modality for name, path in paths.items()}
    assert modalities == {"ct.dcm": "CT", "mr.dcm": "MR", "pet.dcm": "PT"}


def test_a_file_that_is_not_there_names_its_package() -> None:
    with pytest.raises(FileNotFoundError, match="pydicom-data"):
        packaged_file("no-such-file.dcm")
