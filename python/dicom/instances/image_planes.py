"""Image Position, Image Orientation and Pixel Spacing of a volume's slices, as Decimal Strings hold them.

In: an affine (array index (k, j, i) -> LPS, mm). Out: the elements of each slice. Nothing is taken over from sources:
what a slice says of itself is where its voxels lie now. Standard: PS3.3 C.7.6.2.1.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import GeometryError
from dicom.values.number import decimal_of

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

#: Rows and columns that lean against each other by more (as a cosine) are no image plane.
_RIGHT_ANGLE = 1e-4
#: Directions are rounded to so many digits: the noise of turning and back isn't written.
_DIGITS = 13
#: Likewise positions and distances in mm.
_DIGITS_MM = 12

#: Rounding of ten digits; mm, and as a cosine.
_SAME = 1e-7


class Planes:
    """The image planes of a grid.

    Parameters
    ----------
    volume : Volume
        Any that has ``affine`` and ``grid_shape``.

    Attributes
    ----------
    orientation : list of float
        Image Orientation (Patient): along rows, then down columns.
    pixel_spacing : list of float
        Between rows, then between columns; mm.
    normal : ndarray of float64, shape (3,)
        Row x column; along it slices are ordered when they are read.
    spacing : float
        From slice to slice along the normal, mm.
    is_reversed : bool
        Whether k grows against the normal.
    is_slanted : bool
        Whether slices are moved along each other, as by a gantry's tilt.

    Raises
    ------
    GeometryError
        Rows and columns don't stand at right angles.
    """

    __slots__ = ("_affine", "is_reversed", "is_slanted", "normal", "orientation", "pixel_spacing", "spacing")

    def __init__(self, volume: Any) -> None:
        affine: NDArray[np.float64] = volume.affine
        steps = affine[:3, :3]
        lengths = np.linalg.norm(steps, axis=0)
        down, across = steps[:, 1] / lengths[1], steps[:, 2] / lengths[2]
        if abs(float(down @ across)) > _RIGHT_ANGLE:
            raise GeometryError(
                "rows and columns of the grid don't stand at right angles, which Image Orientation (Patient) "
                "(0020,0037) needs: Volume.resample_to gives a volume a grid that does",
                tag=0x00200037,
            )
        self._affine = affine
        self.orientation = [decimal_of(round(float(x), _DIGITS) + 0.0) for x in (*across, *down)]
        self.pixel_spacing = [
            decimal_of(round(float(lengths[1]), _DIGITS_MM)),
            decimal_of(round(float(lengths[2]), _DIGITS_MM)),
        ]
        self.normal = np.cross(across, down)
        along = float(steps[:, 0] @ self.normal)
        self.spacing = decimal_of(round(abs(along), _DIGITS_MM))
        self.is_reversed = along < 0
        aside = steps[:, 0] - along * self.normal
        self.is_slanted = bool(np.linalg.norm(aside) > 1e-4 * lengths[0])

    def position(self, k: int) -> list[float]:
        """Image Position (Patient) of slice k: the centre of its first voxel, (x, y, z) in mm."""
        place = self._affine[:3, 3] + k * self._affine[:3, 0]
        return [decimal_of(round(float(x), _DIGITS_MM) + 0.0) for x in place]

    def location(self, k: int) -> float:
        """How far slice k lies along the normal from the origin of the frame of reference, mm."""
        place = self._affine[:3, 3] + k * self._affine[:3, 0]
        return decimal_of(round(float(place @ self.normal), 6) + 0.0)

    def put(self, ds: Any, k: int, header: Any = None) -> None:
        """Set the elements of the Image Plane module on a slice.

        Parameters
        ----------
        ds : Dataset
        k : int
        header : Dataset, optional
            Of the slice's source: what says the same there is kept to its last digit.
        """
        ds.ImagePositionPatient = _kept(header, "ImagePositionPatient", self.position(k))
        ds.ImageOrientationPatient = _kept(header, "ImageOrientationPatient", self.orientation)
        ds.PixelSpacing = _kept(header, "PixelSpacing", self.pixel_spacing)


def _kept(header: Any, keyword: str, numbers: list[float]) -> list[float]:
    """The numbers, or those of a header that are the same but for rounding."""
    given = None if header is None else header.get(keyword)
    try:
        theirs = [float(one) for one in given or ()]
    except (TypeError, ValueError):
        return numbers
    is_same = len(theirs) == len(numbers) and all(
        abs(one - other) <= _SAME for one, other in zip(theirs, numbers, strict=True)
    )
    return theirs if is_same else numbers
