"""`Evidence`: what a computed quantity rests on: inputs with the elements that they came from, and assumptions.

In: entries. Out: a table, as text, as HTML in a notebook, or as dictionaries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class Entry(NamedTuple):
    """One input, step or assumption."""

    #: What it is: ``"weight"``, ``"decay time"``.
    name: str
    #: Its value, in `unit`; a number, a text of the standard's (never a patient's), a date and time, or one a slice.
    value: Any
    unit: str = ""
    #: The element that it came from (``"PatientWeight (0010,1030)"``), or what it was computed from.
    source: str = ""
    #: What was taken for granted; empty where the header decides.
    assumption: str = ""


class Evidence:
    """The entries of a computed quantity, in the order in which they are used.

    Parameters
    ----------
    title : str
        Of what: ``"SUVbw"``.
    entries : tuple of Entry
    """

    __slots__ = ("entries", "title")

    def __init__(self, title: str, entries: tuple[Entry, ...] | list[Entry]) -> None:
        self.title = title
        self.entries = tuple(entries)

    def __getitem__(self, name: str) -> Entry:
        """The entry of this name.

        Raises
        ------
        KeyError
            There is none.
        """
        for entry in self.entries:
            if entry.name == name:
                return entry
        raise KeyError(name)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)
