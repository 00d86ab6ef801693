"""`dvh`: the dose in a region, as a histogram.

In: a dose volume in Gy, and a mask, a ROI, or a structure set and a name. Out: `DVH`. The region is cut into voxels no
longer than a resolution, each with the part of it that is inside, and the dose is interpolated at their centres; slab
by slab, so that a fine grid needs little memory. Standard: PS3.3 C.8.8.3 (RT Dose), C.8.8.4 (RT DVH).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dicom.errors import GeometryError, LimitError, QuantityError, RegionError
from dicom.io.progress import reporter
from dicom.radiotherapy.contours.trace import values_of_mask
from dicom.radiotherapy.dose.histogram import DVH
from dicom.radiotherapy.roi import ROI
from dicom.radiotherapy.structures import StructureSet
from dicom.volume import Grid, Volume
from dicom.volume.evidence import Entry, Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import NDArray

    from dicom.io.progress import Progress

#: What a volume of Gy may be of; a volume that the caller made says nothing.
_QUANTITIES = (None, "absorbed dose", "biologically effective dose")
#: Voxels that are interpolated at once.
_SLAB = 1 << 22
#: Beyond these the answer isn't finer, but the computer is busy.
_MOST_BINS = 1 << 20
_MOST_VOXELS = 1 << 27


class _Region(NamedTuple):
    """The part of each voxel of a grid that is inside, and how each voxel is cut along k, j and i."""

    mask: NDArray[Any]
    grid: Grid
    cuts: tuple[int, int, int]
    name: str
    color: tuple[int, int, int] | None
    number: int | None
    how: str


def dvh(
    dose: Volume,
    region: Volume | ROI | tuple[StructureSet, str | int],
    *,
    name: str | None = None,
    bin_width_gy: float = 0.01,
    resolution_mm: float = 1.0,
    prescription_gy: float | None = None,
    between: str = "nearest",
    spacing_mm: float | None = None,
    ignore_frame_of_reference: bool = False,
    workers: int | None = None,
    progress: Progress | bool | None = None,
) -> DVH:
    """The dose-volume histogram of a region.

    Parameters
    ----------
    dose : Volume
        In Gy: ``dicom.read_series("rtdose.dcm")``, or one on another grid. Between the centres of its voxels the dose
        is interpolated linearly; it ends half a voxel beyond the outermost.
    region : Volume, ROI, or (StructureSet, name or number)
        A mask on any grid, of truth values or of the part of each voxel that is inside; or a ROI, whose contours are
        exact within their planes.
    name : str, optional
        By default that of the ROI.
    bin_width_gy : float
    resolution_mm : float
        A ROI is cut into voxels that are those of the dose, divided along each axis until none is longer than that;
        the voxels of a mask are divided likewise.
    prescription_gy : float, optional
        What doses in percent are of.
    between : {"nearest", "linear"}
        What holds between the planes of contours; see `StructureSet.mask`.
    spacing_mm : float, optional
        From plane to plane of the contours, where they lie in one plane only; see `StructureSet.mask`.
    ignore_frame_of_reference : bool
        Whether coordinates are compared although the frames of reference are known to differ.
    workers : int, optional
        Threads; as many as there are CPUs by default.
    progress : callable or bool, optional
        Is told (slices done, all slices); True draws a bar on a terminal.

    Returns
    -------
    DVH
        Of the part of the region that lies within the dose; `DVH.covered` and its notes say so where that isn't all.

    Raises
    ------
    QuantityError
        The volume isn't a dose in Gy: its unit is another or isn't known, it is relative or the error of a dose, or has
        values below zero.
    RegionError
        The region is empty, or there is none of this name.
    GeometryError
        The dose is no volume; the region lies outside of it, or in another frame of reference.
    LimitError
        The resolution or the bins are too fine for the size of the region or the dose.

    Examples
    --------
    >>> dicom.dvh(dose, (structures, "PTV"))["D95%"]       # doctest: +SKIP
    49.1
    """
    highest = _check_dose(dose)
    if not (bin_width_gy > 0 and np.isfinite(bin_width_gy) and resolution_mm > 0):
        raise QuantityError("a bin width and a resolution are above zero")
    if highest / bin_width_gy >= _MOST_BINS:
        raise LimitError(f"the dose has more than {_MOST_BINS} bins of this width: bin_width_gy= can be wider")
    chosen = _region(
        dose, region, resolution_mm, {"between": between, "spacing_mm": spacing_mm}, ignore_frame_of_reference
    )
    sums = _Sums(int(highest / bin_width_gy) + 1, bin_width_gy)
    _add_up(sums, dose, chosen, ignore_frame_of_reference, workers, progress)
    if not sums.inside > 0:
        raise GeometryError("the region lies outside of the dose")
    covered = float(min(1.0, sums.inside / sums.whole))
    covered = 1.0 if covered > 1 - 1e-9 else covered
    notes = []
    if dose.quantity is None and "type" in (dose.evidence or ()):
        notes.append("Dose Type (3004,0004) is absent or no defined term: the doses are taken for absorbed ones")
    if covered < 1:
        notes.append(
            f"{100 * (1 - covered):.3g} % of the region lies outside of the dose: volumes and doses are of the rest"
        )
    voxel_ml = chosen.grid.voxel_volume / np.prod(chosen.cuts) / 1000.0
    last = int(np.flatnonzero(sums.bins)[-1]) + 1
    return DVH(
        bin_width_gy * np.arange(last + 1),
        sums.bins[:last] * voxel_ml,
        name=chosen.name if name is None else name,
        minimum=sums.least if np.isfinite(sums.least) else None,
        maximum=sums.greatest if np.isfinite(sums.greatest) else None,
        mean=sums.dose / sums.inside,
        covered=covered,
        prescription_gy=prescription_gy,
        color=chosen.color,
        number=chosen.number,
        evidence=_evidence(dose, chosen, bin_width_gy),
        notes=notes,
    )


def _check_dose(dose: Volume) -> float:
    """The greatest dose."""
    if not isinstance(dose, Volume):
        raise GeometryError(
            f"the dose is a Volume, not {type(dose).__name__}: an array alone says neither where its voxels lie nor in "
            "which unit they are; dicom.read_series reads one"
        )
    if dose.dimension is not None or dose.is_color:
        raise GeometryError("a dose has the axes k, j and i only")
    if dose.unit == "relative dose":
        raise QuantityError(
            "Dose Units (3004,0002) says RELATIVE: the header doesn't say to what. Where you know it, "
            'dose.with_array(dose.array * reference, unit="Gy") is a dose',
            keywords=("DoseUnits",),
        )
    if dose.unit != "Gy":
        raise QuantityError(
            "the volume isn't a dose in Gy: its unit is another, or isn't known", keywords=("DoseUnits",)
        )
    if dose.quantity not in _QUANTITIES:
        raise QuantityError("the volume isn't a dose, but something else that is in Gy", keywords=("DoseType",))
    array = np.asarray(dose.array)
    if array.dtype.kind not in "fiu" or not np.isfinite(array).any():
        raise QuantityError("the dose has no values")
    if float(np.nanmin(array)) < 0:
        raise QuantityError("the dose has values below zero")
    if np.isinf(array).any():
        raise QuantityError("the dose has values that are no numbers")
    return float(np.nanmax(array))


def _region(dose: Volume, region: Any, resolution_mm: float, contours: dict[str, Any], ignores_frames: bool) -> _Region:
    if isinstance(region, tuple) and len(region) == 2 and isinstance(region[0], StructureSet):
        region = region[0][region[1]]
    if isinstance(region, ROI):
        return _region_of_roi(dose, region, resolution_mm, contours, ignores_frames)
    if not isinstance(region, Volume):
        raise TypeError(f"a region is a mask volume, a ROI, or a structure set and a name, not {type(region).__name__}")
    one, two = dose.frame_of_reference_uid, region.frame_of_reference_uid
    if one is not None and two is not None and one != two and not ignores_frames:
        raise GeometryError(
            "Frame of Reference UID (0020,0052): the dose and the mask have different ones; "
            "ignore_frame_of_reference=True says that they were registered",
            tag=0x00200052,
        )
    values = values_of_mask(region)
    is_inside = values > 0
    ranges = []
    for axis in range(3):
        found = np.flatnonzero(is_inside.any(axis=tuple(other for other in range(3) if other != axis)))
        if not len(found):
            raise RegionError("the mask is empty")
        ranges.append(slice(int(found[0]), int(found[-1]) + 1))
    part = region[tuple(ranges)]
    grid = Grid(part.affine, part.grid_shape, two)
    how = "voxels of the mask, divided until none is longer than the resolution"
    return _Region(values[tuple(ranges)], grid, _cuts(grid, resolution_mm), "", None, None, how)


def _region_of_roi(
    dose: Volume, roi: ROI, resolution_mm: float, contours: dict[str, Any], ignores_frames: bool
) -> _Region:
    """The voxels of the dose around the contours, divided, with the part of each that is inside."""
    if contours["between"] not in ("nearest", "linear"):
        raise RegionError('between is "nearest" or "linear": a region that is in planes only has no volume')
    closed = [contour.points for contour in roi.contours if contour.is_closed]
    if not closed:
        raise RegionError(f"ROI {roi.number} has no closed contour: it bounds no volume")
    index = dose.mm_to_index(np.concatenate(closed))
    if not np.isfinite(index).all():
        raise RegionError(f"ROI {roi.number} has a point that is no number")
    if contours["spacing_mm"] is None and roi.usual_spacing_mm is None:
        # A single plane would be as thick as a slice of the grid, which is cut here as it comes.
        roi.planes()
    stated = max(contours["spacing_mm"] or 0.0, roi.usual_spacing_mm or 0.0)
    room = 2.0 + _beyond([dose.mm_to_index(points) for points in closed]) + stated / np.array(dose.spacing)
    first = np.floor(index.min(axis=0) - room)
    shape = np.ceil(index.max(axis=0) + room) - first + 1
    cuts = np.array(_cuts(dose, resolution_mm))
    if float(np.prod(shape * cuts)) > _MOST_VOXELS:
        raise LimitError(
            f"the region's box has more than {_MOST_VOXELS} voxels of this resolution: resolution_mm= can be coarser"
        )
    affine = dose.affine.copy()
    affine[:3, :3] /= cuts
    affine[:3, 3] += dose.affine[:3, :3] @ (first - 0.5 + 0.5 / cuts)
    k, j, i = (shape * cuts).astype(int).tolist()
    grid = Grid(affine, (k, j, i), dose.frame_of_reference_uid)
    mask = roi.mask(grid, edges="area", ignore_frame_of_reference=ignores_frames, **contours)
    how = "contours, exact within planes, on voxels of the dose, divided until none is longer than the resolution"
    return _Region(np.asarray(mask.array), grid, (1, 1, 1), roi.name, roi.color, roi.number, how)


def _beyond(closed: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """How far beyond its contours a region may reach along k, j and i, in voxels: what lies between two of them."""
    thick = np.mean([np.ptp(points, axis=0) for points in closed], axis=0)
    centers = np.sort([points.mean(axis=0) for points in closed], axis=0)
    gap = np.diff(centers, axis=0).max(axis=0) if len(centers) > 1 else np.zeros(3)
    # Contours in planes of the dose have no thickness across them, and reach no further along them.
    is_across = thick < 0.01
    return np.where(is_across, gap, 0.0) if is_across.any() else np.full(3, gap.max())


def _cuts(grid: Grid, resolution_mm: float) -> tuple[int, int, int]:
    k, j, i = (max(1, int(np.ceil(step / resolution_mm - 1e-6))) for step in grid.spacing)
    return k, j, i


class _Sums:
    """What is added up over the voxels of a region."""

    __slots__ = ("bins", "dose", "greatest", "inside", "least", "whole", "width")

    def __init__(self, count: int, width: float) -> None:
        self.bins = np.zeros(count)
        self.width = width
        self.dose = self.inside = self.whole = 0.0
        self.least, self.greatest = np.inf, -np.inf

    def add(self, parts: NDArray[np.float64], doses: NDArray[np.float64]) -> None:
        """Parts of voxels, all above 0, and the dose at their centres; NaN where there is none."""
        self.whole += float(parts.sum())
        is_there = np.isfinite(doses)
        if not is_there.all():
            parts, doses = parts[is_there], doses[is_there]
        if not len(parts):
            return
        self.inside += float(parts.sum())
        self.dose += float((parts * doses).sum())
        # The centre of a voxel that is less than half inside lies outside.
        mostly = doses[parts >= 0.5]
        if len(mostly):
            self.least, self.greatest = min(self.least, float(mostly.min())), max(self.greatest, float(mostly.max()))
        # Rounding may carry an interpolated dose beyond the greatest one.
        numbers = np.clip(doses / self.width, 0, len(self.bins) - 1).astype(np.intp)
        self.bins += np.bincount(numbers, weights=parts, minlength=len(self.bins))


def _add_up(
    sums: _Sums,
    dose: Volume,
    region: _Region,
    ignores_frames: bool,
    workers: int | None,
    progress: Progress | bool | None,
) -> None:
    tell = reporter(progress, "adding up dose")
    k, j, i = region.grid.grid_shape
    cuts = np.array(region.cuts)
    affine = region.grid.affine.copy()
    affine[:3, :3] /= cuts
    affine[:3, 3] += region.grid.affine[:3, :3] @ (0.5 / cuts - 0.5)
    # Slices of the region at once.
    step = max(1, _SLAB // int(j * i * np.prod(cuts)))
    for first in range(0, k, step):
        mask = region.mask[first : first + step]
        if mask.any():
            for axis, count in enumerate(region.cuts):
                mask = np.repeat(mask, count, axis=axis) if count > 1 else mask
            start = affine.copy()
            start[:3, 3] += affine[:3, 0] * (first * region.cuts[0])
            shape = (mask.shape[0], mask.shape[1], mask.shape[2])
            grid = Grid(start, shape, region.grid.frame_of_reference_uid)
            doses = dose.resample_to(
                grid, order=1, fill=np.nan, workers=workers, ignore_frame_of_reference=ignores_frames
            )
            is_inside = mask > 0
            sums.add(mask[is_inside].astype(np.float64), np.asarray(doses.array)[is_inside].astype(np.float64))
        tell(min(first + step, k), k)


def _evidence(dose: Volume, region: _Region, bin_width_gy: float) -> Evidence:
    longest = max(step / count for step, count in zip(region.grid.spacing, region.cuts, strict=True))
    entries = [
        Entry("region", region.how),
        Entry("longest voxel", longest, "mm"),
        Entry("dose", "interpolated linearly at the centres of these", "Gy", dose.unit_source),
        Entry("bin width", bin_width_gy, "Gy"),
    ]
    return Evidence("dose-volume histogram", [*entries, *(dose.evidence or ())])
