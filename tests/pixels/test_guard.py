"""The header guard, through the binding: what real encoders write passes, what was mutated never harms the process."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import imagecodecs
import numpy as np
import pytest

from dicom import _core

FRAMES = {
    "JPEG": lambda a: imagecodecs.jpeg8_encode(a, level=90, bitspersample=12),
    "lossless": lambda a: imagecodecs.jpeg8_encode(a, lossless=True, predictor=1),
    "JPEG-LS": imagecodecs.jpegls_encode,
    "JPEG 2000": lambda a: imagecodecs.jpeg2k_encode(a, level=0, codecformat="j2k"),
    "tiled": lambda a: imagecodecs.htj2k_encode(a, tile=(16, 16)),
    "JP2": lambda a: imagecodecs.jpeg2k_encode(a, level=0, codecformat="jp2"),
    "HTJ2K": imagecodecs.htj2k_encode,
    "JPEG XL": lambda a: imagecodecs.jpegxl_encode(a, lossless=True, usecontainer=False),
    "JXL boxes": lambda a: imagecodecs.jpegxl_encode(a, lossless=True, usecontainer=True),
}


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize(("rows", "columns"), [(48, 40), (40, 40), (30, 40), (8, 16), (1, 1), (7, 300)])
def test_what_encoders_write_is_read(name, rows, columns) -> None:
    image = np.zeros((rows, columns), "u2")
    header = _core.check_frame(FRAMES[name](image), rows, columns, 1, 16)
    assert (header.rows, header.columns, header.components) == (rows, columns, 1)
    # The lossless JPEG encoder takes as many bits as the values need.
    assert header.bits == (12 if name in ("JPEG", "lossless") else 16)
    assert not header.is_signed


def test_colors_and_signs_are_read(colors) -> None:
    assert _core.read_frame_header(imagecodecs.jpegxl_encode(colors, lossless=True)).components == 3
    header = _core.read_frame_header(imagecodecs.jpeg2k_encode(colors.view("i1"), level=0, codecformat="j2k"))
    assert (header.components, header.bits, header.is_signed) == (3, 8, True)
    assert _core.read_frame_header(imagecodecs.htj2k_encode(colors)).codestream == "HTJ2K"
    jpeg = imagecodecs.jpeg8_encode(colors, colorspace="RGB", outcolorspace="YCBCR")
    assert _core.read_frame_header(jpeg).has_jfif
    jpeg = imagecodecs.jpeg8_encode(colors, colorspace="RGB", outcolorspace="RGB")
    assert _core.read_frame_header(jpeg).adobe_transform == 0
    assert _core.read_frame_header(imagecodecs.jpegxl_encode_jpeg(jpeg)).has_jpeg_reconstruction


def test_the_coding_is_told(smooth, colors) -> None:
    lossless = _core.read_frame_header(imagecodecs.jpeg2k_encode(colors, level=0, codecformat="j2k", reversible=True))
    assert (lossless.is_reversible, lossless.layers, lossless.tiles) == (True, 1, 1)
    lossy = _core.read_frame_header(imagecodecs.jpeg2k_encode(colors, level=40, codecformat="j2k", reversible=False))
    assert (lossy.is_reversible, lossy.uses_color_transform, lossy.has_tlm) == (False, True, False)
    tiled = _core.read_frame_header(imagecodecs.htj2k_encode(smooth, tile=(16, 16), resolutions=3))
    assert (tiled.is_reversible, tiled.tiles, tiled.uses_color_transform) == (True, 9, False)
    assert tiled.decomposition_levels == 3
    # As 1.2.840.10008.1.2.4.202 wants it.
    located = _core.read_frame_header(imagecodecs.htj2k_encode(smooth, tlm=True))
    assert (located.progression, located.has_tlm) == ("RPCL", True)
    near = _core.read_frame_header(imagecodecs.jpegls_encode(smooth, level=2))
    exact = _core.read_frame_header(imagecodecs.jpegls_encode(smooth))
    assert (near.is_reversible, exact.is_reversible, exact.progression) == (False, True, None)
    assert _core.read_frame_header(imagecodecs.jpegxl_encode(smooth, lossless=True)).is_reversible is None


@pytest.mark.parametrize("name", FRAMES)
def test_mutated_headers_are_read_or_refused(name, smooth) -> None:
    frame = FRAMES[name](smooth)
    rng = np.random.default_rng(len(frame))
    for _ in range(2000):
        bad = bytearray(frame)
        for at in rng.integers(0, min(len(bad), 160), rng.integers(1, 5)):
            bad[at] = rng.integers(0, 256)
        cut = bad[: rng.integers(0, len(bad))] if rng.integers(0, 4) == 0 else bad
        try:
            header = _core.check_frame(bytes(cut), *smooth.shape, 1, 16)
        except ValueError as error:
            kind, message, _offset = error.args
            assert kind in ("truncated", "malformed", "mismatch", "limit", "unsupported")
            assert message
        else:
            assert (header.rows, header.columns, header.components) == (*smooth.shape, 1)


@pytest.mark.parametrize("syntax", ["4.50", "4.70", "4.80", "4.90", "4.201", "4.110", "5"])
def test_mutated_frames_neither_kill_nor_hang_the_process(syntax) -> None:
    """Guard and decoder together; in a process of its own, which a crash ends and a hang outlasts."""
    code = """
        import sys, warnings
        import imagecodecs, numpy as np
        from dicom.errors import DicomError
        from dicom.pixels.codecs import decoder_of
        from dicom.pixels.description import FrameDescription

        suffix = sys.argv[1]
        image = np.add.outer(np.arange(32) * 60, np.arange(32) * 50).astype("u2")
        if suffix == "4.50":
            image = (image >> 4).astype("u1")
        planes = [image.astype(">u2").tobytes()[n::2] for n in (0, 1)]
        runs = [b"".join(b"\\x7f" + p[n : n + 128] for n in range(0, 1024, 128)) for p in planes]
        frame = {
            "4.50": lambda: imagecodecs.jpeg8_encode(image, level=90),
            "4.70": lambda: imagecodecs.jpeg8_encode(image, lossless=True, predictor=1),
            "4.80": lambda: imagecodecs.jpegls_encode(image),
            "4.90": lambda: imagecodecs.jpeg2k_encode(image, level=0, codecformat="j2k"),
            "4.201": lambda: imagecodecs.htj2k_encode(image),
            "4.110": lambda: imagecodecs.jpegxl_encode(image, lossless=True),
            "5": lambda: np.array([2, 64, 64 + len(runs[0])] + [0] * 13, "<u4").tobytes() + b"".join(runs),
        }[suffix]()
        d = FrameDescription()
        d.findings, d.tag, d.vr, d.transfer_syntax = [], 0x7FE00010, "OB", "1.2.840.10008.1.2." + suffix
        d.rows, d.columns, d.samples_per_pixel, d.number_of_frames = 32, 32, 1, 1
        d.bits_allocated = d.bits_stored = image.itemsize * 8
        d.is_signed, d.photometric_interpretation, d.planar_configuration = False, "MONOCHROME2", 0
        decode, slot, rng, good = decoder_of(d.transfer_syntax), np.empty_like(image), np.random.default_rng(5), 0
        decode(frame, d, slot, 1)
        assert np.array_equal(slot, image) or suffix == "4.50"
        for _ in range(1500):
            bad = bytearray(frame)
            for at in rng.integers(0, len(bad), rng.integers(1, 6)):
                bad[at] = rng.integers(0, 256)
            if rng.integers(0, 3) == 0:
                bad = bad[: rng.integers(2, len(bad))]
            try:
                decode(bytes(bad), d, slot, 1)
                good += 1
            except DicomError:
                pass
        assert good
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), syntax], capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
