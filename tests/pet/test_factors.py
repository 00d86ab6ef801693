"""The factor of each vendor's way of saying it, against the formula written out by hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
from tests.pet.made import (
    DOSE_BQ,
    FLUORINE,
    HALF_LIFE_S,
    HOUR_S,
    WEIGHT_KG,
    decayed,
    enhanced_pet,
    pet_data_sets,
    pet_series,
    radiopharmaceutical,
)
from tests.volume.made import write_series

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

PHILIPS, GE, SIEMENS = "Philips PET Private Group", "GEMS_PETD_01", "SIEMENS MED PT"
#: Of the plain series: 70 kg in g over what an hour leaves of 350 MBq.
PLAIN = 70.0 * 1000.0 / (350e6 * 2.0 ** (-3600.0 / 6586.2))


def by_weight(seconds: float) -> float:
    return WEIGHT_KG * 1000.0 / decayed(seconds)


def average_time(duration_s: float, half_life_s: float = HALF_LIFE_S) -> float:
    """When within a frame the count rate is its average, as QIBA's pseudo-code has it."""
    constant = math.log(2.0) / half_life_s
    during = constant * duration_s
    return 1.0 / constant * math.log(during / (1.0 - math.exp(-during)))


# What is changed about the plain series -> the factor, or one for each of its three slices.
PATHS: dict[str, tuple[dict[str, Any], Any]] = {
    "any vendor, START, Series Time is the first acquisition": ({}, PLAIN),
    "any vendor, START, acquisitions of beds after Series Time": (
        {"AcquisitionTime": lambda k: ("101500", "101800", "102100")[k]},
        PLAIN,
    ),
    "any vendor, START, no Acquisition Time": ({"AcquisitionTime": None, "AcquisitionDate": None}, PLAIN),
    "any vendor, ADMIN": ({"DecayCorrection": "ADMIN"}, 70.0 * 1000.0 / 350e6),
    "any vendor, Start DateTime": (
        {
            "item": {
                "RadiopharmaceuticalStartTime": None,
                "RadiopharmaceuticalStartDateTime": "20260102084500.250000",
            }
        },
        by_weight(5400.0 - 0.25),
    ),
    "any vendor, Start DateTime and the same Start Time": (
        {"item": {"RadiopharmaceuticalStartDateTime": "20260102091500"}},
        PLAIN,
    ),
    "any vendor, over midnight, Start Time alone": (
        {
            **dict.fromkeys(("SeriesTime", "AcquisitionTime"), "001500"),
            "item": {"RadiopharmaceuticalStartTime": "234500"},
        },
        by_weight(1800.0),
    ),
    "any vendor, over midnight, Start DateTime": (
        {
            **dict.fromkeys(("SeriesTime", "AcquisitionTime"), "001500"),
            "item": {
                "RadiopharmaceuticalStartTime": "234500",
                "RadiopharmaceuticalStartDateTime": "20260101234500",
            },
        },
        by_weight(1800.0),
    ),
    "any vendor, Start DateTime in UTC, the series in another zone": (
        {
            "TimezoneOffsetFromUTC": "+0530",
            "item": {
                "RadiopharmaceuticalStartTime": None,
                "RadiopharmaceuticalStartDateTime": "20260102034500+0000",
            },
        },
        PLAIN,
    ),
    "any vendor, Start DateTime with a zone that Start Time confirms": (
        {"item": {"RadiopharmaceuticalStartDateTime": "20260102091500-0800"}},
        PLAIN,
    ),
    "any vendor, half-life of the nuclide alone": ({"item": {"RadionuclideHalfLife": None}}, PLAIN),
    "any vendor, another nuclide": (
        {
            "item": {"RadionuclideHalfLife": "122.24", "RadiopharmaceuticalStartTime": "101400"}
            | {"nuclide": ("C-B1038", "SRT", "^15^Oxygen")}
        },
        70.0 * 1000.0 / (350e6 * 2.0 ** (-60.0 / 122.24)),
    ),
    "any vendor, NONE: each frame's own time": (
        {
            "DecayCorrection": "NONE",
            "CorrectedImage": ["ATTN", "SCAT"],
            "AcquisitionTime": lambda k: ("101500", "101800", "102100.5")[k],
            "ActualFrameDuration": lambda k: ("180000", "180000", "240000")[k],
        },
        [
            by_weight(HOUR_S + average_time(180.0)),
            by_weight(HOUR_S + 180.0 + average_time(180.0)),
            by_weight(HOUR_S + 360.5 + average_time(240.0)),
        ],
    ),
    "any vendor, NONE: Frame Reference Time": (
        {
            "DecayCorrection": "NONE",
            "CorrectedImage": ["ATTN"],
            "ActualFrameDuration": None,
            "FrameReferenceTime": lambda k: ("90000", "270000", "450000.5")[k],
        },
        [by_weight(HOUR_S + 90.0), by_weight(HOUR_S + 270.0), by_weight(HOUR_S + 450.0005)],
    ),
    "any vendor, GML": ({"Units": "GML", "SUVType": "BW"}, 1.0),
    "any vendor, GML without SUV Type": ({"Units": "GML", "PatientWeight": None, "item": {}}, 1.0),
    "GE, made afterwards: its scan_datetime": (
        {
            "SeriesTime": "140000",
            "private": (GE, 0x0009, {0x0D: ("DT", "20260102100500.00")}),
        },
        by_weight(3000.0),
    ),
    "GE, Series Time holds where it is no later": (
        {"private": (GE, 0x0009, {0x0D: ("DT", "20260102100500.00")})},
        PLAIN,
    ),
    "GE, injected at its admin_datetime": (
        {
            "item": {"RadiopharmaceuticalStartTime": None},
            "private": (GE, 0x0009, {0x3B: ("DT", "20260102090000.00")}),
        },
        by_weight(4500.0),
    ),
    "GE, its admin_datetime says the day of Start Time": (
        {
            "item": {
                "RadiopharmaceuticalStartTime": "091500",
                "RadionuclideHalfLife": "282276",
                "nuclide": ("63360001", "SCT", "^89^Zirconium"),
            },
            "private": (GE, 0x0009, {0x3B: ("DT", "20251230091500.00")}),
        },
        70.0 * 1000.0 / (350e6 * 2.0 ** (-(3 * 86400.0 + 3600.0) / 282276.0)),
    ),
    "Siemens, its Decay Correction DateTime": (
        {
            "SeriesTime": "140000",
            "private": (SIEMENS, 0x0071, {0x22: ("DT", "20260102101000.500000")}),
        },
        by_weight(3300.5),
    ),
    "Siemens, altered Series Time: counted back from Frame Reference Time": (
        {
            "SeriesTime": "140000",
            "AcquisitionTime": lambda k: ("101500", "101800", "102100")[k],
            "FrameReferenceTime": lambda k: str((180.0 * k + average_time(180.0)) * 1000.0)[:16],
        },
        PLAIN,
    ),
    "altered Series Time, nothing else: the earliest acquisition": (
        {
            "SeriesTime": "140000",
            "AcquisitionTime": lambda k: ("102100", "101500", "101800")[k],
        },
        PLAIN,
    ),
    "Philips CNTS, its SUV factor": (
        {
            "Units": "CNTS",
            "item": {"RadionuclideTotalDose": None},
            "private": (PHILIPS, 0x7053, {0x00: ("DS", "0.000571"), 0x09: ("DS", "0.6")}),
        },
        0.000571,
    ),
    "Philips CNTS, an SUV factor a slice": (
        {
            "Units": "CNTS",
            "private": lambda k: (PHILIPS, 0x7053, {0x00: ("DS", ("0.5", "0.25", "0.125")[k])}),
        },
        [0.5, 0.25, 0.125],
    ),
    "Philips CNTS, its activity factor, the SUV factor is zero": (
        {
            "Units": "CNTS",
            "private": (PHILIPS, 0x7053, {0x00: ("DS", "0"), 0x09: ("DS", "0.6")}),
        },
        0.6 * PLAIN,
    ),
    "Philips CNTS, its activity factor alone": (
        {"Units": "CNTS", "private": (PHILIPS, 0x7053, {0x09: ("DS", "2.5")})},
        2.5 * PLAIN,
    ),
}


