"""A small picture of a data set's pixels.

In: a data set. Out: a PNG (ISO/IEC 15948) of at most 128 by 128 pixels, 8 bits grey or RGB: the middle frame as
`Image.display` gives it, thinned out.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .dataset import Dataset

LONGEST_SIDE = 128
# A notebook isn't made to wait for a larger frame.
LARGEST_BYTES = 1 << 28

_PIXEL_DATA = (0x7FE00010, 0x7FE00008, 0x7FE00009)


def thumbnail_png(dataset: Dataset) -> bytes | None:
    """The picture as the bytes of a PNG; None when there are no pixels or they can't be shown."""
    if not any(dataset._has(tag) for tag in _PIXEL_DATA) or _frame_bytes(dataset) > LARGEST_BYTES:
        return None
    from dicom.pixels.image import image
    from dicom.pixels.image.png import encode_png

    try:
        whole = image(dataset)
        pixels = whole.frame(whole.number_of_frames // 2).display().array
        step = max(1, -(-max(pixels.shape[:2]) // LONGEST_SIDE))
        return encode_png(pixels[::step, ::step])
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
