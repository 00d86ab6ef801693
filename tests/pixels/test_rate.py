"""A size and a noise are found in few tries, and what can't be reached gives the nearest that there is."""

from __future__ import annotations

import math

import pytest

from dicom.pixels.codecs.rate import largest_within, smallest_above


class Codec:
    """Codestreams whose sizes grow as those of codecs do: exponentially at first, then by a bit a sample, to an end."""

    def __init__(self, samples: int = 10000) -> None:
        self.samples = samples
        self.levels: list[float] = []

    def encode(self, level: float) -> bytes:
        self.levels.append(level)
        bits = math.log2(1 + 2.0 ** min(level - 5, 9))
        return bytes(100 + int(self.samples * bits / 8))

    def noise(self, encoded: bytes) -> float:
        return 6.02 * math.log2(len(encoded))


@pytest.mark.parametrize("size", [200, 500, 1000, 3000, 6000, 9000])
def test_a_size_is_nearly_used_in_few_tries(size: int) -> None:
    codec = Codec()
    found = largest_within(codec.encode, size, 0, 30, per_byte=8 / codec.samples)
    assert size * 0.93 <= len(found) <= size
    assert len(codec.levels) <= 7


def test_what_is_never_so_small_or_so_large_gives_the_end() -> None:
    codec = Codec()
    assert found_at(codec, 20) == len(codec.encode(0))
    assert found_at(codec, 10**6) == len(codec.encode(30))
    assert len(codec.levels) < 12


def found_at(codec: Codec, size: int) -> int:
    return len(largest_within(codec.encode, size, 0, 30, per_byte=8 / codec.samples))


@pytest.mark.parametrize("size", [200, 1000, 5000])
def test_whole_levels_are_the_largest_that_fit(size: int) -> None:
    codec = Codec()
    found = largest_within(codec.encode, size, 0, 30, per_byte=8 / codec.samples, step=1)
    assert all(level == int(level) for level in codec.levels)
    best = max(len(codec.encode(level)) for level in range(31) if len(codec.encode(level)) <= size)
    assert len(found) >= 0.93 * best


@pytest.mark.parametrize("psnr", [50, 60, 70, 80])
def test_a_noise_ratio_is_reached_and_not_far_passed(psnr: int) -> None:
    codec = Codec()
    found = smallest_above(codec.encode, codec.noise, psnr, 0, 30)
    assert codec.noise(found) >= min(psnr, codec.noise(codec.encode(30)))
    assert codec.noise(found) <= max(psnr, codec.noise(codec.encode(0))) + 1.5


def test_a_noise_ratio_that_is_never_reached_gives_the_truest() -> None:
    codec = Codec()
    assert smallest_above(codec.encode, codec.noise, 1000, 0, 30) == codec.encode(30)
    assert smallest_above(codec.encode, codec.noise, 1, 0, 30) == codec.encode(0)
