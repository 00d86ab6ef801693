"""Work on several threads of this process: as many as it has CPUs, in order of the work.

In: a function and the indices that it is to be called with. Out: nothing, or the error of the first index that failed.
"""

from __future__ import annotations

from dicom.errors import PixelError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import LockType
    from collections.abc import Callable


def cpu_count() -> int:
    """How many CPUs the process may use."""
    import os

    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def thread_count(workers: int | None) -> int:
    """How many threads a caller asks for; as many as there are CPUs for None.

    Raises
    ------
    PixelError
        It isn't a whole number of 1 or more.
    """
    if workers is None:
        return cpu_count()
    if not isinstance(workers, int) or workers < 1:
        raise PixelError("workers has to be a whole number, 1 or more")
    return workers


def run_in_threads(work: Callable[[int], None], indices: range, threads: int) -> None:
    """Calls ``work`` with each index, several at a time; the first error, by index, is raised.

    The calling thread works too, and each takes the next index when it is done with one. A pool of `concurrent.futures`
    costs twice as much to start, which matters for images of a few megabytes.
    """
    if threads < 2 or len(indices) < 2:
        for index in indices:
            work(index)
        return
    import _thread

    left = iter(indices)
    taking = _thread.allocate_lock()
    errors: dict[int, BaseException] = {}

    def work_on() -> None:
        while not errors:
            with taking:
                index = next(left, None)
            if index is None:
                return
            try:
                work(index)
            except BaseException as error:
                errors[index] = error

    def work_beside(done: LockType) -> None:
        try:
            work_on()
        finally:
            done.release()

    others: list[LockType] = []
    try:
        for _ in range(1, min(threads, len(indices))):
            done = _thread.allocate_lock()
            done.acquire()
            try:
                # `Thread.start` waits until the thread runs, which takes as long as decoding a small frame.
                _thread.start_new_thread(work_beside, (done,))
            except RuntimeError:
                break  # the system gives no more threads: fewer do it
            others.append(done)
        work_on()
        _wait(others)
    except BaseException as error:
        # Interrupted while it waits: nothing more is begun, and no thread is left behind that writes into the array.
        errors[-1] = error
        _wait(others)
        raise
    if errors:
        # Indices are taken in order, so all before the first that failed were at least begun, and are done by now.
        raise errors[min(errors)]


def _wait(locks: list[LockType]) -> None:
    """Returns when each of the locks was released; they may be waited for again."""
    for done in locks:
        with done:
            pass
