"""Frames of video: the same from the beginning and from a key frame, in the right colours, and within the limits."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import dicom
from dicom.errors import CodecError, DicomError, LimitError, MissingDependencyError, PixelError, TransferSyntaxError
from dicom.pixels import decode_frame, describe, iter_frames, pixel_array
from dicom.pixels.description import FrameIndexError
from dicom.pixels.source import open_source
from dicom.pixels.video.bitstream import VIDEO, open_bitstream
from dicom.pixels.video.decoding import Video
from tests.pixels.made_videos import (
    COLUMNS,
    FRAMES,
    H264,
    HEVC,
    HEVC_10,
    KINDS,
    MPEG2,
    ROWS,
    data_set,
    encode,
    made,
    picture,
    video,
)

X264 = ("libx264", "h264", {"g": "12", "bf": "2"})


def video_in(ds: dicom.FileDataset) -> Video:
    return Video(open_source(ds, 0x7FE00010), describe(ds))


def noted(ds: dicom.FileDataset) -> set[str]:
    return {finding.code for finding in ds.findings}


@pytest.mark.parametrize("kind", KINDS)
def test_frames_are_those_that_were_encoded(kind):
    ds = made(kind)
    frames = ds.pixel_array
    assert (frames.shape, frames.dtype) == ((FRAMES, ROWS, COLUMNS, 3), np.uint8)
    expected = np.stack([picture(number) for number in range(FRAMES)])
    # Chrominance has half the resolution: at the bar's edges colours differ, on the whole they don't.
    assert np.abs(frames.astype(int) - expected).mean() < 2
    bars = frames[:, ROWS // 2, :, :].min(axis=-1).argmax(axis=-1)
    places = np.array([number * 3 % (COLUMNS - 8) for number in range(FRAMES)])
    assert (np.abs(bars - places - 4) <= 4).all()
    assert not noted(ds) & {"fewer-frames-than-declared", "more-frames-than-declared", "video-codec-differs"}


@pytest.mark.parametrize("kind", KINDS)
def test_frame_from_its_key_frame_equals_the_one_from_the_beginning(kind):
    ds = made(kind)
    frames = pixel_array(ds)
    one = video_in(ds)
    assert len(one) == FRAMES
    assert len(one.survey().restarts) >= 3
    for index in (35, 3, 20, 21, 22, 39, 0, 13, 12, 11, 24):
        assert np.array_equal(one.frame(index), frames[index]), index
    assert len(one.survey().restarts) >= 3  # none was lost on the way
    assert np.array_equal(decode_frame(ds, 30), frames[30])
    assert np.array_equal(decode_frame(ds, -1), frames[-1])


@pytest.mark.parametrize("kind", ["mpeg2-program", "h264-elementary", "h264-mp4", "hevc-elementary"])
def test_frames_in_order_are_those_of_the_array(kind):
    ds = made(kind)
    assert np.array_equal(np.stack(list(iter_frames(ds))), pixel_array(ds))
    some = list(iter_frames(ds, [5, 30, 2, -1]))
    assert np.array_equal(np.stack(some), pixel_array(ds)[[5, 30, 2, -1]])


def test_next_frame_is_decoded_alone(monkeypatch):
    one = video_in(made("h264-mp4"))
    one.frame(13)
    played = []
    monkeypatch.setattr(one._pictures, "play", lambda restart=None, survey=None: played.append(restart) or iter(()))
    one.frame(14)
    one.frame(20)
    assert played == []


@pytest.mark.parametrize("kind", ["mpeg2-program", "h264-elementary", "h264-mp4", "hevc-elementary"])
def test_sequence_of_frames_is_that_of_any_image(kind):
    ds = made(kind)
    whole = pixel_array(ds)
    frames = ds.frames
    assert (len(frames), frames.shape, frames.dtype) == (FRAMES, whole.shape, np.uint8)
    assert np.array_equal(frames[33], whole[33])
    assert np.array_equal(frames[-2], whole[-2])
    assert np.array_equal(frames[10:30:5].decode(), whole[10:30:5])
    assert np.array_equal(frames[::-9].decode(workers=4), whole[::-9])
    assert np.array_equal(np.stack(list(frames.iterate(workers=4))), whole)
    out = np.zeros_like(whole)
    assert frames.decode(out=out) is out
    assert np.array_equal(out, whole)


def test_key_frames_are_looked_for_once(monkeypatch):
    from dicom.pixels.video.packets import ContainedPictures

    ds = made("h264-mp4")
    scans = []
    scan = ContainedPictures.scan
    monkeypatch.setattr(ContainedPictures, "scan", lambda self: scans.append(1) or scan(self))
    for index in (30, 3, 20):
        ds.frames[index]
    assert len(scans) == 1


def test_threads_take_turns():
    from concurrent.futures import ThreadPoolExecutor

    ds = made("h264-transport")
    whole = pixel_array(ds)
    frames = ds.frames
    order = [number * 7 % FRAMES for number in range(FRAMES)]
    with ThreadPoolExecutor(4) as pool:
        decoded = list(pool.map(frames.__getitem__, order))
    assert np.array_equal(np.stack(decoded), whole[order])


def test_single_frame_has_no_bytes_of_its_own_and_no_worker():
    frames = made("h264-mp4").frames
    with pytest.raises(PixelError, match="as a whole"):
        frames.encoded(3)
    with pytest.raises(TransferSyntaxError, match="worker"):
        frames.decode(isolated=True)


def test_image_of_a_video_is_in_colour():
    ds = made("h264-mp4")
    image = dicom.image(ds)
    assert (image.number_of_frames, image.color_space) == (FRAMES, "RGB")
    assert np.array_equal(image.frame(30).display().array, pixel_array(ds)[30])


def test_fragments_are_joined_for_decoding():
    whole, parts = made("h264-elementary"), made("h264-elementary", fragments=7)
    assert np.array_equal(whole.pixel_array, parts.pixel_array)


@pytest.mark.parametrize("uid", sorted(VIDEO))
def test_every_video_transfer_syntax_is_decoded(uid):
    kind = {"MPEG-2": "mpeg2-elementary", "H.264": "h264-mp4", "HEVC": "hevc-elementary"}[VIDEO[uid]]
    ds = data_set(video(kind), uid)
    assert np.array_equal(decode_frame(ds, 7), decode_frame(made(kind), 7))


@pytest.mark.parametrize(
    ("settings", "kr", "kb", "full"),
    [
        ({}, 0.299, 0.114, False),
        ({"colorspace": 1}, 0.2126, 0.0722, False),
        ({"colorspace": 5}, 0.299, 0.114, False),
        ({"colorspace": 6}, 0.299, 0.114, False),
        ({"color_range": 2}, 0.299, 0.114, True),
        ({"colorspace": 1, "color_range": 2}, 0.2126, 0.0722, True),
    ],
)
def test_marks_of_the_stream_decide_the_colours(settings, kr, kb, full):
    import io

    import av

    codes = (150, 90, 180)  # luminance, chrominance blue and red
    output = io.BytesIO()
    with av.open(output, "w", format="h264") as container:
        stream = container.add_stream("libx264", rate=25, options={"qp": "0"})
        stream.width, stream.height, stream.pix_fmt = COLUMNS, ROWS, "yuv420p"
        for name, value in settings.items():
            setattr(stream.codec_context, name, value)
        frame = av.VideoFrame(COLUMNS, ROWS, "yuv420p")
        for plane, code in zip(frame.planes, codes, strict=True):
            plane.update(bytes([code]) * plane.buffer_size)
        frame.color_range = settings.get("color_range", 0)
        frame.colorspace = settings.get("colorspace", 2)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    y = codes[0] / 255 if full else (codes[0] - 16) / 219
    blue, red = ((code - 128) / (255 if full else 224) for code in codes[1:])
    r, b = y + 2 * (1 - kr) * red, y + 2 * (1 - kb) * blue
    expected = np.clip(np.array([r, (y - kr * r - kb * b) / (1 - kr - kb), b]) * 255, 0, 255)
    ds = data_set(output.getvalue(), H264, frames=1)
    assert np.abs(ds.pixel_array.reshape(-1, 3) - expected).max() <= 0.51 + (0.5 if full else 0)


def test_unmarked_high_definition_has_the_coefficients_of_bt709():
    rows, columns = 720, 64
    stream = encode(*X264, frames=1, rows=rows, columns=columns)
    ds = data_set(stream, H264, frames=1, Rows=rows, Columns=columns)
    marked = encode("libx264", "h264", {"x264-params": "colormatrix=bt709"}, frames=1, rows=rows, columns=columns)
    high = data_set(marked, H264, frames=1, Rows=rows, Columns=columns)
    other = encode("libx264", "h264", {"x264-params": "colormatrix=smpte170m"}, frames=1, rows=rows, columns=columns)
    low = data_set(other, H264, frames=1, Rows=rows, Columns=columns)
    assert np.array_equal(ds.pixel_array, high.pixel_array)
    assert not np.array_equal(ds.pixel_array, low.pixel_array)


def test_ten_bits_are_given_as_ten_bits():
    stream = encode("libx265", "hevc", {"x265-params": "log-level=none"}, frames=3, pix_fmt="yuv420p10le")
    ds = data_set(stream, HEVC_10, frames=3, BitsAllocated=16, BitsStored=10, HighBit=9)
    frames = ds.pixel_array
    assert (frames.dtype, frames.shape) == (np.uint16, (3, ROWS, COLUMNS, 3))
    assert frames.max() <= 1023
    expected = np.stack([picture(number) for number in range(3)]).astype(int) * 1023 // 255
    assert np.abs(frames.astype(int) - expected).mean() < 8


def test_one_sample_a_pixel_is_luminance():
    stream = encode("libx264", "h264", {}, frames=2, pix_fmt="gray", color_range=2)
    ds = data_set(
        stream, H264, frames=2, SamplesPerPixel=1, PhotometricInterpretation="MONOCHROME2", PlanarConfiguration=None
    )
    assert ds.pixel_array.shape == (2, ROWS, COLUMNS)
    luminance = picture(0) @ np.array([0.299, 0.587, 0.114])
    assert np.abs(ds.pixel_array[0] - luminance).mean() < 2


@pytest.mark.parametrize("kind", ["h264-elementary", "h264-mp4", "mpeg2-program", "hevc-mp4"])
@pytest.mark.parametrize(("declared", "code"), [(FRAMES + 5, "fewer"), (FRAMES - 5, "more")])
def test_number_of_frames_is_held_against_the_stream(kind, declared, code):
    ds = made(kind, frames=declared)
    right = made(kind)
    assert np.array_equal(ds.pixel_array, right.pixel_array)
    assert f"{code}-frames-than-declared" in noted(ds)
    assert np.array_equal(decode_frame(made(kind, frames=declared), 38), right.pixel_array[38])


def test_frame_that_is_not_there_is_an_index_error():
    ds = made("h264-mp4")
    for index in (FRAMES, -FRAMES - 1):
        with pytest.raises(FrameIndexError):
            decode_frame(ds, index)


@pytest.mark.parametrize("kind", ["h264-elementary", "h264-mp4", "mpeg2-transport"])
@pytest.mark.parametrize("wrong", [{"Rows": ROWS * 2}, {"Columns": COLUMNS - 2}, {"Rows": 16, "Columns": 16}])
def test_size_is_held_against_the_header(kind, wrong):
    ds = made(kind, **wrong)
    for ask in (pixel_array, lambda ds: decode_frame(ds, 3), lambda ds: list(iter_frames(ds))):
        with pytest.raises(CodecError):
            ask(ds)


def test_array_out_of_proportion_is_refused_and_iterating_is_not():
    stream = encode("libx264", "h264", {}, frames=400, rows=256, columns=256, still=True)
    ds = data_set(stream, H264, frames=400, Rows=256, Columns=256)
    with pytest.raises(LimitError, match="max_expansion"):
        pixel_array(ds, max_expansion=100)
    assert sum(1 for _ in iter_frames(ds, max_expansion=100)) == 400


def test_declared_frames_alone_take_no_memory():
    ds = made("h264-mp4", frames=2**31 - 1)
    assert pixel_array(ds).shape == (FRAMES, ROWS, COLUMNS, 3)
    assert "fewer-frames-than-declared" in noted(ds)


def test_other_codec_than_the_transfer_syntax_says_is_a_finding():
    for kind, uid in (("h264-elementary", HEVC), ("h264-mp4", MPEG2), ("mpeg2-transport", H264)):
        ds = data_set(video(kind), uid)
        assert np.array_equal(ds.pixel_array, made(kind).pixel_array)
        assert "video-codec-differs" in noted(ds)


def test_playlist_is_not_followed(tmp_path):
    # FFmpeg would guess a playlist or a list of files, and read what they name.
    other = tmp_path / "other.ts"
    other.write_bytes(video("h264-transport"))
    for text in (f"#EXTM3U\n#EXTINF:1,\n{other}\n", f"ffconcat version 1.0\nfile {other}\n"):
        with pytest.raises(CodecError, match="neither"):
            pixel_array(data_set(text.encode(), H264))


@pytest.mark.parametrize("kind", ["h264-elementary", "mpeg2-elementary"])
def test_bits_that_no_video_has_are_refused(kind):
    with pytest.raises(PixelError, match="8 or 16 bits"):
        pixel_array(made(kind, BitsAllocated=32, BitsStored=32, HighBit=31))


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_video_ends_in_an_error_of_ours_or_in_frames(kind):
    rng = np.random.default_rng(3)
    whole = video(kind)
    for attempt in range(12):
        damaged = bytearray(whole)
        for at in rng.integers(0, len(whole), 1 + attempt * 4):
            damaged[at] = rng.integers(256)
        cut = len(whole) if attempt % 3 else int(rng.integers(1, len(whole)))
        ds = data_set(bytes(damaged[:cut]), KINDS[kind][3])
        try:
            frames = pixel_array(ds)
        except DicomError:
            continue
        assert frames.shape[-3:] == (ROWS, COLUMNS, 3)


def test_metadata_of_a_container_is_not_read_as_text():
    import io

    import av

    made_of = io.BytesIO()
    with av.open(io.BytesIO(video("h264-mp4"))) as container, av.open(made_of, "w", format="mp4") as output:
        output.metadata["title"] = "TITLE"
        target = output.add_stream_from_template(container.streams.video[0])
        for packet in container.demux(video=0):
            if packet.size:
                packet.stream = target
                output.mux(packet)
    content = made_of.getvalue()
    assert content.count(b"TITLE") == 1
    ds = data_set(content.replace(b"TITLE", b"\xff\x85\xfe\x80\xff"), H264)
    assert np.array_equal(ds.pixel_array, made("h264-mp4").pixel_array)


def test_colours_that_are_not_converted_are_an_error():
    stream = encode("libx264", "h264", {"x264-params": "colormatrix=ycgco"}, frames=2)
    with pytest.raises(CodecError, match="matrix coefficients 8"):
        pixel_array(data_set(stream, H264, frames=2))


def test_stream_without_a_picture_is_an_error():
    for kind in ("h264-elementary", "h264-mp4", "mpeg2-transport"):
        with pytest.raises(CodecError):
            pixel_array(data_set(video(kind)[:100] + bytes(100), KINDS[kind][3]))


METHODS = {MPEG2: "ISO_13818_2", H264: "ISO_14496_10", HEVC: "ISO_23008_2"}


@pytest.mark.parametrize("kind", ["mpeg2-elementary", "h264-mp4", "hevc-elementary"])
@pytest.mark.parametrize("to", ["explicit-little", "rle", "jpeg2000-lossless", "decompress"])
def test_frames_are_brought_into_other_transfer_syntaxes_and_their_loss_is_said(kind, to):
    ds = made(kind)
    frames = pixel_array(ds)
    ratio = frames.nbytes / len(video(kind))
    if to == "decompress":
        ds.decompress()
    else:
        ds.transcode(to)
    assert np.array_equal(pixel_array(ds), frames)
    assert ds.PhotometricInterpretation == ("YBR_RCT" if to == "jpeg2000-lossless" else "RGB")
    assert (ds.LossyImageCompression, ds.LossyImageCompressionMethod) == ("01", METHODS[KINDS[kind][3]])
    assert ds.LossyImageCompressionRatio == pytest.approx(ratio, rel=0.02)


def test_the_loss_of_video_is_not_said_twice():
    ds = made("h264-mp4", LossyImageCompression="01", LossyImageCompressionRatio="20")
    ds.decompress()
    assert ds.LossyImageCompressionRatio == 20
    assert ds.LossyImageCompressionMethod == "ISO_14496_10"


def test_a_video_is_decoded_in_order_while_its_frames_are_encoded(monkeypatch):
    ds = made("h264-mp4")
    frames = pixel_array(ds)
    asked = []
    frame_of = Video.frame

    def frame(self, index):
        asked.append((id(self), index))
        return frame_of(self, index)

    monkeypatch.setattr(Video, "frame", frame)
    ds.transcode("rle", workers=4)
    assert np.array_equal(pixel_array(ds), frames)
    assert asked == [(asked[0][0], index) for index in range(FRAMES)]


def test_without_pyav_the_error_names_the_extra_and_the_bitstream_is_there(monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    ds = made("h264-mp4")
    for ask in (pixel_array, lambda ds: decode_frame(ds, 0), lambda ds: next(iter_frames(ds))):
        with pytest.raises(MissingDependencyError, match=r"pip install dicom-py\[video\].*save_video"):
            ask(ds)
    assert open_bitstream(ds).read() == video("h264-mp4")


@pytest.mark.parametrize("number", ["94", "95", "204", "205"])
def test_jpip_is_refused_by_name(number, make_data_set):
    ds = make_data_set(b"", transfer_syntax=f"1.2.840.10008.1.2.4.{number}", Rows=2, Columns=2)
    with pytest.raises(TransferSyntaxError, match=rf"1\.2\.4\.{number}.*JPIP"):
        pixel_array(ds)


@pytest.mark.parametrize("number", ["1", "2", "3"])
def test_real_time_video_is_refused_by_name(number, make_data_set):
    ds = make_data_set(b"", transfer_syntax=f"1.2.840.10008.1.2.7.{number}", Rows=2, Columns=2)
    with pytest.raises(TransferSyntaxError, match=rf"1\.2\.7\.{number}.*SMPTE ST 2110"):
        pixel_array(ds)
