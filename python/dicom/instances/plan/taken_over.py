"""Which elements of the sources' headers hold for images that are made of them.

In: headers. Out: a data set of what may be taken over. Elements of the modules of each IOD are named here; nothing else
is copied, so that what isn't true any more (positions, extents, private geometry) can't come along.
Standard: PS3.3 C.7.3.1 (General Series), C.7.5.1 (General Equipment), C.7.6.1 (General Image), C.7.6.4
(Contrast/Bolus), C.8.2.1 (CT), C.8.3.1 (MR), C.8.9 (PET).
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

#: The machine whose acquisition parameters follow; what made the new images is named as contributing equipment.
EQUIPMENT = (
    "Manufacturer",
    "InstitutionName",
    "InstitutionAddress",
    "InstitutionalDepartmentName",
    "StationName",
    "ManufacturerModelName",
    "DeviceSerialNumber",
    "DeviceUID",
    "SoftwareVersions",
    "GantryID",
    "SpatialResolution",
    "DateOfLastCalibration",
    "TimeOfLastCalibration",
)
SERIES = (
    "SeriesDescription",
    "BodyPartExamined",
    "AnatomicRegionSequence",
    "Laterality",
    "PatientPosition",
    "AnatomicalOrientationType",
    "ProtocolName",
    "PerformingPhysicianName",
    "OperatorsName",
    "RequestAttributesSequence",
    "PerformedProcedureStepID",
    "PerformedProcedureStepStartDate",
    "PerformedProcedureStepStartTime",
    "PerformedProcedureStepDescription",
    "PerformedProtocolCodeSequence",
)
_GENERAL_IMAGE = (
    "AcquisitionNumber",
    "AcquisitionDate",
    "AcquisitionTime",
    "AcquisitionDateTime",
    "AcquisitionUID",
    "IrradiationEventUID",
    "QualityControlImage",
    "BurnedInAnnotation",
    "RecognizableVisualFeatures",
    "LossyImageCompression",
    "LossyImageCompressionRatio",
    "LossyImageCompressionMethod",
    "PresentationLUTShape",
)
_CONTRAST = (
    "ContrastBolusAgent",
    "ContrastBolusAgentSequence",
    "ContrastBolusRoute",
    "ContrastBolusAdministrationRouteSequence",
    "ContrastBolusVolume",
    "ContrastBolusStartTime",
    "ContrastBolusStopTime",
    "ContrastBolusTotalDose",
    "ContrastFlowRate",
    "ContrastFlowDuration",
    "ContrastBolusIngredient",
    "ContrastBolusIngredientConcentration",
)
_CT = (
    "ScanOptions",
    "KVP",
    "DataCollectionDiameter",
    "DistanceSourceToDetector",
    "DistanceSourceToPatient",
    "RotationDirection",
    "ExposureTime",
    "XRayTubeCurrent",
    "Exposure",
    "ExposureInuAs",
    "FilterType",
    "GeneratorPower",
    "FocalSpots",
    "ConvolutionKernel",
    "RevolutionTime",
    "SingleCollimationWidth",
    "TotalCollimationWidth",
    "TableSpeed",
    "TableFeedPerRotation",
    "TableHeight",
    "SpiralPitchFactor",
    "ExposureModulationType",
    "EstimatedDoseSaving",
    "CTDIvol",
    "CTDIPhantomTypeCodeSequence",
    "WaterEquivalentDiameter",
    "CalciumScoringMassFactorPatient",
    "CalciumScoringMassFactorDevice",
    "EnergyWeightingFactor",
    "AcquisitionType",
    "ReconstructionAlgorithm",
)
_MR = (
    "ScanningSequence",
    "SequenceVariant",
    "ScanOptions",
    "MRAcquisitionType",
    "SequenceName",
    "AngioFlag",
    "RepetitionTime",
    "EchoTime",
    "InversionTime",
    "TriggerTime",
    "NumberOfAverages",
    "ImagingFrequency",
    "ImagedNucleus",
    "EchoNumbers",
    "MagneticFieldStrength",
    "NumberOfPhaseEncodingSteps",
    "EchoTrainLength",
    "PercentSampling",
    "PercentPhaseFieldOfView",
    "PixelBandwidth",
    "NominalInterval",
    "BeatRejectionFlag",
    "LowRRValue",
    "HighRRValue",
    "IntervalsAcquired",
    "IntervalsRejected",
    "PVCRejection",
    "SkipBeats",
    "HeartRate",
    "CardiacNumberOfImages",
    "TriggerWindow",
    "ReceiveCoilName",
    "TransmitCoilName",
    "FlipAngle",
    "VariableFlipAngleFlag",
    "SAR",
    "dBdt",
    "B1rms",
    "TemporalResolution",
    "ComplexImageComponent",
)
_PT_SERIES = (
    "SeriesDate",
    "SeriesTime",
    "Units",
    "CountsSource",
    "SUVType",
    "SeriesType",
    "ReprojectionMethod",
    "NumberOfRRIntervals",
    "NumberOfTimeSlots",
    "CorrectedImage",
    "RandomsCorrectionMethod",
    "AttenuationCorrectionMethod",
    "ScatterCorrectionMethod",
    "DecayCorrection",
    "DecayCorrectionDateTime",
    "ReconstructionMethod",
    "DetectorLinesOfResponseUsed",
    "AcquisitionStartCondition",
    "AcquisitionStartConditionData",
    "AcquisitionTerminationCondition",
    "AcquisitionTerminationConditionData",
    "FieldOfViewShape",
    "FieldOfViewDimensions",
    "GantryDetectorSlew",
    "TypeOfDetectorMotion",
    "CollimatorType",
    "CollimatorGridName",
    "AxialAcceptance",
    "AxialMash",
    "TransverseMash",
    "DetectorElementSize",
    "CoincidenceWindowWidth",
    "EnergyWindowRangeSequence",
    "SecondaryCountsType",
    "RadiopharmaceuticalInformationSequence",
    "InterventionDrugInformationSequence",
    "PatientOrientationCodeSequence",
    "PatientGantryRelationshipCodeSequence",
)
_PT_IMAGE = (
    "FrameReferenceTime",
    "ActualFrameDuration",
    "TriggerTime",
    "FrameTime",
    "LowRRValue",
    "HighRRValue",
    "NominalInterval",
    "IntervalsAcquired",
    "IntervalsRejected",
    "DecayFactor",
    "DoseCalibrationFactor",
    "SliceSensitivityFactor",
    "ScatterFractionFactor",
    "DeadTimeFactor",
    "PrimaryPromptsCountsAccumulated",
    "SecondaryCountsAccumulated",
    "CountsAccumulated",
)
#: Where the rows and columns of a slice are those of its source.
_IN_PLANE = {
    "CT": ("GantryDetectorTilt",),
    "MR": ("AcquisitionMatrix", "InPlanePhaseEncodingDirection"),
    "PT": (),
}
_WINDOW = ("WindowCenter", "WindowWidth", "WindowCenterWidthExplanation", "VOILUTFunction")
_OF_MODALITY = {"CT": (*_CONTRAST, *_CT), "MR": (*_CONTRAST, *_MR), "PT": (*_PT_SERIES, *_PT_IMAGE)}
#: Private elements without which values in counts can't become SUV, or the time of decay correction isn't known:
#: creator -> group, elements of its block.
_PRIVATE_PT = (
    ("Philips PET Private Group", 0x7053, (0x00, 0x09)),
    ("GEMS_PETD_01", 0x0009, (0x0D,)),
    ("SIEMENS MED PT", 0x0071, (0x22,)),
)


def keywords_of(modality: str, *, is_same_unit: bool) -> tuple[str, ...]:
    """The elements that may be taken over into an image of this modality."""
    window = _WINDOW if is_same_unit else ()
    return (*EQUIPMENT, *SERIES, *_GENERAL_IMAGE, *window, *_OF_MODALITY.get(modality, ()))


def in_plane_keywords(modality: str) -> tuple[str, ...]:
    """Elements that hold where rows and columns are those of the source."""
    return _IN_PLANE.get(modality, ())


def copy_private(target: Any, header: Any, modality: str) -> None:
    """Copy the private elements that a quantity needs."""
    for creator, group, elements in _PRIVATE_PT if modality == "PT" else ():
        try:
            block = header.private_block(group, creator)
        except KeyError:
            continue
        for element in elements:
            if element in block:
                found = block[element]
                target.private_block(group, creator, create=True).add_new(element, found.VR, deepcopy(found.value))


def agreed(headers: Sequence[Any], keywords: Sequence[str]) -> list[str]:
    """The elements that all of the headers have alike."""
    first = headers[0]
    return [
        keyword
        for keyword in keywords
        if keyword in first
        and all(keyword in other and other[keyword].value == first[keyword].value for other in headers[1:])
    ]
