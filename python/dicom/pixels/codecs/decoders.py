"""One decoder for each transfer syntax: a frame's bytes into its slot of the array.

In: the bytes of one frame, its description, a slot (rows, columns[, samples]) of the array that is being filled. Out:
whether the slot now holds YBR_FULL samples. Standard: PS3.5 annex A and G, PS3.6 annex A.
"""

from __future__ import annotations

from dicom.errors import TransferSyntaxError
from dicom.pixels.codecs.deflated import decode_deflated
from dicom.pixels.codecs.jpeg import decode_jpeg
from dicom.pixels.codecs.jpeg_2000 import decode_htj2k, decode_jpeg_2000, decode_jpeg_2000_part_2
from dicom.pixels.codecs.jpeg_ls import decode_jpeg_ls
from dicom.pixels.codecs.jpeg_xl import decode_jpeg_xl
from dicom.pixels.codecs.rle import decode_rle
from dicom.pixels.codecs.syntaxes import SYNTAXES, UNDECODED
from dicom.pixels.codecs.uncompressed import decode_uncompressed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.codecs.codestream import Frame
    from dicom.pixels.description import FrameDescription

    Decoder = Callable[[Frame, FrameDescription, NDArray[Any], int], bool]

_JPEG = ("JPEG", decode_jpeg)
_JPEG_LS = ("JPEG-LS", decode_jpeg_ls)
_JPEG_2000 = ("JPEG 2000", decode_jpeg_2000)
_JPEG_2000_PART_2 = ("JPEG 2000", decode_jpeg_2000_part_2)
_HTJ2K = ("HTJ2K", decode_htj2k)
_JPEG_XL = ("JPEG XL", decode_jpeg_xl)

#: Transfer Syntax UID -> name and decoder of what encapsulated frames hold (PS3.6 table A-1).
CODECS: dict[str, tuple[str, Decoder]] = {
    "1.2.840.10008.1.2.1.98": ("Encapsulated Uncompressed", decode_uncompressed),
    "1.2.840.10008.1.2.4.50": _JPEG,
    "1.2.840.10008.1.2.4.51": _JPEG,
    **{f"1.2.840.10008.1.2.4.{process}": _JPEG for process in (52, 53, 54, 55, 56)},
    "1.2.840.10008.1.2.4.57": _JPEG,
    "1.2.840.10008.1.2.4.70": _JPEG,
    "1.2.840.10008.1.2.4.80": _JPEG_LS,
    "1.2.840.10008.1.2.4.81": _JPEG_LS,
    "1.2.840.10008.1.2.4.90": _JPEG_2000,
    "1.2.840.10008.1.2.4.91": _JPEG_2000,
    "1.2.840.10008.1.2.4.92": _JPEG_2000_PART_2,
    "1.2.840.10008.1.2.4.93": _JPEG_2000_PART_2,
    "1.2.840.10008.1.2.4.110": _JPEG_XL,
    "1.2.840.10008.1.2.4.111": _JPEG_XL,
    "1.2.840.10008.1.2.4.112": _JPEG_XL,
    "1.2.840.10008.1.2.4.201": _HTJ2K,
    "1.2.840.10008.1.2.4.202": _HTJ2K,
    "1.2.840.10008.1.2.4.203": _HTJ2K,
    "1.2.840.10008.1.2.5": ("RLE Lossless", decode_rle),
    "1.2.840.10008.1.2.8.1": ("Deflated Image Frame", decode_deflated),
}


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
    known = SYNTAXES.get(transfer_syntax)
    if known is not None and known.extra:
        raise TransferSyntaxError(
            f"pixel data of transfer syntax {transfer_syntax}, video ({known.codec}), has no frames that a codec "
            "decodes one by one",
            tag=0x00020010,
        )
    # Digits and dots can be no one's name; whatever else stands there is not repeated.
    shown = transfer_syntax if transfer_syntax.replace(".", "").isdigit() else "(no UID)"
    raise TransferSyntaxError(f"no decoder for the transfer syntax {shown}, which isn't a known one", tag=0x00020010)
