"""Affines of grids: from array index (k, j, i) to patient position in mm, LPS, and back.

In: affines (4, 4) as a `Volume` has them, points and index ranges. Out: points, affines of other grids, and the letters
of the directions in which the axes grow. Standard: PS3.3 C.7.6.1.1.1 (the letters), C.7.6.2.1.1 (the affine).
"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import GeometryError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import ArrayLike, NDArray

#: Names of the axes of space, in the order of the array.
AXES = ("k", "j", "i")
#: Of x, y and z, LPS: the letter of growing and of falling coordinates.
_LETTERS = (("L", "R"), ("P", "A"), ("S", "I"))
#: Which coordinate a letter is about, and in which sense.
_SENSES = {letter: (axis, 1 - 2 * n) for axis, pair in enumerate(_LETTERS) for n, letter in enumerate(pair)}
#: In which directions i, j and k grow when a plane is looked at as radiologists do; k = row x column direction.
_PLANES = {"axial": "LPS", "coronal": "LIP", "sagittal": "PIR"}


def to_mm(affine: NDArray[np.float64], points: ArrayLike) -> NDArray[np.float64]:
    """Positions (..., 3) in mm, LPS, of indices (..., 3) in the order k, j, i."""
    indices = _points(points, "indices (k, j, i)")
    positions: NDArray[np.float64] = indices @ affine[:3, :3].T + affine[:3, 3]
    return positions


def to_index(affine: NDArray[np.float64], points: ArrayLike) -> NDArray[np.float64]:
    """Indices (..., 3) in the order k, j, i, with fractions, of positions (..., 3) in mm, LPS."""
    positions = _points(points, "positions (x, y, z)")
    # The origin is taken off first: it's large beside a step, and the inverse would be multiplied with it.
    indices: NDArray[np.float64] = (positions - affine[:3, 3]) @ np.linalg.inv(affine[:3, :3]).T
    return indices


def sub_grid(affine: NDArray[np.float64], starts: Sequence[float], steps: Sequence[float]) -> NDArray[np.float64]:
    """The affine of a grid that begins at the voxel `starts` of this one and goes by `steps` of its voxels."""
    made = affine.copy()
    made[:3, 3] = to_mm(affine, starts)
    made[:3, :3] = affine[:3, :3] * np.asarray(steps, np.float64)
    return made


def axes_of_patient(affine: NDArray[np.float64]) -> tuple[int, int, int]:
    """For k, j and i the patient's axis (0 for x, 1 for y, 2 for z) that each goes along, each axis once.

    Of the six ways that with the most of the directions along the axes; for an oblique grid the nearest.
    """
    steps = affine[:3, :3]
    parts = np.abs(steps / np.linalg.norm(steps, axis=0))
    best = max(permutations(range(3)), key=lambda order: float(sum(parts[order[n], n] for n in range(3))))
    return best[0], best[1], best[2]


def letters(affine: NDArray[np.float64]) -> str:
    """The directions in which i, j and k grow, in this order, to the nearest of the patient's axes: ``"LPS"``."""
    found = ""
    for array_axis, patient_axis in reversed(list(enumerate(axes_of_patient(affine)))):
        found += _LETTERS[patient_axis][0 if affine[patient_axis, array_axis] > 0 else 1]
    return found


def senses_of(orientation: str) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    """What three letters, or the name of a plane, ask of k, j and i: (the patient's axis, 1 or -1).

    Raises
    ------
    GeometryError
        Not three letters of the three axes, nor the name of a plane.
    """
    word = _PLANES.get(orientation.lower(), orientation.upper())
    asked = [_SENSES.get(letter) for letter in word]
    i, j, k = asked if len(asked) == 3 else (None, None, None)
    if i is None or j is None or k is None or len({i[0], j[0], k[0]}) != 3:
        raise GeometryError(
            "an orientation is three letters, one each of L or R, P or A, S or I, for the directions in which i, j and "
            'k grow, as in "RAS"; or "axial", "coronal" or "sagittal"'
        )
    return k, j, i


def axis_number(affine: NDArray[np.float64], axis: str) -> int:
    """0, 1 or 2 for the axis k, j or i, or for the one across the axial, coronal or sagittal planes.

    Raises
    ------
    GeometryError
        No axis has this name.
    """
    if axis in AXES:
        return AXES.index(axis)
    if axis in _PLANES:
        return axes_of_patient(affine).index(senses_of(axis)[0][0])
    raise GeometryError('an axis is "k", "j" or "i", or that across the "axial", "coronal" or "sagittal" planes')


def corners(affine: NDArray[np.float64], grid_shape: Sequence[int], margin: float = 0.0) -> NDArray[np.float64]:
    """The eight corners (8, 3) of a grid in mm, LPS: centres of voxels, or `margin` voxels farther out."""
    ends = [(-margin, size - 1 + margin) for size in grid_shape]
    return to_mm(affine, [[k, j, i] for k in ends[0] for j in ends[1] for i in ends[2]])


def greatest_distance(one: NDArray[np.float64], other: NDArray[np.float64], grid_shape: Sequence[int]) -> float:
    """By how many mm the voxels of two grids of one shape lie apart at most.

    The distance is a convex function of the index, so that it is greatest at a corner.
    """
    return float(np.linalg.norm(corners(one, grid_shape) - corners(other, grid_shape), axis=1).max())


def _points(points: ArrayLike, what: str) -> NDArray[Any]:
    array = np.asarray(points, np.float64)
    if array.ndim == 0 or array.shape[-1] != 3:
        raise GeometryError(f"{what} are arrays whose last axis has 3 numbers, not of shape {array.shape}")
    return array
