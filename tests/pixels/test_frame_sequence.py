"""`ds.frames`: one frame costs one frame, many are bounded, and nothing depends on who asks at the same time."""

from __future__ import annotations

import asyncio
import io
import os
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import shared_memory

import imagecodecs
import numpy as np
import pytest

import dicom
from dicom.errors import CodecError, LimitError, MissingElementError, TransferSyntaxError
from dicom.pixels import codecs
from dicom.pixels.frame_sequence import Frames
from tests.pixels.multi_frame import (
    JPEG,
    JPEG_2000,
    JPEG_LS,
    NATIVE,
    RLE,
    data_set_of,
    save,
)

# --- a sequence -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("syntax", [NATIVE, JPEG_LS, JPEG_2000, RLE])
def test_frames_are_those_of_pixel_array(make_five, five_images, syntax) -> None:
    ds = make_five(syntax)
    frames = ds.frames
    assert isinstance(frames, Frames)
    assert (len(frames), frames.shape, frames.dtype, frames.nbytes) == (
        5,
        five_images.shape,
        five_images.dtype,
        five_images.nbytes,
    )
    assert frames.transfer_syntax == syntax
    for index in (0, 3, 4, -1, -5, np.int64(2)):
        assert np.array_equal(frames[index], five_images[index])
    assert np.array_equal(frames.decode(), ds.pixel_array)
    assert [frame.tolist() for frame in frames] == five_images.tolist()
    assert [frame.tolist() for frame in reversed(frames)] == five_images[::-1].tolist()


def test_a_frame_is_its_callers_own(make_five, five_images) -> None:
    frames = make_five(NATIVE).frames
    frames[1][:] = 0
    assert np.array_equal(frames[1], five_images[1])


@pytest.mark.parametrize("index", [5, -6, 2**70])
def test_an_index_that_there_is_not_is_an_index_error(make_five, index) -> None:
    frames = make_five().frames
    with pytest.raises(IndexError):
        frames[index]
    with pytest.raises(IndexError):
        frames.encoded(index)


@pytest.mark.parametrize("index", ["0", 1.0, None, (0, 1)])
def test_an_index_that_is_no_number_is_a_type_error(make_five, index) -> None:
    with pytest.raises(TypeError):
        make_five().frames[index]


@pytest.mark.parametrize(
    "cut", [slice(1, 4), slice(None, None, -1), slice(None, None, 2), slice(-2, None), slice(9, 9)]
)
def test_a_slice_is_a_view(make_five, five_images, cut) -> None:
    for syntax in (NATIVE, JPEG_LS):
        view = make_five(syntax).frames[cut]
        assert isinstance(view, Frames)
        assert view.shape == five_images[cut].shape
        assert np.array_equal(view.decode(), five_images[cut])
        assert [frame.tolist() for frame in view] == five_images[cut].tolist()
        assert view[::-1].decode().tolist() == five_images[cut][::-1].tolist()


def test_a_view_has_decoded_nothing(monkeypatch, make_five) -> None:
    def refuse(*_):
        raise AssertionError("decoded")

    monkeypatch.setattr(codecs, "decoder_of", lambda syntax: refuse)
    view = make_five().frames[1:4][::2]
    assert (len(view), view.shape) == (2, (2, 48, 40))
    assert view.encoded(1)


def test_one_frame_keeps_the_axis_of_frames(make_five, five_images) -> None:
    ds = make_five(count=1, NumberOfFrames=1)
    assert ds.pixel_array.shape == five_images[0].shape
    assert ds.frames.decode().shape == ds.frames.shape == (1, *five_images[0].shape)
    assert ds.frames[0].shape == five_images[0].shape


def test_frames_can_be_looked_for(make_five, five_images) -> None:
    frames = make_five().frames
    assert five_images[3] in frames
    assert five_images[3] + 1 not in frames
    assert "x" not in frames
    assert (frames.index(five_images[3]), frames.count(five_images[3])) == (3, 1)
    with pytest.raises(ValueError, match="no frame"):
        frames.index(five_images[3], 0, 3)


