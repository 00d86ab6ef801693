"""Columns of a multi-frame data set: one value, or row of values, for each frame.

In: a data set with functional groups, and paths of attributes. Out: arrays of float64 with NaN where nothing is said,
and lists of text. A frame's own functional group counts before the one that all frames share.
Standard: PS3.3 C.7.6.16.1 (Multi-frame Functional Groups).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dicom.pixels.lenient import items

if TYPE_CHECKING:
    from collections.abc import Iterable
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
        Sequences and attribute by keyword, ``"PlanePositionSequence.ImagePositionPatient"``, or an attribute alone,
        which is found wherever it stands. All are read in one pass.
    """

    __slots__ = ("_columns", "count")

    def __init__(self, ds: Any, count: int, paths: Iterable[str]) -> None:
        self.count = count
        wanted = list(dict.fromkeys(paths))
        columns = getattr(ds, "per_frame", None)
        self._columns: dict[str, Any] = _walked(ds, count, wanted) if columns is None else columns.columns(wanted)

    def numbers(self, paths: Sequence[str], width: int = 1) -> NDArray[np.float64]:
        """(count,) or (count, width): of each frame, the first of the paths that says something finite.

        A value of another multiplicity than `width` is as good as none; of a single number, the first value counts.
        """
        found = np.full((self.count, width), np.nan)
        for path in paths:
            column = self._column(path, width)
            missing = ~np.isfinite(found).all(axis=1)
            found[missing] = column[missing]
        found[~np.isfinite(found).all(axis=1)] = np.nan
        return found[:, 0] if width == 1 else found

    def texts(self, paths: Sequence[str]) -> list[str | None]:
        """Of each frame, the first of the paths that says something; several values are joined by a backslash."""
        found: list[str | None] = [None] * self.count
        for path in paths:
            column = self._columns.get(path)
            if not isinstance(column, list):
                continue
            for frame, value in enumerate(column[: self.count]):
                if found[frame] is None and value:
                    found[frame] = str(value) if isinstance(value, str) else "\\".join(str(one) for one in value)
        return found

    def _column(self, path: str, width: int) -> NDArray[np.float64]:
        found = np.full((self.count, width), np.nan)
        column = self._columns.get(path)
        if column is None or isinstance(column, list):
            return found
        values = np.ma.filled(np.ma.asarray(column, np.float64), np.nan)
        values = values.reshape(len(values), -1)[: self.count]
        if values.shape[1] < width:
            return found
        wide = values[:, width:]
        found[: len(values)] = values[:, :width]
        if width > 1 and wide.size:
            found[: len(values)][np.isfinite(wide).any(axis=1)] = np.nan
        return found


def _walked(ds: Any, count: int, paths: list[str]) -> dict[str, Any]:
    """The columns by walking over the items, one frame after the other."""
    split = {path: path.split(".") for path in paths}
    rows: dict[str, list[list[Any]]] = {path: [] for path in paths}
    shared = next(iter(items(ds, "SharedFunctionalGroupsSequence")), None)
    whole = {path: _found(shared, steps) for path, steps in split.items()}
    groups = items(ds, "PerFrameFunctionalGroupsSequence")[:count]
    for frame in range(count):
        own = groups[frame] if frame < len(groups) else None
        for path, steps in split.items():
            rows[path].append(_found(own, steps) or whole[path])
    return {path: _as_column(values) for path, values in rows.items()}


def _as_column(values: list[list[Any]]) -> Any:
    if any(isinstance(one, str) for row in values for one in row):
        return ["\\".join(str(one) for one in row) if row else None for row in values]
    width = max((len(row) for row in values), default=0)
    column = np.full((len(values), max(width, 1)), np.nan)
    for index, row in enumerate(values):
        column[index, : len(row)] = [float(one) for one in row]
    return column


def _found(holder: Any, steps: list[str]) -> list[Any]:
    if holder is None:
        return []
    if len(steps) > 1:
        inner = next(iter(items(holder, steps[0])), None)
        return _found(inner, steps[1:])
    value = holder.get(steps[0])
    if value is not None and value != "":
        return list(value) if isinstance(value, Sequence) and not isinstance(value, str | bytes) else [value]
    for element in holder:
        if element.VR == "SQ":
            for item in element.value or ():
                found = _found(item, steps)
                if found:
                    return found
    return []
