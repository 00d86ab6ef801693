"""Turn a volume's axes so that they grow in other directions; its voxels stay where they are.

In: a `Volume` and three letters, or the name of a plane. Out: a `Volume` whose array is a view of the other's, with
axes exchanged and reversed. Nothing is resampled: the axes of an oblique volume stay oblique.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.volume.operations.crop import take
from dicom.volume.space import AXES, axes_of_patient, senses_of

if TYPE_CHECKING:
    from dicom.volume.volume import Volume


def reorient(volume: Volume, orientation: str) -> Volume:
    """The volume with k, j and i along the patient's axes that the letters name, as near as they are.

    Raises
    ------
    GeometryError
        Not three letters of the three axes, nor the name of a plane.
    """
    wanted = senses_of(orientation)
    here = axes_of_patient(volume.affine)
    turned = permuted(volume, [here.index(axis) for axis, _ in wanted])
    flips = [turned.affine[axis, n] * sense < 0 for n, (axis, sense) in enumerate(wanted)]
    if not any(flips):
        return turned
    return take(turned, (Ellipsis, *(slice(None, None, -1 if flip else None) for flip in flips)))


def permuted(volume: Volume, order: list[int]) -> Volume:
    """The volume whose k, j and i are the axes of these numbers of the other."""
    first = 0 if volume.dimension is None else 1
    axes = [*range(first), *(first + axis for axis in order), *range(first + 3, volume.array.ndim)]
    affine = volume.affine[:, [*order, 3]]
    slices = AXES[order.index(AXES.index(volume.sources_axis))]
    return volume._like(np.transpose(volume.array, axes), affine, sources_axis=slices)
