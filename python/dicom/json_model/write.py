"""Turn data elements into attribute objects of the DICOM JSON Model.

In: a data set (anything that gives data elements when iterated). Out: ``{"00100020": {"vr": "LO", "Value": [...]}}``.
Standard: PS3.18 F.2.2 (structure), F.2.3 (JSON types of the VRs), F.2.5 (empty values), F.2.7 (InlineBinary).
"""

from __future__ import annotations

import math

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_BINARY = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
_BYTES_OF_WORD = {"OW": "H", "OF": "I", "OL": "I", "OD": "Q", "OV": "Q"}
_INTEGERS = frozenset({"SL", "SS", "SV", "UL", "US", "UV"})
_FLOATS = frozenset({"FL", "FD"})
_NAME_GROUPS = (("Alphabetic", "alphabetic"), ("Ideographic", "ideographic"), ("Phonetic", "phonetic"))


def to_json_dict(ds: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """A data set as a DICOM JSON Model object (PS3.18 F.2).

    Group lengths are left out, as the standard asks, and so is the File Meta Information, which isn't part of the data
    set. Binary values stand in the object itself (``InlineBinary``, little endian), however large they are.

    Parameters
    ----------
    ds : Dataset

    Returns
    -------
    dict
        From tags of eight hexadecimal digits, ascending, to ``{"vr": ..., "Value": [...]}``. Numbers that JSON has no
        form for (NaN, infinity) and those that a float would round (DS, IS, SV and UV) are strings.

    Examples
    --------
    >>> import json
    >>> json.dumps(to_json_dict(ds), allow_nan=False)  # doctest: +SKIP
    '{"00080060": {"vr": "CS", "Value": ["CT"]}}'
    """
    big_endian = _is_big_endian(ds)
    return {
        f"{int(element.tag):08X}": to_json_attribute(element, big_endian)
        for element in ds
        if int(element.tag) & 0xFFFF != 0
    }


def to_json_attribute(element: Any, big_endian: bool = False) -> dict[str, Any]:
    """One data element as an attribute object: ``{"vr": "CS", "Value": ["CT"]}``.

    Parameters
    ----------
    element : DataElement
    big_endian : bool
        Whether bytes of the element's value are big endian; JSON holds them little endian.
    """
    value = element.value
    vr = _definite_vr(element.VR, value)
    attribute: dict[str, Any] = {"vr": vr}
    if vr == "SQ":
        if value:
            attribute["Value"] = [to_json_dict(item) for item in value]
    elif vr in _BINARY:
        if value:
            attribute["InlineBinary"] = _base64(value, vr, big_endian)
    elif not _is_empty(value):
        values = list(value) if _is_multiple(value) else [value]
        attribute["Value"] = [None if _is_empty(item) else _json_value(item, vr) for item in values]
    return attribute


def _json_value(value: Any, vr: str) -> Any:
    if vr == "PN":
        return _json_name(value)
    if vr == "AT":
        return f"{int(value):08X}"
    if vr in _INTEGERS:
        # Past 2**53 a reader that makes floats of all numbers would round.
        return int(value) if abs(int(value)) <= 1 << 53 else str(int(value))
    if vr in _FLOATS:
        return _json_float(float(value))
    if vr == "IS":
        return _json_whole_number(value)
    if vr == "DS":
        return _json_decimal(value)
    return _text(value)


def _json_float(number: float) -> float | str:
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "inf" if number > 0 else "-inf"


def _json_whole_number(value: Any) -> int | str:
    try:
        return int(value)
    except (ValueError, OverflowError):
        # What should have been a number, kept as it stands.
        return _text(value)


def _json_decimal(value: Any) -> float | str:
    text = _text(value)
    try:
        number = float(value)
    except ValueError:
        return text
    if not math.isfinite(number):
        return text
    # Up to 15 digits survive a float; DS has 16 characters at most, so this is rare.
    if len(text) > 15:
        from decimal import Decimal, InvalidOperation

        try:
            if Decimal(text) != Decimal(repr(number)):
                return text
        except InvalidOperation:
            return text
    return number


def _json_name(value: Any) -> dict[str, str]:
    groups = {name: str(getattr(value, attribute, "") or "") for name, attribute in _NAME_GROUPS}
    if not any(groups.values()) and isinstance(value, str):
        groups = dict(zip(groups, [*value.split("="), "", "", ""], strict=False))
    return {name: text for name, text in groups.items() if text}


def _text(value: Any) -> str:
    """The value's text as it stood in the file, for dates and numbers that keep it."""
    original = getattr(value, "original_string", None)
    return original.strip(" \0") if isinstance(original, str) else str(value)


def _base64(value: Any, vr: str, big_endian: bool) -> str:
    import base64

    data = bytes(value)
    code = _BYTES_OF_WORD.get(vr) if big_endian else None
    if code is not None:
        from array import array

        words = array(code)
        whole = len(data) - len(data) % words.itemsize
        words.frombytes(data[:whole])
        words.byteswap()
        data = words.tobytes() + data[whole:]
    return base64.b64encode(data).decode("ascii")


def _definite_vr(vr: str, value: Any) -> str:
    """One of the 34 VRs for those that PS3.6 leaves open; reading settles nearly all of them before."""
    if " " not in vr:
        return vr
    if isinstance(value, bytes):
        return "OW"
    if "SS" in vr:
        values = value if _is_multiple(value) else [value]
        if any(isinstance(item, int) and item < 0 for item in values):
            return "SS"
    return "US" if "US" in vr else "OW"


def _is_multiple(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _is_empty(value: Any) -> bool:
    if value is None or _is_multiple(value):
        return not value
    return not isinstance(value, int | float) and str(value) == ""


def _is_big_endian(ds: Any) -> bool:
    little = getattr(ds, "_is_little_endian", None)
    if little is None:
        little = getattr(ds, "is_little_endian", None)
    return little is False
