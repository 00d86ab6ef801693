"""``pydicom.sr.codedict``: collections of codes and the tables behind them; the work is done in `dicom.sr`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from dicom.sr import Code, Collection, Concepts, codes
from dicom.sr import tables as _tables
from dicom.sr.collection import _filtered

if TYPE_CHECKING:
    CIDValueType = dict[str, list[str]]
    ConceptsType = dict[str, dict[str, dict[str, tuple[str, list[int]]]]]
    CID_CONCEPTS: dict[int, CIDValueType]
    CONCEPTS: ConceptsType
    cid_for_name: dict[str, int]
    name_for_cid: dict[int, str]

__all__ = [
    "CID_CONCEPTS",
    "CONCEPTS",
    "Code",
    "Collection",
    "Concepts",
    "_filtered",
    "cid_for_name",
    "codes",
    "name_for_cid",
]


@cache
def _cid_concepts() -> dict[int, dict[str, list[str]]]:
    """Context group -> scheme -> keywords."""
    return {
        cid: {scheme: list(keywords) for scheme, keywords in members.items()}
        for cid, members in _tables.all_context_members().items()
    }


@cache
def _concepts() -> dict[str, dict[str, dict[str, tuple[str, list[int]]]]]:
    """Scheme -> keyword -> value -> meaning and the context groups that have it."""
    groups: dict[tuple[str, str], list[int]] = {}
    for cid, members in _tables.all_context_members().items():
        for scheme, keywords in members.items():
            for keyword in keywords:
                groups.setdefault((scheme, keyword), []).append(cid)
    return {
        scheme: {
            keyword: {value: (meaning, groups.get((scheme, keyword), []))}
            for keyword, (value, meaning) in _tables.scheme_concepts(scheme).items()
        }
        for scheme in _tables.scheme_designators()
    }


# Tables of 19,000 concepts, made when they are asked for.
_TABLES = {
    "CID_CONCEPTS": _cid_concepts,
    "CONCEPTS": _concepts,
    "cid_for_name": _tables.context_identifiers,
    "name_for_cid": _tables.context_names,
}


def __getattr__(name: str) -> object:
    if name in _TABLES:
        return _TABLES[name]()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
