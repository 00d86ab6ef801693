"""Planes of an RT dose grid: positions by the Grid Frame Offset Vector.

In: a data set with Grid Frame Offset Vector (3004,000C). Out: columns of `Planes`. Standard: PS3.3 C.8.8.3.2.

The vector is of one of two kinds. Its first value zero: offsets from Image Position (Patient) along row x column. Its
first value the z of Image Position (Patient): z in the patient, for transverse planes. The standard has the second only
for an orientation of (1,0,0,0,1,0); planning systems write it for patients in other positions too, where it can mean
nothing else as long as the planes are transverse. Anything else is no position.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.pixels.lenient import number
from dicom.volume.frames.frame_attributes import data_set_numbers

if TYPE_CHECKING:
    from typing import Any

#: Decimal strings of 16 characters: what is nearer than this was meant to be equal. mm, and sine of the angle.
_SAME_MM = 1e-3
_SAME_DIRECTION = 1e-4
_UNKNOWN_KIND = (
    "Grid Frame Offset Vector (3004,000C) begins with neither zero nor the z of Image Position (Patient) of transverse "
    "planes"
)


def grid_offset_columns(ds: Any, count: int) -> dict[str, Any]:
    """The arguments of `Planes` for the frames of a dose grid; see `functional_group_columns`."""
    offsets = _vector(ds.get("GridFrameOffsetVector"), count)
    origin = np.asarray(data_set_numbers(ds, "ImagePositionPatient", 3))
    orientation = np.asarray(data_set_numbers(ds, "ImageOrientationPatient", 6))
    normal = np.cross(orientation[:3], orientation[3:])
    reasons: list[str | None] = [None] * count
    position = np.full((count, 3), np.nan)
    first = offsets[0]
    if not np.isfinite(origin).all() or not np.isfinite(normal).all():
        reasons = ["Image Position (Patient) or Image Orientation (Patient) is missing"] * count
    elif abs(first) <= _SAME_MM:
        position = origin + offsets[:, None] * normal
    elif abs(first - origin[2]) <= _SAME_MM and np.hypot(normal[0], normal[1]) <= _SAME_DIRECTION:
        position = np.tile(origin, (count, 1))
        position[:, 2] = offsets
        position[~np.isfinite(offsets)] = np.nan
    else:
        reasons = [_UNKNOWN_KIND] * count
    for frame in np.flatnonzero(~np.isfinite(position).all(axis=1)):
        reasons[frame] = reasons[frame] or "Grid Frame Offset Vector (3004,000C) has no value for the frame"
    numbers = {
        "position": position,
        "orientation": np.tile(orientation, (count, 1)),
        "pixel_spacing": np.tile(data_set_numbers(ds, "PixelSpacing", 2), (count, 1)),
        "thickness": np.full(count, data_set_numbers(ds, "SliceThickness", 1)),
    }
    return {"numbers": numbers, "reasons": reasons}


def _vector(value: Any, count: int) -> Any:
    """The first `count` values; NaN where there are fewer, or no number stands."""
    several = hasattr(value, "__len__") and not isinstance(value, str | bytes)
    numbers = [number(one) for one in (value[:count] if several else [value])]
    numbers += [None] * (count - len(numbers))
    return np.array([np.nan if one is None else one for one in numbers])
