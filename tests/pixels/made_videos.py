"""Small videos made by PyAV, and data sets that hold them."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import numpy as np
import pytest

import dicom
from dicom.pixels.encapsulation import itemize_fragment

av = pytest.importorskip("av")

ROWS, COLUMNS, FRAMES = 96, 128, 40

MPEG2, MPEG2_HIGH = "1.2.840.10008.1.2.4.100", "1.2.840.10008.1.2.4.101"
H264, H264_BLU_RAY, HEVC, HEVC_10 = (f"1.2.840.10008.1.2.4.{number}" for number in (102, 103, 107, 108))

#: Name -> encoder, format of FFmpeg's, its options, transfer syntax.
KINDS: dict[str, tuple[str, str, dict[str, str], str]] = {
    "mpeg2-elementary": ("mpeg2video", "mpeg2video", {"g": "12", "bf": "2"}, MPEG2),
    "mpeg2-closed": (
        "mpeg2video",
        "mpeg2video",
        {"g": "12", "bf": "2", "flags": "+cgop", "sc_threshold": "1000000000"},
        MPEG2,
    ),
    "mpeg2-program": ("mpeg2video", "vob", {"g": "12", "bf": "2"}, MPEG2),
    "mpeg2-transport": ("mpeg2video", "mpegts", {"g": "12", "bf": "2"}, MPEG2_HIGH),
    "h264-elementary": ("libx264", "h264", {"g": "12", "bf": "2", "x264-params": "scenecut=0"}, H264),
    "h264-transport": ("libx264", "mpegts", {"g": "12", "bf": "2"}, H264),
    "h264-mp4": ("libx264", "mp4", {"g": "12", "bf": "2"}, H264),
    "hevc-elementary": ("libx265", "hevc", {"x265-params": "keyint=12:bframes=3:log-level=none"}, HEVC),
    "hevc-closed": ("libx265", "hevc", {"x265-params": "keyint=12:bframes=3:open-gop=0:log-level=none"}, HEVC),
    "hevc-mp4": ("libx265", "mp4", {"x265-params": "keyint=12:bframes=3:log-level=none"}, HEVC),
}


def picture(number: int, rows: int = ROWS, columns: int = COLUMNS) -> np.ndarray[Any, Any]:
    """(rows, columns, 3) uint8: ramps, and a bar whose place tells the number of the frame."""
    shown = np.empty((rows, columns, 3), np.uint8)
    shown[..., 0] = np.linspace(30, 200, columns)
    shown[..., 1] = 90 + number % 100
    shown[..., 2] = np.linspace(200, 40, rows)[:, None]
    left = (number * 3) % (columns - 8)
    shown[:, left : left + 8] = (230, 230, 230)
    return shown


def encode(
    codec: str,
    container: str,
    options: dict[str, str],
    *,
    frames: int = FRAMES,
    rows: int = ROWS,
    columns: int = COLUMNS,
    pix_fmt: str = "yuv420p",
    still: bool = False,
    **settings: Any,
) -> bytes:
    """A video as the bytes of its file."""
    made = io.BytesIO()
    with av.open(made, "w", format=container) as output:
        stream = output.add_stream(codec, rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = columns, rows, pix_fmt
        stream.bit_rate = 4_000_000
        stream.codec_context.thread_count = 1
        for name, value in settings.items():
            setattr(stream.codec_context, name, value)
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(picture(0 if still else number, rows, columns), format="rgb24")
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return made.getvalue()


@cache
def video(kind: str) -> bytes:
    """The bytes of one of `KINDS`."""
    codec, container, options, _ = KINDS[kind]
    return encode(codec, container, options)


def data_set(
    bitstream: bytes, transfer_syntax: str, *, frames: int | None = FRAMES, fragments: int = 1, **elements: Any
) -> dicom.FileDataset:
    """A data set with a video, read back from the bytes of a file."""
    ds = dicom.Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.77.1.1.1", "1.2.3.4"
    ds.PatientName, ds.PatientID, ds.Modality = "Doe^Jane", "S3CRET", "ES"
    ds.Rows, ds.Columns, ds.SamplesPerPixel, ds.PlanarConfiguration = ROWS, COLUMNS, 3, 0
    ds.PhotometricInterpretation = "YBR_PARTIAL_420"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 8, 8, 7, 0
    ds.NumberOfFrames = frames
    for keyword, value in elements.items():
        setattr(ds, keyword, value)
    size = -(-len(bitstream) // fragments)
    size += size % 2
    pieces = [bitstream[at : at + size] for at in range(0, len(bitstream), size)]
    items = b"".join(itemize_fragment(piece + b"\0" * (len(piece) % 2)) for piece in pieces)
    ds.PixelData = itemize_fragment(b"") + items
    ds["PixelData"].VR = "OB"
    ds["PixelData"].is_undefined_length = True
    ds.file_meta = dicom.FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = transfer_syntax
    written = io.BytesIO()
    dicom.write(ds, written)
    return dicom.read(written.getvalue())


def made(kind: str, **options: Any) -> dicom.FileDataset:
    """A data set with one of `KINDS`."""
    return data_set(video(kind), KINDS[kind][3], **options)
