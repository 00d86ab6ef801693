"""Draw dose-volume histograms: one line a region, with a legend.

In: histograms, taken by their attributes. Out: matplotlib's Axes. Standard: PS3.3 C.8.8.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.errors import QuantityError
from dicom.plotting.color_maps import as_rgb
from dicom.plotting.figure import new_figure, require_matplotlib
from dicom.plotting.palette import palette_color

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from matplotlib.axes import Axes

#: Brighter than that a line isn't seen on white; it gets a dark rim.
_BRIGHT = 0.65


def plot_dvhs(
    histograms: Sequence[Any],
    *,
    ax: Axes | None = None,
    differential: bool = False,
    relative_volume: bool = True,
    relative_dose: bool = False,
    title: str | None = None,
) -> Axes:
    """Draw histograms; see `DVH.plot`."""
    require_matplotlib()
    from matplotlib import patheffects

    if not histograms:
        raise QuantityError("there is no histogram to draw")
    if len({one.dose_unit for one in histograms}) > 1 and not relative_dose:
        raise QuantityError("some of the histograms are in Gy, others of relative dose: they have no axis in common")
    lines = [_line(one, differential, relative_volume, relative_dose) for one in histograms]
    where = new_figure((7.6, 4.2), "constrained").add_subplot() if ax is None else ax
    greatest = 0.0
    for n, (one, (doses, volumes)) in enumerate(zip(histograms, lines, strict=True)):
        color = palette_color(n) if one.color is None else as_rgb(one.color)
        effects = None
        if 0.21 * color[0] + 0.72 * color[1] + 0.07 * color[2] > _BRIGHT:
            effects = [patheffects.Stroke(linewidth=3, foreground="0.35"), patheffects.Normal()]
        label = one.name or f"region {n + 1}"
        if one.covered < 1:
            label += f" ({100 * one.covered:.3g} % of it)"
        where.plot(doses, volumes, color=color, label=label, linewidth=1.6, path_effects=effects)
        greatest = max(greatest, float(doses[-1]))
    unit = "% of the prescription" if relative_dose else histograms[0].dose_unit
    where.set_xlabel(f"dose ({unit})")
    size = "%" if relative_volume else "ml"
    width = "%" if relative_dose else histograms[0].dose_unit
    where.set_ylabel(f"volume ({size}{f' / {width}' if differential else ''})")
    where.set_xlim(0, greatest * 1.02)
    where.set_ylim(0, None if differential or not relative_volume else 102)
    where.grid(True, color="0.9", linewidth=0.8)
    where.set_axisbelow(True)
    if ax is None:
        # On no line.
        where.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0, frameon=False)
    else:
        where.legend(fontsize="small")
    if title:
        where.set_title(title)
    return where


def _line(one: Any, differential: bool, relative_volume: bool, relative_dose: bool) -> tuple[Any, Any]:
    import numpy as np

    if relative_dose and (one.prescription_gy is None or one.dose_unit != "Gy"):
        raise QuantityError("doses in percent need a prescription: prescription_gy= says it")
    if not relative_volume and one.volume_unit != "ml":
        raise QuantityError(
            "the volume of a region isn't known in ml: relative_volume=True draws it in percent",
            keywords=("DVHVolumeUnits",),
        )
    scale = 100.0 / one.prescription_gy if relative_dose else 1.0
    edges = one.edges * scale
    whole = float(one.differential.sum())
    part = 100.0 / whole if relative_volume else 1.0
    if not differential:
        # Before the first bin all of the region gets the dose.
        doses, volumes = edges, one.cumulative
        if edges[0] > 0:
            doses, volumes = np.concatenate([[0.0], doses]), np.concatenate([[whole], volumes])
        return doses, volumes * part
    # Bins so fine that each holds a few voxels are noise: as many together as make about 200 of them.
    together = max(1, len(one.differential) // 200)
    ends = np.arange(0, len(one.differential), together)
    volumes = np.add.reduceat(one.differential, ends) * part
    borders = np.append(edges[ends], edges[-1])
    return (borders[:-1] + borders[1:]) / 2, volumes / np.diff(borders)
