"""The nuclides of positron emission tomography, and their half-lives.

In: an item of Radionuclide Code Sequence. Out: a `Nuclide`, or None. The table beside this module has the nuclides of
PS3.16 CID 4020 with their codes, and half-lives of NuDat 3 (National Nuclear Data Center, Brookhaven).
Standard: PS3.3 C.8.9.2 (PET Isotope).
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

#: Vendors round half-lives, and took them from tables of different years; nuclides that could be mistaken for one
#: another differ by more.
HALF_LIFE_TOLERANCE = 0.03


class Nuclide(NamedTuple):
    """A radionuclide: ``"F-18"``, its element's name, its half-life in s, its codes (SNOMED CT or DCM; SNOMED RT)."""

    symbol: str
    element: str
    half_life_s: float
    codes: tuple[str, ...]


@cache
def nuclides() -> tuple[Nuclide, ...]:
    """All of the table."""
    from os.path import dirname, join

    with open(join(dirname(__file__), "nuclides.tsv"), encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file if not line.startswith("#")]
    return tuple(
        Nuclide(symbol, element, float(seconds), tuple(code for code in codes if code))
        for symbol, element, _, seconds, *codes in rows
    )


def nuclide_of(code: str | None, meaning: str | None) -> Nuclide | None:
    """The nuclide that a code names, or else its meaning: ``"^18^Fluorine"``, ``"F-18"``, ``"Fluorine 18"``."""
    for one in nuclides():
        if code is not None and code in one.codes:
            return one
    words = _letters(meaning or "")
    for one in nuclides():
        symbol, _, mass = one.symbol.partition("-")
        if words and words in {_letters(f"{mass}{name}") for name in (symbol, one.element)} | {
            _letters(f"{name}{mass}") for name in (symbol, one.element)
        }:
            return one
    return None


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
