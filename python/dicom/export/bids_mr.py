"""The fields of a sidecar that are of MR: contrast, coding and timing.

In: a volume and its headers. Out: a dictionary. BIDS, MRI metadata; what was told by a vendor alone is told for Siemens
(its private elements and the header in one of them).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.export import siemens
from dicom.export.bids_values import integer, milli, number, seconds_of_day, text, tidy
from dicom.export.space import directions, grid_shape

if TYPE_CHECKING:
    from typing import Any

    from dicom.export.bids_values import Field
    from dicom.export.source_headers import SourceHeaders
    from dicom.export.space import VolumeLike

_FIELDS: tuple[Field, ...] = (
    ("MagneticFieldStrength", ("MagneticFieldStrength",), number),
    ("ImagingFrequency", ("ImagingFrequency", "TransmitterFrequency"), number),
    ("MRAcquisitionType", ("MRAcquisitionType",), text),
    ("ScanningSequence", ("ScanningSequence",), text),
    ("SequenceVariant", ("SequenceVariant",), text),
    ("ScanOptions", ("ScanOptions",), text),
    ("SequenceName", ("SequenceName", "PulseSequenceName"), text),
    ("SpacingBetweenSlices", ("SpacingBetweenSlices",), number),
    ("SAR", ("SAR",), number),
    ("NumberOfAverages", ("NumberOfAverages",), number),
    ("EchoTime", ("EchoTime", "EffectiveEchoTime"), milli),
    ("RepetitionTime", ("RepetitionTime",), milli),
    ("InversionTime", ("InversionTime", "InversionTimes"), milli),
    ("FlipAngle", ("FlipAngle",), number),
    ("ReceiveCoilName", ("ReceiveCoilName",), text),
    ("EchoTrainLength", ("EchoTrainLength",), integer),
    ("PercentPhaseFOV", ("PercentPhaseFieldOfView",), number),
    ("PercentSampling", ("PercentSampling",), number),
    ("PhaseEncodingSteps", ("NumberOfPhaseEncodingSteps", "MRAcquisitionPhaseEncodingStepsInPlane"), integer),
    ("PixelBandwidth", ("PixelBandwidth",), number),
    ("ParallelReductionFactorInPlane", ("ParallelReductionFactorInPlane",), number),
    ("ParallelReductionFactorOutOfPlane", ("ParallelReductionFactorOutOfPlane",), number),
    ("ParallelAcquisitionTechnique", ("ParallelAcquisitionTechnique",), text),
    ("PartialFourierDirection", ("PartialFourierDirection",), text),
)
_PARALLEL = 0.999  # cosine between two axes that are one


def fields_of(volume: VolumeLike, headers: SourceHeaders) -> dict[str, Any]:
    """What is said of an MR measurement."""
    made = {}
    for name, keywords, convert in _FIELDS:
        value = headers.value(*keywords)
        converted = None if value is None else convert(value)
        if converted is not None:
            made[name] = converted
    if made.get("InversionTime") == 0:
        del made["InversionTime"]  # written by scanners that invert nothing
    vendor = siemens.Header(headers.dataset())
    made.update(_phase_encoding(volume, headers, vendor))
    timing = _slice_timing(volume, headers, vendor, made)
    if timing is not None:
        made["SliceTiming"] = [tidy(round(one, 6)) for one in timing]
        factor = _slices_at_once(timing)
        if factor > 1:
            made["MultibandAccelerationFactor"] = factor
    return made


def repetition_time(headers: SourceHeaders) -> float | None:
    """Repetition Time in seconds."""
    found = headers.number("RepetitionTime")
    return found / 1000 if found and found > 0 else None


def _phase_encoding(volume: VolumeLike, headers: SourceHeaders, vendor: siemens.Header) -> dict[str, Any]:
    """Along which axis of the written image the phase was encoded, which way, and how quickly."""
    made: dict[str, Any] = {}
    stated = text(headers.value("InPlanePhaseEncodingDirection") or "")
    orientation = headers.value("ImageOrientationPatient")
    if stated is None or orientation is None or len(orientation) != 6:
        return made
    # COL in classic images, COLUMN in enhanced ones: along a column, where row indices grow.
    along_column = stated.startswith("COL")
    made["InPlanePhaseEncodingDirectionDICOM"] = "COL" if along_column else "ROW"
    direction = np.array([float(one) for one in (orientation[3:] if along_column else orientation[:3])])
    # Of a mosaic, the lines of a tile, which the volume tells.
    lines = headers.number("Rows" if along_column else "Columns") if vendor.tiles is None else None
    cosines = direction @ directions(volume)
    axis = int(np.abs(cosines).argmax())
    if abs(cosines[axis]) > _PARALLEL:
        if lines is None:
            lines = float(grid_shape(volume)[::-1][axis])
        grows = vendor.phase_encoding_positive
        if grows is None:
            made["PhaseEncodingAxis"] = "ijk"[axis]
        else:
            made["PhaseEncodingDirection"] = "ijk"[axis] + ("" if grows == (cosines[axis] > 0) else "-")
    matrix = headers.value("AcquisitionMatrix")
    if matrix is not None and len(matrix) == 4:
        # (frequency rows, frequency columns, phase rows, phase columns) (PS3.3 C.8.3.1): of each pair one is 0.
        phase = max(int(matrix[2]), int(matrix[3]))
        if phase:
            made["AcquisitionMatrixPE"] = phase
    if lines:
        made["ReconMatrixPE"] = int(lines)
        if vendor.bandwidth_per_pixel_phase_encode:
            spacing = 1 / (vendor.bandwidth_per_pixel_phase_encode * lines)
            made["EffectiveEchoSpacing"] = tidy(spacing)
            made["TotalReadoutTime"] = tidy(spacing * (lines - 1))
    return made


def _slice_timing(
    volume: VolumeLike, headers: SourceHeaders, vendor: siemens.Header, made: dict[str, Any]
) -> list[float] | None:
    """When each slice was measured, in seconds from the first of the volume, in the order of k; None if not known."""
    slices = grid_shape(volume)[0]
    is_turned = getattr(volume, "sources_axis", "k") != "k"
    if slices < 2 or is_turned or slices != headers.number_of_slices or made.get("MRAcquisitionType") == "3D":
        return None
    times: list[float | None]
    if vendor.tiles is not None:
        # One file a volume: it has the times in the order of the tiles.
        if vendor.slice_times_ms is None or len(vendor.slice_times_ms) != slices or vendor.slice_normal is None:
            return None
        times = [one / 1000 for one in vendor.slice_times_ms]
        if directions(volume)[:, 2] @ np.array(vendor.slice_normal) < 0:
            times.reverse()
    else:
        times = [_acquired(headers, k) for k in range(slices)]
    known = [one for one in times if one is not None]
    if len(known) != slices:
        return None
    first, last = min(known), max(known)
    repetition = made.get("RepetitionTime")
    if last == first or (repetition and last - first > repetition):
        return None
    return [one - first for one in known]


def _acquired(headers: SourceHeaders, k: int) -> float | None:
    value = headers.value("AcquisitionTime", "FrameAcquisitionDateTime", k=k)
    return None if value is None else seconds_of_day(value)


def _slices_at_once(timing: list[float]) -> int:
    """How many slices were excited together, where it is the same number each time; else 1."""
    counts: dict[float, int] = {}
    for one in timing:
        rounded = round(one, 4)
        counts[rounded] = counts.get(rounded, 0) + 1
    sizes = set(counts.values())
    return sizes.pop() if len(sizes) == 1 and len(counts) > 1 else 1
