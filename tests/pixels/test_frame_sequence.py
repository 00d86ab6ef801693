"""`ds.frames`: one frame costs one frame, many are bounded, and nothing depends on who asks at the same time."""

from __future__ import annotations

import asyncio
import copy
import gc
import io
import os
import pickle
import struct
import subprocess
import sys
import textwrap
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import shared_memory

import imagecodecs
import numpy as np
import pytest

import dicom
from dicom.errors import CodecError, FileChangedError, LimitError, MissingElementError, PixelError, TransferSyntaxError
from dicom.pixels import codecs, pixel_array, source
from dicom.pixels import decode as decoding
from dicom.pixels import frames as places
from dicom.pixels.frame_sequence import Frames

NATIVE = "1.2.840.10008.1.2.1"
JPEG = "1.2.840.10008.1.2.4.50"
JPEG_LS = "1.2.840.10008.1.2.4.80"
JPEG_2000 = "1.2.840.10008.1.2.4.90"
RLE = "1.2.840.10008.1.2.5"
ENCAPSULATED_UNCOMPRESSED = "1.2.840.10008.1.2.1.98"


@pytest.fixture
def images(smooth):
    """(5, 48, 40) uint16: five that differ."""
    return np.stack([np.roll(smooth, 7 * n, axis=0) for n in range(5)])


def _encode_rle(image) -> bytes:
    """Literal runs only: two segments, the most significant bytes first (PS3.5 annex G)."""
    planes = [image.astype(">u2").tobytes()[n::2] for n in (0, 1)]
    runs = [b"".join(bytes([len(p[n : n + 128]) - 1]) + p[n : n + 128] for n in range(0, len(p), 128)) for p in planes]
    runs = [run + b"\0" * (len(run) % 2) for run in runs]
    return struct.pack("<16I", 2, 64, 64 + len(runs[0]), *[0] * 13) + b"".join(runs)


ENCODERS = {
    JPEG_LS: imagecodecs.jpegls_encode,
    JPEG_2000: lambda image: imagecodecs.jpeg2k_encode(image, level=0, codecformat="j2k"),
    RLE: _encode_rle,
}


def _data_set(data: bytes, image, syntax: str, **elements) -> dicom.Dataset:
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


@pytest.fixture
def make(images, encapsulate):
    """Makes a data set of the five images in a transfer syntax."""

    def make(syntax=JPEG_LS, *, count=5, table=False, fragments_per_frame=1, **elements):
        if syntax == NATIVE:
            data = images[:count].tobytes()
        else:
            streams = [ENCODERS[syntax](image) for image in images[:count]]
            data = encapsulate(streams, table=table, fragments_per_frame=fragments_per_frame)
        return _data_set(data, images[0], syntax, **{"NumberOfFrames": 5, **elements})

    return make


def _saved(ds, path) -> str:
    ds.save_as(path, enforce_file_format=True)
    return str(path)


# --- a sequence -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("syntax", [NATIVE, JPEG_LS, JPEG_2000, RLE])
def test_frames_are_those_of_pixel_array(make, images, syntax) -> None:
    ds = make(syntax)
    frames = ds.frames
    assert isinstance(frames, Frames)
    assert (len(frames), frames.shape, frames.dtype, frames.nbytes) == (5, images.shape, images.dtype, images.nbytes)
    assert frames.transfer_syntax == syntax
    for index in (0, 3, 4, -1, -5, np.int64(2)):
        assert np.array_equal(frames[index], images[index])
    assert np.array_equal(frames.decode(), ds.pixel_array)
    assert [frame.tolist() for frame in frames] == images.tolist()
    assert [frame.tolist() for frame in reversed(frames)] == images[::-1].tolist()


def test_a_frame_is_its_callers_own(make, images) -> None:
    frames = make(NATIVE).frames
    frames[1][:] = 0
    assert np.array_equal(frames[1], images[1])


@pytest.mark.parametrize("index", [5, -6, 2**70])
def test_an_index_that_there_is_not_is_an_index_error(make, index) -> None:
    frames = make().frames
    with pytest.raises(IndexError):
        frames[index]
    with pytest.raises(IndexError):
        frames.encoded(index)


