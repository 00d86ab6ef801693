"""How many frames a second a multi-frame image is meant to be shown with.

In: a data set. Out: a number, and the element that says it. Standard: PS3.3 C.7.6.5 (Cine), C.7.6.6 (Multi-frame).
"""

from __future__ import annotations

import math
from fractions import Fraction

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Frames a second when no element says it.
DEFAULT_RATE = 10.0
#: What is beyond can't be meant: a player couldn't show it.
_LEAST, _MOST = 0.01, 1000.0


def frame_rate(ds: Any) -> tuple[float, str]:
    """Frames a second, and the keyword of the element that says so.

    Looked for in this order: Recommended Display Frame Rate, Cine Rate, Frame Time (a frame's duration in ms), Frame
    Time Vector (the mean of its steps); what isn't a number from 0.01 to 1000 a second is passed over.

    Parameters
    ----------
    ds : Dataset

    Returns
    -------
    rate : float
        10 when no element says it.
    source : str
        A keyword; ``""`` when no element says it.

    Examples
    --------
    >>> frame_rate({"FrameTime": "40"})
    (25.0, 'FrameTime')
    """
    for keyword in ("RecommendedDisplayFrameRate", "CineRate"):
        rate = _number(ds.get(keyword))
        if _LEAST <= rate <= _MOST:
            return rate, keyword
    milliseconds = _number(ds.get("FrameTime"))
    if _LEAST <= _per_second(milliseconds) <= _MOST:
        return _per_second(milliseconds), "FrameTime"
    steps = ds.get("FrameTimeVector")
    if steps is not None and not isinstance(steps, (str, bytes, int, float)) and len(steps) > 1:
        # The first is the time before the first frame.
        numbers = [_number(step) for step in list(steps)[1:]]
        rate = _per_second(sum(numbers) / len(numbers))
        if _LEAST <= rate <= _MOST:
            return rate, "FrameTimeVector"
    return DEFAULT_RATE, ""


def as_fraction(rate: float) -> Fraction:
    """The rate as a fraction of small numbers, as a file of video states it: 29.97 is 30000/1001."""
    ntsc = Fraction(round(rate * 1.001) * 1000, 1001)
    if ntsc and abs(float(ntsc) - rate) < 0.005 and abs(rate - round(rate)) > 0.005:
        return ntsc
    return Fraction(rate).limit_denominator(1000)


def _per_second(milliseconds: float) -> float:
    return 1000.0 / milliseconds if milliseconds > 0 else 0.0


def _number(value: Any) -> float:
    """A finite number; 0 for what is none."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return number if math.isfinite(number) else 0.0
