"""Rows about frames of long files: one of many, and all of them in bounded memory.

In: the folder of the corpora. Out: rows for the harness. Where memory is measured, each reader has a process of its
own, and what it holds before it begins doesn't count.
"""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from . import images
from .harness import OF_CODEC, OURS, REFERENCE, Contender, Goal, Row, Sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: A job: imports, what it does with `path`, and how often.
Job = tuple[str, str, int]

WANTED_FRAME = 150

_IN_CHILD = """
import json, sys, time
import numpy
{imports}
path = sys.argv[1]
def status(key):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(key)) * 1024
def job():
    {body}
numpy.zeros(1 << 10).sum()
try:
    open("/proc/self/clear_refs", "w").write("5")
except OSError:
    pass
before = status("VmRSS")
best = None
for _ in range({repeats}):
    started = time.process_time()
    found = job()
    taken = time.process_time() - started
    best = taken if best is None else min(best, taken)
    shown = {shown}
    del found
print(json.dumps({{"seconds": best, "peak": status("VmHWM") - before, "shown": shown}}))
"""

_FRAME_JOBS: dict[str, Job] = {
    "dicom": ("import dicom, dicom.pixels.decode", "return dicom.pixels.decode.decode_frame(dicom.read(path), 500)", 5),
    "pydicom": ("import pydicom", "return pydicom.dcmread(path).pixel_array[500]", 1),
    "pydicom index=": (
        "import pydicom\nfrom pydicom.pixels import pixel_array",
        "return pixel_array(path, index=500)",
        5,
    ),
    "dicomsdl": ("import dicomsdl", "return dicomsdl.open_file(path).pixelData(500, storedvalue=True)", 5),
    "pread": (
        "import os",
        (
            "file = os.open(path, os.O_RDONLY); data = os.pread(file, 1 << 20, 500 << 20); os.close(file);"
            " return numpy.frombuffer(data, numpy.uint16)"
        ),
        5,
    ),
}


# Three frames, thinned out, and how many there were.
_LOOP = """
    seen = []
    count = 0
    for frame in {frames}:
        if count % 1200 == 0:
            seen.append(frame[::40, ::40].astype(int).ravel().tolist())
        count += 1
    return [[count], *seen]
"""
_LOOP_JOBS: dict[str, Job] = {
    "dicom": (
        "import dicom, dicom.pixels.decode",
        _LOOP.format(frames="dicom.pixels.decode.iter_frames(dicom.read(path))"),
        1,
    ),
    "pydicom": ("from pydicom.pixels import iter_pixels", _LOOP.format(frames="iter_pixels(path)"), 1),
    "dicomsdl": (
        "import dicomsdl",
        "opened = dicomsdl.open_file(path)"
        + _LOOP.format(frames="(opened.pixelData(index, storedvalue=True) for index in range(opened.NumberOfFrames))"),
        1,
    ),
}


@functools.cache
def _in_child(job: Job, shown: str, path: str, turn: int) -> dict[str, Any]:
    """What one process found; `turn` tells one run from another that did the same."""
    imports, body, repeats = job
    code = _IN_CHILD.format(imports=imports, body=body, repeats=repeats, shown=shown)
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        raise RuntimeError(f"{done.stderr.strip().splitlines()[-1:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _child_contender(name: str, job: Job, shown: str, path: str) -> Contender:
    turn = 0

    def sample() -> Sample:
        nonlocal turn
        turn += 1
        found = _in_child(job, shown, path, turn)
        return Sample(found["seconds"], found["peak"])

    is_limit = name == "pread"
    # The first sample of the row is this run too.
    answer = None if is_limit else (lambda: _in_child(job, shown, path, 1)["shown"])
    return Contender(name, None, answer, sample, is_limit)


def _frame_row(folder: Path) -> Row:
    """Frame 500 of 1,024 in a file of 1 GiB, each reader in a process of its own."""
    path = str(images.large_file(folder))
    shown = "__import__('zlib').crc32(numpy.ascontiguousarray(found))"
    contenders = [_child_contender(name, job, shown, path) for name, job in _FRAME_JOBS.items()]
    return Row("frame", "frame 500 of a 1 GiB file", contenders, 1, Goal(seconds=0.0006, peak_bytes=64 << 20))


def _alike(left: Any, right: Any) -> bool:
    """As many frames, and samples that no DCT is further off than 3 once it is RGB."""
    if [len(one) for one in left] != [len(one) for one in right] or left[0] != right[0]:
        return False
    return all(np.abs(np.subtract(one, other)).max() <= 3 for one, other in zip(left[1:], right[1:], strict=True))


def _loop_row(folder: Path) -> Row:
    """3,000 frames of a colour ultrasound one after the other, each reader in a process of its own."""
    path = str(images.ultrasound(folder))
    contenders = [_child_contender(name, job, "found", path) for name, job in _LOOP_JOBS.items()]
    goal = Goal(peak_bytes=64 << 20)
    return Row("loop", "3,000 colour frames one by one", contenders, images.LOOP_FRAMES, goal, equal=_alike)


def _one_of_many_row(folder: Path) -> Row:
    """One JPEG 2000 frame out of 300, the file opened for it."""
    import imagecodecs
    import pydicom
    from pydicom.encaps import get_frame
    from pydicom.pixels import pixel_array

    from dicom import read
    from dicom.pixels.decode import decode_frame

    path = str(images.series(folder))
    dataset = pydicom.dcmread(path)
    fragment = get_frame(dataset.PixelData, WANTED_FRAME, number_of_frames=images.SERIES_FRAMES)

    def ours() -> Any:
        return decode_frame(read(path), WANTED_FRAME)

    def theirs() -> Any:
        return pixel_array(path, index=WANTED_FRAME)

    def bare() -> None:
        imagecodecs.jpeg2k_decode(fragment)

    contenders = [
        Contender(OURS, ours, ours),
        Contender(REFERENCE, theirs, theirs),
        Contender("bare codec", bare, is_limit=True),
    ]
    goal = Goal(of_limit=OF_CODEC)
    return Row("one-of-300", "one JPEG 2000 frame out of 300", contenders, 1, goal, equal=np.array_equal)


def rows(folder: Path, *, quick: bool) -> Iterator[tuple[str, Callable[[], Row]]]:
    """Name and maker of each row; the maker makes the files that it needs."""
    yield "one-of-300", functools.partial(_one_of_many_row, folder)
    if sys.platform == "linux":
        yield "frame", functools.partial(_frame_row, folder)
        if not quick:
            yield "loop", functools.partial(_loop_row, folder)
