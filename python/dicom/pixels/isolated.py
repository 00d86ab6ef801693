"""Decoding in worker processes, for bytes that aren't trusted: a deadline and a memory limit that hold.

In: a frame's bytes, its description, the slot of an array. Out: the slot, filled, or a typed error; whatever the frame
does to the worker, this process lives, and the next frame gets another worker.

Native code can't be interrupted within a process. Here a worker that is late is killed, one that dies is named by the
signal that it died of, and on Linux RLIMIT_AS bounds what it allocates; macOS and Windows have nothing that would, so
there the deadline alone holds. It keeps accidents out; it isn't a sandbox against code that took a worker over, though
nothing that a worker sends is taken for more than numbers, short texts, and pixels of the size that was asked for.

Workers are started by `subprocess`, not by `multiprocessing`, which would import the caller's main module; they are
kept for the next frame, and end with this process. Each takes one frame at a time: a request and its answer are two
lengths, a JSON object and bytes (`dicom.pixels.isolated_worker` is the other side). Standard: none.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import weakref

from dicom.errors import CodecError, DecodeTimeoutError, LimitError, PixelError, TransferSyntaxError, WorkerError
from dicom.pixels.isolated_worker import LENGTHS, MAX_HEADER_BYTES, describe_request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from io import BufferedReader, BufferedWriter
    from types import TracebackType
    from typing import Any, Self

    from numpy.typing import NDArray

    from dicom.pixels.codecs import Decoder
    from dicom.pixels.description import FrameDescription

#: Seconds until a new worker has to be ready.
START_SECONDS = 60.0
#: Seconds until a worker that was told to end is killed.
_END_SECONDS = 1.0
_LONGEST_MESSAGE = 500
_ERRORS = {kind.__name__: kind for kind in (CodecError, LimitError, PixelError, TransferSyntaxError)}
# The folders of this process's modules are handed over, so that the worker finds the same ones.
_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from dicom.pixels.isolated_worker import main; main()"


class WorkerPool:
    """Worker processes that decode frames; each is started when it is needed, and kept.

    ``isolated=True`` uses one pool that the whole process shares; give a pool of your own as ``isolated=pool`` to say
    how many workers there are and when they end.

    >>> import dicom
    >>> from dicom.pixels.isolated import WorkerPool
    >>> with WorkerPool(max_workers=1) as pool:
    ...     array = dicom.read("mr.dcm").frames.decode(isolated=pool)
    >>> array.shape
    (1, 1024, 1024)

    Parameters
    ----------
    max_workers : int, optional
        Workers at one time; as many as the process has CPUs when not given. Who finds none free waits.
    command : sequence of str, optional
        What starts a worker, when `sys.executable` can't: it has to call `dicom.pixels.isolated_worker.main`.
    """

    def __init__(self, *, max_workers: int | None = None, command: Sequence[str] | None = None) -> None:
        if max_workers is not None and max_workers < 1:
            raise ValueError("max_workers has to be 1 or more")
        self._max_workers = max_workers
        self._command = None if command is None else list(command)
        self._reset()
        _pools.add(self)

    def _reset(self) -> None:
        from dicom.pixels.threads import cpu_count

        self._free = threading.BoundedSemaphore(self._max_workers or cpu_count())
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._workers: set[_Worker] = set()
        # Also at the end of the process, and when the pool is forgotten.
        self._end = weakref.finalize(self, _end_all, self._workers)

    def decode(
        self,
        frame: bytes | memoryview,
        description: FrameDescription,
        slot: NDArray[Any],
        threads: int,
        *,
        deadline: float,
        memory_limit: int,
    ) -> bool:
        """Fill a slot of an array (rows, columns[, samples]) with a frame.

        Parameters
        ----------
        frame : bytes-like
        description : FrameDescription
            Of the frame; takes the findings.
        slot : ndarray, C-contiguous
        threads : int
            That the codec may use.
        deadline : float
            Seconds for this frame, from when a worker is ready.
        memory_limit : int
            Bytes that the worker may allocate beside the frame.

        Returns
        -------
        bool
            Whether the slot holds YBR_FULL samples.

        Raises
        ------
        DecodeTimeoutError
            The frame wasn't decoded by the deadline; the worker was killed.
        CodecError
            The frame can't be decoded, or the worker died of it.
        LimitError
            The frame needs more memory than it may have.
        WorkerError
            No worker can be started (a RuntimeError too).
        """
        with self._free:
            worker = self._take()
            try:
                holds_ybr = worker.decode(frame, description, slot, threads, deadline, memory_limit)
            finally:
                with self._lock:
                    if worker.is_usable:
                        self._idle.append(worker)
                    else:
                        self._workers.discard(worker)
            return holds_ybr

    def close(self) -> None:
        """End the workers that have nothing to do. The pool can be used again: it starts others."""
        with self._lock:
            idle, self._idle = self._idle, []
            self._workers.difference_update(idle)
        _end_all(idle)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _take(self) -> _Worker:
        while True:
            with self._lock:
                worker = self._idle.pop() if self._idle else None
            if worker is None:
                worker = _Worker(self._command or _default_command())
                with self._lock:
                    self._workers.add(worker)
                return worker
            if worker.is_alive:
                return worker
            # It died while it had nothing to do: someone ended it.
            with self._lock:
                self._workers.discard(worker)
            worker.end()

    def _forget(self) -> None:
        """In the child of a fork: the workers are the parent's."""
        self._end.detach()
        for worker in self._workers:
            worker.let_go()
        self._reset()


