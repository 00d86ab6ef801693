"""Other values on a volume's grid.

In: a `Volume`, and another array or type. Out: a `Volume` on the same grid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import GeometryError, PixelError

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import DTypeLike, NDArray

    from dicom.volume.volume import Volume


def with_array(volume: Volume, array: Any, unit: str | None, quantity: str | None, is_color: bool | None) -> Volume:
    """The volume's grid with other values.

    Raises
    ------
    GeometryError
        The array hasn't the grid's shape.
    """
    values = np.asarray(array) if not hasattr(array, "ndim") else array
    colored = volume.is_color and values.shape == volume.array.shape if is_color is None else is_color
    grid = values.shape[:-1] if colored else values.shape
    has_t = len(grid) == 4
    if grid[-3:] != volume.grid_shape or (has_t and (volume.dimension is None or grid[0] != volume.array.shape[0])):
        way = ""
        if values.shape == volume.grid_shape[::-1]:
            way = "; axes (i, j, k), as nibabel has them, are brought there by Volume.from_nibabel(image, like=volume)"
        raise GeometryError(f"values of shape {values.shape} don't lie on the grid of a volume of {volume.shape}{way}")
    source = "given by the caller" if unit is not None else "not said with the values"
    changes: dict[str, Any] = {"unit": unit, "unit_source": source, "is_color": colored}
    changes.update(quantity=quantity, evidence=None)
    if not has_t:
        changes.update(dimension=None, dimension_values=None, dimension_unit=None)
        if volume.dimension is not None and volume.sources is not None:
            # Made of several time points, or of one that isn't known: no file is the source of a slice.
            changes.update(sources=None)
    return volume._like(values, volume.affine, **changes)


def astype(volume: Volume, dtype: DTypeLike) -> Volume:
    """The volume with values of another type, each the same or rounded to the nearest.

    Raises
    ------
    PixelError
        A value doesn't fit: it is too large, or NaN where there are only whole numbers.
    """
    wanted = np.dtype(dtype)
    array = volume.array
    if wanted == array.dtype:
        return volume
    if not np.can_cast(array.dtype, wanted, "safe"):
        _check_fit(array, wanted)
    if wanted.kind in "iu" and array.dtype.kind == "f":
        # Slice by slice: a rounded copy of the whole would be as large as the volume.
        made = np.empty(array.shape, wanted)
        for n, part in enumerate(array):
            made[n] = np.rint(part)
    else:
        made = array.astype(wanted)
    return volume._like(made, volume.affine)


def _check_fit(array: NDArray[Any], wanted: np.dtype[Any]) -> None:
    low, high = _extremes(array)
    if wanted.kind == "b":
        fits = low >= 0 and high <= 1 and (array.dtype.kind != "f" or bool(np.isin(array, (0, 1)).all()))
    elif wanted.kind in "iu":
        limits = np.iinfo(wanted)
        # NaN is in no range.
        fits = bool(limits.min - 0.5 <= low and high < limits.max + 0.5)
    elif wanted.kind == "f" and array.dtype.kind == "f":
        limit = float(np.finfo(wanted).max)
        fits = not any(np.isfinite(end) and abs(end) > limit for end in (low, high))
    else:
        fits = wanted.kind == "f"
    if not fits:
        raise PixelError(f"values from {low:g} to {high:g} don't fit in {wanted}")


def _extremes(array: NDArray[Any]) -> tuple[float, float]:
    return float(array.min()), float(array.max())