@pytest.mark.parametrize("index", ["0", 1.0, None, (0, 1)])
def test_an_index_that_is_no_number_is_a_type_error(make, index) -> None:
    with pytest.raises(TypeError):
        make().frames[index]


@pytest.mark.parametrize(
    "cut", [slice(1, 4), slice(None, None, -1), slice(None, None, 2), slice(-2, None), slice(9, 9)]
)
def test_a_slice_is_a_view(make, images, cut) -> None:
    for syntax in (NATIVE, JPEG_LS):
        view = make(syntax).frames[cut]
        assert isinstance(view, Frames)
        assert view.shape == images[cut].shape
        assert np.array_equal(view.decode(), images[cut])
        assert [frame.tolist() for frame in view] == images[cut].tolist()
        assert view[::-1].decode().tolist() == images[cut][::-1].tolist()


def test_a_view_has_decoded_nothing(monkeypatch, make) -> None:
    def refuse(*_):
        raise AssertionError("decoded")

    monkeypatch.setattr(codecs, "decoder_of", lambda syntax: refuse)
    view = make().frames[1:4][::2]
    assert (len(view), view.shape) == (2, (2, 48, 40))
    assert view.encoded(1)


def test_one_frame_keeps_the_axis_of_frames(make, images) -> None:
    ds = make(count=1, NumberOfFrames=1)
    assert ds.pixel_array.shape == images[0].shape
    assert ds.frames.decode().shape == ds.frames.shape == (1, *images[0].shape)
    assert ds.frames[0].shape == images[0].shape


def test_frames_can_be_looked_for(make, images) -> None:
    frames = make().frames
    assert images[3] in frames
    assert images[3] + 1 not in frames
    assert "x" not in frames
    assert (frames.index(images[3]), frames.count(images[3])) == (3, 1)
    with pytest.raises(ValueError, match="no frame"):
        frames.index(images[3], 0, 3)


def test_what_it_shows_is_nothing_of_the_patient(make) -> None:
    frames = make(PatientName="Secret^Name", PatientID="S-1").frames
    assert repr(frames) == "<Frames (5, 48, 40) uint16, JPEG-LS Lossless Image Compression>"
    assert repr(frames[:2]) == "<Frames (2, 48, 40) uint16, JPEG-LS Lossless Image Compression>"


def test_a_data_set_without_pixels_has_no_frames(make) -> None:
    assert not hasattr(dicom.Dataset(), "frames")
    with pytest.raises(MissingElementError):
        _ = dicom.Dataset().frames
    with pytest.raises(TransferSyntaxError, match="video"):
        _ = _data_set(b"\xfe\xff\0\xe0\0\0\0\0", np.zeros((2, 2), "u1"), "1.2.840.10008.1.2.4.102").frames


def test_stored_colours_stay(colors, encapsulate) -> None:
    stream = imagecodecs.jpeg8_encode(colors, level=95, colorspace="RGB", outcolorspace="YCBCR")
    ds = _data_set(encapsulate([stream]), colors, JPEG, PhotometricInterpretation="YBR_FULL")
    ybr = imagecodecs.jpeg8_decode(stream, colorspace="YCBCR", outcolorspace="YCBCR")
    assert np.array_equal(ds.frames.stored()[0], ybr)
    assert np.array_equal(ds.frames[0], ds.pixel_array)
    assert not np.array_equal(ds.frames[0], ybr)


# --- into arrays ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("syntax", [NATIVE, JPEG_LS])
def test_frames_fill_an_array_of_the_callers(make, images, tmp_path, syntax) -> None:
    frames = make(syntax).frames
    out = np.empty(frames.shape, frames.dtype)
    assert frames.decode(out=out) is out
    assert np.array_equal(out, images)
    mapped = np.memmap(tmp_path / "frames", frames.dtype, "w+", shape=frames.shape)
    assert frames.decode(out=mapped, workers=2) is mapped
    mapped.flush()
    assert (tmp_path / "frames").read_bytes() == images.tobytes()
    del mapped
    strided = np.zeros((5, 48, 80), frames.dtype)[:, :, ::2]
    assert np.array_equal(frames.decode(out=strided), images)
    rows = np.zeros((10, 48, 40), frames.dtype)
    frames.decode(out=rows[::2])
    assert np.array_equal(rows[::2], images)
    assert not rows[1::2].any()


