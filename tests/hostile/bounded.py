"""Read hostile files in a process of their own, with a limit on memory and a deadline for each file.

In: a folder of files. Out: one line a file: its name, seconds, peak memory over baseline, and how it ended. Run as
``python -m tests.hostile.bounded FOLDER``; ``read_bounded`` does so and gives the lines. A crash, a hang or memory past
the limit ends the process, and the last name printed is the culprit.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

MEMORY_LIMIT_BYTES = 256 << 20
DEADLINE_SECONDS = 2.0


def read_bounded(folder: Path, *, memory_bytes: int = MEMORY_LIMIT_BYTES, timeout: float = 240) -> list[dict[str, Any]]:
    """How the reading of each file of a folder ended, in a process with limits."""
    command = [sys.executable, "-X", "faulthandler", "-m", "tests.hostile.bounded", str(folder), str(memory_bytes)]
    root = Path(__file__).resolve().parents[2]
    paths = [str(root), str(root / "python"), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=timeout, env=environment, check=False, cwd=root
    )
    lines = done.stdout.splitlines()
    if done.returncode != 0:
        last = lines[-1] if lines else "nothing"
        raise AssertionError(f"the process ended with {done.returncode} after {last!r}: {done.stderr[-2000:]}")
    return [json.loads(line) for line in lines if line.startswith("{")]


def _status_bytes(key: str) -> int:
    """A figure of this process: ``VmHWM`` is its peak memory. (``ru_maxrss`` also counts the process that began it.)"""
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(key)) * 1024


def _main(folder: str, memory_bytes: str) -> None:
    import resource

    import numpy as np

    from tests.hostile.outcome import read_everything

    # What every reading needs once is loaded before the baseline is taken.
    np.zeros(1)
    warm = Path(folder) / "warm.dcm"
    if warm.is_file():
        read_everything(warm)
    # Threads' stacks are address space that is never touched: room for them on top.
    limit = _status_bytes("VmSize") + int(memory_bytes) + (256 << 20)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    baseline = _status_bytes("VmHWM")
    for path in sorted(Path(folder).iterdir()):
        if path == warm:
            continue
        print("reading", path.name, flush=True)
        started = time.perf_counter()
        try:
            outcome = read_everything(path)
            ended = type(outcome.error).__name__ if outcome.error else "read"
            findings = len(outcome.findings)
        except Exception as error:
            ended, findings = f"UNTYPED {type(error).__name__}", 0
        seconds = time.perf_counter() - started
        grown = _status_bytes("VmHWM") - baseline
        line = {"file": path.name, "seconds": seconds, "grown": grown, "ended": ended, "findings": findings}
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    _main(*sys.argv[1:])
