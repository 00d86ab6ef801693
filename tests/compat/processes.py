"""Programs that run in a process of their own: on pydicom itself, or on this library in its place."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import dicom

PACKAGES = Path(dicom.__file__).resolve().parent.parent
PROJECT = Path(__file__).resolve().parents[2]


def environment(**changes: str) -> dict[str, str]:
    """The environment of a program that can import this package and the tests."""
    path = os.pathsep.join([str(PACKAGES), str(PROJECT)])
    kept = {name: value for name, value in os.environ.items() if name not in ("DICOM_AS_PYDICOM", "PYDICOM_FUTURE")}
    return {**kept, "PYTHONPATH": path, "PYTHONWARNINGS": "", **changes}


def run(
    *arguments: str, cwd: Path | None = None, given: str | None = None, **changes: str
) -> subprocess.CompletedProcess[str]:
    """Run Python with arguments, and give what it printed."""
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment(**changes),
        cwd=cwd,
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def run_as_pydicom(*arguments: str, cwd: Path | None = None, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run a program for which pydicom is this library."""
    return run("-m", "dicom.as_pydicom", *arguments, cwd=cwd, **changes)
