"""A volume as an image of SimpleITK.

In: a `VolumeLike`. Out: `SimpleITK.Image` with spacing, origin and direction in LPS, which is ITK's space too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import MissingDependencyError, PixelError
from dicom.export.metaimage import refuse_sheared
from dicom.export.space import directions, even_step, origin, seconds, spacing

if TYPE_CHECKING:
    from typing import Any

    from dicom.export.space import VolumeLike


def to_sitk(volume: VolumeLike) -> Any:
    """The volume as a SimpleITK image; the values are copied, as SimpleITK does.

    Parameters
    ----------
    volume : Volume

    Returns
    -------
    SimpleITK.Image
        Of size (i, j, k[, t]); colours are a vector of 3. float16 becomes float32, bool uint8. The step along t is in
        seconds where it is known, else 1.

    Raises
    ------
    GeometryError
        The grid is sheared (``tilt="keep"``): ITK's filters take directions to stand at right angles.
    PixelError
        SimpleITK has no such type.
    MissingDependencyError
        SimpleITK isn't installed.
    """
    try:
        import SimpleITK as sitk
    except ImportError as error:
        raise MissingDependencyError("to_sitk needs SimpleITK: pip install dicom-py[sitk]") from error

    refuse_sheared(volume, "an image of SimpleITK")
    array = volume.array
    if array.dtype == np.float16:
        array = array.astype(np.float32)
    elif array.dtype == np.bool_:
        array = array.astype(np.uint8)
    if array.dtype.kind not in "iuf":
        raise PixelError(f"SimpleITK has no images of {array.dtype}")
    image: Any = sitk.GetImageFromArray(
        np.ascontiguousarray(array.astype(array.dtype.newbyteorder("="), copy=False)), volume.is_color
    )
    axes = image.GetDimension()
    matrix = np.eye(axes)
    matrix[:3, :3] = directions(volume)
    step = even_step(seconds(volume))
    image.SetSpacing([*spacing(volume).tolist(), *([1.0 if step is None else step] if axes == 4 else [])])
    image.SetOrigin([*origin(volume).tolist(), *([0.0] if axes == 4 else [])])
    image.SetDirection(matrix.reshape(-1).tolist())
    return image
