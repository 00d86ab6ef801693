"""Frames on a grid by their positions: a segmentation's own grid, and exact places in another one.

In: the planes of frames. Out: `OwnGrid`, the least even grid that has a slice for each frame, and `Placement`, which
voxel of a grid each pixel of each frame is, where every one is exactly one: in other order, reversed, turned by right
angles or beyond the grid's edge too. What order frames have says nothing.
Standard: PS3.3 C.7.6.2.1.1, C.7.6.16.2.3 (Plane Position), C.8.20.2.4 (frames without anything may be left out).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dicom.errors import GeometryError
from dicom.volume.geometry.judgement import tolerance_of
from dicom.volume.geometry.order import arrange
from dicom.volume.geometry.policy import lay_out
from dicom.volume.grid import Grid

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.volume.planes import Planes

#: Slices that are present may all be so many steps apart.
_MOST_STEPS_APART = 8
_NAMED_DEFECTS = 4


class OwnGrid(NamedTuple):
    """The grid that frames make by themselves.

    Attributes
    ----------
    grid : Grid
    slice_of_frame : ndarray of intp, shape (n,)
        k of each frame.
    """

    grid: Grid
    slice_of_frame: NDArray[np.intp]


def own_grid(planes: Planes, frame_of_reference_uid: str | None, slice_spacing_mm: float | None = None) -> OwnGrid:
    """The grid of the frames of a segmentation.

    Frames of nothing may have been left out, so that slices without a frame may lie between the others. The step is
    Spacing Between Slices where positions are whole multiples of it; else the usual distance of slices where the others
    are multiples of that; else Slice Thickness, or the greatest part of the least distance of which all are multiples.

    Parameters
    ----------
    planes : Planes
        One row a frame; several frames may have one position.
    frame_of_reference_uid : str or None
    slice_spacing_mm : float, optional
        The step, instead.

    Raises
    ------
    GeometryError
        Positions, orientations or spacings are missing or make no grid. Its `report` has all that was found.
    """
    told = np.concatenate([planes.position, planes.orientation, planes.pixel_spacing], axis=1)
    # Rounding of the last digit is seen to below, for arranging takes planes nearly at one place as at one.
    _, first, place_of_frame = np.unique(told, axis=0, return_index=True, return_inverse=True)
    distinct = planes.take(first)
    refused: GeometryError | None = None
    for step in _steps(distinct) if slice_spacing_mm is None else [slice_spacing_mm]:
        try:
            stack = arrange(distinct, slice_spacing_mm=step)
            beside = [defect for defect in stack.report.defects if defect.kind == "side-by-side"]
            if beside:
                raise GeometryError(beside[0].message, report=stack.report)
            (layout,) = lay_out(stack, gaps="fill", tilt="keep", duplicates="first")
        except GeometryError as error:
            refused = refused or error
            continue
        places = np.concatenate([[0], np.cumsum(stack.steps)]).astype(np.intp)
        slices = np.empty(len(distinct), np.intp)
        slices[stack.order[0]] = places
        slices[stack.duplicates[:, 2]] = places[stack.duplicates[:, 1]]
        shape = (layout.slots.shape[1], int(planes.rows[0]), int(planes.columns[0]))
        return OwnGrid(Grid(layout.affine, shape, frame_of_reference_uid), slices[place_of_frame.ravel()])
    assert refused is not None
    raise GeometryError(_words(refused), report=refused.report) from None


def _words(refused: GeometryError) -> str:
    """Why frames make no grid, without the ways out that reading a series has."""
    if refused.report is None:
        return str(refused)
    messages = [defect.message for defect in refused.report.defects if defect.kind != "duplicate"]
    told = "; ".join(messages[:_NAMED_DEFECTS]) or str(refused)
    has_places = not any(defect.kind.startswith(("missing", "invalid")) for defect in refused.report.defects)
    way_out = "; on= puts them on the grid of a volume" if has_places else ""
    return f"the frames make no grid of their own: {told}{way_out}"


def _steps(planes: Planes) -> list[float | None]:
    """Steps to try, the likeliest first; None for the usual distance of the planes themselves."""
    spacing = _usual(planes.spacing_between_slices)
    thickness = _usual(planes.thickness)
    # Of two slices the distance says nothing about what lies between.
    tried: list[float | None] = [*thickness, None] if len(planes) == 2 else [None, *thickness]
    tried = [*spacing, *tried]
    orientation = planes.orientation[0]
    distances = np.sort(planes.position @ np.cross(orientation[:3], orientation[3:]))
    steps = np.diff(distances)
    steps = steps[steps > 0.01]
    if len(steps) and np.isfinite(steps).all():
        tried += [float(steps.min()) / parts for parts in range(1, _MOST_STEPS_APART + 1)]
    return tried


def _usual(column: NDArray[np.float64]) -> list[float]:
    """The one value that frames state, in mm; nothing where they state none or several."""
    told = np.unique(column[np.isfinite(column) & (column > 0)])
    return [float(told[0])] if len(told) and told[-1] - told[0] <= 1e-3 * told[0] else []


class Placement(NamedTuple):
    """Which voxel each pixel of each frame is.

    Attributes
    ----------
    first : ndarray of intp, shape (n, 3)
        Index (k, j, i) of the first pixel of each frame; outside of the grid too.
    down, across : (axis, sign)
        Along which axis of the array rows and columns count, and whether with it (1) or against it (-1).
    grid_shape : (k, j, i)
    rows, columns : int
        Of a frame.
    """

    first: NDArray[np.intp]
    down: tuple[int, int]
    across: tuple[int, int]
    grid_shape: tuple[int, int, int]
    rows: int
    columns: int

    @property
    def axis(self) -> int:
        """The axis of the array across the frames."""
        return 3 - self.down[0] - self.across[0]

    @property
    def slices(self) -> NDArray[np.intp]:
        """(n,): index along `axis` of each frame; -1 where nothing of it lies in the grid."""
        found = self.first[:, self.axis].copy()
        is_in = (found >= 0) & (found < self.grid_shape[self.axis])
        for (axis, sign), count in ((self.down, self.rows), (self.across, self.columns)):
            last = self.first[:, axis] + sign * (count - 1)
            low, high = np.minimum(self.first[:, axis], last), np.maximum(self.first[:, axis], last)
            is_in &= (high >= 0) & (low < self.grid_shape[axis])
        found[~is_in] = -1
        return found

    def plane(self, array: NDArray[Any], slice_index: int) -> NDArray[Any]:
        """A view of the array's plane at an index along `axis`: its axes are those of rows and columns."""
        view: NDArray[Any] = array.transpose(self.axis, self.down[0], self.across[0])[slice_index]
        return view

    def part(
        self, frame: int, row: int = 0, column: int = 0, shape: tuple[int, ...] | None = None
    ) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
        """Where a frame, or the part of it that begins at a row and a column, goes: slices of the plane, and of it.

        They are empty where nothing of it lies in the grid.
        """
        rows, columns = (self.rows, self.columns) if shape is None else shape
        origin = self.first[frame].tolist()
        down = _overlap(origin[self.down[0]] + self.down[1] * row, self.down, rows, self.grid_shape)
        across = _overlap(origin[self.across[0]] + self.across[1] * column, self.across, columns, self.grid_shape)
        return (down[0], across[0]), (down[1], across[1])


