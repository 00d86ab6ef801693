"""What a value becomes when it is assigned to an element.

In: a VR and whatever a person assigns: a str with backslashes, a list, a number, an array. Out: the value as the
element keeps it: UID, PersonName, DSfloat, IS, BaseTag, str, bytes, a number, a MultiValue of these, or None.
Standard: PS3.5 6.2 (VRs), 6.4 (several values, parted by a backslash). Whether it is allowed is `validate`'s part.
"""

from __future__ import annotations

from dicom.errors import ValueRepresentationError

from .multi_value import MultiValue
from .number import DS, IS
from .person_name import PersonName

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# VRs whose text is in the default character repertoire: bytes of it can be read at once.
_DEFAULT_REPERTOIRE = frozenset({"AE", "AS", "CS", "DA", "DS", "DT", "IS", "TM", "UI", "UR"})
_BYTES = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
# Text and bytes in which a backslash parts nothing.
_WHOLE = frozenset({"LT", "ST", "UR", "UT", "OB or OW", "US or OW", "US or SS or OW"}) | _BYTES
_TEXT = frozenset({"AE", "AS", "CS", "DA", "DT", "LO", "LT", "SH", "ST", "TM", "UC", "UI", "UR", "UT"})
_BINARY_NUMBERS = frozenset({"FD", "FL", "SL", "SS", "SV", "UL", "US", "UV", "US or SS", "US or OW", "US or SS or OW"})
_NUMBERS = _BINARY_NUMBERS | {"DS", "IS"}


def empty_value(vr: str, raw: bool = False) -> Any:
    """The value of an element without content: ``""`` for text, an empty list for SQ, None for the rest.

    Parameters
    ----------
    raw : bool
        What it is as bytes: ``b""`` for text, names and sequences, None for the rest.
    """
    if vr == "PN":
        return b"" if raw else PersonName("")
    if vr == "SQ":
        return b"" if raw else []
    if vr in _TEXT:
        return b"" if raw else ""
    return None


def convert_value(
    vr: str,
    value: Any,
    *,
    datetime_conversion: bool = False,
    decimal: bool = False,
    decimal_of_float: bool = False,
) -> Any:
    """The value of an element to which a person assigns something.

    Parameters
    ----------
    vr : str
        The element's VR; one of the ambiguous ones of PS3.6 ("US or SS", ...) as well.
    value : object
        A str is parted at its backslashes where the VR has several values; lists and tuples become a `MultiValue`, and
        their one value when they have one; so do NumPy arrays in numeric VRs. A pair of numbers in AT is one tag.
    datetime_conversion : bool
        Make DA, TM and DT of text with these VRs.
    decimal : bool
        Make DSdecimal of DS instead of DSfloat.
    decimal_of_float : bool
        Make it of a float too, by the fewest digits that mean the same float.

    Raises
    ------
    ValueRepresentationError
        A number, tag or UID can't be made of it.
    TypeError
        It is of a type that the VR has no use for.
    """
    if vr == "SQ" or value is None:
        return value
    if isinstance(value, str):
        if vr not in _WHOLE and "\\" in value:
            value = value.split("\\")
    elif isinstance(value, (bytes, bytearray, memoryview)):
        if vr in _BYTES:
            return bytes(value)
        value = bytes(value)
        if vr in _DEFAULT_REPERTOIRE:
            value = value.decode("latin-1")
            if vr not in _WHOLE and "\\" in value:
                value = value.split("\\")
        elif vr not in _WHOLE and vr != "AT" and b"\\" in value:
            value = value.split(b"\\")
    elif vr in _NUMBERS and not isinstance(value, (int, float, list, tuple)) and hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, tuple) and vr == "AT" and len(value) == 2 and isinstance(value[0], int):
        return convert_item(vr, value)
    if isinstance(value, (list, tuple)) or (hasattr(value, "append") and hasattr(value, "__iter__")):
        items = [convert_item(vr, item, datetime_conversion, decimal, decimal_of_float) for item in value]
        return items[0] if len(items) == 1 else MultiValue._from_list(items, vr)
    return convert_item(vr, value, datetime_conversion, decimal, decimal_of_float)


def convert_item(
    vr: str, item: Any, datetime_conversion: bool = False, decimal: bool = False, decimal_of_float: bool = False
) -> Any:
    """One value of an element; see `convert_value`. Nothing is parted here."""
    if item is None:
        return None
    if vr in _BINARY_NUMBERS:
        if isinstance(item, (int, float)) or not hasattr(item, "tolist"):
            return item
        return item.tolist()  # a number of NumPy's within a list
    if isinstance(item, bytes) and vr in _DEFAULT_REPERTOIRE:
        item = item.decode("latin-1")
    if vr == "DS":
        return _decimal(item, decimal_of_float) if decimal else _number(DS, item, vr)
    if vr == "IS":
        return _number(IS, item, vr)
    if vr == "PN":
        return item if isinstance(item, PersonName) else PersonName(item)
    if vr == "UI":
        return _uid(item)
    if vr == "AT":
        return _tag(item)
    if datetime_conversion and vr in ("DA", "TM", "DT") and isinstance(item, str) and item:
        from . import temporal

        converted: Any = getattr(temporal, vr)(item)
        return item if converted is None else converted
    return item


def validate(vr: str, value: Any) -> None:
    """Warn (UserWarning) when a value breaks the rules of its VR (PS3.5 Table 6.2-1); the warning doesn't show it.

    By `dicom.settings.current` it is an error, or nothing.
    """
    from .validate import validate_value

    problem = validate_value(vr, value)
    if problem is not None:
        from dicom.settings import RAISE, WARN, current

        if current.reading_validation == RAISE:
            raise ValueRepresentationError(problem)
        if current.reading_validation == WARN:
            from warnings import warn

            # At the line that changed the list: `MultiValue` has two calls in between.
            warn(problem, UserWarning, stacklevel=4)


def _number(make: Any, item: Any, vr: str) -> Any:
    if hasattr(item, "tolist") and not isinstance(item, (int, float)):
        item = item.tolist()
    try:
        return make(item)
    except TypeError:
        raise TypeError(f"a {vr} value is made from a str or a number, not {type(item).__name__}") from None


def _decimal(item: Any, of_float: bool) -> Any:
    from .decimal_string import DSdecimal

    if of_float and isinstance(item, float):
        item = float.__repr__(item)
    return DSdecimal(item)


def _uid(item: Any) -> Any:
    from dicom.uid import UID

    if isinstance(item, UID):
        return item
    if not isinstance(item, str):
        raise TypeError(f"a UI value is made from a str, not {type(item).__name__}")
    return UID(item.strip(), 0)


def _tag(item: Any) -> Any:
    from dicom.tag import BaseTag, Tag

    if isinstance(item, BaseTag) or item in ("", b""):
        return item
    if isinstance(item, bytes) or not isinstance(item, (int, float, str, tuple, list)):
        raise TypeError(f"an AT value is made from a tag, an int, a str or a pair, not {type(item).__name__}")
    try:
        return Tag(int(item) if isinstance(item, float) else item)
    except (ValueError, OverflowError):
        raise ValueRepresentationError("an AT value must be a tag: an int, a pair of ints or a keyword") from None
