"""The outlines of the voxels of a plane: polygons along the edges between those inside and those outside.

In: a plane of truth values. Out: corners of outlines, each of them closed, holes joined to what is around them on
demand. The area within is that of the voxels, and a voxel's centre is never on an outline, so that nothing is lost
when the voxels are asked for again. Standard: PS3.3 C.8.8.6.3 (keyhole technique).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Point = tuple[float, float]

#: Which of the four voxels around a lattice point are inside: 1 before and above it, 2 above, 4 before, 8 at it.
_ABOVE_AND_BELOW = 9
_ASIDE = 6
_CORNERS = np.zeros(16, np.uint8)
_CORNERS[[1, 2, 4, 8, 7, 11, 13, 14]] = 1
# Two voxels that touch at a point only have a corner each: they stay apart, which is what even-odd makes of either.
_CORNERS[[_ABOVE_AND_BELOW, _ASIDE]] = 2
#: How far within the edge of the voxels an outline runs, in voxels. There are readers (rt-utils) that round points to
#: voxels and take those on the outline for inside: at the edge itself it would be chance which one that is.
_WITHIN = 1e-3
_LEADS_RIGHT = np.array([(code >> 1 & 1) != (code >> 3 & 1) for code in range(16)], np.uint8)
_LEADS_DOWN = np.array([(code >> 2 & 1) != (code >> 3 & 1) for code in range(16)], np.uint8)


class Outlines:
    """The outlines of a plane's voxels, as they are found.

    Attributes
    ----------
    rows, columns : ndarray of intp, shape (n,)
        Of each corner, on the lattice of voxel edges; (r, c) lies between the voxels (r - 1, c - 1) and (r, c).
    points : ndarray of float64, shape (n, 2)
        Where the outline turns: a trace inside of the corner, in voxels.
    loops : list of list of int
        The corners of each outline in order, beginning with the leftmost of its topmost ones. Holes go round the other
        way.
    is_hole : list of bool
    """

    __slots__ = ("_code", "_is_outside", "columns", "is_hole", "loops", "points", "rows")

    def __init__(self, plane: NDArray[np.bool_]) -> None:
        padded = np.zeros((plane.shape[0] + 2, plane.shape[1] + 2), np.uint8)
        padded[1:-1, 1:-1] = plane
        code = padded[:-1, :-1] + 2 * padded[:-1, 1:] + 4 * padded[1:, :-1] + 8 * padded[1:, 1:]
        rows, columns = np.nonzero(_CORNERS[code])
        at = code[rows, columns]
        counts = _CORNERS[at]
        is_second = np.zeros(int(counts.sum()), np.uint8)
        is_second[np.cumsum(counts)[counts == 2] - 1] = 1
        self.rows, self.columns, at = (np.repeat(one, counts) for one in (rows, columns, at))
        # Along a row of the lattice edges join corners two by two, and so do they along a column. Where two corners
        # share a point, the one whose edge ends there comes first.
        down = np.where(at == _ABOVE_AND_BELOW, is_second, np.where(at == _ASIDE, 1 - is_second, _LEADS_DOWN[at]))
        right = np.where(counts.repeat(counts) == 2, is_second, _LEADS_RIGHT[at])
        # To which side of its two edges the inside is.
        below = np.where(right == 1, at >> 3 & 1, at >> 2 & 1).astype(np.float64)
        behind = np.where(down == 1, at >> 3 & 1, at >> 1 & 1).astype(np.float64)
        inward = np.stack([2 * below - 1, 2 * behind - 1], axis=-1)
        self.points = np.stack([self.rows, self.columns], axis=-1) - 0.5 + _WITHIN * inward
        across = np.arange(len(at)) ^ 1
        order = np.lexsort((down, self.rows, self.columns))
        along = np.empty(len(at), np.intp)
        along[order[0::2]], along[order[1::2]] = order[1::2], order[0::2]
        self._code = at
        self._is_outside = padded == 0
        self.loops, self.is_hole = self._loops(across.tolist(), along.tolist())

    def _loops(self, across: list[int], along: list[int]) -> tuple[list[list[int]], list[bool]]:
        is_left = [True] * len(across)
        # The voxel below the first corner of a hole is outside.
        begins_hole = ((self._code & 8) == 0).tolist()
        loops, is_hole = [], []
        for first in range(len(across)):
            if not is_left[first]:
                continue
            one, other = (along, across) if begins_hole[first] else (across, along)
            loop = []
            corner = first
            while True:
                loop.append(corner)
                is_left[corner] = False
                corner = one[corner]
                loop.append(corner)
                is_left[corner] = False
                corner = other[corner]
                if corner == first:
                    break
            loops.append(loop)
            is_hole.append(begins_hole[first])
        return loops, is_hole

    def separate(self) -> list[NDArray[np.float64]]:
        """Each outline by itself, holes too; shape (n, 2): row and column of the corners, in voxels."""
        return [self.points[loop] for loop in self.loops]

    def joined(self) -> list[NDArray[np.float64]]:
        """Each outline with its holes, reached through channels that are closed on themselves: keyholes.

        A channel leaves a hole at the leftmost of its topmost corners and leads to the left between two rows of voxels,
        all of them inside, to the first edge that it meets. That edge's outline begins higher, or further left, so
        that there is always an outermost one to end at.
        """
        places = {corner: (n, at) for n, loop in enumerate(self.loops) for at, corner in enumerate(loop)}
        runs = self._vertical_runs() if any(self.is_hole) else {}
        # For each outline, behind which of its corners which hole is reached, and from which row.
        channels: list[dict[int, list[tuple[int, int]]]] = [{} for _ in self.loops]
        for hole in (n for n, found in enumerate(self.is_hole) if found):
            row, column = int(self.rows[self.loops[hole][0]]), int(self.columns[self.loops[hole][0]])
            # Corner (row, column) lies between the rows `row` and `row + 1` of the padded plane.
            is_outside = self._is_outside[row, : column + 1] | self._is_outside[row + 1, : column + 1]
            reached = int(np.flatnonzero(is_outside)[-1])
            one, other = next((a, b) for low, high, a, b in runs[reached] if low <= row <= high)
            outline, at = places[one]
            second = places[other][1]
            behind = at if (at + 1) % len(self.loops[outline]) == second else second
            channels[outline].setdefault(behind, []).append((row, hole))
        whole: list[list[Point]] = [[] for _ in self.loops]
        # Holes that begin lower, or further right, are reached from those before them.
        for n in sorted(range(len(self.loops)), key=lambda n: self.loops[n][0], reverse=True):
            whole[n] = self._with_holes(n, channels[n], whole)
        return [
            np.array(points, np.float64) for points, is_hole in zip(whole, self.is_hole, strict=True) if not is_hole
        ]

    def _with_holes(self, n: int, channels: dict[int, list[tuple[int, int]]], whole: list[list[Point]]) -> list[Point]:
        points: list[Point] = []
        corners = [(row, column) for row, column in self.points[self.loops[n]].tolist()]
        for at, corner in enumerate(corners):
            _add(points, corner)
            if at not in channels:
                continue
            is_upward = corners[(at + 1) % len(corners)][0] < corner[0]
            for _, hole in sorted(channels[at], reverse=is_upward):
                begin = whole[hole][0]
                door = (begin[0], corner[1])
                _add(points, door)
                points += whole[hole]
                points += [begin, door]
        if len(points) > 1 and points[-1] == points[0]:
            points.pop()
        return points

    def _vertical_runs(self) -> dict[int, list[tuple[int, int, int, int]]]:
        """By column of the lattice: (first row, last row, corner, corner) of each edge."""
        runs: dict[int, list[tuple[int, int, int, int]]] = {}
        for loop, is_hole in zip(self.loops, self.is_hole, strict=True):
            begin = 0 if is_hole else 1
            for at in range(begin, len(loop), 2):
                one, other = loop[at], loop[(at + 1) % len(loop)]
                low, high = sorted((int(self.rows[one]), int(self.rows[other])))
                runs.setdefault(int(self.columns[one]), []).append((low, high, one, other))
        return runs


def _add(points: list[Point], point: Point) -> None:
    # A channel that ends at a corner has no point of its own there.
    if not points or points[-1] != point:
        points.append(point)
