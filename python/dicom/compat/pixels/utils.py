"""``pydicom.pixels.utils``: arrays from files and data sets, and what describes them.

The work is done in `dicom.pixels`; here stand the functions that read a file first.
"""

from __future__ import annotations

from sys import byteorder
from typing import TYPE_CHECKING

import numpy as np

from dicom.compat._dicom_dict import DicomDictionary
from dicom.compat.dataset import default_encoding
from dicom.dataset.read import dcmread
from dicom.dictionary import dictionary_is_retired
from dicom.errors import MissingElementError
from dicom.pixels.bits import expand_ybr422, pack_bits, unpack_bits
from dicom.pixels.image_pixel import (
    as_pixel_options,
    get_expected_length,
    get_image_pixel_ids,
    get_j2k_parameters,
    get_nr_frames,
    pixel_dtype,
    reshape_pixel_array,
)
from dicom.pixels.writing.set_pixels import set_pixel_data
from dicom.pixels.writing.transcode import compress, decompress
from dicom.tag import Tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from numpy.typing import NDArray

__all__ = [
    "HAVE_NP",
    "DicomDictionary",
    "_passes_version_check",
    "as_pixel_options",
    "byteorder",
    "compress",
    "decompress",
    "default_encoding",
    "expand_ybr422",
    "get_expected_length",
    "get_image_pixel_ids",
    "get_j2k_parameters",
    "get_nr_frames",
    "iter_pixels",
    "np",
    "pack_bits",
    "pixel_array",
    "pixel_dtype",
    "reshape_pixel_array",
    "set_pixel_data",
    "unpack_bits",
]

#: NumPy is one of our own dependencies.
HAVE_NP = True
_PIXEL_KEYWORDS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")


def pixel_array(
    src: Any,
    *,
    ds_out: Any = None,
    specific_tags: list[Any] | None = None,
    index: int | None = None,
    raw: bool = False,
    decoding_plugin: str = "",
    **kwargs: Any,
) -> NDArray[Any]:
    """The pixels of a file or a data set.

    Parameters
    ----------
    src : str, PathLike, binary stream or Dataset
        A stream is read from its beginning and put back to where it stood.
    ds_out : Dataset, optional
        Gets the File Meta Information and the elements of group 0028 of a file.
    specific_tags : list of int or str, optional
        Further elements for `ds_out`.
    index : int, optional
        The frame, from 0; all frames when not given.
    raw, decoding_plugin, **kwargs
        As for `dicom.compat.pixels.decoders.base.Decoder.as_array`.

    Returns
    -------
    ndarray
        Shape (rows, columns), (rows, columns, samples), and with a first axis of frames where there are several.

    Raises
    ------
    MissingElementError
        There is no pixel data, or no Transfer Syntax UID.
    TransferSyntaxError
        The transfer syntax isn't decoded.
    PixelError
        The pixels can't be decoded.
    """
    ds, decoder, stream, offset = _open(src)
    try:
        array, _ = decoder.as_array(ds, index=index, raw=raw, decoding_plugin=decoding_plugin, **kwargs)
        _hand_over(ds, src, ds_out, specific_tags)
    finally:
        if stream is not None:
            stream.seek(offset)
    found: NDArray[Any] = array
    return found


def iter_pixels(
    src: Any,
    *,
    ds_out: Any = None,
    specific_tags: list[Any] | None = None,
    indices: Iterable[int] | None = None,
    raw: bool = False,
    decoding_plugin: str = "",
    **kwargs: Any,
) -> Iterator[NDArray[Any]]:
    """The frames of a file or a data set, one after the other.

    Parameters
    ----------
    src, ds_out, specific_tags, raw, decoding_plugin, **kwargs
        As for `pixel_array`.
    indices : iterable of int, optional
        Frames, from 0; all in order when not given.

    Yields
    ------
    ndarray, shape (rows, columns) or (rows, columns, samples)

    Raises
    ------
    MissingElementError, TransferSyntaxError, PixelError
        As `pixel_array`.
    """
    ds, decoder, stream, offset = _open(src)
    try:
        _hand_over(ds, src, ds_out, specific_tags)
        for array, _ in decoder.iter_array(ds, indices=indices, raw=raw, decoding_plugin=decoding_plugin, **kwargs):
            yield array
    finally:
        if stream is not None:
            stream.seek(offset)


def _open(src: Any) -> tuple[Any, Any, Any, int]:
    """The data set, its decoder, and the stream that is to be put back to where it stood."""
    stream, offset = None, 0
    if isinstance(src, (str, bytes)) or hasattr(src, "__fspath__"):
        ds = dcmread(src, force=True)
    elif hasattr(src, "read") and hasattr(src, "seek"):
        stream, offset = src, src.tell()
        stream.seek(0)
        ds = dcmread(stream, force=True)
    else:
        ds = src
    meta = getattr(ds, "file_meta", None)
    syntax = meta.get("TransferSyntaxUID") if meta is not None else None
    if not syntax:
        raise MissingElementError("the data set has no Transfer Syntax UID (0002,0010)", tag=0x00020010)
    if not any(keyword in ds for keyword in _PIXEL_KEYWORDS):
        raise MissingElementError("the data set has no Pixel Data, Float Pixel Data or Double Float Pixel Data")
    from .decoders.base import get_decoder

    return ds, get_decoder(syntax), stream, offset


def _hand_over(ds: Any, src: Any, ds_out: Any, specific_tags: list[Any] | None) -> None:
    if ds_out is None or ds is src:
        return
    further = {int(Tag(tag)) for tag in specific_tags or ()} | {0x00080005}
    for tag in ds.keys():  # noqa: SIM118 - iteration gives elements
        if (tag >> 16 == 0x0028 and not _is_retired(tag)) or tag in further:
            ds_out[tag] = ds[tag]
    ds_out.file_meta = ds.file_meta


def _is_retired(tag: int) -> bool:
    try:
        return dictionary_is_retired(tag)
    except KeyError:
        return False


def _passes_version_check(package_name: str, minimum_version: tuple[int, ...]) -> bool:
    """Whether a package is installed, in this version or a later one."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        numbers = version(package_name).split(".")[: len(minimum_version)]
    except PackageNotFoundError:
        return False
    return tuple(int(number) if number.isdigit() else 0 for number in numbers) >= minimum_version
