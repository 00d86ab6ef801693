"""Axes and directions: from an affine of (k, j, i) to LPS, as volumes have it, to what other formats write.

In: a `VolumeLike`. Out: matrices and lengths in the order that a format asks for.
DICOM's patient space is LPS (x to the left, y to the back, z to the head; PS3.3 C.7.6.2.1.1); NIfTI's is RAS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

#: A corner may lie so far beside its place before a format that can't hold a sheared grid isn't given one.
SHEAR_MM = 0.01

#: What an axis t is, where its values are times.
TIMES = ("time", "pet-frame", "cardiac", "respiratory")
_SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "min": 60.0}


class VolumeLike(Protocol):
    """What is written: `dicom.Volume`, or whatever has its attributes.

    Attributes
    ----------
    array : ndarray, shape (k, j, i) or (t, k, j, i), with a last axis of 3 where `is_color`
    affine : ndarray of float64, shape (4, 4)
        (k, j, i, 1) -> (x, y, z, 1), mm, LPS, voxel centres.
    dimension, dimension_unit : str or None
        What the axis t counts, and in what unit.
    dimension_values : ndarray or None
        A value, or a row of values, for each t.
    sources : object or None
        Gives the header of a slice: ``sources.dataset(k, t)``.
    """

    @property
    def array(self) -> NDArray[Any]: ...  # noqa: D102 - see the class
    @property
    def affine(self) -> NDArray[np.float64]: ...  # noqa: D102
    @property
    def unit(self) -> str | None: ...  # noqa: D102
    @property
    def dimension(self) -> str | None: ...  # noqa: D102
    @property
    def dimension_values(self) -> NDArray[Any] | None: ...  # noqa: D102
    @property
    def dimension_unit(self) -> str | None: ...  # noqa: D102
    @property
    def is_color(self) -> bool: ...  # noqa: D102
    @property
    def modality(self) -> str | None: ...  # noqa: D102
    @property
    def sources(self) -> Any: ...  # noqa: D102


def grid_shape(grid: VolumeLike) -> tuple[int, int, int]:
    """(k, j, i): how many slices, rows and columns."""
    first = 0 if grid.dimension is None else 1
    k, j, i = grid.array.shape[first : first + 3]
    return k, j, i


def number_of_times(grid: VolumeLike) -> int:
    """The length of the axis t; 1 where there is none."""
    return 1 if grid.dimension is None else int(grid.array.shape[0])


def steps(grid: VolumeLike) -> NDArray[np.float64]:
    """The steps of i, j and k as the columns of a (3, 3) matrix, in mm, LPS."""
    columns: NDArray[np.float64] = np.asarray(grid.affine, np.float64)[:3, [2, 1, 0]]
    return columns


def spacing(grid: VolumeLike) -> NDArray[np.float64]:
    """Mm from voxel to voxel along i, j and k."""
    lengths: NDArray[np.float64] = np.linalg.norm(steps(grid), axis=0)
    return lengths


def directions(grid: VolumeLike) -> NDArray[np.float64]:
    """Unit vectors in which i, j and k grow, as the columns of a (3, 3) matrix, LPS."""
    unit: NDArray[np.float64] = steps(grid) / spacing(grid)
    return unit


def origin(grid: VolumeLike) -> NDArray[np.float64]:
    """The centre of voxel (0, 0, 0), in mm, LPS."""
    return np.asarray(grid.affine, np.float64)[:3, 3].copy()


def ras_affine(grid: VolumeLike) -> NDArray[np.float64]:
    """The matrix (4, 4) from (i, j, k, 1) to (x, y, z, 1) in mm, RAS: NIfTI's and nibabel's."""
    matrix = np.eye(4)
    matrix[:3, :3] = steps(grid)
    matrix[:3, 3] = origin(grid)
    matrix[:2] *= -1
    # Minus zero is ugly where the matrix is shown.
    return matrix + 0.0


def shear_mm(grid: VolumeLike) -> float:
    """How far a corner lies from where it would be if i, j and k stood at right angles to each other, in mm.

    The grid at right angles that is meant is the nearest one, about the centre of the volume.
    """
    unit = directions(grid)
    left, _, right = np.linalg.svd(unit)
    half = (np.array(grid_shape(grid)[::-1]) - 1) * spacing(grid) / 2
    signs = np.array(np.meshgrid(*[(-1, 1)] * 3)).reshape(3, -1)
    beside = (unit - left @ right) @ (half[:, None] * signs)
    return float(np.linalg.norm(beside, axis=0).max())


def is_sheared(grid: VolumeLike) -> bool:
    """Whether i, j and k don't stand at right angles, as after ``tilt="keep"``."""
    return shear_mm(grid) > SHEAR_MM


def patient_axes(grid: VolumeLike) -> tuple[int, int, int] | None:
    """For i, j and k, which of x, y and z (0, 1, 2) each runs along; None for an oblique grid."""
    unit = np.abs(directions(grid))
    along = unit.argmax(axis=0)
    # A corner may lie as far beside an axis as beside a right angle.
    beside = np.sqrt(np.clip(1 - unit.max(axis=0) ** 2, 0, None)) * (np.array(grid_shape(grid)[::-1]) - 1)
    if len(set(along.tolist())) < 3 or (beside * spacing(grid)).max() > SHEAR_MM:
        return None
    i, j, k = along.tolist()
    return i, j, k


def seconds(grid: VolumeLike) -> NDArray[np.float64] | None:
    """The times of t in seconds, where the axis is of times and their unit is known."""
    factor = _SECONDS.get(grid.dimension_unit or "")
    values = grid.dimension_values
    if grid.dimension not in TIMES or factor is None or values is None:
        return None
    times = np.asarray(values)
    if times.ndim != 1 or times.dtype.kind not in "fiu" or not np.isfinite(times).all():
        return None
    return times.astype(np.float64) * factor


def even_step(values: NDArray[np.float64] | None) -> float | None:
    """The step of evenly spaced values, within 1 %; None where they aren't, or there is one alone."""
    if values is None or len(values) < 2:
        return None
    gaps = np.diff(values)
    step = float(gaps.mean())
    if step <= 0 or np.abs(gaps - step).max() > 0.01 * step:
        return None
    return step