class _Worker:
    """One process and its two pipes; used by one thread at a time."""

    def __init__(self, command: Sequence[str]) -> None:
        try:
            # A session of its own: Control-C in a terminal is the parent's to answer.
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=os.name == "posix",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise WorkerError(f"a worker process can't be started ({type(error).__name__})") from error
        # Always there with PIPE, which the types don't know.
        self._input: BufferedWriter = self._process.stdin  # type: ignore[assignment]
        self._output: BufferedReader = self._process.stdout  # type: ignore[assignment]
        self.is_usable = True
        self.is_busy = False
        with _Deadline(self._process, START_SECONDS) as deadline:
            try:
                if self._receive() != ({"ready": True}, 0):
                    raise ValueError
            except BaseException as error:
                how = self._break(deadline, error)
                if isinstance(error, (OSError, EOFError, ValueError)):
                    raise WorkerError(f"a worker process {how} before it was ready") from None
                raise

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def decode(
        self,
        frame: bytes | memoryview,
        description: FrameDescription,
        slot: NDArray[Any],
        threads: int,
        seconds: float,
        memory_limit: int,
    ) -> bool:
        """As `WorkerPool.decode`."""
        self.is_busy = True
        answer: PixelError | LimitError | None = None
        with _Deadline(self._process, seconds) as deadline:
            try:
                self._send(describe_request(description, threads, seconds, memory_limit), frame)
                header, pixel_bytes = self._receive()
                if "error" in header and not pixel_bytes:
                    answer = _error_of(header)
                elif pixel_bytes != slot.nbytes:
                    # The size that was asked for, or nothing is read: a worker doesn't say how much there is to take.
                    raise ValueError
                elif self._output.readinto(slot.reshape(-1).view("u1").data) != slot.nbytes:
                    raise EOFError
            except BaseException as error:
                # Also when it was interrupted: the next answer of this worker would be that of this frame.
                how = self._break(deadline, error)
                if deadline.has_passed and isinstance(error, (OSError, EOFError, ValueError)):
                    raise DecodeTimeoutError(
                        f"the frame wasn't decoded within {seconds:g} s, and the worker process was ended; "
                        "deadline gives it longer",
                        tag=description.tag,
                    ) from None
                if isinstance(error, (OSError, EOFError, ValueError)):
                    raise CodecError(
                        f"the worker process {how} while it decoded the frame", tag=description.tag
                    ) from None
                raise
        self.is_busy = False
        if deadline.has_passed:
            self._end_now()  # it was killed when it had just been done
        if answer is not None:
            raise answer
        _take_findings(header, description)
        return header.get("holds_ybr") is True

    def end(self) -> None:
        """Let it end by itself, for a moment; then end it. A thread that waits for it is told that it died."""
        if self.is_busy:
            self._process.kill()
            self._process.wait()
            return
        try:
            self._input.close()
        except OSError:
            pass  # what was to be written can't be any more
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        self._end_now()

    def let_go(self) -> None:
        """Close the pipes of another's process without the locks of their buffers, which a thread may hold."""
        self.is_usable = False
        self._process.returncode = 0  # not ours to wait for
        for pipe in (self._input, self._output):
            pipe.raw.close()

    def _send(self, header: dict[str, Any], data: bytes | memoryview) -> None:
        text = json.dumps(header).encode()
        self._input.write(LENGTHS.pack(len(text), len(data)) + text)
        self._input.write(data)
        self._input.flush()

    def _receive(self) -> tuple[dict[str, Any], int]:
        """The object of an answer, and the number of bytes that follow it."""
        lengths = self._output.read(LENGTHS.size)
        if len(lengths) < LENGTHS.size:
            raise EOFError
        header_bytes, pixel_bytes = LENGTHS.unpack(lengths)
        if header_bytes > MAX_HEADER_BYTES:
            raise ValueError
        try:
            header = json.loads(self._output.read(header_bytes))
        except RecursionError:
            raise ValueError from None
        if not isinstance(header, dict):
            raise ValueError
        return header, pixel_bytes

    def _break(self, deadline: _Deadline, error: BaseException) -> str:
        """End it and leave no zombie; says how it ended, of itself or else."""
        status = None
        if isinstance(error, (OSError, EOFError)):
            # Its pipes are closed a moment before it is gone.
            try:
                status = self._process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                pass
        self._end_now()
        if deadline.has_passed:
            return "was too slow"
        if status is None:
            return "gave an answer that makes no sense"
        if status < 0:
            return f"died of {_signal_name(-status)}"
        return f"ended with status {status:#x}" if status > 255 else f"ended with status {status}"

    def _end_now(self) -> None:
        self.is_usable = False
        self._process.kill()
        self._process.wait()
        for pipe in (self._input, self._output):
            try:
                pipe.close()
            except OSError:
                pass  # what was to be written can't be any more


