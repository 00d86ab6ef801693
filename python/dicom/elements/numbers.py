"""The numbers of an element as an array, without an object for each.

In: an element of a numeric VR. Out: a NumPy array of one dimension. Standard: PS3.5 6.2 (DS, IS, FD, FL, SL, SS,
SV, UL, US, UV). The core fills the array from the bytes that were read; what was edited is converted.
"""

from __future__ import annotations

import numpy as np

from dicom.errors import ValueRepresentationError, ValueTypeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .element import DataElement

_TYPES = {
    "DS": "float64",
    "FD": "float64",
    "FL": "float32",
    "IS": "int64",
    "SL": "int32",
    "SS": "int16",
    "SV": "int64",
    "UL": "uint32",
    "US": "uint16",
    "UV": "uint64",
}


def to_numpy(element: DataElement) -> np.ndarray[Any, Any]:
    """The numbers of an element; see `DataElement.to_numpy`."""
    kind = _TYPES.get(element.VR)
    if kind is None:
        raise ValueTypeError(f"{element.tag}: VR {element.VR} has no numbers", tag=int(element.tag))
    count = element._count_numbers()
    if count is None:
        return _of_value(element, kind)
    if kind != "int64" or element.VR == "SV":
        array = np.empty(count, dtype=kind)
        return array if element._fill_numbers(array) else _of_value(element, kind)
    # Integers as text have at most 32 bits, which float64 holds exactly.
    exact = np.empty(count, dtype="float64")
    if not element._fill_numbers(exact):
        return _of_value(element, kind)
    if not np.array_equal(exact, np.trunc(exact)):
        raise ValueRepresentationError(f"{element.tag}: a value is no whole number", tag=int(element.tag))
    return exact.astype("int64")


def _of_value(element: DataElement, kind: str) -> np.ndarray[Any, Any]:
    value = element.value
    values = [] if value is None or value == "" else list(value) if isinstance(value, (list, tuple)) else [value]
    if kind == "float64":
        values = [np.nan if one is None or one == "" else one for one in values]
    try:
        return np.array(values, dtype=kind)
    except (TypeError, ValueError, OverflowError):
        raise ValueRepresentationError(
            f"{element.tag}: a value can't be made a number of VR {element.VR}", tag=int(element.tag)
        ) from None
