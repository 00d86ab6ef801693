"""Decoding in worker processes: a frame that hangs, dies or eats memory costs its worker, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
import time

import imagecodecs
import numpy as np
import pytest

import dicom
from dicom.errors import CodecError, DecodeTimeoutError, LimitError, PixelError, TransferSyntaxError, WorkerError
from dicom.pixels import decode_frame, isolated, iter_frames, pixel_array
from dicom.pixels.frame_sequence import Frames
from dicom.pixels.isolated import WorkerPool

JPEG_LS = "1.2.840.10008.1.2.4.80"
# One frame without a data set, which makes a worker hang after it has made a file.
HANG = """
import numpy as np
from dicom.pixels.description import FrameDescription

def isolated_hang(pool, path):
    description = FrameDescription()
    description.transfer_syntax, description.photometric_interpretation = "1.2.840.10008.1.2.4.80", "MONOCHROME2"
    description.tag, description.vr, description.bits_allocated, description.bits_stored = 0x7FE00010, "OB", 8, 8
    description.rows = description.columns = description.samples_per_pixel = description.number_of_frames = 1
    description.planar_configuration, description.is_signed, description.converts_color = 0, False, True
    slot = np.empty((1, 1), "u1")
    try:
        pool.decode(b"hang " + path.encode(), description, slot, 1, deadline=20.0, memory_limit=1 << 30)
    except Exception:
        pass
"""
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to RLIMIT_AS")
on_posix = pytest.mark.skipif(os.name != "posix", reason="signals")

# A worker as any other, but for its codec: what a frame's bytes are is done.
STUB = """
import ctypes, os, signal, sys, time
sys.path[:] = sys.argv[1:]
import numpy as np
from dicom.pixels import codecs, isolated_worker

def decode(frame, description, slot, threads):
    word, _, number = bytes(frame).rstrip(b"\\0").decode().partition(" ")
    if word == "hang":
        if number:
            open(number, "x").close()
        # Native code that holds the lock and never comes back.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        ctypes.PyDLL(None).sleep(1000)
    elif word == "signal":
        os.kill(os.getpid(), int(number))
    elif word == "segfault":
        ctypes.string_at(0)
    elif word == "exit":
        os._exit(int(number))
    elif word == "allocate":
        np.ones(int(number) << 20, "u1")
    elif word == "print":
        os.write(1, b"garbage" * 100)
        print("more of it")
    elif word == "lie":
        os.write(int(number), b"\\xff" * 100)
    elif word == "refuse":
        raise codecs_error("no\\n\\x1b[31m frame" + "x" * 1000, offset=12)
    elif word == "fail":
        raise RuntimeError("a text that nobody checked")
    elif word == "note":
        description.note("stub-finding", "a message")
    slot[:] = len(frame)
    return False

