"""Dates and times of headers as seconds, a column at a time.

In: texts of VR DA, TM and DT. Out: float64 seconds on one scale, NaN where there is no time. Days are counted from the
first one of the column, so that microseconds stay what they are. Standard: PS3.5 6.2.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from numpy.typing import NDArray

_DAY = 86_400.0


def seconds_of_times(times: Sequence[str | None], dates: Sequence[str | None] | None = None) -> NDArray[np.float64]:
    """(n,): seconds of TM values since midnight; with `dates` since the midnight of the first of these days.

    Where no date stands, the day counts as none: then times of one column mustn't be held against others.
    """
    return _seconds_of(list(zip(times, dates if dates is not None else [None] * len(times), strict=True)), _time_of_day)


def seconds_of_date_times(texts: Sequence[str | None]) -> NDArray[np.float64]:
    """(n,): seconds of DT values since the midnight of the first day, brought to UTC where they say their zone."""
    return _seconds_of(list(texts), _date_time)


def _seconds_of(texts: list[Any], read: Callable[[Any], tuple[float, float]]) -> NDArray[np.float64]:
    """Seconds of texts that are read as a day, 0 for none, and seconds of it; each text is read once."""
    known = {text: read(text) for text in dict.fromkeys(texts)}
    first = min((day for day, seconds in known.values() if day and seconds == seconds), default=0)
    seconds_of = {text: (day - first if day else 0) * _DAY + seconds for text, (day, seconds) in known.items()}
    return np.array([seconds_of[text] for text in texts], np.float64)


def _time_of_day(time_and_date: tuple[str | None, str | None]) -> tuple[float, float]:
    return _days(time_and_date[1]), _seconds(time_and_date[0])


def _date_time(text: str | None) -> tuple[float, float]:
    if not text:
        return 0, np.nan
    text = text.strip()
    zone = 0.0
    sign = max(text.rfind("+"), text.rfind("-"))
    if sign > 0:
        offset = text[sign + 1 :]
        if len(offset) != 4 or not offset.isascii() or not offset.isdigit():
            return 0, np.nan
        zone = (int(offset[:2]) * 3600 + int(offset[2:]) * 60) * (-1 if text[sign] == "-" else 1)
        text = text[:sign]
    day = _days(text[:8]) if len(text) >= 8 else 0
    return (day, _seconds(text[8:] or "00") - zone) if day else (0, np.nan)


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
