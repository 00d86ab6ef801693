"""What may tell frames apart that share a position: axes that a volume can have, and what only parts volumes.

In: planes. Out: an `Axis` for each element that says something: a number for each plane, from 0. Which of them is the
4th axis is decided in `dimension`. Standard: PS3.3 C.7.6.16.2, C.8.3.1 (MR), C.8.9.4 (PET), C.8.4 (NM).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.volume.series.clock import seconds_of_date_times, seconds_of_times
from dicom.volume.series.headers import codes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from dicom.volume.planes import Planes

# Numbers that are one when six digits after the point agree.
_DIGITS = 6
# Offsets of frames from the first one at their position agree within so many seconds.
_OFFSET_TOLERANCE = 1e-3

#: Name of an axis, its unit, words for it, and the elements that can say it, the most telling first.
_EXACT: tuple[tuple[str, str | None, str, tuple[str, ...]], ...] = (
    ("pet-frame", "ms", "frame reference time", ("FrameReferenceTime",)),
    ("cardiac", "ms", "cardiac delay", ("NominalCardiacTriggerDelayTime",)),
    ("cardiac", "%", "cardiac phase", ("NominalPercentageOfCardiacPhase",)),
    ("cardiac", None, "time slot of the heart's cycle", ("TimeSlotVector",)),
    ("respiratory", "%", "respiratory phase", ("NominalPercentageOfRespiratoryPhase",)),
    ("respiratory", "ms", "respiratory delay", ("NominalRespiratoryTriggerDelayTime",)),
    ("echo", "ms", "echo time", ("EchoTime",)),
    ("echo", None, "echo number", ("EchoNumbers",)),
    ("inversion-time", "ms", "inversion time", ("InversionTime",)),
    ("flip-angle", "°", "flip angle", ("FlipAngle",)),
    ("energy", "kV", "tube voltage", ("KVP",)),
    ("time", None, "temporal position", ("TemporalPositionIndex", "TemporalPositionIdentifier")),
    ("time", "ms", "temporal position", ("TemporalPositionTimeOffset",)),
    ("time", None, "time slice", ("TimeSliceVector",)),
    ("time", None, "phase", ("PhaseVector",)),
    ("time", "ms", "frame time", ("FrameTime",)),
    ("segment", None, "segment", ("ReferencedSegmentNumber",)),
    ("energy-window", None, "energy window", ("EnergyWindowVector",)),
    ("detector", None, "detector", ("DetectorVector",)),
    ("rotation", None, "rotation", ("RotationVector",)),
    ("rr-interval", None, "R-R interval", ("RRIntervalVector",)),
    ("acquisition", None, "acquisition number", ("AcquisitionNumber",)),
)

# Columns that order frames in space or are part of what is looked at already; any other one may be an axis.
_NO_AXES = frozenset(
    (
        *("DiffusionBValue", "DiffusionGradientOrientation", "GEGradientDirection", "TriggerTime", "ImageIndex"),
        *("FrameAcquisitionDateTime", "AcquisitionDateTime", "ActualFrameDuration", "RepetitionTime", "SliceLocation"),
        *("SliceVector", "AngularViewVector", "TemporalResolution"),
        *(keyword for _, _, _, keywords in _EXACT for keyword in keywords),
    )
)

#: Texts by which planes are parted, with words for them.
_DIVIDERS = (
    ("FrameType", "image type"),
    ("ImageType", "image type"),
    ("ConvolutionKernel", "reconstruction kernel"),
    ("ReceiveCoilName", "receive coil"),
    ("AcquisitionContrast", "contrast"),
    ("QuantityDefinition", "quantity"),
    ("MeasurementUnits", "unit"),
)


class Axis:
    """What one element says of planes.

    Attributes
    ----------
    name : str
        As of `Dimension`, or the words for what parts planes.
    title : str
        Words for it.
    source : str
        The element, by keyword.
    unit : str or None
    codes : ndarray of int64, shape (planes,)
        From 0; each number is there.
    values : ndarray of float64, shape (count,), or (count, 4) for diffusion; None for text
        Of each number.
    is_label : bool
        Whether planes of several t may bear the same value, as with diffusion, whose weightings are repeated.
    is_clock : bool
        Whether it is the time of day, which differs wherever anything else does.
    """

    __slots__ = ("codes", "is_clock", "is_label", "name", "source", "texts", "title", "unit", "values")

    def __init__(
        self,
        name: str,
        title: str,
        source: str,
        codes: NDArray[np.int64],
        *,
        unit: str | None = None,
        values: NDArray[np.float64] | None = None,
        texts: list[str | None] | None = None,
        is_label: bool = False,
        is_clock: bool = False,
    ) -> None:
        self.name = name
        self.title = title
        self.source = source
        self.codes = codes
        self.unit = unit
        self.values = values
        self.texts = texts
        self.is_label = is_label
        self.is_clock = is_clock

    @property
    def count(self) -> int:
        """How many values there are."""
        return int(self.codes.max()) + 1 if len(self.codes) else 0

    def of(self, rows: NDArray[np.intp]) -> Axis:
        """What it says of some of the planes, numbered anew."""
        kept, codes = np.unique(self.codes[rows], return_inverse=True)
        return Axis(
            self.name,
            self.title,
            self.source,
            codes.reshape(-1),
            unit=self.unit,
            values=None if self.values is None else self.values[kept],
            texts=None if self.texts is None else [self.texts[code] for code in kept],
            is_label=self.is_label,
            is_clock=self.is_clock,
        )

    def words(self, code: int) -> str:
        """One of its values, for a listing."""
        if self.texts is not None:
            return (self.texts[code] or "not said").replace("\\", " ")
        if self.values is None:
            return str(code + 1)
        value = self.values[code]
        unit = f" {self.unit}" if self.unit else ""
        if value.ndim:
            direction = ", ".join(f"{x:.2f}" for x in value[1:]) if np.isfinite(value[1:]).all() else "none"
            return f"{value[0]:.6g}{unit}, direction {direction}"
        return "not said" if np.isnan(value) else f"{value:.6g}{unit}"


def axes_of(planes: Planes) -> list[Axis]:
    """The axes that planes may have, the most telling first; only what differs from plane to plane."""
    found = [*_diffusion(planes)]
    for name, unit, title, keywords in _EXACT:
        if name == "inversion-time":
            found += _trigger_time(planes)
        for keyword in keywords:
            column = planes.dimensions.get(keyword)
            if column is None:
                continue
            axis = _exact(name, title, keyword, column, unit)
            if axis is not None:
                found.append(axis)
                break
    found += _pet_slots(planes)
    for keyword, column in planes.dimensions.items():
        if keyword not in _NO_AXES and column.ndim == 1:
            axis = _exact("index", keyword, keyword, column, None)
            found += [] if axis is None else [axis]
    for keyword, seconds in clocks_of(planes):
        axis = _exact("time", "time of acquisition", keyword, seconds, "s")
        if axis is not None and axis.count * 2 <= len(planes):
            axis.is_clock = True
            found.append(axis)
    return found


def dividers_of(planes: Planes) -> list[Axis]:
    """What parts planes and is no axis: texts."""
    found = []
    for keyword, title in _DIVIDERS:
        texts = planes.texts.get(keyword)
        if texts is None:
            continue
        codes, distinct = codes_of(texts, len(texts))
        if len(distinct) > 1:
            found.append(Axis(title, title, keyword, codes, texts=distinct))
    return found


def ranked_axes_of(planes: Planes, rows: NDArray[np.intp], location: NDArray[np.int64]) -> Iterator[Axis]:
    """Axes of times that differ from slice to slice: which time of its own position each plane is.

    It counts when there are equally many planes at each position, and either all of one rank come before all of the
    next, or the steps are the same at each position. Trigger times count by their rank alone, for hearts don't keep
    the same pace.

    Parameters
    ----------
    planes : Planes
    rows : ndarray of intp
        Those to look at.
    location : ndarray of int64
        Of these rows, from 0.
    """
    if is_gated(planes, rows) and "TriggerTime" in planes.dimensions:
        ranks = _ranks(planes.dimensions["TriggerTime"][rows], location)
        if ranks is not None:
            middle = [
                float(np.median(planes.dimensions["TriggerTime"][rows][ranks == t])) for t in range(ranks.max() + 1)
            ]
            yield Axis("cardiac", "trigger time", "TriggerTime", ranks, unit="ms", values=np.array(middle))
    for keyword, seconds in clocks_of(planes):
        column = seconds[rows]
        ranks = _ranks(column, location)
        if ranks is None or not _is_steady(column, location, ranks):
            continue
        count = int(ranks.max()) + 1
        values = np.array([column[ranks == t].min() for t in range(count)])
        yield Axis("time", "time of acquisition", keyword, ranks, unit="s", values=values, is_clock=True)


def clocks_of(planes: Planes) -> list[tuple[str, NDArray[np.float64]]]:
    """Columns of seconds that say when planes were acquired, by keyword.

    Content Time, when the image was made, counts where no time of acquisition is said: two reconstructions of one
    acquisition are no points in time.
    """
    for keyword in ("FrameAcquisitionDateTime", "AcquisitionDateTime"):
        if keyword in planes.dimensions:
            return [(keyword, planes.dimensions[keyword])]
        texts = planes.texts.get(keyword)
        if texts is not None and any(texts):
            return [(keyword, seconds_of_date_times(texts))]
    for kind in ("Acquisition", "Content"):
        times, dates = planes.texts.get(f"{kind}Time"), planes.texts.get(f"{kind}Date")
        if times is not None and any(times):
            # Days count only where all are said.
            return [(f"{kind}Time", seconds_of_times(times, dates if dates is not None and all(dates) else None))]
    return []


def is_gated(planes: Planes, rows: NDArray[np.intp] | None = None) -> bool:
    """Whether the headers say that the heart's phase chose when to acquire; else a trigger time is a mere time."""
    if "FrameType" in planes.texts:
        # Of enhanced objects the column comes from Cardiac Synchronization (PS3.3 C.7.6.16.2.7).
        return True
    files = planes.file if rows is None else planes.file[rows]
    images, interval = (planes.headers.number(name)[files] for name in ("CardiacNumberOfImages", "NominalInterval"))
    return bool((images > 1).any() or (interval > 0).any()) or _series_type(planes) == "GATED"


