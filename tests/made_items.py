"""Items of sequences made by code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dicom

if TYPE_CHECKING:
    from typing import Any


def item(**elements: Any) -> dicom.Dataset:
    """An item of these elements, by keyword."""
    made = dicom.Dataset()
    for keyword, value in elements.items():
        setattr(made, keyword, value)
    return made


def code(value: str, scheme: str, meaning: str, **more: Any) -> list[dicom.Dataset]:
    """A code sequence of one item."""
    return [item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning, **more)]
