"""Masks of contours on a grid.

In: a `ROI` and a `Grid`. Out: a `Volume` of truth values, or of the part of each voxel that is inside. Standard: PS3.3
C.8.8.6.

A voxel's centre is inside by the even-odd rule over the contours of a plane. Coordinates are rounded to 1e-9 of a
voxel, and a centre on a boundary is inside on one side of a region and outside on the other (lesser j and i are
inside), so that regions with a common edge share no voxel and leave none between. Grids whose slices are parallel to
the contours are filled line by line; of all others each voxel is asked. Both are done by the core, and agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dicom import _core
from dicom.errors import GeometryError, RegionError
from dicom.io.progress import reporter
from dicom.pixels.threads import thread_count
from dicom.radiotherapy.contours.between_planes import POLICIES, SLACK_MM, Slabs, slabs, usual_spacing
from dicom.radiotherapy.contours.oddities import crossing_planes
from dicom.radiotherapy.contours.outlines import mark_outlines
from dicom.radiotherapy.contours.planes import TOLERANCE_MM, ContourPlanes, dot, planes_of
from dicom.volume.evidence import Entry, Evidence
from dicom.volume.grid import ensure_grid
from dicom.volume.mask_sequence import MaskSequence
from dicom.volume.volume import Volume

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from dicom.io.progress import Progress
    from dicom.radiotherapy.roi import ROI
    from dicom.volume.grid import Grid

    Numbers = NDArray[np.float64]

EDGES = ("center", "area", "outline")
#: Points along k, j and i by which a voxel's part is found where the exact area isn't.
_PARTS = (5, 5, 5)
#: In pixels: a shift from slice to slice that is an error of rounding, over all slices.
_NO_SHIFT = 1e-6
#: The sine of an angle between normals that are one.
_PARALLEL = 1e-5
#: In mm: less than what coordinates are rounded to.
_ON_BOUNDARY = 5e-10
#: Planes that evidence names.
_MOST_SHOWN = 10
#: Parts of a slice's thickness below this are errors of rounding.
_NO_PART = 1e-5


class Options(NamedTuple):
    """How contours become voxels; see `StructureSet.mask`."""

    between: str = "nearest"
    edges: str = "center"
    spacing_mm: float | None = None
    tolerance_mm: float | None = None
    skip_degenerate: bool = False
    ignore_frame_of_reference: bool = False
    workers: int | None = None

    def check(self) -> None:
        """Refuse what is no choice."""
        if self.between not in POLICIES:
            raise RegionError('between is "nearest", "linear" or "none"')
        if self.edges not in EDGES:
            raise RegionError('edges is "center", "area" or "outline"')
        if self.tolerance_mm is not None and not 0 <= self.tolerance_mm < np.inf:
            raise RegionError("tolerance_mm is a number of mm, 0 or more")
        thread_count(self.workers)


class _OutsideError(RegionError):
    """The region and the grid have nothing in common."""


def mask_of_roi(roi: ROI, on: Grid, **options: Any) -> Volume:
    """The region as a mask on a grid; see `StructureSet.mask`."""
    chosen = Options(**options)
    return _mask(roi, _placed(roi, on, chosen), on, chosen)


def masks_of(
    rois: Sequence[ROI], grid: Grid, *, progress: Progress | bool | None = None, **options: Any
) -> MaskSequence:
    """Name, colour and mask of each region that has closed contours, and reaches into the grid."""
    chosen = Options(**options)
    found = []
    for roi in rois:
        if roi.has_area:
            try:
                found.append((roi, _placed(roi, grid, chosen)))
            except _OutsideError:
                continue
    tell = reporter(progress, "contours")

    def make(n: int) -> Volume:
        made = _mask(*found[n], grid, chosen)
        tell(n + 1, len(found))
        return made

    return MaskSequence([(roi.name, roi.color) for roi, _ in found], make)


def label_map_of(
    rois: Sequence[ROI], grid: Grid, overlap: str, *, progress: Progress | bool | None = None, **options: Any
) -> Volume:
    """ROI Numbers as voxels; see `StructureSet.label_map`."""
    if overlap not in ("raise", "first", "last"):
        raise RegionError('overlap is "raise", "first" or "last"')
    chosen = Options(**options)
    ensure_grid(grid)
    if chosen.edges == "area":
        raise RegionError('a label map has whole numbers: edges is "center" or "outline"')
    with_area = [roi for roi in rois if roi.has_area]
    numbers = [roi.number for roi in with_area]
    if len(set(numbers)) != len(numbers) or min(numbers, default=1) < 1 or max(numbers, default=1) >= 1 << 32:
        raise RegionError("the ROI Numbers aren't positive numbers, each once: they can't be labels")
    made = np.zeros(grid.grid_shape, np.uint16 if max(numbers, default=1) < 1 << 16 else np.uint32)
    tell = reporter(progress, "contours")
    for done, roi in enumerate(with_area):
        tell(done, len(with_area))
        try:
            inside = _mask(roi, _placed(roi, grid, chosen), grid, chosen).array
        except _OutsideError:
            continue
        if overlap != "last":
            taken = inside & (made != 0)
            if overlap == "raise" and taken.any():
                other = int(made[taken][0])
                raise RegionError(
                    f"ROI {roi.number} and ROI {other} have voxels in common ({int(taken.sum())} of ROI {roi.number}'s "
                    'are taken): overlap="first" or "last" says whose they are'
                )
            inside &= ~taken
        made[inside] = roi.number
    tell(len(with_area), len(with_area))
    reference = grid.frame_of_reference_uid
    return Volume(made, grid.affine, quantity="segment", frame_of_reference_uid=reference, modality="RTSTRUCT")


class _Placed(NamedTuple):
    """Contours that reach into a grid."""

    planes: ContourPlanes
    held: Slabs
    #: Across the slices of the grid.
    normal: Numbers
    spacing: float
    tolerance: float


def _placed(roi: ROI, on: Grid, options: Options) -> _Placed:
    """All that is settled before a voxel is looked at."""
    ensure_grid(on)
    options.check()
    one, two = roi.frame_of_reference_uid, on.frame_of_reference_uid
    if one is not None and two is not None and one != two and not options.ignore_frame_of_reference:
        raise GeometryError(
            f"Frame of Reference UID (0020,0052): the contours of ROI {roi.number} and the grid have different ones, "
            "so that their coordinates have nothing to do with each other unless they were registered; "
            "ignore_frame_of_reference=True says that they were",
            tag=0x00200052,
        )
    steps = on.affine[:3, :3]
    normal = np.cross(steps[:, 1], steps[:, 2])
    normal /= np.linalg.norm(normal)
    tolerance = options.tolerance_mm
    if tolerance is None:
        tolerance = min(TOLERANCE_MM, min(on.spacing) / 4)
    planes = planes_of(roi, normal=normal, tolerance_mm=tolerance, skip_degenerate=options.skip_degenerate)
    of_grid = float(np.abs(steps.T @ planes.normal).max())
    spacing = usual_spacing(roi, planes.distances, options.spacing_mm, of_grid)
    held = slabs(planes.distances, spacing, options.between, tolerance)
    _ensure_within(roi, planes, held, on)
    return _Placed(planes, held, normal, spacing, tolerance)


def _mask(roi: ROI, placed: _Placed, on: Grid, options: Options) -> Volume:
    planes, held, normal, spacing, tolerance = placed
    is_area = options.edges == "area"
    made: NDArray[Any] = np.zeros(on.grid_shape, np.float32 if is_area else np.bool_)
    is_parallel = float(np.linalg.norm(np.cross(normal, planes.normal))) < _PARALLEL
    threads = thread_count(options.workers)
    if options.edges == "outline" and (not is_parallel or options.between == "linear"):
        raise RegionError(
            f'edges="outline" is for grids whose slices are parallel to the contours of ROI {roi.number}, and not for '
            'between="linear": elsewhere no outline goes through the centres of voxels'
        )
    if is_parallel and options.between != "linear":
        _fill_slices(planes, held, on, made, options, threads)
    else:
        _fill_voxels(planes, held, on, made, options, threads)
    own = on.frame_of_reference_uid
    return Volume(
        made,
        on.affine,
        quantity="segment",
        frame_of_reference_uid=own if own is not None else roi.frame_of_reference_uid,
        modality="RTSTRUCT",
        evidence=_evidence(roi, planes, spacing, tolerance, options),
    )


def _ensure_within(roi: ROI, planes: ContourPlanes, held: Slabs, on: Grid) -> None:
    """Refuse a region that can't have a voxel of the grid: most often it belongs to another image."""
    reach = max(float(np.max(held.highs - planes.distances)), float(np.max(planes.distances - held.lows)))
    own = planes.points - on.affine[:3, 3]
    for row, size in zip(np.linalg.inv(on.affine[:3, :3]), on.grid_shape, strict=True):
        indices, beyond = dot(own, row), reach * abs(float(row @ planes.normal))
        if indices.max() + beyond < -0.5 or indices.min() - beyond > size - 0.5:
            raise _OutsideError(f"ROI {roi.number} lies outside of the grid: it may belong to another image")


