"""JPEG, every process: the frame's bytes into its slot (PS3.5 8.2.1, ISO/IEC 10918-1).

All processes go through one decoder with both of its colour arguments pinned, since its defaults convert YBR on their
own.
"""

from __future__ import annotations

from dicom.pixels.codecs.codestream import check_frame, close_codestream, decode_into, expect_codestream, extend_sign

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom._core import FrameHeader
    from dicom.pixels.codecs.codestream import Frame
    from dicom.pixels.description import FrameDescription

_LOSSLESS_PROCESSES = (3, 7, 11, 15)


def decode_jpeg(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """JPEG, all processes (PS3.5 8.2.1): 8 and 12 bit, sequential, progressive, lossless."""
    import imagecodecs

    header = check_frame(frame, description)
    expect_codestream(header, description, "JPEG")
    stored_ybr = header.components == 3 and _is_ybr(header, description)
    space = "GRAYSCALE" if header.components == 1 else "YCBCR" if stored_ybr else "RGB"
    frame = close_codestream(frame, description)
    decode_into("JPEG", imagecodecs.jpeg8_decode, frame, header, slot, colorspace=space, outcolorspace=space)
    extend_sign(slot, description.bits_stored, description.is_signed)
    return stored_ybr


def _is_ybr(header: FrameHeader, description: FrameDescription) -> bool:
    """Whether three JPEG components hold YCbCr: the stream's own marks, then Photometric Interpretation."""
    if header.adobe_transform is not None:
        return header.adobe_transform != 0
    # JFIF means YCbCr, but it speaks of DCT processes; lossless streams that carry it hold what the data set says.
    if header.has_jfif and header.process not in _LOSSLESS_PROCESSES:
        return True
    return description.photometric_interpretation.startswith("YBR_FULL")
