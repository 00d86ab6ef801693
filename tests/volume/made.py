"""Series made by code, whose geometry and values are known.

A series is files of one SOP Class with planes on a grid that the caller names by an affine (array index (k, j, i) ->
LPS, mm); what is wrong with it is put in by the caller, who gets a data set for each plane before it is written.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import dicom
from dicom.uid import generate_uid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from numpy.typing import NDArray

SOP_CLASS = {
    "CT": "1.2.840.10008.5.1.4.1.1.2",
    "MR": "1.2.840.10008.5.1.4.1.1.4",
    "PT": "1.2.840.10008.5.1.4.1.1.128",
}


def grid_affine(
    spacing: tuple[float, float, float] = (2.0, 0.75, 0.5),
    origin: tuple[float, float, float] = (-20.0, -30.0, 40.0),
    angles: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> NDArray[np.float64]:
    """An affine of (k, j, i) spacing in mm, turned by angles in degrees about x, y and z; axial without any."""
    turn = np.eye(3)
    for axis, angle in enumerate(np.radians(angles)):
        one, two = [n for n in range(3) if n != axis]
        about = np.eye(3)
        about[one, one] = about[two, two] = np.cos(angle)
        about[one, two], about[two, one] = -np.sin(angle), np.sin(angle)
        turn = about @ turn
    affine = np.eye(4)
    # k along +z, j along +y, i along +x.
    affine[:3, :3] = turn @ np.array([[0, 0, 1], [0, 1, 0], [1, 0, 0]], float) * np.array(spacing)
    affine[:3, 3] = origin
    return affine


def stored_values(shape: tuple[int, int, int], dtype: str = "<i2") -> NDArray[Any]:
    """Values of 12 bits that differ from voxel to voxel and from slice to slice: (k, j, i)."""
    k, j, i = np.indices(shape)
    return ((k * 131 + j * 17 + i * 3) % 4000).astype(dtype)


def plane_data_sets(
    array: NDArray[Any],
    affine: NDArray[np.float64],
    *,
    modality: str = "CT",
    slope: float = 1.0,
    intercept: float = -1024.0,
    **elements: Any,
) -> list[dicom.Dataset]:
    """One data set a slice, in the order of k, with UIDs of one study, series and frame of reference."""
    study, series, reference = generate_uid(), generate_uid(), generate_uid()
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    made = []
    for k, plane in enumerate(array):
        ds = dicom.Dataset()
        ds.SOPClassUID = SOP_CLASS[modality]
        ds.SOPInstanceUID = generate_uid()
        ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.FrameOfReferenceUID = study, series, reference
        ds.Modality = modality
        ds.PatientID = "MADE"
        ds.PatientName = "Made^By Code"
        ds.StudyDate = ds.SeriesDate = "20260102"
        ds.StudyTime = ds.SeriesTime = "101500"
        ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
        ds.SeriesNumber = 3
        ds.AcquisitionNumber = 1
        ds.InstanceNumber = k + 1
        ds.ImagePositionPatient = [float(f"{x:.10g}") for x in (affine @ (k, 0, 0, 1))[:3]]
        row, column = affine[:3, 2] / spacing[2], affine[:3, 1] / spacing[1]
        ds.ImageOrientationPatient = [float(f"{x:.10g}") for x in (*row, *column)]
        ds.PixelSpacing = [float(spacing[1]), float(spacing[2])]
        ds.SliceThickness = float(spacing[0])
        ds.SamplesPerPixel = 1
        ds.PhotometricInterpretation = "MONOCHROME2"
        ds.Rows, ds.Columns = plane.shape
        ds.BitsAllocated = 8 * plane.dtype.itemsize
        ds.BitsStored = ds.BitsAllocated
        ds.HighBit = ds.BitsStored - 1
        ds.PixelRepresentation = int(plane.dtype.kind == "i")
        if modality != "MR":
            ds.RescaleSlope, ds.RescaleIntercept = slope, intercept
        if modality == "CT":
            ds.RescaleType = "HU"
        if modality == "PT":
            ds.Units = "BQML"
        for keyword, value in elements.items():
            setattr(ds, keyword, value)
        ds.PixelData = plane.tobytes()
        made.append(ds)
    return made


def write_series(
    folder: Path, data_sets: Iterable[dicom.Dataset], name: Callable[[int], str] = "IM{:04d}.dcm".format
) -> list[Path]:
    """The files of data sets, written in this order (Explicit VR Little Endian)."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for index, ds in enumerate(data_sets):
        ds.ensure_file_meta()
        ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
        path = folder / name(index)
        ds.save_as(path, enforce_file_format=True)
        paths.append(path)
    return paths


def make_series(
    folder: Path,
    shape: tuple[int, int, int] = (12, 20, 24),
    affine: NDArray[np.float64] | None = None,
    **options: Any,
) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """A clean series in a folder; gives its stored values (k, j, i) and its affine."""
    affine = grid_affine() if affine is None else affine
    array = stored_values(shape)
    write_series(folder, plane_data_sets(array, affine, **options))
    return array, affine
