"""Animations have all frames, in their order and at their rate."""

from __future__ import annotations

import os
import sys
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image as pillow

import dicom
from dicom.errors import MissingDependencyError, PixelError
from dicom.export import frame_rate, save_animation
from dicom.export.timing import as_fraction
from tests.export.made_images import ct, made

av = pytest.importorskip("av")

WINDOW = {"WindowCenter": 128, "WindowWidth": 256}


def moving(frames: int = 6, rows: int = 32, columns: int = 48, **elements: object) -> dicom.FileDataset:
    levels = np.zeros((frames, rows, columns), np.uint8)
    for number in range(frames):
        levels[number, :, number * 4 : number * 4 + 4] = 200
    return made(levels, **(WINDOW | elements))


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({}, (10.0, "")),
        ({"FrameTime": "40"}, (25.0, "FrameTime")),
        ({"FrameTime": "40", "CineRate": "30"}, (30.0, "CineRate")),
        ({"CineRate": "30", "RecommendedDisplayFrameRate": "15"}, (15.0, "RecommendedDisplayFrameRate")),
        ({"FrameTimeVector": ["0", "20", "60"]}, (25.0, "FrameTimeVector")),
        ({"FrameTime": "0", "CineRate": "-3"}, (10.0, "")),
        ({"FrameTime": "1e-9"}, (10.0, "")),
        ({"FrameTime": "nan", "CineRate": ""}, (10.0, "")),
        ({"FrameTimeVector": ["0"]}, (10.0, "")),
        ({"FrameTimeVector": ["0", "x"]}, (10.0, "")),
    ],
)
def test_frame_rate_says_its_source(elements, expected):
    assert frame_rate(elements) == expected


@pytest.mark.parametrize(
    ("rate", "expected"),
    [(25.0, Fraction(25)), (29.97, Fraction(30000, 1001)), (12.5, Fraction(25, 2)), (59.94, Fraction(60000, 1001))],
)
def test_rate_is_a_fraction_of_small_numbers(rate, expected):
    assert as_fraction(rate) == expected


def test_gif_has_every_frame_exactly(tmp_path):
    ds = moving()
    saved = save_animation(ds, tmp_path / "x.gif", fps=20)
    assert (saved.number_of_frames, saved.rows, saved.columns, saved.rate) == (6, 32, 48, 20.0)
    with pillow.open(tmp_path / "x.gif") as picture:
        assert picture.n_frames == 6
        for index in range(6):
            picture.seek(index)
            assert picture.info["duration"] == 50
            assert np.array_equal(np.asarray(picture.convert("L")), ds.pixel_array[index])


def test_delays_of_a_gif_keep_the_rate_in_the_mean(tmp_path):
    save_animation(moving(10), tmp_path / "x.gif", fps=30)
    with pillow.open(tmp_path / "x.gif") as picture:
        delays = []
        for index in range(picture.n_frames):
            picture.seek(index)
            delays.append(picture.info["duration"])
    assert set(delays) == {30, 40}
    assert sum(delays) == 330


def test_small_spot_of_colour_stays_in_a_gif(tmp_path):
    rng = np.random.default_rng(1)
    colors = np.repeat(rng.integers(0, 255, (2, 64, 64, 1), dtype=np.uint8), 3, axis=-1)
    colors[:, 10:13, 10:13] = (20, 200, 90)
    save_animation(made(colors), tmp_path / "x.gif")
    with pillow.open(tmp_path / "x.gif") as picture:
        spot = np.asarray(picture.convert("RGB"))[11, 11].astype(int)
    assert np.abs(spot - (20, 200, 90)).max() <= 8


def test_mp4_has_every_frame_at_its_rate(tmp_path):
    ds = moving(RecommendedDisplayFrameRate="15")
    saved = save_animation(ds, tmp_path / "x.mp4")
    assert (saved.number_of_frames, saved.rate, saved.rate_source) == (6, 15.0, "RecommendedDisplayFrameRate")
    with av.open(str(tmp_path / "x.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.average_rate) == ("h264", 15)
        decoded = [frame.to_ndarray(format="gray") for frame in container.decode(stream)]
    assert len(decoded) == 6
    assert [int(frame[16].argmax()) // 4 for frame in decoded] == [0, 1, 2, 3, 4, 5]


def test_colours_of_an_mp4_are_those_that_were_shown(tmp_path):
    colors = np.empty((3, 32, 48, 3), np.uint8)
    colors[...] = (180, 60, 110)
    save_animation(made(colors), tmp_path / "x.mp4")
    from tests.pixels.made_videos import H264, data_set

    back = data_set((tmp_path / "x.mp4").read_bytes(), H264, frames=3, Rows=32, Columns=48)
    assert np.abs(back.pixel_array.astype(int) - colors).max() <= 3


def test_odd_sizes_are_filled_up_in_an_mp4(tmp_path):
    saved = save_animation(moving(rows=31, columns=47), tmp_path / "x.mp4")
    assert (saved.rows, saved.columns) == (32, 48)
    with av.open(str(tmp_path / "x.mp4")) as container:
        assert (container.streams.video[0].height, container.streams.video[0].width) == (32, 48)


@pytest.mark.parametrize("suffix", ["gif", "mp4"])
def test_frames_can_be_chosen(tmp_path, suffix):
    assert save_animation(moving(), tmp_path / f"x.{suffix}", frames=[1, 3, 5]).number_of_frames == 3
    assert save_animation(ct(), tmp_path / f"y.{suffix}").number_of_frames == 1
    with pytest.raises(PixelError, match="no frame"):
        save_animation(moving(), tmp_path / f"z.{suffix}", frames=[])
    assert sorted(os.listdir(tmp_path)) == [f"x.{suffix}", f"y.{suffix}"]


def test_pictures_are_sent_to_their_own_function(tmp_path):
    with pytest.raises(PixelError, match="save_picture"):
        save_animation(moving(), tmp_path / "x.png")
    with pytest.raises(PixelError, match="frames a second"):
        save_animation(moving(), tmp_path / "x.gif", fps=0)


@pytest.mark.parametrize("suffix", ["gif", "mp4"])
def test_nothing_of_the_patient_is_in_the_file(tmp_path, suffix):
    save_animation(moving(), tmp_path / f"x.{suffix}")
    content = (tmp_path / f"x.{suffix}").read_bytes().upper()
    for word in (b"JANE", b"S3CRET", b"SECRET"):
        assert word not in content


def test_failure_on_the_way_leaves_the_old_file(tmp_path):
    from tests.pixels.made_videos import H264, data_set, video

    for suffix in ("gif", "mp4"):
        path = tmp_path / f"x.{suffix}"
        path.write_bytes(b"old")
        broken = bytearray(video("h264-mp4"))
        broken[1000:-4000] = bytes(len(broken) - 5000)
        with pytest.raises(PixelError):
            save_animation(data_set(bytes(broken), H264), path)
        assert path.read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == ["x.gif", "x.mp4"]


@pytest.mark.parametrize(("suffix", "module", "extra"), [("gif", "PIL", "pictures"), ("mp4", "av", "video")])
def test_what_is_missing_is_named(tmp_path, monkeypatch, suffix, module, extra):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingDependencyError, match=rf"pip install dicom-py\[{extra}\]"):
        save_animation(moving(), tmp_path / f"x.{suffix}")
    assert os.listdir(tmp_path) == []
