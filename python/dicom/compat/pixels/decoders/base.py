"""``pydicom.pixels.decoders.base``: decoders, all on the one pipeline of `dicom.pixels`.

In: a data set, bytes or a stream, and options by name. Out: arrays or bytes, with the values of the Image Pixel module
that describe them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dicom.compat.pixels.common import CoderBase, RunnerBase, RunnerOptions
from dicom.errors import CodecError, TransferSyntaxError
from dicom.pixels.codecs import CODECS
from dicom.pixels.color import convert_color_space
from dicom.pixels.description import NATIVE_TRANSFER_SYNTAXES, FrameIndexError
from dicom.pixels.frame_decoder import FrameDecoder
from dicom.pixels.options import (
    OPTION_NAMES,
    PixelOptions,
    decode_with_options,
    forced_colors,
    iterate_with_options,
    read_native,
)
from dicom.uid import (
    HTJ2K,
    JPEG2000,
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEG2000TransferSyntaxes,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    JPEGLSTransferSyntaxes,
    JPEGTransferSyntaxes,
    RLELossless,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    Properties = dict[str, str | int]

__all__ = [
    "HAVE_NP",
    "PROCESSORS",
    "DecodeOptions",
    "DecodeRunner",
    "Decoder",
    "JPEG2000TransferSyntaxes",
    "JPEGLSTransferSyntaxes",
    "JPEGTransferSyntaxes",
    "get_decoder",
    "np",
]

#: NumPy is one of our own dependencies.
HAVE_NP = True


class DecodeOptions(RunnerOptions, total=False):
    """Options of decoding; those of pydicom's plugins have no meaning here."""

    allow_excess_frames: bool
    apply_jls_sign_correction: bool
    apply_j2k_sign_correction: bool
    as_rgb: bool
    correct_unused_bits: bool
    force_rgb: bool
    force_ybr: bool
    pixel_vr: str
    raw: bool
    rle_segment_order: str
    use_pdh: bool
    view_only: bool


