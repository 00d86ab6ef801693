"""``pydicom.pixels.decoders.pillow``: a name; the work is done by the one pipeline of `dicom.pixels`.

`is_available` says whether the pipeline does what the plugin does: it needs nothing of what the plugin depends on.
"""

from __future__ import annotations

from dicom import uid as _uid

__all__ = ["DECODER_DEPENDENCIES", "HAVE_NP", "is_available"]

#: Transfer syntax -> what the plugin of pydicom depends on.
DECODER_DEPENDENCIES: dict[_uid.UID, tuple[str, ...]] = {
    _uid.JPEGBaseline8Bit: ("pillow>=10.0",),
    _uid.JPEGExtended12Bit: ("pillow>=10.0",),
    _uid.JPEG2000Lossless: ("numpy", "pillow>=10.0"),
    _uid.JPEG2000: ("numpy", "pillow>=10.0"),
}
#: NumPy is one of our own dependencies.
HAVE_NP = True


def is_available(uid: str) -> bool:
    """Whether frames of a transfer syntax that the plugin is for can be decoded: always."""
    return uid in DECODER_DEPENDENCIES
