"""Segmentations and parametric maps: masks and maps by position on a volume's grid, and back.

In: Segmentation and Parametric Map objects, or masks. Out: `Segmentation` with its segments and their codes, masks and
label maps as volumes, and SEG objects that other readers accept. Standard: PS3.3 C.8.20 (Segmentation), C.8.32
(Parametric Map).

`read` -> `segmentation`, `segment` (what a person holds; `describe` prints them) -> `frames` (voxels on a grid). The
way back: `writing`. Between the standard's words and ours: `codes`, `color`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dicom.segmentation.read import read_segmentation
    from dicom.segmentation.segment import Segment
    from dicom.segmentation.segmentation import Segmentation
    from dicom.segmentation.writing.write import NewSegmentation, new_segmentation

__all__ = ["NewSegmentation", "Segment", "Segmentation", "new_segmentation", "read_segmentation"]

_HOMES = {
    "NewSegmentation": "writing.write",
    "Segment": "segment",
    "Segmentation": "segmentation",
    "new_segmentation": "writing.write",
    "read_segmentation": "read",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"dicom.segmentation.{home}"), name)
    globals()[name] = value
    return value