from dicom.errors import PixelError as codecs_error
codecs.decoder_of = lambda syntax: decode
isolated_worker.main()
"""


@pytest.fixture
def pool():
    """A pool of workers whose codec does what a frame says."""
    paths = [os.path.abspath(path) for path in sys.path]
    with WorkerPool(max_workers=2, command=[sys.executable, "-P", "-c", STUB, *paths]) as pool:
        yield pool


@pytest.fixture
def frames_of(make_data_set, encapsulate):
    """Makes the frames of a data set of which each is some words for the stub."""

    def frames_of(*words: str) -> Frames:
        data = encapsulate([word.encode() for word in words])
        like = np.zeros((30, 20), "u2")
        return Frames(make_data_set(data, like, transfer_syntax=JPEG_LS, NumberOfFrames=len(words)))

    return frames_of


def _workers(pool: WorkerPool) -> set[int]:
    return {worker._process.pid for worker in pool._workers}


def _is_there(pid: int) -> bool:
    """Whether there is such a process, be it a zombie."""
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


# --- the same result --------------------------------------------------------------------------------------------------


@pytest.fixture
def three(smooth, make_data_set, encapsulate):
    """Three JPEG-LS frames in a data set, and the images."""
    images = np.stack([smooth, smooth[::-1], smooth[:, ::-1]])
    data = encapsulate([imagecodecs.jpegls_encode(np.ascontiguousarray(image)) for image in images])
    return make_data_set(data, smooth, transfer_syntax=JPEG_LS, NumberOfFrames=3), images


def test_workers_give_what_the_process_gives(three, tmp_path) -> None:
    ds, images = three
    frames = Frames(ds)
    assert np.array_equal(frames.decode(isolated=True), images)
    assert np.array_equal(pixel_array(ds, isolated=True), images)
    assert np.array_equal(decode_frame(ds, -1, isolated=True), images[-1])
    assert [frame.tolist() for frame in iter_frames(ds, [2, 0], isolated=True)] == images[[2, 0]].tolist()
    for workers in (1, 2):
        assert [f.tolist() for f in frames.iterate(workers=workers, isolated=True)] == images.tolist()
    out = np.memmap(tmp_path / "x", "<u2", "w+", shape=images.shape)
    frames.decode(out=out, isolated=True)
    assert np.array_equal(out, images)


def test_colours_and_findings_come_through(colors, make_data_set, encapsulate) -> None:
    stream = imagecodecs.jpeg8_encode(colors, level=95, colorspace="RGB", outcolorspace="YCBCR")
    ds = make_data_set(
        encapsulate([stream[:-2]]),
        colors,
        transfer_syntax="1.2.840.10008.1.2.4.50",
        PhotometricInterpretation="YBR_FULL",
    )
    with pytest.warns(UserWarning, match="codestream-without-end"):
        here = Frames(ds).decode()
    with pytest.warns(UserWarning, match="codestream-without-end"):
        there = Frames(ds).decode(isolated=True)
    assert np.array_equal(here, there)
    with pytest.warns(UserWarning, match="codestream-without-end"):
        assert not np.array_equal(Frames(ds).stored().decode(isolated=True), there)


def test_frames_without_compression_need_no_worker(monkeypatch, make_data_set, smooth) -> None:
    monkeypatch.setattr(isolated, "isolated_decoder", None)
    assert np.array_equal(pixel_array(make_data_set(smooth.tobytes(), smooth), isolated=True), smooth)


def test_a_real_frame_that_is_broken_is_a_codec_error(three) -> None:
    ds, _ = three
    ds.PixelData = ds.PixelData.replace(b"\xff\xda", b"\xff\xd9")
    with pytest.raises(CodecError, match="frame 0 of 3: JPEG-LS"):
        Frames(ds).decode(isolated=True, workers=1)
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.102"
    with pytest.raises(TransferSyntaxError):
        pixel_array(ds, isolated=True)


def test_workers_are_kept_for_the_next_frame(pool, frames_of) -> None:
    frames = frames_of("fine", "fine", "fine", "fine")
    assert (frames.decode(isolated=pool, workers=1) == 4).all()
    first = _workers(pool)
    assert len(first) == 1
    for _ in range(3):
        frames.decode(isolated=pool, workers=1)
    assert _workers(pool) == first
    pool.close()
    assert _workers(pool) == set()
    assert not any(map(_is_there, first))
    frames.decode(isolated=pool)
    assert _workers(pool).isdisjoint(first)


def test_there_are_never_more_workers_than_was_said(pool, frames_of) -> None:
    frames = frames_of(*["fine"] * 20)
    assert len(list(frames.iterate(workers=8, isolated=pool))) == 20
    assert 1 <= len(_workers(pool)) <= 2


def test_the_shared_pool_is_one(three) -> None:
    ds, _ = three
    pixel_array(ds, isolated=True, workers=1)
    pool = isolated.shared_pool()
    there = _workers(pool)
    assert there
    pixel_array(ds, isolated=True, workers=1)
    assert isolated.shared_pool() is pool
    assert _workers(pool) == there


# --- what a frame can do ----------------------------------------------------------------------------------------------


def test_a_frame_that_hangs_ends_at_its_deadline(pool, frames_of) -> None:
    frames = frames_of("fine", "hang", "fine")
    frames[:1].decode(isolated=pool)
    started = time.monotonic()
    with pytest.raises(DecodeTimeoutError, match=r"frame 1 of 3: .*within 0\.5 s") as met:
        frames.decode(isolated=pool, workers=1, deadline=0.5)
    taken = time.monotonic() - started
    assert isinstance(met.value, TimeoutError)
    assert isinstance(met.value, CodecError)
    # It is the promise itself that is measured: not before, and not much after.
    assert 0.5 <= taken < 1.6
    assert (frames[2:].decode(isolated=pool) == 4).all()
    assert len(_workers(pool)) == 1


def test_other_frames_are_decoded_while_one_hangs(pool, frames_of) -> None:
    frames = frames_of("hang", "fine")
    met: list[BaseException] = []

    def hang() -> None:
        try:
            frames[:1].decode(isolated=pool, deadline=3)
        except DecodeTimeoutError as error:
            met.append(error)

    thread = threading.Thread(target=hang)
    thread.start()
    for _ in range(5):
        assert (frames[1:].decode(isolated=pool) == 4).all()
    assert not met
    thread.join()
    assert len(met) == 1


@on_posix
@pytest.mark.parametrize(
    ("word", "how"),
    [
        ("segfault", "died of SIGSEGV"),
        ("signal 6", "died of SIGABRT"),
        ("signal 9", "died of SIGKILL"),
        ("exit 3", "ended with status 3"),
        ("exit 0", "ended with status 0"),
    ],
)
def test_a_worker_that_dies_is_named_by_what_it_died_of(pool, frames_of, word, how) -> None:
    frames = frames_of(word, "fine")
    with pytest.raises(CodecError, match=f"frame 0 of 2: the worker process {how} while it decoded the frame") as met:
        frames.decode(isolated=pool, workers=1)
    assert not isinstance(met.value, TimeoutError)
    assert (frames[1:].decode(isolated=pool) == 4).all()
    assert len(_workers(pool)) == 1


@on_linux
def test_a_frame_that_allocates_beyond_the_limit_is_a_limit_error(pool, frames_of) -> None:
    frames = frames_of("allocate 600", "allocate 100", "fine")
    limit = 300 << 20
    with pytest.raises(LimitError, match="memory_limit"):
        frames[:1].decode(isolated=pool, memory_limit=limit)
    assert frames[1:].decode(isolated=pool, memory_limit=limit).shape == (2, 30, 20)
    # The limit is that of the call, not of the worker.
    first = _workers(pool)
    assert frames[:1].decode(isolated=pool, memory_limit=1 << 30).shape == (1, 30, 20)
    with pytest.raises(LimitError, match="memory_limit"):
        frames[:1].decode(isolated=pool, memory_limit=limit)
    assert _workers(pool) == first


class Scripted:
    """A worker's process that gives these bytes as its answer."""

    PROGRAM = """
import json, sys
from struct import pack
text = json.dumps({"ready": True}).encode()
out = sys.stdout.buffer
out.write(pack("<IQ", len(text), 0) + text)
out.flush()
sys.stdin.buffer.read(10)
out.write(bytes.fromhex(sys.argv[1]))
out.flush()
sys.stdin.buffer.read()
"""

    @classmethod
    def pool(cls, answer: bytes) -> WorkerPool:
        return WorkerPool(max_workers=1, command=[sys.executable, "-S", "-c", cls.PROGRAM, answer.hex()])


