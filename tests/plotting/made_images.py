"""An image without a file: a data set made of an array and elements."""

from __future__ import annotations

from typing import Any

import numpy as np

import dicom


def image(array: np.ndarray, **elements: Any) -> dicom.Dataset:
    """A data set whose pixels are this array: (rows, columns), with frames before and samples after where told."""
    ds = dicom.Dataset()
    samples = elements.get("SamplesPerPixel", 1)
    shape = array.shape if samples == 1 else array.shape[:-1]
    ds.SamplesPerPixel = samples
    ds.PhotometricInterpretation = "MONOCHROME2"
    if samples > 1:
        ds.PlanarConfiguration = 0
    if len(shape) == 3:
        ds.NumberOfFrames = shape[0]
    ds.Rows, ds.Columns = shape[-2:]
    if array.dtype.kind == "f":
        keyword = {4: "FloatPixelData", 8: "DoubleFloatPixelData"}[array.dtype.itemsize]
        setattr(ds, keyword, array.tobytes())
    else:
        bits = array.dtype.itemsize * 8
        ds.BitsAllocated, ds.BitsStored, ds.HighBit = bits, bits, bits - 1
        ds.PixelRepresentation = int(array.dtype.kind == "i")
        ds.PixelData = array.tobytes()
        ds["PixelData"].VR = "OB" if bits == 8 else "OW"
    for keyword, value in elements.items():
        if value is not None:
            setattr(ds, keyword, value)
    return ds
