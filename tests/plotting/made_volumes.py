"""Volumes of one made head, whose sides can be told apart, on any grid: for pictures that are looked at.

In patient space, mm: an ellipsoid with a nose to the front, a dense ball at the patient's left and a hole at the crown.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from dicom.volume import Volume
from tests.volume.made import rotation

OUTSIDE, SOFT, BONE, BALL, HOLE = -1000.0, 40.0, 700.0, 300.0, -150.0


def head(affine: np.ndarray, shape: tuple[int, int, int], **facts: Any) -> Volume:
    """The head, in HU, at the voxels of a grid."""
    grid = Volume(np.zeros(shape, np.uint8), affine)
    x, y, z = np.moveaxis(grid.index_to_mm(np.stack(np.indices(shape), axis=-1)), -1, 0)
    skull = (x / 70) ** 2 + (y / 90) ** 2 + (z / 80) ** 2
    nose = (x / 10) ** 2 + ((y + 92) / 16) ** 2 + ((z + 15) / 22) ** 2
    array = np.full(shape, OUTSIDE, np.float32)
    array[(skull < 1) | (nose < 1)] = SOFT
    array[(skull < 0.94) & (skull > 0.82)] = BONE
    array[(x - 38) ** 2 + (y - 10) ** 2 + z**2 < 14**2] = BALL
    array[x**2 + y**2 + (z - 52) ** 2 < 12**2] = HOLE
    return Volume(array, affine, **{"unit": "HU", "modality": "CT", **facts})


def centered(steps: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """An affine of these steps (columns: k, j, i) whose grid has its middle at the patient's zero."""
    affine = np.eye(4)
    affine[:3, :3] = steps
    affine[:3, 3] = -steps @ ((np.array(shape) - 1) / 2)
    return affine


AXIAL = np.array([[0, 0, 1.0], [0, 1.0, 0], [4.0, 0, 0]])
SAGITTAL = np.array([[-4.0, 0, 0], [0, 0, 1.2], [0, -1.2, 0]])
CORONAL = np.array([[0, 0, 1.5], [5.0, 0, 0], [0, -1.5, 0]])
TILTED = np.array([[0, 0, 1.0], [1.8, 1.0, 0], [4.0, 0, 0]])

#: Steps and shapes of grids that lie in the patient in all ways.
GRIDS = {
    "axial": (AXIAL, (45, 230, 180)),
    "sagittal": (SAGITTAL, (40, 160, 190)),
    "coronal": (CORONAL, (46, 120, 120)),
    "from the other side": (AXIAL * [-1, 1, -1], (45, 230, 180)),
    "oblique": (rotation((20.0, -10.0, 15.0)) @ AXIAL, (50, 250, 200)),
    "tilted": (TILTED, (45, 320, 180)),
}


def made(grid: str, **facts: Any) -> Volume:
    """The head on one of these grids."""
    volume = _made(grid)
    return Volume(volume.array.copy(), volume.affine, **{"unit": "HU", "modality": "CT", **facts})


@cache
def _made(grid: str) -> Volume:
    steps, shape = GRIDS[grid]
    return head(centered(steps, shape), shape)


def places(volume: Volume) -> np.ndarray:
    """(k, j, i, xyz): where the voxels lie, in mm."""
    return volume.index_to_mm(np.stack(np.indices(volume.grid_shape), axis=-1))


def ball(volume: Volume, center: tuple[float, float, float], radius: float) -> Volume:
    """A mask on the volume's grid: the voxels whose middles are within a ball."""
    return volume.with_array(((places(volume) - center) ** 2).sum(axis=-1) < radius**2)


def uptake(center: tuple[float, float, float] = (38.0, 10.0, 0.0)) -> Volume:
    """SUV on a coarse grid of its own, whose k goes the other way: 9 in the middle of a blob."""
    steps, shape = np.array([[0, 0, -3.5], [0, 3.5, 0], [5.0, 0, 0]]), (40, 70, 60)
    grid = Volume(np.zeros(shape, np.uint8), centered(steps, shape))
    distance = ((places(grid) - center) ** 2).sum(axis=-1)
    values = (9.0 * np.exp(-distance / 288.0)).astype(np.float32)
    return Volume(values, grid.affine, unit="g/ml{SUVbw}", quantity="SUVbw", modality="PT")


def plane_places(plane: Any) -> np.ndarray:
    """(row, column, xyz): where the pixels of a plane lie, in mm."""
    flat = plane.mm_at(np.moveaxis(np.indices(plane.values.shape[:2]), 0, -1))
    return in_space(plane, flat)


def in_space(plane: Any, flat: np.ndarray) -> np.ndarray:
    """(..., xyz) of what is drawn at (..., 2) on a plane's axes."""
    right, vertical = flat[..., :1] * plane.right, flat[..., 1:] * plane.vertical
    return right + vertical + plane.depth_mm * plane.normal
