"""The text of a value that isn't text, as it is written; and whether what is written keeps the rules.

In: a VR and a value. Out: its text, or what is wrong with it. Numbers, names and text are encoded by the core; what it
has no rule for, as dates and times, comes here. Standard: PS3.5 6.2.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def text_of(vr: str, value: Any) -> str:
    """The text of a date, a time, a decimal number, a NumPy number.

    Raises
    ------
    TypeError
        The VR has no text for a value of this type.
    """
    if vr in ("DA", "DT", "TM"):
        if hasattr(value, "isoformat"):
            from .temporal import dicom_text

            return dicom_text(_part_for(vr, value))
    elif vr in ("DS", "IS"):
        # Decimal, NumPy's scalars: what they print is their number.
        if hasattr(value, "as_tuple") or hasattr(value, "__float__"):
            return str(value.item() if hasattr(value, "item") else value)
    elif vr == "PN" and hasattr(value, "components"):
        return str(value)
    elif isinstance(value, (int, float)):
        raise TypeError(f"a number is no text of VR {vr}")
    raise TypeError(f"a value of type {type(value).__name__} has no text of VR {vr}")


def _part_for(vr: str, moment: Any) -> Any:
    """Of a date with a time what the VR holds: the date for DA, the time for TM.

    Raises
    ------
    TypeError
        There is no such part: a time for DA or DT, a date for TM.
    """
    has_date, has_time = hasattr(moment, "year"), hasattr(moment, "hour")
    if not (has_time if vr == "TM" else has_date):
        raise TypeError(f"a value of type {type(moment).__name__} has no text of VR {vr}")
    if has_date and has_time and vr != "DT":
        return moment.date() if vr == "DA" else moment.time()
    return moment
