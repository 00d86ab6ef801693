"""A small picture of a data set's pixels.

In: a data set. Out: a PNG (ISO/IEC 15948) of at most 128 by 128 pixels, 8 bits grey or RGB: the middle frame, windowed
by Window Center and Width where they are given (PS3.3 C.11.2.1.2), else from the least to the greatest pixel.
"""

from __future__ import annotations

import struct
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import numpy as np

    from .dataset import Dataset

LONGEST_SIDE = 128
# A notebook isn't made to wait for a larger frame.
LARGEST_BYTES = 1 << 28

_PIXEL_DATA = (0x7FE00010, 0x7FE00008, 0x7FE00009)


def thumbnail_png(dataset: Dataset) -> bytes | None:
    """The picture as the bytes of a PNG; None when there are no pixels or they can't be shown."""
    if not any(dataset._has(tag) for tag in _PIXEL_DATA) or _frame_bytes(dataset) > LARGEST_BYTES:
        return None
    from dicom.pixels import decode_frame, describe

    try:
        return _encode_png(_shown(dataset, decode_frame(dataset, describe(dataset).number_of_frames // 2)))
    except Exception:
        # Whatever the pixels of a hostile file do: the table of its elements is shown.
        return None


def _frame_bytes(dataset: Dataset) -> int:
    total = 1
    for keyword in ("Rows", "Columns", "SamplesPerPixel", "BitsAllocated"):
        try:
            total *= int(dataset.get(keyword) or 1)
        except (TypeError, ValueError):
            return 0
    return total // 8


def _shown(dataset: Dataset, pixels: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """A frame, thinned out: shape (row, column) or (row, column, 3), uint8."""
    import numpy as np

    is_colour = int(dataset.get("SamplesPerPixel") or 1) > 1
    step = max(1, -(-max(pixels.shape[:2]) // LONGEST_SIDE))
    pixels = pixels[::step, ::step]
    if is_colour and pixels.dtype == np.uint8:
        return pixels[..., :3]
    values = pixels.astype(np.float64)
    lowest, highest = _window(dataset, values)
    values = np.nan_to_num(values, nan=lowest, posinf=highest, neginf=lowest).clip(lowest, highest)
    grey = np.rint((values - lowest) * (255 / (highest - lowest or 1))).astype(np.uint8)
    return 255 - grey if dataset.get("PhotometricInterpretation") == "MONOCHROME1" else grey


def _window(dataset: Dataset, values: np.ndarray[Any, Any]) -> tuple[float, float]:
    """The stored values that become black and white."""
    import numpy as np

    try:
        center, width = (_first(dataset.get(keyword)) for keyword in ("WindowCenter", "WindowWidth"))
        slope, intercept = (_first(dataset.get(keyword)) for keyword in ("RescaleSlope", "RescaleIntercept"))
    except (TypeError, ValueError, IndexError):
        center = width = slope = intercept = None
    slope, intercept = slope or 1.0, intercept or 0.0
    if center is not None and width is not None and width >= 1 and slope > 0:
        middle = (center - intercept) / slope
        return middle - width / slope / 2, middle + width / slope / 2
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def _first(value: Any) -> float | None:
    if isinstance(value, list):
        value = value[0] if value else None
    return None if value is None or value == "" else float(value)


def _encode_png(pixels: np.ndarray[Any, Any]) -> bytes:
    rows, columns = pixels.shape[:2]
    colour_type = 2 if pixels.ndim == 3 else 0
    scan_lines = b"".join(b"\0" + row.tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", columns, rows, 8, colour_type, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(scan_lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
