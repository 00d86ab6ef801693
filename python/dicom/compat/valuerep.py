"""``pydicom.valuerep``: VRs, their value classes, and functions that judge a value (PS3.5 6.2).

In: a VR and a value. Out: whether the VR allows it, and if not a sentence without the value: it can be a name.
The classes are those of `dicom.values`, the sets those of `dicom.vr`; `validate_value` asks one of `VALIDATORS`.
"""

from __future__ import annotations

from datetime import date, datetime, time
from io import BufferedIOBase
from struct import calcsize
from typing import TYPE_CHECKING, Any
from warnings import warn

from dicom import settings
from dicom.charset import default_encoding
from dicom.errors import ValueRepresentationError
from dicom.values.decimal_string import DSdecimal
from dicom.values.decode import _FORMATS
from dicom.values.number import IS, DSfloat, ISfloat, format_number_as_ds, is_valid_ds
from dicom.values.person_name import PersonName
from dicom.values.temporal import DA, DT, TM
from dicom.values.validate import _INTEGERS, MAX_LENGTH
from dicom.vr import (
    ALLOW_BACKSLASH,
    AMBIGUOUS_VR,
    BUFFERABLE_VRS,
    BYTES_VR,
    CUSTOMIZABLE_CHARSET_VR,
    DEFAULT_CHARSET_VR,
    EXPLICIT_VR_LENGTH_16,
    EXPLICIT_VR_LENGTH_32,
    FLOAT_VR,
    INT_VR,
    LIST_VR,
    LONG_VALUE_VR,
    STANDARD_VR,
    STR_VR,
    VR,
)

from ._modes import IGNORE, RAISE, reading_validation, writing_validation
from ._vr_patterns import BYTE_VR_REGEXES, STR_VR_REGEXES, VR_REGEXES
from .charset import TEXT_VR_DELIMS

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "ALLOW_BACKSLASH",
    "AMBIGUOUS_VR",
    "BUFFERABLE_VRS",
    "BYTES_VR",
    "BYTE_VR_REGEXES",
    "CUSTOMIZABLE_CHARSET_VR",
    "DA",
    "DEFAULT_CHARSET_VR",
    "DS",
    "DT",
    "EXPLICIT_VR_LENGTH_16",
    "EXPLICIT_VR_LENGTH_32",
    "FLOAT_VR",
    "INT_VR",
    "IS",
    "LIST_VR",
    "LONG_VALUE_VR",
    "MAX_VALUE_LEN",
    "PN_DELIMS",
    "STANDARD_VR",
    "STR_VR",
    "STR_VR_REGEXES",
    "TEXT_VR_DELIMS",
    "TM",
    "VALIDATORS",
    "VALUE_LENGTH",
    "VR",
    "VR_REGEXES",
    "DSclass",
    "DSdecimal",
    "DSfloat",
    "ISfloat",
    "PersonName",
    "default_encoding",
    "format_number_as_ds",
    "is_valid_ds",
    "validate_date_time",
    "validate_length_and_type_and_regex",
    "validate_number",
    "validate_pn",
    "validate_pn_component",
    "validate_pn_component_length",
    "validate_regex",
    "validate_type",
    "validate_type_and_length",
    "validate_type_and_regex",
    "validate_value",
    "validate_vr_length",
]

# An age has always four characters: its form says so.
MAX_VALUE_LEN = {vr: length for vr, length in MAX_LENGTH.items() if vr != "AS"}
VALUE_LENGTH = {vr: calcsize(f"={code}") for vr, code in _FORMATS.items() if vr in STANDARD_VR}
# What begins a component of a person's name anew, in its initial character set (PS3.5 6.1.2.5.3).
PN_DELIMS = {0x5E}

_VALID = (True, "")
_Judgement = tuple[bool, str]
# Groups of a person's name, and characters of each (PS3.5 6.2.1).
_PN_GROUPS, _PN_GROUP_LENGTH = 3, 64

if TYPE_CHECKING:
    DSclass: type[DSfloat | DSdecimal]


