"""``pydicom.sr.coding``: the code, and the pairs of SNOMED values; the work is done in `dicom.sr`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.sr.code import Code
from dicom.sr.tables import snomed_mapping as _snomed_mapping

if TYPE_CHECKING:
    snomed_mapping: dict[str, dict[str, str]]

__all__ = ["Code", "snomed_mapping"]


def __getattr__(name: str) -> object:
    # Read when it is asked for: 8,000 pairs.
    if name == "snomed_mapping":
        return _snomed_mapping()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
