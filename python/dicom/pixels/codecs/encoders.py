"""Encode frames: each is decoded again before it is given.

In: one frame as an array, and a transfer syntax. Out: its codestream. Standard: PS3.5 8.2, annex A.4 and G.

A lossless codestream is given only when our decoder makes the same frame of it, a near-lossless one only when no sample
is further off than was allowed; so no error of a codec, and no sample beyond Bits Stored, gets into a file.
"""

from __future__ import annotations

from dicom.errors import CodecError
from dicom.pixels.codecs.codestream import within_precision
from dicom.pixels.codecs.decoders import decoder_of
from dicom.pixels.codecs.deflated import encode_deflated
from dicom.pixels.codecs.encode_options import EncodeOptions
from dicom.pixels.codecs.jpeg import encode_jpeg, encode_lossless_jpeg
from dicom.pixels.codecs.jpeg_2000 import encode_htj2k, encode_jpeg_2000
from dicom.pixels.codecs.jpeg_ls import encode_jpeg_ls
from dicom.pixels.codecs.jpeg_xl import encode_jpeg_xl, encode_recompressed_jpeg
from dicom.pixels.codecs.profiles import expect_encoded
from dicom.pixels.codecs.rle import encode_rle
from dicom.pixels.codecs.syntaxes import (
    DEFLATED_FRAME,
    ENCAPSULATED_UNCOMPRESSED,
    HTJ2K,
    HTJ2K_LOSSLESS,
    HTJ2K_LOSSLESS_RPCL,
    JPEG_2000,
    JPEG_2000_LOSSLESS,
    JPEG_BASELINE,
    JPEG_EXTENDED,
    JPEG_LOSSLESS,
    JPEG_LOSSLESS_SV1,
    JPEG_LS_LOSSLESS,
    JPEG_LS_NEAR_LOSSLESS,
    JPEG_XL,
    JPEG_XL_LOSSLESS,
    JPEG_XL_RECOMPRESSION,
    RLE_LOSSLESS,
    SYNTAXES,
    codec_name,
)
from dicom.pixels.codecs.uncompressed import encode_uncompressed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.description import FrameDescription

    Encoder = Callable[[NDArray[Any], FrameDescription, EncodeOptions, int], bytes]

#: Transfer Syntax UID -> encoder.
ENCODERS: dict[str, Encoder] = {
    ENCAPSULATED_UNCOMPRESSED: encode_uncompressed,
    JPEG_BASELINE: encode_jpeg,
    JPEG_EXTENDED: encode_jpeg,
    JPEG_LOSSLESS: encode_lossless_jpeg,
    JPEG_LOSSLESS_SV1: encode_lossless_jpeg,
    JPEG_LS_LOSSLESS: encode_jpeg_ls,
    JPEG_LS_NEAR_LOSSLESS: encode_jpeg_ls,
    JPEG_2000_LOSSLESS: encode_jpeg_2000,
    JPEG_2000: encode_jpeg_2000,
    JPEG_XL_LOSSLESS: encode_jpeg_xl,
    JPEG_XL_RECOMPRESSION: encode_recompressed_jpeg,
    JPEG_XL: encode_jpeg_xl,
    HTJ2K_LOSSLESS: encode_htj2k,
    HTJ2K_LOSSLESS_RPCL: encode_htj2k,
    HTJ2K: encode_htj2k,
    RLE_LOSSLESS: encode_rle,
    DEFLATED_FRAME: encode_deflated,
}
#: These keep what lies above Bits Stored; the others have a precision, and what it can't hold is refused.
_KEEP_ALL_BITS = (
    RLE_LOSSLESS,
    JPEG_LS_LOSSLESS,
    JPEG_LS_NEAR_LOSSLESS,
    DEFLATED_FRAME,
    ENCAPSULATED_UNCOMPRESSED,
)


def encode_frame(
    frame: NDArray[Any], description: FrameDescription, options: EncodeOptions | None = None, *, threads: int = 1
) -> bytes:
    """The codestream of one frame.

    Parameters
    ----------
    frame : ndarray, shape (rows, columns) or (rows, columns, 3)
        Samples, as Photometric Interpretation says; but RGB for YBR_RCT, YBR_ICT, XYB and JPEG's YBR_FULL_422, whose
        transformation is the codec's. One sample of 1 bit takes an element of its own.
    description : FrameDescription
        What the frame is, and its transfer syntax.
    options : EncodeOptions, optional
        How it is encoded; a transfer syntax that loses samples needs to be told how much.
    threads : int
        Threads that the codec may use for this frame, and for decoding it again: JPEG 2000 and JPEG XL.

    Returns
    -------
    bytes

    Raises
    ------
    TransferSyntaxError
        The transfer syntax is none that frames are encoded in.
    PixelError
        Options that are missing or that the codec doesn't take.
    CodecError
        The codec refuses the frame, or the codestream doesn't give it back.
    """
    import copy

    import numpy as np

    syntax = description.transfer_syntax
    expect_encoded(syntax)
    options = EncodeOptions() if options is None else options
    frame = np.ascontiguousarray(frame, dtype=frame.dtype.newbyteorder("="))
    # What decoding it again finds is not the caller's affair.
    whole = copy.copy(description)
    whole.findings = []
    if syntax in _KEEP_ALL_BITS:
        whole.bits_stored = description.bits_allocated
    else:
        frame = within_precision(frame, description)
    encoded = ENCODERS[syntax](frame, description, options, threads)
    decoded = np.empty(description.frame_shape, np.dtype(description.dtype).newbyteorder("="))
    decoder_of(syntax)(encoded, whole, decoded, threads)
    if not _is_kept(frame, decoded, syntax, options):
        raise CodecError(f"{codec_name(syntax)}: the codestream doesn't give the frame back", tag=description.tag)
    return encoded


def _is_kept(frame: NDArray[Any], decoded: NDArray[Any], syntax: str, options: EncodeOptions) -> bool:
    import numpy as np

    if options.max_error:
        return bool(np.max(np.abs(decoded.astype(np.int64) - frame)) <= options.max_error)
    if SYNTAXES[syntax].lossless == "never" or options.is_lossy:
        return True
    return bool(np.array_equal(decoded, frame))
