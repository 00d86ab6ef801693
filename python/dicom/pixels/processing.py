"""From stored values to what is shown: modality, VOI and presentation transformations of gray levels.

In: an array of values and a data set that says what to do with them. Out: an array. Nothing here reads pixel data.
Standard: PS3.3 C.11.1 (Modality LUT), C.11.2 (VOI LUT), C.11.4 and C.11.6 (Presentation LUT), PS3.4 N.2.1.

The functions follow each other as in PS3.4 N.2: `apply_modality_lut`, `apply_voi_lut`, `apply_presentation_lut`.
Colours are in `color`. What `window` chooses for a picture is another thing: it finds a window where none is stated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import MissingElementError, PixelError
from dicom.pixels.lookup import LookupTable, read_table

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.description import DataSet

_WINDOW_WIDTH = 0x00281051
_VOI_LUT_FUNCTION = 0x00281056
_LEAST_WIDTH = {"LINEAR": 1.0, "LINEAR_EXACT": 0.0, "SIGMOID": 0.0}


class UnsupportedPresentationError(PixelError, NotImplementedError):
    """A Presentation LUT Shape that isn't known."""


def apply_modality_lut(arr: NDArray[Any], ds: DataSet) -> NDArray[Any]:
    """Values in the modality's unit: by the Modality LUT, else by Rescale Slope and Intercept (PS3.3 C.11.1).

    Parameters
    ----------
    arr : ndarray
        Stored values, any shape.
    ds : Dataset

    Returns
    -------
    ndarray, in the shape of `arr`
        uint8 or uint16 by the table's descriptor; float64 after a rescale; `arr` itself when there is nothing to apply.

    Raises
    ------
    PixelError
        The table can't be used.
    """
    table = _first_item(ds, "ModalityLUTSequence")
    if table is not None:
        return _table(table, ds, arr).apply(arr)
    slope, intercept = _rescale(ds)
    if slope is None or intercept is None:
        return arr
    values: NDArray[Any] = np.multiply(arr, slope, dtype=np.float64)
    values += intercept
    return values


#: The same: it applies a Modality LUT too.
apply_rescale = apply_modality_lut


def apply_voi_lut(arr: NDArray[Any], ds: DataSet, index: int = 0, prefer_lut: bool = True) -> NDArray[Any]:
    """The values of interest spread over the output's range: by the VOI LUT or a window (PS3.3 C.11.2).

    Parameters
    ----------
    arr : ndarray
        Values after the modality's transformation, any shape.
    ds : Dataset
    index : int
        Which of several views is taken, from 0.
    prefer_lut : bool
        Whether a VOI LUT goes before a window where there are both.

    Returns
    -------
    ndarray, in the shape of `arr`
        uint8 or uint16 by the table's descriptor; float64 after windowing; `arr` itself when there is nothing to apply.

    Raises
    ------
    IndexError
        There is no such view.
    PixelError
        The table or the window can't be used.
    """
    has_table = _first_item(ds, "VOILUTSequence") is not None
    if has_table and (prefer_lut or _windows(ds) is None):
        return apply_voi(arr, ds, index)
    return apply_windowing(arr, ds, index)


def apply_voi(arr: NDArray[Any], ds: DataSet, index: int = 0) -> NDArray[Any]:
    """Values put through the VOI LUT (PS3.3 C.11.2.1.1).

    Parameters
    ----------
    arr, ds, index
        As for `apply_voi_lut`.

    Returns
    -------
    ndarray of uint8 or uint16 by the table's descriptor, in the shape of `arr`
        `arr` itself when there is no table.

    Raises
    ------
    IndexError
        There is no such view.
    PixelError
        The table can't be used.
    """
    if _first_item(ds, "VOILUTSequence") is None:
        return arr
    item = ds.get("VOILUTSequence")[index]
    if arr.dtype.kind == "f":
        import warnings

        warnings.warn("a VOI LUT takes whole numbers; floating point values are cut", UserWarning, stacklevel=2)
    return _table(item, ds, arr).apply(arr)


def apply_windowing(arr: NDArray[Any], ds: DataSet, index: int = 0) -> NDArray[Any]:
    """Values put through Window Center and Window Width by the VOI LUT Function (PS3.3 C.11.2.1.2, C.11.2.1.3).

    Parameters
    ----------
    arr, ds, index
        As for `apply_voi_lut`.

    Returns
    -------
    ndarray of float64, in the shape of `arr`
        From the least to the greatest value that Bits Stored and Pixel Representation allow after the modality's
        transformation; `arr` itself when there is no window.

    Raises
    ------
    IndexError
        There is no such view.
    MissingElementError
        The data set doesn't say what the output's range is.
    PixelError
        The image isn't monochrome, the width is too small, or the function isn't known.
    """
    windows = _windows(ds)
    if windows is None:
        return arr
    interpretation = ds.get("PhotometricInterpretation")
    if interpretation is None:
        raise MissingElementError("windowing needs Photometric Interpretation (0028,0004)", tag=0x00280004)
    if interpretation not in ("MONOCHROME1", "MONOCHROME2"):
        raise PixelError("only MONOCHROME1 and MONOCHROME2 images can be windowed", tag=0x00280004)
    function = ds.get("VOILUTFunction") or "LINEAR"
    if function not in _LEAST_WIDTH:
        raise PixelError(
            "VOI LUT Function (0028,1056) is none of LINEAR, LINEAR_EXACT and SIGMOID", tag=_VOI_LUT_FUNCTION
        )
    centers, widths = windows
    center = float(centers[index]) if isinstance(centers, list) else float(centers)
    width = float(widths[index]) if isinstance(widths, list) else float(widths)
    if not (width >= 1.0 if function == "LINEAR" else width > 0.0):
        least = "at least 1" if function == "LINEAR" else "more than 0"
        raise PixelError(f"Window Width (0028,1051) has to be {least} for {function}", tag=_WINDOW_WIDTH)
    low, high = output_range(ds)
    values: NDArray[Any] = arr.astype(np.float64)
    if function == "SIGMOID":
        # The exponent is held where the result is the least or the greatest anyway: exp() would overflow past it.
        exponent = np.clip(-4.0 * (values - center) / width, -700.0, 700.0)
        return (high - low) / (1.0 + np.exp(exponent)) + low
    if function == "LINEAR":
        center -= 0.5
        width -= 1.0
    below, above = values <= center - width / 2.0, values > center + width / 2.0
    if width > 0:
        values -= center
        values /= width
        values += 0.5
        values *= high - low
        values += low
    values[below] = low
    values[above] = high
    return values


