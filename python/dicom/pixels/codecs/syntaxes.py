"""The transfer syntaxes of the standard: what each is called, and what is done with its frames (PS3.6 table A-1).

In: a name or a UID, as a person writes it. Out: the UID, or the row of the table. The 63 transfer syntaxes of edition
2026 are there, retired ones too; their names are those of the dictionary.
"""

from __future__ import annotations

from dicom.errors import TransferSyntaxError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Lossless = Literal["always", "never", "may be"]

RLE_LOSSLESS = "1.2.840.10008.1.2.5"
JPEG_BASELINE = "1.2.840.10008.1.2.4.50"
JPEG_EXTENDED = "1.2.840.10008.1.2.4.51"
JPEG_LOSSLESS = "1.2.840.10008.1.2.4.57"
JPEG_LOSSLESS_SV1 = "1.2.840.10008.1.2.4.70"
JPEG_LS_LOSSLESS = "1.2.840.10008.1.2.4.80"
JPEG_LS_NEAR_LOSSLESS = "1.2.840.10008.1.2.4.81"
JPEG_2000_LOSSLESS = "1.2.840.10008.1.2.4.90"
JPEG_2000 = "1.2.840.10008.1.2.4.91"
JPEG_XL_LOSSLESS = "1.2.840.10008.1.2.4.110"
JPEG_XL_RECOMPRESSION = "1.2.840.10008.1.2.4.111"
JPEG_XL = "1.2.840.10008.1.2.4.112"
HTJ2K_LOSSLESS = "1.2.840.10008.1.2.4.201"
HTJ2K_LOSSLESS_RPCL = "1.2.840.10008.1.2.4.202"
HTJ2K = "1.2.840.10008.1.2.4.203"
DEFLATED_FRAME = "1.2.840.10008.1.2.8.1"
ENCAPSULATED_UNCOMPRESSED = "1.2.840.10008.1.2.1.98"


class TransferSyntax:
    """One transfer syntax.

    Attributes
    ----------
    uid : str
    alias : str
        A short name for commands and options: lower case, with hyphens.
    codec : str
        What its frames hold, ``"JPEG"``, ``"JPEG 2000"`` ...; ``"native"`` where frames aren't encapsulated.
    decodes, encodes : bool
        Whether frames are decoded from it, if need be with the `extra`, and encoded in it.
    extra : str
        The extra of this distribution that decoding needs, ``"video"``; empty where it needs none.
    lossless : {"always", "never", "may be"}
        Whether encoding in it keeps every sample.
    refusal : str
        Why its frames aren't decoded; empty where they are.
    remark : str
        What of it isn't decoded, where some is; else empty.
    """

    __slots__ = ("alias", "codec", "decodes", "encodes", "extra", "lossless", "refusal", "remark", "uid")

    def __init__(self, uid: str, alias: str, codec: str, does: str, lossless: Lossless, refusal: str = "") -> None:
        self.uid = uid
        self.alias = alias
        self.codec = codec
        self.extra = "video" if does == "video" else ""
        self.decodes = does != "refuse"
        self.encodes = "encode" in does.split()
        self.lossless = lossless
        self.refusal = refusal
        self.remark = _REMARKS.get(alias, "")

    @property
    def name(self) -> str:
        """The name that the standard registers."""
        from dicom.uid import UID

        return UID(self.uid).name

    @property
    def is_lossless(self) -> bool | None:
        """True and False where the transfer syntax settles it, None where it may be either."""
        return {"always": True, "never": False}.get(self.lossless)

    @property
    def is_retired(self) -> bool:
        """Whether the standard has retired it."""
        from dicom.uid import UID

        return UID(self.uid).is_retired

    def __repr__(self) -> str:
        return f"<TransferSyntax {self.alias} {self.uid}>"


_PART_2 = "only codestreams without a multi-component transformation of Part 2"
_REMARKS = {"jpeg2000-mc-lossless": _PART_2, "jpeg2000-mc": _PART_2}

_HIERARCHICAL = "hierarchical JPEG, which is retired and which no codec here reads"
_ARITHMETIC = "lossless JPEG with arithmetic coding, which is retired and which no codec here reads"
_JPIP = "JPIP, whose pixels lie on a server"
_ST_2110 = "SMPTE ST 2110 (real-time video)"
_ROOT = "1.2.840.10008.1.2"

