"""Run a job, a script written for pydicom, in a process of its own: on pydicom, or on this library in its place.

In: the name of a job in `jobs/`, and its arguments. Out: what the job printed last: one JSON document.
The processes belong to an environment of their own (`make ecosystem`), which has the dependents, and pydicom for the
comparison; this library comes in by the path. A job may start with a different library than its peer has.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from tests.commands import missing

Library = Literal["pydicom", "dicom"]
LIBRARIES: tuple[Library, ...] = ("pydicom", "dicom")

PROJECT = Path(__file__).parents[2]
JOBS = Path(__file__).parent / "jobs"
#: Seconds that a job may take: the slowest, highdicom on a slow machine, needs about a tenth.
PATIENCE_SECONDS = 240


@dataclass(frozen=True)
class Outcome:
    """What a job found, and how long its process took."""

    result: Any
    seconds: float


def python() -> str:
    """The interpreter of the dependents' environment, or the test ends."""
    default = PROJECT / ".venv-ecosystem" / "bin" / "python"
    path = Path(os.environ.get("DICOM_ECOSYSTEM_PYTHON", default))
    if not path.exists():
        missing("the dependents' environment is not there: make ecosystem")
    return str(path)


def command(library: Library, *arguments: str) -> list[str]:
    """The command that runs Python's `arguments` (a script, or ``-m`` and a module) on a library."""
    through = ["-m", "dicom.as_pydicom"] if library == "dicom" else []
    return [python(), *through, *arguments]


def environment(library: Library) -> dict[str, str]:
    """The variables of a job's process: this library is on the path only where it takes pydicom's place."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DICOM_"))}
    kept |= {"MPLBACKEND": "Agg", "PYTHONHASHSEED": "0", "ECOSYSTEM_LIBRARY": library}
    if library == "dicom":
        kept["PYTHONPATH"] = str(PROJECT / "python")
    return kept


def run(job: str, library: Library, *arguments: object, kept: bool = True) -> Outcome:
    """Run a job to its end and give its result; it must end well. `kept` is whether it counts in the report."""
    started = time.perf_counter()
    done = subprocess.run(
        command(library, str(JOBS / f"{job}.py"), *map(str, arguments)),
        env=environment(library),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    seconds = time.perf_counter() - started
    assert done.returncode == 0, f"{job} on {library} ended with {done.returncode}:\n{done.stderr[-4000:]}"
    outcome = Outcome(json.loads(done.stdout.splitlines()[-1]), seconds)
    if kept:
        keep(job, library, outcome)
    return outcome


def compare(job: str, *arguments: object, target: Path | None = None, kept: bool = True) -> Outcome:
    """Run a job on each library, and see that it finds the same; give what it found on this one.

    `target` is a folder for what the job writes; each run gets an empty one in it, named after its library.
    """
    outcomes: dict[Library, Outcome] = {}
    for library in LIBRARIES:
        more = []
        if target is not None:
            more = [target / library]
            more[0].mkdir(parents=True)
        outcomes[library] = run(job, library, *arguments, *more, kept=kept)
    found = differences(outcomes["dicom"].result, outcomes["pydicom"].result)
    assert not found, "this library | pydicom\n" + "\n".join(found[:60])
    return outcomes["dicom"]


def differences(ours: Any, theirs: Any, path: str = "") -> list[str]:
    """Where two results differ: the place in the document, then what each has there."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        found = [f"{path}: {sorted(set(ours) ^ set(theirs))}"] if set(ours) != set(theirs) else []
        for key in sorted(set(ours) & set(theirs)):
            found += differences(ours[key], theirs[key], f"{path}/{key}")
        return found
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return [
            each
            for index, pair in enumerate(zip(ours, theirs, strict=True))
            for each in differences(*pair, f"{path}/{index}")
        ]
    return [] if ours == theirs and type(ours) is type(theirs) else [f"{path}: {ours!r:.300} | {theirs!r:.300}"]


def keep(job: str, library: Library, outcome: Outcome) -> None:
    """Leave a result where ECOSYSTEM_REPORT says, for the report and for a person's eyes."""
    folder = os.environ.get("ECOSYSTEM_REPORT")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        document = {"seconds": round(outcome.seconds, 2), "result": outcome.result}
        text = json.dumps(document, indent=1, ensure_ascii=False)
        (Path(folder) / f"{job}.{library}.json").write_text(text, "utf-8")


def free_port() -> int:
    """A port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(arguments: list[str], port: int, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A server in a process of its own, from when it accepts connections; it is ended with the block.

    What it says goes to a file, so that no full pipe can stop it.
    """
    with tempfile.TemporaryFile("w+") as said:
        server = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True, **options
        )
        try:
            _await(server, port, said)
            yield server
        finally:
            if server.poll() is None:
                server.terminate()
            server.communicate(timeout=PATIENCE_SECONDS)


def _await(server: subprocess.Popen[str], port: int, said: IO[str]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        try:
            server.wait(timeout=0.05)
        except subprocess.TimeoutExpired:
            continue
        said.seek(0)
        raise AssertionError(f"the server ended with {server.returncode}: {said.read()[-4000:]}")
    raise AssertionError("the server did not begin to listen")
