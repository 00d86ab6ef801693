"""The examples of the README, of docs/ and of docstrings run, each document as one story, beside samples.

Sybil parses the Markdown: a `python` block is run, or compared with its output where it is written with `>>>`; here is
added how a `console` block is run: each line that begins with `$ dicom` must end with status 0, and what is written
below it, if anything, must be what is printed (`...` stands for whatever there is).
"""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sybil import Document, Example
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser
from sybil.typing import Parser

from tests.architecture.house import PROJECT, modules
from tools.samples import write_samples, write_segmentation_sample, write_series_samples

PAGES = sorted([PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")])
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def commands_in(block: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with the output that is written below it."""
    commands: list[tuple[str, str]] = []
    for line in block.splitlines(keepends=True):
        if line.startswith("$ "):
            commands.append((line[2:].strip(), ""))
        elif commands:
            command, output = commands.pop()
            commands.append((command, output + line))
    return commands


def run_console(example: Example) -> str | None:
    """Run the commands of a console block; gives what went wrong."""
    # The command that was installed beside this interpreter comes first.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    variables = {**os.environ, "PATH": path, "PYTHONWARNINGS": "error", "NO_COLOR": "1"}
    for command, wanted in commands_in(example.parsed):
        if not command.startswith("dicom "):
            return f"only `dicom` is run in a console block, use `sh` for what isn't run: {command}"
        shell = "|" in command or ">" in command
        done = subprocess.run(
            command if shell else shlex.split(command),
            shell=shell,
            env=variables,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
        )
        if done.returncode:
            return f"$ {command}\nended with status {done.returncode}:\n{done.stderr}"
        if wanted.strip() and not doctest.OutputChecker().check_output(wanted.strip(), done.stdout.strip(), FLAGS):
            return f"$ {command}\nprinted:\n{done.stdout}\nand not:\n{wanted}"
    return None


PARSERS: list[Parser] = [PythonCodeBlockParser(doctest_optionflags=FLAGS), CodeBlockParser("console", run_console)]


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory, original_series: list[Path]) -> dict[str, Path]:
    """ct.dcm, mr.dcm, pet.dcm, and seg.dcm of the series head."""
    folder = tmp_path_factory.mktemp("samples")
    head = next(one for one in original_series if one.name == "head")
    return {**write_samples(folder), "seg.dcm": write_segmentation_sample(folder / "seg.dcm", head)}


@pytest.fixture(scope="module")
def original_series(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The folders that `write_series_samples` names."""
    return write_series_samples(tmp_path_factory.mktemp("series"))


@pytest.fixture
def samples(
    originals: dict[str, Path], original_series: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder with a copy of each, and the current one while an example runs."""
    for name, path in originals.items():
        shutil.copyfile(path, tmp_path / name)
    for folder in original_series:
        shutil.copytree(folder, tmp_path / folder.name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
@pytest.mark.usefixtures("samples")
def test_examples_of_page_run(page: Path) -> None:
    for example in Document.parse(str(page), *PARSERS).examples():
        example.evaluate()
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.mark.parametrize("name", modules())
@pytest.mark.usefixtures("samples")
def test_examples_of_docstrings_run(name: str) -> None:
    if name.startswith("dicom.testing") and importlib.util.find_spec("hypothesis") is None:
        pytest.skip("hypothesis is not installed")
    results = doctest.testmod(importlib.import_module(name), optionflags=FLAGS)
    assert results.failed == 0


def test_a_wrong_example_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\n>>> 1 + 1\n3\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="did not evaluate as expected"):
        next(Document.parse(str(page), *PARSERS).examples()).evaluate()


def test_a_failing_command_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ dicom no-such-command\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="status"):
        next(Document.parse(str(page), *PARSERS).examples()).evaluate()


def test_output_is_taken_from_below_its_command() -> None:
    assert commands_in("$ dicom info a\nCT\n2\n$ dicom --version\n") == [
        ("dicom info a", "CT\n2\n"),
        ("dicom --version", ""),
    ]
