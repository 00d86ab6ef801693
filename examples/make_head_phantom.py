"""Make a CT series of a head that was never anybody's: skull, brain, ventricles, nose, and a bleeding on its left side.

Run: ``python -m examples.make_head_phantom FOLDER``. In: a folder. Out: one DICOM file a slice in it, in Hounsfield
units, axial, from the neck to the crown, with names and Instance Numbers that go the other way, as scanners write them.
Left and right, front and back, feet and head all differ, so that a volume that is turned wrongly shows it.
Standard: PS3.3 A.3 (CT Image IOD), C.7.6.2 (Image Plane).
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import numpy as np

import dicom

ROWS, COLUMNS, SLICES = 96, 80, 30
PIXEL_MM, SLICE_MM = 2.5, 5.0
#: Centre of the first voxel of the lowest slice, mm, LPS.
FIRST_MM = (-98.75, -131.25, -60.0)
_CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
_MR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.4"
_ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"
#: What a file of one slice says beside its pixels, and an enhanced one in its functional groups.
_OF_A_PLANE = (
    *("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness"),
    *("RescaleIntercept", "RescaleSlope", "RescaleType"),
)


def coordinates() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centres of the voxels in mm, LPS: z of slices, y of rows (to the back), x of columns (to the left)."""
    z = FIRST_MM[2] + np.arange(SLICES) * SLICE_MM
    y = FIRST_MM[1] + np.arange(ROWS) * PIXEL_MM
    x = FIRST_MM[0] + np.arange(COLUMNS) * PIXEL_MM
    return z, y, x


def hounsfield() -> np.ndarray:
    """The head in Hounsfield units, shape (slices, rows, columns), int16."""
    z, y, x = np.meshgrid(*coordinates(), indexing="ij")

    def ellipsoid(center: tuple[float, float, float], radii: tuple[float, float, float]) -> np.ndarray:
        inside: np.ndarray = (
            ((x - center[0]) / radii[0]) ** 2 + ((y - center[1]) / radii[1]) ** 2 + ((z - center[2]) / radii[2]) ** 2
        ) <= 1
        return inside

    values = np.full(x.shape, -1000.0)
    values[(x**2 + (y - 25) ** 2 <= 50**2) & (z < 0)] = 40  # neck
    values[(x**2 + (y - 50) ** 2 <= 14**2) & (z < 0)] = 400  # spine
    values[ellipsoid((0, -98, -8), (12, 20, 14))] = 30  # nose
    for side in (-1, 1):
        values[ellipsoid((side * 78.0, 10, 0), (8, 14, 20))] = 20  # ears
    values[ellipsoid((0, 0, 15), (77, 97, 73))] = 30  # scalp
    values[ellipsoid((0, 0, 15), (72, 92, 68))] = 1100  # skull
    values[ellipsoid((0, 0, 15), (66, 86, 62))] = 35  # brain
    values[(np.abs(x) < 1.5) & (values == 35) & (z > 20)] = 15  # between the hemispheres
    for side in (-1, 1):
        values[ellipsoid((side * 13.0, -5, 22), (7, 30, 12))] = 8  # ventricles
        values[ellipsoid((side * 30.0, -72, -12), (13, 12, 12))] = 5  # eyes
    values[ellipsoid((38, 15, 30), (14, 18, 15))] = 72  # bleeding, left
    noise = np.random.default_rng(1895).normal(0.0, 4.0, values.shape)
    measured: np.ndarray = np.rint(values + noise).astype(np.int16)
    return measured