def _fill_slices(
    planes: ContourPlanes, held: Slabs, on: Grid, made: NDArray[Any], options: Options, threads: int
) -> None:
    """Fill slices that are parallel to the contours, each from the plane (or planes) that it lies in."""
    steps, origin = on.affine[:3, :3], on.affine[:3, 3]
    # Row 0 gives j, row 1 gives i, of a vector within the slice.
    to_index = np.linalg.pinv(steps[:, 1:])
    own = planes.points - origin
    points = np.round(np.stack([dot(own, to_index[1]), dot(own, to_index[0])], axis=1), 9)
    count = on.grid_shape[0]
    shift = -to_index @ steps[:, 0]
    if np.abs(shift).max() * count < _NO_SHIFT:
        shift = np.zeros(2)
    distances = float(origin @ planes.normal) + np.arange(count) * float(steps[:, 0] @ planes.normal)
    thickness = abs(float(steps[:, 0] @ planes.normal))
    slices = []
    for k, distance in enumerate(distances):
        weights = _weights(planes.distances, held, float(distance), thickness, options)
        slices += [(k, plane, k * shift[1], k * shift[0], weight) for plane, weight in weights]
    _core.fill_contours(
        np.ascontiguousarray(points),
        planes.polygon_starts,
        planes.plane_starts,
        slices,
        on.grid_shape[1:],
        made.view(np.uint8) if made.dtype == np.bool_ else made,
        options.edges == "area",
        threads,
    )
    if options.edges == "outline":
        ends = [*planes.polygon_starts[1:], len(points)]
        last_polygons = [*planes.plane_starts[1:], len(planes.polygon_starts)]
        for k, plane, across, down, _ in slices:
            of_plane = range(planes.plane_starts[plane], last_polygons[plane])
            shift = np.array([across, down])
            mark_outlines([points[planes.polygon_starts[n] : ends[n]] + shift for n in of_plane], made[k])


