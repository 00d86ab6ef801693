"""`Contour` and `ROI`: what a structure set has of each region, in mm.

In: what the Structure Set, ROI Contour and RT ROI Observations modules say. Out: arrays of points. Standard: PS3.3
C.8.8.5, C.8.8.6, C.8.8.8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Contour(NamedTuple):
    """One contour."""

    #: (n, 3): x, y and z in mm, LPS, float64.
    points: NDArray[np.float64]
    #: Contour Geometric Type: ``"CLOSED_PLANAR"``, ``"CLOSEDPLANAR_XOR"``, ``"OPEN_PLANAR"``, ``"OPEN_NONPLANAR"`` or
    #: ``"POINT"``.
    geometric_type: str = "CLOSED_PLANAR"
    #: The image that it was drawn on, where that is said.
    sop_instance_uid: str | None = None

    @property
    def is_closed(self) -> bool:
        """Whether it bounds an area: whether it takes part in a mask."""
        return self.geometric_type in ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR")


class ROI:
    """A region of interest of a structure set.

    Attributes
    ----------
    number : int
        ROI Number.
    name : str
        ROI Name.
    contours : list of Contour
    color : (red, green, blue) or None
        ROI Display Color, 0 to 255.
    interpreted_type : str or None
        RT ROI Interpreted Type: ``"PTV"``, ``"ORGAN"``, ``"EXTERNAL"``.
    description : str or None
    frame_of_reference_uid : str or None
        What the points are relative to.
    """

    __slots__ = ("color", "contours", "description", "frame_of_reference_uid", "interpreted_type", "name", "number")

    def __init__(
        self,
        name: str,
        contours: list[Contour],
        *,
        number: int = 1,
        color: tuple[int, int, int] | None = None,
        interpreted_type: str | None = None,
        description: str | None = None,
        frame_of_reference_uid: str | None = None,
    ) -> None:
        self.name = name
        self.contours = contours
        self.number = number
        self.color = color
        self.interpreted_type = interpreted_type
        self.description = description
        self.frame_of_reference_uid = frame_of_reference_uid
