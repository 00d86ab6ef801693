"""OME-Zarr 0.5: a volume as a group of Zarr v3, in chunks and in several resolutions.

In: a `VolumeLike`. Out: a folder ``x.zarr``. Axes are (t or c, z, y, x), which are the array's k, j, i; units are
millimetre and second.

OME-Zarr 0.5 places an image by a scale and a translation for each axis and can't turn it. The scale is the spacing,
the translation where the first voxel lies along its axis' own direction: patient coordinates where i, j, k grow to
the left, the back and the head, as in a usual axial series. The whole truth stands beside it in the attribute
``dicom``: the affine from (k, j, i) of level 0 to mm in LPS.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import MissingDependencyError, PixelError
from dicom.export.space import TIMES, directions, even_step, origin, seconds, spacing
from dicom.export.stream import stored_types
from dicom.io.progress import reporter
from dicom.pixels.threads import run_in_threads, thread_count

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import DTypeLike, NDArray

    from dicom.export.space import VolumeLike
    from dicom.io.progress import Progress

VERSION = "0.5"
_CHUNK = (16, 256, 256)  # k, j, i: 2 MiB of int16


def save_zarr(
    volume: VolumeLike,
    path: str | os.PathLike[str],
    *,
    dtype: DTypeLike | None = None,
    levels: int = 1,
    chunks: tuple[int, int, int] = _CHUNK,
    overwrite: bool = True,
    workers: int | None = None,
    progress: Progress | bool | None = None,
) -> str:
    """Write a volume as OME-Zarr 0.5.

    Parameters
    ----------
    volume : Volume
    path : str or os.PathLike
        ``x.zarr``: a folder, which is there whole or not at all.
    dtype : dtype, optional
        What voxels are stored as; the array's own when not given (float16 and bool become float32 and uint8).
    levels : int
        How many resolutions. Each further one has half as many rows and columns, and half as many slices where those
        are no coarser than the rows; its voxels are means.
    chunks : tuple of int
        Shape of a chunk: (k, j, i).
    overwrite : bool
        Whether there may be an OME-Zarr group already. Anything else at the path is never replaced.
    workers : int, optional
        Threads; as many as there are CPUs when not given.
    progress : callable or bool, optional
        Called with (done, total) parts; True draws a bar on a terminal.

    Returns
    -------
    str
        The path.

    Raises
    ------
    MissingDependencyError
        zarr isn't installed.
    PixelError
        A number of levels or a chunk below 1.
    OSError
        The folder can't be written; FileExistsError when it is there and `overwrite` is False, or isn't a Zarr group.
    """
    try:
        import zarr
    except ImportError as error:
        raise MissingDependencyError("OME-Zarr needs zarr: pip install dicom-py[zarr]") from error

    if levels < 1 or min(chunks) < 1:
        raise PixelError("levels and the sides of a chunk are 1 or more")
    threads = thread_count(workers)
    name = os.path.abspath(os.fspath(path).rstrip("/" + os.sep))
    _may_replace(name, overwrite)
    folder, last = os.path.split(name)
    made = os.path.join(folder, f".{last}.{os.urandom(6).hex()}.tmp")
    report = reporter(progress, last)
    try:
        group = zarr.create_group(made, zarr_format=3)
        group.attrs.update(_write_levels(group, volume, dtype, levels, chunks, threads, report))
        _put_in_place(made, name)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return os.fspath(path)


def _may_replace(name: str, overwrite: bool) -> None:
    if os.path.lexists(name) and not (overwrite and os.path.isfile(os.path.join(name, "zarr.json"))):
        raise FileExistsError(17, "File exists", name)


def _put_in_place(made: str, name: str) -> None:
    """Give the new folder its name; the old one is moved aside first, for a folder can't be replaced in one step."""
    if not os.path.lexists(name):
        os.rename(made, name)
        return
    old = f"{made}.old"
    os.rename(name, old)
    try:
        os.rename(made, name)
    except OSError:
        os.rename(old, name)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _write_levels(
    group: Any,
    volume: VolumeLike,
    dtype: DTypeLike | None,
    levels: int,
    chunks: tuple[int, int, int],
    threads: int,
    report: Any,
) -> dict[str, Any]:
    """Write the arrays; gives the group's attributes."""
    array = _in_order_of_axes(volume)
    names, kinds, units = _axes(volume)
    kept = np.dtype(dtype) if dtype is not None else stored_types(array.dtype, None)[-1].newbyteorder("=")
    lengths = spacing(volume)[::-1]
    first = (origin(volume) @ directions(volume))[::-1]
    factors = np.ones(3)
    outer = [1.0] * (array.ndim - 3)
    step = even_step(seconds(volume))
    if step is not None:
        outer[0] = step
    datasets = []
    for level in range(levels):
        if level:
            halved = _halved_axes(array.shape[-3:], lengths * factors)
            if not any(halved):
                break
            array = _halve(array, halved, threads)
            factors = np.where(halved, factors * 2, factors)
        shape = array.shape
        target = group.create_array(
            str(level),
            shape=shape,
            dtype=kept,
            chunks=(*([1] * (len(shape) - 3)), *(min(a, b) for a, b in zip(chunks, shape[-3:], strict=True))),
            dimension_names=names,
        )
        _fill(target, array, chunks[0], threads, report)
        # A coarser voxel's centre lies between those that it was made of.
        translation = first + (factors - 1) / 2 * lengths
        datasets.append(
            {
                "path": str(level),
                "coordinateTransformations": [
                    {"type": "scale", "scale": [*outer, *(lengths * factors).tolist()]},
                    {"type": "translation", "translation": [*([0.0] * len(outer)), *translation.tolist()]},
                ],
            }
        )
    axes = [
        {"name": axis, "type": kind} | ({"unit": unit} if unit else {})
        for axis, kind, unit in zip(names, kinds, units, strict=True)
    ]
    multiscale: dict[str, Any] = {"axes": axes, "datasets": datasets}
    if len(datasets) > 1:
        multiscale |= {"type": "mean", "metadata": {"description": "means of blocks of two along the halved axes"}}
    return {"ome": {"version": VERSION, "multiscales": [multiscale]}, "dicom": _own_attributes(volume)}


