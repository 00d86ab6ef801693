"""``pydicom.dicomio``: reading and writing by one import."""

from __future__ import annotations

from dicom.dataset.write import dcmwrite

from ._reading import dcmread

__all__ = ["dcmread", "dcmwrite"]
