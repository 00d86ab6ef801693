"""How the tests run the command: in this process, or as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import dicom
from dicom.cli import main
from tests.cli.made_files import write_ct


@pytest.fixture
def ct(tmp_path: Path) -> str:
    """Path of a made CT."""
    return write_ct(tmp_path / "ct.dcm")


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run the command here: status, standard output, standard error."""

    def run(*words: str) -> tuple[int, str, str]:
        status = main(words)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def process() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run the command as a process of its own; output as bytes."""

    def run(*words: str | bytes, **options: object) -> subprocess.CompletedProcess[bytes]:
        environment = dict(os.environ, PYTHONPATH=str(Path(dicom.__file__).parent.parent))
        environment.update(options.pop("environment", {}))  # type: ignore[call-overload]
        options.setdefault("capture_output", True)
        return subprocess.run([sys.executable, "-m", "dicom.cli", *words], env=environment, timeout=120, **options)  # type: ignore[call-overload,no-any-return]

    return run
