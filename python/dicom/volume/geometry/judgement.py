"""What is wrong with planes in order: gaps, uneven steps, duplicates, tilt, drift, what a time lacks.

In: a `Stack` whose planes have their places. Out: its step, slope, affine and `GeometryReport`. Each rule is one
function, and finds its own kind and no other: a missing slice is no uneven step, a tilt is no drift.
Standard: PS3.3 C.7.6.2.1.1, C.7.6.2 (Slice Thickness), C.8.2.1 (Gantry/Detector Tilt).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.volume.geometry.report import Defect, GeometryReport, counted, listed, number, shown

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dicom.volume.geometry.order import Stack

#: A tilt is more than this. Gantries tilt by half degrees and more; rounded direction cosines stay far below.
TILT_DEGREES = 0.1
# What is stated of a tilt and what positions say may differ by this: it is stated to half a degree or one.
_STATED_TILT_DEGREES = 0.6
# How far a whole multiple of the step may be missed by a step that is a gap and uneven at once.
_GAP_PART = 0.1
# A tilt of a stack whose slices also drift has to be this many times the drift.
_TILT_TO_DRIFT = 4
_NAMES_OF_PLANES = ("sagittal", "coronal", "axial")


def tolerance_of(step: float, tolerance_mm: float | None) -> float:
    """What counts as even where slices are a step apart."""
    # A hundredth of a millimetre is half the step of an optical scan: no fine stack may pass as even by it.
    return min(max(0.01 * step, 0.01), step / 4) if tolerance_mm is None else tolerance_mm


def orientation_words(normal: NDArray[np.float64]) -> str:
    """``"axial"``, or the nearest plane of the body with the angle to it."""
    nearest = int(np.abs(normal).argmax())
    sides = np.delete(normal, nearest)
    degrees = float(np.degrees(np.arctan2(np.linalg.norm(sides), abs(normal[nearest]))))
    name = _NAMES_OF_PLANES[nearest]
    return name if degrees < 0.1 else f"oblique ({number(round(degrees, 1))}° off {name})"


def judge(stack: Stack, tolerance_mm: float | None, slice_spacing_mm: float | None) -> None:
    """Sets the step, slope, affine and report of a stack."""
    distances = stack.distances
    count = len(distances)
    steps = np.diff(distances)
    defects: list[Defect] = []
    notes: list[Defect] = []
    thickness = _thickness(stack)
    if count == 1:
        spacing = slice_spacing_mm or thickness
        tolerance = tolerance_of(spacing, tolerance_mm) if spacing else tolerance_mm or 0.01
    else:
        spacing = slice_spacing_mm or _usual_step(steps)
        tolerance = tolerance_of(spacing, tolerance_mm)
    if spacing is None:
        defects.append(_unknown_step(stack))
    stack.spacing_mm = spacing or 1.0
    defects += _duplicates(stack, tolerance)
    multiples, is_gap, uneven = _steps(distances, stack.spacing_mm, tolerance)
    stack.steps = multiples
    defects += _gaps(stack, steps, is_gap)
    if uneven is not None:
        defects.append(_uneven(stack, steps, is_gap, tolerance, uneven))
    defects += _incomplete(stack)
    stack.slope, degrees, is_tilted, drift = _lean(stack, tolerance)
    if is_tilted:
        defects.append(_tilt(stack, degrees))
    if drift is not None:
        defects.append(_drift(stack, drift, tolerance))
    if spacing is not None and count > 1:
        notes += _stated_steps(stack, thickness, tolerance, degrees)
    notes += _stated_tilt(stack, degrees if is_tilted else 0.0)
    notes += _instance_order(stack)
    is_grid = spacing is not None and uneven is None and drift is None and not is_gap.any()
    stack.affine = stack.affine_between(0, count - 1, count - 1) if is_grid else None
    stack.report = GeometryReport(
        defects,
        spacing,
        count,
        tolerance,
        notes=notes,
        number_of_planes=len(stack.planes),
        number_of_volumes=len(stack.order),
        thickness_mm=thickness,
        tilt_degrees=degrees,
        orientation=orientation_words(stack.normal),
    )


# --- along the normal -------------------------------------------------------------------------------------------------


def _usual_step(steps: NDArray[np.float64]) -> float:
    """The step that most slices have, of equals the smallest, since what is wider can be a gap.

    Slices that are scattered about a grid have some like steps by chance. There the step is the average, of which their
    grid ends where the slices do.
    """
    ascending = np.sort(steps)
    # What the caller lets pass as even says nothing about which step is the usual one.
    tolerance = min(tolerance_of(float(np.median(ascending)), None), float(ascending[0]) / 4)
    ends = np.searchsorted(ascending, ascending + 2 * tolerance, side="right")
    counts = ends - np.arange(len(ascending))
    best = int(counts.argmax())
    usual = float(ascending[best : ends[best]].mean())
    is_usual = (steps >= ascending[best]) & (steps <= ascending[ends[best] - 1])
    multiples = np.maximum(np.round(steps / usual), 1)
    if (np.abs(steps - multiples * usual) <= tolerance).all():
        return usual
    runs = int(is_usual[0]) + int((np.diff(is_usual.astype(int)) > 0).sum())
    if counts[best] >= 2 * runs:
        # Not the average: of the two steps beside a slice out of place, one may be among these.
        return float(np.median(ascending[best : ends[best]]))
    middle = float(ascending[(len(ascending) - 1) // 2])
    return float(steps.sum() / np.maximum(np.round(steps / middle), 1).sum())


def _steps(
    distances: NDArray[np.float64], spacing: float, tolerance: float
) -> tuple[NDArray[np.intp], NDArray[np.bool_], float | None]:
    """Of each step how many of the grid it is, and whether it is a gap; the largest deviation, if too large."""
    steps = np.diff(distances)
    # A step of more slices than this is a gap all the same, and no array is made for it.
    multiples = np.maximum(np.minimum(np.round(steps / spacing), 2.0**31), 1).astype(np.intp)
    excess = np.abs(steps - multiples * spacing)
    is_gap = (multiples > 1) & (excess <= max(tolerance, _GAP_PART * spacing))
    multiples[~is_gap] = 1
    deviation = np.abs(steps - multiples * spacing)
    if not len(steps):
        return multiples, is_gap, None
    # Steps that grow slowly, each by less than the tolerance, still end far from the grid.
    places = np.concatenate([[0], np.cumsum(multiples)])
    away = np.abs(distances - places * (distances[-1] / places[-1]))
    # What is lost in adding up binary fractions is no deviation.
    limit = tolerance + 1e-9
    largest = float(deviation.max()) if deviation.max() > limit else float(away.max())
    return multiples, is_gap, largest if largest > limit else None


def _gaps(stack: Stack, steps: NDArray[np.float64], is_gap: NDArray[np.bool_]) -> list[Defect]:
    found = []
    rows = stack.first_of_slices
    for k in np.flatnonzero(is_gap).tolist():
        missing = int(stack.steps[k]) - 1
        verb = "is" if missing == 1 else "are"
        message = (
            f"{counted(missing, 'slice')} {verb} missing between slices {k} and {k + 1}: {number(steps[k])} mm from "
            f"one to the next, where most are {number(stack.spacing_mm)} mm apart"
        )
        files = stack.names(rows[k : k + 2])
        found.append(Defect("gap", message, steps[k], (k, k + 1), files, count=missing))
    return found


def _uneven(
    stack: Stack, steps: NDArray[np.float64], is_gap: NDArray[np.bool_], tolerance: float, largest: float
) -> Defect:
    off = np.flatnonzero(np.abs(steps - stack.steps * stack.spacing_mm) > tolerance)
    if len(off):
        usual = steps[off] / stack.steps[off]
        least, most = number(float(usual.min())), number(float(usual.max()))
        verb = "differs" if len(off) == 1 else "differ"
        measured = f"{least} mm" if least == most else f"{least} to {most} mm"
        message = (
            f"{len(off)} of {counted(len(steps), 'step')} {verb} from {number(stack.spacing_mm)} mm: {measured} "
            f"(even is within {number(tolerance)} mm)"
        )
    else:
        off = np.arange(len(steps))
        message = (
            f"the step from slice to slice changes by little each time, and slices end up {number(largest)} mm "
            f"from where even steps would have them (even is within {number(tolerance)} mm)"
        )
    slices = np.unique(np.concatenate([off, off + 1]))
    files = stack.names(stack.first_of_slices[slices])
    return Defect("uneven-spacing", message, largest, slices, files, count=len(off))


def _unknown_step(stack: Stack) -> Defect:
    files = stack.names(stack.first_of_slices)
    message = (
        f"there is one slice position only, and no Slice Thickness (0018,0050) above zero that all its planes share: "
        f"{shown(files[0])}; slice_spacing_mm= says the step"
    )
    return Defect("unknown-step", message, files=files)


def _duplicates(stack: Stack, tolerance: float) -> list[Defect]:
    found: list[Defect] = []
    if not len(stack.duplicates):
        return found
    times, slices, rows = stack.duplicates.T
    firsts = stack.order[times, slices]
    # Planes in one distance from the first slice needn't cover one another.
    is_beside = np.linalg.norm(stack.offsets[rows] - stack.offsets[firsts], axis=1) > tolerance
    for kind, of_kind in {"duplicate": ~is_beside, "side-by-side": is_beside}.items():
        chosen = np.flatnonzero(of_kind)
        chosen = chosen[np.argsort(slices[chosen], kind="stable")]
        for here in np.split(chosen, np.flatnonzero(np.diff(slices[chosen])) + 1) if len(chosen) else []:
            k = int(slices[here[0]])
            planes = np.unique(np.concatenate([firsts[here], rows[here]]))
            at = f"slice {k}"
            if len(stack.order) > 1:
                at += f" at t = {listed(np.unique(times[here]).tolist())}"
            amount = None
            if kind == "duplicate":
                message = f"{len(planes)} planes lie at {at}, and nothing tells them apart"
            else:
                amount = float(np.linalg.norm(stack.offsets[rows[here]] - stack.offsets[firsts[here]], axis=1).max())
                message = f"{len(planes)} planes lie side by side at {at}, up to {number(amount)} mm from one another"
            found.append(Defect(kind, message, amount, (k,), stack.names(planes), count=len(here)))
    return found


def _incomplete(stack: Stack) -> list[Defect]:
    found = []
    is_missing = stack.order < 0
    for time in np.flatnonzero(is_missing.any(axis=1)):
        slices = np.flatnonzero(is_missing[time])
        noun = "slice" if len(slices) == 1 else "slices"
        message = f"t = {time} lacks {noun} {listed(slices.tolist())}, where others of the {len(stack.order)} have them"
        files = stack.names(stack.order[time][~is_missing[time]][:1])
        found.append(Defect("incomplete-dimension", message, None, slices, files, count=len(slices)))
    return found


# --- within the plane -------------------------------------------------------------------------------------------------


def _lean(
    stack: Stack, tolerance: float
) -> tuple[NDArray[np.float64], float, bool, tuple[NDArray[np.float64], NDArray[np.intp]] | None]:
    """How slices move within their plane: the slope, its angle in degrees, whether that is a tilt, and what a straight
    line doesn't explain (mm for each slice and time that it is too much for, and the slices).
    """
    count = len(stack.distances)
    offsets = stack.offsets[stack.first_of_slices]
    height = float(stack.distances[-1])
    slope = offsets[-1] / height if count > 1 else np.zeros(2)
    away = np.linalg.norm(offsets - stack.distances[:, None] * slope, axis=1)
    scatter = 0.0
    if away.max() > tolerance:
        slope = _median_slope(offsets, stack.distances)
        rest = offsets - stack.distances[:, None] * slope
        rest -= np.median(rest, axis=0)
        away = np.linalg.norm(rest, axis=1)
        scatter = float(np.median(away))
    lean = float(np.linalg.norm(slope))
    degrees = float(np.degrees(np.arctan(lean)))
    is_tilted = degrees > TILT_DEGREES and lean * height > max(tolerance, _TILT_TO_DRIFT * scatter)
    if away.max() > tolerance and not is_tilted:
        slope, degrees = np.zeros(2), 0.0
        rest = offsets - np.median(offsets, axis=0)
        away = np.linalg.norm(rest, axis=1)
    times, slices = np.nonzero(stack.order >= 0)
    rows = stack.order[times, slices]
    to_first = np.linalg.norm(stack.offsets[rows] - offsets[slices], axis=1)
    of_slices = np.maximum(away, 0.0)
    np.maximum.at(of_slices, slices, to_first)
    off = np.flatnonzero(of_slices > tolerance)
    return slope, degrees, is_tilted, (of_slices[off], off) if len(off) else None


def _median_slope(offsets: NDArray[np.float64], distances: NDArray[np.float64]) -> NDArray[np.float64]:
    """The slope of a line through most of the slices, which one that is out of line doesn't turn: the median of the
    slopes between pairs of slices (of all, or in a high stack of many that are far apart).
    """
    count = len(distances)
    lags = range(1, count) if count <= 64 else np.unique(np.linspace(count // 3, 2 * count // 3, 33).astype(int))
    stride = count // 4096 + 1
    slopes = [
        (offsets[lag::stride] - offsets[:-lag:stride]) / (distances[lag::stride] - distances[:-lag:stride])[:, None]
        for lag in lags
    ]
    slope: NDArray[np.float64] = np.median(np.concatenate(slopes), axis=0)
    return slope


def _tilt(stack: Stack, degrees: float) -> Defect:
    across, down = stack.slope * stack.spacing_mm
    shift = stack.slope[0] * stack.directions[2] + stack.slope[1] * stack.directions[1]
    parts = [
        f"{number(abs(amount))} mm towards {'higher' if amount > 0 else 'lower'} {axis}"
        for amount, axis in ((down, "j"), (across, "i"))
        if abs(amount) >= 0.0005
    ]
    message = (
        f"the step from slice to slice leaves the normal by {number(round(degrees, 2))}°, towards {_side(shift)}: "
        f"each slice lies {' and '.join(parts)} of the one before it"
    )
    files = stack.names(stack.first_of_slices[[0, -1]])
    return Defect("tilt", message, degrees, (0, len(stack.distances) - 1), files, unit="°")


def _drift(stack: Stack, drift: tuple[NDArray[np.float64], NDArray[np.intp]], tolerance: float) -> Defect:
    away, slices = drift
    verb = "lies" if len(slices) == 1 else "lie"
    message = (
        f"{counted(len(slices), 'slice')} {verb} beside the straight line through the others, up to "
        f"{number(float(away.max()))} mm within the plane (straight is within {number(tolerance)} mm)"
    )
    files = stack.names(stack.first_of_slices[slices])
    return Defect("drift", message, away.max(), slices, files, count=len(slices))


def _side(vector: NDArray[np.float64]) -> str:
    """Where a vector in LPS points most, in words."""
    axis = int(np.abs(vector).argmax())
    return (("right", "left"), ("anterior", "posterior"), ("feet", "head"))[axis][int(vector[axis] > 0)]


# --- what is stated ---------------------------------------------------------------------------------------------------


def _stated(stack: Stack, name: str) -> NDArray[np.float64] | None:
    """A column of numbers that the headers may have, for each plane."""
    column = stack.planes.dimensions.get(name)
    if column is not None:
        return np.asarray(column, np.float64)
    try:
        numbers: NDArray[np.float64] = np.asarray(stack.planes.headers.number(name), np.float64)[stack.planes.file]
    except (AttributeError, KeyError):
        return None
    return numbers


def _one_number(column: NDArray[np.float64] | None, tolerance: float) -> float | None:
    """What all planes that state it agree on."""
    if column is None:
        return None
    said = column[np.isfinite(column)]
    if not len(said) or np.ptp(said) > tolerance:
        return None
    return float(np.median(said))


def _thickness(stack: Stack) -> float | None:
    column = stack.planes.thickness
    thickness = _one_number(column[column > 1e-6], 0.01)
    return thickness if thickness is not None and thickness < 1e5 else None


def _stated_steps(stack: Stack, thickness: float | None, tolerance: float, degrees: float) -> list[Defect]:
    notes = []
    step = stack.spacing_mm
    if thickness is not None and thickness > step + tolerance:
        message = (
            f"slices of {number(thickness)} mm (Slice Thickness) stand {number(step)} mm apart: "
            f"each overlaps the next by {number(thickness - step)} mm"
        )
        notes.append(Defect("overlap", message, thickness - step))
    elif thickness is not None and thickness < step - tolerance:
        message = (
            f"slices of {number(thickness)} mm (Slice Thickness) stand {number(step)} mm apart: "
            f"{number(step - thickness)} mm between them were not imaged"
        )
        notes.append(Defect("slices-apart", message, step - thickness))
    # Of a tilted stack both the step along the normal and the one along the table are met.
    stated = _one_number(np.abs(stack.planes.spacing_between_slices), np.inf)
    steps = (step, step / float(np.cos(np.radians(degrees))))
    if stated is not None and min(abs(stated - each) for each in steps) > tolerance:
        message = (
            f"Spacing Between Slices (0018,0088) is {number(stated)} mm; by their positions slices are "
            f"{number(step)} mm apart, which counts"
        )
        notes.append(Defect("stated-spacing", message, abs(stated - step)))
    return notes


def _stated_tilt(stack: Stack, degrees: float) -> list[Defect]:
    stated = _one_number(_stated(stack, "GantryDetectorTilt"), 0.5)
    # Which way a positive angle leans differs between makers, so only its size is compared.
    if stated is None or len(stack.distances) < 2 or abs(abs(stated) - degrees) <= _STATED_TILT_DEGREES:
        return []
    by_positions = f"lean by {number(round(degrees, 2))}°" if degrees else "stand straight above one another"
    message = (
        f"Gantry/Detector Tilt (0018,1120) is {number(abs(stated))}°; by their positions slices {by_positions}, "
        "which counts"
    )
    return [Defect("stated-tilt", message, abs(abs(stated) - degrees), unit="°")]


def _instance_order(stack: Stack) -> list[Defect]:
    column: Any = _stated(stack, "InstanceNumber")
    if column is None or len(np.unique(stack.planes.file)) < len(stack.planes):
        return []
    rising = falling = 0
    broken: set[int] = set()
    for slices in stack.order:
        present = np.flatnonzero(slices >= 0)
        numbers = column[slices[present]]
        if np.isnan(numbers).any():
            return []
        changes = np.sign(np.diff(numbers))
        rising += int((changes > 0).sum())
        falling += int((changes < 0).sum())
    if not falling:
        return []
    if not rising:
        return [Defect("reversed-order", "Instance Numbers fall from slice to slice; positions count")]
    # Which way most go is the way; those are out of place that the sorted numbers have elsewhere.
    for slices in stack.order:
        present = np.flatnonzero(slices >= 0)
        numbers = column[slices[present]]
        expected = np.sort(numbers)[:: 1 if rising >= falling else -1]
        broken.update(present[numbers != expected].tolist())
    out = sorted(broken)
    message = f"Instance Numbers run against the positions at slices {listed(out)}; positions count"
    files = stack.names(stack.first_of_slices[out])
    return [Defect("swapped-order", message, None, out, files, count=len(out))]
