"""Volumes made by code whose voxels hold the place where they lie, so that each can be asked whether it was moved."""

from __future__ import annotations

import numpy as np

from dicom.volume import Volume
from tests.volume.made import grid_affine

#: An axial, a sagittal and an oblique grid, and one whose step from slice to slice isn't along the normal.
AFFINES = {
    "axial": grid_affine(),
    "sagittal": np.array([[-3.0, 0, 0, 45], [0, 0, 0.9, -100], [0, -0.9, 0, 80], [0, 0, 0, 1]]),
    "oblique": grid_affine(angles=(25.0, -15.0, 40.0)),
    "tilted": grid_affine() + np.array([[0, 0, 0, 0], [0.6, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]),
}


def indices(volume: Volume) -> np.ndarray:
    """(k, j, i) of each voxel: (k, j, i, 3)."""
    return np.stack(np.indices(volume.grid_shape), axis=-1)


def position_volume(affine: np.ndarray, shape: tuple[int, int, int] = (5, 6, 7), number_of_t: int = 0) -> Volume:
    """A volume whose "colours" are the x, y and z of each voxel, plus 1000 for each t."""
    empty = Volume(np.zeros(shape), affine)
    array = empty.index_to_mm(indices(empty))
    if number_of_t:
        array = array + 1000.0 * np.arange(number_of_t).reshape(-1, 1, 1, 1, 1)
    return Volume(
        array,
        affine,
        is_color=True,
        dimension="time" if number_of_t else None,
        dimension_values=np.arange(number_of_t) * 1000.0 if number_of_t else None,
        dimension_unit="ms" if number_of_t else None,
        unit="mm",
        modality="OT",
        frame_of_reference_uid="1.2.3",
        sources=MadeSources(np.indices((max(1, number_of_t), shape[0])).transpose(1, 2, 0)),
    )


def assert_in_place(volume: Volume) -> None:
    """Each voxel lies where it says that it lies, and each t is the one that it says."""
    there = volume.index_to_mm(indices(volume))
    if volume.dimension is None:
        there = there + 1000.0 * np.rint((volume.array - there).flat[0] / 1000.0)
    else:
        there = there[None] + volume.dimension_values.reshape(-1, 1, 1, 1, 1)
    np.testing.assert_allclose(volume.array, there, rtol=0, atol=1e-9)


class MadeSources:
    """What `Volume` asks of its sources: the (t, k) that each slice was before."""

    def __init__(self, origins: np.ndarray) -> None:
        self.origins = origins

    def take(self, k_indices: np.ndarray, t_indices: np.ndarray | None = None) -> MadeSources:
        """The sources of these slices, of these time points."""
        chosen = self.origins if t_indices is None else self.origins[t_indices]
        return MadeSources(chosen[:, k_indices])
