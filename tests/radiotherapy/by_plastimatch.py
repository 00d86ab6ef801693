"""Structures and doses as plastimatch reads and writes them.

In: RT Structure Sets and RT Doses; or masks. Out: masks and doses on a grid, histograms, Dice; or an RT Structure Set.
Arrays are (k, j, i), affines go to LPS in mm; plastimatch passes images as MetaImage, which SimpleITK reads.

plastimatch knows no turned grids in its structures, rounds the z of contours to four decimals, fills a polygon in the
plane that is nearest to it, and draws the voxels whose centres are inside.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import SimpleITK

from tests.commands import plastimatch
from tests.segmentation.by_dcmqi import affine_of, image_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def masks(
    structures: Path, folder: Path, shape: tuple[int, int, int], affine: NDArray[np.float64]
) -> dict[str, NDArray[np.bool_]]:
    """By ROI Name, the masks of an RT Structure Set on a grid. Structures without an area are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    SimpleITK.WriteImage(image_of(np.zeros(shape, np.float32), affine), str(folder / "grid.mha"))
    target = ("--fixed", folder / "grid.mha", "--output-prefix", folder / "masks")
    plastimatch("convert", "--input", structures, *target)
    found = {}
    for path in (folder / "masks").glob("*.mha"):
        image = SimpleITK.ReadImage(str(path))
        assert np.abs(affine_of(image) - affine).max() < 1e-3, "plastimatch's grid is another"
        found[path.stem] = SimpleITK.GetArrayFromImage(image) > 0
    return found


def dose(path: Path, folder: Path) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """The dose of an RT Dose in Gy, and its affine."""
    folder.mkdir(parents=True, exist_ok=True)
    plastimatch("convert", "--input", path, "--output-dose-img", folder / "dose.mha")
    image = SimpleITK.ReadImage(str(folder / "dose.mha"))
    return SimpleITK.GetArrayFromImage(image), affine_of(image)


def differential_dvh(
    dose_gy: NDArray[np.float32],
    mask: NDArray[np.bool_],
    affine: NDArray[np.float64],
    folder: Path,
    bin_width_gy: float = 0.01,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The lower edges of bins in Gy, and how many voxels of a mask on the dose's own grid lie in each.

    plastimatch's bins lie round these values: a voxel goes to the nearest.
    """
    folder.mkdir(parents=True, exist_ok=True)
    SimpleITK.WriteImage(image_of(dose_gy.astype(np.float32), affine), str(folder / "dose.mha"))
    SimpleITK.WriteImage(image_of(mask.astype(np.uint32), affine), str(folder / "structures.mha"))
    (folder / "structures.txt").write_text("0|255 0 0|mask\n")
    plastimatch(
        *("dvh", "--input-dose", folder / "dose.mha", "--input-ss-img", folder / "structures.mha"),
        *("--input-ss-list", folder / "structures.txt", "--output-csv", folder / "dvh.csv"),
        *("--normalization", "vox", "--differential", "--bin-width", bin_width_gy),
        *("--num-bins", int(np.ceil(float(dose_gy.max()) / bin_width_gy)) + 2),
    )
    with (folder / "dvh.csv").open() as file:
        rows = list(csv.reader(file))[1:]
    return np.array([float(row[0]) for row in rows]), np.array([int(float(row[1])) for row in rows])


def write_structures(
    masks: dict[str, NDArray[np.bool_]], affine: NDArray[np.float64], series: Path, folder: Path
) -> Path:
    """An RT Structure Set that plastimatch draws of masks that lie on the grid of a series; gives its path.

    An axial grid only. The folder gets plastimatch's copy of nothing else.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "masks").mkdir()
    for name, mask in masks.items():
        SimpleITK.WriteImage(image_of(mask.astype(np.uint8), affine), str(folder / "masks" / f"{name}.mha"))
    target = ("--referenced-ct", series, "--output-dicom", folder / "dicom", "--filenames-without-uids")
    plastimatch("convert", "--input-prefix", folder / "masks", *target)
    (path,) = (folder / "dicom").glob("rtss*.dcm")
    return path