class _Deadline:
    """Kills a process that is late. A timer, for the pipes of Windows can't be waited for with a limit."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self.has_passed = False
        self._process = process
        self._timer = threading.Timer(seconds, self._pass)
        self._timer.daemon = True

    def _pass(self) -> None:
        self.has_passed = True
        self._process.kill()

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()


_pools: weakref.WeakSet[WorkerPool] = weakref.WeakSet()
_making = threading.Lock()
_shared: WorkerPool | None = None


def isolated_decoder(isolated: bool | WorkerPool, deadline: float, memory_limit: int) -> Decoder:
    """A decoder, as those of `dicom.pixels.codecs`, that lets a worker do it.

    Parameters
    ----------
    isolated : True or WorkerPool
    deadline : float
        Seconds for one frame.
    memory_limit : int
        Bytes that the worker may allocate beside the frame.

    Raises
    ------
    ValueError
        A deadline or a limit that isn't above 0.
    """
    if not 0 < deadline <= threading.TIMEOUT_MAX:
        raise ValueError("deadline has to be a number of seconds above 0")
    if memory_limit <= 0:
        raise ValueError("memory_limit has to be a number of bytes above 0")
    pool = shared_pool() if isolated is True else isolated
    if not isinstance(pool, WorkerPool):
        raise TypeError(f"isolated has to be a bool or a WorkerPool, not {type(pool).__name__}")

    def decode(frame: bytes | memoryview, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
        return pool.decode(frame, description, slot, threads, deadline=deadline, memory_limit=memory_limit)

    return decode


def shared_pool() -> WorkerPool:
    """The pool that ``isolated=True`` uses; one for the process, for to start a worker takes as long as many frames."""
    global _shared
    with _making:
        if _shared is None:
            _shared = WorkerPool()
        return _shared


def _default_command() -> list[str]:
    if not sys.executable or getattr(sys, "frozen", False):
        raise WorkerError(
            "a worker process can't be started: this Python doesn't know a program of its own (sys.executable), or is "
            "part of another one; give isolated=WorkerPool(command=...)"
        )
    return [sys.executable, "-P", "-c", _PROGRAM, *(os.path.abspath(path) for path in sys.path)]


def _error_of(header: dict[str, Any]) -> PixelError | LimitError:
    """The error that a worker met, of a class that it may name, with a text that can be shown."""
    kind = _ERRORS.get(str(header["error"]), CodecError)
    offset = header.get("offset")
    return kind(_text(header.get("message")), offset=offset if isinstance(offset, int) else None)


def _take_findings(header: dict[str, Any], description: FrameDescription) -> None:
    findings = header.get("findings")
    for finding in findings[:16] if isinstance(findings, list) else ():
        if isinstance(finding, list) and len(finding) == 2:
            description.note(_text(finding[0]), _text(finding[1]))


def _text(text: object) -> str:
    return "".join(letter for letter in str(text)[:_LONGEST_MESSAGE] if letter.isprintable())


def _signal_name(number: int) -> str:
    import signal

    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _end_all(workers: Iterable[_Worker]) -> None:
    for worker in list(workers):
        worker.end()


def _forget_all() -> None:
    global _making
    _making = threading.Lock()
    for pool in list(_pools):
        pool._forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
