"""Colours: palettes applied, colour spaces converted, ICC profiles.

In: an array of indices or of colours. Out: an array of colours. Standard: PS3.3 C.7.6.3.1.2 (Photometric
Interpretation), C.7.9 (palettes), C.11.15 (ICC Profile), ITU-T T.871 section 7 (YCbCr). Pillow is imported when an ICC
profile is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom import _core
from dicom.errors import MissingDependencyError, PixelError
from dicom.pixels.palette import palette_tables, put_through, well_known_palette
from dicom.pixels.processing import is_big_endian

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

_YBR = ("YBR_FULL", "YBR_FULL_422")
_COLOR_SPACES = ("sRGB", "LAB", "XYZ")


class ColorSpaceError(PixelError, NotImplementedError):
    """A conversion between colour spaces that isn't known."""


def apply_color_lut(arr: NDArray[Any], ds: Any = None, palette: str | None = None) -> NDArray[Any]:
    """Colours of indices, by a data set's palette or a well-known one.

    Parameters
    ----------
    arr : ndarray of int, any shape
        Indices: an index below the table's first gets its first colour, one beyond the table its last.
    ds : Dataset, optional
        With Palette Color Lookup Tables, plain or segmented.
    palette : str, optional
        Name or SOP Instance UID of a palette of PS3.6 annex B, such as ``"HOT_IRON"``; goes before `ds`.

    Returns
    -------
    ndarray of uint8 or uint16 by the tables' descriptor, one more axis than `arr`
        Red, green, blue, and alpha where the data set has it.

    Raises
    ------
    PixelError
        Neither is given, there is no such palette, or the tables can't be used.
    """
    if palette is not None:
        return put_through(well_known_palette(palette), arr)
    if ds is None:
        raise PixelError("either a data set with a palette or the name of one has to be given")
    return put_through(palette_tables(ds, is_big_endian=is_big_endian(ds)), arr)


def convert_color_space(arr: NDArray[Any], current: str, desired: str, per_frame: bool = False) -> NDArray[Any]:
    """Colours in another colour space.

    Parameters
    ----------
    arr : ndarray of uint8, shape (rows, columns, 3) or (frames, rows, columns, 3)
    current, desired : {"RGB", "YBR_FULL", "YBR_FULL_422"}
        The last two are the same here: arrays aren't subsampled.
    per_frame : bool
        Whether several frames are converted one by one within `arr`.

    Returns
    -------
    ndarray of uint8, in the shape of `arr`
        `arr` itself when the spaces are the same, or when it was converted frame by frame.

    Raises
    ------
    ColorSpaceError
        Another colour space (a NotImplementedError too).
    PixelError
        Samples other than uint8, or not three of them.
    """
    if not {current, desired} <= {"RGB", *_YBR}:
        raise ColorSpaceError("only RGB, YBR_FULL and YBR_FULL_422 can be converted into each other", tag=0x00280004)
    if current == desired or {current, desired} <= set(_YBR):
        return arr
    if arr.dtype != np.uint8:
        raise PixelError(f"colours of {arr.dtype}; only samples of uint8 can be converted")
    if arr.ndim < 1 or arr.shape[-1] != 3:
        raise PixelError(f"colours have three samples in the last axis; the shape is {arr.shape}")
    convert = _rgb_to_ybr_full if current == "RGB" else _ybr_full_to_rgb
    if per_frame and arr.ndim == 4:
        for frame in arr:
            frame[:] = convert(frame)
        return arr
    return convert(arr)


def _ybr_full_to_rgb(arr: NDArray[Any]) -> NDArray[Any]:
    converted = np.array(arr, order="C")
    _core.ybr_full_to_rgb(converted)
    return converted


