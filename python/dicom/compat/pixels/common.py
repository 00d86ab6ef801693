"""``pydicom.pixels.common``: what decoders and encoders share.

Plugins have names, for programs ask for them by name; pydicom's are all served by the one pipeline of `dicom.pixels`. A
plugin that a program adds is checked as pydicom checks it, and its function is called for each frame when a decoder or
an encoder is asked for it by name.
"""

from __future__ import annotations

from enum import Enum, unique
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypedDict

from dicom.errors import MissingElementError, PixelError
from dicom.pixels.image_pixel import as_pixel_options
from dicom.pixels.plugins import DECODING_PLUGINS, ENCODING_PLUGINS
from dicom.uid import UID

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["CoderBase", "PhotometricInterpretation", "RunnerBase", "RunnerOptions"]


@unique
class PhotometricInterpretation(str, Enum):  # noqa: UP042 - as its value, not its name, str() shows it
    """Values of Photometric Interpretation (0028,0004)."""

    MONOCHROME1 = "MONOCHROME1"
    MONOCHROME2 = "MONOCHROME2"
    PALETTE_COLOR = "PALETTE COLOR"
    RGB = "RGB"
    YBR_FULL = "YBR_FULL"
    YBR_FULL_422 = "YBR_FULL_422"
    YBR_ICT = "YBR_ICT"
    YBR_RCT = "YBR_RCT"
    HSV = "HSV"
    ARGB = "ARGB"
    CMYK = "CMYK"
    YBR_PARTIAL_422 = "YBR_PARTIAL_422"
    YBR_PARTIAL_420 = "YBR_PARTIAL_420"

    def __str__(self) -> str:
        return str(self.value)


class CoderBase:
    """A decoder or an encoder of one transfer syntax, with the names of its plugins.

    Parameters
    ----------
    uid : UID
        The transfer syntax.
    decoder : bool
        Whether it decodes.
    """

    def __init__(self, uid: UID, decoder: bool) -> None:
        self._uid = UID(uid)
        self._decoder = decoder
        self._plugins = list((DECODING_PLUGINS if decoder else ENCODING_PLUGINS).get(str(uid), ()))
        self._functions: dict[str, Callable[[bytes, Any], bytes | bytearray]] = {}

    @property
    def UID(self) -> UID:
        """The transfer syntax."""
        return self._uid

    @property
    def available_plugins(self) -> tuple[str, ...]:
        """Names that `decoding_plugin` or `encoding_plugin` takes; behind those that weren't added is one pipeline."""
        return tuple(self._plugins)

    @property
    def is_available(self) -> bool:
        """Whether frames can be decoded or encoded: always, the pipeline needs nothing that isn't installed."""
        return True

    @property
    def is_encapsulated(self) -> bool:
        """Whether the transfer syntax puts frames into fragments."""
        return self._uid.is_encapsulated

    @property
    def is_native(self) -> bool:
        """Whether it doesn't."""
        return not self._uid.is_encapsulated

    @property
    def missing_dependencies(self) -> list[str]:
        """What isn't installed: nothing is missing."""
        return []

    def add_plugin(self, label: str, import_path: tuple[str, str]) -> None:
        """Take a plugin; its function is called when it is asked for by name.

        Parameters
        ----------
        label : str
        import_path : (str, str)
            Module and function of the plugin, which have to be there. The function is given the bytes of one frame and
            the runner that describes it, and gives the bytes of the frame, decoded or encoded.

        Raises
        ------
        ValueError
            There is a plugin of this name.
        ModuleNotFoundError
            There is no such module.
        AttributeError
            The module hasn't the function, ``is_available``, or the table of its dependencies.
        """
        if label in self._plugins:
            raise ValueError(f"'{type(self).__name__}' already has a plugin named '{label}'")
        module = import_module(import_path[0])
        for name in (
            import_path[1],
            "is_available",
            "DECODER_DEPENDENCIES" if self._decoder else "ENCODER_DEPENDENCIES",
        ):
            getattr(module, name)
        self._functions[label] = getattr(module, import_path[1])
        self._plugins.append(label)

    def add_plugins(self, plugins: Sequence[tuple[str, tuple[str, str]]]) -> None:
        """The same for several: ``[(label, import_path), ...]``."""
        for label, import_path in plugins:
            self.add_plugin(label, import_path)

    def remove_plugin(self, label: str) -> None:
        """Forget the name of a plugin.

        Raises
        ------
        ValueError
            There is none of this name.
        """
        if label not in self._plugins:
            raise ValueError(f"'{type(self).__name__}' has no plugin named '{label}'")
        self._plugins.remove(label)
        self._functions.pop(label, None)

    def _validate_plugins(self, plugin: str = "") -> dict[str, Any]:
        """The names that are asked for, as keys."""
        if plugin and plugin not in self._plugins:
            known = ", ".join(self._plugins) or "none"
            raise PixelError(f"no plugin of that name has been added; there are: {known}", tag=0x00020010)
        return dict.fromkeys([plugin] if plugin else self._plugins)


class RunnerOptions(TypedDict, total=False):
    """Options that describe pixel data."""

    bits_allocated: int
    bits_stored: int
    columns: int
    number_of_frames: int
    photometric_interpretation: str
    pixel_keyword: str
    pixel_representation: int
    planar_configuration: int
    rows: int
    samples_per_pixel: int
    transfer_syntax_uid: UID
    extended_offsets: tuple[bytes, bytes] | tuple[list[int], list[int]]


