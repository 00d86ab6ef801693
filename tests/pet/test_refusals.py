"""Where the header can't decide there is no number: an error that names the element, and no value of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
from dicom.errors import FileChangedError, LimitError, QuantityError
from tests.pet.made import Raw, enhanced_pet, pet_data_sets, pet_series, radiopharmaceutical, set_raw
from tests.volume.made import make_series, write_series

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

PHILIPS = "Philips PET Private Group"

# What is changed about the plain series -> what is asked for, and the element that the error is about.
REFUSALS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "no unit": ({"Units": None}, {}, "Units"),
    "proportional to counts a second": ({"Units": "PROPCPS"}, {}, "Units"),
    "proportional to counts": ({"Units": "PROPCNTS"}, {}, "Units"),
    "counts a second": ({"Units": "CPS"}, {}, "Units"),
    "another quantity": ({"Units": "MLMINML"}, {}, "Units"),
    "a unit of nobody's": ({"Units": "SIMONS"}, {}, "Units"),
    "counts without Philips's factors": ({"Units": "CNTS"}, {}, "SUV Scale Factor"),
    "counts, both factors zero": (
        {"Units": "CNTS", "private": (PHILIPS, 0x7053, {0x00: ("DS", "0"), 0x09: ("DS", "0.0")})},
        {},
        "Activity Concentration Scale Factor",
    ),
    "counts, a factor that is negative": (
        {"Units": "CNTS", "private": (PHILIPS, 0x7053, {0x00: ("DS", "-0.5")})},
        {},
        "SUV Scale Factor",
    ),
    "counts, a factor in some slices": (
        {"Units": "CNTS", "private": lambda k: (PHILIPS, 0x7053, {0x00: ("DS", "0.5")}) if k < 2 else None},
        {},
        "SUV Scale Factor",
    ),
    "counts, the factors in somebody else's block": (
        {"Units": "CNTS", "private": ("SOMEBODY ELSE", 0x7053, {0x00: ("DS", "0.5"), 0x09: ("DS", "0.5")})},
        {},
        "SUV Scale Factor",
    ),
    "an uptake of an unknown type": ({"Units": "GML", "SUVType": "ODD"}, {}, "SUVType"),
    "an uptake whose type has another unit": ({"Units": "GML", "SUVType": "BSA"}, {}, "SUVType"),
    "a surface uptake whose type has another unit": ({"Units": "CM2ML", "SUVType": "BW"}, {"kind": "bsa"}, "SUVType"),
    "an uptake that isn't corrected for attenuation": (
        {"Units": "GML", "CorrectedImage": ["DECY"]},
        {},
        "CorrectedImage",
    ),
    "a transmission scan": ({"CountsSource": "TRANSMISSION"}, {}, "CountsSource"),
    "no corrections": ({"CorrectedImage": None}, {}, "CorrectedImage"),
    "not corrected for attenuation": ({"CorrectedImage": ["DECY"]}, {}, "CorrectedImage"),
    "not corrected for decay, it says, and START": ({"CorrectedImage": ["ATTN"]}, {}, "CorrectedImage"),
    "Philips's uptake, not corrected for attenuation": (
        {
            "Units": "CNTS",
            "CorrectedImage": ["DECY"],
            "private": (PHILIPS, 0x7053, {0x00: ("DS", "0.5")}),
        },
        {},
        "CorrectedImage",
    ),
    "corrected for decay, and NONE": ({"DecayCorrection": "NONE"}, {}, "DecayCorrection"),
    "no decay correction said": ({"DecayCorrection": None}, {}, "DecayCorrection"),
    "a decay correction to nothing known": ({"DecayCorrection": "NOON"}, {}, "DecayCorrection"),
    "no weight": ({"PatientWeight": None}, {}, "PatientWeight"),
    "an empty weight": ({"PatientWeight": ""}, {}, "PatientWeight"),
    "a weight of zero": ({"PatientWeight": "0"}, {}, "PatientWeight"),
    "a negative weight": ({"PatientWeight": "-70"}, {}, "PatientWeight"),
    "a weight in g": ({"PatientWeight": "70000"}, {}, "PatientWeight"),
    "several weights": ({"PatientWeight": ["70", "80"]}, {}, "PatientWeight"),
    "a weight that changes": ({"PatientWeight": lambda k: str(70 + k)}, {}, "PatientWeight"),
    "a weight in some slices": ({"PatientWeight": lambda k: "70" if k else None}, {}, "PatientWeight"),
    "no height": ({"PatientSize": None}, {"kind": "bsa"}, "PatientSize"),
    "a height of zero": ({"PatientSize": "0"}, {"kind": "lbm"}, "PatientSize"),
    "a height in cm": ({"PatientSize": "175"}, {"kind": "ibw"}, "PatientSize"),
    "another sex": ({"PatientSex": "O"}, {"kind": "lbm-janma"}, "PatientSex"),
    "no sex": ({"PatientSex": ""}, {"kind": "lbm"}, "PatientSex"),
    "a body that the formula isn't for": (
        {"PatientSize": "1.0", "PatientWeight": "150"},
        {"kind": "lbm"},
        "PatientSize",
    ),
    "no radiopharmaceutical": ({"RadiopharmaceuticalInformationSequence": None}, {}, "RadionuclideTotalDose"),
    "an empty radiopharmaceutical": ({"RadiopharmaceuticalInformationSequence": []}, {}, "RadionuclideTotalDose"),
    "two radiopharmaceuticals": (
        {"RadiopharmaceuticalInformationSequence": [radiopharmaceutical(), radiopharmaceutical()]},
        {},
        "RadiopharmaceuticalInformationSequence",
    ),
    "no dose": ({"item": {"RadionuclideTotalDose": None}}, {}, "RadionuclideTotalDose"),
    "a dose of zero": ({"item": {"RadionuclideTotalDose": "0"}}, {}, "RadionuclideTotalDose"),
    "a dose in MBq": ({"item": {"RadionuclideTotalDose": "350"}}, {}, "RadionuclideTotalDose"),
    "a dose in kBq": ({"item": {"RadionuclideTotalDose": "350000"}}, {}, "RadionuclideTotalDose"),
    "an injection after the scan by a clock that was off, of a long-lived nuclide": (
        {
            "item": {
                "RadiopharmaceuticalStartTime": "101630",
                "RadionuclideHalfLife": "45723",
                "nuclide": None,
            }
        },
        {},
        "RadiopharmaceuticalStartTime",
    ),
    "a dose beyond all": ({"item": {"RadionuclideTotalDose": "3.5e14"}}, {}, "RadionuclideTotalDose"),
    "neither half-life nor nuclide": (
        {"item": {"RadionuclideHalfLife": None, "nuclide": None}},
        {},
        "RadionuclideHalfLife",
    ),
    "a half-life of another nuclide": ({"item": {"RadionuclideHalfLife": "1223"}}, {}, "RadionuclideHalfLife"),
    "a half-life in minutes": ({"item": {"RadionuclideHalfLife": "109.8"}}, {}, "RadionuclideHalfLife"),
    "a half-life of zero": ({"item": {"RadionuclideHalfLife": "0", "nuclide": None}}, {}, "RadionuclideHalfLife"),
    "no injection": (
        {"item": {"RadiopharmaceuticalStartTime": None}},
        {},
        "RadiopharmaceuticalStartDateTime",
    ),
    "an injection that is no time": (
        {"item": {"RadiopharmaceuticalStartTime": Raw("99")}},
        {},
        "RadiopharmaceuticalStartTime",
    ),
    "an injection at a day only": (
        {"item": {"RadiopharmaceuticalStartDateTime": "20260102"}},
        {},
        "RadiopharmaceuticalStartDateTime",
    ),
    "an injection after the scan": (
        {"item": {"RadiopharmaceuticalStartTime": None, "RadiopharmaceuticalStartDateTime": "20260102101501"}},
        {},
        "RadiopharmaceuticalStartDateTime",
    ),
    "an injection a day before": (
        {"item": {"RadiopharmaceuticalStartDateTime": "20260101091500"}},
        {},
        "RadiopharmaceuticalStartDateTime",
    ),
    "a time of the injection that is later than the scan's": (
        {"item": {"RadiopharmaceuticalStartTime": "110000"}},
        {},
        "RadiopharmaceuticalStartDateTime",
    ),
    "two times of injection": (
        {"item": {"RadiopharmaceuticalStartDateTime": "20260102093000"}},
        {},
        "RadiopharmaceuticalStartTime",
    ),
    "an injection in UTC, a scan on no known clock": (
        {
            "item": {
                "RadiopharmaceuticalStartTime": None,
                "RadiopharmaceuticalStartDateTime": "20260102081500+0000",
            }
        },
        {},
        "TimezoneOffsetFromUTC",
    ),
    "a clock that is none": ({"TimezoneOffsetFromUTC": "+9900"}, {}, "TimezoneOffsetFromUTC"),
    "no time of the scan": (
        dict.fromkeys(("SeriesDate", "AcquisitionDate", "AcquisitionTime")),
        {},
        "SeriesDate",
    ),
    "a Series Date that is none": ({"SeriesDate": Raw("20269999")}, {}, "SeriesDate"),
    "a Series Time that changes": ({"SeriesTime": lambda k: f"10{k}500"}, {}, "SeriesTime"),
    "an Acquisition Time that is none": ({"AcquisitionTime": Raw("x")}, {}, "AcquisitionTime"),
    "an Acquisition Time in some slices": (
        {"AcquisitionTime": lambda k: "101500" if k else None},
        {},
        "AcquisitionTime",
    ),
    "made afterwards, frames that count from different moments": (
        {"SeriesTime": "140000", "FrameReferenceTime": lambda k: str(1000 + 100000 * k)},
        {},
        "FrameReferenceTime",
    ),
    "made afterwards, frames that count from after the scan's beginning": (
        {
            "SeriesTime": "140000",
            "AcquisitionTime": lambda k: ("101500", "101800", "102100")[k],
            "FrameReferenceTime": lambda k: ("1", "180001", "360001")[k],
        },
        {},
        "FrameReferenceTime",
    ),
    "NONE without times of frames": (
        {"DecayCorrection": "NONE", "CorrectedImage": ["ATTN"], "ActualFrameDuration": None},
        {},
        "ActualFrameDuration",
    ),
    "a duration beyond all": (
        {"DecayCorrection": "NONE", "CorrectedImage": ["ATTN"], "ActualFrameDuration": "2147483647"},
        {},
        "ActualFrameDuration",
    ),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_refusal_names_the_element(what: str, tmp_path: Path) -> None:
    changes, asked, keyword = REFUSALS[what]
    folder = pet_series(tmp_path / "pet", **changes)
    with pytest.raises(QuantityError) as caught:
        dicom.suv(folder, **asked, factors=True)
    assert keyword in caught.value.keywords
    assert keyword in str(caught.value) or keyword.removesuffix("DateTime") in str(caught.value)
    with pytest.raises(QuantityError):
        dicom.suv(folder, **asked)


def test_no_message_holds_a_value(tmp_path: Path) -> None:
    secret = "70123456"
    folder = pet_series(tmp_path / "pet", PatientWeight=secret)
    with pytest.raises(QuantityError) as caught:
        dicom.suv(folder)
    assert secret not in str(caught.value)


@pytest.mark.parametrize("text", ["garbage", "1e400", "nan", "7_0", "70\\71", "+", "٣٥"])
def test_numbers_that_are_none_are_refused(text: str, tmp_path: Path) -> None:
    data_sets = pet_data_sets()
    for ds in data_sets:
        ds.SpecificCharacterSet = "ISO_IR 192"
        set_raw(ds, "PatientWeight", text)
    write_series(tmp_path / "pet", data_sets)
    with pytest.raises(QuantityError, match="PatientWeight"):
        dicom.suv(tmp_path / "pet", factors=True)


@pytest.mark.parametrize(
    ("changes", "keyword"),
    [
        ({"AttenuationCorrected": "NO"}, "CorrectedImage"),
        ({"DecayCorrectionDateTime": None}, "DecayCorrection"),
        ({"DecayCorrectionDateTime": "2026"}, "DecayCorrectionDateTime"),
        ({"DecayCorrectionDateTime": "20260102101500+0100"}, "TimezoneOffsetFromUTC"),
        (
            {"RadiopharmaceuticalInformationSequence": [radiopharmaceutical(RadionuclideTotalDose="350000000")]},
            "RadionuclideTotalDose",
        ),
    ],
)
def test_enhanced_objects_are_refused_alike(changes: dict[str, Any], keyword: str) -> None:
    with pytest.raises(QuantityError) as caught:
        dicom.suv(enhanced_pet(**changes), factors=True)
    assert keyword in caught.value.keywords


def test_more_frames_than_there_can_be_are_refused() -> None:
    ds = enhanced_pet(NumberOfFrames=2**31 - 1)
    with pytest.raises(LimitError, match="NumberOfFrames"):
        dicom.suv(ds, factors=True)


def test_a_ct_has_no_uptake(tmp_path: Path) -> None:
    make_series(tmp_path / "ct", (3, 4, 5))
    with pytest.raises(QuantityError, match="another than PT") as caught:
        dicom.suv(tmp_path / "ct")
    assert caught.value.keywords == ("Modality",)


@pytest.mark.parametrize("factors", [True, False])
def test_a_data_set_made_by_hand_is_told_what_it_lacks(factors: bool) -> None:
    ds = dicom.Dataset()
    with pytest.raises(QuantityError, match="Modality .* absent"):
        dicom.suv(ds, factors=factors)
    ds.Modality = "PT"
    with pytest.raises(QuantityError, match="Units .* absent") as caught:
        dicom.suv(ds, factors=factors)
    assert caught.value.keywords == ("Units",)


def test_what_was_made_of_a_volume_has_no_header(tmp_path: Path) -> None:
    volume = dicom.read_series(pet_series(tmp_path / "pet"))
    with pytest.raises(QuantityError, match="unit"):
        dicom.suv(volume.with_array(volume.array * 2))
    with pytest.raises(QuantityError, match="resample it afterwards"):
        dicom.suv(volume.resample(1.0))
    with pytest.raises(QuantityError, match="computed already"):
        dicom.suv(dicom.suv(volume))


def test_a_file_that_has_changed_is_refused(tmp_path: Path) -> None:
    folder = pet_series(tmp_path / "pet")
    volume = dicom.read_series(folder)
    path = sorted(folder.iterdir())[1]
    path.write_bytes(path.read_bytes() + b"\0\0")
    with pytest.raises(FileChangedError):
        dicom.suv(volume)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"kind": "weight"}, ValueError),
        ({"weight_kg": 0}, ValueError),
        ({"weight_kg": 1000}, QuantityError),
        ({"dose_bq": 350}, QuantityError),
        ({"half_life_s": float("inf")}, ValueError),
        ({"sex": "O"}, ValueError),
        ({"injection": "091500"}, TypeError),
        ({"injection": datetime(2026, 1, 2, 12)}, QuantityError),
        ({"injection": datetime(2025, 1, 2, 12)}, QuantityError),
        ({"injection": datetime.fromisoformat("2026-01-02T09:00:00+00:00")}, QuantityError),
        ({"decay_correction": "END"}, ValueError),
        ({"corrected_image": "ATTN"}, QuantityError),
        ({"weight": 70}, TypeError),
    ],
)
def test_arguments_that_are_none_are_refused(options: dict[str, Any], error: type[Exception], tmp_path: Path) -> None:
    folder = pet_series(tmp_path / "pet")
    with pytest.raises(error):
        dicom.suv(folder, **options)


def test_random_headers_give_a_finite_factor_or_a_refusal(tmp_path: Path) -> None:
    draw = np.random.default_rng(5)
    texts = ["", "0", "-1", "1e308", "99999999", "101500", "20260102", "235960", "20260102101500+1300", "BQML", "START"]
    keywords = [
        *("PatientWeight", "SeriesDate", "SeriesTime", "AcquisitionDate", "AcquisitionTime", "FrameReferenceTime"),
        *("ActualFrameDuration", "DecayCorrection", "DecayFactor", "TimezoneOffsetFromUTC", "DecayCorrectionDateTime"),
    ]
    outcomes = set()
    for _ in range(150):
        ds = pet_data_sets(slices=1)[0]
        item = ds.RadiopharmaceuticalInformationSequence[0]
        for keyword in draw.choice([*keywords, *(one.keyword for one in item)], 3, replace=False):
            set_raw(item if keyword in item else ds, str(keyword), str(draw.choice(texts)))
        try:
            outcomes.add(bool(np.isfinite(dicom.suv(ds, factors=True).factor)))
        except QuantityError:
            outcomes.add(None)
    assert outcomes == {True, None}


def test_a_long_uptake_of_a_long_lived_nuclide_is_no_contradiction(tmp_path: Path) -> None:
    item = {
        "RadionuclideHalfLife": "282276",
        "nuclide": ("63360001", "SCT", "^89^Zirconium"),
        "RadiopharmaceuticalStartTime": None,
        "RadiopharmaceuticalStartDateTime": "20251226101500",
    }
    folder = pet_series(tmp_path / "pet", item=item)
    seconds = timedelta(days=7).total_seconds()
    assert dicom.suv(folder, factors=True).factor == pytest.approx(70e3 / (350e6 * 2 ** (-seconds / 282276)), rel=1e-9)