def in_zones(start: str) -> dicom.Dataset:
    """A radiopharmaceutical of an enhanced object, started at a moment with its offset from UTC."""
    times = {"RadiopharmaceuticalStartTime": None, "RadiopharmaceuticalStartDateTime": start}
    return radiopharmaceutical(RadionuclideTotalDose="350", **times)


def ensure_equal(found: dicom.pet.factors.SUVFactors, wanted: Any) -> None:
    np.testing.assert_allclose(found.values, np.broadcast_to(wanted, found.values.shape), rtol=1e-9, atol=0)


@pytest.mark.parametrize("path", PATHS)
def test_factor_is_that_of_the_formula(path: str, tmp_path: Path) -> None:
    changes, wanted = PATHS[path]
    found = dicom.suv(pet_series(tmp_path / "pet", **changes), factors=True)
    assert (found.kind, found.quantity, found.unit, found.values.shape) == ("bw", "SUVbw", "g/ml", (3,))
    ensure_equal(found, wanted)


@pytest.mark.parametrize("path", PATHS)
def test_factor_is_the_same_in_implicit_vr(path: str, tmp_path: Path) -> None:
    """Where the file doesn't say what a private element is."""
    changes, wanted = PATHS[path]
    write_series(tmp_path / "pet", pet_data_sets(**changes), transfer_syntax="1.2.840.10008.1.2")
    ensure_equal(dicom.suv(tmp_path / "pet", factors=True), wanted)


