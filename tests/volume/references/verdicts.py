"""Who agrees with a volume of ours.

In: a volume (anything with ``array`` and ``affine``) and the files that it was made of. Out: for each reference how far
it is away, or why it is silent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from tests.volume.references.agreement import CORNERS_MM, Agreement, agreement
from tests.volume.references.readers import Reading, read_with_dcm2niix, read_with_simpleitk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

#: Values are 32-bit floats there or here.
VALUES = 2.0**-22


class Grid(Protocol):
    """What is held against references."""

    @property
    def array(self) -> NDArray[Any]: ...
    @property
    def affine(self) -> NDArray[np.float64]: ...


def agrees(one: Agreement) -> bool:
    """Whether two volumes are one."""
    return one.corners_mm <= CORNERS_MM and one.values <= VALUES


def words_of(verdicts: dict[str, Agreement | None]) -> frozenset[str]:
    """Who agrees, by name; ``name (place)`` and ``name (values)`` of one that agrees in that alone."""
    words = set()
    for name, one in verdicts.items():
        place = one is not None and one.corners_mm <= CORNERS_MM
        values = one is not None and one.values <= VALUES
        if place or values:
            words.add(name if place and values else f"{name} ({'place' if place else 'values'})")
    return frozenset(words)


def by_simpleitk(ours: Grid, paths: Sequence[Path]) -> Agreement:
    """The worst agreement over t of SimpleITK's volume of each t; `paths` are those of t = 0, then of t = 1, ...

    One file is read as the image that it is.
    """
    if len(paths) == 1:
        theirs = read_with_simpleitk(paths)
        return agreement(ours.array, ours.affine, theirs.array, theirs.affine)
    array = ours.array.reshape(-1, *ours.array.shape[-3:])
    slices = len(paths) // len(array)
    found = []
    for t, volume in enumerate(array):
        theirs = read_with_simpleitk(paths[t * slices : (t + 1) * slices])
        found.append(agreement(volume, ours.affine, theirs.array, theirs.affine))
    return max(found, key=lambda one: (one.corners_mm > CORNERS_MM, one.values))


def by_dcm2niix(ours: Grid, command: str, folder: Path, output: Path) -> Agreement | None:
    """The agreement of what dcm2niix writes of a folder; None where it refuses the files."""
    theirs = joined(read_with_dcm2niix(command, folder, output))
    return None if theirs is None else agreement(ours.array, ours.affine, theirs.array, theirs.affine)


def joined(readings: dict[str, Reading]) -> Reading | None:
    """What dcm2niix wrote as one volume: a file an echo comes one after the other. None of no file."""
    volumes = [readings[name] for name in sorted(readings)]
    if len(volumes) < 2:
        return volumes[0] if volumes else None
    first = volumes[0]
    return Reading(np.stack([one.array for one in volumes]), first.affine, first.sidecar)
