"""Label maps: one number a voxel, that of its segment.

In: the frames of a segmentation and their places on a grid. Out: an array of whole numbers, 0 where there is no
segment. One frame after the other is put in, so that the masks of all segments are never in memory together.
Standard: PS3.3 C.8.20.2.3 (Segmentation Type).
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import RegionError
from dicom.pixels.threads import run_in_threads

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.io.progress import Progress
    from dicom.segmentation.frames.frames import Frames
    from dicom.segmentation.frames.on_grid import Placement

#: What is done where a voxel is of several segments.
OVERLAPS = ("raise", "first", "last")


def label_map_array(
    frames: Frames,
    numbers: list[int],
    placement: Placement,
    *,
    overlap: str,
    threshold: float,
    threads: int,
    tell: Progress,
) -> NDArray[Any]:
    """The label map of frames on the grid that they were placed on.

    Parameters
    ----------
    frames : Frames
    numbers : list of int
        Of all segments, in the order in which they are put in.
    placement : Placement
    overlap : {"raise", "first", "last"}
    threshold : float
        Fractions from it on are of the segment.
    threads : int
    tell : callable
        Called with (slices done, slices in all).

    Returns
    -------
    ndarray of uint8 or uint16, shape (k, j, i)

    Raises
    ------
    RegionError
        Segments overlap, frames are of segments that aren't described, or two frames contradict each other.
    """
    if overlap not in OVERLAPS:
        raise RegionError(f"overlap= is one of {', '.join(map(repr, OVERLAPS))}")
    if not 0 < threshold <= 1:
        raise RegionError("threshold= is a fraction above 0, 1 at most")
    chosen = _in_order(frames, numbers)
    array = np.zeros(placement.grid_shape, frames.label_dtype(numbers))
    slices = placement.slices[chosen]
    chosen, slices = chosen[slices >= 0], slices[slices >= 0]
    frames.ensure_apart(chosen, slices)
    # A slice is the work of one thread: its segments are put in one after the other.
    by_slice = np.argsort(slices, kind="stable")
    bounds = np.flatnonzero(np.diff(slices[by_slice], prepend=-1, append=-1))
    # Several threads take the next number, each number once.
    done = count(1)

    def fill(n: int) -> None:
        for at in by_slice[bounds[n] : bounds[n + 1]].tolist():
            _put(frames, int(chosen[at]), placement, placement.plane(array, int(slices[at])), overlap, threshold)
        tell(next(done), len(bounds) - 1)

    run_in_threads(fill, range(len(bounds) - 1), threads)
    return array


def _in_order(frames: Frames, numbers: list[int]) -> NDArray[np.intp]:
    """The frames in the order of their segments."""
    if frames.type == "LABELMAP":
        return frames.of_segment(0)
    described = np.isin(frames.segment, numbers)
    if not described.all():
        unknown = sorted(set(frames.segment[~described].tolist()))
        raise RegionError(
            f"{int((~described).sum())} frame(s) are of segments that Segment Sequence (0062,0002) doesn't describe; "
            f"the first number is {unknown[0]}",
            tag=0x00620002,
        )
    return np.concatenate([frames.of_segment(number) for number in numbers])


def _put(frames: Frames, frame: int, placement: Placement, plane: NDArray[Any], overlap: str, threshold: float) -> None:
    if frames.type == "LABELMAP":
        target, own = placement.part(frame)
        plane[target] = frames.stored(frame)[own]
        return
    row, column, mask = frames.marked(frame, threshold)
    if not len(mask):
        return
    target, own = placement.part(frame, row, column, mask.shape)
    part, there = mask[own], plane[target]
    number = frames.segment[frame]
    if overlap != "last":
        taken = there != 0
        if overlap == "first":
            part = part & ~taken
        elif (part & taken).any():
            other = int(there[part & taken][0])
            raise RegionError(
                f"segments {other} and {number} have voxels in common: overlap='first' or 'last' says which of them "
                "counts, in the order of Segment Sequence (0062,0002)"
            )
    np.copyto(there, plane.dtype.type(number), where=part)
