"""RLE Lossless: decoding and encoding (PS3.5 annex G)."""

from __future__ import annotations

from dicom import _core
from dicom.pixels.codecs.codestream import extend_sign, kernel_error

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


def encode_rle(frame: NDArray[Any], description: FrameDescription, options: EncodeOptions, threads: int) -> bytes:
    """RLE Lossless: a segment for each byte of each sample, the most significant first, row by row (PS3.5 annex G)."""
    options.expect_only("RLE Lossless")
    rows, columns = frame.shape[:2]
    samples = frame.shape[2] if frame.ndim == 3 else 1
    little = frame.astype(frame.dtype.newbyteorder("<"), copy=False)
    try:
        return _core.encode_rle_frame(little, rows, columns, samples, little.dtype.itemsize * 8)
    except ValueError as error:
        raise kernel_error(error, "RLE Lossless") from None
