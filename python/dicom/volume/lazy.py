"""A series whose slices are read or decoded when they are asked for, and only they.

In: a `Series`. Out: a dask array (k, j, i) or (t, k, j, i) of one chunk a slice, whose values are those of
`read_series`, or a volume to be written slice by slice. Rows that aren't asked for aren't read either, where frames are
native.
"""

from __future__ import annotations

import math
from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import GeometryError, MissingDependencyError
from dicom.volume.assembly.assemble import Assembled, fill_gaps, plan_of
from dicom.volume.geometry.policy import lay_out
from dicom.volume.read import volume_of
from dicom.volume.series.reports import arrange_series
from dicom.volume.sources import Sources

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import DTypeLike, NDArray

    from dicom.volume.assembly.assemble import Plan
    from dicom.volume.planes import Planes
    from dicom.volume.series.found import Series
    from dicom.volume.volume import Volume


class LazySlices:
    """Looks like an array, and reads what it is indexed with.

    Parameters
    ----------
    planes : Planes
    slots : ndarray of intp, shape (k,) or (t, k)
        The row of the plane of each slice; -1 where there is none.
    dtype : dtype-like, optional
    fill : float, optional
        The value of slices that aren't there.

    Attributes
    ----------
    shape : tuple of int
        As `Volume.shape`.
    dtype : numpy.dtype
    """

    __slots__ = ("_fill", "_plan", "_slots", "dtype", "shape")

    def __init__(self, planes: Planes, slots: NDArray[np.intp], dtype: DTypeLike | None, fill: float | None) -> None:
        self._plan = plan = plan_of(planes, slots)
        self._slots = slots
        self._fill = np.nan if fill is None else fill
        self.dtype: np.dtype[Any] = plan.value_type(slots, dtype, None, fill)
        fill_gaps(np.empty((*slots.shape, 0), self.dtype), slots, fill)
        self.shape: tuple[int, ...] = (*slots.shape, *plan.size(), *((3,) if plan.kind.is_color else ()))

    @property
    def plan(self) -> Plan:
        """What is settled about the values."""
        return self._plan

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of values."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes of all values."""
        return self.size * self.dtype.itemsize

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> NDArray[Any]:
        """Read the values of these slices and rows: numbers, slices and lists of numbers, as NumPy takes them."""
        return self.read(key, [])

    def read(self, key: Any, spare: list[NDArray[Any]]) -> NDArray[Any]:
        """As ``self[key]``, into one of some arrays that nobody needs any more, if it is of that shape."""
        given = list(key) if isinstance(key, tuple) else [key]
        given += [slice(None)] * (self.ndim - len(given))
        lead = self._slots.ndim
        # What is read is the least range of each axis; of that, what was asked for.
        read, left = zip(
            *(_range_and_rest(one, size) for one, size in zip(given, self.shape, strict=True)), strict=True
        )
        slots = self._slots[tuple(_as_slice(one) for one in read[:lead])]
        rows, columns = read[lead : lead + 2]
        made = _room((*slots.shape, len(rows), len(columns), *self.shape[lead + 2 :]), self.dtype, spare)
        if made.size:
            made[slots < 0] = self._fill_value()
            self._plan.fill_array(made, slots, (range(len(slots)), rows, columns), 1, None)
        colors = given[lead + 2 :]
        result: NDArray[Any] = made[(*left[: lead + 2], *colors)]
        return result

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        if copy is False:
            raise ValueError("values that lie in files are read into an array of their own")
        return np.asarray(self[:], dtype)

    def _fill_value(self) -> Any:
        # Where there is no value for missing slices, there are none of them either.
        return 0 if self.dtype.kind != "f" and np.isnan(self._fill) else self._fill