def _answer(text: bytes, pixels: bytes = b"", *, claimed: int | None = None) -> bytes:
    from dicom.pixels.isolated_worker import LENGTHS

    return LENGTHS.pack(len(text), len(pixels) if claimed is None else claimed) + text + pixels


@pytest.mark.parametrize(
    "answer",
    [
        _answer(b"{}", b"\0" * 10),
        _answer(b"{}", claimed=2**63),
        _answer(b"{}", claimed=1201),
        _answer(b"[]", b"\0" * 1200),
        _answer(b"no json", b"\0" * 1200),
        _answer(b"[" * 60_000, b"\0" * 1200),
        b"\xff" * 12,
        b"\xff\xff\xff\x7f" + b"\0" * 8,
    ],
)
def test_a_worker_that_was_taken_over_is_not_believed(frames_of, answer) -> None:
    with (
        Scripted.pool(answer) as pool,
        pytest.raises(CodecError, match="gave an answer that makes no sense"),
    ):
        frames_of("x").decode(isolated=pool)


def test_what_a_worker_says_is_cut_and_cleaned(pool, frames_of) -> None:
    frames = frames_of("refuse", "fail")
    with pytest.raises(PixelError) as met:
        frames[:1].decode(isolated=pool)
    assert met.value.offset == 12
    assert len(str(met.value)) <= 500
    assert str(met.value).isprintable()
    with pytest.raises(CodecError, match=r"frame 1 of 2: the frame can't be decoded \(RuntimeError\)$"):
        frames[1:].decode(isolated=pool)


