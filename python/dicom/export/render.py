"""What a picture holds: the values of one frame, and their size.

In: an `Image` of one frame, or levels of 8 bits. Out: arrays. Standard: PS3.3 10.7 and C.7.6.3.1.7 (pixels that aren't
square).
"""

from __future__ import annotations

from dicom.errors import GeometryError, LimitError, MissingDependencyError, PixelError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    from dicom.pixels.image import Image

#: Pixels of one picture.
MAX_PIXELS = 2**28
#: Spacings of rows and columns that differ by less are taken for equal: they are measured, and rounded.
_SQUARE_WITHIN = 0.01


def values_of(image: Image, values: str) -> NDArray[Any]:
    """The stored values, or those in the modality's unit, of one frame.

    Raises
    ------
    PixelError
        A colour image, whose samples aren't measured values.
    """
    if image.samples_per_pixel > 1:
        raise PixelError(f"an image in colour has no {values} values to be written as numbers; its display has colours")
    frame = image.stored() if values == "stored" else image.modality()
    array: NDArray[Any] = frame.array
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def size_of(
    rows: int, columns: int, spacing: tuple[float, float] | None, fit: tuple[int, int] | None
) -> tuple[int, int]:
    """Rows and columns of the picture.

    Parameters
    ----------
    rows, columns : int
        Of the frame.
    spacing : (float, float), optional
        From row to row and from column to column; the coarser direction is enlarged so that pixels become square.
    fit : (int, int), optional
        Width and height that the picture fills in one direction and stays within in the other.

    Raises
    ------
    LimitError
        More than 2^28 pixels.
    """
    height, width = float(rows), float(columns)
    if spacing is not None:
        row, column = spacing
        if abs(row / column - 1) > _SQUARE_WITHIN:
            height, width = height * max(row / column, 1.0), width * max(column / row, 1.0)
    if fit is not None:
        scale = min(fit[0] / width, fit[1] / height)
        height, width = height * scale, width * scale
    if height * width > MAX_PIXELS:
        raise LimitError(f"a picture of {height:.0f} x {width:.0f} pixels; the limit is {MAX_PIXELS} pixels")
    return max(1, round(height)), max(1, round(width))


def spacing_of(image: Image) -> tuple[float, float] | None:
    """Spacing of rows and columns, or their ratio; None when nothing usable says it: pixels are square then."""
    from dicom.pixels.spacing import pixel_spacing

    try:
        spacing = pixel_spacing(image._stored.ds, image._frame_indices[0])
    except GeometryError:
        return None
    return spacing.row_spacing, spacing.column_spacing


def resample(levels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Grey levels or colours in another size (rows, columns), by a Lanczos filter over all pixels that they cover.

    Raises
    ------
    MissingDependencyError
        The size is another one, and Pillow isn't installed.
    """
    if levels.shape[:2] == size:
        return levels
    import numpy as np

    pillow = require_pillow("another size than the image's own (square=False keeps its pixels as they are)")
    resized = pillow.fromarray(levels).resize((size[1], size[0]), pillow.Resampling.LANCZOS)
    return np.asarray(resized)


def require_pillow(what: str) -> Any:
    """Pillow's module Image.

    Raises
    ------
    MissingDependencyError
        It isn't installed.
    """
    try:
        from PIL import Image as pillow
    except ImportError as error:
        raise MissingDependencyError(f"{what} needs Pillow: pip install dicom-py[pictures]") from error
    return pillow
