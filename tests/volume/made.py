"""Series made by code, whose geometry and values are known.

A series is files of one SOP Class with planes on a grid that the caller names by an affine (array index (k, j, i) ->
LPS, mm); what is wrong with it is put in by the caller, who gets a data set for each plane before it is written.

`made_dimensions` has series with a 4th axis, `made_defects` those with something wrong, `references/cases` clean ones
of each modality, each with what the truth is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import dicom
from dicom.uid import generate_uid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from numpy.typing import NDArray

SOP_CLASS = {
    "CT": "1.2.840.10008.5.1.4.1.1.2",
    "MR": "1.2.840.10008.5.1.4.1.1.4",
    "PT": "1.2.840.10008.5.1.4.1.1.128",
    "NM": "1.2.840.10008.5.1.4.1.1.20",
    "US": "1.2.840.10008.5.1.4.1.1.6.1",
    "OT": "1.2.840.10008.5.1.4.1.1.7",
}

#: Directions in which columns count up (along a row) and in which rows count up, LPS: as each plane is usually shown.
#: k grows along their cross product: to the head, to the right, to the back.
PLANES: dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    "axial": ((1, 0, 0), (0, 1, 0)),
    "sagittal": ((0, 1, 0), (0, 0, -1)),
    "coronal": ((1, 0, 0), (0, 0, -1)),
    "feet-first": ((-1, 0, 0), (0, 1, 0)),
}

#: What tests compress with; all lose nothing.
COMPRESSED = {
    "jpeg-2000": "1.2.840.10008.1.2.4.90",
    "htj2k": "1.2.840.10008.1.2.4.201",
    "jpeg-ls": "1.2.840.10008.1.2.4.80",
    "jpeg-lossless": "1.2.840.10008.1.2.4.70",
    "rle": "1.2.840.10008.1.2.5",
    "deflated": "1.2.840.10008.1.2.1.99",
}
#: Explicit VR Little Endian, Implicit VR Little Endian, Explicit VR Big Endian.
UNCOMPRESSED = ("1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2")


@dataclass(frozen=True)
class Made:
    """A series that was made, and what reading it must give."""

    folder: Path
    #: The file of each slice, in the order of `stored`: k, or t and then k.
    paths: list[Path]
    #: (k, j, i) or (t, k, j, i).
    stored: NDArray[Any]
    #: The same in the unit of the modality, float64.
    values: NDArray[np.float64]
    #: Array index (k, j, i) -> LPS, mm.
    affine: NDArray[np.float64]
    unit: str | None = None
    dimension: str | None = None
    dimension_values: list[Any] = field(default_factory=list)

    @property
    def corners(self) -> NDArray[np.float64]:
        """(8, 3): the centres of the voxels at the corners, LPS, mm."""
        k, j, i = self.stored.shape[-3:]
        return corners_of(self.affine, (k, j, i))


def corners_of(affine: NDArray[np.float64], shape: tuple[int, int, int]) -> NDArray[np.float64]:
    """(8, 3): where the voxels at the corners of a grid have their centres; k slowest, i fastest."""
    corners = [(k, j, i, 1) for k in (0, shape[0] - 1) for j in (0, shape[1] - 1) for i in (0, shape[2] - 1)]
    centres: NDArray[np.float64] = (np.array(corners, float) @ affine.T)[:, :3]
    return centres


def plane_affine(
    plane: str = "axial",
    spacing: tuple[float, float, float] = (2.0, 0.75, 0.5),
    origin: tuple[float, float, float] = (-20.0, -30.0, 40.0),
    tilt_degrees: float = 0.0,
) -> NDArray[np.float64]:
    """An affine whose slices are one of `PLANES`, of (k, j, i) spacing in mm.

    With a tilt, spacing[0] stays the distance along the normal, and each slice is moved against the direction of
    rows, as a gantry that leans does.
    """
    row, column = np.array(PLANES[plane], float)
    affine = np.eye(4)
    affine[:3, 0] = np.cross(row, column) * spacing[0] - column * spacing[0] * np.tan(np.radians(tilt_degrees))
    affine[:3, 1], affine[:3, 2], affine[:3, 3] = column * spacing[1], row * spacing[2], origin
    return affine


def rotation(angles: tuple[float, float, float]) -> NDArray[np.float64]:
    """A turn by angles in degrees about x, then y, then z."""
    turn = np.eye(3)
    for axis, angle in enumerate(np.radians(angles)):
        one, two = [n for n in range(3) if n != axis]
        about = np.eye(3)
        about[one, one] = about[two, two] = np.cos(angle)
        about[one, two], about[two, one] = -np.sin(angle), np.sin(angle)
        turn = about @ turn
    return turn


def grid_affine(
    spacing: tuple[float, float, float] = (2.0, 0.75, 0.5),
    origin: tuple[float, float, float] = (-20.0, -30.0, 40.0),
    angles: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> NDArray[np.float64]:
    """An affine of (k, j, i) spacing in mm, turned by angles in degrees about x, y and z; axial without any."""
    affine = np.eye(4)
    # k along +z, j along +y, i along +x.
    affine[:3, :3] = rotation(angles) @ np.array([[0, 0, 1], [0, 1, 0], [1, 0, 0]], float) * np.array(spacing)
    affine[:3, 3] = origin
    return affine


def decimal(value: float) -> float:
    """A number as ten digits have it, which fit into a Decimal String (16 bytes)."""
    return float(f"{value:.10g}") + 0.0


def stored_values(shape: tuple[int, int, int], dtype: str = "<i2") -> NDArray[Any]:
    """Values of 12 bits that differ from voxel to voxel and from slice to slice: (k, j, i)."""
    k, j, i = np.indices(shape)
    return ((k * 131 + j * 17 + i * 3) % 4000).astype(dtype)


def plane_data_sets(
    array: NDArray[Any],
    affine: NDArray[np.float64],
    *,
    modality: str = "CT",
    slope: float | Sequence[float] = 1.0,
    intercept: float = -1024.0,
    like: dicom.Dataset | None = None,
    **elements: Any,
) -> list[dicom.Dataset]:
    """One data set a slice, in the order of k, with UIDs of one study, series and frame of reference.

    ``slope`` may have one value a slice. The UIDs are those of ``like`` where it is given. Each further element is
    set on every slice: a value, or a function that gives it for k.
    """
    study, series, reference = (
        (generate_uid(), generate_uid(), generate_uid())
        if like is None
        else (like.StudyInstanceUID, like.SeriesInstanceUID, like.FrameOfReferenceUID)
    )
    slopes = np.broadcast_to(slope, len(array))
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
        ds.ImagePositionPatient = [decimal(x) for x in (affine @ (k, 0, 0, 1))[:3]]
        row, column = affine[:3, 2] / spacing[2], affine[:3, 1] / spacing[1]
        ds.ImageOrientationPatient = [decimal(x) for x in (*row, *column)]
        ds.PixelSpacing = [decimal(spacing[1]), decimal(spacing[2])]
        normal = np.cross(row, column)
        ds.SliceThickness = decimal(abs(float(normal @ affine[:3, 0])))
        ds.SamplesPerPixel = 1
        ds.PhotometricInterpretation = "MONOCHROME2"
        ds.Rows, ds.Columns = plane.shape
        ds.BitsAllocated = 8 * plane.dtype.itemsize
        ds.BitsStored = ds.BitsAllocated
        ds.HighBit = ds.BitsStored - 1
        ds.PixelRepresentation = int(plane.dtype.kind == "i")
        if modality in ("CT", "PT"):
            ds.RescaleSlope, ds.RescaleIntercept = decimal(slopes[k]), intercept if modality == "CT" else 0.0
        if modality == "CT":
            ds.RescaleType = "HU"
        if modality == "PT":
            ds.Units = "BQML"
        if modality == "OT":
            ds.ConversionType = "WSD"
        for keyword, value in elements.items():
            setattr(ds, keyword, value(k) if callable(value) else value)
        ds.PixelData = plane.tobytes()
        made.append(ds)
    return made


def write_series(
    folder: Path,
    data_sets: Iterable[dicom.Dataset],
    name: Callable[[int], str] = "IM{:04d}.dcm".format,
    transfer_syntax: str = "1.2.840.10008.1.2.1",
) -> list[Path]:
    """The files of data sets, written in this order; Explicit VR Little Endian unless a syntax to compress with is
    named, by its UID."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for index, ds in enumerate(data_sets):
        ds.ensure_file_meta()
        ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
        if transfer_syntax in UNCOMPRESSED:
            ds.file_meta.TransferSyntaxUID = transfer_syntax
            if transfer_syntax == UNCOMPRESSED[2]:
                ds.PixelData = np.frombuffer(ds.PixelData, f"<u{ds.BitsAllocated // 8}").byteswap().tobytes()
        else:
            ds.transcode(transfer_syntax, generate_instance_uid=False)
        path = folder / name(index)
        ds.save_as(path, enforce_file_format=True)
        paths.append(path)
    return paths


