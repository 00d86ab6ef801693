"""Segments made by code: organs that each lie in a part of the slices and of each slice, as a program that segments all
of a CT gives them; and what describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.segmentation.segment import Segment
from dicom.sr import codes

if TYPE_CHECKING:
    from numpy.typing import NDArray


def organs(count: int) -> list[Segment]:
    """Descriptions of so many segments, without numbers: they are 1, 2, ... in this order."""
    return [
        Segment(
            f"Organ {number}",
            property_category=codes.SCT.Organ,
            property_type=codes.SCT.Liver,
            algorithm_type="AUTOMATIC",
            algorithm_name="made",
        )
        for number in range(1, count + 1)
    ]


def label_map(
    count: int = 98, shape: tuple[int, int, int] = (300, 512, 512), *, everywhere: bool = False
) -> NDArray[np.uint8]:
    """A label map (k, j, i) of so many segments, each of one voxel at least.

    Each is an ellipsoid through a tenth to a third of the slices, at a place drawn with a fixed seed; later ones lie
    over earlier ones. With `everywhere` each has a voxel in each slice, so that no frame is empty.
    """
    chance = np.random.default_rng(98)
    made = np.zeros(shape, np.uint8)
    for number in range(1, count + 1):
        center = [int(chance.integers(0, extent)) for extent in shape]
        radii = [max(1, int(extent * chance.uniform(0.05, 0.16))) for extent in shape]
        starts = [max(0, c - r) for c, r in zip(center, radii, strict=True)]
        part = made[tuple(slice(start, c + r + 1) for start, c, r in zip(starts, center, radii, strict=True))]
        distance = np.zeros(part.shape)
        for axis, (start, c, r) in enumerate(zip(starts, center, radii, strict=True)):
            along = ((np.arange(start, start + part.shape[axis]) - c) / (r + 0.5)) ** 2
            distance += along.reshape([-1 if other == axis else 1 for other in range(3)])
        part[distance <= 1] = number
    # Voxels that no other segment takes: the first ones of the first row.
    made[slice(None) if everywhere else slice(0, 1), 0, :count] = np.arange(1, count + 1)
    return made
