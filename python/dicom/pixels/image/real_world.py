"""Real World Value Mappings: stored values as quantities in coded units.

In: a data set and a frame. Out: its mappings, in the order of the standard's places. Standard: PS3.3 C.7.6.16.2.11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.pixels.description import PIXEL_DATA
from dicom.pixels.image.units import unit_of_code
from dicom.pixels.lenient import items, number
from dicom.pixels.spacing import functional_groups

if TYPE_CHECKING:
    from collections.abc import Hashable
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.description import FrameDescription

_SEQUENCE = "RealWorldValueMappingSequence"
_MOST_MAPPINGS = 1024


class RealWorldMapping:
    """One item of a Real World Value Mapping Sequence.

    Attributes
    ----------
    label : str
        LUT Label, such as ``"SUVbw"``; ``""`` without one.
    unit : str or None
        The UCUM code of Measurement Units Code Sequence; ``"HU"`` for Hounsfield units.
    unit_source : str
        Which element said so, or why it is not known.
    quantity : str
        The meaning of the quantity that Quantity Definition Sequence names, such as ``"Apparent Diffusion
        Coefficient"``; ``""`` without one.
    first, last : float or None
        The stored values from and up to which it holds; None where that isn't said.
    slope, intercept : float or None
        Of a linear mapping; None for a table.
    """

    __slots__ = ("_table", "first", "intercept", "label", "last", "quantity", "slope", "unit", "unit_source")

    def __init__(self, item: Any, description: FrameDescription) -> None:
        label = item.get("LUTLabel")
        self.label = label.strip() if isinstance(label, str) else ""
        self.unit, self.unit_source = unit_of_code(item)
        self.quantity = _quantity(item)
        self.first = _bound(item, "First", description)
        self.last = _bound(item, "Last", description)
        if self.first is not None and self.last is not None and self.first > self.last:
            self.first, self.last = self.last, self.first
        data = item.get("RealWorldValueLUTData")
        self._table: NDArray[np.float64] | None = None
        self.slope, self.intercept = (
            number(item.get("RealWorldValueSlope")),
            number(item.get("RealWorldValueIntercept")),
        )
        if self.slope is None and data is not None:
            self._table = _table(data)
        elif self.slope is not None and self.intercept is None:
            self.intercept = 0.0

    @property
    def is_usable(self) -> bool:
        """Whether the item says what the values are."""
        if self._table is not None:
            return self._table.size > 0 and self.first is not None
        return self.slope is not None

    @property
    def key(self) -> Hashable:
        """Equal for mappings that give equal values."""
        table = None if self._table is None else self._table.tobytes()
        return self.first, self.last, self.slope, self.intercept, table

    def values_of(self, stored: NDArray[Any]) -> NDArray[np.float64]:
        """The quantities of stored values within the range; float64.

        A stored value beyond the table's end has none: NaN.
        """
        if self._table is None:
            values: NDArray[np.float64] = np.multiply(stored, self.slope or 0.0, dtype=np.float64)
            values += self.intercept or 0.0
            return values
        index = stored.astype(np.float64) - (self.first or 0.0)
        within = (index >= 0) & (index < self._table.size)
        place = np.where(within, index, 0).astype(np.intp)
        return np.where(within, self._table[place], np.nan)

    def least(self, stored_ends: tuple[float, float]) -> float:
        """The least quantity that stored values within these ends can have."""
        if self._table is not None:
            return float(np.nanmin(self._table)) if not np.isnan(self._table).all() else 0.0
        slope, intercept = self.slope or 0.0, self.intercept or 0.0
        return min(end * slope + intercept for end in stored_ends)

    def __repr__(self) -> str:
        how = "table" if self._table is not None else f"slope={self.slope:g}, intercept={self.intercept:g}"
        return f"RealWorldMapping({how}, first={self.first}, last={self.last})"


def real_world_mappings(ds: Any, description: FrameDescription, frame: int) -> list[RealWorldMapping]:
    """The usable mappings of a frame: its own, else those shared by all, else those of the data set itself."""
    for holder in (*functional_groups(ds, frame), ds):
        found = [RealWorldMapping(item, description) for item in items(holder, _SEQUENCE)[:_MOST_MAPPINGS]]
        if found:
            return [mapping for mapping in found if mapping.is_usable]
    return []


def _table(data: Any) -> NDArray[np.float64]:
    try:
        return np.atleast_1d(np.asarray(data, np.float64))
    except (TypeError, ValueError):
        return np.empty(0)


def _bound(item: Any, which: str, description: FrameDescription) -> float | None:
    value = number(item.get(f"DoubleFloatRealWorldValue{which}ValueMapped"))
    if value is not None:
        return value
    if description.tag != PIXEL_DATA:
        # Whole numbers of 16 bits are of Pixel Data alone; dcmqi writes them of floats too, cut, which would leave
        # next to no value within them.
        return None
    value = number(item.get(f"RealWorldValue{which}ValueMapped"))
    if value is None:
        return None
    # Its VR is that of the pixels (US or SS) and can have been told wrongly within an item.
    if description.is_signed and value > 32767 and description.bits_allocated <= 16:
        return value - 65536
    return value + 65536 if not description.is_signed and value < 0 else value


def _quantity(mapping: Any) -> str:
    """The meaning of the first coded value of a quantity."""
    for item in items(mapping, "QuantityDefinitionSequence"):
        codes = items(item, "ConceptCodeSequence")
        meaning = codes[0].get("CodeMeaning") if codes else None
        if isinstance(meaning, str):
            return meaning
    return ""
