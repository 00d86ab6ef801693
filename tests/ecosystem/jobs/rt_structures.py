"""rt-utils: draw an RT Structure Set from masks over a CT series, write it, read it back, turn it into masks again.

Arguments: the folder of the series, a folder to write to.
"""

from __future__ import annotations

import sys
from pathlib import Path

import canonical

canonical.same_uids_on_each_run()

import numpy as np
import pydicom
from rt_utils import RTStructBuilder


def masks(series: Path) -> dict[str, np.ndarray]:
    """Boolean masks of two organs, shape (rows, columns, slices), by thresholds."""
    slices = sorted((pydicom.dcmread(path) for path in series.iterdir()), key=lambda each: each.ImagePositionPatient[2])
    volume = np.stack([each.pixel_array * each.RescaleSlope + each.RescaleIntercept for each in slices], axis=-1)
    return {"BONE": volume > 300, "BODY": volume > -500}


def main(series: str, folder: str) -> None:
    """Do the job."""
    drawn = masks(Path(series))
    structures = RTStructBuilder.create_new(dicom_series_path=series)
    structures.set_series_description("Phantom, contours")
    for number, (name, mask) in enumerate(drawn.items()):
        structures.add_roi(mask=mask, color=[255, 20 * number, 147], name=name)
    canonical.settle(structures.ds)
    path = Path(folder) / "structures.dcm"
    structures.save(str(path))

    back = RTStructBuilder.create_from(dicom_series_path=series, rt_struct_path=str(path))
    read = pydicom.dcmread(path)
    contours = [len(roi.ContourSequence) for roi in read.ROIContourSequence]
    found = {name: back.get_roi_mask_by_name(name) for name in back.get_roi_names()}
    canonical.emit(
        {
            "file": canonical.file(path),
            "elements": canonical.elements(back.ds),
            "names": back.get_roi_names(),
            "contours": contours,
            "masks": {name: canonical.array(mask) for name, mask in found.items()},
            "voxels that differ": {name: int((found[name] != drawn[name]).sum()) for name in found},
        }
    )


main(*sys.argv[1:])
