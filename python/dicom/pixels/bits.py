"""Pixels of one bit, and pixels that share their colours: between bytes and samples.

In: packed bytes, or arrays of 0 and 1. Out: the other. Standard: PS3.5 8.1.1, annex D (bits, the least significant
first), PS3.3 C.7.6.3.1.2 (YBR_FULL_422: two pixels share Cb and Cr).
"""

from __future__ import annotations

from dicom.errors import PixelError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray


def pack_bits(arr: NDArray[Any], pad: bool = True) -> bytes:
    """Pixels of one bit as Pixel Data with a Bits Allocated of 1.

    Parameters
    ----------
    arr : ndarray
        Of 0 and 1 only, in the order of the pixels, whatever the shape. Frames aren't begun at a new byte.
    pad : bool
        Whether an odd length is made even.

    Returns
    -------
    bytes
        Eight pixels a byte, the first in the least significant bit.

    Raises
    ------
    PixelError
        The array holds something else than 0 and 1.
    """
    import numpy as np

    if arr.size == 0:
        return b""
    if arr.dtype != np.bool_ and not bool(np.all((arr == 0) | (arr == 1))):
        raise PixelError("only 0 and 1 can be packed into bits")
    packed = np.packbits(arr.astype(np.bool_, copy=False).ravel(), bitorder="little").tobytes()
    return packed + b"\0" if pad and len(packed) % 2 else packed


def unpack_bits(src: bytes, as_array: bool = True) -> Any:
    """Pixel Data with a Bits Allocated of 1 as pixels of 0 and 1.

    Parameters
    ----------
    src : bytes-like
    as_array : bool
        Whether an array is given, or bytes.

    Returns
    -------
    ndarray of uint8, one axis, or bytes
        One entry a bit, the least significant of each byte first.
    """
    import numpy as np

    bits = np.unpackbits(np.frombuffer(src, np.uint8), bitorder="little")
    return bits if as_array else bits.tobytes()


def expand_ybr422(src: bytes, bits_allocated: int) -> bytes:
    """Native YBR_FULL_422 as YBR_FULL: Cb and Cr repeated for each second pixel.

    Parameters
    ----------
    src : bytes-like
        ``Y1 Y2 Cb Cr`` for each pair of pixels.
    bits_allocated : int
        A multiple of 8.

    Returns
    -------
    bytes
        ``Y1 Cb Cr Y2 Cb Cr``.

    Raises
    ------
    PixelError
        The bytes don't make whole pairs of pixels.
    """
    import numpy as np

    size = bits_allocated // 8
    if size < 1 or bits_allocated % 8 or len(src) % (4 * size):
        raise PixelError(f"{len(src)} bytes aren't whole pairs of pixels of {bits_allocated} bits (YBR_FULL_422)")
    pairs = np.frombuffer(src, np.uint8).reshape(-1, 4, size)
    return pairs[:, (0, 2, 3, 1, 2, 3)].tobytes()
