"""The tables of coded concepts, each read when it is asked for.

In: the data files beside this module (`tools/generate_codes.py` writes them). Out: rows and dicts. One concept is found
by a search in the text of its scheme's file: parsing all of it would take a hundred times longer.
Standard: PS3.16 annexes B, D and O.
"""

from __future__ import annotations

from functools import cache

_Members = dict[str, tuple[str, ...]]


@cache
def _text(name: str) -> str:
    """A data file, from its header's end of line on: each row stands between two ends of line."""
    from os.path import dirname, join

    with open(join(dirname(__file__), "data", *f"{name}.tsv".split("/")), encoding="utf-8", newline="\n") as file:
        text = file.read()
    return text[text.index("\n") :]


def _rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in _text(name).splitlines()[1:]]


def _row(name: str, key: str) -> list[str] | None:
    """The cells after the first of the row that begins with a key."""
    text = _text(name)
    begin = text.find(f"\n{key}\t")
    if begin < 0 or "\n" in key or "\t" in key:
        return None
    return text[begin + len(key) + 2 : text.index("\n", begin + 1)].split("\t")


@cache
def scheme_designators() -> tuple[str, ...]:
    """The coding schemes that there are tables of."""
    return tuple(_text("schemes").split())


@cache
def context_names() -> dict[int, str]:
    """Context group identifier (CID) -> name as a keyword."""
    return {int(cid): name for cid, name in _rows("contexts")}


@cache
def context_identifiers() -> dict[str, int]:
    """Name of a context group -> its identifier; the last of those that share a name."""
    return {name: cid for cid, name in context_names().items()}


def concept(scheme: str, keyword: str) -> tuple[str, str] | None:
    """Value and meaning of a concept; None when the scheme has no such keyword."""
    cells = _row(f"schemes/{scheme}", keyword)
    return None if cells is None else (cells[0], cells[1])


@cache
def scheme_concepts(scheme: str) -> dict[str, tuple[str, str]]:
    """Keyword -> value and meaning, for all concepts of a scheme in order of keyword."""
    return {keyword: (value, meaning) for keyword, value, meaning in _rows(f"schemes/{scheme}")}


@cache
def context_members(cid: int) -> _Members:
    """Scheme -> keywords, of one context group."""
    cells = _row("members", str(cid))
    if cells is None:
        raise KeyError(f"no context group CID{cid}")
    return _members(cells)


def _members(cells: list[str]) -> _Members:
    # A context group without members has one empty cell.
    pairs = (cell.partition(":") for cell in cells if cell)
    return {scheme: tuple(keywords.split(" ")) for scheme, _, keywords in pairs}


@cache
def all_context_members() -> dict[int, _Members]:
    """The same of all context groups."""
    return {int(cid): _members(cells) for cid, *cells in _rows("members")}


@cache
def snomed_mapping() -> dict[str, dict[str, str]]:
    """``"SCT"``: value in SCT -> value in SRT; ``"SRT"``: the other way round."""
    rows = _rows("snomed")
    return {"SCT": dict(rows), "SRT": {srt: sct for sct, srt in rows}}


def sct_of_srt(value: str) -> str | None:
    """The value in SCT of a value in SRT, if there is one."""
    return snomed_mapping()["SRT"].get(value)
