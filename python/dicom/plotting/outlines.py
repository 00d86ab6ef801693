"""Contours on the planes of a volume: those that lie in a plane as lines, the others by where the plane cuts them.

In: regions with contours, in mm (`ROI`s, or what holds them), and `Plane`s. Out: lines on matplotlib's Axes, and
entries of the legend. Of a contour across the plane one sees where the area within begins and ends, and no line from
one contour to the next: what lies between two contours nobody drew. Standard: PS3.3 C.8.8.6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dicom.errors import GeometryError, RegionError
from dicom.plotting.color_maps import as_rgb
from dicom.plotting.legend import Entry
from dicom.plotting.palette import palette_color
from dicom.plotting.sampling import check_frame_of_reference

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from dicom.plotting.palette import RGB
    from dicom.plotting.planes import Plane

#: Contours whose planes are this near each other are of one plane.
_SAME_PLANE_MM = 0.02
#: Cosines: contours are along the plane they are seen in up to 60 degrees, and parallel to each other up to 0.8.
_ALONG, _PARALLEL = 0.5, 0.9999


class Traces(NamedTuple):
    """What is seen of a region's contours in a plane; places are (right, vertical) in mm."""

    #: Of contours in the plane, (n, 2) each; closed ones end where they began.
    lines: list[NDArray[np.float64]]
    #: Of closed contours across it: from where the area begins to where it ends, (n, 2, 2).
    strokes: NDArray[np.float64]
    #: Of points in the plane, and where open contours go through it, (n, 2).
    dots: NDArray[np.float64]

    def is_seen_within(self, bounds: tuple[float, float, float, float]) -> bool:
        """Whether any of it lies between left, right, least and greatest."""
        left, right, low, high = bounds
        for places in (*self.lines, *self.strokes, *(self.dots[:, None] if len(self.dots) else ())):
            least, greatest = places.min(axis=0), places.max(axis=0)
            if greatest[0] >= left and least[0] <= right and greatest[1] >= low and least[1] <= high:
                return True
        return False


