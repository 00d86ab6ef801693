"""A file that changes while a value of it is still outside: the right bytes or a clear error, never other bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import dicom
from dicom.errors import FileChangedError
from dicom.testing.encoder import EXPLICIT_LITTLE, Element, encode_file

LENGTH = 200_000
RIGHT = bytes(range(250)) * (LENGTH // 250)
OTHER = RIGHT[::-1]


def content(value: bytes) -> bytes:
    name = Element(0x00100010, "PN", b"A^B ")
    return encode_file((name, Element(0x00420011, "OB", value)), EXPLICIT_LITTLE)


@pytest.fixture
def deferred(tmp_path: Path) -> Any:
    path = tmp_path / "file.dcm"
    path.write_bytes(content(RIGHT))
    os.utime(path, (1_000_000_000, 1_000_000_000))
    dataset = dicom.read(path, defer_size=1000)
    return dataset, path


def outcome(dataset: Any) -> str:
    try:
        value = dataset.EncapsulatedDocument
    except FileChangedError:
        return "error"
    return "right" if value == RIGHT else "WRONG"


def test_an_untouched_file_gives_its_value(deferred: Any) -> None:
    dataset, _ = deferred
    assert outcome(dataset) == "right"


def test_an_unlinked_file(deferred: Any) -> None:
    dataset, path = deferred
    path.unlink()
    assert outcome(dataset) in ("right", "error")


def test_a_renamed_file(deferred: Any) -> None:
    dataset, path = deferred
    path.rename(path.with_suffix(".old"))
    assert outcome(dataset) in ("right", "error")


def test_a_replaced_file(deferred: Any) -> None:
    dataset, path = deferred
    other = path.with_suffix(".new")
    other.write_bytes(content(OTHER))
    os.utime(other, (1_000_000_000, 1_000_000_000))
    os.replace(other, path)
    assert outcome(dataset) in ("right", "error")


def test_a_file_written_over_in_place(deferred: Any) -> None:
    dataset, path = deferred
    with open(path, "r+b") as file:
        file.write(content(OTHER))
    assert outcome(dataset) == "error"


def test_a_file_truncated_in_place(deferred: Any) -> None:
    dataset, path = deferred
    os.truncate(path, LENGTH // 2)
    assert outcome(dataset) == "error"


def test_a_file_emptied_and_written_again(deferred: Any) -> None:
    dataset, path = deferred
    path.write_bytes(content(OTHER))
    assert outcome(dataset) == "error"


def test_a_file_that_grew(deferred: Any) -> None:
    dataset, path = deferred
    with open(path, "ab") as file:
        file.write(b"more")
    assert outcome(dataset) in ("right", "error")


def test_a_value_that_was_asked_for_stays(deferred: Any) -> None:
    dataset, path = deferred
    assert dataset.EncapsulatedDocument == RIGHT
    path.write_bytes(content(OTHER))
    assert dataset.EncapsulatedDocument == RIGHT


def test_nothing_is_kept_between_two_reads(tmp_path: Path) -> None:
    path = tmp_path / "file.dcm"
    path.write_bytes(content(RIGHT))
    os.utime(path, (1_000_000_000, 1_000_000_000))
    assert dicom.read(path).EncapsulatedDocument == RIGHT
    path.write_bytes(content(OTHER))
    os.utime(path, (1_000_000_000, 1_000_000_000))
    assert dicom.read(path).EncapsulatedDocument == OTHER


MANY_FILES = """
import resource, sys, os
resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))
import dicom
from dicom.errors import FileChangedError
folder = sys.argv[1]
paths = sorted(os.path.join(folder, name) for name in os.listdir(folder))
datasets = [dicom.read(path, defer_size=1000) for path in paths]
for path in paths[::2]:
    os.replace(path + "", path + ".moved")
right = errors = 0
for number, (path, dataset) in enumerate(zip(paths, datasets)):
    try:
        value = dataset.EncapsulatedDocument
    except FileChangedError:
        assert number % 2 == 0, "an untouched file was refused"
        errors += 1
    else:
        assert value == bytes([number % 251]) * 5000, "other bytes"
        right += 1
print(right, errors)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process, POSIX")
def test_more_files_than_descriptors(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"{number:04d}.dcm").write_bytes(content(bytes([number % 251]) * 5000))
    root = Path(__file__).resolve().parents[2]
    paths = [str(root / "python"), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, "-c", MANY_FILES, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    right, errors = map(int, done.stdout.split())
    assert right + errors == 300
    assert right >= 150
