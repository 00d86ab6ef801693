"""What the RLE encoder writes is what PS3.5 annex G says: pydicom and GDCM read it as we do."""

from __future__ import annotations

import itertools
import struct
from typing import TYPE_CHECKING, Any

import gdcm
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from pydicom.pixels import get_decoder

from dicom import _core
from tests.pixels.conftest import _encapsulate, _make_data_set

if TYPE_CHECKING:
    from pathlib import Path

RLE_LOSSLESS = "1.2.840.10008.1.2.5"


def encoded(frame: np.ndarray[Any, Any]) -> bytes:
    samples = frame.shape[2] if frame.ndim == 3 else 1
    return _core.encode_rle_frame(frame, frame.shape[0], frame.shape[1], samples, frame.dtype.itemsize * 8)


def decoded_by(plugin: str, rle: bytes, frame: np.ndarray[Any, Any]) -> Any:
    ds = _make_data_set(_encapsulate([rle]), frame, transfer_syntax=RLE_LOSSLESS, vr="OB")
    array, _ = get_decoder(RLE_LOSSLESS).as_array(ds, decoding_plugin=plugin, raw=True)
    return array


# Few values make runs, many of them noise; widths lie around the 64 bytes that are looked at together.
frames = arrays.arrays(
    st.sampled_from(["<u1", "<u2", "<u4"]),
    st.tuples(st.integers(1, 4), st.integers(1, 140)) | st.tuples(st.integers(1, 3), st.integers(1, 70), st.just(3)),
    elements=st.sampled_from([0, 1, 255]) | st.integers(0, 255),
)


@settings(max_examples=300, deadline=None)
@given(frames)
def test_any_frame_comes_back(frame: np.ndarray[Any, Any]) -> None:
    rle = encoded(frame)
    decoded = np.empty_like(frame)
    samples = frame.shape[2] if frame.ndim == 3 else 1
    _core.decode_rle_frame(rle, decoded, frame.shape[0], frame.shape[1], samples, frame.dtype.itemsize * 8)
    assert np.array_equal(decoded, frame)


def decoded_by_gdcm(rle: bytes, frame: np.ndarray[Any, Any], path: Path) -> Any:
    ds = _make_data_set(_encapsulate([rle]), frame, transfer_syntax=RLE_LOSSLESS, vr="OB")
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "1.2.3"
    ds.save_as(path, enforce_file_format=True)
    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    assert reader.Read()
    samples = reader.GetImage().GetBuffer().encode("utf-8", errors="surrogateescape")
    return np.frombuffer(samples, frame.dtype).reshape(frame.shape)


# GDCM 3.2 mixes up the planes of colour in words, those of other encoders too.
@pytest.mark.parametrize(
    ("reader", "dtype", "samples"),
    [
        *itertools.product(["pydicom", "pylibjpeg"], ["<u1", "<u2", "<u4"], [1, 3]),
        ("GDCM", "<u1", 1),
        ("GDCM", "<u2", 1),
        ("GDCM", "<u4", 1),
        ("GDCM", "<u1", 3),
    ],
)
def test_others_decode_what_is_encoded(reader: str, dtype: str, samples: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    # GDCM 3.2 refuses frames of few columns, and dies of 9 rows: its own limits, whoever wrote the frame.
    for columns in (63, 64, 65, 128, 129, 300) if reader == "GDCM" else (1, 2, 63, 64, 65, 128, 129, 300):
        frame = rng.choice([0, 1, 200, 255, 65535], (8, columns, samples), p=[0.4, 0.3, 0.1, 0.1, 0.1]).astype(dtype)
        frame[3] = rng.integers(0, 255, frame[3].shape)
        frame[4:6] = 7
        frame = frame[..., 0].copy() if samples == 1 else frame
        rle = encoded(frame)
        if reader == "GDCM":
            decoded = decoded_by_gdcm(rle, frame, tmp_path / "rle.dcm")
        else:
            decoded = decoded_by(reader, rle, frame)
        assert np.array_equal(decoded, frame)


def test_segments_are_even_and_begin_where_the_header_says() -> None:
    frame = np.arange(3 * 5 * 3, dtype="<u2").reshape(3, 5, 3)
    rle = encoded(frame)
    count, *offsets = struct.unpack("<16L", rle[:64])
    assert count == 6
    assert offsets[0] == 64
    assert all(offset % 2 == 0 for offset in offsets)
    assert offsets[6:] == [0] * 9


def test_what_rle_has_no_room_for_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes a pixel"):
        _core.encode_rle_frame(np.zeros((1, 1, 2), "u8"), 1, 1, 2, 64)
    with pytest.raises(ValueError, match="5 bytes for a frame of 6"):
        _core.encode_rle_frame(b"12345", 2, 3, 1, 8)
