"""A process that decodes with references: native code may take it down, and the tests live on.

In: a reference, a path, frame indices. Out: what `readers.read_frames` gives, or the name of what it raised. A process
that died or hangs is replaced.
"""

from __future__ import annotations

import contextlib
import multiprocessing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.pixels.references.readers import read_frames

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection

    import numpy as np

SECONDS = 90


def serve(channel: Connection) -> None:
    """Answer questions until the channel closes."""
    with contextlib.suppress(EOFError):
        while True:
            reference, path, indices = channel.recv()
            try:
                answer: Any = read_frames(reference, Path(path), indices)
            except Exception as error:
                answer = f"{type(error).__name__}"
            channel.send(answer)


class Worker:
    """One process at a time, begun when it is first asked."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._process: Any = None
        self._channel: Any = None

    def ask(self, reference: str, path: Path, indices: Sequence[int]) -> np.ndarray[Any, Any] | str:
        """The frames, or in a word why there are none."""
        if self._process is None:
            self._begin()
        try:
            self._channel.send((reference, str(path), list(indices)))
            if not self._channel.poll(SECONDS):
                self.close()
                return "hangs"
            answer: np.ndarray[Any, Any] | str = self._channel.recv()
        except (EOFError, OSError):
            self.close()
            return "died"
        return answer

    def _begin(self) -> None:
        self._channel, other = self._context.Pipe()
        self._process = self._context.Process(target=serve, args=(other,), daemon=True)
        self._process.start()
        other.close()

    def kill(self) -> None:
        """Let the process die, as native code may."""
        self._process.kill()
        self._process.join()

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._channel.close()
            self.kill()
            self._process = None
