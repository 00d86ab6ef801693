"""Which planes of a stack share a position, and which are the same frame twice.

In: planes, and the parts that they fall into. Out: a number for each plane's position along the normal of its part, and
which parts have positions that several planes share; a number for each frame of each SOP Instance.
Standard: PS3.3 C.7.6.2.1.1 (Image Position (Patient)).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.volume.series.headers import codes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dicom.volume.planes import Planes

#: Positions that differ by less are one, in mm; of finer stacks a quarter of their mean step.
TOLERANCE_MM = 0.01


def locations_of(planes: Planes, parts: Sequence[NDArray[np.intp]]) -> tuple[NDArray[np.int64], list[bool]]:
    """Positions of all planes, told at once for all parts.

    Parameters
    ----------
    planes : Planes
    parts : sequence of ndarray of intp
        The rows of each part; each plane belongs to one.

    Returns
    -------
    location : ndarray of int64, shape (n,)
        The same for planes of one part at one position along its normal; -1 where a position isn't known.
    is_shared : list of bool
        Of each part: whether planes of it share a position.
    """
    part_of = np.empty(len(planes), np.int64)
    leader = np.empty(len(planes), np.intp)
    has_direction = ~np.isnan(planes.orientation.sum(axis=1))
    for number, rows in enumerate(parts):
        part_of[rows] = number
        told = rows[has_direction[rows].argmax()]
        leader[rows] = told
    directions = planes.orientation[leader]
    with np.errstate(invalid="ignore"):
        normal = np.cross(directions[:, :3], directions[:, 3:])
        distance = (planes.position * normal).sum(axis=1)
    placed = np.flatnonzero(np.isfinite(distance))
    order = placed[np.lexsort((distance[placed], part_of[placed]))]
    parts_in_order = part_of[order]
    step = np.diff(distance[order])
    is_first = np.concatenate([[True], (parts_in_order[1:] != parts_in_order[:-1])])[: len(order)]
    tolerance = _tolerances(distance[order], parts_in_order, is_first, len(parts))
    begins = is_first.copy()
    if len(order):
        begins[1:] |= step > tolerance[parts_in_order[1:]]
    location = np.full(len(planes), -1, np.int64)
    location[order] = np.cumsum(begins) - 1
    shared = np.zeros(len(parts), bool)
    shared[parts_in_order[~begins]] = True
    return location, shared.tolist()


def _tolerances(
    distance: NDArray[np.float64], parts: NDArray[np.int64], is_first: NDArray[np.bool_], count: int
) -> NDArray[np.float64]:
    """(parts,): the tolerance of each."""
    tolerance = np.full(count, TOLERANCE_MM)
    starts = np.flatnonzero(is_first)
    ends = np.concatenate([starts[1:], [len(distance)]]) - 1
    several = ends > starts
    starts, ends = starts[several], ends[several]
    mean_step = (distance[ends] - distance[starts]) / (ends - starts)
    fine = np.minimum(TOLERANCE_MM, np.where(mean_step > 0, mean_step / 4, TOLERANCE_MM))
    tolerance[parts[starts]] = fine
    return tolerance


def instances_of(planes: Planes) -> NDArray[np.int64]:
    """A number for each frame of each SOP Instance; files without a UID are themselves only."""
    uids = planes.headers.text("SOPInstanceUID")
    codes, _ = codes_of(uids, len(uids))
    own = np.fromiter((uid is None for uid in uids), bool, len(uids))
    codes = np.where(own, len(uids) + np.arange(len(uids)), codes)
    tiles = np.zeros(len(planes), np.int64)
    if planes.tile is not None:
        # Parts of one frame are frames of their own.
        tiles = np.unique(planes.tile, axis=0, return_inverse=True)[1].reshape(-1)
    frames = (planes.frame + 1) * (int(tiles.max()) + 1) + tiles
    whole: NDArray[np.int64] = codes[planes.file] * (int(frames.max()) + 1) + frames
    return whole
