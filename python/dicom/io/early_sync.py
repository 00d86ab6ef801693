"""Bring what is written to the disk while more is made, so that the wait at the end is short.

In: a file that is being written, and how much was. Out: nothing. The system would keep all of a large file until it is
asked to bring it to the disk (`replace_file` asks, at the end), and the disk would have nothing to do until then.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from threading import Thread
    from types import TracebackType
    from typing import Any, Self

#: A thread isn't worth while for less.
_STEP_BYTES = 1 << 24


class EarlySync:
    """A context in which a file is written; what isn't a file of the system is left alone.

    Raises
    ------
    OSError
        At the end of the context: the disk is full, or can't be written. It is told once, so it isn't kept back.
    """

    __slots__ = ("_descriptor", "_error", "_thread", "_waiting")

    def __init__(self, file: Any) -> None:
        self._descriptor: int | None = None
        self._waiting = 0
        self._thread: Thread | None = None
        self._error: OSError | None = None
        try:
            self._descriptor = file.fileno()
        except (AttributeError, OSError):
            pass  # memory

    def __enter__(self) -> Self:
        return self

    def wrote(self, count: int) -> None:
        """So many bytes more were given to the system."""
        self._waiting += count
        if self._descriptor is None or self._waiting < _STEP_BYTES or (self._thread and self._thread.is_alive()):
            return
        from threading import Thread

        self._waiting = 0
        self._thread = Thread(target=self._sync, args=(self._descriptor,))
        self._thread.start()

    def _sync(self, descriptor: int) -> None:
        try:
            (os.fdatasync if hasattr(os, "fdatasync") else os.fsync)(descriptor)
        except OSError as error:
            self._error = error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._thread is not None:
            self._thread.join()
        if self._error is not None and kind is None:
            raise self._error
