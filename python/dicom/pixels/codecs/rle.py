"""RLE Lossless: decoding and encoding (PS3.5 annex G)."""

from __future__ import annotations

from struct import pack

from dicom import _core
from dicom.errors import PixelError
from dicom.pixels.codecs.codestream import call_encoder, extend_sign, kernel_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.codecs.codestream import Frame
    from dicom.pixels.codecs.encode_options import EncodeOptions
    from dicom.pixels.description import FrameDescription


def decode_rle(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """RLE Lossless (PS3.5 annex G)."""
    try:
        overlong = _core.decode_rle_frame(
            frame,
            slot,
            description.rows,
            description.columns,
            description.samples_per_pixel,
            description.bits_allocated,
        )
    except ValueError as error:
        raise kernel_error(error, "RLE Lossless") from None
    if overlong:
        message = "an RLE segment decodes to more bytes than the frame has pixels; the rest is left out"
        description.note("rle-segment-overlong", message)
    extend_sign(slot, description.bits_stored if description.bits_allocated > 1 else 8, description.is_signed)
    return description.is_ybr_full


def encode_rle(frame: NDArray[Any], description: FrameDescription, options: EncodeOptions) -> bytes:
    """RLE Lossless: a segment for each byte of each sample, the most significant first, row by row (PS3.5 annex G)."""
    import imagecodecs
    import numpy as np

    options.expect_only("RLE Lossless")
    rows, columns = frame.shape[:2]
    planes = frame.astype(frame.dtype.newbyteorder(">"), copy=False).view(np.uint8).reshape(rows, columns, -1)
    count = planes.shape[-1]
    if count > 15:
        raise PixelError(f"a frame of {count} bytes a pixel; RLE Lossless takes 15 segments (PS3.5 G.3)")
    segments = []
    for number in range(count):
        plane = planes[..., number].copy()
        # The codec begins each row of an array anew, as PS3.5 G.3.1 wants it.
        segment = call_encoder("RLE Lossless", imagecodecs.packbits_encode, plane)
        segments.append(segment + b"\0" if len(segment) % 2 else segment)
    offsets = [64]
    for segment in segments[:-1]:
        offsets.append(offsets[-1] + len(segment))
    return pack("<16L", count, *offsets, *(15 - count) * (0,)) + b"".join(segments)
