"""What a value breaks of its VR's rules: type, length, characters, form.

In: a VR and one value, or a list of them. Out: None, or a sentence without the value in it: it can be a name.
Standard: PS3.5 6.2 and Table 6.2-1.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_SEE = "(PS3.5 Table 6.2-1)"

# Longest value in characters.
MAX_LENGTH = {
    "AE": 16,
    "AS": 4,
    "CS": 16,
    "DS": 16,
    "IS": 12,
    "LO": 64,
    "LT": 10240,
    "SH": 16,
    "ST": 1024,
    "UI": 64,
}

_INTEGERS: dict[str, tuple[int, int]] = {
    "SL": (-(2**31), 2**31 - 1),
    "SS": (-(2**15), 2**15 - 1),
    "SV": (-(2**63), 2**63 - 1),
    "UL": (0, 2**32 - 1),
    "US": (0, 2**16 - 1),
    "UV": (0, 2**64 - 1),
}
_SIZES = {"SL": 4, "SS": 2, "SV": 8, "UL": 4, "US": 2, "UV": 8}
_BYTES = frozenset({"OB", "OD", "OF", "OL", "OV", "OW"})
_TEXT = frozenset({"AE", "AS", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UI", "UR"})
_DATES = frozenset({"DA", "TM", "DT"})

_DIGITS = frozenset("0123456789")
_CODE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ ")
_URI = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%")
# Control characters that text of several lines may have: TAB, LF, FF, CR, and ESC for code extension.
_LINES = frozenset("\t\n\f\r\x1b")


def validate_value(vr: str, value: Any) -> str | None:
    """What is wrong with the value of an element, or None.

    Parameters
    ----------
    vr : str
        VRs that have no rules here (SQ, UN, the ambiguous ones, ...) allow everything.
    value : object
        One value, or a list of them: the first that breaks a rule is told.

    Returns
    -------
    str or None
        A sentence that names the VR and the rule, never the value.
    """
    if isinstance(value, list):
        for item in value:
            problem = validate_value(vr, item)
            if problem is not None:
                return problem
        return None
    if value is None:
        return None
    if vr in _INTEGERS:
        return _integer(vr, value)
    if vr in ("FL", "FD"):
        return None if isinstance(value, (int, float)) or _is_number(value) else _wrong_type(vr, value)
    if vr in _BYTES:
        return (
            None if isinstance(value, (bytes, bytearray, memoryview)) or _is_stream(value) else _wrong_type(vr, value)
        )
    if vr in ("DS", "IS"):
        return _number_string(vr, value)
    if vr in _DATES:
        return _date_or_time(vr, value)
    if vr in _TEXT:
        return _text(vr, value)
    return None


class WrongType(str):
    """What is wrong with a value is its type."""

    __slots__ = ()


def _wrong_type(vr: str, value: object) -> str:
    return WrongType(f"a value of type {type(value).__name__} can't be in an element of VR {vr}")


def _wrong_form(vr: str) -> str:
    return f"the value isn't of the form that VR {vr} has {_SEE}"


def _is_number(value: object) -> bool:
    """NumPy's scalars, without importing NumPy."""
    return hasattr(value, "dtype") and hasattr(value, "__float__") and getattr(value, "ndim", 1) == 0


def _is_stream(value: object) -> bool:
    return hasattr(value, "read") and hasattr(value, "seek")


def _integer(vr: str, value: Any) -> str | None:
    if isinstance(value, bytes):
        size = _SIZES[vr]
        if len(value) % size:
            return f"{len(value)} bytes don't divide into values of VR {vr}, which have {size}"
        return None
    if not isinstance(value, int) and not (_is_number(value) and hasattr(value, "__index__")):
        return _wrong_type(vr, value)
    low, high = _INTEGERS[vr]
    return None if low <= value <= high else f"a value of VR {vr} must be between {low} and {high} {_SEE}"


def _number_string(vr: str, value: Any) -> str | None:
    if not isinstance(value, str):
        if isinstance(value, bytes):
            value = value.decode("latin-1")
        elif isinstance(value, (int, float)) or hasattr(value, "as_tuple") or _is_number(value):
            original = getattr(value, "original_string", None)
            if original is None:
                return _integer_string_range(value) if vr == "IS" else _finite(vr, value)
            value = original
        else:
            return _wrong_type(vr, value)
    limit = MAX_LENGTH[vr]
    if len(value) > limit:
        return _too_long(vr, len(value), limit)
    number = value.strip(" ")
    if not number:
        return None
    if vr == "IS":
        digits = number[1:] if number[0] in "+-" else number
        if not digits or not _DIGITS.issuperset(digits):
            return _wrong_form(vr)
        return _integer_string_range(int(number))
    from .number import is_valid_ds

    return None if is_valid_ds(value) else _wrong_form(vr)


def _integer_string_range(value: Any) -> str | None:
    if value != value or value in (float("inf"), float("-inf")) or value != int(value):
        return "a value of VR IS must be a whole number " + _SEE
    return None if -(2**31) <= value < 2**31 else f"a value of VR IS must be between -2**31 and 2**31 - 1 {_SEE}"


