"""What the elements of the Image Pixel module mean: lengths, types, shapes, as functions of a data set.

In: a data set. Out: numbers, a dtype, a reshaped array. Standard: PS3.3 C.7.6.3. The decoding pipeline has the same in
`description`, checked at once; here each function asks for the elements that it needs, as pydicom's do.
"""

from __future__ import annotations

from dicom import _core
from dicom.errors import MissingElementError, PixelError
from dicom.pixels.description import EXPLICIT_VR_BIG_ENDIAN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

#: Keyword -> name of the option that stands for it.
OPTION_OF_KEYWORD = {
    "SamplesPerPixel": "samples_per_pixel",
    "PhotometricInterpretation": "photometric_interpretation",
    "PlanarConfiguration": "planar_configuration",
    "NumberOfFrames": "number_of_frames",
    "Rows": "rows",
    "Columns": "columns",
    "BitsAllocated": "bits_allocated",
    "BitsStored": "bits_stored",
    "PixelRepresentation": "pixel_representation",
}
_PIXELS = ("FloatPixelData", "DoubleFloatPixelData", "PixelData")
#: Codestreams whose planar configuration isn't that of the data set (PS3.5 8.2): colour by pixel, or by plane for RLE.
_BY_PIXEL = frozenset(f"1.2.840.10008.1.2.4.{n}" for n in (50, 51, 57, 70, 80, 81, 90, 91, 201, 202, 203))
_RLE_LOSSLESS = "1.2.840.10008.1.2.5"


class PixelTypeError(PixelError, NotImplementedError):
    """NumPy has no type for these pixels."""


def get_nr_frames(ds: Any, warn: bool = True) -> int:
    """Number of Frames; 1 where it is absent, empty or 0.

    Parameters
    ----------
    ds : Dataset
    warn : bool
        Whether an empty value and 0 are warned of: they break the standard.

    Returns
    -------
    int
    """
    value = ds.get("NumberOfFrames", 1)
    if value is None or value == "" or int(value) == 0:
        if warn:
            import warnings

            message = "Number of Frames (0028,0008) is empty or 0, 1 is assumed; it should be 1"
            warnings.warn(message, UserWarning, stacklevel=2)
        return 1
    return int(value)


def get_expected_length(ds: Any, unit: str = "bytes") -> int:
    """How long native Pixel Data is by what the other elements say.

    Parameters
    ----------
    ds : Dataset
    unit : {"bytes", "pixels"}

    Returns
    -------
    int
        Whole bytes without padding, or samples.

    Raises
    ------
    MissingElementError
        An element is missing that the length depends on.
    """
    rows, columns, samples = (int(_needed(ds, keyword)) for keyword in ("Rows", "Columns", "SamplesPerPixel"))
    count = rows * columns * samples * get_nr_frames(ds)
    if unit == "pixels":
        return count
    bits = int(_needed(ds, "BitsAllocated"))
    length = (count + 7) // 8 if bits == 1 else count * (bits // 8)
    # Two pixels share their Cb and Cr: two samples a pixel instead of three.
    return length // 3 * 2 if _needed(ds, "PhotometricInterpretation") == "YBR_FULL_422" else length


def pixel_dtype(ds: Any, as_float: bool = False) -> np.dtype[Any]:
    """The type of an array that holds the pixels.

    Parameters
    ----------
    ds : Dataset
    as_float : bool
        Whether the pixels are Float or Double Float Pixel Data.

    Returns
    -------
    dtype
        In the byte order of the data set.

    Raises
    ------
    MissingElementError
        Bits Allocated or Pixel Representation is missing.
    PixelTypeError
        NumPy has no such type (a NotImplementedError too).
    PixelError
        A number that isn't allowed.
    """
    import numpy as np

    bits = int(_needed(ds, "BitsAllocated"))
    representation = 0 if as_float else int(_needed(ds, "PixelRepresentation"))
    if representation not in (0, 1):
        raise PixelError(f"Pixel Representation is {representation}; 0 and 1 are allowed", tag=0x00280103)
    if bits == 1:
        return np.dtype("uint8")
    if bits < 1 or bits % 8:
        raise PixelError(f"Bits Allocated is {bits}; 1 and multiples of 8 are allowed", tag=0x00280100)
    kind = "f" if as_float else "ui"[representation]
    if bits not in ((16, 32, 64) if as_float else (8, 16, 32, 64)):
        raise PixelTypeError(f"NumPy has no type for {'floating point ' * as_float}pixels of {bits} bits")
    return np.dtype(f"{'>' if _is_big_endian(ds) else '<'}{kind}{bits // 8}")


