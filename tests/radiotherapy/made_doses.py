"""RT Doses made by code, whose dose at each place is known.

In: an array (k, j, i) in Gy, and its affine. Out: a data set, valid for dciodvfy. Standard: PS3.3 C.8.8.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

import dicom
from dicom.uid import generate_uid
from tests.volume.made import decimal

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

RT_DOSE_STORAGE = "1.2.840.10008.5.1.4.1.1.481.2"
_EMPTY = ("PatientBirthDate", "ReferringPhysicianName", "StudyID", "AccessionNumber", "OperatorsName", "PatientSex")


def dose_data_set(
    dose_gy: NDArray[Any],
    affine: NDArray[np.float64],
    *,
    bits: Literal[16, 32] = 32,
    scaling: float | None = None,
    offsets: Literal["relative", "absolute"] = "relative",
    like: dicom.Dataset | None = None,
    **elements: Any,
) -> dicom.Dataset:
    """A dose.

    Parameters
    ----------
    dose_gy : ndarray
        (k, j, i), in Gy, nowhere below 0. What is stored is the nearest multiple of the scaling.
    affine : ndarray
        (k, j, i, 1) to LPS in mm. Frames may run either way along the normal of the planes.
    bits : {16, 32}
        Bits Allocated.
    scaling : float
        Dose Grid Scaling; by default the largest dose becomes the largest number.
    offsets : {"relative", "absolute"}
        Grid Frame Offset Vector from 0 on, in the direction of the planes' normal; or with z itself, which only axial
        planes may have.
    like : Dataset
        An image of the same study and frame of reference.
    **elements
        Set last.
    """
    largest = 2**bits - 1
    if scaling is None:
        scaling = decimal(float(dose_gy.max()) / largest * (1 + 1e-9)) or 1.0
    stored = np.rint(np.asarray(dose_gy, float) / scaling).astype(f"<u{bits // 8}")
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    row, column = affine[:3, 2] / spacing[2], affine[:3, 1] / spacing[1]
    step = float(np.cross(row, column) @ affine[:3, 0])
    ds = dicom.Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = RT_DOSE_STORAGE, generate_uid()
    source = like if like is not None else dicom.Dataset()
    ds.StudyInstanceUID = source.get("StudyInstanceUID") or generate_uid()
    ds.FrameOfReferenceUID = source.get("FrameOfReferenceUID") or generate_uid()
    ds.SeriesInstanceUID = generate_uid()
    ds.PositionReferenceIndicator = None
    ds.Modality, ds.Manufacturer = "RTDOSE", "Made"
    ds.PatientName, ds.PatientID = "Made^By Code", "MADE"
    for keyword in _EMPTY:
        setattr(ds, keyword, None)
    ds.StudyDate, ds.StudyTime = "20260102", "101500"
    ds.SeriesNumber, ds.InstanceNumber = 8, 1
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.NumberOfFrames, ds.Rows, ds.Columns = stored.shape
    ds.FrameIncrementPointer = 0x3004000C
    ds.BitsAllocated = ds.BitsStored = bits
    ds.HighBit, ds.PixelRepresentation = bits - 1, 0
    ds.PixelSpacing = [decimal(spacing[1]), decimal(spacing[2])]
    ds.ImagePositionPatient = [decimal(x) for x in affine[:3, 3]]
    ds.ImageOrientationPatient = [decimal(x) for x in (*row, *column)]
    ds.SliceThickness = None
    first = float(affine[2, 3]) if offsets == "absolute" else 0.0
    ds.GridFrameOffsetVector = [decimal(first + k * step) for k in range(len(stored))]
    ds.DoseUnits, ds.DoseType, ds.DoseSummationType = "GY", "PHYSICAL", "PLAN"
    ds.DoseGridScaling = decimal(scaling)
    plan = dicom.Dataset()
    plan.ReferencedSOPClassUID, plan.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.481.5", generate_uid()
    ds.ReferencedRTPlanSequence = [plan]
    for keyword, value in elements.items():
        setattr(ds, keyword, value)
    ds.PixelData = stored.tobytes()
    return ds


def write_dose(path: Path, dose_gy: NDArray[Any], affine: NDArray[np.float64], **options: Any) -> Path:
    """The file of a dose; the options are those of `dose_data_set`."""
    ds = dose_data_set(dose_gy, affine, **options)
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    ds.save_as(path, enforce_file_format=True)
    return path


def dose_of(ds: dicom.Dataset) -> NDArray[np.float64]:
    """(k, j, i): the dose that a data set stores, in Gy."""
    stored = np.frombuffer(ds.PixelData, f"<u{ds.BitsAllocated // 8}").reshape(ds.NumberOfFrames, ds.Rows, ds.Columns)
    return stored * float(ds.DoseGridScaling)
