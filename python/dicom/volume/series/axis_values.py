"""What a 4th axis is called, and the value of each of its points.

In: planes and the axis that tells them apart. Out: its name, unit, order and values. An axis that merely counts takes
its name from what goes along with it: weightings of diffusion, times.
Standard: PS3.3 C.7.6.16.2, C.8.13.5.9 (MR Diffusion).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.volume.series.axes import Axis, axes_of, clocks_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dicom.volume.planes import Planes

    Described = tuple[str, str | None, NDArray[np.intp], NDArray[np.float64], str]

_COUNTING = ("time", "acquisition")
_NAMING = ("diffusion", "pet-frame", "cardiac", "respiratory", "echo", "inversion-time", "flip-angle")


def values_along(planes: Planes, rows: NDArray[np.intp], axis: Axis) -> Described:
    """Name, unit, the axis' numbers in the order of t, the value of each t, and the elements that say so.

    Parameters
    ----------
    planes : Planes
    rows : ndarray of intp
        The planes of the stack.
    axis : Axis
        Of these rows.
    """
    if axis.name == "diffusion":
        order = _as_acquired(planes, rows, axis)
        assert axis.values is not None
        return axis.name, axis.unit, order, axis.values[order], axis.source
    order = np.arange(axis.count)
    assert axis.values is not None
    if axis.name not in _COUNTING:
        return axis.name, axis.unit, order, axis.values, axis.source
    named = _name_giver(planes, rows, axis)
    if named is not None:
        return named
    return _times(planes, rows, axis)


def _as_acquired(planes: Planes, rows: NDArray[np.intp], axis: Axis) -> NDArray[np.intp]:
    """The axis' numbers in the order in which they were acquired, as Instance Number and frame count."""
    instance = np.nan_to_num(planes.headers.number("InstanceNumber")[planes.file[rows]], nan=np.inf)
    order = np.lexsort((planes.frame[rows], instance))
    _, first = np.unique(axis.codes[order], return_index=True)
    return np.argsort(first, kind="stable")


def _name_giver(planes: Planes, rows: NDArray[np.intp], axis: Axis) -> Described | None:
    """What varies along with an axis that counts, and is the same for all planes of each of its points."""
    order = np.arange(axis.count)
    for other in axes_of(planes):
        if other.name not in _NAMING or (not other.is_label and other.name not in {"pet-frame", "cardiac"}):
            continue
        own = other.of(rows)
        pairs = np.unique(axis.codes * own.count + own.codes)
        if own.count < 2 or len(pairs) != axis.count:
            continue
        assert own.values is not None
        return other.name, other.unit, order, own.values[pairs % own.count], f"{axis.source}, {other.source}"
    return None


def _times(planes: Planes, rows: NDArray[np.intp], axis: Axis) -> Described:
    """Times in ms from the first, where the headers say them; else the numbers as they stand."""
    order = np.arange(axis.count)
    values = axis.values
    assert values is not None
    if axis.unit in ("s", "ms"):
        return "time", "ms", order, _in_ms(values, axis.unit), axis.source
    for keyword, seconds in clocks_of(planes):
        column = seconds[rows]
        starts = np.array([column[axis.codes == t].min() for t in range(axis.count)])
        if np.isfinite(starts).all() and (np.diff(starts) > 0).all():
            return "time", "ms", order, _in_ms(starts, "s"), f"{axis.source}, {keyword}"
    resolution = planes.headers.number("TemporalResolution")[planes.file[rows]]
    if "TemporalResolution" in planes.dimensions:
        of_frames = planes.dimensions["TemporalResolution"][rows]
        resolution = np.where(np.isnan(of_frames), resolution, of_frames)
    if axis.name == "time" and np.isfinite(values).all() and resolution[0] > 0 and (resolution == resolution[0]).all():
        return "time", "ms", order, (values - values[0]) * resolution[0], f"{axis.source}, TemporalResolution"
    return axis.name, axis.unit, order, values, axis.source


def _in_ms(values: NDArray[np.float64], unit: str) -> NDArray[np.float64]:
    scale = 1000.0 if unit == "s" else 1.0
    since: NDArray[np.float64] = np.round((values - values[0]) * scale, 6)
    return since
