"""Print which jobs the dependents did on each library, how long each took, and whether they found the same.

Run: ``python -m tests.ecosystem.report FOLDER``. In: the folder that `make ecosystem` filled. Out: a table.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.ecosystem.programs import differences

HEADINGS = ("job", "pydicom, s", "dicom, s", "ratio", "values compared", "equal")


def leaves(result: Any) -> int:
    """How many values a result has."""
    if isinstance(result, dict):
        return sum(map(leaves, result.values()))
    return sum(map(leaves, result)) if isinstance(result, list) else 1


def rows(folder: Path) -> list[tuple[str, ...]]:
    """One row a job that ran on both libraries."""
    found = []
    for path in sorted(folder.glob("*.dicom.json")):
        other = path.with_name(path.name.replace(".dicom.json", ".pydicom.json"))
        if not other.exists():
            continue
        ours, theirs = json.loads(path.read_text("utf-8")), json.loads(other.read_text("utf-8"))
        equal = "yes" if not differences(ours["result"], theirs["result"]) else "NO"
        ratio = f"{theirs['seconds'] / ours['seconds']:.2f}"
        times = f"{theirs['seconds']:.2f}", f"{ours['seconds']:.2f}"
        found.append((path.name.partition(".")[0], *times, ratio, str(leaves(ours["result"])), equal))
    return found


def main(folder: str) -> None:
    """Print the table."""
    table = [HEADINGS, *rows(Path(folder))]
    widths = [max(len(row[column]) for row in table) for column in range(len(HEADINGS))]
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main(*sys.argv[1:])
