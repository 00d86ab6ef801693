"""What the caller wants done about a stack that is no regular grid: `Layout`s, each one array with an affine.

In: a `Stack` and three policies. Out: which plane goes to which slot of an array, the affine of the result, and
`Layout.finish`, which resamples what was read where the policies ask for it. Nothing is done that wasn't asked for: the
default of each policy is to refuse, with the report.
Standard: PS3.3 C.7.6.2.1.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import GeometryError
from dicom.volume.geometry.order import arrange
from dicom.volume.geometry.regrid import Regrid
from dicom.volume.geometry.report import counted, number

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from numpy.typing import NDArray

    from dicom.volume.geometry.order import Stack
    from dicom.volume.geometry.report import Defect, GeometryReport
    from dicom.volume.planes import Planes

#: The policies of each option; the first is the default.
POLICIES = {
    "gaps": ("raise", "fill", "resample", "split"),
    "tilt": ("raise", "shear", "keep"),
    "duplicates": ("raise", "first", "split"),
}
# What goes on in spite of a defect.
_CURES = {
    "gap": ("fill", "resample", "split"),
    "uneven-spacing": ("resample", "split"),
    "incomplete-dimension": ("fill", "resample", "split"),
    "tilt": ("shear", "keep"),
    "drift": ("shear",),
    "duplicate": ("first", "split"),
    "side-by-side": ("first", "split"),
}
_NAMED_DEFECTS = 4
# An array may have so many times the slices, or a slice so many times the pixels, that there are.
_MOST_SLOTS, _MOST_ROOM = 64, 16
_SMALL_ROOM = 1 << 20


class Layout:
    """Where the planes of one array go.

    Attributes
    ----------
    planes : Planes
    slots : ndarray of intp, shape (t, k)
        The row of `planes` whose frame is to be read into each slot; -1 for one that is filled with padding.
    affine : ndarray of float64, shape (4, 4)
        Of the finished array: index (k, j, i) at voxel centres -> patient position, LPS, mm.
    report : GeometryReport
        What was found, and in its `actions` what was done about it.
    times : ndarray of intp, shape (t,)
        Which values of the dimension the axis t of this array has; all of them but where ``"split"`` took some apart.
    dimension : Dimension or None
        What t counts; None where arrays have no axis t.
    """

    __slots__ = ("_regrid", "affine", "dimension", "planes", "report", "slots", "times")

    def __init__(
        self,
        planes: Planes,
        slots: NDArray[np.intp],
        affine: NDArray[np.float64],
        report: GeometryReport,
        times: NDArray[np.intp],
        dimension: Any = None,
        regrid: Regrid | None = None,
    ) -> None:
        self.planes = planes
        self.slots = slots
        self.affine = affine
        self.report = report
        self.times = times
        self.dimension = dimension
        self._regrid = regrid

    @property
    def is_finished(self) -> bool:
        """Whether the array that was read is the result already, so that `finish` gives it back as it is."""
        return self._regrid is None

    def finished_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Shape of the result of `finish` for an array of this shape."""
        if self._regrid is None:
            return shape
        lead = 1 if self.dimension is None else 2
        slices, rows, columns = self._regrid.shape(shape[lead], shape[lead + 1])
        return (*shape[: lead - 1], slices, rows, columns, *shape[lead + 2 :])

    def finish(self, array: NDArray[Any], fill: Any, *, out: NDArray[Any] | None = None) -> NDArray[Any]:
        """The array on the grid of `affine`.

        Values between voxel centres are linear interpolations of those around them. Beyond the centres of the
        outermost voxels nothing was measured: there the result is `fill`, and no edge is drawn out by half a voxel, as
        `Volume.resample` does. Reading gives what was measured; the grid here has the steps of the slices, so that a
        rim of `fill` is at most one voxel wide.
        One slice after the other is made, so that it takes little more memory than the result.

        Parameters
        ----------
        array : ndarray, shape (k, j, i) or (t, k, j, i), and colours in a last axis
            The frames in their slots.
        fill : scalar
            The value of what lies outside of the slices.
        out : ndarray, optional
            Takes the result: of `finished_shape` and of the array's dtype.

        Returns
        -------
        ndarray
            Of the array's dtype; integers are rounded. The array itself, if there was nothing to do.
        """
        lead = 1 if self.dimension is None else 2
        slots = self.slots if lead == 2 else self.slots[0]
        if array.shape[:lead] != slots.shape or array.ndim not in (lead + 2, lead + 3):
            raise GeometryError(f"an array of shape {array.shape} isn't (t, k, j, i) with slots of {slots.shape}")
        if self._regrid is None:
            if out is not None and out is not array:
                np.copyto(out, array, casting="no")
                return out
            return array
        shape = self.finished_shape(array.shape)
        if out is None:
            out = np.empty(shape, array.dtype)
        elif out.shape != shape or out.dtype != array.dtype:
            raise GeometryError(f"the result has shape {shape} and dtype {array.dtype}, which out= has not")
        if np.may_share_memory(out, array):
            raise GeometryError("out= shares memory with the array that is resampled")
        kind = np.iinfo(array.dtype) if array.dtype.kind in "iu" else None
        if kind is not None and not (kind.min <= fill <= kind.max and fill == int(fill)):
            raise GeometryError(f"the value that fills what is outside doesn't fit {array.dtype}")
        self._regrid.apply(array if lead == 2 else array[None], fill, out if lead == 2 else out[None])
        return out


