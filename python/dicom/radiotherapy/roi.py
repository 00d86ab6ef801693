"""`Contour` and `ROI`: what a structure set has of each region, in mm.

In: what the Structure Set, ROI Contour and RT ROI Observations modules say. Out: arrays of points, and by delegation
planes, volume and masks. Standard: PS3.3 C.8.8.5, C.8.8.6, C.8.8.8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    from dicom.radiotherapy.contours.measures import ContourPlane
    from dicom.volume.grid import Grid
    from dicom.volume.volume import Volume


class Contour(NamedTuple):
    """One contour."""

    #: (n, 3): x, y and z in mm, LPS, float64. NaN stands where the file has no number.
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
    usual_spacing_mm : float or None
        How far apart the contours' planes usually lie in the structure set that it was read from; it decides how thick
        a region of one, two or three planes is. None for a region that was made by hand.
    """

    __slots__ = (
        "color",
        "contours",
        "description",
        "frame_of_reference_uid",
        "interpreted_type",
        "name",
        "number",
        "usual_spacing_mm",
    )

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
        self.usual_spacing_mm: float | None = None

    @property
    def number_of_points(self) -> int:
        """Of all contours."""
        return sum(len(contour.points) for contour in self.contours)

    @property
    def has_area(self) -> bool:
        """Whether any contour is closed, so that there is something to make a mask of."""
        return any(contour.is_closed for contour in self.contours)

    # --- measures --------------------------------------------------------------------------------------------------

    def planes(
        self, *, spacing_mm: float | None = None, tolerance_mm: float = 0.1, skip_degenerate: bool = False
    ) -> list[ContourPlane]:
        """The planes in which closed contours lie, in their order along the normal, with area and centre of each.

        Parameters
        ----------
        spacing_mm, tolerance_mm, skip_degenerate
            As for `StructureSet.mask`.

        Returns
        -------
        list of ContourPlane
            ``normal``, ``distance_mm``, ``low_mm``, ``high_mm``, ``contours``, ``area_mm2``, ``center_mm``.

        Raises
        ------
        RegionError
            The contours make no region, or a single plane has no thickness and none is given.
        """
        from dicom.radiotherapy.contours.measures import contour_planes

        return contour_planes(self, spacing_mm, tolerance_mm, skip_degenerate)

    def volume_ml(self, **options: Any) -> float:
        """Volume by the contours alone, in ml: exact areas times the thickness of their slabs; options of `planes`.

        A mask of ``edges="area"`` has the same volume, if it holds all of the region.
        """
        from dicom.radiotherapy.contours.measures import volume_ml

        return volume_ml(self.planes(**options))

    def center_mm(self, **options: Any) -> NDArray[np.float64]:
        """(x, y, z) of the centre of mass, in mm, LPS; options of `planes`."""
        from dicom.radiotherapy.contours.measures import center_mm

        return center_mm(self.planes(**options))

    def mask(self, on: Grid, **options: Any) -> Volume:
        """The region as a mask on a grid; see `StructureSet.mask`."""
        from dicom.radiotherapy.contours.rasterize import mask_of_roi

        return mask_of_roi(self, on, **options)

    def __repr__(self) -> str:
        kind = f", {self.interpreted_type}" if self.interpreted_type else ""
        return f"<ROI {self.number} {self.name!r}{kind}: {len(self.contours)} contours, {self.number_of_points} points>"
