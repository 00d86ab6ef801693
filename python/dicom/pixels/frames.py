"""Which bytes of encapsulated pixel data are which frame.

In: the pixel data's source and description, and the Extended Offset Table where there is one. Out: for each frame the
(offset, length) of its fragments. Standard: PS3.5 A.4, PS3.3 C.7.6.3.1.8. In this order: the Extended Offset Table, the
Basic Offset Table, one frame = all fragments, one fragment a frame, and at last the end markers of the codestreams.
"""

from __future__ import annotations

from itertools import pairwise
from struct import unpack_from

from dicom.errors import PixelError
from dicom.finding import Finding
from dicom.pixels.description import FrameIndexError
from dicom.pixels.source import MAX_FRAGMENTS, scan_items

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dicom.pixels.description import DataSet, FrameDescription
    from dicom.pixels.source import PixelSource

    Ranges = list[tuple[int, int]]

_RLE_LOSSLESS = "1.2.840.10008.1.2.5"
#: EOI of JPEG and JPEG-LS and EOC of JPEG 2000 are the same two bytes; padding may follow.
_END_OF_IMAGE = b"\xff\xd9"
_TAIL_BYTES = 10


def locate_frame(source: PixelSource, description: FrameDescription, ds: DataSet, index: int) -> Ranges:
    """The fragments of one frame; with an offset table, only its own items are looked at.

    Raises
    ------
    FrameIndexError
        There is no such frame (an IndexError too).
    PixelError
        The frames can't be told apart.
    """
    offsets = _offsets(source, description, ds)
    if offsets is not None and 0 <= index < len(offsets) and len(offsets) >= description.number_of_frames:
        bounds = [*offsets, source.length]
        try:
            items = scan_items(source, bounds[index], bounds[index + 1])
        except PixelError:
            items = []  # the table points beside an item: leave it to the walk over all of them
        if items:
            return items
    frames = locate_frames(source, description, ds)
    if not 0 <= index < len(frames):
        raise FrameIndexError(f"frame {index} of {len(frames)}")
    return frames[index]


def locate_frames(source: PixelSource, description: FrameDescription, ds: DataSet) -> list[Ranges]:
    """The fragments of every frame, in order.

    There may be more frames than Number of Frames says (a finding); never fewer.

    Raises
    ------
    PixelError
        The pixel data isn't encapsulated, has no fragments, or fewer frames than declared.
    """
    items = source.fragments()
    if items is None:
        raise PixelError(
            f"the pixel data ({source.length} bytes) isn't encapsulated, but its transfer syntax "
            f"{description.transfer_syntax} asks for it",
            tag=description.tag,
        )
    fragments = items[1:]
    if not fragments:
        raise PixelError("the encapsulated pixel data has no fragments", tag=description.tag)
    frames = _by_table(_offsets(source, description, ds), fragments, description) or _by_fragments(
        source, description, fragments
    )
    if len(frames) > description.number_of_frames:
        message = (
            f"{len(frames)} frames were found, Number of Frames says {description.number_of_frames}: all are given"
        )
        description.findings.append(Finding("more-frames-than-declared", message, description.tag))
    return frames


def _offsets(source: PixelSource, description: FrameDescription, ds: DataSet) -> list[int] | None:
    """Where each frame's first item begins within the value, by the extended or the basic table; None without one."""
    header = bytes(source.read(0, 8))
    if len(header) < 8 or header[:4] != b"\xfe\xff\x00\xe0":
        return None
    table_bytes: int = unpack_from("<I", header, 4)[0]
    base = 8 + table_bytes
    extended = ds.get("ExtendedOffsetTable")
    if isinstance(extended, (bytes, bytearray, memoryview)) and len(extended) >= 8:
        count = min(len(extended) // 8, MAX_FRAGMENTS)
        offsets = unpack_from(f"<{count}Q", extended)
    elif 4 <= table_bytes <= 4 * MAX_FRAGMENTS and base <= source.length:
        offsets = unpack_from(f"<{table_bytes // 4}I", source.read(8, table_bytes))
    else:
        return None
    ascending = all(a < b for a, b in pairwise(offsets))
    if offsets[0] != 0 or not ascending or base + offsets[-1] >= source.length:
        message = "the offset table doesn't fit the fragments and is ignored"
        description.findings.append(Finding("offset-table-wrong", message, description.tag))
        return None
    return [base + offset for offset in offsets]


def _by_table(offsets: list[int] | None, fragments: Ranges, description: FrameDescription) -> list[Ranges]:
    """Frames by their first items; none when the table disagrees with the items or with Number of Frames."""
    if offsets is None or len(offsets) < description.number_of_frames:
        return []
    index_of = {offset - 8: index for index, (offset, _) in enumerate(fragments)}
    firsts = [index_of.get(offset) for offset in offsets]
    if None in firsts:
        message = "the offset table points beside the items and is ignored"
        description.findings.append(Finding("offset-table-wrong", message, description.tag))
        return []
    bounds = [*(first for first in firsts if first is not None), len(fragments)]
    return [fragments[a:b] for a, b in pairwise(bounds)]


def _by_fragments(source: PixelSource, description: FrameDescription, fragments: Ranges) -> list[Ranges]:
    wanted = description.number_of_frames
    if wanted == 1:
        return [fragments]
    if len(fragments) == wanted or (description.transfer_syntax == _RLE_LOSSLESS and len(fragments) > wanted):
        # RLE knows no end marker, and PS3.5 A.4.2 gives each of its frames one fragment.
        return [[fragment] for fragment in fragments]
    if len(fragments) < wanted:
        raise PixelError(
            f"{len(fragments)} fragments can't hold the {wanted} frames that Number of Frames declares",
            tag=description.tag,
        )
    frames: list[Ranges] = []
    current: Ranges = []
    for offset, length in fragments:
        current.append((offset, length))
        tail = min(length, _TAIL_BYTES)
        if _END_OF_IMAGE in bytes(source.read(offset + length - tail, tail)):
            frames.append(current)
            current = []
    if current:
        frames.append(current)
    if len(frames) < wanted:
        raise PixelError(
            f"{len(fragments)} fragments end {len(frames)} codestreams, Number of Frames declares {wanted}, and no "
            "offset table tells more",
            tag=description.tag,
        )
    return frames


def read_frame(source: PixelSource, ranges: Ranges) -> bytes | memoryview:
    """The bytes of one frame: its fragments joined."""
    if len(ranges) == 1:
        return source.read(*ranges[0])
    return b"".join(source.read(offset, length) for offset, length in ranges)
