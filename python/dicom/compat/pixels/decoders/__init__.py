"""``pydicom.pixels.decoders``: a decoder for each transfer syntax, all on the one pipeline of `dicom.pixels`."""

from __future__ import annotations

from . import base, gdcm, pillow, pyjpegls, pylibjpeg, rle
from .base import (
    DeflatedExplicitVRLittleEndianDecoder,
    ExplicitVRBigEndianDecoder,
    ExplicitVRLittleEndianDecoder,
    HTJ2KDecoder,
    HTJ2KLosslessDecoder,
    HTJ2KLosslessRPCLDecoder,
    ImplicitVRLittleEndianDecoder,
    JPEG2000Decoder,
    JPEG2000LosslessDecoder,
    JPEGBaseline8BitDecoder,
    JPEGExtended12BitDecoder,
    JPEGLosslessDecoder,
    JPEGLosslessSV1Decoder,
    JPEGLSLosslessDecoder,
    JPEGLSNearLosslessDecoder,
    RLELosslessDecoder,
)

__all__ = [
    "DeflatedExplicitVRLittleEndianDecoder",
    "ExplicitVRBigEndianDecoder",
    "ExplicitVRLittleEndianDecoder",
    "HTJ2KDecoder",
    "HTJ2KLosslessDecoder",
    "HTJ2KLosslessRPCLDecoder",
    "ImplicitVRLittleEndianDecoder",
    "JPEG2000Decoder",
    "JPEG2000LosslessDecoder",
    "JPEGBaseline8BitDecoder",
    "JPEGExtended12BitDecoder",
    "JPEGLSLosslessDecoder",
    "JPEGLSNearLosslessDecoder",
    "JPEGLosslessDecoder",
    "JPEGLosslessSV1Decoder",
    "RLELosslessDecoder",
    "base",
    "gdcm",
    "pillow",
    "pyjpegls",
    "pylibjpeg",
    "rle",
]
