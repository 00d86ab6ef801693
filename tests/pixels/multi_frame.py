"""Data sets of several frames, ours, made for the tests of frames."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import imagecodecs
import numpy as np

import dicom

if TYPE_CHECKING:
    from pathlib import Path

    Image = np.ndarray[Any, Any]

NATIVE = "1.2.840.10008.1.2.1"
JPEG = "1.2.840.10008.1.2.4.50"
JPEG_LS = "1.2.840.10008.1.2.4.80"
JPEG_2000 = "1.2.840.10008.1.2.4.90"
RLE = "1.2.840.10008.1.2.5"
ENCAPSULATED_UNCOMPRESSED = "1.2.840.10008.1.2.1.98"


def encode_rle(image: Image) -> bytes:
    """Literal runs only: two segments, the most significant bytes first (PS3.5 annex G)."""
    planes = [image.astype(">u2").tobytes()[n::2] for n in (0, 1)]
    runs = [b"".join(bytes([len(p[n : n + 128]) - 1]) + p[n : n + 128] for n in range(0, len(p), 128)) for p in planes]
    runs = [run + b"\0" * (len(run) % 2) for run in runs]
    return struct.pack("<16I", 2, 64, 64 + len(runs[0]), *[0] * 13) + b"".join(runs)


ENCODERS = {
    JPEG_LS: imagecodecs.jpegls_encode,
    JPEG_2000: lambda image: imagecodecs.jpeg2k_encode(image, level=0, codecformat="j2k"),
    RLE: encode_rle,
}


def data_set_of(data: bytes, image: Image, syntax: str, **elements: Any) -> dicom.Dataset:
    """A data set of ours with this pixel data, its Image Pixel module from one image and `elements`."""
    ds = dicom.Dataset()
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = syntax
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7.3", "1.2.3"
    ds.Rows, ds.Columns = image.shape[:2]
    ds.SamplesPerPixel = 3 if image.ndim == 3 else 1
    ds.PhotometricInterpretation = "RGB" if image.ndim == 3 else "MONOCHROME2"
    if image.ndim == 3:
        ds.PlanarConfiguration = 0
    ds.BitsAllocated = ds.BitsStored = image.dtype.itemsize * 8
    ds.HighBit = ds.BitsStored - 1
    ds.PixelRepresentation = 0
    for keyword, value in elements.items():
        setattr(ds, keyword, value)
    ds.PixelData = data
    ds["PixelData"].VR = "OB" if syntax != NATIVE else "OW"
    return ds


def save(ds: dicom.Dataset, path: Path) -> str:
    """Write a data set to a path; gives the path."""
    ds.save_as(path, enforce_file_format=True)
    return str(path)
