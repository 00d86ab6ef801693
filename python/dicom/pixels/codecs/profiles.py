"""Which frames a transfer syntax takes: the tables of PS3.5 8.2, and the check against them."""

from __future__ import annotations

from dicom.errors import PixelError, TransferSyntaxError
from dicom.pixels.codecs.syntaxes import (
    DEFLATED_FRAME,
    ENCAPSULATED_UNCOMPRESSED,
    ENCODED,
    HTJ2K,
    HTJ2K_LOSSLESS,
    HTJ2K_LOSSLESS_RPCL,
    JPEG_2000,
    JPEG_2000_LOSSLESS,
    JPEG_BASELINE,
    JPEG_EXTENDED,
    JPEG_LOSSLESS,
    JPEG_LOSSLESS_SV1,
    JPEG_LS_LOSSLESS,
    JPEG_LS_NEAR_LOSSLESS,
    JPEG_XL,
    JPEG_XL_LOSSLESS,
    JPEG_XL_RECOMPRESSION,
    RLE_LOSSLESS,
    SYNTAXES,
    codec_name,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dicom.pixels.description import FrameDescription

    Profile = tuple[str, int, Iterable[int], Iterable[int], Iterable[int]]

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
_BASELINE: list[Profile] = [
    *((name, 1, (0,), _BYTES, _BYTES) for name in _GRAY),
    ("YBR_FULL_422", 3, (0,), _BYTES, _BYTES),
    ("RGB", 3, (0,), _BYTES, _BYTES),
]
_REVERSIBLE_COLORS = {"YBR_RCT": _J2K_BITS, "RGB": _J2K_BITS, "YBR_FULL": _J2K_BITS}
_REVERSIBLE = _profiles(_J2K_BITS, _REVERSIBLE_COLORS, (_WORDS, range(1, 17)))
_IRREVERSIBLE = _profiles(_J2K_BITS, {"YBR_ICT": _J2K_BITS, "RGB": _J2K_BITS, "YBR_FULL": _J2K_BITS}, None)

#: What PS3.5 8.2 allows in each codestream: Photometric Interpretation, Samples per Pixel, and the values of Pixel
#: Representation, Bits Allocated and Bits Stored (tables 8.2.1-1 to 8.2.4-1, 8.2.14-1 and 8.2.15-1). Left out is what
#: is never encoded here: in JPEG 2000 and HTJ2K, which are irreversible here, YBR_RCT and single bits.
ENCODING_PROFILES: dict[str, list[Profile]] = {
    JPEG_BASELINE: _BASELINE,
    JPEG_EXTENDED: [(name, 1, (0,), (bits,), (stored,)) for name in _GRAY for bits, stored in ((8, 8), (16, 12))],
    JPEG_LOSSLESS: _LOSSLESS_JPEG,
    JPEG_LOSSLESS_SV1: _LOSSLESS_JPEG,
    JPEG_LS_LOSSLESS: _profiles((_WORDS, range(2, 17)), _LS_COLORS, (_WORDS, range(2, 17))),
    JPEG_LS_NEAR_LOSSLESS: _profiles((_WORDS, range(2, 17)), _LS_COLORS, None),
    JPEG_2000_LOSSLESS: _profiles(((1, *_LONG), range(1, 39)), _REVERSIBLE_COLORS, (_WORDS, range(1, 17))),
    JPEG_2000: _IRREVERSIBLE,
    HTJ2K_LOSSLESS: _REVERSIBLE,
    HTJ2K_LOSSLESS_RPCL: _REVERSIBLE,
    HTJ2K: _IRREVERSIBLE,
    JPEG_XL_LOSSLESS: _LOSSLESS_JPEG,
    JPEG_XL_RECOMPRESSION: _BASELINE,
    # Lossy colours are XYB in the codestream; the transformation is the codec's.
    JPEG_XL: _profiles((_WORDS, range(1, 17)), {"XYB": (_WORDS, range(1, 17))}, None, (0,)),
    RLE_LOSSLESS: _profiles(
        (_WORDS, range(1, 17)),
        {"YBR_FULL": (_BYTES, range(1, 9)), "RGB": (_WORDS, range(1, 17))},
        (_WORDS, range(1, 17)),
    ),
}
#: Native frames, packed as bytes: whatever the Image Pixel module can say (PS3.5 8.2.16, A.4.11).
_UNRESTRICTED = (DEFLATED_FRAME, ENCAPSULATED_UNCOMPRESSED)


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
    if description.transfer_syntax in _UNRESTRICTED:
        return
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
        f"{codec_name(description.transfer_syntax)} ({description.transfer_syntax}) doesn't take these frames: "
        f"{description.samples_per_pixel} sample(s) of {description.bits_allocated} bits, {description.bits_stored} of "
        f"them stored, {'signed' if description.is_signed else 'unsigned'}, with their Photometric Interpretation "
        "(PS3.5 8.2)",
        tag=description.tag,
    )


def expect_encoded(syntax: str) -> None:
    """Refuses a transfer syntax that frames aren't encoded in.

    Raises
    ------
    TransferSyntaxError
        It is none of `ENCODED` (a NotImplementedError too).
    """
    if syntax not in ENCODED:
        known = SYNTAXES.get(syntax)
        what = f" ({known.alias})" if known else ""
        shown = syntax if syntax.replace(".", "").isdigit() else "(no UID)"
        raise TransferSyntaxError(f"frames can't be encoded in the transfer syntax {shown}{what}", tag=0x00020010)
