"""What new instances say in words is what was meant: the kind of uptake, and texts in any script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pydicom
import pytest

import dicom
from dicom.errors import WriteError
from tests.pet.made_vendors import made_pet
from tests.volume.made import made_series

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {
    "bw": "BW",
    "lbm": "LBM",
    "lbm-james128": "LBMJAMES128",
    "lbm-janma": "LBMJANMA",
    "bsa": "BSA",
    "ibw": "IBW",
}


@pytest.mark.parametrize("form", ["classic", "enhanced"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_uptake_comes_back_as_that_kind(tmp_path: Path, kind: str, form: str) -> None:
    made_pet(tmp_path / "pet")
    uptake = dicom.suv(tmp_path / "pet", kind)
    uptake.to_dicom(folder=tmp_path / "new", form=form, tolerance=1e-4)
    assert pydicom.dcmread(min((tmp_path / "new").iterdir())).SUVType == KINDS[kind]
    read = dicom.read_series(tmp_path / "new")
    assert read.quantity == uptake.quantity
    again = dicom.suv(tmp_path / "new", kind)
    assert np.abs(again.array - uptake.array).max() <= 1e-4
    assert (again.quantity, again.unit) == (uptake.quantity, uptake.unit)


def test_uptake_of_a_kind_that_has_no_term_is_not_written_as_another(tmp_path: Path) -> None:
    made_pet(tmp_path / "pet")
    uptake = dicom.suv(tmp_path / "pet")
    uptake.quantity = "SUVpeak"
    with pytest.raises(WriteError, match=r"SUV Type \(0054,1006\)"):
        uptake.to_dicom(folder=tmp_path / "new", tolerance=1e-4)


@pytest.mark.parametrize("form", ["classic", "enhanced"])
def test_descriptions_may_be_in_any_script(tmp_path: Path, form: str) -> None:
    made_series(tmp_path / "ct", (3, 8, 9), SpecificCharacterSet="ISO_IR 100", PatientName="Ärger^Änne")
    volume = dicom.read_series(tmp_path / "ct")
    volume.to_dicom(folder=tmp_path / "new", form=form, description="肝臓")
    for path in (tmp_path / "new").iterdir():
        ds = pydicom.dcmread(path)
        assert (ds.SeriesDescription, str(ds.PatientName)) == ("肝臓", "Ärger^Änne")


def test_a_description_that_would_be_two_values_is_refused(tmp_path: Path) -> None:
    made_series(tmp_path / "ct", (3, 8, 9))
    with pytest.raises(WriteError, match="backslash"):
        dicom.read_series(tmp_path / "ct").to_dicom(folder=tmp_path / "new", description="one\\two")
