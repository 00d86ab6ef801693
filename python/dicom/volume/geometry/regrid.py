"""Slices onto another grid: moved within their planes, and interpolated between one another.

In: slices as they were read. Out: slices of an even, upright grid. Linear in each direction, one slice at a
time: a slice of the result needs two of the source. A sample stands at the centre of its voxel; beyond the outermost
centres there is nothing to interpolate, and the result is the fill value (`policy.Layout.finish` says why).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any, Self

    from numpy.typing import DTypeLike, NDArray

# Nearer than this to a slice or to a pixel is on it: a millionth of a step is below what positions say.
_ON_IT = 1e-6


class Regrid:
    """Which slices make each slice of the result, and how far they move.

    Parameters
    ----------
    lower, upper : ndarray of intp, shape (t, m)
        The source's slices around each slice of the result; `lower` is -1 where there are none.
    weight : ndarray of float64, shape (t, m)
        Of `upper`; `lower` has the rest.
    shifts : ndarray of float64, shape (t, k, 2), or None
        By how many rows and columns each slice of the source moves; at least 0.
    """

    __slots__ = ("lower", "shifts", "upper", "weight")

    def __init__(
        self,
        lower: NDArray[np.intp],
        upper: NDArray[np.intp],
        weight: NDArray[np.float64],
        shifts: NDArray[np.float64] | None = None,
    ) -> None:
        self.lower = lower
        self.upper = upper
        self.weight = weight
        if shifts is not None:
            whole = np.round(shifts)
            shifts = np.where(np.abs(shifts - whole) < _ON_IT, whole, shifts)
        self.shifts = shifts

    @classmethod
    def between(
        cls,
        slots: NDArray[np.intp],
        distances: NDArray[np.float64],
        targets: NDArray[np.float64],
        shifts: NDArray[np.float64] | None = None,
    ) -> Self:
        """Slices at `targets` from those at `distances` that `slots` (t, k) has, both along the normal in mm."""
        lower = np.full((len(slots), len(targets)), -1, np.intp)
        upper = lower.copy()
        weight = np.zeros(lower.shape)
        for time, row in enumerate(slots):
            there = np.flatnonzero(row >= 0)
            if not len(there):
                continue
            at = distances[there]
            near = _ON_IT * max(float(at[-1] - at[0]), 1.0)
            after = np.clip(np.searchsorted(at, targets, side="right"), 1, max(len(at) - 1, 1))
            below, above = after - 1, np.minimum(after, len(at) - 1)
            width = at[above] - at[below]
            part = np.divide(targets - at[below], width, out=np.zeros(len(targets)), where=width > 0)
            inside = (targets >= at[0] - near) & (targets <= at[-1] + near)
            part = np.clip(part, 0.0, 1.0)
            # A whole weight is one slice alone: what is missing in the other (a NaN) doesn't come in.
            below = np.where(part > 1 - _ON_IT, above, below)
            part[(part > 1 - _ON_IT) | (part < _ON_IT)] = 0.0
            lower[time] = np.where(inside, there[below], -1)
            upper[time] = there[above]
            weight[time] = part
        return cls(lower, upper, weight, shifts)

    @classmethod
    def in_place(cls, slots: NDArray[np.intp], shifts: NDArray[np.float64]) -> Self:
        """Slices that move within their planes and stay where they are along the normal."""
        lower = np.where(slots >= 0, np.arange(slots.shape[1]), -1)
        return cls(lower, lower, np.zeros(lower.shape), shifts)

    def shape(self, rows: int, columns: int) -> tuple[int, int, int]:
        """(slices, rows, columns) of the result for slices of so many rows and columns."""
        down = across = 0
        if self.shifts is not None and self.shifts.size:
            down, across = (int(value) for value in np.ceil(self.shifts.max(axis=(0, 1))))
        return self.lower.shape[1], rows + down, columns + across

    def apply(self, array: NDArray[Any], fill: Any, out: NDArray[Any]) -> None:
        """Fills `out` (t, m, j, i[, colour]) from `array` (t, k, j, i[, colour])."""
        # As wide as keeps each value of the array exact.
        kind = np.result_type(array.dtype, np.float32)
        for time, row in enumerate(self.lower):
            for slot, below in enumerate(row):
                target = out[time, slot]
                if below < 0:
                    target[...] = fill
                    continue
                weight = float(self.weight[time, slot])
                if not weight and self._shift(time, below) == (0.0, 0.0) and target.shape == array.shape[2:]:
                    target[...] = array[time, below]
                    continue
                first, box = _moved(array[time, below], self._shift(time, below), kind)
                if weight:
                    above = int(self.upper[time, slot])
                    second, other_box = _moved(array[time, above], self._shift(time, above), kind)
                    box, first, second = _common(box, first, other_box, second)
                    first = first + (second - first) * kind.type(weight)
                _put(target, first, box, fill)

    def _shift(self, time: int, slot: int) -> tuple[float, float]:
        if self.shifts is None:
            return 0.0, 0.0
        down, across = self.shifts[time, slot]
        return float(down), float(across)


_Box = tuple[int, int, int, int]


def _moved(plane: NDArray[Any], shift: tuple[float, float], kind: DTypeLike) -> tuple[NDArray[Any], _Box]:
    """A slice moved by rows and columns, and where it then is known: first and last + 1 row, then column."""
    moved: NDArray[Any] = plane.astype(kind)
    box = []
    for axis, amount in enumerate(shift):
        whole = int(np.floor(amount))
        part = amount - whole
        if part:
            # The value at row n + whole lies between those that stood at n - 1 and n.
            ahead = moved[1:] if axis == 0 else moved[:, 1:]
            behind = moved[:-1] if axis == 0 else moved[:, :-1]
            moved = ahead + (behind - ahead) * moved.dtype.type(part)
            whole += 1
        box += [whole, whole + moved.shape[axis]]
    return moved, (box[0], box[1], box[2], box[3])


def _common(
    box: _Box, values: NDArray[Any], other_box: _Box, others: NDArray[Any]
) -> tuple[_Box, NDArray[Any], NDArray[Any]]:
    """What both boxes have."""
    top, left = max(box[0], other_box[0]), max(box[2], other_box[2])
    bottom, right = max(min(box[1], other_box[1]), top), max(min(box[3], other_box[3]), left)

    def cut(of: _Box, part: NDArray[Any]) -> NDArray[Any]:
        cut_out: NDArray[Any] = part[max(top - of[0], 0) : bottom - of[0], max(left - of[2], 0) : right - of[2]]
        return cut_out

    if bottom == top or right == left:
        return (0, 0, 0, 0), values[:0, :0], others[:0, :0]
    return (top, bottom, left, right), cut(box, values), cut(other_box, others)


def _put(target: NDArray[Any], values: NDArray[Any], box: _Box, fill: Any) -> None:
    top, bottom, left, right = box
    target[:top] = target[bottom:] = fill
    target[top:bottom, :left] = target[top:bottom, right:] = fill
    if target.dtype.kind in "iu":
        np.rint(values, out=values)
    target[top:bottom, left:right] = values
