"""Encapsulated pixel data is put together and taken apart as pydicom does, and hostile items end in a typed error."""

from __future__ import annotations

import io
import struct
import warnings
from typing import Any

import pydicom.encaps as theirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dicom.compat.encaps as ours
from dicom.errors import LimitError, PixelError

ITEM = b"\xfe\xff\x00\xe0"
DELIMITER = b"\xfe\xff\xdd\xe0\0\0\0\0"


def item(content: bytes) -> bytes:
    return ITEM + struct.pack("<I", len(content)) + content


def table(*offsets: int) -> bytes:
    return item(struct.pack(f"<{len(offsets)}I", *offsets))


TWO = item(b"ab") + item(b"cd")
THREE = item(b"ab") + item(b"c\xff\xd9\0") + item(b"ef\xff\xd9")


def outcome(module: Any, name: str, *arguments: Any, **options: Any) -> tuple[Any, list[type]]:
    """What a function gives, iterators as lists, errors as the builtin that both raise; and the classes of warnings."""
    with warnings.catch_warnings(record=True) as met:
        warnings.simplefilter("always")
        try:
            result = getattr(module, name)(*arguments, **options)
            result = result if isinstance(result, (bytes, tuple, list)) else list(result)
        except (ValueError, struct.error):
            result = ValueError
    return result, [warning.category for warning in met]


