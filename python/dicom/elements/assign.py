"""What becomes of a value that a program assigns to an element: converted, then judged by the rules of its VR.

In: an element, and whatever is assigned. Out: the value as the element keeps it; a warning, an error or nothing where
it breaks the rules, as `dicom.settings.current` or the element itself has it. Standard: PS3.5 6.2.

Imported when a value is first assigned: programs that only read don't need it.
"""

from __future__ import annotations

from dicom import settings
from dicom.errors import ValueRepresentationError
from dicom.settings import IGNORE, RAISE
from dicom.values.convert import convert_value
from dicom.values.validate import MAX_LENGTH, validate_value

from .warn import warn_caller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .element import DataElement


# VRs whose text is kept as it is, unless a backslash parts it.
_KEPT_AS_TEXT = frozenset(("AE", "AS", "CS", "LO", "LT", "SH", "ST", "UC", "UR", "UT"))


def converted(element: DataElement, value: Any) -> Any:
    """The value that the element keeps when `value` is assigned; not for sequences.

    Raises
    ------
    ValueRepresentationError
        It can't be made a value of the VR, or breaks its rules where that is an error.
    TypeError
        It is of a type that the VR has no use for.
    """
    behaviour = settings.current
    vr = element.VR
    if type(value) is str and vr in _KEPT_AS_TEXT and "\\" not in value:
        kept: Any = value
    else:
        kept = convert_value(
            vr,
            value,
            datetime_conversion=behaviour.datetime_conversion,
            decimal=behaviour.use_DS_decimal,
            decimal_of_float=behaviour.allow_DS_float,
        )
    _judge(element, vr, kept)
    return kept


def judge(element: DataElement, value: Any) -> None:
    """Warn of, or raise for, a value that breaks the rules of the element's VR; neither shows the value."""
    _judge(element, element.VR, value)


def _judge(element: DataElement, vr: str, value: Any) -> None:
    problem = validate_value(vr, value)
    # What can be changed in place is judged again when it is written.
    changeable = isinstance(value, (list, bytearray))
    # A float may be a number that a Decimal String has no room for; whether that matters is seen when it is written.
    too_long = vr == "DS" and not changeable and len(str(value)) > MAX_LENGTH["DS"]
    element._is_judged = problem is None and not changeable and not too_long
    if problem is not None:
        _tell(element, problem)


def _tell(element: DataElement, problem: str) -> None:
    mode = element.validation_mode
    if mode is None:
        mode = settings.current.reading_validation
    if mode == IGNORE:
        return
    keyword = element.keyword
    message = f"{element.tag} {keyword}: {problem}" if keyword else f"{element.tag}: {problem}"
    if mode == RAISE:
        raise ValueRepresentationError(message, tag=int(element.tag))
    warn_caller(message)


def empty_value_now(empty: Any) -> Any:
    """None in the place of the empty text, where a switch has it so."""
    return None if settings.current.use_none_as_empty_text_VR_value else empty
