"""Overlays as arrays: the graphics that lie over an image, one bit a pixel.

In: a data set and the group of an overlay. Out: an array of 0 and 1. Standard: PS3.3 C.9.2 (Overlay Plane), PS3.5 8.1.2
and 8.2 (bits are packed from the least significant one on, frames follow each other without a gap).
"""

from __future__ import annotations

from dicom.errors import LimitError, MissingElementError, PixelError
from dicom.pixels.description import MAX_FRAME_BYTES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from numpy.typing import NDArray

_ELEMENTS = {
    "OverlayData": 0x3000,
    "OverlayBitsAllocated": 0x0100,
    "OverlayRows": 0x0010,
    "OverlayColumns": 0x0011,
    "NumberOfFramesInOverlay": 0x0015,
}


def get_overlay_array(ds: Any, group: int) -> NDArray[Any]:
    """One overlay of a data set.

    Parameters
    ----------
    ds : Dataset
        With an Overlay Plane module.
    group : int
        ``0x6000`` to ``0x60FE``.

    Returns
    -------
    ndarray of uint8, shape (rows, columns), or (frames, rows, columns) where there are several
        1 where the overlay is drawn.

    Raises
    ------
    MissingElementError
        The overlay lacks an element that it can't be read without.
    PixelError
        The data is shorter than the frames that are declared, or no frames are.
    """
    elem: dict[str, Any] = {}
    for keyword, number in _ELEMENTS.items():
        element = ds.get((group, number))
        elem[keyword] = None if element is None else element.value
    missing = [key for key, value in elem.items() if value is None and key != "NumberOfFramesInOverlay"]
    if missing:
        raise MissingElementError(
            f"the overlay of group {group:04X} lacks {', '.join(missing)}", tag=group << 16 | _ELEMENTS[missing[0]]
        )
    if elem["NumberOfFramesInOverlay"] is None:
        elem["NumberOfFramesInOverlay"] = 1
    data = elem["OverlayData"]
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise PixelError("the value of Overlay Data isn't bytes", tag=group << 16 | 0x3000)
    import numpy as np

    pixels = get_expected_length(elem, unit="pixels")
    expected = get_expected_length(elem)
    if pixels > MAX_FRAME_BYTES:
        raise LimitError(f"an overlay of {pixels} pixels; the limit is {MAX_FRAME_BYTES}", tag=group << 16 | 0x3000)
    if len(data) < expected:
        raise PixelError(
            f"Overlay Data of group {group:04X} has {len(data)} bytes, {expected} are needed", tag=group << 16 | 0x3000
        )
    if len(data) > expected + expected % 2:
        import warnings

        warnings.warn(
            f"Overlay Data of group {group:04X} has {len(data)} bytes, {expected} are needed: the rest is padding",
            UserWarning,
            stacklevel=2,
        )
    packed = np.frombuffer(data, np.uint8)
    if _has_swapped_bytes(ds, group):
        packed = packed[: packed.size // 2 * 2].reshape(-1, 2)[:, ::-1].reshape(-1)
    return reshape_overlay_array(elem, np.unpackbits(packed[:expected], count=pixels, bitorder="little"))


def get_expected_length(elem: Mapping[str, Any], unit: str = "bytes") -> int:
    """How long Overlay Data is by what the other elements say.

    Parameters
    ----------
    elem : mapping
        ``OverlayRows``, ``OverlayColumns`` and ``NumberOfFramesInOverlay``.
    unit : {"bytes", "pixels"}

    Returns
    -------
    int
        Whole bytes without padding, or pixels.
    """
    pixels = int(elem["OverlayRows"]) * int(elem["OverlayColumns"]) * int(elem["NumberOfFramesInOverlay"])
    return pixels if unit == "pixels" else (pixels + 7) // 8


def reshape_overlay_array(elem: Mapping[str, Any], arr: NDArray[Any]) -> NDArray[Any]:
    """Give an overlay's pixels their shape.

    Parameters
    ----------
    elem : mapping
        ``OverlayRows``, ``OverlayColumns`` and ``NumberOfFramesInOverlay``.
    arr : ndarray, one axis

    Returns
    -------
    ndarray, shape (rows, columns), or (frames, rows, columns) where there are several

    Raises
    ------
    PixelError
        Fewer than one frame is declared.
    """
    frames, rows, columns = (int(elem[k]) for k in ("NumberOfFramesInOverlay", "OverlayRows", "OverlayColumns"))
    if frames < 1:
        raise PixelError(f"Number of Frames in Overlay is {frames}; an overlay has at least one")
    return arr.reshape((frames, rows, columns) if frames > 1 else (rows, columns))


def _has_swapped_bytes(ds: Any, group: int) -> bool:
    """Whether bytes lie in big endian words: OW in Explicit VR Big Endian."""
    _, is_little_endian = getattr(ds, "original_encoding", (None, None))
    return is_little_endian is False and ds[group, 0x3000].VR == "OW"
