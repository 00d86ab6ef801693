"""DICOMDIRs that lie: names that lead out, offsets that lead in circles, records that aren't what they say."""

from __future__ import annotations

import os
import time
import warnings
from pathlib import Path

import pytest

from dicom.errors import DicomError
from dicom.fileset import FileSet, FileSetError
from dicom.fileset.load import DEEPEST_LEVEL
from tests.fileset.made_sets import (
    Raw,
    Record,
    dicomdir,
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

HOSTILE_FILE_IDS = {
    "up": b"..\\SECRET",
    "up twice": b"..\\..\\SECRET",
    "up behind a folder": b"A\\..\\..\\SECRET",
    "up behind a folder and back": b"A\\..\\F0000000",
    "up with padding": b".. \\SECRET",
    "up in one component": b"../SECRET",
    "up far": b"../../../../../../../../etc/passwd",
    "absolute": b"/etc/passwd",
    "absolute in components": b"\\etc\\passwd",
    "absolute, second": b"A\\/etc/passwd",
    "this folder": b".\\SECRET",
    "empty in the middle": b"A\\\\SECRET",
    "a drive": b"C:\\SECRET",
    "a drive with a slash": b"C:/SECRET",
    "a share": b"\\\\SERVER\\SHARE",
    "a stream": b"F0000000:X",
    "NUL in the middle": b"F0000000\0.DCM",
    "NUL and up": b"..\0\\SECRET",
    "an escape": b"\x1b[2J",
    "a new line": b"A\nB",
    "a slash within": b"A/F0000000",
    "full stops": b"....",
}


def quiet(path: Path) -> FileSet:
    """A File-set; that it warns of its findings is tested once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return FileSet(path)


def codes(file_set: FileSet) -> set[str]:
    """The findings, each code once."""
    return {finding.code for finding in file_set.findings}


@pytest.mark.parametrize("case", HOSTILE_FILE_IDS)
def test_file_id_that_leads_out_is_never_followed(case: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (tmp_path / "SECRET").write_bytes(instance("1.2.9.1"))
    write_instances(root, 1)
    path = write_set(root, one_image(HOSTILE_FILE_IDS[case]))
    before = files_of(tmp_path)
    with pytest.raises(PermissionError) as raised:
        FileSet(path)
    assert "SECRET" not in str(raised.value)
    assert "passwd" not in str(raised.value)
    assert files_of(tmp_path) == before


@pytest.mark.parametrize("is_folder", [False, True])
def test_link_that_leads_out_is_never_followed(tmp_path: Path, is_folder: bool) -> None:
    outside = tmp_path / "outside"
    [secret] = write_instances(outside, 1)
    root = tmp_path / "root"
    root.mkdir()
    (root / "A").symlink_to(outside if is_folder else secret)
    path = write_set(root, one_image("A\\F0000000" if is_folder else "A"))
    with pytest.raises(PermissionError):
        FileSet(path)


def test_link_put_in_after_loading_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    [secret] = write_instances(outside, 1)
    root = tmp_path / "root"
    [file] = write_instances(root, 1)
    file_set = FileSet(write_set(root, one_image("F0000000")))
    file.unlink()
    file.symlink_to(secret)
    [one] = file_set
    with pytest.raises(PermissionError):
        one.load()
    file_set.remove(one)
    with pytest.raises(PermissionError):
        file_set.write()
    assert secret.is_file()


def test_record_that_names_the_directory_itself_is_left_out(tmp_path: Path) -> None:
    path = write_set(tmp_path, one_image("DICOMDIR"))
    file_set = quiet(path)
    assert len(file_set) == 0
    assert "file-is-directory" in codes(file_set)


def test_record_that_names_a_folder_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "A").mkdir()
    file_set = quiet(write_set(tmp_path, one_image("A")))
    assert len(file_set) == 0
    assert "file-missing" in codes(file_set)


def test_two_records_of_one_file_lose_it_only_with_the_second(tmp_path: Path) -> None:
    write_instances(tmp_path, 1)
    records = [
        patient(lower=1),
        study(lower=2),
        series(lower=3),
        image("F0000000", next=4),
        image("F0000000", "1.2.9.2"),
    ]
    file_set = FileSet(write_set(tmp_path, records))
    first, second = file_set
    file_set.remove(first)
    file_set.write(use_existing=True)
    assert (tmp_path / "F0000000").is_file()
    file_set.remove(second)
    file_set.write(use_existing=True)
    assert not (tmp_path / "F0000000").exists()


CIRCLES = {
    "next is itself": [patient(lower=1), study(lower=2), series(lower=3), image("F0000000", next=3)],
    "next goes back": [
        patient(lower=1),
        study(lower=2),
        series(lower=3),
        image("F0000000", next=4),
        image("F0000001", "1.2.9.2", next=3),
    ],
    "lower is itself": [patient(lower=1), study(lower=2), series(lower=3), image("F0000000", lower=3)],
    "lower goes up": [patient(lower=1), study(lower=2), series(lower=3), image("F0000000", lower=0)],
    "next goes up": [patient(lower=1), study(lower=2), series(lower=3), image("F0000000", next=0)],
    "root is its own lower level": [patient(lower=0, next=1), patient("P2")],
    "two parents": [
        patient(lower=1, next=4),
        study(lower=2),
        series(lower=3),
        image("F0000000"),
        patient("P2", lower=1),
    ],
}


@pytest.mark.parametrize("case", CIRCLES)
def test_offsets_in_a_circle_end(case: str, tmp_path: Path) -> None:
    write_instances(tmp_path, 2)
    file_set = quiet(write_set(tmp_path, CIRCLES[case]))
    assert "record-offset-circle" in codes(file_set)
    assert len(file_set) <= 2


BROKEN = {
    "first is nothing": (one_image("F0000000"), {"first": Raw(0)}),
    "first is beyond the file": (one_image("F0000000"), {"first": Raw(0xFFFFFFFF)}),
    "first is the preamble": (one_image("F0000000"), {"first": Raw(1)}),
    "lower is in the middle of a record": ([patient(lower=Raw(420)), *one_image("F0000000")[1:]], {}),
    "lower is beyond the file": ([patient(lower=Raw(0x7FFFFFFF)), *one_image("F0000000")[1:]], {}),
    "lower is absent": ([patient(), *one_image("F0000000")[1:]], {}),
    "next is beyond the file": (
        [patient("P2", next=Raw(99999)), patient(lower=2), study(lower=3), series(lower=4), image("F0000000")],
        {},
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_files_behind_broken_offsets_are_found_again(case: str, tmp_path: Path) -> None:
    write_instances(tmp_path, 1)
    records, ends = BROKEN[case]
    file_set = quiet(write_set(tmp_path, records, **ends))
    [found] = file_set
    assert (found.SOPInstanceUID, found.PatientID, found.path) == ("1.2.9.1", "P1", str(tmp_path / "F0000000"))
    assert "orphan-placed" in codes(file_set)


def test_findings_are_told_by_one_warning_without_values(tmp_path: Path) -> None:
    write_instances(tmp_path, 1)
    path = write_set(tmp_path, [patient("SECRET", lower=Raw(5)), *one_image("F0000000")[1:]])
    with pytest.warns(UserWarning, match="findings") as caught:
        file_set = FileSet(path)
    assert len(caught) == 1
    assert "SECRET" not in str(caught[0].message) + str(file_set.findings)


def test_orphans_can_be_left_out_or_refused(tmp_path: Path) -> None:
    write_instances(tmp_path, 1)
    path = write_set(tmp_path, [patient(), *one_image("F0000000")[1:]])
    file_set = FileSet()
    with pytest.raises(FileSetError, match="1 directory records"):
        file_set.load(path, raise_orphans=True)
    with pytest.warns(UserWarning, match="orphans-left-out"):
        file_set.load(path, include_orphans=False)
    assert len(file_set) == 0


def test_orphan_whose_file_is_no_dicom_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "F0000000").write_bytes(b"no DICOM")
    file_set = quiet(write_set(tmp_path, [patient(), *one_image("F0000000")[1:]]))
    assert len(file_set) == 0
    assert "orphan-unusable" in codes(file_set)


def test_depth_is_bounded(tmp_path: Path) -> None:
    count = 5000
    records = [patient(f"P{number}", lower=number + 1) for number in range(count)] + [patient("LAST")]
    started = time.monotonic()
    file_set = quiet(write_set(tmp_path, records))
    assert "directory-too-deep" in codes(file_set)
    assert max(node.depth for node in file_set._tree) == DEEPEST_LEVEL - 1
    assert len("\n".join(file_set._tree.prettify())) < 10_000
    assert time.monotonic() - started < 60


def test_long_chain_is_read_whole(tmp_path: Path) -> None:
    count = 5000
    records = [patient(f"P{number}", next=number + 1) for number in range(count)] + [patient("LAST")]
    file_set = FileSet(write_set(tmp_path, records))
    assert len(file_set._tree.children) == count + 1


ODD_RECORDS = {
    "no type": Record((text(0x00100020, "LO", "P1"),)),
    "an empty type": Record((text(0x00041430, "CS", ""), text(0x00100020, "LO", "P1"))),
    "a patient without ID": Record((text(0x00041430, "CS", "PATIENT"),)),
    "two types": Record((text(0x00041430, "CS", "PATIENT\\STUDY"), text(0x00100020, "LO", "P1"))),
    "a retired type": Record((text(0x00041430, "CS", "MRDR"),)),
    "nothing at all": Record(()),
}


@pytest.mark.parametrize("case", ODD_RECORDS)
def test_files_below_a_record_that_cannot_be_used_are_found_again(case: str, tmp_path: Path) -> None:
    write_instances(tmp_path, 1)
    top = ODD_RECORDS[case]._replace(lower=1)
    file_set = quiet(write_set(tmp_path, [top, *one_image("F0000000")[1:]]))
    assert [one.PatientID for one in file_set] == ["P1"]


def test_private_and_unknown_types_get_names(tmp_path: Path) -> None:
    write_instances(tmp_path, 2)
    unknown = image("F0000000")
    unknown = Record((text(0x00041430, "CS", "NEWTYPE"), *unknown.elements[1:]), next=4)
    private = (text(0x00041430, "CS", "PRIVATE"), text(0x00041432, "UI", "1.2.3"))
    records = [
        patient(lower=1),
        study(lower=2),
        series(lower=3),
        unknown,
        Record((*private, *image("F0000001", "1.2.9.2").elements[1:])),
    ]
    file_set = FileSet(write_set(tmp_path, records))
    assert [one.FileID.rsplit(os.sep, 1)[1] for one in file_set] == ["XX000000", "P3000001"]
    file_set.write()
    assert [one.load().SOPInstanceUID for one in FileSet(tmp_path)] == ["1.2.9.1", "1.2.9.2"]


@pytest.mark.parametrize("cut", range(0, 1400, 97))
def test_directory_cut_short_ends_in_an_error_or_in_what_is_there(cut: int, tmp_path: Path) -> None:
    write_instances(tmp_path, 1)
    data = dicomdir(one_image("F0000000"))
    path = tmp_path / "DICOMDIR"
    path.write_bytes(data[:cut])
    try:
        file_set = quiet(path)
    except (ValueError, OSError):
        return
    assert len(file_set) <= 1


def test_changed_bytes_never_do_worse_than_a_typed_error(tmp_path: Path) -> None:
    import random

    generator = random.Random(7)
    write_instances(tmp_path, 2)
    records = [*one_image("F0000000")[:3], image("F0000000", next=4), image("F0000001", "1.2.9.2")]
    data = dicomdir(records)
    path = tmp_path / "DICOMDIR"
    for _ in range(300):
        changed = bytearray(data)
        for _ in range(generator.randint(1, 4)):
            changed[generator.randrange(132, len(data))] = generator.randrange(256)
        path.write_bytes(changed)
        try:
            file_set = quiet(path)
        except DicomError:
            continue
        str(file_set)
        for one in file_set:
            assert one.path.startswith(str(tmp_path))
