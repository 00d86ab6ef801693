"""One decoder for each transfer syntax: a frame's bytes into its slot of the array.

In: the bytes of one frame, its description, a slot (rows, columns[, samples]) of the array that is being filled. Out:
whether the slot now holds YBR_FULL samples. Standard: PS3.5 annex A and G, PS3.6 annex A.

Rules, each with its measured reason: the header guard sees a frame before native code does; all JPEG processes go
through one decoder with both of its colour arguments pinned, since its defaults convert YBR on their own; JPEG-LS
frames get a closing EOI, without which the decoder can hang on a frame that was cut; the sign comes from Pixel
Representation.
"""

from __future__ import annotations

from dicom import _core
from dicom.errors import CodecError, LimitError, PixelError, TransferSyntaxError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import NDArray

    from dicom._core import FrameHeader
    from dicom.pixels.description import FrameDescription

    Frame = bytes | memoryview
    Decoder = Callable[[Frame, FrameDescription, NDArray[Any], int], bool]

_LOSSLESS_PROCESSES = (3, 7, 11, 15)
_END_OF_IMAGE = b"\xff\xd9"


def kernel_error(error: ValueError, name: str) -> PixelError | LimitError:
    """The error of `dicom.errors` for one that a kernel raised as ``ValueError(kind, message, offset)``."""
    if len(error.args) != 3:
        return CodecError(f"{name}: {error}")
    kind, message, offset = error.args
    if kind == "limit":
        return LimitError(f"{name}: {message}", offset=offset)
    where = "" if offset is None else f" (byte {offset} of the frame)"
    return CodecError(f"{name}: {message}{where}", offset=offset)


def check_frame(frame: Frame, description: FrameDescription) -> FrameHeader:
    """The frame's own header, once it was held against the data set and the limits.

    Raises
    ------
    CodecError
        It contradicts itself or the data set.
    LimitError
        It asks for more than any frame may.
    """
    try:
        return _core.check_frame(
            frame,
            description.rows,
            description.columns,
            description.samples_per_pixel,
            description.bits_allocated,
        )
    except ValueError as error:
        raise kernel_error(error, codec_name(description.transfer_syntax)) from None


def _call(
    name: str, function: Callable[..., Any], frame: Frame, header: FrameHeader, slot: NDArray[Any], **arguments: Any
) -> None:
    """Decodes into the slot: straight where the codec's type is as wide as the slot's, else by way of its own array."""
    width = 1 if header.bits <= 8 else 2 if header.bits <= 16 else 4
    try:
        dtype = slot.dtype
        if dtype.itemsize == width:
            kind = "i" if header.is_signed else "u"
            function(frame, out=slot if dtype.kind == kind else slot.view(f"{kind}{width}"), **arguments)
            return
        decoded = function(frame, **arguments)
    except MemoryError:
        raise LimitError(f"{name}: not enough memory for a frame of {slot.nbytes} bytes") from None
    except Exception as error:
        # Each codec has its own error class, and they share no base but Exception.
        raise CodecError(f"{name}: the frame can't be decoded ({type(error).__name__}: {error})") from error
    if decoded.shape != slot.shape:
        raise CodecError(f"{name}: an array of shape {decoded.shape} where {slot.shape} is needed")
    import numpy as np

    np.copyto(slot, decoded, casting="unsafe")


def _call_by_planes(
    name: str, function: Callable[..., Any], frame: Frame, header: FrameHeader, slot: NDArray[Any]
) -> None:
    """The same for a codec that gives the planes one after the other, (sample, row, column)."""
    import numpy as np

    planes = np.empty((slot.shape[-1], *slot.shape[:-1]), slot.dtype)
    _call(name, function, frame, header, planes)
    np.copyto(slot, np.moveaxis(planes, 0, -1))


def _closed(frame: Frame, description: FrameDescription) -> Frame:
    """The frame with an end marker: EOI and EOC are the same two bytes, which coded data never holds."""
    if _END_OF_IMAGE in bytes(frame[-16:]):
        return frame
    whole = bytes(frame).rstrip(b"\0")
    if whole.endswith(_END_OF_IMAGE):
        return whole
    description.note(
        "codestream-without-end", "a frame has no end marker: it may have been cut, and its last rows lost"
    )
    return whole + (_END_OF_IMAGE[1:] if whole.endswith(_END_OF_IMAGE[:1]) else _END_OF_IMAGE)


def _extend(slot: NDArray[Any], bits: int, is_signed: bool) -> None:
    """Makes the bits above ``bits`` what the sign says."""
    width = slot.dtype.itemsize
    if bits < width * 8:
        _core.extend_bits(slot, width, bits, is_signed, False)


