"""`dicom.write(..., frames=)`: pixels that come frame by frame, and never lie in memory together."""

from __future__ import annotations

import io
import tracemalloc
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dicom
from dicom.errors import WriteError
from dicom.pixels.fragments import generate_frames
from tests.data_sources import seed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BIG_ENDIAN = "1.2.840.10008.1.2.2"
IMPLICIT = "1.2.840.10008.1.2"
DEFLATED = "1.2.840.10008.1.2.1.99"
EXPLICIT = "1.2.840.10008.1.2.1"


def slice_of(number_of_frames: int, syntax: str = EXPLICIT) -> Any:
    dataset = dicom.read(seed("CT_small.dcm"))
    dataset.NumberOfFrames = number_of_frames
    dataset.file_meta.TransferSyntaxUID = syntax
    return dataset


def written(dataset: Any, **options: Any) -> bytes:
    target = io.BytesIO()
    dicom.write(dataset, target, **options)
    return target.getvalue()


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT, BIG_ENDIAN, DEFLATED])
def test_native_frames_are_read_again(syntax: str) -> None:
    pixels = dicom.read(seed("CT_small.dcm")).pixel_array
    again = dicom.read(written(slice_of(3, syntax), frames=(pixels + number for number in range(3))))
    assert again.findings == []
    np.testing.assert_array_equal(again.pixel_array, np.stack([pixels, pixels + 1, pixels + 2]))
    # What stands behind the pixels stays there.
    assert int(next(reversed(list(again))).tag) == 0xFFFCFFFC


def test_frames_may_be_bytes() -> None:
    dataset = slice_of(2)
    frame = bytes(dataset.PixelData)
    assert bytes(dicom.read(written(dataset, frames=[frame, frame])).PixelData) == frame * 2


def encapsulated() -> tuple[Any, list[bytes]]:
    dataset = dicom.read(seed("JPEG2000.dcm"))
    frame = next(iter(generate_frames(bytes(dataset.PixelData), number_of_frames=1)))
    # Of odd length, so that one is padded.
    return dataset, [frame, frame + b"\0", frame]


@pytest.mark.parametrize("table", ["basic", "extended", "none"])
def test_encoded_frames_are_read_again(table: str) -> None:
    dataset, frames = encapsulated()
    pixels = dataset.pixel_array
    dataset.NumberOfFrames = len(frames)
    again = dicom.read(written(dataset, frames=iter(frames), offset_table=table))
    assert again.findings == []
    assert ("ExtendedOffsetTable" in again) == (table == "extended")
    first_item = bytes(again.PixelData)[:8]
    assert first_item == b"\xfe\xff\x00\xe0" + (12 if table == "basic" else 0).to_bytes(4, "little")
    np.testing.assert_array_equal(again.pixel_array, np.stack([pixels] * 3))


def test_a_target_that_cannot_go_back_gets_an_empty_table() -> None:
    class Pipe:
        def __init__(self) -> None:
            self.data = b""

        def write(self, data: Any) -> int:
            self.data += bytes(data)
            return len(data)

    dataset, frames = encapsulated()
    dataset.NumberOfFrames = len(frames)
    target = Pipe()
    dicom.write(dataset, target, frames=frames)
    again = dicom.read(target.data)
    assert bytes(again.PixelData)[:8] == b"\xfe\xff\x00\xe0\0\0\0\0"
    assert again.pixel_array.shape[0] == 3


@pytest.mark.parametrize("count", [0, 2, 4])
def test_another_number_of_frames_leaves_the_old_file(count: int, tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(b"old")
    pixels = dicom.read(seed("CT_small.dcm")).pixel_array
    with pytest.raises(WriteError, match="Number of Frames"):
        dicom.write(slice_of(3), path, frames=[pixels] * count)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.dcm"]
    assert path.read_bytes() == b"old"


def test_a_frame_of_another_size_is_refused() -> None:
    with pytest.raises(WriteError, match="32768"):
        written(slice_of(2), frames=[b"\0" * 10, b"\0" * 10])


def test_a_source_that_breaks_off_leaves_the_old_file(tmp_path: Path) -> None:
    def frames() -> Iterator[bytes]:
        yield b"\0" * 32768
        raise OSError("the camera has gone")

    path = tmp_path / "a.dcm"
    path.write_bytes(b"old")
    with pytest.raises(OSError, match="the camera has gone"):
        dicom.write(slice_of(2), path, frames=frames())
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.dcm"]
    assert path.read_bytes() == b"old"


def test_memory_stays_that_of_one_frame(tmp_path: Path) -> None:
    dataset = slice_of(400)
    dataset.Rows = dataset.Columns = 512
    frame = np.zeros((512, 512), dtype="int16")
    path = tmp_path / "large.dcm"
    tracemalloc.start()
    try:
        dicom.write(dataset, path, frames=(frame for _ in range(400)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert path.stat().st_size > 400 * frame.nbytes
    assert peak < 8 * frame.nbytes


def test_groups_of_eight_single_bits_are_frames_too() -> None:
    dataset = slice_of(2)
    dataset.Rows, dataset.Columns, dataset.BitsAllocated = 8, 8, 1
    dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 1, 0, 0
    again = dicom.read(written(dataset, frames=[b"\xff" * 8, b"\0" * 8]))
    assert bytes(again.PixelData) == b"\xff" * 8 + b"\0" * 8
    dataset.Rows = dataset.Columns = 3
    with pytest.raises(WriteError, match="whole bytes"):
        written(dataset, frames=[b"\xff\1"] * 2)


def test_a_table_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="offset_table"):
        written(slice_of(1), frames=[], offset_table="index")
