"""``pydicom.pixels.processing``: values and colours for display; the work is done in `dicom.pixels`."""

from __future__ import annotations

import importlib.util

import numpy as np

from dicom.pixels.color import (
    _rgb_to_ybr_full as _convert_RGB_to_YBR_FULL,
)
from dicom.pixels.color import (
    _ybr_full_to_rgb as _convert_YBR_FULL_to_RGB,
)
from dicom.pixels.color import (
    apply_color_lut,
    apply_icc_profile,
    convert_color_space,
    create_icc_transform,
)
from dicom.pixels.palette import expand_segments as _expand_segments
from dicom.pixels.processing import (
    apply_modality_lut,
    apply_presentation_lut,
    apply_rescale,
    apply_voi,
    apply_voi_lut,
    apply_windowing,
)

__all__ = [
    "HAVE_NP",
    "HAVE_PIL",
    "_convert_RGB_to_YBR_FULL",
    "_convert_YBR_FULL_to_RGB",
    "_expand_segmented_lut",
    "apply_color_lut",
    "apply_icc_profile",
    "apply_modality_lut",
    "apply_presentation_lut",
    "apply_rescale",
    "apply_voi",
    "apply_voi_lut",
    "apply_windowing",
    "convert_color_space",
    "create_icc_transform",
    "np",
]

#: NumPy is one of our own dependencies.
HAVE_NP = True
HAVE_PIL = importlib.util.find_spec("PIL") is not None


def _expand_segmented_lut(data: tuple[int, ...], fmt: str) -> list[int]:
    """Entries of a segmented table: ``"B"`` within `fmt` for 8 bits, ``"H"`` for 16."""
    return _expand_segments(list(data), 8 if "B" in fmt else 16)
