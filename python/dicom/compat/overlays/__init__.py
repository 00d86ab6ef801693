"""``pydicom.overlays``: overlays as arrays; the work is done in `dicom.pixels.overlays`."""

from __future__ import annotations

from . import numpy_handler
from .numpy_handler import get_overlay_array

__all__ = ["get_overlay_array", "numpy_handler"]
