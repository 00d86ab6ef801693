"""Every name that the dependents take from pydicom, underscored ones included, by their own sources.

Arguments: the dependents' import names. Prints for each name whether it is there, and what kind of thing it is.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import canonical


def sources(name: str) -> Iterator[Path]:
    """The modules of a package, without its tests."""
    spec = importlib.util.find_spec(name)
    assert spec is not None, name
    assert spec.origin is not None, name
    for path in sorted(Path(spec.origin).parent.rglob("*.py")):
        if "tests" not in path.parts:
            yield path


def names_in(tree: ast.Module) -> set[str]:
    """What a module takes from pydicom: imports, and attributes of what it imported."""
    aliases: dict[str, str] = {}
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                if one.name.partition(".")[0] == "pydicom":
                    found.add(one.name)
                    aliases[one.asname or "pydicom"] = one.name if one.asname else "pydicom"
        elif (
            isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").partition(".")[0] == "pydicom"
        ):
            for one in node.names:
                full = f"{node.module}.{one.name}"
                found.add(full)
                aliases[one.asname or one.name] = full
    return found | {full for node in ast.walk(tree) if (full := attribute(node, aliases)) is not None}


def attribute(node: ast.AST, aliases: dict[str, str]) -> str | None:
    """The dotted name of an attribute of something imported."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    if parts and isinstance(node, ast.Name) and node.id in aliases:
        return ".".join((aliases[node.id], *parts))
    return None


def kind(full: str) -> str:
    """What a dotted name is, or how much of it is there."""
    parts = full.split(".")
    for count in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:count]))
        except ImportError:
            continue
        for part in parts[count:]:
            try:
                found = getattr(found, part)
            except (AttributeError, ImportError):
                return "missing"
        if isinstance(found, ModuleType):
            return "module"
        return "class" if inspect.isclass(found) else "callable" if callable(found) else "data"
    return "missing"


def main(*packages: str) -> None:
    """Do the job."""
    taken: dict[str, list[str]] = {}
    for package in packages:
        for path in sources(package):
            for full in names_in(ast.parse(path.read_text("utf-8"))):
                users = taken.setdefault(full, [])
                if package not in users:
                    users.append(package)
    canonical.emit({full: [kind(full), *users] for full, users in sorted(taken.items())})


main(*sys.argv[1:])
