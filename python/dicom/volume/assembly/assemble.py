"""Frames into their slots of one array: values in their unit.

In: planes, and which plane belongs into which slot. Out: the array, and the unit. Native frames are read by the core
straight from their files (`dicom._core.assemble_native`); all others are decoded on threads, each into its slot
(`decoded`). Both are the values of `dicom.image(ds).modality()`, reckoned in 64-bit floating point and rounded once.
Standard: PS3.3 C.11.1 (modality transformation), PS3.5 8.1 (native frames).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dicom import _core
from dicom.errors import FileChangedError, GeometryError, MissingElementError, PixelError
from dicom.io.progress import reporter
from dicom.pixels.threads import thread_count
from dicom.volume.assembly.frame_kinds import FrameKind, frame_kinds, name_of, name_of_unit
from dicom.volume.assembly.region import ranges_of
from dicom.volume.assembly.value_types import fill_value, is_converted_by_core, misfit, value_type

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import DTypeLike, NDArray

    from dicom.io.progress import Progress
    from dicom.volume.assembly.region import Ranges, Region
    from dicom.volume.planes import Planes

#: Below this size of the array a second thread costs more than it brings.
_PARALLEL_BYTES = 2**20


class Assembled(NamedTuple):
    """What `assemble` gives.

    Attributes
    ----------
    array : ndarray, shape (k, j, i) or (t, k, j, i), for colours with a last axis of 3
    unit : str or None
    unit_source : str
        The element that says the unit, or why it isn't known.
    is_color : bool
        Whether the last axis is of red, green and blue.
    quantity : str or None
        What values are of, where that is coded and the same for all planes.
    """

    array: NDArray[Any]
    unit: str | None
    unit_source: str
    is_color: bool
    quantity: str | None = None


class Plan(NamedTuple):
    """What is settled about the array of some planes before one of them is read: all say it, however few are wanted.

    Attributes
    ----------
    planes : Planes
    wanted : Wanted
        All of them.
    place_of : ndarray of intp
        Row of a plane -> its place in `wanted`.
    kind : FrameKind
        Of the first; in unit and samples a pixel that of all.
    is_identity : bool
        Whether values are the stored ones.
    stored : numpy.dtype
        That holds all stored values.
    """

    planes: Planes
    wanted: Wanted
    place_of: NDArray[np.intp]
    kind: FrameKind
    is_identity: bool
    stored: np.dtype[Any]

    def value_type(
        self, slots: NDArray[np.intp], dtype: DTypeLike | None, out: NDArray[Any] | None, fill: float | None
    ) -> np.dtype[Any]:
        """The type of an array of these slots; see `assemble`."""
        # Of whole numbers none says that there is no value.
        has_all = fill is not None or bool((slots >= 0).all())
        # Of 64 bits nothing is lost: a map of them was made so on purpose.
        of_values = np.dtype(np.float64 if self.stored == np.float64 else np.float32)
        return value_type(dtype, out, self.stored if self.is_identity and has_all else of_values)

    @property
    def quantity(self) -> str | None:
        """What values are of; None where planes say different things."""
        quantities = {kind.quantity for kind in self.wanted.kinds.values()}
        return quantities.pop() if len(quantities) == 1 else None

    def is_native(self, dtype: np.dtype[Any]) -> bool:
        """Whether the core reads each plane straight from its file."""
        return bool(_is_native(self.planes, self.wanted, dtype).all())

    def size(self) -> tuple[int, int]:
        """Rows and columns of each plane."""
        row = self.wanted.rows[0]
        return int(self.planes.rows[row]), int(self.planes.columns[row])

    def fill_array(
        self,
        array: NDArray[Any],
        slots: NDArray[np.intp],
        ranges: Ranges,
        workers: int | None,
        progress: Progress | bool | None,
    ) -> None:
        """Read the planes of these slots into an array of them, and of the rows and columns of `ranges`."""
        wanted = self._within(slots)
        total = len(wanted.rows)
        if not total:
            return
        threads = thread_count(workers) if array.nbytes >= _PARALLEL_BYTES or workers is not None else 1
        tell = reporter(progress, "reading slices")
        is_native = _is_native(self.planes, wanted, array.dtype)
        native = np.flatnonzero(is_native)
        if native.size:
            _read_native(self.planes, wanted, native, ranges, array, threads, lambda done: tell(done, total))
        if native.size < total:
            from dicom.volume.assembly.decoded import decode_planes

            others = np.flatnonzero(~is_native)
            decode_planes(
                self.planes, wanted, others, ranges, array, threads, lambda done: tell(native.size + done, total)
            )
        tell(total, total)

    def _within(self, slots: NDArray[np.intp]) -> Wanted:
        """Of all planes those of some slots; a plane has one slot, so that its row finds its place among all."""
        flat = slots.ravel()
        slots_of = np.flatnonzero(flat >= 0)
        rows = flat[slots_of]
        found = self.place_of[rows]
        every = self.wanted
        return Wanted(rows, slots_of, every.kinds, every.slope[found], every.intercept[found])


class Wanted(NamedTuple):
    """The planes that are to be had, in the order of their slots.

    Attributes
    ----------
    rows : ndarray of intp, shape (n,)
        Of the planes.
    slots : ndarray of intp, shape (n,)
        Of the array, whose axes before (j, i) count as one.
    kinds : dict of int to FrameKind
        By file.
    slope, intercept : ndarray of float64, shape (n,)
        NaN where the values need another transformation.
    """

    rows: NDArray[np.intp]
    slots: NDArray[np.intp]
    kinds: dict[int, FrameKind]
    slope: NDArray[np.float64]
    intercept: NDArray[np.float64]


def assemble(
    planes: Planes,
    slots: NDArray[np.intp],
    *,
    dtype: DTypeLike | None = None,
    out: NDArray[Any] | None = None,
    region: Region | None = None,
    fill: float | None = None,
    workers: int | None = None,
    progress: Progress | bool | None = None,
) -> Assembled:
    """The values of planes in one array.

    Parameters
    ----------
    planes : Planes
    slots : ndarray of intp, shape (k,) or (t, k)
        The row of the plane that belongs there; -1 where none does.
    dtype : dtype-like, optional
        Of the array. Without it float32, but the stored type where the rescale is the identity for all planes and no
        slot is left without a value.
    out : ndarray, optional
        Where the values go: C-contiguous, writable, of the shape that the region has.
    region : tuple of three slices, optional
        Which slices, rows and columns are wanted, of all of t. Nothing else is read of native files.
    fill : float, optional
        The value of slots without a plane; NaN by itself where the array is of floating point.
    workers : int, optional
        Threads; as many as the process has CPUs.
    progress : callable or bool, optional
        Called with (planes done, planes in all); True draws a bar.

    Raises
    ------
    GeometryError
        The region is no region, planes differ in size, or `out` doesn't fit.
    PixelError
        A file without pixel data, or with some that can't be read; a value that the type can't hold; slices in
        different units. `path` is the file.
    FileChangedError
        A file has gone, or has changed since its header was read.
    OSError
        A file can't be read.
    """
    slots = np.asarray(slots, np.intp)
    plan = plan_of(planes, slots)
    ranges = ranges_of(region, (slots.shape[-1], *plan.size()))
    slots = slots[..., ranges[0].start : ranges[0].stop : ranges[0].step]
    value_dtype = plan.value_type(slots, dtype, out, fill)
    kind = plan.kind
    array = _array((*slots.shape, len(ranges[1]), len(ranges[2]), *_samples(kind)), value_dtype, out)
    fill_gaps(array, slots, fill)
    plan.fill_array(array, slots, ranges, workers, progress)
    return Assembled(array, kind.unit, kind.unit_source, kind.is_color, plan.quantity)


def plan_of(planes: Planes, slots: NDArray[np.intp]) -> Plan:
    """What is settled before planes are read.

    Raises
    ------
    GeometryError
        Planes differ in size, or there is none.
    PixelError
        As `assemble`, but for values.
    """
    used = slots[slots >= 0]
    if not used.size:
        raise GeometryError("there is no plane to make an array of")
    _ensure_one_size(planes, used)
    wanted = _wanted(planes, slots)
    kind = _agreed(planes, wanted)
    place_of = np.full(len(planes), -1, np.intp)
    place_of[wanted.rows] = np.arange(len(wanted.rows))
    is_identity = bool(((wanted.slope == 1) & (wanted.intercept == 0)).all())
    stored = np.result_type(*{one.dtype for one in wanted.kinds.values()})
    return Plan(planes, wanted, place_of, kind, is_identity, stored)


def _samples(kind: FrameKind) -> tuple[int, ...]:
    """The last axis of colours."""
    return (3,) if kind.is_color else ()


def _ensure_one_size(planes: Planes, used: NDArray[np.intp]) -> None:
    rows, columns = planes.rows[used], planes.columns[used]
    other = np.flatnonzero((rows != rows[0]) | (columns != columns[0]))
    if other.size:
        file = int(planes.file[used[other[0]]])
        raise GeometryError(
            f"{name_of(planes.headers, file)}: {rows[other[0]]} rows x {columns[other[0]]} columns, while others have "
            f"{rows[0]} x {columns[0]}: slices of one volume have one size"
        )
    if rows[0] < 1 or columns[0] < 1:
        raise GeometryError("the slices have no Rows (0028,0010) or Columns (0028,0011)")


def _wanted(planes: Planes, slots: NDArray[np.intp]) -> Wanted:
    flat = slots.ravel()
    places = np.flatnonzero(flat >= 0)
    rows = flat[places]
    headers = planes.headers
    files = planes.file[rows]
    without = files[~headers.has_pixels[files]]
    if without.size:
        name = name_of(headers, int(without[0]))
        raise MissingElementError(f"{name}: the file has no pixel data", path=name)
    kinds = frame_kinds(headers, files, planes.frame[rows])
    # Colours and indices of colours are taken as they are; a slope of zero would make every voxel equal.
    has_codes = np.array([kinds[file].has_codes for file in files.tolist()], bool)
    slope, intercept = planes.slope[rows].copy(), planes.intercept[rows].copy()
    keeps = has_codes | (slope == 0)
    slope[keeps], intercept[keeps] = 1.0, 0.0
    slope[~np.isfinite(slope + intercept)] = np.nan
    return Wanted(rows, places, kinds, slope, intercept)


def _agreed(planes: Planes, wanted: Wanted) -> FrameKind:
    """The kind of the first plane, whose unit and samples a pixel all the others have."""
    headers = planes.headers
    first_file = int(planes.file[wanted.rows[0]])
    first = wanted.kinds[first_file]
    for file, kind in wanted.kinds.items():
        if kind.is_color != first.is_color:
            name = name_of(headers, file)
            raise PixelError(f"{name}: some slices are colours and some are not", path=name, tag=0x00280002)
        stated = {kind.rescale, first.rescale}
        if (stated == {"none", "other"} and kind.unit is not None) or ("broken" in stated and len(stated) > 1):
            name = name_of(headers, file if kind.rescale in ("none", "broken") else first_file)
            raise PixelError(
                f"{name}: neither a Rescale Slope (0028,1053) and Intercept (0028,1052) nor a table or mapping that "
                "can be used, while others of the series have one",
                path=name,
                tag=0x00281053,
            )
        if kind.unit != first.unit:
            name, other = name_of(headers, file), name_of(headers, first_file)
            here, there = (name_of_unit(one.unit, one.unit_source) for one in (kind, first))
            raise PixelError(
                f"{name}: the values are in {here}, those of {other} in {there}: one volume has one unit", path=name
            )
    return first


def _array(shape: tuple[int, ...], dtype: np.dtype[Any], out: NDArray[Any] | None) -> NDArray[Any]:
    if out is None:
        try:
            return np.empty(shape, dtype)
        except MemoryError:
            raise MemoryError(f"no memory for an array of {shape} {dtype.name}; region= takes less of it") from None
    if out.shape != shape:
        raise GeometryError(f"out has the shape {out.shape}, the volume {shape}")
    if not out.flags.c_contiguous or not out.flags.writeable:
        raise GeometryError("out has to be C-contiguous and writable")
    return out


def fill_gaps(array: NDArray[Any], slots: NDArray[np.intp], fill: float | None) -> None:
    """Put the value of missing slices into their slots; a GeometryError where the type has none."""
    gaps = slots < 0
    if not gaps.any():
        return
    if fill is None:
        if array.dtype.kind != "f":
            raise GeometryError(
                f"slices are missing, and {array.dtype.name} has no value for that: give fill=, or dtype='float32' to "
                "have NaN there"
            )
        fill = np.nan
    array[gaps] = fill_value(fill, array.dtype)


def _is_native(planes: Planes, wanted: Wanted, dtype: np.dtype[Any]) -> NDArray[np.bool_]:
    """Whether the core can read each plane straight from its file."""
    headers = planes.headers
    files = planes.file[wanted.rows]
    if planes.tile is not None or not is_converted_by_core(dtype):
        return np.zeros(len(files), bool)
    of_kind: dict[int, bool] = {}
    is_native = np.empty(len(files), bool)
    for place, file in enumerate(files.tolist()):
        kind = wanted.kinds[file]
        # Many files have one kind.
        is_plain = of_kind.get(id(kind))
        if is_plain is None:
            is_plain = of_kind[id(kind)] = kind.is_plain and is_converted_by_core(kind.dtype)
        is_native[place] = is_plain and isinstance(headers.sources[file], str)
    is_native &= (headers.pixel_offset[files] >= 0) & ~np.asarray(headers.is_deflated, bool)[files]
    return is_native & np.isfinite(wanted.slope)


def _read_native(
    planes: Planes,
    wanted: Wanted,
    chosen: NDArray[np.intp],
    ranges: Ranges,
    array: NDArray[Any],
    threads: int,
    tell: Callable[[int], object],
) -> None:
    headers = planes.headers
    rows = wanted.rows[chosen]
    files, frames = planes.file[rows], planes.frame[rows]
    frame_bytes = np.array([wanted.kinds[file].description.frame_bytes for file in files.tolist()], np.int64)
    begins = frames * frame_bytes
    short = np.flatnonzero(begins + frame_bytes > headers.pixel_length[files])
    if short.size:
        at = short[0]
        raise _truncated(headers, int(files[at]), int(frames[at]), None)
    # Each file once, in the order of the slots.
    distinct, number_of = np.unique(files, return_inverse=True)
    conversions: dict[tuple[str, int, float, float], int] = {}
    number_of_conversion = []
    for file, slope, intercept in zip(
        files.tolist(), wanted.slope[chosen].tolist(), wanted.intercept[chosen].tolist(), strict=True
    ):
        said = wanted.kinds[file].description
        key = (said.dtype, said.bits_stored, slope, intercept)
        number_of_conversion.append(conversions.setdefault(key, len(conversions)))
    sizes, times = headers.size[distinct].tolist(), headers.mtime_ns[distinct].tolist()
    failure = _core.assemble_native(
        list(zip((headers.sources[file] for file in distinct), sizes, times, strict=True)),
        list(
            zip(
                number_of.tolist(),
                (headers.pixel_offset[files] + begins).tolist(),
                wanted.slots[chosen].tolist(),
                number_of_conversion,
                strict=True,
            )
        ),
        list(conversions),
        (
            (ranges[1].start, len(ranges[1]), ranges[1].step),
            (ranges[2].start, len(ranges[2]), ranges[2].step),
            int(planes.columns[rows[0]]),
        ),
        array,
        array.dtype.str,
        threads,
        tell,
    )
    if failure is None:
        return
    plane, kind, missing = failure
    file, frame = int(files[plane]), int(frames[plane])
    if kind == "truncated":
        raise _truncated(headers, file, frame, missing)
    name = name_of(headers, file)
    if kind == "misfit":
        raise misfit(array.dtype, name, frame)
    raise FileChangedError(f"{name}: {kind} since its header was read", path=name)


def _truncated(headers: Any, file: int, frame: int, missing: int | None) -> PixelError:
    name = name_of(headers, file)
    by = "" if missing is None else f"{missing} bytes "
    return PixelError(f"{name}: the pixel data ends {by}before frame {frame} does", path=name, tag=0x7FE00010)
