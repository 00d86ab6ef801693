"""`Volume`: values on a regular grid in patient space.

In: an array and its affine. Out: the same cropped, turned, resampled, projected, drawn and given to other libraries;
each operation is a line here and done in a room of its own. Standard: PS3.3 C.7.6.2.1.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import GeometryError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import ArrayLike, NDArray

    from dicom.volume.report import GeometryReport


class Volume:
    """Values on a grid in patient space.

    Parameters
    ----------
    array : ndarray, shape (k, j, i), (t, k, j, i), or with a last axis of 3 for colours
        k counts slices, j rows downward, i columns rightward.
    affine : array_like, shape (4, 4)
        ``affine @ (k, j, i, 1)`` is ``(x, y, z, 1)``: the centre of a voxel in mm, LPS. Column 0 is the step from
        slice to slice, which needn't be along the normal of the slices.
    unit : str, optional
        Of the values: ``"HU"``, ``"Bq/ml"``; None where the header doesn't say.
    dimension : str, optional
        What the axis t counts: ``"time"``, ``"diffusion"``, ``"echo"``, ...; needed when there is one.
    dimension_values : ndarray, optional
        One value (or row of values) for each t; see `dimension_unit`.
    is_color : bool
        Whether the last axis is of red, green and blue.

    Attributes
    ----------
    unit_source : str
        The element that says the unit, or why none is known.
    dimension_unit : str or None
        ``"ms"``, ``"s/mm²"``, ...
    frame_of_reference_uid : str or None
    modality : str or None
    report : GeometryReport or None
    sources : Sources or None
        Which file and frame each slice comes from, and their headers on demand.
    """

    def __init__(
        self,
        array: NDArray[Any],
        affine: ArrayLike,
        *,
        unit: str | None = None,
        unit_source: str = "",
        dimension: str | None = None,
        dimension_values: NDArray[Any] | Sequence[Any] | None = None,
        dimension_unit: str | None = None,
        is_color: bool = False,
        frame_of_reference_uid: str | None = None,
        modality: str | None = None,
        report: GeometryReport | None = None,
        sources: Any = None,
    ) -> None:
        matrix = np.array(affine, np.float64)
        if matrix.shape != (4, 4) or not np.isfinite(matrix).all() or abs(np.linalg.det(matrix[:3, :3])) < 1e-12:
            raise GeometryError("an affine is a matrix of (4, 4) finite numbers whose three steps span space")
        axes = array.ndim - (1 if is_color else 0)
        if axes not in (3, 4) or (is_color and array.shape[-1] != 3):
            raise GeometryError(f"an array of {array.ndim} axes is no volume: (k, j, i) or (t, k, j, i) is")
        if (dimension is not None) != (axes == 4):
            raise GeometryError("dimension names the axis t, and is needed just where there is one")
        matrix.setflags(write=False)
        self.array = array
        self.affine: NDArray[np.float64] = matrix
        self.unit = unit
        self.unit_source = unit_source
        self.dimension = dimension
        self.dimension_values = None if dimension_values is None else np.asarray(dimension_values)
        self.dimension_unit = dimension_unit
        self.is_color = is_color
        self.frame_of_reference_uid = frame_of_reference_uid
        self.modality = modality
        self.report = report
        self.sources = sources

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array."""
        return self.array.shape

    @property
    def grid_shape(self) -> tuple[int, int, int]:
        """(k, j, i): how many slices, rows and columns."""
        first = 0 if self.dimension is None else 1
        k, j, i = self.array.shape[first : first + 3]
        return k, j, i

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
