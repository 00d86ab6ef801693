"""Who agrees with us on a file, and the lists of who does not and why.

In: our frames and those of the references. Out: a `Verdict`. The lists are the tables beside this file, each line with
its reason: `differing.tsv` (a reference differs from us and from the others), `few.tsv` (fewer than two references read
the file), `refused.tsv` (we refuse the file). A line that isn't true any more fails its test, as does one that is
missing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

import dicom
from dicom.pixels.decode import iter_frames
from dicom.pixels.description import describe
from tests.pixels.references.readers import ASKED, DCT, JPEG, PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.pixels.references.worker import Worker

    Array = np.ndarray[Any, Any]

FOLDER = Path(__file__).parent
#: Files of more frames are compared in their first and last three.
MANY = 50
_JPEG_XL_OF_JPEG = PREFIX + "4.111"
_HTJ2K_LOSSY = PREFIX + "4.203"


class Verdict(NamedTuple):
    """The references by what they say of a file."""

    agreeing: frozenset[str]
    differing: dict[str, str]
    silent: dict[str, str]


class OurFrames(NamedTuple):
    """What we make of a file."""

    #: (frames, rows, columns[, samples]), colours unconverted.
    array: Array
    indices: list[int]
    transfer_syntax: str


def our_frames(path: Path) -> OurFrames:
    """Our frames of a file: all, or of many the first and the last three."""
    ds = dicom.read(path, force=True)
    description = describe(ds)
    description.converts_color = False
    count = description.number_of_frames
    indices = None if count <= MANY else [0, 1, 2, count - 3, count - 2, count - 1]
    array = np.stack(list(iter_frames(ds, indices, description=description)))
    return OurFrames(array, indices or list(range(len(array))), description.transfer_syntax)


def tolerance(transfer_syntax: str, bits: int) -> int:
    """How far samples may lie apart.

    1 for a cosine transform, whose decoders round differently (ISO/IEC 10918-2); for the irreversible wavelet of
    HTJ2K, which OpenJPH and OpenJPEG do in 32-bit floats, 1 up to 8 bits and 2 up to 16; else nothing.
    """
    if transfer_syntax in DCT or transfer_syntax == _JPEG_XL_OF_JPEG:
        return 1
    return (2 if bits > 8 else 1) if transfer_syntax == _HTJ2K_LOSSY else 0


def distance(ours: Array, theirs: Array) -> float:
    """The largest difference of a sample: infinite where the shapes differ, or a NaN meets a number."""
    if ours.shape != theirs.shape:
        return float("inf")
    if ours.dtype.kind == "f":
        return 0.0 if np.array_equal(ours, theirs, equal_nan=True) else float("inf")
    return float(np.abs(ours.astype(np.int64) - theirs.astype(np.int64)).max())


def judge(path: Path, ours: OurFrames, worker: Worker, others: Iterable[tuple[str, Array]] = ()) -> Verdict:
    """Hold our frames of a file against each reference that is asked, and against ``others`` by name."""
    answers: list[tuple[str, Array | str]] = [
        (name, worker.ask(name, path, ours.indices)) for name in ASKED.get(ours.transfer_syntax, ())
    ]
    return compare(ours.array, [*answers, *others], tolerance(ours.transfer_syntax, 8 * ours.array.itemsize))


def compare(ours: Array, answers: Iterable[tuple[str, Array | str]], allowed: int) -> Verdict:
    """The verdict on our frames by what references answered."""
    agreeing, differing, silent = set(), {}, {}
    for name, answer in answers:
        if isinstance(answer, str):
            silent[name] = answer
        elif (apart := distance(ours, answer)) > allowed:
            differing[name] = f"{apart:g} apart"
        else:
            agreeing.add(name)
    return Verdict(frozenset(agreeing), differing, silent)


def voices(names: Iterable[str], transfer_syntax: str) -> int:
    """How many there are, counting once those that are built on the same code.

    DCMTK and GDCM both decode JPEG with the libjpeg 6b that was widened to 16 bits.
    """
    names = set(names)
    return len(names) - (transfer_syntax in JPEG and {"dcmtk", "gdcm"} <= names)


def rows_of(table: str) -> list[list[str]]:
    """The rows of one of the lists, without its heading."""
    lines = (FOLDER / table).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def listed_differing(name: str) -> set[str]:
    """The references that are listed as differing on a file."""
    return {reference for file, reference, _ in rows_of("differing.tsv") if file == name}


def listed_few(name: str) -> set[str] | None:
    """The references that agree on a file, where they are listed as fewer than two; None where they are not."""
    for file, references, _ in rows_of("few.tsv"):
        if file == name:
            return {one for one in references.split(",") if one}
    return None


def check(name: str, verdict: Verdict, transfer_syntax: str) -> None:
    """Hold a verdict against the lists.

    Raises
    ------
    AssertionError
        A reference differs that isn't listed, or doesn't that is; fewer than two agree, unlisted; or those that differ
        outvote those that agree, by voices first and then by number.
    """
    assert set(verdict.differing) == listed_differing(name), verdict
    few = listed_few(name)
    if few is None:
        assert len(verdict.agreeing) >= 2, verdict
    else:
        assert verdict.agreeing == few, verdict
        assert len(few) < 2, "two references agree: the line in few.tsv is not needed"
    if verdict.differing:
        assert _weight(verdict.agreeing, transfer_syntax) > _weight(verdict.differing, transfer_syntax), verdict


def _weight(names: Iterable[str], transfer_syntax: str) -> tuple[int, int]:
    names = list(names)
    return voices(names, transfer_syntax), len(names)
