"""What type checkers say of programs that use the library: mypy --strict, and Pyright's strict mode.

The programs in `samples` are checked, not run: `assert_type` states what a checker knows, and each line that a checker
has to find fault with bears the comment ``# error``. Pyright is run as basedpyright, the same engine without a
download at run time.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.house import PACKAGE, PROJECT
from tests.commands import missing

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.py"))
# Where the library is, and the interpreter whose NumPy counts.
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(PACKAGE.parent),
    "MYPYPATH": str(PACKAGE.parent),
    "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
}
Findings = dict[str, dict[int, list[str]]]


def programs(folder: Path) -> list[Path]:
    """The samples, and the examples of the page on types as one program, which is put into a folder."""
    page = (PROJECT / "docs" / "types.md").read_text(encoding="utf-8")
    examples = folder / "page_on_types.py"
    examples.write_text(
        "\n".join(re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)), encoding="utf-8"
    )
    return [*SAMPLES, examples]


def run(module: str, *arguments: str, folder: Path) -> str:
    """What a checker prints; it isn't judged by its status, which tells of findings too."""
    if importlib.util.find_spec(module) is None:
        missing(f"{module} is not installed: pip install -r requirements/lint.txt")
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=240)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


def found_by_mypy(folder: Path) -> Findings:
    """The messages of mypy by sample and line."""
    (folder / "mypy.ini").write_text("[mypy]\nstrict = true\n", encoding="utf-8")
    files = map(str, programs(folder))
    printed = run("mypy", "--config-file=mypy.ini", "--cache-dir=cache", "--output=json", *files, folder=folder)
    found: Findings = {}
    for message in map(json.loads, printed.splitlines()):
        found.setdefault(Path(message["file"]).name, {}).setdefault(message["line"], []).append(message["message"])
    return found


def found_by_pyright(folder: Path) -> Findings:
    """The messages of Pyright by sample and line."""
    files = list(map(str, programs(folder)))
    settings = {"include": files, "typeCheckingMode": "strict", "pythonVersion": "3.11"}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    printed = run("basedpyright", "--outputjson", "--project=.", folder=folder)
    report: dict[str, Any] = json.loads(printed)
    assert report["summary"]["filesAnalyzed"] == len(files), report["summary"]
    found: Findings = {}
    for message in report["generalDiagnostics"]:
        line = message["range"]["start"]["line"] + 1
        found.setdefault(Path(message["file"]).name, {}).setdefault(line, []).append(message["message"])
    return found


@pytest.mark.parametrize("check", [found_by_mypy, found_by_pyright])
def test_a_checker_finds_what_is_marked_and_nothing_else(check: Callable[[Path], Findings], tmp_path: Path) -> None:
    found = check(tmp_path)
    unmarked: Findings = {}
    missed: dict[str, set[int]] = {}
    for sample in programs(tmp_path):
        lines = sample.read_text(encoding="utf-8").splitlines()
        marked = {number for number, line in enumerate(lines, 1) if line.endswith("# error")}
        met = found.get(sample.name, {})
        unmarked[sample.name] = {line: messages for line, messages in met.items() if line not in marked}
        missed[sample.name] = marked - set(met)
    assert unmarked == {name: {} for name in unmarked}
    assert missed == {name: set() for name in missed}


def test_there_is_a_sample_with_mistakes() -> None:
    assert any("# error" in path.read_text(encoding="utf-8") for path in SAMPLES)


def test_each_public_name_has_a_type(tmp_path: Path) -> None:
    printed = run("basedpyright", "--verifytypes=dicom", "--ignoreexternal", "--outputjson", folder=tmp_path)
    completeness = json.loads(printed)["typeCompleteness"]
    counts = completeness["exportedSymbolCounts"]
    assert counts["withKnownType"] + counts["withAmbiguousType"] > 5000
    assert counts["withUnknownType"] == 0
