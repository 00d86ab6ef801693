"""Columns of a sequence item by item: the plain way, for what was edited or isn't plainly what its VR says.

In: data sets. Out: `ItemColumn`, which is asked as the core's `StoredColumn` is. What the core reads from bytes is what
comes out here; tests hold that. Standard: PS3.5 6.2, 7.5.
"""

from __future__ import annotations

import math

from dicom.errors import ColumnError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, TypeAlias

    import numpy as np
    from numpy.typing import NDArray

    from .dataset import Dataset

    #: What one item has: numbers, None for one that is missing among them; a text, None for an empty one.
    Cell: TypeAlias = list[float | None] | str | None

_NUMBER_TEXTS = frozenset(["DS", "IS"])
_NUMBERS = frozenset(["US", "SS", "UL", "SL", "UV", "SV", "FL", "FD", "AT", *_NUMBER_TEXTS])
#: VRs whose columns are lists of text.
TEXT = frozenset(["AE", "AS", "CS", "DA", "DT", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"])


class ItemColumn:
    """The values of one element, item by item: see `dicom._core.StoredColumn`."""

    __slots__ = ("_cells", "path", "vr", "wanted")

    def __init__(self, wanted: int, path: tuple[int, ...], vr: str, items: int) -> None:
        self.wanted = wanted
        self.path = path
        self.vr = vr
        self._cells: list[Any] = [_ABSENT] * items

    def append(self, item: Dataset) -> None:
        """Take what the next item has."""
        element = _element_at(item, self.path)
        if element is None:
            self._cells.append(_ABSENT)
            return
        if _kind(element.VR) != _kind(self.vr):
            raise ColumnError(
                f"some items have the VR {self.vr} and others {element.VR}: they make no column", tag=self.path[-1]
            )
        self._cells.append(self._cell(element))

    def _cell(self, element: Any) -> Cell:
        value = element.value
        values = list(value) if isinstance(value, list) else [] if value is None or value == "" else [value]
        if self.is_text:
            return "\\".join(str(one) for one in values) or None
        if self.is_number:
            return [_number(one, element.VR) for one in values]
        return None

    def fill_absent(self, shared: ItemColumn) -> None:
        """Give items without the element what the shared item has."""
        if _kind(shared.vr) != _kind(self.vr):
            raise ColumnError(
                f"some frames have the VR {self.vr} and the shared groups {shared.vr}: they make no column",
                tag=self.path[-1],
            )
        self._cells = [shared._cells[0] if cell is _ABSENT else cell for cell in self._cells]

    @property
    def is_text(self) -> bool:
        """The items have texts."""
        return _kind(self.vr) == "text"

    @property
    def is_number(self) -> bool:
        """The items have numbers."""
        return _kind(self.vr) == "number"

    @property
    def _rows(self) -> list[list[float | None]]:
        return [cell if isinstance(cell, list) else [] for cell in self._cells]

    @property
    def width(self) -> int:
        """The most numbers that an item has."""
        return max(map(len, self._rows), default=0)

    @property
    def number_of_values(self) -> int:
        """All numbers that there are."""
        return sum(map(len, self._rows))

    @property
    def is_whole(self) -> bool:
        """No number is missing."""
        width = self.width
        return all(len(row) == width and None not in row for row in self._rows)

    def fill(self, array: NDArray[np.float64], mask: NDArray[np.bool_] | None = None) -> None:
        """Fill an array, (items, width), and the mask of what is missing."""
        width = self.width
        padded = [row + [None] * (width - len(row)) for row in self._rows]
        array.ravel()[:] = [math.nan if number is None else number for row in padded for number in row]
        if mask is not None:
            mask.ravel()[:] = [number is None for row in padded for number in row]

    def texts(self) -> list[str | None]:
        """The text of each item, None where there is none."""
        return [cell if isinstance(cell, str) else None for cell in self._cells]


# An item without the element, which is not the same as an empty one.
_ABSENT = object()


def read_items(
    dataset: Dataset, sequence: int, shared: int | None, plan: Sequence[tuple[list[int], bool]]
) -> tuple[int, list[ItemColumn]]:
    """The items of a sequence, and a column for each place where a wanted element stands."""
    items = _items(dataset, sequence)
    columns = _collect(items, plan)
    common = _collect(_items(dataset, shared)[:1], plan) if shared is not None and shared in dataset else []
    for one in common:
        own = next((column for column in columns if (column.wanted, column.path) == (one.wanted, one.path)), None)
        if own is None:
            own = ItemColumn(one.wanted, one.path, one.vr, len(items))
            columns.append(own)
        own.fill_absent(one)
    return len(items), columns


def read_item(item: Dataset, plan: Sequence[tuple[list[int], bool]], count: int) -> list[ItemColumn]:
    """Columns that have `count` times what one item has."""
    columns = []
    for one in _collect([item], plan):
        column = ItemColumn(one.wanted, one.path, one.vr, count)
        column.fill_absent(one)
        columns.append(column)
    return columns


def _collect(items: Sequence[Dataset], plan: Sequence[tuple[list[int], bool]]) -> list[ItemColumn]:
    columns: list[ItemColumn] = []
    for number, item in enumerate(items):
        for wanted, (path, anywhere) in enumerate(plan):
            for place in _places(item, path[0]) if anywhere else [tuple(path)]:
                if any(column.wanted == wanted and column.path == place for column in columns):
                    continue
                element = _element_at(item, place)
                if element is not None:
                    columns.append(ItemColumn(wanted, place, element.VR, number))
        for column in columns:
            column.append(item)
    return columns


def _items(dataset: Dataset, tag: int) -> list[Dataset]:
    element = dataset[tag]
    if element.VR != "SQ":
        raise ColumnError(f"the element has the VR {element.VR}: it is no sequence", tag=tag)
    return list(element.value or ())


def _element_at(item: Dataset, path: Sequence[int]) -> Any:
    for tag in path[:-1]:
        element = item._element(tag)
        if element is None or element.VR != "SQ" or not element.value:
            return None
        item = element.value[0]
    return item._element(path[-1])


def _places(item: Dataset, tag: int, above: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """The paths by which an element stands in an item; private sequences are for private elements only."""
    if tag in item:
        yield (*above, tag)
    for own in item._tags():
        if own >> 16 & 1 and not tag >> 16 & 1:
            continue
        element = item._element(own)
        if element.VR == "SQ" and element.value:
            yield from _places(element.value[0], tag, (*above, own))


def _kind(vr: str) -> str:
    if vr in TEXT:
        return "text"
    # "US or SS" of an element that nobody has decided on.
    return "number" if all(one in _NUMBERS for one in vr.split(" or ")) else "other"


def _number(value: Any, vr: str) -> float | None:
    """The number; None for a text that is none, and for one that isn't finite where it was written as text."""
    if isinstance(value, (str, bytes)):
        return None
    number = float(value)
    return None if vr in _NUMBER_TEXTS and not math.isfinite(number) else number
