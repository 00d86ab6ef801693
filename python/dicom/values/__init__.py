"""Python types of DICOM values: numbers, names, dates and times, lists of them.

One module a family of VRs (PS3.5 6.2): `number` (DS, IS), `person_name` (PN), `temporal` (DA, TM, DT), `multi_value`
(any VR with several values); `convert` makes them from what a person assigns, `decode` from bytes, `validate` names
what a value breaks. Everything here is loaded on first use.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .convert import convert_item, convert_value, empty_value
    from .decimal_string import DSdecimal
    from .decode import decode_fallback
    from .multi_value import MultiValue
    from .number import DS, IS, DSfloat, ISfloat, format_number_as_ds, is_valid_ds
    from .person_name import PersonName
    from .temporal import DA, DT, TM
    from .validate import validate_value

__all__ = [
    "DA",
    "DS",
    "DT",
    "IS",
    "TM",
    "DSdecimal",
    "DSfloat",
    "ISfloat",
    "MultiValue",
    "PersonName",
    "convert_item",
    "convert_value",
    "decode_fallback",
    "empty_value",
    "format_number_as_ds",
    "is_valid_ds",
    "validate_value",
]

_HOMES = {
    "DA": "temporal",
    "DS": "number",
    "DT": "temporal",
    "IS": "number",
    "TM": "temporal",
    "DSdecimal": "decimal_string",
    "DSfloat": "number",
    "ISfloat": "number",
    "MultiValue": "multi_value",
    "PersonName": "person_name",
    "convert_item": "convert",
    "convert_value": "convert",
    "decode_fallback": "decode",
    "empty_value": "convert",
    "format_number_as_ds": "number",
    "is_valid_ds": "number",
    "validate_value": "validate",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value
