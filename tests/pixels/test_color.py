"""YBR_FULL to RGB is pydicom's, to the bit, for every colour there is; out of a DCT the codec converts, within one."""

from __future__ import annotations

import imagecodecs
import numpy as np
import pytest
from pydicom.pixels import convert_color_space

from dicom import _core
from dicom.pixels import pixel_array
from dicom.pixels.description import describe
from tests.pixels.conftest import _encapsulate


@pytest.mark.parametrize("first", range(0, 256, 32))
def test_every_color_is_pydicom_s(first) -> None:
    axes = np.meshgrid(np.arange(first, first + 32), np.arange(256), np.arange(256), indexing="ij")
    ybr = np.stack(axes, -1).astype("u1").reshape(32, -1, 3)
    rgb = ybr.copy()
    _core.ybr_full_to_rgb(rgb)
    expected = convert_color_space(ybr, "YBR_FULL", "RGB")
    # pydicom multiplies matrices in single precision, whose exact halves depend on the processor.
    different = rgb != expected
    assert different.sum() <= 64
    assert np.abs(rgb.astype(int) - expected).max() <= 1


def test_buffers_that_a_kernel_cannot_take_are_refused() -> None:
    pixels = np.zeros((4, 3), "u1")
    with pytest.raises(BufferError):
        _core.ybr_full_to_rgb(bytes(12))
    with pytest.raises(BufferError):
        _core.ybr_full_to_rgb(pixels[::2])
    with pytest.raises(TypeError):
        _core.ybr_full_to_rgb("no buffer")
    with pytest.raises(ValueError, match="share memory"):
        _core.planar_to_interleaved(pixels, pixels, 3, 1)
    _core.ybr_full_to_rgb(np.zeros((0, 3), "u1"))


@pytest.mark.parametrize("subsampling", ["444", "422", "420"])
def test_a_jpeg_codec_converts_colors_as_we_do_within_one(make_data_set, subsampling: str) -> None:
    rows, columns = np.mgrid[:64, :80]
    noise = np.random.default_rng(2).integers(0, 30, (64, 80))
    rgb = np.stack([rows * 3, columns * 3, 250 - rows - columns], axis=-1).clip(0, 220) + noise[..., None]
    encoded = imagecodecs.jpeg8_encode(
        rgb.astype("u1"), level=95, colorspace="RGB", outcolorspace="YCBCR", subsampling=subsampling
    )
    ds = make_data_set(
        _encapsulate([encoded]),
        rgb.astype("u1"),
        transfer_syntax="1.2.840.10008.1.2.4.50",
        vr="OB",
        PhotometricInterpretation="YBR_FULL_422",
    )
    raw = describe(ds)
    raw.converts_color = False
    stored = pixel_array(ds, description=raw)
    assert raw.holds_ybr
    _core.ybr_full_to_rgb(stored)
    converted = describe(ds)
    given = pixel_array(ds, description=converted)
    assert not converted.holds_ybr
    off = np.abs(given.astype(int) - stored)
    assert off.max() <= 1
    assert off.mean() < 0.001
    assert np.abs(given - rgb).mean() < 12