def test_what_it_shows_is_nothing_of_the_patient(make_five) -> None:
    frames = make_five(PatientName="Secret^Name", PatientID="S-1").frames
    assert repr(frames) == "<Frames (5, 48, 40) uint16, JPEG-LS Lossless Image Compression>"
    assert repr(frames[:2]) == "<Frames (2, 48, 40) uint16, JPEG-LS Lossless Image Compression>"


def test_a_data_set_without_pixels_has_no_frames(make_five) -> None:
    assert not hasattr(dicom.Dataset(), "frames")
    with pytest.raises(MissingElementError):
        _ = dicom.Dataset().frames
    with pytest.raises(TransferSyntaxError, match="video"):
        _ = data_set_of(b"\xfe\xff\0\xe0\0\0\0\0", np.zeros((2, 2), "u1"), "1.2.840.10008.1.2.4.102").frames


def test_stored_colours_stay(colors, encapsulate) -> None:
    stream = imagecodecs.jpeg8_encode(colors, level=95, colorspace="RGB", outcolorspace="YCBCR")
    ds = data_set_of(encapsulate([stream]), colors, JPEG, PhotometricInterpretation="YBR_FULL")
    ybr = imagecodecs.jpeg8_decode(stream, colorspace="YCBCR", outcolorspace="YCBCR")
    assert np.array_equal(ds.frames.stored()[0], ybr)
    assert np.array_equal(ds.frames[0], ds.pixel_array)
    assert not np.array_equal(ds.frames[0], ybr)


# --- into arrays ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("syntax", [NATIVE, JPEG_LS])
def test_frames_fill_an_array_of_the_callers(make_five, five_images, tmp_path, syntax) -> None:
    frames = make_five(syntax).frames
    out = np.empty(frames.shape, frames.dtype)
    assert frames.decode(out=out) is out
    assert np.array_equal(out, five_images)
    mapped = np.memmap(tmp_path / "frames", frames.dtype, "w+", shape=frames.shape)
    assert frames.decode(out=mapped, workers=2) is mapped
    mapped.flush()
    assert (tmp_path / "frames").read_bytes() == five_images.tobytes()
    del mapped
    strided = np.zeros((5, 48, 80), frames.dtype)[:, :, ::2]
    assert np.array_equal(frames.decode(out=strided), five_images)
    rows = np.zeros((10, 48, 40), frames.dtype)
    frames.decode(out=rows[::2])
    assert np.array_equal(rows[::2], five_images)
    assert not rows[1::2].any()


def test_frames_fill_shared_memory(make_five, five_images) -> None:
    frames = make_five().frames
    memory = shared_memory.SharedMemory(create=True, size=frames.nbytes)
    try:
        out = np.ndarray(frames.shape, frames.dtype, memory.buf)
        frames.decode(out=out)
        assert np.array_equal(out, five_images)
        del out
    finally:
        memory.close()
        memory.unlink()


def test_an_array_that_does_not_fit_is_refused(make_five) -> None:
    frames = make_five().frames
    for wrong in (np.empty((4, 48, 40), "<u2"), np.empty((5, 48, 40), "<i2"), np.empty((5, 48, 40), ">u2")):
        with pytest.raises(ValueError, match="out has the shape"):
            frames.decode(out=wrong)
    fixed = np.empty((5, 48, 40), "<u2")
    fixed.flags.writeable = False
    with pytest.raises(ValueError, match="written"):
        frames.decode(out=fixed)
    with pytest.raises(TypeError, match="ndarray"):
        frames.decode(out=bytearray(frames.nbytes))


def test_frames_are_an_array_to_numpy(make_five, five_images) -> None:
    frames = make_five().frames
    assert np.array_equal(np.asarray(frames), five_images)
    assert np.asarray(frames[1:3], dtype="f4").tolist() == five_images[1:3].astype("f4").tolist()
    assert np.mean(frames) == five_images.mean()
    with pytest.raises(ValueError, match="copy"):
        frames.__array__(copy=False)


