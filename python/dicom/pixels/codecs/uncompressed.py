"""Encapsulated Uncompressed: a native frame in one fragment (PS3.5 A.4.11)."""

from __future__ import annotations

from dicom.errors import PixelError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.codecs.codestream import Frame
    from dicom.pixels.description import FrameDescription


def decode_uncompressed(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """Encapsulated Uncompressed (PS3.5 A.4.11): a native frame in one fragment."""
    from dicom.pixels.native import fill_slot

    needed = (description.native_frame_bits + 7) // 8
    if len(frame) < needed:
        raise PixelError(f"a frame of {len(frame)} bytes; {needed} are needed", tag=description.tag)
    fill_slot(frame[:needed], 0, description, slot)
    return description.is_ybr_full
