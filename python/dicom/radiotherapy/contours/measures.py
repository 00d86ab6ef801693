"""Numbers of a region by its contours alone, without a grid: planes, areas, volume, centre.

In: a `ROI`. Out: `ContourPlane`, ml, mm. The areas are exact (even-odd within a plane); the volume is that of the slabs
by which ``between="nearest"`` goes, so that a mask of ``edges="area"`` has it too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dicom import _core
from dicom.radiotherapy.contours.between_planes import slabs, usual_spacing
from dicom.radiotherapy.contours.planes import TOLERANCE_MM, planes_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dicom.radiotherapy.roi import ROI, Contour

    Numbers = NDArray[np.float64]


class ContourPlane(NamedTuple):
    """A plane of a region, and what its contours bound in it."""

    #: (3,): unit vector, LPS, the same for all planes.
    normal: Numbers
    #: Along the normal from the origin of the patient's coordinates, in mm.
    distance_mm: float
    #: From where to where along the normal it holds, by ``between="nearest"``.
    low_mm: float
    high_mm: float
    #: The closed contours in it.
    contours: tuple[Contour, ...]
    #: Even-odd: holes don't count.
    area_mm2: float
    #: (3,): of the area, LPS, in mm; NaN where it is 0.
    center_mm: Numbers


def contour_planes(
    roi: ROI,
    spacing_mm: float | None = None,
    tolerance_mm: float = TOLERANCE_MM,
    skip_degenerate: bool = False,
) -> list[ContourPlane]:
    """The planes of a region's closed contours, in their order along the normal; see `ROI.planes`."""
    planes = planes_of(roi, tolerance_mm=tolerance_mm, skip_degenerate=skip_degenerate)
    held = slabs(planes.distances, usual_spacing(roi, planes.distances, spacing_mm), "nearest", tolerance_mm)
    across, down = _axes(planes.normal)
    points = planes.in_plane(across, down)
    measured = _core.measure_contours(points, planes.polygon_starts, planes.plane_starts)
    ends = [*planes.plane_starts[1:], len(planes.polygon_starts)]
    made = []
    for n, (area, x, y) in enumerate(measured):
        center = np.full(3, np.nan)
        if area > 0:
            center = across * (x / area) + down * (y / area) + planes.normal * planes.distances[n]
        own = planes.contours[planes.plane_starts[n] : ends[n]]
        made.append(
            ContourPlane(
                planes.normal,
                float(planes.distances[n]),
                float(held.lows[n]),
                float(held.highs[n]),
                tuple(roi.contours[index] for index in own),
                area,
                center,
            )
        )
    return made


def volume_ml(planes: list[ContourPlane]) -> float:
    """Areas times the thickness of their slabs, in ml."""
    return sum(plane.area_mm2 * (plane.high_mm - plane.low_mm) for plane in planes) / 1000


def center_mm(planes: list[ContourPlane]) -> Numbers:
    """(3,): the centre of mass of the slabs, LPS, in mm; NaN where there is no area."""
    weights = np.array([plane.area_mm2 * (plane.high_mm - plane.low_mm) for plane in planes])
    if not weights.sum() > 0:
        return np.full(3, np.nan)
    # A slab's middle isn't its plane where its neighbours are not equally far.
    centers = [
        plane.center_mm + plane.normal * ((plane.low_mm + plane.high_mm) / 2 - plane.distance_mm) for plane in planes
    ]
    center: Numbers = np.average(np.array(centers)[weights > 0], axis=0, weights=weights[weights > 0])
    return center


def _axes(normal: Numbers) -> tuple[Numbers, Numbers]:
    """Two unit vectors across the normal."""
    axis = np.zeros(3)
    axis[int(np.argmin(np.abs(normal)))] = 1.0
    across = np.cross(axis, normal)
    across /= np.linalg.norm(across)
    return across, np.cross(normal, across)
