"""JPEG, every process: decoding and encoding (PS3.5 8.2.1, ISO/IEC 10918-1).

All processes go through one codec with both of its colour arguments pinned, since its defaults convert YBR on their
own. JPEG knows no sign: signed samples are coded as the bits that they are, and get their sign from Bits Stored again.
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
    settle_bits,
    without_sign,
)
from dicom.pixels.codecs.rate import largest_within, psnr_of, smallest_above
from dicom.pixels.codecs.syntaxes import JPEG_LOSSLESS_SV1

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom._core import FrameHeader
    from dicom.pixels.codecs.codestream import Frame
    from dicom.pixels.codecs.encode_options import EncodeOptions
    from dicom.pixels.description import FrameDescription

_LOSSLESS_PROCESSES = (3, 7, 11, 15)


def decode_jpeg(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """JPEG, all processes (PS3.5 8.2.1): 8 and 12 bit, sequential, progressive, lossless."""
    import imagecodecs

    header = check_frame(frame, description)
    expect_codestream(header, description, "JPEG")
    stored_ybr = header.components == 3 and _is_ybr(header, description)
    space = "YCBCR" if stored_ybr else "RGB"
    # On its way out of a DCT the codec turns YCbCr into RGB for a thirtieth of what a pass of our own takes; of some
    # 70,000 samples one is another by 1. Samples that were coded without loss are converted exactly, by us.
    by_codec = (
        stored_ybr
        and description.converts_color
        and header.process not in _LOSSLESS_PROCESSES
        and not description.is_ybr_partial
    )
    given = "RGB" if by_codec else space
    frame = close_codestream(frame, description)
    # One component is grey whatever is said; to read the names takes the codec 2 us.
    spaces = {} if header.components == 1 else {"colorspace": space, "outcolorspace": given}
    decode_into("JPEG", imagecodecs.jpeg8_decode, frame, header, slot, **spaces)
    extend_sign(slot, settle_bits(slot, header, description, cut=True), description.is_signed)
    return stored_ybr and not by_codec


def _is_ybr(header: FrameHeader, description: FrameDescription) -> bool:
    """Whether three JPEG components hold YCbCr: the stream's own marks, then Photometric Interpretation.

    The marks are made by the encoder that transformed the colours or didn't; Photometric Interpretation is copied by
    programs that know nothing of the stream. Where they differ, a finding says which was followed.
    """
    is_said = description.is_ybr_full
    if header.adobe_transform is not None:
        is_marked, mark = header.adobe_transform != 0, "APP14"
    # JFIF means YCbCr, but it speaks of DCT processes; lossless streams that carry it hold what the data set says.
    elif header.has_jfif and header.process not in _LOSSLESS_PROCESSES:
        is_marked, mark = True, "JFIF"
    else:
        return is_said
    if is_marked != is_said:
        description.note(
            "codestream-color",
            f"the {mark} mark of a frame says {'YCbCr' if is_marked else 'RGB'} and is followed; Photometric "
            "Interpretation says another colour space",
            tag=0x00280004,
        )
    return is_marked


def encode_lossless_jpeg(
    frame: NDArray[Any], description: FrameDescription, options: EncodeOptions, threads: int
) -> bytes:
    """JPEG Lossless, process 14, of Bits Stored: predictor 1 for Selection Value 1, else the one that is asked for."""
    import imagecodecs

    options.expect_only("JPEG Lossless", "predictor")
    predictor = options.predictor or 1
    if description.transfer_syntax == JPEG_LOSSLESS_SV1 and predictor != 1:
        raise PixelError("JPEG Lossless, Selection Value 1, has predictor 1; the others go with process 14 (4.57)")
    if frame.dtype.itemsize > 2:
        raise PixelError(f"JPEG Lossless takes samples of at most 16 bits, not {description.bits_allocated}")
    spaces = _SPACES["MONOCHROME2"]
    if description.samples_per_pixel == 3:
        # The samples are coded as they are; the mark of RGB would be wrong of YBR_FULL, and of YCbCr RGB would be made.
        spaces = _SPACES["YBR_FULL" if description.is_ybr_full else "RGB"]
    return call_encoder(
        "JPEG Lossless",
        imagecodecs.jpeg8_encode,
        without_sign(frame, description.bits_stored),
        lossless=True,
        predictor=predictor,
        # The codec codes 2 bits at least; a sample of 1 bit is one of 2 whose upper one is 0.
        bitspersample=max(2, description.bits_stored),
        **spaces,
    )


def encode_jpeg(frame: NDArray[Any], description: FrameDescription, options: EncodeOptions, threads: int) -> bytes:
    """JPEG Baseline or Extended, of 8 or 12 bits.

    Colours are RGB; Photometric Interpretation YBR_FULL_422 makes YCbCr of them, with a Cb and a Cr for two pixels.
    """
    import imagecodecs

    options.expect_only("JPEG", "quality", "ratio", "psnr")
    bits = description.bits_stored
    if description.is_signed or bits not in (8, 12):
        raise PixelError("JPEG Baseline and Extended take unsigned samples of 8 or 12 bits (PS3.5 8.2.1)")
    spaces = _SPACES.get(description.photometric_interpretation, _SPACES["MONOCHROME2"])

    def encode(quality: float) -> bytes:
        return call_encoder("JPEG", imagecodecs.jpeg8_encode, frame, level=round(quality), bitspersample=bits, **spaces)

    def noise(encoded: bytes) -> float:
        space = spaces.get("colorspace", "GRAYSCALE")
        marked = spaces.get("outcolorspace", "GRAYSCALE")
        return psnr_of(frame, imagecodecs.jpeg8_decode(encoded, colorspace=marked, outcolorspace=space), bits)

    if options.quality is not None:
        return encode(options.quality)
    if options.ratio is not None:
        size = int(frame.nbytes / options.target_ratio)
        return largest_within(encode, size, 1, 100, per_byte=160 / frame.size, step=1)
    if options.psnr is not None:
        return smallest_above(encode, noise, options.target_psnr, 1, 100, 1)
    raise PixelError("JPEG loses samples: quality, ratio or psnr has to say how much")


_SPACES: dict[str, dict[str, str]] = {
    "MONOCHROME2": {},
    "YBR_FULL": {"colorspace": "UNKNOWN", "outcolorspace": "UNKNOWN", "subsampling": "444"},
    "RGB": {"colorspace": "RGB", "outcolorspace": "RGB", "subsampling": "444"},
    "YBR_FULL_422": {"colorspace": "RGB", "outcolorspace": "YCBCR", "subsampling": "422"},
}
