"""Decode with options by name: a data set whose elements are overridden, or pixel data without a data set.

In: a data set, bytes or a stream, and options such as ``rows`` and ``bits_allocated``. Out: arrays or bytes, with the
values of the Image Pixel module that describe them. It is the one pipeline of `decode`, seen through a mapping.
Standard: PS3.3 C.7.6.3.
"""

from __future__ import annotations

from struct import error as StructError
from struct import pack

from dicom.errors import MissingElementError, PixelError
from dicom.pixels.decode import decode_frame, iter_frames, pixel_array
from dicom.pixels.description import (
    DOUBLE_FLOAT_PIXEL_DATA,
    FLOAT_PIXEL_DATA,
    NATIVE_TRANSFER_SYNTAXES,
    PIXEL_DATA,
    FrameIndexError,
    describe,
)
from dicom.pixels.image_pixel import OPTION_OF_KEYWORD
from dicom.pixels.native import count_native_frames
from dicom.pixels.plugins import check_plugin
from dicom.pixels.source import StreamValue, ValueBytes, open_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.description import FrameDescription
    from dicom.pixels.source import PixelSource

_TAG_OF_KEYWORD = {
    "PixelData": PIXEL_DATA,
    "FloatPixelData": FLOAT_PIXEL_DATA,
    "DoubleFloatPixelData": DOUBLE_FLOAT_PIXEL_DATA,
}
#: What may stand in the place of elements.
OPTION_NAMES = frozenset({*OPTION_OF_KEYWORD.values(), "pixel_keyword", "pixel_vr", "extended_offsets"})
_REQUIRED = ("rows", "columns", "samples_per_pixel", "bits_allocated", "photometric_interpretation")


class _Element:
    """What is asked of the pixel data element: its VR."""

    def __init__(self, vr: str) -> None:
        self.VR = vr


class _FileMeta:
    def __init__(self, transfer_syntax: str) -> None:
        self.TransferSyntaxUID = transfer_syntax

    def get(self, key: str, default: Any = None) -> Any:
        return self.TransferSyntaxUID if key == "TransferSyntaxUID" else default


class PixelOptions:
    """Options in the place of a data set's elements.

    Parameters
    ----------
    src : Dataset, bytes-like or seekable binary stream
        A data set; or pixel data alone, a stream from where it stands.
    transfer_syntax : str
        Of the pixel data.
    options : dict
        By the names of `dicom.pixels.image_pixel.OPTION_OF_KEYWORD`; also ``pixel_keyword``, ``pixel_vr`` and
        ``extended_offsets``. They go before the elements of a data set.

    Raises
    ------
    MissingElementError
        Pixel data alone lacks an option that it can't be decoded without.
    """

    def __init__(self, src: Any, transfer_syntax: str, options: dict[str, Any]) -> None:
        self._is_data = isinstance(src, (bytes, bytearray, memoryview)) or hasattr(src, "read")
        self._src = src
        self._options = options
        self.file_meta = _FileMeta(str(transfer_syntax))
        if self._is_data:
            missing = [name for name in _REQUIRED if options.get(name) is None]
            if missing:
                raise MissingElementError(f"pixel data without a data set needs {', '.join(missing)}")
        self._keyword = options.get("pixel_keyword") or ("PixelData" if self._is_data else None)

    def get(self, key: str, default: Any = None, /) -> Any:
        """The value of an element: of the option that stands for it, else of the data set."""
        name = OPTION_OF_KEYWORD.get(key)
        if name is not None and self._options.get(name) is not None:
            return self._options[name]
        if key in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths"):
            table = self._options.get("extended_offsets")
            if table is not None:
                column = table[key.endswith("Lengths")]
                if isinstance(column, (bytes, bytearray, memoryview)):
                    return column
                try:
                    return pack(f"<{len(column)}Q", *column)
                except StructError:
                    raise PixelError("extended_offsets has numbers that 64 bits can't hold", tag=0x7FE00001) from None
        if key == "HighBit" and self._options.get("bits_stored") is not None:
            # The data set's goes with its own Bits Stored.
            return default
        return default if self._is_data else self._src.get(key, default)

    def with_all_bits(self) -> PixelOptions:
        """The same with all bits allocated taken for stored: none is cleared when the pixels are decoded."""
        options = {**self._options, "bits_stored": self.get("BitsAllocated")}
        return PixelOptions(self._src, self.file_meta.TransferSyntaxUID, options)

    def __contains__(self, key: str) -> bool:
        if key in _TAG_OF_KEYWORD and self._keyword is not None:
            return key == self._keyword
        return not self._is_data and key in self._src

    def __getitem__(self, tag: int) -> Any:
        vr = self._options.get("pixel_vr")
        if vr is None and not self._is_data:
            return self._src[tag]
        return _Element(vr or "OW")

    def _open_source(self, tag: int) -> PixelSource:
        if not self._is_data:
            return open_source(self._src, tag)
        is_encapsulated = describe(self).is_encapsulated
        if hasattr(self._src, "read"):
            return StreamValue(self._src, is_encapsulated=is_encapsulated)
        return ValueBytes(self._src, is_encapsulated=is_encapsulated)

    def _add_finding(self, finding: Any) -> None:
        add = None if self._is_data else getattr(self._src, "_add_finding", None)
        if add is not None:
            add(finding)
        else:
            import warnings

            warnings.warn(str(finding), UserWarning, stacklevel=4)


