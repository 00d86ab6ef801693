"""``pydicom.datadict``: the data dictionary as functions and as dictionaries (PS3.6, PS3.7).

In: tags and keywords. Out: what `dicom.dictionary` knows of them. The dictionaries are views: what is added by a
function of either module shows in them, and what is put into them is known to the reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dicom import _core
from dicom.dictionary import (
    add,
    add_dict_entries,
    add_dict_entry,
    add_private_dict_entries,
    add_private_dict_entry,
    dictionary_description,
    dictionary_has_tag,
    dictionary_is_retired,
    dictionary_keyword,
    dictionary_VM,
    dictionary_VR,
    get_entry,
    get_private_entry,
    keyword_for_tag,
    keywords,
    mask_match,
    private_dictionary_description,
    private_dictionary_VM,
    private_dictionary_VR,
    repeater_has_keyword,
    repeater_has_tag,
    tag_for_keyword,
)
from dicom.tag import BaseTag, Tag

from ._live import LiveDict
from .tag import TagType

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "REPEATER_KEYWORDS",
    "BaseTag",
    "DicomDictionary",
    "RepeatersDictionary",
    "Tag",
    "TagType",
    "add_dict_entries",
    "add_dict_entry",
    "add_private_dict_entries",
    "add_private_dict_entry",
    "dictionary_VM",
    "dictionary_VR",
    "dictionary_description",
    "dictionary_has_tag",
    "dictionary_is_retired",
    "dictionary_keyword",
    "get_entry",
    "get_private_entry",
    "keyword_dict",
    "keyword_for_tag",
    "mask1",
    "mask2",
    "mask_match",
    "mask_x",
    "masks",
    "private_dictionaries",
    "private_dictionary_VM",
    "private_dictionary_VR",
    "private_dictionary_description",
    "repeater_has_keyword",
    "repeater_has_tag",
    "tag_for_keyword",
]

# (VR, VM, name, "Retired" or "", keyword)
_Entry = tuple[str, str, str, str, str]
# (VR, VM, name, "")
_PrivateEntry = tuple[str, str, str, str]


def _find_entry(tag: object) -> _Entry | None:
    # A tag of a repeating group has the row of its group, which stands in RepeatersDictionary.
    return get_entry(tag) if isinstance(tag, int) and dictionary_has_tag(tag) else None


def _add_entry(tag: int, entry: _Entry) -> None:
    add_dict_entries({tag: entry})


# The last dict of all entries, and the revision of the dictionary that it is of.
_kept: tuple[int, dict[int, _Entry]] = (-1, {})


def _entries() -> dict[int, _Entry]:
    global _kept
    revision = _core.dictionary_revision()
    kept, entries = _kept
    if kept != revision:
        entries = {
            tag: (vr, vm, name, "Retired" if retired else "", keyword)
            for tag, (vr, vm, name, retired, keyword) in _core.dictionary_attributes()
        }
        _kept = (revision, entries)
    return entries


def _tags() -> list[int]:
    return list(_entries())


DicomDictionary: LiveDict[int, _Entry] = LiveDict(_find_entry, _tags, _add_entry, _entries)


def _add_keyword(keyword: str, tag: int) -> None:
    # Programs of old put a row into DicomDictionary, then its keyword here: by then it is known.
    if tag_for_keyword(keyword) != tag:
        raise ValueError("a keyword comes with its row: add_dict_entry adds both")


keyword_dict: LiveDict[str, int] = LiveDict(tag_for_keyword, keywords, _add_keyword)

_REPEATERS: dict[str, _Entry] = {
    form: (vr, vm, name, "Retired" if retired else "", keyword)
    for form, (vr, vm, name, retired, keyword) in _core.dictionary_repeaters()
}
RepeatersDictionary: LiveDict[str, _Entry] = LiveDict(_REPEATERS.get, lambda: list(_REPEATERS))
REPEATER_KEYWORDS: list[str] = [entry[4] for entry in _REPEATERS.values()]

# Form of a repeating group -> the tag with 0 for each x, and a mask of the digits that are fixed.
masks: dict[str, tuple[int, int]] = {
    form: (
        int(form.replace("x", "0"), 16),
        int("".join("0" if digit == "x" else "F" for digit in form), 16),
    )
    for form in _REPEATERS
}
mask_x = list(masks)[-1]
mask1, mask2 = masks[mask_x]


def _find_creator(creator: object) -> LiveDict[str, _PrivateEntry] | None:
    if not isinstance(creator, str) or not _core.dictionary_private_entries(creator):
        return None
    return _private_view(creator)


def _private_view(creator: str) -> LiveDict[str, _PrivateEntry]:
    def rows() -> dict[str, _PrivateEntry]:
        return {form: (vr, vm, name, "") for form, vr, vm, name in _core.dictionary_private_entries(creator)}

    def put(form: str, entry: _PrivateEntry) -> None:
        vr, vm, name, *_ = entry
        add(int(form.replace("x", "0"), 16), vr, name, VM=vm, private_creator=creator)

    return LiveDict(lambda form: rows().get(form), lambda: list(rows()), put)


def _add_creator(creator: str, entries: Mapping[str, Any]) -> None:
    add_private_dict_entries(creator, {int(form.replace("x", "0"), 16): entry for form, entry in entries.items()})


class _Creators(LiveDict[str, Any]):
    def setdefault(self, key: str, default: Any = None) -> Any:
        """The entries of a creator, which may have none yet: what is put into them is added."""
        if default and key not in self:
            self[key] = default
        return _private_view(key)


private_dictionaries: LiveDict[str, LiveDict[str, _PrivateEntry]] = _Creators(
    _find_creator, _core.dictionary_private_creators, _add_creator
)


def _dictionary_vr_fast(tag: int) -> str:
    """VR of a tag, as `dictionary_VR`."""
    return dictionary_VR(tag)
