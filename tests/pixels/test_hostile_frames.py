"""Frames that ask for too much end soon and in little memory; odd ones that are right are decoded.

The limits are ceilings: what lies on them passes, one more is refused (the guard's own tests in Rust, `test_guard.py`).
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import imagecodecs
import numpy as np
import pytest

from dicom import _core
from dicom.errors import CodecError, LimitError
from dicom.pixels.decode import pixel_array
from dicom.pixels.frame_decoder import FREE_BYTES, MAX_EXPANSION
from tests.pixels.hostile_frames import SIDE, box, segment
from tests.pixels.mutation.seeds import UIDS, Seed, data_set, image, seeds_of

MEMORY_LIMIT_BYTES = 256 << 20
DEADLINE_SECONDS = 5.0


@pytest.fixture(scope="module")
def endings() -> dict[str, dict[str, object]]:
    root = Path(__file__).resolve().parents[2]
    paths = [str(root), str(root / "python"), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        [sys.executable, "-m", "tests.pixels.hostile_frames"],
        capture_output=True,
        text=True,
        timeout=240,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        cwd=root,
        check=True,
    )
    return {ending["name"]: ending for ending in map(json.loads, done.stdout.splitlines())}


@pytest.mark.slow
def test_bombs_end_in_an_array_or_in_a_typed_error(endings) -> None:
    assert len(endings) > 70
    typed = ("decoded", "CodecError", "LimitError", "PixelError")
    assert [ending for ending in endings.values() if ending["ended"] not in typed] == []
    assert [ending for ending in endings.values() if ending["expected"] not in ("", ending["ended"])] == []


@pytest.mark.slow
def test_bombs_take_little_time_and_memory(endings) -> None:
    assert [ending for ending in endings.values() if ending["seconds"] >= DEADLINE_SECONDS] == []
    assert [ending for ending in endings.values() if ending["grown"] >= MEMORY_LIMIT_BYTES] == []
    # A small image takes little, whatever its frame declares.
    small = [ending for ending in endings.values() if ending["side"] == SIDE]
    assert len(small) > 50
    assert [ending for ending in small if ending["grown"] >= MEMORY_LIMIT_BYTES // 8] == []


@pytest.mark.parametrize("encapsulated_bytes", [20, 8206, 8208, 8210])
def test_an_array_out_of_proportion_to_its_frame_is_refused(encapsulated_bytes) -> None:
    rows, columns = 8208, MAX_EXPANSION
    assert rows * columns > FREE_BYTES
    # Less the headers of two items.
    ds = data_set(Seed("limit", UIDS + "8.1", bytes(encapsulated_bytes - 16), rows, columns, 1, 8, 8))
    # That it is no deflated frame is only seen after it.
    with pytest.raises(LimitError if encapsulated_bytes < rows else CodecError):
        pixel_array(ds)


def thumbnail() -> bytes:
    """A JPEG stream to put into an application segment."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(np.zeros((16, 16), "u1")).save(file, "JPEG")
    return file.getvalue()


ENDINGS = {
    "zeros": lambda frame: frame + bytes(100),
    "noise": lambda frame: frame + np.random.default_rng(3).bytes(1000),
    "another frame": lambda frame: frame + frame,
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    "codec", ["jpeg-baseline", "jpeg-progressive", "jpeg-lossless", "jpeg-ls", "jpeg-2000", "htj2k"]
)
def test_what_follows_a_frame_is_left_out(codec, ending) -> None:
    for seed in seeds_of(codec):
        plain = pixel_array(data_set(seed))
        followed = data_set(seed._replace(frame=ENDINGS[ending](seed.frame)))
        assert np.array_equal(pixel_array(followed), plain), seed.name


@pytest.mark.parametrize("codec", ["jpeg-baseline", "jpeg-progressive", "jpeg-12-bit", "jpeg-lossless", "jpeg-ls"])
def test_application_segments_and_comments_are_passed_over(codec) -> None:
    segments = {
        "a thumbnail": segment(0xE1, b"Exif\0\0" + thumbnail()),
        "segments as long as they can be": segment(0xE5, bytes(65533)) * 40,
        "a comment of markers": segment(0xFE, b"\xff\xda\xff\xd9\xff\xd8" * 1000),
        "fill bytes": b"\xff" * 500 + segment(0xFE, b""),
    }
    for seed in seeds_of(codec):
        plain = pixel_array(data_set(seed))
        for name, content in segments.items():
            frame = seed.frame[:2] + content + seed.frame[2:]
            assert np.array_equal(pixel_array(data_set(seed._replace(frame=frame))), plain), (seed.name, name)


@pytest.mark.parametrize("codec", ["jpeg-2000", "htj2k"])
def test_comments_of_jpeg_2000_are_passed_over(codec) -> None:
    for seed in seeds_of(codec):
        at = seed.frame.index(b"\xff\x5c")
        frame = seed.frame[:at] + segment(0x64, b"\0\1" + bytes(65531)) * 20 + seed.frame[at:]
        if b"jp2c" in frame:
            continue  # the length of its box would be another
        plain = pixel_array(data_set(seed))
        assert np.array_equal(pixel_array(data_set(seed._replace(frame=frame))), plain), seed.name


def test_boxes_of_jpeg_xl_are_passed_over() -> None:
    array = image(24, 20)
    head = b"\0\0\0\x0cJXL \r\n\x87\n" + box(b"ftyp", b"jxl \0\0\0\0jxl ")
    bare = imagecodecs.jpegxl_encode(array, lossless=True, usecontainer=False)
    for more in (b"", box(b"Exif", bytes(70_000)), box(b"xml ", b"<a/>") * 1000, box(b"free", b"") * 10_000):
        for frame in (head + more + box(b"jxlc", bare), head + box(b"jxlc", bare) + more):
            seed = Seed("boxes", UIDS + "4.110", frame, 24, 20, 1, 8, 8)
            assert np.array_equal(pixel_array(data_set(seed)), array), len(frame)


@pytest.mark.parametrize("tile", [8, 32, 64])
def test_many_tiles_are_decoded(tile) -> None:
    array = image(512, 512, 12)
    seed = Seed("tiles", UIDS + "4.203", imagecodecs.htj2k_encode(array, tile=(tile, tile)), 512, 512, 1, 16, 16)
    assert np.array_equal(pixel_array(data_set(seed)), array)


def test_many_layers_are_decoded() -> None:
    import openjpeg
    from openjpeg.utils import encode_array

    ratios = [*np.geomspace(200, 2, 49), 1]
    frame = encode_array(image(300, 200, 12), bits_stored=12, compression_ratios=ratios)
    assert _core.read_frame_header(frame).layers == 50
    decoded = pixel_array(data_set(Seed("layers", UIDS + "4.91", frame, 300, 200, 1, 16, 12)))
    assert np.array_equal(decoded, openjpeg.decode(frame))