def test_findings_of_a_worker_come_back_once(pool, frames_of) -> None:
    with pytest.warns(UserWarning, match="stub-finding") as met:
        frames_of("note", "note").decode(isolated=pool)
    assert len(met) == 1


def test_what_a_codec_prints_is_no_answer(pool, frames_of) -> None:
    assert (frames_of("print").decode(isolated=pool) == 6).all()


# --- processes --------------------------------------------------------------------------------------------------------


def test_a_worker_that_cannot_be_started_says_so(monkeypatch, three, frames_of) -> None:
    ds, _ = three
    for command in (["there-is-no-such-program"], [sys.executable, "-c", "raise SystemExit(7)"]):
        pool = WorkerPool(command=command)
        with pytest.raises(WorkerError, match="a worker process"):
            frames_of("x").decode(isolated=pool)
    for executable in (None, ""):
        monkeypatch.setattr(sys, "executable", executable)
        with WorkerPool() as pool, pytest.raises(WorkerError, match=r"sys\.executable"):
            pixel_array(ds, isolated=pool)
    monkeypatch.undo()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with WorkerPool() as pool, pytest.raises(WorkerError, match="part of another one"):
        pixel_array(ds, isolated=pool)


def test_a_worker_that_does_not_begin_is_given_up(monkeypatch, frames_of) -> None:
    monkeypatch.setattr(isolated, "START_SECONDS", 0.3)
    pool = WorkerPool(command=[sys.executable, "-c", "import time; time.sleep(1000)"])
    with pytest.raises(WorkerError, match="before it was ready"):
        frames_of("x").decode(isolated=pool)


@pytest.mark.parametrize(
    "wrong", [{"deadline": 0}, {"deadline": -1}, {"deadline": float("nan")}, {"memory_limit": 0}, {"deadline": 1e30}]
)
def test_limits_that_are_none_are_refused(three, wrong) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        pixel_array(three[0], isolated=True, **wrong)


def test_limits_beyond_what_the_system_counts_to_are_none(pool, frames_of) -> None:
    frames = frames_of("fine")
    assert (frames.decode(isolated=pool, deadline=1e9, memory_limit=2**70) == 4).all()


def test_only_a_pool_is_a_pool(three) -> None:
    with pytest.raises(TypeError, match="WorkerPool"):
        pixel_array(three[0], isolated="yes")
    with pytest.raises(ValueError, match="max_workers"):
        WorkerPool(max_workers=0)


def test_a_worker_that_someone_ended_is_replaced(pool, frames_of) -> None:
    frames = frames_of("fine")
    frames.decode(isolated=pool)
    (worker,) = pool._workers
    worker._process.kill()
    worker._process.wait()
    assert (frames.decode(isolated=pool) == 4).all()
    assert len(pool._workers) == 1


