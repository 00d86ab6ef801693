"""Planes for tests of geometry: of files, by the plain reader, and of a grid, without any file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import dicom
from dicom.volume.planes import Planes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray


class StatedHeaders:
    """Names of files, and what their headers state besides geometry."""

    def __init__(self, sources: Sequence[str], **numbers: Any) -> None:
        self.sources = list(sources)
        self._numbers = {name: np.asarray(column, np.float64) for name, column in numbers.items()}

    def number(self, name: str) -> NDArray[np.float64]:
        """A column, as scanned headers give it."""
        return self._numbers[name]


class Times:
    """A dimension: t of each plane."""

    def __init__(self, index: Sequence[int] | NDArray[Any]) -> None:
        self.index = np.asarray(index, np.intp)


def _numbers(ds: dicom.Dataset, keyword: str, width: int) -> list[float]:
    value = ds.get(keyword)
    given = [value] if width == 1 else value
    try:
        numbers = [float(number) for number in given]
    except (TypeError, ValueError):
        return [np.nan] * width
    return numbers if len(numbers) == width else [np.nan] * width


def planes_of_files(paths: Sequence[Path]) -> Planes:
    """The planes of single-frame files, in this order, each header read by itself."""
    headers = [dicom.read(path, stop_before_pixels=True) for path in paths]

    def column(keyword: str, width: int = 1) -> NDArray[np.float64]:
        rows = np.array([_numbers(ds, keyword, width) for ds in headers])
        return rows[:, 0] if width == 1 else rows

    return Planes(
        StatedHeaders(
            [str(path) for path in paths],
            InstanceNumber=column("InstanceNumber"),
            GantryDetectorTilt=column("GantryDetectorTilt"),
        ),
        np.arange(len(paths)),
        np.zeros(len(paths), int),
        column("Rows").astype(int),
        column("Columns").astype(int),
        {
            "position": column("ImagePositionPatient", 3),
            "orientation": column("ImageOrientationPatient", 6),
            "pixel_spacing": column("PixelSpacing", 2),
            "thickness": column("SliceThickness"),
            "spacing_between_slices": column("SpacingBetweenSlices"),
        },
    )


def planes_on(
    affine: NDArray[np.float64],
    places: Sequence[float] | NDArray[Any],
    *,
    shape: tuple[int, int] = (20, 24),
    change: Callable[[dict[str, NDArray[Any]]], None] | None = None,
    **stated: Any,
) -> Planes:
    """Planes at the places k of a grid, one file each; ``change`` may alter the columns before they are used."""
    k = np.asarray(places, np.float64)
    count = len(k)
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    row, column = affine[:3, 2] / spacing[2], affine[:3, 1] / spacing[1]
    step = abs(affine[:3, 0] @ np.cross(row, column))
    columns: dict[str, NDArray[Any]] = {
        "position": affine[:3, 3] + k[:, None] * affine[:3, 0],
        "orientation": np.tile(np.concatenate([row, column]), (count, 1)),
        "pixel_spacing": np.tile(spacing[1:], (count, 1)),
        "thickness": np.full(count, step),
        "rows": np.full(count, shape[0]),
        "columns": np.full(count, shape[1]),
    }
    if change is not None:
        change(columns)
    return Planes(
        StatedHeaders([f"/scan/IM{index:04d}.dcm" for index in range(count)], **stated),
        np.arange(count),
        np.zeros(count, int),
        columns.pop("rows"),
        columns.pop("columns"),
        columns,
    )
