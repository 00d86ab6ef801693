"""Codecs: one module for each, how a frame is decoded and encoded side by side (PS3.5 8.2, annex A and G).

`syntaxes` says what there is; `codestream` is what the codecs share; `decoders` and `encoders` are the tables by
transfer syntax, `profiles` which frames each takes.
"""

from __future__ import annotations

from dicom.pixels.codecs.codestream import check_frame, kernel_error
from dicom.pixels.codecs.decoders import CODECS, decoder_of
from dicom.pixels.codecs.encode_options import EncodeOptions
from dicom.pixels.codecs.encoders import encode_frame
from dicom.pixels.codecs.jpeg_xl import recompress_jpeg, restore_jpeg
from dicom.pixels.codecs.profiles import ENCODING_PROFILES, check_profile, expect_encoded
from dicom.pixels.codecs.syntaxes import (
    ENCODED,
    JPEG_2000,
    JPEG_2000_LOSSLESS,
    JPEG_LS_LOSSLESS,
    JPEG_LS_NEAR_LOSSLESS,
    LOSSY_METHODS,
    RLE_LOSSLESS,
    SYNTAXES,
    UNDECODED,
    TransferSyntax,
    codec_name,
    lossy_method,
    resolve,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dicom.pixels.codecs.codestream import Frame as Frame
    from dicom.pixels.codecs.decoders import Decoder as Decoder

__all__ = [
    "CODECS",
    "ENCODED",
    "ENCODING_PROFILES",
    "JPEG_2000",
    "JPEG_2000_LOSSLESS",
    "JPEG_LS_LOSSLESS",
    "JPEG_LS_NEAR_LOSSLESS",
    "LOSSY_METHODS",
    "RLE_LOSSLESS",
    "SYNTAXES",
    "UNDECODED",
    "EncodeOptions",
    "TransferSyntax",
    "check_frame",
    "check_profile",
    "codec_name",
    "decoder_of",
    "encode_frame",
    "expect_encoded",
    "kernel_error",
    "lossy_method",
    "recompress_jpeg",
    "resolve",
    "restore_jpeg",
]
