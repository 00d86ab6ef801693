"""Coded concepts for structured reports: codes of the coding schemes and context groups of the standard, by keyword.

In: a scheme or context group, and a keyword. Out: a `Code`. Standard: PS3.3 8 (coded entries), PS3.16 annex B (context
groups), annex D (codes of DICOM), annex O (SNOMED).

>>> from dicom.sr import codes
>>> codes.SCT.Lung
Code(value='39607008', scheme_designator='SCT', meaning='Lung', scheme_version=None)
>>> codes.cid270.Person.value
'121006'

The rooms: `code` (the code), `tables` (what the data files hold), `collection` (codes by scheme and context group).
The data files are read when they are asked for, each on its own.
"""

from __future__ import annotations

from .code import Code
from .collection import AmbiguousKeywordError, Collection, Concepts, all_concepts

__all__ = ["AmbiguousKeywordError", "Code", "Collection", "Concepts", "codes"]

#: All coding schemes and context groups.
codes = all_concepts()
