"""Encode frames: each is decoded again before it is given.

In: one frame as an array, and a transfer syntax. Out: its codestream. Standard: PS3.5 8.2.2 to 8.2.4, annex G.

A lossless codestream is given only when our decoder makes the same frame of it, a near-lossless one only when no sample
is further off than was allowed; so no error of a codec, and no sample beyond Bits Stored, gets into a file.
"""

from __future__ import annotations

from dicom.errors import CodecError
from dicom.pixels.codecs.codestream import within_precision
from dicom.pixels.codecs.decoders import decoder_of
from dicom.pixels.codecs.jpeg_2000 import encode_jpeg_2000, encode_lossy_jpeg_2000
from dicom.pixels.codecs.jpeg_ls import allowed_error, encode_jpeg_ls
from dicom.pixels.codecs.profiles import expect_encoded
from dicom.pixels.codecs.rle import encode_rle
from dicom.pixels.codecs.syntaxes import (
    JPEG_2000,
    JPEG_LS_LOSSLESS,
    JPEG_LS_NEAR_LOSSLESS,
    RLE_LOSSLESS,
    codec_name,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.description import FrameDescription

#: Those that may change the samples, and what Lossy Image Compression Method (0028,2114) says of them.
LOSSY_METHODS = {JPEG_LS_NEAR_LOSSLESS: "ISO_14495_1", JPEG_2000: "ISO_15444_1"}


def encode_frame(
    frame: NDArray[Any],
    description: FrameDescription,
    *,
    jls_error: int | None = None,
    j2k_cr: Sequence[float] | None = None,
    j2k_psnr: Sequence[float] | None = None,
) -> bytes:
    """The codestream of one frame.

    Parameters
    ----------
    frame : ndarray, shape (rows, columns) or (rows, columns, 3)
        Samples; RGB for YBR_RCT and YBR_ICT, whose transformation is the codec's.
    description : FrameDescription
        What the frame is, and its transfer syntax.
    jls_error : int, optional
        JPEG-LS Near-Lossless: how far a sample may be off; 0 when not given.
    j2k_cr : sequence of float, optional
        JPEG 2000: compression ratios. One quality layer is made, of the last of them.
    j2k_psnr : sequence of float, optional
        JPEG 2000: peak signal-to-noise ratios, dB. One quality layer is made, of the last of them.

    Returns
    -------
    bytes

    Raises
    ------
    TransferSyntaxError
        The transfer syntax is none that frames are encoded in.
    PixelError
        Options that are missing, contradict each other or aren't allowed.
    CodecError
        The codec refuses the frame, or the codestream doesn't give it back.
    """
    import copy

    import numpy as np

    syntax = description.transfer_syntax
    expect_encoded(syntax)
    frame = np.ascontiguousarray(frame, dtype=frame.dtype.newbyteorder("="))
    error = 0
    # RLE and JPEG-LS keep what lies above Bits Stored; JPEG 2000 has a precision, and what it can't hold is refused.
    whole = copy.copy(description)
    whole.bits_stored = description.bits_allocated
    if syntax == RLE_LOSSLESS:
        encoded = encode_rle(frame)
    elif syntax in (JPEG_LS_LOSSLESS, JPEG_LS_NEAR_LOSSLESS):
        error = allowed_error(syntax, jls_error)
        encoded = encode_jpeg_ls(frame, error)
    else:
        frame = within_precision(frame, description)
        if syntax == JPEG_2000:
            encoded = encode_lossy_jpeg_2000(frame, description, j2k_cr, j2k_psnr)
            _decode_again(encoded, description)
            return encoded
        encoded = encode_jpeg_2000(frame, description, is_reversible=True)
        whole = description
    decoded = _decode_again(encoded, whole)
    if error == 0:
        is_same = np.array_equal(decoded, frame)
    else:
        is_same = bool(np.max(np.abs(decoded.astype(np.int64) - frame.astype(np.int64))) <= error)
    if not is_same:
        raise CodecError(f"{codec_name(syntax)}: the codestream doesn't give the frame back", tag=description.tag)
    return encoded


def _decode_again(encoded: bytes, description: FrameDescription) -> NDArray[Any]:
    import numpy as np

    decoded = np.empty(description.frame_shape, np.dtype(description.dtype).newbyteorder("="))
    decoder_of(description.transfer_syntax)(encoded, description, decoded, 1)
    return decoded