def _series_type(planes: Planes) -> str:
    """First value of Series Type of a PET: STATIC, DYNAMIC, GATED, WHOLE BODY."""
    text = planes.headers.text("SeriesType")[planes.file[0]] if len(planes) else None
    return (text or "").split("\\")[0].strip().upper()


def _exact(name: str, title: str, source: str, column: NDArray[np.float64], unit: str | None) -> Axis | None:
    """Each of its values at its own number; None when there is only one."""
    values, codes = np.unique(np.round(column, _DIGITS), return_inverse=True)
    if len(values) < 2:
        return None
    return Axis(name, title, source, codes.reshape(-1), unit=unit, values=values)


def _diffusion(planes: Planes) -> list[Axis]:
    b_value = planes.dimensions.get("DiffusionBValue")
    if b_value is None:
        return []
    direction = planes.dimensions.get("DiffusionGradientOrientation", np.full((len(planes), 3), np.nan))
    source = "DiffusionBValue, DiffusionGradientOrientation"
    weighting = np.concatenate([b_value[:, None], direction], axis=1)
    columns = [*np.round(weighting, _DIGITS).T]
    if "GEGradientDirection" in planes.dimensions:
        columns += [*np.round(planes.dimensions["GEGradientDirection"], _DIGITS).T]
    codes = np.zeros(len(planes), np.int64)
    for column in columns:
        values, own = np.unique(column, return_inverse=True)
        codes = np.unique(codes * len(values) + own.reshape(-1), return_inverse=True)[1].reshape(-1)
    _, first = np.unique(codes, return_index=True)
    if len(first) < 2:
        return []
    return [
        Axis("diffusion", "diffusion weighting", source, codes, unit="s/mm²", values=weighting[first], is_label=True)
    ]


