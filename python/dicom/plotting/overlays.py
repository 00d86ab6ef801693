"""Masks over the planes of a volume: a fill that lets the image through, and an outline at the voxels' edges.

In: masks, label maps, or an object that makes masks, and `Plane`s. Out: images and lines on matplotlib's Axes, and
entries of the legend. Masks on another grid are drawn where they lie, by the nearest voxel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import GeometryError, RegionError
from dicom.plotting.color_maps import as_rgb, labels_in
from dicom.plotting.layout import place_image
from dicom.plotting.palette import palette_color
from dicom.plotting.sampling import check_frame_of_reference, division_for, on_plane

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from dicom.plotting.palette import RGB
    from dicom.plotting.planes import Plane

    Planes = tuple[Plane, Plane, Plane]
    Division = tuple[int, int]


class Region:
    """One mask as it lies in each plane.

    Attributes
    ----------
    name : str
    color : (red, green, blue)
        0 to 1.
    parts : list of ndarray or None
        One a plane: how much of each part of a pixel belongs to it, 0 to 1 or a truth value; None for nothing.
    """

    __slots__ = ("color", "name", "parts")

    def __init__(self, name: str, color: RGB, parts: list[NDArray[Any] | None]) -> None:
        self.name = name
        self.color = color
        self.parts = parts

    @property
    def is_seen(self) -> bool:
        """Whether any of it lies in the planes."""
        return any(part is not None and part.any() for part in self.parts)


def regions_of(mask: Any, volume: Any, planes: Planes, t: int = 0) -> tuple[list[Region], list[Division]]:
    """The masks that were given, as they lie in each plane, and into how many parts each plane's pixels are divided.

    Parameters
    ----------
    mask : Volume, ndarray, mapping of names to these, sequence of (name, color, mask), or with ``masks_on(grid)``
        Truth values, parts of voxels (0 to 1), or whole numbers: a label map where it stands alone, else a mask of what
        isn't 0.
    volume : Volume
        What it is drawn over, without an axis t.
    planes : three Planes
    t : int
        Which time point of masks that have several.

    Raises
    ------
    GeometryError
        Another frame of reference, or an array of another shape.
    RegionError
        Not a mask: values beyond 0 to 1.
    """
    if hasattr(mask, "masks_on"):
        return _made_regions(mask, volume, planes)
    given: list[tuple[str, Any, Any]]
    if isinstance(mask, (list, tuple)):
        given = _triples(mask)
    elif hasattr(mask, "items") and not hasattr(mask, "affine"):
        given = [(str(name), None, one) for name, one in _items(mask)]
    else:
        one = _mask_volume(mask, volume, t)
        if one.array.dtype.kind in "iu":
            return _labels(one, planes)
        given = [("mask", None, one)]
    masks = [(name, color, _mask_volume(one, volume, t)) for name, color, one in given]
    divisions = [_finest([division_for(one, plane) for _, _, one in masks]) for plane in planes]
    regions: list[Region] = []
    for name, color, one in masks:
        pairs = zip(planes, divisions, strict=True)
        parts = [_as_weights(on_plane(one, plane, 0, division)) for plane, division in pairs]
        regions.append(Region(name, _color(color, len(regions)), parts))
    return regions, divisions


def draw_regions(
    axes: Sequence[Axes], planes: Planes, regions: list[Region], divisions: list[Division], alpha: float
) -> None:
    """Draw them over the planes.

    Parameters
    ----------
    axes, planes : three each
    regions, divisions
        As `regions_of` gives them.
    alpha : float
        How opaque the fill is, 0 to 1.
    """
    if not regions:
        return
    for number, (ax, plane, division) in enumerate(zip(axes, planes, divisions, strict=True)):
        fill = _fill([(region.parts[number], region.color) for region in regions], alpha)
        if fill is not None:
            place_image(ax, plane, fill, {"interpolation": "nearest", "aspect": ax.get_aspect(), "zorder": 1})
        for region in regions:
            part = region.parts[number]
            if part is not None and part.any():
                _draw_lines(ax, plane, edges_of(part if part.dtype == bool else part >= 0.5), division, region.color)


def edges_of(inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The outline of a mask, exactly along the edges of its pixels, as straight lines as long as they go.

    Parameters
    ----------
    inside : ndarray of bool, shape (rows, columns)

    Returns
    -------
    ndarray of float64, shape (n, 2, 2)
        From (row, column) to (row, column); whole numbers are middles of pixels, so that edges end in a half. What
        lies at the border of the array is bounded by it.
    """
    framed = np.pad(inside, 1)
    between_rows = framed[1:, 1:-1] != framed[:-1, 1:-1]
    between_columns = (framed[1:-1, 1:] != framed[1:-1, :-1]).T
    lines = []
    for across, changes in enumerate((between_rows, between_columns)):
        steps = np.diff(np.pad(changes, ((0, 0), (1, 1))).astype(np.int8), axis=1)
        at, begins = np.nonzero(steps == 1)
        _, ends = np.nonzero(steps == -1)
        line = np.stack([np.stack([at, begins], axis=-1), np.stack([at, ends], axis=-1)], axis=1) - 0.5
        lines.append(line[..., ::-1] if across else line)
    return np.concatenate(lines)


