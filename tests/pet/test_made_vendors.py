"""The maker makes valid series of each vendor, and its facts are those of its headers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
from tests.commands import dciodvfy
from tests.pet.made_vendors import MANUFACTURERS, Scan, made_pet

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("vendor", MANUFACTURERS)
def test_series_of_each_vendor_are_valid_and_read_with_the_slope_of_each_slice(tmp_path: Path, vendor: str) -> None:
    made = made_pet(tmp_path / "pet", vendor, units="CNTS" if vendor == "philips" else "BQML")
    assert [dciodvfy(path) for path in made.made.paths] == [[]] * len(made.made.paths)
    assert np.array_equal(dicom.read_series(made.folder).array, made.values)
    assert len(set(made.slopes)) == len(made.slopes)


def test_frame_reference_times_lead_back_to_the_beginning_of_the_scan(tmp_path: Path) -> None:
    scan = Scan(beds=3, bed_seconds=180)
    made = made_pet(tmp_path / "pet", scan=scan)
    for ds in made.data_sets:
        acquired = scan.began.replace(hour=int(ds.AcquisitionTime[:2]), minute=int(ds.AcquisitionTime[2:4]))
        back = float(ds.FrameReferenceTime) / 1000 - scan.mean_count_seconds()
        assert acquired - timedelta(seconds=back) == pytest.approx(scan.began, abs=timedelta(milliseconds=1))
    assert scan.mean_count_seconds() == pytest.approx(90, rel=0.01)
