"""Rows about encoding frames, each decoded again before it counts.

In: nothing but the slices that `images` makes. Out: rows for the harness. The limit is the bare codec, which decodes
what it encoded: a frame that wasn't looked at again must not get into a file. pydicom doesn't look.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from . import images
from .harness import OF_CODEC, OURS, REFERENCE, Contender, Goal, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from .images import Codec

#: JPEG at the quality of the bench: how far a sample may be off.
JPEG_TOLERANCE = 24
FRAMES = 4


class Encoding(NamedTuple):
    """A codec to encode by; without a goal of its own it has to be as good as the bare codec."""

    name: str
    goal: Goal = Goal(of_limit=OF_CODEC)
    options: dict[str, int] = {}


ENCODINGS = (
    Encoding("rle", Goal(times_peer=1)),
    Encoding("jpegls"),
    Encoding("j2k"),
    Encoding("htj2k"),
    Encoding("lossless"),
    Encoding("jpeg", options={"quality": 90}),
    Encoding("jpegxl", options={"effort": 3}),
    Encoding("deflated-frame"),
)


def _facts(codec: Codec) -> dict[str, Any]:
    return {
        "rows": images.ROWS, "columns": images.COLUMNS, "samples_per_pixel": 1, "bits_allocated": codec.bits_allocated,
        "bits_stored": codec.bits_stored, "pixel_representation": 0, "photometric_interpretation": "MONOCHROME2",
        "number_of_frames": 1,
    }  # fmt: skip


def _ours(codec: Codec, frames: Any, options: dict[str, int]) -> Contender:
    from dicom.pixels.codecs import EncodeOptions, decoder_of, encode_frame
    from dicom.pixels.description import describe
    from dicom.pixels.options import PixelOptions

    description = describe(PixelOptions(b"", codec.transfer_syntax, _facts(codec)))

    def run() -> list[bytes]:
        return [encode_frame(frame, description, EncodeOptions(**options)) for frame in frames]

    def answer() -> Any:
        decoded = np.empty_like(frames)
        for encoded, slot in zip(run(), decoded, strict=True):
            decoder_of(codec.transfer_syntax)(encoded, description, slot, 1)
        return decoded

    return Contender(OURS, run, answer)


def _pydicom(codec: Codec, frames: Any) -> list[Contender]:
    """What pydicom does by its own choice, and with each of its plugins that encodes this."""
    from pydicom.pixels import get_decoder, get_encoder

    try:
        encoder, decoder = get_encoder(codec.transfer_syntax), get_decoder(codec.transfer_syntax)
    except NotImplementedError:
        return []
    facts = _facts(codec)

    def contender(name: str, plugin: str) -> Contender:
        def run() -> list[bytes]:
            return [encoder.encode(frame.tobytes(), index=0, encoding_plugin=plugin, **facts) for frame in frames]

        def answer() -> Any:
            from pydicom.encaps import encapsulate

            return np.stack(
                [decoder.as_array(encapsulate([encoded]), pixel_keyword="PixelData", **facts)[0] for encoded in run()]
            )

        return Contender(name, run, answer)

    # What it takes without being told is the first of them that is there.
    plugins = [plugin for plugin in encoder.available_plugins if plugin != "pydicom"]
    return [contender(REFERENCE, ""), *(contender(f"pydicom, {plugin}", plugin) for plugin in plugins)]


def _encode_row(encoding: Encoding, folder: Path) -> Row:
    codec = images.codec_of(encoding.name)
    is_lossless = codec.tolerance == 0
    frames = images.frames_of(codec._replace(frames=FRAMES), 0)
    contenders = [_ours(codec, frames, encoding.options), *_pydicom(codec, frames)]
    if codec.name != "rle":
        encode, decode = codec.encode, codec.decode
        assert encode is not None
        assert decode is not None

        def bare() -> None:
            for frame in frames:
                decode(encode(frame), np.empty_like(frame))

        contenders.append(Contender("bare codec", bare, answer=lambda: frames, is_limit=True))
    tolerance = 0 if is_lossless else JPEG_TOLERANCE

    def equal(left: Any, right: Any) -> bool:
        return bool(np.abs(left.astype(int) - right.astype(int)).max() <= tolerance)

    megabytes = frames[0].nbytes / 1e6
    title = f"encode a frame, {codec.name}"
    return Row(f"encode-{codec.name}", title, contenders, FRAMES, encoding.goal, megabytes, equal=equal)


def rows(folder: Path, *, quick: bool) -> Iterator[tuple[str, Callable[[], Row]]]:
    """Name and maker of each row."""
    for encoding in ENCODINGS:
        if not (quick and encoding.name in ("j2k", "jpegxl")):
            yield f"encode-{encoding.name}", functools.partial(_encode_row, encoding, folder)
