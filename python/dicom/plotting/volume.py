"""Draw a volume: three planes through a voxel, in mm, with what lies at each edge and a crosshair.

In: a volume. Out: matplotlib's Axes, on a figure of their own unless they are given. A plane is a view of the volume's
array, so that a large one is drawn as quickly as a small one. Standard: PS3.3 C.7.6.1.1.1 (the letters).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.errors import GeometryError
from dicom.plotting.figure import cut_off, new_figure, normalize_by, require_matplotlib
from dicom.plotting.planes import is_inverted, letters_of, three_planes, window_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.image import AxesImage
    from numpy.typing import NDArray

    from dicom.pixels.window import Window
    from dicom.plotting.planes import Plane

    ThreeAxes = tuple[Axes, Axes, Axes]

#: Missing values (NaN): no grey, so that nobody takes them for a value.
MISSING_COLOR = "#7a94b8"
_CROSSHAIR_COLOR = "#ffb000"
# Inches that labels take at the left of an axes, below and above it, and a colour bar at the right.
_LEFT, _BELOW, _ABOVE, _BAR = 0.85, 0.55, 0.8, 1.3
# Inches that the images share, and that the highest of them may take.
_WIDTH, _HEIGHT = 9.6, 5.2


def plot_volume(
    volume: Any,
    *,
    center_mm: Sequence[float] | None = None,
    index: Sequence[int] | None = None,
    t: int = 0,
    window: tuple[float, float] | Window | str | None = None,
    cmap: str | Colormap | None = None,
    colorbar: bool = True,
    crosshair: bool = True,
    title: str | None = None,
    axes: Sequence[Axes] | None = None,
    **imshow_options: Any,
) -> ThreeAxes:
    """Draw three planes of a volume; see `Volume.plot`."""
    require_matplotlib()
    shown = volume
    if volume.dimension is not None:
        shown = volume[t]
    elif t != 0:
        raise GeometryError("the volume has no axis t")
    planes = three_planes(shown, center_mm, index)
    where = _own_axes(planes, colorbar and not volume.is_color) if axes is None else tuple(axes)
    if len(where) != 3:
        raise GeometryError("three axes are needed: for the axial, coronal and sagittal plane")
    images = []
    has_missing = False
    options = dict(imshow_options)
    normalize = None
    if not volume.is_color:
        # Of all time points, so that their pictures can be compared.
        normalize = normalize_by(window_for(volume, window))
        options["norm"] = normalize
        options["cmap"] = _color_map(cmap or ("gray_r" if is_inverted(volume) else "gray"))
    for ax, plane in zip(where, planes, strict=True):
        values = plane.values
        if values.dtype.kind == "b":
            values = values.view("u1")
        has_missing = has_missing or _has_missing(values)
        images.append(_draw(ax, plane, values, options))
        if crosshair:
            _draw_crosshair(ax, plane)
    figure = where[0].figure
    if colorbar and normalize is not None:
        ends = [cut_off(plane.values, normalize) for plane in planes]
        extend = "both" if {"min", "max"} <= set(ends) else next((end for end in ends if end != "neither"), "neither")
        label = volume.unit or "value, unit unknown"
        if axes is None:
            bar = figure.colorbar(images[0], cax=_bar_axes(where), label=label, extend=extend)
        else:
            bar = figure.colorbar(images[0], ax=list(where), label=label, extend=extend)
        if has_missing:
            _say_missing(bar.ax)
    if axes is None:
        figure.suptitle(_default_title(volume, t) if title is None else title, fontsize="large")
    elif title:
        where[0].set_title(f"{title}\n{where[0].get_title()}")
    return where[0], where[1], where[2]


def _draw(ax: Axes, plane: Plane, values: NDArray[Any], options: dict[str, Any]) -> AxesImage:
    left, right, low, high = plane.bounds_mm
    rows, columns = values.shape[:2]
    given = {"aspect": "equal", **options, "origin": "upper"}
    if plane.is_slanted:
        from matplotlib.transforms import Affine2D

        matrix = [plane.to_mm[:, [1, 0, 2]][0], plane.to_mm[:, [1, 0, 2]][1], [0.0, 0.0, 1.0]]
        given["extent"] = (-0.5, columns - 0.5, rows - 0.5, -0.5)
        image = ax.imshow(values, **given)
        image.set_transform(Affine2D(matrix) + ax.transData)
    else:
        # Row 0 has the least place along the vertical.
        image = ax.imshow(values, **{**given, "extent": (left, right, high, low)})
    ax.set_xlim(left, right)
    ax.set_ylim(*((low, high) if plane.is_upward else (high, low)))
    ax.set_xlabel(_axis_label(plane.right))
    ax.set_ylabel(_axis_label(plane.vertical))
    oblique = f"\noblique by {plane.oblique_degrees:.1f}°" if plane.oblique_degrees >= 0.05 else ""
    ax.set_title(f"{plane.name}, {plane.axis} = {plane.slice_index}{oblique}", fontsize="medium")
    up = plane.vertical if plane.is_upward else -plane.vertical
    edges = [(-plane.right, 0.015, 0.5, "left", "center"), (plane.right, 0.985, 0.5, "right", "center")]
    # In a strip of a few slices they would stand on one another.
    if high - low > 0.15 * (right - left):
        edges += [(up, 0.5, 0.985, "center", "top"), (-up, 0.5, 0.015, "center", "bottom")]
    for direction, x, y, across, along in edges:
        _draw_letters(ax, letters_of(direction), x, y, across, along)
    return image


def _draw_letters(ax: Axes, letters: str, x: float, y: float, across: str, along: str) -> None:
    # Legible on black, on white and over a line.
    box = {"facecolor": "black", "alpha": 0.6, "edgecolor": "none", "pad": 1.5}
    ax.text(
        x,
        y,
        letters,
        transform=ax.transAxes,
        ha=across,
        va=along,
        color="white",
        fontweight="bold",
        fontsize=8,
        bbox=box,
        zorder=5,
    )


def _draw_crosshair(ax: Axes, plane: Plane) -> None:
    """Along the other two planes, with a gap that leaves the voxel itself to be seen."""
    rows, columns = plane.values.shape[:2]
    left, right, low, high = plane.bounds_mm
    steps = abs(plane.to_mm[1, 0]), abs(plane.to_mm[0, 1])
    gap_mm = 0.04 * max(right - left, high - low)
    for axis, size, at in ((0, rows, plane.row), (1, columns, plane.column)):
        gap = max(gap_mm / steps[axis], 1.0)
        for begin, end in ((-0.5, at - gap), (at + gap, size - 0.5)):
            if end > begin:
                points = [[begin, plane.column], [end, plane.column]]
                if axis == 1:
                    points = [[plane.row, begin], [plane.row, end]]
                x, y = plane.mm_at(points).T
                ax.plot(x, y, color=_CROSSHAIR_COLOR, linewidth=0.8, alpha=0.8, scalex=False, scaley=False)


def _own_axes(planes: tuple[Plane, Plane, Plane], has_bar: bool) -> ThreeAxes:
    """Axes in which a mm is as long in one as in the other, however the planes differ in size."""
    sizes = [(right - left, high - low) for left, right, low, high in (plane.bounds_mm for plane in planes)]
    scale = min(_WIDTH / sum(width for width, _ in sizes), _HEIGHT / max(height for _, height in sizes))
    tallest = max(max(height for _, height in sizes) * scale, 1.2)
    boxes = []
    x = 0.0
    for width, height in sizes:
        x += _LEFT
        # A plane of a few thin slices is still an axes that can be seen.
        wide, high = max(width * scale, 0.25), max(height * scale, 0.12)
        # Titles need room beside each other too.
        room = max(wide, 1.9)
        boxes.append((x + (room - wide) / 2, _BELOW + (tallest - high) / 2, wide, high))
        x += room
    whole_width, whole_height = x + (_BAR if has_bar else 0.15), _BELOW + tallest + _ABOVE
    figure = new_figure((whole_width, whole_height), None)
    made = [
        figure.add_axes((x / whole_width, y / whole_height, wide / whole_width, high / whole_height))
        for x, y, wide, high in boxes
    ]
    for ax, plane, (_, _, wide, high) in zip(made, planes, boxes, strict=True):
        # As many numbers as there is room for; in a strip that of the slice.
        ax.locator_params(axis="x", nbins=max(1, int(wide / 0.5)))
        if high < 0.5:
            ax.set_yticks([round(float(plane.mm_at((plane.row, plane.column))[1]), 2)])
        else:
            ax.locator_params(axis="y", nbins=int(high / 0.35))
    return made[0], made[1], made[2]


def _bar_axes(axes: Sequence[Axes]) -> Axes:
    """Beside the last plane, as high as the highest."""
    figure = axes[0].figure
    width = figure.get_figure(root=True).get_figwidth()
    places = [ax.get_position() for ax in axes]
    low, high = min(place.y0 for place in places), max(place.y1 for place in places)
    height = figure.get_figure(root=True).get_figheight()
    if (high - low) * height < 1.2:
        middle, half = (low + high) / 2, 0.6 / height
        low, high = middle - half, middle + half
    made: Axes = figure.add_axes((1.0 - (_BAR - 0.15) / width, low, 0.16 / width, high - low))
    return made


def _color_map(cmap: str | Colormap) -> Colormap:
    import matplotlib as mpl

    found = mpl.colormaps[cmap] if isinstance(cmap, str) else cmap
    return found.with_extremes(bad=MISSING_COLOR)


def _has_missing(values: NDArray[Any]) -> bool:
    import numpy as np

    return values.dtype.kind == "f" and bool(np.isnan(values).any())


def _say_missing(bar: Axes) -> None:
    # Below the point of a bar that has one.
    bar.annotate(
        "no value",
        (0.0, 0.0),
        xytext=(0, -22),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="left",
        va="top",
        fontsize="small",
        bbox={"facecolor": MISSING_COLOR, "edgecolor": "none", "pad": 2},
    )


def _axis_label(direction: NDArray[np.float64]) -> str:
    """x, y or z where it is one of these, else where it leads."""
    for axis, name in enumerate("xyz"):
        if direction[axis] > 1 - 1e-6:
            return f"{name} (mm)"
    return f"toward {letters_of(direction)} (mm)"


def _default_title(volume: Any, t: int) -> str:
    # A code string has 16 characters at most; what is longer isn't one, and might be anything.
    modality = volume.modality
    parts = [modality] if modality and len(modality) <= 16 else []
    if volume.dimension is not None:
        count = volume.array.shape[0]
        words = f"{volume.dimension}, t = {t % count} of {count}"
        values = volume.dimension_values
        if values is not None and values.ndim == 1 and values.dtype.kind in "iuf":
            words += f": {float(values[t]):g}{f' {volume.dimension_unit}' if volume.dimension_unit else ''}"
        parts.append(words)
    return ", ".join(parts)
