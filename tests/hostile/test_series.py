"""Damaged series end in a volume of what is left, with a report, or in a typed error: quickly, and in little memory.

Files of whole series are mutated, header and structure, and read from the folder on. What isn't a `DicomError` (or an
OSError of a file) goes through: that is the failure that these tests look for. No message holds an element's value.
"""

from __future__ import annotations

import os
import random
import struct
import threading
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
from dicom.errors import DicomError, GeometryError
from dicom.volume.volume import Volume
from tests.volume.made import grid_affine, plane_data_sets, stored_values, write_series
from tests.volume.made_dimensions import time_series
from tests.volume.made_multiframe import enhanced, mosaic

from .outcome import error_texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from dicom.volume.geometry.report import GeometryReport

SECRET = "Xyzzy^Plugh"
AFFINE = grid_affine(angles=(10, 20, 30))
LIMIT_BYTES = 128 << 20
POLICIES = {"gaps": "fill", "tilt": "keep", "duplicates": "first"}


def classic(folder: Path) -> list[Path]:
    data_sets = plane_data_sets(stored_values((5, 6, 7)), AFFINE)
    for ds in data_sets:
        ds.PatientName = ds.PatientID = ds.SeriesDescription = SECRET
    return write_series(folder, data_sets)


def compressed(folder: Path) -> list[Path]:
    made = plane_data_sets(stored_values((4, 6, 7), "<u2"), AFFINE, modality="PT", slope=[1, 2, 3, 4])
    return write_series(folder, made, transfer_syntax="1.2.840.10008.1.2.5")


def with_times(folder: Path) -> list[Path]:
    return time_series(folder).paths[:12]


def of_frames(folder: Path) -> list[Path]:
    return write_series(folder, [enhanced(plane_data_sets(stored_values((4, 6, 7), "<u2"), AFFINE))])


def of_tiles(folder: Path) -> list[Path]:
    return write_series(folder, [mosaic(stored_values((4, 6, 6), "<u2"), AFFINE)])


MADE = {"classic": classic, "compressed": compressed, "times": with_times, "enhanced": of_frames, "mosaic": of_tiles}
NUMBERS = (
    *(
        b"",
        b"0",
        b"-0.0",
        b"-1",
        b"1e300",
        b"-1e300",
        b"1e-300",
        b"inf",
        b"NaN",
        b"0x10",
        b"1,5",
        b"99999999999",
        b"\\",
    ),
    *(b"0\\0\\0", b"1\\0\\0\\0\\1\\0", b"0\\0\\0\\0\\0\\0", b"1e9\\1e9", b"1\\2\\3\\4\\5\\6\\7\\8", b"\0", b"\xff\xfe"),
    SECRET.encode(),
)
GROUPS = (b"\x08\x00", b"\x18\x00", b"\x20\x00", b"\x28\x00")
TEXT_VRS = (b"DS", b"IS", b"CS", b"UI", b"TM", b"DA", b"LO", b"SH")


def text_elements(data: bytes) -> list[int]:
    """Where elements of text begin, as far as that can be told without reading the structure."""
    return [
        at
        for at in range(132, len(data) - 8)
        if data[at + 4 : at + 6] in TEXT_VRS
        and data[at : at + 2] in (b"\x08\x00", b"\x18\x00", b"\x20\x00", b"\x28\x00")
    ]


def mutated(data: bytes, lots: random.Random) -> bytes:
    """The same with bytes changed, a piece cut out, doubled or cut off, or another value in an element."""
    changed = bytearray(data)
    kind = lots.randrange(6)
    if kind == 0:
        for _ in range(lots.randint(1, 6)):
            changed[lots.randrange(132, len(changed))] = lots.choice((0, 1, 0x30, 0x5C, 0x7F, 0x80, 0xFE, 0xFF))
    elif kind == 1:
        return bytes(changed[: lots.randrange(len(changed))])
    elif kind == 2:
        begin = lots.randrange(132, len(changed))
        end = min(begin + lots.randint(1, 300), len(changed))
        changed[begin:end] = lots.choice((b"", bytes(changed[begin:end]) * 2))
    elif kind == 3 and (numbers := [at for at in text_elements(data) if data[at + 2 : at + 4]]):
        # Rows, Columns, Bits Allocated, ...: of any size.
        at = data.find(b"\x28\x00" + lots.choice((b"\x10", b"\x11", b"\x00", b"\x01", b"\x02")) + b"\x00US", numbers[0])
        if at > 0:
            changed[at + 8 : at + 10] = struct.pack("<H", lots.choice((0, 1, 3, 8, 17, 32, 64, 4096, 65535)))
    elif places := text_elements(data):
        at = lots.choice(places)
        (length,) = struct.unpack_from("<H", data, at + 6)
        value = lots.choice(NUMBERS)
        value += b" " * (len(value) % 2)
        changed[at + 6 : at + 8 + length] = struct.pack("<H", len(value)) + value
    return bytes(changed)


