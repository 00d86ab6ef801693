"""What of a figure is seen, as pixels."""

from __future__ import annotations

from typing import Any

import numpy as np


def drawn(ax: Any) -> np.ndarray:
    """What is seen inside the axes, (rows, columns, RGB) from the top."""
    figure = ax.get_figure(root=True)
    figure.canvas.draw()
    picture = np.asarray(figure.canvas.buffer_rgba())[..., :3]
    box = ax.get_window_extent()
    top, bottom = picture.shape[0] - int(box.y1), picture.shape[0] - int(box.y0)
    return picture[top:bottom, int(box.x0) : int(box.x1)]
