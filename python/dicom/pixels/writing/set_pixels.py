"""Make an array a data set's pixel data, and its Image Pixel module what the array is.

In: a data set, an array. Out: the data set, changed, and findings: what of the rest had to go, and what can't be known
to hold for the new pixels. All is checked before the first element is touched: an error leaves the data set as it was.
Standard: PS3.3 C.7.6.3 (Image Pixel), C.7.6.24 and C.7.6.25 (Float and Double Float Pixel Data), PS3.5 8.1.
"""

from __future__ import annotations

from dicom.errors import LimitError, PixelError
from dicom.pixels.description import EXPLICIT_VR_BIG_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN, NATIVE_TRANSFER_SYNTAXES
from dicom.pixels.writing.outdated import NewPixels, Revision, revise
from dicom.pixels.writing.put import (
    EXTENDED_TABLE,
    PIXEL_KEYWORDS,
    check_range,
    holds,
    native_samples,
    put_elements,
    put_identity,
    put_pixel_data,
    transfer_syntax_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from dicom.finding import Finding

_GRAY = ("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR")
_COLORS = ("RGB", "YBR_FULL", "YBR_FULL_422")
_AXES = ("frame", "row", "column", "sample")
_LONGEST_VALUE = 2**32 - 2


class UnsupportedByteOrderError(PixelError, NotImplementedError):
    """Pixels can't be set in a big endian data set."""


def set_pixels(
    ds: Any,
    array: NDArray[Any],
    *,
    axes: Iterable[str] | None = None,
    photometric_interpretation: str | None = None,
    bits_allocated: int | None = None,
    bits_stored: int | None = None,
    planar_configuration: int = 0,
    pixel_spacing: tuple[float, float] | None = None,
    rescale: tuple[float, float] | tuple[float, float, str] | None = None,
    transfer_syntax: str | None = None,
    generate_instance_uid: bool = True,
) -> tuple[Finding, ...]:
    """Make an array a data set's pixel data, and say what it can't know.

    Every element of the Image Pixel module is set by the array, or taken out where the array has none of it; smallest
    and largest pixel value are computed anew where they are there. What describes the earlier pixels and can't describe
    these is taken out, and what may or may not hold is left; each of both is a finding.

    Parameters
    ----------
    ds : Dataset
    array : ndarray of bool, uint8, int8, uint16, int16, uint32, int32, float32 or float64
        Shape (rows, columns), (frames, rows, columns), (rows, columns, 3) or (frames, rows, columns, 3). Colours are
        uint8 or uint16. An array of uint8 or uint16 with three axes of which the first or the last could be samples
        (its length is 3, or the last one's 4) can mean two things: `axes` or `photometric_interpretation` has to say
        which, unless the data set already has such frames. So can any whose last axis has a length of 1: `axes` says.
    axes : iterable of {"frame", "row", "column", "sample"}, optional
        What each axis of the array is, in any order: ``("sample", "row", "column")`` for colours by plane.
    photometric_interpretation : str, optional
        MONOCHROME1, MONOCHROME2, PALETTE COLOR, RGB, YBR_FULL or YBR_FULL_422: what the values are; nothing is
        converted. When not given: RGB for three samples; for one MONOCHROME1 where the data set has it, else
        MONOCHROME2.
    bits_allocated : {1, 8, 16, 32}, optional
        Bits that each value takes. When not given, those of the array's type, and 8 for bool. With 1 an array of 0 and
        1 is packed; 64-bit integers need it said.
    bits_stored : int, optional
        Bits that the values need. When not given, those of the data set where they are of the same Bits Allocated and
        Pixel Representation and hold all values, else all that are allocated.
    planar_configuration : {0, 1}
        How native colours are stored: by pixel or by plane.
    pixel_spacing : (float, float), optional
        Pixel Spacing, mm between rows and between columns; set where the data set has it, in the shared functional
        groups or on the first level.
    rescale : (slope, intercept) or (slope, intercept, type), optional
        Rescale Slope, Intercept and Type, in the same places; of one sample of integers only.
    transfer_syntax : str, optional
        UID or name of the lossless transfer syntax that the pixels shall be in. When not given: the data set's own if
        its pixels are native and little endian, else Explicit VR Little Endian.
    generate_instance_uid : bool
        Whether the SOP Instance UID is made anew, for another image it is (PS3.3 C.7.6.1.1.2).

    Returns
    -------
    tuple of Finding
        With the codes ``outdated-removed``, ``unverified-kept`` and ``pixels-lack-description``, in the order of
        looking; also in ``ds.findings``.

    Raises
    ------
    PixelError
        An array or a number that doesn't fit, an array that can mean two things, or frames of another number than the
        Per-Frame Functional Groups Sequence has items.
    TransferSyntaxError
        Frames aren't encoded in the transfer syntax (a NotImplementedError too).
    LimitError
        Native pixels of 4 GiB or more; a transfer syntax that compresses takes them.
    """
    arranged, has_frames = _arrange(ds, array, axes, photometric_interpretation)
    new = _describe(ds, arranged, photometric_interpretation, bits_allocated, bits_stored)
    new.told = frozenset(
        ("PixelSpacing",) * (pixel_spacing is not None)
        + ("RescaleSlope", "RescaleIntercept", "RescaleType") * (rescale is not None)
    )
    if planar_configuration not in (0, 1):
        raise PixelError("planar_configuration is 0 or 1", tag=0x00280006)
    if planar_configuration == 1 and new.photometric_interpretation == "YBR_FULL_422":
        raise PixelError("YBR_FULL_422 is stored by pixel (PS3.3 C.7.6.3.1.2)", tag=0x00280006)
    if rescale is not None and (new.samples_per_pixel > 1 or new.is_float):
        raise PixelError("only one sample of integers is rescaled (PS3.3 C.11.1)", tag=0x00281053)
    measures = _measures(pixel_spacing, rescale)
    syntax = _target_syntax(ds, transfer_syntax, new)
    revision = revise(ds, new, arranged)
    encoded = _encoded(arranged, new, syntax) if syntax not in NATIVE_TRANSFER_SYNTAXES else None
    data = _native(arranged, new, planar_configuration) if encoded is None else encoded[0]
    # Nothing fails from here on.
    values = _module(new, planar_configuration if encoded is None else 0)
    values["NumberOfFrames"] = new.number_of_frames if has_frames or "NumberOfFrames" in ds else None
    put_elements(ds, values)
    if new.is_float:
        _put_floats(ds, data, new.bits_allocated)
    else:
        vr = "OB" if encoded is not None or new.bits_allocated <= 8 else "OW"
        put_pixel_data(
            ds, data, vr, is_encapsulated=encoded is not None, offset_table=encoded[1] if encoded is not None else ()
        )
    revision.apply(ds)
    for keyword, value in measures.items():
        _put_measure(ds, keyword, value)
    put_identity(ds, syntax, generate_instance_uid)
    return _report(ds, revision)


def set_pixel_data(
    ds: Any,
    arr: NDArray[Any],
    photometric_interpretation: str,
    bits_stored: int,
    *,
    generate_instance_uid: bool = True,
) -> None:
    """Make an array a data set's pixel data, as pydicom does; `set_pixels` takes more and looks at the rest too.

    Parameters
    ----------
    ds : Dataset
    arr : ndarray of uint8, int8, uint16 or int16
        Shape (rows, columns) or (frames, rows, columns) for one sample a pixel; (rows, columns, 3) or (frames, rows,
        columns, 3) for colours.
    photometric_interpretation : str
        MONOCHROME1, MONOCHROME2, PALETTE COLOR, RGB, YBR_FULL or YBR_FULL_422; for the last, Cb and Cr of each second
        pixel are left out.
    bits_stored : int
        Bits that the values need, at most those of the array's type.
    generate_instance_uid : bool
        Whether the SOP Instance UID is made anew, for another image it is.

    Raises
    ------
    PixelError
        An array or a number that doesn't fit.
    UnsupportedByteOrderError
        The data set is big endian (a NotImplementedError too).
    """
    syntax = transfer_syntax_of(ds)
    if syntax == EXPLICIT_VR_BIG_ENDIAN:
        raise UnsupportedByteOrderError("pixel data can't be set in a big endian data set", tag=0x00020010)
    for keyword in PIXEL_KEYWORDS[:2]:
        if keyword in ds:
            raise PixelError(f"the data set has {keyword}, which no data set has beside Pixel Data: delete it first")
    if arr.dtype.kind not in "iu" or arr.dtype.itemsize > 2:
        raise PixelError(f"an array of {arr.dtype}; uint8, int8, uint16 and int16 are allowed")
    bits = arr.dtype.itemsize * 8
    if not 1 <= bits_stored <= bits:
        raise PixelError(f"bits_stored is {bits_stored}; 1 to the {bits} bits of the array are allowed")
    if photometric_interpretation not in (*_GRAY, *_COLORS):
        raise PixelError(f"photometric_interpretation has to be one of {', '.join((*_GRAY, *_COLORS))}")
    samples = 3 if photometric_interpretation in _COLORS else 1
    shape = arr.shape[:-1] if samples == 3 else arr.shape
    if len(shape) not in (2, 3) or (samples == 3 and arr.shape[-1] != 3) or 0 in shape or max(shape[-2:]) > 65535:
        wanted = (
            "(rows, columns, 3) or (frames, rows, columns, 3)" if samples == 3 else "(rows, columns) or with frames"
        )
        raise PixelError(f"an array of shape {arr.shape}; {wanted} is needed, no side 0 or longer than 65535")
    is_signed = arr.dtype.kind == "i"
    check_range(arr, bits_stored, is_signed)
    data = native_samples(arr, photometric_interpretation).tobytes()
    put_elements(
        ds,
        {
            "SamplesPerPixel": samples,
            "PhotometricInterpretation": photometric_interpretation,
            "PlanarConfiguration": 0 if samples == 3 else None,
            "NumberOfFrames": shape[0] if len(shape) == 3 else None,
            "Rows": shape[-2],
            "Columns": shape[-1],
            "BitsAllocated": bits,
            "BitsStored": bits_stored,
            "HighBit": bits_stored - 1,
            "PixelRepresentation": int(is_signed),
        },
    )
    put_pixel_data(ds, data, "OB" if bits == 8 else "OW", is_encapsulated=False)
    if syntax not in NATIVE_TRANSFER_SYNTAXES:
        syntax = EXPLICIT_VR_LITTLE_ENDIAN
    put_identity(ds, syntax, generate_instance_uid)


# --- what the array is -----------------------------------------------------------------------------------------------


def _arrange(ds: Any, array: Any, axes: Iterable[str] | None, interpretation: str | None) -> tuple[NDArray[Any], bool]:
    """The array as (frame, row, column) or (frame, row, column, sample), and whether it had an axis of frames."""
    import numpy as np

    if not isinstance(array, np.ndarray):
        raise PixelError(f"an ndarray is needed, not {type(array).__name__}")
    if isinstance(array, np.ma.MaskedArray):
        raise PixelError("a masked array: only you know what its masked values shall be; give array.filled(value)")
    if interpretation is not None and interpretation not in (*_GRAY, *_COLORS):
        raise PixelError(f"photometric_interpretation has to be one of {', '.join((*_GRAY, *_COLORS))}", tag=0x00280004)
    named = tuple(axes) if axes is not None else _axes_of(ds, array, interpretation)
    if len(named) != array.ndim or len(set(named)) != len(named) or not {"row", "column"} <= set(named) <= set(_AXES):
        raise PixelError(
            f"axes names each of the {array.ndim} axes once: 'row' and 'column', and 'frame' and 'sample' where there "
            "are some"
        )
    order = [named.index(axis) for axis in _AXES if axis in named]
    arranged = array.transpose(order)
    if "frame" not in named:
        arranged = arranged[np.newaxis]
    if "sample" in named:
        if arranged.shape[-1] not in (1, 3):
            hint = ": leave the alpha channel out" if arranged.shape[-1] == 4 else ""
            raise PixelError(f"{arranged.shape[-1]} samples a pixel; DICOM has 1 or 3 (PS3.3 C.7.6.3.1.1){hint}")
        if arranged.shape[-1] == 1:
            arranged = arranged[..., 0]
    is_color = arranged.ndim == 4
    if interpretation is not None and is_color != (interpretation in _COLORS):
        raise PixelError(
            f"{interpretation} has {3 if interpretation in _COLORS else 1} sample(s) a pixel, the array has "
            f"{3 if is_color else 1}: shape {array.shape}",
            tag=0x00280004,
        )
    if 0 in arranged.shape or max(arranged.shape[1:3]) > 65535:
        raise PixelError(f"an array of shape {array.shape}; no side may be 0, no row or column longer than 65535")
    return arranged, "frame" in named


def _axes_of(ds: Any, array: NDArray[Any], interpretation: str | None) -> tuple[str, ...]:
    """What the axes are, where that is beyond doubt."""
    shape = array.shape
    if array.ndim == 2:
        return _AXES[1:3]
    if array.ndim == 4:
        if shape[-1] == 3 or shape[-1] == 1:
            return _AXES
        raise PixelError(
            f"an array of shape {shape}; with four axes (frames, rows, columns, samples) is needed: axes says which is "
            "which"
        )
    if array.ndim != 3:
        raise PixelError(
            f"an array of shape {shape}; (rows, columns), (frames, rows, columns), (rows, columns, 3) and (frames, "
            "rows, columns, 3) are allowed"
        )
    if interpretation in _COLORS:
        if shape[-1] == 3:
            return _AXES[1:]
        raise PixelError(
            f"an array of shape {shape} for {interpretation}; its last axis has to hold three samples, or axes has to "
            "say which one does",
            tag=0x00280004,
        )
    if shape[-1] != 1 and (interpretation is not None or array.dtype.kind != "u" or array.dtype.itemsize > 2):
        return _AXES[:3]
    samples = ds.get("SamplesPerPixel")
    known = (ds.get("Rows"), ds.get("Columns"))
    if samples == 3 and shape == (*known, 3):
        return _AXES[1:]
    if samples == 1 and shape[1:] == known:
        return _AXES[:3]
    if shape[0] != 3 and shape[-1] not in (1, 3, 4):
        return _AXES[:3]
    raise PixelError(
        f"an array of shape {shape} can mean frames, or samples of a pixel: say axes=('frame', 'row', 'column'), "
        "axes=('row', 'column', 'sample') or axes=('sample', 'row', 'column')"
    )


def _describe(
    ds: Any, array: NDArray[Any], interpretation: str | None, bits_allocated: int | None, bits_stored: int | None
) -> NewPixels:
    new = NewPixels()
    new.number_of_frames, new.rows, new.columns = array.shape[:3]
    new.samples_per_pixel = 3 if array.ndim == 4 else 1
    new.photometric_interpretation = interpretation or _interpretation(ds, new.samples_per_pixel)
    kind, width = array.dtype.kind, array.dtype.itemsize * 8
    new.is_float = kind == "f"
    if kind not in "biuf" or (kind == "f" and width not in (32, 64)):
        raise PixelError(
            f"an array of {array.dtype}; bool, integers of at most 32 bits, float32 and float64 are allowed"
        )
    if new.is_float:
        if bits_allocated not in (None, width) or bits_stored not in (None, width):
            raise PixelError(f"floating point pixels of {array.dtype} have {width} bits", tag=0x00280100)
        if new.photometric_interpretation not in _GRAY[:2]:
            raise PixelError("floating point pixels are MONOCHROME1 or MONOCHROME2 (PS3.3 C.7.6.24)", tag=0x00280004)
        new.bits_allocated = new.bits_stored = width
        new.is_signed = False
        return new
    new.bits_allocated = _allocated(array, bits_allocated)
    new.is_signed = kind == "i" and new.bits_allocated > 1
    if bits_stored is not None and not 1 <= bits_stored <= new.bits_allocated:
        raise PixelError(
            f"bits_stored is {bits_stored}; 1 to the {new.bits_allocated} bits allocated are allowed", tag=0x00280101
        )
    values = array.view("u1") if kind == "b" else array
    own = ds.get("BitsStored")
    if bits_stored is not None:
        new.bits_stored = bits_stored
    elif (
        isinstance(own, int)
        and 1 <= own <= new.bits_allocated
        and ds.get("BitsAllocated") == new.bits_allocated
        and ds.get("PixelRepresentation") == int(new.is_signed)
        and holds(values, own, new.is_signed)
    ):
        new.bits_stored = own
    else:
        new.bits_stored = new.bits_allocated
    check_range(values, new.bits_stored, new.is_signed)
    name = new.photometric_interpretation
    if name not in _GRAY[:2] and new.is_signed:
        raise PixelError(f"{name} takes unsigned values (PS3.3 C.7.6.3.1.2)", tag=0x00280103)
    if name in _COLORS and new.bits_allocated not in ((8, 16) if name == "RGB" else (8,)):
        raise PixelError(
            f"{name} doesn't take samples of {new.bits_allocated} bits (PS3.3 C.7.6.3.1.2)", tag=0x00280004
        )
    return new


def _interpretation(ds: Any, samples: int) -> str:
    if samples == 3:
        return "RGB"
    own = ds.get("PhotometricInterpretation")
    if own == "PALETTE COLOR":
        raise PixelError(
            "the data set has PALETTE COLOR: photometric_interpretation has to say whether the array holds indices of "
            "its palette ('PALETTE COLOR') or grey values ('MONOCHROME2')",
            tag=0x00280004,
        )
    return "MONOCHROME1" if own == "MONOCHROME1" else "MONOCHROME2"


def _allocated(array: NDArray[Any], bits_allocated: int | None) -> int:
    width = array.dtype.itemsize * 8
    if bits_allocated is None:
        if width > 32:
            raise PixelError(
                f"an array of {array.dtype}; Pixel Data has at most 32 bits a value: bits_allocated says how many the "
                "values shall have"
            )
        return width
    if bits_allocated not in (1, 8, 16, 32):
        raise PixelError("bits_allocated is 1, 8, 16 or 32", tag=0x00280100)
    return bits_allocated


def _target_syntax(ds: Any, asked: str | None, new: NewPixels) -> str:
    from dicom.pixels import codecs

    if asked is None:
        own = transfer_syntax_of(ds)
        is_kept = own in NATIVE_TRANSFER_SYNTAXES and own != EXPLICIT_VR_BIG_ENDIAN
        return own if is_kept else EXPLICIT_VR_LITTLE_ENDIAN
    syntax = codecs.resolve(asked)
    if syntax in NATIVE_TRANSFER_SYNTAXES:
        if syntax == EXPLICIT_VR_BIG_ENDIAN:
            raise UnsupportedByteOrderError("pixels aren't set in big endian", tag=0x00020010)
        return syntax
    if new.is_float:
        raise PixelError("no transfer syntax compresses floating point pixels (PS3.5 8.2)", tag=0x00020010)
    codecs.expect_encoded(syntax)
    if codecs.SYNTAXES[syntax].lossless != "always":
        raise PixelError(
            "set_pixels takes transfer syntaxes that lose nothing: set the pixels, then compress them", tag=0x00020010
        )
    return syntax


# --- what goes into the data set -------------------------------------------------------------------------------------


def _module(new: NewPixels, planar_configuration: int) -> dict[str, Any]:
    """The Image Pixel module by keyword; None where an element has no place."""
    return {
        "SamplesPerPixel": new.samples_per_pixel,
        "PhotometricInterpretation": new.photometric_interpretation,
        "PlanarConfiguration": planar_configuration if new.samples_per_pixel == 3 else None,
        "Rows": new.rows,
        "Columns": new.columns,
        "BitsAllocated": new.bits_allocated,
        # Floating point pixels have none of these.
        "BitsStored": None if new.is_float else new.bits_stored,
        "HighBit": None if new.is_float else new.bits_stored - 1,
        "PixelRepresentation": None if new.is_float else int(new.is_signed),
    }


def _native(array: NDArray[Any], new: NewPixels, planar_configuration: int) -> bytes:
    if new.bits_allocated == 1:
        from dicom.pixels.bits import pack_bits

        return pack_bits(array)
    length = array.size * (new.bits_allocated // 8)
    if length > _LONGEST_VALUE:
        raise LimitError(
            f"native pixels of {length} bytes; a value has at most {_LONGEST_VALUE}: a transfer_syntax that compresses "
            "takes them",
            tag=0x7FE00010,
        )
    data = native_samples(_typed(array, new), new.photometric_interpretation)
    if planar_configuration == 1 and new.samples_per_pixel == 3:
        data = data.transpose(0, 3, 1, 2)
    return data.tobytes()


def _typed(array: NDArray[Any], new: NewPixels) -> NDArray[Any]:
    """The array in the type that Bits Allocated and Pixel Representation name; its values were checked."""
    kind = "f" if new.is_float else "i" if new.is_signed else "u"
    return array.astype(f"<{kind}{max(1, new.bits_allocated // 8)}", copy=False)


def _encoded(array: NDArray[Any], new: NewPixels, syntax: str) -> tuple[bytes, tuple[bytes, ...]]:
    """Fragments in items, and an Extended Offset Table where the basic one is too small."""
    from dicom.pixels.threads import cpu_count
    from dicom.pixels.writing.encoding import encapsulate_frames, encode_frames

    if new.photometric_interpretation == "YBR_FULL_422":
        raise PixelError("YBR_FULL_422 is native or lossy: set YBR_FULL or RGB", tag=0x00280004)
    options = {
        "rows": new.rows,
        "columns": new.columns,
        "samples_per_pixel": new.samples_per_pixel,
        "photometric_interpretation": new.photometric_interpretation,
        "planar_configuration": 0 if new.samples_per_pixel == 3 else None,
        "number_of_frames": new.number_of_frames,
        "bits_allocated": new.bits_allocated,
        "bits_stored": new.bits_stored,
        "pixel_representation": int(new.is_signed),
    }
    frames = list(encode_frames(_typed(array, new), syntax, options, workers=cpu_count()))
    return encapsulate_frames(frames)


def _put_floats(ds: Any, data: bytes, bits: int) -> None:
    keyword = "FloatPixelData" if bits == 32 else "DoubleFloatPixelData"
    for other in (*EXTENDED_TABLE, *PIXEL_KEYWORDS):
        if other in ds and other != keyword:
            delattr(ds, other)
    setattr(ds, keyword, data)


def _measures(pixel_spacing: Sequence[float] | None, rescale: Sequence[Any] | None) -> dict[str, Any]:
    """Elements by keyword of what the caller knows of the pixels."""
    from math import isfinite

    from dicom.values import DSfloat

    found: dict[str, Any] = {}
    if pixel_spacing is not None:
        if len(pixel_spacing) != 2 or not all(isfinite(one) and one > 0 for one in pixel_spacing):
            raise PixelError("pixel_spacing is two lengths in mm, between rows and between columns", tag=0x00280030)
        found["PixelSpacing"] = [DSfloat(float(one), auto_format=True) for one in pixel_spacing]
    if rescale is not None:
        if len(rescale) not in (2, 3) or not all(isfinite(one) for one in rescale[:2]) or rescale[0] == 0:
            raise PixelError("rescale is (slope, intercept) or (slope, intercept, type), no slope of 0", tag=0x00281053)
        found["RescaleSlope"] = DSfloat(float(rescale[0]), auto_format=True)
        found["RescaleIntercept"] = DSfloat(float(rescale[1]), auto_format=True)
        if len(rescale) == 3:
            found["RescaleType"] = str(rescale[2])
    return found


def _put_measure(ds: Any, keyword: str, value: Any) -> None:
    """Sets an element in the shared functional group that has it, else on the first level."""
    macro = "PixelMeasuresSequence" if keyword == "PixelSpacing" else "PixelValueTransformationSequence"
    for shared in ds.get("SharedFunctionalGroupsSequence") or ():
        for item in shared.get(macro) or ():
            setattr(item, keyword, value)
            return
    setattr(ds, keyword, value)


def _report(ds: Any, revision: Revision) -> tuple[Finding, ...]:
    add = getattr(ds, "_add_finding", None)
    if add is not None:
        for finding in revision.findings:
            add(finding)
    return tuple(revision.findings)
