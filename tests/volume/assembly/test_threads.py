"""Reading from many threads at once, on several threads, and being interrupted."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from dicom.volume import find_series, read_series
from tests.architecture.house import PROJECT
from tests.volume.made import made_series

if TYPE_CHECKING:
    from pathlib import Path

NATIVE, RLE = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.5"


@pytest.mark.parametrize("syntax", [NATIVE, RLE])
def test_eight_threads_may_read_at_once(syntax: str, tmp_path: Path) -> None:
    made = made_series(tmp_path, (9, 40, 50), transfer_syntax=syntax)
    found = find_series(tmp_path)

    def read(number: int) -> bool:
        volume = read_series(found[0] if number % 2 else tmp_path, workers=1 + number % 3)
        part = read_series(found, 0, region=(slice(number % 9, None), None, slice(number, 50)))
        return bool(
            np.array_equal(volume.array, made.values)
            and np.array_equal(part.array, made.values[number % 9 :, :, number:])
        )

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(48)))


@pytest.mark.parametrize("workers", [1, 2, 3, 16])
@pytest.mark.parametrize("syntax", [NATIVE, RLE])
def test_the_result_is_the_same_on_any_number_of_threads(workers: int, syntax: str, tmp_path: Path) -> None:
    made = made_series(tmp_path, (11, 128, 256), transfer_syntax=syntax)
    assert np.array_equal(read_series(tmp_path, workers=workers).array, made.values)


def test_an_error_of_the_progress_ends_the_work(tmp_path: Path) -> None:
    made_series(tmp_path, (5, 20, 24))

    def refuse(done: int, total: int) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        read_series(tmp_path, progress=refuse)


_INTERRUPTED = """
import os, signal, sys, threading, time
import numpy as np
from dicom.volume import find_series, read_series
series = find_series(sys.argv[1])[0]
read_series(series)
# The same files over and over, so that it takes until it is interrupted.
from dicom.volume.assembly.assemble import assemble
from dicom.volume.planes import Planes
planes = series.planes
many = planes.take(np.tile(np.arange(len(planes)), int(sys.argv[2])))
threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
try:
    while True:
        assemble(many, np.arange(len(many)), workers=2)
except KeyboardInterrupt:
    print("interrupted", threading.active_count())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
@pytest.mark.parametrize("syntax", [NATIVE, RLE])
def test_the_work_can_be_interrupted(syntax: str, tmp_path: Path) -> None:
    made_series(tmp_path, (20, 128, 256), transfer_syntax=syntax)
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED, str(tmp_path), "40"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"PYTHONPATH": str(PROJECT / "python")},
    )
    assert (done.stdout.split()[:1], done.stderr) == (["interrupted"], "")
