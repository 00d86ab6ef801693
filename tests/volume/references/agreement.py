"""Whether two volumes are one: the same values at the same places of the patient, whichever way their axes run.

In: arrays (k, j, i) or (t, k, j, i), with affines from array index to LPS in mm. Out: how far the corners lie apart,
and how far the values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tests.volume.made import corners_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: How far corners may lie apart.
CORNERS_MM = 0.01


class Agreement(NamedTuple):
    """How far another volume is from ours."""

    #: The largest distance of a corner; infinite where the axes can't be brought to cover each other.
    corners_mm: float
    #: The largest difference of a value, in parts of the largest value; infinite where shapes differ.
    values: float
    #: Which of our axes each axis of the other is, and whether it runs the other way: ``"k j- i"``.
    axes: str


def axes_onto(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> list[tuple[int, bool]]:
    """For each of our axes (k, j, i): the axis of theirs that runs along it, and whether it runs the other way."""
    cosines = (ours[:3, :3] / np.linalg.norm(ours[:3, :3], axis=0)).T @ (
        theirs[:3, :3] / np.linalg.norm(theirs[:3, :3], axis=0)
    )
    chosen = np.abs(cosines).argmax(axis=1)
    return [(int(axis), bool(cosines[row, axis] < 0)) for row, axis in enumerate(chosen)]


def brought_onto(
    affine: NDArray[np.float64], array: NDArray[Any], axes: list[tuple[int, bool]]
) -> tuple[NDArray[np.float64], NDArray[Any]]:
    """A volume with its axes in another order and direction; each voxel stays where it is."""
    extra = array.ndim - 3
    turned = array.transpose([*range(extra), *(extra + axis for axis, _ in axes)])
    moved = affine.copy()
    moved[:3, :3] = affine[:3, [axis for axis, _ in axes]]
    for place, (_, backward) in enumerate(axes):
        if backward:
            moved[:3, 3] += moved[:3, place] * (turned.shape[extra + place] - 1)
            moved[:3, place] *= -1
            turned = np.flip(turned, extra + place)
    return moved, turned


def agreement(
    array: NDArray[Any], affine: NDArray[np.float64], other_array: NDArray[Any], other_affine: NDArray[np.float64]
) -> Agreement:
    """How far another volume is from ours."""
    axes = axes_onto(affine, other_affine)
    words = " ".join("kji"[axis] + ("-" if backward else "") for axis, backward in axes)
    if sorted(axis for axis, _ in axes) != [0, 1, 2]:
        return Agreement(np.inf, np.inf, words)
    moved, turned = brought_onto(other_affine, other_array, axes)
    if turned.shape != array.shape:
        return Agreement(np.inf, np.inf, words)
    k, j, i = array.shape[-3:]
    apart = np.linalg.norm(corners_of(affine, (k, j, i)) - corners_of(moved, (k, j, i)), axis=1).max()
    ours = array.astype(np.float64)
    scale = max(float(np.abs(ours).max()), 1e-30)
    return Agreement(float(apart), float(np.abs(ours - turned).max() / scale), words)
