"""The crates keep to their floors: who may name pyo3, where unsafe may stand, which lints hold."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.house import PROJECT

CRATES = sorted(path.parent for path in (PROJECT / "crates").glob("*/Cargo.toml"))
CORE = [crate for crate in CRATES if crate.name != "python"]
# A crate may depend on those before it (docs/develop/house.md).
ORDER = ["dictionary", "encoding", "pixels", "volume", "python"]

# The files that may be unsafe, and why. No other; a block there is explained by its own // SAFETY:.
UNSAFE = {
    "crates/python/src/buffer.rs": "fills a writable buffer of Python's while the GIL is released",
    "crates/python/src/attribute.rs": "the generic attribute look-up of the C API, which PyO3 has no safe form of",
}


def manifest(crate: Path) -> dict[str, Any]:
    """The crate's Cargo.toml."""
    return tomllib.loads((crate / "Cargo.toml").read_text(encoding="utf-8"))


def dependencies(crate: Path) -> set[str]:
    """The crate's dependencies of every kind."""
    content = manifest(crate)
    tables = [content, *content.get("target", {}).values()]
    kinds = ("dependencies", "dev-dependencies", "build-dependencies")
    return {name for table in tables for kind in kinds for name in table.get(kind, {})}


def code_of(source: str) -> str:
    """Rust source without its comments and without what stands in quotes."""
    # Strings first, lest a // within one count as a comment.
    source = re.sub(r'r(#*)".*?"\1|"(?:\\.|[^"\\])*"', '""', source, flags=re.DOTALL)
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", source, flags=re.DOTALL)


@pytest.mark.parametrize("crate", CORE, ids=lambda crate: crate.name)
def test_core_crate_does_not_know_python(crate: Path) -> None:
    assert not {name for name in dependencies(crate) if "pyo3" in name or name in ("numpy", "maturin")}
    for path in crate.rglob("*.rs"):
        assert "pyo3" not in code_of(path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("crate", CORE, ids=lambda crate: crate.name)
def test_core_crate_forbids_unsafe(crate: Path) -> None:
    assert "#![forbid(unsafe_code)]" in (crate / "src" / "lib.rs").read_text(encoding="utf-8")


@pytest.mark.parametrize("crate", CRATES, ids=lambda crate: crate.name)
def test_crate_takes_the_lints_of_the_workspace(crate: Path) -> None:
    assert manifest(crate).get("lints") == {"workspace": True}


@pytest.mark.parametrize("crate", CRATES, ids=lambda crate: crate.name)
def test_crate_depends_only_on_those_below(crate: Path) -> None:
    below = {f"dcm-{name}" for name in ORDER[: ORDER.index(crate.name)]}
    assert {name for name in dependencies(crate) if name.startswith("dcm-")} <= below


def test_unsafe_stands_only_where_it_is_needed() -> None:
    found = {
        path.relative_to(PROJECT).as_posix()
        for path in (PROJECT / "crates").rglob("*.rs")
        if re.search(r"\bunsafe\b", code_of(path.read_text(encoding="utf-8")))
    }
    assert found <= set(UNSAFE)


def test_a_word_in_a_comment_or_a_string_is_not_code() -> None:
    assert "unsafe" not in code_of('// unsafe\nlet a = "unsafe // "; /* unsafe */ let b = r#"unsafe"#;')
    assert "unsafe" in code_of('let a = "//"; unsafe { f() }')


def test_the_extension_declares_that_it_needs_no_gil() -> None:
    assert "gil_used = false" in (PROJECT / "crates/python/src/lib.rs").read_text(encoding="utf-8")
