"""Give a data set other pixel data: from an array, compressed, or decompressed.

In: a data set. Out: the same data set with its pixel data, the Image Pixel module and the Transfer Syntax UID changed.
Everything is encoded or decoded before the first element is touched, so an error leaves the data set as it was.
Standard: PS3.3 C.7.6.3, C.7.6.1.1.5 (Lossy Image Compression), PS3.5 A.4.
"""

from __future__ import annotations

from itertools import islice

from dicom.errors import MissingElementError, PixelError
from dicom.pixels import codecs
from dicom.pixels.decode import cpu_count
from dicom.pixels.description import EXPLICIT_VR_BIG_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN, NATIVE_TRANSFER_SYNTAXES
from dicom.pixels.encapsulation import encapsulate, encapsulate_extended
from dicom.pixels.image_pixel import OPTION_OF_KEYWORD
from dicom.pixels.options import PixelOptions, decode_with_options, iterate_with_options
from dicom.pixels.plugins import check_handler, check_plugin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.description import FrameDescription

_GRAY = ("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR")
_COLORS = ("RGB", "YBR_FULL", "YBR_FULL_422")
_EXTENDED_TABLE = ("ExtendedOffsetTable", "ExtendedOffsetTableLengths")
_LARGEST_OFFSET = 2**32 - 1


class UnsupportedByteOrderError(PixelError, NotImplementedError):
    """Pixels can't be set in a big endian data set."""


