"""Another volume's values over the planes of one: PET or dose on CT, let through where there is little of it.

In: the volume to be fused and `Plane`s. Out: images and lines of equal value on matplotlib's Axes. It is resampled onto
each plane by linear interpolation, where it lies in mm; never as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import GeometryError, PixelError
from dicom.plotting.color_maps import Scale, kind_of, label_of, window_for
from dicom.plotting.figure import normalize_by
from dicom.plotting.layout import place_image
from dicom.plotting.sampling import check_frame_of_reference, on_plane

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from numpy.typing import NDArray

    from dicom.plotting.planes import Plane

#: By kind of values: the map, how opaque it is, and at what part of the window it becomes so; below, what is under it
#: shows more and more.
_LOOKS = {
    "SUV": ("inferno", 0.75, 0.35),
    "PET": ("inferno", 0.75, 0.35),
    "NM": ("inferno", 0.75, 0.35),
    "dose": ("turbo", 0.5, 0.1),
}
_OTHER_LOOK = ("viridis", 0.5, 0.1)
_STEPS = 256


class Fused:
    """A volume that is drawn over another.

    Parameters
    ----------
    fuse : Volume
    volume : Volume
        What it is drawn over.
    t : int
        Which time point of it, where it has several.
    window : (center, width), Window or str, optional
        As of `window_for`.
    cmap : str or Colormap, optional
    alpha : float, optional
        How opaque it is where there is much of it, 0 to 1.
    levels : sequence of float, optional
        Values at which lines are drawn, in its unit: isodose lines.

    Raises
    ------
    GeometryError
        Not a volume; another frame of reference.
    PixelError
        Colours or masks, which have no scale; not a window, an opacity or levels.
    """

    def __init__(
        self,
        fuse: Any,
        volume: Any,
        *,
        t: int = 0,
        window: Any = None,
        cmap: str | Colormap | None = None,
        alpha: float | None = None,
        levels: Sequence[float] | None = None,
    ) -> None:
        if not hasattr(fuse, "resample_to"):
            raise GeometryError("fuse= takes a volume, which knows where its voxels are")
        check_frame_of_reference(fuse.frame_of_reference_uid, volume.frame_of_reference_uid, "the volume of fuse=")
        if fuse.is_color or kind_of(fuse) in ("mask", "labels"):
            raise PixelError(
                "fuse= takes values on a scale; masks and label maps are drawn by mask=, colours not at all"
            )
        name, opaque, full = _LOOKS.get(kind_of(fuse), _OTHER_LOOK)
        self.alpha = opaque if alpha is None else float(alpha)
        if not 0.0 <= self.alpha <= 1.0:
            raise PixelError("fuse_alpha is a number from 0 to 1")
        self.levels = sorted({float(level) for level in (() if levels is None else levels)})
        if not np.isfinite(self.levels).all():
            raise PixelError("fuse_levels are finite numbers, in the unit of the values")
        # Of all time points, so that their pictures can be compared.
        self.normalize = normalize_by(window_for(fuse, window))
        self.colors = _color_map(cmap or name)
        self.overlay = _let_through(self.colors, self.alpha, full)
        self.label = label_of(fuse)
        self.modality = fuse.modality
        self._volume = fuse if fuse.dimension is None else fuse[t]

    @property
    def scale(self) -> Scale:
        """For the colour bar: the opaque colours."""
        return Scale(self.normalize, self.colors, self.label)

    def on(self, plane: Plane) -> NDArray[np.floating[Any]] | None:
        """The values at a plane's pixels, NaN outside; None where it meets no voxel."""
        values = on_plane(self._volume, plane, 1)
        return None if values is None or not np.isfinite(values).any() else values

    def draw(self, ax: Axes, plane: Plane, values: NDArray[Any]) -> None:
        """Draw the values of a plane, and lines of equal value if there are to be any."""
        place_image(
            ax, plane, values, {"norm": self.normalize, "cmap": self.overlay, "aspect": ax.get_aspect(), "zorder": 0.5}
        )
        least, greatest = np.nanmin(values), np.nanmax(values)
        met = [level for level in self.levels if least < level < greatest]
        if not met or min(values.shape) < 2:
            return
        from matplotlib.patheffects import Normal, Stroke

        places = plane.mm_at(np.moveaxis(np.indices(values.shape), 0, -1))
        lines = ax.contour(
            places[..., 0],
            places[..., 1],
            np.ma.masked_invalid(values),
            levels=met,
            colors=self.colors(self.normalize(np.array(met))),
            linewidths=1.3,
            zorder=1.2,
        )
        # Of the colour that is below them: without a rim they wouldn't be seen.
        lines.set_path_effects([Stroke(linewidth=2.6, foreground="black", alpha=0.7), Normal()])


def _color_map(cmap: str | Colormap) -> Colormap:
    import matplotlib as mpl

    return mpl.colormaps[cmap] if isinstance(cmap, str) else cmap


def _let_through(colors: Colormap, alpha: float, full: float) -> Colormap:
    """The same colours, the opaquer the greater the value is; nothing where there is no value, or less than black."""
    from matplotlib.colors import ListedColormap

    levels = np.linspace(0.0, 1.0, _STEPS)
    table = np.array(colors(levels))
    table[:, 3] *= alpha * np.minimum(levels / full, 1.0)
    made = ListedColormap([tuple(row) for row in table], f"{colors.name}, let through")
    return made.with_extremes(bad=(0, 0, 0, 0), under=(0, 0, 0, 0), over=tuple(table[-1]))