class Decoder(CoderBase):
    """Decodes the pixel data of one transfer syntax.

    Parameters
    ----------
    uid : UID
        The transfer syntax.
    """

    def __init__(self, uid: UID) -> None:
        super().__init__(uid, decoder=True)

    def as_array(
        self,
        src: Any,
        *,
        index: int | None = None,
        validate: bool = True,
        raw: bool = False,
        decoding_plugin: str = "",
        **kwargs: Any,
    ) -> tuple[NDArray[Any], Properties]:
        """Decoded pixels as an array.

        Parameters
        ----------
        src : Dataset, bytes-like or seekable binary stream
            Pixel data alone needs options that describe it; a stream is read from where it stands, and put back there.
        index : int, optional
            The frame, from 0; all frames when not given.
        validate : bool
            Without meaning: options and data are always checked.
        raw : bool
            Whether YBR_FULL stays as it is.
        decoding_plugin : str
            A name of `available_plugins`; the function of one that was added is called, all others are the pipeline.
        **kwargs
            Options that go before the elements of a data set (``rows``, ``columns``, ``samples_per_pixel``,
            ``bits_allocated``, ``bits_stored``, ``pixel_representation``, ``photometric_interpretation``,
            ``planar_configuration``, ``number_of_frames``, ``extended_offsets``, ``pixel_keyword``, ``pixel_vr``), and
            ``as_rgb``, ``force_rgb``, ``force_ybr``, ``allow_excess_frames``, ``view_only``.

        Returns
        -------
        array : ndarray
            Shape (rows, columns), (rows, columns, samples), and with a first axis of frames where there are several.
        properties : dict
            The values of the Image Pixel module that describe the array.

        Raises
        ------
        MissingElementError
            An element or option is missing that the pixels can't be decoded without.
        PixelError, CodecError, LimitError
            The pixels can't be decoded, or there is no such frame.
        """
        if decoding_plugin in self._functions:
            frames = list(self._by_function(src, None if index is None else [index], decoding_plugin, raw, kwargs))
            array, found = frames[0]
            if len(frames) > 1:
                array = np.stack([frame for frame, _ in frames])
                found["number_of_frames"] = len(frames)
            return self._finished(src, array, found, kwargs)
        options = self._options(src, decoding_plugin, kwargs)
        array, found = decode_with_options(
            options,
            index,
            as_rgb=self._wants_rgb(raw, kwargs),
            force=forced_colors(raw, kwargs),
            allow_excess_frames=kwargs.get("allow_excess_frames", True),
        )
        return self._finished(src, array, found, kwargs)

    def iter_array(
        self,
        src: Any,
        *,
        indices: Iterable[int] | None = None,
        raw: bool = False,
        validate: bool = True,
        decoding_plugin: str = "",
        **kwargs: Any,
    ) -> Iterator[tuple[NDArray[Any], Properties]]:
        """Decoded frames as arrays, one after the other.

        Parameters
        ----------
        src, raw, validate, decoding_plugin, **kwargs
            As for `as_array`.
        indices : iterable of int, optional
            Frames, from 0; all in order when not given.

        Yields
        ------
        array : ndarray, shape (rows, columns) or (rows, columns, samples)
        properties : dict

        Raises
        ------
        MissingElementError, PixelError, CodecError, LimitError
            As `as_array`.
        """
        if decoding_plugin in self._functions:
            for array, found in self._by_function(src, indices, decoding_plugin, raw, kwargs):
                yield self._finished(src, array, found, kwargs)
            return
        options = self._options(src, decoding_plugin, kwargs)
        as_rgb, force = self._wants_rgb(raw, kwargs), forced_colors(raw, kwargs)
        for array, found in iterate_with_options(options, indices, as_rgb=as_rgb, force=force):
            yield self._finished(src, array, found, kwargs)

    def as_buffer(
        self, src: Any, *, index: int | None = None, validate: bool = True, decoding_plugin: str = "", **kwargs: Any
    ) -> tuple[bytes | bytearray | memoryview, Properties]:
        """Pixels as bytes, without any conversion: native ones as they are stored, others as they are decoded.

        Parameters
        ----------
        src, index, validate, decoding_plugin, **kwargs
            As for `as_array`.

        Returns
        -------
        data : bytes, bytearray or memoryview
            Little endian; colours by pixel where it was decoded. Native data has the type of `src`, or is a memoryview
            with ``view_only``.
        properties : dict
            The values of the Image Pixel module that describe the bytes.

        Raises
        ------
        MissingElementError, PixelError, CodecError, LimitError
            As `as_array`.
        """
        if decoding_plugin in self._functions:
            array, found = self.as_array(src, index=index, raw=True, decoding_plugin=decoding_plugin, **kwargs)
            return bytearray(array.tobytes()), found
        options = self._options(src, decoding_plugin, kwargs)
        if not self.is_native:
            array, found = decode_with_options(options, index, as_rgb=False)
            return bytearray(array.tobytes()), found
        data, found = read_native(options, index)
        if kwargs.get("view_only"):
            return memoryview(data), found
        return bytearray(data) if isinstance(src, bytearray) else bytes(data), found

    def iter_buffer(
        self,
        src: Any,
        *,
        indices: Iterable[int] | None = None,
        validate: bool = True,
        decoding_plugin: str = "",
        **kwargs: Any,
    ) -> Iterator[tuple[bytes | bytearray | memoryview, Properties]]:
        """The same, frame after frame.

        Parameters
        ----------
        src, indices, validate, decoding_plugin, **kwargs
            As for `iter_array`.

        Yields
        ------
        data, properties
            As of `as_buffer`.

        Raises
        ------
        MissingElementError, PixelError, CodecError, LimitError
            As `as_array`.
        """
        if decoding_plugin in self._functions:
            for array, found in self._by_function(src, indices, decoding_plugin, True, kwargs):
                yield bytearray(array.tobytes()), found
            return
        options = self._options(src, decoding_plugin, kwargs)
        if not self.is_native:
            for array, found in iterate_with_options(options, indices, as_rgb=False):
                yield bytearray(array.tobytes()), found
            return
        if indices is None:
            _, found = read_native(options)
            indices = range(int(found["number_of_frames"]))
        for index in indices:
            yield self.as_buffer(src, index=index, **kwargs)

    def _by_function(
        self, src: Any, indices: Iterable[int] | None, plugin: str, raw: bool, kwargs: dict[str, Any]
    ) -> Iterator[tuple[NDArray[Any], Properties]]:
        """Frames that the function of a plugin decodes, one after the other, each with what the runner says of it."""
        frames = FrameDecoder(self._options(src, plugin, kwargs))
        for index in range(frames.count) if indices is None else indices:
            if not 0 <= index < frames.count:
                raise FrameIndexError(f"frame {index} of {frames.count}")
            # The function may say otherwise of the frame that it gives: each has a runner of its own.
            runner = DecodeRunner(self.UID)
            runner.set_source(src)
            runner.set_options(**kwargs)
            decoded = self._functions[plugin](bytes(frames.encoded(index)), runner)
            size = int(runner.frame_length(unit="pixels")) * runner.pixel_dtype.itemsize
            if len(decoded) < size:
                raise CodecError(f"the plugin gives {len(decoded)} bytes for a frame; {size} are needed")
            samples = np.frombuffer(bytearray(decoded[:size]), runner.pixel_dtype)
            array = runner.reshape(samples, as_frame=True)
            changes: Properties = {}
            if self._wants_rgb(raw, kwargs):
                array, changes = runner.process(array)
            found = {**runner.pixel_properties(as_frame=True), **changes}
            if runner.samples_per_pixel > 1:
                found["planar_configuration"] = 0
            yield array, found

    def _options(self, src: Any, plugin: str, kwargs: dict[str, Any]) -> PixelOptions:
        if not self.is_native:
            self._validate_plugins(plugin)
        return PixelOptions(src, str(self.UID), {name: kwargs[name] for name in OPTION_NAMES & kwargs.keys()})

    @staticmethod
    def _wants_rgb(raw: bool, kwargs: dict[str, Any]) -> bool:
        return bool(not raw and kwargs.get("as_rgb", True))

    def _finished(
        self, src: Any, array: NDArray[Any], found: Properties, kwargs: dict[str, Any]
    ) -> tuple[NDArray[Any], Properties]:
        if kwargs.get("view_only") and self.is_native and not isinstance(src, bytearray):
            array.flags.writeable = False
        return array, found