@pytest.mark.parametrize("path", PATHS)
def test_values_are_those_of_read_series_times_the_factor(path: str, tmp_path: Path) -> None:
    changes, wanted = PATHS[path]
    folder = pet_series(tmp_path / "pet", **changes)
    read, made = dicom.read_series(folder, dtype="float64"), dicom.suv(folder)
    assert made.array.dtype == np.float32
    expected = read.array * np.broadcast_to(wanted, (3,))[:, None, None]
    np.testing.assert_allclose(made.array, expected, rtol=3e-7, atol=0)


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        ({}, HOUR_S),
        ({"DecayCorrectionDateTime": "20260102103000.000000"}, HOUR_S + 900.0),
        ({"DecayCorrectionDateTime": "20260102141500+0400", "TimezoneOffsetFromUTC": "+0000"}, HOUR_S),
        ({"RadiopharmaceuticalUsageSequence": [dicom.Dataset()]}, HOUR_S),
        (
            {
                "DecayCorrectionDateTime": "20260102101500+0100",
                "RadiopharmaceuticalInformationSequence": [in_zones("20260102071500-0100")],
            },
            HOUR_S,
        ),
    ],
)
def test_factor_of_an_enhanced_object(changes: dict[str, Any], seconds: float, tmp_path: Path) -> None:
    ds = enhanced_pet(**changes)
    for given in (ds, write_series(tmp_path / "pet", [ds])[0]):
        found = dicom.suv(given, factors=True)
        ensure_equal(found, by_weight(seconds))
        assert found.evidence["injected dose"].source.endswith("in MBq")


def test_factors_of_an_enhanced_object_that_is_not_corrected_are_of_its_frames(tmp_path: Path) -> None:
    ds = enhanced_pet(DecayCorrected="NO", DecayCorrectionDateTime=None)
    for k, group in enumerate(ds.PerFrameFunctionalGroupsSequence):
        group.FrameContentSequence[0].FrameAcquisitionDateTime = f"2026010210{15 + 3 * k}00"
    found = dicom.suv(write_series(tmp_path / "pet", [ds])[0], factors=True)
    ensure_equal(found, [by_weight(HOUR_S + 180.0 * k + average_time(180.0)) for k in range(3)])


