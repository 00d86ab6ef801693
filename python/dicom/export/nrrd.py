"""NRRD: a volume as one ``.nrrd`` file, raw or deflated.

In: a `VolumeLike`. Out: a file in the space left-posterior-superior, which is DICOM's own; space directions hold a
sheared grid too. Axes are (i, j, k[, t]), of colours (colour, i, j, k[, t]).

The header is a dozen lines of text (teem's definition of NRRD0004), written here: pynrrd would take a copy of all
voxels and deflate it on one core.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dicom.errors import PixelError
from dicom.export.picture import write_file
from dicom.export.space import even_step, grid_shape, origin, seconds, steps
from dicom.export.stream import write_exactly, write_gzip, write_voxels
from dicom.io.progress import reporter
from dicom.pixels.threads import thread_count

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import DTypeLike, NDArray

    from dicom.export.space import VolumeLike
    from dicom.io.progress import Progress

_TYPES = {
    "int8": "int8",
    "uint8": "uint8",
    "int16": "int16",
    "uint16": "uint16",
    "int32": "int32",
    "uint32": "uint32",
    "int64": "int64",
    "uint64": "uint64",
    "float32": "float",
    "float64": "double",
}


def save_nrrd(
    volume: VolumeLike,
    path: str | os.PathLike[str],
    *,
    dtype: DTypeLike | None = None,
    compression: int = 1,
    overwrite: bool = True,
    workers: int | None = None,
    progress: Progress | bool | None = None,
) -> str:
    """Write a volume as NRRD.

    Parameters
    ----------
    volume : Volume
    path : str or os.PathLike
        ``x.nrrd``. The file is there whole or not at all.
    dtype : dtype, optional
        What voxels are stored as, as in `save_nifti`.
    compression : int
        From 1 (quick) to 9 (small); 0 for raw voxels.
    overwrite : bool
        Whether there may be a file already.
    workers : int, optional
        Threads; as many as there are CPUs when not given.
    progress : callable or bool, optional
        Called with (done, total) voxels; True draws a bar on a terminal.

    Returns
    -------
    str
        The path.

    Raises
    ------
    PixelError
        The values don't fit into `dtype`, or NRRD has no such type.
    OSError
        The file can't be written; FileExistsError when it is there and `overwrite` is False.
    """
    name = os.fspath(path)
    if not 0 <= compression <= 9:
        raise PixelError("compression is a number from 0 to 9")
    threads = thread_count(workers)
    report = reporter(progress, os.path.basename(name))

    def write(file: Any) -> None:
        def attempt(stored: np.dtype[Any]) -> None:
            file.write(_header(volume, stored, compression > 0))
            if compression:
                write_gzip(file, b"", volume.array, stored, level=compression, workers=threads, report=report)
            else:
                write_voxels(file, volume.array, stored, workers=threads, report=report)

        write_exactly(file, volume.array.dtype, volume.array.dtype if volume.is_color else dtype, attempt)

    write_file(name, write, overwrite)
    return name


def _header(volume: VolumeLike, stored: np.dtype[Any], is_deflated: bool) -> bytes:
    kind = _TYPES.get(stored.name)
    if kind is None:
        raise PixelError(f"NRRD has no type for {stored}")
    sizes = [str(size) for size in grid_shape(volume)[::-1]]
    vectors = [_vector(column) for column in steps(volume).T]
    kinds = ["domain"] * 3
    # Of what has no place in space, only a spacing is told.
    spacings = ["nan"] * 3
    step = even_step(seconds(volume))
    if volume.is_color:
        sizes, vectors, kinds = ["3", *sizes], ["none", *vectors], ["RGB-color", *kinds]
        spacings = ["nan", *spacings]
    if volume.dimension is not None:
        sizes, vectors = [*sizes, str(volume.array.shape[0])], [*vectors, "none"]
        # Of time as well: ITK refuses a file with an axis of the kind "time", for it has no place in space.
        kinds = [*kinds, "list"]
        spacings = [*spacings, "nan" if step is None else repr(step)]
    lines = [
        "NRRD0004",
        f"type: {kind}",
        f"dimension: {len(sizes)}",
        "space: left-posterior-superior",
        f"sizes: {' '.join(sizes)}",
        f"space directions: {' '.join(vectors)}",
        f"kinds: {' '.join(kinds)}",
        "endian: little",
        f"encoding: {'gzip' if is_deflated else 'raw'}",
        f"space origin: {_vector(origin(volume))}",
    ]
    if step is not None:
        lines.insert(5, f"spacings: {' '.join(spacings)}")
    if volume.dimension is not None:
        lines.append(f"dimension_name:={volume.dimension}")
    if volume.unit:
        lines.append(f"unit:={volume.unit}")
    # An empty line ends the header.
    return ("\n".join(lines) + "\n\n").encode("utf-8")


def _vector(values: NDArray[np.float64]) -> str:
    return "(" + ",".join(repr(float(value) + 0.0) for value in values) + ")"
