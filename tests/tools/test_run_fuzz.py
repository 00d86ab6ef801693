"""The fuzz runner counts executions as libFuzzer prints them, and keeps the ledger's sums."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import run_fuzz

LOG = """INFO: Seed: 1
#2\tINITED cov: 3 ft: 4 corp: 1/1b exec/s: 0 rss: 30Mb
#4096\tpulse  cov: 3 ft: 4 corp: 1/1b lim: 4 exec/s: 2048 rss: 31Mb
"""


def test_executions_are_those_of_the_last_line() -> None:
    assert run_fuzz.executions_in(LOG + "Done 8123 runs in 61 second(s)\n") == 8123


def test_executions_before_a_crash_are_counted() -> None:
    assert run_fuzz.executions_in(LOG) == 4096


def test_a_log_without_executions_counts_none() -> None:
    assert run_fuzz.executions_in("error: could not compile\n") == 0


def test_ledger_is_read_as_it_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_fuzz, "LEDGER", tmp_path / "LEDGER.tsv")
    assert run_fuzz.read_ledger() == {}
    ledger = {"values": (10, 60, 0), "fragments": (5, 120, 1)}
    run_fuzz.write_ledger(ledger)
    assert run_fuzz.read_ledger() == ledger
    assert run_fuzz.LEDGER.read_text(encoding="utf-8").splitlines()[1].startswith("fragments\t")