def test_frames_fill_shared_memory(make, images) -> None:
    frames = make().frames
    memory = shared_memory.SharedMemory(create=True, size=frames.nbytes)
    try:
        out = np.ndarray(frames.shape, frames.dtype, memory.buf)
        frames.decode(out=out)
        assert np.array_equal(out, images)
        del out
    finally:
        memory.close()
        memory.unlink()


def test_an_array_that_does_not_fit_is_refused(make) -> None:
    frames = make().frames
    for wrong in (np.empty((4, 48, 40), "<u2"), np.empty((5, 48, 40), "<i2"), np.empty((5, 48, 40), ">u2")):
        with pytest.raises(ValueError, match="out has the shape"):
            frames.decode(out=wrong)
    fixed = np.empty((5, 48, 40), "<u2")
    fixed.flags.writeable = False
    with pytest.raises(ValueError, match="written"):
        frames.decode(out=fixed)
    with pytest.raises(TypeError, match="ndarray"):
        frames.decode(out=bytearray(frames.nbytes))


def test_frames_are_an_array_to_numpy(make, images) -> None:
    frames = make().frames
    assert np.array_equal(np.asarray(frames), images)
    assert np.asarray(frames[1:3], dtype="f4").tolist() == images[1:3].astype("f4").tolist()
    assert np.mean(frames) == images.mean()
    with pytest.raises(ValueError, match="copy"):
        frames.__array__(copy=False)


def test_an_array_out_of_proportion_is_refused_before_it_is_made(encapsulate) -> None:
    image = np.zeros((4096, 4096), "u1")
    data = encapsulate([imagecodecs.jpegls_encode(image)] * 3)
    ds = _data_set(data, image, JPEG_LS, NumberOfFrames=3)
    with pytest.raises(LimitError, match="max_expansion"):
        ds.frames.decode(max_expansion=100)
    assert ds.frames[2].shape == image.shape


# --- iterating --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [None, 1, 2, 3, 9])
def test_frames_that_were_decoded_ahead_come_in_order(make, images, workers) -> None:
    frames = make().frames
    assert [frame.tolist() for frame in frames.iterate(workers=workers)] == images.tolist()
    assert [frame.tolist() for frame in frames[::-2].iterate(workers=workers)] == images[::-2].tolist()


@pytest.fixture
def counted(monkeypatch):
    """The number of frames that were decoded so far, in a list of one."""
    real, count = codecs.decoder_of, [0]

    def decoder_of(syntax):
        decode = real(syntax)

        def counting(*arguments):
            count[0] += 1
            return decode(*arguments)

        return counting

    monkeypatch.setattr(codecs, "decoder_of", decoder_of)
    return count


def test_no_more_is_decoded_ahead_than_two_frames_a_thread(encapsulate, smooth, counted) -> None:
    data = encapsulate([imagecodecs.jpegls_encode(smooth)] * 40)
    frames = _data_set(data, smooth, JPEG_LS, NumberOfFrames=40).frames
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
def test_a_broken_frame_is_met_when_its_turn_comes(make, images, encapsulate, workers) -> None:
    streams = [imagecodecs.jpegls_encode(image) for image in images]
    streams[2] = streams[2][:60] + b"\xff\xd9"
    frames = _data_set(encapsulate(streams), images[0], JPEG_LS, NumberOfFrames=5).frames
    running = frames.iterate(workers=workers)
    assert np.array_equal(next(running), images[0])
    assert np.array_equal(next(running), images[1])
    with pytest.raises(CodecError, match="frame 2 of 5"):
        next(running)
    for index in (0, 1, 3, 4):
        assert np.array_equal(frames[index], images[index])
    with pytest.raises(CodecError, match="frame 2 of 5"):
        frames.decode()
    assert np.array_equal(frames[3:].decode(), images[3:])


