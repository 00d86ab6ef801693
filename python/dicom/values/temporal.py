"""Dates and times: DA, TM, DT as Python's date, time and datetime, with the text they came from.

In: text from a file, or an object of the datetime module. Out: such an object that prints the text it was made from.
Standard: PS3.5 6.2, Table 6.2-1. Ranges, which queries use, are no single moment and are refused.
Loaded only when conversion is asked for: the datetime module stays off the import path otherwise.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

from dicom.errors import ValueRepresentationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self


def dicom_text(moment: date | time | datetime) -> str:
    """Text of a date (DA), time (TM) or datetime (DT), as it stands in an element."""
    original = getattr(moment, "original_string", None)
    if original is not None:
        return str(original)
    if isinstance(moment, datetime):
        # Years below 1000 keep their four digits, which strftime doesn't promise.
        text = f"{moment.year:04}{moment.month:02}{moment.day:02}{_clock(moment)}"
        offset = moment.utcoffset()
        if offset is None:
            return text
        minutes = offset // timedelta(minutes=1)
        sign = "-" if minutes < 0 else "+"
        return f"{text}{sign}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
    if isinstance(moment, date):
        return f"{moment.year:04}{moment.month:02}{moment.day:02}"
    return _clock(moment)


def _clock(moment: time | datetime) -> str:
    text = f"{moment.hour:02}{moment.minute:02}{moment.second:02}"
    return f"{text}.{moment.microsecond:06}" if moment.microsecond else text


class _Original:
    """What the three classes share: the text, kept through printing, copying and pickling."""

    original_string: str

    def __str__(self) -> str:
        original = self.__dict__.get("original_string")
        return original if original is not None else super().__str__()

    def __repr__(self) -> str:
        return f'"{self}"'

    def __reduce_ex__(self, protocol: Any) -> Any:
        reduced = super().__reduce_ex__(protocol)
        return reduced[0], reduced[1], self.__dict__.copy()


class DA(_Original, date):
    """A date: ``"YYYYMMDD"``, or ``"YYYY.MM.DD"`` of ACR-NEMA.

    Parameters
    ----------
    val : str, date, datetime or None
        Empty text and None give None.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Make it of a str or a date, or of the numbers that the datetime module takes."""
        val = args[0] if args else None
        if len(args) + len(kwargs) > 1 or (not args and kwargs) or isinstance(val, bytes):
            return super().__new__(cls, *args, **kwargs)
        if val is None or (isinstance(val, str) and not val.strip(" ")):
            return None  # type: ignore[return-value]
        if isinstance(val, str):
            self: Self = _make(super().__new__, cls, _date_parts(val.rstrip(" ")), "DA")
            self.original_string = val.rstrip(" ")
            return self
        if isinstance(val, date):
            self = super().__new__(cls, val.year, val.month, val.day)
            self.original_string = dicom_text(val if isinstance(val, DA) else self)
            return self
        raise ValueRepresentationError(f"a DA is made from a str or a date, not {type(val).__name__}")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass


class TM(_Original, time):
    """A time of day: ``"HH"``, ``"HHMM"``, ``"HHMMSS"`` or ``"HHMMSS.FFFFFF"``; what is left out is 0.

    A leap second (60) becomes second 59, which is the last that Python has, with a warning; its text stays.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Make it of a str or a time, or of the numbers that the datetime module takes."""
        val = args[0] if args else None
        if len(args) + len(kwargs) > 1 or (not args and kwargs) or isinstance(val, (int, bytes)):
            return super().__new__(cls, *args, **kwargs)
        if val is None or (isinstance(val, str) and not val.strip(" ")):
            return None  # type: ignore[return-value]
        if isinstance(val, str):
            text = val.rstrip(" ")
            self: Self = _make(super().__new__, cls, _time_parts(text), "TM")
            self.original_string = text
            return self
        if isinstance(val, time):
            self = super().__new__(cls, val.hour, val.minute, val.second, val.microsecond)
            self.original_string = dicom_text(val if isinstance(val, TM) else self)
            return self
        raise ValueRepresentationError(f"a TM is made from a str or a time, not {type(val).__name__}")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass


class DT(_Original, datetime):
    """A date and time: ``"YYYYMMDDHHMMSS.FFFFFF&ZZXX"``; only the year must be there, ``&ZZXX`` is the UTC offset."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Make it of a str or a datetime, or of the numbers that the datetime module takes."""
        val = args[0] if args else None
        if len(args) + len(kwargs) > 1 or (not args and kwargs) or isinstance(val, bytes):
            return super().__new__(cls, *args, **kwargs)
        if val is None or (isinstance(val, str) and not val.strip(" ")):
            return None  # type: ignore[return-value]
        if isinstance(val, str):
            text = val.rstrip(" ")
            parts, zone = _datetime_parts(text)
            self: Self = _make(super().__new__, cls, parts, "DT", tzinfo=zone)
            self.original_string = text
            return self
        if isinstance(val, datetime):
            self = super().__new__(
                cls, val.year, val.month, val.day, val.hour, val.minute, val.second, val.microsecond, val.tzinfo
            )
            self.original_string = dicom_text(val if isinstance(val, DT) else self)
            return self
        raise ValueRepresentationError(f"a DT is made from a str or a datetime, not {type(val).__name__}")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass


