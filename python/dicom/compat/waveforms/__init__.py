"""``pydicom.waveforms``: waveforms as arrays; the work is done in `dicom.waveform`."""

from __future__ import annotations

from . import numpy_handler
from .numpy_handler import generate_multiplex, multiplex_array

__all__ = ["generate_multiplex", "multiplex_array", "numpy_handler"]