def _weights(
    distances: Numbers, held: Slabs, distance: float, thickness: float, options: Options
) -> list[tuple[int, float]]:
    """The planes that a slice lies in, and their parts of its thickness."""
    if options.between == "none":
        nearest = int(np.argmin(np.abs(distances - distance)))
        return [(nearest, 1.0)] if held.lows[nearest] <= distance <= held.highs[nearest] else []
    if options.edges != "area":
        distance += SLACK_MM
        plane = int(np.searchsorted(held.lows, distance, "right")) - 1
        return [(plane, 1.0)] if plane >= 0 and distance < held.highs[plane] else []
    low, high = distance - thickness / 2, distance + thickness / 2
    first = int(np.searchsorted(held.highs, low, "right"))
    last = int(np.searchsorted(held.lows, high, "left"))
    parts = [
        (plane, (min(high, float(held.highs[plane])) - max(low, float(held.lows[plane]))) / thickness)
        for plane in range(first, last)
    ]
    return [(plane, 1.0 if part > 1 - _NO_PART else part) for plane, part in parts if part > _NO_PART]


def _fill_voxels(
    planes: ContourPlanes, held: Slabs, on: Grid, made: NDArray[Any], options: Options, threads: int
) -> None:
    """Fill a grid that lies anyhow to the contours, or whose slices lie between their planes."""
    steps, origin = on.affine[:3, :3], on.affine[:3, 3]
    across, down = _axes(planes.normal, steps)
    frame = np.stack([across, down, planes.normal])
    own = planes.points - origin
    points = np.round(np.stack([dot(own, across), dot(own, down)], axis=1), 9)
    # A centre on a boundary lies on it but for rounding, and is meant to be inside on the side of lesser j and i.
    # Of two slabs the upper one has it.
    above = 0.0 if options.between == "none" else SLACK_MM
    start = np.array([_ON_BOUNDARY, _ON_BOUNDARY, float(origin @ planes.normal)])
    _core.sample_contours(
        np.ascontiguousarray(points),
        planes.polygon_starts,
        planes.plane_starts,
        (planes.distances.tolist(), (held.lows - above).tolist(), (held.highs - above).tolist()),
        (start.tolist(), *(np.round(frame @ steps[:, axis], 12).tolist() for axis in range(3))),
        on.grid_shape,
        made.view(np.uint8) if made.dtype == np.bool_ else made,
        options.between == "linear",
        _PARTS if options.edges == "area" else None,
        threads,
    )


