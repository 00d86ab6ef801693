"""Values of one type out of stored samples: which type, and what it can't hold.

In: samples and their rescale. Out: values in the type of the array; a value that doesn't fit is an error, never wrapped
or cut. Standard: PS3.3 C.11.1.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom import _core
from dicom.errors import GeometryError, PixelError

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import DTypeLike, NDArray

_OF_CORE = frozenset(("u1", "i1", "u2", "i2", "u4", "i4", "f4", "f8"))


def value_type(dtype: DTypeLike | None, out: NDArray[Any] | None, usual: np.dtype[Any]) -> np.dtype[Any]:
    """The type of an array: what was asked for, else that of `out`, else the usual one.

    Raises
    ------
    GeometryError
        It isn't a type of numbers, `dtype` is another than that of `out`, or `out` is no array.
    """
    if out is not None and not isinstance(out, np.ndarray):
        raise GeometryError("out has to be a NumPy array")
    try:
        chosen = np.dtype(dtype) if dtype is not None else usual if out is None else out.dtype
    except TypeError:
        raise GeometryError("dtype isn't a type that NumPy knows") from None
    if chosen.kind not in "iuf" or not chosen.isnative or (chosen.kind == "f" and chosen.itemsize > 8):
        raise GeometryError(
            f"values can't be {chosen.str}: whole or floating point numbers of up to 64 bits, in the byte order of the "
            "machine, are what an array can hold"
        )
    if out is not None and out.dtype != chosen:
        raise GeometryError(f"out holds {out.dtype.str}, and dtype says {chosen.str}")
    return chosen


def fill_value(fill: Any, dtype: np.dtype[Any]) -> Any:
    """The value of what has none, in the type of an array; rounded if that is of floating point.

    Raises
    ------
    GeometryError
        It is no number, or the type can't hold it.
    """
    if isinstance(fill, (str, bytes)) or not np.isscalar(fill) or isinstance(fill, complex):
        raise GeometryError(f"fill has to be a number, and is of {type(fill).__name__}")
    with np.errstate(all="ignore"):
        value = np.asarray(fill).astype(dtype)[()]
        is_kept = np.isfinite(value) if dtype.kind == "f" and np.isfinite(fill) else value == fill or fill != fill
    if not is_kept or (dtype.kind != "f" and fill != fill):
        raise GeometryError(f"fill={fill!r} isn't a value of {dtype.name}")
    return value


def is_converted_by_core(dtype: np.dtype[Any]) -> bool:
    """Whether the core converts from and into this type, of any byte order."""
    return f"{dtype.kind}{dtype.itemsize}" in _OF_CORE


def rescale_into(slot: NDArray[Any], stored: NDArray[Any], slope: float, intercept: float) -> bool:
    """Fills a contiguous slot with ``stored * slope + intercept``; False when a value doesn't fit its type."""
    if is_converted_by_core(stored.dtype) and is_converted_by_core(slot.dtype):
        samples = np.ascontiguousarray(stored)
        return _core.convert_samples(samples, slot, samples.dtype.str, slope, intercept, slot.dtype.str)
    if slope == 1 and intercept == 0:
        return store(slot, stored)
    return store(slot, np.multiply(stored, slope, dtype=np.float64) + intercept)


def store(slot: NDArray[Any], values: NDArray[Any]) -> bool:
    """Fills a slot with values; False when one doesn't fit its type."""
    if np.can_cast(values.dtype, slot.dtype, "safe"):
        slot[...] = values
        return True
    with np.errstate(over="ignore", invalid="ignore"):
        slot[...] = values.astype(slot.dtype)
        if slot.dtype.kind == "f":
            return bool((np.isfinite(slot) | ~np.isfinite(values)).all())
        # Compared as whole numbers where both are: floating point would take neighbours for equal.
        limits = np.iinfo(slot.dtype)
        if values.dtype.kind in "iu":
            return int(values.min()) >= limits.min and int(values.max()) <= limits.max
        within = (values >= float(limits.min)) & (values < float(limits.max) + 1.0)
        return bool(within.all()) and bool((slot == values).all())


def misfit(dtype: np.dtype[Any], name: str, frame: int) -> PixelError:
    """The error for a value that a type can't hold."""
    why = "isn't a whole number or " if dtype.kind != "f" else ""
    wider = "float64" if dtype.name == "float32" else "float32' or 'float64"
    way = f": ask for dtype='{wider}'" if dtype.name != "float64" else ""
    return PixelError(
        f"{name}: frame {frame} has a value that {why}is out of the range of {dtype.name}{way}", path=name
    )
