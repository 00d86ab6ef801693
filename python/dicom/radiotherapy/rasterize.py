"""Masks of contours on a grid.

In: a `ROI` and a `Grid`. Out: a `Volume` of truth values. Standard: PS3.3 C.8.8.6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import GeometryError, RegionError
from dicom.volume.volume import Volume

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from dicom.radiotherapy.roi import ROI
    from dicom.volume.grid import Grid


def mask_of_roi(roi: ROI, on: Grid, *, ignore_frame_of_reference: bool = False, **options: Any) -> Volume:
    """The region as a mask: even-odd at the centres of voxels, each contour in the slice that is nearest."""
    one, two = roi.frame_of_reference_uid, on.frame_of_reference_uid
    if one is not None and two is not None and one != two and not ignore_frame_of_reference:
        raise GeometryError("the contours and the grid have different frames of reference")
    made = np.zeros(on.grid_shape, np.bool_)
    slices, rows, columns = on.grid_shape
    for index, contour in enumerate(roi.contours):
        if not contour.is_closed:
            continue
        if not np.isfinite(contour.points).all() or len(contour.points) < 3:
            raise RegionError(f"ROI {roi.number}, contour {index}: not three points or more of finite numbers")
        points = on.mm_to_index(contour.points)
        k = int(np.rint(points[:, 0].mean()))
        if not 0 <= k < slices:
            continue
        toggled = np.zeros((rows, columns + 1), np.bool_)
        for (_, y0, x0), (_, y1, x1) in zip(points, np.roll(points, -1, axis=0), strict=True):
            if y0 > y1:
                y0, x0, y1, x1 = y1, x1, y0, x0
            y = np.arange(max(0, np.ceil(y0)), min(rows, np.ceil(y1))).astype(int)
            x = np.clip(np.ceil(x0 + (y - y0) * ((x1 - x0) / (y1 - y0 or 1.0))), 0, columns).astype(int)
            toggled[y, x] ^= True
        made[k] ^= np.logical_xor.accumulate(toggled, axis=1)[:, :-1]
    return Volume(made, on.affine, quantity="segment", frame_of_reference_uid=two if two is not None else one)


def masks_of(
    rois: Sequence[ROI], grid: Grid, *, progress: Any = None, **options: Any
) -> list[tuple[str, tuple[int, int, int] | None, Volume]]:
    """Name, colour and mask of each region that has an area."""
    return [(roi.name, roi.color, mask_of_roi(roi, grid, **options)) for roi in rois if roi.has_area]
