"""`read_series`: from a folder, or a series that was found, to a `Volume`.

In: what `find_series` takes or gives, and what is to be done where slices aren't a regular grid. Out: `Volume`. The way
is that of the room: a series' planes are arranged, laid out by the caller's policies, and assembled into one array.
Standard: PS3.3 C.7.6.2 (Image Plane), C.11.1 (modality transformation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np

from dicom.errors import GeometryError, SeveralSeriesError
from dicom.pixels.image.units import parted
from dicom.volume.assembly.assemble import assemble
from dicom.volume.assembly.region import affine_of_ranges, ranges_of
from dicom.volume.assembly.value_types import fill_value
from dicom.volume.dose_evidence import dose_evidence
from dicom.volume.geometry.policy import lay_out
from dicom.volume.series.found import FoundSeries, Series, find_series
from dicom.volume.series.reports import arrange_series, notes_of, report_of_parts, report_of_series
from dicom.volume.sources import Sources
from dicom.volume.volume import Volume

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence
    from typing import Any, Literal, TypeAlias, TypedDict, Unpack

    from numpy.typing import DTypeLike, NDArray

    from dicom.io.progress import Progress
    from dicom.volume.assembly.region import Region
    from dicom.volume.geometry.policy import Layout

    Given: TypeAlias = str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | FoundSeries | Series

    class _Options(TypedDict, total=False):
        """What doesn't decide whether there is one volume or a list."""

        tilt: str
        tolerance_mm: float | None
        slice_spacing_mm: float | None
        dtype: DTypeLike | None
        out: NDArray[Any] | None
        region: Region | None
        fill: float | None
        workers: int | None
        progress: Progress | bool | None


@overload
def read_series(
    path: Given,
    series: int | str | Series | None = None,
    *,
    gaps: Literal["raise", "fill", "resample"] = "raise",
    duplicates: Literal["raise", "first"] = "raise",
    **options: Unpack[_Options],
) -> Volume: ...


@overload
def read_series(
    path: Given,
    series: int | str | Series | None = None,
    *,
    gaps: Literal["split"],
    duplicates: str = "raise",
    **options: Unpack[_Options],
) -> list[Volume]: ...


@overload
def read_series(
    path: Given,
    series: int | str | Series | None = None,
    *,
    gaps: str = "raise",
    duplicates: Literal["split"],
    **options: Unpack[_Options],
) -> list[Volume]: ...


@overload
def read_series(
    path: Given,
    series: int | str | Series | None = None,
    *,
    gaps: str = "raise",
    duplicates: str = "raise",
    **options: Unpack[_Options],
) -> Volume | list[Volume]: ...