class DecodeRunner(RunnerBase):
    """Options and a source, and their decoding; a decoder makes one of these of what it is given.

    Parameters
    ----------
    tsyntax : UID
        The transfer syntax.
    """

    def __init__(self, tsyntax: UID) -> None:
        super().__init__(tsyntax)
        self._opts["as_rgb"] = True
        self._decoders: dict[str, Any] = {}

    def set_decoders(self, decoders: dict[str, Callable[..., Any]]) -> None:
        """Take the names of decoders; the pipeline serves them."""
        self._decoders = dict(decoders)

    def _source(self) -> PixelOptions:
        options = {name: self._opts[name] for name in OPTION_NAMES & self._opts.keys()}
        return PixelOptions(self._src, str(self.transfer_syntax), options)

    def decode(self, index: int) -> bytearray:
        """The bytes of one decoded frame, without any conversion."""
        array, _ = decode_with_options(self._source(), index, as_rgb=False)
        return bytearray(array.tobytes())

    def iter_decode(self) -> Iterator[bytearray]:
        """The same, frame after frame."""
        for array, _ in iterate_with_options(self._source(), as_rgb=False):
            yield bytearray(array.tobytes())

    def get_data(self, src: Any, offset: int, length: int) -> bytes:
        """Bytes of a source; a stream is put back to where it stood."""
        if not hasattr(src, "read"):
            return bytes(memoryview(src)[offset : offset + length])
        at = src.tell()
        src.seek(offset)
        data: bytes = src.read(length)
        src.seek(at)
        return data

    @property
    def pixel_dtype(self) -> np.dtype[Any]:
        """The type of the decoded samples."""
        order = ">" if self.transfer_syntax == ExplicitVRBigEndian else "<"
        size = max(1, self.bits_allocated // 8)
        if self._opts.get("pixel_keyword") in ("FloatPixelData", "DoubleFloatPixelData"):
            return np.dtype(f"{order}f{size}")
        is_signed = self.bits_allocated > 1 and self.pixel_representation == 1
        return np.dtype(f"{order}{'i' if is_signed else 'u'}{size}")

    def pixel_properties(self, as_frame: bool = False) -> Properties:
        """The options that describe the pixels, as `Decoder.as_array` gives them."""
        found: Properties = {
            "bits_allocated": self.bits_allocated,
            "columns": self.columns,
            "number_of_frames": 1 if as_frame else self.number_of_frames,
            "photometric_interpretation": self.photometric_interpretation,
            "rows": self.rows,
            "samples_per_pixel": self.samples_per_pixel,
        }
        if self.samples_per_pixel > 1:
            found["planar_configuration"] = self.planar_configuration
        if self._opts.get("pixel_keyword", "PixelData") == "PixelData":
            found["bits_stored"] = self.bits_stored
            found["pixel_representation"] = self.pixel_representation
        return found

    def reshape(self, arr: NDArray[Any], as_frame: bool = False) -> NDArray[Any]:
        """Give samples the shape of one frame, or of all, colours by pixel."""
        frames = 1 if as_frame else self.number_of_frames
        shape: tuple[int, ...] = (self.rows, self.columns)
        if self.samples_per_pixel > 1:
            if self.planar_configuration == 0:
                shape = (*shape, self.samples_per_pixel)
            else:
                planes = arr.reshape(frames, self.samples_per_pixel, *shape).transpose(0, 2, 3, 1)
                return planes[0] if frames == 1 else planes
        return arr.reshape(shape if frames == 1 else (frames, *shape))

    def process(self, arr: NDArray[Any]) -> tuple[NDArray[Any], Properties]:
        """Turn shaped YBR_FULL into RGB if ``as_rgb`` says so; the array and what has changed."""
        changes: Properties = {}
        for processor in PROCESSORS:
            arr = processor(arr, self, changes)
        return arr, changes

    def __str__(self) -> str:
        lines = [f"DecodeRunner for '{self.transfer_syntax.name}'", "Options"]
        # Values of options are numbers and codes of the Image Pixel module; tables are left out.
        shown = {name: value for name, value in self._opts.items() if isinstance(value, (int, str))}
        return "\n".join([*lines, *(f"  {name}: {value}" for name, value in shown.items())])


def _process_color_space(arr: NDArray[Any], runner: DecodeRunner, changes: Properties) -> NDArray[Any]:
    if runner.get_option("as_rgb") and runner.samples_per_pixel == 3:
        interpretation = runner.photometric_interpretation
        if interpretation in ("YBR_FULL", "YBR_FULL_422"):
            changes["photometric_interpretation"] = "RGB"
            return convert_color_space(arr, interpretation, "RGB")
    return arr


PROCESSORS: list[Callable[[Any, DecodeRunner, Any], Any]] = [_process_color_space]

ImplicitVRLittleEndianDecoder = Decoder(ImplicitVRLittleEndian)
ExplicitVRLittleEndianDecoder = Decoder(ExplicitVRLittleEndian)
ExplicitVRBigEndianDecoder = Decoder(ExplicitVRBigEndian)
DeflatedExplicitVRLittleEndianDecoder = Decoder(DeflatedExplicitVRLittleEndian)
JPEGBaseline8BitDecoder = Decoder(JPEGBaseline8Bit)
JPEGExtended12BitDecoder = Decoder(JPEGExtended12Bit)
JPEGLosslessDecoder = Decoder(JPEGLossless)
JPEGLosslessSV1Decoder = Decoder(JPEGLosslessSV1)
JPEGLSLosslessDecoder = Decoder(JPEGLSLossless)
JPEGLSNearLosslessDecoder = Decoder(JPEGLSNearLossless)
JPEG2000LosslessDecoder = Decoder(JPEG2000Lossless)
JPEG2000Decoder = Decoder(JPEG2000)
HTJ2KLosslessDecoder = Decoder(HTJ2KLossless)
HTJ2KLosslessRPCLDecoder = Decoder(HTJ2KLosslessRPCL)
HTJ2KDecoder = Decoder(HTJ2K)
RLELosslessDecoder = Decoder(RLELossless)

_DECODERS = {str(value.UID): value for value in list(globals().values()) if isinstance(value, Decoder)}


def get_decoder(uid: str) -> Decoder:
    """The decoder of a transfer syntax.

    Parameters
    ----------
    uid : str

    Returns
    -------
    Decoder
        Also for transfer syntaxes that only our pipeline decodes, such as JPEG XL.

    Raises
    ------
    TransferSyntaxError
        It isn't decoded (a NotImplementedError too).
    """
    found = _DECODERS.get(str(uid))
    if found is not None:
        return found
    if str(uid) in CODECS or str(uid) in NATIVE_TRANSFER_SYNTAXES:
        return _DECODERS.setdefault(str(uid), Decoder(UID(uid)))
    raise TransferSyntaxError("no decoder for this transfer syntax", tag=0x00020010)
