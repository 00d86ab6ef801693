"""The command as a citizen of the shell: statuses, one-line failures, pipes, odd file names."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import dicom
from dicom.cli import COMMANDS, main, terminal
from tests.cli.made_files import ct_elements, file_bytes, write_ct


def test_version_is_that_of_the_library(command):
    status, out, err = command("--version")
    assert (status, out, err) == (0, f"dicom {dicom.__version__}\n", "")


@pytest.mark.parametrize("words", [[], ["nonsense"], ["show"], ["show", "--nonsense", "x"], ["completion", "tcsh"]])
def test_wrong_usage_ends_with_status_2(command, words):
    status, out, err = command(*words)
    assert (status, out) == (2, "")
    assert "usage: dicom" in err


@pytest.mark.parametrize("words", [["--help"], *([name, "--help"] for name in COMMANDS)])
def test_help_ends_with_status_0(command, words):
    status, out, _ = command(*words)
    assert status == 0
    assert out.startswith("usage: dicom")


@pytest.mark.parametrize("name", ["show", "info"])
def test_missing_file_is_one_line_and_status_1(command, tmp_path, name):
    path = str(tmp_path / "none.dcm")
    assert command(name, path) == (1, "", f"dicom: {path}: No such file or directory\n")


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"hello world\n" * 30])
def test_file_that_is_not_dicom_is_one_line_and_status_1(command, tmp_path, content):
    path = tmp_path / "x.txt"
    path.write_bytes(content)
    status, out, err = command("show", str(path))
    assert (status, out) == (1, "")
    assert err.startswith(f"dicom: {path}: ")
    assert len(err.splitlines()) == 1
    assert "Traceback" not in err


def test_folder_is_one_line_and_status_1(command, tmp_path):
    status, out, err = command("show", str(tmp_path))
    assert (status, out) == (1, "")
    assert len(err.splitlines()) == 1


def test_the_files_after_a_bad_one_are_shown(command, ct, tmp_path):
    status, out, err = command("show", str(tmp_path / "none.dcm"), ct, "--tag", "Rows")
    assert (status, out) == (1, f"{ct}\t4\n")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("place", ["before", "after"])
def test_debug_prints_the_traceback(command, tmp_path, place):
    path = str(tmp_path / "none.dcm")
    words = ["--debug", "show", path] if place == "before" else ["show", path, "--debug"]
    status, _, err = command(*words)
    assert status == 1
    assert "Traceback (most recent call last)" in err


def test_an_error_that_is_not_ours_is_named_without_its_text(capsys):
    def act(path: str) -> None:
        raise KeyError("Smith^John")

    assert terminal.for_each_file(["x"], act, debug=False) == 1
    err = capsys.readouterr().err
    assert err.startswith("dicom: x: KeyError")
    assert "Smith" not in err


@pytest.mark.skipif(os.name != "posix", reason="file names are Unicode on Windows")
def test_file_names_that_are_not_utf_8_work(process, tmp_path):
    name = os.fsencode(tmp_path) + b"/\xff\xe9\n.dcm"
    try:
        Path(os.fsdecode(name)).write_bytes(file_bytes(*ct_elements()))
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    done = process("show", name, name, "--tag", "Rows")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.splitlines()[0].endswith(rb"/\xff\xe9\n.dcm" + b"\t4")
    done = process("info", name)
    assert done.returncode == 0
    missing = process("info", name + b"x")
    assert missing.returncode == 1
    assert rb"\xff\xe9\n.dcmx: No such file" in missing.stderr


@pytest.mark.skipif(os.name != "posix", reason="pipes end otherwise on Windows")
def test_closed_pipe_ends_quietly(tmp_path):
    path = write_ct(tmp_path / "ct.dcm")
    environment = dict(os.environ, PYTHONPATH=str(Path(dicom.__file__).parent.parent))
    words = [sys.executable, "-m", "dicom.cli", "show", *[path] * 400]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as shown:
        shown.stdout.read(10)
        shown.stdout.close()
        errors = shown.stderr.read()
        assert (shown.wait(timeout=120), errors) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_full_disk_is_one_line(ct, process):
    with open("/dev/full", "wb") as full:
        done = process("show", ct, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
    assert b"No space left on device" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_interrupt_is_quiet():
    environment = dict(os.environ, PYTHONPATH=str(Path(dicom.__file__).parent.parent))
    words = [sys.executable, "-m", "dicom.cli", "show", "-"]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as waiting:
        # It is waiting for us when it has read all that a pipe holds and more.
        waiting.stdin.write(b"\0" * 300_000)
        waiting.stdin.flush()
        waiting.send_signal(signal.SIGINT)
        out, err = waiting.communicate(timeout=120)
    assert (waiting.returncode, out, err) == (130, b"", b"")


def test_interrupt_here_gives_130(monkeypatch):
    def interrupted(path: str, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(terminal, "read", interrupted)
    assert main(["show", "x"]) == 130


def test_closed_standard_streams_are_no_failure(ct):
    script = (
        "import sys; sys.stdout = sys.stderr = None\n"
        f"from dicom.cli import main; raise SystemExit(main(['show', {ct!r}]))\n"
    )
    environment = dict(os.environ, PYTHONPATH=str(Path(dicom.__file__).parent.parent))
    assert subprocess.run([sys.executable, "-c", script], env=environment, check=False).returncode == 0


def test_progress_is_shown_on_a_terminal_only(capsys, monkeypatch):
    files = [f"file{number}" for number in range(30)]
    terminal.for_each_file(files, lambda path: None, debug=False)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    terminal.for_each_file(files, lambda path: None, debug=False)
    err = capsys.readouterr().err
    assert "[30/30] file29" in err
    assert err.endswith("\r\x1b[K")


def test_the_command_starts_without_numpy_and_matplotlib(ct):
    script = (
        "import sys\nfrom dicom.cli import main\n"
        f"main(['show', {ct!r}, '--tag', 'Rows'])\n"
        "assert not {'numpy', 'matplotlib', 'dataclasses', 'importlib.metadata'} & set(sys.modules)\n"
    )
    environment = dict(os.environ, PYTHONPATH=str(Path(dicom.__file__).parent.parent))
    subprocess.run([sys.executable, "-c", script], env=environment, check=True, stdout=subprocess.DEVNULL)


def test_python_runs_the_package_as_the_command():
    done = subprocess.run([sys.executable, "-m", "dicom", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("dicom ")
