"""Images made for the tests of pictures. No patient."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

import dicom


def made(pixels: np.ndarray[Any, Any], **elements: Any) -> dicom.FileDataset:
    """A data set with these pixels, (rows, columns[, 3]) or (frames, rows, columns[, 3]), read back from its file."""
    samples = 3 if pixels.ndim > 2 and pixels.shape[-1] == 3 else 1
    shape = pixels.shape[: pixels.ndim - (samples == 3)]
    ds = dicom.Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID, ds.Modality = "1.2.840.10008.5.1.4.1.1.7", "1.2.3.4", "OT"
    ds.PatientName, ds.PatientID = "Secret^Jane", "S3CRET-ID"
    ds.Rows, ds.Columns, ds.SamplesPerPixel = *shape[-2:], samples
    ds.PhotometricInterpretation = "RGB" if samples == 3 else "MONOCHROME2"
    if samples == 3:
        ds.PlanarConfiguration = 0
    if len(shape) == 3:
        ds.NumberOfFrames = shape[0]
    keyword = "PixelData"
    if pixels.dtype.kind == "f":
        keyword = {4: "FloatPixelData", 8: "DoubleFloatPixelData"}[pixels.dtype.itemsize]
        ds.BitsAllocated = pixels.dtype.itemsize * 8
    else:
        bits = pixels.dtype.itemsize * 8
        ds.BitsAllocated, ds.BitsStored, ds.HighBit = bits, bits, bits - 1
        ds.PixelRepresentation = int(pixels.dtype.kind == "i")
    for name, value in elements.items():
        setattr(ds, name, value)
    data = pixels.astype(pixels.dtype.newbyteorder("<")).tobytes()
    setattr(ds, keyword, data + b"\0" * (len(data) % 2))
    if keyword == "PixelData":
        ds["PixelData"].VR = "OB" if pixels.dtype.itemsize == 1 else "OW"
    ds.file_meta = dicom.FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    written = io.BytesIO()
    dicom.write(ds, written)
    return dicom.read(written.getvalue())


def ct(**elements: Any) -> dicom.FileDataset:
    """(12, 20) stored values of 0 to 4095, in HU by Rescale Slope 1 and Intercept -1024, with a window."""
    pixels = np.linspace(0, 4095, 240).round().astype("<u2").reshape(12, 20)
    given = {"RescaleSlope": 1, "RescaleIntercept": -1024, "RescaleType": "HU", "WindowCenter": 40, "WindowWidth": 400}
    return made(pixels, Modality="CT", **(given | elements))