CASES: dict[str, tuple[Any, ...]] = {
    "empty table": ("parse_basic_offsets", item(b"") + TWO),
    "table": ("parse_basic_offsets", table(0, 10) + TWO),
    "table of 5 bytes": ("parse_basic_offsets", item(b"\0" * 5) + TWO),
    "no table": ("parse_basic_offsets", DELIMITER),
    "nothing": ("parse_basic_offsets", b""),
    "table longer than the data": ("parse_basic_offsets", ITEM + b"\x40\0\0\0\0\0\0\0"),
    "fragments": ("parse_fragments", TWO + DELIMITER + b"zz"),
    "fragments without delimiter": ("parse_fragments", TWO),
    "no item": ("parse_fragments", item(b"ab") + b"\1\2\3\4\0\0\0\0"),
    "three bytes left over": ("parse_fragments", item(b"ab") + b"\1\2\3"),
    "undefined length": ("parse_fragments", item(b"ab") + ITEM + b"\xff\xff\xff\xffabcd"),
    "header cut": ("parse_fragments", item(b"ab") + ITEM + b"\x40\0"),
    "fragment cut": ("generate_fragments", item(b"ab") + ITEM + b"\x40\0\0\0abcd"),
    "generated": ("generate_fragments", TWO + DELIMITER),
    "one frame": ("generate_fragmented_frames", item(b"") + item(b"ab")),
    "two fragments, no count": ("generate_fragmented_frames", item(b"") + TWO),
    "one frame of two": ("generate_fragmented_frames", item(b"") + TWO, {"number_of_frames": 1}),
    "two frames": ("generate_fragmented_frames", item(b"") + TWO, {"number_of_frames": 2}),
    "too few fragments": ("generate_fragmented_frames", item(b"") + TWO, {"number_of_frames": 3}),
    "end markers": ("generate_fragmented_frames", item(b"") + THREE, {"number_of_frames": 2}),
    "a frame without end": ("generate_fragmented_frames", item(b"") + THREE + TWO, {"number_of_frames": 3}),
    "no end marker": ("generate_frames", item(b"") + TWO + TWO, {"number_of_frames": 2}),
    "by table": ("generate_fragmented_frames", table(0, 22) + THREE),
    "table beside an item": ("generate_fragmented_frames", table(0, 15) + TWO + TWO),
    "table beyond the end": ("generate_fragmented_frames", table(0, 10, 200) + TWO + TWO),
    "extended": ("generate_frames", item(b"") + item(b"abcd") + TWO, {"extended_offsets": ([0, 12], [3, 2])}),
    "extended, bytes": (
        "generate_frames",
        item(b"") + TWO,
        {"extended_offsets": (struct.pack("<2Q", 0, 10), struct.pack("<2Q", 2, 2))},
    ),
    "extended, length too long": ("generate_frames", item(b"") + item(b"ab"), {"extended_offsets": ([0], [2000])}),
    **{
        f"frame {index} {what}": ("get_frame", data, index, options)
        for index in (0, 1, 2)
        for what, data, options in [
            ("of two", item(b"") + TWO, {"number_of_frames": 2}),
            ("of one", item(b"") + TWO, {"number_of_frames": 1}),
            ("uncounted", item(b"") + TWO, {}),
            ("by table", table(0, 22) + THREE, {}),
            ("by end marker", item(b"") + THREE, {"number_of_frames": 2}),
            ("of too few", item(b"") + TWO, {"number_of_frames": 3}),
            ("extended", item(b"") + TWO, {"extended_offsets": ([0, 10], [2, 2])}),
        ]
    },
    **{
        f"{len(frame)} bytes in {count}": ("itemize_frame", frame, count)
        for frame in (b"abcde", b"abcdef", b"0123456789", b"0123456789abcdefg")
        for count in (1, 2, 3, 4, 5)
    },
    "encapsulated": ("encapsulate", [b"ab", b"cde"]),
    "in fragments": ("encapsulate", [b"abcd", b"cde"], 2),
    "without table": ("encapsulate", [b"ab", b"cde"], 1, False),
    "no frames": ("encapsulate", []),
    "with extended table": ("encapsulate_extended", [b"ab", b"cde", b"f"]),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_it_gives_what_pydicom_gives(case: tuple[Any, ...]) -> None:
    name, *arguments = case
    options = arguments.pop() if isinstance(arguments[-1], dict) else {}
    assert outcome(ours, name, *arguments, **options) == outcome(theirs, name, *arguments, **options)


def test_every_fragment_has_an_even_length_and_at_least_two_bytes() -> None:
    for length in range(1, 40):
        for count in range(1, (length + 1) // 2 + 1):
            fragments = list(ours.fragment_frame(bytes(range(length)), count))
            assert len(fragments) == count
            assert all(len(fragment) >= 2 and len(fragment) % 2 == 0 for fragment in fragments)
            assert b"".join(fragments).ljust(length + length % 2, b"\0") == bytes(range(length)) + b"\0" * (length % 2)


def test_a_stream_is_read_from_where_it_stands_and_put_back() -> None:
    stream = io.BytesIO(b"xx" + item(b"") + TWO)
    stream.seek(2)
    assert ours.get_frame(stream, 1, number_of_frames=2) == b"cd"
    assert stream.tell() == 2
    assert ours.parse_basic_offsets(stream) == []
    assert stream.tell() == 10
    assert ours.parse_fragments(stream) == (2, [10, 20])
    assert stream.tell() == 10


def test_an_extended_table_that_points_beyond_the_data_is_an_error() -> None:
    # pydicom gives an empty frame.
    with pytest.raises(PixelError, match="beyond the pixel data"):
        list(ours.generate_frames(item(b"") + TWO, extended_offsets=([0, 100], [2, 2])))


def test_offsets_without_lengths_are_an_error() -> None:
    # pydicom gives fewer frames.
    with pytest.raises(PixelError, match="2 offsets in the Extended Offset Table, 1 lengths"):
        list(ours.generate_frames(item(b"") + TWO, extended_offsets=([0, 10], [2])))


def test_no_more_is_read_than_the_source_has() -> None:
    asked = []

    class Stream(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            asked.append(size)
            return super().read(size)

    assert list(ours.generate_fragments(Stream(ITEM + b"\xf0\xff\xff\xffabcd"))) == [b"abcd"]
    assert all(size is not None and 0 <= size <= 12 for size in asked)


def test_a_million_empty_items_are_too_many() -> None:
    with pytest.raises(LimitError, match="1048576 fragments"):
        ours.parse_fragments(item(b"") * (2**20 + 1))


@pytest.mark.parametrize("has_bot", [True, False])
def test_a_stream_of_streams_holds_what_the_bytes_would(has_bot: bool) -> None:
    frames = [b"ab", b"cde", b"", b"f" * 1001]
    buffer = ours.encapsulate_buffer([io.BytesIO(frame) for frame in frames], has_bot)
    reference = theirs.encapsulate_buffer([io.BytesIO(frame) for frame in frames], has_bot)
    whole = reference.read(None)
    for size in (1, 3, 7, 8, 9, 1000, None):
        buffer.seek(0)
        pieces = []
        while piece := buffer.read(size):
            pieces.append(piece)
        assert b"".join(pieces) == whole
    for name in (
        "basic_offset_table",
        "encapsulated_length",
        "lengths",
        "offsets",
        "extended_lengths",
        "extended_offsets",
        "closed",
    ):
        assert getattr(buffer, name) == getattr(reference, name), name
    for place in ((5, 0), (2, 1), (-1, 2), (-5000, 1), (5000, 0), (1, 2)):
        assert (buffer.seek(*place), buffer.read(2)) == (reference.seek(*place), reference.read(2))
    assert buffer.readable()
    assert buffer.seekable()
    assert not buffer.writable()
    # pydicom's read(-1) leaves out the last byte.
    assert buffer.seek(0) == 0
    assert buffer.read(-1) == whole


def test_the_stream_knows_when_a_frame_s_stream_is_closed() -> None:
    frame = io.BytesIO(b"ab")
    buffer = ours.encapsulate_buffer([frame])
    assert not buffer.closed
    frame.close()
    assert buffer.closed


class _Sized(io.BytesIO):
    """A stream that says it is longer than it is."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self.size if whence == 2 else super().seek(offset, whence)


def test_frames_beyond_the_basic_offset_table_need_the_extended_one() -> None:
    large = _Sized(2**31)
    with pytest.raises(PixelError, match="Extended Offset Table"):
        ours.encapsulate_buffer([large, large, io.BytesIO(b"a")])
    _, offsets, lengths = ours.encapsulate_extended_buffer([large, large, io.BytesIO(b"a")])
    assert struct.unpack("<3Q", offsets) == (0, 2**31 + 8, 2**32 + 16)
    assert struct.unpack("<3Q", lengths) == (2**31, 2**31, 2)
    with pytest.raises(PixelError, match="an item takes"):
        ours.encapsulate_extended_buffer([_Sized(2**32)])


def test_a_stream_that_shrank_is_an_error() -> None:
    frame = io.BytesIO(b"abcd")
    buffer = ours.encapsulate_buffer([frame])
    frame.truncate(2)
    with pytest.raises(PixelError, match="fewer bytes"):
        buffer.read(None)


def test_only_buffered_streams_are_taken() -> None:
    with pytest.raises(TypeError, match="not bytes"):
        ours.encapsulate_buffer([b"ab"])


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("get_frame_offsets", table(0, 10), (True, [0, 10])),
        ("get_frame_offsets", item(b""), (False, [0])),
        ("get_nr_fragments", TWO, 2),
        ("read_item", TWO, b"ab"),
        ("decode_data_sequence", item(b"") + TWO + DELIMITER, [b"ab", b"cd"]),
        ("defragment_data", item(b"") + TWO + DELIMITER, b"abcd"),
    ],
)
def test_a_function_of_before_warns_and_works(name: str, data: bytes, expected: Any) -> None:
    argument = io.BytesIO(data) if name in ("get_frame_offsets", "get_nr_fragments", "read_item") else data
    with pytest.warns(DeprecationWarning, match=name):
        function = getattr(ours, name)
    assert function(argument) == expected


@pytest.mark.filterwarnings("ignore")
@given(
    st.lists(
        st.one_of(
            st.just(ITEM),
            st.just(DELIMITER),
            st.integers(0, 30).map(lambda n: struct.pack("<I", n)),
            st.binary(max_size=9),
        )
    )
)
def test_whatever_the_bytes_are_the_end_is_a_frame_or_a_typed_error(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    for number in (None, 1, 2):
        for table in (None, ([0, 8], [3, 2**63])):
            options = {"number_of_frames": number, "extended_offsets": table}
            for name, arguments in (("generate_frames", (data,)), ("get_frame", (data, 1))):
                try:
                    result = getattr(ours, name)(*arguments, **options)
                    frame = result if isinstance(result, bytes) else b"".join(result)
                except (PixelError, LimitError):
                    continue
                assert len(frame) <= len(data)
