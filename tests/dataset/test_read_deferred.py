"""Values that stay in the file until they are asked for: the right bytes, or a clear error, and few descriptors."""

from __future__ import annotations

import copy
import gc
import gzip
import io
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import dicom
from dicom.dataset import FileDataset
from dicom.errors import DicomError, FileChangedError
from dicom.testing.encoder import EXPLICIT_LITTLE, IMPLICIT_LITTLE, Element, Item, Items, encode_file

LARGE = 16 << 20
VALUE = bytes(range(250)) * 400
DESCRIPTORS = Path("/proc/self/fd")
linux = pytest.mark.skipif(not DESCRIPTORS.is_dir(), reason="needs /proc/self/fd")


def content(value: bytes, syntax: str = EXPLICIT_LITTLE) -> bytes:
    return encode_file(
        (
            Element(0x00100010, "PN", b"Secret^Name "),
            Element(0x00420011, "OB", value),
            Element(0x00700080, "CS", b"LABEL "),
        ),
        syntax,
    )


def open_names(path: Path) -> int:
    """How many descriptors of this process lead to files of the folder."""
    folder = str(path)
    count = 0
    for descriptor in DESCRIPTORS.iterdir():
        try:
            count += os.readlink(descriptor).startswith(folder)
        except OSError:
            # The one by which the folder was listed.
            continue
    return count


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "file.dcm"
    file.write_bytes(content(VALUE))
    os.utime(file, (1_000_000_000, 1_000_000_000))
    return file


@pytest.fixture
def deferred(path: Path) -> FileDataset:
    return dicom.read(path, defer_size=1000)


@pytest.mark.parametrize("syntax", [EXPLICIT_LITTLE, IMPLICIT_LITTLE])
def test_without_a_size_values_of_16_mebibytes_stay_in_the_file(tmp_path: Path, syntax: str) -> None:
    path = tmp_path / "large.dcm"
    for length, stays in ((LARGE - 2, False), (LARGE, True), (LARGE + 2, True)):
        path.write_bytes(content(b"\7" * length, syntax))
        dataset = dicom.read(path)
        with open(path, "r+b") as file:
            file.truncate(1000)
        if stays:
            with pytest.raises(FileChangedError):
                _ = dataset.EncapsulatedDocument
        else:
            assert dataset.EncapsulatedDocument == b"\7" * length
        assert (dataset.PatientName, dataset.ContentLabel) == ("Secret^Name", "LABEL")


def test_large_values_of_items_stay_in_the_file_too(tmp_path: Path) -> None:
    path = tmp_path / "large.dcm"
    item = Item((Element(0x00420010, "ST", b"title "), Element(0x00420011, "OB", b"\7" * LARGE)))
    for undefined in (True, False):
        sequence = Element(0x0040A730, "SQ", Items((item,)), undefined_length=undefined)
        path.write_bytes(encode_file((sequence,), EXPLICIT_LITTLE))
        dataset = dicom.read(path)
        assert dataset.ContentSequence[0].DocumentTitle == "title"
        assert dataset.ContentSequence[0].EncapsulatedDocument == b"\7" * LARGE


def unlink(path: Path) -> None:
    path.unlink()


def rename(path: Path) -> None:
    path.rename(path.with_suffix(".other"))


def replace(path: Path) -> None:
    other = path.with_suffix(".new")
    other.write_bytes(content(VALUE[::-1]))
    os.utime(other, (1_000_000_000, 1_000_000_000))
    os.replace(other, path)


def make_unreadable(path: Path) -> None:
    path.chmod(0)


@linux
@pytest.mark.parametrize("change", [unlink, rename, replace, make_unreadable])
def test_the_right_bytes_come_whatever_becomes_of_the_name(
    deferred: FileDataset, path: Path, change: Callable[[Path], None]
) -> None:
    change(path)
    assert deferred.EncapsulatedDocument == VALUE


def truncate(path: Path) -> None:
    os.truncate(path, 1000)


