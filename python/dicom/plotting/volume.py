"""Draw a volume: three planes through a voxel, in mm, with what lies at each edge, a crosshair, and what lies over it.

In: a volume, and masks, contours or another volume of the same patient. Out: matplotlib's Axes, on a figure of their
own unless they are given. A plane is a view of the volume's array, so that a large one is drawn as quickly as a small
one. Standard: PS3.3 C.7.6.1.1.1 (the letters).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.errors import GeometryError, PixelError
from dicom.plotting.color_maps import MISSING_COLOR, plain_text, scale_for
from dicom.plotting.figure import cut_off, require_matplotlib
from dicom.plotting.fusion import Fused
from dicom.plotting.layout import bar_axes, own_axes, place_image
from dicom.plotting.legend import Entry, draw_legend
from dicom.plotting.outlines import draw_outlined, outlined
from dicom.plotting.overlays import draw_regions, regions_of
from dicom.plotting.planes import letters_of, three_planes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.image import AxesImage
    from numpy.typing import NDArray

    from dicom.pixels.window import Window
    from dicom.plotting.color_maps import Scale
    from dicom.plotting.layout import ThreeAxes
    from dicom.plotting.planes import Plane

_CROSSHAIR_COLOR = "#ffb000"


def plot_volume(
    volume: Any,
    *,
    center_mm: Sequence[float] | None = None,
    index: Sequence[int] | None = None,
    t: int = 0,
    window: tuple[float, float] | Window | str | None = None,
    cmap: str | Colormap | None = None,
    mask: Any = None,
    mask_alpha: float = 0.35,
    contours: Any = None,
    fuse: Any = None,
    fuse_window: tuple[float, float] | Window | str | None = None,
    fuse_cmap: str | Colormap | None = None,
    fuse_alpha: float | None = None,
    fuse_levels: Sequence[float] | None = None,
    colorbar: bool = True,
    legend: bool = True,
    crosshair: bool = True,
    title: str | None = None,
    axes: Sequence[Axes] | None = None,
    **imshow_options: Any,
) -> ThreeAxes:
    """Draw three planes of a volume; see `Volume.plot`."""
    require_matplotlib()
    if not 0.0 <= mask_alpha <= 1.0:
        raise PixelError("mask_alpha is a number from 0 to 1")
    shown = volume
    if volume.dimension is not None:
        shown = volume[t]
    elif t != 0 and all(getattr(one, "dimension", None) is None for one in (fuse, mask)):
        raise GeometryError("the volume has no axis t")
    planes = three_planes(shown, center_mm, index)
    # What can't be drawn is refused before anything is.
    scale = None if volume.is_color else scale_for(volume, window, cmap)
    fused = None
    if fuse is not None:
        fused = Fused(fuse, volume, t=t, window=fuse_window, cmap=fuse_cmap, alpha=fuse_alpha, levels=fuse_levels)
    over = [fused.on(plane) for plane in planes] if fused is not None else [None, None, None]
    regions, divisions = regions_of(mask, shown, planes, t) if mask is not None else ([], [])
    lines = outlined(contours, volume, planes, len(regions)) if contours is not None else []
    entries = []
    if legend:
        entries = [Entry(region.name, region.color, "mask", mask_alpha, region.is_seen) for region in regions]
        entries += [region.entry for region in lines]
        if fused is not None and all(values is None for values in over):
            entries.append(Entry(fused.modality or fused.label, None, "", 0.0, False))
    number_of_bars = int(scale is not None) + int(fused is not None) if colorbar else 0
    where = own_axes(planes, number_of_bars, entries) if axes is None else tuple(axes)
    if len(where) != 3:
        raise GeometryError("three axes are needed: for the axial, coronal and sagittal plane")
    options = dict(imshow_options)
    if scale is not None:
        options.update(norm=scale.normalize, cmap=scale.colors)
        if scale.ticks is not None:
            # Between two labels there is no third.
            options.setdefault("interpolation", "nearest")
    images = []
    for ax, plane, values in zip(where, planes, over, strict=True):
        images.append(_draw(ax, plane, options))
        if fused is not None and values is not None:
            fused.draw(ax, plane, values)
    draw_regions(where, planes, regions, divisions, mask_alpha)
    draw_outlined(where, lines)
    if crosshair:
        for ax, plane in zip(where, planes, strict=True):
            _draw_crosshair(ax, plane)
    if number_of_bars:
        places = [bar_axes(where, n, number_of_bars) for n in range(number_of_bars)] if axes is None else []
        if scale is not None:
            has_missing = any(_has_missing(plane.values) for plane in planes)
            options = {"cax": places[0]} if places else {"ax": list(where)}
            bar = _draw_bar(where, images[0], scale, [plane.values for plane in planes], options)
            if has_missing:
                _say_missing(bar.ax)
        if fused is not None:
            # A second one beside the first is more than matplotlib's layouts are up to.
            options = {"cax": places[-1]} if places else {"ax": list(where), "location": "bottom", "shrink": 0.5}
            _draw_fused_bar(where, fused, over, options)
    if axes is None:
        figure = where[0].figure
        figure.suptitle(_default_title(volume, t, fused) if title is None else title, fontsize="large")
    elif title:
        where[0].set_title(f"{title}\n{where[0].get_title()}")
    draw_legend(where, entries, is_own_figure=axes is None, is_below=axes is None or number_of_bars < 2)
    return where[0], where[1], where[2]


def _draw(ax: Axes, plane: Plane, options: dict[str, Any]) -> AxesImage:
    left, right, low, high = plane.bounds_mm
    values = plane.values.view("u1") if plane.values.dtype.kind == "b" else plane.values
    image = place_image(ax, plane, values, options)
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


def _draw_bar(
    axes: Sequence[Axes], image: Any, scale: Scale, shown: list[NDArray[Any]], options: dict[str, Any]
) -> Any:
    """With pointed ends where values lie beyond; in a place of its own, or in what is taken off the caller's axes."""
    ends = [] if scale.ticks else [cut_off(values, scale.normalize) for values in shown]
    extend = "both" if {"min", "max"} <= set(ends) else next((end for end in ends if end != "neither"), "neither")
    bar = axes[0].figure.colorbar(image, label=scale.label, extend=extend, **options)
    if scale.ticks is not None:
        bar.set_ticks(scale.ticks[0], labels=scale.ticks[1])
    return bar


