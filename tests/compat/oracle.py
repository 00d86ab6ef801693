"""Call a function of pydicom and ours with the same arguments, and compare what comes out.

Values are compared by kind and text, errors and warnings by their builtin classes.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

Outcome = tuple[Any, tuple[str, ...]]


def outcome(function: Callable[..., Any], *arguments: Any, **options: Any) -> Outcome:
    """What a call gives or raises, and the classes of its warnings, each once."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result: Any = plain(function(*arguments, **options))
        except Exception as error:
            result = ("error", builtin_class(type(error)))
    return result, tuple(sorted({warning.category.__name__ for warning in caught}))


def builtin_class(kind: type) -> str:
    return next(base.__name__ for base in kind.__mro__ if base.__module__ == "builtins")


def plain(value: Any) -> Any:
    """The value as a kind that both libraries share, and its text."""
    if value is None or isinstance(value, (bool, bytes)):
        return value
    if isinstance(value, (list, tuple)) or type(value).__name__ == "MultiValue":
        return [plain(item) for item in value]
    for kind in (str, int, float):
        if isinstance(value, kind):
            return kind.__name__, str(value)
    return type(value).__name__, str(value)
