"""Values of a volume at the voxels of another grid: by scipy.ndimage, or axis by axis where axes are along each other.

In: a `Volume` and a spacing, or a grid. Out: a `Volume` on that grid. The result is made a slab at a time, on several
threads; beside it there are a few slabs in memory, and a copy of one time point or colour where a spline of higher
order, smoothing or missing values need one.

A voxel is given the value of the interpolation at its centre. The old voxels are taken to reach half a voxel beyond the
outermost centres: there the outermost values hold, and beyond is nothing, the fill value. Smaller voxels of the same
extent have centres there, and a volume would get a rim without values each time that it is made finer. (Reading with
``tilt="shear"`` or ``gaps="resample"`` is stricter: see `dicom.volume.geometry.policy.Layout.finish`.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import GeometryError, MissingDependencyError
from dicom.pixels.threads import run_in_threads, thread_count
from dicom.volume.operations.separable import Axis, linear, nearest
from dicom.volume.space import AXES, corners, to_index

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType
    from typing import Any

    from numpy.typing import NDArray

    from dicom.volume.grid import Grid
    from dicom.volume.volume import Volume

    Shape = tuple[int, int, int]

#: Voxels that one thread works on at a time.
_SLAB = 1 << 20
#: In voxels: what lies so little outside is a rounding error.
_SLACK = 1e-6


class Options:
    """How values between voxels are found; see `Volume.resample`."""

    __slots__ = ("antialias", "fill", "order", "threads")

    def __init__(self, order: int | None, fill: float | None, antialias: bool, workers: int | None) -> None:
        if order is not None and (isinstance(order, bool) or order not in range(6)):
            raise GeometryError("the order of an interpolation is 0 (nearest), 1 (linear), or 2 to 5 (splines)")
        self.order = order
        self.fill = fill
        self.antialias = antialias
        self.threads = thread_count(workers)


def resample(volume: Volume, spacing: float | Sequence[float | None], options: Options) -> Volume:
    """The volume with voxels of another size, in the same place: the middle of the grid stays."""
    old = np.array(volume.spacing)
    asked = [spacing] * 3 if isinstance(spacing, int | float) else list(spacing)
    if len(asked) != 3:
        raise GeometryError("a spacing is one number in mm, or three for k, j and i")
    new = np.array([had if want is None else float(want) for want, had in zip(asked, old, strict=True)])
    if not (np.isfinite(new).all() and (new > 0).all()):
        raise GeometryError("a spacing is a positive number of mm")
    ratios = new / old
    # A size that is meant to be the same is the same.
    ratios[np.abs(ratios - 1.0) < 1e-9] = 1.0
    sizes = np.array(volume.grid_shape)
    counts = np.maximum(1, np.floor(sizes / ratios + 0.5 + 1e-9)).astype(int)
    starts = (sizes - 1) / 2 - ratios * (counts - 1) / 2
    affine = volume.affine.copy()
    affine[:3, :3] *= ratios
    affine[:3, 3] += volume.affine[:3, :3] @ starts
    slices = AXES.index(volume.sources_axis)
    sources = volume.sources if ratios[slices] == 1.0 else None
    return _onto(volume, affine, (int(counts[0]), int(counts[1]), int(counts[2])), options, sources=sources)


def resample_to(volume: Volume, other: Grid, options: Options, ignore_frame_of_reference: bool) -> Volume:
    """The volume's values at the voxels of another grid."""
    one, two = volume.frame_of_reference_uid, other.frame_of_reference_uid
    if one is not None and two is not None and one != two and not ignore_frame_of_reference:
        raise GeometryError(
            "Frame of Reference UID (0020,0052): the grids have different ones, so that their coordinates have nothing "
            "to do with each other unless they were registered; ignore_frame_of_reference=True says that they were",
            tag=0x00200052,
        )
    return _onto(volume, other.affine, other.grid_shape, options, sources=None, frame_of_reference_uid=two or one)


def _onto(volume: Volume, affine: NDArray[np.float64], shape: Shape, options: Options, **changes: Any) -> Volume:
    order = options.order if options.order is not None else 0 if volume.array.dtype.kind == "b" else 1
    array = _native(volume.array)
    dtype = _result_type(array.dtype, order, volume.is_color)
    matrix = np.round(np.linalg.solve(volume.affine[:3, :3], affine[:3, :3]), 12)
    offset = np.round(to_index(volume.affine, affine[:3, 3]), 9)
    first = 0 if volume.dimension is None else 1
    array, matrix, offset, old_shape = _along(array, matrix, offset, volume.grid_shape, first)
    grid = _Places(matrix, offset, old_shape, shape)
    fill = _fill_value(options.fill, dtype, volume.is_color) if grid.reaches_outside else None
    has_t = volume.dimension is not None
    whole = array.shape[:1] if has_t else ()
    colors = (3,) if volume.is_color else ()
    made = np.empty((*whole, *shape, *colors), dtype)
    for part in np.ndindex(*whole, *colors):
        t, color = part[: len(whole)], part[len(whole) :]
        place = (*t, slice(None), slice(None), slice(None), *color)
        _interpolate(array[place], made[place], grid, order, fill, options)
    return volume._like(made, affine, report=None, sources_axis=volume.sources_axis, **changes)


