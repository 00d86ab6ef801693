"""Warnings that point at the line outside this package which caused them."""

from __future__ import annotations

import sys

_PACKAGE = __name__.partition(".")[0] + "."


def warn_caller(message: str) -> None:
    """Warn (UserWarning) at the caller's line, however many of our own calls lie between."""
    import warnings  # 0.3 ms that most programs never need

    level = 1
    frame = sys._getframe(1)
    while frame.f_back is not None and (frame.f_globals.get("__name__") or "").startswith(_PACKAGE):
        frame = frame.f_back
        level += 1
    warnings.warn(message, UserWarning, stacklevel=level + 1)
