"""Volumes of one made head, whose sides can be told apart, on any grid: for pictures that are looked at.

In patient space, mm: an ellipsoid with a nose to the front, a dense ball at the patient's left and a hole at the crown.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dicom.volume import Volume

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