def test_legacy_converted_object_keeps_what_the_classic_one_said(tmp_path: Path) -> None:
    classic = pet_data_sets()[0]
    ds = enhanced_pet()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.128.1"
    for keyword in (
        *("RadiopharmaceuticalInformationSequence", "DecayCorrected", "DecayCorrectionDateTime"),
        *("AttenuationCorrected", "SeriesDate", "SeriesTime"),
    ):
        del ds[keyword]
    kept = dicom.Dataset()
    for keyword in (
        *("Units", "DecayCorrection", "CorrectedImage", "SeriesDate", "SeriesTime"),
        "RadiopharmaceuticalInformationSequence",
    ):
        setattr(kept, keyword, classic[keyword].value)
    ds.SharedFunctionalGroupsSequence[0].UnassignedSharedConvertedAttributesSequence = [kept]
    found = dicom.suv(write_series(tmp_path / "pet", [ds])[0], factors=True)
    ensure_equal(found, PLAIN)
    assert found.evidence["injected dose"].value == DOSE_BQ


GIVEN: dict[str, tuple[dict[str, Any], dict[str, Any], float]] = {
    "weight": ({"PatientWeight": None}, {"weight_kg": 80}, 80e3 / decayed(HOUR_S)),
    "dose": ({}, {"dose_bq": 400e6}, 70e3 / decayed(HOUR_S, dose=400e6)),
    "injection": ({}, {"injection": "2026-01-02T09:45:00"}, by_weight(1800.0)),
    "injection in UTC": (
        {"TimezoneOffsetFromUTC": "-0500"},
        {"injection": "2026-01-02T14:45:00+00:00"},
        by_weight(1800.0),
    ),
    "half-life": ({}, {"half_life_s": 1200.0}, 70e3 / decayed(HOUR_S, half_life=1200.0)),
    "reference time": ({"SeriesTime": None}, {"reference_time": "2026-01-02T10:00:00"}, by_weight(2700.0)),
    "decay correction": ({"DecayCorrection": None}, {"decay_correction": "ADMIN"}, 70e3 / DOSE_BQ),
    "corrections": ({"CorrectedImage": None}, {"corrected_image": ("ATTN", "DECY")}, PLAIN),
}


@pytest.mark.parametrize("name", GIVEN)
def test_what_the_caller_gives_counts_and_is_said_to_be_given(name: str, tmp_path: Path) -> None:
    from datetime import datetime

    changes, given, wanted = GIVEN[name]
    options = {
        key: datetime.fromisoformat(value) if key in ("injection", "reference_time") else value
        for key, value in given.items()
    }
    found = dicom.suv(pet_series(tmp_path / "pet", **changes), factors=True, **options)
    ensure_equal(found, wanted)
    assert [entry.source for entry in found.evidence].count("given by the caller") == 1


def test_a_dynamic_scan_may_begin_before_the_injection(tmp_path: Path) -> None:
    frames = [
        ds
        for t in range(3)
        for ds in pet_data_sets(
            AcquisitionTime=f"10{15 + 3 * t}00",
            FrameReferenceTime=str(180000 * t + 90000),
            item={"RadiopharmaceuticalStartTime": "101510"},
            TemporalPositionIdentifier=None,
        )
    ]
    for index, ds in enumerate(frames):
        ds.StudyInstanceUID, ds.SeriesInstanceUID = frames[0].StudyInstanceUID, frames[0].SeriesInstanceUID
        ds.FrameOfReferenceUID, ds.ImageIndex = frames[0].FrameOfReferenceUID, index + 1
    write_series(tmp_path / "pet", frames)
    found = dicom.suv(tmp_path / "pet", factors=True)
    assert found.values.shape == (3, 3)
    ensure_equal(found, by_weight(-10.0))


def test_half_life_that_no_nuclide_confirms_is_an_assumption(tmp_path: Path) -> None:
    folder = pet_series(tmp_path / "pet", item={"nuclide": None})
    found = dicom.suv(folder, factors=True)
    ensure_equal(found, PLAIN)
    assert "no nuclide is named" in found.evidence["half-life"].assumption


@pytest.mark.parametrize("code", [FLUORINE, ("C-111A1", "SRT", "?"), ("x", "99LOCAL", "F-18"), ("x", "99", "18F")])
def test_nuclide_is_known_by_code_or_by_name(code: tuple[str, str, str], tmp_path: Path) -> None:
    item = radiopharmaceutical(code, RadionuclideHalfLife=None)
    folder = pet_series(tmp_path / "pet", RadiopharmaceuticalInformationSequence=[item])
    assert dicom.suv(folder, factors=True).evidence["half-life"].value == HALF_LIFE_S
