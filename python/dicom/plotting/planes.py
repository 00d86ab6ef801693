"""Three planes of a volume, as they are shown: across each of its axes, upright, with their place in mm.

In: a volume (its array and affine) and a place. Out: `Plane`s whose values are views of the volume's. The planes are
the volume's own: of an oblique one they are oblique, and nothing is resampled. As radiologists look at them: the
patient's left at the right, head or front up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dicom.errors import GeometryError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import ArrayLike, NDArray

#: Of the turned volume, whose k, j and i grow to S, P and L: the axes across, down the rows and along them, and whether
#: the rows are shown upward.
_VIEWS = (("axial", 0, 1, 2, False), ("coronal", 1, 0, 2, True), ("sagittal", 2, 0, 1, True))
_LETTERS = (("L", "R"), ("P", "A"), ("S", "I"))


class Plane(NamedTuple):
    """One plane across an axis of a volume.

    Attributes
    ----------
    name : str
        ``"axial"``, ``"coronal"`` or ``"sagittal"``: which it is, or is nearest to.
    axis, slice_index : str, int
        The volume's axis that it is across, and where on that.
    oblique_degrees : float
        How far the plane's normal is from the patient's axis.
    values : ndarray, shape (rows, columns), or (rows, columns, 3) for colours
        A view.
    to_mm : ndarray, shape (2, 3)
        ``to_mm @ (row, column, 1)``: how far right and how far along `vertical` the pixel's centre lies, in mm from
        where the patient's coordinates begin.
    right, vertical : ndarray, shape (3,)
        Unit vectors, LPS: along which columns count up, and, at a right angle to it, on the side to which rows do.
    is_upward : bool
        Whether `vertical` is shown upward.
    row, column : int
        The pixel where the three planes meet.
    slab : Volume
        The plane as a volume of one slice, whose k, j and i grow as nearly as they can to S, P and L.
    """

    name: str
    axis: str
    slice_index: int
    oblique_degrees: float
    values: NDArray[Any]
    to_mm: NDArray[np.float64]
    right: NDArray[np.float64]
    vertical: NDArray[np.float64]
    is_upward: bool
    row: int
    column: int
    slab: Any

    @property
    def normal(self) -> NDArray[np.float64]:
        """Unit vector across the plane, LPS; with `right` and `vertical` a right-handed system."""
        return np.cross(self.right, self.vertical)

    @property
    def depth_mm(self) -> float:
        """How far along the normal the plane lies, from where the patient's coordinates begin."""
        return float(self.slab.affine[:3, 3] @ self.normal)

    @property
    def thickness_mm(self) -> float:
        """Distance from plane to plane, along the normal."""
        return float(np.abs(self.normal @ self.slab.affine[:3, :3]).max())

    def seen_from(self, points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How far right and along `vertical`, (n, 2), and how far before the plane, (n,), of (x, y, z) in mm."""
        places = np.stack([points @ self.right, points @ self.vertical], axis=-1)
        return places, points @ self.normal - self.depth_mm

    @property
    def is_slanted(self) -> bool:
        """Whether rows and columns aren't at right angles: of a volume with a tilt."""
        return bool(abs(self.to_mm[0, 0]) > 1e-4 * abs(self.to_mm[1, 0]))

    def mm_at(self, points: ArrayLike) -> NDArray[np.float64]:
        """How far right and along `vertical`, (..., 2), of (row, column), (..., 2)."""
        places: NDArray[np.float64] = np.asarray(points, np.float64) @ self.to_mm[:, :2].T + self.to_mm[:, 2]
        return places

    @property
    def bounds_mm(self) -> tuple[float, float, float, float]:
        """Left, right, least and greatest along `vertical`, at the pixels' outer edges."""
        rows, columns = self.values.shape[:2]
        corners = [[row, column] for row in (-0.5, rows - 0.5) for column in (-0.5, columns - 0.5)]
        places = self.mm_at(corners)
        low, high = places.min(axis=0), places.max(axis=0)
        return float(low[0]), float(high[0]), float(low[1]), float(high[1])


def three_planes(
    volume: Any, center_mm: Sequence[float] | None = None, index: Sequence[int] | None = None
) -> tuple[Plane, Plane, Plane]:
    """The axial, coronal and sagittal plane through a voxel, or those that are nearest to them.

    Parameters
    ----------
    volume : Volume
        Without an axis t.
    center_mm : (x, y, z), optional
        A position in mm, LPS: its voxel is meant.
    index : (k, j, i), optional
        A voxel; by default that in the middle.

    Raises
    ------
    GeometryError
        The place is none, or lies outside of the volume.
    """
    voxel = _voxel(volume, center_mm, index)
    turned = volume.reorient("LPS")
    there = np.rint(turned.mm_to_index(volume.index_to_mm(voxel))).astype(int)
    planes = []
    for name, across, down, along, is_upward in _VIEWS:
        steps = turned.affine[:3, :3]
        right = steps[:, along] / np.linalg.norm(steps[:, along])
        vertical = steps[:, down] - (steps[:, down] @ right) * right
        vertical = vertical / np.linalg.norm(vertical)
        origin = turned.affine[:3, 3] + steps[:, across] * there[across]
        flat = np.array([[steps[:, down] @ one, steps[:, along] @ one, origin @ one] for one in (right, vertical)])
        # What is 0 but for rounding is 0.
        flat[np.abs(flat) < 1e-9] = 0.0
        picked: list[Any] = [slice(None)] * 3
        picked[across] = slice(there[across], there[across] + 1)
        slab = turned[tuple(picked)]
        normal = np.cross(right, vertical)
        # Which axis of the volume goes across: along it alone the index changes.
        change = volume.mm_to_index(turned.affine[:3, 3] + steps[:, across]) - volume.mm_to_index(turned.affine[:3, 3])
        axis = int(np.argmax(np.abs(change)))
        planes.append(
            Plane(
                name,
                "kji"[axis],
                int(voxel[axis]),
                float(np.degrees(np.arccos(min(1.0, float(np.abs(normal).max()))))),
                slab.array.squeeze(across),
                flat,
                right,
                vertical,
                is_upward,
                int(there[down]),
                int(there[along]),
                slab,
            )
        )
    axial, coronal, sagittal = planes
    return axial, coronal, sagittal


def letters_of(direction: NDArray[np.float64]) -> str:
    """Where a direction leads, as Patient Orientation (0020,0020) says it: ``"L"``, or ``"LP"`` for between.

    The letter of the greatest part comes first; parts below a quarter (15 degrees) aren't said.
    """
    parts = np.argsort(-np.abs(direction), kind="stable")
    return "".join(_LETTERS[axis][0 if direction[axis] > 0 else 1] for axis in parts if abs(direction[axis]) > 0.26)


def _voxel(volume: Any, center_mm: Sequence[float] | None, index: Sequence[int] | None) -> NDArray[np.intp]:
    """(k, j, i)."""
    if center_mm is not None and index is not None:
        raise GeometryError("either center_mm or index says where")
    sizes = np.array(volume.grid_shape)
    if center_mm is not None:
        place = volume.mm_to_index(center_mm)
    else:
        place = np.asarray((sizes - 1) // 2 if index is None else index, np.float64)
    if place.shape != (3,) or not np.isfinite(place).all():
        raise GeometryError("a place is three numbers: x, y, z in mm, or k, j, i")
    voxel = np.rint(place)
    # A position between the outermost centres and the edges of their voxels is in these voxels.
    if (place < -0.5).any() or (place > sizes - 0.5).any():
        raise GeometryError(f"the place lies outside of the volume, whose (k, j, i) has {tuple(sizes.tolist())} voxels")
    held: NDArray[np.intp] = np.clip(voxel, 0, sizes - 1).astype(np.intp)
    return held
