"""Planes whose own elements can't be placed in space: what is missing, isn't a number, or contradicts the rest.

In: `Planes`. Out: defects that name the element and the files, for which no policy helps.
Standard: PS3.3 C.7.6.2.1.1 (Image Position and Image Orientation), 10.7.1.3 (Pixel Spacing).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.volume.geometry.report import Defect, counted, number, shown

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.volume.planes import Planes

#: How far a direction may be from a length of 1, and two from a right angle (as a cosine). What three decimals of
#: rounding cost is below it; what a wrong number costs is far above.
ORTHONORMAL_TOLERANCE = 2e-3
#: Planes whose directions differ by more are of several orientations. 0.1 degrees are 0.5 mm at the far side of a head.
TURN_DEGREES = 0.1
#: Pixel spacings that differ by more are several.
SPACING_RATIO = 1e-3
# Positions are within the room of a scanner; what is further away would cost the digits of what is near.
_FARTHEST_MM = 1e7
# Between an atom and a house: what lies beyond is no spacing, and would cost the affine its digits.
_SMALLEST_SPACING_MM, _LARGEST_SPACING_MM = 1e-6, 1e5

_POSITION = "Image Position (Patient) (0020,0032)"
_ORIENTATION = "Image Orientation (Patient) (0020,0037)"
_SPACING = "Pixel Spacing (0028,0030)"


class PlaneNames:
    """The files of planes by name; where a file has several frames, with the number of the frame, from 0."""

    __slots__ = ("_counts", "_named", "_planes")

    def __init__(self, planes: Planes) -> None:
        self._planes = planes
        headers = planes.headers
        self._named = getattr(headers, "names", None) or getattr(headers, "sources", None)
        self._counts = np.bincount(planes.file) if len(planes) else np.zeros(0, int)

    def __call__(self, rows: NDArray[np.intp] | list[int]) -> tuple[str, ...]:
        """The names of the planes in these rows."""
        return tuple(self._name(int(row)) for row in rows)

    def path(self, name: str) -> str:
        """The path in a name that was given, which may end in the number of a frame."""
        path = name.rpartition(" frame ")[0]
        return path if path and path in (self._named or ()) else name

    def _name(self, row: int) -> str:
        file = int(self._planes.file[row])
        # Of bytes at hand, such as members of an archive, it is what whoever scanned them calls them.
        given = self._named[file] if self._named is not None and file < len(self._named) else None
        name = given if isinstance(given, str) else f"source {file}"
        return f"{name} frame {int(self._planes.frame[row])}" if self._counts[file] > 1 else name


def plane_names(planes: Planes, rows: NDArray[np.intp] | list[int]) -> tuple[str, ...]:
    """The files of the planes in these rows."""
    return PlaneNames(planes)(rows)


def element_defects(planes: Planes) -> list[Defect]:
    """What keeps single planes from having a place, one defect a kind."""
    found = []

    def add(kind: str, is_bad: Any, what: str) -> None:
        rows = np.flatnonzero(is_bad)
        if len(rows):
            files = plane_names(planes, rows)
            verb = "has" if len(rows) == 1 else "have"
            message = f"{counted(len(rows), 'plane')} {verb} {what}; the first is {shown(files[0])}"
            found.append(Defect(kind, message + _reason(planes, int(rows[0])), files=files, count=len(rows)))

    position, orientation, spacing = planes.position, planes.orientation, planes.pixel_spacing
    no_position = np.isnan(position).any(axis=1)
    add("missing-position", no_position, f"no {_POSITION}, or not three numbers")
    far = ~no_position & ~(np.abs(position) < _FARTHEST_MM).all(axis=1)
    add("invalid-position", far, f"an {_POSITION} farther away than {number(_FARTHEST_MM / 1e6)} km")
    no_orientation = np.isnan(orientation).any(axis=1)
    add("missing-orientation", no_orientation, f"no {_ORIENTATION}, or not six numbers")
    add("invalid-orientation", ~no_orientation & ~_is_orthonormal(orientation), _orientation_words(orientation))
    no_spacing = np.isnan(spacing).any(axis=1)
    add("missing-spacing", no_spacing, f"no {_SPACING}, or not two numbers")
    with np.errstate(invalid="ignore"):
        bad = ~no_spacing & ~((spacing > _SMALLEST_SPACING_MM) & (spacing < _LARGEST_SPACING_MM)).all(axis=1)
    add("invalid-spacing", bad, f"a {_SPACING} that is zero, negative or beyond all measure")
    return found


def _reason(planes: Planes, row: int) -> str:
    reasons: list[str | None] = getattr(planes, "reasons", None) or []
    reason = reasons[row] if row < len(reasons) else None
    return f": {reason}" if reason else ""


def _lengths_and_cosine(orientation: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    with np.errstate(invalid="ignore", over="ignore"):
        pair = orientation.reshape(-1, 2, 3)
        return np.sqrt((pair * pair).sum(axis=2)), (pair[:, 0] * pair[:, 1]).sum(axis=1)


def _is_orthonormal(orientation: NDArray[np.float64]) -> NDArray[np.bool_]:
    lengths, cosine = _lengths_and_cosine(orientation)
    with np.errstate(invalid="ignore"):
        is_unit = np.abs(lengths - 1) < ORTHONORMAL_TOLERANCE
        good: NDArray[np.bool_] = is_unit[:, 0] & is_unit[:, 1] & (np.abs(cosine) < ORTHONORMAL_TOLERANCE)
    return good


def _orientation_words(orientation: NDArray[np.float64]) -> str:
    """What is wrong with the first one that is not orthonormal."""
    bad = np.flatnonzero(~np.isnan(orientation).any(axis=1) & ~_is_orthonormal(orientation))
    start = f"an {_ORIENTATION} that isn't orthonormal"
    if not len(bad):
        return start
    lengths, cosine = _lengths_and_cosine(orientation[bad[:1]])
    row, column = lengths[0]
    if not np.isfinite([row, column, cosine[0]]).all():
        return f"{start} (it isn't finite)"
    if max(abs(row - 1), abs(column - 1)) >= ORTHONORMAL_TOLERANCE:
        return f"{start} (its two directions are {number(row)} and {number(column)} long)"
    return f"{start} (its two directions stand at {number(np.degrees(np.arccos(np.clip(cosine[0], -1, 1))))}°)"


def mixed_defects(planes: Planes, turns: NDArray[np.float64] | None) -> list[Defect]:
    """Planes that aren't of one orientation, size or pixel spacing.

    Parameters
    ----------
    planes : Planes
        Whose elements are all right by themselves.
    turns : ndarray of float64, shape (n,), or None
        Angle of each plane to the common orientation, in radians; None where there is none.
    """
    found = []
    if turns is None or np.degrees(turns.max(initial=0.0)) > TURN_DEGREES:
        found.append(_mixed_orientation(planes))
    found += _mixed_sizes(planes)
    spacing = planes.pixel_spacing
    if (np.abs(spacing / spacing[0] - 1) > SPACING_RATIO / 2).any():
        found += _mixed_spacings(planes)
    return found


def _mixed_sizes(planes: Planes) -> list[Defect]:
    if (planes.rows == planes.rows[0]).all() and (planes.columns == planes.columns[0]).all():
        return []
    sizes, first_of, size_of, counts = np.unique(
        np.stack([planes.rows, planes.columns], axis=1),
        axis=0,
        return_index=True,
        return_inverse=True,
        return_counts=True,
    )
    usual = _usual(counts, first_of)
    apart = np.flatnonzero(size_of.ravel() != usual)
    others = [f"{rows} x {columns}" for rows, columns in np.delete(sizes, usual, axis=0)]
    message = (
        f"{counted(int(counts[usual]), 'plane')} of {sizes[usual][0]} x {sizes[usual][1]} pixels, {len(apart)} of "
        f"{', '.join(others[:3])}{', ...' if len(others) > 3 else ''} (Rows (0028,0010) x Columns (0028,0011))"
    )
    files = plane_names(planes, apart)
    return [Defect("mixed-size", f"{message}; the first is {shown(files[0])}", files=files, count=len(apart))]


def _mixed_spacings(planes: Planes) -> list[Defect]:
    spacing = planes.pixel_spacing
    _, first_of, counts = np.unique(
        np.round(np.log(spacing) / SPACING_RATIO), axis=0, return_index=True, return_counts=True
    )
    usual = spacing[first_of[_usual(counts, first_of)]]
    apart = np.flatnonzero((np.abs(spacing / usual - 1) > SPACING_RATIO).any(axis=1))
    if not len(apart):
        return []
    other = spacing[apart[0]]
    is_swapped = bool((np.abs(other[::-1] / usual - 1) <= SPACING_RATIO).all())
    message = (
        f"{counted(len(planes) - len(apart), 'plane')} with a {_SPACING} of {_pair(usual)} mm, {len(apart)} with "
        f"another: {_pair(other)} mm{', the two swapped' if is_swapped else ''}"
    )
    files = plane_names(planes, apart)
    amount = float(np.abs(spacing - usual).max())
    message = f"{message}; the first is {shown(files[0])}"
    return [Defect("mixed-spacing", message, amount, files=files, count=len(apart))]


def _mixed_orientation(planes: Planes) -> Defect:
    # Groups by their directions to a degree; the angle is then taken from the directions themselves.
    pair = planes.orientation.reshape(-1, 2, 3)
    _, first_of, counts = np.unique(np.round(planes.orientation, 2), axis=0, return_index=True, return_counts=True)
    usual = pair[first_of[_usual(counts, first_of)]]
    angles = np.degrees(
        np.arctan2(np.linalg.norm(np.cross(pair, usual[None]), axis=2), (pair * usual[None]).sum(axis=2)).max(axis=1)
    )
    apart = np.flatnonzero(angles > TURN_DEGREES)
    files = plane_names(planes, apart)
    largest = float(angles.max())
    message = (
        f"{counted(len(planes) - len(apart), 'plane')} of one {_ORIENTATION}, {len(apart)} of another or several, "
        f"up to {number(largest)}° away; the first is {shown(files[0])}"
    )
    return Defect("mixed-orientation", message, largest, files=files, unit="°", count=len(apart))


def _usual(counts: NDArray[np.intp], first_of: NDArray[np.intp]) -> int:
    """The group that has the most planes; of equals, the one that was met first."""
    return int(np.lexsort((first_of, -counts))[0])


def _pair(values: Any) -> str:
    return f"{number(float(values[0]))} x {number(float(values[1]))}"
