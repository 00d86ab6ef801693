"""Save a frame as a picture: PNG, JPEG or TIFF.

In: a data set or an `Image`, and a path. Out: a file, and what it holds. Standard: PS3.4 N.2 (the stages).
"""

from __future__ import annotations

import os

from dicom.errors import PixelError
from dicom.export.formats import JPEG, PICTURES, PNG, encode, for_png, for_tiff, format_of
from dicom.export.render import resample, size_of, spacing_of, values_of
from dicom.io.replace import replace_file
from dicom.pixels.image import Image, image

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    from dicom.pixels.window import Window

_VALUES = ("display", "modality", "stored")


class SavedPicture:
    """A picture that was written.

    Attributes
    ----------
    path : str
    rows, columns : int
        Of the picture.
    samples_per_pixel : int
        1 or 3.
    dtype : str
        Of its samples: ``"uint8"``, ``"uint16"``, ``"int16"``, ``"int32"`` or ``"float32"``.
    values : str
        ``"display"``, ``"modality"`` or ``"stored"``.
    slope, intercept : float
        ``sample * slope + intercept`` is the value; 1 and 0 unless it is a PNG of numbers.
    has_nan : bool
        Whether sample 0 of a PNG stands for values that are no number.
    unit : str or None
        Of modality values, when it is known.
    """

    __slots__ = (
        "columns",
        "dtype",
        "has_nan",
        "intercept",
        "path",
        "rows",
        "samples_per_pixel",
        "slope",
        "unit",
        "values",
    )

    def __init__(self, path: str, array: NDArray[Any], values: str, unit: str | None) -> None:
        self.path = path
        self.rows, self.columns = array.shape[:2]
        self.samples_per_pixel = array.shape[2] if array.ndim == 3 else 1
        self.dtype = str(array.dtype)
        self.values = values
        self.slope, self.intercept, self.has_nan = 1.0, 0.0, False
        self.unit = unit

    def __repr__(self) -> str:
        numbers = f", slope={self.slope!r}, intercept={self.intercept!r}" if self.values != "display" else ""
        return (
            f"SavedPicture({os.path.basename(self.path)!r}, {self.columns} x {self.rows}, {self.dtype}, "
            f"{self.values}{numbers})"
        )


def save_picture(
    source: Any,
    path: str | os.PathLike[str],
    *,
    frame: int = 0,
    values: str = "display",
    window: Window | tuple[float, float] | int | None = None,
    lut: int | None = None,
    preset: str | None = None,
    palette: str | NDArray[np.uint8] | None = None,
    invert: bool = False,
    overlays: bool = False,
    icc: bool = False,
    size: tuple[int, int] | None = None,
    square: bool = True,
    quality: int = 90,
    format: str | None = None,
    overwrite: bool = True,
) -> SavedPicture:
    """Save one frame as a picture.

    Parameters
    ----------
    source : Dataset or Image
        An `Image` at the stage of ``voi()`` or ``display()`` keeps what was chosen there.
    path : str or os.PathLike
        The suffix says the format: ``.png``, ``.jpg``, ``.tiff``. The file is there whole or not at all.
    frame : int
        Which frame, counted from 0; a negative one from the end.
    values : str
        ``"display"``: 8 bits grey or RGB, as on a screen. ``"modality"``: the values in their unit (HU, ...), and
        ``"stored"``: those that are stored, pixel for pixel, never clipped. A TIFF has them as they are: whole
        numbers exactly (uint8, uint16, int16 or int32), fractions as float32. A PNG has unsigned samples, 8 or 16
        bits, and ``sample * slope + intercept`` is the value; both numbers are in the result, and in the PNG as texts
        ``Slope`` and ``Intercept``. Unsigned whole numbers have slope 1 and intercept 0; other whole numbers slope 1
        and, if all are within 16 bits with a sign, intercept -32768; fractions are spread from the least to the
        greatest of the frame, and are off by half a slope at most.
    window, lut, preset, palette, overlays, icc
        Of the display, as `Image.display` takes them.
    invert : bool
        Whether grey levels are shown the other way round: PET with the hottest black.
    size : (width, height), optional
        The largest picture that fits into so many pixels, smaller or larger than the frame.
    square : bool
        Whether a frame whose rows and columns are differently spaced is stretched, in its coarser direction, so that
        its proportions are right. Display only: values are never resampled.
    quality : int
        Of a JPEG, from 1 to 100.
    format : str, optional
        ``"png"``, ``"jpeg"`` or ``"tiff"``, when the suffix doesn't say it.
    overwrite : bool
        Whether there may be a file already.

    Returns
    -------
    SavedPicture

    Raises
    ------
    FrameIndexError
        There is no such frame (an IndexError too).
    PixelError
        There is no image, it can't be decoded, or what was asked for isn't there or doesn't go together.
    LimitError
        A picture of more than 2^28 pixels.
    MissingDependencyError
        A TIFF, or another size, needs Pillow.
    OSError
        The file can't be written; FileExistsError when it is there and `overwrite` is False.

    Examples
    --------
    >>> import dicom
    >>> dicom.export.save_picture(dicom.read("ct.dcm"), "ct.png", preset="brain")
    SavedPicture('ct.png', 512 x 512, uint8, display)
    """
    options = PictureOptions(values, palette, invert, overlays, icc, size, square, quality)
    whole = as_image(source)
    one = whole.frame(frame)
    shown = options.prepare(one, window, lut, preset)
    kind = _picture_format(os.fspath(path), format, values)
    return _save(shown, os.fspath(path), kind, options, overwrite)


