"""An image without a file: elements by keyword, and an array."""

from __future__ import annotations

from typing import Any

import numpy as np


class Image(dict[str, Any]):
    """Elements by keyword, and the array that stands for the decoded pixel data."""

    def __init__(self, array: np.ndarray, **elements: Any) -> None:
        super().__init__(elements)
        self.pixel_array = array
        self.setdefault("SamplesPerPixel", 1)
        self.setdefault("PhotometricInterpretation", "MONOCHROME2")
