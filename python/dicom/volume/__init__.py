"""From files to volumes: series found, planes ordered, pixels in one array with its geometry.

In: files. Out: `FoundSeries`, and `Volume`: an array (k, j, i) of values in their unit, with an affine from array index
to patient position in mm, LPS. Standard: PS3.3 C.7.6.2 (Image Plane), C.7.6.16 (Multi-frame Functional Groups).

The rooms, in the order of the data's way: `series` (which files make one volume; the place of each file) -> `planes`
(what headers say of each frame, one row a frame), with `frames` for objects of several frames -> `geometry` (planes in
order, the report on them, and policies) -> `read` -> `assembly` (pixels into their slots), with `sources` (where each
slice comes from) -> `volume`, a `grid` with values, described by `describe`; `space` (affines) lies under `operations`
(crop, reorient, resample, project, other values). Beside them `lazy` (slices that are read when they are asked for).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dicom.volume.geometry.report import Defect, GeometryReport
    from dicom.volume.grid import Grid
    from dicom.volume.read import read_series
    from dicom.volume.series.found import FoundSeries, find_series
    from dicom.volume.series.series import Series
    from dicom.volume.volume import Volume

__all__ = ["Defect", "FoundSeries", "GeometryReport", "Grid", "Series", "Volume", "find_series", "read_series"]

_HOMES = {
    "Defect": "geometry.report",
    "FoundSeries": "series.found",
    "GeometryReport": "geometry.report",
    "Grid": "grid",
    "Series": "series.series",
    "Volume": "volume",
    "find_series": "series.found",
    "read_series": "read",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"dicom.volume.{home}"), name)
    globals()[name] = value
    return value
