"""Where the frames of `ds.frames` are: found once, kept, and told as far as they are there."""

from __future__ import annotations

import copy
import gc
import os
import pickle
import struct
import weakref

import imagecodecs
import numpy as np
import pytest

import dicom
from dicom.errors import FileChangedError, MissingElementError, PixelError
from dicom.pixels import decode_frame, frame_decoder, pixel_array, source
from dicom.pixels import frames as places
from dicom.pixels.frame_sequence import Frames
from tests.pixels.multi_frame import (
    ENCAPSULATED_UNCOMPRESSED,
    ENCODERS,
    JPEG_2000,
    JPEG_LS,
    NATIVE,
    RLE,
    data_set_of,
    save,
)

# --- what is read, and what is kept -----------------------------------------------------------------------------------


class Counting(source.ValueBytes):
    """Counts the bytes that are read, and the walks over all items."""

    __slots__ = ("bytes_read", "walks")

    def __init__(self, value):
        super().__init__(value, is_encapsulated=True)
        self.bytes_read = self.walks = 0

    def read(self, offset, length):
        self.bytes_read += length
        return super().read(offset, length)

    def fragments(self):
        self.walks += 1
        return super().fragments()


@pytest.mark.parametrize("table", ["basic", "extended", None])
@pytest.mark.parametrize("fragments_per_frame", [1, 2])
def test_one_jpeg_2000_frame_of_300_costs_its_own_bytes(
    monkeypatch, make_data_set, encapsulate, smooth, counted, table, fragments_per_frame
) -> None:
    stream = ENCODERS[JPEG_2000](smooth)
    data = encapsulate([stream] * 300, table=table == "basic", fragments_per_frame=fragments_per_frame)
    ds = make_data_set(data, smooth, transfer_syntax=JPEG_2000, NumberOfFrames=300)
    if table == "extended":
        bytes_each = (len(data) - 8) // 300
        ds.ExtendedOffsetTable = struct.pack("<300Q", *range(0, 300 * bytes_each, bytes_each))
        ds.ExtendedOffsetTableLengths = struct.pack("<300Q", *[len(stream)] * 300)
    value = Counting(data)
    monkeypatch.setattr(frame_decoder, "open_source", lambda ds, tag: value)
    frames = Frames(ds)
    if table is None:
        frames[0]
        assert value.walks == 1
    else:
        # The table itself is read, and nothing else.
        assert value.bytes_read <= 8 + 4 * 300
    value.bytes_read = counted[0] = 0
    assert np.array_equal(frames[200], smooth)
    assert (value.walks, counted[0]) == (1 if table is None else 0, 1)
    assert value.bytes_read <= len(stream) + 1 + 8 * fragments_per_frame


def test_where_frames_are_is_found_once_while_the_elements_are_the_same(monkeypatch, make_five, five_images) -> None:
    walks = []
    real = places._by_fragments
    monkeypatch.setattr(places, "_by_fragments", lambda *arguments: walks.append(1) or real(*arguments))
    ds = make_five(fragments_per_frame=3)
    for index in range(5):
        assert np.array_equal(ds.frames[index], five_images[index])
    assert walks == [1]
    assert np.array_equal(copy.copy(ds).frames[1], five_images[1])
    assert np.array_equal(copy.deepcopy(ds).frames[1], five_images[1])
    assert np.array_equal(pickle.loads(pickle.dumps(ds)).frames[1], five_images[1])
    assert len(walks) == 4
    ds.NumberOfFrames = 5
    assert np.array_equal(ds.frames[4], five_images[4])
    assert len(walks) == 5
    assert np.array_equal(decode_frame(ds, 2), five_images[2])
    ds.PatientID = "another"
    assert np.array_equal(ds.frames[4], five_images[4])
    assert len(walks) == 5


def test_frames_of_pixel_data_that_was_changed_are_refused(make_five, five_images) -> None:
    ds = make_five()
    old = ds.frames
    running, ahead = iter(old), old.iterate(workers=2)
    next(running)
    next(ahead)
    ds.PixelData = make_five(count=2).PixelData
    ds.NumberOfFrames = 2
    for use in (lambda: old[0], lambda: old.encoded(0), old.decode, lambda: next(running), lambda: next(ahead)):
        with pytest.raises(PixelError, match="ask for them again"):
            use()
    assert np.array_equal(ds.frames.decode(), five_images[:2])
    ds["PixelData"].value = make_five(count=1).PixelData
    ds.NumberOfFrames = 1
    assert len(ds.frames) == 1
    del ds.PixelData
    with pytest.raises(MissingElementError):
        _ = ds.frames


