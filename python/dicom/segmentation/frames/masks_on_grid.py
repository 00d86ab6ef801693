"""Masks on a grid: the frames of one segment put where they lie, and masks put onto voxels that aren't its pixels.

In: frames and their places; or a mask and another grid. Out: arrays (k, j, i). Standard: PS3.3 C.8.20.2.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import GeometryError
from dicom.pixels.threads import run_in_threads
from dicom.segmentation.frames.on_grid import exact_placement
from dicom.volume.grid import ensure_grid

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.io.progress import Progress
    from dicom.segmentation.frames.frames import Frames
    from dicom.segmentation.frames.on_grid import Placement
    from dicom.volume.grid import Grid
    from dicom.volume.volume import Volume

_OUTSIDE = "all frames of the segmentation lie outside of the grid"


def mask_array(frames: Frames, number: int, placement: Placement, threads: int, tell: Progress) -> NDArray[Any]:
    """The mask of a segment on a grid of which each pixel is a voxel: bool, or float32 of fractions.

    Parameters
    ----------
    frames : Frames
    number : int
        Of the segment.
    placement : Placement
    threads : int
    tell : callable
        Called with (frames done, frames in all).

    Raises
    ------
    RegionError
        Two frames of the segment lie at one place, or values are no fractions.
    """
    array = np.zeros(placement.grid_shape, frames.dtype)
    chosen = frames.of_segment(number)
    slices = placement.slices[chosen]
    chosen, slices = chosen[slices >= 0], slices[slices >= 0]
    frames.ensure_apart(chosen, slices)
    # Several threads take the next number, each number once.
    done = count(1)

    def put(n: int) -> None:
        target, own = placement.part(int(chosen[n]))
        frames.put(int(chosen[n]), number, placement.plane(array, int(slices[n]))[target], *own)
        tell(next(done), len(chosen))

    run_in_threads(put, range(len(chosen)), threads)
    return array


def exactly_placed(frames: Frames, grid: Grid) -> Placement | None:
    """Where frames lie on a grid; None where their pixels aren't its voxels.

    Raises
    ------
    GeometryError
        They are tiles of a slide, or all of them lie outside.
    """
    frames.check_places()
    placement = exact_placement(frames.planes, grid)
    if placement is not None and (placement.slices < 0).all():
        raise GeometryError(_OUTSIDE)
    return placement


def resampled(made: Volume, grid: Grid, workers: int | None) -> NDArray[Any]:
    """A mask or label map on another grid: the nearest value, of fractions the linear interpolation; 0 outside.

    Raises
    ------
    GeometryError
        They have no voxel in common.
    """
    if not _meet(made, grid):
        raise GeometryError(_OUTSIDE)
    order = 1 if made.array.dtype.kind == "f" else 0
    return made.resample_to(grid, order=order, fill=0, workers=workers, ignore_frame_of_reference=True).array


def check_reference(own: str | None, grid: Grid, ignore: bool) -> None:
    """Refuse a grid that is known to be relative to something else."""
    ensure_grid(grid)
    other = grid.frame_of_reference_uid
    if not ignore and own is not None and other is not None and own != other:
        raise GeometryError(
            "Frame of Reference UID (0020,0052) of the segmentation is another than that of the grid: positions "
            "can't be compared; ignore_frame_of_reference=True does it all the same",
            tag=0x00200052,
        )


def _meet(volume: Volume, grid: Grid) -> bool:
    """Whether the box of a grid reaches into a volume, in indices of the volume."""
    corners = np.array([[k, j, i] for k in (0, 1) for j in (0, 1) for i in (0, 1)], float)
    index = volume.mm_to_index(grid.index_to_mm(corners * (np.array(grid.grid_shape) - 1)))
    reach = np.array(volume.grid_shape) - 0.5
    return bool(((index.max(axis=0) >= -0.5) & (index.min(axis=0) <= reach)).all())
