"""What is odd about contours, and bounds another region than was meant: the same one twice, lines, contours that cross.

In: points of polygons, and the planes that they lie in. Out: which polygons, or which planes. Standard: PS3.3
C.8.8.6.3 (a CLOSED_PLANAR contour bounds an area; CLOSEDPLANAR_XOR ones are combined by exclusive or).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from dicom import _core

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from dicom.radiotherapy.contours.planes import ContourPlanes

    Numbers = NDArray[np.float64]

#: In mm: points that are nearer are one.
_SAME_MM = 1e-3
#: In mm², and of the lesser of two areas: what two contours may have in common by rounding.
_TOUCH_MM2 = 0.01
_TOUCH = 1e-3
#: How many boxes are compared for crossings, and how dear these may be, as points times the square of the edges side by side; and
#: how many contours of nearly one place are compared, or points at which two may begin alike.
_MOST_COMPARED = 20_000_000
_DEAREST = 20_000_000
_DEAREST_PAIR = 2_000_000
_COST_OF_PAIR = 200
_MOST_STARTS = 8
#: Along which contours are sorted: a direction in which no two have one place by symmetry.
_DIRECTION = np.array([0.5698402910, 0.6180339887])


def flattened(points: Numbers, normal: Numbers) -> Numbers:
    """(n, 2): points in two axes across a normal, in mm."""
    axis = np.zeros(3)
    axis[int(np.argmin(np.abs(normal)))] = 1.0
    across = np.cross(axis, normal)
    across /= np.linalg.norm(across)
    down = np.cross(normal, across)
    return np.stack(
        [sum((points[:, n] * vector[n] for n in range(3)), np.zeros(len(points))) for vector in (across, down)], axis=1
    )


def lines_among(points: Numbers, starts: NDArray[np.intp]) -> list[int]:
    """Which polygons have all their points in one line, or in one place: they bound nothing.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
        In mm, of all polygons.
    starts : ndarray of intp
        Where each polygon begins.
    """
    ends = np.append(starts[1:], len(points))
    own = points - np.repeat(points[starts], ends - starts, axis=0)
    after = np.arange(1, len(points) + 1)
    after[ends - 1] = starts
    areas = np.abs(np.add.reduceat(own[:, 0] * own[after, 1] - own[after, 0] * own[:, 1], starts)) / 2
    reach = np.maximum.reduceat(np.abs(own).max(axis=1), starts)
    found = []
    for n in np.flatnonzero(areas <= 2 * _SAME_MM * reach):
        # A figure of eight has no area either, if its sense counts.
        part = own[starts[n] : ends[n]]
        farthest = part[int(np.argmax((part * part).sum(axis=1)))]
        length = float(np.hypot(*farthest))
        beside = np.abs(part[:, 0] * farthest[1] - part[:, 1] * farthest[0])
        if length <= _SAME_MM or float(beside.max()) <= _SAME_MM * length:
            found.append(int(n))
    return found


def doubled_among(
    points: Numbers, starts: NDArray[np.intp], plane_of: NDArray[np.intp], is_plain: NDArray[np.bool_]
) -> list[int]:
    """Which polygons are in their plane a second time: from any point on, in either sense.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
        In mm, of all polygons.
    starts : ndarray of intp
        Where each polygon begins.
    plane_of : ndarray of intp
        The plane of each.
    is_plain : ndarray of bool
        Whether each is CLOSED_PLANAR: those of CLOSEDPLANAR_XOR cancel one another on purpose.
    """
    if len(np.unique(plane_of)) == len(starts):
        return []
    ends = np.append(starts[1:], len(points))
    # Some write the first point again at the end.
    is_closed = np.abs(points[starts] - points[ends - 1]).max(axis=1) <= _SAME_MM
    lengths = ends - starts - (is_closed & (ends - starts > 1))
    facts = np.concatenate([np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)], axis=1)
    along = facts[:, :2] @ _DIRECTION + facts[:, 2:] @ _DIRECTION[::-1]
    order = np.lexsort((along, plane_of))
    order = order[is_plain[order]]
    found: set[int] = set()
    for distance in range(1, _MOST_STARTS + 1):
        one, other = order[:-distance], order[distance:]
        is_alike = (plane_of[one] == plane_of[other]) & (lengths[one] == lengths[other])
        is_alike &= np.abs(facts[one] - facts[other]).max(axis=1, initial=0.0) <= _SAME_MM
        for a, b in zip(one[is_alike].tolist(), other[is_alike].tolist(), strict=True):
            a, b = min(a, b), max(a, b)
            if b not in found and _is_same(*(points[starts[n] : starts[n] + lengths[n]] for n in (a, b))):
                found.add(b)
    return sorted(found)


def _is_same(one: Numbers, other: Numbers) -> bool:
    """Whether two polygons of as many points are the same."""
    starts = np.flatnonzero(np.abs(other - one[0]).max(axis=1) <= _SAME_MM)[:_MOST_STARTS]
    for start in starts.tolist():
        turned = np.roll(other, -start, axis=0)
        for way in (turned, np.roll(turned[::-1], 1, axis=0)):
            if float(np.abs(way - one).max()) <= _SAME_MM:
                return True
    return False


def crossing_planes(planes: ContourPlanes) -> list[int]:
    """The planes, counted from 0 along the normal, in which two contours have a part of their areas in common.

    A contour within another one crosses nothing. Of very many contours above one another, and of scribbles, not all pairs are
    looked at.
    """
    count = len(planes.polygon_starts)
    if len(planes.plane_starts) == count:
        return []
    flat = flattened(planes.points, planes.normal)
    starts = np.array(planes.polygon_starts, np.intp)
    ends = np.append(starts[1:], len(flat))
    low, high = np.minimum.reduceat(flat, starts), np.maximum.reduceat(flat, starts)
    after = np.arange(1, len(flat) + 1)
    after[ends - 1] = starts
    # How many edges a line across a contour meets: 2 of an oval, hundreds of a scribble, whose crossings cost as much.
    passed = np.add.reduceat(np.abs(flat[after] - flat), starts) / np.maximum(high - low, _SAME_MM)
    costs = (ends - starts) * passed.max(axis=1) ** 2
    pairs = list(_pairs([*planes.plane_starts, count], low, high, costs))
    if not pairs:
        return []
    # Areas of each contour, and of each pair by even-odd, in which what they have in common is missing twice.
    used = sorted({n for _, *pair in pairs for n in pair})
    groups = [[n] for n in used] + [[a, b] for _, a, b in pairs]
    polygons = [n for group in groups for n in group]
    lengths = ends[polygons] - starts[polygons]
    measured = _core.measure_contours(
        np.ascontiguousarray(np.concatenate([flat[starts[n] : ends[n]] for n in polygons])),
        [0, *np.cumsum(lengths)[:-1].tolist()],
        [0, *np.cumsum([len(group) for group in groups])[:-1].tolist()],
    )
    areas = [area for area, _, _ in measured]
    area_of = dict(zip(used, areas, strict=False))
    found = []
    for (plane, a, b), both in zip(pairs, areas[len(used) :], strict=True):
        common, least = (area_of[a] + area_of[b] - both) / 2, min(area_of[a], area_of[b])
        if max(_TOUCH_MM2, _TOUCH * least) < common < least - max(_TOUCH_MM2, _TOUCH * least):
            found.append(plane)
    return list(dict.fromkeys(found))


def _pairs(first_of_planes: list[int], low: Numbers, high: Numbers, costs: Numbers) -> Iterator[tuple[int, int, int]]:
    """Plane, polygon and polygon, of those whose boxes meet, as long as that isn't too dear."""
    compared, spent = 0, 0.0
    for plane, (first, last) in enumerate(pairwise(first_of_planes)):
        for a in range(first, last - 1):
            compared += last - a
            if compared > _MOST_COMPARED:
                return
            rest = slice(a + 1, last)
            meets = ((low[rest] <= high[a]) & (high[rest] >= low[a])).all(axis=1)
            for b in (np.flatnonzero(meets) + a + 1).tolist():
                cost = float(costs[a] + costs[b])
                if cost > _DEAREST_PAIR:
                    continue
                spent += cost + _COST_OF_PAIR
                if spent > _DEAREST:
                    return
                yield plane, a, b
