"""From files to volumes: series found, planes ordered, pixels in one array with its geometry.

In: files. Out: `FoundSeries`, and `Volume`: an array (k, j, i) of values in their unit, with an affine from array index
to patient position in mm, LPS. Standard: PS3.3 C.7.6.2 (Image Plane), C.7.6.16 (Multi-frame Functional Groups).

The rooms, in the order of the data's way: `inputs` and `archive` (what was given, as files) -> `headers` (columns of
all their headers, with `private_elements`) -> `planes` (one row a frame), with `multiframe` for objects of several
frames -> `grouping` (what belongs to one stack; with `image_kind`) -> `locations` (which planes share a position) ->
`dimension` (the 4th axis; with `axes`, `axis_values` and `clock`) -> `found` (the series of a folder, and the place of
each file; with `series`, `reasons` and `listing`) -> `order` (planes along their normal) -> `report` (what is wrong
with a stack, in mm) -> `policy` (what the caller wants done about it: a `Layout`) -> `assemble` (pixels into their
slots) -> `volume`, with `space` (affines), `crop`, `reorient`, `resample` and `project`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dicom.volume.found import FoundSeries, find_series
    from dicom.volume.grid import Grid
    from dicom.volume.read import read_series
    from dicom.volume.report import Defect, GeometryReport
    from dicom.volume.series import Series
    from dicom.volume.volume import Volume

__all__ = ["Defect", "FoundSeries", "GeometryReport", "Grid", "Series", "Volume", "find_series", "read_series"]

_HOMES = {
    "Defect": "report",
    "FoundSeries": "found",
    "GeometryReport": "report",
    "Grid": "grid",
    "Series": "series",
    "Volume": "volume",
    "find_series": "found",
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
