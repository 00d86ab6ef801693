"""Deflated Image Frame Compression: a native frame, deflated on its own (PS3.5 A.4.14)."""

from __future__ import annotations

from dicom import _core
from dicom.pixels.codecs.codestream import kernel_error
from dicom.pixels.codecs.uncompressed import decode_uncompressed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.codecs.codestream import Frame
    from dicom.pixels.description import FrameDescription


def decode_deflated(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """Deflated Image Frame Compression (PS3.5 A.4.14): a native frame, deflated on its own."""
    inflated = bytearray((description.native_frame_bits + 7) // 8)
    try:
        _core.inflate_frame(frame, inflated)
    except ValueError as error:
        raise kernel_error(error, "Deflated Image Frame") from None
    return decode_uncompressed(memoryview(inflated), description, slot, threads)
