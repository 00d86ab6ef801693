"""JPEG XL in its three forms: decoding and encoding (PS3.5 8.2.15, ISO/IEC 18181-1 and -2).

Lossless and lossy frames, and JPEG frames that are packed tighter and given back byte for byte. JPEG XL knows no sign:
signed samples are coded as the bits that they are, where nothing is lost.
"""

from __future__ import annotations

from dicom.errors import CodecError, PixelError
from dicom.pixels.codecs.codestream import (
    call_encoder,
    check_frame,
    decode_into,
    expect_codestream,
    extend_sign,
    settle_bits,
    without_sign,
)
from dicom.pixels.codecs.jpeg import decode_jpeg, encode_jpeg
from dicom.pixels.codecs.rate import largest_within, psnr_of, smallest_above
from dicom.pixels.codecs.syntaxes import JPEG_XL_LOSSLESS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.codecs.codestream import Frame
    from dicom.pixels.codecs.encode_options import EncodeOptions
    from dicom.pixels.description import FrameDescription

#: Quality 100 makes the distance 0, which libjxl takes for lossless, and so it isn't looked at when a size is searched.
_LARGEST_DISTANCE, _SMALLEST_DISTANCE = 25.0, 0.02


def decode_jpeg_xl(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """JPEG XL (PS3.5 8.2.15); what was a JPEG stream before is given back as one and decoded as JPEG is."""
    import imagecodecs

    header = check_frame(frame, description)
    expect_codestream(header, description, "JPEG XL")
    if header.has_jpeg_reconstruction:
        return decode_jpeg(restore_jpeg(frame, threads), description, slot, threads)
    # Rows and columns are those of the codestream, so an orientation that it asks for isn't applied.
    decode_into("JPEG XL", imagecodecs.jpegxl_decode, frame, header, slot, numthreads=threads, keeporientation=True)
    extend_sign(slot, settle_bits(slot, header, description), description.is_signed)
    return description.is_ybr_full


def restore_jpeg(frame: Frame, threads: int = 1) -> bytes:
    """The JPEG stream that a JPEG XL frame was made of, byte for byte (JPEG XL JPEG Recompression).

    Raises
    ------
    CodecError
        The frame holds none, or it can't be given back.
    """
    import imagecodecs

    try:
        return bytes(imagecodecs.jpegxl_decode_jpeg(bytes(frame), numthreads=threads))
    except Exception as error:
        raise CodecError(f"JPEG XL: the JPEG stream can't be given back ({type(error).__name__}: {error})") from error


def recompress_jpeg(frame: Frame) -> bytes:
    """A JPEG stream as a JPEG XL frame, which is given when it gives the same stream back, byte for byte.

    Parameters
    ----------
    frame : bytes-like
        A JPEG stream of a DCT process, of 8 bits; the zeros that pad a fragment are left out.

    Raises
    ------
    CodecError
        It is another stream (12 bits, lossless), or it isn't given back as it was.
    """
    import imagecodecs

    stream = bytes(frame)
    end = stream.rfind(b"\xff\xd9")
    if end >= 0 and not stream[end + 2 :].strip(b"\0"):
        stream = stream[: end + 2]
    encoded = call_encoder("JPEG XL", imagecodecs.jpegxl_encode_jpeg, stream, usecontainer=True)
    if restore_jpeg(encoded) != stream:
        raise CodecError("JPEG XL: the JPEG stream isn't given back as it was")
    return encoded


def encode_recompressed_jpeg(
    frame: NDArray[Any], description: FrameDescription, options: EncodeOptions, threads: int
) -> bytes:
    """A frame as JPEG Baseline, and that as JPEG XL; a frame that is JPEG already goes to `recompress_jpeg`."""
    return recompress_jpeg(encode_jpeg(frame, description, options, threads))


def encode_jpeg_xl(frame: NDArray[Any], description: FrameDescription, options: EncodeOptions, threads: int) -> bytes:
    """JPEG XL of Bits Stored, lossless, or of the quality, ratio or peak signal-to-noise ratio that is asked for."""
    import imagecodecs

    is_lossless = description.transfer_syntax == JPEG_XL_LOSSLESS
    options.expect_only("JPEG XL", "effort", *(() if is_lossless else ("quality", "ratio", "psnr")))
    if frame.dtype.itemsize > 2:
        raise PixelError(f"JPEG XL takes samples of at most 16 bits, not {description.bits_allocated}")
    bits = description.bits_stored

    def encode(**how: Any) -> bytes:
        return call_encoder(
            "JPEG XL",
            imagecodecs.jpegxl_encode,
            without_sign(frame, bits),
            bitspersample=bits,
            effort=options.effort,
            numthreads=threads,
            **how,
        )

    if is_lossless:
        return encode(lossless=True)
    if description.is_signed:
        raise PixelError("lossy JPEG XL takes unsigned samples; JPEG XL Lossless takes signed ones")
    if options.quality is not None:
        return encode(distance=_distance(options.quality))

    # A level is the logarithm of a distance, turned round, so that sizes grow with it.
    def encode_at(level: float) -> bytes:
        return encode(distance=_LARGEST_DISTANCE * (_SMALLEST_DISTANCE / _LARGEST_DISTANCE) ** level)

    if options.ratio is not None:
        size = int(frame.nbytes / options.target_ratio)
        return largest_within(encode_at, size, 0, 1, per_byte=1 / frame.size)
    if options.psnr is not None:
        return smallest_above(
            encode_at,
            lambda encoded: psnr_of(frame, imagecodecs.jpegxl_decode(encoded), bits),
            options.target_psnr,
            0,
            1,
        )
    raise PixelError("JPEG XL loses samples: quality, ratio or psnr has to say how much; JPEG XL Lossless keeps them")


def _distance(quality: int) -> float:
    """The distance of a quality, as libjxl's tools have it: 90 makes 1.0, beyond which no difference is seen."""
    if quality >= 30:
        return 0.1 + (100 - quality) * 0.09
    return 53 / 3000 * quality**2 - 23 / 20 * quality + 25
