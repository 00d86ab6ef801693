"""Time several contenders at one job in interleaved rounds, and check first that they give the same answer.

In: a ``Row``: what the job is, and who does it how. Out: a ``Result``: for each contender the best and the median of
its rounds, whether its answer was right, and how the ratios stand to the goal.
CPU time is what counts; rows about threads count time on the clock. Ratios within one run hold; absolute figures drift.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

OURS = "dicom"
REFERENCE = "pydicom"
#: What is asked of each row that has a codec in it: so much of the speed of the bare codec.
OF_CODEC = 0.95

#: A sample runs the job until it took so long, so that a clock's grain doesn't matter.
SHORTEST_SAMPLE_SECONDS = 0.02


class Sample(NamedTuple):
    """One measured run of a job."""

    seconds: float
    peak_bytes: int | None = None


class Contender(NamedTuple):
    """Somebody who does a job.

    ``run`` does it once over the whole corpus. ``answer`` gives what it found, in plain values that compare; None for
    a limit, which is no reader, but where there is no reference: there it tells what is right. ``sample`` takes the
    place of timing ``run``, for jobs in a process of their own.
    """

    name: str
    run: Callable[[], object] | None = None
    answer: Callable[[], Any] | None = None
    sample: Callable[[], Sample] | None = None
    is_limit: bool = False


class Goal(NamedTuple):
    """What we want of a row: so many times as fast as pydicom or the fastest other, or so much of the limit.

    Besides a ceiling on time, and one on memory.
    """

    times_reference: float | None = None
    of_limit: float | None = None
    seconds: float | None = None
    peak_bytes: int | None = None
    times_peer: float | None = None


class Row(NamedTuple):
    """One row of the table.

    ``units`` is how often the job is done in one run (files, frames): times are given for one. ``megabytes`` is what
    one unit yields, for rows that give a rate. ``equal`` compares two answers, where ``==`` won't do.
    ``budget_seconds`` is how long a contender may take for all of its rounds, where that is less than in other rows.
    """

    name: str
    title: str
    contenders: list[Contender]
    units: int
    goal: Goal
    megabytes: float | None = None
    clock: str = "cpu"
    equal: Callable[[Any, Any], bool] | None = None
    close: Callable[[], None] | None = None
    budget_seconds: float | None = None


class Timing(NamedTuple):
    """What one contender did in a row, for one unit of the job."""

    name: str
    best_seconds: float
    median_seconds: float
    right: bool
    is_limit: bool
    peak_bytes: int | None
    note: str


class Result(NamedTuple):
    """A row, measured."""

    row: Row
    timings: list[Timing]

    def timing(self, name: str) -> Timing | None:
        """What a contender did; None when it didn't take part or failed."""
        return next((one for one in self.timings if one.name == name), None)

    def fastest_peer(self) -> Timing | None:
        """The fastest other reader whose answer was right."""
        peers = [one for one in self.timings if one.name not in (OURS, REFERENCE) and one.right and not one.is_limit]
        return min(peers, key=lambda one: one.best_seconds, default=None)

    def limit(self) -> Timing | None:
        """The limit of the row."""
        return next((one for one in self.timings if one.is_limit), None)

    def verdict(self) -> str:
        """``hit``, ``missed``, or why there is none."""
        ours, reference, limit, goal = self.timing(OURS), self.timing(REFERENCE), self.limit(), self.row.goal
        if ours is None or ours.best_seconds == 0:
            return "not measured"
        if not ours.right:
            return "WRONG"
        met = []
        if goal.times_reference is not None:
            if reference is None:
                return "no reference"
            met.append(reference.best_seconds / ours.best_seconds >= goal.times_reference)
        if goal.of_limit is not None:
            if limit is None:
                return "no limit"
            met.append(limit.best_seconds / ours.best_seconds >= goal.of_limit)
        if goal.times_peer is not None:
            peers = [one for one in (reference, self.fastest_peer()) if one is not None and one.right]
            if not peers:
                return "no peer"
            met.append(min(one.best_seconds for one in peers) / ours.best_seconds >= goal.times_peer)
        if goal.seconds is not None:
            met.append(ours.best_seconds <= goal.seconds)
        if goal.peak_bytes is not None:
            met.append(ours.peak_bytes is not None and ours.peak_bytes <= goal.peak_bytes)
        return "hit" if all(met) else "missed"


