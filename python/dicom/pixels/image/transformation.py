"""A modality transformation: what turns stored values into values in a unit.

In: stored values. Out: values, of a type that depends on the transformation and the stored type alone.
Standard: PS3.3 C.11.1 (Modality LUT, rescale), C.7.6.16.2.11 (Real World Value Mapping).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Hashable
    from typing import Any

    from numpy.typing import DTypeLike, NDArray

    from dicom.pixels.image.units import Unit
    from dicom.pixels.lookup import LookupTable


class Linear:
    """``value = stored * slope + intercept``.

    Stored values that nothing is done to (slope 1, intercept 0) keep their type. Whole numbers put through a whole
    slope and intercept become int32 (int64 where that couldn't hold every result): exact, and wide enough to reckon
    with. All else becomes float64.
    """

    __slots__ = ("intercept", "quantity", "slope", "source", "unit", "unit_source")

    def __init__(self, slope: float, intercept: float, unit: Unit, source: str, quantity: str | None = None) -> None:
        self.slope = slope
        self.intercept = intercept
        self.unit, self.unit_source = unit
        self.source = source
        # A rescale names a unit at most, a dose also what it is of.
        self.quantity = quantity

    @property
    def is_identity(self) -> bool:
        """Whether the values stay what they are."""
        return self.slope == 1 and self.intercept == 0

    @property
    def key(self) -> Hashable:
        """Equal for transformations that give equal values."""
        return self.slope, self.intercept

    def dtype(self, stored: DTypeLike) -> np.dtype[Any]:
        """The type of the values of stored values of this type."""
        stored = np.dtype(stored)
        if self.is_identity:
            return stored
        if stored.kind in "iu" and self.slope.is_integer() and self.intercept.is_integer():
            slope, intercept, limits = int(self.slope), int(self.intercept), np.iinfo(stored)
            ends = [int(limit) * slope + intercept for limit in (limits.min, limits.max)]
            # The slope and the intercept have to fit too: they take part in the type's arithmetic.
            for dtype in (np.int32, np.int64):
                held = np.iinfo(dtype)
                if all(held.min <= number <= held.max for number in (*ends, *limits_of(stored), slope, intercept)):
                    products = [end - intercept for end in ends]
                    if all(held.min <= number <= held.max for number in products):
                        return np.dtype(dtype)
        return np.dtype(np.float64)

    def apply(self, stored: NDArray[Any]) -> NDArray[Any]:
        """The values, in the shape of `stored`."""
        if self.is_identity:
            return stored
        dtype = self.dtype(stored.dtype)
        if dtype.kind == "i":
            values: NDArray[Any] = np.multiply(stored, int(self.slope), dtype=dtype)
            values += int(self.intercept)
            return values
        values = np.multiply(stored, self.slope, dtype=np.float64)
        values += self.intercept
        return values

    def least(self, stored_ends: tuple[float, float]) -> float:
        """The least value that stored values within these ends can have."""
        return min(end * self.slope + self.intercept for end in stored_ends)


class Table:
    """A Modality LUT: its entries, uint8 or uint16 as its descriptor says."""

    __slots__ = ("_table", "source", "unit", "unit_source")

    is_identity = False
    quantity: str | None = None

    def __init__(self, table: LookupTable, unit: Unit, source: str) -> None:
        self._table = table
        self.unit, self.unit_source = unit
        self.source = source

    @property
    def key(self) -> Hashable:
        """Equal for transformations that give equal values."""
        return self._table.first, self._table.entries.tobytes()

    def dtype(self, stored: DTypeLike) -> np.dtype[Any]:
        """The type of the values of stored values of this type."""
        return self._table.entries.dtype

    def apply(self, stored: NDArray[Any]) -> NDArray[Any]:
        """The values, in the shape of `stored`."""
        return self._table.apply(stored)

    def least(self, stored_ends: tuple[float, float]) -> float:
        """The least value that stored values within these ends can have."""
        return 0.0


class Piecewise:
    """Real World Value Mappings of one unit, each for its range of stored values; NaN where none has a value."""

    __slots__ = ("_mappings", "quantity", "source", "unit", "unit_source")

    def __init__(self, mappings: list[Any], source: str) -> None:
        self._mappings = mappings
        self.quantity: str | None = mappings[0].quantity or None
        self.unit, self.unit_source = mappings[0].unit, mappings[0].unit_source
        self.source = source

    @property
    def is_identity(self) -> bool:
        """Whether the values stay what they are (but for those that have no meaning)."""
        return self.is_linear_as(1.0, 0.0)

    def is_linear_as(self, slope: float, intercept: float) -> bool:
        """Whether these are one line with this slope and intercept."""
        return all((one.slope, one.intercept) == (slope, intercept) for one in self._mappings)

    @property
    def key(self) -> Hashable:
        """Equal for transformations that give equal values."""
        return tuple(mapping.key for mapping in self._mappings)

    def dtype(self, stored: DTypeLike) -> np.dtype[Any]:
        """The type of the values of stored values of this type."""
        return np.dtype(np.float64)

    def apply(self, stored: NDArray[Any]) -> NDArray[Any]:
        """The values, in the shape of `stored`; where two mappings overlap, those of the first."""
        values = np.full(stored.shape, np.nan)
        for mapping in reversed(self._mappings):
            within = np.ones(stored.shape, np.bool_)
            if mapping.first is not None:
                within &= stored >= mapping.first
            if mapping.last is not None:
                within &= stored <= mapping.last
            values[within] = mapping.values_of(stored[within])
        return values

    def least(self, stored_ends: tuple[float, float]) -> float:
        """The least value that stored values within these ends can have."""
        least: float = min(mapping.least(stored_ends) for mapping in self._mappings)
        return least


def limits_of(dtype: np.dtype[Any]) -> tuple[int, int]:
    """The least and the greatest number of an integer type."""
    limits = np.iinfo(dtype)
    return int(limits.min), int(limits.max)
