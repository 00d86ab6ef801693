"""``pydicom.overlays.numpy_handler``: overlays as arrays; the work is done in `dicom.pixels.overlays`."""

from __future__ import annotations

from dicom.pixels.overlays import get_expected_length, get_overlay_array, reshape_overlay_array

__all__ = [
    "DEPENDENCIES",
    "HANDLER_NAME",
    "HAVE_NP",
    "get_expected_length",
    "get_overlay_array",
    "is_available",
    "reshape_overlay_array",
]

HANDLER_NAME = "Numpy Overlay"
DEPENDENCIES = {"numpy": ("https://numpy.org/", "NumPy")}
#: NumPy is one of our own dependencies.
HAVE_NP = True


def is_available() -> bool:
    """Whether overlays can be read: always."""
    return HAVE_NP
