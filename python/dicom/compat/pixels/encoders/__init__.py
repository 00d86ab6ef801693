"""``pydicom.pixels.encoders``: an encoder for each transfer syntax, all on the one pipeline of `dicom.pixels`."""

from __future__ import annotations

from . import base, gdcm, native, pyjpegls, pylibjpeg
from .base import (
    JPEG2000Encoder,
    JPEG2000LosslessEncoder,
    JPEGLSLosslessEncoder,
    JPEGLSNearLosslessEncoder,
    RLELosslessEncoder,
)

__all__ = [
    "JPEG2000Encoder",
    "JPEG2000LosslessEncoder",
    "JPEGLSLosslessEncoder",
    "JPEGLSNearLosslessEncoder",
    "RLELosslessEncoder",
    "base",
    "gdcm",
    "native",
    "pyjpegls",
    "pylibjpeg",
]
