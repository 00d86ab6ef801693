"""Planes of a nuclear medicine object: index vectors of frames, and the detectors' positions.

In: a data set with NM Multi-frame and NM Detector modules. Out: columns of `Planes`. Standard: PS3.3 C.8.4.8 (vectors),
C.8.4.11 (Detector Information), C.8.4.15 (reconstruction), C.7.6.6.1.2 (Frame Increment Pointer).

A reconstruction gives the position of its first slice; Spacing Between Slices leads from slice to slice along row x
column, its sign telling the direction. Frames of a detector that stands still have the detector's position. Views of
one that turns have none but the first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.pixels.lenient import items, number
from dicom.volume.frames.frame_attributes import data_set_numbers

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

#: Index vectors by their tags: what Frame Increment Pointer names (PS3.3 Table C.8-8).
_VECTORS = {
    0x00540010: "EnergyWindowVector",
    0x00540020: "DetectorVector",
    0x00540030: "PhaseVector",
    0x00540050: "RotationVector",
    0x00540060: "RRIntervalVector",
    0x00540070: "TimeSlotVector",
    0x00540080: "SliceVector",
    0x00540090: "AngularViewVector",
    0x00540100: "TimeSliceVector",
}
_NUCLEAR_MEDICINE_IMAGE = "1.2.840.10008.5.1.4.1.1.20"


def is_nuclear_medicine(ds: Any) -> bool:
    """Whether frames are told apart by the index vectors of nuclear medicine."""
    if ds.get("SOPClassUID") == _NUCLEAR_MEDICINE_IMAGE:
        return True
    return any(ds.get(keyword) is not None for keyword in _VECTORS.values())


def index_vector_columns(ds: Any, count: int) -> dict[str, Any]:
    """The arguments of `Planes` for the frames of an NM object; see `functional_group_columns`."""
    given = {keyword: ds.get(keyword) for keyword in _VECTORS.values()}
    vectors = {keyword: _indices(value, count) for keyword, value in given.items() if value is not None}
    detectors = items(ds, "DetectorInformationSequence")[: 2**10]
    detector = vectors.get("DetectorVector", np.ones(count))
    position, orientation = np.full((count, 3), np.nan), np.full((count, 6), np.nan)
    for keyword, column in (("ImagePositionPatient", position), ("ImageOrientationPatient", orientation)):
        for index, one in enumerate(detectors):
            column[detector == index + 1] = data_set_numbers(one, keyword, column.shape[1])
        if not np.isfinite(column).any():
            # Where they stood before the NM Detector Module had them.
            column[:] = data_set_numbers(ds, keyword, column.shape[1])

    reasons: list[str | None] = [None] * count
    _note(
        reasons,
        ~np.isfinite(position).all(axis=1),
        "no item of Detector Information Sequence (0054,0022) has its position",
    )
    if "SliceVector" in vectors:
        _stack(ds, position, orientation, vectors["SliceVector"], reasons)
    elif "AngularViewVector" in vectors:
        turned = vectors["AngularViewVector"] != 1
        position[turned] = np.nan
        _note(reasons, turned, "a view of a detector that turns: only where it began is said (PS3.3 C.8.4.11)")
    elif count > 1 and not vectors:
        position[1:] = np.nan
        _note(reasons, np.arange(count) > 0, "no index vector (0054,00xx) says which frame it is")
    numbers = {
        "position": position,
        "orientation": orientation,
        "pixel_spacing": np.tile(data_set_numbers(ds, "PixelSpacing", 2), (count, 1)),
        "thickness": np.full(count, data_set_numbers(ds, "SliceThickness", 1)),
        "spacing_between_slices": np.full(count, np.abs(data_set_numbers(ds, "SpacingBetweenSlices", 1))),
    }
    dimensions = {name: column for name, column in vectors.items() if name != "SliceVector"}
    return {"numbers": numbers, "dimensions": dimensions, "reasons": reasons}


def _stack(
    ds: Any,
    position: NDArray[np.float64],
    orientation: NDArray[np.float64],
    slices: NDArray[np.float64],
    reasons: list[str | None],
) -> None:
    """Move each frame's position from that of slice 1 to its own."""
    spacing = number(ds.get("SpacingBetweenSlices"))
    normal = np.cross(orientation[:, :3], orientation[:, 3:])
    later = slices != 1
    _note(reasons, ~np.isfinite(slices), "Slice Vector (0054,0080) has no value for the frame")
    if not spacing:
        _note(
            reasons,
            later,
            "Spacing Between Slices (0018,0088) is missing, which leads from the first slice to the others",
        )
        position[later] = np.nan
        return
    position += (slices - 1)[:, None] * spacing * normal
    _note(reasons, ~np.isfinite(normal).all(axis=1), "Image Orientation (Patient) (0020,0037) is missing")


def _note(reasons: list[str | None], which: Any, reason: str) -> None:
    for frame in np.flatnonzero(which):
        reasons[frame] = reasons[frame] or reason


def _indices(value: Any, count: int) -> NDArray[np.float64]:
    """A vector's first `count` values; NaN where there are fewer, or what counts from 1 is below it."""
    several = hasattr(value, "__len__") and not isinstance(value, str | bytes)
    numbers = [number(one) for one in (value[:count] if several else [value])]
    numbers += [None] * (count - len(numbers))
    return np.array([np.nan if one is None or one < 1 else one for one in numbers])
