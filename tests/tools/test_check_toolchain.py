"""What is missing on a machine is said in one line, by what to install."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import PROJECT

pytestmark = pytest.mark.skipif(os.name == "nt", reason="make and its script need a POSIX shell")

SYSTEM = ("sh", "sed", "dirname", "make", "env", "find", "awk")


class Machine:
    """A machine that has only the programs that a test gives it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in SYSTEM:
            found = shutil.which(name)
            if found is None:
                pytest.skip(f"{name} is not there")
            (folder / name).symlink_to(found)

    def add(self, name: str, script: str) -> None:
        """Give the machine a program."""
        program = self.folder / name
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)

    def add_all(self) -> None:
        """Give the machine all that is needed."""
        self.add("cargo", 'echo "cargo 1.95.0 (abc 2026-01-01)"')
        self.add("cc", "exit 0")
        self.add("python3", f'exec "{sys.executable}" "$@"')

    def check(self, *arguments: str) -> str:
        """What the check says."""
        done = subprocess.run(
            ["sh", str(PROJECT / "tools" / "check_toolchain.sh"), *arguments],
            env={"PATH": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.stderr == ""
        assert done.stdout.count("\n") == 1
        return done.stdout.strip()

    def make(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run make in the project, without anything being built."""
        return subprocess.run(
            ["make", "--dry-run", *arguments],
            cwd=PROJECT,
            env={"PATH": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=60,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with a shell, and nothing else."""
    return Machine(tmp_path)


def test_a_machine_with_all_is_ready(machine: Machine) -> None:
    machine.add_all()
    version = ".".join(map(str, sys.version_info[:3]))
    assert machine.check("python3", "test") == f"ready {version}"


def test_missing_rust_is_said(machine: Machine) -> None:
    machine.add_all()
    (machine.folder / "cargo").unlink()
    said = machine.check("python3", "test")
    assert said.startswith("Rust 1.")
    assert "rustup" in said


@pytest.mark.parametrize("version", ["1.80.1", "0.99.0", "nonsense"])
def test_too_old_a_rust_is_said(machine: Machine, version: str) -> None:
    machine.add_all()
    machine.add("cargo", f'echo "cargo {version} (abc 2024-01-01)"')
    assert f"'cargo' is {version}" in machine.check("python3", "test")


def test_a_missing_linker_is_said(machine: Machine) -> None:
    machine.add_all()
    (machine.folder / "cc").unlink()
    assert "C linker" in machine.check("python3", "test")


def test_a_missing_python_is_said(machine: Machine) -> None:
    assert "'python3' does not run" in machine.check("python3", "test")


@pytest.mark.parametrize("version", ["3.10.14", "2.7.18", "3.9.1"])
def test_too_old_a_python_is_said(machine: Machine, version: str) -> None:
    machine.add_all()
    machine.add("python3", f"echo {version}")
    assert f"'python3' is {version}" in machine.check("python3", "test")


def test_a_python_without_venv_is_said(machine: Machine) -> None:
    machine.add_all()
    machine.add("python3", 'case "$2" in *ensurepip*) exit 1 ;; *) echo 3.12.1 ;; esac')
    assert "no venv module" in machine.check("python3", "test")


def test_fuzzing_asks_for_nightly(machine: Machine) -> None:
    machine.add_all()
    machine.add("cargo", 'case "$1" in +nightly) exit 1 ;; *) echo "cargo 1.95.0" ;; esac')
    assert "rustup toolchain install nightly" in machine.check("python3", "fuzz")


def test_the_documentation_needs_no_rust(machine: Machine) -> None:
    machine.add("python3", f'exec "{sys.executable}" "$@"')
    assert machine.check("python3", "docs").startswith("ready ")


@pytest.mark.parametrize("target", ["demo", "test"])
def test_make_ends_with_that_one_line(machine: Machine, target: str) -> None:
    machine.add_all()
    (machine.folder / "cargo").unlink()
    done = machine.make(target)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "rustup" in done.stderr


def test_make_help_needs_nothing(machine: Machine) -> None:
    assert machine.make("help").returncode == 0
