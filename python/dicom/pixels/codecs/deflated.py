"""Deflated Image Frame Compression: a native frame, deflated on its own (PS3.5 8.2.16, A.4.13)."""

from __future__ import annotations

from dicom import _core
from dicom.pixels.codecs.codestream import call_encoder, extend_sign, kernel_error
from dicom.pixels.codecs.encode_options import EncodeOptions
from dicom.pixels.codecs.uncompressed import decode_uncompressed, encode_uncompressed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.codecs.codestream import Frame
    from dicom.pixels.description import FrameDescription


def decode_deflated(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """Deflated Image Frame Compression (PS3.5 A.4.13): a native frame, deflated on its own."""
    # Samples that lie as in the array are inflated straight into it.
    is_plain = (
        description.bits_allocated > 1
        and not description.is_packed_422
        and (description.samples_per_pixel == 1 or description.planar_configuration == 0)
    )
    if is_plain:
        _inflate(frame, slot.data.cast("B"))
        extend_sign(slot, description.bits_stored, description.is_signed)
        return description.is_ybr_full
    inflated = bytearray((description.native_frame_bits + 7) // 8)
    _inflate(frame, memoryview(inflated))
    return decode_uncompressed(memoryview(inflated), description, slot, threads)


def _inflate(frame: Frame, target: memoryview) -> None:
    """Fills the target, and no more: libdeflate refuses what doesn't fit."""
    import imagecodecs

    # Its types don't name memoryview, which it takes.
    inflate: Any = imagecodecs.deflate_decode
    try:
        if len(inflate(frame, out=target, raw=True)) == len(target):
            return
    except imagecodecs.DeflateError:
        pass
    # Too long, too short or damaged: the slower one leaves out what is too much, and tells what is wrong.
    try:
        _core.inflate_frame(frame, target)
    except ValueError as error:
        raise kernel_error(error, "Deflated Image Frame") from None


def encode_deflated(frame: NDArray[Any], description: FrameDescription, options: EncodeOptions, threads: int) -> bytes:
    """The native frame, deflated without a header or a check sum (RFC 1951).

    `effort` is the level of libdeflate, 6 by default.
    """
    import imagecodecs

    options.expect_only("Deflated Image Frame", "effort")
    native = encode_uncompressed(frame, description, EncodeOptions(), threads)
    level = 6 if options.effort is None else options.effort
    return call_encoder("Deflated Image Frame", imagecodecs.deflate_encode, native, level=level, raw=True)
