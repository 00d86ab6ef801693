"""`ContourPlanes`: the closed contours of a ROI, sorted into the planes that they lie in.

In: a `ROI`. Out: the normal that its contours have in common, the planes along it, and their polygons; or the contour
that makes none. Standard: PS3.3 C.8.8.6.3 (Contour Geometric Type; a closed contour lies in a plane).

Contours of one plane bound a region together, by the even-odd rule: a contour within another is a hole (and
CLOSEDPLANAR_XOR says no more than that), and a keyhole's bridge, walked there and back, bounds nothing. The same
CLOSED_PLANAR contour twice is no hole as large as what it is in: planning systems export it so by mistake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dicom.errors import RegionError
from dicom.radiotherapy.contours.oddities import doubled_among, flattened, lines_among

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dicom.radiotherapy.roi import ROI

    Numbers = NDArray[np.float64]

#: In mm: points farther than this from the plane of their contour are in none, and planes that are nearer are one.
TOLERANCE_MM = 0.1
#: In mm: beyond this nothing of a person lies, and numbers lose their digits.
_FARTHEST = 1e6
#: A normal so near to one of the patient's axes is that axis.
_ALONG_AXIS = 1e-6


class ContourPlanes(NamedTuple):
    """Polygons in parallel planes, in the order of the planes along their normal."""

    #: (3,): unit vector, LPS, of which the greatest part is positive.
    normal: Numbers
    #: (p,): of each plane along the normal from the origin of the patient's coordinates, in mm, ascending.
    distances: Numbers
    #: (n, 3): the points of all polygons, in mm, LPS.
    points: Numbers
    #: Where each polygon begins in `points`, and at which polygon each plane does.
    polygon_starts: list[int]
    plane_starts: list[int]
    #: Which of the ROI's contours each polygon is.
    contours: NDArray[np.intp]
    #: Which of the ROI's contours were left out since they are there twice, and which are lines.
    doubled: tuple[int, ...] = ()
    lines: tuple[int, ...] = ()

    def in_plane(self, across: Numbers, down: Numbers) -> Numbers:
        """(n, 2): how far the points lie along two vectors, in mm; C-contiguous."""
        return np.ascontiguousarray(np.stack([dot(self.points, across), dot(self.points, down)], axis=1))


def dot(points: Numbers, vector: Numbers) -> Numbers:
    """(n,) of (n, 3): each point's product by the same operations, so that equal points give equal numbers.

    A matrix product may take them in blocks and round differently at the ends of these; two regions with a common edge
    would then have two edges there.
    """
    product: Numbers = points[:, 0] * vector[0] + points[:, 1] * vector[1] + points[:, 2] * vector[2]
    return product


def planes_of(
    roi: ROI,
    *,
    normal: Numbers | None = None,
    tolerance_mm: float = TOLERANCE_MM,
    skip_degenerate: bool = False,
) -> ContourPlanes:
    """The planes of a ROI's closed contours.

    Parameters
    ----------
    roi : ROI
    normal : ndarray, shape (3,), optional
        Of a grid's slices: where the contours lie parallel to these, within the tolerance, it is their normal too.
    tolerance_mm : float
        How far points may lie from their plane; planes that are nearer to each other are one.
    skip_degenerate : bool
        Whether closed contours of one or two points are left out.

    Raises
    ------
    RegionError
        There is no closed contour, all are lines, or one has fewer than three points, coordinates that are no numbers,
        isn't planar, or lies in another direction than the others.
    """
    wanted = [n for n, contour in enumerate(roi.contours) if contour.is_closed]
    if not wanted:
        raise RegionError(f"ROI {roi.number} has {len(roi.contours)} contours, none of them closed: it has no area")
    if skip_degenerate:
        wanted = [n for n in wanted if len(roi.contours[n].points) > 2]
    for n in wanted:
        if len(roi.contours[n].points) < 3:
            count = len(roi.contours[n].points)
            raise RegionError(
                f"ROI {roi.number}, contour {n}: a closed contour of {count} points bounds nothing; "
                "skip_degenerate=True leaves such contours out"
            )
    if not wanted:
        raise RegionError(f"ROI {roi.number} has no closed contour of three points or more: it has no area")
    lengths = np.array([len(roi.contours[n].points) for n in wanted])
    points = np.concatenate([np.asarray(roi.contours[n].points, np.float64) for n in wanted])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.intp)
    owner = np.repeat(np.arange(len(wanted)), lengths)
    x, y, z = points.T
    is_number = (abs(x) <= _FARTHEST) & (abs(y) <= _FARTHEST) & (abs(z) <= _FARTHEST)
    usable = np.logical_and.reduceat(is_number, starts)
    if not usable.all():
        n = wanted[int(np.argmin(usable))]
        raise RegionError(
            f"ROI {roi.number}, contour {n}: a coordinate isn't there, is no finite number, or is kilometres away"
        )
    chosen = _normal(roi, points, starts, owner, wanted, normal, tolerance_mm)
    flat = flattened(points, chosen)
    lines = lines_among(flat, starts)
    if len(lines) == len(wanted):
        raise RegionError(f"ROI {roi.number}: its {len(wanted)} closed contours are lines and bound no area")
    along = dot(points, chosen)
    means = np.add.reduceat(along, starts) / lengths
    order = np.argsort(means, kind="stable")
    first = _first_of_planes(means[order], tolerance_mm)
    plane_of = np.empty(len(order), np.intp)
    plane_of[order] = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(order))))
    is_plain = np.array([roi.contours[n].geometric_type == "CLOSED_PLANAR" for n in wanted])
    doubled = doubled_among(flat, starts, plane_of, is_plain)
    if doubled:
        order = order[~np.isin(order, doubled)]
        first = np.flatnonzero(np.diff(plane_of[order], prepend=-1))
    sizes = np.diff(np.append(first, len(order)))
    begins = np.concatenate([[0], np.cumsum(lengths[order])[:-1]])
    places = np.repeat(starts[order] - begins, lengths[order]) + np.arange(int(lengths[order].sum()))
    return ContourPlanes(
        normal=chosen,
        distances=np.add.reduceat(means[order], first) / sizes,
        points=points[places],
        polygon_starts=begins.tolist(),
        plane_starts=first.tolist(),
        contours=np.array(wanted, np.intp)[order],
        doubled=tuple(wanted[n] for n in doubled),
        lines=tuple(wanted[n] for n in lines),
    )


def _normal(
    roi: ROI,
    points: Numbers,
    starts: NDArray[np.intp],
    owner: NDArray[np.intp],
    wanted: list[int],
    of_grid: Numbers | None,
    tolerance_mm: float,
) -> Numbers:
    """The unit vector across all contours."""
    if of_grid is not None and (_thickness(points, starts, of_grid) <= 2 * tolerance_mm).all():
        return _positive(of_grid)
    # Areas as vectors, about the first point of each contour, so that contours of one z have no other part.
    own = points - points[starts][owner]
    after = np.arange(1, len(points) + 1)
    after[np.append(starts[1:], len(points)) - 1] = starts
    areas = np.add.reduceat(np.cross(own, own[after]), starts) / 2
    sizes = np.linalg.norm(areas, axis=1)
    largest = int(np.argmax(sizes))
    if sizes[largest] <= 0:
        raise RegionError(f"ROI {roi.number}: its {len(wanted)} closed contours bound no area")
    senses = np.where(areas @ areas[largest] < 0, -1.0, 1.0)
    summed = (areas * senses[:, None]).sum(axis=0)
    normal = _positive(summed / np.linalg.norm(summed))
    thick = _thickness(points, starts, normal)
    if (thick > 2 * tolerance_mm).any():
        _refuse(roi, points, starts, areas, wanted, int(np.argmax(thick)), tolerance_mm)
    return normal


def _thickness(points: Numbers, starts: NDArray[np.intp], normal: Numbers) -> Numbers:
    along = dot(points, normal)
    thickness: Numbers = np.maximum.reduceat(along, starts) - np.minimum.reduceat(along, starts)
    return thickness


def _refuse(
    roi: ROI,
    points: Numbers,
    starts: NDArray[np.intp],
    areas: Numbers,
    wanted: list[int],
    worst: int,
    tolerance_mm: float,
) -> None:
    """Says why a contour lies in no plane across the normal of all."""
    end = starts[worst + 1] if worst + 1 < len(starts) else len(points)
    size = np.linalg.norm(areas[worst])
    own = points[starts[worst] : end]
    thick = np.ptp(dot(own, areas[worst] / size)) if size > 0 else np.inf
    what = f"ROI {roi.number}, contour {wanted[worst]}"
    if thick <= 2 * tolerance_mm:
        raise RegionError(
            f"{what}: it lies in a plane of another direction than the ROI's other contours, and makes no region with "
            "them"
        )
    raise RegionError(
        f"{what}: its points lie farther than tolerance_mm={tolerance_mm:g} from a plane, so that it bounds no area"
    )


def _positive(normal: Numbers) -> Numbers:
    """The vector in the sense in which its greatest part is positive, and along an axis if it nearly is."""
    greatest = int(np.argmax(np.abs(normal)))
    normal = normal * np.sign(normal[greatest])
    if np.abs(np.delete(normal, greatest)).max() < _ALONG_AXIS:
        normal = np.zeros(3)
        normal[greatest] = 1.0
    return normal


def _first_of_planes(distances: Numbers, tolerance_mm: float) -> NDArray[np.intp]:
    """Where each plane begins among ascending distances: none is thicker than the tolerance."""
    gaps = np.flatnonzero(np.diff(distances) > tolerance_mm) + 1
    first = [0]
    for start, end in zip([0, *gaps], [*gaps, len(distances)], strict=True):
        if start:
            first.append(int(start))
        # Many that are each a little farther would make one plane of all.
        while distances[end - 1] - distances[first[-1]] > tolerance_mm:
            first.append(int(np.searchsorted(distances, distances[first[-1]] + tolerance_mm, "right")))
    return np.array(first, np.intp)
