"""Uptake values agree with QIBA's vendor-neutral pseudo-code for SUVbw, written out here from its publication.

The pseudo-code (versions of 2012 and of 2018-06-26) works on headers of all slices, read here with pydicom. Where the
series was post-processed, it leaves the choice between the earliest acquisition and the moment that Frame Reference
Time counts from; made series have one truth, so both must lead there. What it can't calculate, is refused here.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pydicom
import pytest

import dicom
from tests.pet.made_vendors import MadePet, Scan, made_pet, radiopharmaceutical

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

Choice = Literal["earliest acquisition", "frame reference time"]


class CannotBeCalculatedError(Exception):
    """The pseudo-code says so."""


def qiba_suvbw(headers: list[pydicom.Dataset], choice: Choice) -> NDArray[np.float64]:
    """(k, j, i): SUVbw in g/ml of the slices of these headers, in their order."""
    first = headers[0]
    corrected = needed(first, "CorrectedImage")
    if "ATTN" not in corrected or "DECY" not in corrected or needed(first, "DecayCorrection") != "START":
        raise CannotBeCalculatedError
    units = needed(first, "Units")
    planes = []
    for header in headers:
        scale = float(needed(header, "RescaleSlope"))
        philips = private(header, 0x7053, "Philips PET Private Group")
        if units == "GML":
            factor = 1.0
        elif units == "BQML":
            factor = bqml_factor(headers, choice)
        elif units == "CNTS" and 0x00 in philips:
            factor = float(philips[0x00])
        elif units == "CNTS" and 0x09 in philips:
            factor = float(philips[0x09]) * bqml_factor(headers, choice)
        else:
            raise CannotBeCalculatedError
        planes.append((header.pixel_array * scale + float(header.RescaleIntercept)) * factor)
    return np.stack(planes)


def bqml_factor(headers: list[pydicom.Dataset], choice: Choice) -> float:
    """g/ml for 1 Bq/ml."""
    first = headers[0]
    information = needed(first, "RadiopharmaceuticalInformationSequence")[0]
    half_life = float(needed(information, "RadionuclideHalfLife"))
    injected_dose = float(needed(information, "RadionuclideTotalDose"))
    weight = float(needed(first, "PatientWeight"))
    scan = scan_date_and_time(headers, half_life, choice)
    decay_time = (scan - start_date_and_time(information, scan)).total_seconds()
    return weight * 1000 / (injected_dose * 2 ** (-decay_time / half_life))


def scan_date_and_time(headers: list[pydicom.Dataset], half_life: float, choice: Choice) -> datetime:
    """When the scan began."""
    first = headers[0]
    series = moment(needed(first, "SeriesDate"), needed(first, "SeriesTime"))
    acquired = [moment(needed(each, "AcquisitionDate"), needed(each, "AcquisitionTime")) for each in headers]
    if series <= min(acquired):
        return series
    # The series may be post-processed.
    ge = private(first, 0x0009, "GEMS_PETD_01")
    if 0x0D in ge:
        return datetime.strptime(str(ge[0x0D])[:14], "%Y%m%d%H%M%S")
    if choice == "earliest acquisition":
        return min(acquired)
    # Siemens: from the beginning of a frame to the time at which its rate is the average.
    decay_constant = math.log(2) / half_life
    decay_during_frame = decay_constant * float(needed(first, "ActualFrameDuration")) / 1000
    average_count_time = math.log(decay_during_frame / (1 - math.exp(-decay_during_frame))) / decay_constant
    reference = float(needed(first, "FrameReferenceTime")) / 1000
    return acquired[0] - timedelta(seconds=reference) + timedelta(seconds=average_count_time)


def start_date_and_time(information: pydicom.Dataset, scan: datetime) -> datetime:
    """When the dose was given: on the day of the scan, or before its midnight."""
    explicit = information.get("RadiopharmaceuticalStartDateTime")
    if explicit:
        return datetime.strptime(str(explicit)[:14], "%Y%m%d%H%M%S")
    start = moment(scan.strftime("%Y%m%d"), needed(information, "RadiopharmaceuticalStartTime"))
    return start if start <= scan else start - timedelta(days=1)


def needed(ds: pydicom.Dataset, keyword: str) -> Any:
    """A value that must be neither absent nor empty nor zero."""
    value = ds.get(keyword)
    if value is None or value == "" or value == 0 or (hasattr(value, "__len__") and not len(value)):
        raise CannotBeCalculatedError(keyword)
    return value


def private(ds: pydicom.Dataset, group: int, creator: str) -> dict[int, Any]:
    """The values of a private block, by the last byte of their tags."""
    for element in ds.group_dataset(group):
        if element.tag.element < 0x100 and element.value == creator:
            block = element.tag.element
            return {
                each.tag.element & 0xFF: each.value
                for each in ds.group_dataset(group)
                if each.tag.element >> 8 == block
            }
    return {}


def moment(day: str, time: str) -> datetime:
    """A date and a time."""
    return datetime.strptime(day + time.partition(".")[0], "%Y%m%d%H%M%S")


BEDS = Scan(beds=3, bed_seconds=150)
MIDNIGHT = Scan(injected=datetime(2026, 1, 1, 23, 40), began=datetime(2026, 1, 2, 0, 45), beds=2)
LATER = datetime(2026, 1, 2, 17, 5)


def _with_start_date_time(ds: dicom.Dataset) -> None:
    radiopharmaceutical(ds).RadiopharmaceuticalStartDateTime = "20260102093000.000000"


class Said(NamedTuple):
    """A way in which a vendor says what the uptake follows from."""

    name: str
    vendor: str
    options: dict[str, Any]
    change: Callable[[dicom.Dataset], None] | None = None


PATHS = [
    Said("any vendor, one bed", "generic", {}),
    Said("any vendor, beds one after another", "generic", {"scan": BEDS}),
    Said("any vendor, the injection before midnight", "generic", {"scan": MIDNIGHT}),
    Said("any vendor, Radiopharmaceutical Start DateTime", "generic", {}, _with_start_date_time),
    Said("any vendor, intercept and slope the same in all", "generic", {"slopes": [2.5] * 6}),
    Said("GE, as it was scanned", "ge", {"scan": BEDS}),
    Said("GE, post-processed: the private scan date and time", "ge", {"scan": BEDS, "post_processed": LATER}),
    Said("Siemens, as it was scanned", "siemens", {"scan": BEDS}),
    Said("Siemens, post-processed, one bed", "siemens", {"post_processed": LATER}),
    Said(
        "Siemens, older, post-processed, beds",
        "siemens",
        {"scan": BEDS, "post_processed": LATER, "siemens_private": False},
    ),
    Said("Siemens, post-processed, beds", "siemens", {"scan": BEDS, "post_processed": LATER}),
    Said("Siemens, the injection before midnight", "siemens", {"scan": MIDNIGHT}),
    Said("Philips, Bq/ml", "philips", {"scan": BEDS}),
    Said("Philips, counts with the factor to SUV", "philips", {"units": "CNTS"}),
    Said(
        "Philips, counts with the factor to Bq/ml",
        "philips",
        {"units": "CNTS", "philips_suv_factor": None, "scan": BEDS},
    ),
    Said("any vendor, SUV already", "generic", {"units": "GML"}),
]


def _made(folder: Path, path: Said) -> MadePet:
    made = made_pet(folder, path.vendor, **path.options)
    if path.change is not None:
        for ds, file in zip(made.data_sets, made.made.paths, strict=True):
            path.change(ds)
            ds.save_as(file, enforce_file_format=True)
    return made


@pytest.mark.parametrize("choice", ["earliest acquisition", "frame reference time"])
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_agrees_on_each_path(tmp_path: Path, path: Said, choice: Choice) -> None:
    made = _made(tmp_path / "pet", path)
    expected = qiba_suvbw([pydicom.dcmread(file) for file in made.made.paths], choice)
    found = dicom.suv(made.folder, dtype=np.float64)
    assert found.quantity == "SUVbw"
    assert found.unit == "g/ml"
    assert np.allclose(found.array, expected, rtol=1e-6 if choice == "frame reference time" else 1e-9, atol=0)


def test_the_pseudo_code_finds_the_truth_of_a_made_series(tmp_path: Path) -> None:
    """Else the agreement could be one in error."""
    made = made_pet(tmp_path / "pet", "siemens", scan=BEDS, post_processed=LATER)
    expected = made.values * BEDS.weight * 1000 / BEDS.decayed_dose_bq()
    headers = [pydicom.dcmread(file) for file in made.made.paths]
    assert np.allclose(qiba_suvbw(headers, "earliest acquisition"), expected, rtol=1e-12, atol=0)
    assert np.allclose(qiba_suvbw(headers, "frame reference time"), expected, rtol=1e-6, atol=0)


def _without(*keywords: str) -> Callable[[dicom.Dataset], None]:
    def change(ds: dicom.Dataset) -> None:
        for keyword in keywords:
            holder = radiopharmaceutical(ds) if keyword.startswith("Radio") and "Sequence" not in keyword else ds
            delattr(holder, keyword)

    return change


def _with(keyword: str, value: Any) -> Callable[[dicom.Dataset], None]:
    def change(ds: dicom.Dataset) -> None:
        setattr(radiopharmaceutical(ds) if keyword.startswith("Radio") else ds, keyword, value)

    return change


REFUSED = [
    Said("no weight", "generic", {}, _without("PatientWeight")),
    Said("weight of 0", "generic", {}, _with("PatientWeight", "0")),
    Said("empty weight", "generic", {}, _with("PatientWeight", None)),
    Said("no dose", "generic", {}, _without("RadionuclideTotalDose")),
    Said("dose of 0", "generic", {}, _with("RadionuclideTotalDose", "0")),
    Said("half-life of 0", "generic", {}, _with("RadionuclideHalfLife", "0")),
    Said("no time of the injection", "generic", {}, _without("RadiopharmaceuticalStartTime")),
    Said("no radiopharmaceutical", "generic", {}, _without("RadiopharmaceuticalInformationSequence")),
    Said("no units", "generic", {}, _without("Units")),
    Said("units that are no activity", "generic", {"units": "PROPCPS"}),
    Said("counts without a factor", "generic", {"units": "CNTS"}),
    Said("not corrected for attenuation", "generic", {}, _with("CorrectedImage", ["DECY"])),
    Said("no decay correction named", "generic", {}, _without("DecayCorrection")),
]


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.name)
def test_what_cannot_be_calculated_is_refused(tmp_path: Path, path: Said) -> None:
    made = _made(tmp_path / "pet", path)
    with pytest.raises(CannotBeCalculatedError):
        qiba_suvbw([pydicom.dcmread(file) for file in made.made.paths], "earliest acquisition")
    with pytest.raises(dicom.errors.QuantityError) as caught:
        dicom.suv(made.folder)
    assert caught.value.keywords