def make_series(
    folder: Path,
    shape: tuple[int, int, int] = (12, 20, 24),
    affine: NDArray[np.float64] | None = None,
    *,
    dtype: str = "<i2",
    transfer_syntax: str = "1.2.840.10008.1.2.1",
    **options: Any,
) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """A clean series in a folder; gives its stored values (k, j, i) and its affine."""
    made = made_series(folder, shape, affine, dtype=dtype, transfer_syntax=transfer_syntax, **options)
    return made.stored, made.affine


def made_series(
    folder: Path,
    shape: tuple[int, int, int] = (12, 20, 24),
    affine: NDArray[np.float64] | None = None,
    *,
    dtype: str = "<i2",
    transfer_syntax: str = "1.2.840.10008.1.2.1",
    **options: Any,
) -> Made:
    """A clean series in a folder, with what reading it must give; the options are those of `plane_data_sets`."""
    affine = grid_affine() if affine is None else affine
    array = stored_values(shape, dtype)
    data_sets = plane_data_sets(array, affine, **options)
    unit = {"CT": "HU", "PT": "Bq/ml"}.get(options.get("modality", "CT"))
    values = values_of(data_sets)
    paths = write_series(folder, data_sets, transfer_syntax=transfer_syntax)
    return Made(folder, paths, array, values, affine, unit)


def values_of(data_sets: Sequence[dicom.Dataset]) -> NDArray[np.float64]:
    """(k, j, i): stored values by the Rescale Slope and Intercept of each data set, where it has them."""
    planes = []
    for ds in data_sets:
        kind = "i" if ds.PixelRepresentation else "u"
        stored = np.frombuffer(ds.PixelData, f"<{kind}{ds.BitsAllocated // 8}")[: ds.Rows * ds.Columns]
        slope, intercept = float(ds.get("RescaleSlope", 1)), float(ds.get("RescaleIntercept", 0))
        planes.append(stored.reshape(ds.Rows, ds.Columns) * slope + intercept)
    return np.stack(planes)
