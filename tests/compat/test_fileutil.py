"""``pydicom.fileutil``: what is found and read in streams is what pydicom finds and reads."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pydicom.fileutil
import pydicom.tag
import pytest

from dicom.compat import fileutil
from dicom.tag import ItemDelimiterTag, SequenceDelimiterTag
from tests.compat.oracle import outcome

ITEM, DELIMITER = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0\0\0\0\0"
PLAIN = b"ab" * 70 + DELIMITER + b"T"
# A fragment that holds the delimiter's tag.
FRAGMENTS = ITEM + b"\0\0\0\0" + ITEM + b"\4\0\0\0\xfe\xff\xdd\xe0" + DELIMITER + b"T"
END = pydicom.tag.Tag(0xFFFEE0DD)


def both(call: Callable[[Any, io.BytesIO], Any], content: bytes, at: int = 0) -> list[Any]:
    results = []
    for library in (fileutil, pydicom.fileutil):
        stream = io.BytesIO(content)
        stream.seek(at)
        results.append((outcome(call, library, stream), stream.tell()))
    return results


@pytest.mark.parametrize("content", [DELIMITER + b"X", b"\xfe\xff\x0d\xe0\0\0\0\0", DELIMITER[:4] + b"\1\0\0\0"])
def test_a_delimiter_is_passed_as_in_pydicom(content: bytes) -> None:
    ours, theirs = both(lambda library, fp: library.absorb_delimiter_item(fp, True, END), content)
    assert (ours[0][0], ours[1]) == (theirs[0][0], theirs[1])


def test_a_delimiter_that_was_cut_off_is_an_error() -> None:
    with pytest.raises(EOFError, match="8 bytes"):
        fileutil.absorb_delimiter_item(io.BytesIO(b"\xfe"), True, SequenceDelimiterTag)


@pytest.mark.parametrize("rewind", [True, False])
@pytest.mark.parametrize("read_size", [1, 2, 7, 128, 8192])
@pytest.mark.parametrize("content", [PLAIN, b"ab", b"", b"\xfe\xff\xdd", b"\xfe" * 9 + DELIMITER])
def test_bytes_are_found_where_pydicom_finds_them(content: bytes, read_size: int, rewind: bool) -> None:
    # Below the length of what is looked for, pydicom's search doesn't come to an end.
    if read_size < 4:
        expected = content.find(DELIMITER[:4])
        stream = io.BytesIO(content)
        found = fileutil.find_delimiter(stream, SequenceDelimiterTag, True, read_size, rewind)
        assert found == (None if expected < 0 else expected)
        return
    for name in ("find_delimiter", "length_of_undefined_length"):
        ours, theirs = both(
            lambda library, fp: getattr(library, name)(fp, END, True, read_size, rewind),  # noqa: B023
            content,
            at=1,
        )
        assert ours[0] == theirs[0]
        if rewind:
            assert ours[1] == 1
    ours, theirs = both(lambda library, fp: library.find_bytes(fp, b"ab", read_size, rewind), content)
    assert ours[0] == theirs[0]


def test_a_search_that_does_not_rewind_ends_after_what_it_found() -> None:
    stream = io.BytesIO(PLAIN)
    assert fileutil.find_delimiter(stream, SequenceDelimiterTag, True, rewind=False) == 140
    assert stream.tell() == 144
    assert fileutil.find_delimiter(stream, ItemDelimiterTag, True, rewind=False) is None
    assert stream.read() == b""


@pytest.mark.parametrize("content", [PLAIN, FRAGMENTS, b"abc", FRAGMENTS[:-6]])
@pytest.mark.parametrize("defer_size", [None, 10, "1 KB"])
def test_a_value_of_undefined_length_is_read_as_in_pydicom(content: bytes, defer_size: Any) -> None:
    ours, theirs = both(lambda library, fp: library.read_undefined_length_value(fp, True, END, defer_size), content)
    assert ours == theirs


@pytest.mark.parametrize("content", [FRAGMENTS, b"abcd", ITEM + b"\xff\xff\xff\xff", ITEM + b"\xff\xff\xff\x0f"])
def test_fragments_are_told_from_other_values_as_in_pydicom(content: bytes) -> None:
    ours, theirs = both(lambda library, fp: library._try_read_encapsulated_pixel_data(fp, True, None), content)
    assert ours == theirs


def test_a_big_endian_delimiter_is_found() -> None:
    content = b"abc\xff\xfe\xe0\xdd\0\0\0\0"
    assert fileutil.read_undefined_length_value(io.BytesIO(content), False, SequenceDelimiterTag) == b"abc"


@pytest.mark.parametrize("chunk_size", [None, 1, 2, 100, 0, -1])
def test_a_stream_is_read_in_the_chunks_of_pydicom(chunk_size: int | None) -> None:
    ours, theirs = both(lambda library, fp: list(library.read_buffer(fp, chunk_size=chunk_size)), b"abcdef", at=1)
    assert ours == theirs


@pytest.mark.parametrize("name", ["buffer_length", "buffer_remaining"])
def test_a_stream_has_the_length_that_it_has_in_pydicom(name: str) -> None:
    ours, theirs = both(lambda library, fp: getattr(library, name)(fp), b"abcdef", at=2)
    assert ours == theirs
    assert ours[1] == 2


@pytest.mark.parametrize("other", [b"abc", b"abd", b"ab", bytearray(b"abc"), "abc", None])
def test_a_stream_equals_bytes_as_in_pydicom(other: Any) -> None:
    ours, theirs = both(lambda library, fp: library.buffer_equality(fp, other), b"abc", at=1)
    assert ours == theirs


def test_a_stream_equals_a_stream_of_the_same_bytes() -> None:
    big = bytes(range(256)) * 100
    first, second = io.BytesIO(big), io.BytesIO(big)
    second.seek(5)
    assert fileutil.buffer_equality(first, second)
    assert second.tell() == 5
    assert not fileutil.buffer_equality(first, io.BytesIO(big[:-1] + b"\1"))
    assert not fileutil.buffer_equality(first, io.BytesIO(big[:-1]))


def test_a_position_is_put_back_after_an_error() -> None:
    stream = io.BytesIO(b"abcdef")
    stream.seek(3)

    def read_and_fail() -> None:
        with fileutil.reset_buffer_position(stream) as position:
            stream.read()
            raise KeyError(position)

    with pytest.raises(KeyError, match="3"):
        read_and_fail()
    assert stream.tell() == 3


def test_what_can_be_no_value_is_refused_as_in_pydicom(tmp_path: Path) -> None:
    closed = io.BytesIO()
    closed.close()
    with open(tmp_path / "a", "wb") as writable:
        for wrong in (b"a", "a", None, io.StringIO("a"), closed, writable):
            assert outcome(fileutil.check_buffer, wrong) == outcome(pydicom.fileutil.check_buffer, wrong)
    fileutil.check_buffer(io.BytesIO())


@pytest.mark.parametrize("given", ["a", b"a", Path("a"), None, 3])
def test_a_path_is_text_as_in_pydicom(given: Any) -> None:
    assert fileutil.path_from_pathlike(given) == pydicom.fileutil.path_from_pathlike(given)
