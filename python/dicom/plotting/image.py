"""Draw one frame: in mm with the right aspect, a sensible window, and a colour bar with the unit.

In: a data set and a frame index. Out: matplotlib's Axes, on a figure of its own unless one is given.
Standard: PS3.3 C.7.6.3 (Image Pixel), C.11 (look up tables), 10.7 (spacing); PS3.4 N.2 (the order of the stages).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.errors import GeometryError
from dicom.pixels.image import image as image_of
from dicom.pixels.spacing import pixel_spacing
from dicom.plotting.figure import cut_off, new_figure, normalize_by, require_matplotlib

if TYPE_CHECKING:
    from typing import Any

    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap, Normalize
    from numpy.typing import NDArray

    from dicom.pixels.image import Image
    from dicom.pixels.window import Window

_PLANE_LABEL = {"detector": " at the detector", "film": " on the film", "image plane": " in the image plane"}


def plot(
    ds: Any,
    ax: Axes | None = None,
    frame: int = 0,
    window: tuple[float, float] | Window | None = None,
    colorbar: bool = True,
    cmap: str | Colormap | None = None,
    title: str | None = None,
    **imshow_options: Any,
) -> Axes:
    """Draw one frame of an image.

    Row 0 is at the top and column 0 at the left, as in the array. The axes are in mm from the outer corner of the
    first pixel; in pixels when the data set doesn't say how large one is.

    Parameters
    ----------
    ds : Dataset
        A data set with pixel data.
    ax : matplotlib.axes.Axes, optional
        Where to draw. Without it a figure is made that no window system knows of: save it with
        ``ax.figure.savefig(path)``, or hand in ``ax`` from ``matplotlib.pyplot.subplots()`` to see it in a window. In
        a notebook it is shown below the cell.
    frame : int
        Which frame, counted from 0; negative ones from the end.
    window : (center, width) or Window, optional
        Values to show from black to white, in the unit of the colour bar. By default the data set's first window,
        else one from robust percentiles. Colour images have none.
    colorbar : bool
        Whether to add a colour bar (never for a colour image).
    cmap : str or Colormap, optional
        By default gray; inverted for MONOCHROME1 (its lowest value is white) and for PET (the hottest is black).
    title : str, optional
        By default the modality and the frame: nothing about the patient. ``""`` for none.
    **imshow_options
        Passed on to `matplotlib.axes.Axes.imshow`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    MissingDependencyError
        matplotlib isn't installed.
    PixelError
        There is no such frame, no image, or one that can't be shown; `CodecError` when it can't be decoded.
    """
    require_matplotlib()
    image = image_of(ds)
    frames = image.number_of_frames
    one = image.frame(frame)
    x_label, y_label, width, height = _size(ds, one, frame % frames)
    if ax is None:
        ax = _new_axes(height / width)
    ax.set_xlabel(x_label)
    ax.set_ylabel(y_label)
    options = dict(imshow_options)
    options["extent"] = (0.0, width, height, 0.0)
    options.setdefault("origin", "upper")
    options.setdefault("aspect", "equal")
    if one.has_colors:
        ax.imshow(one.display().array, **options)
    else:
        values, label, normalize = _gray_values(one, window)
        inverted = one.is_inverted or _text(ds.get("Modality")) == "PT"
        drawn = ax.imshow(values, cmap=cmap or ("gray_r" if inverted else "gray"), norm=normalize, **options)
        if colorbar:
            ax.figure.colorbar(drawn, ax=ax, label=label, extend=cut_off(values, normalize))
    ax.set_title(_default_title(ds, frame % frames, frames) if title is None else title)
    return ax


def _new_axes(height_to_width: float) -> Axes:
    """Axes on a figure of their own that leaves little paper empty around an image of this shape."""
    width = min(4.7, 7.5 / height_to_width)
    # What the labels and the colour bar take beside and below the image, in inches; a figure has room for its title.
    size = (max(width, 1.5) + 2.1, max(width * height_to_width, 1.5) + 0.75)
    return new_figure(size, "constrained").add_subplot()


def _size(ds: Any, image: Image, frame: int) -> tuple[str, str, float, float]:
    """Labels of the x and y axis, and the image's width and height in the unit that they name."""
    rows, columns = image.rows, image.columns
    try:
        spacing = pixel_spacing(ds, frame)
    except GeometryError:
        return "column (pixels)", "row (pixels)", float(columns), float(rows)
    width, height = columns * spacing.column_spacing, rows * spacing.row_spacing
    if spacing.unit == "pixel":
        return "column (pixels)", "y (widths of a pixel)", width, height
    where = _PLANE_LABEL.get(spacing.plane, "")
    return f"x{where} (mm)", f"y{where} (mm)", width, height


def _gray_values(image: Image, window: tuple[float, float] | Window | None) -> tuple[NDArray[Any], str, Normalize]:
    """What is drawn of a grey frame, the label of its colour bar, and which values are black and white."""
    from matplotlib.colors import Normalize

    values = image.modality()
    shown = values.voi(window)
    chosen = shown.window
    if chosen is None:
        return shown.array, "VOI LUT value", Normalize(float(shown.array.min()), float(shown.array.max()))
    return values.array, _label(values), normalize_by(chosen)


def _label(image: Image) -> str:
    if image.unit is not None:
        return image.unit
    return "value, unit unknown" if image.modality_source else "stored value"


def _default_title(ds: Any, frame: int, frames: int) -> str:
    # A code string has 16 characters at most; what is longer isn't one, and might be anything.
    modality = _text(ds.get("Modality"))
    parts = [modality] if modality and len(modality) <= 16 else []
    if frames > 1:
        parts.append(f"frame index {frame} of {frames}")
    return ", ".join(parts)


def _text(value: Any) -> str:
    return value.strip().upper() if isinstance(value, str) else ""