def read_series(
    path: Given,
    series: int | str | Series | None = None,
    *,
    gaps: str = "raise",
    tilt: str = "raise",
    duplicates: str = "raise",
    tolerance_mm: float | None = None,
    slice_spacing_mm: float | None = None,
    dtype: DTypeLike | None = None,
    out: NDArray[Any] | None = None,
    region: Region | None = None,
    fill: float | None = None,
    workers: int | None = None,
    progress: Progress | bool | None = None,
) -> Volume | list[Volume]:
    """The volume of a series.

    Parameters
    ----------
    path : path, iterable of paths, FoundSeries or Series
        A folder, files, one file of several frames, a zip archive, a DICOMDIR; or what `find_series` gave.
    series : int, str or Series, optional
        Which one, where there are several: its index in `find_series`, its Series Instance UID, or its description.
    gaps : {"raise", "fill", "resample", "split"}
        About missing slices and uneven steps. ``"fill"`` leaves slices of `fill` where whole ones are missing,
        ``"resample"`` interpolates onto an even grid, ``"split"`` gives a volume for each run of even slices.
    tilt : {"raise", "shear", "keep"}
        About slices that are shifted along each other (gantry tilt): ``"shear"`` makes the step perpendicular,
        ``"keep"`` has the true step in the affine. What no slice reaches, beyond the centres of its outermost pixels,
        is `fill`.
    duplicates : {"raise", "first", "split"}
        About slices that nothing tells apart.
    tolerance_mm : float, optional
        Steps that differ by no more are even. By default 1 % of the spacing or 0.01 mm, whichever is more.
    slice_spacing_mm : float, optional
        The step from slice to slice where the headers don't say it: of a single slice without a Slice Thickness.
    dtype : dtype-like, optional
        Of the array. Without it float32, but the stored type where the rescale is the identity for all slices and
        every slice is there. Values that it can't hold are an error.
    out : ndarray, optional
        An array that takes the values: C-contiguous, writable, of the volume's shape. Its type is the dtype.
    region : tuple of three slices, optional
        Which slices, rows and columns (k, j, i) are wanted; None for all of an axis. Of native files no others are
        read. The affine is that of the region.
    fill : float, optional
        The value where no slice has one; NaN without it.
    workers : int, optional
        Threads; as many as the process has CPUs.
    progress : callable or bool, optional
        A function of how many files and then slices are done, and how many there are; True draws a bar.

    Returns
    -------
    Volume, or list of Volume
        A list just where a policy is ``"split"``. Array (k, j, i), or (t, k, j, i) for a series with a 4th axis, of
        values in their unit; colours have a last axis of 3.

    Raises
    ------
    SeveralSeriesError
        There are several series, and `series` doesn't say which; its `found` lists them. Where these are parts of one
        Series Instance UID that geometry sets apart, the error's `report` has that defect: ``mixed-orientation``,
        ``mixed-size``, ``mixed-spacing``. A GeometryError too.
    GeometryError
        There is no such series, its slices make no regular grid and no policy says what to do (the error's `report`
        tells what was found; of images without positions too), or `out` or `region` doesn't fit.
    PixelError
        A file's pixel data is absent or can't be read, or a value doesn't fit into `dtype`.
    FileChangedError
        A file has gone, or has changed since its header was read.
    FileNotFoundError
        `path` isn't there.

    Examples
    --------
    >>> import dicom
    >>> volume = dicom.read_series("scan", gaps="fill", dtype="float32")  # doctest: +SKIP
    """
    chosen = chosen_series(path, series, workers, progress)
    stack = arrange_series(chosen, tolerance_mm=tolerance_mm, slice_spacing_mm=slice_spacing_mm)
    layouts = lay_out(stack, gaps=gaps, tilt=tilt, duplicates=duplicates)
    is_list = "split" in (gaps, duplicates)
    if out is not None and len(layouts) > 1:
        raise GeometryError(f"out takes one volume, and there are {len(layouts)}")

    def read_layout(layout: Layout) -> Volume:
        read = _read if layout.is_finished else _read_and_finish
        return read(chosen, layout, dtype=dtype, out=out, region=region, fill=fill, workers=workers, progress=progress)

    volumes = [read_layout(layout) for layout in layouts]
    return volumes if is_list else volumes[0]


def chosen_series(path: Any, series: int | str | Series | None, workers: int | None, progress: Any) -> Series:
    """The one series that is meant, by the arguments of `read_series`.

    Raises
    ------
    SeveralSeriesError, GeometryError, FileNotFoundError
        As `read_series`.
    """
    if isinstance(path, Series):
        if series is not None:
            raise GeometryError("series= picks one of several, and a Series was given already")
        return path
    if isinstance(series, Series):
        return series
    found = path if isinstance(path, FoundSeries) else find_series(path, workers=workers, progress=progress)
    if series is None:
        candidates: Sequence[Series] = found
    else:
        try:
            candidates = found.select(series)
        except IndexError as error:
            raise GeometryError(str(error)) from None
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        unplaced = found.unplaced if series is None else found.select_unplaced(series)
        # Without any position there is no volume: what is wrong with one of them can be told all the same.
        report = report_of_series(unplaced[0]) if len(unplaced) == 1 else None
        raise GeometryError(_why_none(found, unplaced, is_picked=series is not None), report=report)
    is_one = len(candidates) == candidates[0].parts and candidates[0].siblings == tuple(candidates)
    report = report_of_parts(candidates) if is_one else None
    words = "" if report is None else f": {'; '.join(defect.message for defect in report.defects)}"
    if all(one.modality == "SEG" for one in candidates):
        words += "; segments are read as masks by dicom.read_segmentation"
    raise SeveralSeriesError(
        f"{len(candidates)} volumes {'were found' if series is None else 'have that name'}, and one is read: "
        f"series= picks by index{words}\n{_listed(found, candidates)}",
        found=found,
        report=report,
    )


def _why_none(found: FoundSeries, unplaced: Sequence[Series], *, is_picked: bool) -> str:
    if is_picked:
        if unplaced:
            return "what has that Series Instance UID or description has no positions, so that it is no volume"
        return f"none of the {len(found)} series has that Series Instance UID or description"
    without = f"{len(found.unplaced)} series without positions, " if found.unplaced else ""
    reasons = list(dict.fromkeys(entry.reason for entry in found.left_out if entry.reason))
    said = f" ({'; '.join(reasons[:3])})" if reasons else ""
    return f"no volume was found: {without}{len(found.left_out)} of {len(found.files)} files have no place{said}"


