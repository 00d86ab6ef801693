"""Each file that a foreign encoder makes of known pixels: two references agree with us on its frames.

For a lossless file the pixels that it was made of are one of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.commands import require
from tests.pixels.references.made_files import RECIPES, make, original_of
from tests.pixels.references.readers import ASKED, COMMANDS
from tests.pixels.references.verdicts import check, distance, judge, our_frames, rows_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pixels.references.worker import Worker

#: Where we are wrong today.
WRONG = {
    "gray16/openjph-irreversible": "OpenJPH gives what overshoots the range of the samples from its other end",
}
#: Lossy files that no second decoder reads: how far their samples may be from what they were made of.
BOUNDS = {"gray8/libjxl-lossy": 12, "color/libjxl-lossy": 40}
NAMES = [
    pytest.param(name, marks=pytest.mark.xfail(strict=True, reason=WRONG[name])) if name in WRONG else name
    for name in RECIPES
]


@pytest.fixture(scope="module", autouse=True)
def commands_are_there() -> None:
    """The encoders and references that are commands."""
    for command in (*COMMANDS, "dcmcjpeg", "dcmcjpls", "dcmcrle"):
        require(command)


@pytest.mark.parametrize("name", NAMES)
def test_two_references_agree(name: str, worker: Worker, made_folder: Path) -> None:
    recipe = RECIPES[name]
    path = make(name, made_folder)
    ours = our_frames(path)
    assert ours.transfer_syntax == recipe.transfer_syntax
    others = [("original", original_of(name))] if recipe.is_lossless else []
    if recipe.twin is not None:
        twin = make(recipe.twin, made_folder)
        for reference in ASKED[RECIPES[recipe.twin].transfer_syntax]:
            answer = worker.ask(reference, twin, ours.indices)
            if not isinstance(answer, str):
                others.append((f"{reference} of twin", answer))
    check(name, judge(path, ours, worker, others), ours.transfer_syntax)
    if name in BOUNDS:
        assert 0 < distance(ours.array, original_of(name)) <= BOUNDS[name]


def test_the_lists_name_files_that_are_made() -> None:
    listed = {row[0] for table in ("differing.tsv", "few.tsv") for row in rows_of(table)}
    assert {name for name in listed if not name.startswith("pydicom")} <= RECIPES.keys()
    assert WRONG.keys() | BOUNDS.keys() <= RECIPES.keys()
