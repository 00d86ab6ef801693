"""Several values of one element: a list that converts what is put into it, and remembers that it was changed.

In: values of one VR. Out: a list; `_edited` turns True with any change in place, so that the element is written anew.
Standard: PS3.5 6.4 (Value Multiplicity).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, Self, SupportsIndex, overload

    from typing_extensions import TypeVar

    _T = TypeVar("_T", default=Any)
else:
    _T = object  # the parameter is for type checkers: importing typing would cost more than this room


class MultiValue(list[_T]):
    """The values of an element with a Value Multiplicity above 1.

    Parameters
    ----------
    type_constructor : str or callable
        A VR, or what makes a value of the right type from whatever is put in.
    iterable : iterable, optional
        The values.
    validation_mode : int, optional
        Taken for compatibility: what is put in is checked where it is assigned.
    """

    __slots__ = ("_constructor", "_edited", "_vr")

    _constructor: Callable[[Any], Any] | None
    _edited: bool
    _vr: str

    def __init__(
        self,
        type_constructor: str | Callable[[Any], Any],
        iterable: Iterable[Any] | None = None,
        validation_mode: int | None = None,
    ) -> None:
        if isinstance(type_constructor, str):
            self._vr = type_constructor
            self._constructor = None
        else:
            self._vr = ""
            self._constructor = type_constructor
        self._edited = False
        super().__init__([self._converted(item) for item in (() if iterable is None else iterable)])

    @classmethod
    def _from_list(cls, values: list[Any], vr: str) -> Self:
        """Values that are of the right type already."""
        self = cls.__new__(cls)
        list.__init__(self, values)
        self._vr = vr
        self._constructor = None
        self._edited = False
        return self

    def _converted(self, item: Any) -> Any:
        if self._constructor is not None:
            return self._constructor(item)
        from .convert import convert_item

        return convert_item(self._vr, item)

    def _entering(self, item: Any) -> Any:
        """The value that is put in for `item`; what breaks its VR is a warning, as when it is assigned."""
        converted = self._converted(item)
        if self._vr:
            from .convert import validate

            validate(self._vr, converted)
        return converted

    def __str__(self) -> str:
        if not self:
            return ""
        return "[" + ", ".join([repr(item) if isinstance(item, (str, bytes)) else str(item) for item in self]) + "]"

    __repr__ = __str__

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, index: SupportsIndex, /) -> _T: ...
        @overload
        def __getitem__(self, index: slice, /) -> Self: ...

    def __getitem__(self, index: Any) -> Any:
        item = super().__getitem__(index)
        if isinstance(index, slice):
            part = self._from_list(item, self._vr)
            part._constructor = self._constructor
            return part
        return item

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(index, slice):
            super().__setitem__(index, list(map(self._entering, value)))
        else:
            super().__setitem__(index, self._entering(value))
        self._edited = True

    def __delitem__(self, index: SupportsIndex | slice) -> None:
        super().__delitem__(index)
        self._edited = True

    def __iadd__(self, values: Iterable[Any]) -> Self:  # type: ignore[override, misc]
        self.extend(values)
        return self

    def __imul__(self, count: SupportsIndex) -> Self:
        super().__imul__(count)
        self._edited = True
        return self

    def append(self, item: Any) -> None:
        """Add a value at the end."""
        super().append(self._entering(item))
        self._edited = True

    def insert(self, position: SupportsIndex, item: Any) -> None:
        """Put a value before a position."""
        super().insert(position, self._entering(item))
        self._edited = True

    def extend(self, values: Iterable[Any]) -> None:
        """Add values at the end: all of them, or, when one can't be converted, none."""
        super().extend(list(map(self._entering, values)))
        self._edited = True

    def pop(self, index: SupportsIndex = -1) -> _T:
        """Take a value out."""
        item = super().pop(index)
        self._edited = True
        return item

    def remove(self, value: Any) -> None:
        """Take the first value out that equals this one."""
        super().remove(value)
        self._edited = True

    def clear(self) -> None:
        """Take all values out."""
        super().clear()
        self._edited = True

    def reverse(self) -> None:
        """Turn the order round."""
        super().reverse()
        self._edited = True

    def sort(self, *, key: Callable[[Any], Any] | None = None, reverse: bool = False) -> None:
        """Put the values in order."""
        super().sort(key=key, reverse=reverse)
        self._edited = True

    def copy(self) -> Self:
        """A list of the same values, with edits of its own."""
        return self._copy_with(list(self))

    def _copy_with(self, values: list[Any]) -> Self:
        other = self._from_list(values, self._vr)
        other._constructor = self._constructor
        other._edited = self._edited
        return other

    __copy__ = copy

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (type(self), list(self), self._vr, self._constructor, self._edited)

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[object, ...]:
        return self.__reduce__()


def _restore(
    cls: type[MultiValue[Any]], values: list[Any], vr: str, constructor: Callable[[Any], Any] | None, edited: bool
) -> MultiValue[Any]:
    self = cls._from_list(values, vr)
    self._constructor = constructor
    self._edited = edited
    return self
