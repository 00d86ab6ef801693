"""`StructureSet`: the regions of an RT Structure Set by name and number.

In: ROIs, read or made by hand. Out: a ROI, masks on any grid, a label map, a table for people; each is a line here and
done in a room of its own. Standard: PS3.3 C.8.8.5.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from dicom.errors import RegionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from dicom.dataset.dataset import Dataset
    from dicom.finding import Finding
    from dicom.io.progress import Progress
    from dicom.radiotherapy.roi import ROI
    from dicom.volume.grid import Grid
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

    def mask(self, roi: str | int | ROI, on: Grid, **options: Any) -> Volume:
        """A region as a mask on a grid."""
        from dicom.radiotherapy.rasterize import mask_of_roi

        return mask_of_roi(self[roi] if isinstance(roi, (str, int)) else roi, on, **options)

    def masks_on(
        self, grid: Grid, *, progress: Progress | bool | None = None, **options: Any
    ) -> list[tuple[str, Color | None, Volume]]:
        """Name, colour and mask of each region that has an area in the grid."""
        from dicom.radiotherapy.rasterize import masks_of

        return masks_of(self.rois, grid, progress=progress, **options)

    # --- what a person sees ----------------------------------------------------------------------------------------

    def _rows(self) -> list[tuple[str, ...]]:
        rows = [("number", "name", "type", "contours", "points")]
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
