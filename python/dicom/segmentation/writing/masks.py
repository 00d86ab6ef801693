"""What a caller gives as masks, brought onto one grid.

In: masks by label, an array of masks, a label map, or a segmentation that was read; the volume that they were drawn on.
Out: `Given`: a grid, segments with their numbers, their regions. Nothing is resampled: a mask of another grid is
refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dicom.errors import GeometryError, RegionError
from dicom.segmentation.writing.regions import LabelRegions, MaskRegions, Regions
from dicom.segmentation.writing.segment_items import numbered, own_numbers
from dicom.volume.grid import Grid
from dicom.volume.volume import Volume

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.segmentation.segment import Segment


class Given(NamedTuple):
    """What a segmentation is made of."""

    grid: Grid
    #: With the numbers that they are written by, in the order of the regions.
    segments: list[Segment]
    regions: Regions
    #: A volume on that grid which knows the images that its slices come from, where there is one.
    volume: Volume | None


def regions_given(masks: Any, segments: Sequence[Segment] | None, source: Grid | None, kind: str) -> Given:
    """The regions that a caller means.

    Parameters
    ----------
    masks
        As `dicom.segmentation.writing.write.new_segmentation` takes them.
    segments : sequence of Segment or None
    source : Volume, Grid or None
    kind : {"BINARY", "FRACTIONAL", "LABELMAP"}

    Raises
    ------
    GeometryError
        A mask has another shape than the source, lies elsewhere, or is relative to something else.
    RegionError
        Masks and segments don't belong together, or values that a mask can't have.
    """
    if source is not None and not isinstance(source, Grid):
        raise GeometryError(
            f"source is a volume or a grid, not {type(source).__name__}: dicom.read_series reads one, and template= "
            "takes a data set or file of the study"
        )
    if hasattr(masks, "rois") and segments is not None:
        if source is None:
            raise GeometryError("contours have no voxels: give the volume that they were drawn on as source")
        masks = {segment.label: masks.mask(segment.label, on=source) for segment in segments}
    elif _is_named(masks):
        masks = _by_name(masks)
    if hasattr(masks, "segments"):
        if segments is None:
            segments, masks = list(masks.segments), _masks_of(masks, source)
        else:
            masks = [masks.mask(segment, on=source) for segment in masks.segments]
    if segments is None:
        raise RegionError("segments have to be described: give a Segment with its codes for each of them")
    segments = list(segments)
    described = numbered(segments, kind)
    is_fractional = kind == "FRACTIONAL"
    if isinstance(masks, Mapping):
        masks = _in_order(masks, segments)
    elif not isinstance(masks, Sequence):
        if not isinstance(masks, Volume):
            masks = np.asarray(masks)
        if masks.ndim == 3 and masks.dtype.kind in "iu":
            grid, volume = _grid_of([masks], source)
            # The caller's numbers stand in the array; they may be written by others.
            labels = LabelRegions(_array_on(grid, masks, "the label map"), own_numbers(segments), is_fractional)
            return Given(grid, described, labels, volume)
        masks = list(masks) if masks.ndim == 4 else [masks]
        if len(masks) == 1 != len(segments) and masks[0].dtype.kind == "f":
            raise RegionError(
                f"there are {len(segments)} segments and one mask of floats; a label map holds whole numbers: "
                "astype(numpy.uint8) makes them"
            )
    if len(masks) != len(segments):
        raise RegionError(f"there are {len(masks)} mask(s) and {len(segments)} segment(s)")
    grid, volume = _grid_of(masks, source)
    arrays = [_array_on(grid, mask, f"the mask of segment {n}") for n, mask in enumerate(masks, 1)]
    return Given(grid, described, MaskRegions(arrays, [one.number for one in described], is_fractional), volume)


def _is_named(masks: Any) -> bool:
    """Whether these are pairs of name and mask, or (name, colour, mask), as `masks_on` gives them."""
    return (
        isinstance(masks, Sequence)
        and bool(masks)
        and all(isinstance(one, tuple) and len(one) in (2, 3) and isinstance(one[0], str) for one in masks)
    )


def _by_name(masks: Sequence[Any]) -> dict[str, Any]:
    named = {one[0]: one[-1] for one in masks}
    if len(named) != len(masks):
        raise RegionError("several masks have one name: give them as a list in the order of the segments")
    return named


def _in_order(masks: Mapping[str, Any], segments: Sequence[Segment]) -> list[Any]:
    """The masks of segments by their labels."""
    for n, segment in enumerate(segments, 1):
        if segment.label not in masks:
            raise RegionError(f"segment {n} has a label that no mask has")
    if len(masks) != len(segments):
        raise RegionError(f"there are {len(masks)} masks and {len(segments)} segments: each needs the other")
    return [masks[segment.label] for segment in segments]


def _masks_of(segmentation: Any, source: Grid | None) -> Any:
    """A segmentation that was read as a label map, or where segments overlap or have parts of voxels as masks."""
    if segmentation.type != "FRACTIONAL":
        try:
            return segmentation.label_map(source)
        except RegionError:
            pass  # segments that overlap have masks
    return [segmentation.mask(segment, on=source) for segment in segmentation.segments]


def _grid_of(masks: Sequence[Any], source: Grid | None) -> tuple[Grid, Volume | None]:
    """The grid that is written, and a volume on it that knows where its slices come from."""
    volumes = [mask for mask in masks if isinstance(mask, Volume)]
    if isinstance(source, Volume) and source.sources is not None:
        return source, source
    known = next((volume for volume in volumes if volume.sources is not None), None)
    if source is not None:
        return source, known
    if not volumes:
        raise GeometryError("arrays don't say where they lie: give the volume that they were drawn on as source")
    return volumes[0], known


def _array_on(grid: Grid, mask: Any, what: str) -> NDArray[Any]:
    """The array of a mask, which has to be on the grid."""
    array: NDArray[Any] = mask.array if isinstance(mask, Volume) else np.asarray(mask)
    if array.shape != grid.grid_shape:
        raise GeometryError(
            f"{what} has the shape {array.shape}, and the grid that it is to be on (k, j, i) = {grid.grid_shape}"
        )
    if isinstance(mask, Volume) and not mask.same_grid_as(grid):
        one, two = mask.frame_of_reference_uid, grid.frame_of_reference_uid
        if one is not None and two is not None and one != two:
            raise GeometryError(
                f"Frame of Reference UID (0020,0052) of {what} is another than that of the grid that it is to be on",
                tag=0x00200052,
            )
        raise GeometryError(
            f"{what} has the shape {array.shape} of the grid that it is to be on, but lies elsewhere: bring it there "
            "first (resample_to)"
        )
    return array
