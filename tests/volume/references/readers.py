"""What other programs make of a series: SimpleITK's ImageSeriesReader, and dcm2niix with nibabel to read what it wrote.

In: files of a series. Out: `Reading`s: values and an affine in the one convention of the tests, array (k, j, i) or
(t, k, j, i), and index (k, j, i) -> LPS, mm. Both are run as their documentation says; nothing is done to their values
but what is needed to bring axes into that order.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nibabel
import numpy as np
import SimpleITK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: RAS -> LPS, and back.
FLIP = np.diag([-1.0, -1.0, 1.0, 1.0])
#: (x, y, z) index -> (k, j, i) index, and back.
TURN = np.eye(4)[[2, 1, 0, 3]]


@dataclass(frozen=True)
class Reading:
    """A volume as a reference gives it."""

    #: (k, j, i) or (t, k, j, i), in the unit of the modality.
    array: NDArray[Any]
    #: Array index (k, j, i) -> LPS, mm.
    affine: NDArray[np.float64]
    #: What dcm2niix wrote into the sidecar.
    sidecar: dict[str, Any] = field(default_factory=dict)
    #: b-values, and gradient directions as FSL has them (3, n), where dcm2niix wrote them.
    bval: NDArray[np.float64] | None = None
    bvec: NDArray[np.float64] | None = None


def read_with_simpleitk(paths: Sequence[Path]) -> Reading:
    """The slices of these files, in the order that the series' own positions give them (GDCM's file names).

    One file is read as the image that it is, of one frame or of many.
    """
    if len(paths) == 1:
        return from_simpleitk(SimpleITK.ReadImage(str(paths[0])))
    names = SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(str(paths[0].parent))
    wanted = {path.name for path in paths}
    ordered = [name for name in names if Path(name).name in wanted]
    assert len(ordered) == len(paths)
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames(ordered)
    return from_simpleitk(reader.Execute())


def from_simpleitk(image: SimpleITK.Image) -> Reading:
    """An image of SimpleITK, whose axes are x, y, z and whose space is LPS already."""
    affine = np.eye(4)
    affine[:3, :3] = np.array(image.GetDirection()).reshape(3, 3) * np.array(image.GetSpacing())
    affine[:3, 3] = image.GetOrigin()
    return Reading(SimpleITK.GetArrayFromImage(image), affine @ TURN)


def read_with_dcm2niix(command: str, folder: Path, output: Path, *options: str) -> dict[str, Reading]:
    """Each NIfTI that dcm2niix writes of a folder, by its name without its ending; none where it refuses the files."""
    output.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [command, "-b", "y", "-ba", "n", "-z", "n", "-f", "%s", *options, "-o", str(output), str(folder)],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=120,
    )
    if "No valid DICOM images were found" in done.stdout:
        return {}
    assert done.returncode == 0, done.stdout[-2000:]
    return {path.stem: from_nifti(path) for path in sorted(output.glob("*.nii"))}


def from_nifti(path: Path) -> Reading:
    """A NIfTI file, whose axes are x, y, z, t and whose space is RAS."""
    image: Any = nibabel.load(path)
    array = np.asarray(image.dataobj)
    array = array.transpose(range(array.ndim)[::-1])
    beside = {ending: path.with_suffix(ending) for ending in (".json", ".bval", ".bvec")}
    sidecar = json.loads(beside[".json"].read_text(encoding="utf-8")) if beside[".json"].exists() else {}
    return Reading(
        array,
        FLIP @ image.affine @ TURN,
        sidecar,
        np.loadtxt(beside[".bval"]) if beside[".bval"].exists() else None,
        np.loadtxt(beside[".bvec"]) if beside[".bvec"].exists() else None,
    )
