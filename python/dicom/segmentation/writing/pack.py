"""Frames of a segmentation as pixel data: packed bits, bytes or words.

In: regions, and which slices of which segments become frames. Out: the frames one after the other, so that memory holds
few of them. Standard: PS3.5 8.1.1 (single bits fill bytes across frames), PS3.3 C.8.20.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from numpy.typing import NDArray

#: As many frames of single bits always fill whole bytes.
_FRAMES_OF_WHOLE_BYTES = 8


def packed_frames(frames: Iterable[NDArray[np.bool_]]) -> Iterator[bytes]:
    """Each frame's bits, the first pixel in the least significant bit; the last byte is filled up with zeros.

    Parameters
    ----------
    frames : iterable of ndarray of bool, shape (rows, columns)

    Yields
    ------
    bytes
    """
    for frame in frames:
        yield np.packbits(frame, bitorder="little").tobytes()


def packed_stream(frames: Iterable[NDArray[np.bool_]]) -> Iterator[bytes]:
    """The bits of all frames, each frame beginning where the one before it ends, within a byte too.

    Parameters
    ----------
    frames : iterable of ndarray of bool, shape (rows, columns)

    Yields
    ------
    bytes
        Of up to eight frames.
    """
    waiting: list[NDArray[Any]] = []
    for frame in frames:
        waiting.append(frame.ravel())
        if len(waiting) == _FRAMES_OF_WHOLE_BYTES:
            yield np.packbits(np.concatenate(waiting), bitorder="little").tobytes()
            waiting.clear()
    if waiting:
        yield np.packbits(np.concatenate(waiting), bitorder="little").tobytes()
