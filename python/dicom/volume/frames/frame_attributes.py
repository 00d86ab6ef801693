"""What is asked of each frame besides where it lies, and where it stands; and what a data set says of all its frames.

In: a data set. Out: its values as columns of `Planes`, the same for each frame. Standard: PS3.3 C.7.6.16.2 (frame
content, temporal position, cardiac and respiratory synchronization), C.8.13.5 (MR), C.8.15.3 (CT), C.11.1 (rescale).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.pixels.lenient import items, number, text

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

#: Columns of `Planes.dimensions` -> where they stand: a path within the functional groups, or the keyword of single-
#: frame objects. A column is named as the attribute of single-frame objects where
#: there is one of the same meaning and unit, so that classic and enhanced objects have the same columns.
DIMENSIONS: dict[str, tuple[str, ...]] = {
    "TemporalPositionIdentifier": ("TemporalPositionIdentifier",),
    "TemporalPositionIndex": ("FrameContentSequence.TemporalPositionIndex", "TemporalPositionIndex"),
    "TemporalPositionTimeOffset": ("TemporalPositionSequence.TemporalPositionTimeOffset", "TemporalPositionTimeOffset"),
    "TemporalResolution": ("TemporalResolution",),
    "AcquisitionNumber": ("FrameContentSequence.FrameAcquisitionNumber", "AcquisitionNumber"),
    "DiffusionBValue": ("MRDiffusionSequence.DiffusionBValue", "DiffusionBValue"),
    "EchoTime": ("MREchoSequence.EffectiveEchoTime", "EchoTime"),
    "EchoNumbers": ("EchoNumbers",),
    "FlipAngle": ("MRTimingAndRelatedParametersSequence.FlipAngle", "FlipAngle"),
    "InversionTime": ("MRModifierSequence.InversionTimes", "InversionTime"),
    "TriggerTime": ("TriggerTime",),
    "NominalCardiacTriggerDelayTime": (
        "CardiacSynchronizationSequence.NominalCardiacTriggerDelayTime",
        "NominalCardiacTriggerDelayTime",
    ),
    "NominalPercentageOfCardiacPhase": (
        "CardiacSynchronizationSequence.NominalPercentageOfCardiacPhase",
        "NominalPercentageOfCardiacPhase",
    ),
    "NominalRespiratoryTriggerDelayTime": (
        "RespiratorySynchronizationSequence.NominalRespiratoryTriggerDelayTime",
        "NominalRespiratoryTriggerDelayTime",
    ),
    "NominalPercentageOfRespiratoryPhase": (
        "RespiratorySynchronizationSequence.NominalPercentageOfRespiratoryPhase",
        "NominalPercentageOfRespiratoryPhase",
    ),
    "FrameReferenceTime": ("FrameReferenceTime",),
    "ActualFrameDuration": ("FrameContentSequence.FrameAcquisitionDuration", "ActualFrameDuration"),
    "ImageIndex": ("ImageIndex",),
    "KVP": ("CTXRayDetailsSequence.KVP", "KVP"),
    "ReferencedSegmentNumber": ("SegmentIdentificationSequence.ReferencedSegmentNumber",),
}
#: Each kind of object has a sequence of its own that says which type a frame is of.
_FRAME_TYPE_SEQUENCES = (
    "CTImageFrameTypeSequence",
    "MRImageFrameTypeSequence",
    "PETFrameTypeSequence",
    "XRay3DFrameTypeSequence",
    "USImageDescriptionSequence",
    "ParametricMapFrameTypeSequence",
    "IntravascularOCTFrameTypeSequence",
    "PhotoacousticImageFrameTypeSequence",
    "MRSpectroscopyFrameTypeSequence",
)
#: Columns of `Planes.texts`, likewise.
TEXTS: dict[str, tuple[str, ...]] = {
    "FrameType": tuple(f"{sequence}.FrameType" for sequence in _FRAME_TYPE_SEQUENCES),
    "ComplexImageComponent": ("MRImageFrameTypeSequence.ComplexImageComponent", "ComplexImageComponent"),
    "AcquisitionContrast": ("MRImageFrameTypeSequence.AcquisitionContrast", "AcquisitionContrast"),
    "StackID": ("FrameContentSequence.StackID",),
    "DiffusionDirectionality": ("MRDiffusionSequence.DiffusionDirectionality", "DiffusionDirectionality"),
    "AcquisitionDateTime": ("FrameContentSequence.FrameAcquisitionDateTime", "AcquisitionDateTime"),
    "AcquisitionDate": ("AcquisitionDate",),
    "AcquisitionTime": ("AcquisitionTime",),
    "ContentDate": ("ContentDate",),
    "ContentTime": ("ContentTime",),
    "ConvolutionKernel": ("CTReconstructionSequence.ConvolutionKernel", "ConvolutionKernel"),
    "ReceiveCoilName": ("MRReceiveCoilSequence.ReceiveCoilName", "ReceiveCoilName"),
    "SequenceName": ("SequenceName",),
    "ScanOptions": ("ScanOptions",),
    "FrameReferenceDateTime": ("FrameContentSequence.FrameReferenceDateTime",),
    "DataType": ("ImageDataTypeSequence.DataType",),
    "QuantityDefinition": ("RealWorldValueMappingSequence.QuantityDefinitionSequence.ConceptCodeSequence.CodeValue",),
    "MeasurementUnits": ("RealWorldValueMappingSequence.MeasurementUnitsCodeSequence.CodeValue",),
}


def data_set_numbers(ds: Any, keyword: str, width: int) -> NDArray[np.float64] | float:
    """The numbers of an element of the data set itself; NaN for those that aren't `width` numbers."""
    value = ds.get(keyword)
    if width == 1:
        found = number(value)
        return np.nan if found is None else found
    if not hasattr(value, "__len__") or isinstance(value, str | bytes) or len(value) != width:
        return np.full(width, np.nan)
    numbers = [number(one) for one in value]
    return np.array([np.nan if one is None else one for one in numbers] if None not in numbers else [np.nan] * width)