def _trigger_time(planes: Planes) -> list[Axis]:
    column = planes.dimensions.get("TriggerTime")
    if column is None:
        return []
    # Without a heart it is the time since the scan's trigger, as GE writes it of functional MR.
    name = "cardiac" if is_gated(planes) else "time"
    axis = _exact(name, "trigger time", "TriggerTime", column, "ms")
    return [] if axis is None or axis.count * 2 > len(planes) else [axis]


def _pet_slots(planes: Planes) -> list[Axis]:
    """The frame of a dynamic PET by its Image Index, which counts slices and then frames (PS3.3 C.8.9.4.1.9)."""
    index = planes.dimensions.get("ImageIndex")
    if index is None or _series_type(planes) not in ("DYNAMIC", "GATED"):
        return []
    slices = planes.headers.number("NumberOfSlices")[planes.file]
    if not (slices > 0).all():
        return []
    name = "pet-frame" if _series_type(planes) == "DYNAMIC" else "cardiac"
    axis = _exact(name, "frame number", "ImageIndex", np.floor((index - 1) / slices) + 1, None)
    return [] if axis is None else [axis]


def _ranks(column: NDArray[np.float64], location: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Which of its position each plane is by a column; None where counts are unequal, or two planes are even."""
    counts = np.bincount(location)
    if counts.min() != counts.max() or counts[0] < 2 or np.isnan(column).any():
        return None
    order = np.lexsort((column, location))
    by_position = column[order].reshape(len(counts), counts[0])
    if not (np.diff(by_position, axis=1) > 10.0**-_DIGITS).all():
        return None
    ranks = np.empty(len(column), np.int64)
    ranks[order] = np.tile(np.arange(counts[0]), len(counts))
    return ranks


def _is_steady(column: NDArray[np.float64], location: NDArray[np.int64], ranks: NDArray[np.int64]) -> bool:
    count = int(ranks.max()) + 1
    table = np.empty((int(location.max()) + 1, count))
    table[location, ranks] = column
    if (table.max(axis=0)[:-1] < table.min(axis=0)[1:]).all():
        return True
    offsets = table - table[:, :1]
    return bool((np.abs(offsets - offsets[0]) <= _OFFSET_TOLERANCE).all())
