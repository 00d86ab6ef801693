"""``pydicom.encaps``: encapsulated pixel data put together and taken apart.

The work is done in `dicom.pixels.encapsulation` and `dicom.pixels.fragments`; here stand the functions of before
pydicom 3, which warn that they are deprecated. Standard: PS3.5 A.4.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from dicom.pixels.encapsulation import (
    EncapsulatedBuffer,
    encapsulate,
    encapsulate_buffer,
    encapsulate_extended,
    encapsulate_extended_buffer,
    fragment_frame,
    itemize_fragment,
    itemize_frame,
)
from dicom.pixels.encapsulation import Item as _BufferedItem
from dicom.pixels.fragments import (
    generate_fragmented_frames,
    generate_fragments,
    generate_frames,
    get_frame,
    parse_basic_offsets,
    parse_fragments,
)
from dicom.pixels.fragments import read_item as _read_one_item

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

__all__ = [
    "EncapsulatedBuffer",
    "_BufferedItem",
    "encapsulate",
    "encapsulate_buffer",
    "encapsulate_extended",
    "encapsulate_extended_buffer",
    "fragment_frame",
    "generate_fragmented_frames",
    "generate_fragments",
    "generate_frames",
    "get_frame",
    "itemize_fragment",
    "itemize_frame",
    "parse_basic_offsets",
    "parse_fragments",
]


def _get_frame_offsets(fp: Any) -> tuple[bool, list[int]]:
    """Whether the Basic Offset Table has entries, and the entries, [0] when it has none."""
    _expect_little_endian(fp)
    offsets = parse_basic_offsets(fp)
    return bool(offsets), offsets or [0]


def _get_nr_fragments(fp: Any) -> int:
    """How many fragments follow."""
    _expect_little_endian(fp)
    return parse_fragments(fp)[0]


def _generate_pixel_data_fragment(fp: Any) -> Iterator[bytes]:
    """The fragments that follow."""
    _expect_little_endian(fp)
    yield from generate_fragments(fp)


def _generate_pixel_data_frame(bytestream: bytes, nr_frames: int | None = None) -> Iterator[bytes]:
    """The frames of an encapsulated value."""
    yield from generate_frames(bytestream, number_of_frames=nr_frames)


def _generate_pixel_data(bytestream: bytes, nr_frames: int | None = None) -> Iterator[tuple[bytes, ...]]:
    """The frames of an encapsulated value, each as its fragments."""
    yield from generate_fragmented_frames(bytestream, number_of_frames=nr_frames)


def _decode_data_sequence(data: bytes) -> list[bytes]:
    """All fragments of an encapsulated value."""
    fp = BytesIO(data)
    parse_basic_offsets(fp)
    return list(generate_fragments(fp))


def _defragment_data(data: bytes) -> bytes:
    """All fragments of an encapsulated value, joined."""
    return b"".join(_decode_data_sequence(data))


def _read_item(fp: Any) -> bytes | None:
    """The content of the item that begins here; None at the end of the data."""
    _expect_little_endian(fp)
    return _read_one_item(fp)


def _expect_little_endian(fp: Any) -> None:
    # Encapsulated pixel data is little endian always (PS3.5 A.4).
    if not getattr(fp, "is_little_endian", True):
        raise ValueError("'fp.is_little_endian' has to be True")


_FORMER = {
    "get_frame_offsets": _get_frame_offsets,
    "get_nr_fragments": _get_nr_fragments,
    "generate_pixel_data_fragment": _generate_pixel_data_fragment,
    "generate_pixel_data_frame": _generate_pixel_data_frame,
    "generate_pixel_data": _generate_pixel_data,
    "decode_data_sequence": _decode_data_sequence,
    "defragment_data": _defragment_data,
    "read_item": _read_item,
}


def __getattr__(name: str) -> Any:
    if name in _FORMER:
        import warnings

        warnings.warn(f"{name} is deprecated and will be removed in v4.0", DeprecationWarning, stacklevel=2)
        return _FORMER[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