class RunnerBase:
    """Options and a source for decoding or encoding; the base of `DecodeRunner` and `EncodeRunner`.

    Parameters
    ----------
    tsyntax : UID
        The transfer syntax.
    """

    def __init__(self, tsyntax: UID) -> None:
        self._opts: dict[str, Any] = {"transfer_syntax_uid": UID(tsyntax)}
        self._src: Any = None

    @property
    def options(self) -> dict[str, Any]:
        """The options, as the dictionary that is used."""
        return self._opts

    def set_option(self, name: str, value: Any) -> None:
        """Set one option."""
        if name == "number_of_frames":
            value = int(value) if value not in (None, "") and int(value) > 0 else 1
        elif name == "photometric_interpretation" and value == "PALETTE COLOR":
            value = PhotometricInterpretation.PALETTE_COLOR
        self._opts[name] = value

    def set_options(self, **kwargs: Any) -> None:
        """Set several options."""
        for name, value in kwargs.items():
            self.set_option(name, value)

    def get_option(self, name: str, default: Any = None) -> Any:
        """The value of an option."""
        return self._opts.get(name, default)

    def del_option(self, name: str) -> None:
        """Remove an option."""
        self._opts.pop(name, None)

    def set_source(self, src: Any) -> None:
        """Set the data set, the bytes, the stream or the array that is worked on."""
        self._src = src
        if self.is_dataset:
            self._set_options_ds(src)

    def _set_options_ds(self, ds: Any) -> None:
        self.set_options(**as_pixel_options(ds))
        for keyword in ("PixelData", "FloatPixelData", "DoubleFloatPixelData"):
            if keyword in ds:
                self.set_option("pixel_keyword", keyword)

    @property
    def src(self) -> Any:
        """What is worked on."""
        return self._src

    @property
    def is_array(self) -> bool:
        """Whether the source is an array."""
        return hasattr(self._src, "__array_interface__")

    @property
    def is_binary(self) -> bool:
        """Whether the source is a stream."""
        return hasattr(self._src, "read") and not self.is_dataset

    @property
    def is_buffer(self) -> bool:
        """Whether the source is bytes."""
        return isinstance(self._src, (bytes, bytearray, memoryview))

    @property
    def is_dataset(self) -> bool:
        """Whether the source is a data set."""
        return hasattr(self._src, "file_meta") or (hasattr(self._src, "get") and not self.is_array)

    def _option(self, name: str) -> Any:
        value = self._opts.get(name)
        if value is None:
            raise AttributeError(f"no value for '{name}' has been set")
        return value

    @property
    def bits_allocated(self) -> int:
        """Bits Allocated."""
        return int(self._option("bits_allocated"))

    @property
    def bits_stored(self) -> int:
        """Bits Stored."""
        return int(self._option("bits_stored"))

    @property
    def columns(self) -> int:
        """Columns."""
        return int(self._option("columns"))

    @property
    def extended_offsets(self) -> Any:
        """Extended Offset Table and its lengths, as bytes or as numbers; None without one."""
        return self._opts.get("extended_offsets")

    @property
    def number_of_frames(self) -> int:
        """Number of Frames."""
        return int(self._option("number_of_frames"))

    @property
    def photometric_interpretation(self) -> str:
        """Photometric Interpretation."""
        return str(self._option("photometric_interpretation"))

    @property
    def pixel_keyword(self) -> str:
        """``"PixelData"``, ``"FloatPixelData"`` or ``"DoubleFloatPixelData"``."""
        return str(self._option("pixel_keyword"))

    @property
    def pixel_representation(self) -> int:
        """Pixel Representation."""
        return int(self._option("pixel_representation"))

    @property
    def planar_configuration(self) -> int:
        """Planar Configuration."""
        return int(self._option("planar_configuration"))

    @property
    def rows(self) -> int:
        """Rows."""
        return int(self._option("rows"))

    @property
    def samples_per_pixel(self) -> int:
        """Samples per Pixel."""
        return int(self._option("samples_per_pixel"))

    @property
    def transfer_syntax(self) -> UID:
        """The transfer syntax."""
        found: UID = self._option("transfer_syntax_uid")
        return found

    def frame_length(self, unit: str = "bytes") -> int | float:
        """Length of one native frame.

        Parameters
        ----------
        unit : {"bytes", "pixels"}

        Returns
        -------
        int or float
            Not a whole number where a frame of single bits ends within a byte.
        """
        count = self.rows * self.columns * self.samples_per_pixel
        if unit == "pixels":
            return count
        if self.bits_allocated == 1:
            return count // 8 if count % 8 == 0 else count / 8
        length = count * (self.bits_allocated // 8)
        return length // 3 * 2 if self.photometric_interpretation == "YBR_FULL_422" else length

    def validate(self) -> None:
        """Refuse options that pixel data can't be worked on without.

        Raises
        ------
        MissingElementError
            One is missing (an AttributeError too).
        """
        self._validate_options()

    def _validate_options(self) -> None:
        needed = ("bits_allocated", "columns", "rows", "samples_per_pixel", "photometric_interpretation")
        missing = [name for name in needed if self._opts.get(name) is None]
        if missing:
            raise MissingElementError(f"these options are missing: {', '.join(missing)}")
