"""What the times of a PET say of its decay correction, images made of it still say: SUV stay what they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
from dicom.errors import QuantityError
from tests.instances.full import full_volume

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

FORMS = ("classic", "enhanced")
BEDS = {"AcquisitionTime": lambda k: ("101500", "102500")[k // 6]}
AFTERWARDS = {"SeriesTime": "133000"}
#: When the count rate of a bed of ten minutes was its average, from the beginning of the scan; ms.
SINCE_BEGINNING = {"FrameReferenceTime": lambda k: (298421.0, 898421.0)[k // 6]}
HEADERS: dict[str, dict[str, Any]] = {
    "one bed": {},
    "one bed, made afterwards": {**AFTERWARDS, "FrameReferenceTime": 0.0},
    "beds": BEDS,
    "beds, made afterwards": {**BEDS, **AFTERWARDS, "FrameReferenceTime": 0.0},
    "beds, made afterwards, times from the beginning": {**BEDS, **AFTERWARDS, **SINCE_BEGINNING},
}
CHANGES: dict[str, Callable[[dicom.Volume], dicom.Volume]] = {
    "as it is": lambda volume: volume,
    "the last bed": lambda volume: volume.crop(k=(6, 12)),
    "turned over": lambda volume: volume.crop(k=slice(None, None, -1)),
    "coronal": lambda volume: volume.reorient("coronal"),
    "resampled": lambda volume: volume.resample((3.0, 2.0, 2.0)),
}


def factors_of(volume: dicom.Volume, folder: Path, form: str) -> np.ndarray:
    volume.to_dicom(folder=folder, form=form, tolerance=1.0)
    return dicom.suv(folder, factors=True).values


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("header", HEADERS)
def test_the_moment_of_decay_correction_stays(tmp_path: Path, header: str, change: str, form: str) -> None:
    volume = full_volume(tmp_path / "source", "PT", **HEADERS[header])
    # 70 kg and 350 MBq at 9:30, corrected to 10:15.
    truth = 70_000 / (3.5e8 * 2 ** (-45 * 60 / 6586.2))
    np.testing.assert_allclose(dicom.suv(volume, factors=True).values, truth, rtol=1e-6)
    np.testing.assert_allclose(factors_of(CHANGES[change](volume), tmp_path / "made", form), truth, rtol=1e-6)


@pytest.mark.parametrize("form", FORMS)
def test_slices_that_are_not_corrected_keep_their_times(tmp_path: Path, form: str) -> None:
    volume = full_volume(tmp_path / "source", "PT", **BEDS, DecayCorrection="NONE", CorrectedImage=["ATTN"])
    constant = np.log(2) / 6586.2
    mean = -np.log((1 - np.exp(-constant * 600)) / (constant * 600)) / constant
    passed = np.repeat([45 * 60.0, 55 * 60.0], 6) + mean
    truth = 70_000 / (3.5e8 * 2 ** (-passed / 6586.2))
    for change in (slice(None), slice(6, None), slice(None, None, -2)):
        # Slices are read in the order of their places.
        expected = np.sort(truth[change])
        made = factors_of(volume.crop(k=change), tmp_path / f"{form}{change.start}{change.step}", form)
        np.testing.assert_allclose(made, expected, rtol=1e-9)


@pytest.mark.parametrize("form", FORMS)
def test_slices_across_beds_that_are_not_corrected_have_no_time(tmp_path: Path, form: str) -> None:
    volume = full_volume(tmp_path / "source", "PT", **BEDS, DecayCorrection="NONE", CorrectedImage=["ATTN"])
    with pytest.raises(QuantityError, match="time of each frame"):
        factors_of(volume.reorient("coronal"), tmp_path / "made", form)


def test_ge_s_start_of_the_scan_counts_in_slices_across_too(tmp_path: Path) -> None:
    def with_private(folder: Path) -> dicom.Volume:
        full_volume(folder, "PT", **BEDS, **AFTERWARDS, FrameReferenceTime=0.0)
        for path in sorted(folder.iterdir()):
            ds = dicom.read(path)
            ds.private_block(0x0009, "GEMS_PETD_01", create=True).add_new(0x0D, "DT", "20260102101000")
            ds.save_as(path)
        return dicom.read_series(folder)

    volume = with_private(tmp_path / "source")
    truth = 70_000 / (3.5e8 * 2 ** (-40 * 60 / 6586.2))
    for name, change in CHANGES.items():
        made = factors_of(change(volume), tmp_path / name, "classic")
        np.testing.assert_allclose(made, truth, rtol=1e-6, err_msg=name)


def test_a_day_alone_is_no_midnight(tmp_path: Path) -> None:
    volume = full_volume(tmp_path / "source", "PT", AcquisitionTime=None)
    (ds,) = volume.to_dicom(form="enhanced")
    assert "AcquisitionDateTime" not in ds
    (ct,) = full_volume(tmp_path / "ct", "CT", AcquisitionTime=None).to_dicom(form="enhanced")
    assert "AcquisitionDateTime" not in ct
