"""The 4th axis: what tells frames apart that share a position.

In: planes of one orientation and size, and which of them share a position. Out: stacks, each with its `Dimension` or
none. An axis counts only where it tells all frames apart that share a position: with each of its values at each
position it is complete; where few are missing the geometry report says so. Where two things vary at once, the planes
are parted by the one and the other is the axis. What nothing tells apart stays together, as duplicates.
Standard: PS3.3 C.7.6.16.2 (temporal position, cardiac and respiratory synchronization, diffusion), C.8.9.4 (PET).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.volume.series.axes import axes_of, dividers_of, ranked_axes_of
from dicom.volume.series.axis_values import values_along

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.volume.planes import Planes
    from dicom.volume.series.axes import Axis

    Rows = NDArray[np.intp]

# So much of the grid of positions and values has to be there for an axis with holes.
_MOST_COMPLETE = 0.75
_DEEPEST = 3

_CLEAN, _HOLES, _UNTOLD = 0, 1, 2


class Dimension:
    """What the 4th axis of a stack counts.

    Attributes
    ----------
    name : str
        ``"time"``, ``"diffusion"``, ``"echo"``, ``"cardiac"``, ``"respiratory"``, ``"pet-frame"``,
        ``"inversion-time"``, ``"flip-angle"``, ``"energy"``, ``"segment"``, ``"energy-window"``, ``"detector"``,
        ``"rotation"``, ``"rr-interval"``, ``"acquisition"``; ``"index"`` where an object has another dimension.
    unit : str or None
        Of the values: ``"ms"``, ``"s/mm²"``, ``"%"``, ``"°"``, ``"kV"``; None for mere numbers.
    index : ndarray of intp, shape (planes,)
        t of each plane, from 0; 0 for one whose position isn't known.
    values : ndarray of float64, shape (t,), or (t, 4) for diffusion
        The value of each t, NaN where none is said. Diffusion: b-value, then the gradient's direction in LPS. Time:
        from the first.
    source : str
        The elements that it comes from, by keyword.
    """

    __slots__ = ("index", "name", "source", "unit", "values")

    def __init__(
        self, name: str, unit: str | None, index: NDArray[Any], values: NDArray[Any], source: str = ""
    ) -> None:
        self.name = name
        self.unit = unit
        self.index = np.asarray(index, np.intp)
        self.values = np.asarray(values, np.float64)
        self.source = source

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        unit = f", in {self.unit}" if self.unit else ""
        return f"Dimension({self.name!r}, {len(self)} values{unit}, from {self.source})"


class UnorderedStack:
    """Planes of one volume, as their files came; `dicom.volume.geometry.order.Stack` has them in order.

    Attributes
    ----------
    rows : ndarray of intp
        Of the planes.
    dimension : Dimension or None
    reasons : tuple of str
        By what it was parted from other planes at the same positions.
    duplicates : tuple of tuple of int
        Rows of planes that nothing tells apart, each group of one position.
    """

    __slots__ = ("dimension", "duplicates", "reasons", "rows")

    def __init__(self, rows: Rows, dimension: Dimension | None = None, reasons: tuple[str, ...] = ()) -> None:
        self.rows = rows
        self.dimension = dimension
        self.reasons = reasons
        self.duplicates: tuple[tuple[int, ...], ...] = ()


def stacks_of(planes: Planes, location: NDArray[np.int64], instance: NDArray[np.int64]) -> list[UnorderedStack]:
    """The stacks that planes of one part fall into.

    Parameters
    ----------
    planes : Planes
        Of one part.
    location : ndarray of int64, shape (n,)
        Which of them share a position; -1 where a position isn't known.
    instance : ndarray of int64, shape (n,)
        Which of them are the same frame of the same SOP Instance, read twice.

    Returns
    -------
    list of UnorderedStack
        Rows are those of `planes`.
    """
    everything = np.arange(len(planes))
    # A frame that is there twice tells nothing about an axis, nor does one without a position.
    _, first = np.unique(instance, return_index=True)
    single = np.zeros(len(planes), bool)
    single[first] = True
    told = everything[single & (location >= 0)]
    stacks, _ = _Telling(planes, location).stacks(told, 0)
    _give_back(planes, stacks, location, instance, everything[~(single & (location >= 0))])
    for stack in stacks:
        stack.duplicates = _duplicates(stack, location)
    return stacks


class _Telling:
    """Planes, and all that may tell them apart, looked at once."""

    def __init__(self, planes: Planes, location: NDArray[np.int64]) -> None:
        self.planes = planes
        self.location = location
        self.axes = axes_of(planes)
        self.dividers = dividers_of(planes)

    def stacks(self, rows: Rows, depth: int) -> tuple[list[UnorderedStack], int]:
        """Stacks of these rows, and how well that went."""
        location = _dense(self.location[rows])
        if not len(rows) or location.max() + 1 == len(rows):
            return [UnorderedStack(rows)], _CLEAN
        axes = [axis for axis in (one.of(rows) for one in self.axes) if _varies(axis.codes, location)]
        dividers = [axis for axis in (one.of(rows) for one in self.dividers) if _varies(axis.codes, location)]
        for axis in (*axes, *ranked_axes_of(self.planes, rows, location)):
            if _coverage(axis.codes, location) != (1.0, 1.0):
                continue
            hidden = next((one for one in (*dividers, *_to_part_by(axes)) if _is_factor(one, axis)), None)
            if hidden is not None and depth < _DEEPEST:
                stacks, state = self._parted(rows, hidden, depth)
                if state == _CLEAN:
                    return stacks, state
            return [UnorderedStack(rows, self._dimension(rows, axis))], _CLEAN
        return self._without_complete_axis(rows, location, axes, dividers, depth)

    def _without_complete_axis(
        self, rows: Rows, location: NDArray[np.int64], axes: list[Axis], dividers: list[Axis], depth: int
    ) -> tuple[list[UnorderedStack], int]:
        """Two things vary at once, or something is missing, or nothing tells the planes apart."""
        with_holes = just_parted = None
        for divider in (*dividers, *_to_part_by(axes)) if depth < _DEEPEST else ():
            if divider.count * 2 > len(rows):
                continue
            stacks, state = self._parted(rows, divider, depth)
            is_product = divider.texts is not None or any(stack.dimension is not None for stack in stacks)
            if state == _CLEAN and is_product:
                return stacks, state
            if state == _HOLES and with_holes is None:
                with_holes = stacks
            if state == _CLEAN and just_parted is None:
                just_parted = stacks
        if with_holes is not None:
            return with_holes, _HOLES
        best = max(axes, key=lambda axis: min(_coverage(axis.codes, location)), default=None)
        if best is not None and min(_coverage(best.codes, location)) >= _MOST_COMPLETE:
            return [UnorderedStack(rows, self._dimension(rows, best))], _HOLES
        if just_parted is not None:
            return just_parted, _CLEAN
        return [UnorderedStack(rows)], _UNTOLD

    def _parted(self, rows: Rows, divider: Axis, depth: int) -> tuple[list[UnorderedStack], int]:
        stacks: list[UnorderedStack] = []
        worst = _CLEAN
        for code in range(divider.count):
            inner, state = self.stacks(rows[divider.codes == code], depth + 1)
            reason = f"{divider.title}: {divider.words(code)}"
            for stack in inner:
                stack.reasons = (reason, *stack.reasons)
            stacks += inner
            worst = max(worst, state)
        return stacks, worst

    def _dimension(self, rows: Rows, axis: Axis) -> Dimension:
        name, unit, order, values, source = values_along(self.planes, rows, axis)
        rank = np.empty(axis.count, np.intp)
        rank[order] = np.arange(axis.count)
        return Dimension(name, unit, rank[axis.codes], values, source)


# What planes are parted by sooner than what is kept as the axis.
_PARTING = (
    *(
        "segment",
        "energy-window",
        "detector",
        "rotation",
        "rr-interval",
        "index",
        "energy",
        "flip-angle",
        "inversion-time",
        "echo",
        "respiratory",
        "acquisition",
        "time",
        "pet-frame",
        "cardiac",
    ),
    "diffusion",
)

# What varies beside an axis that counts all there is; time itself doesn't.
_FACTORS = frozenset(
    ("segment", "energy-window", "detector", "energy", "flip-angle", "inversion-time", "echo", "respiratory")
)


def _to_part_by(axes: list[Axis]) -> list[Axis]:
    return sorted(axes, key=lambda axis: _PARTING.index(axis.name))


def _dense(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.unique(codes, return_inverse=True)[1].reshape(-1)


def _varies(codes: NDArray[np.int64], location: NDArray[np.int64]) -> bool:
    """Whether frames of one position differ in it."""
    if codes.min() == codes.max():
        return False
    first = np.zeros(int(location.max()) + 1, np.int64)
    first[location[::-1]] = codes[::-1]
    return bool((codes != first[location]).any())


def _coverage(codes: NDArray[np.int64], location: NDArray[np.int64]) -> tuple[float, float]:
    """How much of all pairs of position and value is there, and how much of the planes are alone at theirs."""
    count = int(codes.max()) + 1
    pairs = len(np.unique(location * count + codes))
    return pairs / (count * (int(location.max()) + 1)), pairs / len(codes)


def _is_factor(divider: Axis, axis: Axis) -> bool:
    """Whether an axis that counts everything hides a second thing, as when it counts all echoes of all times.

    Then each value of the divider stands with equally many values of the axis, more than one. A text that goes along
    with mere times is what made the planes different, though each stands with one time only.
    """
    fewest = 1 if divider.texts is not None and axis.is_clock else 2
    if (divider.texts is None and divider.name not in _FACTORS) or not 1 < divider.count <= axis.count:
        return False
    pairs = np.unique(axis.codes * divider.count + divider.codes)
    if len(pairs) != axis.count:
        return False
    held = np.bincount(pairs % divider.count, minlength=divider.count)
    return bool(held[0] >= fewest and (held == held[0]).all())


def _give_back(
    planes: Planes, stacks: list[UnorderedStack], location: NDArray[np.int64], instance: NDArray[np.int64], left: Rows
) -> None:
    """Put planes that were left aside into a stack: a second copy beside the first, the rest into the largest."""
    if not len(left):
        return
    home: dict[int, tuple[int, int]] = {}
    for number, stack in enumerate(stacks):
        for place, row in enumerate(stack.rows.tolist()):
            home[int(instance[row])] = (number, place)
    largest = int(np.argmax([len(stack.rows) for stack in stacks]))
    added: list[list[int]] = [[] for _ in stacks]
    indices: list[list[int]] = [[] for _ in stacks]
    for row in left.tolist():
        number, place = home.get(int(instance[row]), (largest, -1))
        dimension = stacks[number].dimension
        added[number].append(row)
        indices[number].append(0 if dimension is None or place < 0 else int(dimension.index[place]))
    for stack, rows, index in zip(stacks, added, indices, strict=True):
        if not rows:
            continue
        whole = np.concatenate([stack.rows, np.array(rows, np.intp)])
        order = np.argsort(whole, kind="stable")
        stack.rows = whole[order]
        if stack.dimension is not None:
            stack.dimension.index = np.concatenate([stack.dimension.index, np.array(index, np.intp)])[order]


def _duplicates(stack: UnorderedStack, location: NDArray[np.int64]) -> tuple[tuple[int, ...], ...]:
    """Rows of a stack that stand at one position, and at one value of its axis."""
    at = location[stack.rows]
    count = 1 if stack.dimension is None else len(stack.dimension)
    if stack.dimension is not None:
        at = np.where(at < 0, -1, at * count + stack.dimension.index)
    placed = np.flatnonzero(at >= 0)
    _, slot, held = np.unique(at[placed], return_inverse=True, return_counts=True)
    several = np.flatnonzero(held[slot.reshape(-1)] > 1)
    groups: dict[int, list[int]] = {}
    for index in several.tolist():
        groups.setdefault(int(slot.reshape(-1)[index]), []).append(int(stack.rows[placed[index]]))
    return tuple(tuple(rows) for rows in groups.values())
