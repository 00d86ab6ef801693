"""Names of pydicom's plugins, each of which our one pipeline stands in for.

In: the name of a plugin and a transfer syntax. Out: nothing, or an error that says which names there are. A program
that asks for a plugin gets its frames from `codecs`, whatever the name. Standard: none.
"""

from __future__ import annotations

from dicom.errors import PixelError
from dicom.pixels.description import NATIVE_TRANSFER_SYNTAXES

_J2K = ("gdcm", "pillow", "pylibjpeg")
_JPEG_LS = ("gdcm", "pyjpegls", "pylibjpeg")
_4 = "1.2.840.10008.1.2.4."
_RLE = "1.2.840.10008.1.2.5"

#: Transfer syntax -> names of the plugins that decode it.
DECODING_PLUGINS: dict[str, tuple[str, ...]] = {
    f"{_4}50": _J2K,
    f"{_4}51": _J2K,
    f"{_4}57": ("gdcm", "pylibjpeg"),
    f"{_4}70": ("gdcm", "pylibjpeg"),
    f"{_4}80": _JPEG_LS,
    f"{_4}81": _JPEG_LS,
    f"{_4}90": _J2K,
    f"{_4}91": _J2K,
    f"{_4}201": ("pylibjpeg",),
    f"{_4}202": ("pylibjpeg",),
    f"{_4}203": ("pylibjpeg",),
    _RLE: ("pydicom", "pylibjpeg"),
}
#: Transfer syntax -> names of the plugins that encode it.
ENCODING_PLUGINS: dict[str, tuple[str, ...]] = {
    f"{_4}80": ("pyjpegls",),
    f"{_4}81": ("pyjpegls",),
    f"{_4}90": ("pylibjpeg",),
    f"{_4}91": ("pylibjpeg",),
    _RLE: ("gdcm", "pydicom", "pylibjpeg"),
}
#: Names of the handlers of before pydicom 3.
HANDLERS = ("gdcm", "jpeg_ls", "numpy", "pillow", "pylibjpeg", "rle")


def check_plugin(name: str, transfer_syntax: str, *, encoding: bool = False) -> None:
    """Refuses a name that no plugin for a transfer syntax has; the empty one stands for any.

    Parameters
    ----------
    name : str
    transfer_syntax : str
        For a native one any name is taken, for nothing is decoded.
    encoding : bool
        Whether a plugin that encodes is meant.

    Raises
    ------
    PixelError
        There is no such plugin.
    """
    if not name or (not encoding and transfer_syntax in NATIVE_TRANSFER_SYNTAXES):
        return
    known = (ENCODING_PLUGINS if encoding else DECODING_PLUGINS).get(transfer_syntax, ())
    if name not in known:
        raise PixelError(
            f"no {'encoding' if encoding else 'decoding'} plugin of that name for the transfer syntax; there are: "
            f"{', '.join(known) or 'none'}",
            tag=0x00020010,
        )


def check_handler(name: str, transfer_syntax: str) -> None:
    """Refuses a name that neither a handler nor a plugin for the transfer syntax has.

    Raises
    ------
    PixelError
        There is none.
    """
    if name not in HANDLERS:
        check_plugin(name, transfer_syntax)
