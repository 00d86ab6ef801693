"""Transfer syntaxes of encapsulated frames: what their frames hold, and which aren't decoded (PS3.6 table A-1)."""

from __future__ import annotations

RLE_LOSSLESS = "1.2.840.10008.1.2.5"
JPEG_LS_LOSSLESS = "1.2.840.10008.1.2.4.80"
JPEG_LS_NEAR_LOSSLESS = "1.2.840.10008.1.2.4.81"
JPEG_2000_LOSSLESS = "1.2.840.10008.1.2.4.90"
JPEG_2000 = "1.2.840.10008.1.2.4.91"

#: Transfer Syntax UID -> the name of what its frames hold.
CODEC_NAMES: dict[str, str] = {
    "1.2.840.10008.1.2.1.98": "Encapsulated Uncompressed",
    "1.2.840.10008.1.2.4.50": "JPEG",
    "1.2.840.10008.1.2.4.51": "JPEG",
    "1.2.840.10008.1.2.4.53": "JPEG",
    "1.2.840.10008.1.2.4.55": "JPEG",
    "1.2.840.10008.1.2.4.57": "JPEG",
    "1.2.840.10008.1.2.4.70": "JPEG",
    "1.2.840.10008.1.2.4.80": "JPEG-LS",
    "1.2.840.10008.1.2.4.81": "JPEG-LS",
    "1.2.840.10008.1.2.4.90": "JPEG 2000",
    "1.2.840.10008.1.2.4.91": "JPEG 2000",
    "1.2.840.10008.1.2.4.110": "JPEG XL",
    "1.2.840.10008.1.2.4.111": "JPEG XL",
    "1.2.840.10008.1.2.4.112": "JPEG XL",
    "1.2.840.10008.1.2.4.201": "HTJ2K",
    "1.2.840.10008.1.2.4.202": "HTJ2K",
    "1.2.840.10008.1.2.4.203": "HTJ2K",
    "1.2.840.10008.1.2.5": "RLE Lossless",
    "1.2.840.10008.1.2.8.1": "Deflated Image Frame",
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
    return CODEC_NAMES.get(transfer_syntax, "unknown")
