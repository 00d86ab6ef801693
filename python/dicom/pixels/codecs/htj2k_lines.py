"""HTJ2K frames, decoded to the last line or not at all.

imagecodecs 2026.3.6 drops the error of a line that can't be decoded: the array comes back as if all were well, zero
from that line on. A last line of zeros is therefore asked for again, with the sign of its samples turned round in a
copy of the header: what was decoded is no longer zero then, what was not decoded still is.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import NDArray

#: Where SIZ holds the number of components, and the depth of the first with its sign (ISO/IEC 15444-1 A.5.1).
_COMPONENTS = 40
_DEPTHS = 42
_SIGN = 0x80


def decode_all_lines(frame: bytes | memoryview, *, out: NDArray[Any] | None = None, **arguments: Any) -> NDArray[Any]:
    """What `imagecodecs.htj2k_decode` gives, when it has decoded every line.

    Parameters
    ----------
    frame : bytes-like
        One codestream that passed the guard, from SOC on.
    out : ndarray, shape (rows, columns) or (rows, columns, samples), optional
        The array to decode into, C-contiguous.
    **arguments
        More arguments of the codec.

    Returns
    -------
    ndarray, shape (rows, columns) or (rows, columns, samples)
        ``out``, or an array of its own.

    Raises
    ------
    ValueError
        The codec stopped before the last line.
    Htj2kError
        The codec refuses the frame.
    """
    import imagecodecs

    decode: Callable[..., NDArray[Any]] = imagecodecs.htj2k_decode
    decoded = decode(frame, out=out, **arguments)
    if _last_line_is_zero(decoded):
        turned = bytearray(frame)
        for component in range(int.from_bytes(turned[_COMPONENTS:_DEPTHS], "big")):
            turned[_DEPTHS + 3 * component] ^= _SIGN
        if _last_line_is_zero(decode(bytes(turned), **arguments)):
            raise ValueError("the codestream is damaged, its last lines can't be decoded")
    return decoded


def _last_line_is_zero(array: NDArray[Any]) -> bool:
    """Whether it is for any sample: the planes may have been decoded one after the other."""
    last = array[-1]
    if last.ndim > 1:
        return not last.any(axis=0).all()
    # Its last sample mostly tells.
    return last.item(-1) == 0 and not last.any()
