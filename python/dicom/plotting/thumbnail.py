"""A small picture of a volume: its three middle planes beside each other, a mm as long in one as in the other.

In: a volume. Out: a PNG (ISO/IEC 15948) of 8 bits, grey or RGB, by NumPy alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.pixels.image.png import encode_png
from dicom.plotting.color_maps import is_inverted, kind_of, labels_in, window_for
from dicom.plotting.palette import palette_color
from dicom.plotting.planes import three_planes

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.window import Window
    from dicom.plotting.planes import Plane

#: Pixels of the highest plane, at most, and of all three beside each other.
_HEIGHT, _WIDTH = 160, 480
_GAP = 4
_MISSING = (0x7A, 0x94, 0xB8)


def thumbnail_png(volume: Any) -> bytes:
    """The picture as the bytes of a PNG; of the first t where there are several."""
    shown = volume if volume.dimension is None else volume[0]
    planes = three_planes(shown)
    window = None if volume.is_color else window_for(volume)
    bounds = [plane.bounds_mm for plane in planes]
    width = sum(right - left for left, right, _, _ in bounds)
    height = max(high - low for _, _, low, high in bounds)
    mm = max(width / (_WIDTH - 2 * _GAP), height / _HEIGHT)
    if kind_of(volume) == "labels":
        colors = _colors_of_labels(volume.array)
        tiles = [_tile(plane._replace(values=colors(plane.values)), mm, None, False) for plane in planes]
    else:
        tiles = [_tile(plane, mm, window, is_inverted(volume)) for plane in planes]
    whole = np.full((max(len(tile) for tile in tiles), sum(tile.shape[1] for tile in tiles) + 2 * _GAP, 3), 255, "u1")
    x = 0
    for tile in tiles:
        y = (len(whole) - len(tile)) // 2
        whole[y : y + len(tile), x : x + tile.shape[1]] = tile
        x += tile.shape[1] + _GAP
    return encode_png(whole)


def _tile(plane: Plane, mm: float, window: Window | None, inverted: bool) -> NDArray[np.uint8]:
    """The plane as RGB with pixels of this size: each has the value of the voxel that its centre lies in."""
    left, right, low, high = plane.bounds_mm
    rows, columns = max(1, round((high - low) / mm)), max(1, round((right - left) / mm))
    y = low + (np.arange(rows) + 0.5) * (high - low) / rows
    x = left + (np.arange(columns) + 0.5) * (right - left) / columns
    if plane.is_upward:
        y = y[::-1]
    # Rows alone decide how far along the vertical; what a slant adds to the right is taken off.
    row = (y - plane.to_mm[1, 2]) / plane.to_mm[1, 0]
    column = (x[None, :] - plane.to_mm[0, 2] - plane.to_mm[0, 0] * row[:, None]) / plane.to_mm[0, 1]
    row = np.rint(row).astype(int)[:, None]
    column = np.rint(column).astype(int)
    size = plane.values.shape
    is_outside = (row < 0) | (row >= size[0]) | (column < 0) | (column >= size[1])
    values = plane.values[np.clip(row, 0, size[0] - 1), np.clip(column, 0, size[1] - 1)]
    tile: NDArray[np.uint8]
    if window is None:
        tile = values.astype(np.uint8) if values.dtype.kind in "iu" else np.clip(values, 0, 255).astype(np.uint8)
    else:
        is_missing = np.isnan(values) if values.dtype.kind == "f" else np.zeros(values.shape, bool)
        levels = window.apply(np.where(is_missing, 0, values))
        grey = np.floor(255.0 * (1.0 - levels if inverted else levels) + 0.5).astype(np.uint8)
        tile = np.repeat(grey[..., None], 3, axis=-1)
        tile[is_missing] = _MISSING
    tile[is_outside] = 255
    return tile


def _colors_of_labels(label_map: NDArray[Any]) -> Callable[[NDArray[Any]], NDArray[np.uint8]]:
    """What gives the colours of labels, (..., RGB): those that the picture has too; nothing is black."""
    labels = labels_in(label_map)
    values = np.array(sorted({0, *labels}))
    table = np.zeros((len(values), 3), np.uint8)
    for number, label in enumerate(labels):
        table[np.searchsorted(values, label)] = np.rint(255 * np.array(palette_color(number)))

    def colors_of(some: NDArray[Any]) -> NDArray[np.uint8]:
        colors: NDArray[np.uint8] = table[np.searchsorted(values, some)]
        return colors

    return colors_of
