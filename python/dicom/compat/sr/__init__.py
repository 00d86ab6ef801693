"""``pydicom.sr``: coded concepts; the work is done in `dicom.sr`."""

from __future__ import annotations

from dicom.sr import Code, Collection, Concepts, codes

from . import codedict, coding

__all__ = ["Code", "Collection", "Concepts", "codedict", "codes", "coding"]
