"""Values of another volume at the pixels of a plane, wherever its voxels lie.

In: a volume and a `Plane`. Out: an array of the plane's rows and columns, or of finer ones. Only what lies around the
plane is resampled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dicom.errors import GeometryError

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.plotting.planes import Plane

#: Pixels that a plane is divided into, at most.
_FINEST = 1 << 22
#: Voxels around the plane that an interpolation looks at.
_MARGIN = 3


class PlaneGrid(NamedTuple):
    """A plane's pixels, divided into smaller ones, as a grid of one slice."""

    affine: NDArray[np.float64]
    grid_shape: tuple[int, int, int]
    frame_of_reference_uid: str | None


def check_frame_of_reference(one: str | None, other: str | None, what: str) -> None:
    """Raise GeometryError where both are known and differ.

    Raises
    ------
    GeometryError
        They differ.
    """
    if one is not None and other is not None and one != other:
        raise GeometryError(
            f"Frame of Reference UID (0020,0052): {what} and the volume have different ones, so that their coordinates "
            "have nothing to do with each other",
            tag=0x00200052,
        )


def division_for(volume: Any, plane: Plane) -> tuple[int, int]:
    """Into how many parts each pixel's height and width are divided, so that no voxel of a volume is skipped."""
    parts = []
    for pixels in (0, 1):
        step = plane.to_mm[0, pixels] * plane.right + plane.to_mm[1, pixels] * plane.vertical
        there = volume.mm_to_index(np.stack([np.zeros(3), step]))
        crossed = float(np.abs(there[1] - there[0]).max())
        parts.append(int(np.clip(np.ceil(crossed - 1e-3), 1, 16)))
    rows, columns = plane.values.shape[:2]
    while max(parts) > 1 and rows * parts[0] * columns * parts[1] > _FINEST:
        parts[int(np.argmax(parts))] -= 1
    return parts[0], parts[1]


def on_plane(volume: Any, plane: Plane, order: int, division: tuple[int, int] = (1, 1)) -> NDArray[Any] | None:
    """The values at the plane's pixels.

    Parameters
    ----------
    volume : Volume
        Without an axis t, in the frame of reference of the plane's.
    plane : Plane
    order : int
        0 for the nearest voxel, 1 for linear interpolation. Outside of the volume is 0 in order 0, else NaN.
    division : (rows, columns)
        Into how many parts each pixel is divided.

    Returns
    -------
    ndarray, shape (rows * division[0], columns * division[1]), or None
        None where the plane meets no voxel of the volume.
    """
    grid, across = _grid(plane, division)
    sizes = np.array(volume.grid_shape)
    last = np.array(grid.grid_shape) - 1
    corners = np.array([[k, j, i] for k in (0, last[0]) for j in (0, last[1]) for i in (0, last[2])], np.float64)
    places = volume.mm_to_index(corners @ grid.affine[:3, :3].T + grid.affine[:3, 3])
    low, high = places.min(axis=0), places.max(axis=0)
    if (high < -0.5 - 1e-6).any() or (low > sizes - 0.5 + 1e-6).any():
        return None
    first = np.clip(np.floor(low).astype(int) - _MARGIN, 0, sizes - 1)
    end = np.clip(np.ceil(high).astype(int) + _MARGIN + 1, 1, sizes)
    part = volume[tuple(slice(int(one), int(two)) for one, two in zip(first, end, strict=True))]
    sampled = part.resample_to(grid, order=order, fill=0 if order == 0 else np.nan, ignore_frame_of_reference=True)
    values: NDArray[Any] = sampled.array.squeeze(across)
    return values


def _grid(plane: Plane, division: tuple[int, int]) -> tuple[PlaneGrid, int]:
    """The grid of a plane's parts, and the axis across it."""
    slab = plane.slab
    across = int(np.argmax(np.abs(plane.normal @ slab.affine[:3, :3])))
    parts = np.insert(np.array(division), across, 1)
    affine = slab.affine.copy()
    affine[:3, :3] /= parts
    # The first part's middle lies before that of its pixel.
    affine[:3, 3] += slab.affine[:3, :3] @ (0.5 / parts - 0.5)
    k, j, i = (int(size) for size in np.array(slab.grid_shape) * parts)
    return PlaneGrid(affine, (k, j, i), slab.frame_of_reference_uid), across
