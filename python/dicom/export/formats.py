"""The bytes of a picture: PNG, JPEG, TIFF.

In: an array. Out: bytes. PNG and JPEG come from imagecodecs, which decodes frames too; TIFF from Pillow.
No metadata but, in a PNG of measured values, what turns its samples into them.
"""

from __future__ import annotations

from struct import pack
from zlib import crc32

from dicom.errors import PixelError
from dicom.export.render import require_pillow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

PNG, JPEG, TIFF, GIF, MP4 = "png", "jpeg", "tiff", "gif", "mp4"
#: Suffix of a file's name -> format.
FORMATS = {"png": PNG, "jpg": JPEG, "jpeg": JPEG, "tif": TIFF, "tiff": TIFF, "gif": GIF, "mp4": MP4}
#: Formats of one frame; the others are of several.
PICTURES = (PNG, JPEG, TIFF)

_SIGNATURE_AND_HEADER = 33  # bytes of a PNG before what may come after the header
_LEVEL = 6
_SAMPLE_FORMAT = 339  # a tag of TIFF; 2: two's complement


def format_of(path: str, chosen: str | None = None) -> str:
    """The format of a file, by its name or as it was chosen.

    Raises
    ------
    PixelError
        There is no such format.
    """
    from os.path import splitext

    suffix = (chosen or splitext(path)[1].lstrip(".")).lower()
    if suffix not in FORMATS:
        raise PixelError(f"no format of pictures is known by the suffix; there are {', '.join(FORMATS)}")
    return FORMATS[suffix]


def encode(array: NDArray[Any], kind: str, quality: int, notes: dict[str, str] | None = None) -> bytes:
    """The bytes of a picture.

    Parameters
    ----------
    array : ndarray, shape (rows, columns) or (rows, columns, 3)
        PNG: uint8 or uint16. JPEG: uint8. TIFF: also int16, int32 and float32.
    kind : str
        ``"png"``, ``"jpeg"`` or ``"tiff"``.
    quality : int
        Of a JPEG, from 1 to 100.
    notes : dict, optional
        Keyword -> text, for a PNG.

    Raises
    ------
    MissingDependencyError
        A TIFF needs Pillow.
    """
    import numpy as np

    array = np.ascontiguousarray(array)
    if kind == TIFF:
        return _tiff(array)
    import imagecodecs

    if kind == JPEG:
        # Chrominance as fine as luminance: lines and letters in colour would fray.
        data = bytes(imagecodecs.jpeg8_encode(array, level=quality, subsampling="444"))
    else:
        data = bytes(imagecodecs.png_encode(array, level=_LEVEL))
        for keyword, text in (notes or {}).items():
            data = data[:_SIGNATURE_AND_HEADER] + _text_chunk(keyword, text) + data[_SIGNATURE_AND_HEADER:]
    return data


def _text_chunk(keyword: str, text: str) -> bytes:
    """A textual data chunk of a PNG (ISO/IEC 15948 11.3.3.2)."""
    content = b"tEXt" + keyword.encode("latin-1") + b"\0" + text.encode("latin-1")
    return pack(">I", len(content) - 4) + content + pack(">I", crc32(content))


def _tiff(array: NDArray[Any]) -> bytes:
    import io

    pillow = require_pillow("a TIFF")
    tags = {}
    if array.dtype == "int16":
        # Pillow has no such picture, only the unsigned one of the same bits: the tag says how they are meant.
        picture = pillow.fromarray(array.view("uint16"))
        tags[_SAMPLE_FORMAT] = 2
    else:
        picture = pillow.fromarray(array)
    made = io.BytesIO()
    picture.save(made, "TIFF", compression="tiff_adobe_deflate", tiffinfo=tags)
    return made.getvalue()


def for_tiff(values: NDArray[Any]) -> NDArray[Any]:
    """Values in a type that a TIFF can hold: whole numbers exactly, others as float32.

    Raises
    ------
    PixelError
        Whole numbers beyond 32 bits.
    """
    import numpy as np

    if values.dtype.kind == "f":
        rounded: NDArray[np.float32] = values.astype(np.float32)
        return rounded
    if values.dtype in (np.uint8, np.uint16, np.int16):
        return values
    # By the type and not by the values where that is enough, so that all files of a series get the same.
    if values.dtype == np.int8:
        return values.astype(np.int16)
    low, high = int(values.min()), int(values.max())
    for dtype in (np.int16, np.uint16, np.int32):
        held = np.iinfo(dtype)
        if held.min <= low and high <= held.max:
            return values.astype(dtype)
    raise PixelError("a TIFF is written with samples of 32 bits at most, and a value is beyond that")


def for_png(values: NDArray[Any]) -> tuple[NDArray[Any], float, float, bool]:
    """Values as unsigned samples of 8 or 16 bits, with what turns them back: ``sample * slope + intercept``.

    Whole numbers stay exact, with slope 1: unsigned types as they are; what fits into 16 bits with a sign plus 32768
    (so that files of a series agree); else less the least value. Fractions are spread over the 65,536 samples, and are
    off by half a slope at most; where there are values that are no number, sample 0 is theirs.

    Returns
    -------
    samples : ndarray of uint8 or uint16
    slope, intercept : float
    has_nan : bool

    Raises
    ------
    PixelError
        Whole numbers over a range of more than 65,536, or values that are infinite.
    """
    import numpy as np

    if values.dtype.kind == "f":
        return _spread(values.astype(np.float64))
    if values.dtype in (np.uint8, np.uint16):
        return values, 1.0, 0.0, False
    low, high = int(values.min()), int(values.max())
    if low >= -(2**15) and high < 2**15:
        offset = -(2**15)
    elif low >= 0 and high < 2**16:
        offset = 0
    elif high - low < 2**16:
        offset = low
    else:
        raise PixelError("the values span more than the 65,536 steps of a PNG; a TIFF holds them")
    return (values.astype(np.int64) - offset).astype(np.uint16), 1.0, float(offset), False


def _spread(values: NDArray[np.float64]) -> tuple[NDArray[Any], float, float, bool]:
    import numpy as np

    unknown = np.isnan(values)
    has_nan = bool(unknown.any())
    known = values[~unknown]
    if np.isinf(known).any():
        raise PixelError("an infinite value can't be a sample of a PNG; a TIFF holds it")
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    first = 1 if has_nan else 0
    slope = (high - low) / (65535 - first) or 1.0
    if not np.isfinite(slope) or slope < np.finfo(np.float64).tiny:
        raise PixelError("the values are too far apart, or too near each other, for a PNG; a TIFF holds them")
    intercept = low - first * slope
    samples = np.rint((np.where(unknown, low, values) - low) / slope) + first
    samples[unknown] = 0
    return np.clip(samples, 0, 65535).astype(np.uint16), slope, intercept, has_nan
