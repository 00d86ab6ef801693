"""PET series made by code as scanners of each vendor write them, whose activity and times are known.

In: what happened (an injection, scans) and how a vendor says it. Out: files, and the facts. Slices are of one dose and
one patient; `stored` times `slopes` is in the unit that `units` names. Standard: PS3.3 C.8.9.

What vendors do: GE keeps the start of the scan and the injection in private elements, newer ones of Siemens the moment
that images are corrected to. Series Time is when a scan began until somebody post-processes the series, then when that
was done; only the Acquisition Times of all tell when the first bed was scanned. Philips writes counts, with factors to
SUV and to Bq/ml in private elements.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

import dicom
from tests.made_items import code
from tests.volume.made import Made, grid_affine, plane_data_sets, stored_values, values_of, write_series

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

Vendor = Literal["generic", "ge", "siemens", "philips"]

MANUFACTURERS = {
    "generic": "Made",
    "ge": "GE MEDICAL SYSTEMS",
    "siemens": "SIEMENS",
    "philips": "Philips Medical Systems",
}
#: Of type 2, and nothing is known.
_EMPTY = (
    "PatientBirthDate",
    "ReferringPhysicianName",
    "StudyID",
    "AccessionNumber",
    "CollimatorType",
    "PositionReferenceIndicator",
)
#: Seconds; PS3.16 names no half-life. 109.77 minutes.
FLUORINE_18_SECONDS = 6586.2


@dataclass(frozen=True)
class Scan:
    """What happened, as only a made series knows it."""

    injected: datetime = datetime(2026, 1, 2, 9, 30, 0)
    #: When the first bed began, which is what counts of Decay Correction START.
    began: datetime = datetime(2026, 1, 2, 10, 30, 0)
    #: How long each bed was scanned, one after another; slices are dealt to beds in equal parts.
    bed_seconds: float = 120.0
    beds: int = 1
    dose_bq: float = 3.7e8
    half_life_seconds: float = FLUORINE_18_SECONDS
    #: kg, m, years.
    weight: float = 70.0
    size: float = 1.75
    age: int = 50
    sex: str = "F"

    def bed_begins(self, bed: int) -> datetime:
        """When a bed, counted from 0, began."""
        return self.began + timedelta(seconds=bed * self.bed_seconds)

    def mean_count_seconds(self) -> float:
        """From the beginning of a bed to the time when its mean count rate was met."""
        constant = np.log(2) / self.half_life_seconds
        decay = constant * self.bed_seconds
        return float(np.log(decay / (1 - np.exp(-decay))) / constant)

    def decayed_dose_bq(self) -> float:
        """What was left of the dose when the first bed began."""
        return float(self.dose_bq * 2 ** (-(self.began - self.injected).total_seconds() / self.half_life_seconds))


@dataclass(frozen=True)
class MadePet:
    """A PET series that was made."""

    made: Made
    data_sets: list[dicom.Dataset]
    scan: Scan
    #: One a slice.
    slopes: NDArray[np.float64] = field(repr=False)

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return self.made.folder

    @property
    def values(self) -> NDArray[np.float64]:
        """(k, j, i): stored values by the slope of their slice, float64."""
        return self.made.values


def pet_data_sets(
    vendor: Vendor = "generic",
    *,
    units: str = "BQML",
    decay_correction: str = "START",
    scan: Scan | None = None,
    shape: tuple[int, int, int] = (6, 8, 9),
    affine: NDArray[np.float64] | None = None,
    slopes: Sequence[float] | NDArray[np.float64] | None = None,
    post_processed: datetime | None = None,
    siemens_private: bool = True,
    philips_suv_factor: float | None = 0.000428,
    philips_activity_factor: float | None = 1.7,
    **elements: Any,
) -> tuple[list[dicom.Dataset], NDArray[np.int16], NDArray[np.float64]]:
    """The data sets of the slices, in the order of k; their stored values (k, j, i); the slope of each.

    Parameters
    ----------
    vendor : {"generic", "ge", "siemens", "philips"}
        Whose private elements are written.
    units, decay_correction : str
        Units and Decay Correction.
    scan : Scan
    slopes : sequence of float
        Rescale Slope of each slice; by default another one for each.
    post_processed : datetime
        Series Date and Time, where they aren't those of the scan.
    siemens_private : bool
        Whether Siemens' private moment is there; older scanners don't write it.
    philips_suv_factor, philips_activity_factor : float or None
        The private factors of Philips; None: absent.
    **elements
        Set last, on each slice: a value, or a function that gives it for k.
    """
    scan = Scan() if scan is None else scan
    stored = stored_values(shape)
    found = np.array([0.5 + 0.25 * k for k in range(shape[0])] if slopes is None else slopes, float)
    affine = grid_affine((3.0, 4.0, 4.0)) if affine is None else affine
    data_sets = plane_data_sets(stored, affine, modality="PT", slope=found.tolist())
    for k, ds in enumerate(data_sets):
        bed = k * scan.beds // shape[0]
        _describe(ds, scan, bed, units, decay_correction, post_processed)
        ds.NumberOfSlices, ds.ImageIndex = shape[0], k + 1
        ds.Manufacturer = MANUFACTURERS[vendor]
        if vendor == "ge":
            _say_as_ge(ds, scan)
        elif vendor == "siemens" and siemens_private:
            _say_as_siemens(ds, scan)
        elif vendor == "philips":
            _say_as_philips(ds, philips_suv_factor, philips_activity_factor)
        for keyword, value in elements.items():
            setattr(ds, keyword, value(k) if callable(value) else value)
    return data_sets, stored, found


def made_pet(folder: Path, vendor: Vendor = "generic", **options: Any) -> MadePet:
    """A PET series in a folder; the options are those of `pet_data_sets`."""
    data_sets, stored, slopes = pet_data_sets(vendor, **options)
    affine = options.get("affine")
    affine = grid_affine((3.0, 4.0, 4.0)) if affine is None else affine
    unit = "Bq/ml" if options.get("units", "BQML") == "BQML" else None
    values = values_of(data_sets)
    made = Made(folder, write_series(folder, data_sets), stored, values, affine, unit)
    return MadePet(made, data_sets, options.get("scan") or Scan(), slopes)


def radiopharmaceutical(ds: dicom.Dataset) -> dicom.Dataset:
    """The item of the Radiopharmaceutical Information Sequence, to change it."""
    item: dicom.Dataset = ds.RadiopharmaceuticalInformationSequence[0]
    return item


def _describe(
    ds: dicom.Dataset,
    scan: Scan,
    bed: int,
    units: str,
    decay_correction: str,
    post_processed: datetime | None,
) -> None:
    for keyword in _EMPTY:
        setattr(ds, keyword, None)
    ds.PatientOrientationCodeSequence, ds.PatientGantryRelationshipCodeSequence = [], []
    ds.BodyPartExamined = "CHEST"
    ds.Units = units
    ds.DecayCorrection = decay_correction
    ds.CorrectedImage = ["ATTN", "DECY"] if decay_correction != "NONE" else ["ATTN"]
    ds.CountsSource = "EMISSION"
    ds.SeriesType = ["WHOLE BODY" if scan.beds > 1 else "STATIC", "IMAGE"]
    series = post_processed or scan.began
    for moment, name in ((scan.began, "Study"), (series, "Series"), (scan.bed_begins(bed), "Acquisition")):
        setattr(ds, f"{name}Date", moment.strftime("%Y%m%d"))
        setattr(ds, f"{name}Time", moment.strftime("%H%M%S"))
    ds.ContentDate, ds.ContentTime = ds.SeriesDate, ds.SeriesTime
    ds.ActualFrameDuration = round(scan.bed_seconds * 1000)
    # Milliseconds, from the reference that images are decay corrected to.
    reference = bed * scan.bed_seconds + scan.mean_count_seconds()
    ds.FrameReferenceTime = f"{reference * 1000:.9g}"
    ds.DecayFactor = f"{2 ** (reference / scan.half_life_seconds):.9g}" if decay_correction == "START" else "1"
    ds.PatientWeight, ds.PatientSize, ds.PatientSex = str(scan.weight), str(scan.size), scan.sex
    ds.PatientAge = f"{scan.age:03d}Y"
    item = dicom.Dataset()
    item.Radiopharmaceutical = "Fluorodeoxyglucose"
    item.RadiopharmaceuticalStartTime = scan.injected.strftime("%H%M%S.%f")
    item.RadionuclideTotalDose = f"{scan.dose_bq:.10g}"
    item.RadionuclideHalfLife = f"{scan.half_life_seconds:.10g}"
    item.RadionuclidePositronFraction = "0.967"
    item.RadionuclideCodeSequence = code("77004003", "SCT", "^18^Fluorine")
    ds.RadiopharmaceuticalInformationSequence = [item]


def _say_as_ge(ds: dicom.Dataset, scan: Scan) -> None:
    block = ds.private_block(0x0009, "GEMS_PETD_01", create=True)
    block.add_new(0x0D, "DT", scan.began.strftime("%Y%m%d%H%M%S.00"))
    block.add_new(0x3B, "DT", scan.injected.strftime("%Y%m%d%H%M%S.00"))


def _say_as_siemens(ds: dicom.Dataset, scan: Scan) -> None:
    # "Decay Correction DateTime"; the standard has an element for it since 2011.
    block = ds.private_block(0x0071, "SIEMENS MED PT", create=True)
    block.add_new(0x22, "DT", scan.began.strftime("%Y%m%d%H%M%S.%f"))


def _say_as_philips(ds: dicom.Dataset, suv_factor: float | None, activity_factor: float | None) -> None:
    block = ds.private_block(0x7053, "Philips PET Private Group", create=True)
    if suv_factor is not None:
        block.add_new(0x00, "DS", f"{suv_factor:.10g}")
    if activity_factor is not None:
        block.add_new(0x09, "DS", f"{activity_factor:.10g}")
