"""Work on several threads: each index once, the first error by index, and nobody left at work."""

from __future__ import annotations

import _thread
import threading

import pytest

import dicom
from dicom.errors import PixelError
from dicom.pixels import pixel_array
from dicom.pixels.threads import run_in_threads
from tests.data_sources import seed


@pytest.mark.parametrize("threads", [1, 2, 5, 50])
def test_each_index_is_worked_on_once(threads):
    done: list[int] = []
    run_in_threads(done.append, range(3, 40, 2), threads)
    assert sorted(done) == list(range(3, 40, 2))


def test_several_threads_are_at_work_at_once():
    # None gets on before there are three.
    meeting = threading.Barrier(3, timeout=30)
    run_in_threads(lambda index: meeting.wait() and None, range(3), 3)


def test_an_error_is_raised_when_nobody_is_at_work_any_more():
    other_began, main_failed = threading.Event(), threading.Event()
    finished: list[int] = []
    caller = threading.get_ident()

    def work(index: int) -> None:
        if threading.get_ident() == caller:
            assert other_began.wait(30)
            main_failed.set()
            raise KeyboardInterrupt
        other_began.set()
        assert main_failed.wait(30)
        finished.append(index)

    with pytest.raises(KeyboardInterrupt):
        run_in_threads(work, range(100), 2)
    # What was begun was waited for, and nothing more was begun.
    assert len(finished) == 1


def test_of_several_errors_the_first_by_index_is_raised():
    meeting = threading.Barrier(4, timeout=30)

    def work(index: int) -> None:
        meeting.wait()
        raise ValueError(index)

    with pytest.raises(ValueError, match=r"^0$"):
        run_in_threads(work, range(4), 4)


def test_without_more_threads_the_calling_one_does_it_all(monkeypatch):
    def refuse(*_: object) -> int:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(_thread, "start_new_thread", refuse)
    done: list[int] = []
    run_in_threads(done.append, range(5), 4)
    assert done == list(range(5))


@pytest.mark.parametrize("workers", [0, -1, 1.5, "2"])
def test_fewer_than_one_thread_are_refused(workers):
    ds = dicom.read(seed("CT_small.dcm"))
    calls = (
        lambda: pixel_array(ds, workers=workers),
        lambda: ds.frames.decode(workers=workers),
        lambda: ds.frames.iterate(workers=workers),
        lambda: ds.transcode("rle", workers=workers),
    )
    for call in calls:
        with pytest.raises(PixelError, match="workers"):
            call()
