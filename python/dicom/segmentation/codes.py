"""Coded concepts as items of code sequences.

In: a data set that has a code sequence. Out: a `Code`; and the other way round. Standard: PS3.3 8.8 (Code Sequence
Macro): Code Value, or Long Code Value or URN Code Value where it has more than 16 characters or is a URN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.instances.items import code_item
from dicom.pixels.lenient import items
from dicom.sr.code import Code

if TYPE_CHECKING:
    from typing import Any

    from dicom.dataset.dataset import Dataset

_VALUES = ("CodeValue", "LongCodeValue", "URNCodeValue")
#: Codes of one sequence that are looked at.
_MOST_CODES = 64


def code_of(holder: Any, keyword: str) -> Code | None:
    """The first code of a code sequence; None where there is none that says anything."""
    found = codes_of(holder, keyword)
    return found[0] if found else None


def codes_of(holder: Any, keyword: str) -> tuple[Code, ...]:
    """All codes of a code sequence."""
    found = []
    for item in items(holder, keyword)[:_MOST_CODES]:
        value = next((text for key in _VALUES if (text := _text(item, key))), "")
        meaning = _text(item, "CodeMeaning")
        if value or meaning:
            version = _text(item, "CodingSchemeVersion") or None
            found.append(Code(value, _text(item, "CodingSchemeDesignator"), meaning, version))
    return tuple(found)


def item_of(code: Code) -> Dataset:
    """An item of a code sequence."""
    return code_item(code.scheme_designator, code.value, code.meaning, code.scheme_version)


def _text(item: Any, keyword: str) -> str:
    value = item.get(keyword)
    return value.strip() if isinstance(value, str) else ""
