"""What the caller knows and the header doesn't say, or says wrongly.

In: arguments of `suv`. Out: `Given`, checked. What is given counts before what the header says; the evidence says so.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

#: The source of an entry that the caller gave.
BY_CALLER = "given by the caller"
DECAY_CORRECTIONS = ("START", "ADMIN", "NONE")


class Given(NamedTuple):
    """Overrides; None for what the header is to say. See `dicom.pet.suv.suv`."""

    weight_kg: float | None = None
    height_m: float | None = None
    sex: str | None = None
    dose_bq: float | None = None
    injection: datetime | None = None
    half_life_s: float | None = None
    reference_time: datetime | None = None
    decay_correction: str | None = None
    corrected_image: tuple[str, ...] | None = None


def checked(arguments: dict[str, Any]) -> Given:
    """What was given, of the right types.

    Raises
    ------
    TypeError
        There is no such argument, or it is of another type.
    ValueError
        A number isn't positive and finite, or a text is none of those that are understood.
    """
    unknown = set(arguments) - set(Given._fields)
    if unknown:
        raise TypeError(f"suv() got an unexpected keyword argument {min(unknown)!r}")
    found = dict(arguments)
    for name in ("weight_kg", "height_m", "dose_bq", "half_life_s"):
        if found.get(name) is not None:
            found[name] = float(found[name])
            if not 0 < found[name] < math.inf:
                raise ValueError(f"{name} is a positive number")
    for name in ("injection", "reference_time"):
        if found.get(name) is not None and not isinstance(found[name], datetime):
            raise TypeError(f"{name} is a datetime, not {type(found[name]).__name__}")
    if found.get("sex") is not None and found["sex"] not in ("M", "F"):
        raise ValueError('sex is "M" or "F": the formulas are for these')
    if found.get("decay_correction") not in (None, *DECAY_CORRECTIONS):
        raise ValueError(f"decay_correction is one of {', '.join(DECAY_CORRECTIONS)}")
    if found.get("corrected_image") is not None:
        terms = found["corrected_image"]
        found["corrected_image"] = tuple([terms] if isinstance(terms, str) else [str(term) for term in terms])
    return Given(**found)
