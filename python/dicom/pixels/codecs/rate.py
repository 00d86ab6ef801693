"""How much a lossy codec may lose, found by trying: the best codestream of a size, the smallest of a noise.

In: a function that encodes at a level, higher levels giving larger and truer codestreams. Out: the codestream. The
first levels follow what a bit a sample is worth, the others are interpolated between the logarithms of two sizes; that
takes a third of the tries that halving does.
"""

from __future__ import annotations

from math import log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import NDArray

_MOST_TRIES = 10
#: A codestream within so much of the size that was asked for is near enough.
_NEAR, _NEAR_ENOUGH = 0.97, 0.93
#: Levels that are tried by what a byte is worth, before the ends are.
_GUESSES = 2


def largest_within(
    encode: Callable[[float], bytes], size: int, low: float, high: float, *, per_byte: float, step: float = 0.0
) -> bytes:
    """The truest codestream of at most `size` bytes; the smallest that was met when none is so small.

    Parameters
    ----------
    encode : callable
        The codestream at a level.
    size : int
        Bytes.
    low, high : float
        The levels to look between.
    per_byte : float
        About how far levels lie apart whose codestreams are a byte apart: the first moves go by it.
    step : float
        Levels nearer to each other than this are the same.
    """
    best = smallest = b""
    below = above = 0
    level = _rounded((low + high) / 2, low, step)
    for turn in range(_MOST_TRIES):
        encoded = encode(level)
        length = len(encoded)
        at_end = level in (low, high)
        if length <= size:
            best, low, below = encoded, level, length
        else:
            high, above = level, length
        if not smallest or length < len(smallest):
            smallest = encoded
        # At an end that was never crossed there is nothing beyond.
        near = _NEAR if turn < _MOST_TRIES // 2 else _NEAR_ENOUGH
        if size * near <= length <= size or (at_end and not (below and above)) or high - low <= step:
            break
        if below and above:
            # The sizes at both ends weigh in; each third try halves, for where the curve is bent.
            share = 0.5 if turn % 3 == 2 else log(size * (1 + _NEAR) / 2 / below) / log(above / below)
            level = _between(low, high, share, step)
        elif turn < _GUESSES:
            level = _rounded(min(max(level + per_byte * (size - length) * 1.1, low), high), low, step)
        else:
            level = low if above else high
    return best or smallest


def smallest_above(
    encode: Callable[[float], bytes],
    noise: Callable[[bytes], float],
    psnr: float,
    low: float,
    high: float,
    step: float = 0.0,
) -> bytes:
    """The smallest codestream of at least `psnr` dB; the truest there is when none is so true.

    Parameters
    ----------
    encode : callable
        The codestream at a level.
    noise : callable
        The peak signal-to-noise ratio of a codestream, dB.
    psnr : float
        dB.
    low, high : float
        The levels to look between.
    step : float
        Levels nearer to each other than this are the same.
    """
    truest = encode(high)
    best, above = truest, noise(truest)
    if above <= psnr:
        return truest
    rough = encode(low)
    below = noise(rough)
    if below >= psnr:
        return rough
    for turn in range(_MOST_TRIES):
        if high - low <= step or above <= psnr + 0.25:
            break
        share = 0.5 if turn % 3 == 2 or above == float("inf") else (psnr - below) / (above - below)
        level = _between(low, high, share, step)
        encoded = encode(level)
        reached = noise(encoded)
        if reached >= psnr:
            best, high, above = encoded, level, reached
        else:
            low, below = level, reached
    return best


def _between(low: float, high: float, share: float, step: float) -> float:
    """A level inside of both ends; a whole multiple of `step` from the lower one."""
    level = low + (high - low) * min(max(share, 0.05), 0.95)
    if step:
        return low + step * min(max(round((level - low) / step), 1), max(1, round((high - low) / step) - 1))
    return level


def _rounded(level: float, low: float, step: float) -> float:
    return low + step * round((level - low) / step) if step else level


def psnr_of(frame: NDArray[Any], decoded: NDArray[Any], bits_stored: int) -> float:
    """The peak signal-to-noise ratio of a decoded frame, dB; infinite where it is the same."""
    import numpy as np

    error = float(np.mean(np.square(frame.astype(np.float64) - decoded)))
    return float("inf") if error == 0 else 10 * float(np.log10((2**bits_stored - 1) ** 2 / error))
