"""Planes along their normal: a `Stack`, with what keeps it from being a regular grid.

In: `Planes` of one volume, and the dimension that tells planes at one position apart. Out: which plane lies at which
time and slice, how far apart the slices are, the affine where they are a regular grid, and the `GeometryReport`.
Only what the headers say of position counts: names of files, instance numbers and stated spacings don't order anything.
Standard: PS3.3 C.7.6.2.1.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom._core import sort_planes
from dicom.errors import GeometryError
from dicom.volume.geometry.header_defects import PlaneNames, element_defects, mixed_defects
from dicom.volume.geometry.judgement import judge, tolerance_of
from dicom.volume.geometry.report import DEFECTS, Defect, GeometryReport

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.volume.planes import Planes

#: Planes closer than this lie at one position: what the decimals of a DS leave of a position is below it.
_SAME_PLACE_MM = 1e-3
# A grid of times and slices may have so many times the places that there are planes.
_MOST_PLACES = 64


class Stack:
    """Planes in order: which one lies at which (t, k).

    Attributes
    ----------
    planes : Planes
    names : PlaneNames
        The files of planes by name.
    dimension : Dimension or None
        What t counts.
    order : ndarray of intp, shape (t, k)
        Rows of `planes`; -1 where there is none. k grows along row x column.
    duplicates : ndarray of intp, shape (n, 3)
        (t, k, row) of the planes whose place was taken already, in the order of the planes.
    distances : ndarray of float64, shape (k,)
        From the first slice along the normal, in mm.
    offsets : ndarray of float64, shape (planes, 2)
        How far each plane lies from the first one within the plane, along the directions in which i and j grow, in mm.
    steps : ndarray of intp, shape (k - 1,)
        How many steps of the grid it is from a slice to the next: 2 where one is missing.
    directions : ndarray of float64, shape (3, 3)
        Unit vectors in LPS as rows: the normal, and the directions in which j and i grow.
    origin : ndarray of float64, shape (3,)
        Image Position (Patient) of the first slice.
    pixel_spacing : ndarray of float64, shape (2,)
        mm from row to row, then from column to column.
    spacing_mm : float
        The step along the normal.
    slope : ndarray of float64, shape (2,)
        mm by which slices move within their plane (along i and j) for each mm along the normal; zeros without a tilt.
    affine : ndarray of float64, shape (4, 4), or None
        Array index (k, j, i) at voxel centres -> patient position, LPS, mm; None where no affine describes the slices.
    report : GeometryReport
    """

    __slots__ = (
        "affine",
        "dimension",
        "directions",
        "distances",
        "duplicates",
        "names",
        "offsets",
        "order",
        "origin",
        "pixel_spacing",
        "planes",
        "report",
        "slope",
        "spacing_mm",
        "steps",
    )

    planes: Planes
    names: PlaneNames
    dimension: Any
    order: NDArray[np.intp]
    duplicates: NDArray[np.intp]
    distances: NDArray[np.float64]
    offsets: NDArray[np.float64]
    steps: NDArray[np.intp]
    directions: NDArray[np.float64]
    origin: NDArray[np.float64]
    pixel_spacing: NDArray[np.float64]
    spacing_mm: float
    slope: NDArray[np.float64]
    affine: NDArray[np.float64] | None
    report: GeometryReport

    @property
    def normal(self) -> NDArray[np.float64]:
        """Unit vector along which k grows, LPS."""
        normal: NDArray[np.float64] = self.directions[0]
        return normal

    @property
    def first_of_slices(self) -> NDArray[np.intp]:
        """(k,): of each slice the plane of the first t that has one."""
        first: NDArray[np.intp] = self.order[(self.order >= 0).argmax(axis=0), np.arange(self.order.shape[1])]
        return first

    def affine_between(self, first: int, last: int, steps: int) -> NDArray[np.float64]:
        """The affine of a grid that begins at slice `first` and reaches slice `last` after so many steps."""
        matrix = np.eye(4)
        normal, down, across = self.directions
        rows = self.first_of_slices
        begin, end = self.planes.position[rows[first]], self.planes.position[rows[last]]
        shift = self.slope[0] * across + self.slope[1] * down
        matrix[:3, 0] = (end - begin) / steps if steps else (normal + shift) * self.spacing_mm
        matrix[:3, 1] = down * self.pixel_spacing[0]
        matrix[:3, 2] = across * self.pixel_spacing[1]
        matrix[:3, 3] = begin
        return matrix


def arrange(
    planes: Planes,
    dimension: Any = None,
    *,
    tolerance_mm: float | None = None,
    slice_spacing_mm: float | None = None,
) -> Stack:
    """Planes in order along their normal.

    Parameters
    ----------
    planes : Planes
        Of one volume.
    dimension : Dimension, optional
        What tells planes at one position apart; its `index` gives t for each plane.
    tolerance_mm : float, optional
        How much steps may differ and count as even. By default 1 % of the step or 0.01 mm, whichever is more, but not
        more than a quarter of the step.
    slice_spacing_mm : float, optional
        The step from slice to slice, along the normal, where positions don't say it: of a single slice without a Slice
        Thickness, or of a stack in which most slices are missing.

    Raises
    ------
    GeometryError
        A position, orientation or spacing is missing or can't be, planes are of several orientations, sizes or
        spacings, or nothing says how thick a single slice is. The message names a file, the error's `report` all.
    """
    _check_measure("tolerance_mm", tolerance_mm, zero_too=True)
    _check_measure("slice_spacing_mm", slice_spacing_mm)
    if not len(planes):
        raise GeometryError("there are no planes to arrange")
    times = _times(dimension, len(planes))
    found = element_defects(planes)
    if found:
        raise _refusal(found, planes, tolerance_mm)
    sorted_rows, measures, axes = _sorted(planes)
    found = _mixed(planes, measures, axes)
    if axes is None or found:
        raise _refusal(found, planes, tolerance_mm)
    stack = Stack()
    stack.planes, stack.dimension, stack.names = planes, dimension, PlaneNames(planes)
    across, down, normal = np.array(axes)
    stack.directions = np.stack([normal, down, across])
    stack.pixel_spacing = planes.pixel_spacing[sorted_rows[0]]
    distances = np.empty(len(planes))
    distances[sorted_rows] = measures[:, 0]
    stack.offsets = np.empty((len(planes), 2))
    stack.offsets[sorted_rows] = measures[:, 1:3]
    step = slice_spacing_mm or _typical_step(distances, times)
    apart = min(tolerance_of(step, tolerance_mm), step / 4) if step else 0.0
    _place(stack, sorted_rows, measures[:, 0], times, max(apart, _SAME_PLACE_MM))
    first = stack.first_of_slices
    stack.origin = planes.position[first[0]]
    stack.distances = distances[first] - distances[first[0]]
    stack.offsets -= stack.offsets[first[0]]
    judge(stack, tolerance_mm, slice_spacing_mm)
    refused = [defect for defect in stack.report.defects if not DEFECTS[defect.kind]]
    if refused:
        raise GeometryError(_words(refused), report=stack.report)
    return stack


def examine(
    planes: Planes,
    dimension: Any = None,
    *,
    tolerance_mm: float | None = None,
    slice_spacing_mm: float | None = None,
) -> GeometryReport:
    """The report on planes, whatever is wrong with them. Parameters as of `arrange`."""
    try:
        return arrange(planes, dimension, tolerance_mm=tolerance_mm, slice_spacing_mm=slice_spacing_mm).report
    except GeometryError as error:
        if error.report is None:
            raise
        report: GeometryReport = error.report
        return report


def unfit_defects(planes: Planes) -> list[Defect]:
    """What keeps planes from being put in order at all; empty if they can be."""
    found = element_defects(planes)
    if found or not len(planes):
        return found
    _, measures, axes = _sorted(planes)
    return _mixed(planes, measures, axes)


def _mixed(planes: Planes, measures: NDArray[np.float64], axes: Any) -> list[Defect]:
    return mixed_defects(planes, None if axes is None else measures[:, 3])


def _check_measure(name: str, value: float | None, *, zero_too: bool = False) -> None:
    if value is not None and not (0 < value < np.inf or (zero_too and value == 0)):
        raise GeometryError(f"{name} is a length in mm, above zero")


def _times(dimension: Any, count: int) -> NDArray[np.intp]:
    if dimension is None:
        return np.zeros(count, np.intp)
    times = np.asarray(dimension.index, np.intp)
    if times.shape != (count,) or times.min(initial=0) < 0:
        raise GeometryError("the dimension gives an index from 0 for each plane")
    return times


def _refusal(found: list[Defect], planes: Planes, tolerance_mm: float | None) -> GeometryError:
    report = GeometryReport(found, None, 0, tolerance_mm or 0.01, number_of_planes=len(planes))
    files = found[0].files
    return GeometryError(_words(found), report=report, path=PlaneNames(planes).path(files[0]) if files else None)


def _words(found: list[Defect]) -> str:
    return "; ".join(defect.message for defect in found)


def _sorted(
    planes: Planes,
) -> tuple[NDArray[np.int64], NDArray[np.float64], tuple[list[float], list[float], list[float]] | None]:
    """Rows in order; of each its distance, two offsets and turn; the directions (row, column, normal)."""
    order = np.empty(len(planes), np.int64)
    measures = np.empty((len(planes), 4))
    axes = sort_planes(np.ascontiguousarray(planes.position), np.ascontiguousarray(planes.orientation), order, measures)
    return order, measures, axes


def _typical_step(distances: NDArray[np.float64], times: NDArray[np.intp]) -> float | None:
    """About what lies between a slice and the next; None where all planes lie at one position."""
    by_time = np.lexsort((distances, times))
    steps = np.diff(distances[by_time])[np.diff(times[by_time]) == 0]
    if not (steps > _SAME_PLACE_MM).any():
        steps = np.diff(np.sort(distances))
    largest = float(steps.max(initial=0.0))
    # Two planes at one position may be 0.01 mm apart; that is no step where there are some ten times as long.
    steps = steps[steps > max(_SAME_PLACE_MM, min(0.01, largest / 10))]
    return float(np.median(steps)) if len(steps) else None


def _place(
    stack: Stack,
    rows: NDArray[np.int64],
    distances: NDArray[np.float64],
    times: NDArray[np.intp],
    apart: float,
) -> None:
    """Sets `order` and `duplicates`: another slice begins where the next plane lies farther away than `apart`."""
    slices = np.concatenate([[0], np.cumsum(np.diff(distances) > apart)])
    time = times[rows]
    number_of_slices, number_of_times = int(slices[-1]) + 1, int(times.max()) + 1
    if number_of_slices * number_of_times > _MOST_PLACES * len(rows):
        raise GeometryError(
            f"{len(rows)} planes of {number_of_times} values of the dimension lie at {number_of_slices} positions: "
            "that is no grid of both"
        )
    place = time * number_of_slices + slices
    # Of several at one place the first in the order of the planes, whatever lies between them in rounding.
    first_come = np.lexsort((rows, place))
    is_first = np.concatenate([[True], np.diff(place[first_come]) > 0])
    first, others = first_come[is_first], np.sort(rows[first_come[~is_first]])
    order = np.full(number_of_times * number_of_slices, -1, np.intp)
    order[place[first]] = rows[first]
    stack.order = order.reshape(number_of_times, number_of_slices)
    place_of_row = np.empty(len(rows), np.intp)
    place_of_row[rows] = place
    stack.duplicates = np.stack([*np.divmod(place_of_row[others], number_of_slices), others], axis=1)