def output_range(ds: DataSet) -> tuple[float, float]:
    """The least and the greatest value that pixels can have after the modality's transformation.

    Raises
    ------
    MissingElementError
        There is neither a Modality LUT nor Bits Stored and Pixel Representation.
    """
    item = _first_item(ds, "ModalityLUTSequence")
    if item is not None:
        return 0.0, float(2 ** read_table(item, signed_inputs=True).bits - 1)
    bits, is_signed = ds.get("BitsStored"), ds.get("PixelRepresentation")
    if bits is None or is_signed is None:
        raise MissingElementError(
            "windowing needs Bits Stored (0028,0101) and Pixel Representation (0028,0103)", tag=0x00280101
        )
    low, high = (-(2 ** (int(bits) - 1)), 2 ** (int(bits) - 1) - 1) if is_signed else (0, 2 ** int(bits) - 1)
    slope, intercept = _rescale(ds)
    if slope is None or intercept is None:
        return float(low), float(high)
    ends = sorted((low * slope + intercept, high * slope + intercept))
    return ends[0], ends[1]


def apply_presentation_lut(arr: NDArray[Any], ds: DataSet) -> NDArray[Any]:
    """P-values: the last transformation of gray levels, by the Presentation LUT or its shape (PS3.3 C.11.6).

    The inputs' range is spread over the table: from the least to the greatest value that the data set allows after its
    other transformations, or, when it doesn't say, that `arr` has.

    Parameters
    ----------
    arr : ndarray
        Values after the VOI transformation, any shape.
    ds : Dataset

    Returns
    -------
    ndarray, in the shape of `arr`
        uint16 after a table; of the type of `arr` after the shape INVERSE; `arr` itself for IDENTITY and where there is
        nothing to apply.

    Raises
    ------
    PixelError
        The table can't be used.
    UnsupportedPresentationError
        The shape is neither IDENTITY nor INVERSE (a NotImplementedError too).
    """
    item = _first_item(ds, "PresentationLUTSequence")
    shape = ds.get("PresentationLUTShape")
    if item is None and not shape:
        return arr
    if item is None:
        name = shape.strip().upper()
        if name == "IDENTITY":
            return arr
        if name != "INVERSE":
            raise UnsupportedPresentationError(
                "Presentation LUT Shape (2050,0020) is neither IDENTITY nor INVERSE", tag=0x20500020
            )
    if arr.size == 0:
        return arr if item is None else arr.astype(np.uint16)
    low, high = _input_range(arr, ds)
    if item is None:
        inverted: NDArray[Any] = (high + low - arr.astype(np.float64)).astype(arr.dtype)
        return inverted
    table = _table(item, ds, arr).entries.astype(np.uint16)
    if high <= low:
        return np.full(arr.shape, table[0], np.uint16)
    index = (arr.astype(np.float64) - low) * (table.size - 1) / (high - low)
    return table[np.floor(index).astype(np.intp)]


def _input_range(arr: NDArray[Any], ds: DataSet) -> tuple[float, float]:
    least, greatest = float(arr.min()), float(arr.max())
    item = _first_item(ds, "VOILUTSequence")
    if item is not None:
        low, high = 0.0, float(2 ** read_table(item, signed_inputs=True).bits - 1)
    else:
        try:
            low, high = output_range(ds)
        except MissingElementError:
            return least, greatest
    return min(low, least), max(high, greatest)


def _first_item(ds: DataSet, keyword: str) -> Any:
    sequence = ds.get(keyword)
    return sequence[0] if sequence else None


def _table(item: Any, ds: DataSet, arr: NDArray[Any]) -> LookupTable:
    return read_table(item, signed_inputs=arr.dtype.kind != "u", is_big_endian=is_big_endian(ds))


def is_big_endian(ds: Any) -> bool:
    """Whether values that are given as bytes have the most significant byte of a word first."""
    if getattr(ds, "original_encoding", (None, None))[1] is False:
        return True
    meta = getattr(ds, "file_meta", None)
    return meta is not None and meta.get("TransferSyntaxUID") == "1.2.840.10008.1.2.2"


def _rescale(ds: DataSet) -> tuple[float | None, float | None]:
    slope, intercept = ds.get("RescaleSlope"), ds.get("RescaleIntercept")
    if slope in (None, "") or intercept in (None, ""):
        return None, None
    return float(slope), float(intercept)


def _windows(ds: DataSet) -> tuple[Any, Any] | None:
    """Window Center and Window Width, each a number or a list of numbers; None without them."""
    found = []
    for keyword in ("WindowCenter", "WindowWidth"):
        value = ds.get(keyword)
        if value is None or value == "":
            return None
        if not isinstance(value, (int, float)) and hasattr(value, "__getitem__") and not isinstance(value, str):
            value = list(value)
            if not value:
                return None
        found.append(value)
    return found[0], found[1]