def lay_out(stack: Stack, *, gaps: str = "raise", tilt: str = "raise", duplicates: str = "raise") -> list[Layout]:
    """How the planes of a stack become arrays.

    Parameters
    ----------
    stack : Stack
    gaps : {"raise", "fill", "resample", "split"}
        About missing slices, uneven steps, and times that lack slices. ``"fill"`` leaves slots of padding where whole
        slices are missing (uneven steps are refused all the same), ``"resample"`` interpolates between slices on a
        grid of the usual step, ``"split"`` gives one array for each part that is regular by itself.
    tilt : {"raise", "shear", "keep"}
        About slices that don't lie straight above one another. ``"keep"`` takes the tilt into the affine, whose
        column 0 then leaves the normal; ``"shear"`` moves each slice within its plane, so that the grid is orthogonal,
        and adds rows and columns for what sticks out. Slices off a straight line (``drift``) can only be sheared.
    duplicates : {"raise", "first", "split"}
        About planes at one place that nothing tells apart: the first of them (by the order of the planes), or one
        array of the first ones, one of the second ones, and so on; these later ones are taken apart at their gaps.

    Raises
    ------
    GeometryError
        A defect that the policies leave to refuse. Its `report` has all defects; the message says which policies go on.
    """
    chosen = {"gaps": gaps, "tilt": tilt, "duplicates": duplicates}
    for option, policy in chosen.items():
        if policy not in POLICIES[option]:
            raise GeometryError(f"{option}= is one of {', '.join(map(repr, POLICIES[option]))}")
    refused = [defect for defect in stack.report.defects if chosen[defect.policy] not in _CURES[defect.kind]]
    if refused:
        raise GeometryError(_refusal(refused), report=stack.report)
    if duplicates == "split" and len(stack.duplicates):
        return _split_duplicates(stack, gaps, tilt)
    actions = []
    if len(stack.duplicates):
        actions.append(f"duplicates=first: {counted(len(stack.duplicates), 'plane')} left out")
    if gaps == "split" and _has(stack, "gap", "uneven-spacing", "incomplete-dimension"):
        return _split_gaps(stack, tilt, duplicates, actions)
    return [_one_layout(stack, gaps, tilt, actions)]


def _has(stack: Stack, *kinds: str) -> bool:
    return any(defect.kind in kinds for defect in stack.report.defects)


