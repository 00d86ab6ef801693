"""The stubs of the keywords as Python objects, so that what they say can be compared with what happens."""

from __future__ import annotations

import ast
import types
from collections.abc import Sequence
from functools import cache
from typing import Any, Union, get_args, get_origin

from dicom.values import MultiValue
from tests.architecture.house import PACKAGE

KEYWORDS = PACKAGE / "elements" / "keywords.pyi"
KEYWORD_TYPES = PACKAGE / "elements" / "keyword_types.pyi"


@cache
def declared() -> dict[str, str]:
    """Keyword -> name of its type, from `keywords.pyi`."""
    body = ast.parse(KEYWORDS.read_text(encoding="utf-8")).body
    (keywords,) = (statement for statement in body if isinstance(statement, ast.ClassDef))
    found = {}
    for statement in keywords.body:
        assert isinstance(statement, ast.AnnAssign)
        found[ast.unparse(statement.target)] = ast.unparse(statement.annotation)
    return found


@cache
def attribute_types() -> dict[str, tuple[Any, Any]]:
    """Name of a type -> what is given and what is taken, from `keyword_types.pyi`, which is run as a module."""
    module = types.ModuleType("dicom.elements.keyword_types")
    module.__package__ = "dicom.elements"
    exec(compile(KEYWORD_TYPES.read_text(encoding="utf-8"), str(KEYWORD_TYPES), "exec"), vars(module))
    attribute = vars(module)["Attribute"]
    return {
        name: get_args(alias)
        for name, alias in vars(module).items()
        if get_origin(alias) is attribute and not name.startswith("_")
    }


def conforms(value: object, hint: Any) -> bool:
    """Whether a value is of a type, its items included."""
    origin = get_origin(hint)
    if origin in (types.UnionType, Union):
        return any(conforms(value, part) for part in get_args(hint))
    if origin in (MultiValue, Sequence):
        (item,) = get_args(hint)
        return isinstance(value, origin) and all(conforms(one, item) for one in value)
    if origin is tuple:
        parts = get_args(hint)
        return isinstance(value, tuple) and len(value) == len(parts) and all(map(conforms, value, parts))
    if hint is float:
        return isinstance(value, (int, float))  # as PEP 484 has it
    if getattr(hint, "_is_protocol", False):
        return hasattr(value, "tolist")
    if origin is not None:
        return isinstance(value, origin)
    return isinstance(value, hint)
