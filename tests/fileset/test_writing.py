"""Writing a File-set loses nothing: not by failing on the way, nor by what lies in the folder already."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

import dicom
from dicom.fileset import FileSet, OccupiedError, RecordNode, writing
from tests.fileset.made_sets import (
    Record,
    files_of,
    image,
    instance,
    one_image,
    patient,
    series,
    study,
    text,
    write_instances,
    write_set,
)


def uids(file_set: FileSet) -> list[str]:
    """SOP Instance UIDs by the directory, each checked against its file."""
    for one in file_set:
        assert one.load().SOPInstanceUID == one.SOPInstanceUID
    return [str(one.SOPInstanceUID) for one in file_set]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A File-set of five images, in folders that `write` would name otherwise."""
    folder = tmp_path / "root"
    write_instances(folder / "IMAGES", 5)
    records = [patient(lower=1), study(lower=2), series(lower=3)]
    records += [image(f"IMAGES\\F{n:07d}", f"1.2.9.{n + 1}", **({"next": n + 4} if n < 4 else {})) for n in range(5)]
    write_set(folder, records)
    return folder


def shifted(root: Path) -> FileSet:
    """A written File-set of which the first image waits to be removed: all others move by one."""
    file_set = FileSet(root)
    file_set.write()
    file_set.remove(next(iter(file_set)))
    return file_set


FIVE = ["1.2.9.1", "1.2.9.2", "1.2.9.3", "1.2.9.4", "1.2.9.5"]


def test_file_set_in_other_folders_is_moved_and_its_bytes_stay(root: Path) -> None:
    before = [value for name, value in sorted(files_of(root).items()) if name != "DICOMDIR"]
    file_set = FileSet(root)
    assert all(one.for_moving for one in file_set)
    file_set.write()
    after = files_of(root)
    assert sorted(after) == ["DICOMDIR", *(f"PT000000/ST000000/SE000000/IM00000{n}" for n in range(5))]
    assert [value for name, value in sorted(after.items()) if name != "DICOMDIR"] == before
    assert not (root / "IMAGES").exists()
    assert uids(FileSet(root)) == FIVE
    assert not file_set.is_staged


def test_files_that_move_into_each_others_places_arrive(root: Path) -> None:
    file_set = shifted(root)
    file_set.write()
    assert uids(file_set) == uids(FileSet(root)) == FIVE[1:]
    assert sorted(files_of(root)) == ["DICOMDIR", *(f"PT000000/ST000000/SE000000/IM00000{n}" for n in range(4))]