class Contours:
    """The contours of one region, in columns.

    Parameters
    ----------
    roi : ROI
        With `name`, `contours` (each with `points` and `is_closed`) and perhaps `number`.

    Raises
    ------
    RegionError
        Points that aren't finite numbers, three each.
    """

    __slots__ = ("begins", "groups", "is_closed", "next", "normals", "points", "sizes")

    def __init__(self, roi: Any) -> None:
        every = []
        for index, contour in enumerate(roi.contours):
            points = np.asarray(contour.points, np.float64)
            if points.ndim != 2 or points.shape[1] != 3 or not np.isfinite(points).all():
                number = getattr(roi, "number", None)
                raise RegionError(f"contour {index} of ROI {number}: points are three finite numbers each, in mm")
            if len(points):
                every.append((points, bool(contour.is_closed) and len(points) > 2))
        given = [points for points, _ in every]
        self.points: NDArray[np.float64] = np.concatenate(given) if given else np.empty((0, 3), np.float64)
        self.sizes = np.array([len(points) for points, _ in every], np.intp)
        self.begins = np.cumsum(self.sizes) - self.sizes
        self.is_closed = np.array([is_closed for _, is_closed in every], bool)
        self.next = np.arange(1, len(self.points) + 1)
        self.next[self.begins + self.sizes - 1] = self.begins
        self.normals = self._normals()
        self.groups = self._planes()

    def _normals(self) -> NDArray[np.float64]:
        """Unit vectors across the contours, (n, 3); 0 where a contour has no area."""
        if not len(self.sizes):
            return np.empty((0, 3))
        from_first = self.points - np.repeat(self.points[self.begins], self.sizes, axis=0)
        areas = np.add.reduceat(np.cross(from_first, from_first[self.next]), self.begins)
        lengths = np.linalg.norm(areas, axis=1, keepdims=True)
        return np.where(lengths > 1e-6, areas / np.maximum(lengths, 1e-6), 0.0)

    def _planes(self) -> NDArray[np.intp]:
        """Of each contour, the number of its plane: contours of one plane make one area, even-odd."""
        groups = np.arange(len(self.sizes))
        if not len(groups):
            return groups
        # Of the one with most points; a contour without an area has no normal.
        normal = self.normals[int(np.argmax(self.sizes * self.normals.any(axis=1)))]
        parallel = np.flatnonzero(np.abs(self.normals @ normal) > _PARALLEL)
        if len(parallel):
            middles = np.add.reduceat(self.points, self.begins) / self.sizes[:, None]
            depths = (middles @ normal)[parallel]
            order = np.argsort(depths, kind="stable")
            jumps = np.diff(depths[order], prepend=depths[order[0]]) > _SAME_PLANE_MM
            groups[parallel[order]] = len(self.sizes) + np.cumsum(jumps)
        return groups

    def traces_on(self, plane: Plane) -> Traces:
        """What is seen of them in a plane."""
        nothing = Traces([], np.empty((0, 2, 2)), np.empty((0, 2)))
        if not len(self.sizes):
            return nothing
        places, before = plane.seen_from(self.points)
        least, greatest = np.minimum.reduceat(before, self.begins), np.maximum.reduceat(before, self.begins)
        half = plane.thickness_mm / 2 * (1 + 1e-6)
        is_within = (least >= -half) & (greatest <= half)
        is_along = is_within & (~self.is_closed | (np.abs(self.normals @ plane.normal) >= _ALONG))
        lines, dots = [], []
        for index in self._nearest(is_along, (least + greatest) / 2):
            begin, size = self.begins[index], self.sizes[index]
            line = places[begin : begin + size]
            if size == 1:
                dots.append(line)
            else:
                lines.append(np.concatenate([line, line[:1]]) if self.is_closed[index] else line)
        crossings, owner = self._crossings(places, before, ~is_along & (least <= 0) & (greatest > 0))
        open_ones = ~self.is_closed[owner]
        dots.append(crossings[open_ones])
        strokes = self._strokes(crossings[~open_ones], owner[~open_ones], plane)
        return Traces(lines, strokes, np.concatenate(dots))

    def _nearest(self, is_along: NDArray[np.bool_], depths: NDArray[np.float64]) -> NDArray[np.intp]:
        """Of contours that lie closer than slices do, those of the plane that is nearest; of points and lines all."""
        closed = np.flatnonzero(is_along & self.is_closed)
        if len(closed):
            nearest = closed[np.lexsort((depths[closed], np.round(np.abs(depths[closed]), 3)))[0]]
            closed = closed[self.groups[closed] == self.groups[nearest]]
        return np.concatenate([closed, np.flatnonzero(is_along & ~self.is_closed)])

    def _crossings(
        self, places: NDArray[np.float64], before: NDArray[np.float64], is_cut: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        """Where contours go through the plane, (n, 2), and whose these places are."""
        contour = np.repeat(np.arange(len(self.sizes)), self.sizes)
        following = self.next
        changes = ((before <= 0) != (before[following] <= 0)) & is_cut[contour]
        # An open contour has no line from its end to its beginning.
        changes[(self.begins + self.sizes - 1)[~self.is_closed]] = False
        at = np.flatnonzero(changes)
        one, two = before[at], before[following[at]]
        share = (one / (one - two))[:, None]
        return places[at] * (1 - share) + places[following[at]] * share, contour[at]

    def _strokes(self, crossings: NDArray[np.float64], owner: NDArray[np.intp], plane: Plane) -> NDArray[np.float64]:
        """From the first place of a contour's plane to the second, from the third to the fourth: even-odd."""
        # The line that two planes share: all places of one group lie along it. Its sense mustn't hang on how a contour
        # goes round.
        along = np.cross(self.normals[owner], plane.normal)
        directions = np.stack([along @ plane.right, along @ plane.vertical], axis=-1)
        lengths = np.linalg.norm(directions, axis=1)
        has_line = lengths > 1e-9
        directions = directions[has_line] / lengths[has_line, None]
        first = np.where(np.abs(directions[:, 0]) > 1e-6, directions[:, 0], directions[:, 1])
        directions *= np.sign(first)[:, None]
        crossings, groups = crossings[has_line], self.groups[owner[has_line]]
        order = np.lexsort(((crossings * directions).sum(axis=1), groups))
        # Each closed contour gives an even number of places.
        strokes: NDArray[np.float64] = crossings[order].reshape(-1, 2, 2)
        return strokes


class Outlined(NamedTuple):
    """A region's contours as they are seen in each plane."""

    name: str
    color: RGB
    traces: list[Traces]
    is_seen: bool

    @property
    def entry(self) -> Entry:
        """Its line of the legend."""
        return Entry(self.name, self.color, "contour", 1.0, self.is_seen)


def outlined(contours: Any, volume: Any, planes: Sequence[Plane], first_color: int = 0) -> list[Outlined]:
    """The contours as they are seen in each plane.

    Parameters
    ----------
    contours : StructureSet, ROI, or list of ROI
    volume : Volume
        That the planes are of.
    planes : sequence of Plane
    first_color : int
        Which of the palette's colours the first region has that has none of its own.

    Raises
    ------
    GeometryError
        Another frame of reference; not contours.
    RegionError
        Points that aren't finite numbers, three each.
    """
    found = []
    for number, roi in enumerate(_rois_of(contours)):
        uid = getattr(roi, "frame_of_reference_uid", None)
        check_frame_of_reference(uid, volume.frame_of_reference_uid, "the contours")
        gathered = Contours(roi)
        traces = [gathered.traces_on(plane) for plane in planes]
        is_seen = any(one.is_seen_within(plane.bounds_mm) for one, plane in zip(traces, planes, strict=True))
        color = palette_color(first_color + number) if roi.color is None else as_rgb(roi.color)
        found.append(Outlined(str(roi.name), color, traces, is_seen))
    return found


def draw_outlined(axes: Sequence[Axes], regions: list[Outlined]) -> None:
    """Draw them on the planes' axes."""
    for region in regions:
        for ax, traces in zip(axes, region.traces, strict=True):
            _draw(ax, traces, region.color)


def _draw(ax: Axes, traces: Traces, color: RGB) -> None:
    from matplotlib.collections import LineCollection
    from matplotlib.patheffects import Normal, Stroke

    if traces.lines:
        lines = LineCollection(traces.lines, colors=[color], linewidths=1.6, joinstyle="round", zorder=2)
        ax.add_collection(lines, autolim=False)
    if len(traces.strokes):
        # Thin, for there are many and the image is below them; their ends are what one looks for.
        strokes = LineCollection(list(traces.strokes), colors=[color], linewidths=0.7, alpha=0.5, zorder=1.8)
        ax.add_collection(strokes, autolim=False)
        ends = traces.strokes.reshape(-1, 2)
        dots = ax.scatter(ends[:, 0], ends[:, 1], s=6, color=[color], linewidths=0, zorder=2)
        # Light colours are to be seen on bone too.
        dots.set_path_effects([Stroke(linewidth=1.2, foreground="black"), Normal()])
    if len(traces.dots):
        ax.scatter(traces.dots[:, 0], traces.dots[:, 1], s=14, color=[color], zorder=2)


def _rois_of(contours: Any) -> list[Any]:
    """The regions of a structure set, of a sequence of them, or one alone."""
    if hasattr(contours, "rois"):
        return list(contours.rois)
    given = [contours] if hasattr(contours, "contours") else contours
    if not isinstance(given, (list, tuple)) or not all(hasattr(one, "contours") for one in given):
        raise GeometryError("contours= takes a structure set, an ROI, or a list of ROIs")
    return list(given)
