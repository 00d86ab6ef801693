"""Tell a person, or a program, how far long work has come.

In: what the caller gave as ``progress``. Out: a function of how much is done and how much there is. Nothing is drawn
where standard error is no terminal.
"""

from __future__ import annotations

import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Progress = Callable[[int, int], object]

_WIDTH = 30
_INTERVAL = 0.1  # seconds between two drawings


def reporter(progress: Progress | bool | None, label: str) -> Progress:
    """The function to call with (done, total) after each step.

    Parameters
    ----------
    progress : callable, bool or None
        A function is called itself; True draws a bar on standard error if that is a terminal; None and False tell
        nobody.
    label : str
        What is done, before the bar.
    """
    if callable(progress):
        return progress
    stream = sys.stderr
    if not progress or stream is None or not stream.isatty():
        return lambda done, total: None
    drawn = 0.0

    def draw(done: int, total: int) -> None:
        nonlocal drawn
        now = time.monotonic()
        if done < total and now - drawn < _INTERVAL:
            return
        drawn = now
        filled = _WIDTH * done // total if total else _WIDTH
        stream.write(f"\r\x1b[K{label} [{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{total}")
        if done >= total:
            stream.write("\r\x1b[K")
        stream.flush()

    return draw