def ending(folder: Path) -> tuple[str, list[str]]:
    """How reading all of a folder ends, and all that was said on the way."""
    said: list[str] = []
    found = dicom.find_series(folder)
    assert len(found.files) == sum(1 for _ in folder.iterdir())
    assert all(entry.series is not None or entry.reason for entry in found.files)
    said += [entry.reason for entry in found.files if entry.reason]
    ended = "nothing"
    for index, one in enumerate(found):
        for policies in ({}, POLICIES):
            try:
                volume = dicom.read_series(one, **policies)
            except DicomError as error:
                said += error_texts(error)
                said.append(str(getattr(error, "report", None)))
                ended = "refused" if ended == "nothing" else ended
                continue
            assert isinstance(volume, Volume)
            assert volume.report is not None
            said.append(str(volume.report))
            assert np.isfinite(volume.affine).all()
            assert abs(np.linalg.det(volume.affine)) > 0
            # Each file of the series is in the volume, or it is said what became of it.
            times, slices = volume.sources.shape
            used = {volume.sources.file(k, t) for t in range(times) for k in range(slices)}
            unused = [entry for entry in found.files if entry.series == index and entry.path not in used]
            assert all(entry.reason for entry in unused)
            lost = [
                name for note in volume.report.notes if note.kind in ("lost-file", "unread-file") for name in note.files
            ]
            assert not used & set(lost)
            ended = "read"
            break
    try:
        dicom.read_series(folder)
    except DicomError as error:
        said += error_texts(error)
    return ended, said


def peak_bytes(*, begin_anew: bool = False) -> int:
    """The most memory this process has had at once; 0 where the system doesn't tell."""
    try:
        if begin_anew:
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) * 1024


@pytest.mark.parametrize("name", list(MADE))
def test_mutated_series_end_in_a_volume_or_a_typed_error(name: str, tmp_path: Path) -> None:
    paths = MADE[name](tmp_path)
    whole = [path.read_bytes() for path in paths]
    lots = random.Random(f"series {name}")
    endings = {"read": 0, "refused": 0, "nothing": 0}
    ending(tmp_path)
    before = peak_bytes(begin_anew=True)
    for _ in range(210):
        index = lots.randrange(len(paths))
        paths[index].write_bytes(mutated(whole[index], lots))
        started = time.perf_counter()
        ended, said = ending(tmp_path)
        assert time.perf_counter() - started < 5
        endings[ended] += 1
        assert not [text for text in said if SECRET in text]
        # Several damaged files at once, now and then.
        if lots.random() < 0.7:
            paths[index].write_bytes(whole[index])
        else:
            for path, data in zip(paths, whole, strict=True):
                if lots.random() < 0.5:
                    path.write_bytes(data)
    assert peak_bytes() - before < LIMIT_BYTES
    assert endings["read"] > 20
    assert endings["refused"] + endings["nothing"] > 10


# --- what was lost ----------------------------------------------------------------------------------------------------


def notes_of(report: GeometryReport | None) -> list[str]:
    assert report is not None
    return [note.kind for note in report.notes]


def cut(path: Path, part: float) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * part)])


@pytest.mark.parametrize(("part", "kind"), [(0.8, "lost-file"), (0.3, "unread-file"), (0.0, "unread-file")])
def test_end_slice_that_was_lost_is_noted(part: float, kind: str, tmp_path: Path) -> None:
    paths = write_series(tmp_path, plane_data_sets(stored_values((5, 2, 2)), AFFINE))
    cut(paths[-1], part)
    volume = dicom.read_series(tmp_path)
    assert volume.shape == (4, 2, 2)
    assert volume.report is not None
    assert volume.report.is_clean
    assert notes_of(volume.report) == [kind]
    (note,) = volume.report.of_kind(kind)
    assert note.files == (str(paths[-1]),)
    assert kind in str(volume.report)
    assert notes_of(dicom.find_series(tmp_path)[0].report) == [kind]


