"""JPEG XL in its three forms: the frame's bytes into its slot (PS3.5 8.2.17, ISO/IEC 18181-1 and -2)."""

from __future__ import annotations

from dicom.errors import CodecError
from dicom.pixels.codecs.codestream import check_frame, decode_into, expect_codestream, extend_sign
from dicom.pixels.codecs.jpeg import decode_jpeg

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.codecs.codestream import Frame
    from dicom.pixels.description import FrameDescription


def decode_jpeg_xl(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """JPEG XL (PS3.5 8.2.17); what was a JPEG stream before is given back as one and decoded as JPEG is."""
    import imagecodecs

    header = check_frame(frame, description)
    expect_codestream(header, description, "JPEG XL")
    if header.has_jpeg_reconstruction:
        try:
            jpeg = imagecodecs.jpegxl_decode_jpeg(bytes(frame), numthreads=threads)
        except Exception as error:
            raise CodecError(
                f"JPEG XL: the JPEG stream can't be given back ({type(error).__name__}: {error})"
            ) from error
        return decode_jpeg(bytes(jpeg), description, slot, threads)
    # Rows and columns are those of the codestream, so an orientation that it asks for isn't applied.
    decode_into("JPEG XL", imagecodecs.jpegxl_decode, frame, header, slot, numthreads=threads, keeporientation=True)
    extend_sign(slot, description.bits_stored, description.is_signed)
    return description.is_ybr_full
