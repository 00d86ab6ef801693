"""Encapsulated Uncompressed: a native frame in one fragment (PS3.5 A.4.11)."""

from __future__ import annotations

from dicom.errors import PixelError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.codecs.codestream import Frame
    from dicom.pixels.codecs.encode_options import EncodeOptions
    from dicom.pixels.description import FrameDescription


def decode_uncompressed(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """Encapsulated Uncompressed (PS3.5 A.4.11): a native frame in one fragment."""
    from dicom.pixels.native import fill_slot

    needed = (description.native_frame_bits + 7) // 8
    if len(frame) < needed:
        raise PixelError(f"a frame of {len(frame)} bytes; {needed} are needed", tag=description.tag)
    fill_slot(frame[:needed], 0, description, slot)
    return description.is_ybr_full


def encode_uncompressed(
    frame: NDArray[Any], description: FrameDescription, options: EncodeOptions, threads: int
) -> bytes:
    """The native frame, little endian: single bits packed, colours by plane where Planar Configuration says so."""
    import numpy as np

    options.expect_only("Encapsulated Uncompressed")
    if description.is_packed_422:
        raise PixelError("native YBR_FULL_422 isn't encoded: YBR_FULL has a Cb and a Cr for each pixel", tag=0x00280004)
    if description.samples_per_pixel > 1 and description.planar_configuration == 1:
        frame = np.moveaxis(frame, -1, 0)
    if description.bits_allocated == 1:
        return np.packbits(frame.ravel(), bitorder="little").tobytes()
    return frame.astype(frame.dtype.newbyteorder("<"), copy=False).tobytes()
