"""rt-utils: turn an RT Structure Set that another program wrote into masks.

Arguments: the folder of the series, the structure set, a folder that gets ``masks.npz`` with arrays (k, j, i).
"""

from __future__ import annotations

import sys
from pathlib import Path

import canonical
import numpy as np
from rt_utils import RTStructBuilder


def main(series: str, structures: str, folder: str) -> None:
    """Do the job."""
    read = RTStructBuilder.create_from(dicom_series_path=series, rt_struct_path=structures)
    found = {name: read.get_roi_mask_by_name(name).transpose(2, 0, 1) for name in read.get_roi_names()}
    np.savez(Path(folder) / "masks.npz", **found)
    canonical.emit({"names": list(found), "masks": {name: canonical.array(mask) for name, mask in found.items()}})


main(*sys.argv[1:])
