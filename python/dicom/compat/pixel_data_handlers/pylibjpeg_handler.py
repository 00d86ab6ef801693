"""``pydicom.pixel_data_handlers.pylibjpeg_handler``: a name; the work is done by the one pipeline of `dicom.pixels`."""

from __future__ import annotations

from dicom import uid as _uid
from dicom.compat.pixel_data_handlers._pipeline import (
    Handler,
    is_available,
    needs_to_convert_to_RGB,
    should_change_PhotometricInterpretation_to_RGB,
)

__all__ = [
    "DEPENDENCIES",
    "HANDLER_NAME",
    "SUPPORTED_TRANSFER_SYNTAXES",
    "get_pixeldata",
    "is_available",
    "needs_to_convert_to_RGB",
    "should_change_PhotometricInterpretation_to_RGB",
    "supports_transfer_syntax",
]

HANDLER_NAME = "pylibjpeg"
DEPENDENCIES = {"numpy": ("https://numpy.org/", "NumPy")}
SUPPORTED_TRANSFER_SYNTAXES = [
    *_uid.JPEGTransferSyntaxes,
    *_uid.JPEGLSTransferSyntaxes,
    _uid.JPEG2000Lossless,
    _uid.JPEG2000,
    _uid.RLELossless,
]

_handler = Handler(SUPPORTED_TRANSFER_SYNTAXES)
supports_transfer_syntax = _handler.supports_transfer_syntax
get_pixeldata = _handler.get_pixeldata
