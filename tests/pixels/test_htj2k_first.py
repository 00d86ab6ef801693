"""The first HTJ2K frames of a process, encoded by several threads at once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import imagecodecs
import pytest

import dicom
from dicom.pixels.codecs import htj2k_first, jpeg_2000
from dicom.uid import HTJ2KLossless
from tests.data_sources import seed

#: In a process of its own: threads that begin together, each with a frame, through the encoder of the package.
_AT_ONCE = """
import os, sys, threading
import numpy as np
import imagecodecs
from dicom.pixels.codecs.htj2k_first import ensure_tables
imagecodecs.htj2k_encode, imagecodecs.htj2k_decode
frame = np.random.default_rng(1).integers(0, 4000, (128, 128)).astype(np.uint16)
def wrong():
    sys.setswitchinterval(1e-5)
    together, encoded = threading.Barrier(8), []
    def work():
        together.wait()
        ensure_tables()
        encoded.append(imagecodecs.htj2k_encode(frame, reversible=True))
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return sum(not np.array_equal(imagecodecs.htj2k_decode(one), frame) for one in encoded) + 8 - len(encoded)
bad = 0
for turn in range(120):
    child = os.fork()
    if not child:
        os._exit(wrong())
    bad += os.waitpid(child, 0)[1] != 0
print(bad)
"""


def test_others_wait_until_one_frame_was_encoded(monkeypatch) -> None:
    inside, most, begun = [0], [0], set()
    encode = imagecodecs.htj2k_encode

    def slow(*args, **options):
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        begun.add(threading.get_ident())
        time.sleep(0.02)
        try:
            return encode(*args, **options)
        finally:
            inside[0] -= 1

    monkeypatch.setattr(imagecodecs, "htj2k_encode", slow)
    monkeypatch.setattr(htj2k_first, "_is_made", False)
    ready = []

    def work() -> None:
        htj2k_first.ensure_tables()
        ready.append(htj2k_first._is_made)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 1
    assert len(begun) == 1
    assert ready == [True] * 8


def test_a_frame_is_encoded_after_the_tables(monkeypatch) -> None:
    order = []
    encode = imagecodecs.htj2k_encode

    def told(*args, **options):
        order.append("frame")
        return encode(*args, **options)

    monkeypatch.setattr(imagecodecs, "htj2k_encode", told)
    monkeypatch.setattr(jpeg_2000, "ensure_tables", lambda: order.append("tables"))
    ds = dicom.dcmread(seed("CT_small.dcm"))
    ds.compress(HTJ2KLossless)
    assert order == ["tables", "frame"]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")
def test_no_frame_is_wrong_in_fresh_processes() -> None:
    done = subprocess.run([sys.executable, "-c", _AT_ONCE], capture_output=True, text=True, check=True, timeout=200)
    assert done.stdout.split() == ["0"]
