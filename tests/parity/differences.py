"""The table of differences: where this library reads something else than pydicom 3, and why.

Each row names a file, the places that differ (a place with a trailing ``*`` stands for all that begin so), and the
reason: pydicom's fault, or a documented choice of ours. A test holds the table exact: a difference that is not
listed fails, and so does a row that no longer differs.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Difference(NamedTuple):
    """One row: a file of ``tests/data_sources.py``, places in it, the reason."""

    file: str
    places: tuple[str, ...]
    reason: str


DIFFERENCES: tuple[Difference, ...] = (
    Difference(
        "pydicom/test_files/no_meta.dcm",
        ("read",),
        "A stray byte stands before the data set, so no element of it is where it should be: refused without force. "
        "pydicom needs force, and then reads one element of garbage.",
    ),
    Difference(
        "pydicom/test_files/JPEG-lossy.dcm",
        ("pixels",),
        "12-bit extended JPEG, right by DCMTK: no decoder of pydicom takes it, ours does.",
    ),
    Difference(
        "pydicom-data/OT-PAL-8-face.dcm",
        ("pixels",),
        "Without File Meta Information the transfer syntax is taken from the encoding that was met; pydicom gives up.",
    ),
    Difference(
        "pydicom-data/emri_small_jpeg_2k_lossless_too_short.dcm",
        ("(*", "str:*", "pixels*", "charset"),
        "The file ends before the delimiter of its pixel data: pydicom loses the whole data set, ours is a finding.",
    ),
)


class Habit(NamedTuple):
    """A difference that comes back in many files: patterns of the place and of what both sides have there."""

    place: str
    what: str
    reason: str


HABITS = (
    Habit(
        r"encoding",
        r"ours \('', \((True|False), True\)\), pydicom \('', \((True|False), True\)\)",
        "A data set with VRs against its transfer syntax, or without: ours is what was met, pydicom's the promise.",
    ),
    Habit(
        r"str:\d+|.* name",
        r"ours .*Private Creator.*, pydicom .*Private tag data.*",
        "pydicom calls private creators 'Private tag data' in a group that begins with a group length.",
    ),
    Habit(
        r"str:\d+|\(....,0000\)( VM| name)?",
        r"ours (\('UL'|.* UL:).*, pydicom (\('UN'|.* UN:).*",
        "The length of a private group is UL (PS3.5 7.2): in implicit VR, pydicom doesn't know it.",
    ),
    Habit(
        r"str:\d+",
        r"ours '.*\)  \[.*\]  \d+ item\(s\) ---- ', pydicom '.*\)  Private tag data  \d+ item\(s\) ---- '",
        "Private sequences have their name from the private dictionary, as other private elements have.",
    ),
    Habit(
        r"pixels",
        r"ours an array .*, pydicom NotImplementedError: .*"
        r"JPEG (Spectral Selection|Full Progression), Non-Hierarchical.*",
        "The retired JPEG processes of 1.2.840.10008.1.2.4.53 and .55: pydicom has no decoder.",
    ),
    Habit(
        r"pixels",
        r"ours an array .*, pydicom ValueError: .*a third larger than expected.*YBR_FULL_422.*",
        "GDCM writes YBR_FULL_422 for pixels that it has upsampled: pydicom refuses, ours goes by the length.",
    ),
    Habit(
        r"pixels",
        r"ours an array of uint16 .*, pydicom ValueError: .*for color space conversion, must be 'uint8'.*",
        "YBR_FULL of more than 8 bits becomes RGB here (tests/pixels/test_color_corrections.py has its formula).",
    ),
)


def listed(file: str) -> dict[str, str]:
    """Places that may differ in a file, each with its reason."""
    return {place: row.reason for row in DIFFERENCES if row.file == file for place in row.places}


def unexplained(file: str, differing: dict[str, str]) -> dict[str, str]:
    """What differs without a row in the table, and rows of the table that differ no longer."""
    rows = listed(file)
    differing = {place: what for place, what in differing.items() if not is_habit(place, what)}
    left = {place: what for place, what in differing.items() if not any(_covers(row, place) for row in rows)}
    stale = {
        row: f"listed, but no longer differs ({reason})"
        for row, reason in rows.items()
        if not any(_covers(row, place) for place in differing)
    }
    return left | stale


def is_habit(place: str, what: str) -> bool:
    """Whether a difference is one of those that come back."""
    return any(re.fullmatch(one.place, place) and re.fullmatch(one.what, what, re.DOTALL) for one in HABITS)


def _covers(row: str, place: str) -> bool:
    return place.startswith(row[:-1]) if row.endswith("*") else place == row