def _refusal(refused: list[Defect]) -> str:
    told = [defect.message for defect in refused[:_NAMED_DEFECTS]]
    if len(refused) > len(told):
        told.append(f"and {len(refused) - len(told)} more")
    ways = []
    for option in POLICIES:
        kinds = {defect.kind for defect in refused if defect.policy == option}
        cures = [policy for policy in POLICIES[option] if kinds and all(policy in _CURES[kind] for kind in kinds)]
        if cures:
            named = [repr(cure) for cure in cures]
            ways.append(f"{option}={' or '.join([', '.join(named[:-1]), named[-1]] if len(named) > 1 else named)}")
    return f"the planes are no regular grid: {'; '.join(told)}. To go on: {'; '.join(ways)}"


# --- one array --------------------------------------------------------------------------------------------------------


def _one_layout(stack: Stack, gaps: str, tilt: str, actions: list[str]) -> Layout:
    last = len(stack.distances) - 1
    places = np.concatenate([[0], np.cumsum(stack.steps)]).astype(np.intp)
    times = np.arange(len(stack.order))
    slots = stack.order
    shears = tilt == "shear" and _has(stack, "tilt", "drift")
    if gaps == "fill" and _has(stack, "gap", "incomplete-dimension"):
        _check_size(stack, int(places[-1]) + 1)
        slots = np.full((len(times), int(places[-1]) + 1), -1, np.intp)
        slots[:, places] = stack.order
        actions = [*actions, f"gaps=fill: {counted(int((slots < 0).sum()), 'slot')} of padding"]
    affine = stack.affine_between(0, last, int(places[-1]))
    targets = None
    if gaps == "resample" and _has(stack, "gap", "uneven-spacing", "incomplete-dimension"):
        targets, affine = _targets(stack, int(places[-1]))
        step = number(float(affine[:3, 0] @ stack.normal))
        actions = [*actions, f"gaps=resample: {counted(len(targets), 'slice')}, {step} mm apart"]
    shifts = None
    if shears:
        shifts, affine = _shifts(stack, slots, affine)
        actions = [*actions, "tilt=shear: slices moved within their planes"]
    elif _has(stack, "tilt"):
        actions = [*actions, "tilt=keep: column 0 of the affine has the tilt"]
    regrid = None
    if targets is not None:
        regrid = Regrid.between(slots, stack.distances, targets, shifts)
    elif shifts is not None:
        regrid = Regrid.in_place(slots, shifts)
    report = stack.report.with_actions(actions) if actions else stack.report
    return Layout(stack.planes, slots, affine, report, times, stack.dimension, regrid)


def _check_size(stack: Stack, number_of_slots: float) -> None:
    # Positions that are far off would ask for an array of any size; what is mostly padding is no volume.
    number_of_slices = len(stack.distances)
    if number_of_slots > _MOST_SLOTS * number_of_slices:
        raise GeometryError(
            f"{counted(number_of_slices, 'slice')} would be {number(number_of_slots)} with the gaps closed; "
            "gaps='split' takes them apart",
            report=stack.report,
        )


