"""Planes of one data set of several frames, whatever kind of object it is.

In: a data set, read without its pixels or with these left in the file. Out: `Planes`, one row a frame (a tile, for
mosaics). Where the position of a frame isn't said, it is NaN and the reason stands in `Planes.reasons`; none is
invented. Standard: PS3.3 C.7.6.6 (Multi-frame), C.7.6.16 (functional groups), C.8.4 (NM), C.8.8.3 (RT dose).

What tells where frames lie, in this order: functional groups (`functional_groups`), the index vectors of nuclear
medicine (`nuclear_medicine`), the Grid Frame Offset Vector (`grid_offsets`), a Siemens mosaic's private header
(`mosaic`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import LimitError, PixelError
from dicom.pixels.lenient import number
from dicom.volume.frames.frame_attributes import (
    data_set_dimensions,
    data_set_numbers,
    data_set_rescale,
    data_set_texts,
    joined,
)
from dicom.volume.frames.functional_groups import functional_group_columns
from dicom.volume.frames.grid_offsets import grid_offset_columns
from dicom.volume.frames.mosaic import is_mosaic, mosaic_columns
from dicom.volume.frames.nuclear_medicine import index_vector_columns, is_nuclear_medicine
from dicom.volume.planes import Planes

if TYPE_CHECKING:
    from typing import Any

#: Frames that one data set may have: what is made for each of them takes a few hundred bytes.
MAX_FRAMES = 1_000_000
#: Pixel data that are damaged hold less than is said, yet not so much less; and a fragment takes eight bytes at least.
_ROOM_FACTOR = 2
_FRAGMENT_BYTES = 8


def multi_frame_planes(ds: Any, headers: Any, file_index: int) -> Planes:
    """The planes of one data set, one row a frame, or a tile of a mosaic.

    Parameters
    ----------
    ds : Dataset
        Of one frame or several; its pixel data aren't looked at.
    headers : Headers
        Those of all files; taken over into the planes.
    file_index : int
        The row of this file in `headers`.

    Returns
    -------
    Planes
        ``frame`` counts the frames of the file from 0; the tiles of a mosaic all have frame 0, and ``tile`` tells them
        apart.

    Raises
    ------
    PixelError
        Number of Frames isn't a whole number of at least zero, or the pixel data are far too short for it; Rows or
        Columns isn't positive.
    LimitError
        More frames than `MAX_FRAMES`.
    """
    count = _frame_count(ds)
    _check_room(ds, count, headers, file_index)
    rows, columns = (_size(ds, keyword, tag) for keyword, tag in (("Rows", 0x00280010), ("Columns", 0x00280011)))
    frame = np.arange(count)
    if has_functional_groups(ds):
        made = functional_group_columns(ds, count)
    elif is_nuclear_medicine(ds):
        made = index_vector_columns(ds, count)
    elif ds.get("GridFrameOffsetVector") is not None:
        made = grid_offset_columns(ds, count)
    elif count == 1 and is_mosaic(ds):
        made = mosaic_columns(ds, rows, columns)
        if made.get("tile") is not None:
            frame = np.zeros(len(made["tile"]), np.intp)
            rows, columns = (int(size) for size in made["tile"][0, 2:])
    else:
        made = _plain_columns(ds, count)
    numbers = made["numbers"]
    length = len(frame)
    if "slope" not in numbers:
        slope, intercept = data_set_rescale(ds)
        numbers["slope"], numbers["intercept"] = np.full(length, slope), np.full(length, intercept)
    texts = {**data_set_texts(ds, length), **made.get("texts", {})}
    image_type = joined(ds.get("ImageType"))
    if image_type is not None:
        texts["ImageType"] = [image_type] * length
    return Planes(
        headers,
        np.full(length, file_index),
        frame,
        np.full(length, rows),
        np.full(length, columns),
        numbers,
        {**data_set_dimensions(ds, length), **made.get("dimensions", {})},
        texts,
        made.get("tile"),
        made.get("reasons"),
    )


def has_functional_groups(ds: Any) -> bool:
    """Whether functional groups say where the frames lie."""
    for keyword in ("PerFrameFunctionalGroupsSequence", "SharedFunctionalGroupsSequence"):
        groups = ds.get(keyword)
        if groups is not None and not isinstance(groups, str | bytes) and hasattr(groups, "__len__") and len(groups):
            return True
    return False


def _frame_count(ds: Any) -> int:
    value = ds.get("NumberOfFrames")
    count = 1.0 if value is None or value == "" else number(value)
    if count is None or count != int(count) or count < 0:
        raise PixelError("Number of Frames (0028,0008) isn't a whole number of at least zero", tag=0x00280008)
    if count > MAX_FRAMES:
        raise LimitError(
            f"Number of Frames (0028,0008) is {int(count)}; planes are made of {MAX_FRAMES} at most (MAX_FRAMES)",
            tag=0x00280008,
        )
    # An image has a frame; zero is written by those who have but one.
    return max(int(count), 1)


def _check_room(ds: Any, count: int, headers: Any, file_index: int) -> None:
    """Refuses a number of frames that the file can't hold, before anything is made for each of them."""
    # What is deflated as a whole can be large without bound.
    if headers is None or count == 1 or not headers.has_pixels[file_index] or headers.is_deflated[file_index]:
        return
    size = int(headers.size[file_index])
    length = min(int(headers.pixel_length[file_index]), size)
    if length < 0:
        room = size // _FRAGMENT_BYTES
    else:
        bits = number(ds.get("BitsAllocated")) or 1
        for keyword in ("Rows", "Columns", "SamplesPerPixel"):
            bits *= max(number(ds.get(keyword)) or 1, 1)
        room = int(length * 8 // max(bits, 1)) + 1
    if count > _ROOM_FACTOR * room:
        raise PixelError(f"Number of Frames (0028,0008) is {count}; there is room for {room} frames", tag=0x00280008)


def _size(ds: Any, keyword: str, tag: int) -> int:
    size = number(ds.get(keyword))
    if size is None or size < 1 or size != int(size):
        raise PixelError(f"{keyword} ({tag >> 16:04X},{tag & 0xFFFF:04X}) is missing or not positive", tag=tag)
    return int(size)


def _plain_columns(ds: Any, count: int) -> dict[str, Any]:
    """Frames about which only the data set says something: cine, scanned film, slices without positions."""
    numbers = {
        name: np.tile(data_set_numbers(ds, keyword, width), (count, 1))
        for name, keyword, width in (
            ("position", "ImagePositionPatient", 3),
            ("orientation", "ImageOrientationPatient", 6),
            ("pixel_spacing", "PixelSpacing", 2),
            ("thickness", "SliceThickness", 1),
            ("spacing_between_slices", "SpacingBetweenSlices", 1),
        )
    }
    reasons: list[str | None] = [None] * count
    if count > 1:
        # One position can't be that of all; and no module says of which frame it would be.
        numbers["position"][:] = np.nan
        reasons = ["the object gives no position of its frames (PS3.3 C.7.6.16.2.3)"] * count
    elif not np.isfinite(numbers["position"]).all():
        reasons = ["Image Position (Patient) (0020,0032) is missing or isn't three numbers"]
    dimensions = {}
    times = _frame_times(ds, count)
    if times is not None:
        dimensions["FrameTime"] = times
    locations = data_set_numbers(ds, "SliceLocationVector", count) if count > 1 else np.nan
    if np.isfinite(locations).all():
        dimensions["SliceLocation"] = np.asarray(locations)
    return {"numbers": numbers, "dimensions": dimensions, "reasons": reasons}


def _frame_times(ds: Any, count: int) -> Any:
    """Time of each frame since the first, in ms: Frame Time, or Frame Time Vector (PS3.3 C.7.6.5); None without."""
    if count == 1:
        return None
    increments = np.asarray(data_set_numbers(ds, "FrameTimeVector", count))
    if np.isfinite(increments).all():
        return np.cumsum(increments) - increments[0]
    step = number(ds.get("FrameTime"))
    return None if step is None or step <= 0 else np.arange(count) * step
