"""Every public name of pydicom 3 resolves under the drop-in, is of its kind, and takes the same parameters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.compat.processes import run_as_pydicom
from tests.compat.surface import Entry, entries

ENTRIES = entries()


@pytest.fixture(scope="module")
def problems() -> list[str | None]:
    """What is wrong with each entry, found out in a process of its own: in this one pydicom is pydicom."""
    done = run_as_pydicom(str(Path(__file__).parent / "surface.py"))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_list_is_whole() -> None:
    kinds = {entry.kind for entry in ENTRIES}
    assert len(ENTRIES) > 1000
    assert kinds == {"class", "def", "data", "method", "property", "attribute", "classmethod", "staticmethod"}


@pytest.mark.parametrize(
    ("number", "entry"),
    list(enumerate(ENTRIES)),
    ids=[f"{number}-{entry.place}" for number, entry in enumerate(ENTRIES)],
)
def test_name_is_there(number: int, entry: Entry, problems: list[str | None]) -> None:
    assert problems[number] is None, f"{entry.place} {problems[number]}"
