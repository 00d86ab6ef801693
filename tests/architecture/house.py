"""The floors of python/dicom as a table, and the imports of each module as they stand in the source.

The picture of it is docs/develop/house.md.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = PROJECT / "python" / "dicom"

FLOORS: dict[int, set[str]] = {
    12: {"cli", "compat", "as_pydicom"},
    13: {"__main__"},
    11: {"__init__"},
    10: {"web", "integrations", "testing"},
    9: {"deid", "validate", "pet", "radiotherapy", "segmentation"},
    8: {"volume", "index"},
    7: {"iod", "fileset", "sr", "export", "plotting", "instances"},
    6: {"dataset"},
    5: {"pixels", "waveform"},
    4: {"io", "json_model", "xml_model"},
    3: {"elements"},
    2: {"values"},
    1: {"tag", "vr", "uid", "dictionary", "charset"},
    0: {"_core", "errors", "finding", "settings"},
}
FLOOR_OF = {room: floor for floor, rooms in FLOORS.items() for room in rooms}


class Import(NamedTuple):
    """One import of one of our own modules."""

    module: str
    imported: str
    line: int
    for_types_only: bool
    in_function: bool


@cache
def modules() -> dict[str, Path]:
    """All modules of the package by their dotted names; the extension is not among them."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = ["dicom", *path.relative_to(PACKAGE).with_suffix("").parts]
        if parts[-1] == "__init__":
            parts.pop()
        found[".".join(parts)] = path
    return found


def room_of(module: str) -> str:
    """The room that a module belongs to: the first name below ``dicom``."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def _is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def _known(name: str) -> bool:
    return name in modules() or name == "dicom._core"


def imports_in(module: str, source: str, *, is_package: bool) -> list[Import]:
    """The imports of our own modules in one module's source, the relative ones made absolute."""
    found: list[Import] = []

    def visit(node: ast.AST, for_types_only: bool, in_function: bool) -> None:
        if isinstance(node, ast.If) and _is_type_checking(node.test):
            for statement in node.body:
                visit(statement, True, in_function)
            for statement in node.orelse:
                visit(statement, for_types_only, in_function)
            return
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.split(".")
                parts = parts[: len(parts) - node.level + (1 if is_package else 0)]
                base = ".".join([*parts, *([base] if base else [])])
            # `from dicom import tag` imports the module dicom.tag; `from dicom.tag import Tag` imports dicom.tag.
            inner = [f"{base}.{alias.name}" for alias in node.names]
            names = [name if _known(name) else base for name in inner]
        ours = [name for name in dict.fromkeys(names) if name == "dicom" or name.startswith("dicom.")]
        line = getattr(node, "lineno", 0)
        found.extend(Import(module, name, line, for_types_only, in_function) for name in ours)
        inside = in_function or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            visit(child, for_types_only, inside)

    visit(ast.parse(source), False, False)
    return found


@cache
def imports() -> list[Import]:
    """All imports between our modules."""
    found = []
    for module, path in modules().items():
        found += imports_in(module, path.read_text(encoding="utf-8"), is_package=path.name == "__init__.py")
    return found


def breaches(found: list[Import]) -> list[str]:
    """Imports that don't lead downward, each as one line; a room's own modules may import one another."""
    lines = []
    for one in found:
        room, imported = room_of(one.module), room_of(one.imported)
        if room == imported:
            continue
        floor, below = FLOOR_OF.get(room), FLOOR_OF.get(imported)
        if floor is None or below is None or below >= floor:
            lines.append(f"{one.module}:{one.line} (floor {floor}) imports {one.imported} (floor {below})")
    return lines


def circles(found: list[Import]) -> list[list[str]]:
    """Circles of imports between modules.

    An import within a function counts when it leads to another room; within a room it is how two modules that are
    defined by each other (a Dataset holds a FileMetaDataset, which is a Dataset) come to be. One for types only never
    counts.
    """
    graph: dict[str, set[str]] = {}
    for one in found:
        put_off = one.in_function and room_of(one.module) == room_of(one.imported)
        if not one.for_types_only and not put_off and one.module != one.imported:
            graph.setdefault(one.module, set()).add(one.imported)

    done: set[str] = set()
    result: list[list[str]] = []

    def follow(module: str, trail: list[str]) -> None:
        if module in trail:
            result.append([*trail[trail.index(module) :], module])
            return
        if module in done:
            return
        for imported in sorted(graph.get(module, ())):
            follow(imported, [*trail, module])
        done.add(module)

    for module in sorted(graph):
        follow(module, [])
    return result