def save_pictures(
    source: Any,
    path: str | os.PathLike[str],
    *,
    frames: Iterable[int] | None = None,
    values: str = "display",
    window: Window | tuple[float, float] | int | None = None,
    lut: int | None = None,
    preset: str | None = None,
    palette: str | NDArray[np.uint8] | None = None,
    invert: bool = False,
    overlays: bool = False,
    icc: bool = False,
    size: tuple[int, int] | None = None,
    square: bool = True,
    quality: int = 90,
    format: str | None = None,
    overwrite: bool = True,
) -> Iterator[SavedPicture]:
    """Save several frames, each as a picture; each is written when the result is asked for it.

    Parameters
    ----------
    source : Dataset or Image
    path : str or os.PathLike
        ``x.png`` gives ``x-0001.png`` for the first frame: frame numbers, as DICOM counts them.
    frames : iterable of int, optional
        Which frames, counted from 0; all when not given. A window that the data set doesn't state is found once, from
        all of them, so that frames can be compared.
    values, window, lut, preset, palette, invert, overlays, icc, size, square, quality, format, overwrite
        As for `save_picture`.

    Yields
    ------
    SavedPicture

    Raises
    ------
    FrameIndexError, PixelError, LimitError, MissingDependencyError, OSError
        As `save_picture`; those before the first picture are raised by the call.
    """
    options = PictureOptions(values, palette, invert, overlays, icc, size, square, quality)
    whole = as_image(source)
    kind = _picture_format(os.fspath(path), format, values)
    shown = options.prepare(whole, window, lut, preset)
    indices = range(whole.number_of_frames) if frames is None else frames
    stem, suffix = os.path.splitext(os.fspath(path))
    digits = max(4, len(str(whole.number_of_frames)))

    def save_each() -> Iterator[SavedPicture]:
        for index in indices:
            one = shown.frame(index)
            number = index % whole.number_of_frames + 1
            yield _save(one, f"{stem}-{number:0{digits}}{suffix}", kind, options, overwrite)

    return save_each()


class PictureOptions:
    """How pictures are made, checked once."""

    def __init__(
        self,
        values: str,
        palette: Any,
        invert: bool,
        overlays: bool,
        icc: bool,
        size: tuple[int, int] | None,
        square: bool,
        quality: int,
    ) -> None:
        if values not in _VALUES:
            raise PixelError(f"values are one of {', '.join(_VALUES)}")
        if values != "display" and (palette is not None or invert or overlays or icc or size is not None):
            raise PixelError(f"{values} values are written as they are: palette, size and the like are of the display")
        if size is not None and not (size[0] >= 1 and size[1] >= 1):
            raise PixelError("a size is two positive numbers: width and height in pixels")
        if not 1 <= quality <= 100:
            raise PixelError("the quality of a JPEG is a number from 1 to 100")
        self.values = values
        self.palette = palette
        self.invert = invert
        self.overlays = overlays
        self.icc = icc
        self.size = size
        self.square = square
        self.quality = quality

    def prepare(self, one: Image, window: Any, lut: int | None, preset: str | None) -> Image:
        """The image at the stage that is asked for."""
        asked = not (window is None and lut is None and preset is None)
        if self.values != "display":
            if asked:
                raise PixelError(f"{self.values} values have no window: that is of the display")
            return one
        if one.stage == "display":
            if asked or self.palette is not None or self.overlays or self.icc:
                raise PixelError("the image is made for display already; what is to be chosen is chosen there")
            return one
        if self.invert and one.samples_per_pixel > 1:
            raise PixelError("an image in colour isn't inverted")
        palette = self.palette
        if self.invert and palette is not None:
            palette = _inverted(palette)
        return one.display(window, lut, preset, icc=self.icc, palette=palette, overlays=self.overlays)

    def render(self, one: Image) -> NDArray[np.uint8]:
        """What is shown of a frame."""
        levels: NDArray[np.uint8] = one.array
        if self.invert and levels.ndim == 2:
            levels = 255 - levels
        rows, columns = levels.shape[:2]
        return resample(levels, size_of(rows, columns, spacing_of(one) if self.square else None, self.size))


def _inverted(palette: Any) -> NDArray[np.uint8]:
    from dicom.pixels.image.colors import named_palette

    return named_palette(palette)[::-1]


def _save(one: Image, path: str, kind: str, options: PictureOptions, overwrite: bool) -> SavedPicture:
    notes: dict[str, str] = {}
    slope, intercept, has_nan = 1.0, 0.0, False
    if options.values == "display":
        array: NDArray[Any] = options.render(one)
    else:
        array = values_of(one, options.values)
        if kind == PNG:
            array, slope, intercept, has_nan = for_png(array)
            notes = {"Slope": repr(slope), "Intercept": repr(intercept)}
        else:
            array = for_tiff(array)
    unit = one.unit if options.values == "modality" else None
    saved = SavedPicture(path, array, options.values, unit)
    saved.slope, saved.intercept, saved.has_nan = slope, intercept, has_nan
    write_file(path, lambda file: file.write(encode(array, kind, options.quality, notes)), overwrite)
    return saved


def write_file(path: str, write: Callable[[Any], Any], overwrite: bool) -> None:
    """Write a file beside the target, and put it in its place when it is whole."""

    def make(made: str, mode: int) -> None:
        descriptor = os.open(made, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        with open(descriptor, "w+b") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())

    replace_file(path, make, overwrite=overwrite)


def as_image(source: Any) -> Image:
    """The image of a data set, or the image itself."""
    return source if isinstance(source, Image) else image(source)


def _picture_format(path: str, chosen: str | None, values: str) -> str:
    kind = format_of(path, chosen)
    if kind not in PICTURES:
        raise PixelError(f"a .{kind} holds several frames: save_animation writes it")
    if kind == JPEG and values != "display":
        raise PixelError(f"a JPEG can't hold {values} values; a PNG or a TIFF can")
    return kind
