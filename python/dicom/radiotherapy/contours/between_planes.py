"""How a region goes on between the planes of its contours: slabs.

In: the distances of planes along their normal. Out: for each plane from where to where it holds. Standard: none; PS3.3
C.8.8.6 has contours in planes and says nothing of the space between, so each reader has its policy.

``"nearest"``
    A plane holds half-way to its neighbours, and half the usual spacing beyond the ends. A gap of more than one and a
    half usual spacings is one: there planes hold for half the usual spacing, and the rest is empty.
``"linear"``
    Between neighbours the signed distances to their boundaries are interpolated (shape-based interpolation), whatever
    the gap; beyond the ends as ``"nearest"``.
``"none"``
    A plane holds where it lies, within the tolerance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dicom.errors import RegionError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dicom.radiotherapy.roi import ROI

    Numbers = NDArray[np.float64]

POLICIES = ("nearest", "linear", "none")
#: Of the usual spacing: what is wider is a gap.
_GAP = 1.5
#: In mm: a centre so little below the border of two slabs is on it, and belongs to the upper one.
SLACK_MM = 1e-6
#: From so many planes on they tell the usual spacing themselves.
_ENOUGH = 4


class Slabs(NamedTuple):
    """From where (with it) to where (without it) each plane holds, in mm along the normal."""

    lows: Numbers
    highs: Numbers


def slabs(distances: Numbers, spacing_mm: float, between: str, tolerance_mm: float) -> Slabs:
    """The slab of each plane, by a policy.

    Parameters
    ----------
    distances : ndarray, shape (p,)
        Of the planes, ascending.
    spacing_mm : float
        The usual spacing.
    between : {"nearest", "linear", "none"}
    tolerance_mm : float
        How far a slice may lie from a plane that it holds, for ``"none"``.
    """
    if between == "none":
        return Slabs(distances - tolerance_mm, distances + tolerance_mm)
    lows, highs = distances - spacing_mm / 2, distances + spacing_mm / 2
    middles = (distances[1:] + distances[:-1]) / 2
    is_near = np.diff(distances) <= _GAP * spacing_mm
    lows[1:] = np.where(is_near, middles, np.maximum(lows[1:], middles))
    highs[:-1] = np.where(is_near, middles, np.minimum(highs[:-1], middles))
    return Slabs(lows, highs)


def own_spacing(distances: Numbers) -> float | None:
    """The lower median of the steps between planes; None for a single plane."""
    steps = np.sort(np.diff(distances))
    return float(steps[(len(steps) - 1) // 2]) if len(steps) else None


def usual_spacing(roi: ROI, distances: Numbers, given: float | None, of_grid: float | None = None) -> float:
    """How far planes of a ROI usually lie apart, in mm.

    What is given; else what four planes or more say themselves; of fewer (which may be several regions far apart) the
    least of their own steps and what is usual in the structure set; of a single plane that, or the grid's step.

    Raises
    ------
    RegionError
        It isn't a positive number, or nothing tells how thick a single plane is.
    """
    if given is not None:
        if not 0 < given < np.inf:
            raise RegionError("spacing_mm is a positive number of mm")
        return float(given)
    own = own_spacing(distances)
    if own is not None and len(distances) >= _ENOUGH:
        return own
    known = [spacing for spacing in (own, roi.usual_spacing_mm) if spacing is not None]
    if known:
        return min(known)
    if of_grid is None:
        raise RegionError(f"ROI {roi.number} has contours in one plane only: spacing_mm= says how thick they are")
    return of_grid


def spacing_of_set(spacings: list[float]) -> float | None:
    """What is usual in a structure set, of what is in its ROIs."""
    return sorted(spacings)[(len(spacings) - 1) // 2] if spacings else None
