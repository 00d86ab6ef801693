"""`dicom.read`: each kind of source, each argument, and clear errors for what it can't read."""

from __future__ import annotations

import array
import gzip
import io
import mmap
import os
import sys
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest

import dicom
from dicom.dataset import FileDataset
from dicom.errors import InvalidDicomError, LimitError
from dicom.testing.encoder import EXPLICIT_LITTLE, Element, Fragments, Item, Items, encode_file

NAME = Element(0x00100010, "PN", b"Secret^Name ")
CODE = Item((Element(0x00080100, "SH", b"CODE"),))
ELEMENTS = (
    Element(0x00080005, "CS", b"ISO_IR 100"),
    Element(0x00080060, "CS", b"CT"),
    NAME,
    Element(0x00280010, "US", (2,)),
    Element(0x0040A730, "SQ", Items((CODE, CODE)), undefined_length=True),
    Element(0x00420011, "OB", bytes(range(250)) * 400),
    Element(0x7FE00010, "OW", b"\1\2" * 30_000),
)
DATA = encode_file(ELEMENTS, EXPLICIT_LITTLE)
#: What makes the file be read piece by piece.
PIECES: dict[str, Any] = {"defer_size": 1000}
WAYS = pytest.mark.parametrize("options", [{}, PIECES], ids=["whole", "pieces"])


class Unseekable(io.RawIOBase):
    """A stream that can't go back, and gives a few bytes at a time."""

    def __init__(self, data: bytes) -> None:
        self._stream = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(min(len(buffer), 1000))
        buffer[: len(data)] = data
        return len(data)