def _draw_fused_bar(axes: Sequence[Axes], fused: Fused, over: list[Any], options: dict[str, Any]) -> None:
    from matplotlib.cm import ScalarMappable

    # Its colours are opaque: over white they would be others than over the image.
    scale = fused.scale
    image = ScalarMappable(scale.normalize, scale.colors)
    bar = _draw_bar(axes, image, scale, [values for values in over if values is not None], options)
    low, high = scale.normalize.vmin, scale.normalize.vmax
    for level in fused.levels:
        if low is not None and high is not None and low <= level <= high:
            draw = bar.ax.axhline if bar.orientation == "vertical" else bar.ax.axvline
            draw(level, color="black", linewidth=2.2)
            draw(level, color="white", linewidth=1.0)


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


def _default_title(volume: Any, t: int, fused: Fused | None) -> str:
    # A code string has 16 characters at most; what is longer isn't one, and might be anything.
    modalities = [volume.modality] if fused is None else [volume.modality, fused.modality]
    names = " + ".join(plain_text(modality) for modality in modalities if modality and len(modality) <= 16)
    parts = [names] if names else []
    if volume.dimension is not None:
        count = volume.array.shape[0]
        words = f"{volume.dimension}, t = {t % count} of {count}"
        values = volume.dimension_values
        if values is not None and values.ndim == 1 and values.dtype.kind in "iuf":
            words += f": {float(values[t]):g}{f' {volume.dimension_unit}' if volume.dimension_unit else ''}"
        parts.append(words)
    return ", ".join(parts)
