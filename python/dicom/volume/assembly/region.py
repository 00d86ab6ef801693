"""Regions: which slices, rows and columns of a volume are wanted.

In: slices as Python has them. Out: ranges of (k, j, i), and the affine of what is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.errors import GeometryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    #: Slices along (k, j, i); None for all of an axis.
    Region = tuple["slice | None", "slice | None", "slice | None"]
    Ranges = tuple[range, range, range]

_AXES = ("slices (k)", "rows (j)", "columns (i)")


def ranges_of(region: Region | None, grid_shape: Sequence[int]) -> Ranges:
    """The indices that a region leaves of each axis.

    Parameters
    ----------
    region : tuple of three slices or None
        As Python's slices: negative numbers count from the end, what lies beyond is left out. Steps are above zero, for
        reading turns nothing round (``volume[:, ::-1]`` does).
    grid_shape : (k, j, i)

    Raises
    ------
    GeometryError
        The region isn't three slices, goes backward, or is empty.
    """
    if region is None:
        region = (None, None, None)
    if not isinstance(region, tuple) or len(region) != 3 or not all(isinstance(one, slice | None) for one in region):
        raise GeometryError("region has to be three slices: (k, j, i); one slice is slice(k, k + 1)")
    found = []
    for axis, chosen, count in zip(_AXES, region, grid_shape, strict=True):
        try:
            chosen_range = range(count)[chosen or slice(None)]
        except (TypeError, ValueError):
            raise GeometryError(f"region: the slice of {axis} needs whole numbers, and a step of 1 or more") from None
        if chosen_range.step < 1:
            raise GeometryError(f"region: {axis} go backward; read them forward, and turn the volume by volume[...]")
        if not chosen_range:
            raise GeometryError(f"region: none of the {count} {axis} is left")
        found.append(chosen_range)
    k, j, i = found
    return k, j, i


def affine_of_ranges(affine: NDArray[np.float64], ranges: Ranges) -> NDArray[np.float64]:
    """The affine of what ranges of (k, j, i) leave: origin moved, steps made longer."""
    starts, steps = [one.start for one in ranges], [one.step for one in ranges]
    moved = affine.copy()
    moved[:3, 3] = (affine @ [*starts, 1.0])[:3]
    moved[:3, :3] = affine[:3, :3] * steps
    return moved
