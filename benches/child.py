"""A job in a process of its own, so that its memory can be stated beside its time.

In: pieces of a program. Out: a contender. What counts as memory is what the process holds beyond the interpreter with
its imports and what stands before the job, the result included.
"""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .harness import Contender, Sample

if TYPE_CHECKING:
    from pathlib import Path

#: Of an array (k, j, i): its shape, its sum, its type, and some values from all over it.
THIN_ARRAY = """
    thin = found[::7, ::61, ::53].astype(float)
    return [list(found.shape), float(found.sum(dtype=numpy.float64)), str(found.dtype), thin.ravel().tolist()]
"""


class Job(NamedTuple):
    """What a contender does in its process.

    `path` and `threads` are there for all of it.
    """

    #: Lines at the top; what they do isn't measured.
    imports: str
    #: The body of the function that is measured; what it gives is `found`.
    body: str
    #: Everybody alike: new memory is dear at first.
    repeats: int = 2
    #: The body of a function of `found` that gives what is compared; isn't measured.
    answer: str = THIN_ARRAY


_IN_CHILD = """
import gc, json, sys, time
import numpy
path, threads = sys.argv[1], int(sys.argv[2])
{imports}
clock = time.process_time if threads == 1 else time.perf_counter
def status(key):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(key)) * 1024
def job():
{body}
def answer(found):
{answer}
try:
    open("/proc/self/clear_refs", "w").write("5")
except OSError:
    pass
before = status("VmRSS")
best = None
for turn in range({repeats}):
    gc.collect()
    started = clock()
    found = job()
    taken = clock() - started
    best = taken if best is None else min(best, taken)
    peak = status("VmHWM") - before
    if turn == {repeats} - 1 and {is_asked}:
        shown = answer(found)
    else:
        shown = None
    del found
print(json.dumps({{"seconds": best, "peak": peak, "shown": shown}}))
"""


@functools.cache
def run(job: Job, path: str, threads: int, turn: int, python: str = sys.executable) -> dict[str, Any]:
    """What one process found: ``seconds``, ``peak`` in bytes, and in the first turn what it answers, ``shown``.

    `turn` tells one run from another that did the same; below 0 nothing is asked.
    """
    parts = {name: _body(text) for name, text in (("body", job.body), ("answer", job.answer))}
    code = _IN_CHILD.format(imports=job.imports, repeats=job.repeats, is_asked=turn == 1, **parts)
    done = subprocess.run([python, "-c", code, path, str(threads)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{done.stderr.strip().splitlines()[-1:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _body(text: str) -> str:
    return (text if text.startswith("\n") else f"    {text}\n").strip("\n")


def contender(
    name: str, job: Job, path: Path, threads: int, *, is_limit: bool = False, python: str = sys.executable
) -> Contender:
    """Somebody who does a job in a process of its own, by another interpreter where one is named."""
    turn = 0

    def sample() -> Sample:
        nonlocal turn
        turn += 1
        found = run(job, str(path), threads, -turn if is_limit else turn, python)
        return Sample(found["seconds"], found["peak"])

    # The first sample of the row is this run too.
    answer = None if is_limit else (lambda: run(job, str(path), threads, 1, python)["shown"])
    return Contender(name, None, answer, sample, is_limit)


def equal_arrays(left: Any, right: Any) -> bool:
    """Whether two answers of `THIN_ARRAY` are of the same array; the sum of floats depends on the order."""
    return bool(
        left[0] == right[0] and left[2] == right[2] and np.isclose(left[1], right[1], rtol=1e-9) and left[3] == right[3]
    )
