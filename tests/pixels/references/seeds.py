"""Native files with known pixels, which foreign encoders make their files of.

In: the name of a seed, a folder. Out: the path of a Secondary Capture file in Explicit VR Little Endian, written by
pydicom, and its pixels. Sizes are odd on purpose (37 x 53): blocks, pairs and padding bytes don't come out even.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filebase import DicomFileLike
from pydicom.filewriter import write_dataset, write_file_meta_info
from pydicom.uid import PYDICOM_IMPLEMENTATION_UID, generate_uid

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Array = np.ndarray[Any, Any]

IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
MULTI_FRAME_GRAYSCALE_WORD = "1.2.840.10008.5.1.4.1.1.7.3"
MULTI_FRAME_COLOR = "1.2.840.10008.5.1.4.1.1.7.4"
ENTROPY = ("references",)


def _ramp(rows: int, columns: int, top: int, seed: int = 0) -> Array:
    """(rows, columns) int64 from 0 to ``top``: slopes, an edge, and noise of a fiftieth of the range."""
    rng = np.random.default_rng(seed)
    slope = np.add.outer(np.arange(rows) * 3 + seed, np.arange(columns) * 2) / (3 * rows + 2 * columns) * top * 0.8
    slope[rows // 3 : rows // 2, columns // 4 : columns // 2] = top
    noise = rng.integers(-(top // 50) - 1, top // 50 + 2, slope.shape)
    values: Array = np.clip(slope + noise, 0, top).astype(np.int64)
    return values


def _color(rows: int, columns: int, top: int = 255, seed: int = 0) -> Array:
    red = _ramp(rows, columns, top, seed)
    return np.stack([red, red[::-1], top - red[:, ::-1] // 2], -1)


def _extremes(rows: int, columns: int) -> Array:
    """(rows, columns): 0 and 65535 by turns and in stripes, the largest differences that there are."""
    values = np.zeros((rows, columns), np.int64)
    values[::2, ::3] = 65535
    values[1::2, 1::3] = 65535
    values[rows // 2 :, columns // 2 :] = 32768
    return values


#: Name -> pixels (rows, columns[, samples]) or (frames, rows, columns[, samples]) and the elements that differ.
PIXELS: dict[str, tuple[Callable[[], Array], dict[str, Any]]] = {
    "gray8": (lambda: _ramp(37, 53, 255).astype("u1"), {}),
    "gray12": (lambda: _ramp(37, 53, 4095).astype("u2"), {"BitsStored": 12}),
    "gray16": (lambda: _ramp(37, 53, 65535).astype("u2"), {}),
    "extremes": (lambda: _extremes(37, 53).astype("u2"), {}),
    "signed16": (lambda: (_ramp(37, 53, 65535) - 32768).astype("i2"), {}),
    "signed12": (lambda: (_ramp(37, 53, 4095) - 2048).astype("i2"), {"BitsStored": 12}),
    "signed8": (lambda: (_ramp(37, 53, 255) - 128).astype("i1"), {}),
    "column": (lambda: _ramp(41, 1, 4095).astype("u2"), {"BitsStored": 12}),
    "row": (lambda: _ramp(1, 41, 255).astype("u1"), {}),
    "frames12": (
        lambda: np.stack([_ramp(37, 53, 4095, seed) for seed in range(3)]).astype("u2"),
        {"BitsStored": 12},
    ),
    "frames8": (lambda: np.stack([_ramp(37, 53, 255, seed) for seed in range(5)]).astype("u1"), {}),
    "gray8-even": (lambda: _ramp(48, 64, 255).astype("u1"), {}),
    "gray16-even": (lambda: _ramp(48, 64, 65535).astype("u2"), {}),
    "frames8-even": (lambda: np.stack([_ramp(48, 64, 255, seed) for seed in range(4)]).astype("u1"), {}),
    "color": (lambda: _color(37, 53).astype("u1"), {}),
    "color-even": (lambda: _color(48, 64).astype("u1"), {}),
    "color-planes": (lambda: _color(37, 53).astype("u1"), {"PlanarConfiguration": 1}),
    "color-frames": (lambda: np.stack([_color(37, 53, 255, seed) for seed in range(3)]).astype("u1"), {}),
    "color16": (lambda: _color(37, 53, 65535).astype("u2"), {}),
    "palette": (lambda: _ramp(37, 53, 255).astype("u1"), {"PhotometricInterpretation": "PALETTE COLOR"}),
    "palette16": (lambda: _ramp(37, 53, 65535).astype("u2"), {"PhotometricInterpretation": "PALETTE COLOR"}),
}


def pixels_of(seed: str) -> Array:
    """The pixels of a seed, shape (frames, rows, columns[, samples])."""
    made = PIXELS[seed][0]()
    has_samples = seed.startswith("color")
    return made if made.ndim == 3 + has_samples else made[None]


def data_set_of(seed: str) -> Dataset:
    """The data set of a seed, its pixel data native."""
    frames = pixels_of(seed)
    elements = PIXELS[seed][1]
    planar = elements.get("PlanarConfiguration", 0)
    stored = np.moveaxis(frames, -1, 1) if planar else frames
    return make_data_set(stored.astype(stored.dtype.newbyteorder("<")).tobytes(), frames, **elements)


def make_data_set(
    data: bytes, frames: Array, *, transfer_syntax: str = EXPLICIT_LITTLE, keyword: str = "PixelData", **elements: Any
) -> Dataset:
    """A Secondary Capture of the given value of Pixel Data; Image Pixel module from ``frames`` and ``elements``."""
    samples = frames.shape[3] if frames.ndim == 4 else 1
    bits = frames.dtype.itemsize * 8
    count = len(frames)
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = transfer_syntax
    kind = SECONDARY_CAPTURE if count == 1 else MULTI_FRAME_COLOR if samples == 3 else MULTI_FRAME_GRAYSCALE_WORD
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID = kind
    identity = generate_uid(entropy_srcs=[*ENTROPY, repr(sorted(elements.items())), data[:64].hex()])
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID = identity
    ds.StudyInstanceUID = generate_uid(entropy_srcs=list(ENTROPY))
    ds.SeriesInstanceUID = generate_uid(entropy_srcs=[*ENTROPY, "series"])
    ds.PatientName = "Test^Pixels"
    ds.PatientID = "TEST"
    ds.Modality = "OT"
    ds.ConversionType = "WSD"
    module: dict[str, Any] = {
        "SamplesPerPixel": samples,
        "PhotometricInterpretation": "RGB" if samples == 3 else "MONOCHROME2",
        "Rows": frames.shape[1],
        "Columns": frames.shape[2],
        "BitsAllocated": bits,
        "PixelRepresentation": int(frames.dtype.kind == "i"),
    }
    if samples == 3:
        module["PlanarConfiguration"] = 0
    if count > 1:
        module["NumberOfFrames"] = count
    module.update(elements)
    module.setdefault("BitsStored", module["BitsAllocated"])
    if module["BitsStored"] is not None:
        module.setdefault("HighBit", module["BitsStored"] - 1)
    if module["PhotometricInterpretation"] == "PALETTE COLOR":
        for number, color in enumerate(("Red", "Green", "Blue")):
            setattr(ds, f"{color}PaletteColorLookupTableDescriptor", [256, 0, 16])
            entries = np.roll(np.arange(256, dtype="<u2") * 257, number * 80)
            setattr(ds, f"{color}PaletteColorLookupTableData", entries.tobytes())
    for name, value in module.items():
        if value is not None:
            setattr(ds, name, value)
    setattr(ds, keyword, data + b"\0" * (len(data) % 2))
    if keyword == "PixelData":
        is_native = transfer_syntax in (IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG)
        ds["PixelData"].VR = "OW" if is_native and module["BitsAllocated"] > 8 else "OB"
        ds["PixelData"].is_undefined_length = not is_native
    return ds


def write_seed(seed: str, folder: Path) -> Path:
    """The file of a seed, made when it is first asked for."""
    path = folder / f"{seed}.dcm"
    if not path.exists():
        write_data_set(data_set_of(seed), path)
    return path


def write_data_set(ds: Dataset, path: Path) -> Path:
    """The file of a data set, by way of another name: a test never sees half of it.

    It is put together of its parts, for pydicom's own way refuses transfer syntaxes that it doesn't know.
    """
    part = path.with_name(f"{path.name}.part")
    transfer_syntax = ds.file_meta.TransferSyntaxUID
    with DicomFileLike(part.open("wb")) as file:
        file.write(b"\0" * 128 + b"DICM")
        ds.file_meta.ImplementationClassUID = PYDICOM_IMPLEMENTATION_UID
        write_file_meta_info(file, ds.file_meta)
        file.is_implicit_VR = transfer_syntax == IMPLICIT_LITTLE
        file.is_little_endian = transfer_syntax != EXPLICIT_BIG
        write_dataset(file, ds)
    part.replace(path)
    return path
