"""A volume as a DataArray of xarray.

In: a `VolumeLike`. Out: `xarray.DataArray` over the same memory, with coordinates in mm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import MissingDependencyError
from dicom.export.space import grid_shape, origin, patient_axes, spacing, steps

if TYPE_CHECKING:
    from typing import Any

    from dicom.export.space import VolumeLike

_AXES = "xyz"


def to_xarray(volume: VolumeLike) -> Any:
    """The volume as a DataArray.

    Parameters
    ----------
    volume : Volume

    Returns
    -------
    xarray.DataArray
        Dimensions ``("k", "j", "i")``, with ``"t"`` before and ``"color"`` behind where the volume has them. The
        coordinate of k, j and i is in mm. Of a grid along the patient's axes it is x, y or z in LPS, falling where
        the axis runs against it; of an oblique or sheared grid the distance from the first voxel. The coordinate's
        attributes say which (``axis``: ``"x"``, ``"y"``, ``"z"`` or ``"distance"``). That of t has the values of the
        volume's dimension. ``attrs["affine"]`` maps (k, j, i, 1) to mm in LPS in each case.

    Raises
    ------
    MissingDependencyError
        xarray isn't installed.
    """
    try:
        import xarray
    except ImportError as error:
        raise MissingDependencyError("to_xarray needs xarray: pip install dicom-py[xarray]") from error

    along = patient_axes(volume)
    coordinates: dict[str, Any] = {}
    for n, name in enumerate("ijk"):
        index = np.arange(grid_shape(volume)[2 - n])
        if along is None:
            values, axis = index * spacing(volume)[n], "distance"
        else:
            values = origin(volume)[along[n]] + index * steps(volume)[along[n], n]
            axis = _AXES[along[n]]
        coordinates[name] = (name, values, {"units": "mm", "axis": axis})
    dims = ["k", "j", "i"]
    if volume.dimension is not None:
        dims.insert(0, "t")
        coordinates |= _coordinate_of_t(volume)
    if volume.is_color:
        dims.append("color")
        coordinates["color"] = ["red", "green", "blue"]
    attributes: dict[str, Any] = {"affine": np.array(volume.affine), "space": "LPS"}
    if volume.unit:
        attributes["units"] = volume.unit
    if volume.modality:
        attributes["modality"] = volume.modality
    return xarray.DataArray(volume.array, coords=coordinates, dims=dims, name=volume.modality, attrs=attributes)


def _coordinate_of_t(volume: VolumeLike) -> dict[str, Any]:
    """Values along t: of rows of values, the index counts and each column stands beside it."""
    attributes = {"long_name": volume.dimension}
    if volume.dimension_unit:
        attributes["units"] = volume.dimension_unit
    values = volume.dimension_values
    if values is None:
        return {}
    if values.ndim == 1:
        return {"t": ("t", values, attributes)}
    return {f"t{n}": ("t", column, attributes) for n, column in enumerate(values.reshape(len(values), -1).T)}