class OnlyRead:
    """Not a file: it has a method `read` and nothing else."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def read(self) -> bytes:
        return self.data


class GivesByteArrays(io.BytesIO):
    def read(self, size: int | None = -1) -> Any:
        return bytearray(super().read(size))


class PathOfBytes:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __fspath__(self) -> bytes:
        return os.fsencode(self.path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "file.dcm"
    file.write_bytes(DATA)
    return file


def check(dataset: FileDataset) -> None:
    assert type(dataset) is FileDataset
    assert [int(tag) for tag in dataset.keys()] == [element.tag for element in ELEMENTS]  # noqa: SIM118
    assert (dataset.PatientName, dataset.Rows, len(dataset.ContentSequence)) == ("Secret^Name", 2, 2)
    assert dataset.EncapsulatedDocument == ELEMENTS[5].value
    assert dataset.PixelData == ELEMENTS[6].value
    assert dataset.file_meta.TransferSyntaxUID == EXPLICIT_LITTLE
    assert dataset.findings == []


@WAYS
def test_paths(path: Path, options: dict[str, Any]) -> None:
    for source in (str(path), path, PathOfBytes(path)):
        dataset = dicom.read(source, **options)  # type: ignore[arg-type]
        check(dataset)
        assert dataset.filename == str(path)


@WAYS
def test_bytes_and_what_is_like_them(path: Path, options: dict[str, Any]) -> None:
    spread = bytearray(2 * len(DATA))
    spread[::2] = DATA
    for source in (DATA, bytearray(DATA), memoryview(DATA), memoryview(spread)[::2], array.array("B", DATA)):
        check(dicom.read(source, **options))
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        check(dicom.read(mapped, **options))


@WAYS
def test_file_objects(path: Path, options: dict[str, Any]) -> None:
    check(dicom.read(io.BytesIO(DATA), **options))
    check(dicom.read(Unseekable(DATA), **options))
    check(dicom.read(io.BufferedReader(Unseekable(DATA)), **options))
    check(dicom.read(OnlyRead(DATA), **options))  # type: ignore[arg-type]
    check(dicom.read(GivesByteArrays(DATA), **options))
    for buffering in (0, -1):
        with open(path, "rb", buffering) as file:
            dataset = dicom.read(file, **options)
            check(dataset)
            assert dataset.filename == str(path)


@WAYS
def test_compressed_file_objects(tmp_path: Path, options: dict[str, Any]) -> None:
    with gzip.open(tmp_path / "file.gz", "wb") as file:
        file.write(DATA)
    with gzip.open(tmp_path / "file.gz", "rb") as file:
        check(dicom.read(file, **options))
    with zipfile.ZipFile(tmp_path / "file.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("file.dcm", DATA)
    with zipfile.ZipFile(tmp_path / "file.zip") as archive, archive.open("file.dcm") as file:
        check(dicom.read(file, **options))


@WAYS
def test_a_file_object_is_read_from_where_it_stands_and_left_open(tmp_path: Path, options: dict[str, Any]) -> None:
    path = tmp_path / "container"
    path.write_bytes(b"something before" + DATA)
    with open(path, "rb") as file:
        file.seek(16)
        check(dicom.read(file, **options))
        assert not file.closed
    stream = io.BytesIO(b"something before" + DATA)
    stream.seek(16)
    check(dicom.read(stream, **options))
    assert not stream.closed


def test_bytes_may_change_after_they_were_read() -> None:
    source = bytearray(DATA)
    dataset = dicom.read(source)
    source[:] = bytes(len(source))
    check(dataset)


@WAYS
def test_a_file_in_text_mode_is_a_type_error(path: Path, options: dict[str, Any]) -> None:
    with open(path, encoding="latin-1") as file, pytest.raises(TypeError, match="binary mode"):
        dicom.read(file, **options)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="binary mode"):
        dicom.read(io.StringIO("text"), **options)  # type: ignore[arg-type]


def test_what_is_no_source_is_a_type_error() -> None:
    for source in (None, 5, ["path"], object()):
        with pytest.raises(TypeError, match="a path, bytes or a binary file object"):
            dicom.read(source)  # type: ignore[arg-type]


@WAYS
def test_a_closed_file_object_is_a_value_error(path: Path, options: dict[str, Any]) -> None:
    file = open(path, "rb")  # noqa: SIM115
    file.close()
    with pytest.raises(ValueError, match="closed"):
        dicom.read(file, **options)


@WAYS
def test_paths_that_can_t_be_read(path: Path, options: dict[str, Any]) -> None:
    for source, error in (
        (path.with_name("missing"), FileNotFoundError),
        (path.parent, IsADirectoryError),
        (path / "below", NotADirectoryError),
    ):
        with pytest.raises(error) as raised:
            dicom.read(source, **options)
        assert raised.value.filename == str(source)
        assert raised.value.errno
    with pytest.raises(ValueError, match=r"NUL|null"):
        dicom.read(str(path) + "\0", **options)


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_file_without_permission(path: Path) -> None:
    path.chmod(0)
    with pytest.raises(PermissionError):
        dicom.read(path)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX")
@WAYS
def test_a_fifo(tmp_path: Path, options: dict[str, Any]) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    writer = threading.Thread(target=fifo.write_bytes, args=(DATA,))
    writer.start()
    try:
        check(dicom.read(fifo, **options))
    finally:
        writer.join()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX")
def test_what_comes_through_a_fifo_is_limited(tmp_path: Path) -> None:
    for limit, right in ((len(DATA), True), (len(DATA) - 1, False)):
        read_end, write_end = os.pipe()
        with open(read_end, "rb") as reader:

            def write(end: int = write_end) -> None:
                with open(end, "wb") as file:
                    file.write(DATA)

            writer = threading.Thread(target=write)
            writer.start()
            try:
                source = f"/dev/fd/{reader.fileno()}"
                if right:
                    check(dicom.read(source, limits={"inflated_bytes": limit}))
                else:
                    with pytest.raises(LimitError, match="inflated_bytes"):
                        dicom.read(source, limits={"inflated_bytes": limit})
                    reader.read()
            finally:
                writer.join()


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes")
@WAYS
def test_names_that_are_not_utf_8(tmp_path: Path, options: dict[str, Any]) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9 \xff.dcm"
    with open(name, "wb") as file:
        file.write(DATA)
    dataset = dicom.read(os.fsdecode(name), **options)
    check(dataset)
    assert os.fsencode(dataset.filename) == name
    with pytest.raises(FileNotFoundError) as raised:
        dicom.read(os.fsdecode(name + b"x"), **options)
    assert os.fsencode(raised.value.filename) == name + b"x"


def test_reading_needs_no_extension_nor_name(tmp_path: Path) -> None:
    for name in ("IM000001", "scan.img", "a b ä.dcm", "x.png"):
        path = tmp_path / name
        path.write_bytes(DATA)
        check(dicom.read(path))


def test_what_is_not_dicom_is_refused_unless_forced() -> None:
    for data in (b"", b"text and no DICOM", bytes(500)):
        with pytest.raises(InvalidDicomError):
            dicom.read(data)
        dicom.read(data, force=True)
    assert issubclass(InvalidDicomError, ValueError)


def test_three_names_are_one_function() -> None:
    assert dicom.read is dicom.read_file is dicom.dcmread


# Arguments


@pytest.mark.parametrize("size", [1000, 1000.5, "1000", "1 KB", "1kb", " 0.9 k ", 0, "0", -1, "-1"])
def test_sizes_above_which_values_are_put_off(path: Path, size: Any) -> None:
    with dicom.read(path, defer_size=size) as dataset:
        check(dataset)
    dataset = dicom.read(path, defer_size=size)
    dataset.close()
    with pytest.raises(OSError, match="closed"):
        _ = dataset.PixelData
    assert dataset.Rows == 2


@pytest.mark.parametrize("size", ["1 MB", "1g", "2 gb", 1 << 70, 1e30, float("inf")])
def test_sizes_that_no_value_has(path: Path, size: Any) -> None:
    dataset = dicom.read(path, defer_size=size)
    dataset.close()
    check(dataset)


@pytest.mark.parametrize("size", ["", "x", "1 TB", "KB", "1 KiB", float("nan")])
def test_what_is_no_size(size: Any) -> None:
    with pytest.raises(ValueError, match=r"size|NaN"):
        dicom.read(DATA, defer_size=size)


@pytest.mark.parametrize("wanted", ["Rows", 0x00280010, (0x28, 0x10), "00280010", dicom.tag.Tag("Rows")])
def test_tags_to_keep(path: Path, wanted: Any) -> None:
    for source in (DATA, path, io.BytesIO(DATA)):
        dataset = dicom.read(source, specific_tags=iter([wanted, "PatientAge", wanted]))
        assert [int(tag) for tag in dataset.keys()] == [0x00080005, 0x00280010]  # noqa: SIM118
        assert dataset.Rows == 2
        assert dataset.file_meta.TransferSyntaxUID == EXPLICIT_LITTLE


def test_a_tag_that_is_none() -> None:
    for wanted in (["NoKeyword"], [-1]):
        with pytest.raises(ValueError, match="tag"):
            dicom.read(DATA, specific_tags=wanted)
    with pytest.raises(TypeError):
        dicom.read(DATA, specific_tags=5)  # type: ignore[arg-type]


def test_stop_before_pixels(path: Path) -> None:
    for element in (
        ELEMENTS[6],
        Element(0x7FE00008, "OF", b"1234"),
        Element(0x7FE00010, "OB", Fragments((), (b"12",))),
    ):
        data = encode_file((*ELEMENTS[:6], element, Element(0xFFFCFFFC, "OB", b"12")), EXPLICIT_LITTLE)
        path.write_bytes(data)
        for source in (data, path, io.BytesIO(data)):
            dataset = dicom.read(source, stop_before_pixels=True)
            assert [int(tag) for tag in dataset.keys()] == [one.tag for one in ELEMENTS[:6]]  # noqa: SIM118


def test_encoding_overrides_the_character_set() -> None:
    name = Element(0x00100010, "PN", "Müller^Jürgen".encode())
    for own in ((), (ELEMENTS[0],)):
        data = encode_file((*own, name), EXPLICIT_LITTLE)
        assert dicom.read(data, encoding="ISO_IR 192").PatientName == "Müller^Jürgen"
        assert dicom.read(data, encoding=["utf-8"]).PatientName == "Müller^Jürgen"
        assert dicom.read(data).PatientName == "MÃ¼ller^JÃ¼rgen"


def test_an_encoding_that_is_unknown_is_a_finding() -> None:
    dataset = dicom.read(DATA, encoding="no such term")
    assert dataset.PatientName == "Secret^Name"
    assert [finding.code for finding in dataset.findings] == ["charset-unknown"]


def test_limits_are_raised_and_lowered_for_one_call() -> None:
    for limit, right in ((3, True), (2, True), (1, False)):
        if right:
            check(dicom.read(DATA, limits={"items": limit}))
        else:
            with pytest.raises(LimitError, match=r"items = 1 .*limits="):
                dicom.read(DATA, limits={"items": limit})
    with pytest.raises(LimitError, match="sequence_depth"):
        dicom.read(DATA, limits={"sequence_depth": 0})
    check(dicom.read(DATA))


def test_limits_that_are_none() -> None:
    for limits, message in (
        ({"itmes": 1}, "no limit is called .*itmes.* sequence_depth, items, fragments"),
        ({"items": -1}, "items is a number from 0"),
        ({"items": 1 << 64}, "items is a number from 0"),
    ):
        with pytest.raises(ValueError, match=message):
            dicom.read(DATA, limits=limits)
    for wrong in ({"items": "many"}, {1: 2}):
        with pytest.raises(TypeError):
            dicom.read(DATA, limits=wrong)  # type: ignore[arg-type]