def _triples(masks: Sequence[Any]) -> list[tuple[str, Any, Any]]:
    if not all(isinstance(one, (list, tuple)) and len(one) == 3 for one in masks):
        raise GeometryError("several masks are {name: mask}, or a list of (name, color, mask)")
    return [(str(name), color, one) for name, color, one in masks]


def _items(masks: Mapping[Any, Any]) -> list[tuple[Any, Any]]:
    return list(masks.items())


def _made_regions(maker: Any, volume: Any, planes: Planes) -> tuple[list[Region], list[Division]]:
    """Of an object that makes masks on a grid; one after the other, for all together may not fit into memory."""
    regions: list[Region] = []
    for name, color, mask in maker.masks_on(volume):
        check_frame_of_reference(mask.frame_of_reference_uid, volume.frame_of_reference_uid, "the mask")
        parts = [_as_weights(on_plane(mask, plane, 0)) for plane in planes]
        regions.append(Region(str(name), _color(color, len(regions)), parts))
    return regions, [(1, 1)] * 3


def _labels(label_map: Any, planes: Planes) -> tuple[list[Region], list[Division]]:
    labels = labels_in(label_map.array)
    divisions = [division_for(label_map, plane) for plane in planes]
    pairs = zip(planes, divisions, strict=True)
    sampled = [on_plane(label_map, plane, 0, division) for plane, division in pairs]
    there = [set() if values is None else set(np.unique(values).tolist()) for values in sampled]
    regions: list[Region] = []
    for label in labels:
        parts = [
            values == label if values is not None and label in found else None
            for values, found in zip(sampled, there, strict=True)
        ]
        regions.append(Region(f"label {label}", _color(None, len(regions)), parts))
    return regions, divisions


def _mask_volume(mask: Any, volume: Any, t: int) -> Any:
    """A mask without an axis t, on a grid in the volume's frame of reference."""
    if not hasattr(mask, "affine"):
        array = np.asarray(mask)
        if array.ndim != 3 or array.shape != volume.grid_shape:
            raise GeometryError(
                f"an array of shape {array.shape} isn't a mask of a volume of {volume.grid_shape} voxels (k, j, i)"
            )
        mask = volume.with_array(array, is_color=False)
    if mask.is_color or mask.array.dtype.kind not in "biuf":
        raise RegionError("a mask has truth values, parts of voxels from 0 to 1, or whole numbers")
    check_frame_of_reference(mask.frame_of_reference_uid, volume.frame_of_reference_uid, "the mask")
    return mask if mask.dimension is None else mask[t]


def _finest(divisions: list[Division]) -> Division:
    return max((one[0] for one in divisions), default=1), max((one[1] for one in divisions), default=1)


def _as_weights(values: NDArray[Any] | None) -> NDArray[Any] | None:
    """Truth values, or float32 from 0 to 1."""
    if values is None or values.dtype == bool:
        return values
    if values.dtype.kind in "iu":
        is_inside: NDArray[np.bool_] = values != 0
        return is_inside
    weights: NDArray[np.float32] = np.nan_to_num(values.astype(np.float32), nan=0.0)
    if weights.min() < -1e-3 or weights.max() > 1 + 1e-3:
        raise RegionError("a mask of floats says how much of each voxel belongs to it, 0 to 1; it has values beyond")
    return weights


def _color(color: Any, number: int) -> RGB:
    return palette_color(number) if color is None else as_rgb(color)


def _fill(parts: list[tuple[NDArray[Any] | None, RGB]], alpha: float) -> NDArray[np.float32] | None:
    """(rows, columns, RGBA) of the masks one over the other; None where there are none."""
    whole: NDArray[np.float32] | None = None
    for part, color in parts:
        if part is None or not part.any():
            continue
        if whole is None:
            whole = np.zeros((*part.shape, 4), np.float32)
        inside = part > 0
        weight = np.float32(alpha) * part[inside].astype(np.float32)[:, None]
        # Multiplied by what is let through, as colours that lie over each other add up.
        whole[inside] = whole[inside] * (1 - weight) + np.array([*color, 1.0], np.float32) * weight
    if whole is not None:
        whole[..., :3] /= np.maximum(whole[..., 3:], 1e-6)
        np.clip(whole, 0.0, 1.0, out=whole)
    return whole


def _draw_lines(ax: Axes, plane: Plane, edges: NDArray[np.float64], division: Division, color: RGB) -> None:
    from matplotlib.collections import LineCollection

    places = plane.mm_at((edges + 0.5) / np.array(division) - 0.5)
    ax.add_collection(
        LineCollection(list(places), colors=[color], linewidths=1.2, capstyle="projecting", zorder=1.5), autolim=False
    )
