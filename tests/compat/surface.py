"""The public names of pydicom 3 as a list, and whether what `import pydicom` gives has them.

In: `public-surface.txt`: a module in brackets, its names below it, a class's members indented. Out: a list as JSON, for
each entry what is wrong with it, or null. Run it as a program for which pydicom is the drop-in.
"""

from __future__ import annotations

import builtins
import importlib
import inspect
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

LIST = Path(__file__).parent / "public-surface.txt"
_MISSING = object()


class Entry(NamedTuple):
    """One line: a name in a module, or a member of a class there."""

    module: str
    owner: str | None
    kind: str
    name: str
    detail: str

    @property
    def place(self) -> str:
        return ".".join(part for part in (self.module, self.owner, self.name) if part)


def entries() -> list[Entry]:
    """All lines of the list."""
    found: list[Entry] = []
    module, owner = "", None
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        if line.startswith("["):
            module = line.strip("[]")
            continue
        kind, rest = line.split(maxsplit=1)
        if kind == "data":
            name, detail = rest.split(": ")
        else:
            name, _, detail = rest.partition("(")
        if line[0] != " ":
            owner = None
        found.append(Entry(module, owner, kind, name, detail.rstrip(")")))
        if kind == "class":
            owner = name
    return found


def problem_of(entry: Entry) -> str | None:
    """What is wrong with an entry: it isn't there, is of another kind, or takes other parameters."""
    try:
        module = importlib.import_module(entry.module)
    except ImportError as error:
        return f"{type(error).__name__}: {error}"
    holder: Any = module
    if entry.owner is not None:
        holder = getattr(module, entry.owner, None)
        if not isinstance(holder, type):
            return f"{entry.owner} is no class"
        if entry.kind == "attribute":
            return None if _has_attribute(holder, entry.name) else "is not there"
    try:
        given = getattr(holder, entry.name, _MISSING)
    except ImportError as error:
        return f"{type(error).__name__}: {error}"
    if given is _MISSING:
        return "is not there"
    if entry.kind == "data":
        return _problem_of_data(given, entry.detail)
    if entry.kind == "class":
        return None if isinstance(given, type) else f"is a {type(given).__name__}, no class"
    if entry.kind == "property":
        static = inspect.getattr_static(holder, entry.name)
        return None if hasattr(static, "__get__") and not inspect.isroutine(static) else "is no property"
    if not callable(given):
        return f"is a {type(given).__name__}, no function"
    return _problem_of_parameters(holder, given, entry)


def _has_attribute(holder: type, name: str) -> bool:
    return hasattr(holder, name) or any(name in vars(kind).get("__annotations__", {}) for kind in holder.__mro__)


def _problem_of_data(given: Any, wanted: str) -> str | None:
    kind = getattr(builtins, wanted, None)
    if wanted == "NoneType":
        is_right = given is None
    elif isinstance(kind, type):
        is_right = isinstance(given, kind)
    else:
        is_right = wanted in [one.__name__ for one in type(given).__mro__]
    return None if is_right else f"is a {type(given).__name__}, not a {wanted}"


def _problem_of_parameters(holder: Any, given: Any, entry: Entry) -> str | None:
    wanted = [name for name in entry.detail.split(", ") if name]
    takes_any = bool({"args", "kwargs"} & set(wanted))
    wanted = [name for name in wanted if name not in ("self", "args", "kwargs")]
    if entry.kind == "classmethod" and not inspect.ismethod(given):
        return "is no classmethod"
    try:
        signature = inspect.signature(given)
    except (TypeError, ValueError):
        return "has no signature"
    parameters = list(signature.parameters.values())
    is_bound = inspect.ismethod(given) or not isinstance(holder, type) or entry.kind == "staticmethod"
    if not is_bound and parameters:
        parameters = parameters[1:]
    # The list has a star's name like any other.
    ours = [one.name for one in parameters if one.name not in ("args", "kwargs")]
    catches = any(one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD) for one in parameters)
    if takes_any:
        return None if ours[: len(wanted)] == wanted or catches else f"takes {ours}, not {wanted}"
    # Further parameters may only be such that nobody has to give.
    extra = [one for one in parameters[len(wanted) :] if one.kind is one.KEYWORD_ONLY and one.default is not one.empty]
    is_same = ours[: len(wanted)] == wanted and len(ours) == len(wanted) + len(extra)
    # How Python calls a special method says nothing about its parameters' names.
    is_special = entry.name.startswith("__") and len(ours) == len(wanted)
    return None if is_same or is_special else f"takes {ours}, not {wanted}"


def main() -> None:
    """Print what is wrong with each entry."""
    # A class stands in each module that gives it: an entry is told apart by its number.
    json.dump([problem_of(entry) for entry in entries()], sys.stdout)


if __name__ == "__main__":
    main()
