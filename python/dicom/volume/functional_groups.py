"""Planes of an enhanced object: what the functional groups say of each frame.

In: a data set with Shared or Per-frame Functional Groups (enhanced CT, MR, PET, XA and US volumes, OCT, segmentations,
parametric maps, multi-frame secondary capture, legacy-converted objects). Out: the columns of `Planes`. The SOP Class
isn't asked for: any object with these groups is read alike.
Standard: PS3.3 C.7.6.16.2 (macros), C.7.6.17 (dimensions), C.8.13.5 (MR), C.8.24.3 (US volumes).

Rules for what contradicts the standard: a frame's own group counts before the shared one, wherever the standard wants
the attribute; orientation, spacing and thickness that no group has are taken from the data set itself; a position never
is, unless there is one frame only, for it can't be that of all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.dictionary import keyword_for_tag
from dicom.pixels.lenient import items, number, text
from dicom.volume.frame_columns import FrameColumns

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

#: Columns of `Planes.dimensions` -> where they stand. A column is named as the attribute of single-frame objects where
#: there is one, so that classic and enhanced objects have the same columns; the names with ``Nominal`` are in ms or %.
DIMENSIONS: dict[str, tuple[str, ...]] = {
    "TemporalPositionIndex": ("FrameContentSequence.TemporalPositionIndex", "TemporalPositionIdentifier"),
    "TemporalPositionTimeOffset": ("TemporalPositionSequence.TemporalPositionTimeOffset",),
    "AcquisitionNumber": ("FrameContentSequence.FrameAcquisitionNumber", "AcquisitionNumber"),
    "DiffusionBValue": ("MRDiffusionSequence.DiffusionBValue", "DiffusionBValue"),
    "EchoTime": ("MREchoSequence.EffectiveEchoTime", "EchoTime"),
    "EchoNumbers": ("EchoNumbers",),
    "RepetitionTime": ("MRTimingAndRelatedParametersSequence.RepetitionTime",),
    "FlipAngle": ("MRTimingAndRelatedParametersSequence.FlipAngle",),
    "InversionTime": ("MRModifierSequence.InversionTimes", "InversionTime"),
    "TriggerTime": ("CardiacSynchronizationSequence.NominalCardiacTriggerDelayTime", "TriggerTime"),
    "NominalPercentageOfCardiacPhase": ("CardiacSynchronizationSequence.NominalPercentageOfCardiacPhase",),
    "NominalRespiratoryTriggerDelayTime": ("RespiratorySynchronizationSequence.NominalRespiratoryTriggerDelayTime",),
    "NominalPercentageOfRespiratoryPhase": ("RespiratorySynchronizationSequence.NominalPercentageOfRespiratoryPhase",),
    "FrameReferenceTime": ("FrameReferenceTime",),
    "ReferencedSegmentNumber": ("SegmentIdentificationSequence.ReferencedSegmentNumber",),
}
_GRADIENT = "MRDiffusionSequence.DiffusionGradientDirectionSequence.DiffusionGradientOrientation"
_TEXTS: dict[str, tuple[str, ...]] = {
    "FrameType": ("FrameType",),
    "ComplexImageComponent": ("ComplexImageComponent",),
    "AcquisitionContrast": ("AcquisitionContrast",),
    "StackID": ("FrameContentSequence.StackID",),
    "DiffusionDirectionality": ("MRDiffusionSequence.DiffusionDirectionality",),
    "FrameAcquisitionDateTime": ("FrameContentSequence.FrameAcquisitionDateTime",),
    "FrameReferenceDateTime": ("FrameContentSequence.FrameReferenceDateTime",),
    "DataType": ("ImageDataTypeSequence.DataType",),
}
_POSITION = ("PlanePositionSequence.ImagePositionPatient",)
_ORIENTATION = ("PlaneOrientationSequence.ImageOrientationPatient",)
_VOLUME_POSITION = ("PlanePositionVolumeSequence.ImagePositionVolume",)
_VOLUME_ORIENTATION = ("PlaneOrientationVolumeSequence.ImageOrientationVolume",)
_MEASURES = {
    name: (f"PixelMeasuresSequence.{keyword}",)
    for name, keyword in (
        ("pixel_spacing", "PixelSpacing"),
        ("thickness", "SliceThickness"),
        ("spacing_between_slices", "SpacingBetweenSlices"),
    )
}
_WIDTH = {"pixel_spacing": 2, "thickness": 1, "spacing_between_slices": 1}
_SLOPE = ("PixelValueTransformationSequence.RescaleSlope",)
_INTERCEPT = ("PixelValueTransformationSequence.RescaleIntercept",)
_MAPPING = ("RealWorldValueMappingSequence.LUTLabel",)
_INDEX_VALUES = ("FrameContentSequence.DimensionIndexValues",)
#: More dimensions than anything has are no description of frames.
_MAX_DIMENSIONS = 64
#: Pointers of dimensions that order frames in space, or name what stands in a column already.
_NOT_A_COLUMN = frozenset(
    {
        "ImagePositionPatient",
        "ImageOrientationPatient",
        "ImagePositionVolume",
        "ImageOrientationVolume",
        "PlanePositionSequence",
        "PlaneOrientationSequence",
        "InStackPositionNumber",
        "StackID",
        "SliceLocation",
        "ColumnPositionInTotalImagePixelMatrix",
        "RowPositionInTotalImagePixelMatrix",
        "FrameType",
        "ComplexImageComponent",
        "AcquisitionContrast",
        "DiffusionDirectionality",
        "DataType",
        "EffectiveEchoTime",
        "FrameAcquisitionNumber",
        "DiffusionGradientOrientation",
        "DiffusionGradientDirectionSequence",
        "InversionTimes",
        "NominalCardiacTriggerDelayTime",
        *DIMENSIONS,
    }
)


def functional_group_columns(ds: Any, count: int) -> dict[str, Any]:
    """The arguments of `Planes` for the frames of a data set with functional groups.

    Parameters
    ----------
    ds : Dataset
    count : int
        Number of frames.

    Returns
    -------
    dict
        ``numbers``, ``dimensions``, ``texts`` and ``reasons``, each with `count` rows.
    """
    paths = [path for one in (DIMENSIONS, _TEXTS, _MEASURES) for several in one.values() for path in several]
    for several in (_POSITION, _ORIENTATION, _VOLUME_POSITION, _VOLUME_ORIENTATION, _SLOPE, _INTERCEPT):
        paths += several
    columns = FrameColumns(ds, count, [*paths, *_MAPPING, *_INDEX_VALUES, _GRADIENT])

    texts = {name: columns.texts(several) for name, several in _TEXTS.items()}
    numbers, reasons = _geometry(ds, columns, texts)
    numbers["slope"], numbers["intercept"] = _rescale(ds, columns)
    dimensions = {name: columns.numbers(several) for name, several in DIMENSIONS.items()}
    dimensions["DiffusionGradientOrientation"] = columns.numbers((_GRADIENT,), 3)
    dimensions.update(_dimension_indices(ds, columns))
    return {
        "numbers": numbers,
        "dimensions": {name: column for name, column in dimensions.items() if np.isfinite(column).any()},
        "texts": {name: column for name, column in texts.items() if any(one is not None for one in column)},
        "reasons": reasons,
    }


def _geometry(
    ds: Any, columns: FrameColumns, texts: dict[str, list[str | None]]
) -> tuple[dict[str, NDArray[np.float64]], list[str | None]]:
    numbers = {
        "position": columns.numbers(_POSITION, 3),
        "orientation": columns.numbers(_ORIENTATION, 6),
    }
    if not np.isfinite(numbers["position"]).any():
        positions = columns.numbers(_VOLUME_POSITION, 3)
        if np.isfinite(positions).any():
            # An ultrasound volume lies in a frame of reference of its own, not in the patient (PS3.3 C.8.24.2).
            numbers = {"position": positions, "orientation": columns.numbers(_VOLUME_ORIENTATION, 6)}
            reference = ds.get("VolumeFrameOfReferenceUID")
            texts["FrameOfReferenceUID"] = [str(reference) if reference else None] * columns.count
    for name, several in _MEASURES.items():
        numbers[name] = columns.numbers(several, _WIDTH[name])
    for name, keyword in (
        ("orientation", "ImageOrientationPatient"),
        ("pixel_spacing", "PixelSpacing"),
        ("thickness", "SliceThickness"),
        ("spacing_between_slices", "SpacingBetweenSlices"),
    ):
        column = numbers[name]
        if not np.isfinite(column).any():
            column[...] = data_set_numbers(ds, keyword, 1 if column.ndim == 1 else column.shape[1])
    if columns.count == 1 and not np.isfinite(numbers["position"]).any():
        numbers["position"][0] = data_set_numbers(ds, "ImagePositionPatient", 3)
    return numbers, _reasons(ds, numbers["position"])


def _reasons(ds: Any, position: NDArray[np.float64]) -> list[str | None]:
    """Why positions are missing, in words."""
    missing = ~np.isfinite(position).all(axis=1)
    reasons: list[str | None] = [None] * len(position)
    if not missing.any():
        return reasons
    groups = ds.get("PerFrameFunctionalGroupsSequence")
    number_of_items = len(groups) if hasattr(groups, "__len__") and not isinstance(groups, str | bytes) else 0
    on_slide = "TotalPixelMatrixOriginSequence" in ds
    for frame in np.flatnonzero(missing):
        if on_slide:
            reasons[frame] = "its position is one on a slide, not in the patient (PS3.3 C.8.12.6)"
        elif frame >= number_of_items:
            reasons[frame] = f"Per-frame Functional Groups Sequence (5200,9230) has {number_of_items} items only"
        else:
            reasons[frame] = "its functional groups have no usable Plane Position Sequence (0020,9113)"
    return reasons


def _rescale(ds: Any, columns: FrameColumns) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Slope and intercept of each frame; NaN where `dicom.pixels` has to find another transformation."""
    if has_colors(ds):
        return np.ones(columns.count), np.zeros(columns.count)
    slope, intercept = columns.numbers(_SLOPE), columns.numbers(_INTERCEPT)
    unusable = ~np.isfinite(slope) | ~np.isfinite(intercept) | (slope == 0)
    slope[unusable], intercept[unusable] = data_set_rescale(ds)
    mapped = np.array([label is not None for label in columns.texts(_MAPPING)], bool)
    # A real world value mapping counts where the rescale changes nothing and has no unit: not decided here.
    other = mapped & (slope == 1) & (intercept == 0)
    slope[other] = intercept[other] = np.nan
    return slope, intercept


def _dimension_indices(ds: Any, columns: FrameColumns) -> dict[str, NDArray[np.float64]]:
    """Dimension Index Values of the dimensions that no other column tells, by the keyword of their pointer."""
    pointers = [one.get("DimensionIndexPointer") for one in items(ds, "DimensionIndexSequence")]
    if not 0 < len(pointers) <= _MAX_DIMENSIONS:
        return {}
    values = columns.numbers(_INDEX_VALUES, len(pointers)).reshape(columns.count, len(pointers))
    found = {}
    for place, pointer in enumerate(pointers):
        keyword = keyword_for_tag(pointer) if isinstance(pointer, int) else ""
        if keyword in _NOT_A_COLUMN:
            continue
        # A private pointer has no keyword; its place among the dimensions names it.
        found[keyword or f"DimensionIndexValues[{place}]"] = values[:, place]
    return found


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
    return {name: np.full(count, value) for name, value in found.items() if value is not None}


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