def _run(code: str, *arguments: str, stdin: int | None = None) -> str:
    # To fork where there are threads is deprecated, and what the test of it is about.
    done = subprocess.run(
        [sys.executable, "-W", "error", "-W", "ignore::DeprecationWarning", "-c", textwrap.dedent(code), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        stdin=stdin,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.fixture
def path(smooth, encapsulate, tmp_path):
    """A file of two JPEG-LS frames."""
    ds = dicom.Dataset()
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = JPEG_LS
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7.3", "1.2.3"
    ds.Rows, ds.Columns = smooth.shape
    ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PixelRepresentation = 1, "MONOCHROME2", 0
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.NumberOfFrames = 16, 16, 15, 2
    ds.PixelData = encapsulate([imagecodecs.jpegls_encode(smooth)] * 2)
    ds["PixelData"].VR = "OB"
    ds.save_as(tmp_path / "x.dcm", enforce_file_format=True)
    return str(tmp_path / "x.dcm")


def test_workers_end_with_the_process(path) -> None:
    code = """
        import sys, dicom
        from dicom.pixels import isolated
        dicom.read(sys.argv[1]).frames.decode(isolated=True)
        print(*(worker._process.pid for worker in isolated.shared_pool()._workers))
    """
    pids = [int(pid) for pid in _run(code, path, stdin=subprocess.DEVNULL).split()]
    assert pids
    assert not any(map(_is_there, pids))


def test_a_process_ends_though_a_worker_hangs(tmp_path) -> None:
    code = """
        import os, sys, threading, time
        from dicom.pixels import isolated
        pool = isolated.WorkerPool(max_workers=1, command=[sys.executable, "-P", "-c", sys.argv[1], *sys.path])
        threading.Thread(target=isolated_hang, args=(pool, sys.argv[2]), daemon=True).start()
        while not os.path.exists(sys.argv[2]):
            time.sleep(0.01)
        print(*(worker._process.pid for worker in pool._workers))
    """
    pids = [int(pid) for pid in _run(HANG + textwrap.dedent(code), STUB, str(tmp_path / "began")).split()]
    assert len(pids) == 1
    assert not _is_there(pids[0])


def test_the_callers_main_module_is_not_run_again(path) -> None:
    # Nothing stands behind `if __name__ == "__main__"`, as in a notebook.
    code = """
        import sys, dicom
        print("main")
        dicom.read(sys.argv[1]).frames.decode(isolated=True)
    """
    assert _run(code, path) == "main\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="fork")
def test_a_fork_has_workers_of_its_own(path) -> None:
    code = """
        import os, sys, dicom
        from dicom.pixels import isolated
        def pids():
            return {worker._process.pid for worker in isolated.shared_pool()._workers}
        frames = dicom.read(sys.argv[1]).frames
        expected = frames.decode()
        assert (frames.decode(isolated=True) == expected).all()
        mine = pids()
        child = os.fork()
        if child == 0:
            assert not pids()
            assert (frames.decode(isolated=True) == expected).all()
            assert pids() and not pids() & mine
            isolated.shared_pool().close()
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert (frames.decode(isolated=True) == expected).all()
        assert pids() == mine
        isolated.shared_pool().close()
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            print("no child is left")
    """
    assert _run(code, path) == "no child is left\n"


@on_linux
def test_a_worker_whose_parent_was_killed_ends_by_itself(tmp_path) -> None:
    """The parent is killed while a frame hangs, so nobody kills the worker at its deadline."""
    code = """
        import os, sys, threading, time
        from dicom.pixels import isolated
        pool = isolated.WorkerPool(max_workers=1, command=[sys.executable, "-P", "-c", sys.argv[1], *sys.path])
        threading.Thread(target=isolated_hang, args=(pool, sys.argv[2]), daemon=True).start()
        while not os.path.exists(sys.argv[2]):
            time.sleep(0.01)
        (worker,) = pool._workers
        print(worker._process.pid, flush=True)
        os.kill(os.getpid(), 9)
    """
    stub = STUB.replace("isolated_worker.main()", "isolated_worker._ORPHAN_SECONDS = -19\nisolated_worker.main()")
    done = subprocess.run(
        [sys.executable, "-c", HANG + textwrap.dedent(code), stub, str(tmp_path / "began")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -9, done.stderr
    pid = int(done.stdout)
    until = time.monotonic() + 20
    while _is_running(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _is_running(pid)


def _is_running(pid: int) -> bool:
    """Whether there is such a process; one that nobody waited for doesn't count."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
