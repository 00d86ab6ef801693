"""How values are shown, by what they are of: which window, which colours, and what the colour bar says.

In: a volume (its quantity, unit, modality and values). Out: a `Window`, matplotlib's maps by name, colours as numbers,
words. matplotlib is needed by `scale_for` alone.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dicom.errors import PixelError
from dicom.pixels.image.voi import CT_PRESETS, as_window
from dicom.pixels.window import LINEAR_EXACT, Window, window_of_values
from dicom.plotting.figure import normalize_by
from dicom.plotting.palette import palette_color

if TYPE_CHECKING:
    from typing import Any

    from matplotlib.colors import Colormap, Normalize
    from numpy.typing import NDArray

    from dicom.plotting.palette import RGB

#: Missing values (NaN): no grey, so that nobody takes them for a value.
MISSING_COLOR = "#7a94b8"
#: Kinds of values in which zero is meaningful, and the few greatest are what one looks for.
_FROM_ZERO = ("SUV", "PET", "NM")
#: Standardized uptake values, so that pictures of several patients can be compared; SUVbsa is on a scale of its own.
_SUV_RANGE = (5.0, 10.0)
#: Voxels that a window is told from.
_LOOKED_AT = 1 << 18
#: So many labels get colours of their own in the bar.
_LABELS_IN_BAR = 40


class Scale(NamedTuple):
    """How the values of a volume become colours, and what the bar says."""

    normalize: Normalize
    colors: Colormap
    label: str
    #: Values and words of the bar's ticks, where it has no scale of numbers.
    ticks: tuple[list[float], list[str]] | None = None


def kind_of(volume: Any) -> str:
    """``"mask"``, ``"labels"``, ``"SUV"``, ``"PET"``, ``"NM"``, ``"dose"``, ``"HU"`` or ``""`` for any other."""
    quantity = quantity_of(volume)
    if volume.array.dtype.kind == "b":
        return "mask"
    if quantity == "segment" and volume.array.dtype.kind in "iu":
        return "labels"
    if quantity.startswith("SUV"):
        return "SUV"
    if volume.modality == "RTDOSE" or quantity == "absorbed dose":
        return "dose"
    if volume.modality in ("PT", "NM"):
        return "PET" if volume.modality == "PT" else "NM"
    return "HU" if volume.modality == "CT" and volume.unit == "HU" else ""


def quantity_of(volume: Any) -> str:
    """What the values are of; ``""`` where nothing says it. The unit of a PET may: ``g/ml{SUVbw}``."""
    if volume.quantity:
        return str(volume.quantity)
    said = re.search(r"\{(SUV[^}]*)\}", volume.unit or "")
    return said.group(1) if said else ""


def label_of(volume: Any) -> str:
    """For the colour bar: the quantity and its unit, as far as they are known."""
    quantity = quantity_of(volume)
    # In UCUM braces hold remarks, and 1 is the unit of what has none.
    unit = re.sub(r"\{[^}]*\}", "", volume.unit or "").replace("cm2", "cm²")
    if unit in ("", "1"):
        if not quantity and volume.array.dtype.kind == "b":
            return "mask"
        words = quantity or volume.unit or "value, unit unknown"
    else:
        words = f"{quantity} ({unit})" if quantity else unit
    return plain_text(words)


def plain_text(words: str, longest: int = 60) -> str:
    """Words from a file as matplotlib draws them: on one line, no mathematics between dollars, and not endless."""
    words = " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())
    return (words if len(words) <= longest else f"{words[: longest - 1]}…").replace("$", r"\$")


def window_for(volume: Any, window: Any = None) -> Window:
    """What is shown from black to white.

    Parameters
    ----------
    volume : Volume
    window : Window, (center, width) or str, optional
        A string is one of the presets for HU. By default soft tissue for a CT in HU, 0 to 10 for SUV, zero to the
        greatest value for dose and to the few greatest for other PET and NM, and robust percentiles for all others.

    Raises
    ------
    PixelError
        It is no window, or a preset for values that aren't known to be in HU.
    """
    if isinstance(window, str):
        known = CT_PRESETS.get(window.strip().casefold().replace("_", " "))
        if known is None:
            raise PixelError(f"no window has this name; the presets for CT are {', '.join(CT_PRESETS)}")
        if volume.unit != "HU":
            raise PixelError("the presets are windows in HU, and the values of this volume aren't known to be in HU")
        return Window(*known, LINEAR_EXACT, "preset")
    if window is not None:
        return as_window(window)
    kind = kind_of(volume)
    if kind == "mask":
        return Window(0.5, 1.0, LINEAR_EXACT, "values")
    if kind == "HU":
        return Window(*CT_PRESETS["soft tissue"], LINEAR_EXACT, "preset")
    if kind == "SUV" and not quantity_of(volume).casefold().startswith("suvbsa"):
        return Window(*_SUV_RANGE, LINEAR_EXACT, "preset")
    if kind == "dose":
        # To the maximum, which is a number that is asked for; the high dose may be in few voxels.
        greatest = float(np.fmax.reduce(volume.array, axis=None))
        if np.isfinite(greatest) and greatest > 0:
            return Window(greatest / 2, greatest, LINEAR_EXACT, "values")
    return window_of_values(thinned(volume.array), from_zero=kind in _FROM_ZERO)


def is_inverted(volume: Any) -> bool:
    """Whether the greatest value is shown black: of PET, as it is read."""
    return kind_of(volume) in ("SUV", "PET")


def thinned(array: NDArray[Any]) -> NDArray[Any]:
    """A view of some of the values, evenly from all of the array."""
    every = [1] * array.ndim
    sizes = list(array.shape)
    while np.prod(sizes) > _LOOKED_AT:
        longest = int(np.argmax(sizes))
        every[longest] += 1
        sizes[longest] = -(-array.shape[longest] // every[longest])
    return array[tuple(slice(step // 2, None, step) for step in every)]


def scale_for(volume: Any, window: Any = None, cmap: str | Colormap | None = None) -> Scale:
    """How a volume that isn't of colours is shown.

    Raises
    ------
    PixelError
        Not a window, or not one for these values.
    """
    label = label_of(volume)
    kind = kind_of(volume)
    if kind == "labels" and window is None and cmap is None:
        labels = labels_in(volume.array)
        if len(labels) < _LABELS_IN_BAR:
            return _scale_of_labels(labels, label)
    chosen = cmap or ("gray_r" if is_inverted(volume) else "turbo" if kind == "dose" else "gray")
    return Scale(normalize_by(window_for(volume, window)), color_map(chosen), label)


def color_map(cmap: str | Colormap) -> Colormap:
    """A map by its name, or as it was given; missing values have a colour of their own."""
    import matplotlib as mpl

    found = mpl.colormaps[cmap] if isinstance(cmap, str) else cmap
    return found.with_extremes(bad=MISSING_COLOR)


def labels_in(array: NDArray[Any]) -> list[int]:
    """The labels of a label map, from the least on; 0, which is nothing, isn't one."""
    least, greatest = int(array.min()), int(array.max())
    if greatest - least > 1 << 20:
        return [label for label in np.unique(array).tolist() if label != 0]
    # Far quicker than sorting the voxels.
    is_there = np.zeros(greatest - least + 1, bool)
    for part in array:
        # Neither a small signed type holds the difference, nor int64 all that is unsigned.
        is_there[part - part.dtype.type(least) if part.dtype.kind == "u" else part.astype(np.int64) - least] = True
    return [label for offset in np.flatnonzero(is_there).tolist() if (label := offset + least) != 0]


def as_rgb(color: Any) -> RGB:
    """Red, green and blue, 0 to 1, of what is 0 to 255 in DICOM.

    Raises
    ------
    PixelError
        Not three numbers.
    """
    try:
        red, green, blue = (min(max(float(part) / 255.0, 0.0), 1.0) for part in color)
    except (TypeError, ValueError) as error:
        raise PixelError("a colour is (red, green, blue), each from 0 to 255") from error
    return red, green, blue


def _scale_of_labels(labels: list[int], words: str) -> Scale:
    """One colour a label, black for nothing; between two labels the next one's colour begins half-way."""
    from matplotlib.colors import BoundaryNorm, ListedColormap

    values = sorted({0, *labels})
    middles = [(low + high) / 2 for low, high in pairwise(values)]
    edges = [values[0] - 0.5, *middles, values[-1] + 0.5]
    colors = [(0.0, 0.0, 0.0) if value == 0 else palette_color(labels.index(value)) for value in values]
    ticks = [(low + high) / 2 for low, high in pairwise(edges)]
    return Scale(
        BoundaryNorm(edges, len(colors)), ListedColormap(colors, "labels"), words, (ticks, [str(v) for v in values])
    )
