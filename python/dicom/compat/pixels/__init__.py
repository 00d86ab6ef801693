"""``pydicom.pixels``: arrays from data sets and back; the work is done in `dicom.pixels`."""

from __future__ import annotations

from . import common, decoders, encoders, processing, utils
from .decoders.base import get_decoder
from .encoders.base import get_encoder
from .processing import (
    apply_color_lut,
    apply_icc_profile,
    apply_modality_lut,
    apply_presentation_lut,
    apply_rescale,
    apply_voi,
    apply_voi_lut,
    apply_windowing,
    convert_color_space,
    create_icc_transform,
)
from .utils import (
    as_pixel_options,
    compress,
    decompress,
    iter_pixels,
    pack_bits,
    pixel_array,
    set_pixel_data,
    unpack_bits,
)

__all__ = [
    "apply_color_lut",
    "apply_icc_profile",
    "apply_modality_lut",
    "apply_presentation_lut",
    "apply_rescale",
    "apply_voi",
    "apply_voi_lut",
    "apply_windowing",
    "as_pixel_options",
    "common",
    "compress",
    "convert_color_space",
    "create_icc_transform",
    "decoders",
    "decompress",
    "encoders",
    "get_decoder",
    "get_encoder",
    "iter_pixels",
    "pack_bits",
    "pixel_array",
    "processing",
    "set_pixel_data",
    "unpack_bits",
    "utils",
]