def forced_colors(raw: bool, options: Mapping[str, Any]) -> str:
    """The colour space that ``force_rgb`` or ``force_ybr`` asks for; empty without them, and where `raw` goes before.

    Raises
    ------
    PixelError
        Both are asked for.
    """
    if options.get("force_rgb") and options.get("force_ybr"):
        raise PixelError("force_rgb and force_ybr can't both be asked for")
    if raw:
        return ""
    return "RGB" if options.get("force_rgb") else "YBR_FULL" if options.get("force_ybr") else ""


def decode_with_options(
    ds: PixelOptions,
    index: int | None = None,
    *,
    as_rgb: bool = True,
    force: str = "",
    allow_excess_frames: bool = True,
) -> tuple[NDArray[Any], dict[str, str | int]]:
    """Decoded pixels and what describes them.

    Parameters
    ----------
    ds : PixelOptions
    index : int, optional
        The frame, from 0; all frames when not given.
    as_rgb : bool
        Whether YBR_FULL is given as RGB.
    force : {"", "RGB", "YBR_FULL"}
        The colour space that samples are converted to from the other one, whatever the elements say that they are.
    allow_excess_frames : bool
        Whether frames beyond Number of Frames are given too.

    Returns
    -------
    array : ndarray
        As of `dicom.pixels.decode.pixel_array`, or of `decode_frame`.
    properties : dict
        ``rows``, ``columns``, ``number_of_frames``, ``samples_per_pixel``, ``bits_allocated``, ``bits_stored``,
        ``photometric_interpretation``, with several samples ``planar_configuration``, and for Pixel Data
        ``pixel_representation``.

    Raises
    ------
    FrameIndexError
        There is no such frame.
    PixelError, CodecError, LimitError
        As `dicom.pixels.decode.pixel_array`.
    """
    description = describe(ds)
    description.converts_color = as_rgb and not force
    if index is not None:
        array = decode_frame(ds, _counted_from_0(index), description=description)
        return _forced(array, properties(description, 1), force)
    array = pixel_array(ds, description=description)
    count = 1 if array.ndim == len(description.frame_shape) else len(array)
    if not allow_excess_frames and count > description.number_of_frames:
        count = description.number_of_frames
        array = array[:count] if count > 1 else array[0]
    return _forced(array, properties(description, count), force)


def decode_data_set(
    ds: Any,
    *,
    index: int | None = None,
    raw: bool = False,
    decoding_plugin: str = "",
    as_rgb: bool = True,
    allow_excess_frames: bool = True,
    view_only: bool = False,
    **options: Any,
) -> NDArray[Any]:
    """A data set's pixels, decoded as is asked for.

    Parameters
    ----------
    ds : Dataset
    index : int, optional
        The frame, from 0; all frames when not given.
    raw : bool
        Whether YBR_FULL stays as it is, in spite of `as_rgb`.
    decoding_plugin : str
        A name of pydicom's plugins for the transfer syntax; the pipeline is the same for all.
    as_rgb, allow_excess_frames
        As for `decode_with_options`.
    view_only : bool
        Whether an array of native pixel data may not be written to.
    **options
        In the place of elements, by the names of `dicom.pixels.image_pixel.OPTION_OF_KEYWORD`; also ``force_rgb`` and
        ``force_ybr``, which convert samples whatever the elements say that they are.

    Returns
    -------
    ndarray

    Raises
    ------
    PixelError, CodecError, LimitError
        As `decode_with_options`; also for a plugin that there is not.
    """
    meta = getattr(ds, "file_meta", None)
    syntax = str((meta.get("TransferSyntaxUID") if meta is not None else None) or "")
    check_plugin(decoding_plugin, syntax)
    force = forced_colors(raw, options)
    options = {name: value for name, value in options.items() if name in OPTION_NAMES}
    # Without overrides the data set itself says what its transfer syntax is where it names none.
    source = PixelOptions(ds, syntax or describe(ds).transfer_syntax, options)
    array, _ = decode_with_options(
        source, index, as_rgb=as_rgb and not raw, force=force, allow_excess_frames=allow_excess_frames
    )
    if view_only and syntax in NATIVE_TRANSFER_SYNTAXES:
        array.flags.writeable = False
    return array