def series_to_dask(
    series: Series,
    *,
    gaps: str = "raise",
    tilt: str = "raise",
    duplicates: str = "raise",
    tolerance_mm: float | None = None,
    slice_spacing_mm: float | None = None,
    dtype: DTypeLike | None = None,
    fill: float | None = None,
) -> Any:
    """The values of a series as a dask array that reads slices when they are computed.

    Parameters
    ----------
    series : Series
    gaps, tilt, duplicates, tolerance_mm, slice_spacing_mm, dtype, fill
        As for `read_series`. Policies that resample (``gaps="resample"``, ``tilt="shear"``), or give several volumes
        where there are defects, have no lazy array.

    Returns
    -------
    dask.array.Array, shape (k, j, i) or (t, k, j, i), for colours with a last axis of 3
        The values of ``series.read()``, in chunks of one slice. Files are read again each time that it is computed;
        one that has changed since is a FileChangedError.

    Raises
    ------
    MissingDependencyError
        dask isn't installed.
    GeometryError
        As `read_series`; or the policies ask for what can't be had slice by slice.
    PixelError, FileChangedError, OSError
        As `read_series`.
    """
    try:
        dask_array: Any = import_module("dask.array")
    except ImportError as error:
        raise MissingDependencyError("A lazy array needs dask: pip install dicom-py[dask]") from error
    stack = arrange_series(series, tolerance_mm=tolerance_mm, slice_spacing_mm=slice_spacing_mm)
    layouts = lay_out(stack, gaps=gaps, tilt=tilt, duplicates=duplicates)
    if len(layouts) > 1:
        raise GeometryError(
            f"the policies give {len(layouts)} volumes, and a lazy array is of one: read_series has all"
        )
    (layout,) = layouts
    if not layout.is_finished:
        raise GeometryError("slices that are resampled can't be read one by one: read_series does it")
    slots = layout.slots if layout.dimension is not None else layout.slots[0]
    lazy = LazySlices(layout.planes, slots, dtype, fill)
    chunks = (*(1,) * slots.ndim, *lazy.shape[slots.ndim :])
    empty = np.empty((0,) * lazy.ndim, lazy.dtype)
    return dask_array.from_array(lazy, chunks=chunks, name=False, meta=empty)


def lazy_volume(
    series: Series,
    *,
    gaps: str = "raise",
    tilt: str = "raise",
    duplicates: str = "raise",
    tolerance_mm: float | None = None,
    slice_spacing_mm: float | None = None,
    dtype: DTypeLike | None = None,
    only_native: bool = True,
) -> Volume | None:
    """The volume of a series whose slices are read when they are asked for, for programs that take them in turn.

    Its array is a `LazySlices`, which can be indexed and written, and is no ndarray: what reckons with a volume needs
    `read_series`. A series that is written this way is never whole in memory.

    Parameters
    ----------
    series : Series
    gaps, tilt, duplicates, tolerance_mm, slice_spacing_mm, dtype
        As for `read_series`.
    only_native : bool
        Whether there is none of frames that have to be decoded, which is slower one by one; for those who ask for no
        values there may be.

    Returns
    -------
    Volume or None
        None where it would be slower than reading all at once, or can't be had: frames that have to be decoded,
        slices that are resampled, several volumes.

    Raises
    ------
    GeometryError, PixelError, FileChangedError, OSError
        As `read_series`; about values when they are read.
    """
    if "split" in (gaps, duplicates):
        return None
    stack = arrange_series(series, tolerance_mm=tolerance_mm, slice_spacing_mm=slice_spacing_mm)
    (layout,) = lay_out(stack, gaps=gaps, tilt=tilt, duplicates=duplicates)
    if not layout.is_finished:
        return None
    slots = layout.slots if layout.dimension is not None else layout.slots[0]
    lazy = LazySlices(layout.planes, slots, dtype, None)
    plan = lazy.plan
    if only_native and not plan.is_native(lazy.dtype):
        return None
    array: Any = lazy
    made = Assembled(array, plan.kind.unit, plan.kind.unit_source, plan.kind.is_color, plan.quantity)
    return volume_of(series, layout, array, layout.affine, Sources(layout.planes, slots), made)


def _room(shape: tuple[int, ...], dtype: np.dtype[Any], spare: list[NDArray[Any]]) -> NDArray[Any]:
    """An array, its values any: memory that was used before is at hand sooner than new memory."""
    try:
        kept = spare.pop()
    except IndexError:
        return np.empty(shape, dtype)
    is_fit = kept.shape == shape and kept.dtype == dtype and kept.flags.c_contiguous and kept.flags.writeable
    return kept if is_fit else np.empty(shape, dtype)


def _range_and_rest(key: Any, size: int) -> tuple[range, Any]:
    """The ascending range of an axis that is to be read, and the index that is left within it."""
    if isinstance(key, slice):
        chosen = range(*key.indices(size))
        return (chosen, slice(None)) if chosen.step > 0 else (chosen[::-1], slice(None, None, -1))
    numbers = np.arange(size)[key]
    if numbers.ndim == 0:
        return range(int(numbers), int(numbers) + 1), 0
    if not numbers.size:
        return range(0), numbers
    first = int(numbers.min())
    return range(first, int(numbers.max()) + 1), numbers - first


def _as_slice(chosen: range) -> slice:
    return slice(chosen.start, chosen.stop, chosen.step)
