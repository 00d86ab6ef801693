"""A Sequence of Items: a list of data sets.

In: data sets. Out: the list, its items numbered from 0, which knows the data set that it belongs to and whether it
was changed. Standard: PS3.5 7.5 (Nesting of Data Sets); there, items are numbered from 1.
"""

from __future__ import annotations

from _weakref import ref

from dicom._core import DatasetBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Self, SupportsIndex

    from .keyword_types import Dataset
    from .mapping import ElementMapping

    # What comes out is what was registered to be made; what goes in is any mapping of elements.
    _List = list[Dataset]
else:
    _List = list


class Sequence(_List):
    """The items of an element of VR SQ: a list that takes nothing but data sets.

    Parameters
    ----------
    iterable : iterable of Dataset, optional
        The items.

    Raises
    ------
    TypeError
        `iterable` is no iterable, is itself a data set, or holds something else than data sets.
    """

    _is_undefined_length: bool = False
    _is_edited: bool = False
    _parent: ref[Dataset] | None = None
    __hash__ = None

    def __init__(self, iterable: Iterable[ElementMapping] | None = None) -> None:
        super().__init__(() if iterable is None else self._adopt_all(iterable, "is made from"))

    @property
    def parent_dataset(self) -> Dataset | None:
        """The data set that the sequence stands in, or None; held weakly."""
        return None if self._parent is None else self._parent()

    @parent_dataset.setter
    def parent_dataset(self, dataset: ElementMapping | None) -> None:
        self._parent = None if dataset is None else ref(dataset)  # type: ignore[arg-type]

    @property
    def is_undefined_length(self) -> bool:
        """Whether the length was undefined in the file, or shall be when it is written."""
        return self._is_undefined_length

    @is_undefined_length.setter
    def is_undefined_length(self, value: bool) -> None:
        self._is_undefined_length = value
        self._is_edited = True

    def _adopt(self, item: object) -> Dataset:
        if not isinstance(item, DatasetBase):
            raise TypeError(f"a Sequence holds data sets only, not {type(item).__name__}")
        item._parent_seq = ref(self)
        return item  # type: ignore[return-value]

    def _adopt_all(self, items: object, verb: str) -> list[Dataset]:
        if isinstance(items, DatasetBase):
            raise TypeError(f"a Sequence {verb} an iterable of data sets, not a single one")
        return [self._adopt(item) for item in items]  # type: ignore[attr-defined]

    def append(self, item: ElementMapping) -> None:
        """Put `item` at the end."""
        super().append(self._adopt(item))
        self._is_edited = True

    def extend(self, val: Iterable[ElementMapping]) -> None:
        """Put all items of `val` at the end."""
        super().extend(self._adopt_all(val, "is extended by"))
        self._is_edited = True

    def insert(self, index: SupportsIndex, item: ElementMapping) -> None:
        """Put `item` before the item at `index`."""
        super().insert(index, self._adopt(item))
        self._is_edited = True

    def __setitem__(self, index: Any, item: Any) -> None:
        """Put an item, or as many as a slice takes, in the place of what stands at `index`."""
        adopted = self._adopt_all(item, "slice takes") if isinstance(index, slice) else self._adopt(item)
        super().__setitem__(index, adopted)
        self._is_edited = True

    def __delitem__(self, index: SupportsIndex | slice) -> None:
        super().__delitem__(index)
        self._is_edited = True

    def __iadd__(self, items: Iterable[ElementMapping]) -> Self:  # type: ignore[override, misc]
        self.extend(items)
        return self

    def __imul__(self, times: SupportsIndex) -> Self:
        self._is_edited = True
        return super().__imul__(times)

    def pop(self, index: SupportsIndex = -1) -> Dataset:
        """Take the item at `index` out, and give it."""
        item = super().pop(index)
        self._is_edited = True
        return item

    def remove(self, item: Any) -> None:
        """Take the first item that equals `item` out."""
        super().remove(item)
        self._is_edited = True

    def clear(self) -> None:
        """Take all items out."""
        super().clear()
        self._is_edited = True

    def reverse(self) -> None:
        """Turn the order of the items round."""
        super().reverse()
        self._is_edited = True

    def sort(self, *, key: Any = None, reverse: bool = False) -> None:
        """Order the items by what `key` gives for each."""
        super().sort(key=key, reverse=reverse)
        self._is_edited = True

    def __str__(self) -> str:
        return f"[{''.join(str(item) for item in self)}]"

    def __repr__(self) -> str:
        return f"<{type(self).__name__}, length {len(self)}>"

    def __copy__(self) -> Self:
        twin = type(self).__new__(type(self))
        list.extend(twin, self)  # the items stay those of this sequence, which keeps being their parent
        twin._is_undefined_length = self._is_undefined_length
        return twin

    def copy(self) -> Self:
        """A list of the same items."""
        return self.__copy__()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        from copy import deepcopy

        return self._rebuild([deepcopy(item, memo) for item in self], self.is_undefined_length)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return self._rebuild, (list(self), self.is_undefined_length)

    @classmethod
    def _rebuild(cls, items: list[Dataset], is_undefined_length: bool) -> Self:
        sequence = cls.__new__(cls)
        list.extend(sequence, items)
        sequence._is_undefined_length = is_undefined_length
        for item in items:
            sequence._adopt(item)
        return sequence