def set_pixel_data(
    ds: Any,
    arr: NDArray[Any],
    photometric_interpretation: str,
    bits_stored: int,
    *,
    generate_instance_uid: bool = True,
) -> None:
    """Make an array a data set's pixel data, with the elements of the Image Pixel module that describe it.

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
    import numpy as np

    syntax = _transfer_syntax(ds)
    if syntax == EXPLICIT_VR_BIG_ENDIAN:
        raise UnsupportedByteOrderError("pixel data can't be set in a big endian data set", tag=0x00020010)
    for keyword in ("FloatPixelData", "DoubleFloatPixelData"):
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
    _check_range(arr, bits_stored, is_signed)
    data = _native_bytes(arr, photometric_interpretation)
    frames, rows, columns = (shape[0] if len(shape) == 3 else None), shape[-2], shape[-1]
    values = {
        "SamplesPerPixel": samples,
        "PhotometricInterpretation": photometric_interpretation,
        "PlanarConfiguration": 0 if samples == 3 else None,
        "NumberOfFrames": frames,
        "Rows": rows,
        "Columns": columns,
        "BitsAllocated": bits,
        "BitsStored": bits_stored,
        "HighBit": bits_stored - 1,
        "PixelRepresentation": int(is_signed),
    }
    for keyword, value in values.items():
        if value is not None:
            setattr(ds, keyword, value)
        elif keyword in ds:
            delattr(ds, keyword)
    _put(ds, np.asarray(data).tobytes(), "OB" if bits == 8 else "OW", is_encapsulated=False)
    if syntax not in NATIVE_TRANSFER_SYNTAXES:
        syntax = EXPLICIT_VR_LITTLE_ENDIAN
    _set_identity(ds, syntax, generate_instance_uid)


def compress(
    ds: Any,
    transfer_syntax_uid: str,
    arr: NDArray[Any] | None = None,
    *,
    encoding_plugin: str = "",
    encapsulate_ext: bool = False,
    generate_instance_uid: bool = True,
    jls_error: int | None = None,
    j2k_cr: Sequence[float] | None = None,
    j2k_psnr: Sequence[float] | None = None,
    **kwargs: Any,
) -> Any:
    """Compress a data set's pixel data in place.

    Parameters
    ----------
    ds : Dataset
        Its Image Pixel module has to describe the frames; native YBR_FULL_422 becomes YBR_FULL.
    transfer_syntax_uid : str
        RLE Lossless, JPEG-LS Lossless or Near-Lossless, JPEG 2000 Lossless or JPEG 2000.
    arr : ndarray, optional
        The pixels; without it those of the data set.
    encoding_plugin : str
        A name of pydicom's plugins for the transfer syntax; the pipeline is the same for all.
    encapsulate_ext : bool
        Whether an Extended Offset Table is made; it always is when the Basic Offset Table is too small.
    generate_instance_uid : bool
        Whether the SOP Instance UID is made anew.
    jls_error, j2k_cr, j2k_psnr
        As for `dicom.pixels.codecs.encode_frame`.
    **kwargs
        Options of other plugins, without meaning here.

    Returns
    -------
    Dataset
        `ds`. After lossy compression Lossy Image Compression (0028,2110), its ratio and method say so.

    Raises
    ------
    MissingElementError
        There is no Transfer Syntax UID, no pixel data, or an element that describes it is missing.
    TransferSyntaxError
        The transfer syntax is none that frames are encoded in.
    PixelError
        The data set is compressed already, or its frames are none that the transfer syntax takes.
    """
    target = str(transfer_syntax_uid)
    syntax = _transfer_syntax(ds)
    if not syntax:
        raise MissingElementError("the data set has no Transfer Syntax UID: it may be compressed", tag=0x00020010)
    if syntax not in NATIVE_TRANSFER_SYNTAXES:
        raise PixelError("only native pixel data can be compressed: decompress it first", tag=0x00020010)
    codecs.expect_encoded(target)
    check_plugin(encoding_plugin, target, encoding=True)
    options = PixelOptions(ds, EXPLICIT_VR_LITTLE_ENDIAN if arr is not None else syntax, {})
    interpretation = str(ds.get("PhotometricInterpretation") or "")
    if arr is None and interpretation == "YBR_FULL_422":
        interpretation = "YBR_FULL"
    frames = list(
        encode_frames(
            options if arr is None else arr,
            target,
            {name: ds.get(keyword) for keyword, name in OPTION_OF_KEYWORD.items()}
            | {"photometric_interpretation": interpretation},
            workers=cpu_count(),
            jls_error=jls_error,
            j2k_cr=j2k_cr,
            j2k_psnr=j2k_psnr,
        )
    )
    total = sum(len(frame) + 9 for frame in frames[:-1])
    table: tuple[bytes, ...] = ()
    if encapsulate_ext or total > _LARGEST_OFFSET:
        data, *table_list = encapsulate_extended(frames)
        table = tuple(table_list)
    else:
        data = encapsulate(frames)
    _put(ds, data, "OB", is_encapsulated=True)
    for keyword, column in zip(_EXTENDED_TABLE, table, strict=False):
        setattr(ds, keyword, column)
    if interpretation:
        ds.PhotometricInterpretation = interpretation
    if int(ds.get("SamplesPerPixel") or 1) > 1 and target != codecs.RLE_LOSSLESS:
        # Their codestreams are by pixel (PS3.3 C.7.6.3.1.3).
        ds.PlanarConfiguration = 0
    if target == codecs.JPEG_2000 or jls_error:
        native = int(ds.Rows) * int(ds.Columns) * int(ds.get("SamplesPerPixel") or 1) * (int(ds.BitsAllocated) // 8)
        _note_lossy(ds, codecs.LOSSY_METHODS[target], native * len(frames) / sum(map(len, frames)))
    _set_identity(ds, target, generate_instance_uid)
    return ds


def decompress(
    ds: Any,
    *,
    as_rgb: bool = True,
    generate_instance_uid: bool = True,
    decoding_plugin: str = "",
    **kwargs: Any,
) -> Any:
    """Decompress a data set's pixel data in place, to Explicit VR Little Endian.

    Parameters
    ----------
    ds : Dataset
    as_rgb : bool
        Whether YBR_FULL becomes RGB.
    generate_instance_uid : bool
        Whether the SOP Instance UID is made anew.
    decoding_plugin : str
        A name of pydicom's plugins for the transfer syntax; the pipeline is the same for all.
    **kwargs
        Options of other plugins, without meaning here.

    Returns
    -------
    Dataset
        `ds`; the elements of the Image Pixel module are those of the decoded frames, and an Extended Offset Table is
        gone.

    Raises
    ------
    MissingElementError
        There is no pixel data, or no Transfer Syntax UID.
    PixelError
        The pixel data isn't compressed, or can't be decoded.
    """
    if "PixelData" not in ds:
        raise MissingElementError("the data set has no Pixel Data (7FE0,0010) to decompress", tag=0x7FE00010)
    syntax = _transfer_syntax(ds)
    if not syntax:
        raise MissingElementError("the data set has no Transfer Syntax UID", tag=0x00020010)
    if syntax in NATIVE_TRANSFER_SYNTAXES:
        raise PixelError("the pixel data is native already", tag=0x00020010)
    check_handler(decoding_plugin, syntax)
    array, found = decode_with_options(PixelOptions(ds, syntax, {}), as_rgb=as_rgb)
    _put(ds, array.tobytes(), "OB" if int(found["bits_allocated"]) <= 8 else "OW", is_encapsulated=False)
    for keyword, name in OPTION_OF_KEYWORD.items():
        value = found.get(name)
        if value is None or (name == "number_of_frames" and value == 1 and keyword not in ds):
            continue
        if ds.get(keyword) != value:
            setattr(ds, keyword, value)
    _set_identity(ds, EXPLICIT_VR_LITTLE_ENDIAN, generate_instance_uid)
    return ds


def encode_frames(
    src: Any,
    transfer_syntax: str,
    options: dict[str, Any],
    *,
    indices: Sequence[int] | None = None,
    validate: bool = True,
    workers: int = 1,
    jls_error: int | None = None,
    j2k_cr: Sequence[float] | None = None,
    j2k_psnr: Sequence[float] | None = None,
) -> Iterator[bytes]:
    """The codestreams of frames, one after the other.

    Parameters
    ----------
    src : PixelOptions or ndarray
        Native pixel data, or the pixels.
    transfer_syntax : str
    options : dict
        What describes the pixels, by the names of `dicom.pixels.image_pixel.OPTION_OF_KEYWORD`.
    indices : sequence of int, optional
        Frames, from 0; all in order when not given.
    validate : bool
        Whether frames that PS3.5 8.2 doesn't allow in the transfer syntax are refused.
    workers : int
        Threads that encode.
    jls_error, j2k_cr, j2k_psnr
        As for `dicom.pixels.codecs.encode_frame`.

    Yields
    ------
    bytes

    Raises
    ------
    MissingElementError, TransferSyntaxError, PixelError
        As `compress`.
    """
    from dicom.pixels.description import describe

    # Bytes aren't read by this description: it says what is encoded.
    description = describe(PixelOptions(b"", transfer_syntax, options))
    if validate:
        codecs.check_profile(description)
    if isinstance(src, PixelOptions):
        # What lies above Bits Stored isn't dropped in silence: it may be an overlay of old.
        decoded = iterate_with_options(src.with_all_bits(), indices, as_rgb=False)
        frames: Iterator[NDArray[Any]] = (frame for frame, _ in decoded)
    else:
        frames = _frames_of(src, description, indices)

    # As pydicom's: an option of another codec has no meaning.
    is_jpeg_2000 = transfer_syntax == codecs.JPEG_2000
    encode_options = codecs.EncodeOptions(
        max_error=jls_error if codecs.codec_name(transfer_syntax) == "JPEG-LS" else None,
        ratio=j2k_cr or None if is_jpeg_2000 else None,
        psnr=j2k_psnr or None if is_jpeg_2000 else None,
    )

    def encode_one(frame: NDArray[Any]) -> bytes:
        _check_kind(frame, description)
        native = frame.astype(f"={frame.dtype.kind}{description.sample_bytes}", copy=False)
        return codecs.encode_frame(native, description, encode_options)

    if workers < 2 or description.number_of_frames == 1:
        yield from map(encode_one, frames)
        return
    from collections import deque
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(workers) as pool:
        # No more frames are taken than are at work: memory holds a few, however many there are.
        begun = deque(pool.submit(encode_one, frame) for frame in islice(frames, 2 * workers))
        while begun:
            yield begun.popleft().result()
            begun.extend(pool.submit(encode_one, frame) for frame in islice(frames, 1))


def _frames_of(
    array: NDArray[Any], description: FrameDescription, indices: Sequence[int] | None
) -> Iterator[NDArray[Any]]:
    shape = description.frame_shape
    count = array.shape[0] if array.ndim == len(shape) + 1 else 1
    if array.shape[-len(shape) :] != shape or array.ndim > len(shape) + 1 or count < 1:
        raise PixelError(f"an array of shape {array.shape}; frames of {shape} are needed")
    frames = array.reshape(count, *shape)
    for index in range(count) if indices is None else indices:
        if not 0 <= index < count:
            raise PixelError(f"frame {index} of {count}")
        _check_kind(frames[index], description)
        _check_range(frames[index], description.bits_stored, description.is_signed)
        yield frames[index]


def _check_kind(frame: NDArray[Any], description: FrameDescription) -> None:
    if frame.shape != description.frame_shape:
        raise PixelError(f"a frame of shape {frame.shape}; {description.frame_shape} is needed")
    if frame.dtype.kind not in "iu" or (frame.dtype.kind == "i") != description.is_signed:
        sign = "signed" if description.is_signed else "unsigned"
        raise PixelError(f"an array of {frame.dtype}; Pixel Representation asks for {sign} integers", tag=0x00280103)


def _check_range(arr: NDArray[Any], bits_stored: int, is_signed: bool) -> None:
    low, high = (-(2 ** (bits_stored - 1)), 2 ** (bits_stored - 1) - 1) if is_signed else (0, 2**bits_stored - 1)
    if arr.size and (int(arr.min()) < low or int(arr.max()) > high):
        raise PixelError(f"the array has values outside {low} to {high}, which {bits_stored} bits can hold")


def _native_bytes(arr: NDArray[Any], interpretation: str) -> NDArray[Any]:
    """The array as it lies in little endian pixel data."""
    little = arr.astype(arr.dtype.newbyteorder("<"), copy=False)
    if interpretation != "YBR_FULL_422":
        return little
    if arr.shape[-2] % 2:
        raise PixelError("YBR_FULL_422 pairs pixels; the array has an odd number of columns")
    import numpy as np

    pairs = little.reshape(-1, 2, 3)
    return np.stack([pairs[:, 0, 0], pairs[:, 1, 0], pairs[:, 0, 1], pairs[:, 0, 2]], axis=-1)


def _transfer_syntax(ds: Any) -> str:
    meta = getattr(ds, "file_meta", None)
    return str((meta.get("TransferSyntaxUID") if meta is not None else None) or "")


def _put(ds: Any, data: bytes, vr: str, *, is_encapsulated: bool) -> None:
    """Sets the pixel data, of even length; an offset table of what was there before goes."""
    for keyword in _EXTENDED_TABLE:
        if keyword in ds:
            delattr(ds, keyword)
    ds.PixelData = data + b"\0" if len(data) % 2 else data
    element = ds["PixelData"]
    element.VR = vr
    element.is_undefined_length = is_encapsulated


def _set_identity(ds: Any, syntax: str, generate_instance_uid: bool) -> None:
    from dicom.uid import UID, generate_uid

    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = UID(syntax)
    if generate_instance_uid:
        uid = generate_uid()
        ds.SOPInstanceUID = uid
        ds.file_meta.MediaStorageSOPInstanceUID = uid


def _note_lossy(ds: Any, method: str, ratio: float) -> None:
    """Says that the image was compressed with loss, after what it says of earlier compressions (PS3.3 C.7.6.1.1.5)."""
    ds.LossyImageCompression = "01"
    for keyword, value in (("LossyImageCompressionRatio", round(ratio, 3)), ("LossyImageCompressionMethod", method)):
        before = ds.get(keyword)
        if before in (None, ""):
            setattr(ds, keyword, value)
        else:
            several = not isinstance(before, (str, int, float)) and hasattr(before, "__iter__")
            setattr(ds, keyword, [*(before if several else [before]), value])
