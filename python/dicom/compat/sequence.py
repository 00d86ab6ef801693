"""``pydicom.sequence``: the sequence of items."""

from __future__ import annotations

from typing import Self

from dicom.dataset import Dataset
from dicom.elements.sequence import Sequence

from .multival import ConstrainedList

__all__ = ["ConstrainedList", "Dataset", "Self", "Sequence"]
