"""What is written comes to the disk in between; an error of it is told."""

from __future__ import annotations

import io
import os

import pytest

from dicom.io import early_sync
from dicom.io.early_sync import EarlySync

_SYNC = "fdatasync" if hasattr(os, "fdatasync") else "fsync"


def test_a_large_file_is_brought_to_the_disk_in_between(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(early_sync, "_STEP_BYTES", 8)
    monkeypatch.setattr(os, _SYNC, synced.append)
    with open(tmp_path / "x", "wb") as file, EarlySync(file) as early:
        for _ in range(4):
            file.write(b"1234")
            early.wrote(4)
        descriptor = file.fileno()
    assert synced
    assert set(synced) == {descriptor}


def test_a_small_file_is_left_to_the_end(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(os, _SYNC, synced.append)
    with open(tmp_path / "x", "wb") as file, EarlySync(file) as early:
        early.wrote(file.write(b"1234"))
    assert synced == []


def test_memory_is_no_file():
    with EarlySync(io.BytesIO()) as early:
        early.wrote(1 << 30)


def test_an_error_of_the_disk_is_told(tmp_path, monkeypatch):
    def fail(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, _SYNC, fail)
    with (
        open(tmp_path / "x", "wb") as file,
        pytest.raises(OSError, match="No space left"),
        EarlySync(file) as early,
    ):
        early.wrote(1 << 30)
