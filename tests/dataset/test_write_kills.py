"""What ends a program while it writes leaves the old file or the new one, whole, never another."""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import dicom
from dicom.errors import FileChangedError
from dicom.testing.encoder import Element, encode_file

from .killed_writer import encoded, sample, versions

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX")

ROOT = Path(__file__).resolve().parents[2]
KILLS = 200


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    paths = [str(ROOT), str(ROOT / "python"), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        timeout=240,
        env=environment,
        check=False,
        cwd=ROOT,
    )


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.slow
def test_two_hundred_kills_leave_the_old_or_the_new_file(tmp_path: Path) -> None:
    done = run("-m", "tests.dataset.killed_writer", str(tmp_path), str(KILLS), "20240229")
    assert done.returncode == 0, done.stderr
    count = json.loads(done.stdout)
    assert count["other"] == 0
    assert count["ended"] == []
    assert count["old"] + count["new"] == KILLS
    # Both were there, and many kills met the writing itself: else this would prove nothing.
    assert min(count["old"], count["new"]) > 10
    assert count["beside"] > 20
    # Ctrl-C has the time to clean up.
    assert count["beside after Ctrl-C"] == 0


INTERRUPTED = """
import os, signal, sys, threading
import dicom
path = sys.argv[1]
ds = dicom.read(path)
ds.EncapsulatedDocument = bytes(64 << 20)
ds.PatientName = "Another"
folder = os.path.dirname(path)

def interrupt():
    while len(os.listdir(folder)) < 2:
        pass
    os.kill(os.getpid(), signal.SIGINT)

threading.Thread(target=interrupt).start()
try:
    dicom.write(ds, path)
except KeyboardInterrupt:
    print("interrupted")
"""


def test_ctrl_c_while_the_bytes_are_written_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(sample("1.2.840.10008.1.2.1", 1))
    before = path.read_bytes()
    done = run("-c", INTERRUPTED, str(path))
    assert (done.returncode, done.stdout) == (0, "interrupted\n"), done.stderr
    assert path.read_bytes() == before
    assert names(tmp_path) == ["a.dcm"]


TOO_LARGE = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
import dicom
ds = dicom.read(sys.argv[1])
ds.PatientName = "Another"
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 19, 1 << 19))
try:
    dicom.write(ds, sys.argv[2])
except OSError as error:
    print(error.errno, error.filename == sys.argv[2])
"""


@pytest.mark.parametrize("target", ["a.dcm", "new.dcm"])
def test_a_disk_that_takes_no_more_leaves_the_folder_as_it_was(tmp_path: Path, target: str) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(sample("1.2.840.10008.1.2.1", 1))
    before = path.read_bytes()
    done = run("-c", TOO_LARGE, str(path), str(tmp_path / target))
    assert (done.returncode, done.stdout) == (0, f"{errno.EFBIG} True\n"), done.stderr
    assert path.read_bytes() == before
    assert names(tmp_path) == ["a.dcm"]


class Full(io.RawIOBase):
    """A file object that takes so many bytes and no more."""

    def __init__(self, room: int) -> None:
        self.room = room

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken = min(self.room, len(content))
        self.room -= taken
        return taken


def test_a_file_object_that_is_full_gives_its_own_error() -> None:
    dataset = versions(sample("1.2.840.10008.1.2.1", 1))[1]
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)) as caught:
        dicom.write(dataset, Full(1000))
    assert caught.value.errno == errno.ENOSPC


def test_a_file_object_that_takes_part_of_the_bytes_gets_the_rest() -> None:
    class Slow(io.BytesIO):
        def write(self, content: Any) -> int:
            return super().write(content[:1000])

    dataset = versions(sample("1.2.840.10008.1.2.1", 1))[1]
    target = Slow()
    dicom.write(dataset, target)
    assert target.getvalue() == encoded(dataset)


def test_a_file_object_that_raises_ctrl_c_ends_the_write(tmp_path: Path) -> None:
    class Interrupting(io.BytesIO):
        def write(self, content: Any) -> int:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dicom.write(versions(sample("1.2.840.10008.1.2.1", 1))[0], Interrupting())


def test_a_source_that_was_changed_meanwhile_leaves_the_target(tmp_path: Path) -> None:
    source, target = tmp_path / "source.dcm", tmp_path / "target.dcm"
    source.write_bytes(encode_file([Element(0x00100010, "PN", b"A^B "), Element(0x00420011, "OB", bytes(100_000))]))
    target.write_bytes(b"old")
    os.utime(source, (1_000_000_000, 1_000_000_000))
    dataset = dicom.read(source, defer_size=1000)
    dataset.PatientName = "C^D"
    source.write_bytes(encode_file([Element(0x00100010, "PN", b"X^Y "), Element(0x00420011, "OB", b"\1" * 100_000)]))
    with pytest.raises(FileChangedError):
        dicom.write(dataset, target)
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["source.dcm", "target.dcm"]


def test_a_source_that_was_cut_meanwhile_leaves_the_target(tmp_path: Path) -> None:
    source, target = tmp_path / "source.dcm", tmp_path / "target.dcm"
    source.write_bytes(encode_file([Element(0x00420011, "OB", bytes(100_000))]))
    target.write_bytes(b"old")
    dataset = dicom.read(source, defer_size=1000)
    os.truncate(source, 5000)
    with pytest.raises(FileChangedError):
        dicom.write(dataset, target)
    assert target.read_bytes() == b"old"
