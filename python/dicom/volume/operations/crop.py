"""Parts of a volume: by index, by mm, and with a margin added.

In: a `Volume` and which voxels to keep. Out: a `Volume` whose voxels lie where they lay. Its array is a view of the
other's wherever NumPy can give one.
"""

from __future__ import annotations

from itertools import combinations
from operator import index as as_int
from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import GeometryError
from dicom.volume.space import AXES, sub_grid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from dicom.volume.volume import Volume

    Range = slice | int | tuple[int | None, int | None] | None
    Limits = tuple[float | None, float | None] | None


class VolumeIndexError(GeometryError, IndexError):
    """An index that lies outside of a volume, or that a volume can't be indexed with."""


def take(volume: Volume, key: Any) -> Volume:
    """``volume[key]``: see `Volume.__getitem__`.

    Raises
    ------
    VolumeIndexError
        More indices than axes, an index out of range, nothing left, or an index that isn't a number, a slice or
        (for t) an array.
    """
    has_t = volume.dimension is not None
    keys = _spread(key, 4 if has_t else 3)
    chosen_t = _choose_t(keys.pop(0), volume.array.shape[0]) if has_t else None
    ranges = [_range_of(one, size, name) for one, size, name in zip(keys, volume.grid_shape, AXES, strict=True)]
    in_space = tuple(_as_slice(start, step, count) for start, step, count in ranges)
    if chosen_t is None:
        array = volume.array[in_space]
    elif isinstance(chosen_t, np.ndarray):
        # The box first, by a view: only what is left of it is copied.
        array = volume.array[(slice(None), *in_space)][chosen_t]
    else:
        array = volume.array[(chosen_t, *in_space)]
    changes: dict[str, Any] = {}
    if isinstance(chosen_t, int):
        changes.update(dimension=None, dimension_values=None, dimension_unit=None)
    elif chosen_t is not None and volume.dimension_values is not None:
        changes.update(dimension_values=volume.dimension_values[chosen_t])
    if volume.sources is not None:
        changes.update(sources=_sources_of(volume, chosen_t, ranges))
    affine = sub_grid(volume.affine, [start for start, _, _ in ranges], [step for _, step, _ in ranges])
    return volume._like(array, affine, **changes)


def crop(volume: Volume, k: Range, j: Range, i: Range, t: slice | int | None) -> Volume:
    """The voxels of these ranges."""
    key = [_as_key(one) for one in (k, j, i)]
    if volume.dimension is not None:
        return take(volume, (slice(None) if t is None else t, *key))
    if t is not None:
        raise GeometryError("the volume has no axis t")
    return take(volume, tuple(key))


def crop_mm(volume: Volume, x: Limits, y: Limits, z: Limits) -> Volume:
    """The least box of voxels that has all whose centres lie within the limits.

    Raises
    ------
    GeometryError
        No voxel's centre lies within.
    """
    # What lies both in the grid and in the limits is a convex body. The index is linear in it, so that its extremes are
    # at the body's corners, and those are where three of the bounding planes meet.
    normals, offsets = _bounds(volume, (x, y, z))
    # Of 1e-6 voxel: limits that are meant to be a voxel's centre.
    slack = 1e-6
    found = []
    for three in combinations(range(len(normals)), 3):
        matrix = normals[list(three)]
        if abs(np.linalg.det(matrix)) > 1e-9:
            point = np.linalg.solve(matrix, offsets[list(three)])
            if (normals @ point <= offsets + slack).all():
                found.append(point)
    if not found:
        raise GeometryError("no voxel lies within the limits")
    low = np.ceil(np.min(found, axis=0) - slack).astype(int)
    high = np.floor(np.max(found, axis=0) + slack).astype(int)
    if (high < low).any():
        raise GeometryError("no voxel's centre lies within the limits")
    k, j, i = (slice(int(a), int(b) + 1) for a, b in zip(low, high, strict=True))
    return take(volume, (Ellipsis, k, j, i))


def pad(volume: Volume, widths: Sequence[int | tuple[int, int] | None], value: float) -> Volume:
    """The volume with voxels of one value around it."""
    pairs = [(0, 0) if one is None else (one, one) if isinstance(one, int) else one for one in widths]
    if any(as_int(width) < 0 for pair in pairs for width in pair):
        raise GeometryError("a margin is a number of voxels, 0 or more")
    with np.errstate(invalid="ignore", over="ignore"):
        held = np.asarray(value).astype(volume.array.dtype)
    if not np.array_equal(held, value, equal_nan=held.dtype.kind == "f"):
        raise GeometryError(f"the margin's value doesn't fit in {volume.array.dtype}: Volume.astype comes before")
    around = [*pairs, (0, 0)] if volume.is_color else pairs
    if volume.dimension is not None:
        around = [(0, 0), *around]
    array = np.pad(volume.array, around, constant_values=held.item())
    affine = sub_grid(volume.affine, [-before for before, _ in pairs], (1, 1, 1))
    # A slice that is only margin has no file.
    slices = AXES.index(volume.sources_axis)
    changes = {} if pairs[slices] == (0, 0) else {"sources": None}
    return volume._like(array, affine, **changes)


