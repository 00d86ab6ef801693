"""Decode changed frames in one process, and see from outside that it lives and goes on.

In: the name of a codec, how many frames, a number that makes the changes others. Out: a `Report`. The process decodes
through the public pipeline; before each frame it writes the frame's index where this one sees it. When it dies, or
stays at one frame for longer than the deadline, that frame is noted and another process goes on behind it.

Run as ``python -m tests.pixels.mutation.run CODEC [NUMBER_OF_FRAMES] [RUN] [FIRST_INDEX]`` it prints the report; with
one frame, that very frame is made and decoded again. ``DICOM_SAVE_FRAMES=FOLDER`` keeps what failed.
"""

from __future__ import annotations

import json
import mmap
import os
import pickle
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dicom import _core
from dicom.errors import DicomError

from .changes import change

if TYPE_CHECKING:
    import dicom

    from .seeds import Seed

DEADLINE_SECONDS = 5.0
#: Where a changed header asks for another size, the data set of every second frame is made to agree, up to this size.
MAX_PIXELS = 1 << 16
_ROOT = Path(__file__).resolve().parents[3]
#: How often the process looks at its memory: once in so many frames.
_STEP = 32


class Report(NamedTuple):
    """How the frames ended."""

    outcomes: Counter[str]
    #: (index, what happened), of what must not happen: deaths, hangs, errors of other classes, wrong arrays.
    failures: list[tuple[int, str]]
    seconds: float
    slowest_seconds: float
    #: Peak memory over that before the first changed frame.
    grown_bytes: int


def changed_frame(seeds: list[Seed], codec: str, run: int, index: int) -> tuple[Seed, bytes, bool]:
    """The seed, the changed frame, and whether the data set is to agree with the frame's own header."""
    rng = random.Random(f"{codec}/{run}/{index}")
    seed = seeds[index % len(seeds)]
    frame = change(rng, seed.frame, rng.choice(seeds).frame)
    return seed, frame, rng.random() < 0.5


def decode_mutated(codec: str, number_of_frames: int, run: int = 0, first: int = 0) -> Report:
    """Decode frames ``first`` to ``first + number_of_frames`` of a codec, in a process of their own."""
    from .seeds import seeds_of

    seeds = seeds_of(codec)
    outcomes: Counter[str] = Counter()
    failures: list[tuple[int, str]] = []
    slowest, grown, began = 0.0, 0, time.monotonic()
    end = first + number_of_frames
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "seeds").write_bytes(pickle.dumps(seeds))
        while first < end:
            status, stopped_at = _watch(folder, codec, run, first, end)
            if status is None:
                failures.append((stopped_at, f"stayed for {DEADLINE_SECONDS} s"))
            elif status != 0:
                what = (folder / "errors").read_text(errors="replace")[-1500:]
                failures.append((stopped_at, f"ended the process ({status}): {what}"))
            else:
                stopped_at = end
            # What a process that died had counted is lost with it; its frames were decoded all the same.
            if status == 0:
                told = json.loads((folder / "report").read_text())
                outcomes.update(told["outcomes"])
                failures += [(index, what) for index, what in told["failures"]]
                slowest, grown = max(slowest, told["slowest"]), max(grown, told["grown"])
            first = stopped_at + 1
    _save(seeds, codec, run, failures)
    return Report(outcomes, failures, time.monotonic() - began, slowest, grown)


def _watch(folder: Path, codec: str, run: int, first: int, end: int) -> tuple[int | None, int]:
    """Run a process over frames; gives its status, None when it hung, and the frame that it was at."""
    place = folder / "place"
    place.write_bytes(bytes(8))
    paths = [str(_ROOT), str(_ROOT / "python"), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, "-X", "faulthandler", "-m", "tests.pixels.mutation.run", "--in", str(folder), codec]
    with (folder / "errors").open("wb") as errors, place.open("r+b") as file, mmap.mmap(file.fileno(), 8) as seen:
        child = subprocess.Popen(
            [*command, str(run), str(first), str(end)],
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=environment,
            cwd=_ROOT,
        )
        last, since = b"", time.monotonic()
        while True:
            try:
                status: int | None = child.wait(0.1)
                break
            except subprocess.TimeoutExpired:
                if seen[:] != last:
                    last, since = seen[:], time.monotonic()
                # Zero: it hasn't begun, which takes a while where many processes start.
                elif time.monotonic() - since > (DEADLINE_SECONDS if any(last) else 60):
                    child.kill()
                    child.wait()
                    status = None
                    break
        return status, max(first, int.from_bytes(seen[:], "little") - 1)


def _save(seeds: list[Seed], codec: str, run: int, failures: list[tuple[int, str]]) -> None:
    folder = os.environ.get("DICOM_SAVE_FRAMES")
    for index, _ in failures if folder else ():
        seed, frame, agrees = changed_frame(seeds, codec, run, index)
        kept = Path(folder or "") / f"{codec}-{run}-{index}"
        kept.with_suffix(".frame").write_bytes(frame)
        kept.with_suffix(".json").write_text(
            json.dumps({**seed._replace(frame=b"")._asdict(), "frame": "", "agrees": agrees})
        )


