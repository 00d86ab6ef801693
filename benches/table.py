"""Print the results of a bench as a table, and write them as JSON and Markdown.

In: results of the harness. Out: text. Each row has absolute figures, our ratio to pydicom, to the fastest right peer
and to the limit, the goal, and whether it was hit.
"""

from __future__ import annotations

import json
import platform
from typing import TYPE_CHECKING, Any

from .harness import OURS, REFERENCE, Goal, Result, Timing

if TYPE_CHECKING:
    from pathlib import Path

HEAD = ("job", "ours", "pydicom", "x pydicom", "fastest right peer", "x peer", "limit", "of limit", "goal", "")


def _time(seconds: float) -> str:
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def _figure(result: Result, timing: Timing | None, *, named: bool = False) -> str:
    """What a contender did: time for one unit, or a rate; its memory; what is wrong with it."""
    if timing is None:
        return "-"
    if timing.best_seconds == 0:
        return timing.note or "-"
    megabytes = result.row.megabytes
    figure = f"{megabytes / timing.best_seconds:.0f} MB/s" if megabytes else _time(timing.best_seconds)
    if timing.peak_bytes is not None:
        figure += f", {timing.peak_bytes / (1 << 20):.0f} MiB"
    if timing.note:
        figure += f" ({timing.note})"
    return f"{figure} {timing.name}" if named else figure


def _ratio(ours: Timing | None, other: Timing | None) -> str:
    if ours is None or other is None or not ours.best_seconds or not other.best_seconds or not ours.right:
        return "-"
    return f"{other.best_seconds / ours.best_seconds:.3g}"


def _goal(goal: Goal) -> str:
    parts = []
    if goal.times_reference is not None:
        parts.append(f"{goal.times_reference:g}x pydicom")
    if goal.times_peer is not None:
        parts.append("ahead of all" if goal.times_peer == 1 else f"{goal.times_peer:g}x the fastest other")
    if goal.of_limit is not None:
        parts.append(f"{goal.of_limit:.3g} of the limit")
    if goal.seconds is not None:
        parts.append(f"under {_time(goal.seconds)}")
    if goal.peak_bytes is not None:
        parts.append(f"under {goal.peak_bytes / (1 << 20):.0f} MiB")
    return ", ".join(parts)


def cells(result: Result) -> tuple[str, ...]:
    """One row of the table."""
    ours, reference = result.timing(OURS), result.timing(REFERENCE)
    peer, limit = result.fastest_peer(), result.limit()
    return (
        result.row.title,
        _figure(result, ours),
        _figure(result, reference),
        _ratio(ours, reference),
        _figure(result, peer, named=True),
        _ratio(ours, peer),
        _figure(result, limit, named=True),
        _ratio(ours, limit),
        _goal(result.row.goal),
        result.verdict(),
    )


def notes(result: Result) -> list[str]:
    """Who gave another answer than the reference, or failed: such times don't count."""
    return [f"{result.row.title}: {one.name} {one.note}" for one in result.timings if one.note]


def markdown(results: list[Result]) -> str:
    """The whole table."""
    lines = [_line(HEAD), _line(("---",) * len(HEAD)), *(_line(cells(result)) for result in results)]
    remarks = [remark for result in results for remark in notes(result)]
    if remarks:
        lines += ["", "Answers that differ from pydicom's; their times don't count:", ""]
        lines += [f"- {remark}" for remark in remarks]
    return "\n".join(lines) + "\n"


def _line(texts: tuple[str, ...]) -> str:
    return "| " + " | ".join(texts) + " |"


def aligned(results: list[Result]) -> str:
    """The table for a terminal, in columns."""
    table = [HEAD, *(cells(result) for result in results)]
    widths = [max(len(row[column]) for row in table) for column in range(len(HEAD))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in table]
    return "\n".join([*lines, *(remark for result in results for remark in notes(result))])


def write(results: list[Result], folder: Path, *, quick: bool) -> None:
    """Write ``bench.json`` and ``bench.md`` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = [
        {
            "name": result.row.name,
            "title": result.row.title,
            "clock": result.row.clock,
            "units": result.row.units,
            "megabytes": result.row.megabytes,
            "goal": result.row.goal._asdict(),
            "verdict": result.verdict(),
            "timings": [one._asdict() for one in result.timings],
        }
        for result in results
    ]
    about = {"python": platform.python_version(), "machine": platform.machine(), "quick": quick, "rows": rows}
    (folder / "bench.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    (folder / "bench.md").write_text(markdown(results), encoding="utf-8")
