"""Contours of a mask: what `StructureSet.from_masks` writes.

In: a mask volume, of truth values or of the part of each voxel that is inside. Out: `Contour`s in the planes of the
volume's slices, in mm. Standard: PS3.3 C.8.8.6.

Truth values are outlined along the edges of their voxels, a thousandth of a voxel inside: the area is that of the
voxels, and the mask comes back as it was when voxels are asked for by their centres. Parts of voxels are outlined where
they pass one half, interpolated between the centres, so that the outline is smooth and lies within a voxel's fraction
of where the region ended.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import GeometryError, MissingDependencyError, RegionError
from dicom.radiotherapy.contours.voxel_outlines import Outlines
from dicom.radiotherapy.roi import Contour

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.volume import Volume

#: How holes are written.
HOLES = ("keyhole", "separate", "xor")


def trace_mask(mask: Volume, *, holes: str = "keyhole", outline: str | None = None) -> list[Contour]:
    """The contours of a mask, slice by slice.

    Parameters
    ----------
    mask : Volume, (k, j, i)
        Of bool, or of floats from 0 to 1; missing values (NaN) are outside.
    holes : {"keyhole", "separate", "xor"}
        ``"keyhole"``: one contour with its holes, reached through channels of no width (PS3.3 C.8.8.6.3); readers that
        fill by even-odd, by winding number, or each contour by itself get it right alike. ``"separate"``: a contour
        for each hole, as CLOSED_PLANAR: right for those who fill all contours of a plane by even-odd; plastimatch
        fills the holes. ``"xor"``: the same as CLOSEDPLANAR_XOR, which says so; plastimatch leaves these out.
    outline : {"voxels", "level"}, optional
        Along the edges of voxels, or where the values pass one half. By default the first for truth values, the second
        for all others. The second needs contourpy.

    Returns
    -------
    list of Contour
        In the order of the slices; none of a mask that is empty.

    Raises
    ------
    RegionError
        The values are neither truth values nor parts of voxels.
    GeometryError
        The volume has an axis t or colours.
    MissingDependencyError
        contourpy isn't installed.
    """
    if holes not in HOLES:
        raise RegionError('holes is "keyhole", "separate" or "xor"')
    array = values_of_mask(mask)
    chosen = outline if outline is not None else "voxels" if array.dtype == bool else "level"
    if chosen not in ("voxels", "level"):
        raise RegionError('outline is "voxels" or "level"')
    is_inside = array if array.dtype == bool else array > 0.5
    kind = "CLOSEDPLANAR_XOR" if holes == "xor" else "CLOSED_PLANAR"
    contours = []
    for k in np.flatnonzero(is_inside.any(axis=(1, 2))).tolist():
        if chosen == "voxels":
            planes = _voxels(is_inside[k], holes == "keyhole")
        else:
            planes = _level(array[k], holes == "keyhole")
        for points in planes:
            index = np.column_stack([np.full(len(points), float(k)), points])
            contours.append(Contour(mask.index_to_mm(index), kind))
    return contours


def values_of_mask(mask: Volume) -> NDArray[Any]:
    """The array of a mask: truth values, or float32 from 0 to 1 without missing ones.

    Raises
    ------
    RegionError, GeometryError
        As for `trace_mask`.
    """
    if mask.dimension is not None or mask.is_color:
        raise GeometryError("a mask has the axes k, j and i only")
    array: NDArray[Any] = np.asarray(mask.array)
    if array.dtype == bool:
        return array
    if array.dtype.kind == "f":
        values: NDArray[Any] = np.nan_to_num(array, nan=0.0, posinf=np.inf, neginf=-np.inf).astype(
            np.float32, copy=False
        )
        low, high = float(values.min()), float(values.max())
    elif array.dtype.kind in "iu":
        low, high = float(array.min()), float(array.max())
        values = array.astype(bool) if high <= 1.0 else array
    else:
        raise RegionError(f"an array of {array.dtype} is no mask: truth values are, or floats from 0 to 1")
    if low < -1e-6 or high > 1.0 + 1e-6:
        raise RegionError(
            f"the values go from {low:g} to {high:g}, those of a mask from 0 to 1; of a label map, volume.array == "
            "number is the mask of a label"
        )
    return values


def _voxels(plane: NDArray[np.bool_], has_keyholes: bool) -> list[NDArray[np.float64]]:
    """Outlines in j and i along the edges of voxels."""
    rows, columns = (np.flatnonzero(plane.any(axis=axis)) for axis in (1, 0))
    top, left = int(rows[0]), int(columns[0])
    outlines = Outlines(plane[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1])
    found = outlines.joined() if has_keyholes else outlines.separate()
    return [np.add(points, (top, left)) for points in found]


def _level(plane: NDArray[Any], has_keyholes: bool) -> list[NDArray[np.float64]]:
    """Outlines in j and i where the values pass one half; beyond the grid they are 0."""
    try:
        from contourpy import FillType, contour_generator
    except ImportError as error:
        raise MissingDependencyError(
            "Outlines of parts of voxels need contourpy: pip install dicom-py[structures]"
        ) from error
    rows, columns = (np.flatnonzero((plane > 0).any(axis=axis)) for axis in (1, 0))
    first = int(rows[0]), int(columns[0])
    part = plane[first[0] : int(rows[-1]) + 1, first[1] : int(columns[-1]) + 1]
    padded = np.zeros((part.shape[0] + 2, part.shape[1] + 2))
    padded[1:-1, 1:-1] = part
    generator = contour_generator(z=padded, name="serial", fill_type=FillType.OuterOffset)
    filled: Any = generator.filled(0.5, 2.0)
    polygons, offsets = filled
    found: list[NDArray[np.float64]] = []
    for points, ends in zip(polygons, offsets, strict=True):
        # The first point stands at the end again; contourpy has x before y.
        parts = [points[a : b - 1, ::-1] - 1.0 + first for a, b in pairwise(ends.tolist())]
        parts = [part for part in parts if len(part) >= 3]
        if not parts:
            continue
        if has_keyholes:
            found.append(_with_keyholes(parts[0], parts[1:]))
        else:
            found += parts
    return found


def _with_keyholes(outer: NDArray[np.float64], holes: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """An outline and its holes, each reached from the left through a channel of no width."""
    for hole in sorted(holes, key=lambda points: float(points[:, 1].min())):
        first = int(np.argmin(hole[:, 1]))
        row, column = hole[first]
        begins, ends = outer, np.roll(outer, -1, axis=0)
        crosses = (begins[:, 0] > row) != (ends[:, 0] > row)
        with np.errstate(divide="ignore", invalid="ignore"):
            part = (row - begins[:, 0]) / (ends[:, 0] - begins[:, 0])
            at = np.where(crosses, begins[:, 1] + part * (ends[:, 1] - begins[:, 1]), np.inf)
        at[at > column] = -np.inf
        edge = int(np.argmax(at))
        door = np.array([[row, at[edge]]])
        ring = np.roll(hole, -first, axis=0)
        outer = np.concatenate([outer[: edge + 1], door, ring, ring[:1], door, outer[edge + 1 :]])
    return outer