def write_over(path: Path) -> None:
    with open(path, "r+b") as file:
        file.write(content(VALUE[::-1]))


def append(path: Path) -> None:
    with open(path, "ab") as file:
        file.write(b"more")


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("change", [truncate, write_over, append, empty])
def test_a_file_that_was_changed_in_place_is_refused(
    deferred: FileDataset, path: Path, change: Callable[[Path], None]
) -> None:
    change(path)
    for _ in range(2):
        with pytest.raises(FileChangedError, match="read it again") as raised:
            _ = deferred.EncapsulatedDocument
        assert isinstance(raised.value, DicomError)
        assert "Secret" not in str(raised.value)
    assert deferred.PatientName == "Secret^Name"
    assert dicom.read(content(VALUE)).EncapsulatedDocument == VALUE


def test_after_close_what_stayed_in_the_file_is_refused(deferred: FileDataset) -> None:
    deferred.close()
    with pytest.raises(FileChangedError, match="closed"):
        _ = deferred.EncapsulatedDocument
    assert deferred.PatientName == "Secret^Name"
    deferred.close()


def test_with_closes_at_the_end_and_after_an_error(path: Path) -> None:
    with dicom.read(path, defer_size=1000) as dataset:
        pass
    with pytest.raises(FileChangedError):
        _ = dataset.EncapsulatedDocument
    with pytest.raises(KeyError), dicom.read(path, defer_size=1000) as dataset:
        raise KeyError
    with pytest.raises(FileChangedError):
        _ = dataset.EncapsulatedDocument


def test_a_value_that_was_asked_for_is_kept(deferred: FileDataset, path: Path) -> None:
    value = deferred.EncapsulatedDocument
    path.unlink()
    deferred.close()
    assert deferred.EncapsulatedDocument is value
    assert deferred["EncapsulatedDocument"].value is value


@linux
def test_descriptors_are_held_only_for_what_stayed_in_the_file(path: Path) -> None:
    whole = dicom.read(path)
    small = dicom.read(path, defer_size="1 MB")
    without = dicom.read(path, specific_tags=["PatientName"])
    assert open_names(path.parent) == 0
    kept = [dicom.read(path, defer_size=1000) for _ in range(3)]
    assert open_names(path.parent) == 3
    kept[0].close()
    assert open_names(path.parent) == 2
    del kept
    gc.collect()
    assert open_names(path.parent) == 0
    assert [len(whole), len(small), len(without)] == [3, 3, 1]


@linux
def test_no_more_than_256_descriptors_are_held(path: Path) -> None:
    others = [path.with_name(f"{number}.dcm") for number in range(300)]
    for number, other in enumerate(others):
        # Longer than what is read at first, or the file would be read whole.
        other.write_bytes(content(bytes([number % 251]) * 40_000))
    datasets = [dicom.read(other, defer_size=1000) for other in others]
    assert 200 <= open_names(path.parent) <= 256
    for number, dataset in enumerate(datasets):
        assert dataset.EncapsulatedDocument == bytes([number % 251]) * 40_000
    assert open_names(path.parent) <= 256
    # Those without a descriptor open the path again, and see that it is another file.
    again = [dicom.read(other, defer_size=1000) for other in others]
    for other in others:
        replacement = other.with_suffix(".new")
        replacement.write_bytes(content(b"\xff" * 40_000))
        os.replace(replacement, other)
    right = refused = 0
    for number, dataset in enumerate(again):
        try:
            assert dataset.EncapsulatedDocument == bytes([number % 251]) * 40_000
            right += 1
        except FileChangedError:
            refused += 1
    assert right + refused == 300
    assert refused >= 44
    del datasets, again, dataset
    gc.collect()
    assert open_names(path.parent) == 0


def test_a_copy_shares_the_file(deferred: FileDataset, path: Path) -> None:
    copied = deferred.copy()
    deeper = copy.deepcopy(deferred)
    if sys.platform != "win32":
        path.unlink()
    assert copied.EncapsulatedDocument == VALUE
    assert deeper.EncapsulatedDocument == VALUE


