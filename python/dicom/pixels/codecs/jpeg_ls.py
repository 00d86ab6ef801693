"""JPEG-LS, lossless and near-lossless: decoding and encoding (PS3.5 8.2.3, ISO/IEC 14495-1).

Frames get a closing EOI, without which the decoder can hang on a frame that was cut. JPEG-LS knows no sign: it comes
from Pixel Representation.
"""

from __future__ import annotations

from dicom.pixels.codecs.codestream import (
    call_encoder,
    check_frame,
    close_codestream,
    decode_by_planes,
    decode_into,
    expect_codestream,
    extend_sign,
    settle_bits,
    without_sign,
)
from dicom.pixels.codecs.syntaxes import JPEG_LS_LOSSLESS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.codecs.codestream import Frame
    from dicom.pixels.codecs.encode_options import EncodeOptions
    from dicom.pixels.description import FrameDescription


def decode_jpeg_ls(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """JPEG-LS, lossless and near-lossless (PS3.5 8.2.3)."""
    import imagecodecs

    header = check_frame(frame, description)
    expect_codestream(header, description, "JPEG-LS")
    # The decoder can wait for good on a frame that was cut and has no EOI.
    frame = close_codestream(frame, description)
    if header.by_planes:
        decode_by_planes("JPEG-LS", imagecodecs.jpegls_decode, frame, header, slot)
    else:
        decode_into("JPEG-LS", imagecodecs.jpegls_decode, frame, header, slot)
    bits = settle_bits(slot, header, description)
    if description.is_signed:
        extend_sign(slot, min(bits, header.bits), True)
    return description.is_ybr_full


def encode_jpeg_ls(frame: NDArray[Any], description: FrameDescription, options: EncodeOptions, threads: int) -> bytes:
    """A codestream whose samples are off by at most ``max_error``; of Bits Allocated, so that no bit is left out."""
    import imagecodecs

    if description.transfer_syntax == JPEG_LS_LOSSLESS:
        options.expect_only("JPEG-LS Lossless, which allows no error")
    else:
        options.expect_only("JPEG-LS Near-Lossless", "max_error")
    unsigned = without_sign(frame, description.bits_allocated)
    return call_encoder("JPEG-LS", imagecodecs.jpegls_encode, unsigned, level=options.max_error or 0)
