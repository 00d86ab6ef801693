"""Dictionaries that show what the library's data dictionary holds now, for programs that want a `dict`.

In: functions that look up, list and add. Out: a `dict` without storage of its own, so that additions made in any other
way show in it, and what is put into it is known to the reader.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    _Base = dict
else:

    class _Base(MutableMapping, dict):
        """A dict whose methods all go by the few that are written here."""


Key = TypeVar("Key")
Value = TypeVar("Value")


class LiveDict(_Base[Key, Value]):
    """A dictionary whose items are elsewhere.

    Parameters
    ----------
    find : callable
        Gives the value of a key, None when there is none.
    keys : callable
        Gives all keys in their order.
    add : callable, optional
        Takes a key and a value that are put in; without it the dictionary is read-only.
    entries : callable, optional
        Gives a plain dict of all items as they are now, which nobody changes; it makes walking them quick (deid walks
        all of DicomDictionary for each field of its recipes).
    """

    def __init__(
        self,
        find: Callable[[Any], Value | None],
        keys: Callable[[], list[Key]],
        add: Callable[[Key, Value], None] | None = None,
        entries: Callable[[], dict[Key, Value]] | None = None,
    ) -> None:
        super().__init__()
        self._find = find
        self._keys = keys
        self._add = add
        self._entries = entries

    def __getitem__(self, key: Key) -> Value:
        found = self._find(key)
        if found is None:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        return self._find(key) is not None

    def __iter__(self) -> Iterator[Key]:
        return iter(self._keys())

    def __reversed__(self) -> Iterator[Key]:
        return reversed(self._keys())

    def __len__(self) -> int:
        return len(self._keys())

    def items(self) -> Any:
        """Keys and values."""
        return super().items() if self._entries is None else self._entries().items()

    def values(self) -> Any:
        """The values."""
        return super().values() if self._entries is None else self._entries().values()

    def __setitem__(self, key: Key, value: Value) -> None:
        if self._add is None:
            raise TypeError("this dictionary of the standard's entries is read-only")
        self._add(key, value)

    def __delitem__(self, key: Key) -> None:
        raise TypeError("entries of the data dictionary can be added and changed, but not be taken out")

    def __eq__(self, other: object) -> bool:
        return dict(self.items()) == other

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None

    def __repr__(self) -> str:
        return repr(self.copy())

    def __or__(self, other: Any) -> dict[Any, Any]:
        joined: dict[Any, Any] = self.copy() | other
        return joined

    def __ror__(self, other: Any) -> dict[Any, Any]:
        joined: dict[Any, Any] = other | self.copy()
        return joined

    def __ior__(self, other: Any) -> LiveDict[Key, Value]:  # type: ignore[override]
        self.update(other)
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (self.copy(),)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return self.__reduce__()

    def __copy__(self) -> dict[Key, Value]:
        return self.copy()

    def __deepcopy__(self, memo: object) -> dict[Key, Value]:
        return self.copy()

    def copy(self) -> dict[Key, Value]:
        """A plain dict of what is there now."""
        return dict(self.items())