def test_a_colour_ultrasound_of_3000_frames_is_iterated_in_constant_memory(tmp_path, encapsulate) -> None:
    rows, columns, count = 96, 128, 3000
    ramp = np.add.outer(np.arange(rows), np.arange(columns)).astype("u1")
    image = np.stack([ramp, ramp[::-1], ramp[:, ::-1]], -1)
    streams = [
        imagecodecs.jpeg8_encode(np.roll(image, n, 0), level=85, colorspace="RGB", outcolorspace="YCBCR")
        for n in range(50)
    ]
    ds = _data_set(
        encapsulate(streams * (count // 50)),
        image,
        JPEG,
        NumberOfFrames=count,
        PhotometricInterpretation="YBR_FULL_422",
    )
    path = _saved(ds, tmp_path / "us.dcm")
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
def opened(request, make, images, encapsulate, tmp_path):
    """A data set of the five images whose bytes are at each of the places where they can be."""
    ds = make(NATIVE if request.param == "native" else JPEG_LS, fragments_per_frame=2)
    if request.param == "stream":
        ds.PixelData = io.BytesIO(ds.PixelData)
    if request.param == "deferred":
        # Pixel data of 16 MiB and more is left in its file: the frames have as much padding.
        streams = [imagecodecs.jpegls_encode(image) + bytes(7 << 19) for image in images]
        ds = _data_set(encapsulate(streams), images[0], JPEG_LS, NumberOfFrames=5)
    if request.param in ("stream", "edited"):
        yield ds
        return
    path = _saved(ds, tmp_path / "x.dcm")
    with open(path, "rb") as file:
        if request.param == "file":
            yield dicom.read(file)
        elif request.param == "bytes":
            yield dicom.read(io.BytesIO(file.read()))
        else:
            yield dicom.read(path)


def test_eight_threads_read_what_one_does(opened, images) -> None:
    def read(seed):
        order = np.random.default_rng(seed).permutation(5).tolist() * 2
        return [(index, opened.frames[index].tobytes(), shared[index].tobytes()) for index in order]

    shared = opened.frames
    with ThreadPoolExecutor(8) as executor:
        for found in executor.map(read, range(8)):
            for index, own, common in found:
                assert own == common == images[index].tobytes()


def test_tasks_read_what_one_does(opened, images) -> None:
    async def read():
        frames = opened.frames
        found = await asyncio.gather(*(asyncio.to_thread(frames.__getitem__, index % 5) for index in range(20)))
        return found, [frame async for frame in frames], [frame async for frame in frames[::-2]]

    found, in_order, view = asyncio.run(read())
    assert np.array_equal(found[:5], images)
    assert np.array_equal(found[15:], images)
    assert np.array_equal(in_order, images)
    assert np.array_equal(view, images[::-2])


def test_the_event_loop_goes_on_while_a_frame_is_decoded(monkeypatch, make) -> None:
    passed = threading.Event()

    def wait(frame, description, slot, threads):
        # Set by a task of the loop: were the loop waiting for this frame, it would never be.
        assert passed.wait(60)
        slot[:] = 7
        return False

    monkeypatch.setattr(codecs, "decoder_of", lambda syntax: wait)
    frames = make().frames

    async def read():
        asyncio.get_running_loop().call_later(0.01, passed.set)
        return [frame async for frame in frames[:1]]

    assert (asyncio.run(read())[0] == 7).all()


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
    monkeypatch.setattr(decoding, "open_source", lambda ds, tag: value)
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


def test_where_frames_are_is_found_once_while_the_elements_are_the_same(monkeypatch, make, images) -> None:
    walks = []
    real = places._by_fragments
    monkeypatch.setattr(places, "_by_fragments", lambda *arguments: walks.append(1) or real(*arguments))
    ds = make(fragments_per_frame=3)
    for index in range(5):
        assert np.array_equal(ds.frames[index], images[index])
    assert walks == [1]
    assert np.array_equal(copy.copy(ds).frames[1], images[1])
    assert np.array_equal(copy.deepcopy(ds).frames[1], images[1])
    assert np.array_equal(pickle.loads(pickle.dumps(ds)).frames[1], images[1])
    assert len(walks) == 4
    ds.NumberOfFrames = 5
    assert np.array_equal(ds.frames[4], images[4])
    assert len(walks) == 5
    ds.PatientID = "another"
    assert np.array_equal(ds.frames[4], images[4])
    assert len(walks) == 5


def test_frames_of_pixel_data_that_was_changed_are_refused(make, images) -> None:
    ds = make()
    old = ds.frames
    running, ahead = iter(old), old.iterate(workers=2)
    next(running)
    next(ahead)
    ds.PixelData = make(count=2).PixelData
    ds.NumberOfFrames = 2
    for use in (lambda: old[0], lambda: old.encoded(0), old.decode, lambda: next(running), lambda: next(ahead)):
        with pytest.raises(PixelError, match="ask for them again"):
            use()
    assert np.array_equal(ds.frames.decode(), images[:2])
    ds["PixelData"].value = make(count=1).PixelData
    ds.NumberOfFrames = 1
    assert len(ds.frames) == 1
    del ds.PixelData
    with pytest.raises(MissingElementError):
        _ = ds.frames


def test_a_data_set_is_not_held_by_what_is_kept_of_it(make) -> None:
    ds = make()
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
    images = np.arange(3 << 22, dtype="<u2").reshape(3, 2048, 2048)
    data = images.tobytes() if syntax == NATIVE else encapsulate([image.tobytes() for image in images])
    path = _saved(_data_set(data, images[0], syntax, NumberOfFrames=3), tmp_path / "x.dcm")
    frames = dicom.read(path).frames
    assert np.array_equal(frames[2], images[2])
    with open(path, "r+b") as file:
        file.truncate(os.path.getsize(path) - 2000)
    for use in (lambda: frames[1], lambda: frames.encoded(0), frames.decode, lambda: next(frames.iterate(workers=2))):
        with pytest.raises(FileChangedError, match="read it again"):
            use()


# --- frames as they are stored ----------------------------------------------------------------------------------------


def test_the_bytes_of_a_frame(make, images) -> None:
    for fragments_per_frame in (1, 3):
        frames = make(fragments_per_frame=fragments_per_frame).frames
        for index in (0, 4, -2):
            stream = imagecodecs.jpegls_encode(images[index])
            assert isinstance(frames.encoded(index), bytes)
            assert frames.encoded(index) == stream + b"\0" * (len(stream) % 2)
    assert make(NATIVE).frames[2:].encoded(1) == images[3].tobytes()


def test_the_extended_offset_table_tells_padding_from_the_frame(images, encapsulate) -> None:
    streams = [imagecodecs.jpegls_encode(image) for image in images]
    streams = [stream + b"\0" * (len(stream) % 2 == 0) for stream in streams]
    offsets = np.cumsum([0, *(8 + len(stream) + 1 for stream in streams[:-1])])
    ds = _data_set(encapsulate(streams), images[0], JPEG_LS, NumberOfFrames=5)
    ds.ExtendedOffsetTable = offsets.astype("<u8").tobytes()
    assert [len(ds.frames.encoded(n)) for n in range(5)] == [len(stream) + 1 for stream in streams]
    ds.ExtendedOffsetTableLengths = struct.pack("<5Q", *map(len, streams))
    assert [ds.frames.encoded(n) for n in range(5)] == streams
    # Lengths that can't be right leave the fragments as they are.
    ds.ExtendedOffsetTableLengths = struct.pack("<5Q", 0, 2**63, 5, 1, 2)
    assert [len(ds.frames.encoded(n)) for n in range(5)] == [len(stream) + 1 for stream in streams]
    assert np.array_equal(ds.frames.decode(), images)


# --- data that is not as it should be ---------------------------------------------------------------------------------


def _codes(ds) -> set[str]:
    return {finding.code for finding in ds.findings}


@pytest.mark.parametrize("table", [False, True])
@pytest.mark.parametrize("syntax", [JPEG_LS, RLE])
def test_frames_that_are_there_are_read_though_others_are_missing(make, images, syntax, table) -> None:
    ds = make(syntax, count=3, table=table)
    frames = ds.frames
    assert len(frames) == 5
    assert np.array_equal(frames[1], images[1])
    assert np.array_equal(frames[:3].decode(), images[:3])
    assert "frames-missing" in _codes(ds)
    for use in (lambda: frames[3], lambda: frames[-1], lambda: frames.encoded(4), frames.decode, frames[2:].decode):
        with pytest.raises(PixelError, match="3 fragments can't hold the 5 frames"):
            use()
    running = iter(frames)
    assert [next(running).tolist() for _ in range(3)] == images[:3].tolist()
    with pytest.raises(PixelError, match="frame 3 isn't there"):
        next(running)
    with pytest.raises(PixelError, match="3 fragments can't hold the 5 frames"):
        pixel_array(ds)


@pytest.mark.parametrize("table", [False, True])
@pytest.mark.parametrize("fragments_per_frame", [1, 2])
@pytest.mark.parametrize("syntax", [NATIVE, JPEG_LS, JPEG_2000, RLE])
def test_a_file_that_was_cut_gives_the_frames_before_the_cut(
    make, images, tmp_path, syntax, fragments_per_frame, table
) -> None:
    ds = make(syntax, table=table, fragments_per_frame=fragments_per_frame)
    third = bytes(ds.frames.encoded(3))[:40]
    path = _saved(ds, tmp_path / "x.dcm")
    data = (tmp_path / "x.dcm").read_bytes()
    cut = data.rindex(third) + 200
    (tmp_path / "x.dcm").write_bytes(data[:cut])
    ds = dicom.read(path)
    frames = ds.frames
    assert len(frames) == 5
    assert np.array_equal(frames[:3].decode(), images[:3])
    with pytest.raises(PixelError):
        frames[4]
    with pytest.raises(PixelError):
        frames.decode()
    assert np.array_equal(frames[2], images[2])


def test_rle_frames_in_several_fragments_are_told_by_their_headers(make, images) -> None:
    for fragments_per_frame in (1, 2, 3):
        frames = make(RLE, fragments_per_frame=fragments_per_frame).frames
        assert len(frames) == 5
        assert np.array_equal(frames.decode(), images)


def test_frames_without_ends_are_told_by_their_beginnings(images, encapsulate) -> None:
    streams = [ENCODERS[JPEG_2000](image)[:-2] for image in images]
    ds = _data_set(encapsulate(streams, fragments_per_frame=3), images[0], JPEG_2000, NumberOfFrames=5)
    assert np.array_equal(ds.frames[3], images[3])
    assert np.array_equal(ds.frames.decode(), images)


def test_fragments_that_tell_nothing_are_refused(images, encapsulate) -> None:
    ds = _data_set(encapsulate([b"\1\2\3\4"] * 7), images[0], JPEG_LS, NumberOfFrames=5)
    assert len(ds.frames) == 5
    for index in (0, 4):
        with pytest.raises(PixelError, match="7 fragments end 1 codestreams"):
            ds.frames[index]


@pytest.mark.parametrize("syntax", [NATIVE, JPEG_LS])
def test_more_frames_than_declared_are_all_given(make, images, syntax) -> None:
    ds = make(syntax, table=True, NumberOfFrames=3)
    assert len(ds.frames) == 5
    assert np.array_equal(ds.frames.decode(), images)
    assert "more-frames-than-declared" in _codes(ds)


@pytest.mark.parametrize("shift", [-8, -2, 2, 8])
def test_a_table_that_points_beside_its_frames_is_ignored(make, images, shift) -> None:
    ds = make(table=True)
    data = bytearray(ds.PixelData)
    offsets = struct.unpack_from("<5I", data, 8)
    struct.pack_into("<5I", data, 8, 0, *(offset + shift for offset in offsets[1:]))
    ds.PixelData = bytes(data)
    for index in (2, 0, 4):
        assert np.array_equal(ds.frames[index], images[index])
    assert np.array_equal(ds.frames.decode(), images)
    assert "offset-table-wrong" in _codes(ds)


def test_a_count_beyond_all_bounds_costs_nothing(make, images) -> None:
    for syntax in (NATIVE, JPEG_LS):
        frames = make(syntax, NumberOfFrames=2**31 - 1).frames
        assert len(frames) == 2**31 - 1
        assert np.array_equal(frames[4], images[4])
        for use in (lambda frames=frames: frames[5], frames.decode):
            with pytest.raises(PixelError):
                use()


def test_pixel_data_that_is_no_items_is_refused(images) -> None:
    for data in (images.tobytes(), b"\xfe\xff\0\xe0\0\0\0\0"):
        with pytest.raises(PixelError):
            _ = _data_set(data, images[0], JPEG_LS, NumberOfFrames=5).frames


def test_a_mapping_of_another_library_has_frames_too(make_data_set, encapsulate, images) -> None:
    data = encapsulate([imagecodecs.jpegls_encode(image) for image in images])
    frames = Frames(make_data_set(data, images[0], transfer_syntax=JPEG_LS, NumberOfFrames=5))
    assert np.array_equal(frames[1:].decode(), images[1:])