class _Places:
    """Where the voxels of a new grid lie in an old one, in its index."""

    __slots__ = ("matrix", "offset", "old_shape", "reaches_outside", "shape")

    def __init__(
        self, matrix: NDArray[np.float64], offset: NDArray[np.float64], old_shape: Shape, shape: Shape
    ) -> None:
        self.matrix = matrix
        self.offset = offset
        self.old_shape = old_shape
        self.shape = shape
        self.reaches_outside = self._corner_is_outside(0, shape[0])

    @property
    def axes(self) -> tuple[Axis, Axis, Axis] | None:
        """Where the new voxels lie on each axis, if the axes of both are along each other; else None."""
        steps = np.diag(self.matrix)
        if not (self.matrix == np.diag(steps)).all():
            return None
        k, j, i = (Axis(*one) for one in zip(self.offset, steps, self.shape, self.old_shape, strict=True))
        return k, j, i

    def offset_of(self, first: int) -> NDArray[np.float64]:
        """Where the voxel (first, 0, 0) lies."""
        offset: NDArray[np.float64] = self.offset + self.matrix[:, 0] * first
        return offset

    def outside(self, first: int, last: int) -> NDArray[np.bool_] | None:
        """Which voxels of the slices [first, last) lie outside; None when there are none."""
        if not self.reaches_outside or not self._corner_is_outside(first, last):
            return None
        outside = np.zeros((last - first, *self.shape[1:]), bool)
        k, j, i = np.ogrid[first:last, : self.shape[1], : self.shape[2]]
        for row, start, size in zip(self.matrix, self.offset, self.old_shape, strict=True):
            place = start + row[0] * k
            # An axis that doesn't count isn't spread over: what is left is as small as the axes that do.
            for weight, steps in ((row[1], j), (row[2], i)):
                if weight:
                    place = place + weight * steps
            outside |= (place < -0.5 - _SLACK) | (place > size - 0.5 + _SLACK)
        return outside

    def _corner_is_outside(self, first: int, last: int) -> bool:
        # The grid is convex: it lies inside when its corners do.
        place = np.eye(4)
        place[:3, :3], place[:3, 3] = self.matrix, self.offset_of(first)
        found = corners(place, (last - first, *self.shape[1:]))
        return bool(((found < -0.5 - _SLACK) | (found > np.array(self.old_shape) - 0.5 + _SLACK)).any())


def _along(
    array: NDArray[Any], matrix: NDArray[np.float64], offset: NDArray[np.float64], shape: Shape, first: int
) -> tuple[NDArray[Any], NDArray[np.float64], NDArray[np.float64], Shape]:
    """The old grid with its axes exchanged, if they are then along the new ones."""
    order = np.abs(matrix).argmax(axis=0)
    if sorted(order) != [0, 1, 2] or np.count_nonzero(matrix) != 3:
        return array, matrix, offset, shape
    axes = [*range(first), *(first + order), *range(first + 3, array.ndim)]
    k, j, i = (shape[axis] for axis in order)
    return array.transpose(axes), matrix[order], offset[order], (k, j, i)


