"""Compare two pixel arrays: equal in shape, dtype and values; a lossy DCT may differ by rounding.

In: two callables that give an array or raise. Out: what differs, as a mapping from place to text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

#: JPEG's processes with a discrete cosine transform: decoders round differently (PS3.5 8.2.1), within one grey level.
DCT = frozenset(
    {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.53", "1.2.840.10008.1.2.4.55"}
)


def pixels_or_error(dataset: Any) -> Any:
    """The pixel array of a data set, or the error that asking for it raised."""
    try:
        return dataset.pixel_array
    except Exception as error:
        return error


def differing_pixels(ours: Any, theirs: Any, tolerance: int) -> dict[str, str]:
    """What differs between two results of ``pixels_or_error``: nothing when both are errors."""
    if isinstance(ours, Exception) or isinstance(theirs, Exception):
        if isinstance(ours, Exception) and isinstance(theirs, Exception):
            return {}
        return {"pixels": f"ours {_outcome(ours)}, pydicom {_outcome(theirs)}"}
    differing = {}
    if ours.dtype != theirs.dtype:
        differing["pixels.dtype"] = f"ours {ours.dtype}, pydicom {theirs.dtype}"
    if ours.shape != theirs.shape:
        differing["pixels.shape"] = f"ours {ours.shape}, pydicom {theirs.shape}"
    elif not np.array_equal(ours, theirs):
        distance = np.abs(ours.astype(np.float64) - theirs.astype(np.float64))
        if distance.max() > tolerance:
            differing["pixels.values"] = f"up to {distance.max():g} apart, {np.count_nonzero(distance)} of {ours.size}"
    return differing


def _outcome(result: Any) -> str:
    if isinstance(result, Exception):
        return f"{type(result).__name__}: {str(result)[:200]}"
    return f"an array of {result.dtype} {result.shape}"


def tolerance_of(transfer_syntax: str | None) -> int:
    """How far values may lie apart: 1 where the transfer syntax holds a DCT, else 0."""
    return 1 if transfer_syntax in DCT else 0


#: The type of what a test passes around: a function from nothing to pixels.
Pixels = Callable[[], Any]
