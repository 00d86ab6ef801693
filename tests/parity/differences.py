"""The table of differences: where this library reads something else than pydicom 3, and why.

Each row names a file, the places that differ (a place with a trailing ``*`` stands for all that begin so), and the
reason: pydicom's fault, or a documented choice of ours. A test holds the table exact: a difference that is not
listed fails, and so does a row that no longer differs.
"""

from __future__ import annotations

from typing import NamedTuple


class Difference(NamedTuple):
    """One row: a file of ``tests/data_sources.py``, places in it, the reason."""

    file: str
    places: tuple[str, ...]
    reason: str


DIFFERENCES: tuple[Difference, ...] = ()


def listed(file: str) -> dict[str, str]:
    """Places that may differ in a file, each with its reason."""
    return {place: row.reason for row in DIFFERENCES if row.file == file for place in row.places}


def unexplained(file: str, differing: dict[str, str]) -> dict[str, str]:
    """What differs without a row in the table, and rows of the table that differ no longer."""
    rows = listed(file)
    left = {place: what for place, what in differing.items() if not any(_covers(row, place) for row in rows)}
    stale = {
        row: f"listed, but no longer differs ({reason})"
        for row, reason in rows.items()
        if not any(_covers(row, place) for place in differing)
    }
    return left | stale


def _covers(row: str, place: str) -> bool:
    return place.startswith(row[:-1]) if row.endswith("*") else place == row
