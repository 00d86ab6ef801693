"""``pydicom.pixels.encoders.base``: encoders, all on the one pipeline of `dicom.pixels`.

In: a data set, an array or bytes, and options by name. Out: a codestream for each frame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dicom.compat.pixels.common import CoderBase, RunnerBase, RunnerOptions
from dicom.errors import MissingElementError, PixelError, TransferSyntaxError
from dicom.pixels.codecs import ENCODING_PROFILES, check_profile
from dicom.pixels.description import describe
from dicom.pixels.image_pixel import as_pixel_options
from dicom.pixels.options import PixelOptions, iterate_with_options
from dicom.pixels.writing.encoding import encode_frames, encode_options
from dicom.uid import (
    JPEG2000,
    UID,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    JPEGLSNearLossless,
    JPEGLSTransferSyntaxes,
    RLELossless,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

__all__ = [
    "ENCODING_PROFILES",
    "EncodeOptions",
    "EncodeRunner",
    "Encoder",
    "JPEGLSTransferSyntaxes",
    "get_encoder",
    "np",
]

_REQUIRED = ("rows", "columns", "samples_per_pixel", "bits_allocated", "bits_stored", "pixel_representation")
_LOSSY_OPTIONS = ("jls_error", "j2k_cr", "j2k_psnr")


class EncodeOptions(RunnerOptions, total=False):
    """Options of encoding; those of pydicom's plugins have no meaning here."""

    byteorder: str
    j2k_cr: list[float]
    j2k_psnr: list[float]
    jls_error: int
    include_high_bits: bool