def _bounds(volume: Volume, limits: tuple[Limits, Limits, Limits]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Half-spaces of the index, ``normals @ index <= offsets``, with normals of length 1."""
    normals: list[NDArray[np.float64]] = []
    offsets: list[float] = []
    for axis, size in enumerate(volume.grid_shape):
        unit = np.eye(3)[axis]
        normals += [-unit, unit]
        offsets += [0.0, size - 1.0]
    for name, axis, pair in zip("xyz", range(3), limits, strict=True):
        if pair is None:
            continue
        low, high = pair
        if low is not None and high is not None and not low <= high:
            raise GeometryError(f"the limits of {name} are (least, greatest) in mm")
        row = volume.affine[axis, :3]
        length = float(np.linalg.norm(row))
        for limit, sense in ((low, -1.0), (high, 1.0)):
            if limit is not None:
                normals.append(sense * row / length)
                offsets.append(sense * (limit - volume.affine[axis, 3]) / length)
    return np.array(normals), np.array(offsets)


def _spread(key: Any, axes: int) -> list[Any]:
    """One index for each axis: an Ellipsis, and what isn't said, stand for whole axes."""
    keys = list(key) if isinstance(key, tuple) else [key]
    places = [place for place, one in enumerate(keys) if one is Ellipsis]
    if len(places) > 1:
        raise VolumeIndexError("an index has one Ellipsis at most")
    missing = axes - (len(keys) - len(places))
    if missing < 0:
        raise VolumeIndexError(f"{len(keys) - len(places)} indices for a volume of {axes} axes (colours aren't one)")
    place = places[0] if places else len(keys)
    return [*keys[:place], *[slice(None)] * missing, *keys[place + 1 :]]


def _choose_t(key: Any, size: int) -> int | slice | NDArray[np.intp]:
    if isinstance(key, slice):
        if not range(*key.indices(size)):
            raise VolumeIndexError("nothing is left of the axis t")
        return key
    if isinstance(key, list | np.ndarray) and np.ndim(key) == 1:
        chosen = np.asarray(key)
        if chosen.dtype == bool and len(chosen) == size:
            chosen = np.flatnonzero(chosen)
        if chosen.dtype.kind in "iu" and chosen.size and -size <= chosen.min() and chosen.max() < size:
            return chosen.astype(np.intp)
        raise VolumeIndexError(f"an array that indexes t has numbers below its size, {size}, or so many truth values")
    return _number(key, size, "t")


def _range_of(key: Any, size: int, name: str) -> tuple[int, int, int]:
    """(start, step, count) of an index of an axis in space."""
    if not isinstance(key, slice):
        return _number(key, size, name), 1, 1
    try:
        chosen = range(*key.indices(size))
    except (TypeError, ValueError):
        raise VolumeIndexError(f"a slice of {name} is of whole numbers, with a step other than 0") from None
    if not chosen:
        raise VolumeIndexError(f"nothing is left of the axis {name}, which has {size} voxels")
    # A single voxel is as thick as it was: there is none that a longer step would lead to.
    step = chosen.step if len(chosen) > 1 else 1 if chosen.step > 0 else -1
    return chosen[0], step, len(chosen)


def _number(key: Any, size: int, name: str) -> int:
    if isinstance(key, bool | np.bool_):
        raise VolumeIndexError(f"a truth value isn't an index of {name}")
    try:
        number = as_int(key)
    except TypeError:
        raise VolumeIndexError(
            f"the axis {name} is indexed with a number or a slice: voxels that are picked one by one are no grid; "
            "index Volume.array for those"
        ) from None
    if not -size <= number < size:
        raise VolumeIndexError(f"there is no {name} = {number}: the axis has {size}, counted from 0")
    return number % size


def _as_slice(start: int, step: int, count: int) -> slice:
    stop = start + step * count
    return slice(start, None if stop < 0 else stop, step)


def _as_key(one: Range) -> slice | int:
    if one is None:
        return slice(None)
    return slice(*one) if isinstance(one, tuple) else one


def _sources_of(volume: Volume, chosen_t: Any, ranges: list[tuple[int, int, int]]) -> Any:
    """The sources of the slices and time points that are left."""
    start, step, count = ranges[AXES.index(volume.sources_axis)]
    in_t = None
    if volume.dimension is not None:
        in_t = np.atleast_1d(np.arange(volume.array.shape[0], dtype=np.intp)[chosen_t])
    return volume.sources.take(start + step * np.arange(count, dtype=np.intp), in_t)