def _own_attributes(volume: VolumeLike) -> dict[str, Any]:
    made: dict[str, Any] = {
        "affine": np.asarray(volume.affine, np.float64).tolist(),
        "affine_axes": ["k", "j", "i"],
        "space": "left-posterior-superior",
        "unit": volume.unit,
    }
    if volume.dimension is not None:
        values = volume.dimension_values
        made["dimension"] = volume.dimension
        made["dimension_unit"] = volume.dimension_unit
        if values is not None and values.dtype.kind in "biuf" and np.isfinite(values).all():
            made["dimension_values"] = values.tolist()
    return made


def _in_order_of_axes(volume: VolumeLike) -> NDArray[Any]:
    """(t, k, j, i), with colours before the axes of space."""
    return np.moveaxis(volume.array, -1, -4) if volume.is_color else volume.array


def _axes(volume: VolumeLike) -> tuple[list[str], list[str], list[str | None]]:
    names, kinds = ["z", "y", "x"], ["space"] * 3
    units: list[str | None] = ["millimeter"] * 3
    if volume.is_color:
        names, kinds, units = ["c", *names], ["channel", *kinds], [None, *units]
    if volume.dimension is not None:
        is_time = volume.dimension in TIMES
        # The name c is the colours' where there are any.
        name = "t" if is_time or volume.is_color else "c"
        unit = "second" if is_time and even_step(seconds(volume)) is not None else None
        names, kinds = [name, *names], ["time" if name == "t" else "channel", *kinds]
        units = [unit, *units]
    return names, kinds, units


def _fill(target: Any, array: NDArray[Any], depth: int, threads: int, report: Any) -> None:
    """Write an array chunk by chunk: no two threads write into one chunk."""
    outer = list(np.ndindex(array.shape[:-3]))
    slabs = -(-array.shape[-3] // depth)
    parts = [(*place, slice(slab * depth, (slab + 1) * depth)) for place in outer for slab in range(slabs)]
    done = 0

    def write(index: int) -> None:
        nonlocal done
        target[parts[index]] = np.asarray(array[parts[index]])
        done += 1
        report(done, len(parts))

    run_in_threads(write, range(len(parts)), threads)


def _halved_axes(shape: tuple[int, ...], lengths: NDArray[np.float64]) -> tuple[bool, bool, bool]:
    """Whether slices, rows and columns are halved next."""
    in_plane = float(min(lengths[1], lengths[2]))
    return shape[0] > 1 and bool(lengths[0] <= in_plane * 1.5), shape[1] > 1, shape[2] > 1


def _halve(array: NDArray[Any], halved: tuple[bool, bool, bool], threads: int) -> NDArray[Any]:
    """Means of blocks of two along the halved axes; the last voxel of an odd number counts twice."""
    shape = [*array.shape[:-3], *(-(-n // 2) if half else n for n, half in zip(array.shape[-3:], halved, strict=True))]
    made = np.empty(shape, array.dtype)
    places = list(np.ndindex(*shape[:-2]))

    def halve_slice(index: int) -> None:
        *outer, k = places[index]
        source = array[tuple(outer)]
        rows = [k] if not halved[0] else [2 * k, min(2 * k + 1, len(source) - 1)]
        mean = sum(_halve_plane(np.asarray(source[row], np.float64), halved) for row in rows) / len(rows)
        made[places[index]] = np.rint(mean) if array.dtype.kind != "f" else mean

    run_in_threads(halve_slice, range(len(places)), threads)
    return made


def _halve_plane(plane: NDArray[np.float64], halved: tuple[bool, bool, bool]) -> NDArray[np.float64]:
    for axis in (0, 1):
        if halved[axis + 1]:
            count = plane.shape[axis]
            even = plane.take(range(0, count, 2), axis)
            odd = plane.take([min(n + 1, count - 1) for n in range(0, count, 2)], axis)
            plane = (even + odd) / 2
    return plane
