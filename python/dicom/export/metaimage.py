"""MetaImage: a volume as ``.mha``, or as ``.mhd`` with its voxels in a file beside it.

In: a `VolumeLike`. Out: files that ITK and what stands on it read. Positions are LPS, as ITK has them. Axes are
(i, j, k[, t]).

The header is a dozen lines of text (ITK's definition of MetaIO), written here: SimpleITK would write it too, and is
55 MB that take a copy of all voxels.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import GeometryError, PixelError
from dicom.export.picture import write_file
from dicom.export.space import SHEAR_MM as _SHEAR_MM
from dicom.export.space import directions, even_step, grid_shape, origin, seconds, shear_mm, spacing
from dicom.export.stream import write_exactly, write_voxels, write_zlib
from dicom.io.progress import reporter
from dicom.pixels.threads import thread_count

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import DTypeLike

    from dicom.export.space import VolumeLike
    from dicom.io.progress import Progress

_TYPES = {
    "int8": "MET_CHAR",
    "uint8": "MET_UCHAR",
    "int16": "MET_SHORT",
    "uint16": "MET_USHORT",
    "int32": "MET_INT",
    "uint32": "MET_UINT",
    "int64": "MET_LONG_LONG",
    "uint64": "MET_ULONG_LONG",
    "float32": "MET_FLOAT",
    "float64": "MET_DOUBLE",
}
_SIZE_DIGITS = 15


def save_metaimage(
    volume: VolumeLike,
    path: str | os.PathLike[str],
    *,
    dtype: DTypeLike | None = None,
    compression: int = 0,
    overwrite: bool = True,
    workers: int | None = None,
    progress: Progress | bool | None = None,
) -> list[str]:
    """Write a volume as MetaImage.

    Parameters
    ----------
    volume : Volume
    path : str or os.PathLike
        ``x.mha``, or ``x.mhd``, beside which the voxels are written as ``x.raw`` (deflated: ``x.zraw``). Each file is
        there whole or not at all.
    dtype : dtype, optional
        What voxels are stored as, as in `save_nifti`.
    compression : int
        0, the default, for raw voxels; from 1 (quick) to 9 (small).
    overwrite : bool
        Whether there may be files already.
    workers : int, optional
        Threads; as many as there are CPUs when not given.
    progress : callable or bool, optional
        Called with (done, total) voxels; True draws a bar on a terminal.

    Returns
    -------
    list of str
        The files that were written.

    Raises
    ------
    GeometryError
        The grid is sheared (``tilt="keep"``), and the format's directions stand at right angles.
    PixelError
        The values don't fit into `dtype`, or the suffix is another.
    OSError
        A file can't be written; FileExistsError when it is there and `overwrite` is False.
    """
    name = os.fspath(path)
    stem, suffix = os.path.splitext(name)
    if suffix.lower() not in (".mha", ".mhd"):
        raise PixelError("a MetaImage is called .mha or .mhd")
    if not 0 <= compression <= 9:
        raise PixelError("compression is a number from 0 to 9")
    refuse_sheared(volume, "a MetaImage")
    is_one_file = suffix.lower() == ".mha"
    voxels = "LOCAL" if is_one_file else os.path.basename(stem) + (".zraw" if compression else ".raw")
    beside = os.path.join(os.path.dirname(name), voxels)
    if not is_one_file and not overwrite and os.path.lexists(name):
        raise FileExistsError(17, "File exists", name)
    writer = _Writer(volume, voxels, compression, thread_count(workers), reporter(progress, os.path.basename(name)))
    asked = volume.array.dtype if volume.is_color else dtype

    def write(file: Any) -> None:
        write_exactly(file, volume.array.dtype, asked, lambda stored: writer.write(file, stored, is_one_file))

    write_file(name if is_one_file else beside, write, overwrite)
    if is_one_file:
        return [name]
    # The voxels first: where there is a header, there are its voxels.
    write_file(name, lambda file: file.write(writer.header), overwrite)
    return [name, beside]


def refuse_sheared(volume: VolumeLike, what: str) -> None:
    """Refuse a grid whose axes don't stand at right angles.

    Raises
    ------
    GeometryError
        A corner lies more than 0.01 mm beside its place in the nearest grid that is right-angled.
    """
    beside = shear_mm(volume)
    if beside > _SHEAR_MM:
        raise GeometryError(
            f"the slices are stacked off their normal ({beside:.3g} mm at a corner), and {what} has its axes at right "
            'angles: read the series with tilt="shear", or resample the volume; NIfTI and NRRD hold it as it is'
        )


class _Writer:
    """Writes header and voxels in the type that is tried."""

    def __init__(
        self, volume: VolumeLike, voxels: str, compression: int, threads: int, report: Callable[[int, int], object]
    ) -> None:
        self._volume = volume
        self._voxels = voxels
        self._compression = compression
        self._threads = threads
        self._report = report
        self.header = b""

    def write(self, file: Any, stored: np.dtype[Any], is_one_file: bool) -> None:
        """Write the voxels, with the header before them if they are in one file."""
        self.header = _header(self._volume, stored, self._voxels, 0 if self._compression else None)
        begin = len(self.header) if is_one_file else 0
        if is_one_file:
            file.write(self.header)
        array = self._volume.array
        if not self._compression:
            write_voxels(file, array, stored, workers=self._threads, report=self._report)
            return
        write_zlib(file, array, stored, level=self._compression, workers=self._threads, report=self._report)
        # Now the size is known that stands in the header.
        self.header = _header(self._volume, stored, self._voxels, file.tell() - begin)
        if is_one_file:
            file.seek(0)
            file.write(self.header)
            file.seek(0, os.SEEK_END)


def _header(volume: VolumeLike, stored: np.dtype[Any], voxels: str, deflated_bytes: int | None) -> bytes:
    kind = _TYPES.get(stored.name)
    if kind is None:
        raise PixelError(f"MetaImage has no type for {stored}")
    is_timed = volume.dimension is not None
    axes = 4 if is_timed else 3
    # Rows of the matrix are the directions of i, j, k (and t).
    matrix = np.eye(axes)
    matrix[:3, :3] = directions(volume).T
    offset = [*origin(volume), *([0.0] if is_timed else [])]
    step = even_step(seconds(volume))
    lengths = [*spacing(volume), *([1.0 if step is None else step] if is_timed else [])]
    shape = [*grid_shape(volume)[::-1], *([volume.array.shape[0]] if is_timed else [])]
    lines = [
        "ObjectType = Image",
        f"NDims = {axes}",
        "BinaryData = True",
        "BinaryDataByteOrderMSB = False",
        f"CompressedData = {deflated_bytes is not None}",
    ]
    if deflated_bytes is not None:
        # As many digits whatever the size: it is known only when all is written.
        lines.append(f"CompressedDataSize = {deflated_bytes:0{_SIZE_DIGITS}}")
    lines += [
        f"TransformMatrix = {_numbers(matrix.reshape(-1))}",
        f"Offset = {_numbers(offset)}",
        f"CenterOfRotation = {_numbers([0.0] * axes)}",
        f"ElementSpacing = {_numbers(lengths)}",
        f"DimSize = {' '.join(map(str, shape))}",
    ]
    if volume.is_color:
        lines.append("ElementNumberOfChannels = 3")
    lines += [f"ElementType = {kind}", f"ElementDataFile = {voxels}"]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _numbers(values: Any) -> str:
    return " ".join(repr(float(value) + 0.0) for value in values)