class Encoder(CoderBase):
    """Encodes frames in one transfer syntax.

    Parameters
    ----------
    uid : UID
        The transfer syntax.
    """

    def __init__(self, uid: UID) -> None:
        super().__init__(uid, decoder=False)

    def encode(
        self, src: Any, *, index: int | None = None, validate: bool = True, encoding_plugin: str = "", **kwargs: Any
    ) -> bytes:
        """The codestream of one frame.

        Parameters
        ----------
        src : Dataset, ndarray or bytes-like
            Native pixel data; an array or bytes need options that describe them, bytes are little endian.
        index : int, optional
            The frame, from 0; needed where there are several.
        validate : bool
            Whether frames that PS3.5 8.2 doesn't allow in the transfer syntax are refused.
        encoding_plugin : str
            A name of `available_plugins`; the function of one that was added is called, all others are the pipeline.
        **kwargs
            ``rows``, ``columns``, ``samples_per_pixel``, ``bits_allocated``, ``bits_stored``, ``pixel_representation``,
            ``photometric_interpretation``, ``number_of_frames``; ``jls_error``, ``j2k_cr``, ``j2k_psnr`` as for
            `dicom.pixels.codecs.encode_frame`.

        Returns
        -------
        bytes

        Raises
        ------
        TypeError
            A source of another type.
        MissingElementError
            An element or option is missing that the frames can't be encoded without.
        PixelError, CodecError
            The frame can't be encoded, or there is no such frame.
        """
        source, options = self._source(src, encoding_plugin, kwargs)
        if index is None and int(options.get("number_of_frames") or 1) > 1:
            raise PixelError("the index of the frame is needed where there are several")
        (frame,) = self._encode(source, options, [index or 0], validate, encoding_plugin, kwargs)
        return frame

    def iter_encode(
        self, src: Any, *, validate: bool = True, encoding_plugin: str = "", **kwargs: Any
    ) -> Iterator[bytes]:
        """The codestreams of all frames, one after the other.

        Parameters
        ----------
        src, validate, encoding_plugin, **kwargs
            As for `encode`.

        Yields
        ------
        bytes

        Raises
        ------
        TypeError, MissingElementError, PixelError, CodecError
            As `encode`.
        """
        source, options = self._source(src, encoding_plugin, kwargs)
        yield from self._encode(source, options, None, validate, encoding_plugin, kwargs)

    def _encode(
        self,
        source: Any,
        options: dict[str, Any],
        indices: Sequence[int] | None,
        validate: bool,
        plugin: str,
        kwargs: dict[str, Any],
    ) -> Iterator[bytes]:
        if plugin in self._functions:
            return self._by_function(source, options, indices, validate, plugin)
        encoding = encode_options(str(self.UID), **{name: kwargs[name] for name in _LOSSY_OPTIONS if name in kwargs})
        return encode_frames(source, str(self.UID), options, indices=indices, validate=validate, encoding=encoding)

    def _by_function(
        self, source: Any, options: dict[str, Any], indices: Sequence[int] | None, validate: bool, plugin: str
    ) -> Iterator[bytes]:
        """Frames that the function of a plugin encodes, one after the other."""
        description = describe(PixelOptions(b"", str(self.UID), options))
        if validate:
            check_profile(description)
        frames: Iterable[NDArray[Any]]
        if isinstance(source, PixelOptions):
            frames = (frame for frame, _ in iterate_with_options(source, indices, as_rgb=False))
        else:
            every = source.reshape(-1, *description.frame_shape)
            frames = every if indices is None else (every[index] for index in indices)
        # As many bytes a sample as Bits Stored needs, little endian.
        size = 1
        while size * 8 < description.bits_stored:
            size *= 2
        for frame in frames:
            runner = EncodeRunner(self.UID)
            runner.set_options(**options)
            samples = frame.astype(f"<{'i' if description.is_signed else 'u'}{size}", copy=False)
            yield bytes(self._functions[plugin](samples.tobytes(), runner))

    def _source(self, src: Any, plugin: str, kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """The pixels as `encode_frames` takes them, and the options that describe them."""
        self._validate_plugins(plugin)
        if hasattr(src, "file_meta") or (hasattr(src, "get") and hasattr(src, "keys")):
            meta = getattr(src, "file_meta", None)
            syntax = (meta.get("TransferSyntaxUID") if meta is not None else None) or ExplicitVRLittleEndian
            if UID(syntax).is_encapsulated:
                raise PixelError("only native pixel data can be encoded: decompress it first", tag=0x00020010)
            options = as_pixel_options(src, **kwargs)
            if options.get("photometric_interpretation") == "YBR_FULL_422":
                # Native pixels that share colours are given a colour each.
                options["photometric_interpretation"] = "YBR_FULL"
            return PixelOptions(src, str(syntax), {}), options
        missing = [name for name in (*_REQUIRED, "photometric_interpretation") if kwargs.get(name) is None]
        if not isinstance(src, (bytes, bytearray, memoryview, np.ndarray)):
            raise TypeError(f"src has to be a data set, an array or bytes, not {type(src).__name__}")
        if missing:
            raise MissingElementError(f"pixels without a data set need {', '.join(missing)}")
        if isinstance(src, np.ndarray):
            return src, kwargs
        # Bytes have as many bytes a sample as the bits stored need, be there more allocated or not.
        size = 1
        while size * 8 < int(kwargs["bits_stored"]):
            size *= 2
        stored = {**kwargs, "photometric_interpretation": "RGB" if kwargs["samples_per_pixel"] == 3 else "MONOCHROME2"}
        wide = self._count(stored) * max(1, int(kwargs["bits_allocated"]) // 8)
        stored["bits_allocated"] = kwargs["bits_allocated"] if len(src) >= wide else size * 8
        syntax = ExplicitVRBigEndian if kwargs.get("byteorder") == ">" else ExplicitVRLittleEndian
        needed = self._count(stored) * (stored["bits_allocated"] // 8)
        if len(src) < needed:
            raise PixelError(f"the pixel data has {len(src)} bytes, {needed} are needed")
        return PixelOptions(src[:needed], str(syntax), stored), kwargs

    @staticmethod
    def _count(options: dict[str, Any]) -> int:
        names = ("rows", "columns", "samples_per_pixel")
        return int(np.prod([int(options[name]) for name in names])) * int(options.get("number_of_frames") or 1)


class EncodeRunner(RunnerBase):
    """Options and a source, and their encoding; an encoder makes one of these of what it is given.

    Parameters
    ----------
    tsyntax : UID
        The transfer syntax.
    """

    def __init__(self, tsyntax: UID) -> None:
        super().__init__(tsyntax)
        self._encoders: dict[str, Any] = {}

    def set_encoders(self, encoders: dict[str, Callable[..., Any]]) -> None:
        """Take the names of encoders; the pipeline serves them."""
        self._encoders = dict(encoders)

    def _described(self) -> dict[str, Any]:
        return {name: value for name, value in self._opts.items() if name != "transfer_syntax_uid"}

    def encode(self, index: int | None) -> bytes:
        """The codestream of one frame."""
        return get_encoder(self.transfer_syntax).encode(self._src, index=index, **self._described())

    def get_frame(self, index: int | None) -> bytes:
        """The native bytes of one frame, little endian."""
        source, _ = get_encoder(self.transfer_syntax)._source(self._src, "", self._described())
        if isinstance(source, PixelOptions):
            from dicom.pixels.options import decode_with_options

            array, _ = decode_with_options(source, index or 0, as_rgb=False)
        else:
            array = source if index is None else source[index]
        return bytes(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes())

    def __str__(self) -> str:
        lines = [f"EncodeRunner for '{self.transfer_syntax.name}'", "Options"]
        shown = {name: value for name, value in self._opts.items() if isinstance(value, (int, str))}
        return "\n".join([*lines, *(f"  {name}: {value}" for name, value in shown.items())])


RLELosslessEncoder = Encoder(RLELossless)
JPEGLSLosslessEncoder = Encoder(JPEGLSLossless)
JPEGLSNearLosslessEncoder = Encoder(JPEGLSNearLossless)
JPEG2000LosslessEncoder = Encoder(JPEG2000Lossless)
JPEG2000Encoder = Encoder(JPEG2000)

_ENCODERS = {str(value.UID): value for value in list(globals().values()) if isinstance(value, Encoder)}


def get_encoder(uid: str) -> Encoder:
    """The encoder of a transfer syntax.

    Parameters
    ----------
    uid : str

    Returns
    -------
    Encoder

    Raises
    ------
    TransferSyntaxError
        Frames aren't encoded in it (a NotImplementedError too).
    """
    found = _ENCODERS.get(str(uid))
    if found is None:
        raise TransferSyntaxError("no encoder for this transfer syntax", tag=0x00020010)
    return found
