"""Dates and times of headers as moments that can be subtracted to the microsecond.

In: texts of VR DA, TM and DT. Out: `datetime`, aware of its offset from UTC where a DT says it; None for what is no
date or time. Standard: PS3.5 6.2.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

_DATE = re.compile(r"(\d{4})\.?(\d{2})\.?(\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{2}):?(\d{2})(?::?(\d{2})(?:\.(\d{1,6}))?)?", re.ASCII)
_DATE_TIME = re.compile(r"(\d{8})(\d{4}(?:\d{2}(?:\.\d{1,6})?)?)([+-]\d{4})?", re.ASCII)
_OFFSET = re.compile(r"([+-])(\d{2})(\d{2})", re.ASCII)
_MOST_HOURS = 14
#: Moments at the ends of what a `datetime` can hold could not be reckoned with.
_YEARS = range(1900, 2200)


def day_of(text: str | None) -> date | None:
    """The day of a DA value."""
    found = _DATE.fullmatch((text or "").strip())
    if found is None or int(found[1]) not in _YEARS:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def clock_of(text: str | None) -> timedelta | None:
    """The time since midnight of a TM value that has hours and minutes."""
    found = _TIME.fullmatch((text or "").strip())
    if found is None:
        return None
    hours, minutes, seconds = int(found[1]), int(found[2]), int(found[3] or 0)
    # A leap second is 60.
    if hours > 23 or minutes > 59 or seconds > 60:
        return None
    return timedelta(hours=hours, minutes=minutes, seconds=seconds, microseconds=int((found[4] or "0").ljust(6, "0")))


def moment_of(day: str | None, clock: str | None) -> datetime | None:
    """The moment of a DA and a TM value."""
    its_day, its_clock = day_of(day), clock_of(clock)
    return None if its_day is None or its_clock is None else at(its_day, its_clock)


def date_time_of(text: str | None) -> datetime | None:
    """The moment of a DT value that has hours and minutes; aware where it says its offset from UTC."""
    found = _DATE_TIME.fullmatch((text or "").strip())
    moment = None if found is None else moment_of(found[1], found[2])
    if found is None or moment is None or found[3] is None:
        return moment
    zone = offset_of(found[3])
    return None if zone is None else moment.replace(tzinfo=zone)


def offset_of(text: str | None) -> timezone | None:
    """The offset from UTC, of Timezone Offset From UTC (0008,0201) or the end of a DT value."""
    found = _OFFSET.fullmatch((text or "").strip())
    if found is None or int(found[2]) > _MOST_HOURS or int(found[3]) > 59:
        return None
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-offset if found[1] == "-" else offset)


def at(day: date, clock: timedelta) -> datetime:
    """A moment of a day."""
    return datetime(day.year, day.month, day.day) + clock


def clock_in(moment: datetime) -> timedelta:
    """The time since midnight of a moment."""
    return timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond)
