"""``pydicom.pixels.decoders.gdcm``: a name; the work is done by the one pipeline of `dicom.pixels`.

`is_available` says whether the pipeline does what the plugin does: it needs nothing of what the plugin depends on.
"""

from __future__ import annotations

import importlib.util

from dicom import uid as _uid

__all__ = ["DECODER_DEPENDENCIES", "GDCM_VERSION", "HAVE_GDCM", "is_available"]

#: Transfer syntax -> what the plugin of pydicom depends on.
DECODER_DEPENDENCIES = dict.fromkeys(
    (
        *_uid.JPEGTransferSyntaxes,
        *_uid.JPEGLSTransferSyntaxes,
        _uid.JPEG2000Lossless,
        _uid.JPEG2000,
    ),
    ("gdcm>=3.0.10",),
)
HAVE_GDCM = importlib.util.find_spec("gdcm") is not None
#: Not asked for: GDCM is not used.
GDCM_VERSION: tuple[int, ...] = (0, 0, 0)


def is_available(uid: str) -> bool:
    """Whether frames of a transfer syntax that the plugin is for can be decoded: always."""
    return uid in DECODER_DEPENDENCIES
