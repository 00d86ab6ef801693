"""b-values and gradient directions of a diffusion series, and the files that FSL reads them from.

In: a volume whose axis t is of diffusion. Out: a `GradientTable` in patient space, and the text of ``.bval`` and
``.bvec``. Standard: PS3.3 C.8.13.5.9 (MR Diffusion); directions are in LPS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.export.source_headers import SourceHeaders
from dicom.export.space import directions, number_of_times

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.export.space import VolumeLike

DIFFUSION = "diffusion"
_UNWEIGHTED = 50.0  # s/mm²: below it a direction needn't be said


class GradientTable:
    """How each volume of a diffusion series is weighted.

    Attributes
    ----------
    b_values : ndarray of float64, shape (t,)
        In s/mm².
    directions : ndarray of float64, shape (t, 3)
        Unit vectors in LPS; zeros where there is none.
    """

    __slots__ = ("b_values", "directions")

    def __init__(self, b_values: NDArray[np.float64], vectors: NDArray[np.float64]) -> None:
        self.b_values = b_values
        self.directions = vectors


def gradient_table(volume: VolumeLike) -> GradientTable | None:
    """The b-value and direction of each t; None where the axis isn't of diffusion, or one of them isn't known.

    They are those of the axis (`dimension_values`: a b-value, or b-value and direction, for each t), which knows the
    private elements of those who made the scanner too; what it doesn't say, the headers' Diffusion b-value and
    Diffusion Gradient Orientation may.
    """
    if volume.dimension != DIFFUSION:
        return None
    times = number_of_times(volume)
    headers = None if volume.sources is None else SourceHeaders(volume.sources)
    b_values = np.full(times, np.nan)
    vectors = np.full((times, 3), np.nan)
    stated = None if volume.dimension_values is None else np.asarray(volume.dimension_values)
    if stated is not None and stated.dtype.kind in "fiu":
        if stated.shape == (times,):
            b_values[:] = stated
        elif stated.shape == (times, 4):
            b_values[:], vectors[:] = stated[:, 0], stated[:, 1:]
    for t in range(times if headers is not None else 0):
        assert headers is not None
        b_value, vector = _weighting(headers, t)
        if np.isnan(b_values[t]) and b_value is not None:
            b_values[t] = b_value
        if np.isnan(vectors[t]).any() and vector is not None:
            vectors[t] = vector
    lengths = np.linalg.norm(vectors, axis=1)
    is_missing = ~(lengths > 0) & (b_values >= _UNWEIGHTED)
    if np.isnan(b_values).any() or is_missing.any():
        return None  # as of a trace, which has weight and no direction
    with np.errstate(invalid="ignore", divide="ignore"):
        unit = np.where((lengths > 0)[:, None], vectors / lengths[:, None], 0.0)
    return GradientTable(b_values, unit)


def to_fsl(volume: VolumeLike, table: GradientTable) -> tuple[str, str]:
    """The text of ``.bval`` and of ``.bvec``.

    FSL's directions are along i, j and k of the image, as if it were stored the radiological way round: where the
    determinant of the affine (RAS) is positive, as in images that aren't flipped, the sign of the first is changed.
    """
    axes = directions(volume)
    along = table.directions @ axes
    # From LPS to RAS two axes change their signs, so the determinant is the same.
    if np.linalg.det(axes) > 0:
        along[:, 0] *= -1
    along += 0.0
    b_values = " ".join(f"{value:.10g}" for value in table.b_values)
    vectors = "\n".join(" ".join(f"{value:.8g}" for value in row) for row in along.T)
    return f"{b_values}\n", f"{vectors}\n"


def _weighting(headers: SourceHeaders, t: int) -> tuple[float | None, NDArray[Any] | None]:
    b_value = headers.number("DiffusionBValue", t=t)
    stated = headers.value("DiffusionGradientOrientation", t=t)
    vector = None
    if stated is not None and len(stated) == 3:
        vector = np.array([float(one) for one in stated])
    return b_value, vector
