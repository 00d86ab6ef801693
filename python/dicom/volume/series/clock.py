"""Dates and times of headers as seconds, a column at a time.

In: texts of VR DA, TM and DT. Out: float64 seconds on one scale, NaN where there is no time. Standard: PS3.5 6.2.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_DAY = 86_400.0


def seconds_of_times(times: Sequence[str | None], dates: Sequence[str | None] | None = None) -> NDArray[np.float64]:
    """(n,): seconds of TM values since midnight, or of the days of `dates` since the first of January of the year 1.

    Where no date stands, the day counts as none: then times of one column mustn't be held against others.
    """
    known: dict[tuple[str | None, str | None], float] = {}
    found = np.empty(len(times))
    for row, text in enumerate(times):
        key = (text, dates[row] if dates is not None else None)
        value = known.get(key)
        if value is None:
            value = known[key] = _seconds(key[0]) + _days(key[1]) * _DAY
        found[row] = value
    return found


def seconds_of_date_times(texts: Sequence[str | None]) -> NDArray[np.float64]:
    """(n,): seconds of DT values since the first of January of the year 1, brought to UTC where they say their zone."""
    known: dict[str | None, float] = {}
    found = np.empty(len(texts))
    for row, text in enumerate(texts):
        value = known.get(text)
        if value is None:
            value = known[text] = _date_time(text)
        found[row] = value
    return found


def _date_time(text: str | None) -> float:
    if not text:
        return np.nan
    text = text.strip()
    zone = 0.0
    sign = max(text.rfind("+"), text.rfind("-"))
    if sign > 0:
        offset = text[sign + 1 :]
        if len(offset) != 4 or not offset.isascii() or not offset.isdigit():
            return np.nan
        zone = (int(offset[:2]) * 3600 + int(offset[2:]) * 60) * (-1 if text[sign] == "-" else 1)
        text = text[:sign]
    if len(text) < 8:
        return np.nan
    return _days(text[:8]) * _DAY + _seconds(text[8:] or "00") - zone if _days(text[:8]) else np.nan


def _days(text: str | None) -> float:
    """Days of a DA value; 0 where there is none, or none that can be."""
    digits = (text or "").strip().replace(".", "")
    if len(digits) != 8 or not digits.isascii() or not digits.isdigit():
        return 0
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).toordinal()
    except ValueError:
        return 0


def _seconds(text: str | None) -> float:
    """Seconds of a TM value; also with the colons of old files."""
    digits, _, fraction = (text or "").strip().replace(":", "").partition(".")
    if not digits or len(digits) > 6 or len(digits) % 2 or not (digits + fraction).isascii():
        return np.nan
    if not digits.isdigit() or (fraction and not fraction.isdigit()):
        return np.nan
    digits = digits.ljust(6, "0")
    return int(digits[:2]) * 3600 + int(digits[2:4]) * 60 + int(digits[4:]) + float(f"0.{fraction or 0}")
