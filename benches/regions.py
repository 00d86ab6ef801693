"""The corpora of quantities and regions: a CT, a label map and structures on it, and a PET; made once, kept.

In: the folder of the corpora. Out: paths. All is invented; each segment is a cylinder through all slices, so that none
of its frames is empty, and each contour a circle.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

VERSION = 1
SLICES = 300
SIZE = 512
SPACING_MM = 0.75
SEGMENTS = 98
ROIS = 7
CONTOUR_POINTS = 96
PET_SLICES = 500
PET_SIZE = 256
#: What a made PET's uptake is computed from: kg, Bq, s, s.
WEIGHT, DOSE, HALF_LIFE, UPTAKE = 71.0, 3.5e8, 6586.2, 3600.0
_EMPTY = ("PatientBirthDate", "PatientSex", "ReferringPhysicianName", "StudyID", "AccessionNumber", "Laterality")


def _folder(place: Path, make: Callable[[Path], None]) -> Path:
    if not place.is_dir():
        part = place.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        make(part)
        part.rename(place)
    return place


def _image(modality: str, sop_class: str, k: int, size: int, spacing: float, step: float) -> Any:
    import dicom

    ds = dicom.Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = sop_class, f"1.2.826.0.1.3680043.9.7.8.{VERSION}.{len(modality)}{size}.{k}"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = "1.2.826.0.1.3680043.9.7.8.1", f"1.2.826.0.1.3680043.9.7.8.2.{size}"
    ds.FrameOfReferenceUID, ds.PositionReferenceIndicator = "1.2.826.0.1.3680043.9.7.8.3", None
    ds.Modality, ds.Manufacturer, ds.PatientName, ds.PatientID = modality, "Made", "Made^By Code", "MADE"
    for keyword in _EMPTY:
        setattr(ds, keyword, None)
    for kind in ("Study", "Series", "Acquisition", "Content"):
        setattr(ds, f"{kind}Date", "20260102")
        setattr(ds, f"{kind}Time", "101500")
    ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    ds.SeriesNumber, ds.AcquisitionNumber, ds.InstanceNumber = 3, 1, k + 1
    ds.ImagePositionPatient = [-190.0, -190.0, step * k]
    ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    ds.PixelSpacing, ds.SliceThickness = [spacing, spacing], step
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.Rows = ds.Columns = size
    ds.BitsAllocated = ds.BitsStored = 16
    ds.HighBit, ds.PixelRepresentation = 15, 0
    ds.RescaleIntercept, ds.RescaleSlope = 0, 1
    return ds


def _save(ds: Any, path: Path) -> None:
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    ds.save_as(path, enforce_file_format=True)


def ct(folder: Path) -> Path:
    """The folder of a CT of `SLICES` slices."""

    def make(part: Path) -> None:
        plane = (np.indices((SIZE, SIZE)).sum(0) % 2000).astype("<u2")
        for k in range(SLICES):
            ds = _image("CT", "1.2.840.10008.5.1.4.1.1.2", k, SIZE, SPACING_MM, 1.5)
            ds.RescaleType = "HU"
            ds.PixelData = (plane + k).tobytes()
            _save(ds, part / f"{k * 7919 % 100003:06d}.dcm")

    return _folder(folder / f"regions-ct-v{VERSION}", make)


def label_map(folder: Path, segments: int) -> Path:
    """A NumPy file: uint8 (`SLICES`, `SIZE`, `SIZE`), cylinders numbered from 1."""
    path = folder / f"regions-labels-{segments}-v{VERSION}.npy"
    if not path.is_file():
        ct(folder)
        row, column = np.indices((SIZE, SIZE))
        cell, plane = SIZE // 10, np.zeros((SIZE, SIZE), np.uint8)
        for n in range(segments):
            y, x = (n // 10) * cell + cell / 2, (n % 10) * cell + cell / 2
            plane[(row - y) ** 2 + (column - x) ** 2 < (cell * 0.45) ** 2] = n + 1
        whole = np.stack([np.roll(plane, k % 5, 1) for k in range(SLICES)])
        np.save(path.with_suffix(".part.npy"), whole)
        path.with_suffix(".part.npy").rename(path)
    return path


def circles(number: int) -> NDArray[np.float64]:
    """(`CONTOUR_POINTS`, 2): x and y in mm of the contour that a ROI has in each slice."""
    angles = np.arange(CONTOUR_POINTS) * 2 * np.pi / CONTOUR_POINTS
    radius, center = 20.0 + 6 * number, -10.3 + 2.7 * number
    return np.round(np.column_stack([center + radius * np.cos(angles), -center + radius * np.sin(angles)]), 2)


def structures(folder: Path) -> Path:
    """An RT Structure Set on the CT: `ROIS` regions with a contour of `CONTOUR_POINTS` points in each slice."""
    path = folder / f"regions-structures-v{VERSION}.dcm"
    if path.is_file():
        return path
    import dicom

    images = sorted(
        (dicom.dcmread(one, stop_before_pixels=True) for one in ct(folder).iterdir()), key=lambda ds: ds.InstanceNumber
    )

    def item(**elements: Any) -> Any:
        ds = dicom.Dataset()
        for keyword, value in elements.items():
            setattr(ds, keyword, value)
        return ds

    def reference(image: Any) -> Any:
        return item(ReferencedSOPClassUID=image.SOPClassUID, ReferencedSOPInstanceUID=image.SOPInstanceUID)

    ds = _image("RTSTRUCT", "1.2.840.10008.5.1.4.1.1.481.3", 0, SIZE, SPACING_MM, 1.5)
    for keyword in ("Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "PixelSpacing"):
        delattr(ds, keyword)
    ds.SeriesInstanceUID = "1.2.826.0.1.3680043.9.7.8.4"
    ds.StructureSetLabel = "MADE"
    series = item(
        SeriesInstanceUID=images[0].SeriesInstanceUID, ContourImageSequence=[reference(one) for one in images]
    )
    study = item(
        ReferencedSOPClassUID="1.2.840.10008.3.1.2.3.1",
        ReferencedSOPInstanceUID=ds.StudyInstanceUID,
        RTReferencedSeriesSequence=[series],
    )
    frame = item(FrameOfReferenceUID=ds.FrameOfReferenceUID, RTReferencedStudySequence=[study])
    ds.ReferencedFrameOfReferenceSequence = [frame]
    ds.StructureSetROISequence, ds.ROIContourSequence, ds.RTROIObservationsSequence = [], [], []
    for n in range(1, ROIS + 1):
        named = item(ROINumber=n, ReferencedFrameOfReferenceUID=ds.FrameOfReferenceUID, ROIName=f"region {n}")
        named.ROIGenerationAlgorithm = "MANUAL"
        ds.StructureSetROISequence.append(named)
        plane = circles(n).tolist()
        contours = [
            item(
                ContourImageSequence=[reference(image)],
                ContourGeometricType="CLOSED_PLANAR",
                NumberOfContourPoints=CONTOUR_POINTS,
                ContourData=[value for x, y in plane for value in (f"{x:g}", f"{y:g}", f"{1.5 * k:g}")],
            )
            for k, image in enumerate(images)
        ]
        ds.ROIContourSequence.append(
            item(ROIDisplayColor=[255, 30 * n, 0], ContourSequence=contours, ReferencedROINumber=n)
        )
        ds.RTROIObservationsSequence.append(
            item(ObservationNumber=n, ReferencedROINumber=n, RTROIInterpretedType="ORGAN", ROIInterpreter=None)
        )
    _save(ds, path.with_suffix(".part"))
    path.with_suffix(".part").rename(path)
    return path


def pet(folder: Path) -> Path:
    """The folder of a PET of `PET_SLICES` slices, each with a slope of its own."""

    def make(part: Path) -> None:
        import dicom

        plane = (np.indices((PET_SIZE, PET_SIZE)).prod(0) % 30000).astype("<u2")
        for k in range(PET_SLICES):
            ds = _image("PT", "1.2.840.10008.5.1.4.1.1.128", k, PET_SIZE, 2.0, 2.0)
            ds.Units, ds.DecayCorrection, ds.CorrectedImage = "BQML", "START", ["ATTN", "DECY"]
            ds.PatientWeight = str(WEIGHT)
            ds.RescaleSlope = f"{0.5 + k / 1024:.10g}"
            item = dicom.Dataset()
            item.RadiopharmaceuticalStartTime = "091500"
            item.RadionuclideTotalDose, item.RadionuclideHalfLife = f"{DOSE:.10g}", f"{HALF_LIFE:.10g}"
            ds.RadiopharmaceuticalInformationSequence = [item]
            ds.PixelData = (plane + k).tobytes()
            _save(ds, part / f"{k * 7919 % 100003:06d}.dcm")

    return _folder(folder / f"regions-pet-v{VERSION}", make)