def _axes(normal: Numbers, steps: Numbers) -> tuple[Numbers, Numbers]:
    """Two unit vectors across the normal: the first along i as far as that goes, else along j."""
    unit = steps / np.linalg.norm(steps, axis=0)
    flat = [unit[:, axis] - (unit[:, axis] @ normal) * normal for axis in (2, 1)]
    across = max(flat, key=lambda vector: float(np.linalg.norm(vector)))
    across = across / np.linalg.norm(across)
    down = np.cross(normal, across)
    # In the sense of the axis that it goes along, so that of two centres on a boundary the same are inside as in slices
    # that are filled line by line.
    along = max(down @ unit, key=abs)
    return across, down if along >= 0 else -down


def _evidence(roi: ROI, planes: ContourPlanes, spacing: float, tolerance: float, options: Options) -> Evidence:
    left_out = len(roi.contours) - len(planes.contours) - len(planes.doubled)
    how = "header" if options.spacing_mm is None else "spacing_mm="
    entries = [
        Entry("ROI", roi.number, "", "ROINumber (3006,0022)"),
        Entry("contours", len(planes.contours), "", "ContourData (3006,0050)"),
        Entry("planes", len(planes.distances), "", "ContourData (3006,0050)"),
        Entry("usual spacing", spacing, "mm", "steps between the planes" if how == "header" else how),
        Entry("tolerance", tolerance, "mm", "tolerance_mm="),
        Entry("between", options.between, "", "between=", "the region between planes is no part of the standard"),
        Entry("edges", options.edges, "", "edges="),
    ]
    if left_out:
        entries.append(Entry("left out", left_out, "", "ContourGeometricType (3006,0042)", "open contours and points"))
    if planes.doubled:
        same = "the same contour again is no hole, but there twice"
        entries.append(Entry("counted once", len(planes.doubled), "", "ContourData (3006,0050)", same))
    if planes.lines:
        entries.append(Entry("lines", len(planes.lines), "", "ContourData (3006,0050)", "they bound nothing"))
    crossed = crossing_planes(planes)
    if crossed:
        shown = ", ".join(map(str, crossed[:_MOST_SHOWN])) + (", ..." if len(crossed) > _MOST_SHOWN else "")
        crossing = "what lies in two contours that cross one another is outside, by the even-odd rule"
        entries.append(Entry("crossing in planes", shown, "", "ContourData (3006,0050)", crossing))
    return Evidence("mask of contours", entries)
