"""The headers that a volume was read from, asked for an element by keyword, classic and enhanced alike.

In: a volume's sources. Out: values. An element of an enhanced image is looked for in the groups of the frame itself, in
those that its frames share (PS3.3 C.7.6.16), and then in the data set: what is said of a frame counts for it. Last come
private groups, in which Philips repeats elements of the classic image.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_GROUPS_DEPTH = 4


class SourceHeaders:
    """Headers of slices, each file read once.

    Parameters
    ----------
    sources : Sources
        Of a volume: ``shape``, and by (k, t) ``file``, ``frame`` and ``dataset``.
    """

    __slots__ = ("_files", "_frames", "_sources")

    def __init__(self, sources: Any) -> None:
        self._sources = sources
        #: By path: the data set, and what its frames share. The last one alone: headers of 100,000 frames are large.
        self._files: dict[str, tuple[Any, dict[str, Any], dict[str, Any]]] = {}
        self._frames: dict[tuple[int, int], tuple[dict[str, Any], Any, dict[str, Any]]] = {}

    @property
    def number_of_slices(self) -> int:
        """How many slices there are, those that were filled in too."""
        return int(self._sources.shape[1])

    def value(self, *keywords: str, k: int | None = None, t: int = 0) -> Any:
        """The value of the first of these keywords that the header of a slice has a value for; else None.

        Parameters
        ----------
        *keywords : str
        k, t : int
            Which slice; of this t the first that has a file when k isn't given.
        """
        found = self._frame(self._first(t) if k is None else k, t)
        if found is None:
            return None
        for keyword in keywords:
            for said in found:
                value = said.get(keyword)
                if not _is_empty(value):
                    return value
        return None

    def number(self, *keywords: str, k: int | None = None, t: int = 0) -> float | None:
        """The same as a number, of several the first; None where it is none."""
        return as_number(self.value(*keywords, k=k, t=t))

    def dataset(self) -> Any:
        """The data set of the first slice's file; an empty mapping where there is none."""
        found = self._frame(self._first(0), 0)
        return {} if found is None else found[1]

    def _first(self, t: int) -> int:
        slices = range(self.number_of_slices)
        return next((k for k in slices if self._sources.file(k, t) is not None), 0)

    def _frame(self, k: int, t: int) -> tuple[dict[str, Any], Any, dict[str, Any]] | None:
        """What a slice's groups, its data set and its private groups say; None for one that was filled in."""
        if (k, t) not in self._frames:
            path = self._sources.file(k, t)
            if path is None:
                return None
            if path not in self._files:
                ds = self._sources.dataset(k, t)
                shared: dict[str, Any] = {}
                shared_private: dict[str, Any] = {}
                for item in _items(ds, "SharedFunctionalGroupsSequence"):
                    _gather(item, shared, shared_private)
                self._files = {path: (ds, shared, shared_private)}
            ds, shared, shared_private = self._files[path]
            frames = _items(ds, "PerFrameFunctionalGroupsSequence")
            groups, private = dict(shared), dict(shared_private)
            index = self._sources.frame(k, t)
            if index < len(frames):
                _gather(frames[index], groups, private)
            self._frames[k, t] = groups, ds, private
        return self._frames[k, t]


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


def _items(ds: Any, keyword: str) -> Any:
    found = ds.get(keyword)
    return () if found is None or isinstance(found, str | bytes) else found


def _gather(item: Any, found: dict[str, Any], private: dict[str, Any], depth: int = 0) -> None:
    """Puts the values in an item, and in the items of its sequences, beside each other by keyword."""
    for element in item:
        if element.VR != "SQ":
            if element.keyword:
                found[element.keyword] = element.value
        elif depth < _GROUPS_DEPTH and len(element.value) == 1:
            _gather(element.value[0], private if element.is_private else found, private, depth + 1)


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | bytes | list | tuple) and not value)
