"""highdicom: make parametric maps (floats, doubles, integers) of a CT series, and read them back.

Arguments: the folder of the series, a folder to write to.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import canonical

canonical.same_uids_on_each_run()

import highdicom as hd
import numpy as np
import pydicom
from pydicom.sr.codedict import codes


def main(series: str, folder: str) -> None:
    """Do the job."""
    images = sorted((pydicom.dcmread(path) for path in Path(series).iterdir()), key=lambda each: each.InstanceNumber)
    volume = np.stack([each.pixel_array * each.RescaleSlope + each.RescaleIntercept for each in images])
    arrays = {
        "float": (volume / 1000.0).astype(np.float32),
        "double": (volume / 1000.0).astype(np.float64),
        "integer": (volume + 1024).astype(np.uint16),
    }
    result: dict[str, Any] = {}
    for number, (name, pixels) in enumerate(arrays.items(), 1):
        floats = pixels.dtype.kind == "f"
        mapping = hd.pm.RealWorldValueMapping(
            lut_label="1",
            lut_explanation="Fraction of water's attenuation",
            unit=codes.UCUM.NoUnits,
            value_range=(-1.5, 3.5) if floats else (0, 4095),
            slope=1.0 if floats else 0.001,
            intercept=0.0 if floats else -1.024,
            quantity_definition=codes.DCM.XRayAttenuationCoefficient,
        )
        parametric_map = hd.pm.ParametricMap(
            source_images=images,
            pixel_array=pixels,
            series_instance_uid=hd.UID(),
            series_number=200 + number,
            sop_instance_uid=hd.UID(),
            instance_number=number,
            manufacturer="Phantom Maker",
            manufacturer_model_name="Division",
            software_versions="1.0",
            device_serial_number="1",
            contains_recognizable_visual_features=False,
            real_world_value_mappings=[mapping],
            voi_lut_transformations=[
                hd.VOILUTTransformation(window_center=0.0 if floats else 1024, window_width=2.0 if floats else 2000)
            ],
            content_label="PHANTOM",
        )
        canonical.settle(parametric_map)
        path = Path(folder) / f"{name}.dcm"
        parametric_map.save_as(path)
        back, lazy = hd.imread(path), hd.imread(path, lazy_frame_retrieval=True)
        result[name] = {
            "file": canonical.file(path),
            "elements": canonical.outline(back),
            "stored": canonical.array(pydicom.dcmread(path).pixel_array),
            "real world": canonical.array(lazy.get_volume(dtype=np.float64, apply_real_world_transform=True).array),
            # Single frames of floats are beyond highdicom 0.28: it asks them for Pixel Representation.
            "frame": None if floats else canonical.array(back.get_frame(5, apply_real_world_transform=True)),
            "affine": back.get_volume_geometry().affine.round(6).tolist(),
        }
    canonical.emit(result)


main(*sys.argv[1:])
