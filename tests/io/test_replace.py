"""Replacing a file: at each moment the old or the new one is there, whole, and nothing else beside it."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from dicom.io import replace
from dicom.io.replace import replace_file

if TYPE_CHECKING:
    from pathlib import Path

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="modes and links of POSIX")
AS_ROOT = getattr(os, "geteuid", lambda: 1)() == 0


def make_new(path: str, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(descriptor, "wb") as file:
        file.write(b"new")


def fail_after_a_part(path: str, mode: int) -> None:
    make_new(path, mode)
    raise OSError(28, "No space left on device", path)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    replace_file(str(tmp_path / "a.dcm"), make_new)
    assert (tmp_path / "a.dcm").read_bytes() == b"new"
    assert names(tmp_path) == ["a.dcm"]


def test_an_old_file_is_replaced_by_another_one(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(b"old")
    with open(path, "rb") as held:
        replace_file(str(path), make_new)
        # Who holds the old file open goes on reading it.
        assert held.read() == b"old"
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["a.dcm"]


def test_the_new_file_is_made_in_the_folder_of_the_old_one(tmp_path: Path) -> None:
    seen = []

    def make(path: str, mode: int) -> None:
        seen.append(path)
        make_new(path, mode)

    replace_file(str(tmp_path / "a.dcm"), make)
    assert os.path.dirname(seen[0]) == os.path.realpath(tmp_path)
    assert os.path.basename(seen[0]).startswith(".a.dcm.")


@pytest.mark.parametrize("there", [True, False], ids=["an old file", "no file"])
def test_an_error_leaves_the_folder_as_it_was(tmp_path: Path, there: bool) -> None:
    path = tmp_path / "a.dcm"
    if there:
        path.write_bytes(b"old")
    with pytest.raises(OSError, match="No space left on device") as caught:
        replace_file(str(path), fail_after_a_part)
    assert caught.value.filename == str(path)
    assert names(tmp_path) == (["a.dcm"] if there else [])
    assert not there or path.read_bytes() == b"old"


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit, MemoryError])
def test_an_interruption_leaves_the_folder_as_it_was(tmp_path: Path, interruption: type[BaseException]) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(b"old")

    def make(path: str, mode: int) -> None:
        make_new(path, mode)
        raise interruption

    with pytest.raises(interruption):
        replace_file(str(path), make)
    assert names(tmp_path) == ["a.dcm"]
    assert path.read_bytes() == b"old"


def test_an_error_before_the_file_was_made_is_told_as_it_is(tmp_path: Path) -> None:
    def make(path: str, mode: int) -> None:
        raise ValueError("nothing was made")

    with pytest.raises(ValueError, match="nothing was made"):
        replace_file(str(tmp_path / "a.dcm"), make)
    assert names(tmp_path) == []


def test_a_file_stays_when_it_may_not_be_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(b"old")
    with pytest.raises(FileExistsError) as caught:
        replace_file(str(path), make_new, overwrite=False)
    assert caught.value.filename == str(path)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.dcm"]


def test_a_file_that_comes_meanwhile_stays_when_it_may_not_be_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"

    def make(made: str, mode: int) -> None:
        make_new(made, mode)
        path.write_bytes(b"somebody else's")

    with pytest.raises(FileExistsError) as caught:
        replace_file(str(path), make, overwrite=False)
    assert caught.value.filename == str(path)
    assert path.read_bytes() == b"somebody else's"
    assert names(tmp_path) == ["a.dcm"]


def test_without_hard_links_a_new_file_is_made_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(source: str, target: str) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(replace.os, "link", link)
    path = tmp_path / "a.dcm"
    replace_file(str(path), make_new, overwrite=False)
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["a.dcm"]
    with pytest.raises(FileExistsError):
        replace_file(str(path), make_new, overwrite=False)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError) as caught:
        replace_file(str(tmp_path), make_new)
    assert caught.value.filename == str(tmp_path)


def test_a_folder_that_is_not_there_is_an_error_with_the_path_of_the_target(tmp_path: Path) -> None:
    path = str(tmp_path / "missing" / "a.dcm")
    with pytest.raises(FileNotFoundError) as caught:
        replace_file(path, make_new)
    assert caught.value.filename == path


def test_a_name_as_long_as_the_file_system_allows(tmp_path: Path) -> None:
    for name in ("a" * 255, "ä" * 127, "長" * 85):
        path = tmp_path / name
        replace_file(str(path), make_new)
        replace_file(str(path), make_new)
        assert path.read_bytes() == b"new"


def test_a_path_without_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    replace_file("a.dcm", make_new)
    assert names(tmp_path) == ["a.dcm"]


@POSIX
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o444])
def test_the_mode_of_an_old_file_stays(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(b"old")
    path.chmod(mode)
    replace_file(str(path), make_new)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@POSIX
def test_the_mode_of_a_new_file_is_that_of_the_process(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        replace_file(str(tmp_path / "a.dcm"), make_new)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.dcm").stat().st_mode) == 0o640


@POSIX
def test_what_is_private_is_private_while_it_is_made(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(b"old")
    path.chmod(0o600)
    modes = []

    def make(made: str, mode: int) -> None:
        make_new(made, mode)
        modes.append(stat.S_IMODE(os.stat(made).st_mode))

    replace_file(str(path), make)
    assert modes == [0o600]


@POSIX
@pytest.mark.skipif(not AS_ROOT, reason="only root gives files away")
def test_the_owner_of_an_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(b"old")
    os.chown(path, 12345, 12346)
    path.chmod(0o640)
    replace_file(str(path), make_new)
    assert (path.stat().st_uid, path.stat().st_gid, stat.S_IMODE(path.stat().st_mode)) == (12345, 12346, 0o640)


@POSIX
def test_a_link_stays_a_link_and_what_it_points_to_is_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "a.dcm").write_bytes(b"old")
    link = tmp_path / "link.dcm"
    link.symlink_to(folder / "a.dcm")
    replace_file(str(link), make_new)
    assert link.is_symlink()
    assert (folder / "a.dcm").read_bytes() == b"new"
    assert names(tmp_path) == ["elsewhere", "link.dcm"]
    assert names(folder) == ["a.dcm"]


@POSIX
def test_a_link_that_points_to_nothing_makes_what_it_points_to(tmp_path: Path) -> None:
    link = tmp_path / "link.dcm"
    link.symlink_to(tmp_path / "a.dcm")
    replace_file(str(link), make_new)
    assert (tmp_path / "a.dcm").read_bytes() == b"new"
    assert link.is_symlink()


@POSIX
def test_another_name_of_the_old_file_keeps_the_old_bytes(tmp_path: Path) -> None:
    path, other = tmp_path / "a.dcm", tmp_path / "b.dcm"
    path.write_bytes(b"old")
    os.link(path, other)
    replace_file(str(path), make_new)
    assert (path.read_bytes(), other.read_bytes()) == (b"new", b"old")


def test_the_bytes_are_on_the_disk_before_the_name_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = []
    taken, synced = os.replace, os.fsync
    monkeypatch.setattr(replace.os, "replace", lambda *paths: (steps.append("replace"), taken(*paths)))
    monkeypatch.setattr(replace.os, "fsync", lambda descriptor: (steps.append("sync"), synced(descriptor)))

    def make(path: str, mode: int) -> None:
        make_new(path, mode)
        steps.append("made")

    replace_file(str(tmp_path / "a.dcm"), make)
    assert steps == ["made", "replace", "sync"]
