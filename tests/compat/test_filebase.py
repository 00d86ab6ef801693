"""``pydicom.filebase``: streams that know their encoding, compared with pydicom's."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pydicom.filebase
import pytest

from dicom.compat import filebase
from dicom.tag import Tag
from tests.compat.oracle import outcome

ENCODED = b"\x10\0\x20\0\1\0\2\0\0\0abc"


@pytest.mark.parametrize("little_endian", [True, False])
def test_numbers_are_read_as_in_pydicom(little_endian: bool) -> None:
    def read(library: Any) -> Any:
        fp = library.DicomBytesIO(ENCODED)
        fp.is_little_endian = little_endian
        return fp.read_tag(), fp.read_US(), fp.read_UL(), fp.tell(), fp.read_exact(2), fp.read(5), fp.tell()

    assert outcome(read, filebase) == outcome(read, pydicom.filebase)


@pytest.mark.parametrize("little_endian", [True, False])
def test_numbers_are_written_as_in_pydicom(little_endian: bool) -> None:
    def write(library: Any) -> Any:
        fp = library.DicomBytesIO()
        fp.is_little_endian = little_endian
        fp.write_tag(Tag(0x00100020))
        fp.write_US(1)
        fp.write_UL(2)
        count = fp.write(b"ab")
        fp.seek(-1, 2)
        return count, fp.read(), fp.getvalue(), fp.parent.getvalue()

    assert outcome(write, filebase) == outcome(write, pydicom.filebase)


def test_a_tag_is_a_pair_of_numbers() -> None:
    fp = filebase.DicomBytesIO(ENCODED)
    fp.is_little_endian = True
    tag = fp.read_tag()
    assert tag == (0x0010, 0x0020)
    assert type(tag) is tuple


def test_the_end_of_the_stream_is_an_error() -> None:
    fp = filebase.DicomBytesIO(b"\1")
    fp.is_little_endian = True
    for read in (fp.read_US, fp.read_UL, fp.read_tag, lambda: fp.read_exact(2)):
        fp.seek(0)
        with pytest.raises(EOFError, match="offset 0"):
            read()


def test_a_stream_that_gives_less_than_asked_for_is_asked_again() -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(1)

    assert filebase.DicomIO(Slow(b"abc")).read_exact(3) == b"abc"


@pytest.mark.parametrize("name", ["is_implicit_VR", "is_little_endian"])
def test_an_encoding_is_set_before_it_is_asked_for(name: str) -> None:
    fp = filebase.DicomBytesIO()
    with pytest.raises(AttributeError, match="not been set"):
        getattr(fp, name)
    for wrong in (None, 1, "x"):
        with pytest.raises(TypeError, match="bool"):
            setattr(fp, name, wrong)
    setattr(fp, name, False)
    assert getattr(fp, name) is False


@pytest.mark.parametrize("wrong", [None, 3, "a", b"ab", object()])
def test_what_has_no_position_is_refused_as_in_pydicom(wrong: Any) -> None:
    assert outcome(filebase.DicomIO, wrong) == outcome(pydicom.filebase.DicomIO, wrong)


def test_a_stream_that_can_only_be_read_refuses_to_be_written() -> None:
    class ReadOnly:
        def read(self, size: int = -1, /) -> bytes:
            return b"a"

        def seek(self, offset: int, whence: int = 0, /) -> int:
            return 0

        def tell(self) -> int:
            return 0

    fp = filebase.DicomFileLike(ReadOnly())
    assert fp.read(1) == b"a"
    with pytest.raises(TypeError, match="write"):
        fp.write(b"a")
    fp.close()
    assert fp.name is None


def test_a_file_is_closed_at_the_end_of_its_block(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    with filebase.DicomFile(str(path), "rb") as fp:
        assert isinstance(fp, filebase.DicomFileLike)
        assert fp.name == str(path)
        assert fp.read() == b"abc"
    assert fp.parent.closed  # type: ignore[union-attr]
    with pytest.raises(FileNotFoundError):
        filebase.DicomFile(tmp_path / "none", "rb")


def test_the_protocols_name_the_methods_of_pydicoms() -> None:
    for name in ("ReadableBuffer", "WriteableBuffer"):
        ours, theirs = getattr(filebase, name), getattr(pydicom.filebase, name)
        methods = {method for method in vars(theirs) if not method.startswith("_")}
        assert methods == {method for method in vars(ours) if not method.startswith("_")}