def __getattr__(name: str) -> Any:
    """Give the class that Decimal Strings are made of, which a switch of ``config`` decides."""
    if name == "DSclass":
        return DSdecimal if settings.current.use_DS_decimal else DSfloat
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def DS(val: Any, auto_format: bool = False, validation_mode: int | None = None) -> Any:
    """A Decimal String: `DSfloat`, or `DSdecimal` after ``config.DS_decimal()``.

    Parameters
    ----------
    val : str, int, float, Decimal or None
        Text without content and None are given back as they are.
    auto_format : bool
        Shorten the text to the 16 characters that DS may have.
    validation_mode : int, optional
        What text does that is too long or of another form: ``config.IGNORE``, ``config.WARN`` or ``config.RAISE``; by
        default what ``config.settings.reading_validation_mode`` says.

    Raises
    ------
    ValueError
        The text is no number; or it breaks the rules of DS, and the mode is RAISE.
    OverflowError
        A number takes more than 16 characters, and the mode is RAISE.
    """
    if isinstance(val, str) and not val.strip():
        return val
    mode = reading_validation() if validation_mode is None else validation_mode
    if isinstance(val, str) and not auto_format:
        validate_value("DS", val, mode)
    return __getattr__("DSclass")(val, auto_format, mode)


def validate_type(vr: str, value: Any, types: type | tuple[type, ...]) -> _Judgement:
    """Whether a value is None or of one of the types."""
    if value is None or isinstance(value, types):
        return _VALID
    return False, f"a value of type {type(value).__name__} can't be in an element of VR {vr}"


def validate_vr_length(vr: str, value: Any) -> _Judgement:
    """Whether a text has no more characters than its VR allows."""
    limit = MAX_VALUE_LEN.get(vr)
    if limit is None or len(value) <= limit:
        return _VALID
    return False, f"a value of VR {vr} has {len(value)} characters; it may have {limit}"


def validate_type_and_length(vr: str, value: Any) -> _Judgement:
    """Whether a value is text or bytes, and not too long for its VR."""
    return _first_problem(
        validate_type(vr, value, (str, bytes)), lambda: _VALID if value is None else validate_vr_length(vr, value)
    )


def validate_regex(vr: str, value: Any) -> _Judgement:
    """Whether a text, or its bytes, has the form of its VR; empty text has.

    Raises
    ------
    KeyError
        The VR has no expression in `VR_REGEXES`.
    """
    if not value:
        return _VALID
    pattern: Any = (BYTE_VR_REGEXES if isinstance(value, bytes) else STR_VR_REGEXES)[vr]
    return _VALID if pattern.match(value) else (False, f"the value isn't of the form that VR {vr} has")


def validate_type_and_regex(vr: str, value: Any) -> _Judgement:
    """Whether a value is text or bytes, and of the form of its VR."""
    return _first_problem(validate_type(vr, value, (str, bytes)), lambda: validate_regex(vr, value))


def validate_length_and_type_and_regex(vr: str, value: Any) -> _Judgement:
    """Whether a value is text or bytes, not too long for its VR, and of its form."""
    return _first_problem(validate_type_and_length(vr, value), lambda: validate_regex(vr, value))


def validate_pn_component_length(vr: str, value: Any) -> _Judgement:
    """Whether one group of a person's name has at most 64 characters."""
    if len(value) <= _PN_GROUP_LENGTH:
        return _VALID
    return False, f"a component group of a person's name has {len(value)} characters; it may have {_PN_GROUP_LENGTH}"


def validate_pn(vr: str, value: Any) -> _Judgement:
    """Whether a person's name has at most three groups, none of them too long."""
    if not value or isinstance(value, PersonName):
        return _VALID
    judgement = validate_type(vr, value, (str, bytes))
    if not judgement[0]:
        return judgement
    groups = value.split(b"=" if isinstance(value, bytes) else "=")
    if len(groups) > _PN_GROUPS:
        return False, f"a person's name has {len(groups)} component groups; it may have {_PN_GROUPS}"
    judgements = (validate_pn_component_length(vr, group) for group in groups)
    return next((judgement for judgement in judgements if not judgement[0]), _VALID)


