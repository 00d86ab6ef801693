"""``pydicom.waveforms.numpy_handler``: waveforms as arrays; the work is done in `dicom.waveform`."""

from __future__ import annotations

from dicom.waveform import WAVEFORM_DTYPES, generate_multiplex, multiplex_array

__all__ = [
    "DEPENDENCIES",
    "HANDLER_NAME",
    "HAVE_NP",
    "WAVEFORM_DTYPES",
    "generate_multiplex",
    "is_available",
    "multiplex_array",
]

HANDLER_NAME = "Numpy Waveform"
DEPENDENCIES = {"numpy": ("https://numpy.org/", "NumPy")}
#: NumPy is one of our own dependencies.
HAVE_NP = True


def is_available() -> bool:
    """Whether waveforms can be read: always."""
    return HAVE_NP