def test_an_array_out_of_proportion_is_refused_before_it_is_made(encapsulate) -> None:
    image = np.zeros((4096, 4096), "u1")
    data = encapsulate([imagecodecs.jpegls_encode(image)] * 3)
    ds = data_set_of(data, image, JPEG_LS, NumberOfFrames=3)
    with pytest.raises(LimitError, match="max_expansion"):
        ds.frames.decode(max_expansion=100)
    assert ds.frames[2].shape == image.shape


# --- iterating --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [None, 1, 2, 3, 9])
def test_frames_that_were_decoded_ahead_come_in_order(make_five, five_images, workers) -> None:
    frames = make_five().frames
    assert [frame.tolist() for frame in frames.iterate(workers=workers)] == five_images.tolist()
    assert [frame.tolist() for frame in frames[::-2].iterate(workers=workers)] == five_images[::-2].tolist()


def test_no_more_is_decoded_ahead_than_two_frames_a_thread(encapsulate, smooth, counted) -> None:
    data = encapsulate([imagecodecs.jpegls_encode(smooth)] * 40)
    frames = data_set_of(data, smooth, JPEG_LS, NumberOfFrames=40).frames
    running = frames.iterate(workers=3)
    for taken in range(1, 4):
        next(running)
        assert counted[0] <= taken + 5
    running.close()
    assert counted[0] <= 8
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("dicom-frames")]
    counted[0] = 0
    plain = iter(frames)
    next(plain)
    assert counted[0] == 1


@pytest.mark.parametrize("workers", [1, 3])
def test_a_broken_frame_is_met_when_its_turn_comes(make_five, five_images, encapsulate, workers) -> None:
    streams = [imagecodecs.jpegls_encode(image) for image in five_images]
    streams[2] = streams[2][:60] + b"\xff\xd9"
    frames = data_set_of(encapsulate(streams), five_images[0], JPEG_LS, NumberOfFrames=5).frames
    running = frames.iterate(workers=workers)
    assert np.array_equal(next(running), five_images[0])
    assert np.array_equal(next(running), five_images[1])
    with pytest.raises(CodecError, match="frame 2 of 5"):
        next(running)
    for index in (0, 1, 3, 4):
        assert np.array_equal(frames[index], five_images[index])
    with pytest.raises(CodecError, match="frame 2 of 5"):
        frames.decode()
    assert np.array_equal(frames[3:].decode(), five_images[3:])