#: UID without the root -> alias, codec, what is done, whether it is lossless, why it is refused. Of a ``video`` frames
#: are decoded by `dicom.pixels.video`, not by a codec of frames.
_ROWS: dict[str, tuple[str, str, str, Lossless, str]] = {
    "": ("implicit-little", "native", "decode encode", "always", ""),
    ".1": ("explicit-little", "native", "decode encode", "always", ""),
    ".1.98": ("encapsulated-uncompressed", "Encapsulated Uncompressed", "decode encode", "always", ""),
    ".1.99": ("deflated", "native", "decode encode", "always", ""),
    ".2": ("explicit-big", "native", "decode encode", "always", ""),
    ".4.50": ("jpeg-baseline", "JPEG", "decode encode", "never", ""),
    ".4.51": ("jpeg-extended", "JPEG", "decode encode", "never", ""),
    ".4.52": ("jpeg-extended-arithmetic", "JPEG", "decode", "never", ""),
    ".4.53": ("jpeg-spectral", "JPEG", "decode", "never", ""),
    ".4.54": ("jpeg-spectral-arithmetic", "JPEG", "decode", "never", ""),
    ".4.55": ("jpeg-progressive", "JPEG", "decode", "never", ""),
    ".4.56": ("jpeg-progressive-arithmetic", "JPEG", "decode", "never", ""),
    ".4.57": ("jpeg-lossless", "JPEG", "decode encode", "always", ""),
    ".4.58": ("jpeg-lossless-arithmetic", "JPEG", "refuse", "always", _ARITHMETIC),
    ".4.59": ("jpeg-extended-hierarchical", "JPEG", "refuse", "never", _HIERARCHICAL),
    ".4.60": ("jpeg-extended-hierarchical-arithmetic", "JPEG", "refuse", "never", _HIERARCHICAL),
    ".4.61": ("jpeg-spectral-hierarchical", "JPEG", "refuse", "never", _HIERARCHICAL),
    ".4.62": ("jpeg-spectral-hierarchical-arithmetic", "JPEG", "refuse", "never", _HIERARCHICAL),
    ".4.63": ("jpeg-progressive-hierarchical", "JPEG", "refuse", "never", _HIERARCHICAL),
    ".4.64": ("jpeg-progressive-hierarchical-arithmetic", "JPEG", "refuse", "never", _HIERARCHICAL),
    ".4.65": ("jpeg-lossless-hierarchical", "JPEG", "refuse", "always", _HIERARCHICAL),
    ".4.66": ("jpeg-lossless-hierarchical-arithmetic", "JPEG", "refuse", "always", _HIERARCHICAL),
    ".4.70": ("jpeg-lossless-sv1", "JPEG", "decode encode", "always", ""),
    ".4.80": ("jpeg-ls", "JPEG-LS", "decode encode", "always", ""),
    ".4.81": ("jpeg-ls-near-lossless", "JPEG-LS", "decode encode", "may be", ""),
    ".4.90": ("jpeg2000-lossless", "JPEG 2000", "decode encode", "always", ""),
    ".4.91": ("jpeg2000", "JPEG 2000", "decode encode", "may be", ""),
    ".4.92": ("jpeg2000-mc-lossless", "JPEG 2000", "decode", "always", ""),
    ".4.93": ("jpeg2000-mc", "JPEG 2000", "decode", "may be", ""),
    ".4.94": ("jpip-referenced", "JPIP", "refuse", "may be", _JPIP),
    ".4.95": ("jpip-referenced-deflate", "JPIP", "refuse", "may be", _JPIP),
    ".4.100": ("mpeg2-main", "MPEG-2", "video", "never", ""),
    ".4.100.1": ("mpeg2-main-fragmentable", "MPEG-2", "video", "never", ""),
    ".4.101": ("mpeg2-high", "MPEG-2", "video", "never", ""),
    ".4.101.1": ("mpeg2-high-fragmentable", "MPEG-2", "video", "never", ""),
    ".4.102": ("h264-high", "H.264", "video", "never", ""),
    ".4.102.1": ("h264-high-fragmentable", "H.264", "video", "never", ""),
    ".4.103": ("h264-bd", "H.264", "video", "never", ""),
    ".4.103.1": ("h264-bd-fragmentable", "H.264", "video", "never", ""),
    ".4.104": ("h264-2d", "H.264", "video", "never", ""),
    ".4.104.1": ("h264-2d-fragmentable", "H.264", "video", "never", ""),
    ".4.105": ("h264-3d", "H.264", "video", "never", ""),
    ".4.105.1": ("h264-3d-fragmentable", "H.264", "video", "never", ""),
    ".4.106": ("h264-stereo", "H.264", "video", "never", ""),
    ".4.106.1": ("h264-stereo-fragmentable", "H.264", "video", "never", ""),
    ".4.107": ("hevc-main", "HEVC", "video", "never", ""),
    ".4.108": ("hevc-main10", "HEVC", "video", "never", ""),
    ".4.110": ("jpegxl-lossless", "JPEG XL", "decode encode", "always", ""),
    ".4.111": ("jpegxl-jpeg-recompression", "JPEG XL", "decode encode", "never", ""),
    ".4.112": ("jpegxl", "JPEG XL", "decode encode", "may be", ""),
    ".4.201": ("htj2k-lossless", "HTJ2K", "decode encode", "always", ""),
    ".4.202": ("htj2k-lossless-rpcl", "HTJ2K", "decode encode", "always", ""),
    ".4.203": ("htj2k", "HTJ2K", "decode encode", "may be", ""),
    ".4.204": ("jpip-htj2k-referenced", "JPIP", "refuse", "may be", _JPIP),
    ".4.205": ("jpip-htj2k-referenced-deflate", "JPIP", "refuse", "may be", _JPIP),
    ".5": ("rle", "RLE Lossless", "decode encode", "always", ""),
    ".6.1": ("rfc2557-mime", "MIME", "refuse", "may be", "RFC 2557 MIME, which is retired and holds no frames"),
    ".6.2": ("xml", "XML", "refuse", "may be", "XML, which is retired and holds no frames"),
    ".7.1": ("st2110-progressive", "SMPTE ST 2110", "refuse", "always", _ST_2110),
    ".7.2": ("st2110-interlaced", "SMPTE ST 2110", "refuse", "always", _ST_2110),
    ".7.3": ("st2110-audio", "SMPTE ST 2110", "refuse", "always", "SMPTE ST 2110 (real-time audio)"),
    ".8.1": ("deflated-frame", "Deflated Image Frame", "decode encode", "always", ""),
}

