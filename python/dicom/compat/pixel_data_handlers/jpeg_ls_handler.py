"""``pydicom.pixel_data_handlers.jpeg_ls_handler``: a name; the work is done by the one pipeline of `dicom.pixels`."""

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

HANDLER_NAME = "JPEG-LS"
DEPENDENCIES = {
    "numpy": ("https://numpy.org/", "NumPy"),
    "jpeg_ls": ("https://github.com/pydicom/pyjpegls", "pyjpegls"),
}
SUPPORTED_TRANSFER_SYNTAXES = [*_uid.JPEGLSTransferSyntaxes]

_handler = Handler(SUPPORTED_TRANSFER_SYNTAXES)
supports_transfer_syntax = _handler.supports_transfer_syntax
get_pixeldata = _handler.get_pixeldata
