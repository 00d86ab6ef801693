"""The forms of the VRs in the default character repertoire as regular expressions (PS3.5 Table 6.2-1).

In: nothing. Out: `VR_REGEXES`, the text of each expression; it matches a whole value, padding included where the
standard allows it. What may stand in CS and UR is the list that `dicom.values.validate` judges by, and that room knows
more than an expression says (the range of IS, the length of a value).
"""

from __future__ import annotations

import re

from dicom.values.validate import _CODE, _URI


def _one_of(characters: frozenset[str]) -> str:
    return "[" + "".join(re.escape(character) for character in sorted(characters)) + "]"


_DATE = r"[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])"
# A leap second is 60.
_MINUTE_ON = r"[0-5][0-9](([0-5][0-9]|60)(\.[0-9]{1,6})?)?"
_TIME = rf"([01][0-9]|2[0-3])({_MINUTE_ON})?"
# The offset from UTC goes from -1200 to +1400.
_OFFSET = r"(-(0[0-9]|1[01])[0-5][0-9]|-1200|\+(0[0-9]|1[0-3])[0-5][0-9]|\+1400)"
_DATETIME = rf"[0-9]{{4}}((0[1-9]|1[0-2])((0[1-9]|[12][0-9]|3[01])({_TIME})?)?)?{_OFFSET}?"


def _or_range(form: str) -> str:
    """One moment, or a query's range of them (PS3.4 C.2.2.2.5), with the spaces that pad it."""
    return rf"({form}|{form}-|-{form}|{form}-{form}) *"


VR_REGEXES: dict[str, str] = {
    # Some character has to be no space.
    "AE": r"^(?! *\Z)[\x20-\x5b\x5d-\x7e]+\Z",
    "AS": r"^[0-9]{3}[DWMY]\Z",
    "CS": rf"^{_one_of(_CODE)}*\Z",
    "DS": r"^ *[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)? *\Z",
    "IS": r"^ *[+-]?[0-9]+ *\Z",
    "DA": rf"^{_or_range(_DATE)}\Z",
    "DT": rf"^{_or_range(_DATETIME)}\Z",
    "TM": rf"^{_or_range(_TIME)}\Z",
    # The one NUL pads it to an even length.
    "UI": r"^(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))*\x00?\Z",
    "UR": rf"^{_one_of(_URI)}* *\Z",
}
STR_VR_REGEXES = {vr: re.compile(pattern) for vr, pattern in VR_REGEXES.items()}
BYTE_VR_REGEXES = {vr: re.compile(pattern.encode("ascii")) for vr, pattern in VR_REGEXES.items()}
