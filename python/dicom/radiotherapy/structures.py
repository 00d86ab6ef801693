"""`StructureSet`: the regions of an RT Structure Set by name and number.

In: ROIs, read or made by hand. Out: a ROI, masks on any grid, a label map, a table for people; each is a line here and
done in a room of its own. Standard: PS3.3 C.8.8.5.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from dicom.errors import RegionError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from dicom.dataset.dataset import Dataset
    from dicom.dataset.file_dataset import FileDataset
    from dicom.finding import Finding
    from dicom.io.progress import Progress
    from dicom.radiotherapy.roi import ROI
    from dicom.volume.grid import Grid
    from dicom.volume.mask_sequence import MaskSequence
    from dicom.volume.volume import Volume

    Color = tuple[int, int, int]


class StructureSet:
    """Regions of interest. Printed, it is a table; iterated, it gives its ROIs.

    ``structures["PTV"]`` is the ROI of a name, ``structures[3]`` that of a ROI Number.

    Parameters
    ----------
    rois : iterable of ROI
    frame_of_reference_uid : str, optional
        What the points are relative to.
    label, name : str, optional
        Structure Set Label and Structure Set Name.
    referenced_series_uid : str, optional
        The series that it was drawn on; None where there are several.
    referenced_images : sequence of str
        SOP Instance UIDs of the images that it was drawn on.
    dataset : Dataset, optional
        What it was read from.
    notes : sequence of Finding
        What was amiss and tolerated when it was read.

    Attributes
    ----------
    rois : list of ROI
        All of them, in the order of the file; names may be there twice, or be empty.
    """

    def __init__(
        self,
        rois: Iterable[ROI],
        *,
        frame_of_reference_uid: str | None = None,
        label: str | None = None,
        name: str | None = None,
        referenced_series_uid: str | None = None,
        referenced_images: Sequence[str] = (),
        dataset: Dataset | None = None,
        notes: Sequence[Finding] = (),
    ) -> None:
        self.rois = list(rois)
        self.frame_of_reference_uid = frame_of_reference_uid
        self.label = label
        self.name = name
        self.referenced_series_uid = referenced_series_uid
        self.referenced_images = list(referenced_images)
        self.dataset = dataset
        self.notes = tuple(notes)

    @classmethod
    def from_masks(
        cls,
        masks: Any,
        source: Volume | Dataset | str | os.PathLike[str] | None = None,
        *,
        colors: Mapping[str, Color] | None = None,
        interpreted_types: Mapping[str, str] | None = None,
        label: str = "RTSTRUCT",
        series_description: str | None = None,
        series_number: int | None = None,
        algorithm: str | None = None,
        holes: str = "keyhole",
        outline: str | None = None,
        progress: Progress | bool | None = None,
    ) -> StructureSet:
        """The outlines of masks, as a structure set of the same study.

        Each mask may lie on a grid of its own, turned or oblique too: contours lie in the planes of its slices (k). An
        empty mask is a ROI without contours.

        Parameters
        ----------
        masks : dict of str to Volume or array, iterable of (name, mask) or (name, color, mask), or Segmentation
            An array lies on the grid of `source`, which is a volume then; a segmentation is taken on that grid. Masks
            of truth values are outlined along the edges of their voxels and come back exactly (with empty slices in
            them by ``between="none"``: contours don't say whether a slice was left out); masks of parts of voxels
            (float, 0 to 1) where they pass one half.
        source : Volume, Dataset or path, optional
            The images: a volume that was read, whose images the contours then refer to; or any data set of the study.
            By default the first mask's own sources.
        colors : dict of str to (red, green, blue), optional
            0 to 255, by name.
        interpreted_types : dict of str to str, optional
            RT ROI Interpreted Type by name: ``"PTV"``, ``"ORGAN"``, ``"EXTERNAL"``.
        label : str
            Structure Set Label, 16 characters at most.
        series_description, series_number : optional
            Of the new series; numbered 100 times as high as the source's, and 1, by default.
        algorithm : {"AUTOMATIC", "SEMIAUTOMATIC", "MANUAL"}, optional
            ROI Generation Algorithm.
        holes : {"keyhole", "separate", "xor"}
            See `dicom.radiotherapy.trace_mask`.
        outline : {"voxels", "level"}, optional
            See `dicom.radiotherapy.trace_mask`.
        progress : callable or bool, optional
            Is told (masks done, all masks); True draws a bar on a terminal.

        Raises
        ------
        RegionError
            The values of a mask aren't truth values nor parts of voxels.
        GeometryError
            A mask has another frame of reference than the images.
        WriteError
            There is no mask, or nothing says of which patient and study they are.
        MissingDependencyError
            A mask of parts of voxels needs contourpy.
        """
        from dicom.radiotherapy.from_masks import structures_of_masks

        return structures_of_masks(
            masks,
            source,
            colors=colors,
            interpreted_types=interpreted_types,
            label=label,
            series_description=series_description,
            series_number=series_number,
            algorithm=algorithm,
            holes=holes,
            outline=outline,
            progress=progress,
        )

    # --- the regions -----------------------------------------------------------------------------------------------

    @property
    def names(self) -> list[str]:
        """ROI Name of each ROI, in the order of `rois`."""
        return [roi.name for roi in self.rois]

    def __getitem__(self, key: str | int) -> ROI:
        """The ROI of a name (its case matters) or a ROI Number.

        Raises
        ------
        RegionError
            There is none, or several; the numbers of these stand in the message.
        """
        if isinstance(key, str):
            found = [roi for roi in self.rois if roi.name == key]
            what = "name"
        elif isinstance(key, int) and not isinstance(key, bool):
            found = [roi for roi in self.rois if roi.number == key]
            what = "number"
        else:
            raise TypeError(f"a ROI is asked for by its name or its number, not by {type(key).__name__}")
        if len(found) == 1:
            return found[0]
        if not found:
            raise RegionError(f"none of the {len(self.rois)} ROIs has this {what}; `names` lists them")
        numbers = ", ".join(str(roi.number) for roi in found)
        raise RegionError(f"{len(found)} ROIs have this {what}, with the numbers {numbers}: take one out of `rois`")

    def __contains__(self, key: object) -> bool:
        return any(key is roi or key in (roi.name, roi.number) for roi in self.rois)

    def __iter__(self) -> Iterator[ROI]:
        return iter(self.rois)

    def __len__(self) -> int:
        return len(self.rois)

    # --- masks -----------------------------------------------------------------------------------------------------

    def mask(
        self,
        roi: str | int | ROI,
        on: Grid,
        *,
        between: str = "nearest",
        edges: str = "center",
        spacing_mm: float | None = None,
        tolerance_mm: float | None = None,
        skip_degenerate: bool = False,
        ignore_frame_of_reference: bool = False,
        workers: int | None = None,
    ) -> Volume:
        """A region as a mask on a grid. Within a plane the even-odd rule holds over all of its contours.

        A CLOSED_PLANAR contour that is there twice counts once; the mask's `evidence` says so, and where contours of a
        plane cross one another.

        Parameters
        ----------
        roi : str, int or ROI
            Its name, its ROI Number, or itself.
        on : Volume or Grid
            Whose grid it is to be; it may lie anyhow to the contours, and the region may reach out of it.
        between : {"nearest", "linear", "none"}
            What holds between the contours' planes. ``"nearest"``: a plane holds half-way to its neighbours, and half
            the usual spacing beyond the ends; a gap of more than one and a half usual spacings stays empty in the
            middle. ``"linear"``: signed distances to the boundaries are interpolated between two neighbours, gaps too
            (shape-based interpolation). ``"none"``: only slices that a plane lies in, within the tolerance.
        edges : {"center", "outline", "area"}
            ``"center"``: a voxel is inside if its centre is. ``"outline"``: those whose centres lie on a contour too,
            within a thousandth of a voxel; it gives the voxels of programs that draw through the centres of the
            outermost, as rt-utils does. ``"area"``: the part of each voxel that is inside, from 0 to 1. It is exact
            where the slices are parallel to the contours; otherwise, and with ``between="linear"``, it is counted on
            5 x 5 x 5 points of each voxel that the boundary comes near.
        spacing_mm : float, optional
            The usual spacing of planes. By default the lower median of the region's own steps; of fewer than four
            planes the least of these and what is usual in the structure set; of a single plane without that the grid's.
        tolerance_mm : float, optional
            How far a contour's points may lie from its plane; planes that are nearer to each other are one. By default
            0.1 mm or a quarter of the least voxel size, whichever is less.
        skip_degenerate : bool
            Whether closed contours of one or two points are left out instead of refused.
        ignore_frame_of_reference : bool
            Whether coordinates are compared although the frames of reference are known to differ.
        workers : int, optional
            Threads; as many as there are CPUs by default.

        Returns
        -------
        Volume
            (k, j, i) of bool, or of float32 for ``"area"``; its `evidence` says what was used.

        Raises
        ------
        RegionError
            There is no such ROI or several, or its contours make no region: none is closed, all of them
            are lines, one has fewer than three points, lacks coordinates, isn't planar or lies in another direction
            than the others (the ROI's number and the contour's index are told), or all of them lie outside of the grid.
        GeometryError
            The frames of reference differ, or `on` is no grid.
        """
        from dicom.radiotherapy.contours.rasterize import mask_of_roi

        return mask_of_roi(
            self[roi] if isinstance(roi, (str, int)) else roi,
            on,
            between=between,
            edges=edges,
            spacing_mm=spacing_mm,
            tolerance_mm=tolerance_mm,
            skip_degenerate=skip_degenerate,
            ignore_frame_of_reference=ignore_frame_of_reference,
            workers=workers,
        )

    def masks_on(self, grid: Grid, *, progress: Progress | bool | None = None, **options: Any) -> MaskSequence:
        """Name, colour and mask of each region that has closed contours, and reaches into the grid.

        Parameters
        ----------
        grid : Volume or Grid
        progress : callable or bool, optional
            A function of how many masks were made, and how many there are; True draws a bar.
        **options
            Of `mask`.

        Returns
        -------
        MaskSequence of (str, (red, green, blue) or None, Volume)
            A mask is made each time that it is asked for, so that they aren't in memory all at once. A region that is
            smaller than the voxels may have an empty one.

        Raises
        ------
        RegionError
            The closed contours of one make no region; that is found before the first mask is made. `rois` without it
            make a `StructureSet` of the others.
        GeometryError
            The frames of reference differ, or `grid` is none.
        """
        from dicom.radiotherapy.contours.rasterize import masks_of

        return masks_of(self.rois, grid, progress=progress, **options)

    def label_map(
        self,
        on: Grid,
        *,
        overlap: str = "raise",
        progress: Progress | bool | None = None,
        **options: Any,
    ) -> Volume:
        """All regions in one volume, each voxel with the ROI Number of its region, or 0.

        Parameters
        ----------
        on : Volume or Grid
        overlap : {"raise", "first", "last"}
            Whose voxels are that lie in several regions, by the order of `rois`.
        progress : callable or bool, optional
            As for `masks_on`.
        **options
            Of `mask`.

        Returns
        -------
        Volume
            (k, j, i) of uint16, or of uint32 where a number needs it.

        Raises
        ------
        RegionError
            Regions overlap and `overlap` doesn't say whose the voxels are, ROI Numbers can't be labels (0, negative,
            there twice), or contours make no region.
        GeometryError
            The frames of reference differ.
        """
        from dicom.radiotherapy.contours.rasterize import label_map_of

        return label_map_of(self.rois, on, overlap, progress=progress, **options)

    # --- data sets -------------------------------------------------------------------------------------------------

    def to_dataset(self) -> FileDataset:
        """The RT Structure Set as it is now.

        What was read and wasn't changed stays as it was, contour by contour, private elements and all. Where `rois`,
        `label` or `name` were changed it is another instance: with a SOP Instance UID and a date of its own, and not
        approved, whoever approved the one that was read.

        Raises
        ------
        WriteError
            Nothing says of which patient and study it is (`from_masks` and `read_structures` know); two ROIs have one
            number, or a point is no number.
        """
        from dicom.errors import WriteError
        from dicom.radiotherapy.write_structures import data_set_of

        if self.dataset is None:
            raise WriteError(
                "no patient and no study are known: `dataset` can be set to a data set of the study, as "
                "StructureSet.from_masks does"
            )
        return data_set_of(self, self.dataset)

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = True) -> None:
        """Write the RT Structure Set to a file, there whole or not at all; see `to_dataset`.

        Raises
        ------
        WriteError
            As for `to_dataset`.
        OSError
            The file can't be written; or it is there, and overwrite is False (FileExistsError).
        """
        self.to_dataset().save_as(path, enforce_file_format=True, overwrite=overwrite)

    # --- what a person sees ----------------------------------------------------------------------------------------

    def _rows(self) -> list[tuple[str, ...]]:
        rows: list[tuple[str, ...]] = [("number", "name", "type", "contours", "points")]
        for roi in self.rois:
            counts = (str(len(roi.contours)), str(roi.number_of_points))
            rows.append((str(roi.number), roi.name, roi.interpreted_type or "", *counts))
        return rows

    def __str__(self) -> str:
        rows = self._rows()
        widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
        right = (0, 3, 4)
        lines = [repr(self)]
        for row in rows:
            cells = [
                cell.rjust(width) if n in right else cell.ljust(width)
                for n, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            lines.append("  ".join(cells).rstrip())
        return "\n".join(lines)

    def __repr__(self) -> str:
        points = sum(roi.number_of_points for roi in self.rois)
        return f"<StructureSet: {len(self.rois)} ROIs, {points} points>"

    def _repr_html_(self) -> str:
        head, *rows = self._rows()
        lines = ["<table><thead><tr>", *(f"<th>{name}</th>" for name in ("", *head)), "</tr></thead><tbody>"]
        for roi, row in zip(self.rois, rows, strict=True):
            shown = "" if roi.color is None else "background:#{:02x}{:02x}{:02x}".format(*roi.color)
            lines.append(f'<tr><td style="width:1em;{shown}"></td>')
            lines += [f"<td>{escape(cell)}</td>" for cell in row]
            lines.append("</tr>")
        return "".join([*lines, "</tbody></table>"])
