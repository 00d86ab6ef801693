"""The values of one attribute object, as an element of its VR takes them.

In: what stands under ``Value`` or ``InlineBinary``. Out: None, one value, a list, or a `Decoded`.
Standard: PS3.18 F.2.3 to F.2.7.
"""

from __future__ import annotations

from dicom import settings
from dicom.elements.exchange import BINARY, NAME_GROUPS, bytes_of_base64, decoded_bytes
from dicom.elements.warn import warn_caller
from dicom.errors import ValueRepresentationError
from dicom.values.convert import empty_value
from dicom.vr import AMBIGUOUS_VR, STANDARD_VR

from .errors import JsonTypeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dicom.tag import BaseTag

#: The members of an attribute object that hold a value; only one of them may be there.
KEYS = ("Value", "BulkDataURI", "InlineBinary")
FLOATS = frozenset({"DS", "FD", "FL"})
INTEGERS = frozenset({"AT", "IS", "SL", "SS", "SV", "UL", "US", "UV"})
_WHOLE_NUMBERS = (INTEGERS - {"AT"}) | {"US or SS"}
_NUMBER_STRINGS = frozenset({"DS", "IS"})


def convert_values(tag: BaseTag, vr: Any, value: Any, key: str | None) -> Any:
    """The value of an element of which `value` stands under `key` (None for neither ``Value`` nor ``InlineBinary``).

    Raises
    ------
    JsonTypeError
        A value is of another type than its VR has.
    ValueRepresentationError
        The VR isn't one, or a value can't be one of it.
    """
    if not isinstance(vr, str) or not (vr in STANDARD_VR or vr in AMBIGUOUS_VR):
        raise ValueRepresentationError(f"the VR of the attribute {tag} is none of PS3.5 6.2", tag=int(tag))
    if key == "InlineBinary":
        return _inline_binary(tag, vr, value)
    if key is None:
        return _no_value(vr)
    if not isinstance(value, list):
        raise JsonTypeError(f"the Value of {tag} has to be an array, not {type(value).__name__}", tag=int(tag))
    if not value or value == [None]:
        return _no_value(vr)
    if vr in _NUMBER_STRINGS and any(_is_odd_number(vr, item) for item in value):
        return _number_text(tag, vr, value)
    values = [_one(tag, vr, item) for item in value]
    return values[0] if len(values) == 1 else values


def _no_value(vr: str) -> Any:
    """What stands for no value; a switch of the drop-in makes it None for text."""
    return None if settings.current.use_none_as_empty_text_VR_value and vr != "SQ" else empty_value(vr)


def _is_odd_number(vr: str, item: Any) -> bool:
    """Whether a DS or IS is no number, or an IS has a fraction: as text it loses nothing."""
    try:
        if vr == "IS":
            return isinstance(item, (str, float)) and item != "" and int(item) != float(item)
        return isinstance(item, str) and item != "" and not isinstance(float(item), float)
    except (ValueError, OverflowError):
        return True


def _number_text(tag: BaseTag, vr: str, value: list[Any]) -> Any:
    """Number strings as a reader of files takes them: what is no number stays text."""
    if not all(item is None or (isinstance(item, (str, int, float)) and not isinstance(item, bool)) for item in value):
        raise JsonTypeError(f"a value of {tag} is of a type that {vr} has no use for", tag=int(tag))
    warn_caller(f"{tag} has the VR {vr}, and a value that is none: it is taken as text")
    raw = "\\".join("" if item is None else _letters(tag, vr, str(item)) for item in value)
    return Decoded(decoded_bytes(vr, raw.encode()))


