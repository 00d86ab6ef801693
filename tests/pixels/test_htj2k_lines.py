"""HTJ2K frames are decoded whole or not at all, though the codec keeps some of its errors to itself."""

from __future__ import annotations

import imagecodecs
import numpy as np
import pytest

from dicom.errors import CodecError
from dicom.pixels.codecs.htj2k_lines import decode_all_lines
from dicom.pixels.decode import pixel_array
from tests.pixels.mutation.seeds import UIDS, Seed, data_set, image


@pytest.mark.parametrize("shape", [(1, 1), (9, 7), (16, 12, 3), (1, 1, 3)])
@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i2"])
def test_lines_of_zeros_are_decoded(shape, dtype) -> None:
    for value in (0, 1, -1, 1 << (8 * np.dtype(dtype).itemsize - 1)):
        array = np.full(shape, value, "i8").astype(dtype)
        array[: shape[0] // 2] = 3
        frame = imagecodecs.htj2k_encode(array)
        out = np.ones_like(array)
        assert decode_all_lines(frame, out=out) is out
        assert np.array_equal(out, array)
        assert np.array_equal(decode_all_lines(frame), array)


# What the codec drops is shown as a warning, besides.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("samples", [1, 3])
def test_a_damaged_frame_is_an_error_and_not_black(samples) -> None:
    array = image(64, 64, 8, samples)
    frame = imagecodecs.htj2k_encode(array)
    dropped = 0
    for at in range(len(frame) // 2, len(frame) - 10, 40):
        damaged = frame[:at] + bytes(8) + frame[at + 8 :]
        if imagecodecs.htj2k_decode(damaged)[-1].any():
            continue
        dropped += 1
        with pytest.raises(CodecError, match="last lines"):
            pixel_array(data_set(Seed("damaged", UIDS + "4.201", damaged, 64, 64, samples, 8, 8)))
    assert dropped > 0
