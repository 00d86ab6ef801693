"""Windows: which values a display shows from black to white.

In: a data set, or values. Out: a `Window`. Standard: PS3.3 C.11.2 (VOI LUT), C.7.6.16.2.10 (the same in functional
groups). For display only; nothing here reads pixel data.
"""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np

from dicom.pixels.lenient import items, number
from dicom.pixels.spacing import functional_groups

if TYPE_CHECKING:
    from collections.abc import Hashable
    from typing import Any, Literal

    from numpy.typing import NDArray

    Method = Literal["lower", "higher", "linear"]

LINEAR, LINEAR_EXACT, SIGMOID = "LINEAR", "LINEAR_EXACT", "SIGMOID"

_SAMPLE = 1 << 20  # as many pixels settle percentiles to a fraction of a gray level


class Window:
    """Which values are shown, from black to white (PS3.3 C.11.2.1.2).

    Attributes
    ----------
    center, width : float
        In the unit of the values after the modality's transformation.
    function : str
        ``"LINEAR"``, ``"LINEAR_EXACT"`` or ``"SIGMOID"`` (VOI LUT Function).
    source : str
        ``"WindowCenter"``, ``"argument"``, ``"preset"``, or ``"percentiles"`` when it was chosen from the values.
    explanation : str
        Window Center & Width Explanation of a window that is stated; else ``""``.
    """

    __slots__ = ("center", "explanation", "function", "source", "width")

    def __init__(
        self, center: float, width: float, function: str = LINEAR, source: str = "argument", explanation: str = ""
    ) -> None:
        self.center = center
        self.width = width
        self.function = function
        self.source = source
        self.explanation = explanation

    @property
    def key(self) -> Hashable:
        """Equal for windows that give equal levels."""
        return self.center, self.width, self.function

    @property
    def low(self) -> float:
        """The value, and all below it, that is shown darkest; for a sigmoid, that where 1 % of the output is left."""
        if self.function == LINEAR:
            return self.center - 0.5 - (self.width - 1.0) / 2.0
        return self.center - self.width / 2.0 if self.function == LINEAR_EXACT else self.center - 1.15 * self.width

    @property
    def high(self) -> float:
        """The value, and all above it, that is shown brightest; for a sigmoid, that where 1 % of the output is left."""
        if self.function == LINEAR:
            return self.center - 0.5 + (self.width - 1.0) / 2.0
        return self.center + self.width / 2.0 if self.function == LINEAR_EXACT else self.center + 1.15 * self.width

    def apply(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Gray levels from 0 (darkest) to 1 (brightest), in the shape of `values`."""
        numbers = np.asarray(values, dtype=np.float64)
        if self.function == SIGMOID:
            # The exponent is held where the result is 0 or 1 anyway: exp() would overflow past it.
            exponent = np.clip(-4.0 * (numbers - self.center) / self.width, -700.0, 700.0)
            levels: NDArray[np.float64] = 1.0 / (1.0 + np.exp(exponent))
            return levels
        low, high = self.low, self.high
        if high <= low:
            # LINEAR of width 1: a threshold, PS3.3 C.11.2.1.2.1.
            return np.where(numbers > low, 1.0, 0.0)
        levels = numbers - low
        levels /= high - low
        return np.clip(levels, 0.0, 1.0, out=levels)

    def __repr__(self) -> str:
        return f"Window({self.center:g}, {self.width:g}, {self.function!r}, source={self.source!r})"


def stated_windows(ds: Any, frame: int = 0) -> list[Window]:
    """The usable windows of a frame: those of its functional groups, else those of the data set.

    Parameters
    ----------
    ds : Dataset
    frame : int
        Counted from 0.

    Returns
    -------
    list of Window
        In the data set's order; a width of 0 or less, and what is no number, is left out.
    """
    for group in functional_groups(ds, frame):
        sequence = items(group, "FrameVOILUTSequence")
        windows = _windows_in(sequence[0]) if sequence else []
        if windows:
            return windows
    return _windows_in(ds)


def window_of_values(
    values: NDArray[Any], counts: NDArray[np.intp] | None = None, *, from_zero: bool = False
) -> Window:
    """A window from robust percentiles.

    Parameters
    ----------
    values : ndarray
        In the modality's unit, without padding; NaN and infinity are left out.
    counts : ndarray, optional
        How often each of the values is there, as `tally` counts them; once when not given.
    from_zero : bool
        Whether it begins at 0 and reaches to the few greatest values, where no value is below 0.
    """
    flat = np.asarray(values).reshape(-1)
    if counts is None:
        flat = flat[:: max(1, flat.size // _SAMPLE)]
    if flat.dtype.kind == "f":
        is_number = np.isfinite(flat)
        flat, counts = flat[is_number], None if counts is None else counts[is_number]
    if flat.size == 0:
        return Window(0.5, 1.0, LINEAR_EXACT, "percentiles")
    lowest, highest = float(flat.min()), float(flat.max())
    is_from_zero = from_zero and lowest >= 0
    # Outward to values that are there: of few pixels none is left out.
    wanted: list[tuple[float, Method]] = [(99.9, "linear")] if is_from_zero else [(0.5, "lower"), (99.5, "higher")]
    if counts is None:
        found = [float(np.percentile(flat, percent, method=method)) for percent, method in wanted]
    else:
        found = _ranked(flat, counts, wanted)
    low, high = (0.0, found[0]) if is_from_zero else (found[0], found[1])
    if high <= low:
        low, high = lowest, highest
    if high <= low:
        # Values that are all the same are shown darkest.
        high = low + max(1.0, abs(low))
    # Halves are added, not the sum halved: the sum of two large floats can be infinite.
    return Window(low / 2 + high / 2, high - low, LINEAR_EXACT, "percentiles")


def tally(stored: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """The distinct whole numbers of at most 16 bits, ascending, and how often each is there.

    Percentiles of these cost a fraction of what those of all pixels do, and so does what is done to the values before.
    """
    least = int(stored.min())
    counts = np.bincount(np.subtract(stored, least, dtype=np.intp))
    places = np.flatnonzero(counts)
    return (places + least).astype(stored.dtype.newbyteorder("=")), counts[places]


def _ranked(values: NDArray[Any], counts: NDArray[np.intp], wanted: list[tuple[float, Method]]) -> list[float]:
    """What `np.percentile` gives, by these percentages and methods, for values that are there so often."""
    if values.size > 1 and bool((values[1:] < values[:-1]).any()):
        order = np.argsort(values)
        values, counts = values[order], counts[order]
    ends = np.cumsum(counts)
    last = int(ends[-1]) - 1

    def at(rank: int) -> float:
        return float(values[np.searchsorted(ends, min(rank, last), side="right")])

    found = []
    for percent, method in wanted:
        place = last * (percent / 100)
        below, above = at(floor(place)), at(ceil(place))
        # Between two values from the nearer one, as NumPy does it.
        part = place - floor(place)
        between = below + (above - below) * part if part < 0.5 else above - (above - below) * (1 - part)
        found.append({"lower": below, "higher": above, "linear": between}[method])
    return found


def _windows_in(holder: Any) -> list[Window]:
    centers, widths = _numbers(holder.get("WindowCenter")), _numbers(holder.get("WindowWidth"))
    function = holder.get("VOILUTFunction")
    function = function.strip().upper() if isinstance(function, str) else LINEAR
    if function not in {LINEAR, LINEAR_EXACT, SIGMOID}:
        function = LINEAR
    names = holder.get("WindowCenterWidthExplanation")
    names = [names] if isinstance(names, str) or not hasattr(names, "__len__") else names
    names = [name.strip() if isinstance(name, str) else "" for name in names]
    windows = []
    for place, (center, width) in enumerate(zip(centers, widths, strict=False)):
        if center is None or width is None or width <= 0:
            continue
        # LINEAR has no widths below 1; those who write them have values of small range and mean the exact line.
        used = LINEAR_EXACT if function == LINEAR and width < 1 else function
        windows.append(Window(center, width, used, "WindowCenter", names[place] if place < len(names) else ""))
    return windows


def _numbers(value: Any) -> list[float | None]:
    if value is None or isinstance(value, str | bytes) or not hasattr(value, "__len__"):
        value = [value]
    return [number(one) for one in value]
