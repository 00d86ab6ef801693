"""``python -m benches``: measure every row, print the table, write it into ``benches/results``."""

from __future__ import annotations

import argparse
import sys
import traceback
from pathlib import Path

from . import (
    rows_columns,
    rows_display,
    rows_encoding,
    rows_export,
    rows_frames,
    rows_headers,
    rows_models,
    rows_pixels,
    rows_quantities,
    rows_series,
    rows_volume,
    rows_writing,
    table,
)
from .harness import Result, measure, say

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Run the bench; gives the exit status: 1 when an answer of ours is wrong or a row fails."""
    parser = argparse.ArgumentParser(prog="python -m benches", description="Measure against peers and limits.")
    parser.add_argument("--quick", action="store_true", help="two rounds, and little time for slow readers")
    parser.add_argument("--row", action="append", default=[], metavar="NAME", help="only this row; can be repeated")
    parser.add_argument("--list", action="store_true", help="print the names of the rows")
    parser.add_argument("--rounds", type=int, help="how many rounds (5; 2 with --quick)")
    parser.add_argument("--corpus", type=Path, default=HERE / "corpus", help="where the files are made")
    parser.add_argument("--results", type=Path, default=HERE / "results", help="where the table is written")
    options = parser.parse_args()
    makers = [
        *rows_headers.rows(options.corpus),
        *rows_columns.rows(options.corpus),
        *rows_writing.rows(options.corpus),
        *rows_models.rows(options.corpus),
        *rows_pixels.rows(options.corpus, quick=options.quick),
        *rows_encoding.rows(options.corpus, quick=options.quick),
        *rows_frames.rows(options.corpus, quick=options.quick),
        *rows_display.rows(options.corpus),
        *rows_volume.rows(options.corpus, quick=options.quick),
        *rows_series.rows(options.corpus),
        *rows_quantities.rows(options.corpus, quick=options.quick),
        *rows_export.rows(options.corpus),
    ]
    if options.list:
        print("\n".join(name for name, _ in makers))
        return 0
    unknown = set(options.row) - {name for name, _ in makers}
    if unknown:
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    rounds = options.rounds or (2 if options.quick else 5)
    results: list[Result] = []
    failed = False
    for name, make in makers:
        if options.row and name not in options.row:
            continue
        say(f"{name} ...")
        try:
            results.append(measure(make(), rounds, budget_seconds=2.0 if options.quick else 15.0))
        except Exception:
            failed = True
            say(f"{name} failed:\n{traceback.format_exc()}")
            continue
        say("    " + "  ".join(table.cells(results[-1])))
    print(table.aligned(results))
    table.write(results, options.results, quick=options.quick)
    return 1 if failed or any(result.verdict() == "WRONG" for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
