"""The headers that a volume was read from, asked for an element by keyword, classic and enhanced alike.

In: a volume's sources. Out: values. An element of an enhanced image is looked for in the data set, in the groups that
its frames share, and in those of the frame itself (PS3.3 C.7.6.16).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_GROUPS_DEPTH = 4


class SourceHeaders:
    """Headers of slices, each asked for once.

    Parameters
    ----------
    sources : Sources
        Of a volume: ``dataset(k, t)`` and ``frame(k, t)``.
    """

    __slots__ = ("_frames", "_groups", "_sources")

    def __init__(self, sources: Any) -> None:
        self._sources = sources
        self._frames: dict[tuple[int, int], tuple[Any, dict[str, Any]]] = {}
        self._groups: dict[int, tuple[Any, dict[str, Any]]] = {}

    def value(self, *keywords: str, k: int = 0, t: int = 0) -> Any:
        """The value of the first of these keywords that the header of a slice has a value for; else None."""
        ds, groups = self._frame(k, t)
        for keyword in keywords:
            value = ds.get(keyword)
            if _is_empty(value):
                value = groups.get(keyword)
            if not _is_empty(value):
                return value
        return None

    def dataset(self, k: int = 0, t: int = 0) -> Any:
        """The data set of a slice's file."""
        return self._frame(k, t)[0]

    def frame(self, k: int = 0, t: int = 0) -> int:
        """Which frame of its file a slice is, from 0; of a mosaic, which tile."""
        return int(self._sources.frame(k, t))

    def number(self, *keywords: str, k: int = 0, t: int = 0) -> float | None:
        """The same as a number, of several the first; None where it is none."""
        return as_number(self.value(*keywords, k=k, t=t))

    def _frame(self, k: int, t: int) -> tuple[Any, dict[str, Any]]:
        known = self._frames.get((k, t))
        if known is None:
            ds = self._sources.dataset(k, t)
            known = self._frames[k, t] = ds, self._frame_groups(ds, k, t)
        return known

    def _frame_groups(self, ds: Any, k: int, t: int) -> dict[str, Any]:
        shared = ds.get("SharedFunctionalGroupsSequence")
        each = ds.get("PerFrameFunctionalGroupsSequence")
        if not shared and not each:
            return {}
        # The data set is kept beside what was found in it, so that no other one gets its identity.
        if id(ds) not in self._groups:
            found: dict[str, Any] = {}
            if shared:
                _gather(shared[0], found, 0)
            self._groups[id(ds)] = ds, found
        groups = dict(self._groups[id(ds)][1])
        index = self._sources.frame(k, t)
        if each and 0 <= index < len(each):
            _gather(each[index], groups, 0)
        return groups


def as_number(value: Any) -> float | None:
    """A finite number, of several the first; None for anything else."""
    from math import isfinite

    if isinstance(value, str | bytes) or value is None:
        return None
    if not isinstance(value, int | float):
        try:
            value = value[0]
        except (TypeError, IndexError, KeyError):
            pass
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if isfinite(number) else None


def _gather(item: Any, found: dict[str, Any], depth: int) -> None:
    """Puts the values in an item, and in the items of its sequences, beside each other by keyword."""
    for element in item:
        if element.VR != "SQ":
            if element.keyword:
                found[element.keyword] = element.value
        elif depth < _GROUPS_DEPTH and len(element.value) == 1:
            _gather(element.value[0], found, depth + 1)


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | bytes | list | tuple) and not value)
