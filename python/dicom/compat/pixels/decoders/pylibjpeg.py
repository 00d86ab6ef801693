"""``pydicom.pixels.decoders.pylibjpeg``: a name; the work is done by the one pipeline of `dicom.pixels`.

`is_available` says whether the pipeline does what the plugin does: it needs nothing of what the plugin depends on.
"""

from __future__ import annotations

from dicom import uid as _uid

__all__ = ["DECODER_DEPENDENCIES", "is_available"]

#: Transfer syntax -> what the plugin of pydicom depends on.
DECODER_DEPENDENCIES = {
    **dict.fromkeys(
        (*_uid.JPEGTransferSyntaxes, *_uid.JPEGLSTransferSyntaxes), ("pylibjpeg>=2.0", "pylibjpeg-libjpeg>=2.1")
    ),
    **dict.fromkeys(
        (_uid.JPEG2000Lossless, _uid.JPEG2000, _uid.HTJ2KLossless, _uid.HTJ2KLosslessRPCL, _uid.HTJ2K),
        ("pylibjpeg>=2.0", "pylibjpeg-openjpeg>=2.0"),
    ),
    _uid.RLELossless: ("pylibjpeg>=2.0", "pylibjpeg-rle>=2.0"),
}


def is_available(uid: str) -> bool:
    """Whether frames of a transfer syntax that the plugin is for can be decoded: always."""
    return uid in DECODER_DEPENDENCIES