def test_middle_slice_that_was_lost_stays_a_gap(tmp_path: Path) -> None:
    paths = write_series(tmp_path, plane_data_sets(stored_values((5, 2, 2)), AFFINE))
    cut(paths[2], 0.8)
    with pytest.raises(GeometryError) as caught:
        dicom.read_series(tmp_path)
    assert [defect.kind for defect in caught.value.report.defects] == ["gap"]
    assert notes_of(caught.value.report) == ["lost-file"]
    parts = dicom.read_series(tmp_path, gaps="split")
    assert [notes_of(part.report) for part in parts] == [["lost-file"]] * 2


def test_what_is_no_dicom_is_no_lost_file(tmp_path: Path) -> None:
    write_series(tmp_path, plane_data_sets(stored_values((5, 2, 2)), AFFINE))
    (tmp_path / "readme.txt").write_text("of no series")
    os.mkfifo(tmp_path / "pipe")
    assert notes_of(dicom.read_series(tmp_path).report) == []


def test_damaged_member_of_an_archive_is_noted_by_its_name(tmp_path: Path) -> None:
    paths = write_series(tmp_path, plane_data_sets(stored_values((5, 2, 2)), AFFINE))
    archive = tmp_path / "scan.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in paths:
            file.write(path, f"scan/{path.name}")
    data = bytearray(archive.read_bytes())
    data[600] ^= 0xFF
    archive.write_bytes(data)
    (note,) = dicom.read_series(archive).report.of_kind("unread-file")
    assert note.files == (f"{archive}/scan/{paths[0].name}",)


@pytest.mark.parametrize("change", ["fewer", "empty", "more"])
def test_frame_without_functional_groups_is_not_set_apart(change: str, tmp_path: Path) -> None:
    ds = enhanced(plane_data_sets(stored_values((4, 4, 4), "<u2"), AFFINE), per_frame=True)
    groups = list(ds.PerFrameFunctionalGroupsSequence)
    if change == "more":
        ds.PerFrameFunctionalGroupsSequence = [*groups, dicom.Dataset()]
    else:
        ds.PerFrameFunctionalGroupsSequence = groups[:3] if change == "fewer" else [*groups[:3], dicom.Dataset()]
    write_series(tmp_path, [ds])
    if change == "more":
        assert dicom.read_series(tmp_path).shape == (4, 4, 4)
        return
    with pytest.raises(GeometryError, match="frame 3") as caught:
        dicom.read_series(tmp_path)
    assert "missing-position" in [defect.kind for defect in caught.value.report.defects]


# --- what another process does meanwhile ------------------------------------------------------------------------------


def replaced_by_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


CHANGES: dict[str, Callable[[Path], object]] = {
    "vanished": lambda path: path.unlink(),
    "shrunk": lambda path: os.truncate(path, 600),
    "emptied": lambda path: os.truncate(path, 0),
    "folder": lambda path: (path.unlink(), path.mkdir()),
    "pipe": replaced_by_a_pipe,
}


@pytest.mark.parametrize("index", [0, 3])
@pytest.mark.parametrize("change", list(CHANGES))
def test_file_that_changes_after_it_was_found_is_named(change: str, index: int, tmp_path: Path) -> None:
    paths = write_series(tmp_path, plane_data_sets(stored_values((5, 4, 4)), AFFINE))
    (one,) = dicom.find_series(tmp_path)
    CHANGES[change](paths[index])
    errors: list[BaseException] = []

    def read() -> None:
        try:
            one.read()
        except BaseException as error:
            errors.append(error)

    # A reader that waits for a pipe would wait for good.
    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(20)
    assert not reader.is_alive()
    assert isinstance(errors[0], dicom.errors.FileChangedError)
    assert paths[index].name in str(errors[0])


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="file names are text on Windows")
def test_reports_of_files_with_names_of_any_bytes_can_be_printed(tmp_path: Path) -> None:
    paths = write_series(tmp_path, plane_data_sets(stored_values((5, 2, 2)), AFFINE))
    for path in paths:
        path.rename(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\x1b[31m\n frame 2 " + os.fsencode(path.name)))
    os.unlink(sorted(os.scandir(tmp_path), key=lambda entry: entry.name)[2])
    with pytest.raises(GeometryError) as caught:
        dicom.read_series(tmp_path)
    text = str(caught.value.report)
    assert "\x1b" not in text
    text.encode()


def test_path_of_an_error_is_the_file_whatever_its_folder_is_called(tmp_path: Path) -> None:
    folder = tmp_path / "time frame 2"
    folder.mkdir()
    data_sets = plane_data_sets(stored_values((5, 2, 2)), AFFINE)
    del data_sets[2].ImagePositionPatient
    paths = write_series(folder, data_sets)
    with pytest.raises(GeometryError) as caught:
        dicom.read_series(tmp_path)
    assert caught.value.path == str(paths[2])