def validate_pn_component(value: str | bytes) -> None:
    """Warn of a group of a person's name that is too long, or raise, as ``config`` says for writing.

    Raises
    ------
    ValueError
        It is too long, and the mode is RAISE.
    """
    validate_value("PN", value, writing_validation(), validate_pn_component_length)


def validate_date_time(vr: str, value: Any, date_time_type: type) -> _Judgement:
    """Whether a value is an object of the type, or text of the form of its VR."""
    if value and isinstance(value, date_time_type):
        return _VALID
    return validate_type_and_regex(vr, value)


def validate_number(vr: str, value: Any, min_value: int, max_value: int) -> _Judgement:
    """Whether a value is an integer in its VR's range, or bytes of whole values."""
    judgement = validate_type(vr, value, (int, bytes))
    if not judgement[0] or value is None:
        return judgement
    if isinstance(value, bytes):
        size = VALUE_LENGTH[vr]
        if len(value) % size == 0:
            return _VALID
        return False, f"{len(value)} bytes don't divide into values of VR {vr}, which have {size}"
    if min_value <= value <= max_value:
        return _VALID
    return False, f"a value of VR {vr} must be between {min_value} and {max_value}"


def validate_value(
    vr: str,
    value: Any,
    validation_mode: int,
    validator: Callable[[str, Any], tuple[bool, str]] | None = None,
) -> None:
    """Ignore, warn of, or refuse a value that its VR doesn't allow.

    Parameters
    ----------
    vr : str
        The VR; one without a validator allows everything.
    value : object
        One value.
    validation_mode : int
        ``config.IGNORE``, ``config.WARN`` or ``config.RAISE``.
    validator : callable, optional
        What judges instead of the VR's own in `VALIDATORS`.

    Raises
    ------
    ValueError
        The value isn't allowed, and the mode is RAISE.
    """
    if validation_mode == IGNORE:
        return
    judge = validator or VALIDATORS.get(vr)
    if judge is None:
        return
    is_valid, message = judge(vr, value)
    if is_valid:
        return
    if validation_mode == RAISE:
        raise ValueRepresentationError(f"{message} (PS3.5 Table 6.2-1)")
    warn(message, UserWarning, stacklevel=2)


def _first_problem(judgement: _Judgement, otherwise: Callable[[], _Judgement]) -> _Judgement:
    return otherwise() if judgement[0] else judgement


def _number(vr: str, value: Any) -> _Judgement:
    return validate_number(vr, value, *_INTEGERS[vr])


def _float(vr: str, value: Any) -> _Judgement:
    return validate_type(vr, value, (int, float))


def _bytes(vr: str, value: Any) -> _Judgement:
    return validate_type(vr, value, (bytes, bytearray, BufferedIOBase))


_MOMENTS: dict[str, type] = {"DA": date, "DT": datetime, "TM": time}


def _moment(vr: str, value: Any) -> _Judgement:
    return validate_date_time(vr, value, _MOMENTS[vr])


# VR -> what judges one value of it. Text of any length has no validator (UC, UT), nor what isn't looked into (SQ, UN).
VALIDATORS: dict[str, Callable[[str, Any], _Judgement]] = {
    **dict.fromkeys(("AE", "CS", "DS", "IS", "UI"), validate_length_and_type_and_regex),
    **dict.fromkeys(("AS", "UR"), validate_type_and_regex),
    **dict.fromkeys(("LO", "LT", "SH", "ST"), validate_type_and_length),
    **dict.fromkeys(_MOMENTS, _moment),
    **dict.fromkeys(_INTEGERS, _number),
    **dict.fromkeys(("FD", "FL"), _float),
    **dict.fromkeys(("OB", "OD", "OF", "OL", "OV", "OW"), _bytes),
    "PN": validate_pn,
}