SYNTAXES: dict[str, TransferSyntax] = {
    _ROOT + suffix: TransferSyntax(_ROOT + suffix, *row) for suffix, row in _ROWS.items()
}
SYNTAXES["1.2.840.10008.1.20"] = TransferSyntax(
    "1.2.840.10008.1.20", "papyrus3", "Papyrus", "refuse", "always", "Papyrus 3, a file format before PS3.10"
)
_BY_ALIAS = {syntax.alias: syntax.uid for syntax in SYNTAXES.values()}

#: What is known and isn't decoded, by what it is.
UNDECODED: dict[str, str] = {uid: syntax.refusal for uid, syntax in SYNTAXES.items() if not syntax.decodes}
#: Transfer syntaxes of encapsulated pixel data that frames can be encoded in.
ENCODED: tuple[str, ...] = tuple(uid for uid, syntax in SYNTAXES.items() if syntax.encodes and syntax.codec != "native")


def resolve(name_or_uid: str) -> str:
    """The UID of a transfer syntax.

    Parameters
    ----------
    name_or_uid : str
        A UID, an alias such as ``"htj2k-lossless"``, or the keyword or the name that the standard registers; capitals
        don't matter, and blanks and underscores count as hyphens.

    Returns
    -------
    str

    Raises
    ------
    TransferSyntaxError
        There is none of this name (a ValueError and a NotImplementedError too); the message has the aliases that are
        near it.

    Examples
    --------
    >>> resolve("htj2k-lossless")
    '1.2.840.10008.1.2.4.201'
    """
    text = str(name_or_uid).strip()
    if text in SYNTAXES:
        return text
    wanted = text.lower().replace("_", "-").replace(" ", "-")
    if wanted in _BY_ALIAS:
        return _BY_ALIAS[wanted]
    from dicom.uid import UID

    for uid in SYNTAXES:
        registered = UID(uid)
        if text.lower() in (registered.keyword.lower(), registered.name.lower()):
            return uid
    from difflib import get_close_matches

    near = get_close_matches(wanted, _BY_ALIAS, 4, 0.5)
    # Digits and dots can be no one's name; whatever else was given is not repeated.
    shown = f" {text}" if text.replace(".", "").isdigit() else " of that name"
    hint = f"near it: {', '.join(near)}" if near else f"there are, among others: {', '.join(_COMMON)}"
    raise TransferSyntaxError(f"no transfer syntax{shown}; {hint}", tag=0x00020010)


_COMMON = (
    "explicit-little",
    "rle",
    "jpeg-baseline",
    "jpeg-ls",
    "jpeg2000-lossless",
    "htj2k-lossless",
    "jpegxl-lossless",
)


def codec_name(transfer_syntax: str) -> str:
    """The name of what a transfer syntax's frames hold."""
    syntax = SYNTAXES.get(transfer_syntax)
    return syntax.codec if syntax is not None and syntax.decodes and syntax.codec != "native" else "unknown"


def lossy_method(transfer_syntax: str) -> str | None:
    """What Lossy Image Compression Method (0028,2114) says of a transfer syntax (PS3.3 C.7.6.1.1.5.1).

    Parameters
    ----------
    transfer_syntax : str
        UID.

    Returns
    -------
    str or None
        None where encoding in it keeps every sample.
    """
    syntax = SYNTAXES.get(transfer_syntax)
    if syntax is None or syntax.lossless == "always":
        return None
    # What was JPEG before has lost what it lost then.
    return "ISO_10918_1" if transfer_syntax == JPEG_XL_RECOMPRESSION else _METHODS.get(syntax.codec)


_METHODS = {
    "JPEG": "ISO_10918_1",
    "JPEG-LS": "ISO_14495_1",
    "JPEG 2000": "ISO_15444_1",
    "HTJ2K": "ISO_15444_15",
    "JPEG XL": "ISO_18181_1",
    "MPEG-2": "ISO_13818_2",
    "H.264": "ISO_14496_10",
    "HEVC": "ISO_23008_2",
}

#: Those that may change the samples, and what Lossy Image Compression Method (0028,2114) says of them.
LOSSY_METHODS: dict[str, str] = {uid: method for uid in ENCODED if (method := lossy_method(uid)) is not None}
