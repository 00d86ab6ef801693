"""Colours of a PALETTE COLOR image: indices put through the Red, Green and Blue Palette Color Lookup Tables.

In: a data set with the tables, plain or segmented, and a frame of indices. Out: (rows, columns, 3) from 0 to 1.
Standard: PS3.3 C.7.6.3.1.5, C.7.6.3.1.6 (tables) and C.7.9.2 (segmented tables), which `dicom.pixels.palette` reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.pixels.palette import palette_tables

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray


def palette_colors(ds: Any, indices: NDArray[Any]) -> NDArray[np.float32]:
    """Colours of a frame of indices.

    An index below the table's first gets its first colour, one beyond the table its last (PS3.3 C.7.6.3.1.5).

    Parameters
    ----------
    ds : Dataset
    indices : ndarray of int, shape (rows, columns)

    Returns
    -------
    ndarray of float32, shape (rows, columns, 3)
        Red, green and blue from 0 to 1.

    Raises
    ------
    PixelError
        A table is missing, or its descriptor and data don't fit.
    """
    tables = palette_tables(ds, is_big_endian=_is_big_endian(ds))[:3]
    # Not by the descriptor: tables of 8 bits shifted into words, and of 16 bits that end at 255, are both written.
    full = 255.0 if max(int(table.entries.max()) for table in tables) <= 255 else 65535.0
    colors = np.empty((*indices.shape, 3), dtype=np.float32)
    for sample, table in enumerate(tables):
        colors[..., sample] = table.apply(indices) / full
    return colors


def _is_big_endian(ds: Any) -> bool:
    little = getattr(ds, "_is_little_endian", None)
    if little is None:
        little = getattr(ds, "is_little_endian", None)
    return little is False
