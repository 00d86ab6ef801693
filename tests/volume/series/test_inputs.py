"""What can be given to find_series: folders, lists, one file, archives, DICOMDIRs; and what of it is no file."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

import dicom
from dicom.fileset import FileSet
from dicom.volume.series.archive import LIMIT
from dicom.volume.series.inputs import BROKEN_LINK, GIVEN_TWICE, NOT_REGULAR, VANISHED, VISITED_LINK, Inputs, inputs_of
from tests.volume.made import grid_affine, make_series, plane_data_sets, stored_values, write_series

POSIX = pytest.mark.skipif(os.name != "posix", reason="links and pipes as POSIX has them")


def taken(path: object, limit: int = LIMIT) -> Inputs:
    return inputs_of(path, archive_limit=limit)  # type: ignore[arg-type]


def below(folder: Path, paths: list[str]) -> list[str]:
    return [Path(path).relative_to(folder).as_posix() for path in paths]


# --- folders ---------------------------------------------------------------------------------------------------------


def test_a_folder_gives_all_files_below_it_by_name(tmp_path: Path) -> None:
    for name in ("b/2", "b/1", "a", ".hidden", "c/d/e"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = taken(tmp_path)
    assert below(tmp_path, found.names) == [".hidden", "a", "b/1", "b/2", "c/d/e"]
    assert found.sources == found.names
    assert found.refused == []


@POSIX
def test_a_circle_of_links_is_gone_through_once_and_named(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "file").touch()
    (tmp_path / "inner" / "up").symlink_to(tmp_path)
    found = taken(tmp_path)
    assert below(tmp_path, found.names) == ["inner/file"]
    assert found.refused == [(str(tmp_path / "inner" / "up"), VISITED_LINK)]


@POSIX
def test_a_link_to_another_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "file").touch()
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "link").symlink_to(tmp_path / "elsewhere")
    assert below(tmp_path, taken(tmp_path / "given").names) == ["given/link/file"]


@POSIX
def test_what_is_no_regular_file_is_named_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    (tmp_path / "self").symlink_to(tmp_path / "self")
    found = taken(tmp_path)
    assert found.names == []
    reasons = {Path(name).name: reason for name, reason in found.refused}
    assert reasons["pipe"] == NOT_REGULAR
    assert reasons["broken"] == BROKEN_LINK
    assert reasons["self"] in (BROKEN_LINK, "can't be looked at: Too many levels of symbolic links")


@POSIX
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may enter any folder")
def test_a_folder_that_cannot_be_entered_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    try:
        assert taken(tmp_path).refused == [(str(closed), "a folder that can't be entered: Permission denied")]
    finally:
        closed.chmod(0o700)


def test_a_folder_that_vanishes_meanwhile_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    scandir = os.scandir

    def scan(place: str) -> object:
        if place.endswith("gone"):
            raise FileNotFoundError(2, "No such file or directory", place)
        return scandir(place)

    monkeypatch.setattr(os, "scandir", scan)
    assert taken(tmp_path).refused == [
        (str(tmp_path / "gone"), "a folder that can't be entered: No such file or directory")
    ]


def test_a_file_that_vanishes_after_it_was_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_series(tmp_path, (3, 4, 5))
    from dicom.volume.series import found as room

    def inputs(*arguments: object, **options: object) -> Inputs:
        listed = taken(tmp_path)
        (tmp_path / "IM0001.dcm").unlink()
        return listed

    monkeypatch.setattr(room, "inputs_of", inputs)
    entry = dicom.find_series(tmp_path).files[1]
    assert entry.series is None
    assert entry.reason is not None
    assert entry.reason.startswith("vanished")


@POSIX
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read any file")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    make_series(tmp_path, (1, 4, 5))
    (tmp_path / "IM0000.dcm").chmod(0)
    assert str(dicom.find_series(tmp_path).files[0].reason).startswith("can't be read")


# --- lists and single files ------------------------------------------------------------------------------------------


def test_a_list_takes_files_and_folders(tmp_path: Path) -> None:
    make_series(tmp_path / "a", (2, 4, 5))
    make_series(tmp_path / "b", (2, 4, 5))
    found = dicom.find_series(iter([tmp_path / "a", str(tmp_path / "b" / "IM0001.dcm")]))
    assert [series.number_of_files for series in found] == [2, 1]


def test_what_is_missing_of_a_list_is_named(tmp_path: Path) -> None:
    make_series(tmp_path, (2, 4, 5))
    found = dicom.find_series([tmp_path / "IM0000.dcm", tmp_path / "nowhere"])
    assert (found.files[1].path, found.files[1].reason) == (str(tmp_path / "nowhere"), VANISHED)


def test_a_path_that_is_given_twice_counts_once(tmp_path: Path) -> None:
    make_series(tmp_path, (2, 4, 5))
    found = dicom.find_series([tmp_path, tmp_path / "IM0001.dcm"])
    assert found[0].duplicates == ()
    assert (found.files[2].series, found.files[2].reason) == (None, GIVEN_TWICE)


def test_one_file_is_a_series(tmp_path: Path) -> None:
    make_series(tmp_path, (2, 4, 5))
    assert [series.number_of_files for series in dicom.find_series(tmp_path / "IM0000.dcm")] == [1]


@pytest.mark.parametrize("given", [b"/folder", 5, None, [b"/folder"], [5]])
def test_what_is_no_path_is_refused(given: object) -> None:
    with pytest.raises(TypeError, match="path"):
        dicom.find_series(given)  # type: ignore[arg-type]


# --- archives --------------------------------------------------------------------------------------------------------


def packed(path: Path, members: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def slices(tmp_path: Path) -> list[bytes]:
    make_series(tmp_path / "made", (3, 4, 5))
    return [path.read_bytes() for path in sorted((tmp_path / "made").iterdir())]


def test_an_archive_is_read_and_its_members_named(tmp_path: Path) -> None:
    members = [(f"ct/IM{k}", data) for k, data in enumerate(slices(tmp_path))]
    path = packed(tmp_path / "ct.zip", [*members, ("readme.txt", b"a note")])
    found = dicom.find_series(path)
    assert [series.number_of_files for series in found] == [3]
    assert found[0].files == [f"{path}/ct/IM{k}" for k in range(3)]
    assert found.left_out == [(f"{path}/readme.txt", None, "not DICOM")]


def test_an_archive_is_known_by_its_bytes_not_its_name(tmp_path: Path) -> None:
    path = packed(tmp_path / "ct.dcm", [("IM", slices(tmp_path)[0])])
    assert len(dicom.find_series(path)) == 1


def test_the_name_of_a_member_leads_nowhere(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    path = packed(inside / "a.zip", [("../../../escaped", slices(tmp_path)[0]), ("/absolute", b"x")])
    before = sorted(p for p in tmp_path.rglob("*"))
    found = dicom.find_series(path)
    assert len(found) == 1
    assert sorted(p for p in tmp_path.rglob("*")) == before


def test_two_members_of_one_name_are_both_read(tmp_path: Path) -> None:
    first, second, _ = slices(tmp_path)
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("IM", first)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("IM", second)
    assert dicom.find_series(path)[0].number_of_files == 2


def test_a_member_that_grows_too_much_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", [("bomb", bytes(20 << 20)), ("IM", slices(tmp_path)[0])])
    found = taken(path)
    assert found.refused == [(f"{path}/bomb", "more than 100 times larger than it is in the archive")]
    assert found.names == [f"{path}/IM"]


def test_members_are_read_up_to_the_ceiling_and_not_beyond(tmp_path: Path) -> None:
    members = [("a", bytes(range(200))), ("b", bytes(range(100)))]
    path = packed(tmp_path / "a.zip", members)
    assert taken(path, 300).refused == []
    assert taken(path, 299).refused == [(f"{path}/b", "the archive holds more than 299 bytes (archive_limit)")]


def test_what_a_member_says_of_its_size_is_not_believed(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", [("a", bytes(5000))])
    data = path.read_bytes()
    # Both headers say 5000 bytes; let them say 10.
    path.write_bytes(data.replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    found = taken(path)
    assert len(found.names) + len(found.refused) == 1
    assert sum(map(len, found.sources)) <= 10


def test_a_damaged_member_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", [("a", b"0123456789" * 50)], zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"0123456789", b"0123456780", 1))
    ((_, reason),) = taken(path).refused
    assert reason == "damaged in the archive, or packed in a way that isn't known: BadZipFile"


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", [("a", b"text")], zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[6] |= 1  # of the local header
    data[data.index(b"PK\x01\x02") + 8] |= 1  # and of the directory
    path.write_bytes(bytes(data))
    assert taken(path).refused == [(f"{path}/a", "encrypted in the archive")]


def test_a_broken_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04 and no more")
    assert taken(path).refused == [(str(path), "a zip archive that can't be opened: BadZipFile")]


def test_an_archive_within_an_archive_is_named(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a", b"b")
    path = packed(tmp_path / "a.zip", [("inner.zip", inner.getvalue())])
    assert taken(path).refused == [(f"{path}/inner.zip", "an archive within the archive: give it by itself")]


# --- DICOMDIR --------------------------------------------------------------------------------------------------------


@pytest.fixture
def file_set(tmp_path: Path) -> Path:
    made = plane_data_sets(stored_values((3, 4, 5)), grid_affine(), StudyID="1", AccessionNumber="")
    write_series(tmp_path / "made", made)
    directory = FileSet()
    directory.add_folder(tmp_path / "made")
    directory.write(tmp_path / "set")
    return tmp_path / "set"


def images(file_set: Path) -> list[Path]:
    return sorted(path for path in (file_set / "PT000000").rglob("IM*") if path.is_file())


def test_a_dicomdir_gives_the_files_that_it_refers_to(file_set: Path) -> None:
    make_series(file_set / "unlisted", (2, 4, 5))
    found = dicom.find_series(file_set / "DICOMDIR")
    assert [sorted(map(Path, series.files)) for series in found] == [images(file_set)]
    assert found.left_out == [(str(file_set / "DICOMDIR"), None, "a DICOMDIR")]


def test_a_folder_with_a_dicomdir_gives_all_files_and_names_what_is_missing(file_set: Path) -> None:
    gone = images(file_set)[1]
    gone.unlink()
    make_series(file_set / "unlisted", (2, 4, 5))
    found = dicom.find_series(file_set)
    assert [series.number_of_files for series in found] == [2, 2]
    assert (str(gone), None, "named by the DICOMDIR, but not there") in found.left_out


def test_a_reference_to_what_is_not_there_is_named(file_set: Path) -> None:
    gone = images(file_set)[1]
    gone.unlink()
    found = dicom.find_series(file_set / "DICOMDIR")
    assert found[0].number_of_files == 2
    assert (str(gone), None, "named by the DICOMDIR, but not there") in found.left_out


def test_a_reference_that_leads_out_of_the_folder_is_not_followed(file_set: Path, tmp_path: Path) -> None:
    path = file_set / "DICOMDIR"
    data = path.read_bytes()
    (tmp_path / "IM000000").write_bytes((images(file_set)[0]).read_bytes())
    named = rb"PT000000\ST000000\SE000000\IM000000"
    assert data.count(named) == 1
    path.write_bytes(data.replace(named, rb"..\IM000000".ljust(len(named))))
    found = dicom.find_series(path)
    assert found[0].number_of_files == 2
    assert [entry.reason for entry in found.left_out] == [
        "a DICOMDIR",
        "named by the DICOMDIR, but leads out of its folder",
    ]


def test_a_dicomdir_that_is_none_says_so(tmp_path: Path) -> None:
    (tmp_path / "DICOMDIR").write_bytes(b"nothing of the kind")
    found = dicom.find_series(tmp_path / "DICOMDIR")
    assert found.left_out == [(str(tmp_path / "DICOMDIR"), None, "not DICOM")]
