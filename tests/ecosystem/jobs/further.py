"""Further libraries, in short: dicom-numpy stacks a series, dicognito anonymises it, nibabel reads it.

Arguments: the folder of the series, a folder to write to.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import canonical

canonical.same_uids_on_each_run()

import dicom_numpy
import pydicom
from dicognito.anonymizer import Anonymizer
from nibabel.nicom import dicomwrappers


def stacked(files: list[Path]) -> dict[str, Any]:
    """dicom-numpy: one array of a series, and where its voxels lie."""
    voxels, matrix = dicom_numpy.combine_slices([pydicom.dcmread(path) for path in files])
    return {"voxels": canonical.array(voxels), "matrix": matrix.tolist()}


def anonymised(files: list[Path], target: Path) -> dict[str, Any]:
    """dicognito: names, identifiers, dates and UIDs that fit together over the files."""
    anonymizer = Anonymizer(seed="phantom")
    written = {}
    for path in files:
        dataset = pydicom.dcmread(path)
        anonymizer.anonymize(dataset)
        dataset.save_as(target / path.name)
        written[path.name] = canonical.file(target / path.name)
    return {"files": written, "elements": canonical.elements(pydicom.dcmread(target / files[0].name))}


def wrapped(path: Path) -> dict[str, Any]:
    """nibabel: one slice by its wrapper of DICOM."""
    wrapper = dicomwrappers.wrapper_from_file(path)
    return {
        "voxels": canonical.array(wrapper.get_data()),
        "affine": wrapper.affine.tolist(),
        "signature": sorted(wrapper.series_signature),
        "sizes": [wrapper.image_shape, [float(size) for size in wrapper.voxel_sizes]],
    }


def main(series: str, folder: str) -> None:
    """Do the job."""
    files = sorted(Path(series).iterdir())
    canonical.emit(
        {
            "dicom-numpy": stacked(files),
            "dicognito": anonymised(files, Path(folder)),
            "nibabel": wrapped(files[3]),
        }
    )


main(*sys.argv[1:])