def data_set_dimensions(ds: Any, count: int) -> dict[str, NDArray[np.float64]]:
    """What the data set says of all its frames and other files may say otherwise: its echo time, its b-value, ..."""
    found = {name: number(ds.get(paths[-1])) for name, paths in DIMENSIONS.items() if "." not in paths[-1]}
    columns = {name: np.full(count, value) for name, value in found.items() if value is not None}
    gradient = np.asarray(data_set_numbers(ds, "DiffusionGradientOrientation", 3))
    if np.isfinite(gradient).all():
        columns["DiffusionGradientOrientation"] = np.tile(gradient, (count, 1))
    return columns


def data_set_texts(ds: Any, count: int) -> dict[str, list[str | None]]:
    """The same of what is told by names and times."""
    found = {name: joined(ds.get(paths[-1])) for name, paths in TEXTS.items() if "." not in paths[-1]}
    return {name: [value] * count for name, value in found.items() if value}


def joined(value: Any) -> str | None:
    """Texts as one, joined by backslashes; None without any."""
    if value is None or isinstance(value, bytes):
        return None
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        return str(value) or None
    return "\\".join(str(one) for one in value) or None


def data_set_rescale(ds: Any) -> tuple[float, float]:
    """Slope and intercept that hold for all frames of a data set; NaN where another transformation is needed.

    In the order of `dicom.pixels.image.modality`: a Modality LUT, Dose Grid Scaling, the rescale; none for colours.
    """
    if has_colors(ds):
        return 1.0, 0.0
    if items(ds, "ModalityLUTSequence"):
        return np.nan, np.nan
    scaling = number(ds.get("DoseGridScaling"))
    if scaling is not None and scaling > 0:
        return scaling, 0.0
    slope, intercept = number(ds.get("RescaleSlope")), number(ds.get("RescaleIntercept"))
    if slope is None or intercept is None or slope == 0:
        slope, intercept = 1.0, 0.0
    if slope == 1 and intercept == 0 and items(ds, "RealWorldValueMappingSequence"):
        return np.nan, np.nan
    return slope, intercept


def has_colors(ds: Any) -> bool:
    """Whether stored values are colours, or indices of colours, which no rescale is meant for."""
    return (number(ds.get("SamplesPerPixel")) or 1) > 1 or text(ds.get("PhotometricInterpretation")) == "PALETTE COLOR"
