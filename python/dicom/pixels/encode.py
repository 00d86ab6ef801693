"""Encode frames: RLE, JPEG-LS and JPEG 2000, each decoded again before it is given.

In: one frame as an array, and a transfer syntax. Out: its codestream. Standard: PS3.5 8.2.2 to 8.2.4, annex G.

A lossless codestream is given only when our decoder makes the same frame of it, a near-lossless one only when no sample
is further off than was allowed; so no error of a codec, and no sample beyond Bits Stored, gets into a file.
"""

from __future__ import annotations

from dicom import _core
from dicom.errors import CodecError, PixelError, TransferSyntaxError
from dicom.pixels import codecs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.description import FrameDescription

    Profile = tuple[str, int, Iterable[int], Iterable[int], Iterable[int]]

RLE_LOSSLESS = "1.2.840.10008.1.2.5"
JPEG_LS_LOSSLESS = "1.2.840.10008.1.2.4.80"
JPEG_LS_NEAR_LOSSLESS = "1.2.840.10008.1.2.4.81"
JPEG_2000_LOSSLESS = "1.2.840.10008.1.2.4.90"
JPEG_2000 = "1.2.840.10008.1.2.4.91"
#: Transfer syntaxes that frames can be encoded in.
ENCODED = (JPEG_LS_LOSSLESS, JPEG_LS_NEAR_LOSSLESS, JPEG_2000_LOSSLESS, JPEG_2000, RLE_LOSSLESS)
#: Those that may change the samples, and what Lossy Image Compression Method (0028,2114) says of them.
LOSSY_METHODS = {JPEG_LS_NEAR_LOSSLESS: "ISO_14495_1", JPEG_2000: "ISO_15444_1"}

_GRAY = ("MONOCHROME1", "MONOCHROME2")
_BYTES, _WORDS = (8,), (8, 16)
_LONG = (8, 16, 24, 32, 40)


def _profiles(
    gray: tuple[Iterable[int], range],
    colors: Mapping[str, tuple[Iterable[int], range]],
    palette: tuple[Iterable[int], range] | None,
    representations: tuple[int, ...] = (0, 1),
) -> list[Profile]:
    found: list[Profile] = [(name, 1, representations, *gray) for name in _GRAY]
    if palette is not None:
        found.append(("PALETTE COLOR", 1, (0,), *palette))
    return found + [(name, 3, (0,), *bits) for name, bits in colors.items()]


_LOSSLESS_JPEG = _profiles(
    (_WORDS, range(1, 17)),
    {"YBR_FULL": (_WORDS, range(1, 17)), "RGB": (_WORDS, range(1, 17))},
    (_WORDS, range(1, 17)),
)
_LS_COLORS = {"YBR_FULL": (_BYTES, range(2, 9)), "RGB": (_WORDS, range(2, 17))}
_J2K_BITS = (_LONG, range(1, 39))
#: What PS3.5 8.2 allows in each codestream: Photometric Interpretation, Samples per Pixel, and the values of Pixel
#: Representation, Bits Allocated and Bits Stored. JPEG is here for its rules; it isn't encoded.
ENCODING_PROFILES: dict[str, list[Profile]] = {
    "1.2.840.10008.1.2.4.50": [
        *((name, 1, (0,), _BYTES, _BYTES) for name in _GRAY),
        ("YBR_FULL_422", 3, (0,), _BYTES, _BYTES),
        ("RGB", 3, (0,), _BYTES, _BYTES),
    ],
    "1.2.840.10008.1.2.4.51": [
        (name, 1, (0,), (bits,), (stored,)) for name in _GRAY for bits, stored in ((8, 8), (16, 12))
    ],
    "1.2.840.10008.1.2.4.57": _LOSSLESS_JPEG,
    "1.2.840.10008.1.2.4.70": _LOSSLESS_JPEG,
    JPEG_LS_LOSSLESS: _profiles((_WORDS, range(2, 17)), _LS_COLORS, (_WORDS, range(2, 17))),
    JPEG_LS_NEAR_LOSSLESS: _profiles((_WORDS, range(2, 17)), _LS_COLORS, None),
    JPEG_2000_LOSSLESS: _profiles(
        _J2K_BITS, {"YBR_RCT": _J2K_BITS, "RGB": _J2K_BITS, "YBR_FULL": _J2K_BITS}, (_WORDS, range(1, 17))
    ),
    JPEG_2000: _profiles(_J2K_BITS, {"YBR_ICT": _J2K_BITS, "RGB": _J2K_BITS, "YBR_FULL": _J2K_BITS}, None),
    RLE_LOSSLESS: _profiles(
        (_WORDS, range(1, 17)),
        {"YBR_FULL": (_BYTES, range(1, 9)), "RGB": (_WORDS, range(1, 17))},
        (_WORDS, range(1, 17)),
    ),
}


