"""``pydicom.pixels.encoders.pylibjpeg``: a name; the work is done by the one pipeline of `dicom.pixels`.

`is_available` says whether the pipeline does what the plugin does: it needs nothing of what the plugin depends on.
"""

from __future__ import annotations

from dicom import uid as _uid

__all__ = ["ENCODER_DEPENDENCIES", "is_available"]

#: Transfer syntax -> what the plugin of pydicom depends on.
ENCODER_DEPENDENCIES = {
    _uid.JPEG2000Lossless: ("numpy", "pylibjpeg>=2.0", "pylibjpeg-openjpeg>=2.2"),
    _uid.JPEG2000: ("numpy", "pylibjpeg>=2.0", "pylibjpeg-openjpeg>=2.2"),
    _uid.RLELossless: ("numpy", "pylibjpeg>=2.0", "pylibjpeg-rle>=2.0"),
}


def is_available(uid: str) -> bool:
    """Whether frames of a transfer syntax that the plugin is for can be encoded: always."""
    return uid in ENCODER_DEPENDENCIES
