"""What all pictures share: a figure, and which values are black and white.

In: a size in inches, a `Window`. Out: matplotlib's objects.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from dicom.errors import MissingDependencyError

if TYPE_CHECKING:
    from typing import Any, Literal

    import numpy as np
    from matplotlib.colors import Normalize
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from dicom.pixels.window import Window


def require_matplotlib() -> None:
    """Raise MissingDependencyError where matplotlib isn't installed."""
    try:
        import matplotlib as mpl  # noqa: F401
    except ImportError as error:
        raise MissingDependencyError("Drawing needs matplotlib: pip install dicom-py[plot]") from error


def new_figure(size: tuple[float, float], layout: Literal["constrained"] | None) -> Figure:
    """A figure of (width, height) inches that no window system knows of, but that a notebook shows."""
    if _in_notebook():
        # pyplot's figures are what a notebook shows below the cell.
        from matplotlib import pyplot as plt

        return plt.figure(figsize=size, layout=layout)
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout=layout)
    FigureCanvasAgg(figure)
    return figure


def normalize_by(window: Window) -> Normalize:
    """Which values are black and white, and what lies between."""
    from matplotlib.colors import Normalize

    from dicom.pixels.window import SIGMOID

    if window.function == SIGMOID:
        return _sigmoid(window)
    low, high = window.low, window.high
    if not high > low:
        high = low + 1e-6 * max(1.0, abs(low))
    return Normalize(low, high)


def cut_off(values: NDArray[Any], normalize: Normalize) -> str:
    """Which ends of the colour bar are pointed: values lie beyond them."""
    import numpy as np

    low, high = normalize.vmin, normalize.vmax
    with np.errstate(invalid="ignore"):
        below = low is not None and bool(np.any(values < low))
        above = high is not None and bool(np.any(values > high))
    return {(True, True): "both", (True, False): "min", (False, True): "max"}.get((below, above), "neither")


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None
    return getattr(shell, "kernel", None) is not None


def _sigmoid(window: Window) -> Normalize:
    from matplotlib.colors import FuncNorm

    def levels(values: Any) -> NDArray[np.float64]:
        return window.apply(values)

    def values_of(levels: Any) -> NDArray[np.float64]:
        import numpy as np

        held = np.clip(np.asarray(levels, dtype=np.float64), 1e-12, 1.0 - 1e-12)
        inverse: NDArray[np.float64] = window.center + window.width / 4.0 * np.log(held / (1.0 - held))
        return inverse

    return FuncNorm((levels, values_of), vmin=window.low, vmax=window.high)
