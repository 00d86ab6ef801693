"""docs/findings.md lists the codes of all findings, and no others."""

from __future__ import annotations

import ast
import re

from tests.architecture.house import PROJECT, modules

CODE = re.compile(r"[a-z]+(?:-[a-z0-9]+)+")
# How a code is handed over in Rust: as the first argument of one of these.
RUST = re.compile(r'\b(?:finding|note)\(\s*"([a-z0-9-]+)"')
# Rooms that know no data set, and give pairs (code, message) to those that do. Elsewhere a pair of words is no finding.
PAIRS = ("dicom.charset", "dicom.values")


def codes_in_python(source: str, *, has_pairs: bool) -> set[str]:
    """First arguments of `Finding(...)` and `description.note(...)`, and first places of pairs (code, message)."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        first: ast.expr | None = None
        if isinstance(node, ast.Call) and node.args:
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            first = node.args[0] if called in ("Finding", "note") else None
        elif has_pairs and isinstance(node, ast.Tuple) and len(node.elts) == 2:
            first = node.elts[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str) and CODE.fullmatch(first.value):
            found.add(first.value)
    return found


def codes_in_code() -> set[str]:
    """The codes of all findings that the code can give."""
    found = set()
    for name, path in modules().items():
        if not name.startswith(("dicom.testing", "dicom.cli")):
            found |= codes_in_python(path.read_text(encoding="utf-8"), has_pairs=name.startswith(PAIRS))
    for path in (PROJECT / "crates").rglob("*.rs"):
        found |= set(RUST.findall(path.read_text(encoding="utf-8")))
    return found


def codes_in_docs() -> set[str]:
    """The codes in the first column of the tables."""
    page = (PROJECT / "docs" / "findings.md").read_text(encoding="utf-8")
    return {
        code for row in re.findall(r"^\| (`[^|]*) \|", page, re.MULTILINE) for code in re.findall(r"`([^`]+)`", row)
    }


def test_each_code_is_listed() -> None:
    assert codes_in_code() - codes_in_docs() == set()


def test_each_listed_code_exists() -> None:
    assert codes_in_docs() - codes_in_code() == set()


def test_codes_are_seen_where_they_stand() -> None:
    source = "Finding('a-b', m, 1)\nx = (('c-d', message),)\ny = f('e-f'); z.note('g-h', m)"
    assert codes_in_python(source, has_pairs=True) == {"a-b", "c-d", "g-h"}
    assert codes_in_python(source, has_pairs=False) == {"a-b", "g-h"}
    assert RUST.findall('self.note(\n    "g-h",') == ["g-h"]