def _rgb_to_ybr_full(arr: NDArray[Any]) -> NDArray[Any]:
    # In whole numbers, the factors of T.871 times a million: exact, so that halves are rounded up everywhere.
    red, green, blue = (arr[..., sample].astype(np.int32) for sample in range(3))
    converted = np.empty(arr.shape, np.uint8)
    rows = (
        (299000, 587000, 114000, 500000),
        (-168736, -331264, 500000, 128500000),
        (500000, -418688, -81312, 128500000),
    )
    for sample, (r, g, b, offset) in enumerate(rows):
        converted[..., sample] = np.clip((r * red + g * green + b * blue + offset) // 1000000, 0, 255)
    return converted


def create_icc_transform(
    ds: Any = None, icc_profile: bytes = b"", intent: int | None = None, color_space: str | None = None
) -> Any:
    """A transformation from the colours of an ICC profile to those of a display.

    Parameters
    ----------
    ds : Dataset, optional
        With ICC Profile (0028,2000), in itself or in the first item of its Optical Path Sequence.
    icc_profile : bytes, optional
        The profile itself; goes before `ds`.
    intent : {0, 1, 2, 3}, optional
        Rendering intent: perceptual, relative colorimetric, saturation, absolute colorimetric; that of the profile when
        not given.
    color_space : str, optional
        Of the output: by default Color Space (0028,2002) of `ds`, else ``"sRGB"``.

    Returns
    -------
    PIL.ImageCms.ImageCmsTransform
        For `apply_icc_profile`.

    Raises
    ------
    MissingDependencyError
        Pillow isn't installed.
    PixelError
        There is no profile or it can't be used, or the intent or the colour space isn't known.
    """
    cms = _image_cms()
    profile = icc_profile or _icc_profile(ds)
    if not profile:
        raise PixelError("an ICC profile or a data set with ICC Profile (0028,2000) has to be given", tag=0x00282000)
    if intent is not None and intent not in (0, 1, 2, 3):
        raise PixelError("a rendering intent is 0, 1, 2 or 3")
    space = color_space or (ds.get("ColorSpace") if ds is not None and not icc_profile else None) or "sRGB"
    # Color Space is written in capitals, and the names of Pillow aren't.
    space = {known.upper(): known for known in _COLOR_SPACES}.get(str(space).upper())
    if space is None:
        raise PixelError(f"the output's colour space has to be one of {', '.join(_COLOR_SPACES)}", tag=0x00282002)
    from io import BytesIO

    try:
        source = cms.ImageCmsProfile(BytesIO(bytes(profile)))
        chosen = cms.getDefaultIntent(source) if intent is None else intent
        return cms.buildTransform(source, cms.createProfile(space), "RGB", "RGB", cms.Intent(chosen))
    except (cms.PyCMSError, OSError, ValueError) as error:
        raise PixelError(f"the ICC profile can't be used ({type(error).__name__})", tag=0x00282000) from error


def apply_icc_profile(
    arr: NDArray[Any],
    ds: Any = None,
    transform: Any = None,
    intent: int | None = None,
    color_space: str | None = None,
) -> NDArray[Any]:
    """Colours transformed by an ICC profile, in place.

    Parameters
    ----------
    arr : ndarray of uint8, shape (rows, columns, 3) or (frames, rows, columns, 3)
    ds : Dataset, optional
        With an ICC profile; needed when `transform` isn't given.
    transform : PIL.ImageCms.ImageCmsTransform, optional
        Of `create_icc_transform`; one serves for many arrays.
    intent, color_space
        As for `create_icc_transform`.

    Returns
    -------
    ndarray
        `arr`.

    Raises
    ------
    MissingDependencyError
        Pillow isn't installed.
    PixelError
        The array isn't of 8-bit colours, there is no profile, or both a data set and a transformation are given.
    """
    cms = _image_cms()
    if (ds is None) == (transform is None):
        raise PixelError("either a data set with an ICC profile or a transformation has to be given")
    if arr.dtype != np.uint8 or arr.ndim not in (3, 4) or arr.shape[-1] != 3:
        raise PixelError(f"an array of uint8 with three samples is needed, not {arr.dtype} of shape {arr.shape}")
    if transform is None:
        transform = create_icc_transform(ds, intent=intent, color_space=color_space)
    from PIL import Image

    for frame in arr if arr.ndim == 4 else arr[None]:
        image = Image.fromarray(frame)
        cms.applyTransform(image, transform, inPlace=True)
        frame[:] = np.asarray(image)
    return arr


def _icc_profile(ds: Any) -> Any:
    if ds is None:
        return None
    profile = ds.get("ICCProfile")
    if not profile:
        paths = ds.get("OpticalPathSequence")
        profile = paths[0].get("ICCProfile") if paths else None
    return profile


def _image_cms() -> Any:
    try:
        from PIL import ImageCms
    except ImportError:
        raise MissingDependencyError("ICC profiles need Pillow: pip install pillow") from None
    return ImageCms
