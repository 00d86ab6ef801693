"""Planes: what the headers say of each frame, one row a frame, as columns.

In: headers of files. Out: `Planes`, which grouping, ordering and assembling work on. Nothing here reads pixels.
Standard: PS3.3 C.7.6.2 (Image Plane), C.7.6.16.2 (functional group macros).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Self

    from numpy.typing import NDArray

#: Columns of numbers that each row has; NaN (or a row of it) where the header doesn't say.
_NUMBERS = {
    "position": 3,
    "orientation": 6,
    "pixel_spacing": 2,
    "thickness": 1,
    "spacing_between_slices": 1,
    "slope": 1,
    "intercept": 1,
}


class Planes:
    """One row a frame. Immutable by convention.

    Parameters
    ----------
    headers : Headers
        The files' headers, by the index of the file.
    file, frame : ndarray of intp, shape (n,)
        Of each plane: the row of its file in `headers`, and the frame within it, from 0.
    rows, columns : ndarray of int64, shape (n,)
        Of the frame; 0 where the header doesn't say.
    numbers : dict
        The columns of numbers, see the attributes; those that aren't given are NaN.
    dimensions : dict of str to ndarray, shape (n,)
        What can tell frames at one position apart, by keyword: ``"TemporalPositionIndex"``, ``"DiffusionBValue"``,
        ``"EchoTime"``; float64, NaN where it isn't said. ``"DiffusionGradientOrientation"`` is (n, 3).
    texts : dict of str to list
        What tells by name: ``"ImageType"``, ``"FrameType"``; None where it isn't said.
    tile : ndarray of int64, shape (n, 4), optional
        Where planes are parts of frames, as in a mosaic: row and column of the frame at which the plane begins, and how
        many rows and columns it has.
    reasons : list of str or None, optional
        For each plane whose position isn't known: why.

    Attributes
    ----------
    position : ndarray of float64, shape (n, 3)
        Image Position (Patient): the centre of the first voxel, in mm, LPS.
    orientation : ndarray of float64, shape (n, 6)
        Image Orientation (Patient): direction in which columns count up (along a row), then in which rows count up.
    pixel_spacing : ndarray of float64, shape (n, 2)
        mm from row to row, then from column to column.
    thickness, spacing_between_slices : ndarray of float64, shape (n,)
        As stated, in mm.
    slope, intercept : ndarray of float64, shape (n,)
        The linear rescale of the frame; NaN where the values need another transformation.
    """

    __slots__ = (
        "columns",
        "dimensions",
        "file",
        "frame",
        "headers",
        "intercept",
        "orientation",
        "pixel_spacing",
        "position",
        "reasons",
        "rows",
        "slope",
        "spacing_between_slices",
        "texts",
        "thickness",
        "tile",
    )

    file: NDArray[np.intp]
    frame: NDArray[np.intp]
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    position: NDArray[np.float64]
    orientation: NDArray[np.float64]
    pixel_spacing: NDArray[np.float64]
    thickness: NDArray[np.float64]
    spacing_between_slices: NDArray[np.float64]
    slope: NDArray[np.float64]
    intercept: NDArray[np.float64]
    tile: NDArray[np.int64] | None

    def __init__(
        self,
        headers: Any,
        file: NDArray[Any] | Sequence[int],
        frame: NDArray[Any] | Sequence[int],
        rows: NDArray[Any] | Sequence[int],
        columns: NDArray[Any] | Sequence[int],
        numbers: dict[str, NDArray[Any]],
        dimensions: dict[str, NDArray[Any]] | None = None,
        texts: dict[str, list[Any]] | None = None,
        tile: NDArray[Any] | None = None,
        reasons: Sequence[str | None] | None = None,
    ) -> None:
        self.headers = headers
        self.file = np.asarray(file, np.intp)
        self.frame = np.asarray(frame, np.intp)
        self.rows = np.asarray(rows, np.int64)
        self.columns = np.asarray(columns, np.int64)
        count = len(self.file)
        for name, width in _NUMBERS.items():
            shape = (count,) if width == 1 else (count, width)
            given = numbers.get(name)
            setattr(
                self, name, np.full(shape, np.nan) if given is None else np.asarray(given, np.float64).reshape(shape)
            )
        self.dimensions = dict(dimensions or {})
        self.texts = dict(texts or {})
        self.tile = None if tile is None else np.asarray(tile, np.int64).reshape(count, 4)
        self.reasons: list[str | None] = [None] * count if reasons is None else list(reasons)

    def __len__(self) -> int:
        return len(self.file)

    def take(self, rows: NDArray[Any] | Sequence[int]) -> Self:
        """The planes of these rows, in their order."""
        chosen = np.asarray(rows, np.intp)
        return type(self)(
            self.headers,
            self.file[chosen],
            self.frame[chosen],
            self.rows[chosen],
            self.columns[chosen],
            {name: getattr(self, name)[chosen] for name in _NUMBERS},
            {name: column[chosen] for name, column in self.dimensions.items()},
            {name: [column[row] for row in chosen] for name, column in self.texts.items()},
            None if self.tile is None else self.tile[chosen],
            [self.reasons[row] for row in chosen],
        )

    @classmethod
    def joined(cls, parts: Sequence[Planes]) -> Planes:
        """The planes of several tables over the same headers, one after the other."""
        first = parts[0]
        names = dict.fromkeys(name for part in parts for name in part.dimensions)
        texts = dict.fromkeys(name for part in parts for name in part.texts)
        dimensions = {}
        for name in names:
            width = next(part.dimensions[name].shape[1:] for part in parts if name in part.dimensions)
            dimensions[name] = np.concatenate(
                [part.dimensions.get(name, np.full((len(part), *width), np.nan)) for part in parts]
            )
        return cls(
            first.headers,
            np.concatenate([part.file for part in parts]),
            np.concatenate([part.frame for part in parts]),
            np.concatenate([part.rows for part in parts]),
            np.concatenate([part.columns for part in parts]),
            {name: np.concatenate([getattr(part, name) for part in parts]) for name in _NUMBERS},
            dimensions,
            {name: [value for part in parts for value in part.texts.get(name, [None] * len(part))] for name in texts},
            None if all(part.tile is None for part in parts) else np.concatenate([_tiles(part) for part in parts]),
            [reason for part in parts for reason in part.reasons],
        )


def _tiles(part: Planes) -> NDArray[np.int64]:
    """The tiles of planes; the whole frame where these have none."""
    if part.tile is not None:
        return part.tile
    zeros = np.zeros(len(part), np.int64)
    return np.stack([zeros, zeros, part.rows, part.columns], axis=1)
