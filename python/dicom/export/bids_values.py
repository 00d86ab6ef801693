"""Values of DICOM elements as a sidecar writes them: text, numbers, seconds, times of day.

In: a value of a data set. Out: what JSON holds, or None where it can't be told.
"""

from __future__ import annotations

from dicom.export.source_headers import as_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    #: A field's name, the keywords that it comes from (the first that has a value), and what is made of the value.
    Field = tuple[str, tuple[str, ...], Callable[[Any], Any]]

_MANUFACTURERS = {
    "SIEMENS": "Siemens",
    "GE": "GE",
    "PHILIPS": "Philips",
    "TOSHIBA": "Toshiba",
    "CANON": "Canon",
    "HITACHI": "Hitachi",
    "UIH": "UIH",
    "BRUKER": "Bruker",
}


def text(value: Any) -> str | None:
    """A text; several with a backslash between them, as in the element."""
    return "\\".join(parts) if (parts := text_list(value)) else None


def text_list(value: Any) -> list[str] | None:
    """A text or several as a list."""
    from collections.abc import MutableSequence

    # A person's name is iterable too.
    if not isinstance(value, MutableSequence):
        value = [value]
    parts = [str(part).strip() for part in value]
    return parts if any(parts) else None


def number(value: Any) -> int | float | None:
    """A number, whole where it is whole."""
    return tidy(as_number(value))


def integer(value: Any) -> int | None:
    """A whole number."""
    found = as_number(value)
    return None if found is None or not found.is_integer() else int(found)


def milli(value: Any) -> int | float | None:
    """A thousandth: ms -> s."""
    found = as_number(value)
    return None if found is None else tidy(found / 1000)


def tidy(value: float | None) -> int | float | None:
    """A number without the tail of binary fractions, and without ``.0``."""
    if value is None:
        return None
    rounded = float(f"{value:.10g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 2**53 else rounded


def age(value: Any) -> int | str | None:
    """An age in years as a number; in months, weeks or days as it stands."""
    stated = text(value)
    return int(stated[:-1]) if stated is not None and stated[-1:] == "Y" and stated[:-1].isdecimal() else stated


def manufacturer(value: Any) -> str | None:
    """The usual short name of a manufacturer, as dcm2niix writes it; else what stands there."""
    name = text(value)
    if name is None:
        return None
    first = name.upper().replace(",", " ").split()[0]
    return _MANUFACTURERS.get(first, name)


def seconds_of_day(value: Any) -> float | None:
    """Seconds since midnight of a TM, or of the time in a DT (PS3.5 6.2)."""
    found = str(value).strip()
    if "." in found:
        found, _, fraction = found.partition(".")
    else:
        fraction = ""
    fraction = fraction.partition("+")[0].partition("-")[0]
    found = found.partition("+")[0].partition("-")[0]
    if len(found) in (12, 14):
        found = found[8:]
    found = found.replace(":", "")
    if not found.isdecimal() or len(found) not in (2, 4, 6) or not (fraction.isdecimal() or not fraction):
        return None
    hours, minutes, whole = int(found[:2]), int(found[2:4] or 0), int(found[4:6] or 0)
    if hours > 23 or minutes > 59 or whole > 60:
        return None
    return hours * 3600 + minutes * 60 + whole + (float(f"0.{fraction}") if fraction else 0.0)


def time_of_day(value: Any) -> str | None:
    """``HH:MM:SS.ffffff``; no date."""
    found = seconds_of_day(value)
    if found is None:
        return None
    micro = round(found * 1e6)
    minutes, micro = divmod(micro, 60_000_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{micro // 1_000_000:02}.{micro % 1_000_000:06}"
