"""Series with all that their IODs want, as a scanner writes them, and volumes of them.

`tests/volume/made` has what a volume is made of and no more; `dciodvfy` finds no error in these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import dicom
from tests.made_items import code
from tests.volume.made import Made, decimal, made_series

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

SLICES = 12

_ALL: dict[str, Any] = {
    "Manufacturer": "MADE",
    "ManufacturerModelName": "M1",
    "DeviceSerialNumber": "1",
    "SoftwareVersions": "1",
    "AccessionNumber": "",
    "ReferringPhysicianName": "",
    "StudyID": "1",
    "PatientBirthDate": "19700101",
    "PatientSex": "O",
    "PatientWeight": 70.0,
    "PatientSize": 1.7,
    "PositionReferenceIndicator": "",
    "AcquisitionDate": "20260102",
    "AcquisitionTime": "101500",
    "BodyPartExamined": "CHEST",
    "ProtocolName": "P",
    "WindowCenter": 40.0,
    "WindowWidth": 400.0,
}


def _isotope(k: int) -> list[dicom.Dataset]:
    made = dicom.Dataset()
    made.RadiopharmaceuticalStartTime = "093000"
    made.RadionuclideTotalDose, made.RadionuclideHalfLife = 3.5e8, 6586.2
    made.RadionuclidePositronFraction = 0.97
    made.RadionuclideCodeSequence = code("77004003", "SCT", "^18^Fluorine")
    made.RadiopharmaceuticalCodeSequence = code("35321007", "SCT", "Fluorodeoxyglucose F^18^")
    return [made]


_OF: dict[str, dict[str, Any]] = {
    "CT": {
        "PatientPosition": "HFS",
        "KVP": 120.0,
        "XRayTubeCurrent": lambda k: 100 + k,
        "ConvolutionKernel": "B30",
        "GantryDetectorTilt": 0.0,
        "ReconstructionDiameter": 300.0,
    },
    "MR": {
        "PatientPosition": "HFS",
        "ImageType": ["ORIGINAL", "PRIMARY", "OTHER", "M"],
        "ScanningSequence": "GR",
        "SequenceVariant": "SP",
        "ScanOptions": "",
        "MRAcquisitionType": "3D",
        "RepetitionTime": 20.0,
        "EchoTime": 4.0,
        "EchoTrainLength": 1,
        "FlipAngle": 20.0,
        "InPlanePhaseEncodingDirection": "ROW",
    },
    "PT": {
        "ImageType": ["ORIGINAL", "PRIMARY"],
        "SeriesType": ["STATIC", "IMAGE"],
        "CountsSource": "EMISSION",
        "CorrectedImage": ["DECY", "ATTN"],
        "DecayCorrection": "START",
        "CollimatorType": "NONE",
        "FrameReferenceTime": 300000.0,
        "ActualFrameDuration": 600000,
        "DecayFactor": 1.01,
        "NumberOfSlices": SLICES,
        "ImageIndex": lambda k: k + 1,
        "RadiopharmaceuticalInformationSequence": _isotope,
        "PatientOrientationCodeSequence": lambda k: code("102538003", "SCT", "recumbent"),
        "PatientGantryRelationshipCodeSequence": lambda k: code("102540008", "SCT", "headfirst"),
    },
}


def full_series(folder: Path, modality: str, **options: Any) -> Made:
    """A series of 12 slices; of PET each with a slope of its own."""
    if modality == "PT":
        options.setdefault("slope", [decimal(0.37 * (k + 3)) for k in range(SLICES)])
    return made_series(folder, modality=modality, **{**_ALL, **_OF[modality], **options})


def full_volume(folder: Path, modality: str, **options: Any) -> dicom.Volume:
    """The same, read."""
    full_series(folder, modality, **options)
    return dicom.read_series(folder)