def _overlap(first: int, way: tuple[int, int], count: int, shape: tuple[int, int, int]) -> tuple[slice, slice]:
    """Indices of the grid in ascending order, and those of the frame that lie there."""
    axis, sign = way
    size = shape[axis]
    low, high = (first, first + count) if sign > 0 else (first - count + 1, first + 1)
    low, high = max(low, 0), min(high, size)
    if low >= high:
        return slice(0, 0), slice(0, 0)
    if sign > 0:
        return slice(low, high), slice(low - first, high - first)
    # From the pixel at `low` down to that at `high - 1`.
    return slice(low, high), slice(first - low, first - high if first >= high else None, -1)


def own_placement(own: OwnGrid) -> Placement:
    """The frames on the grid that they make themselves."""
    first = np.zeros((len(own.slice_of_frame), 3), np.intp)
    first[:, 0] = own.slice_of_frame
    _, rows, columns = own.grid.grid_shape
    return Placement(first, (1, 1), (2, 1), own.grid.grid_shape, rows, columns)


def exact_placement(planes: Planes, grid: Grid) -> Placement | None:
    """The frames on another grid; None where their pixels aren't its voxels.

    A pixel is a voxel where their centres are no farther apart than slices of a regular grid may be from their places:
    1 % of the step or 0.01 mm, whichever is more. That holds for each pixel of each frame, so that a frame that lies
    between slices has no place.

    Raises
    ------
    GeometryError
        A frame's position isn't known.
    """
    orientation, spacing = planes.orientation, planes.pixel_spacing
    if not (np.isfinite(planes.position).all() and np.isfinite(orientation).all() and np.isfinite(spacing).all()):
        return None
    inverse = np.linalg.inv(grid.affine[:3, :3])
    across_mm = orientation[:, :3] * spacing[:, 1:]
    down_mm = orientation[:, 3:] * spacing[:, :1]
    ways = []
    for steps in (down_mm, across_mm):
        in_voxels = steps[0] @ inverse.T
        axis = int(np.abs(in_voxels).argmax())
        ways.append((axis, 1 if in_voxels[axis] > 0 else -1))
    down, across = ways
    if down[0] == across[0]:
        return None
    rows, columns = int(planes.rows[0]), int(planes.columns[0])
    first = np.rint((planes.position - grid.affine[:3, 3]) @ inverse.T)
    if np.abs(first).max(initial=0.0) > 2.0**31:
        return None
    tolerance = tolerance_of(min(grid.spacing), None)
    # Frames are flat: where three corners are in their places, so is all between them.
    for row, column in ((0, 0), (rows - 1, 0), (0, columns - 1), (rows - 1, columns - 1)):
        index = first.copy()
        index[:, down[0]] += down[1] * row
        index[:, across[0]] += across[1] * column
        there = index @ grid.affine[:3, :3].T + grid.affine[:3, 3]
        here = planes.position + row * down_mm + column * across_mm
        if (np.linalg.norm(there - here, axis=1) > tolerance).any():
            return None
    return Placement(first.astype(np.intp), down, across, grid.grid_shape, rows, columns)
