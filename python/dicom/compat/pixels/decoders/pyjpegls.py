"""``pydicom.pixels.decoders.pyjpegls``: a name; the work is done by the one pipeline of `dicom.pixels`.

`is_available` says whether the pipeline does what the plugin does: it needs nothing of what the plugin depends on.
"""

from __future__ import annotations

from dicom import uid as _uid

__all__ = ["DECODER_DEPENDENCIES", "is_available"]

#: Transfer syntax -> what the plugin of pydicom depends on.
DECODER_DEPENDENCIES = dict.fromkeys(_uid.JPEGLSTransferSyntaxes, ("numpy", "pyjpegls>=1.2"))


def is_available(uid: str) -> bool:
    """Whether frames of a transfer syntax that the plugin is for can be decoded: always."""
    return uid in DECODER_DEPENDENCIES