def check_profile(description: FrameDescription) -> None:
    """Refuses frames that their transfer syntax doesn't allow (PS3.5 8.2).

    Raises
    ------
    TransferSyntaxError
        The transfer syntax is none that frames are encoded in (a NotImplementedError too).
    PixelError
        Photometric Interpretation, Samples per Pixel, Pixel Representation or bits that it doesn't allow.
    """
    expect_encoded(description.transfer_syntax)
    for name, samples, representations, allocated, stored in ENCODING_PROFILES[description.transfer_syntax]:
        if (
            name == description.photometric_interpretation
            and samples == description.samples_per_pixel
            and int(description.is_signed) in representations
            and description.bits_allocated in allocated
            and description.bits_stored in stored
            and description.bits_stored <= description.bits_allocated
        ):
            return
    raise PixelError(
        f"{codecs.codec_name(description.transfer_syntax)} ({description.transfer_syntax}) doesn't take these frames: "
        f"{description.samples_per_pixel} sample(s) of {description.bits_allocated} bits, {description.bits_stored} of "
        f"them stored, {'signed' if description.is_signed else 'unsigned'}, with their Photometric Interpretation "
        "(PS3.5 8.2)",
        tag=description.tag,
    )


def encode_frame(
    frame: NDArray[Any],
    description: FrameDescription,
    *,
    jls_error: int | None = None,
    j2k_cr: Sequence[float] | None = None,
    j2k_psnr: Sequence[float] | None = None,
) -> bytes:
    """The codestream of one frame.

    Parameters
    ----------
    frame : ndarray, shape (rows, columns) or (rows, columns, 3)
        Samples; RGB for YBR_RCT and YBR_ICT, whose transformation is the codec's.
    description : FrameDescription
        What the frame is, and its transfer syntax.
    jls_error : int, optional
        JPEG-LS Near-Lossless: how far a sample may be off; 0 when not given.
    j2k_cr : sequence of float, optional
        JPEG 2000: compression ratios. One quality layer is made, of the last of them.
    j2k_psnr : sequence of float, optional
        JPEG 2000: peak signal-to-noise ratios, dB. One quality layer is made, of the last of them.

    Returns
    -------
    bytes

    Raises
    ------
    TransferSyntaxError
        The transfer syntax is none that frames are encoded in.
    PixelError
        Options that are missing, contradict each other or aren't allowed.
    CodecError
        The codec refuses the frame, or the codestream doesn't give it back.
    """
    import copy

    import numpy as np

    syntax = description.transfer_syntax
    expect_encoded(syntax)
    frame = np.ascontiguousarray(frame, dtype=frame.dtype.newbyteorder("="))
    error = 0
    # RLE and JPEG-LS keep what lies above Bits Stored; JPEG 2000 has a precision, and what it can't hold is refused.
    whole = copy.copy(description)
    whole.bits_stored = description.bits_allocated
    if syntax == RLE_LOSSLESS:
        encoded = _encode_rle(frame)
    elif syntax in (JPEG_LS_LOSSLESS, JPEG_LS_NEAR_LOSSLESS):
        error = _allowed_error(syntax, jls_error)
        encoded = _encode_jpeg_ls(frame, error)
    else:
        frame = _within_precision(frame, description)
        if syntax == JPEG_2000:
            return _encode_lossy_jpeg_2000(frame, description, j2k_cr, j2k_psnr)
        encoded = _encode_jpeg_2000(frame, description, is_reversible=True)
        whole = description
    decoded = _decode(encoded, whole)
    if error == 0:
        is_same = np.array_equal(decoded, frame)
    else:
        is_same = bool(np.max(np.abs(decoded.astype(np.int64) - frame.astype(np.int64))) <= error)
    if not is_same:
        raise CodecError(
            f"{codecs.codec_name(syntax)}: the codestream doesn't give the frame back", tag=description.tag
        )
    return encoded


def _within_precision(frame: NDArray[Any], description: FrameDescription) -> NDArray[Any]:
    """The frame with its sign extended, when the bits above Bits Stored say nothing else."""
    import numpy as np

    bits = description.bits_stored
    if bits >= description.bits_allocated:
        return frame
    shift = frame.dtype.type(description.bits_allocated - bits)
    extended: NDArray[Any] = np.right_shift(np.left_shift(frame, shift), shift)
    cleared = frame & frame.dtype.type(2**bits - 1)
    # Signed samples are met with and without their sign in the bits above.
    if not bool(np.all((frame == extended) | (frame == cleared))):
        raise CodecError(
            f"JPEG 2000: samples have more than the {bits} bits stored, which would be lost", tag=description.tag
        )
    return extended


