"""Describe a data set in plain values, and name where two descriptions differ.

In: data sets of this library and of pydicom, which share the documented API. Out: a flat mapping from a place
(``(0040,A730)[2](0008,0104)``) to its VR and value in builtin types, and the list of places that differ.
The comparison knows neither library: it asks both the same questions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

#: What a place holds: the VR and the value in builtin types.
Described = tuple[str, Any]


def plain(value: Any) -> Any:
    """A value in builtin types that compare by value; what can be told apart stays apart.

    Numbers keep their kind (int, float) and the text that they were written as, names keep their three groups.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    if hasattr(value, "family_name") and hasattr(value, "ideographic"):
        return ("PN", str(value), value.family_name, value.given_name, value.ideographic, value.phonetic)
    if isinstance(value, str):
        return ("text", str.__str__(value))
    if isinstance(value, float):
        number: Any = "nan" if math.isnan(value) else float(value)
        return ("float", number, str(value))
    if isinstance(value, int):
        return ("int", int(value), str(value))
    if isinstance(value, Iterable):
        return ["values", *(plain(one) for one in value)]
    return (type(value).__name__, str(value))


def _show_tag(tag: int) -> str:
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def describe(dataset: Any, place: str = "") -> dict[str, Described]:
    """Every element of a data set, nested ones too: its place, VR and value in builtin types."""
    described: dict[str, Described] = {}
    waiting = [(place, dataset)]
    while waiting:
        prefix, items = waiting.pop()
        for tag in list(items.keys()):
            here = prefix + _show_tag(int(tag))
            try:
                element = items[tag]
                vr, value = str(element.VR), element.value
                if vr != "SQ":
                    described[here] = (vr, plain(value))
                    described[here + " VM"] = (vr, element.VM)
                    described[here + " name"] = (vr, element.name)
                    continue
            except Exception as error:
                described[here] = ("error", _builtin_family(error))
                continue
            described[here] = ("SQ", len(value))
            waiting.extend((f"{here}[{index}]", item) for index, item in enumerate(value))
    return described


def _builtin_family(error: Exception) -> str:
    """The builtin exception that an error is one of: libraries have their own classes below these."""
    for family in (KeyError, AttributeError, NotImplementedError, ValueError, TypeError, OSError):
        if isinstance(error, family):
            return family.__name__
    return "Exception"


def describe_file(dataset: Any) -> dict[str, Described]:
    """A data set as read from a file: also its preamble, its File Meta Information and its encoding."""
    described = describe(dataset)
    meta = getattr(dataset, "file_meta", None)
    if meta is not None:
        described |= describe(meta, "meta ")
    described["preamble"] = ("", getattr(dataset, "preamble", None))
    described["encoding"] = ("", getattr(dataset, "original_encoding", None))
    # pydicom gives one codec as text where no character set is named, else as a list of one: here always a list.
    codecs = getattr(dataset, "original_character_set", None) or []
    described["charset"] = ("", plain([codecs] if isinstance(codecs, str) else codecs))
    return described


def differing_places(ours: dict[str, Described], theirs: dict[str, Described]) -> dict[str, str]:
    """Places that differ, each with what both sides have there; test data only, so values may be shown."""
    differing = {}
    for place in ours.keys() | theirs.keys():
        mine, other = ours.get(place), theirs.get(place)
        if mine != other:
            differing[place] = f"ours {_short(mine)}, pydicom {_short(other)}"
    return dict(sorted(differing.items()))


def differing_text(ours: str, theirs: str) -> dict[str, str]:
    """Lines of two prints that differ, by line number; the differing lengths too."""
    mine, other = ours.splitlines(), theirs.splitlines()
    differing = {}
    for number, (left, right) in enumerate(zip(mine, other, strict=False)):
        if left != right:
            differing[f"str:{number}"] = f"ours {_short(left)}, pydicom {_short(right)}"
    if len(mine) != len(other):
        differing["str:lines"] = f"ours {len(mine)}, pydicom {len(other)}"
    return differing


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 160 else f"{text[:120]} ... ({len(text)} characters)"
