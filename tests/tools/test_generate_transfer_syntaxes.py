"""The page of the transfer syntaxes is what the tool writes, and each test that it names is there."""

from __future__ import annotations

import re
import subprocess
import sys

from dicom.pixels.codecs import SYNTAXES
from tests.architecture.house import PROJECT
from tools.generate_transfer_syntaxes import PAGE, TESTS, page, proofs

ROW = re.compile(r"^\| `([0-9.]+)` \|.*$", re.MULTILINE)


def named_tests(text: str) -> set[str]:
    """The ids in the last column of the table."""
    return {
        f"{TESTS}::{proof}" for row in ROW.finditer(text) for proof in re.findall(r"`(test_\w+\[[^`]+\])`", row.group())
    }


def test_the_page_is_what_the_tool_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_each_transfer_syntax_has_its_row() -> None:
    assert ROW.findall(PAGE.read_text(encoding="utf-8")) == list(SYNTAXES)


def test_each_test_that_is_named_is_there() -> None:
    collected = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", TESTS],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    named = named_tests(PAGE.read_text(encoding="utf-8"))
    assert len(named) == 2 * len(SYNTAXES)
    assert named <= set(collected.stdout.splitlines())


def test_what_is_read_and_what_is_not_have_other_tests() -> None:
    assert proofs(SYNTAXES["1.2.840.10008.1.2.5"]) == (
        "test_is_read[1.2.840.10008.1.2.5]",
        "test_is_written[1.2.840.10008.1.2.5]",
    )
    assert proofs(SYNTAXES["1.2.840.10008.1.2.4.94"]) == (
        "test_is_refused[1.2.840.10008.1.2.4.94]",
        "test_is_not_written[1.2.840.10008.1.2.4.94]",
    )
