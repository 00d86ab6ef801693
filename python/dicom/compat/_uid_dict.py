"""``pydicom._uid_dict``: the registered UIDs as a dictionary (PS3.6 annex A).

In: a UID. Out: (name, kind, info, ``"Retired"`` or ``""``, keyword). What is put in is known to every `dicom.uid.UID`.
"""

from __future__ import annotations

from dicom import uid as _uid

from ._live import LiveDict

__all__ = ["UID_dictionary"]

# (name, kind, info, "Retired" or "", keyword)
_Entry = tuple[str, str, str, str, str]


def _find(value: object) -> _Entry | None:
    row = _uid.UID(value, 0)._row if isinstance(value, str) else None
    return None if row is None else (*row[:3], "Retired" if row[3] else "", row[4])


def _add(value: str, entry: _Entry) -> None:
    name, kind, info, retired, keyword = entry
    _uid.add(value, name, kind, info, keyword, retired=bool(retired))


UID_dictionary: LiveDict[str, _Entry] = LiveDict(_find, lambda: list(_uid.entries()), _add)
