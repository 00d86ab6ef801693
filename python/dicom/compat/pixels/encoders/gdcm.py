"""``pydicom.pixels.encoders.gdcm``: a name; the work is done by the one pipeline of `dicom.pixels`.

`is_available` says whether the pipeline does what the plugin does: it needs nothing of what the plugin depends on.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from dicom import uid as _uid

if TYPE_CHECKING:
    from .base import EncodeRunner

__all__ = ["ENCODER_DEPENDENCIES", "GDCM_VERSION", "HAVE_GDCM", "encode_pixel_data", "is_available"]

#: Transfer syntax -> what the plugin of pydicom depends on.
ENCODER_DEPENDENCIES: dict[_uid.UID, tuple[str, ...]] = {_uid.RLELossless: ("gdcm>=3.0.10",)}
HAVE_GDCM = importlib.util.find_spec("gdcm") is not None
#: Not asked for: GDCM is not used.
GDCM_VERSION: tuple[int, ...] = (0, 0, 0)


def is_available(uid: str) -> bool:
    """Whether frames of a transfer syntax that the plugin is for can be encoded: always."""
    return uid in ENCODER_DEPENDENCIES


def encode_pixel_data(src: bytes, runner: EncodeRunner) -> bytes:
    """The codestream of one frame.

    Parameters
    ----------
    src : bytes
        The native frame, little endian.
    runner : EncodeRunner
        With the options that describe it.

    Returns
    -------
    bytes

    Raises
    ------
    PixelError, CodecError
        The frame can't be encoded.
    """
    from .base import get_encoder

    options = {name: value for name, value in runner.options.items() if name != "transfer_syntax_uid"}
    options["number_of_frames"] = 1
    return get_encoder(runner.transfer_syntax).encode(src, **options)
