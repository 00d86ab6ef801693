"""Projections of a volume along an axis: greatest, mean and least values, of the whole or of a slab that slides.

In: a `Volume`. Out: a `Volume` of one slice, or of as many as there were. Missing values (NaN) are left out; where all
are missing, so is the projection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import GeometryError
from dicom.volume.space import AXES, axis_number, sub_grid

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.volume.volume import Volume

_EXTREMES: dict[str, np.ufunc] = {"max": np.fmax, "min": np.fmin}


def project(volume: Volume, method: str, axis: str, slab_mm: float | None) -> Volume:
    """The volume projected along an axis; see `Volume.project`."""
    if method not in ("max", "mean", "min"):
        raise GeometryError('a projection is "max", "mean" or "min"')
    number = axis_number(volume.affine, axis)
    array_axis = number + (0 if volume.dimension is None else 1)
    size = volume.grid_shape[number]
    if slab_mm is None:
        starts, steps = [0.0, 0.0, 0.0], [1, 1, 1]
        starts[number], steps[number] = (size - 1) / 2, size
        made = np.expand_dims(_whole(volume.array, method, array_axis, volume.is_color), array_axis)
        affine = sub_grid(volume.affine, starts, steps)
    else:
        if not slab_mm > 0 or slab_mm == np.inf:
            raise GeometryError("a slab is a positive number of mm thick")
        # Slices whose centres lie within half a slab of one; a limit that falls on a centre takes it in.
        reach = int(slab_mm / 2 / volume.spacing[number] + 1e-6)
        made = _sliding(volume.array, method, array_axis - number, number, volume.is_color, min(reach, size - 1))
        affine = volume.affine
    # A slice that is projected into others has no file; one that is projected in itself keeps its own.
    sources = None if AXES[number] == volume.sources_axis else volume.sources
    return volume._like(made, affine, report=None, sources=sources)


def _whole(array: NDArray[Any], method: str, axis: int, is_color: bool) -> NDArray[Any]:
    if method in _EXTREMES:
        made: NDArray[Any] = _EXTREMES[method].reduce(array, axis=axis)
        return made
    return _rounded(_mean(array, axis), _mean_type(array.dtype, is_color))


def _mean(array: NDArray[Any], axis: int) -> NDArray[np.float64]:
    if array.dtype.kind != "f" or not np.isnan(array).any():
        mean: NDArray[np.float64] = array.mean(axis=axis, dtype=np.float64)
        return mean
    is_there = ~np.isnan(array)
    count = is_there.sum(axis=axis)
    total = np.sum(array, axis=axis, dtype=np.float64, where=is_there)
    some: NDArray[np.float64] = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return some


def _sliding(array: NDArray[Any], method: str, first: int, number: int, is_color: bool, reach: int) -> NDArray[Any]:
    """Of each slice and so many before and behind it; at the ends of as many as there are."""
    made = np.empty(array.shape, array.dtype if method in _EXTREMES else _mean_type(array.dtype, is_color))
    # Along rows or columns plane by plane, which stays in the cache, and all of a plane at once.
    lead = first if number == 0 else first + 1
    for place in np.ndindex(array.shape[:lead]):
        slices, target = array[place], made[place]
        if number:
            slices, target = (np.moveaxis(one, number - 1, 0) for one in (slices, target))
        if method in _EXTREMES:
            (_plane_extreme if number else _sliding_extreme)(slices, target, _EXTREMES[method], reach)
        elif array.dtype.kind == "f" and not np.isfinite(slices).all():
            for n in range(len(slices)):
                target[n] = _mean(slices[max(0, n - reach) : n + reach + 1], 0)
        else:
            (_plane_mean if number else _sliding_mean)(slices, target, reach)
    return made


def _plane_mean(lines: NDArray[Any], made: NDArray[Any], reach: int) -> None:
    """As `_sliding_mean`, of lines that lie beside each other: from sums of all before each."""
    size = len(lines)
    sums = np.zeros_like(lines, np.float64, shape=(size + 1, *lines.shape[1:]))
    if lines.strides[0] < lines.strides[-1]:
        np.cumsum(lines, axis=0, dtype=np.float64, out=sums[1:])
    else:
        # NumPy would go through them column by column.
        for n in range(size):
            np.add(sums[n], lines[n], out=sums[n + 1])
    total = np.empty_like(lines, np.float64)
    total[: size - reach] = sums[reach + 1 :]
    total[size - reach :] = sums[size]
    total[reach:] -= sums[: size - reach]
    places = np.arange(size)
    count = np.minimum(size, places + reach + 1) - np.maximum(0, places - reach)
    total /= count.reshape(-1, *[1] * (lines.ndim - 1))
    made[...] = np.rint(total) if made.dtype.kind in "iu" else total


def _plane_extreme(lines: NDArray[Any], made: NDArray[Any], extreme: np.ufunc, reach: int) -> None:
    """As `_sliding_extreme`, of lines that lie beside each other."""
    size, width = len(lines), 2 * reach + 1
    windows, span = lines.copy(order="K"), 1
    while span * 2 <= width and span < size:
        extreme(windows[:-span], windows[span:], out=windows[:-span])
        span *= 2
    # Those that have as many before and behind them, and then the ends.
    inner = range(reach, max(reach, size - reach))
    if inner:
        behind = windows[width - span : width - span + len(inner)]
        extreme(windows[: len(inner)], behind, out=made[reach : size - reach])
    for n in (*range(min(inner.start, size)), *range(max(inner.stop, min(inner.start, size)), size)):
        low, high = max(0, n - reach), min(size, n + reach + 1)
        if high - low >= span:
            extreme(windows[low], windows[high - span], out=made[n])
        else:
            extreme.reduce(lines[low:high], axis=0, out=made[n])


def _sliding_mean(slices: NDArray[Any], made: NDArray[Any], reach: int) -> None:
    """The slice that comes in is added, the one that falls out taken off; in 64 bits nothing is lost by it."""
    size = len(slices)
    total = slices[:reach].sum(axis=0, dtype=np.float64)
    for n in range(size):
        if n + reach < size:
            total += slices[n + reach]
        if n - reach > 0:
            total -= slices[n - reach - 1]
        count = min(size, n + reach + 1) - max(0, n - reach)
        made[n] = np.rint(total / count) if made.dtype.kind in "iu" else total / count


def _sliding_extreme(slices: NDArray[Any], made: NDArray[Any], extreme: np.ufunc, reach: int) -> None:
    """Windows of a power of two are made from two of half the size; two of these cover any other window."""
    size, width = len(slices), 2 * reach + 1
    # Of [n, n + span): windows that would go over the end stop there.
    windows, span = slices.copy(), 1
    while span * 2 <= width:
        for n in range(size - span):
            extreme(windows[n], windows[n + span], out=windows[n])
        span *= 2
    for n in range(size):
        low, high = max(0, n - reach), min(size, n + reach + 1)
        if high - low >= span:
            extreme(windows[low], windows[high - span], out=made[n])
        elif high == size:
            made[n] = windows[low]
        else:
            extreme.reduce(slices[low:high], axis=0, out=made[n])


def _mean_type(dtype: np.dtype[Any], is_color: bool) -> np.dtype[Any]:
    if is_color or (dtype.kind == "f" and dtype.itemsize >= 4):
        return dtype
    # A mean of whole numbers is none; float32 has all numbers of 16 bits.
    return np.dtype(np.float32 if dtype.itemsize <= 2 else np.float64)


def _rounded(mean: NDArray[np.float64], wanted: np.dtype[Any]) -> NDArray[Any]:
    return (np.rint(mean) if wanted.kind in "iu" else mean).astype(wanted)