def say(message: str) -> None:
    """Progress, on standard error."""
    print(message, file=sys.stderr, flush=True)


def _timed(run: Callable[[], object], clock: Callable[[], float], repeats: int) -> Sample:
    started = clock()
    for _ in range(repeats):
        run()
    return Sample((clock() - started) / repeats)


def _calibrated(run: Callable[[], object], clock: Callable[[], float]) -> int:
    """How often a job runs in one sample; running it warms the page cache too."""
    once = _timed(run, clock, 1).seconds
    return max(1, min(10_000, int(SHORTEST_SAMPLE_SECONDS / max(once, 1e-7))))


def measure(row: Row, rounds: int, budget_seconds: float) -> Result:
    """Check the answers of a row, then time everybody in turn, so many rounds; a slow one fewer, within its budget."""
    clock = time.process_time if row.clock == "cpu" else time.perf_counter
    budget_seconds = min(budget_seconds, row.budget_seconds or budget_seconds)
    notes = _check_answers(row)
    samples: dict[str, list[Sample]] = {}
    repeats: dict[str, int] = {}
    spent: dict[str, float] = {}
    for turn in range(rounds):
        shift = turn % len(row.contenders)
        for contender in row.contenders[shift:] + row.contenders[:shift]:
            name = contender.name
            if notes[name].startswith("failed") or (turn and spent[name] > budget_seconds):
                continue
            started = time.perf_counter()
            gc.collect()
            if contender.sample is not None:
                taken = contender.sample()
            else:
                assert contender.run is not None
                if name not in repeats:
                    repeats[name] = _calibrated(contender.run, clock)
                taken = _timed(contender.run, clock, repeats[name])
            samples.setdefault(name, []).append(taken)
            spent[name] = spent.get(name, 0.0) + time.perf_counter() - started
    timings = [
        _timing(one, samples[one.name], row.units, notes[one.name]) for one in row.contenders if one.name in samples
    ]
    timings += [
        Timing(one.name, 0.0, 0.0, False, one.is_limit, None, notes[one.name])
        for one in row.contenders
        if one.name not in samples and not one.is_limit
    ]
    if row.close is not None:
        row.close()
    return Result(row, timings)


def _timing(contender: Contender, samples: list[Sample], units: int, note: str) -> Timing:
    seconds = [one.seconds / units for one in samples]
    peaks = [one.peak_bytes for one in samples if one.peak_bytes is not None]
    right = not note.startswith(("unequal", "failed"))
    peak = min(peaks) if peaks else None
    return Timing(contender.name, min(seconds), statistics.median(seconds), right, contender.is_limit, peak, note)


def _check_answers(row: Row) -> dict[str, str]:
    """For each contender nothing, or what is wrong with its answer; the reference is right by definition.

    Without a reference a limit that has an answer takes its place.
    """
    notes = {one.name: "" for one in row.contenders}
    equal = row.equal or (lambda left, right: bool(left == right))
    by_name = {one.name: one for one in row.contenders}
    limits = (one for one in row.contenders if one.is_limit and one.answer is not None)
    first = by_name.get(REFERENCE) or next(limits, by_name[OURS])
    expected = first.answer() if first.answer is not None else None
    for contender in row.contenders:
        if contender.answer is None or contender is first:
            continue
        try:
            if not equal(contender.answer(), expected):
                notes[contender.name] = "unequal"
        except Exception as error:
            notes[contender.name] = f"failed: {type(error).__name__}"
    return notes
