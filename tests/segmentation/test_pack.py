"""Frames of single bits as bytes: each begun at a byte, or one where the other ends."""

from __future__ import annotations

import numpy as np
import pytest

from dicom.segmentation.writing.pack import packed_frames, packed_stream


def _frames(count: int, shape: tuple[int, int]) -> np.ndarray:
    return np.random.default_rng(count).random((count, *shape)) < 0.4


@pytest.mark.parametrize("count", [1, 7, 8, 9, 25])
@pytest.mark.parametrize("shape", [(3, 5), (4, 4), (1, 1), (7, 9)])
def test_a_stream_has_the_bits_of_all_frames_without_a_gap(count: int, shape: tuple[int, int]) -> None:
    frames = _frames(count, shape)
    stream = b"".join(packed_stream(iter(frames)))
    bits = np.unpackbits(np.frombuffer(stream, np.uint8), bitorder="little")
    assert len(stream) == -(-frames.size // 8)
    assert np.array_equal(bits[: frames.size], frames.ravel())
    assert not bits[frames.size :].any()


@pytest.mark.parametrize("shape", [(3, 5), (4, 4), (512, 512)])
def test_each_packed_frame_begins_at_a_byte(shape: tuple[int, int]) -> None:
    frames = _frames(3, shape)
    pieces = list(packed_frames(iter(frames)))
    assert len(pieces) == 3
    for piece, frame in zip(pieces, frames, strict=True):
        bits = np.unpackbits(np.frombuffer(piece, np.uint8), bitorder="little")
        assert np.array_equal(bits[: frame.size], frame.ravel())


def test_both_are_the_same_where_frames_fill_bytes() -> None:
    frames = _frames(11, (4, 6))
    assert b"".join(packed_stream(frames)) == b"".join(packed_frames(frames))


def test_frames_are_taken_when_they_are_needed() -> None:
    taken = []

    def frames() -> object:
        for n in range(100):
            taken.append(n)
            yield np.zeros((3, 3), bool)

    stream = packed_stream(frames())
    next(stream)
    assert len(taken) == 8