def _make(new: Any, cls: type[Any], parts: tuple[int, ...] | None, vr: str, **kwargs: Any) -> Any:
    """An object of the class from its numbers; those that no calendar has are refused without naming them."""
    if parts is not None:
        try:
            return new(cls, *parts, **kwargs)
        except ValueError:
            pass
    raise ValueRepresentationError(f"the text is no single {vr} value (PS3.5 Table 6.2-1)") from None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _date_parts(text: str) -> tuple[int, ...] | None:
    if len(text) == 10 and text[4] == text[7] == ".":
        text = text[:4] + text[5:7] + text[8:]
    if len(text) != 8 or _number(text) is None:
        return None
    return int(text[:4]), int(text[4:6]), int(text[6:])


def _time_parts(text: str) -> tuple[int, ...] | None:
    whole, point, fraction = text.partition(".")
    if len(whole) not in (2, 4, 6) or _number(whole) is None or (point and len(whole) != 6):
        return None
    if fraction and (len(fraction) > 6 or _number(fraction) is None):
        return None
    numbers = [int(whole[at : at + 2]) for at in range(0, len(whole), 2)]
    numbers += [0] * (3 - len(numbers))
    return numbers[0], numbers[1], _second(numbers[2]), int(fraction.ljust(6, "0")) if fraction else 0


def _second(second: int) -> int:
    if second != 60:
        return second
    from warnings import warn

    warn("a leap second, which Python's times don't have, becomes second 59", UserWarning, stacklevel=4)
    return 59


def _datetime_parts(text: str) -> tuple[tuple[int, ...] | None, timezone | None]:
    moment, zone = text, None
    if len(text) > 5 and text[-5] in "+-":
        moment = text[:-5]
        zone = _zone(text[-5:])
        if zone is None:
            return None, None
    whole, point, fraction = moment.partition(".")
    if len(whole) not in (4, 6, 8, 10, 12, 14) or _number(whole) is None or (point and len(whole) != 14):
        return None, None
    if fraction and (len(fraction) > 6 or _number(fraction) is None):
        return None, None
    numbers = [int(whole[:4])] + [int(whole[at : at + 2]) for at in range(4, len(whole), 2)]
    numbers += [1, 1, 0, 0, 0][len(numbers) - 1 :]
    numbers[5] = _second(numbers[5])
    return (*numbers, int(fraction.ljust(6, "0")) if fraction else 0), zone


def _zone(text: str) -> timezone | None:
    """UTC offset between -1200 and +1400; other four digits after a sign are the end of a range of years."""
    digits = _number(text[1:])
    if digits is None or digits % 100 > 59 or digits > (1200 if text[0] == "-" else 1400):
        return None
    offset = timedelta(hours=digits // 100, minutes=digits % 100)
    return timezone(-offset if text[0] == "-" else offset, text)
