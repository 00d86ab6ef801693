"""Each kind of uptake against its formula written out by hand, and from one kind to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import dicom
from tests.pet.made import HOUR_S, decayed, pet_series

if TYPE_CHECKING:
    from pathlib import Path

# 70 kg and 175 cm; in g, the surface in cm².
SIZES = {
    ("bw", "M"): 70000.0,
    ("bw", "F"): 70000.0,
    ("lbm", "M"): 1000.0 * (1.10 * 70 - 120 * (70 / 175) ** 2),
    ("lbm", "F"): 1000.0 * (1.07 * 70 - 148 * (70 / 175) ** 2),
    ("lbm-james128", "M"): 1000.0 * (1.10 * 70 - 128 * (70 / 175) ** 2),
    ("lbm-james128", "F"): 1000.0 * (1.07 * 70 - 148 * (70 / 175) ** 2),
    ("lbm-janma", "M"): 1000.0 * 9270 * 70 / (6680 + 216 * 70 / 1.75**2),
    ("lbm-janma", "F"): 1000.0 * 9270 * 70 / (8780 + 244 * 70 / 1.75**2),
    ("bsa", "M"): 70**0.425 * 175**0.725 * 0.007184 * 10000,
    ("bsa", "F"): 70**0.425 * 175**0.725 * 0.007184 * 10000,
    ("ibw", "M"): 1000.0 * (48.0 + 1.06 * (175 - 152)),
    ("ibw", "F"): 1000.0 * (45.5 + 0.91 * (175 - 152)),
}
UNITS = {"bsa": ("SUVbsa", "cm2/ml"), "bw": ("SUVbw", "g/ml"), "ibw": ("SUVibw", "g/ml"), "lbm": ("SUVlbm", "g/ml")}
UNITS |= {"lbm-james128": ("SUVlbm(James128)", "g/ml"), "lbm-janma": ("SUVlbm(Janma)", "g/ml")}
STORED = {
    "bw": ("GML", "BW"),
    "lbm": ("GML", "LBM"),
    "lbm-james128": ("GML", "LBMJAMES128"),
    "lbm-janma": ("GML", "LBMJANMA"),
    "ibw": ("GML", "IBW"),
    "bsa": ("CM2ML", "BSA"),
}


@pytest.mark.parametrize(("kind", "sex"), SIZES)
def test_factor_of_an_activity(kind: str, sex: str, tmp_path: Path) -> None:
    found = dicom.suv(pet_series(tmp_path / "pet", PatientSex=sex), kind, factors=True)
    assert found.factor == pytest.approx(SIZES[kind, sex] / decayed(HOUR_S), rel=1e-9)
    assert (found.kind, found.quantity, found.unit) == (kind, *UNITS[kind])


@pytest.mark.parametrize("stored", STORED)
@pytest.mark.parametrize("kind", STORED)
def test_factor_of_an_uptake_of_another_kind(stored: str, kind: str, tmp_path: Path) -> None:
    units, suv_type = STORED[stored]
    folder = pet_series(tmp_path / "pet", Units=units, SUVType=suv_type, RadiopharmaceuticalInformationSequence=None)
    found = dicom.suv(folder, kind, factors=True)
    assert found.factor == pytest.approx(SIZES[kind, "F"] / SIZES[stored, "F"], rel=1e-9)
    assert found.unit == UNITS[kind][1]
    assert found.evidence["stored as"].value == UNITS[stored][0]


@pytest.mark.parametrize("stored", STORED)
def test_an_uptake_of_the_kind_that_is_asked_for_needs_nothing_else(stored: str, tmp_path: Path) -> None:
    units, suv_type = STORED[stored]
    nothing = dict.fromkeys(("PatientWeight", "PatientSize", "PatientSex", "RadiopharmaceuticalInformationSequence"))
    folder = pet_series(tmp_path / "pet", Units=units, SUVType=suv_type, CorrectedImage=None, **nothing)
    assert dicom.suv(folder, stored, factors=True).factor == 1.0
    assert dicom.read_series(folder).quantity == UNITS[stored][0]


def test_surface_uptake_without_a_type_is_an_assumption(tmp_path: Path) -> None:
    found = dicom.suv(pet_series(tmp_path / "pet", Units="CM2ML"), "bsa", factors=True)
    assert found.factor == 1.0
    assert "SUVType" in found.evidence["stored as"].assumption


def test_height_and_sex_that_the_caller_gives_count(tmp_path: Path) -> None:
    folder = pet_series(tmp_path / "pet", PatientSize=None, PatientSex="O")
    found = dicom.suv(folder, "lbm-janma", height_m=1.75, sex="M", factors=True)
    assert found.factor == pytest.approx(SIZES["lbm-janma", "M"] / decayed(HOUR_S), rel=1e-9)


def test_philips_uptake_of_another_kind_needs_the_body_and_no_dose(tmp_path: Path) -> None:
    private = ("Philips PET Private Group", 0x7053, {0x00: ("DS", "0.5")})
    item = {"RadionuclideTotalDose": None, "RadiopharmaceuticalStartTime": None}
    found = dicom.suv(pet_series(tmp_path / "pet", Units="CNTS", item=item, private=private), "bsa", factors=True)
    assert found.factor == pytest.approx(0.5 * SIZES["bsa", "F"] / 70000.0, rel=1e-9)