def expect_encoded(syntax: str) -> None:
    """Refuses a transfer syntax that frames aren't encoded in.

    Raises
    ------
    TransferSyntaxError
        It is none of `ENCODED` (a NotImplementedError too).
    """
    if syntax not in ENCODED:
        known = codecs.CODECS.get(syntax)
        what = f" ({known[0]})" if known else ""
        shown = syntax if syntax.replace(".", "").isdigit() else "(no UID)"
        raise TransferSyntaxError(f"frames can't be encoded in the transfer syntax {shown}{what}", tag=0x00020010)


def _decode(encoded: bytes, description: FrameDescription) -> NDArray[Any]:
    import numpy as np

    decoded = np.empty(description.frame_shape, np.dtype(description.dtype).newbyteorder("="))
    codecs.decoder_of(description.transfer_syntax)(encoded, description, decoded, 1)
    return decoded


def _call(name: str, function: Any, frame: NDArray[Any], **arguments: Any) -> bytes:
    try:
        return bytes(function(frame, **arguments))
    except Exception as error:
        # Each codec has its own error class, and they share no base but Exception.
        raise CodecError(f"{name}: the frame can't be encoded ({type(error).__name__}: {error})") from error


def _encode_rle(frame: NDArray[Any]) -> bytes:
    """RLE Lossless: a segment for each byte of each sample, the most significant first, row by row (PS3.5 annex G)."""
    rows, columns = frame.shape[:2]
    samples = frame.shape[2] if frame.ndim == 3 else 1
    little = frame.astype(frame.dtype.newbyteorder("<"), copy=False)
    try:
        return _core.encode_rle_frame(little, rows, columns, samples, little.dtype.itemsize * 8)
    except ValueError as error:
        raise codecs.kernel_error(error, "RLE Lossless") from None


def _allowed_error(syntax: str, jls_error: int | None) -> int:
    error = jls_error or 0
    if syntax == JPEG_LS_LOSSLESS and error:
        raise PixelError("jls_error goes with JPEG-LS Near-Lossless; JPEG-LS Lossless allows no error")
    if not 0 <= error <= 255:
        raise PixelError("jls_error has to be 0 to 255")
    return error


def _encode_jpeg_ls(frame: NDArray[Any], error: int) -> bytes:
    import imagecodecs

    # JPEG-LS knows no sign: the bits are coded, and read with the data set's sign again.
    unsigned = frame.view(frame.dtype.str.replace("i", "u")) if frame.dtype.kind == "i" else frame
    return _call("JPEG-LS", imagecodecs.jpegls_encode, unsigned, level=error)


def _encode_jpeg_2000(
    frame: NDArray[Any], description: FrameDescription, *, is_reversible: bool, level: float | None = None
) -> bytes:
    import imagecodecs

    return _call(
        "JPEG 2000",
        imagecodecs.jpeg2k_encode,
        frame,
        level=level,
        codecformat="j2k",
        reversible=is_reversible,
        bitspersample=description.bits_stored,
        mct=description.photometric_interpretation in ("YBR_RCT", "YBR_ICT"),
    )


def _encode_lossy_jpeg_2000(
    frame: NDArray[Any],
    description: FrameDescription,
    ratios: Sequence[float] | None,
    noise_ratios: Sequence[float] | None,
) -> bytes:
    if bool(ratios) == bool(noise_ratios):
        raise PixelError("JPEG 2000 takes either j2k_cr or j2k_psnr; JPEG 2000 Lossless takes neither")
    if noise_ratios:
        if noise_ratios[-1] <= 0:
            raise PixelError("a peak signal-to-noise ratio has to be more than 0")
        encoded = _encode_jpeg_2000(frame, description, is_reversible=False, level=float(noise_ratios[-1]))
    else:
        ratio = (ratios or (1,))[-1]
        if ratio < 1:
            raise PixelError("a compression ratio has to be 1 or more")
        encoded = _encode_to_size(frame, description, int(frame.nbytes / ratio))
    _decode(encoded, description)
    return encoded


def _encode_to_size(frame: NDArray[Any], description: FrameDescription, size: int) -> bytes:
    """The best codestream of at most ``size`` bytes; the smallest there is when none is so small.

    The codec is steered by noise, so the noise that makes the size is searched for by halves.
    """
    low, high = 1.0, 160.0
    best = smallest = _encode_jpeg_2000(frame, description, is_reversible=False, level=low)
    for _ in range(12):
        level = (low + high) / 2
        encoded = _encode_jpeg_2000(frame, description, is_reversible=False, level=level)
        if len(encoded) <= size:
            best, low = encoded, level
        else:
            high = level
    return best if len(best) <= size else smallest
