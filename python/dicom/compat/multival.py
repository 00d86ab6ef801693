"""``pydicom.multival``: lists that take values of one kind only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableSequence
from typing import Any, Generic, SupportsIndex, TypeVar, overload

from dicom.values.multi_value import MultiValue

__all__ = ["ConstrainedList", "MultiValue", "Self", "T"]

# Names of pydicom's annotations, which programs import.
T = TypeVar("T")
Self = TypeVar("Self", bound="ConstrainedList[Any]")


class ConstrainedList(MutableSequence[T], Generic[T]):
    """A list that asks `_validate` about each value that is put in, for classes that derive from it.

    Parameters
    ----------
    iterable : iterable, optional
        The values.
    """

    def __init__(self, iterable: Iterable[T] | None = None) -> None:
        self._list: list[T] = [self._validate(item) for item in (() if iterable is None else iterable)]

    def _validate(self, item: Any) -> T:
        """The value that is put in for `item`; raises for one that can't be. Classes that derive from this have it."""
        raise NotImplementedError(f"{type(self).__name__} has to say by _validate() what it takes")

    def __delitem__(self, index: SupportsIndex | slice) -> None:
        del self._list[index]

    def __eq__(self, other: object) -> bool:
        return self._list == (other._list if isinstance(other, ConstrainedList) else other)

    __hash__ = None  # type: ignore[assignment]  # a list changes, so it can't be a key

    @overload
    def __getitem__(self, index: SupportsIndex) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> MutableSequence[T]: ...

    def __getitem__(self, index: SupportsIndex | slice) -> T | MutableSequence[T]:
        return self._list[index]

    def __iter__(self) -> Iterator[T]:
        yield from self._list

    def __len__(self) -> int:
        return len(self._list)

    @overload
    def __setitem__(self, index: SupportsIndex, val: T) -> None: ...

    @overload
    def __setitem__(self, index: slice, val: Iterable[T]) -> None: ...

    def __setitem__(self, index: SupportsIndex | slice, val: T | Iterable[T]) -> None:
        if isinstance(index, slice):
            self._list[index] = [self._validate(item) for item in val]  # type: ignore[union-attr]
        else:
            self._list[index] = self._validate(val)

    def __str__(self) -> str:
        return str(self._list)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}, length {len(self)}>"

    def append(self, item: T) -> None:
        """Add a value at the end."""
        self._list.append(self._validate(item))

    def extend(self, val: Iterable[T]) -> None:
        """Add values at the end: all of them, or, when one can't be put in, none."""
        self._list.extend([self._validate(item) for item in val])

    def insert(self, position: int, item: T) -> None:
        """Put a value before a position."""
        self._list.insert(position, self._validate(item))
