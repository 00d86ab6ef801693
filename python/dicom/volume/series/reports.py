"""What is wrong with a series, before anything of it is read: its `GeometryReport`.

In: a `Series`, or all the parts that one Series Instance UID falls into. Out: planes in order, with a report that also
says what of the series is in other volumes, and which of its files are lost: without its last slice a stack looks as
whole as with it. No header's text stands in it.
Standard: PS3.3 C.7.3.1 (General Series), C.7.6.2.1.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import GeometryError
from dicom.volume.geometry.order import Stack, arrange, unfit_defects
from dicom.volume.geometry.report import Defect, GeometryReport, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dicom.volume.planes import Planes
    from dicom.volume.series.series import Series


def arrange_series(
    series: Series, *, tolerance_mm: float | None = None, slice_spacing_mm: float | None = None
) -> Stack:
    """The planes of a series in order; `arrange` has the parameters and errors.

    The report, that of an error too, has notes on other parts of the series, and on files that are lost.
    """
    notes = notes_of(series)
    try:
        stack = arrange(series.planes, series.dimension, tolerance_mm=tolerance_mm, slice_spacing_mm=slice_spacing_mm)
    except GeometryError as error:
        if error.report is not None:
            error.report = error.report.with_notes(notes)
        raise
    stack.report = stack.report.with_notes(notes)
    return stack


def report_of_series(series: Series) -> GeometryReport:
    """The report on one volume's planes, whatever is wrong with them."""
    try:
        return arrange_series(series).report
    except GeometryError as error:
        if error.report is None:
            raise
        report: GeometryReport = error.report
        return report


def report_of_parts(parts: Sequence[Series]) -> GeometryReport | None:
    """The report on the planes of several volumes together: what keeps them from being one.

    Parameters
    ----------
    parts : sequence of Series
        That were found together.

    Returns
    -------
    GeometryReport or None
        With ``mixed-orientation``, ``mixed-size``, ``mixed-spacing`` and what single planes lack; None where it isn't
        geometry that sets the parts apart.
    """
    planes = _together(parts)
    defects = unfit_defects(planes)
    if not defects:
        return None
    lost = [note for note in notes_of(parts[0]) if note.kind != "set-apart"]
    return GeometryReport(defects, None, 0, 0.01, notes=lost, number_of_planes=len(planes))


def _together(parts: Sequence[Series]) -> Planes:
    """The planes of several series of one finding."""
    rows = np.sort(np.concatenate([one.source_rows for one in parts]))
    return parts[0].source.take(rows)


def notes_of(series: Series) -> tuple[Defect, ...]:
    """What is to be known of a series that its planes don't say."""
    notes = []
    others = [one for one in series.siblings if one is not series]
    if others:
        planes = sum(one.number_of_frames for one in others)
        apart_by = list(dict.fromkeys(name for one in (series, *others) for name in one.apart_by))
        message = (
            f"this is part {series.part} of {series.parts}: {counted(planes, 'plane')} of the same series "
            f"{'makes another volume' if len(others) == 1 else f'make {len(others)} other volumes'}"
        )
        message += f", apart by {', '.join(apart_by)}" if apart_by else ""
        notes.append(Defect("set-apart", message, count=planes))
    for kind, files, what in (
        ("lost-file", series.lost_files, "of this series gave no plane, so that slices may be missing at an end"),
        ("unread-file", series.unread_files, "couldn't be read, and may belong to this series"),
    ):
        if files:
            notes.append(Defect(kind, f"{counted(len(files), 'file')} {what}", files=files, count=len(files)))
    return tuple(notes)
