"""The overlays of an image, laid onto its pixels.

In: a data set with Overlay Plane modules. Out: for each group an array in the shape of the image's frames, True where
the overlay is drawn. Standard: PS3.3 C.9.2 (Overlay Plane), C.9.3 (Multi-frame Overlay), PS3.5 8.1.2 with PS3.5-2004
(overlays in bits of the pixel data that it doesn't use, retired).
"""

from __future__ import annotations

from dicom.errors import DicomError
from dicom.finding import Finding
from dicom.pixels.description import PIXEL_DATA
from dicom.pixels.overlays import get_overlay_array

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pixels.description import FrameDescription
    from dicom.pixels.image.stored import StoredFrames

_GROUPS = range(0x6000, 0x6100, 2)
_DATA, _BIT_POSITION, _ROWS, _ORIGIN, _FRAMES, _FRAME_ORIGIN = 0x3000, 0x0102, 0x0010, 0x0050, 0x0015, 0x0051


def overlay_planes(stored: StoredFrames, indices: Sequence[int]) -> tuple[dict[int, NDArray[Any]], list[Finding]]:
    """The overlays of some frames, (frames, rows, columns) for each group, and what couldn't be read."""
    import numpy as np

    ds, description = stored.ds, stored.description
    planes: dict[int, NDArray[Any]] = {}
    findings = []
    for group in _GROUPS:
        bit = embedded_bit(ds, description, group)
        if bit is None and (group, _DATA) not in ds:
            continue
        if bit is not None:
            frames = [(stored.raw_frame(index) >> bit & 1).astype(np.bool_) for index in indices]
            planes[group] = np.stack(frames)
            continue
        try:
            planes[group] = _laid_out(ds, group, get_overlay_array(ds, group), description, indices)
        except (DicomError, TypeError, ValueError):
            message = f"the overlay of group {group:04X} can't be read and is left out"
            findings.append(Finding("overlay-unreadable", message, group << 16 | _DATA))
    return planes, findings


def embedded_bit(ds: Any, description: FrameDescription, group: int) -> int | None:
    """The bit of the pixel data that holds an overlay; None when the overlay isn't there or has its own data."""
    if (
        description.tag != PIXEL_DATA
        or description.samples_per_pixel > 1
        or description.bits_allocated not in (8, 16, 32)
    ):
        return None
    if (group, _BIT_POSITION) not in ds or (group, _DATA) in ds:
        return None
    bit = _value(ds, group, _BIT_POSITION, -1)
    return bit if description.bits_stored <= bit < description.bits_allocated else None


def embedded_findings(ds: Any, description: FrameDescription) -> list[Finding]:
    """One finding for each overlay that lies in the pixel data's bits."""
    return [
        Finding(
            "overlay-in-unused-bits",
            f"an overlay lies in a bit of the pixel data above Bits Stored ({description.bits_stored}); it was taken "
            "out of the stored values",
            group << 16 | _BIT_POSITION,
        )
        for group in _GROUPS
        if embedded_bit(ds, description, group) is not None
    ]


def _laid_out(
    ds: Any, group: int, overlay: NDArray[Any], description: FrameDescription, indices: Sequence[int]
) -> NDArray[Any]:
    """An overlay at its origin on the image's pixels; what lies beside the image is cut off."""
    import numpy as np

    frames = overlay if overlay.ndim == 3 else overlay[None]
    top, left = (_value(ds, group, _ORIGIN, 1, place) - 1 for place in (0, 1))
    planes = np.zeros((len(indices), description.rows, description.columns), np.bool_)
    rows = slice(max(top, 0), max(min(top + frames.shape[1], description.rows), 0))
    columns = slice(max(left, 0), max(min(left + frames.shape[2], description.columns), 0))
    # Without a Number of Frames in Overlay the plane belongs to every frame of the image.
    for_all = (group, _FRAMES) not in ds and (group, _FRAME_ORIGIN) not in ds
    first = _value(ds, group, _FRAME_ORIGIN, 1) - 1
    for plane, index in zip(planes, indices, strict=True):
        number = 0 if for_all else index - first
        if 0 <= number < len(frames) and rows.start < rows.stop and columns.start < columns.stop:
            part = frames[number][max(-top, 0) :, max(-left, 0) :]
            plane[rows, columns] = part[: rows.stop - rows.start, : columns.stop - columns.start]
    return planes


def _value(ds: Any, group: int, element: int, default: int, place: int = 0) -> int:
    found = ds.get((group, element))
    value: Any = None if found is None else found.value
    if hasattr(value, "__getitem__") and not isinstance(value, str | bytes):
        value = value[place] if len(value) > place else None
    return default if value is None or isinstance(value, bytes) else int(value)