def _finite(vr: str, value: Any) -> str | None:
    if value != value or value in (float("inf"), float("-inf")):
        return f"a value of VR {vr} must be finite {_SEE}"
    return None


def _date_or_time(vr: str, value: Any) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if not isinstance(value, str):
        return None if hasattr(value, "isoformat") else _wrong_type(vr, value)
    if not value:
        return None
    check = {"DA": _is_date, "TM": _is_time, "DT": _is_datetime}[vr]
    return None if _single_or_range(value.rstrip(" "), check) else _wrong_form(vr)


def _single_or_range(text: str, check: Callable[[str], bool]) -> bool:
    """One moment, or a query's range: ``a-b``, ``a-``, ``-b``. An offset's minus sign parts nothing."""
    if check(text):
        return True
    for at, character in enumerate(text):
        if character == "-":
            begin, end = text[:at], text[at + 1 :]
            if (begin or end) and (not begin or check(begin)) and (not end or check(end)):
                return True
    return False


def _is_digits(text: str) -> bool:
    return bool(text) and _DIGITS.issuperset(text)


def _is_date(text: str) -> bool:
    return len(text) == 8 and _is_digits(text) and 1 <= int(text[4:6]) <= 12 and 1 <= int(text[6:]) <= 31


def _is_time(text: str) -> bool:
    whole, point, fraction = text.partition(".")
    if len(whole) not in (2, 4, 6) or not _is_digits(whole):
        return False
    if point and not (len(whole) == 6 and len(fraction) <= 6 and _is_digits(fraction)):
        return False
    return int(whole[:2]) < 24 and int(whole[2:4] or 0) < 60 and int(whole[4:6] or 0) <= 60


def _is_datetime(text: str) -> bool:
    if len(text) > 5 and text[-5] in "+-":
        offset = text[-4:]
        if not _is_digits(offset) or int(offset[2:]) > 59 or int(offset) > (1200 if text[-5] == "-" else 1400):
            return False
        text = text[:-5]
    date, clock = text[:8], text[8:]
    if len(date) not in (4, 6, 8) or not _is_digits(date):
        return False
    if len(date) > 4 and not 1 <= int(date[4:6]) <= 12:
        return False
    if len(date) > 6 and not 1 <= int(date[6:]) <= 31:
        return False
    return not clock or (len(date) == 8 and _is_time(clock))


def _too_long(vr: str, length: int, limit: int) -> str:
    return f"a value of VR {vr} has {length} characters; it may have {limit} {_SEE}"


def _text(vr: str, value: Any) -> str | None:
    if not isinstance(value, (str, bytes)):
        # PersonName, without importing it.
        if vr != "PN" or not hasattr(value, "components"):
            return _wrong_type(vr, value)
        value = str(value)
    if isinstance(value, bytes):
        # Text in an unknown character set: a byte is no character, so that only the form of ASCII VRs can be judged.
        if vr in ("LO", "LT", "SH", "ST", "UC", "PN"):
            return None
        value = value.decode("latin-1")
    if not value:
        return None
    if vr == "PN":
        return _person_name(value)
    limit = MAX_LENGTH.get(vr)
    if limit is not None and len(value) > limit:
        return _too_long(vr, len(value), limit)
    return None if _FORMS[vr](value) else _wrong_form(vr)


def _person_name(name: str) -> str | None:
    groups = name.split("=")
    if len(groups) > 3:
        return f"a person's name has {len(groups)} component groups; it may have 3 (PS3.5 6.2.1)"
    if any(len(group) > 64 for group in groups):
        return "a component group of a person's name has more than 64 characters (PS3.5 6.2.1)"
    return None if _is_one_line(name) else _wrong_form("PN")


def _is_one_line(text: str) -> bool:
    if "\\" in text:
        return False
    # Most text is printable, which takes no loop to see.
    return text.isprintable() or not any(character < " " and character != "\x1b" for character in text)


def _is_paragraphs(text: str) -> bool:
    return text.isprintable() or not any(character < " " and character not in _LINES for character in text)


def _is_title(text: str) -> bool:
    return text.isascii() and text.isprintable() and "\\" not in text and not text.isspace()


def _is_age(text: str) -> bool:
    return len(text) == 4 and _is_digits(text[:3]) and text[3] in "DWMY"


def _is_uid(text: str) -> bool:
    parts = text.removesuffix("\0").split(".")
    return all(_is_digits(part) and (part == "0" or part[0] != "0") for part in parts)


_FORMS: dict[str, Callable[[str], bool]] = {
    "AE": _is_title,
    "AS": _is_age,
    "CS": _CODE.issuperset,
    "LO": _is_one_line,
    "LT": _is_paragraphs,
    "SH": _is_one_line,
    "ST": _is_paragraphs,
    "UC": _is_one_line,
    "UI": _is_uid,
    "UR": lambda text: _URI.issuperset(text.rstrip(" ")),
}
