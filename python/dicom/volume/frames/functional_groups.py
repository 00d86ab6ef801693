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
from dicom.pixels.lenient import items
from dicom.volume.frames.frame_attributes import DIMENSIONS, TEXTS, data_set_numbers, data_set_rescale, has_colors
from dicom.volume.frames.frame_columns import FrameColumns

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

_GRADIENT = (
    "MRDiffusionSequence.DiffusionGradientDirectionSequence.DiffusionGradientOrientation",
    "UnassignedPerFrameConvertedAttributesSequence.DiffusionGradientOrientation",
)
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
#: What each item of a mapping has to have; one of the numbers.
_MAPPING_NAME = ("RealWorldValueMappingSequence.LUTLabel",)
_MAPPING_BEGIN = (
    "RealWorldValueMappingSequence.RealWorldValueFirstValueMapped",
    "RealWorldValueMappingSequence.DoubleFloatRealWorldValueFirstValueMapped",
)
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
        "InstanceNumber",
        "SliceLocation",
        "ColumnPositionInTotalImagePixelMatrix",
        "RowPositionInTotalImagePixelMatrix",
        "EffectiveEchoTime",
        "FrameAcquisitionNumber",
        "DiffusionGradientOrientation",
        "DiffusionGradientDirectionSequence",
        "InversionTimes",
        "NominalCardiacTriggerDelayTime",
        *DIMENSIONS,
        *TEXTS,
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
    named = {name: _in_groups(several) for name, several in (*DIMENSIONS.items(), *TEXTS.items())}
    paths = [path for one in (named, _MEASURES) for several in one.values() for path in several]
    for several in (_POSITION, _ORIENTATION, _VOLUME_POSITION, _VOLUME_ORIENTATION, _SLOPE, _INTERCEPT):
        paths += several
    columns = FrameColumns(ds, count, [*paths, *_MAPPING_NAME, *_MAPPING_BEGIN, *_INDEX_VALUES, *_GRADIENT])

    told = {name: columns.texts(named[name]) for name in TEXTS}
    texts = {name: column for name, column in told.items() if column is not None}
    numbers, reasons = _geometry(ds, columns, texts)
    numbers["slope"], numbers["intercept"] = _rescale(ds, columns)
    dimensions = {name: columns.numbers(named[name]) for name in DIMENSIONS}
    dimensions["DiffusionGradientOrientation"] = columns.numbers(_GRADIENT, 3)
    dimensions.update(_dimension_indices(ds, columns))
    return {
        "numbers": numbers,
        "dimensions": {name: column for name, column in dimensions.items() if np.isfinite(column).any()},
        "texts": texts,
        "reasons": reasons,
    }


def _in_groups(paths: tuple[str, ...]) -> tuple[str, ...]:
    """The paths within functional groups; what has none of its own is where a conversion put it (C.7.6.16.2.25)."""
    found = []
    for path in paths:
        if "." in path:
            found.append(path)
        else:
            found += [f"Unassigned{which}ConvertedAttributesSequence.{path}" for which in ("PerFrame", "Shared")]
    return tuple(found)


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
    return numbers, _reasons(ds, numbers["position"], columns.number_of_groups)


def _reasons(ds: Any, position: NDArray[np.float64], number_of_groups: int) -> list[str | None]:
    """Why positions are missing, in words."""
    missing = ~np.isfinite(position).all(axis=1)
    reasons: list[str | None] = [None] * len(position)
    if not missing.any():
        return reasons
    on_slide = "TotalPixelMatrixOriginSequence" in ds
    for frame in np.flatnonzero(missing):
        if on_slide:
            reasons[frame] = "its position is one on a slide, not in the patient (PS3.3 C.8.12.6.1)"
        elif frame >= number_of_groups:
            reasons[frame] = f"Per-frame Functional Groups Sequence (5200,9230) has {number_of_groups} items only"
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
    is_mapped = np.isfinite(columns.numbers(_MAPPING_BEGIN))
    labels = columns.texts(_MAPPING_NAME)
    if labels is not None:
        is_mapped |= np.array([label is not None for label in labels], bool)
    # A real world value mapping counts where the rescale changes nothing and has no unit: not decided here.
    is_other = is_mapped & (slope == 1) & (intercept == 0)
    slope[is_other] = intercept[is_other] = np.nan
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
