"""Make the series of the bench: slices of one scan, a file each, in several transfer syntaxes; and an enhanced file.

In: a folder. Out: files whose slices follow each other along z, with noise as a CT has it; the same ones on each run.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from dicom.testing.encoder import EXPLICIT_LITTLE, Element, Fragments, Item, Items, encode_file, padded

from . import images

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from .images import Codec

#: Raise this when a maker changes: files of an older version are made again.
VERSION = 1
#: So many slices differ; the rest repeat them.
DISTINCT_SLICES = 20
INTERCEPT = -1024
ENHANCED_FRAMES, ENHANCED_SIZE = 1000, 256


def series(folder: Path, codec: Codec, slices: int) -> Path:
    """The folder of a series of so many slices of 512 x 512, encoded by a codec of `images.CODECS`."""
    place = folder / f"scan-{codec.name}-{slices}-v{VERSION}"
    if place.is_dir():
        return place
    frames = images.frames_of(codec._replace(frames=DISTINCT_SLICES), 0)
    encoded = [frame.tobytes() if codec.encode is None else codec.encode(frame) for frame in frames]
    part = place.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for k in range(slices):
        data = encoded[k % DISTINCT_SLICES]
        elements = [*_header(codec, images.ROWS), *_slice(k)]
        if codec.encode is None:
            elements.append(Element(0x7FE00010, "OW", data))
        else:
            elements.append(Element(0x7FE00010, "OB", Fragments((0,), (padded(data, b"\0"),))))
        # Names that don't tell the order.
        name = f"{k * 7919 % 100003:06d}.dcm"
        (part / name).write_bytes(encode_file(sorted(elements), codec.transfer_syntax))
    part.rename(place)
    return place


def enhanced(folder: Path) -> Path:
    """An Enhanced CT of 1,000 frames of 256 x 256, native."""
    path = folder / f"enhanced-v{VERSION}.dcm"
    if path.is_file():
        return path
    codec = images.codec_of("raw")
    frames = images.frames_of(codec._replace(frames=DISTINCT_SLICES), 0)[:, 128:384, 128:384]
    rescale = (_text(0x00281052, "DS", INTERCEPT), _text(0x00281053, "DS", 1), _text(0x00281054, "LO", "HU"))
    measures = (_text(0x00180050, "DS", 1.5), _text(0x00280030, "DS", 0.75, 0.75))
    shared = (
        _item(0x00209116, _text(0x00200037, "DS", 1, 0, 0, 0, 1, 0)),
        _item(0x00289110, *measures),
        _item(0x00289145, *rescale),
    )
    groups = tuple(
        Item(
            (
                _item(0x00209111, Element(0x00209157, "UL", (1, k + 1))),
                _item(0x00209113, _text(0x00200032, "DS", -190, -190, 1.5 * k)),
            )
        )
        for k in range(ENHANCED_FRAMES)
    )
    elements = [
        element
        for element in _header(codec, ENHANCED_SIZE)
        if element.tag not in (0x00080016, 0x00180050, 0x00200037, 0x00280030, 0x00281052, 0x00281053, 0x00281054)
    ]
    elements += [
        Element(0x00080016, "UI", padded(b"1.2.840.10008.5.1.4.1.1.2.1", b"\0")),
        Element(0x00080018, "UI", padded(b"1.2.3.4.5", b"\0")),
        _text(0x00280008, "IS", ENHANCED_FRAMES),
        Element(0x52009229, "SQ", Items((Item(shared),))),
        Element(0x52009230, "SQ", Items(groups)),
        Element(0x7FE00010, "OW", b"".join(frames[k % DISTINCT_SLICES].tobytes() for k in range(ENHANCED_FRAMES))),
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(encode_file(sorted(elements), EXPLICIT_LITTLE))
    part.rename(path)
    return path


def _text(tag: int, vr: str, *values: Any) -> Element:
    return Element(tag, vr, padded("\\".join(str(value) for value in values).encode()))


def _item(tag: int, *elements: Element) -> Element:
    return Element(tag, "SQ", Items((Item(tuple(elements)),)))


def _header(codec: Codec, size: int) -> list[Element]:
    """What the slices have in common, with the private elements that make up most of a scanner's header."""
    shorts = {0x00280002: 1, 0x00280010: size, 0x00280011: size, 0x00280100: codec.bits_allocated}
    shorts |= {0x00280101: codec.bits_stored, 0x00280102: codec.bits_stored - 1, 0x00280103: 0}
    private = [Element(0x00091000 + n, "LO", padded(b"private element %d" % n)) for n in range(150)]
    return [
        Element(0x00080016, "UI", padded(b"1.2.840.10008.5.1.4.1.1.2", b"\0")),
        *(Element(tag, "US", (value,)) for tag, value in shorts.items()),
        *(Element(tag, "UI", padded(b"1.2.3.%d" % tag, b"\0")) for tag in (0x0020000D, 0x0020000E, 0x00200052)),
        _text(0x00080008, "CS", "ORIGINAL", "PRIMARY", "AXIAL"),
        _text(0x00080020, "DA", "20260102"),
        _text(0x00080060, "CS", "CT"),
        Element(0x00090010, "LO", b"MADE"),
        *private,
        _text(0x00180050, "DS", 1.5),
        _text(0x00200011, "IS", 3),
        _text(0x00200037, "DS", 1, 0, 0, 0, 1, 0),
        _text(0x00280004, "CS", "MONOCHROME2"),
        _text(0x00280030, "DS", 0.75, 0.75),
        _text(0x00281052, "DS", INTERCEPT),
        _text(0x00281053, "DS", 1),
        _text(0x00281054, "LO", "HU"),
    ]


def _slice(k: int) -> list[Element]:
    return [
        Element(0x00080018, "UI", padded(b"1.2.3.4.%d" % k, b"\0")),
        _text(0x00200013, "IS", k + 1),
        _text(0x00200032, "DS", -190, -190, 1.5 * k),
    ]