def iterate_with_options(
    ds: PixelOptions, indices: Iterable[int] | None = None, *, as_rgb: bool = True, force: str = ""
) -> Iterator[tuple[NDArray[Any], dict[str, str | int]]]:
    """The frames one after the other, each with what describes it.

    Parameters
    ----------
    ds, as_rgb, force
        As for `decode_with_options`.
    indices : iterable of int, optional
        Frames, from 0; all in order when not given.

    Yields
    ------
    array, properties
        As of `decode_with_options` for one frame.

    Raises
    ------
    FrameIndexError, PixelError, CodecError, LimitError
        As `decode_with_options`.
    """
    description = describe(ds)
    description.converts_color = as_rgb and not force
    checked = None if indices is None else map(_counted_from_0, indices)
    for frame in iter_frames(ds, checked, description=description):
        yield _forced(frame, properties(description, 1), force)


def _forced(array: NDArray[Any], found: dict[str, str | int], force: str) -> tuple[NDArray[Any], dict[str, str | int]]:
    if not force:
        return array, found
    from dicom.pixels.color import convert_color_space

    converted = convert_color_space(array, "YBR_FULL" if force == "RGB" else "RGB", force)
    return converted, {**found, "photometric_interpretation": force}


def read_native(ds: PixelOptions, index: int | None = None) -> tuple[bytes | memoryview, dict[str, str | int]]:
    """The bytes of native frames as they are stored, and what describes them.

    Parameters
    ----------
    ds : PixelOptions
        Of a transfer syntax without encapsulation.
    index : int, optional
        The frame, from 0; all frames when not given. Bits of its neighbours may lie in the first and the last byte of a
        frame of single bits; bytes in big endian words come as whole words.

    Returns
    -------
    data : bytes or memoryview
    properties : dict
        As of `decode_with_options`.

    Raises
    ------
    FrameIndexError
        There is no such frame.
    PixelError
        The value is shorter than the declared frames.
    """
    description = describe(ds)
    source = open_source(ds, description.tag)
    count = count_native_frames(source, description)
    bits = description.native_frame_bits
    begin, end = 0, (count * bits + 7) // 8
    if index is not None:
        if not 0 <= index < count:
            raise FrameIndexError(f"frame {index} of {count}", tag=description.tag)
        begin, end = index * bits // 8, ((index + 1) * bits + 7) // 8
    if description.is_big_endian and description.bits_allocated <= 8 and description.vr == "OW":
        begin, end = begin & ~1, end + 1 & ~1
    found = properties(description, count if index is None else 1)
    # Nothing was decoded, so colours and their order are as the data set says.
    found["photometric_interpretation"] = description.photometric_interpretation
    if description.samples_per_pixel > 1:
        found["planar_configuration"] = description.planar_configuration
    return source.read(begin, end - begin), found


def properties(description: FrameDescription, number_of_frames: int) -> dict[str, str | int]:
    """The values of the Image Pixel module that describe decoded frames, by the names of options."""
    found: dict[str, str | int] = {
        "bits_allocated": description.bits_allocated,
        "columns": description.columns,
        "number_of_frames": number_of_frames,
        "photometric_interpretation": description.decoded_interpretation,
        "rows": description.rows,
        "samples_per_pixel": description.samples_per_pixel,
    }
    if description.samples_per_pixel > 1:
        found["planar_configuration"] = 0
    if description.tag == PIXEL_DATA:
        found["bits_stored"] = description.bits_stored
        found["pixel_representation"] = int(description.is_signed)
    return found


def _counted_from_0(index: int) -> int:
    if index < 0:
        raise PixelError("a frame index has to be 0 or more")
    return index
