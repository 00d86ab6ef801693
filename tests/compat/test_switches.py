"""The switches of `pydicom.config`, hooks and callbacks change on the drop-in what they change on pydicom."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from tests.compat.processes import run, run_as_pydicom

pytestmark = pytest.mark.parity

PROGRAMS = [Path(__file__).parent / name for name in ("switch_cases.py", "hook_cases.py")]
# By their names, without importing the programs: they import pydicom, whichever that is.
CASES = [
    statement.name
    for program in PROGRAMS
    for statement in ast.parse(program.read_text(encoding="utf-8")).body
    if isinstance(statement, ast.FunctionDef)
    and any(isinstance(one, ast.Name) and one.id == "case" for one in statement.decorator_list)
]


@pytest.fixture(scope="module")
def theirs() -> dict[str, Any]:
    """What the cases give on pydicom."""
    return {name: result for program in PROGRAMS for name, result in json.loads(run(str(program)).stdout).items()}


@pytest.fixture(scope="module")
def ours() -> dict[str, Any]:
    """What they give on the drop-in."""
    results: dict[str, Any] = {}
    for program in PROGRAMS:
        done = run_as_pydicom(str(program))
        assert done.stdout, done.stderr
        results |= json.loads(done.stdout)
    return results


def test_all_cases_ran(theirs: dict[str, Any], ours: dict[str, Any]) -> None:
    assert list(ours) == list(theirs) == CASES
    assert len(CASES) > 60


@pytest.mark.parametrize("name", CASES)
def test_same_as_pydicom(name: str, theirs: dict[str, Any], ours: dict[str, Any]) -> None:
    (their_result, their_warnings), (our_result, our_warnings) = theirs[name], ours[name]
    assert our_warnings == their_warnings
    if isinstance(their_result, list) and their_result[:1] == ["error"]:
        # Ours may derive from more.
        assert our_result[0] == "error"
        assert their_result[1] in our_result
    else:
        assert our_result == their_result