def test_a_data_set_is_not_held_by_what_is_kept_of_it(make_five) -> None:
    ds = make_five()
    _ = ds.frames[1]
    gone = weakref.ref(ds)
    gc.disable()
    try:
        del ds
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("syntax", [NATIVE, ENCAPSULATED_UNCOMPRESSED])
def test_a_file_that_changed_underneath_is_seen(encapsulate, tmp_path, syntax) -> None:
    # Pixel data of 16 MiB and more is left in its file.
    five_images = np.arange(3 << 22, dtype="<u2").reshape(3, 2048, 2048)
    data = five_images.tobytes() if syntax == NATIVE else encapsulate([image.tobytes() for image in five_images])
    path = save(data_set_of(data, five_images[0], syntax, NumberOfFrames=3), tmp_path / "x.dcm")
    frames = dicom.read(path).frames
    assert np.array_equal(frames[2], five_images[2])
    with open(path, "r+b") as file:
        file.truncate(os.path.getsize(path) - 2000)
    for use in (lambda: frames[1], lambda: frames.encoded(0), frames.decode, lambda: next(frames.iterate(workers=2))):
        with pytest.raises(FileChangedError, match="read it again"):
            use()


# --- frames as they are stored ----------------------------------------------------------------------------------------


def test_the_bytes_of_a_frame(make_five, five_images) -> None:
    for fragments_per_frame in (1, 3):
        frames = make_five(fragments_per_frame=fragments_per_frame).frames
        for index in (0, 4, -2):
            stream = imagecodecs.jpegls_encode(five_images[index])
            assert isinstance(frames.encoded(index), bytes)
            assert frames.encoded(index) == stream + b"\0" * (len(stream) % 2)
    assert make_five(NATIVE).frames[2:].encoded(1) == five_images[3].tobytes()


def test_the_extended_offset_table_tells_padding_from_the_frame(five_images, encapsulate) -> None:
    streams = [imagecodecs.jpegls_encode(image) for image in five_images]
    streams = [stream + b"\0" * (len(stream) % 2 == 0) for stream in streams]
    offsets = np.cumsum([0, *(8 + len(stream) + 1 for stream in streams[:-1])])
    ds = data_set_of(encapsulate(streams), five_images[0], JPEG_LS, NumberOfFrames=5)
    ds.ExtendedOffsetTable = offsets.astype("<u8").tobytes()
    assert [len(ds.frames.encoded(n)) for n in range(5)] == [len(stream) + 1 for stream in streams]
    ds.ExtendedOffsetTableLengths = struct.pack("<5Q", *map(len, streams))
    assert [ds.frames.encoded(n) for n in range(5)] == streams
    # Lengths that can't be right leave the fragments as they are.
    ds.ExtendedOffsetTableLengths = struct.pack("<5Q", 0, 2**63, 5, 1, 2)
    assert [len(ds.frames.encoded(n)) for n in range(5)] == [len(stream) + 1 for stream in streams]
    assert np.array_equal(ds.frames.decode(), five_images)


# --- data that is not as it should be ---------------------------------------------------------------------------------


def _codes(ds) -> set[str]:
    return {finding.code for finding in ds.findings}


@pytest.mark.parametrize("table", [False, True])
@pytest.mark.parametrize("syntax", [JPEG_LS, RLE])
def test_frames_that_are_there_are_read_though_others_are_missing(make_five, five_images, syntax, table) -> None:
    ds = make_five(syntax, count=3, table=table)
    frames = ds.frames
    assert len(frames) == 5
    assert np.array_equal(frames[1], five_images[1])
    assert np.array_equal(frames[:3].decode(), five_images[:3])
    assert "frames-missing" in _codes(ds)
    for use in (lambda: frames[3], lambda: frames[-1], lambda: frames.encoded(4), frames.decode, frames[2:].decode):
        with pytest.raises(PixelError, match="3 fragments can't hold the 5 frames"):
            use()
    running = iter(frames)
    assert [next(running).tolist() for _ in range(3)] == five_images[:3].tolist()
    with pytest.raises(PixelError, match="frame 3 isn't there"):
        next(running)
    with pytest.raises(PixelError, match="3 fragments can't hold the 5 frames"):
        pixel_array(ds)