def _listed(found: FoundSeries, candidates: Sequence[Series]) -> str:
    """A line for each series; no text of a header, for a description may hold a name."""
    index_of = {id(one): index for index, one in enumerate(found)}
    lines = []
    for one in candidates:
        part = f", part {one.part} of {one.parts}" if one.parts > 1 else ""
        part += f" (by {', '.join(one.apart_by)})" if one.apart_by else ""
        lines.append(
            f"  {index_of[id(one)]}: {one.number_of_files} file(s), {one.number_of_frames} frame(s) of "
            f"{one.rows} rows x {one.columns} columns{part}{', a localizer' if one.is_localizer else ''}"
        )
    return "\n".join(lines)


def _slots(layout: Layout) -> NDArray[np.intp]:
    """(k,), or (t, k) where there is a 4th axis."""
    return layout.slots if layout.dimension is not None else layout.slots[0]


def _read(chosen: Series, layout: Layout, *, region: Region | None, **options: Any) -> Volume:
    """The volume of a layout whose slots are its slices."""
    slots = _slots(layout)
    ranges = ranges_of(region, (slots.shape[-1], chosen.rows, chosen.columns))
    made = assemble(layout.planes, slots, region=region, **options)
    affine = affine_of_ranges(layout.affine, ranges)
    sources = Sources(layout.planes, slots[..., ranges[0].start : ranges[0].stop : ranges[0].step])
    return volume_of(chosen, layout, made.array, affine, sources, made)


def _read_and_finish(
    chosen: Series, layout: Layout, *, out: NDArray[Any] | None, region: Region | None, **options: Any
) -> Volume:
    """The volume of a layout that is resampled once it is read: of all slices, for each takes part in others."""
    if options["fill"] is None and options["dtype"] is None and (out is None or out.dtype.kind == "f"):
        # What lies outside of the slices has no value, which whole numbers can't say.
        options["dtype"] = np.float32 if out is None else out.dtype
    slots = _slots(layout)
    made = assemble(layout.planes, slots, **options)
    fill = np.nan if options["fill"] is None else options["fill"]
    if options["fill"] is not None:
        fill = fill_value(fill, made.array.dtype)
    finished = layout.finish(made.array, fill, out=out if region is None else None)
    array, affine = finished, layout.affine
    sources = Sources(layout.planes, slots) if finished.shape[: slots.ndim] == slots.shape else None
    if region is not None:
        lead = slots.ndim - 1
        k, j, i = finished.shape[lead : lead + 3]
        ranges = ranges_of(region, (k, j, i))
        affine = affine_of_ranges(affine, ranges)
        in_k, in_j, in_i = (slice(one.start, one.stop, one.step) for one in ranges)
        array = _kept(finished[:, in_k, in_j, in_i] if lead else finished[in_k, in_j, in_i], out)
        sources = None if sources is None else sources.take(list(ranges[0]))
    return volume_of(chosen, layout, array, affine, sources, made)


def _kept(part: NDArray[Any], out: NDArray[Any] | None) -> NDArray[Any]:
    """A part of an array without the rest of it."""
    if out is None:
        return part.copy()
    if out.shape != part.shape:
        raise GeometryError(f"out has the shape {out.shape}, the volume {part.shape}")
    np.copyto(out, part, casting="no")
    return out


def volume_of(
    chosen: Series, layout: Layout, array: NDArray[Any], affine: NDArray[np.float64], sources: Sources | None, made: Any
) -> Volume:
    """The volume of an array that was made of a layout; `made` says the unit."""
    dimension = layout.dimension
    planes = layout.planes
    used = layout.slots[layout.slots >= 0]
    first = int(used[0])
    # An ultrasound volume lies in a frame of reference of its own.
    own = planes.texts.get("FrameOfReferenceUID", [None] * len(planes))[first]
    unit, quantity = parted(made.unit)
    return Volume(
        array,
        affine,
        unit=unit,
        unit_source=made.unit_source,
        quantity=quantity or made.quantity,
        evidence=dose_evidence(sources) if made.unit_source == "DoseUnits" else None,
        dimension=None if dimension is None else dimension.name,
        dimension_values=None if dimension is None else dimension.values[layout.times],
        dimension_unit=None if dimension is None else dimension.unit,
        is_color=made.is_color,
        frame_of_reference_uid=own or planes.headers.text("FrameOfReferenceUID")[int(planes.file[first])],
        modality=chosen.modality,
        # Parts that a policy makes have reports of their own.
        report=layout.report.with_notes(notes_of(chosen)),
        sources=sources,
        made_of=Sources(planes, layout.slots),
    )