def agree(ds: dicom.Dataset, seed: Seed, frame: bytes) -> None:
    """Make the data set say what the frame's header says, as an attacker's would."""
    try:
        header = _core.read_frame_header(frame)
    except ValueError:
        return
    rows, columns, samples, bits = header.rows, header.columns, header.components, header.bits
    if rows * columns > MAX_PIXELS or max(rows, columns) > 65535 or samples not in (1, 3):
        return
    ds.Rows, ds.Columns, ds.SamplesPerPixel = rows, columns, samples
    ds.PhotometricInterpretation = "MONOCHROME2" if samples == 1 else "RGB"
    ds.BitsAllocated = 8 if bits <= 8 else 16 if bits <= 16 else 32
    ds.BitsStored = min(bits, ds.BitsAllocated)
    ds.HighBit = ds.BitsStored - 1
    if samples == 3:
        ds.PlanarConfiguration = 0


def _describe(ds: dicom.Dataset, seed: Seed) -> None:
    ds.Rows, ds.Columns, ds.SamplesPerPixel = seed.rows, seed.columns, seed.samples
    ds.PhotometricInterpretation = "MONOCHROME2" if seed.samples == 1 else "RGB"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = seed.bits_allocated, seed.bits_stored, seed.bits_stored - 1
    if seed.samples == 3:
        ds.PlanarConfiguration = 0


def decode(ds: dicom.Dataset) -> str:
    """How the decoding of a data set ended: ``"decoded"`` or the name of a typed error; others go through."""
    from dicom.pixels.decode import pixel_array

    try:
        array = pixel_array(ds, workers=1)
    except DicomError as error:
        return type(error).__name__
    shape = (ds.Rows, ds.Columns) if ds.SamplesPerPixel == 1 else (ds.Rows, ds.Columns, 3)
    kind = "i" if ds.PixelRepresentation == 1 else "u"
    if array.shape != shape or array.dtype != np.dtype(f"<{kind}{ds.BitsAllocated // 8}"):
        raise AssertionError(f"{array.shape} {array.dtype}")
    return "decoded"


def peak_bytes() -> int:
    """Peak memory of this process. (``ru_maxrss`` also counts the process that began it.)"""
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) * 1024


def _decode_all(folder: Path, codec: str, run: int, first: int, end: int) -> dict[str, Any]:
    import warnings

    from .seeds import data_set, encapsulated

    warnings.simplefilter("error")
    seeds: list[Seed] = pickle.loads((folder / "seeds").read_bytes())
    sets = [data_set(seed) for seed in seeds]
    for ds in sets:
        if decode(ds) != "decoded":
            raise AssertionError("a seed isn't decoded")
    outcomes: Counter[str] = Counter()
    failures: list[tuple[int, str]] = []
    dropped: list[str] = []
    # What a codec's binding drops comes here: a frame that was given all the same would be wrong without a word.
    sys.unraisablehook = lambda unraisable: dropped.append(str(unraisable.exc_value))
    slowest, baseline = 0.0, peak_bytes()
    grown = 0
    with (folder / "place").open("r+b") as file, mmap.mmap(file.fileno(), 8) as place:
        for index in range(first, end):
            seed, frame, agrees = changed_frame(seeds, codec, run, index)
            ds = sets[index % len(sets)]
            place[:] = (index + 1).to_bytes(8, "little")
            started = time.perf_counter()
            ds.PixelData = encapsulated(frame)
            try:
                if agrees:
                    agree(ds, seed, frame)
                outcome = decode(ds)
                if dropped and outcome == "decoded":
                    failures.append((index, f"given in spite of an error: {dropped[0]}"))
            except Exception as error:
                outcome = f"untyped {type(error).__name__}"
                failures.append((index, f"{outcome}: {error}"))
            dropped.clear()
            outcomes[outcome] += 1
            if agrees:
                _describe(ds, seed)
            slowest = max(slowest, time.perf_counter() - started)
            if index % _STEP == 0 or index == end - 1:
                peak = peak_bytes() - baseline
                if peak > grown + (16 << 20):
                    print(f"{peak >> 20} MiB by frame {index}", file=sys.stderr)
                grown = max(grown, peak)
    return {"outcomes": outcomes, "failures": failures, "slowest": slowest, "grown": grown}


def _main(arguments: list[str]) -> None:
    if arguments[0] == "--in":
        folder, codec = Path(arguments[1]), arguments[2]
        told = _decode_all(folder, codec, *map(int, arguments[3:]))
        (folder / "report").write_text(json.dumps(told))
        return
    report = decode_mutated(arguments[0], *map(int, arguments[1:] or ["20000"]))
    print(
        arguments,
        report.outcomes,
        f"{report.seconds:.1f} s, slowest {report.slowest_seconds:.3f} s, {report.grown_bytes >> 20} MiB",
    )
    for index, what in report.failures:
        print("frame", index, what)


if __name__ == "__main__":
    _main(sys.argv[1:])
