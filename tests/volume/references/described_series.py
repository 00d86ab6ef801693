"""Series whose headers say much of the measurement: what a sidecar is made of."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import dicom
from tests.volume.made import Made, made_series

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_EQUIPMENT: dict[str, Any] = {
    "Manufacturer": "SIEMENS",
    "ManufacturerModelName": "Made",
    "InstitutionName": "House",
    "InstitutionAddress": "1 Street, Town",
    "StationName": "ROOM2",
    "DeviceSerialNumber": "42",
    "SoftwareVersions": "made 1.0",
    "BodyPartExamined": "BRAIN",
    "PatientPosition": "HFS",
    "StudyDescription": "made by code",
    "SeriesDescription": "described",
    "ProtocolName": "protocol",
    "AcquisitionTime": "101512.500000",
    "AcquisitionDate": "20260102",
}
_MR: dict[str, Any] = {
    "MagneticFieldStrength": 3.0,
    "ImagingFrequency": 123.25,
    "RepetitionTime": 2500.0,
    "EchoTime": 4.25,
    "InversionTime": 900.0,
    "FlipAngle": 8.0,
    "EchoTrainLength": 7,
    "EchoNumbers": 1,
    "ScanningSequence": ["GR", "IR"],
    "SequenceVariant": ["SP", "MP"],
    "ScanOptions": "IR",
    "SequenceName": "*tfl3d1",
    "MRAcquisitionType": "3D",
    "NumberOfAverages": 2.0,
    "PercentSampling": 100.0,
    "PercentPhaseFieldOfView": 87.5,
    "NumberOfPhaseEncodingSteps": 223,
    "InPlanePhaseEncodingDirection": "ROW",
    "PixelBandwidth": 170.0,
    "SAR": 0.0625,
    "SpacingBetweenSlices": 2.0,
    "AcquisitionMatrix": [0, 256, 224, 0],
    "ImagedNucleus": "1H",
    "TransmitCoilName": "Body",
    "ReceiveCoilName": "HeadMatrix",
}
_CT: dict[str, Any] = {
    "KVP": 120.0,
    "ExposureTime": 500,
    "XRayTubeCurrent": 240,
    "Exposure": 120,
    "ConvolutionKernel": "H30s",
    "ReconstructionDiameter": 250.0,
    "GantryDetectorTilt": 0.0,
    "SpiralPitchFactor": 0.75,
    "ScanOptions": "HELIX",
}
_PT: dict[str, Any] = {
    "SeriesType": ["STATIC", "IMAGE"],
    "ImageIndex": lambda k: k + 1,
    "NumberOfSlices": 12,
    "ActualFrameDuration": 600_000,
    "FrameReferenceTime": 300_000.0,
    "CorrectedImage": ["DECY", "ATTN", "SCAT", "DTIM", "RAN", "NORM"],
    "DecayCorrection": "START",
    "DecayFactor": 1.03125,
    "DoseCalibrationFactor": 2.5,
    "ScatterFractionFactor": 0.25,
    "AttenuationCorrectionMethod": "measured",
    "ScatterCorrectionMethod": "model",
    "RandomsCorrectionMethod": "DLYD",
    "ReconstructionMethod": "OSEM3D 4i21s",
    "ConvolutionKernel": "XYZ Gauss 5.00",
    "CollimatorType": "NONE",
}


def _tracer() -> dict[str, Any]:
    """What was injected."""
    nuclide, tracer = dicom.Dataset(), dicom.Dataset()
    nuclide.CodeValue, nuclide.CodingSchemeDesignator, nuclide.CodeMeaning = "C-111A1", "SRT", "^18^Fluorine"
    tracer.Radiopharmaceutical = "Fluorodeoxyglucose"
    tracer.RadiopharmaceuticalStartTime = "091500"
    tracer.RadionuclideTotalDose = 250_000_000.0
    tracer.RadionuclideHalfLife = 6586.2
    tracer.RadionuclidePositronFraction = 0.9673
    tracer.RadionuclideCodeSequence = [nuclide]
    return {"RadiopharmaceuticalInformationSequence": [tracer]}


def described_pet(folder: Path) -> Made:
    """A PET with its tracer."""
    return made_series(folder, modality="PT", slope=0.5, **_EQUIPMENT, **_PT, **_tracer())


DESCRIBED: dict[str, Callable[[Path], Made]] = {
    "described-mr": partial(made_series, modality="MR", **_EQUIPMENT, **_MR),
    "described-ct": partial(made_series, modality="CT", **_EQUIPMENT, **_CT),
    "described-pt": described_pet,
}