def test_files_without_hard_links_arrive_too(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file_set = shifted(root)
    monkeypatch.setattr(writing, "_link", lambda source, path: False)
    file_set.write()
    assert uids(FileSet(root)) == FIVE[1:]


def test_additions_and_removals_together(root: Path, tmp_path: Path) -> None:
    file_set = shifted(root)
    for number in range(3):
        path = tmp_path / f"N{number}"
        path.write_bytes(instance(f"1.2.10.{number}", "P2", "1.3", f"1.3.{number}"))
        file_set.add(path)
    file_set.write()
    assert uids(FileSet(root)) == [*FIVE[1:], "1.2.10.0", "1.2.10.1", "1.2.10.2"]


def test_file_where_a_folder_is_needed_is_moved_away(tmp_path: Path) -> None:
    [path] = write_instances(tmp_path, 1)
    path.rename(tmp_path / "PT000000")
    write_set(tmp_path, one_image("PT000000"))
    FileSet(tmp_path).write()
    assert uids(FileSet(tmp_path)) == ["1.2.9.1"]
    assert sorted(files_of(tmp_path)) == ["DICOMDIR", "PT000000/ST000000/SE000000/IM000000"]


def test_nothing_staged_writes_nothing(root: Path) -> None:
    file_set = FileSet(root)
    file_set.write()
    before = os.stat(root / "DICOMDIR").st_mtime_ns, files_of(root)
    file_set.write()
    assert (os.stat(root / "DICOMDIR").st_mtime_ns, files_of(root)) == before


def test_use_existing_leaves_files_where_they_are(root: Path) -> None:
    file_set = FileSet(root)
    first = next(iter(file_set))
    file_set.remove(first)
    file_set.ID = "CHANGED"
    file_set.write(use_existing=True)
    assert sorted(files_of(root)) == ["DICOMDIR", *(f"IMAGES/F000000{n}" for n in range(1, 5))]
    again = FileSet(root)
    assert (uids(again), again.ID) == (FIVE[1:], "CHANGED")


def test_instances_stay_usable_after_writing(root: Path) -> None:
    file_set = FileSet(root)
    instances = list(file_set)
    file_set.write()
    assert [one.path for one in instances] == [one.path for one in file_set]
    assert [one.load().SOPInstanceUID for one in instances] == FIVE


def test_keys_and_elements_that_we_do_not_know_stay(root: Path) -> None:
    directory = dicom.read(root / "DICOMDIR")
    directory.DirectoryRecordSequence[0].PatientBirthDate = "19700101"
    directory.private_block(0x0009, "MAKER", create=True).add_new(1, "LO", "KEPT")
    directory.save_as(root / "DICOMDIR")
    FileSet(root).write()
    written = dicom.read(root / "DICOMDIR")
    assert written.DirectoryRecordSequence[0].PatientBirthDate == "19700101"
    assert written.private_block(0x0009, "MAKER")[1].value == "KEPT"


# --- failures --------------------------------------------------------------------------------------------------------


class DiskFullError(OSError):
    """What is thrown into the work."""


def fail_at(monkeypatch: pytest.MonkeyPatch, names: list[str], step: int) -> list[int]:
    """Let the call with this number, of all these functions of `writing`, fail."""
    calls = [0]

    def failing(function: Any) -> Any:
        def act(*arguments: Any, **options: Any) -> Any:
            calls[0] += 1
            if calls[0] == step:
                raise DiskFullError(28, "No space left on device")
            return function(*arguments, **options)

        return act

    for name in names:
        monkeypatch.setattr(writing, name, failing(getattr(writing, name)))
    return calls


STEPS = ["_link", "_copy", "write"]


@pytest.mark.parametrize("step", range(1, 24))
@pytest.mark.parametrize("kind", ["moved", "shifted"])
def test_failure_at_any_step_leaves_a_whole_file_set(
    kind: str, step: int, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_set = FileSet(root) if kind == "moved" else shifted(root)
    (tmp_path / "N").write_bytes(instance("1.2.10.1"))
    file_set.add(tmp_path / "N")
    old, new = set(uids(FileSet(root))), set(uids(file_set))
    with monkeypatch.context() as context:
        fail_at(context, STEPS, step)
        try:
            file_set.write()
        except OSError:
            pass
        else:
            assert set(uids(FileSet(root))) == new
            return
    on_disk = FileSet(root)
    assert set(uids(on_disk)) in (old, new)
    assert set(uids(file_set)) == new
    file_set.write()
    assert set(uids(FileSet(root))) == set(uids(file_set)) == new
    assert len(files_of(root)) == len(new) + 1, "nothing lies about"


@pytest.mark.parametrize("step", range(1, 12))
@pytest.mark.parametrize("kind", ["moved", "shifted"])
def test_interrupt_while_old_files_are_deleted_leaves_a_whole_file_set(
    kind: str, step: int, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_set = FileSet(root) if kind == "moved" else shifted(root)
    wanted = uids(file_set)
    with monkeypatch.context() as context:
        fail_at(context, ["_remove"], step)
        try:
            file_set.write()
        except OSError:
            pass
    assert uids(FileSet(root)) == uids(file_set) == wanted
    file_set.write()
    assert uids(FileSet(root)) == wanted


def test_interrupt_just_after_the_directory_was_replaced_loses_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_set = FileSet(root)
    with monkeypatch.context() as context:
        fail_at(context, ["read"], 1)
        with pytest.raises(OSError, match="No space left"):
            file_set.write()
    assert uids(FileSet(root)) == uids(file_set) == FIVE
    file_set.write()
    assert uids(FileSet(root)) == uids(file_set) == FIVE


def test_failure_before_the_directory_is_replaced_leaves_every_byte(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_set, before = FileSet(root), files_of(root)
    with monkeypatch.context() as context:
        fail_at(context, ["write"], 1)
        with pytest.raises(OSError, match="No space left"):
            file_set.write()
    assert files_of(root) == before
    assert sorted(path.name for path in root.iterdir()) == ["DICOMDIR", "IMAGES"]


KILLED = """
import os, sys
from dicom.fileset import FileSet, writing
step, calls = int(sys.argv[2]), [0]
def killing(function):
    def act(*arguments, **options):
        calls[0] += 1
        if calls[0] == step:
            os.kill(os.getpid(), 9)
        return function(*arguments, **options)
    return act
for name in ("_link", "_copy", "write", "_remove"):
    setattr(writing, name, killing(getattr(writing, name)))
file_set = FileSet(sys.argv[1])
file_set.remove(next(iter(file_set)))
file_set.write()
"""


@pytest.mark.parametrize("step", [1, 3, 5, 6, 7, 9, 11, 12, 14])
def test_kill_at_any_step_leaves_a_whole_file_set(step: int, root: Path) -> None:
    FileSet(root).write()
    environment = dict(os.environ, PYTHONPATH=str(Path(dicom.__file__).parent.parent))
    command = [sys.executable, "-c", KILLED, str(root), str(step)]
    subprocess.run(command, env=environment, timeout=60, check=False)
    file_set = FileSet(root)
    assert uids(file_set) in (FIVE, FIVE[1:])
    # And it can be written on; that what the kill has left is ours, a person has to say.
    if len(file_set) == 5:
        file_set.remove(next(iter(file_set)))
    file_set.write(overwrite=True)
    assert uids(FileSet(root)) == FIVE[1:]


# --- what lies in the folder -----------------------------------------------------------------------------------------


def test_new_file_set_does_not_replace_another(root: Path, tmp_path: Path) -> None:
    file_set, before = FileSet(), files_of(root)
    (tmp_path / "N").write_bytes(instance("1.2.10.1"))
    file_set.add(tmp_path / "N")
    with pytest.raises(FileExistsError):
        file_set.write(root)
    with pytest.raises(FileExistsError):
        FileSet(root).copy(_copied(root))
    assert files_of(root) == before
    file_set.write(root, overwrite=True)
    assert uids(FileSet(root)) == ["1.2.10.1"]


def _copied(root: Path) -> Path:
    return Path(shutil.copytree(root, root.parent / "copied"))


def test_file_that_is_not_the_file_sets_is_not_replaced(root: Path) -> None:
    stray = root / "PT000000" / "ST000000" / "SE000000" / "IM000002"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"somebody else's")
    before = files_of(root)
    file_set = FileSet(root)
    with pytest.raises(OccupiedError) as raised:
        file_set.write()
    assert isinstance(raised.value, (FileExistsError, ValueError))
    assert raised.value.path == str(stray)
    assert files_of(root) == before
    file_set.write(overwrite=True)
    assert uids(FileSet(root)) == FIVE


def test_file_in_the_place_of_a_folder_is_not_replaced(root: Path) -> None:
    (root / "PT000000").write_bytes(b"somebody else's")
    before = files_of(root)
    with pytest.raises(FileExistsError):
        FileSet(root).write(overwrite=True)
    assert files_of(root) == before


def test_what_an_interrupted_writing_has_left_is_no_hindrance(root: Path) -> None:
    target = root / "PT000000" / "ST000000" / "SE000000"
    target.mkdir(parents=True)
    shutil.copyfile(root / "IMAGES" / "F0000000", target / "IM000000")
    FileSet(root).write()
    assert uids(FileSet(root)) == FIVE


def test_other_files_of_the_folder_stay(root: Path) -> None:
    (root / "README").write_bytes(b"read")
    (root / "IMAGES" / "NOTES").write_bytes(b"notes")
    FileSet(root).write()
    found = files_of(root)
    assert (found["README"], found["IMAGES/NOTES"]) == (b"read", b"notes")


# --- staging ---------------------------------------------------------------------------------------------------------


def test_added_file_is_kept_though_its_source_goes(tmp_path: Path) -> None:
    [source] = write_instances(tmp_path / "source", 1)
    data = source.read_bytes()
    file_set = FileSet()
    one = file_set.add(source)
    source.unlink()
    assert (one.for_addition, Path(one.path).read_bytes()) == (True, data)
    file_set.write(tmp_path / "root")
    assert Path(one.path).read_bytes() == data
    assert one.path.startswith(str(tmp_path / "root"))


def test_temporary_copies_go_with_the_file_set(tmp_path: Path) -> None:
    file_set = FileSet()
    one = file_set.add(write_instances(tmp_path, 1)[0])
    staged = Path(one.path)
    assert staged.is_file()
    del file_set, one
    import gc

    gc.collect()
    assert not staged.parent.exists()


def test_cancelled_addition_leaves_nothing(tmp_path: Path) -> None:
    file_set = FileSet()
    one = file_set.add(write_instances(tmp_path, 1)[0])
    staged = Path(one.path)
    file_set.remove(one)
    assert (len(file_set), staged.exists(), one.is_staged, file_set._tree.children) == (0, False, False, [])
    assert file_set.add(tmp_path / "F0000000").for_addition


def test_list_with_a_stranger_removes_none(root: Path) -> None:
    file_set, other = FileSet(root), FileSet(root)
    first, stranger = next(iter(file_set)), next(iter(other))
    with pytest.raises(ValueError, match="no such instance"):
        file_set.remove([first, stranger])
    assert len(file_set) == 5


def test_failed_load_forgets_nothing(root: Path) -> None:
    file_set = FileSet(root)
    with pytest.raises(FileNotFoundError):
        file_set.load(root / "NOTHING")
    assert uids(file_set) == FIVE


def test_private_instances_with_one_uid_of_record_are_all_kept(tmp_path: Path) -> None:
    paths = write_instances(tmp_path / "source", 3)
    file_set = FileSet()
    for path in paths:
        leaf, top = _node("PRIVATE", PrivateRecordUID="1.2.3"), _node("PATIENT", PatientID="P1", PatientName="Test")
        leaf.parent = top
        file_set.add_custom(path, leaf)
    assert [one.FileID.replace(os.sep, "/") for one in file_set] == [f"PT000000/P100000{n}" for n in range(3)]
    file_set.write(tmp_path / "root")
    assert len(uids(FileSet(tmp_path / "root"))) == 3


def _node(kind: str, **keys: str) -> RecordNode:
    record = dicom.Dataset()
    record.DirectoryRecordType = kind
    for keyword, value in keys.items():
        setattr(record, keyword, value)
    return RecordNode(record)


def test_directory_of_another_encoding_is_put_right(tmp_path: Path) -> None:
    write_instances(tmp_path, 1)
    path = write_set(tmp_path, one_image("F0000000"))
    with pytest.warns(UserWarning, match="Explicit VR Little Endian"):
        FileSet(path).copy(tmp_path / "implicit", force_implicit=True)
    written = dicom.read(tmp_path / "implicit" / "DICOMDIR")
    assert written.file_meta.TransferSyntaxUID == dicom.uid.ImplicitVRLittleEndian
    with pytest.warns(UserWarning, match="Explicit VR Little Endian"):
        file_set = FileSet(tmp_path / "implicit")
    file_set.write()
    assert uids(FileSet(tmp_path / "implicit")) == ["1.2.9.1"]


def test_directory_read_and_saved_is_byte_identical(root: Path) -> None:
    data = (root / "DICOMDIR").read_bytes()
    dicom.read(root / "DICOMDIR").save_as(root / "AGAIN")
    assert (root / "AGAIN").read_bytes() == data


# --- long work -------------------------------------------------------------------------------------------------------


def test_folder_is_added_with_a_word_on_each_file(tmp_path: Path) -> None:
    write_instances(tmp_path / "source" / "A", 3)
    (tmp_path / "source" / "NOTES").write_bytes(b"no DICOM")
    (tmp_path / "source" / "LOOP").symlink_to(tmp_path / "source")
    steps: list[tuple[int, int]] = []
    failed: list[str] = []
    file_set = FileSet()
    added = file_set.add_folder(
        tmp_path / "source",
        on_error=lambda path, error: failed.append(path),
        progress=lambda done, total: steps.append((done, total)),
    )
    assert len(added) == len(file_set) == 3
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert failed == [str(tmp_path / "source" / "NOTES")]
    steps.clear()
    file_set.write(tmp_path / "root", progress=lambda done, total: steps.append((done, total)))
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_first_error_of_a_folder_is_raised_without_a_listener(tmp_path: Path) -> None:
    (tmp_path / "NOTES").write_bytes(b"no DICOM")
    with pytest.raises(dicom.errors.InvalidDicomError):
        FileSet().add_folder(tmp_path)
    with pytest.raises(NotADirectoryError):
        FileSet().add_folder(tmp_path / "NOTES")


def test_bar_is_drawn_on_a_terminal_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    write_instances(tmp_path, 3)
    for stream, is_drawn in ((io.StringIO(), False), (Terminal(), True)):
        monkeypatch.setattr(sys, "stderr", stream)
        FileSet().add_folder(tmp_path, progress=True)
        assert bool(stream.getvalue()) == is_drawn
    assert stream.getvalue().endswith("\r\x1b[K")


def test_folder_becomes_a_file_set_where_it_is(tmp_path: Path) -> None:
    write_instances(tmp_path / "IMAGES", 3)
    before = files_of(tmp_path)
    file_set = FileSet.from_folder(tmp_path)
    file_set.write(use_existing=True)
    found = files_of(tmp_path)
    assert found.pop("DICOMDIR")
    assert found == before
    assert uids(FileSet(tmp_path)) == FIVE[:3]


def test_names_that_are_no_file_ids_are_refused_in_place(tmp_path: Path) -> None:
    (tmp_path / "long-name.dcm").write_bytes(instance("1.2.9.1"))
    with pytest.raises(ValueError, match="File ID"):
        FileSet.from_folder(tmp_path)


def test_names_that_the_system_shows_in_small_letters_are_found(root: Path) -> None:
    (root / "IMAGES").rename(root / "images")
    for path in (root / "images").iterdir():
        path.rename(path.with_name(path.name.lower()))
    (root / "DICOMDIR").rename(root / "dicomdir")
    file_set = FileSet(root)
    assert (uids(file_set), file_set.findings) == (FIVE, [])
    file_set.write()
    assert uids(FileSet(root)) == FIVE
    assert "dicomdir" in files_of(root)


def test_annotations_and_inventories_have_records(tmp_path: Path) -> None:
    types = dicom.fileset.record_types.types_by_sop_class()
    assert types["1.2.840.10008.5.1.4.1.1.91.1"] == "ANNOTATION"
    assert types["1.2.840.10008.5.1.4.1.1.201.1"] == "INVENTORY"
    assert all(dicom.uid.UID(uid).keyword for uid in types)
    assert set(types.values()) <= set(dicom.fileset.DIRECTORY_RECORDERS)
    kept = Record((text(0x00041430, "CS", "PATIENT"), text(0x00100020, "LO", "P1")))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(FileSet(write_set(tmp_path, [kept]))) == 0


def patched(tag: int, vr: bytes, old: bytes, new: bytes) -> bytes:
    """A file of which one value is another."""
    import struct

    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr
    data = instance("1.2.9.1")
    assert head + struct.pack("<H", len(old)) + old in data
    return data.replace(head + struct.pack("<H", len(old)) + old, head + struct.pack("<H", len(new)) + new)


ODD_VALUES = {
    "StudyID": patched(0x00200010, b"SH", b"S ", b"X" * 20),
    "StudyDate": patched(0x00080020, b"DA", b"20200101", b"2020-1-1"),
    "Modality": patched(0x00080060, b"CS", b"CT", b"ct"),
    "PatientName": patched(0x00100010, b"PN", b"Test^P1 ", b"M\xfcller  "),
    "InstanceNumber": patched(0x00200013, b"IS", b"1 ", b"1.5 "),
    "PatientID": patched(0x00100020, b"LO", b"P1", b"P" * 80),
    "StudyInstanceUID": patched(0x0020000D, b"UI", b"1.2.1\0", b"1.02.1"),
}


@pytest.mark.parametrize("keyword", ODD_VALUES)
@pytest.mark.filterwarnings("ignore:a UID is digits")
def test_odd_value_of_a_file_stands_in_its_record_as_it_is(keyword: str, tmp_path: Path) -> None:
    (tmp_path / "N").write_bytes(ODD_VALUES[keyword])
    file_set = FileSet()
    file_set.add(tmp_path / "N")
    file_set.write(tmp_path / "root")
    file_set.ID = "WRITTEN AGAIN"
    file_set.write()
    again = FileSet(tmp_path / "root")
    again.ID = "AND AGAIN"
    again.write()
    [one] = FileSet(tmp_path / "root")
    assert one[keyword].value == one.load()[keyword].value
    tag = dicom.Tag(keyword)
    directory = (tmp_path / "root" / "DICOMDIR").read_bytes()
    place = ODD_VALUES[keyword].index(tag.to_bytes(4, "big")[1::-1] + tag.to_bytes(4, "big")[:1:-1])
    length = int.from_bytes(ODD_VALUES[keyword][place + 6 : place + 8], "little")
    assert ODD_VALUES[keyword][place : place + 8 + length] in directory
