"""PET series made by code: a plain one that gives an uptake, and what a test changes about it.

The plain one is F-18 of 350 MBq in 70 kg, injected an hour before a scan that is corrected to its start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import dicom
from tests.made_items import code
from tests.volume.made import grid_affine, plane_data_sets, stored_values, write_series
from tests.volume.made_multiframe import enhanced

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

DOSE_BQ, WEIGHT_KG, HALF_LIFE_S = 350e6, 70.0, 6586.2
HOUR_S = 3600.0
SHAPE = (3, 5, 4)
#: GE writes another slope in each slice.
SLOPES = (1.5, 2.0, 0.25)
FLUORINE = ("77004003", "SCT", "^18^Fluorine")

_PLAIN = {
    "Units": "BQML",
    "DecayCorrection": "START",
    "CorrectedImage": ["NORM", "DTIM", "ATTN", "SCAT", "DECY"],
    "PatientWeight": "70",
    "PatientSize": "1.75",
    "PatientSex": "F",
    "SeriesDate": "20260102",
    "SeriesTime": "101500",
    "AcquisitionDate": "20260102",
    "AcquisitionTime": "101500",
    "FrameReferenceTime": "0",
    "ActualFrameDuration": "180000",
}
_PLAIN_ITEM = {
    "RadionuclideTotalDose": "350000000",
    "RadionuclideHalfLife": "6586.2",
    "RadiopharmaceuticalStartTime": "091500",
}


class Raw(str):
    """A text as it is to stand in the file, whatever the VR of its element allows."""

    __slots__ = ()


def set_raw(ds: dicom.Dataset, keyword: str, text: str) -> None:
    """Set an element to a text that no writer should write."""
    tag = dicom.Tag(keyword)
    ds[tag] = dicom.DataElement(tag, "LO", str(text))


def set_element(ds: dicom.Dataset, keyword: str, value: Any) -> None:
    """Set an element, to a `Raw` text too."""
    if isinstance(value, Raw):
        set_raw(ds, keyword, value)
    else:
        setattr(ds, keyword, value)


def radiopharmaceutical(nuclide: tuple[str, str, str] | None = FLUORINE, **changes: Any) -> dicom.Dataset:
    """The item of what was injected; None takes an element away."""
    item = dicom.Dataset()
    for keyword, value in {**_PLAIN_ITEM, **changes}.items():
        if value is not None:
            set_element(item, keyword, value)
    if nuclide is not None:
        item.RadionuclideCodeSequence = code(*nuclide)
    return item


def add_private(ds: dicom.Dataset, creator: str, group: int, elements: dict[int, tuple[str, Any]]) -> None:
    """A private block with these elements: number -> (VR, value)."""
    block = ds.private_block(group, creator, create=True)
    for number, (vr, value) in elements.items():
        block.add_new(number, vr, value)


def pet_data_sets(
    item: dict[str, Any] | None = None, private: Any = None, slices: int | None = None, **changes: Any
) -> list[dicom.Dataset]:
    """The plain series' data sets with changes: None takes an element away, a function gives the value for slice k.

    ``private`` is (creator, group, elements), or a function that gives it for k.
    """
    shape = (slices or SHAPE[0], *SHAPE[1:])
    slopes = [SLOPES[k % len(SLOPES)] for k in range(shape[0])]
    made = plane_data_sets(stored_values(shape), grid_affine(), modality="PT", slope=slopes)
    for k, ds in enumerate(made):
        for keyword, value in {**_PLAIN, **changes}.items():
            given = value(k) if callable(value) else value
            if given is None:
                if keyword in ds:
                    delattr(ds, keyword)
            else:
                set_element(ds, keyword, given)
        if "RadiopharmaceuticalInformationSequence" not in changes:
            ds.RadiopharmaceuticalInformationSequence = [radiopharmaceutical(**(item or {}))]
        block = private(k) if callable(private) else private
        if block is not None:
            add_private(ds, *block)
    return made


def pet_series(folder: Path, **options: Any) -> Path:
    """The files of `pet_data_sets`, in a folder."""
    write_series(folder, pet_data_sets(**options))
    return folder


def enhanced_pet(**changes: Any) -> dicom.Dataset:
    """An Enhanced PET Image of the plain series: its dose is in MBq, its corrections are told one by one."""
    classic = pet_data_sets()
    for ds in classic:
        del ds.Units
    ds = enhanced(classic)
    for k, group in enumerate(ds.PerFrameFunctionalGroupsSequence):
        group.PixelValueTransformationSequence[0].RescaleType = "US"
        mapping = dicom.Dataset()
        mapping.LUTLabel = "activity"
        mapping.RealWorldValueFirstValueMapped, mapping.RealWorldValueLastValueMapped = -32768, 32767
        mapping.RealWorldValueSlope, mapping.RealWorldValueIntercept = SLOPES[k], 0.0
        mapping.MeasurementUnitsCodeSequence = code("Bq/ml", "UCUM", "Becquerels/milliliter")
        group.RealWorldValueMappingSequence = [mapping]
        group.FrameContentSequence[0].FrameAcquisitionDuration = 180000.0
    elements: dict[str, Any] = {
        "PatientWeight": "70",
        "AttenuationCorrected": "YES",
        "DecayCorrected": "YES",
        "DecayCorrectionDateTime": "20260102101500",
        "RadiopharmaceuticalInformationSequence": [
            radiopharmaceutical(
                RadionuclideTotalDose="350",
                RadiopharmaceuticalStartTime=None,
                RadiopharmaceuticalStartDateTime="20260102091500",
            )
        ],
        **changes,
    }
    for keyword, value in elements.items():
        if value is not None:
            setattr(ds, keyword, value)
    return ds


def decayed(seconds: float, dose: float = DOSE_BQ, half_life: float = HALF_LIFE_S) -> float:
    """What is left of a dose."""
    return float(dose * np.power(2.0, -seconds / half_life))
