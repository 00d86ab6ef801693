"""Volumes made by code, with the headers of their slices, and the same series as files for other converters."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from dcm2niix import bin as DCM2NIIX

from dicom.volume.volume import Volume
from tests.volume.made import grid_affine, plane_data_sets, stored_values, write_series

if TYPE_CHECKING:
    from numpy.typing import NDArray

    import dicom

SHAPE = (6, 10, 14)
#: Positions of the three usual stackings, and one between all.
AFFINES = {
    "axial": grid_affine(),
    "sagittal": np.array([[2.0, 0, 0, -20], [0, 0, 0.5, -30], [0, -0.75, 0, 40], [0, 0, 0, 1]]),
    "coronal": np.array([[0, 0, 0.5, -20], [2.0, 0, 0, -30], [0, -0.75, 0, 40], [0, 0, 0, 1]]),
    "oblique": grid_affine(angles=(10, 20, 5)),
}
SHEARED = np.array([[0, 0, 0.5, -20], [0.6, 0.75, 0, -30], [1.9, 0, 0, 40], [0, 0, 0, 1.0]])


class MadeSources:
    """Headers by (k, t), as a volume that was read has them."""

    def __init__(self, data_sets: list[list[dicom.Dataset]], frames: bool = False) -> None:
        self._data_sets = data_sets
        self._frames = frames

    @property
    def shape(self) -> tuple[int, int]:
        first = self._data_sets[0]
        return len(self._data_sets), len(first[0].PerFrameFunctionalGroupsSequence) if self._frames else len(first)

    def file(self, k: int, t: int = 0) -> str:
        return f"{t}" if self._frames else f"{t}-{k}"

    def take(self, k: Any, t: Any = None) -> MadeSources:
        times = range(len(self._data_sets)) if t is None else t
        return MadeSources([[self._data_sets[int(at)][int(one)] for one in k] for at in times])

    def dataset(self, k: int, t: int = 0) -> dicom.Dataset:
        return self._data_sets[t][0 if self._frames else k]

    def frame(self, k: int, t: int = 0) -> int:
        return k if self._frames else 0


def values(shape: tuple[int, ...] = SHAPE, dtype: str = "int16") -> NDArray[Any]:
    """Values of 12 bits that differ from voxel to voxel."""
    return (np.arange(np.prod(shape)).reshape(shape) * 7 % 4001 - 1000).astype(dtype)


def made(array: NDArray[Any] | None = None, affine: Any = None, **options: Any) -> Volume:
    """A volume; axial CT values when nothing is given."""
    return Volume(values() if array is None else array, AFFINES["axial"] if affine is None else affine, **options)


def assert_same_in_itk(image: Any, volume: Volume, within_mm: float = 1e-6) -> None:
    """An image of SimpleITK has the volume's values, at the same mm."""
    import SimpleITK as sitk

    assert np.array_equal(sitk.GetArrayFromImage(image), volume.array)
    for index in ((0, 0, 0), (13, 0, 0), (0, 9, 0), (13, 9, 5)):
        place = image.TransformIndexToPhysicalPoint(index)
        assert np.allclose(place, (volume.affine @ (*index[::-1], 1))[:3], rtol=0, atol=within_mm)


def made_series(
    affine: NDArray[np.float64],
    number_of_times: int = 1,
    modality: str = "MR",
    each: Any = None,
    shape: tuple[int, int, int] = SHAPE,
    **elements: Any,
) -> list[list[dicom.Dataset]]:
    """Data sets of one series by [t][k]; `each` gets (data set, k, t) and changes what differs."""
    series: list[list[dicom.Dataset]] = []
    for t in range(number_of_times):
        data_sets = plane_data_sets(stored_values(shape) + t, affine, modality=modality, **elements)
        for k, ds in enumerate(data_sets):
            if t:
                for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"):
                    ds[keyword].value = series[0][0][keyword].value
                ds.InstanceNumber = t * shape[0] + k + 1
                ds.AcquisitionNumber = t + 1
            if each is not None:
                each(ds, k, t)
        series.append(data_sets)
    return series


def volume_of(series: list[list[dicom.Dataset]], affine: NDArray[np.float64], **options: Any) -> Volume:
    """The volume of data sets: stored values, modality and sources."""
    first = series[0][0]
    array = np.stack(
        [[np.frombuffer(ds.PixelData, "<i2").reshape(ds.Rows, ds.Columns) for ds in one] for one in series]
    )
    if "dimension" not in options:
        array = array[0]
    return Volume(array, affine, modality=first.Modality, sources=MadeSources(series), **options)


def dcm2niix(folder: Path, series: list[list[dicom.Dataset]], *options: str) -> Path:
    """What dcm2niix makes of a series: the stem of its files."""
    write_series(folder / "in", [ds for one in series for ds in one])
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    subprocess.run(
        [DCM2NIIX, "-z", "n", "-f", "x", *options, "-o", str(out), str(folder / "in")],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return out / "x"
