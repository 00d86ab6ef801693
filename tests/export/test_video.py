"""Stored videos are saved as they are, or in an MP4 without being encoded again."""

from __future__ import annotations

import os
import sys
from itertools import pairwise

import numpy as np
import pytest

from dicom.errors import CodecError, MissingDependencyError, PixelError, TransferSyntaxError
from dicom.export import save_picture, save_video
from dicom.pixels.video.bitstream import open_bitstream
from tests.export.made_images import ct
from tests.pixels.made_videos import FRAMES, H264, KINDS, data_set, made, picture, video

av = pytest.importorskip("av")


@pytest.mark.parametrize("kind", KINDS)
def test_bitstream_is_saved_as_it_is(tmp_path, kind):
    ds = made(kind)
    suffix = open_bitstream(ds).suffix
    assert save_video(ds, tmp_path / "x") == str(tmp_path / f"x{suffix}")
    save_video(ds, tmp_path / f"y{suffix.upper()}")
    saved = (tmp_path / f"x{suffix}").read_bytes()
    assert saved.rstrip(b"\0") == video(kind).rstrip(b"\0")
    assert (tmp_path / f"y{suffix.upper()}").read_bytes() == saved


@pytest.mark.parametrize("kind", KINDS)
def test_mp4_has_the_same_pictures_in_their_order(tmp_path, kind):
    ds = made(kind)
    save_video(ds, tmp_path / "x.mp4", fps=25)
    again = data_set((tmp_path / "x.mp4").read_bytes(), ds.file_meta.TransferSyntaxUID)
    assert np.array_equal(again.pixel_array, ds.pixel_array)
    with av.open(str(tmp_path / "x.mp4")) as container:
        stream = container.streams.video[0]
        times = [frame.pts * stream.time_base for frame in container.decode(stream)]
    assert len(times) == FRAMES
    assert {float(b - a) for a, b in pairwise(times)} == {0.04}


def test_rate_of_an_elementary_stream_is_the_data_sets(tmp_path):
    ds = made("h264-elementary", CineRate="50")
    save_video(ds, tmp_path / "x.mp4")
    with av.open(str(tmp_path / "x.mp4")) as container:
        assert container.streams.video[0].average_rate == 50


def test_other_suffix_names_the_right_one(tmp_path):
    with pytest.raises(PixelError, match=r"\.h264.*not as \.ts"):
        save_video(made("h264-elementary"), tmp_path / "x.ts")
    assert os.listdir(tmp_path) == []


def test_what_is_no_video_is_refused(tmp_path):
    with pytest.raises(TransferSyntaxError, match="no video"):
        save_video(ct(), tmp_path / "x.mp4")


def test_without_pyav_the_bitstream_is_saved_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    save_video(made("h264-mp4"), tmp_path / "x.mp4")
    assert (tmp_path / "x.mp4").read_bytes() == video("h264-mp4")
    with pytest.raises(MissingDependencyError, match=r"dicom-py\[video\]"):
        save_video(made("h264-transport"), tmp_path / "y.mp4")
    save_video(made("h264-transport"), tmp_path / "y.ts")
    assert sorted(os.listdir(tmp_path)) == ["x.mp4", "y.ts"]


def test_old_file_stays_when_it_is_not_to_be_overwritten(tmp_path):
    (tmp_path / "x.mp4").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        save_video(made("h264-mp4"), tmp_path / "x.mp4", overwrite=False)
    with pytest.raises(CodecError):
        save_video(data_set(video("h264-elementary")[:200], H264), tmp_path / "x.mp4")
    assert (tmp_path / "x.mp4").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["x.mp4"]


def test_frame_of_a_video_is_a_picture(tmp_path):
    from PIL import Image as pillow

    ds = made("h264-mp4")
    save_picture(ds, tmp_path / "x.png", frame=30)
    with pillow.open(tmp_path / "x.png") as shown:
        colors = np.asarray(shown)
    assert np.array_equal(colors, ds.pixel_array[30])
    assert np.abs(colors.astype(int) - picture(30)).mean() < 2
