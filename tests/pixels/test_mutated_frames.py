"""20,000 changed frames of each codec: no process dies, none takes 5 s, and whatever is wrong is a typed error.

The guard and the decoders together, in the process that decodes, as in every program that reads pixels. Reproduce a
frame with ``python -m tests.pixels.mutation.run CODEC 1 0 INDEX``.
"""

from __future__ import annotations

import pytest

from tests.pixels.mutation.run import DEADLINE_SECONDS, changed_frame, decode_mutated
from tests.pixels.mutation.seeds import MAKERS, seeds_of

NUMBER_OF_FRAMES = 20_000
#: What decoding may take beyond what it took for the right frames, of 64 x 64 pixels at most; changed ones have 2^16.
MEMORY_LIMIT_BYTES = 128 << 20


@pytest.mark.slow
@pytest.mark.parametrize("codec", MAKERS)
def test_changed_frames_end_in_an_array_or_in_a_typed_error(codec: str) -> None:
    report = decode_mutated(codec, NUMBER_OF_FRAMES)
    assert report.failures == [], f"{codec}: (index, what happened)"
    assert sum(report.outcomes.values()) == NUMBER_OF_FRAMES
    assert report.slowest_seconds < DEADLINE_SECONDS
    assert report.grown_bytes < MEMORY_LIMIT_BYTES
    # The changes are neither all harmless nor all fatal: the decoders did see changed frames.
    assert 0.05 < report.outcomes["decoded"] / NUMBER_OF_FRAMES < 0.95


@pytest.mark.parametrize("codec", ["jpeg-2000", "rle"])
def test_a_changed_frame_has_a_number(codec: str) -> None:
    seeds = seeds_of(codec)
    frames = [changed_frame(seeds, codec, 0, index)[1] for index in range(200)]
    assert frames == [changed_frame(seeds, codec, 0, index)[1] for index in range(200)]
    assert len({*frames}) > 150