def _targets(stack: Stack, steps: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distances of the slices of an even grid over the stack, and its affine."""
    height = float(stack.distances[-1])
    if _has(stack, "uneven-spacing"):
        _check_size(stack, height / stack.spacing_mm)
        number_of_steps = int(height / stack.spacing_mm + 1e-6)
        step = stack.spacing_mm
    else:
        # Gaps of whole slices: the grid ends where the stack does.
        number_of_steps = steps
        _check_size(stack, number_of_steps + 1)
        step = height / steps if steps else stack.spacing_mm
    affine = stack.affine_between(0, 0, 0)
    last = len(stack.distances) - 1
    if last:
        affine[:3, 0] = stack.affine_between(0, last, 1)[:3, 0] * (step / height)
    return np.arange(number_of_steps + 1, dtype=np.float64) * step, affine


def _shifts(
    stack: Stack, slots: NDArray[np.intp], affine: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How many pixels (j, i) each slot's plane lies from the upright grid, at least 0, and that grid's affine."""
    offsets = stack.offsets.copy()
    if not _has(stack, "drift"):
        # The line is better known than each plane's place.
        times, slices = np.nonzero(stack.order >= 0)
        offsets[stack.order[times, slices]] = stack.distances[slices, None] * stack.slope
    normal, down, across = stack.directions
    # Directions needn't be at a right angle to the last digit.
    lean = float(down @ across)
    i_mm, j_mm = (offsets @ np.linalg.inv([[1.0, lean], [lean, 1.0]])).T
    shifts: NDArray[np.float64] = np.zeros((*slots.shape, 2))
    affine = affine.copy()
    affine[:3, 0] = normal * (affine[:3, 0] @ normal)
    for axis, moved, spacing in ((0, j_mm, stack.pixel_spacing[0]), (1, i_mm, stack.pixel_spacing[1])):
        there = slots >= 0
        pixels = moved[slots[there]] / spacing
        if not len(pixels) or np.abs(pixels).max() * spacing <= stack.report.tolerance_mm:
            continue
        # By whole pixels, so that the first slice keeps its values.
        before = np.floor(pixels.min() + 1e-6)
        shifts[there, axis] = pixels - before
        affine[:3, 3] += affine[:3, 1 + axis] * before
    # Room for slices that lie far apart could be of any size; what is mostly fill is no volume.
    pixels_of_one = int(stack.planes.rows[0]), int(stack.planes.columns[0])
    _, rows, columns = Regrid.in_place(slots, shifts).shape(*pixels_of_one)
    if rows * columns > max(_MOST_ROOM * pixels_of_one[0] * pixels_of_one[1], _SMALL_ROOM):
        raise GeometryError(
            f"slices of {pixels_of_one[0]} x {pixels_of_one[1]} pixels would be {rows} x {columns} with tilt='shear'",
            report=stack.report,
        )
    return shifts, affine


# --- several arrays ---------------------------------------------------------------------------------------------------


class _PartOfDimension:
    """The index t of some of the planes."""

    __slots__ = ("index",)

    def __init__(self, index: NDArray[np.intp]) -> None:
        self.index = index


def _part(
    stack: Stack,
    rows: NDArray[np.intp],
    times: NDArray[np.intp],
    policies: dict[str, str],
    actions: Iterable[str],
) -> list[Layout]:
    """Layouts of some planes of a stack, in the rows of the whole."""
    kept, index = np.unique(times, return_inverse=True)
    dimension = None if stack.dimension is None else _PartOfDimension(index.astype(np.intp))
    part = arrange(
        stack.planes.take(rows),
        dimension,
        tolerance_mm=stack.report.tolerance_mm,
        slice_spacing_mm=None if policies.get("own_step") else stack.spacing_mm,
    )
    tilt = policies["tilt"]
    layouts = lay_out(part, gaps=policies["gaps"], tilt=tilt, duplicates=policies["duplicates"])
    for layout in layouts:
        layout.planes = stack.planes
        layout.slots = np.where(layout.slots < 0, -1, rows[layout.slots])
        layout.times = kept[layout.times]
        layout.dimension = stack.dimension
        layout.report = layout.report.with_actions(actions)
    return layouts


def _split_duplicates(stack: Stack, gaps: str, tilt: str) -> list[Layout]:
    """One array of the first planes of all places, one of the second ones, ..."""
    times, slices = np.nonzero(stack.order >= 0)
    layers = [(stack.order[times, slices], times)]
    place = stack.duplicates[:, 0] * stack.order.shape[1] + stack.duplicates[:, 1]
    in_order = np.argsort(place, kind="stable")
    begins = np.concatenate([[True], np.diff(place[in_order]) > 0])
    starts = np.flatnonzero(begins)
    ordinal = np.empty(len(place), np.intp)
    ordinal[in_order] = np.arange(len(place)) - np.repeat(starts, np.diff([*starts, len(place)]))
    for layer in range(int(ordinal.max()) + 1):
        chosen = stack.duplicates[ordinal == layer]
        layers.append((chosen[:, 2], chosen[:, 0]))
    layouts = []
    for layer, (rows, layer_times) in enumerate(layers):
        policies = {"gaps": gaps if not layer else "split", "tilt": tilt, "duplicates": "split"}
        action = f"duplicates=split: the planes that are number {layer + 1} at their places"
        layouts += _part(stack, rows, layer_times, policies, [action])
    return layouts


def _split_gaps(stack: Stack, tilt: str, duplicates: str, actions: list[str]) -> list[Layout]:
    """One array for each run of even steps, of the times that have the same slices."""
    has_plane = stack.order >= 0
    patterns, pattern_of = np.unique(has_plane, axis=0, return_inverse=True)
    # In the order of time.
    pieces = []
    for pattern in dict.fromkeys(pattern_of.ravel().tolist()):
        times = np.flatnonzero(pattern_of.ravel() == pattern)
        slices = np.flatnonzero(patterns[pattern])
        pieces += [
            (times, run) for run in _even_runs(stack.distances, slices, stack.spacing_mm, stack.report.tolerance_mm)
        ]
    # By its own step and tolerance a part may be irregular once more. It is smaller each time, and one slice is a grid.
    if len(pieces) == 1:
        pieces = [(pieces[0][0], pieces[0][1][k : k + 1]) for k in range(len(pieces[0][1]))]
    layouts = []
    for index, (times, slices) in enumerate(pieces):
        rows = stack.order[np.ix_(times, slices)]
        policies = {
            "gaps": "split",
            "tilt": tilt,
            "duplicates": duplicates,
            "own_step": "yes" if len(slices) > 1 else "",
        }
        action = f"gaps=split: part {index + 1} of {len(pieces)}"
        repeated = np.repeat(times, len(slices))
        layouts += _part(stack, rows.ravel(), repeated, policies, [*actions, action])
    return layouts


def _even_runs(
    distances: NDArray[np.float64], slices: NDArray[np.intp], spacing: float, tolerance: float
) -> list[NDArray[np.intp]]:
    """Runs of slices that are even by themselves: of the usual step where it is met, of others between."""
    if len(slices) < 2:
        return [slices] if len(slices) else []
    steps = np.diff(distances[slices])
    runs: list[list[int]] = [[0]]
    for at, step in enumerate(steps):
        run = runs[-1]
        begin = distances[slices[run[0]]]
        # Even from step to step and as a whole.
        is_even = abs(step - spacing) <= tolerance
        is_even = is_even and abs(distances[slices[at + 1]] - begin - len(run) * spacing) <= tolerance
        if is_even:
            run.append(at + 1)
        else:
            runs.append([at + 1])
    # What is left alone may have a step of its own.
    joined: list[list[int]] = []
    for run in runs:
        before = joined[-1] if joined else []
        if len(run) == 1 and before and _fits(distances[slices], before, run[0], spacing, tolerance):
            before.append(run[0])
        else:
            joined.append(list(run))
    return [slices[run] for run in joined]


def _fits(distances: NDArray[np.float64], run: list[int], slice_index: int, spacing: float, tolerance: float) -> bool:
    """Whether a slice that is alone goes on with a run of another step than the usual one."""
    step = float(distances[slice_index] - distances[run[-1]])
    if len(run) == 1:
        # Two slices alone are a grid of their own step, if that isn't a gap.
        return abs(step - max(round(step / spacing), 2) * spacing) > tolerance
    own = float(distances[run[1]] - distances[run[0]])
    return abs(own - spacing) > tolerance and abs(step - own) <= tolerance
