"""`Evidence`: what a computed quantity rests on: inputs with the elements that they came from, and assumptions.

In: entries. Out: a table, as text, as HTML in a notebook, or as dictionaries.
"""

from __future__ import annotations

from datetime import datetime
from html import escape
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
    """The entries of a computed quantity, in the order in which they are used. Printed, it is a table.

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

    def __contains__(self, name: object) -> bool:
        return any(entry.name == name for entry in self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What was taken for granted, in the order of the entries; none where the header decides everything."""
        return tuple(f"{entry.name}: {entry.assumption}" for entry in self.entries if entry.assumption)

    def as_dicts(self) -> list[dict[str, Any]]:
        """The entries as plain values, for JSON or a data frame: times in ISO 8601, one a slice as lists."""
        return [{**entry._asdict(), "value": _plain(entry.value)} for entry in self.entries]

    def __str__(self) -> str:
        rows = [(entry.name, _words(entry), entry.source) for entry in self.entries]
        widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
        lines = [self.title]
        for entry, (name, value, source) in zip(self.entries, rows, strict=True):
            lines.append(f"  {name:<{widths[0]}}  {value:<{widths[1]}}  {source}".rstrip())
            if entry.assumption:
                lines.append(f"  {'':<{widths[0]}}  assumed: {entry.assumption}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Evidence of {self.title}: {len(self.entries)} entries, {len(self.assumptions)} assumptions>"

    def _repr_html_(self) -> str:
        head = "".join(f'<th style="text-align:left">{name}</th>' for name in ("", "value", "source", "assumption"))
        rows = "".join(
            "<tr>"
            + "".join(
                f'<td style="text-align:left">{escape(cell)}</td>'
                for cell in (entry.name, _words(entry), entry.source, entry.assumption)
            )
            + "</tr>"
            for entry in self.entries
        )
        return f"<table><caption>{escape(self.title)}</caption><tr>{head}</tr>{rows}</table>"


def _words(entry: Entry) -> str:
    """A value with its unit, on one line; of one a slice the least and the greatest."""
    value, count = _plain(entry.value, " "), ""
    if isinstance(value, list):
        flat = _flat(value)
        count = f" ({len(flat)} slices)"
        present = [one for one in flat if one is not None]
        ends = (min(present), max(present)) if present else ("none", "none")
        value = " to ".join(dict.fromkeys(_short(one) for one in ends))
    return f"{_short(value)}{f' {entry.unit}' if entry.unit else ''}{count}"


def _short(value: Any) -> str:
    return f"{value:.9g}" if isinstance(value, float) else str(value)


def _flat(values: list[Any]) -> list[Any]:
    return [one for value in values for one in (_flat(value) if isinstance(value, list) else [value])]


def _plain(value: Any, separator: str = "T") -> Any:
    """Builtin types: what `json` and a person can read. What isn't a number is None."""
    if isinstance(value, datetime):
        return value.isoformat(separator)
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(one, separator) for one in value]
    return None if isinstance(value, float) and value != value else value