def test_a_colour_ultrasound_of_3000_frames_is_iterated_in_constant_memory(tmp_path, encapsulate) -> None:
    rows, columns, count = 96, 128, 3000
    ramp = np.add.outer(np.arange(rows), np.arange(columns)).astype("u1")
    image = np.stack([ramp, ramp[::-1], ramp[:, ::-1]], -1)
    streams = [
        imagecodecs.jpeg8_encode(np.roll(image, n, 0), level=85, colorspace="RGB", outcolorspace="YCBCR")
        for n in range(50)
    ]
    ds = data_set_of(
        encapsulate(streams * (count // 50)),
        image,
        JPEG,
        NumberOfFrames=count,
        PhotometricInterpretation="YBR_FULL_422",
    )
    path = save(ds, tmp_path / "us.dcm")
    code = """
        import sys, tracemalloc, dicom
        frames = dicom.read(sys.argv[1]).frames
        assert len(frames) == 3000
        for workers in (1, 2):
            running = frames.iterate(workers=workers)
            for _ in range(50):
                next(running)
            tracemalloc.start()
            total = sum(int(frame[0, 0, 0]) >= 0 for frame in running)
            assert total == 2950
            print(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        try:
            resident = [line for line in open("/proc/self/status") if line.startswith("VmHWM")][0].split()[1]
        except OSError:
            resident = 0
        print(int(resident) * 1024)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), path], capture_output=True, text=True, check=True
    )
    alone, ahead, resident = map(int, done.stdout.split())
    frame = rows * columns * 3
    assert alone < 4 * frame + 2**18
    assert ahead < 6 * frame + 2**18
    # All frames at once are 105 MiB, beside an interpreter with numpy and a codec.
    assert resident < 90 * 2**20


# --- at the same time -------------------------------------------------------------------------------------------------


@pytest.fixture(params=["path", "deferred", "file", "bytes", "stream", "edited", "native"])
def opened(request, make_five, five_images, encapsulate, tmp_path):
    """A data set of the five five_images whose bytes are at each of the places where they can be."""
    ds = make_five(NATIVE if request.param == "native" else JPEG_LS, fragments_per_frame=2)
    if request.param == "stream":
        ds.PixelData = io.BytesIO(ds.PixelData)
    if request.param == "deferred":
        # Pixel data of 16 MiB and more is left in its file: the frames have as much padding.
        streams = [imagecodecs.jpegls_encode(image) + bytes(7 << 19) for image in five_images]
        ds = data_set_of(encapsulate(streams), five_images[0], JPEG_LS, NumberOfFrames=5)
    if request.param in ("stream", "edited"):
        yield ds
        return
    path = save(ds, tmp_path / "x.dcm")
    with open(path, "rb") as file:
        if request.param == "file":
            yield dicom.read(file)
        elif request.param == "bytes":
            yield dicom.read(io.BytesIO(file.read()))
        else:
            yield dicom.read(path)


def test_eight_threads_read_what_one_does(opened, five_images) -> None:
    def read(seed):
        order = np.random.default_rng(seed).permutation(5).tolist() * 2
        return [(index, opened.frames[index].tobytes(), shared[index].tobytes()) for index in order]

    shared = opened.frames
    with ThreadPoolExecutor(8) as executor:
        for found in executor.map(read, range(8)):
            for index, own, common in found:
                assert own == common == five_images[index].tobytes()


class Single(io.BytesIO):
    """A stream that sees whether another thread moves it between a thread's seek and its read."""

    def seek(self, *arguments):
        self.mover = threading.get_ident()
        os.sched_yield() if hasattr(os, "sched_yield") else None
        return super().seek(*arguments)

    def read(self, *arguments):
        assert self.mover == threading.get_ident()
        return super().read(*arguments)


def test_threads_do_not_move_a_stream_under_each_other(make_five, five_images) -> None:
    ds = make_five(fragments_per_frame=2)
    ds.PixelData = Single(ds.PixelData)
    ds.PixelData.seek(0)
    frames = ds.frames
    with ThreadPoolExecutor(8) as executor:
        for index, frame in enumerate(executor.map(frames.__getitem__, [*range(5)] * 40)):
            assert np.array_equal(frame, five_images[index % 5])


def test_tasks_read_what_one_does(opened, five_images) -> None:
    async def read():
        frames = opened.frames
        found = await asyncio.gather(*(asyncio.to_thread(frames.__getitem__, index % 5) for index in range(20)))
        return found, [frame async for frame in frames], [frame async for frame in frames[::-2]]

    found, in_order, view = asyncio.run(read())
    assert np.array_equal(found[:5], five_images)
    assert np.array_equal(found[15:], five_images)
    assert np.array_equal(in_order, five_images)
    assert np.array_equal(view, five_images[::-2])


def test_the_event_loop_goes_on_while_a_frame_is_decoded(monkeypatch, make_five) -> None:
    passed = threading.Event()

    def wait(frame, description, slot, threads):
        # Set by a task of the loop: were the loop waiting for this frame, it would never be.
        assert passed.wait(60)
        slot[:] = 7
        return False

    monkeypatch.setattr(codecs, "decoder_of", lambda syntax: wait)
    frames = make_five().frames

    async def read():
        asyncio.get_running_loop().call_later(0.01, passed.set)
        return [frame async for frame in frames[:1]]

    assert (asyncio.run(read())[0] == 7).all()
