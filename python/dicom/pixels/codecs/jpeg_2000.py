"""JPEG 2000 and High-Throughput JPEG 2000: decoding and encoding (PS3.5 8.2.4, 8.2.16, ISO/IEC 15444-1 and -15).

A codestream has a sign of its own; where it is another than Pixel Representation, its bits are read with that.
"""

from __future__ import annotations

from dicom.errors import PixelError
from dicom.pixels.codecs.codestream import (
    call_encoder,
    check_frame,
    close_codestream,
    decode_into,
    expect_codestream,
    extend_sign,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.codecs.codestream import Frame
    from dicom.pixels.description import FrameDescription


def decode_jpeg_2000(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """JPEG 2000 (PS3.5 8.2.4), without the JP2 boxes where a frame has them."""
    import imagecodecs

    header = check_frame(frame, description)
    expect_codestream(header, description, "JPEG 2000")
    codestream = close_codestream(memoryview(frame)[header.start : header.end], description)
    decode_into("JPEG 2000", imagecodecs.jpeg2k_decode, codestream, header, slot, numthreads=threads)
    # A codestream of the other sign than Pixel Representation: its own bits, read with the data set's sign.
    extend_sign(slot, header.bits, description.is_signed)
    return description.is_ybr_full


def decode_htj2k(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """High-Throughput JPEG 2000 (PS3.5 8.2.16)."""
    import imagecodecs

    header = check_frame(frame, description)
    expect_codestream(header, description, "JPEG 2000", "HTJ2K")
    codestream = close_codestream(memoryview(frame)[header.start : header.end], description)
    decode = imagecodecs.htj2k_decode if header.codestream == "HTJ2K" else imagecodecs.jpeg2k_decode
    decode_into("HTJ2K", decode, codestream, header, slot)
    extend_sign(slot, header.bits, description.is_signed)
    return description.is_ybr_full


def encode_jpeg_2000(
    frame: NDArray[Any], description: FrameDescription, *, is_reversible: bool, level: float | None = None
) -> bytes:
    """A codestream of Bits Stored, with the transformation of colours that Photometric Interpretation names."""
    import imagecodecs

    return call_encoder(
        "JPEG 2000",
        imagecodecs.jpeg2k_encode,
        frame,
        level=level,
        codecformat="j2k",
        reversible=is_reversible,
        bitspersample=description.bits_stored,
        mct=description.photometric_interpretation in ("YBR_RCT", "YBR_ICT"),
    )


def encode_lossy_jpeg_2000(
    frame: NDArray[Any],
    description: FrameDescription,
    ratios: Sequence[float] | None,
    noise_ratios: Sequence[float] | None,
) -> bytes:
    """A codestream of the ratio or the peak signal-to-noise ratio (dB) that is asked for."""
    if bool(ratios) == bool(noise_ratios):
        raise PixelError("JPEG 2000 takes either j2k_cr or j2k_psnr; JPEG 2000 Lossless takes neither")
    if noise_ratios:
        if noise_ratios[-1] <= 0:
            raise PixelError("a peak signal-to-noise ratio has to be more than 0")
        encoded = encode_jpeg_2000(frame, description, is_reversible=False, level=float(noise_ratios[-1]))
    else:
        ratio = (ratios or (1,))[-1]
        if ratio < 1:
            raise PixelError("a compression ratio has to be 1 or more")
        encoded = _encode_to_size(frame, description, int(frame.nbytes / ratio))
    return encoded


def _encode_to_size(frame: NDArray[Any], description: FrameDescription, size: int) -> bytes:
    """The best codestream of at most ``size`` bytes; the smallest there is when none is so small.

    The codec is steered by noise, so the noise that makes the size is searched for by halves.
    """
    low, high = 1.0, 160.0
    best = smallest = encode_jpeg_2000(frame, description, is_reversible=False, level=low)
    for _ in range(12):
        level = (low + high) / 2
        encoded = encode_jpeg_2000(frame, description, is_reversible=False, level=level)
        if len(encoded) <= size:
            best, low = encoded, level
        else:
            high = level
    return best if len(best) <= size else smallest
