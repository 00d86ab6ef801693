"""`Grid`: where voxels lie in the patient, without their values.

In: an affine and a shape. Out: places and indices, the size and the directions of voxels, and whether two grids are the
same. Standard: PS3.3 C.7.6.2.1.1 (the affine), C.7.6.1.1.1 (the letters).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import GeometryError
from dicom.volume import space

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import ArrayLike, NDArray


class Grid:
    """A regular grid in patient space: of a `Volume`, or one that a volume is to be resampled onto.

    Parameters
    ----------
    affine : array_like, shape (4, 4)
        ``affine @ (k, j, i, 1)`` is ``(x, y, z, 1)``: the centre of a voxel in mm, LPS.
    grid_shape : (k, j, i)
        How many slices, rows and columns.
    frame_of_reference_uid : str, optional
        What the positions are relative to; None where it isn't known.

    Attributes
    ----------
    affine : ndarray of float64, shape (4, 4)
        A copy, which can't be changed.

    Raises
    ------
    GeometryError
        The affine isn't one, or there is no voxel.
    """

    affine: NDArray[np.float64]

    def __init__(self, affine: ArrayLike, grid_shape: Sequence[int], frame_of_reference_uid: str | None = None) -> None:
        matrix = np.array(affine, np.float64)
        if matrix.shape != (4, 4) or not np.isfinite(matrix).all() or abs(np.linalg.det(matrix[:3, :3])) < 1e-12:
            raise GeometryError("an affine is a matrix of (4, 4) finite numbers whose three steps span space")
        if not np.array_equal(matrix[3], (0.0, 0.0, 0.0, 1.0)):
            raise GeometryError("the last row of an affine is 0, 0, 0, 1")
        k, j, i = grid_shape
        if min(k, j, i) < 1:
            raise GeometryError("a grid without voxels is none")
        matrix.setflags(write=False)
        self.affine = matrix
        self._grid_shape = (int(k), int(j), int(i))
        self.frame_of_reference_uid = frame_of_reference_uid

    @property
    def grid_shape(self) -> tuple[int, int, int]:
        """(k, j, i): how many slices, rows and columns."""
        return self._grid_shape

    @property
    def spacing(self) -> tuple[float, float, float]:
        """Distance from voxel to voxel along k, j and i, in mm."""
        k, j, i = np.linalg.norm(self.affine[:3, :3], axis=0)
        return float(k), float(j), float(i)

    @property
    def direction(self) -> NDArray[np.float64]:
        """Unit vectors in which k, j and i grow, as the columns of a (3, 3) matrix; LPS."""
        steps: NDArray[np.float64] = self.affine[:3, :3]
        directions: NDArray[np.float64] = steps / np.linalg.norm(steps, axis=0)
        return directions

    @property
    def origin(self) -> NDArray[np.float64]:
        """(x, y, z) of the centre of voxel (0, 0, 0), in mm, LPS."""
        return self.affine[:3, 3].copy()

    @property
    def center(self) -> NDArray[np.float64]:
        """(x, y, z) of the middle of the grid, in mm, LPS."""
        return self.index_to_mm([(size - 1) / 2 for size in self.grid_shape])

    @property
    def voxel_volume(self) -> float:
        """Of one voxel, in mm³; of a tilted grid too."""
        return float(abs(np.linalg.det(self.affine[:3, :3])))

    @property
    def orientation(self) -> str:
        """The directions in which i, j and k grow, in this order, to the nearest of the patient's: ``"LPS"``.

        The letters are those of PS3.3 C.7.6.1.1.1 (with S and I for head and feet), and those that nibabel and
        SimpleITK use; as there, the first letter is of the axis that changes fastest, which is the array's last.
        """
        return space.letters(self.affine)

    def index_to_mm(self, points: ArrayLike) -> NDArray[np.float64]:
        """Positions in the patient of indices.

        Parameters
        ----------
        points : array_like, shape (..., 3)
            Indices in the order k, j, i; whole numbers are centres of voxels, fractions lie between.

        Returns
        -------
        ndarray of float64, shape (..., 3)
            (x, y, z) in mm, LPS.
        """
        return space.to_mm(self.affine, points)

    def mm_to_index(self, points: ArrayLike) -> NDArray[np.float64]:
        """Indices of positions in the patient; ``np.rint`` of them is the voxel that a position lies in.

        Parameters
        ----------
        points : array_like, shape (..., 3)
            (x, y, z) in mm, LPS.

        Returns
        -------
        ndarray of float64, shape (..., 3)
            In the order k, j, i, with fractions; outside of the grid too.
        """
        return space.to_index(self.affine, points)

    def same_grid_as(self, other: Grid, tolerance_mm: float = 0.01) -> bool:
        """Whether the voxels of both lie at the same places: index by index, in one frame of reference.

        Parameters
        ----------
        other : Grid
            Or a volume.
        tolerance_mm : float
            How far two voxels of one index may lie apart, anywhere in the grid.

        Returns
        -------
        bool
            False where the frames of reference are known and differ.
        """
        one, two = self.frame_of_reference_uid, other.frame_of_reference_uid
        if self.grid_shape != other.grid_shape or (one is not None and two is not None and one != two):
            return False
        return space.greatest_distance(self.affine, other.affine, self.grid_shape) <= tolerance_mm

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.affine.setflags(write=False)

    def __repr__(self) -> str:
        sizes = " x ".join(f"{step:.4g}" for step in self.spacing)
        return f"<{type(self).__name__}: (k, j, i) = {self.grid_shape}, {sizes} mm, {self.orientation}>"


def ensure_grid(on: Any) -> None:
    """Refuse what isn't a grid: an array doesn't know where it lies.

    Raises
    ------
    GeometryError
        It is neither a `Grid` nor a `Volume`.
    """
    if not isinstance(on, Grid):
        raise GeometryError(
            f"on= is a Volume or a Grid, not {type(on).__name__}: an array alone doesn't say where its voxels lie, "
            "and a volume is what dicom.read_series reads"
        )
