"""Data sets made for the tests of pixels: pydicom's Dataset serves as the mapping, and as the reference."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileMetaDataset

from tests.pixels.multi_frame import ENCODERS, JPEG_LS, data_set_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import dicom

EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
NATIVE = ("1.2.840.10008.1.2", EXPLICIT_LITTLE, "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99")


def _make_item(content: bytes) -> bytes:
    """One item of encapsulated pixel data, padded to an even length."""
    content += b"\0" * (len(content) % 2)
    return b"\xfe\xff\x00\xe0" + struct.pack("<I", len(content)) + content


def _encapsulate(frames: Sequence[bytes], *, table: bool = False, fragments_per_frame: int = 1) -> bytes:
    """Encapsulated pixel data without its delimiter, its Basic Offset Table filled or empty."""
    body = b""
    offsets = []
    for frame in frames:
        offsets.append(len(body))
        size = -(-len(frame) // fragments_per_frame)
        size += size % 2
        for begin in range(0, len(frame), size):
            body += _make_item(frame[begin : begin + size])
    head = struct.pack(f"<{len(offsets)}I", *offsets) if table else b""
    return _make_item(head) + body


def _make_data_set(
    pixel_data: bytes,
    array: np.ndarray[Any, Any] | None = None,
    *,
    transfer_syntax: str = EXPLICIT_LITTLE,
    keyword: str = "PixelData",
    vr: str = "OW",
    **elements: Any,
) -> Dataset:
    """A data set with the given pixel data, its Image Pixel module from ``array`` (one frame) and ``elements``."""
    shape = (2, 3) if array is None else array.shape
    dtype = np.dtype("u2") if array is None else array.dtype
    bits = dtype.itemsize * 8
    module: dict[str, Any] = {
        "Rows": shape[0],
        "Columns": shape[1],
        "SamplesPerPixel": 3 if len(shape) == 3 else 1,
        "PhotometricInterpretation": "RGB" if len(shape) == 3 else "MONOCHROME2",
        "BitsAllocated": bits,
        "BitsStored": bits,
        "HighBit": bits - 1,
        "PixelRepresentation": int(dtype.kind == "i"),
    }
    if len(shape) == 3:
        module["PlanarConfiguration"] = 0
    if "BitsAllocated" in elements:
        module["BitsStored"] = elements["BitsAllocated"]
    stored = elements.get("BitsStored", module["BitsStored"])
    module["HighBit"] = None if stored is None else stored - 1
    module.update(elements)
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = transfer_syntax
    for name, value in module.items():
        if value is not None:
            setattr(ds, name, value)
    setattr(ds, keyword, pixel_data)
    if keyword == "PixelData":
        ds["PixelData"].VR = vr
        ds["PixelData"].is_undefined_length = transfer_syntax not in NATIVE
    return ds


@pytest.fixture
def make_data_set() -> Callable[..., Dataset]:
    """`_make_data_set`: pixel data and an Image Pixel module in one data set."""
    return _make_data_set


@pytest.fixture
def encapsulate() -> Callable[..., bytes]:
    """`_encapsulate`: frames as encapsulated pixel data."""
    return _encapsulate


@pytest.fixture
def smooth() -> np.ndarray[Any, Any]:
    """(48, 40) uint16: 12-bit values that change little from pixel to pixel, with noise."""
    rng = np.random.default_rng(7)
    ramp = np.add.outer(np.arange(48) * 40, np.arange(40) * 45)
    return np.clip(ramp + rng.integers(-20, 20, ramp.shape), 0, 4095).astype("<u2")


@pytest.fixture
def colors(smooth: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """(48, 40, 3) uint8: a smooth colour image."""
    gray = (smooth >> 4).astype("u1")
    return np.stack([gray, gray[::-1], gray[:, ::-1]], -1)


@pytest.fixture
def five_images(smooth: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """(5, 48, 40) uint16: five that differ."""
    return np.stack([np.roll(smooth, 7 * n, axis=0) for n in range(5)])


@pytest.fixture
def make_five(five_images: np.ndarray[Any, Any], encapsulate: Callable[..., bytes]) -> Callable[..., dicom.Dataset]:
    """Makes a data set of the five images in a transfer syntax."""

    def make(
        syntax: str = JPEG_LS, *, count: int = 5, table: bool = False, fragments_per_frame: int = 1, **elements: Any
    ) -> dicom.Dataset:
        if syntax == EXPLICIT_LITTLE:
            data = five_images[:count].tobytes()
        else:
            streams = [ENCODERS[syntax](image) for image in five_images[:count]]
            data = encapsulate(streams, table=table, fragments_per_frame=fragments_per_frame)
        return data_set_of(data, five_images[0], syntax, **{"NumberOfFrames": 5, **elements})

    return make


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of frames that were decoded so far, in a list of one."""
    from dicom.pixels import codecs

    real, count = codecs.decoder_of, [0]

    def decoder_of(syntax: str) -> Any:
        decode = real(syntax)

        def counting(*arguments: Any) -> bool:
            count[0] += 1
            return decode(*arguments)

        return counting

    monkeypatch.setattr(codecs, "decoder_of", decoder_of)
    return count