def reshape_pixel_array(ds: Any, arr: NDArray[Any]) -> NDArray[Any]:
    """Give the pixels their shape, colours by pixel.

    Parameters
    ----------
    ds : Dataset
        Its transfer syntax settles the planar configuration of most codestreams; else it is that of the data set.
    arr : ndarray, one axis
        All frames' samples, in the order in which they were stored or decoded.

    Returns
    -------
    ndarray
        Shape (rows, columns), (rows, columns, samples), and with a first axis of frames where there are several.

    Raises
    ------
    MissingElementError
        An element is missing that the shape depends on.
    PixelError
        A number that isn't allowed, or another number of samples than they say.
    """
    frames = get_nr_frames(ds)
    samples, rows, columns = (int(_needed(ds, keyword)) for keyword in ("SamplesPerPixel", "Rows", "Columns"))
    if samples < 1 or frames < 1:
        raise PixelError(f"{samples} samples a pixel and {frames} frames make no image", tag=0x00280002)
    if arr.size != frames * samples * rows * columns:
        raise PixelError(
            f"{arr.size} samples where {frames} frame(s) of {rows} rows x {columns} columns x {samples} are needed"
        )
    if samples == 1:
        return arr.reshape((frames, rows, columns) if frames > 1 else (rows, columns))
    syntax = _transfer_syntax(ds)
    if syntax == _RLE_LOSSLESS or syntax in _BY_PIXEL:
        planar = int(syntax == _RLE_LOSSLESS)
    else:
        planar = int(_needed(ds, "PlanarConfiguration"))
    if planar not in (0, 1):
        raise PixelError(f"Planar Configuration is {planar}; 0 and 1 are allowed", tag=0x00280006)
    if planar == 0:
        shaped = arr.reshape(frames, rows, columns, samples)
    else:
        shaped = arr.reshape(frames, samples, rows, columns).transpose(0, 2, 3, 1)
    return shaped if frames > 1 else shaped[0]


def as_pixel_options(ds: Any, **kwargs: Any) -> dict[str, Any]:
    """The elements of the Image Pixel module by the names of options.

    Parameters
    ----------
    ds : Dataset
    **kwargs
        Options that go before the data set's.

    Returns
    -------
    dict
        ``rows``, ``columns``, ``samples_per_pixel``, ..., of the elements that there are; ``number_of_frames`` always,
        and ``extended_offsets`` where there is an Extended Offset Table.
    """
    options: dict[str, Any] = {}
    for keyword, name in OPTION_OF_KEYWORD.items():
        if keyword in ds and name != "number_of_frames":
            options[name] = ds.get(keyword)
    options["number_of_frames"] = get_nr_frames(ds)
    if "ExtendedOffsetTable" in ds and "ExtendedOffsetTableLengths" in ds:
        options["extended_offsets"] = (ds.get("ExtendedOffsetTable"), ds.get("ExtendedOffsetTableLengths"))
    return options | kwargs


def get_image_pixel_ids(ds: Any) -> dict[str, int]:
    """Identities (`id`) of the elements that the pixels depend on, by keyword; another one says that they may differ.

    Parameters
    ----------
    ds : Dataset

    Returns
    -------
    dict of str to int
        `id` of None for an element that isn't there.
    """
    keywords = (*OPTION_OF_KEYWORD, *_PIXELS)
    elements = ((keyword, ds[keyword] if keyword in ds else None) for keyword in keywords)  # noqa: SIM401
    return {keyword: id(element) for keyword, element in elements}


def get_j2k_parameters(codestream: bytes) -> dict[str, Any]:
    """What a JPEG 2000 codestream says of its first component (ISO/IEC 15444-1 A.5.1).

    Parameters
    ----------
    codestream : bytes
        With or without the boxes of JP2.

    Returns
    -------
    dict
        ``precision`` (bits), ``is_signed``, and ``jp2``, whether there are boxes; empty when it is none.
    """
    try:
        header = _core.read_frame_header(codestream)
    except ValueError:
        # A beginning is enough: Ssiz of the first component lies 42 bytes after SOC.
        if codestream[:4] != b"\xff\x4f\xff\x51" or len(codestream) <= 42:
            return {}
        return {"jp2": False, "precision": (codestream[42] & 0x7F) + 1, "is_signed": codestream[42] > 0x7F}
    if header.codestream not in ("JPEG 2000", "HTJ2K"):
        return {}
    return {"jp2": header.start > 0, "precision": header.bits, "is_signed": header.is_signed}


def _needed(ds: Any, keyword: str) -> Any:
    value = ds.get(keyword)
    if value is None or value == "":
        raise MissingElementError(f"the data set has no {keyword}, or it is empty")
    return value


def _transfer_syntax(ds: Any) -> str:
    meta = getattr(ds, "file_meta", None)
    return str((meta.get("TransferSyntaxUID") if meta is not None else None) or "")


def _is_big_endian(ds: Any) -> bool:
    syntax = _transfer_syntax(ds)
    if syntax:
        return syntax == EXPLICIT_VR_BIG_ENDIAN
    return getattr(ds, "original_encoding", (None, None))[1] is False