@pytest.mark.parametrize("table", [False, True])
@pytest.mark.parametrize("fragments_per_frame", [1, 2])
@pytest.mark.parametrize("syntax", [NATIVE, JPEG_LS, JPEG_2000, RLE])
def test_a_file_that_was_cut_gives_the_frames_before_the_cut(
    make_five, five_images, tmp_path, syntax, fragments_per_frame, table
) -> None:
    ds = make_five(syntax, table=table, fragments_per_frame=fragments_per_frame)
    third = bytes(ds.frames.encoded(3))[:40]
    path = save(ds, tmp_path / "x.dcm")
    data = (tmp_path / "x.dcm").read_bytes()
    cut = data.rindex(third) + 200
    (tmp_path / "x.dcm").write_bytes(data[:cut])
    ds = dicom.read(path)
    frames = ds.frames
    assert len(frames) == 5
    assert np.array_equal(frames[:3].decode(), five_images[:3])
    with pytest.raises(PixelError):
        frames[4]
    with pytest.raises(PixelError):
        frames.decode()
    assert np.array_equal(frames[2], five_images[2])


def test_rle_frames_in_several_fragments_are_told_by_their_headers(make_five, five_images) -> None:
    for fragments_per_frame in (1, 2, 3):
        frames = make_five(RLE, fragments_per_frame=fragments_per_frame).frames
        assert len(frames) == 5
        assert np.array_equal(frames.decode(), five_images)


def test_frames_without_ends_are_told_by_their_beginnings(five_images, encapsulate) -> None:
    streams = [ENCODERS[JPEG_2000](image)[:-2] for image in five_images]
    ds = data_set_of(encapsulate(streams, fragments_per_frame=3), five_images[0], JPEG_2000, NumberOfFrames=5)
    assert np.array_equal(ds.frames[3], five_images[3])
    assert np.array_equal(ds.frames.decode(), five_images)


def test_fragments_that_tell_nothing_are_refused(five_images, encapsulate) -> None:
    ds = data_set_of(encapsulate([b"\1\2\3\4"] * 7), five_images[0], JPEG_LS, NumberOfFrames=5)
    assert len(ds.frames) == 5
    for index in (0, 4):
        with pytest.raises(PixelError, match="7 fragments end 1 codestreams"):
            ds.frames[index]


@pytest.mark.parametrize("syntax", [NATIVE, JPEG_LS])
def test_more_frames_than_declared_are_all_given(make_five, five_images, syntax) -> None:
    ds = make_five(syntax, table=True, NumberOfFrames=3)
    assert len(ds.frames) == 5
    assert np.array_equal(ds.frames.decode(), five_images)
    assert "more-frames-than-declared" in _codes(ds)


@pytest.mark.parametrize("shift", [-8, -2, 2, 8])
def test_a_table_that_points_beside_its_frames_is_ignored(make_five, five_images, shift) -> None:
    ds = make_five(table=True)
    data = bytearray(ds.PixelData)
    offsets = struct.unpack_from("<5I", data, 8)
    struct.pack_into("<5I", data, 8, 0, *(offset + shift for offset in offsets[1:]))
    ds.PixelData = bytes(data)
    for index in (2, 0, 4):
        assert np.array_equal(ds.frames[index], five_images[index])
    assert np.array_equal(ds.frames.decode(), five_images)
    assert "offset-table-wrong" in _codes(ds)


def test_a_count_beyond_all_bounds_costs_nothing(make_five, five_images) -> None:
    for syntax in (NATIVE, JPEG_LS):
        frames = make_five(syntax, NumberOfFrames=2**31 - 1).frames
        assert len(frames) == 2**31 - 1
        assert np.array_equal(frames[4], five_images[4])
        for use in (lambda frames=frames: frames[5], frames.decode):
            with pytest.raises(PixelError):
                use()


def test_pixel_data_that_is_no_items_is_refused(five_images) -> None:
    for data in (five_images.tobytes(), b"\xfe\xff\0\xe0\0\0\0\0"):
        with pytest.raises(PixelError):
            _ = data_set_of(data, five_images[0], JPEG_LS, NumberOfFrames=5).frames


def test_a_mapping_of_another_library_has_frames_too(make_data_set, encapsulate, five_images) -> None:
    data = encapsulate([imagecodecs.jpegls_encode(image) for image in five_images])
    frames = Frames(make_data_set(data, five_images[0], transfer_syntax=JPEG_LS, NumberOfFrames=5))
    assert np.array_equal(frames[1:].decode(), five_images[1:])
