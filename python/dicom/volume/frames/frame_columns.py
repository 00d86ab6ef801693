"""Columns of a multi-frame data set: one value, or row of values, for each frame.

In: a data set with functional groups, and paths of attributes. Out: arrays of float64 with NaN where nothing is said,
and lists of text. A frame's own functional group counts before the one that all frames share.
Standard: PS3.3 C.7.6.16.1 (Multi-frame Functional Groups).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import DicomError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from numpy.typing import NDArray


class FrameColumns:
    """The columns of one data set, each asked for by the paths where it can stand.

    Parameters
    ----------
    ds : Dataset
    count : int
        Number of frames; what the functional groups say of more is left out.
    paths : iterable of str
        Sequences and attribute by keyword, ``"PlanePositionSequence.ImagePositionPatient"``. All are read in one pass.

    Attributes
    ----------
    count : int
    number_of_groups : int
        How many frames have functional groups of their own.
    """

    __slots__ = ("_columns", "_shared", "count", "number_of_groups")

    def __init__(self, ds: Any, count: int, paths: Iterable[str]) -> None:
        self.count = count
        wanted = list(dict.fromkeys(paths))
        groups = ds.get("PerFrameFunctionalGroupsSequence")
        self.number_of_groups = len(groups) if _is_sequence(groups) else 0
        self._columns = _read(ds.per_frame.columns, wanted) if self.number_of_groups else {}
        # Frames that have no group of their own are those of the shared one.
        self._shared: dict[str, Any] = {}
        if self.number_of_groups < count and _is_sequence(ds.get("SharedFunctionalGroupsSequence")):
            self._shared = _read(lambda keys: ds.columns("SharedFunctionalGroupsSequence", keys), wanted)

    def numbers(self, paths: Sequence[str], width: int = 1) -> NDArray[np.float64]:
        """(count,) or (count, width): of each frame, the first of the paths that says something finite.

        A value of another multiplicity than `width` is as good as none; of a single number, the first value counts.
        """
        found = np.full((self.count, width), np.nan)
        for path in paths:
            if path not in self._columns and path not in self._shared:
                continue
            column = self._column(path, width)
            missing = np.isnan(found).any(axis=1)
            found[missing] = column[missing]
        return found[:, 0] if width == 1 else found

    def texts(self, paths: Sequence[str]) -> list[str | None] | None:
        """Of each frame, the first of the paths that says something; several values are joined by a backslash.

        None where no frame says anything.
        """
        found: list[str | None] | None = None
        for path in paths:
            own, shared = self._columns.get(path), self._shared.get(path)
            if not isinstance(own, list) and not isinstance(shared, list):
                continue
            values = own[: self.count] if isinstance(own, list) else [None] * min(self.number_of_groups, self.count)
            values += [shared[0] if isinstance(shared, list) and shared else None] * (self.count - len(values))
            found = values if found is None else [one or other for one, other in zip(found, values, strict=True)]
        return found if found is not None and any(found) else None

    def _column(self, path: str, width: int) -> NDArray[np.float64]:
        found = np.full((self.count, width), np.nan)
        own = _rows(self._columns.get(path), width)[: self.count]
        found[: len(own)] = own
        shared = _rows(self._shared.get(path), width)
        if len(shared):
            found[self.number_of_groups :] = shared[0]
        return found


def _is_sequence(value: Any) -> bool:
    return value is not None and not isinstance(value, str | bytes) and hasattr(value, "__len__") and len(value) > 0


def _read(columns: Any, paths: list[str]) -> dict[str, Any]:
    """The columns by their paths; without those that make no column."""
    try:
        return dict(columns(paths))
    except DicomError:
        if len(paths) == 1:
            return {}
    # By halves: each pass goes over all bytes, and few paths are bad.
    half = len(paths) // 2
    return {**_read(columns, paths[:half]), **_read(columns, paths[half:])}


def _rows(column: Any, width: int) -> NDArray[np.float64]:
    """(n, width): a column's numbers; NaN in rows that hold another number of them, or one that isn't finite."""
    if column is None or isinstance(column, list):
        return np.empty((0, width))
    values = np.ma.filled(np.ma.asarray(column, np.float64), np.nan)
    values = values.reshape(len(values), -1)
    if values.shape[1] < width:
        return np.full((len(values), width), np.nan)
    rows = values[:, :width].copy()
    bad = ~np.isfinite(rows).all(axis=1)
    if width > 1:
        bad |= ~np.isnan(values[:, width:]).all(axis=1)
    rows[bad] = np.nan
    return rows