def _interpolate(
    values: NDArray[Any],
    made: NDArray[Any],
    grid: _Places,
    order: int,
    fill: Any,
    options: Options,
) -> None:
    """One time point and colour: `made` is filled with `values` (k, j, i) at the grid's voxels."""
    is_missing = None
    if values.dtype.kind == "f" and (order > 0 or options.antialias):
        is_missing = ~np.isfinite(values)
        if not is_missing.any():
            is_missing = None
    if is_missing is not None:
        values = _held(values, is_missing, order)
    if options.antialias and order > 0:
        values = _smoothed(values, is_missing, grid.matrix)
    if order > 1:
        values = _scipy_ndimage().spline_filter(values, order, output=np.float64, mode="mirror")
    weight = None if is_missing is None else is_missing.astype(np.float32)
    rounded = order > 0 and made.dtype.kind in "iu"
    slices = max(1, _SLAB // (grid.shape[1] * grid.shape[2]))
    axes = grid.axes
    if axes is not None:
        # What a slab needs beside the result are two planes: it may be large, and reckons each plane once.
        slices = max(slices, -(-grid.shape[0] // (4 * options.threads)))

    def interpolate(old: NDArray[Any], first: int, target: NDArray[Any], power: int) -> None:
        if axes is not None and power < 2:
            (nearest if power == 0 else linear)(old, axes, first, target)
            return
        _scipy_ndimage().affine_transform(
            old,
            np.diag(grid.matrix) if axes is not None else grid.matrix,
            offset=grid.offset_of(first),
            output_shape=target.shape,
            output=target,
            order=power,
            prefilter=False,
            # Beyond the outermost centres the outermost values hold; a spline is continued as it was made.
            mode="nearest" if power < 2 else "mirror",
        )

    def fill_slab(number: int) -> None:
        first = number * slices
        last = min(first + slices, grid.shape[0])
        shape = (last - first, *grid.shape[1:])
        target = np.empty(shape, np.float32) if rounded else made[first:last]
        interpolate(values, first, target, order)
        if rounded:
            limits = np.iinfo(made.dtype)
            made[first:last] = np.clip(np.rint(target), limits.min, limits.max)
        if weight is not None:
            part = np.empty(shape, np.float32)
            interpolate(weight, first, part, 1)
            made[first:last][part > _SLACK] = np.nan
        outside = grid.outside(first, last)
        if outside is not None:
            made[first:last][outside] = fill

    run_in_threads(fill_slab, range(-(-grid.shape[0] // slices)), options.threads)


def _held(values: NDArray[Any], is_missing: NDArray[np.bool_], order: int) -> NDArray[Any]:
    """A copy with numbers where there were none, which are taken out of the result again."""
    if order < 2 or is_missing.all():
        return np.where(is_missing, values.dtype.type(0), values)
    # A spline reaches far, and would swing beside an edge: it is given the nearest value there is.
    nearest_there = _scipy_ndimage().distance_transform_edt(is_missing, return_distances=False, return_indices=True)
    held: NDArray[Any] = values[tuple(nearest_there)]
    return held


def _smoothed(values: NDArray[Any], is_missing: NDArray[np.bool_] | None, matrix: NDArray[np.float64]) -> NDArray[Any]:
    """What voxels of the new size see: a Gaussian along each axis along which the new steps are longer.

    A voxel is taken for a Gaussian whose full width at half maximum is its size, so that the one between two sizes has
    the difference of their variances: sigma² = (new² - old²) / (8 ln 2).
    """
    ndimage = _scipy_ndimage()
    ratios = np.abs(matrix).max(axis=1)
    sigmas = np.sqrt(np.maximum(ratios**2 - 1.0, 0.0) / (8.0 * np.log(2.0)))
    kind = values.dtype if values.dtype.kind == "f" else np.dtype(np.float32)
    smooth = values.astype(kind)
    weight = None if is_missing is None else (~is_missing).astype(kind)
    if weight is not None:
        smooth *= weight
    for axis, sigma in enumerate(sigmas):
        if sigma > 0:
            smooth = ndimage.gaussian_filter1d(smooth, sigma, axis=axis, mode="nearest")
            weight = None if weight is None else ndimage.gaussian_filter1d(weight, sigma, axis=axis, mode="nearest")
    if weight is not None:
        # Where there was no value its neighbours aren't taken for one.
        np.divide(smooth, weight, out=smooth, where=weight > _SLACK)
    return smooth


def _result_type(dtype: np.dtype[Any], order: int, is_color: bool) -> np.dtype[Any]:
    if order == 0 or is_color or dtype.kind == "f":
        return np.dtype(np.float32) if dtype == np.float16 else dtype
    # Between whole numbers lie others: float32 has all numbers of 16 bits.
    return np.dtype(np.float32 if dtype.itemsize <= 2 else np.float64)


def _fill_value(fill: float | None, dtype: np.dtype[Any], is_color: bool) -> Any:
    if fill is None:
        if dtype.kind == "f":
            return np.nan
        if dtype.kind == "b" or is_color:
            return 0
        raise GeometryError(
            f"the grid reaches outside of the volume, and {dtype} has no value that means nothing: fill= says what "
            "to put there"
        )
    with np.errstate(invalid="ignore", over="ignore"):
        held = np.asarray(fill).astype(dtype)
    if dtype.kind != "f" and not np.array_equal(held, fill):
        raise GeometryError(f"the fill value doesn't fit in {dtype}")
    return held


def _native(array: NDArray[Any]) -> NDArray[Any]:
    kind = array.dtype.newbyteorder("=")
    return array.astype(np.float32 if kind == np.float16 else kind, copy=False)


def _scipy_ndimage() -> ModuleType:
    try:
        from scipy import ndimage
    except ImportError as error:
        raise MissingDependencyError("Resampling needs SciPy: pip install dicom-py[resample]") from error
    module: ModuleType = ndimage
    return module
