"""Voxels whose centres lie on an outline.

In: polygons in the indices of a slice. Out: the same slice with these voxels set. Programs that draw from voxel centre
to voxel centre (OpenCV's contours, and so those of rt-utils) count what they touch in; by the even-odd rule alone a
half of it lies outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

#: In voxels: what Decimal Strings and a turned grid make of a place that was meant to be a centre.
NEAR = 1e-3
#: Places that are looked at together.
_AT_ONCE = 1 << 20


def mark_outlines(polygons: list[Numbers], plane: NDArray[np.bool_]) -> None:
    """Set the voxels whose centres lie on an outline, within a thousandth of a voxel.

    Parameters
    ----------
    polygons : list of ndarray, each of shape (n, 2)
        i and j of the corners; the last is joined with the first.
    plane : ndarray of bool, shape (j, i)
        Is changed.
    """
    for corners in polygons:
        starts, ends = corners, np.roll(corners, -1, axis=0)
        is_down = np.abs(ends[:, 1] - starts[:, 1]) >= np.abs(ends[:, 0] - starts[:, 0])
        for chosen, axis in ((is_down, 1), (~is_down, 0)):
            if chosen.any():
                _mark(starts[chosen], ends[chosen], axis, plane)


def _mark(starts: Numbers, ends: Numbers, axis: int, plane: NDArray[np.bool_]) -> None:
    """Of lines that are longest along an axis, the lattice points that they pass."""
    last = plane.shape[1 - axis] - 1
    low = np.clip(np.ceil(np.minimum(starts[:, axis], ends[:, axis]) - NEAR), 0, last + 1)
    high = np.clip(np.floor(np.maximum(starts[:, axis], ends[:, axis]) + NEAR), -1, last)
    counts = np.maximum(high - low + 1, 0).astype(np.intp)
    for lines in _batches(counts):
        many = counts[lines]
        owner = np.repeat(lines, many)
        along = low[owner] + np.arange(len(owner)) - np.repeat(np.cumsum(many) - many, many)
        length = ends[owner, axis] - starts[owner, axis]
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(length != 0, (along - starts[owner, axis]) / length, 0.0)
        other = 1 - axis
        across = starts[owner, other] + np.clip(part, 0.0, 1.0) * (ends[owner, other] - starts[owner, other])
        nearest = np.rint(across)
        on = (np.abs(across - nearest) <= NEAR) & (nearest >= 0) & (nearest < plane.shape[1 - other])
        found = (along[on].astype(np.intp), nearest[on].astype(np.intp))
        plane[found if axis == 1 else found[::-1]] = True


def _batches(counts: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    """Lines that have about so many places together."""
    ends = np.searchsorted(np.cumsum(counts), np.arange(_AT_ONCE, counts.sum() + _AT_ONCE, _AT_ONCE), "right")
    first = 0
    for end in [*ends.tolist(), len(counts)]:
        if end > first:
            yield np.arange(first, end)
            first = end
