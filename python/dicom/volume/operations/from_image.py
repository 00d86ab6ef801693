"""The image of another library as a volume: what a network predicted, what a tool made of an exported file.

In: an image of nibabel or SimpleITK, or the path of one; the volume on whose grid it is to be. Out: a `Volume`. These
libraries keep axes in other orders and senses; voxels are brought back by where they lie in mm, never by their order.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import GeometryError, MissingDependencyError, PixelError
from dicom.volume import space
from dicom.volume.volume import Volume

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

#: (i, j, k, 1) <-> (k, j, i, 1), and RAS <-> LPS.
_REVERSED = np.eye(4)[[2, 1, 0, 3]]
_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
_MM_OF_UNIT = {"unknown": 1.0, "mm": 1.0, "meter": 1000.0, "micron": 0.001}
#: Of the smallest voxel size: by so much may voxels lie off, for NIfTI holds rotations as floats of 32 bits.
_TOLERANCE = 0.1


def from_nibabel(image: Any, like: Volume | None) -> Volume:
    """A volume of an image of nibabel; see `Volume.from_nibabel`."""
    if isinstance(image, (str, os.PathLike)):
        image = _loaded(image)
    if not hasattr(image, "dataobj") or not hasattr(image, "affine"):
        raise TypeError(f"an image of nibabel or the path of one was expected, not {type(image).__name__}")
    header = image.header
    says_where = [int(header[name]) for name in ("qform_code", "sform_code")] if "qform_code" in header else [1]
    if image.affine is None or not any(says_where):
        raise GeometryError("the image doesn't say where it lies: neither qform_code nor sform_code is set")
    length_unit = header.get_xyzt_units()[0] if hasattr(header, "get_xyzt_units") else "mm"
    affine = _TO_LPS @ np.asarray(image.affine, np.float64) @ _REVERSED
    affine[:3] *= _MM_OF_UNIT[length_unit]
    return _placed(np.asanyarray(image.dataobj).T, affine, like, "Volume.from_nibabel(image)")


def from_sitk(image: Any, like: Volume | None) -> Volume:
    """A volume of an image of SimpleITK; see `Volume.from_sitk`."""
    try:
        import SimpleITK as sitk
    except ImportError as error:
        raise MissingDependencyError("images of SimpleITK need it: pip install dicom-py[sitk]") from error
    if not isinstance(image, sitk.Image):
        raise TypeError(f"an image of SimpleITK was expected, not {type(image).__name__}")
    given: Any = image  # SimpleITK's methods have no types
    axes, components = given.GetDimension(), given.GetNumberOfComponentsPerPixel()
    if axes != 3 or components != 1:
        raise GeometryError(
            f"an image of 3 axes and one value a voxel was expected, not of {axes} axes and {components} values"
        )
    affine = np.eye(4)
    affine[:3, :3] = np.reshape(given.GetDirection(), (3, 3)) * given.GetSpacing()
    affine[:3, 3] = given.GetOrigin()
    return _placed(sitk.GetArrayFromImage(given), affine @ _REVERSED, like, "Volume.from_sitk(image)")


def _loaded(path: str | os.PathLike[str]) -> Any:
    from dicom.export.nifti import require_nibabel

    nibabel = require_nibabel()
    try:
        return nibabel.load(path)
    except nibabel.filebasedimages.ImageFileError as error:
        raise PixelError("nibabel reads no image from this file", path=os.fsdecode(path)) from error


def _placed(array: NDArray[Any], affine: NDArray[np.float64], like: Volume | None, anew: str) -> Volume:
    """Values of axes (..., k, j, i) where the affine says, on the grid of `like` if there is one."""
    while array.ndim > 3 and array.shape[0] == 1:
        array = array[0]
    if array.dtype.kind not in "biuf":
        raise PixelError("the image has colours or complex numbers; one number a voxel was expected")
    if array.ndim != 3:
        raise GeometryError(f"an image of 3 axes was expected, not {array.ndim}: take one of its volumes")
    # In memory as other volumes are; an array of the other byte order is one that torch and others refuse.
    array = array.astype(array.dtype.newbyteorder("="), copy=False)
    if not np.isfinite(affine).all() or abs(np.linalg.det(affine[:3, :3])) == 0:
        raise GeometryError("the affine of the image isn't one of a grid: not finite, or without an extent")
    if like is None:
        return Volume(np.ascontiguousarray(array), affine)
    steps = np.linalg.solve(like.affine[:3, :3], affine[:3, :3])
    axes = [int(axis) for axis in np.abs(steps).argmax(axis=1)]
    if sorted(axes) == [0, 1, 2]:
        affine = affine.copy()
        for axis in range(3):
            if steps[:, axis][axes.index(axis)] < 0:
                array = np.flip(array, axis)
                affine[:3, 3] += affine[:3, axis] * (array.shape[axis] - 1)
                affine[:3, axis] *= -1
        turned, columns = array.transpose(axes), affine[:, [*axes, 3]]
        off = space.greatest_distance(columns, like.affine, like.grid_shape)
        if turned.shape == like.grid_shape and off <= _TOLERANCE * min(like.spacing):
            return like.with_array(np.ascontiguousarray(turned))
    raise GeometryError(
        f"the image (k, j, i) = {array.shape} doesn't lie on the grid of the volume, {like.grid_shape}, not even "
        f"turned: {anew}.resample_to(volume, order=0) brings labels there"
    )
