"""``pydicom.sequence``: the sequence of items."""

from __future__ import annotations

from dicom.dataset import Dataset
from dicom.elements.sequence import Sequence

from .multival import ConstrainedList, Self

__all__ = ["ConstrainedList", "Dataset", "Self", "Sequence"]