class Decoded:
    """A value that is as an element keeps it, though it couldn't be assigned."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def _one(tag: BaseTag, vr: str, item: Any) -> Any:
    if vr == "PN":
        return _no_value(vr) if item is None else person_name(tag, item)
    if vr == "AT":
        return None if item is None else _attribute_tag(tag, item)
    if vr in _WHOLE_NUMBERS:
        return whole_number(tag, vr, item)
    if vr in FLOATS:
        return real_number(tag, vr, item)
    if vr in BINARY or vr == "SQ" or " " in vr:
        raise _unfit(tag, vr, "stands as InlineBinary, not as Value")
    if item is None:
        return _no_value(vr)
    if isinstance(item, (int, float)) and not isinstance(item, bool):
        warn_caller(f"{tag} has the VR {vr}, and a number in the JSON: it is taken as text")
        return str(item)
    if not isinstance(item, str):
        raise _wrong_type(tag, vr, item)
    return _letters(tag, vr, item)


def _letters(tag: BaseTag, vr: str, text: str) -> str:
    """Text that some character set could encode."""
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise _unfit(tag, vr, "has half of a surrogate pair")
    return text


def person_name(tag: BaseTag, item: Any) -> str:
    """The groups of a name, parted by ``=``."""
    if item is None:
        return ""
    if isinstance(item, str):
        warn_caller(f"a name in {tag} stands as a string; PS3.18 F.2.2 has an object of its groups there")
        return _letters(tag, "PN", item)
    if not isinstance(item, dict):
        raise _wrong_type(tag, "PN", item)
    groups = [item.get(name) for name, _ in NAME_GROUPS]
    for group in groups:
        if group is not None and not isinstance(group, str):
            raise _wrong_type(tag, "PN", group)
    return _letters(tag, "PN", "=".join(group or "" for group in groups).rstrip("="))


def _attribute_tag(tag: BaseTag, item: Any) -> int | None:
    if not isinstance(item, str):
        raise _wrong_type(tag, "AT", item)
    try:
        number = int(item, 16)
    except ValueError:
        number = -1
    if 0 <= number <= 0xFFFFFFFF:
        return number
    warn_caller(f"a value of {tag} is no tag of eight hexadecimal digits: it is left empty")
    return None


def whole_number(tag: BaseTag, vr: str, item: Any) -> int | None:
    """A whole number, which may stand as text; one with a fraction is none."""
    if item is None or item == "":
        return None
    if isinstance(item, bool) or not isinstance(item, (int, float, str)):
        raise _wrong_type(tag, vr, item)
    try:
        number = int(item)
    except (ValueError, OverflowError):
        raise _unfit(tag, vr, "is no whole number") from None
    if isinstance(item, float) and number != item:
        raise _unfit(tag, vr, "is no whole number")
    return number


def real_number(tag: BaseTag, vr: str, item: Any) -> float | str | None:
    """A number, which may stand as text: ``"NaN"`` and ``"inf"`` are some too (PS3.18 F.2.3.1)."""
    if item is None or item == "":
        return None
    if isinstance(item, bool) or not isinstance(item, (int, float, str)):
        raise _wrong_type(tag, vr, item)
    try:
        return float(item)
    except (ValueError, OverflowError):
        raise _unfit(tag, vr, "is no number") from None


def _inline_binary(tag: BaseTag, vr: str, value: Any) -> Any:
    if not isinstance(value, str):
        raise JsonTypeError(f"the InlineBinary of {tag} has to be a string, not {type(value).__name__}", tag=int(tag))
    try:
        data = bytes_of_base64(value)
    except ValueError:
        raise _unfit(tag, vr, "is no base64") from None
    if vr in BINARY or " " in vr:
        return data
    if vr == "SQ":
        raise _unfit(tag, vr, "stands as Value, not as InlineBinary")
    # Bytes of another VR are what they would be in a file.
    return decoded_bytes(vr, data)


def _wrong_type(tag: BaseTag, vr: str, item: Any) -> JsonTypeError:
    return JsonTypeError(f"a value of {tag} is a JSON {_json_type(item)}, which {vr} has no use for", tag=int(tag))


def _unfit(tag: BaseTag, vr: str, why: str) -> ValueRepresentationError:
    return ValueRepresentationError(f"a value of {tag}, VR {vr}, {why} (PS3.18 F.2)", tag=int(tag))


def _json_type(item: Any) -> str:
    names = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(item), "value")
