"""Rows about whole jobs to disk: a series of files becomes a NIfTI file with its sidecar.

In: the folder of the corpora. Out: rows for the harness. dcm2niix is a program; we are measured as a library in a
process that runs, as in all rows, and as a program too, where the interpreter and NumPy have to start. Ours waits until
the file is on the disk (fsync), which dcm2niix leaves to the system: the goal is to be ahead of it all the same, and it
takes part with the wait too. Answers are compared voxel by voxel at equal mm: dcm2niix turns rows round, and says so in
its affine.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from . import images, series
from .harness import OURS, Contender, Goal, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SLICES = 500
#: The same deflated takes dcm2niix ten seconds.
DEFLATED_SLICES = 100


def _voxels(path: Path) -> tuple[Any, Any]:
    """Values in the order R, A, S, and where the first and the last of them are."""
    import nibabel

    image = nibabel.as_closest_canonical(nibabel.load(path))
    values = np.asarray(image.dataobj)
    last = np.array([*(np.array(values.shape) - 1), 1])
    return values, (image.affine @ (0, 0, 0, 1), image.affine @ last)


def _same(left: Path, right: Path) -> bool:
    (one, places), (other, expected) = _voxels(left), _voxels(right)
    return np.array_equal(one, other) and bool(np.allclose(places, expected, atol=0.01))


def _ours(folder: Path, output: Path) -> Contender:
    import dicom

    def run() -> Path:
        found = dicom.find_series(folder)
        dicom.read_series(found, dtype="int16").save(output)  # type: ignore[union-attr]
        return output

    return Contender(OURS, run, run)


def _program(name: str, command: list[str], output: Path, *, is_synced: bool = False) -> Contender:
    # Modules are compiled once, as in a package that was installed.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}

    def run() -> Path:
        subprocess.run(command, check=True, capture_output=True, env=environment)
        if is_synced:
            with open(output, "rb") as file:
                os.fsync(file.fileno())
        return output

    return Contender(name, run, run)


def _row(name: str, suffix: str, slices: int, is_command: bool, folder: Path) -> Row:
    from dcm2niix import bin as dcm2niix

    source = series.series(folder, images.codec_of("raw"), slices)
    place = Path(tempfile.mkdtemp(prefix="bench-export-"))
    flags = ["-w", "1", "-z", "y" if suffix.endswith("gz") else "n", "-f", "dcm2niix", "-o", str(place)]
    if is_command:
        output = place / f"command{suffix}"
        command = [sys.executable, "-m", "dicom.cli", "convert", str(source), "-o", str(output)]
        ours = _program(OURS, command, output)
    else:
        ours = _ours(source, place / f"ours{suffix}")
    theirs, output = [dcm2niix, *flags, str(source)], place / f"dcm2niix{suffix}"
    contenders = [
        ours,
        _program("dcm2niix", theirs, output),
        _program("dcm2niix + fsync", theirs, output, is_synced=True),
    ]
    title = f"{slices} slices of 512 x 512 to {suffix} on disk{', by the command' if is_command else ''}"
    megabytes = slices * images.ROWS * images.COLUMNS * 2 / 1e6
    return Row(
        name,
        title,
        contenders,
        1,
        Goal(times_peer=1),
        megabytes,
        "wall",
        _same,
        functools.partial(shutil.rmtree, place, True),
    )


def rows(folder: Path) -> Iterator[tuple[str, Callable[[], Row]]]:
    """Names and makers of the rows."""
    for suffix, slices in ((".nii", SLICES), (".nii.gz", DEFLATED_SLICES)):
        for is_command in (False, True):
            name = f"{'command' if is_command else 'export'}{suffix.replace('.', '-')}"
            yield name, functools.partial(_row, name, suffix, slices, is_command, folder)
