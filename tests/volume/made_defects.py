"""Series with one thing wrong, made by code; with what a report, or an error, must say of it.

`with_defect(name, folder)` makes one by name. A `Flawed` tells the truth in terms of files, so that it doesn't depend
on how slices are counted: which files the defect is about, how much it is, and the grid of the slices.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from tests.volume.made import (
    decimal,
    grid_affine,
    plane_affine,
    plane_data_sets,
    stored_values,
    values_of,
    write_series,
)
from tests.volume.made_dimensions import time_series

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    import dicom

SHAPE = (12, 20, 24)


@dataclass(frozen=True)
class Flawed:
    """A series with a defect, or without one where a careless reader would see one."""

    name: str
    folder: Path
    #: By k; slices that are not on the grid stand where their position puts them. With duplicates, the first only.
    paths: list[Path]
    #: Modality values of those slices, (k, j, i); (t, k, j, i) with time points; empty where sizes differ.
    values: NDArray[np.float64]
    #: The grid that the slices were taken from: (k, j, i) -> LPS, mm. k = 0 is the first slice that is there.
    affine: NDArray[np.float64]
    #: Of the one defect, None for a regular grid.
    kind: str | None = None
    #: mm, or degrees: of a gap the distance between its neighbours, else how far the worst step is off the usual one.
    amount: float | None = None
    #: The files that the defect, or the error, is about.
    files: list[Path] = field(default_factory=list)
    #: The grid slots (k of the full grid) that nothing fills.
    missing: list[int] = field(default_factory=list)
    #: Nothing can be made of the planes: a GeometryError, whatever the policy, names one of `files` and this element.
    element: str | None = None
    #: Where one Series Instance UID falls into several volumes: the files of each.
    parts: list[list[Path]] = field(default_factory=list)


def _planes(
    affine: NDArray[np.float64] | None = None, shape: tuple[int, int, int] = SHAPE
) -> tuple[list[dicom.Dataset], NDArray[np.float64], NDArray[np.float64]]:
    affine = grid_affine() if affine is None else affine
    data_sets = plane_data_sets(stored_values(shape), affine)
    return data_sets, values_of(data_sets), affine


def _move(ds: dicom.Dataset, vector: NDArray[np.float64]) -> None:
    """Move a plane by a vector in mm."""
    ds.ImagePositionPatient = [decimal(float(x) + d) for x, d in zip(ds.ImagePositionPatient, vector, strict=True)]


def _patch(path: Path, old: bytes, new: bytes) -> None:
    """Write a value that the writer would refuse, of the same length, in place of one that stands there once."""
    data = path.read_bytes()
    assert len(old) == len(new)
    assert data.count(old) == 1
    path.write_bytes(data.replace(old, new))


def dropped(folder: Path) -> Flawed:
    """One slice is missing."""
    planes, values, affine = _planes()
    paths = write_series(folder, planes[:5] + planes[6:])
    return Flawed(
        "dropped", folder, paths, np.delete(values, 5, 0), affine, "gap", 4.0, [paths[4], paths[5]], missing=[5]
    )


def dropped_two(folder: Path) -> Flawed:
    """Two slices beside each other are missing."""
    planes, values, affine = _planes()
    paths = write_series(folder, planes[:5] + planes[7:])
    return Flawed(
        "dropped-two",
        folder,
        paths,
        np.delete(values, [5, 6], 0),
        affine,
        "gap",
        6.0,
        [paths[4], paths[5]],
        missing=[5, 6],
    )


def swapped(folder: Path) -> Flawed:
    """Two slices have each other's Instance Number and place among the files: positions tell, so nothing is wrong."""
    planes, values, affine = _planes()
    planes[3].InstanceNumber, planes[8].InstanceNumber = 9, 4
    order = [0, 1, 2, 8, 4, 5, 6, 7, 3, 9, 10, 11]
    written = write_series(folder, [planes[k] for k in order])
    return Flawed("swapped", folder, [written[order.index(k)] for k in range(12)], values, affine)


def reversed_order(folder: Path) -> Flawed:
    """Files and Instance Numbers go from the last slice to the first: positions tell, so nothing is wrong."""
    planes, values, affine = _planes()
    for k, ds in enumerate(planes):
        ds.InstanceNumber = 12 - k
    written = write_series(folder, reversed(planes))
    return Flawed("reversed", folder, written[::-1], values, affine)


def oblique(folder: Path) -> Flawed:
    """Slices that are turned about all three axes of the patient: nothing is wrong."""
    planes, values, affine = _planes(grid_affine((2.5, 0.9, 0.7), angles=(20.0, -35.0, 12.0)))
    return Flawed("oblique", folder, write_series(folder, planes), values, affine)


