"""Which pixels are padding.

In: a data set and stored values. Out: the range of stored values that stand for no measurement, and a mask.
Standard: PS3.3 C.7.5.1.1.2 (Pixel Padding Value and Range Limit), C.7.6.24 and C.7.6.25 (of floating point pixel data).
"""

from __future__ import annotations

from dicom.pixels.description import FLOAT_PIXEL_DATA, PIXEL_DATA

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    from dicom.pixels.description import DataSet, FrameDescription


def padding_range(ds: DataSet, description: FrameDescription) -> tuple[float, float] | None:
    """The least and the greatest stored value that is padding, both included; None without padding.

    A value of the other sign than Pixel Representation has is taken by its bits: its VR is told from that element, and
    writers get it wrong. A padding value that is no number (floating point only) gives a range of NaN.
    """
    if description.samples_per_pixel > 1:
        return None
    kind = {PIXEL_DATA: "Pixel", FLOAT_PIXEL_DATA: "FloatPixel"}.get(description.tag, "DoubleFloatPixel")
    value = _number(ds.get(f"{kind}PaddingValue"))
    if value is None:
        return None
    limit = _number(ds.get(f"{kind}PaddingRangeLimit"))
    if description.tag == PIXEL_DATA:
        value = _with_sign(value, description)
        limit = None if limit is None else _with_sign(limit, description)
    if limit is None or limit != limit or value != value:
        limit = value
    return min(value, limit), max(value, limit)


def mask_of(stored: NDArray[Any], padding: tuple[float, float] | None) -> NDArray[np.bool_]:
    """True where a stored value is padding: shape (rows, columns)."""
    import numpy as np

    if padding is None:
        return np.zeros(stored.shape[:2], np.bool_)
    low, high = padding
    if low != low:
        not_numbers: NDArray[np.bool_] = np.isnan(stored)
        return not_numbers
    mask: NDArray[np.bool_] = stored == low if low == high else (stored >= low) & (stored <= high)
    return mask


def _with_sign(value: float, description: FrameDescription) -> float:
    bits = description.bits_allocated
    if description.is_signed and value >= 2 ** (bits - 1):
        return value - float(2**bits)
    return value + float(2**bits) if not description.is_signed and value < 0 else value


def _number(value: Any) -> float | None:
    if hasattr(value, "__len__") and not isinstance(value, str | bytes):
        value = value[0] if len(value) else None
    try:
        return None if value is None or isinstance(value, bytes) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None
