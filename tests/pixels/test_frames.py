"""Encapsulated pixel data: which fragments are which frame, by each way that the standard has."""

from __future__ import annotations

import struct

import imagecodecs
import numpy as np
import pytest

from dicom.errors import LimitError, PixelError
from dicom.pixels import decode_frame, iter_frames, pixel_array, source

JPEG_LS = "1.2.840.10008.1.2.4.80"


@pytest.fixture
def frames(smooth):
    """Three JPEG-LS frames and the images that they hold."""
    images = [smooth, smooth[::-1].copy(), smooth[:, ::-1].copy()]
    return [imagecodecs.jpegls_encode(image) for image in images], np.stack(images)


@pytest.mark.parametrize("table", [False, True])
@pytest.mark.parametrize("fragments_per_frame", [1, 3])
def test_frames_are_found_by_table_or_by_their_ends(
    make_data_set, encapsulate, frames, table, fragments_per_frame
) -> None:
    streams, images = frames
    data = encapsulate(streams, table=table, fragments_per_frame=fragments_per_frame)
    ds = make_data_set(data, images[0], transfer_syntax=JPEG_LS, NumberOfFrames=3)
    assert np.array_equal(pixel_array(ds), images)
    assert np.array_equal(ds.pixel_array, images)
    for index in (0, 1, 2, -1):
        assert np.array_equal(decode_frame(ds, index), images[index])
    assert [frame.tolist() for frame in iter_frames(ds, [2, 1])] == images[[2, 1]].tolist()


def _extended(ds, frames, lengths=True) -> None:
    offsets, at = [], 0
    for frame in frames:
        offsets.append(at)
        at += 8 + len(frame) + len(frame) % 2
    ds.ExtendedOffsetTable = struct.pack(f"<{len(offsets)}Q", *offsets)
    if lengths:
        ds.ExtendedOffsetTableLengths = struct.pack(f"<{len(frames)}Q", *map(len, frames))


def test_the_extended_offset_table_is_followed(make_data_set, encapsulate, frames) -> None:
    streams, images = frames
    ds = make_data_set(encapsulate(streams), images[0], transfer_syntax=JPEG_LS, NumberOfFrames=3)
    _extended(ds, streams)
    assert np.array_equal(pixel_array(ds), images)
    assert np.array_equal(decode_frame(ds, 1), images[1])


def test_one_frame_takes_all_fragments(make_data_set, encapsulate, frames) -> None:
    streams, images = frames
    data = encapsulate(streams[:1], fragments_per_frame=5)
    assert np.array_equal(pixel_array(make_data_set(data, images[0], transfer_syntax=JPEG_LS)), images[0])


@pytest.mark.parametrize("declared", [None, 1, 2])
def test_a_table_with_more_frames_than_declared_gives_them_all(make_data_set, encapsulate, frames, declared) -> None:
    streams, images = frames
    data = encapsulate(streams, table=True)
    ds = make_data_set(data, images[0], transfer_syntax=JPEG_LS, NumberOfFrames=declared)
    with pytest.warns(UserWarning, match="more-frames-than-declared"):
        array = pixel_array(ds)
    assert np.array_equal(array, images)
    with pytest.warns(UserWarning, match="3 frames have been found"):
        assert np.array_equal(ds.pixel_array, images)


@pytest.mark.parametrize("table", [(0,), (0, 4, 8), (8, 0, 16), (2, 4, 6), (0, 1 << 20, 1 << 21)])
def test_a_wrong_table_is_ignored(make_data_set, encapsulate, frames, table) -> None:
    streams, images = frames
    head = struct.pack(f"<{len(table)}I", *table)
    data = b"\xfe\xff\x00\xe0" + struct.pack("<I", len(head)) + head + encapsulate(streams)[8:]
    ds = make_data_set(data, images[0], transfer_syntax=JPEG_LS, NumberOfFrames=3)
    if len(table) == 3:
        with pytest.warns(UserWarning, match="offset-table-wrong"):
            array = pixel_array(ds)
        with pytest.warns(UserWarning, match="offset-table-wrong"):
            assert np.array_equal(decode_frame(ds, 1), images[1])
    else:
        array = pixel_array(ds)
    assert np.array_equal(array, images)


def test_fewer_frames_than_declared_are_refused(make_data_set, encapsulate, frames) -> None:
    streams, images = frames
    for table in (False, True):
        data = encapsulate(streams, table=table)
        ds = make_data_set(data, images[0], transfer_syntax=JPEG_LS, NumberOfFrames=4)
        with pytest.raises(PixelError, match="3 fragments can't hold the 4 frames"):
            pixel_array(ds)
    cut = encapsulate([stream[20:-20] for stream in streams], fragments_per_frame=2)
    with pytest.raises(PixelError, match="6 fragments end 1 codestreams"):
        pixel_array(make_data_set(cut, images[0], transfer_syntax=JPEG_LS, NumberOfFrames=3))


def test_bytes_that_are_no_items_are_refused(make_data_set, encapsulate, frames) -> None:
    streams, images = frames
    good = encapsulate(streams[:1])
    for bad in (good[:8], good + b"\0" * 8, images[0].tobytes()):
        with pytest.raises(PixelError):
            pixel_array(make_data_set(bad, images[0], transfer_syntax=JPEG_LS))
    assert np.array_equal(
        pixel_array(make_data_set(good + b"\xfe\xff\xdd\xe0\0\0\0\0", images[0], transfer_syntax=JPEG_LS)), images[0]
    )


def test_a_last_fragment_that_was_cut_is_decoded_as_far_as_it_goes(make_data_set, encapsulate, smooth) -> None:
    frame = imagecodecs.jpeg2k_encode(smooth, level=0, codecformat="j2k")
    whole = encapsulate([frame])
    end = whole.rindex(b"\xff\xd9")
    for cut in (end, end + 1):
        ds = make_data_set(whole[:cut], smooth, transfer_syntax="1.2.840.10008.1.2.4.90")
        with pytest.warns(UserWarning, match="codestream-without-end"):
            assert np.array_equal(pixel_array(ds), smooth)


def test_fragments_beyond_the_limit_are_refused(monkeypatch, make_data_set, encapsulate) -> None:
    data = encapsulate([b"\0\0"] * 20)
    monkeypatch.setattr(source, "MAX_FRAGMENTS", 21)
    assert len(source.ValueBytes(data, is_encapsulated=True).fragments()) == 21
    monkeypatch.setattr(source, "MAX_FRAGMENTS", 20)
    with pytest.raises(LimitError, match="20 fragments"):
        source.ValueBytes(data, is_encapsulated=True).fragments()


class Counting(source.ValueBytes):
    """Counts the bytes that are read."""

    __slots__ = ("bytes_read",)

    def read(self, offset, length):
        self.bytes_read = getattr(self, "bytes_read", 0) + length
        return super().read(offset, length)


def test_a_frame_with_an_offset_table_costs_its_own_bytes(make_data_set, encapsulate, frames) -> None:
    from dicom.pixels.description import describe
    from dicom.pixels.frames import locate_frame, read_frame

    streams, images = frames
    data = encapsulate(streams * 100, table=True)
    ds = make_data_set(data, images[0], transfer_syntax=JPEG_LS, NumberOfFrames=300)
    counted = Counting(data, is_encapsulated=True)
    frame = read_frame(counted, locate_frame(counted, describe(ds), ds, 200))
    assert bytes(frame).rstrip(b"\0") == streams[2].rstrip(b"\0")
    assert counted.bytes_read < len(streams[2]) + 8 + 4 * 300 + 32
