"""dicom2nifti: convert a CT series, and a whole folder of series, to NIfTI.

Arguments: a folder that holds series in folders of their own, a folder to write to.
"""

from __future__ import annotations

import sys
from pathlib import Path

import canonical
import dicom2nifti
import dicom2nifti.settings
import nibabel
import numpy as np


def image(path: Path) -> dict[str, object]:
    """What a NIfTI file holds; its own bytes have the time in them."""
    loaded = nibabel.load(path)
    return {
        "voxels": canonical.array(np.asarray(loaded.dataobj)),
        "affine": loaded.affine.round(6).tolist(),
        "axes": "".join(nibabel.aff2axcodes(loaded.affine)),
        "zooms": [round(float(zoom), 6) for zoom in loaded.header.get_zooms()],
        "type": str(loaded.get_data_dtype()),
    }


def main(folder: str, target: str) -> None:
    """Do the job."""
    single, several = Path(target) / "single.nii.gz", Path(target) / "several"
    several.mkdir()
    series = min(Path(folder).iterdir())
    dicom2nifti.dicom_series_to_nifti(str(series), str(single), reorient_nifti=True)
    dicom2nifti.convert_directory(folder, str(several), compression=True, reorient=False)
    canonical.emit(
        {
            "single": image(single),
            "several": {path.name: image(path) for path in sorted(several.iterdir())},
        }
    )


main(*sys.argv[1:])
