"""Series as tables, for a terminal and for a notebook.

In: what was found. Out: text that fits the terminal, or HTML. Descriptions of series stand in it, for that is how a
person tells them apart; nothing of the patient does.
"""

from __future__ import annotations

import shutil
from collections import Counter
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dicom.volume.series.found import FoundSeries
    from dicom.volume.series.series import Series

_HEAD = ("", "series", "modality", "description", "frames", "size", "4th axis", "remarks")
_MOST_REASONS = 12
_MOST_UNPLACED = 20
_NARROWEST = 12
_RIGHT = frozenset((0, 1, 4))


def listing_text(found: FoundSeries) -> str:
    """All series as a table, then how many files have none, and why."""
    lines = _table([_cells(str(index), one) for index, one in enumerate(found)]) if len(found) else ["no series"]
    if found.unplaced:
        lines += ["", "images without a position, which make no volume:"]
        lines += _table([_cells("", one) for one in found.unplaced[:_MOST_UNPLACED]])
        if len(found.unplaced) > _MOST_UNPLACED:
            lines.append(f"... and {len(found.unplaced) - _MOST_UNPLACED} more (.unplaced has all)")
    reasons = left_out_by_reason(found)
    if reasons:
        lines += ["", "files without a series:"]
        width = len(str(max(count for _, count in reasons)))
        lines += [f"  {count:>{width}}  {reason}" for reason, count in reasons[:_MOST_REASONS]]
        if len(reasons) > _MOST_REASONS:
            lines.append(f"  ... and {len(reasons) - _MOST_REASONS} more reasons (.left_out has all)")
    return "\n".join(lines)


def series_text(series: Series) -> str:
    """One series as a table of one row."""
    return "\n".join(_table([_cells("", series)]))


def left_out_by_reason(found: FoundSeries) -> list[tuple[str, int]]:
    """Reasons why files have no series, the most frequent first."""
    counts = Counter(entry.reason or "" for entry in found.left_out)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _cells(index: str, series: Series) -> tuple[str, ...]:
    dimension = series.dimension
    frames = str(series.number_of_frames)
    axis = "" if dimension is None else f"{len(dimension)} x {dimension.name}"
    remarks = []
    if series.parts > 1:
        remarks.append(f"part {series.part} of {series.parts}")
    if series.is_localizer:
        remarks.append("localizer")
    if series.reason:
        remarks.append(series.reason)
    if series.duplicates:
        remarks.append(f"duplicates at {_counted(len(series.duplicates), 'position')}")
    if series.lost_files:
        remarks.append(f"{_counted(len(series.lost_files), 'more file')} without a usable image")
    return (
        index,
        "" if series.number is None else str(series.number),
        series.modality or "",
        _plain(series.description or ""),
        frames,
        f"{series.rows} x {series.columns}",
        axis,
        _plain("; ".join(remarks)),
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _plain(text: str) -> str:
    """On one line, and without what could move a cursor."""
    return "".join(character if character.isprintable() else " " for character in text)


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    kept = [column for column in range(len(_HEAD)) if any(row[column] for row in rows)]
    table = [tuple(row[column] for column in kept) for row in (_HEAD, *rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(kept))]
    _narrow(widths, [_HEAD[column] for column in kept])
    lines = []
    for row in table:
        cells = [
            _cut(text, width).rjust(width) if column in _RIGHT else _cut(text, width).ljust(width)
            for text, width, column in zip(row, widths, kept, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return lines


def _narrow(widths: list[int], titles: list[str]) -> None:
    """Take from the widest of the free texts until the table fits the terminal."""
    room = shutil.get_terminal_size((120, 24)).columns - 2 * (len(widths) - 1)
    free = [index for index, title in enumerate(titles) if title in ("description", "remarks")]
    while sum(widths) > room and free:
        widest = max(free, key=widths.__getitem__)
        if widths[widest] <= _NARROWEST:
            return
        widths[widest] -= 1


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def listing_html(found: FoundSeries) -> str:
    """All series as a table for a notebook."""
    parts = [_html_table([_cells(str(index), one) for index, one in enumerate(found)])]
    if found.unplaced:
        parts.append("<p>Images without a position, which make no volume:</p>")
        parts.append(_html_table([_cells("", one) for one in found.unplaced]))
    reasons = left_out_by_reason(found)
    if reasons:
        items = "".join(f"<li>{count} × {escape(_plain(reason))}</li>" for reason, count in reasons)
        count = len(found.left_out)
        parts.append(f"<details><summary>{count} files without a series</summary><ul>{items}</ul></details>")
    return f'<div class="dicom-series">{"".join(parts)}</div>'


def series_html(series: Series) -> str:
    """One series as a table for a notebook."""
    return f'<div class="dicom-series">{_html_table([_cells("", series)])}</div>'


def _html_table(rows: Sequence[tuple[str, ...]]) -> str:
    head = "".join(f"<th>{escape(title)}</th>" for title in _HEAD)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
