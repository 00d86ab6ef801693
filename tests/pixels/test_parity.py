"""`pixel_array` gives what pydicom's does, for every file with pixel data that pydicom and pydicom-data carry."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import data_store
import numpy as np
import pydicom
import pydicom.data
import pytest

from dicom.errors import DicomError
from dicom.pixels import decode_frame, pixel_array

PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
#: Of the DCT, decoders may differ by one (ISO/IEC 10918-2).
DCT = ("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51")

#: What differs from pydicom, and why.
DIFFERENCES = {
    "JPEG-lossy.dcm": "its scan says spectral selection 0 to 0, which pydicom's plugins refuse; ours decodes it",
    "JPEG2000-embedded-sequence-delimiter.dcm": "a delimiter was put into its codestream, whose header it damages",
    "OT-PAL-8-face.dcm": "no Transfer Syntax UID: pydicom refuses, we take the encoding that it was read with",
}


def _files() -> list[Path]:
    roots = (Path(pydicom.data.__file__).parent, Path(data_store.__file__).parent)
    return sorted(Path(folder) / name for root in roots for folder, _, names in os.walk(root) for name in names)


def _with_pixels() -> list[Path]:
    found = []
    for path in _files():
        if path.suffix in (".py", ".pyc", ".json", ".xml", ".txt", ".md"):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                ds = pydicom.dcmread(path, force=True, stop_before_pixels=False, defer_size=1024)
                if any(keyword in ds for keyword in PIXELS):
                    found.append(path)
            except Exception:  # what pydicom can't read is not compared
                continue
    return found


FILES = _with_pixels()


def test_the_files_are_there() -> None:
    assert len(FILES) > 150


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@pytest.mark.filterwarnings("ignore")
def test_a_file_gives_pydicom_s_array(path: Path) -> None:
    ds = pydicom.dcmread(path, force=True)
    try:
        expected = ds.pixel_array
    except Exception:
        if path.name not in DIFFERENCES:
            with pytest.raises(DicomError):
                pixel_array(ds)
        return
    array = pixel_array(ds)
    assert (array.shape, array.dtype) == (expected.shape, expected.dtype)
    assert array.flags.writeable
    if ds.file_meta.TransferSyntaxUID in DCT:
        assert np.abs(array.astype(int) - expected).max() <= 1
    else:
        assert np.array_equal(array, expected)
    frames = array[None] if array.ndim == 2 + (ds.SamplesPerPixel > 1) else array
    assert np.array_equal(decode_frame(ds, -1), frames[-1])
