"""Deflated Image Frame Compression: a native frame, deflated on its own (PS3.5 8.2.16, A.4.13)."""

from __future__ import annotations

from dicom import _core
from dicom.pixels.codecs.codestream import kernel_error
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
    inflated = bytearray((description.native_frame_bits + 7) // 8)
    try:
        _core.inflate_frame(frame, inflated)
    except ValueError as error:
        raise kernel_error(error, "Deflated Image Frame") from None
    return decode_uncompressed(memoryview(inflated), description, slot, threads)


def encode_deflated(frame: NDArray[Any], description: FrameDescription, options: EncodeOptions) -> bytes:
    """The native frame, deflated without a header or a check sum (RFC 1951); `effort` is zlib's level, 6 by default."""
    import zlib

    options.expect_only("Deflated Image Frame", "effort")
    native = encode_uncompressed(frame, description, EncodeOptions())
    deflater = zlib.compressobj(options.effort or 6, zlib.DEFLATED, -15)
    return deflater.compress(native) + deflater.flush()
