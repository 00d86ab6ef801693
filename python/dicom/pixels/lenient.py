"""Values of elements that may hold anything: numbers, code strings and items, or nothing.

In: a value as a data set gives it. Out: what it was meant to be, or that it isn't there. A hostile file has text for
numbers and bytes for sequences.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def items(holder: Any, keyword: str) -> list[Any]:
    """The items of a sequence; none where the element is absent or no sequence."""
    value = holder.get(keyword)
    if value is None or isinstance(value, str | bytes) or not hasattr(value, "__len__"):
        return []
    return [item for item in value if hasattr(item, "get")]


def text(value: Any) -> str:
    """A code string, without padding and in capitals; ``""`` for anything else."""
    return value.strip().upper() if isinstance(value, str) else ""


def number(value: Any) -> float | None:
    """A finite number, the first of several; None for anything else."""
    if hasattr(value, "__len__") and not isinstance(value, str | bytes):
        # An item of a sequence is no list of values.
        value = value[0] if len(value) and not hasattr(value, "get") else None
    if value is None or isinstance(value, bytes):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if abs(found) != float("inf") and found == found else None