def make_series(folder: Path, *, leave_out: tuple[int, ...] = ()) -> list[Path]:
    """Write the series; give the files in the order of their position, feet first.

    ``leave_out`` names slices, by their index from the feet, that aren't written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for k, values in enumerate(hounsfield()):
        if k not in leave_out:
            paths.append(folder / f"ct_{SLICES - k:02d}.dcm")
            data_set(values, k).save_as(paths[-1], enforce_file_format=True)
    return paths


def make_enhanced(folder: Path) -> Path:
    """Write the same scan as one file of 30 frames, an Enhanced CT, which names the series that it was made of."""
    folder.mkdir(parents=True, exist_ok=True)
    slices = [data_set(values, k) for k, values in enumerate(hounsfield())]
    ds = data_set(hounsfield()[0], 0)
    ds.SOPClassUID, ds.SOPInstanceUID, ds.SeriesInstanceUID = _ENHANCED_CT, _uid("enhanced"), _uid("enhanced series")
    ds.SeriesNumber, ds.SeriesDescription = 3, "Head, one file"
    ds.set_pixel_data(np.stack([one.pixel_array for one in slices]), "MONOCHROME2", 16, generate_instance_uid=False)
    shared, measures, orientation, transformation = (dicom.Dataset() for _ in range(4))
    measures.PixelSpacing, measures.SliceThickness = slices[0].PixelSpacing, SLICE_MM
    orientation.ImageOrientationPatient = slices[0].ImageOrientationPatient
    transformation.RescaleIntercept, transformation.RescaleSlope, transformation.RescaleType = -1024.0, 1.0, "HU"
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [orientation]
    shared.PixelValueTransformationSequence = [transformation]
    groups, instances = [], []
    for one in slices:
        position, group, instance = dicom.Dataset(), dicom.Dataset(), dicom.Dataset()
        position.ImagePositionPatient = one.ImagePositionPatient
        group.PlanePositionSequence = [position]
        groups.append(group)
        instance.ReferencedSOPClassUID, instance.ReferencedSOPInstanceUID = one.SOPClassUID, one.SOPInstanceUID
        instances.append(instance)
    series = dicom.Dataset()
    series.SeriesInstanceUID, series.ReferencedInstanceSequence = slices[0].SeriesInstanceUID, instances
    ds.ReferencedSeriesSequence = [series]
    ds.SharedFunctionalGroupsSequence, ds.PerFrameFunctionalGroupsSequence = [shared], groups
    for keyword in _OF_A_PLANE:
        delattr(ds, keyword)
    ds.save_as(folder / "enhanced.dcm", enforce_file_format=True)
    return folder / "enhanced.dcm"


def make_time_series(folder: Path, times: int = 4) -> list[Path]:
    """Write an MR of the head, six slices at each of some times, 2 s apart; give the files, time after time.

    The bleeding grows brighter by a tenth each time, as an artery does when contrast arrives.
    """
    folder.mkdir(parents=True, exist_ok=True)
    head = np.clip(hounsfield()[::5].astype(float) + 100, 0, 400)
    paths = []
    for t in range(times):
        for k, values in enumerate(head):
            ds = data_set(np.where((values > 155) & (values < 200), values * (1 + t / 10), values), 5 * k)
            ds.SOPClassUID, ds.Modality = _MR_IMAGE_STORAGE, "MR"
            ds.SOPInstanceUID, ds.SeriesInstanceUID = _uid(f"instance {t} {k}"), _uid("series of times")
            ds.SeriesNumber, ds.SeriesDescription, ds.InstanceNumber = 5, "Head, four times", t * len(head) + k + 1
            ds.TemporalPositionIdentifier, ds.NumberOfTemporalPositions, ds.TemporalResolution = t + 1, times, 2000.0
            ds.RepetitionTime, ds.EchoTime, ds.SliceThickness = 2000.0, 30.0, 5 * SLICE_MM
            ds.AcquisitionTime = f"1015{2 * t:02d}"
            for keyword in ("KVP", "RescaleIntercept", "RescaleSlope", "RescaleType", "WindowCenter", "WindowWidth"):
                delattr(ds, keyword)
            paths.append(folder / f"mr_{t + 1}_{k + 1}.dcm")
            ds.save_as(paths[-1], enforce_file_format=True)
    return paths


def data_set(values: np.ndarray, k: int) -> dicom.Dataset:
    """A slice of the series."""
    ds = dicom.Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = _CT_IMAGE_STORAGE, _uid(f"instance {k}")
    ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.FrameOfReferenceUID = _uid("study"), _uid("series"), _uid("frame")
    ds.Modality, ds.Manufacturer, ds.ImageType = "CT", "dicom-py", ["ORIGINAL", "PRIMARY", "AXIAL"]
    ds.PatientName, ds.PatientID, ds.PatientPosition = "Phantom^Head", "PHANTOM", "HFS"
    ds.StudyDate = ds.SeriesDate = ds.AcquisitionDate = "20260102"
    ds.StudyTime = ds.SeriesTime = ds.AcquisitionTime = "101500"
    ds.StudyDescription, ds.SeriesDescription = "Head phantom", "Head, made by code"
    ds.SeriesNumber, ds.AcquisitionNumber, ds.InstanceNumber = 2, 1, SLICES - k
    ds.KVP, ds.SliceThickness = 120.0, SLICE_MM
    ds.ImagePositionPatient = [FIRST_MM[0], FIRST_MM[1], FIRST_MM[2] + k * SLICE_MM]
    ds.ImageOrientationPatient = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
    ds.PixelSpacing = [PIXEL_MM, PIXEL_MM]
    ds.set_pixel_data((values + 1024).astype(np.uint16), "MONOCHROME2", 16, generate_instance_uid=False)
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = -1024.0, 1.0, "HU"
    ds.WindowCenter, ds.WindowWidth = 40.0, 150.0
    return ds


def _uid(name: str) -> str:
    """A UID under 2.25 that is the same on each run."""
    return f"2.25.{int.from_bytes(hashlib.sha256(f'dicom-py head {name}'.encode()).digest()[:15], 'big')}"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m examples.make_head_phantom FOLDER")
    written = make_series(Path(sys.argv[1]))
    print(f"{len(written)} files in {sys.argv[1]}")