def tilted(folder: Path) -> Flawed:
    """A gantry leant by 15 degrees: each slice is moved along its own rows' direction, too."""
    planes, values, affine = _planes(plane_affine(spacing=(3.0, 0.75, 0.5), tilt_degrees=15.0))
    for ds in planes:
        ds.GantryDetectorTilt = 15.0
    return Flawed("tilted", folder, write_series(folder, planes), values, affine, "tilt", 15.0)


def tilted_unsaid(folder: Path) -> Flawed:
    """The same where no element says that the gantry leans."""
    planes, values, affine = _planes(plane_affine(spacing=(3.0, 0.75, 0.5), tilt_degrees=-7.5))
    return Flawed("tilted-unsaid", folder, write_series(folder, planes), values, affine, "tilt", 7.5)


def duplicated(folder: Path) -> Flawed:
    """Two slices of one position, with other values and another SOP Instance UID."""
    planes, values, affine = _planes()
    twin = plane_data_sets(stored_values(SHAPE) + 1, affine, like=planes[0])[4]
    twin.InstanceNumber = 13
    paths = write_series(folder, [*planes, twin])
    return Flawed("duplicated", folder, paths[:12], values, affine, "duplicate", 0.0, [paths[4], paths[12]])


def copied(folder: Path) -> Flawed:
    """One file is there twice, byte for byte."""
    planes, values, affine = _planes()
    paths = write_series(folder, planes)
    copy = folder / "copy of a slice.dcm"
    copy.write_bytes(paths[4].read_bytes())
    return Flawed("copied", folder, paths, values, affine, "duplicate", 0.0, [paths[4], copy])


def two_orientations(folder: Path) -> Flawed:
    """Axial and sagittal slices in one series: two volumes."""
    planes, values, affine = _planes()
    other = plane_data_sets(stored_values((8, 20, 24)), plane_affine("sagittal"), like=planes[0])
    paths = write_series(folder, planes + other)
    return Flawed(
        "two-orientations",
        folder,
        paths[:12],
        values,
        affine,
        "mixed-orientation",
        90.0,
        paths[12:],
        parts=[paths[:12], paths[12:]],
    )


def jitter(folder: Path) -> Flawed:
    """Slices off their places along the normal by up to 0.2 mm of 2 mm."""
    planes, values, affine = _planes()
    off = 0.2 * np.sin(np.arange(12) * 2.1)
    off[0] = off[11] = 0.0
    for ds, amount in zip(planes, off, strict=True):
        _move(ds, affine[:3, 0] / 2.0 * amount)
    paths = write_series(folder, planes)
    return Flawed(
        "jitter", folder, paths, values, affine, "uneven-spacing", float(np.abs(np.diff(off)).max()), list(paths)
    )


def rounded(folder: Path) -> Flawed:
    """Positions written with two decimals: within the tolerance, nothing is wrong."""
    planes, values, affine = _planes(grid_affine((2.0 / 3, 0.75, 0.5)))
    for ds in planes:
        ds.ImagePositionPatient = [round(float(x), 2) for x in ds.ImagePositionPatient]
    return Flawed("rounded", folder, write_series(folder, planes), values, affine)


def sideways(folder: Path) -> Flawed:
    """One slice is moved within its plane by 1 mm."""
    planes, values, affine = _planes()
    _move(planes[6], affine[:3, 2] / 0.5)
    paths = write_series(folder, planes)
    return Flawed("sideways", folder, paths, values, affine, "drift", 1.0, [paths[6]])


def two_spacings(folder: Path) -> Flawed:
    """2 mm in the lower half, 5 mm in the upper: no step can be called the series' own."""
    planes, values, affine = _planes()
    for k in range(7, 12):
        _move(planes[k], affine[:3, 0] * 1.5 * (k - 6))
    paths = write_series(folder, planes)
    return Flawed("two-spacings", folder, paths, values, affine, "uneven-spacing", 3.0, paths[6:])


def mixed_sizes(folder: Path) -> Flawed:
    """Three of the slices have fewer rows and columns: two volumes."""
    planes, _, affine = _planes()
    small = plane_data_sets(stored_values((12, 16, 12)), affine, like=planes[0])
    paths = write_series(folder, planes[:9] + small[9:])
    return Flawed(
        "mixed-sizes",
        folder,
        paths,
        np.empty(0),
        affine,
        "mixed-size",
        None,
        paths[9:],
        parts=[paths[:9], paths[9:]],
    )


def mixed_spacings(folder: Path) -> Flawed:
    """Three of the slices have pixels of another size: two volumes."""
    planes, _, affine = _planes()
    for ds in planes[9:]:
        ds.PixelSpacing = [1.5, 1.0]
    paths = write_series(folder, planes)
    return Flawed(
        "mixed-spacings",
        folder,
        paths,
        np.empty(0),
        affine,
        "mixed-spacing",
        None,
        paths[9:],
        parts=[paths[:9], paths[9:]],
    )