def decode_jpeg(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """JPEG, all processes (PS3.5 8.2.1): 8 and 12 bit, sequential, progressive, lossless."""
    import imagecodecs

    header = check_frame(frame, description)
    _expect(header, description, "JPEG")
    stored_ybr = header.components == 3 and _is_ybr(header, description)
    space = "GRAYSCALE" if header.components == 1 else "YCBCR" if stored_ybr else "RGB"
    frame = _closed(frame, description)
    _call("JPEG", imagecodecs.jpeg8_decode, frame, header, slot, colorspace=space, outcolorspace=space)
    _extend(slot, description.bits_stored, description.is_signed)
    return stored_ybr


def _is_ybr(header: FrameHeader, description: FrameDescription) -> bool:
    """Whether three JPEG components hold YCbCr: the stream's own marks, then Photometric Interpretation."""
    if header.adobe_transform is not None:
        return header.adobe_transform != 0
    # JFIF means YCbCr, but it speaks of DCT processes; lossless streams that carry it hold what the data set says.
    if header.has_jfif and header.process not in _LOSSLESS_PROCESSES:
        return True
    return description.photometric_interpretation.startswith("YBR_FULL")


def decode_jpeg_ls(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """JPEG-LS, lossless and near-lossless (PS3.5 8.2.3)."""
    import imagecodecs

    header = check_frame(frame, description)
    _expect(header, description, "JPEG-LS")
    # The decoder can wait for good on a frame that was cut and has no EOI.
    frame = _closed(frame, description)
    if header.by_planes:
        _call_by_planes("JPEG-LS", imagecodecs.jpegls_decode, frame, header, slot)
    else:
        _call("JPEG-LS", imagecodecs.jpegls_decode, frame, header, slot)
    if description.is_signed:
        _extend(slot, min(description.bits_stored, header.bits), True)
    return description.is_ybr_full


def decode_jpeg_2000(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """JPEG 2000 (PS3.5 8.2.4), without the JP2 boxes where a frame has them."""
    import imagecodecs

    header = check_frame(frame, description)
    _expect(header, description, "JPEG 2000")
    codestream = _closed(memoryview(frame)[header.start : header.end], description)
    _call("JPEG 2000", imagecodecs.jpeg2k_decode, codestream, header, slot, numthreads=threads)
    # A codestream of the other sign than Pixel Representation: its own bits, read with the data set's sign.
    _extend(slot, header.bits, description.is_signed)
    return description.is_ybr_full


def decode_htj2k(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """High-Throughput JPEG 2000 (PS3.5 8.2.16)."""
    import imagecodecs

    from dicom.pixels.htj2k_lines import decode_all_lines

    header = check_frame(frame, description)
    _expect(header, description, "JPEG 2000", "HTJ2K")
    codestream = _closed(memoryview(frame)[header.start : header.end], description)
    decode = decode_all_lines if header.codestream == "HTJ2K" else imagecodecs.jpeg2k_decode
    _call("HTJ2K", decode, codestream, header, slot)
    _extend(slot, header.bits, description.is_signed)
    return description.is_ybr_full


def decode_jpeg_xl(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """JPEG XL (PS3.5 8.2.17); what was a JPEG stream before is given back as one and decoded as JPEG is."""
    import imagecodecs

    header = check_frame(frame, description)
    _expect(header, description, "JPEG XL")
    if header.has_jpeg_reconstruction:
        try:
            jpeg = imagecodecs.jpegxl_decode_jpeg(bytes(frame), numthreads=threads)
        except Exception as error:
            raise CodecError(
                f"JPEG XL: the JPEG stream can't be given back ({type(error).__name__}: {error})"
            ) from error
        return decode_jpeg(bytes(jpeg), description, slot, threads)
    # Rows and columns are those of the codestream, so an orientation that it asks for isn't applied.
    _call("JPEG XL", imagecodecs.jpegxl_decode, frame, header, slot, numthreads=threads, keeporientation=True)
    _extend(slot, description.bits_stored, description.is_signed)
    return description.is_ybr_full


def decode_rle(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """RLE Lossless (PS3.5 annex G)."""
    try:
        overlong = _core.decode_rle_frame(
            frame,
            slot,
            description.rows,
            description.columns,
            description.samples_per_pixel,
            description.bits_allocated,
        )
    except ValueError as error:
        raise kernel_error(error, "RLE Lossless") from None
    if overlong:
        message = "an RLE segment decodes to more bytes than the frame has pixels; the rest is left out"
        description.note("rle-segment-overlong", message)
    _extend(slot, description.bits_stored if description.bits_allocated > 1 else 8, description.is_signed)
    return description.is_ybr_full


def decode_deflated(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """Deflated Image Frame Compression (PS3.5 A.4.14): a native frame, deflated on its own."""
    inflated = bytearray((description.native_frame_bits + 7) // 8)
    try:
        _core.inflate_frame(frame, inflated)
    except ValueError as error:
        raise kernel_error(error, "Deflated Image Frame") from None
    return decode_uncompressed(memoryview(inflated), description, slot, threads)


def decode_uncompressed(frame: Frame, description: FrameDescription, slot: NDArray[Any], threads: int) -> bool:
    """Encapsulated Uncompressed (PS3.5 A.4.11): a native frame in one fragment."""
    from dicom.pixels.native import fill_slot

    needed = (description.native_frame_bits + 7) // 8
    if len(frame) < needed:
        raise PixelError(f"a frame of {len(frame)} bytes; {needed} are needed", tag=description.tag)
    fill_slot(frame[:needed], 0, description, slot)
    return description.is_ybr_full


def _expect(header: FrameHeader, description: FrameDescription, *codestreams: str) -> None:
    if header.codestream not in codestreams:
        raise CodecError(
            f"a {header.codestream} codestream in the transfer syntax {description.transfer_syntax} "
            f"({codec_name(description.transfer_syntax)})",
            tag=description.tag,
        )


_JPEG = ("JPEG", decode_jpeg)
_JPEG_LS = ("JPEG-LS", decode_jpeg_ls)
_JPEG_2000 = ("JPEG 2000", decode_jpeg_2000)
_HTJ2K = ("HTJ2K", decode_htj2k)
_JPEG_XL = ("JPEG XL", decode_jpeg_xl)

#: Transfer Syntax UID -> name and decoder of what encapsulated frames hold (PS3.6 table A-1).
CODECS: dict[str, tuple[str, Decoder]] = {
    "1.2.840.10008.1.2.1.98": ("Encapsulated Uncompressed", decode_uncompressed),
    "1.2.840.10008.1.2.4.50": _JPEG,
    "1.2.840.10008.1.2.4.51": _JPEG,
    "1.2.840.10008.1.2.4.53": _JPEG,
    "1.2.840.10008.1.2.4.55": _JPEG,
    "1.2.840.10008.1.2.4.57": _JPEG,
    "1.2.840.10008.1.2.4.70": _JPEG,
    "1.2.840.10008.1.2.4.80": _JPEG_LS,
    "1.2.840.10008.1.2.4.81": _JPEG_LS,
    "1.2.840.10008.1.2.4.90": _JPEG_2000,
    "1.2.840.10008.1.2.4.91": _JPEG_2000,
    "1.2.840.10008.1.2.4.110": _JPEG_XL,
    "1.2.840.10008.1.2.4.111": _JPEG_XL,
    "1.2.840.10008.1.2.4.112": _JPEG_XL,
    "1.2.840.10008.1.2.4.201": _HTJ2K,
    "1.2.840.10008.1.2.4.202": _HTJ2K,
    "1.2.840.10008.1.2.4.203": _HTJ2K,
    "1.2.840.10008.1.2.5": ("RLE Lossless", decode_rle),
    "1.2.840.10008.1.2.8.1": ("Deflated Image Frame", decode_deflated),
}

_VIDEO = ("100", "101", "102", "103", "104", "105", "106", "107", "108")
#: What is known and isn't decoded, by what it is.
UNDECODED: dict[str, str] = {
    **{f"1.2.840.10008.1.2.4.{n}": "video (MPEG)" for n in _VIDEO},
    **{f"1.2.840.10008.1.2.4.{n}.1": "video (fragmentable MPEG)" for n in _VIDEO},
    **{f"1.2.840.10008.1.2.4.{n}": "JPIP, whose pixels lie on a server" for n in ("94", "95", "204", "205")},
    **{f"1.2.840.10008.1.2.4.{n}": "JPEG 2000 Part 2 (multi-component)" for n in ("92", "93")},
    **{f"1.2.840.10008.1.2.7.{n}": "SMPTE ST 2110 (real-time video)" for n in ("1", "2", "3")},
}


def codec_name(transfer_syntax: str) -> str:
    """The name of what a transfer syntax's frames hold."""
    name, _ = CODECS.get(transfer_syntax, ("unknown", None))
    return name


def decoder_of(transfer_syntax: str) -> Decoder:
    """The decoder of an encapsulated transfer syntax.

    Raises
    ------
    TransferSyntaxError
        The transfer syntax is unknown, or none of our codecs decodes it.
    """
    entry = CODECS.get(transfer_syntax)
    if entry is not None:
        return entry[1]
    what = UNDECODED.get(transfer_syntax)
    if what is not None:
        raise TransferSyntaxError(
            f"pixel data of transfer syntax {transfer_syntax}, {what}, isn't decoded", tag=0x00020010
        )
    # Digits and dots can be no one's name; whatever else stands there is not repeated.
    shown = transfer_syntax if transfer_syntax.replace(".", "").isdigit() else "(no UID)"
    raise TransferSyntaxError(f"no decoder for the transfer syntax {shown}, which isn't a known one", tag=0x00020010)
