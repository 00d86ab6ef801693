"""Draw the pictures of docs/space-and-units.md: the head phantom in patient space, a slice, slices from the side.

Run: ``python -m tools.draw_space docs/images``. In: a folder. Out: ``space-patient.png``, ``space-voxels.png``,
``space-slices.png``, and ``head.png``, the phantom as `Volume.plot` draws it (docs/volumes.md).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Polygon, Rectangle

import dicom
from examples.make_head_phantom import coordinates, hounsfield, make_series

RED, GREEN, BLUE = "#c0392b", "#1e8449", "#1f4fa0"
INK = "#333333"


def _arrow(axes: Any, start: tuple[float, float], end: tuple[float, float], color: str, width: float = 2.0) -> None:
    axes.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": color, "lw": width, "mutation_scale": 16})


def draw_patient(path: Path) -> None:
    """Three slices of the phantom where they lie, with the directions of the patient and of the array."""
    values = np.clip((hounsfield() + 35.0) / 150.0, 0, 1)
    z, y, x = coordinates()
    figure = plt.figure(figsize=(9, 6.4))
    axes: Any = figure.add_axes((-0.06, -0.08, 0.98, 1.16), projection="3d")
    axes.computed_zorder = False
    i, j, k = 44, 48, 9
    shown = [
        (np.meshgrid(x, y), np.full((len(y), len(x)), z[k]), values[k], "xy"),
        (np.meshgrid(y, z[k:]), np.full((len(z) - k, len(y)), x[i]), values[k:, :, i], "yz"),
        (np.meshgrid(x[: i + 1], z[k:]), np.full((len(z) - k, i + 1), y[j]), values[k:, j, : i + 1], "xz"),
    ]
    for order, (grid, flat, grey, plane) in enumerate(shown):
        places = {"xy": (*grid, flat), "yz": (flat, *grid), "xz": (grid[0], flat, grid[1])}[plane]
        colors = np.dstack([grey, grey, grey, np.where(grey > 0, 1.0, 0.0)])
        axes.plot_surface(
            *places,
            facecolors=colors[:-1, :-1],
            rstride=1,
            cstride=1,
            shade=False,
            linewidth=0,
            antialiased=False,
            zorder=order,
        )
    first, low = (x[0], y[0], z[k]), z[k]
    corners = [(x[0], y[0]), (x[-1], y[0]), (x[-1], y[-1]), (x[0], y[-1]), (x[0], y[0])]
    axes.plot(*np.transpose(corners), low, color=INK, lw=1, zorder=-1)
    for end, color, text, place in [
        ((x[0] + 60, y[0], low), RED, "i: columns, to the left", (0.262, 0.248)),
        ((x[0], y[0] + 110, low), GREEN, "j: rows, to the back", (0.106, 0.53)),
        ((x[0], y[0], low + 85), BLUE, "k: slices, to the head", (0.106, 0.62)),
    ]:
        step = np.subtract(end, first)
        axes.quiver(*first, *step, color=color, lw=2.6, arrow_length_ratio=8 / np.linalg.norm(step), zorder=9)
        axes.text2D(*place, text, transform=axes.transAxes, color=color, fontsize=11, zorder=10)
    axes.scatter(*first, color=INK, s=36, zorder=10)
    axes.text2D(0.085, 0.305, "the centre of the\nslice's first voxel", transform=axes.transAxes, color=INK, va="top")
    axes.set_xlabel("x, mm:  R → L", labelpad=8)
    axes.set_ylabel("y, mm:  A → P", labelpad=8)
    axes.set_zlabel("z, mm:  I → S", labelpad=4)
    axes.set_xlim(-110, 110)
    axes.set_ylim(-140, 115)
    axes.set_zlim(-60, 90)
    axes.set_box_aspect((220, 255, 150))
    axes.view_init(elev=24, azim=-58)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.pane.set_alpha(0.25)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def draw_voxels(path: Path) -> None:
    """Voxels of one slice: their centres, their edges, and two columns of the affine."""
    figure, axes = plt.subplots(figsize=(9, 4.6))
    width, height = 1.0, 1.5
    grey = np.array([[0.85, 0.9, 0.8, 0.88, 0.84], [0.9, 0.8, 0.86, 0.9, 0.8], [0.82, 0.88, 0.9, 0.84, 0.9]])
    for j in range(3):
        for i in range(5):
            corner = (i * width - width / 2, j * height - height / 2)
            axes.add_patch(Rectangle(corner, width, height, facecolor=str(grey[j, i]), edgecolor="white", lw=2))
            axes.plot(i * width, j * height, "o", color=INK, ms=4)
            if (i, j) not in {(0, 0), (1, 0), (0, 1)}:
                axes.text(i * width, j * height + 0.2, f"({j}, {i})", ha="center", va="top", fontsize=9, color=INK)
    _arrow(axes, (0, 0), (width, 0), RED)
    _arrow(axes, (0, 0), (0, height), GREEN)
    axes.text(-0.45, -height / 2 - 0.2, "column 2: from column to column", color=RED, fontsize=10.5)
    axes.text(-3.2, 1.35, "column 1: from row to row", color=GREEN, fontsize=10.5)
    axes.plot(0, 0, "o", color="black", ms=9)
    axes.annotate(
        "column 3, the origin:\nImage Position (Patient),\nthe centre of the first voxel",
        (-0.06, -0.05),
        (-3.2, 0.2),
        fontsize=10.5,
        color=INK,
        arrowprops={"arrowstyle": "-", "color": INK},
    )
    axes.annotate(
        "the edge of the picture:\nhalf a voxel further out",
        (-width / 2, 2.4),
        (-3.2, 2.75),
        fontsize=10.5,
        color=INK,
        arrowprops={"arrowstyle": "-", "color": INK},
    )
    low = 2.5 * height + 0.25
    axes.annotate("", (3.0, low), (4.0, low), arrowprops={"arrowstyle": "<->", "color": RED})
    axes.text(3.5, low + 0.4, "PixelSpacing[1]", ha="center", color=RED, fontsize=10.5)
    side = 4.5 * width + 0.3
    axes.annotate("", (side, 0), (side, height), arrowprops={"arrowstyle": "<->", "color": GREEN})
    axes.text(side + 0.12, height / 2, "PixelSpacing[0]", va="center", color=GREEN, fontsize=10.5)
    axes.text(0.5, 2.5 * height + 0.42, "(j, i): row, column", ha="center", fontsize=10, color=INK)
    axes.set_xlim(-3.4, 6.4)
    axes.set_ylim(4.6, -1.3)
    axes.set_aspect("equal")
    axes.axis("off")
    figure.subplots_adjust(0, 0, 1, 1)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def draw_slices(path: Path) -> None:
    """Slices from the side: thicker and thinner than their distance, and tilted."""
    figure, every = plt.subplots(1, 3, figsize=(10.5, 3.1))
    wide, step = 7.0, 1.6
    kinds = [
        ("thinner than their distance", 0.9, 0.0),
        ("thicker: they overlap", 2.3, 0.0),
        ("a tilted gantry", 0.9, 0.27),
    ]
    for axes, (title, thickness, lean) in zip(every, kinds, strict=True):
        for k in range(4):
            middle, shift = k * step, k * step * lean
            corners = [
                (shift + side * wide, middle + up * thickness / 2) for side, up in ((0, -1), (1, -1), (1, 1), (0, 1))
            ]
            axes.add_patch(Polygon(corners, facecolor="#7fa6d6", alpha=0.35, edgecolor="#4a78b0", lw=1))
            axes.plot([shift, shift + wide], [middle, middle], color=INK, lw=1, ls=(0, (4, 3)))
            axes.plot(shift, middle, "o", color=INK, ms=5)
            axes.text(shift + wide + 0.25, middle, f"k = {k}", va="center", fontsize=9, color=INK)
        _arrow(axes, (0, 0), (step * lean, step), BLUE, 2.4)
        if lean:
            axes.plot([0, 0], [0, 3.4 * step], color=INK, lw=1, ls=":")
            axes.text(-0.25, 3.4 * step, "normal", ha="right", va="top", fontsize=9.5, color=INK)
            axes.text(0.0, -0.75, "column 0, off the normal", color=BLUE, fontsize=10, va="top")
        else:
            axes.text(0.0, -thickness / 2 - 0.3, "column 0: the step", color=BLUE, fontsize=10, va="top")
            axes.annotate(
                "",
                (-0.6, 3 * step - thickness / 2),
                (-0.6, 3 * step + thickness / 2),
                arrowprops={"arrowstyle": "<->", "color": INK},
            )
            axes.text(-0.8, 3 * step, "Slice\nThickness", ha="right", va="center", fontsize=9.5, color=INK)
        axes.set_title(title, fontsize=11)
        axes.set_xlim(-4.4, 10.6)
        axes.set_ylim(-2.2, 6.3)
        axes.set_aspect("equal")
        axes.axis("off")
    figure.subplots_adjust(0.0, 0.0, 1.0, 0.93, wspace=0.0)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def draw_volume(path: Path) -> None:
    """Three planes through the bleeding, as a volume draws itself."""
    with tempfile.TemporaryDirectory() as folder:
        make_series(Path(folder))
        volume = dicom.read_series(folder)
    assert isinstance(volume, dicom.Volume)
    axes: Any = volume.plot(center_mm=(41.25, 3.75, 30.0), window=(40, 150))
    axes[0].figure.savefig(path, dpi=90)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tools.draw_space FOLDER")
    target = Path(sys.argv[1])
    draw_patient(target / "space-patient.png")
    draw_voxels(target / "space-voxels.png")
    draw_slices(target / "space-slices.png")
    draw_volume(target / "head.png")
