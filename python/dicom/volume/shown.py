"""What a person sees of a volume: text, pictures, and what a notebook shows.

In: a volume. Out: text, matplotlib's Axes, a PNG, HTML; each is a line here and done in a room of its own. Nothing
about the patient stands in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

    from dicom.pixels.window import Window
    from dicom.volume.volume import Volume


class Shown:
    """The part of `Volume` that shows it."""

    def info(self: Any) -> str:
        """What the volume is, with its geometry report: a few lines of text, without anything about the patient."""
        from dicom.volume.describe import table_of

        return table_of(self)

    def plot(
        self,
        *,
        center_mm: Sequence[float] | None = None,
        index: Sequence[int] | None = None,
        t: int = 0,
        window: tuple[float, float] | Window | str | None = None,
        cmap: str | Colormap | None = None,
        mask: Any = None,
        mask_alpha: float = 0.35,
        contours: Any = None,
        fuse: Volume | None = None,
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
    ) -> tuple[Axes, Axes, Axes]:
        """Draw three planes through a voxel: across each axis of the array, in mm, with the directions at their edges.

        The planes are the volume's own, shown as radiologists look at them (the patient's left at the right, head or
        front up); of an oblique volume they are oblique, and the titles say by how much. Nothing of it is resampled.
        Missing values (NaN) are blue. What is laid over it is drawn where it lies in mm, whatever grid it is on.

        Parameters
        ----------
        center_mm : (x, y, z), optional
            A position in mm, LPS, through whose voxel the planes go.
        index : (k, j, i), optional
            The same by index; by default the voxel in the middle.
        t : int
            Which time point, b-value, ... of a volume that has several; negative ones from the end. Masks and `fuse`
            that have several show the same.
        window : (center, width), Window or str, optional
            Values from black to white, or a preset (``"lung"``) for a CT in HU. By default soft tissue for such a CT,
            0 to 10 for SUV, zero to the few greatest values for other PET, NM and dose, and robust percentiles for all
            others.
        cmap : str or Colormap, optional
            By default gray; inverted for PET and SUV, colours for dose and label maps.
        mask : Volume, array, dict, list or object, optional
            Regions: filled with a colour that lets the image through, and outlined along the edges of their voxels. A
            volume of truth values, of parts of voxels (0 to 1), or of whole numbers (a label map); an array of these on
            this volume's grid; ``{name: mask}``; a list of (name, (red, green, blue) of 0 to 255 or None, mask); or
            what makes masks: a `Segmentation`, a `StructureSet`. On another grid the nearest voxel counts.
        mask_alpha : float
            How opaque the filling is, 0 to 1; 0 for outlines alone.
        contours : StructureSet, ROI or list of ROI, optional
            Contours that lie within half a slice of a plane are drawn as they are (of those that are closer than
            slices, the nearest); of those across it there is a stroke where the area within is cut.
        fuse : Volume, optional
            Another volume laid over this one: PET or dose on CT. It is interpolated linearly at each pixel, and the
            less there is of it, the more it lets through.
        fuse_window, fuse_cmap : optional
            As `window` and `cmap`, for `fuse`.
        fuse_alpha : float, optional
            How opaque it is where there is much of it, 0 to 1.
        fuse_levels : sequence of float, optional
            Values, in the unit of `fuse`, at which lines are drawn: isodose lines. The bar has them too.
        colorbar, legend, crosshair : bool
            Whether to draw them. Colour bars say the quantity and unit; colours have none. The legend names masks and
            contours, up to twenty, and says what isn't in these planes.
        title : str, optional
            By default the modality and t: nothing about the patient. ``""`` for none.
        axes : three Axes, optional
            Where to draw. Without them a figure is made in which a mm is as long in each plane; no window system knows
            of it: save it with ``axes[0].figure.savefig(path)``. In a notebook it is shown below the cell.
        **imshow_options
            Passed on to `matplotlib.axes.Axes.imshow`.

        Returns
        -------
        tuple of three matplotlib.axes.Axes
            Of the axial, the coronal and the sagittal plane, or those nearest to them.

        Raises
        ------
        MissingDependencyError
            matplotlib isn't installed; or SciPy, where grids are turned against each other.
        GeometryError
            The place lies outside of the volume; or what is to be laid over it is in another frame of reference, or an
            array of another shape.
        RegionError
            Not a mask: values beyond 0 to 1; or contours with points that are no numbers.
        VolumeIndexError
            There is no such t.
        PixelError
            Not a window, or not an opacity.
        """
        from dicom.plotting.volume import plot_volume

        return plot_volume(
            self,
            center_mm=center_mm,
            index=index,
            t=t,
            window=window,
            cmap=cmap,
            mask=mask,
            mask_alpha=mask_alpha,
            contours=contours,
            fuse=fuse,
            fuse_window=fuse_window,
            fuse_cmap=fuse_cmap,
            fuse_alpha=fuse_alpha,
            fuse_levels=fuse_levels,
            colorbar=colorbar,
            legend=legend,
            crosshair=crosshair,
            title=title,
            axes=axes,
            **imshow_options,
        )

    def _repr_png_(self) -> bytes:
        from dicom.plotting.thumbnail import thumbnail_png

        return thumbnail_png(self)

    def _repr_html_(self: Any) -> str:
        from dicom.volume.describe import html_of

        return html_of(self)

    def __str__(self) -> str:
        return self.info()

    def __repr__(self: Any) -> str:
        from dicom.volume.describe import line_of

        return line_of(self)
