"""A hash of what the pixels are, whatever their encoding.

In: the frames of an image. Out: SHA-256 (FIPS 180-4) as hexadecimal digits.
"""

from __future__ import annotations

from dicom.pixels.description import PIXEL_DATA

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.description import FrameDescription


def digest_of(frames: Iterable[NDArray[Any]], count: int, description: FrameDescription) -> str:
    """The hash of frames, taken one after the other: see `dicom.pixels.image.Image.digest`."""
    import hashlib

    import numpy as np

    bits = description.bits_stored
    is_float = description.tag != PIXEL_DATA
    width = next(n for n in (1, 2, 4, 8) if 8 * n >= bits)
    kind = "f" if is_float else "i" if description.is_signed else "u"
    head = (
        f"DICOM pixels {count} {description.rows} {description.columns} {description.samples_per_pixel} {kind}{bits}\n"
    )
    digest = hashlib.sha256(head.encode("ascii"))
    for frame in frames:
        values = frame.astype(np.dtype(f"<{'f' if is_float else 'u'}{width}"), order="C", casting="unsafe", copy=False)
        if not is_float and bits < 8 * width:
            # What stands above Bits Stored is no part of the value: sign bits, or what a codestream had there.
            values = values & values.dtype.type((1 << bits) - 1)
        digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest()
