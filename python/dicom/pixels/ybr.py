"""YBR of more than 8 bits, and of the narrow range: colours that are rare, in NumPy (PS3.3 C.7.6.3.1.2).

In: one frame (rows, columns, 3) of Y, Cb, Cr. Out: the same array, holding RGB. YBR_FULL of 8 bits, which is common, is
Rust's (`_core.ybr_full_to_rgb`).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

#: R, G and B of Y, Cb, Cr about their middle (ITU-T T.871, the factors of YBR_FULL).
_FULL = ((1.0, 0.0, 1.402), (1.0, -0.344136286, -0.714136286), (1.0, 1.772, 0.0))
#: The same for YBR_PARTIAL: Y from 16 to 235 and Cb, Cr from 16 to 240 of 255 (ITU-R BT.601).
_PARTIAL = tuple((y * 255 / 219, cb * 255 / 224, cr * 255 / 224) for y, cb, cr in _FULL)
_FOOT = 16 / 256


def ybr_to_rgb(slot: NDArray[Any], bits: int, *, is_partial: bool = False) -> None:
    """Turns Y, Cb, Cr into RGB, in place.

    Parameters
    ----------
    slot : ndarray of unsigned integers, shape (rows, columns, 3)
    bits : int
        Bits Stored: white is 2^bits - 1, and Cb and Cr are 0 at 2^(bits - 1).
    is_partial : bool
        Whether Y, Cb and Cr have the narrow range of YBR_PARTIAL.
    """
    import numpy as np

    middle, largest = 2 ** (bits - 1), 2**bits - 1
    y = slot[..., 0].astype(np.float64) - (_FOOT * 2**bits if is_partial else 0)
    cb, cr = (slot[..., sample].astype(np.float64) - middle for sample in (1, 2))
    for sample, (of_y, of_cb, of_cr) in enumerate(_PARTIAL if is_partial else _FULL):
        # Halves are rounded up, as by the kernel for 8 bits.
        color = np.floor(of_y * y + of_cb * cb + of_cr * cr + 0.5)
        slot[..., sample] = np.clip(color, 0, largest)


def upsample_422(data: bytes | memoryview, slot: NDArray[Any]) -> None:
    """Fills a slot from ``Y1 Y2 Cb Cr``, samples of the slot's type: both pixels have the Cb and the Cr."""
    import numpy as np

    packed = np.frombuffer(data, slot.dtype).reshape(-1, 2, 2)
    pairs = slot.reshape(-1, 2, 3)
    pairs[..., 0] = packed[:, 0]
    pairs[..., 1:] = packed[:, 1, None, :]