def time_points(folder: Path) -> Flawed:
    """Each position four times, and each time is said: a 4th axis, nothing is wrong."""
    made = time_series(folder)
    return Flawed("time-points", folder, made.paths, made.values, made.affine)


def time_point_incomplete(folder: Path) -> Flawed:
    """One slice of the third time point is missing."""
    made = time_series(folder)
    gone = made.paths[2 * 6 + 4]
    gone.unlink()
    paths = [path for path in made.paths if path != gone]
    return Flawed(
        "time-point-incomplete", folder, paths, made.values, made.affine, "incomplete-dimension", None, missing=[4]
    )


def missing_position(folder: Path) -> Flawed:
    """One slice has no Image Position (Patient)."""
    planes, values, affine = _planes()
    del planes[6].ImagePositionPatient
    paths = write_series(folder, planes)
    return Flawed("missing-position", folder, paths, values, affine, "missing-position", None, [paths[6]], missing=[6])


def no_positions(folder: Path) -> Flawed:
    """No slice has an Image Position (Patient)."""
    planes, values, affine = _planes()
    for ds in planes:
        del ds.ImagePositionPatient
    paths = write_series(folder, planes)
    return Flawed("no-positions", folder, paths, values, affine, "missing-position", None, paths)


def _broken(name: str, element: str, change: Callable[[dicom.Dataset], None]) -> Callable[[Path], Flawed]:
    """What makes a series whose slice 6 has an element that can't be."""

    def make(folder: Path) -> Flawed:
        planes, values, affine = _planes()
        change(planes[6])
        paths = write_series(folder, planes)
        return Flawed(name, folder, paths, values, affine, files=[paths[6]], element=element)

    return make


def _set(keyword: str, *numbers: float) -> Callable[[dicom.Dataset], None]:
    def change(ds: dicom.Dataset) -> None:
        setattr(ds, keyword, list(numbers))

    return change


def _nan(name: str, element: str, old: bytes, new: bytes) -> Callable[[Path], Flawed]:
    """What makes a series whose slice 6 has a number that is none; the writer would refuse it."""

    def make(folder: Path) -> Flawed:
        planes, values, affine = _planes()
        setattr(planes[6], element, [float(x) for x in old.decode().strip().split("\\")])
        paths = write_series(folder, planes)
        _patch(paths[6], old, new)
        return Flawed(name, folder, paths, values, affine, files=[paths[6]], element=element)

    return make


DEFECTS: dict[str, Callable[[Path], Flawed]] = {
    "dropped": dropped,
    "dropped-two": dropped_two,
    "swapped": swapped,
    "reversed": reversed_order,
    "oblique": oblique,
    "tilted": tilted,
    "tilted-unsaid": tilted_unsaid,
    "duplicated": duplicated,
    "copied": copied,
    "two-orientations": two_orientations,
    "jitter": jitter,
    "rounded": rounded,
    "sideways": sideways,
    "two-spacings": two_spacings,
    "mixed-sizes": mixed_sizes,
    "mixed-spacings": mixed_spacings,
    "time-points": time_points,
    "time-point-incomplete": time_point_incomplete,
    "missing-position": missing_position,
    "no-positions": no_positions,
    "zero-spacing": _broken("zero-spacing", "PixelSpacing", _set("PixelSpacing", 0.0, 0.5)),
    "negative-spacing": _broken("negative-spacing", "PixelSpacing", _set("PixelSpacing", 0.75, -0.5)),
    "swapped-spacing": _broken("swapped-spacing", "PixelSpacing", _set("PixelSpacing", 0.5, 0.75)),
    "nan-spacing": _nan("nan-spacing", "PixelSpacing", rb"0.7123\0.5321", rb"NaN   \0.5321"),
    "nan-position": _nan("nan-position", "ImagePositionPatient", rb"-20.5\-30.25\52", rb"-20.5\NaN   \52"),
    "inf-orientation": _nan(
        "inf-orientation", "ImageOrientationPatient", rb"1.0\0.0\0.0\0.0\0.5\0.5", rb"inf\0.0\0.0\0.0\0.5\0.5"
    ),
    "orientation-not-unit": _broken(
        "orientation-not-unit", "ImageOrientationPatient", _set("ImageOrientationPatient", 0.9, 0.0, 0.0, 0.0, 1.0, 0.0)
    ),
    "orientation-not-orthogonal": _broken(
        "orientation-not-orthogonal",
        "ImageOrientationPatient",
        _set("ImageOrientationPatient", 1.0, 0.0, 0.0, 0.6, 0.8, 0.0),
    ),
    "orientation-zero": _broken(
        "orientation-zero", "ImageOrientationPatient", _set("ImageOrientationPatient", 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    ),
}


def with_defect(name: str, folder: Path) -> Flawed:
    """The series of that name (see `DEFECTS`) in a folder."""
    return DEFECTS[name](folder)