# File objects


class Counting(io.BytesIO):
    """A stream that notes how many bytes were read of it."""

    count = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.count += len(data)
        return data


@pytest.mark.parametrize(
    "options",
    [{"defer_size": 1000}, {"stop_before_pixels": True}, {"specific_tags": ["ContentLabel"]}],
    ids=["defer_size", "stop_before_pixels", "specific_tags"],
)
def test_of_a_file_object_only_what_is_needed_is_read(options: dict[str, Any]) -> None:
    elements = (Element(0x00700080, "CS", b"LABEL "), Element(0x7FE00010, "OB", b"\7" * (1 << 20)))
    stream = Counting(encode_file(elements, EXPLICIT_LITTLE))
    dataset = dicom.read(stream, **options)
    assert dataset.ContentLabel == "LABEL"
    assert stream.count < 64 << 10


def test_values_left_in_a_file_object_come_when_asked_for(path: Path) -> None:
    stream = io.BytesIO(b"before" + content(VALUE))
    stream.seek(6)
    dataset = dicom.read(stream, defer_size=1000)
    stream.seek(0)
    assert dataset.EncapsulatedDocument == VALUE
    # A file that has a name is opened again for them; a stream that was closed is gone.
    with open(path, "rb") as file:
        dataset = dicom.read(file, defer_size=1000)
    assert dataset.EncapsulatedDocument == VALUE
    with gzip.open(path.with_suffix(".gz"), "wb") as packed:
        packed.write(content(VALUE))
    with gzip.open(path.with_suffix(".gz"), "rb") as packed:
        dataset = dicom.read(packed, defer_size=1000)
    with pytest.raises(ValueError, match="closed"):
        _ = dataset.EncapsulatedDocument


def test_bytes_in_memory_that_are_written_over_change_nothing() -> None:
    stream = io.BytesIO(content(VALUE))
    dataset = dicom.read(stream, defer_size=1000)
    stream.seek(0)
    stream.write(bytes(len(stream.getvalue())))
    assert dataset.EncapsulatedDocument == VALUE


@pytest.mark.parametrize("buffering", [0, -1])
@pytest.mark.parametrize("change", [truncate, write_over, append, empty])
def test_a_file_behind_a_file_object_that_was_changed_is_refused(
    path: Path, change: Callable[[Path], None], buffering: int
) -> None:
    with open(path, "rb", buffering) as file:
        dataset = dicom.read(file, defer_size=1000)
        change(path)
        with pytest.raises(FileChangedError, match="read it again"):
            _ = dataset.EncapsulatedDocument


def test_a_file_behind_a_file_object_that_stays_gives_its_values(path: Path) -> None:
    with gzip.open(path.with_suffix(".gz"), "wb") as file:
        file.write(content(VALUE))
    with open(path, "rb") as plain, gzip.open(path.with_suffix(".gz"), "rb") as packed:
        for source in (plain, packed):
            assert dicom.read(source, defer_size=1000).EncapsulatedDocument == VALUE


class Yielding(io.BytesIO):
    """A stream during whose calls other threads run."""

    def seek(self, *arguments: Any) -> int:
        position = super().seek(*arguments)
        threading.Event().wait(0.0005)
        return position


def test_threads_that_ask_one_file_object_get_their_own_bytes() -> None:
    values = {0x00091000 + number: bytes([number]) * 40_000 for number in range(1, 40)}
    creator = Element(0x00090010, "LO", b"ACME")
    elements = (creator, *(Element(tag, "OB", value) for tag, value in values.items()))
    dataset = dicom.read(Yielding(encode_file(elements, EXPLICIT_LITTLE)), defer_size=1000)
    with ThreadPoolExecutor(8) as threads:
        read = dict(zip(values, threads.map(lambda tag: dataset[tag].value, values), strict=True))
    assert read == values
