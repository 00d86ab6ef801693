"""When the scan began and when the dose was given, as the vendors' headers have it.

In: headers, or what the caller gives. Out: moments, all on the clock of the series' dates and times.

To which moment images are corrected for decay, under START (PS3.3 C.8.9.1.1.5): Decay Correction DateTime where it is
said; else Series Date and Time, unless they are later than an acquisition, as those of series that were made afterwards
are. Then, in the order of QIBA's vendor-neutral pseudo-code: GE's scan date and time; the moment that Frame Reference
Time counts from; the earliest acquisition.
"""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dicom.errors import QuantityError
from dicom.pet import elements as e
from dicom.pet.given import BY_CALLER
from dicom.pet.moments import at, clock_in, clock_of, date_time_of, moment_of, offset_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dicom.pet.elements import Element
    from dicom.pet.given import Given
    from dicom.pet.headers import PetHeaders
    from dicom.pet.notes import Notes

#: Two ways of saying one moment: vendors round to seconds.
_SAME = timedelta(seconds=1)
#: How far the moments may lie apart that Frame Reference Time counts back to from each slice.
_AGREEING = timedelta(seconds=2)
#: What vendors call the middle of a frame differs by less.
_DOUBTFUL = timedelta(seconds=60)
#: A dose given at a time of day later than the scan's was given the day before, if that isn't too long ago for a clock
#: that was off to be the likelier reason.
_LONGEST_OVER_MIDNIGHT = timedelta(hours=12)
_LONGEST_S = 7 * 86_400.0
#: An uptake that takes longer has another day, or another clock, in its header.
MOST_HALF_LIVES = 10.0


class Acquisition(NamedTuple):
    """When each frame was acquired.

    Attributes
    ----------
    starts : list of datetime, one a frame
    durations_s : ndarray of float64, shape (n,)
        NaN where it isn't said.
    """

    starts: list[datetime]
    durations_s: NDArray[np.float64]

    @property
    def first(self) -> datetime:
        """The earliest."""
        return min(self.starts)

    @property
    def last(self) -> datetime:
        """The end of the latest."""
        return max(
            start + timedelta(seconds=0.0 if math.isnan(seconds) else seconds)
            for start, seconds in zip(self.starts, self.durations_s.tolist(), strict=True)
        )


class Clock:
    """The clock of a series: its offset from UTC, where it is known, and its moments.

    Where Timezone Offset From UTC is absent, moments that say their offsets can be held against one another all the
    same, and so can moments without; but not the ones against the others.
    """

    def __init__(self, headers: PetHeaders, given: Given) -> None:
        self._headers = headers
        self._given = given
        text = headers.text(e.TIME_ZONE)
        self.zone: tzinfo | None = offset_of(text)
        if text is not None and self.zone is None:
            raise _unusable(e.TIME_ZONE, "an offset from UTC")
        self._is_borrowed = False
        self._has_local = False

    def series(self) -> datetime | None:
        """Series Date and Time; None where one is absent."""
        return self._day_and_time(e.SERIES_DATE, e.SERIES_TIME)

    def date_time(self, element: Element) -> datetime | None:
        """The moment of a DT element; None where it is absent."""
        text = self._headers.text(element)
        if text is None:
            return None
        moment = date_time_of(text)
        if moment is None:
            raise _unusable(element, "a date and time")
        return self.local(moment, element)

    def date_times(self, element: Element) -> list[datetime | None]:
        """The moment of a DT element of each slice; None where it is absent."""
        texts = self._headers.texts(element)
        found = {text: None if text is None else date_time_of(text) for text in dict.fromkeys(texts)}
        if any(moment is None for text, moment in found.items() if text is not None):
            raise _unusable(element, "a date and time")
        local = {text: None if moment is None else self.local(moment, element) for text, moment in found.items()}
        return [local[text] for text in texts]

    def seconds(self, element: Element) -> NDArray[np.float64]:
        """(n,): what an element says in ms, in s; NaN where it is absent.

        Raises
        ------
        QuantityError
            One is negative, or longer than any scan.
        """
        seconds = self._headers.numbers(element) / 1000.0
        if ((seconds < 0) | (seconds > _LONGEST_S)).any():
            raise _unusable(element, "a time within a scan, in ms")
        return seconds

    def local(self, moment: datetime, element: Element | None = None) -> datetime:
        """A moment on the series' clock.

        Raises
        ------
        QuantityError
            The moment is told in UTC, and the offset of the series' clock isn't known.
        """
        is_local = moment.tzinfo is None
        if self.zone is None and not is_local and not self._has_local:
            self.zone, self._is_borrowed = moment.tzinfo, True
        if (is_local and self._is_borrowed) or (not is_local and self.zone is None):
            raise QuantityError(
                f"{'a time of the caller' if element is None else element.label} can't be held against the others: "
                f"some of them say their offset from UTC, and {e.TIME_ZONE.label}, which says that of the rest, is "
                "absent. injection= and reference_time= without offsets are on the series' clock",
                keywords=(e.TIME_ZONE.keyword,) if element is None else (element.keyword, e.TIME_ZONE.keyword),
                tag=e.TIME_ZONE.tag,
            )
        self._has_local |= is_local
        return moment if is_local else moment.astimezone(self.zone).replace(tzinfo=None)

    def acquisition(self) -> Acquisition | None:
        """When each frame was acquired; None where none of them says it.

        Raises
        ------
        QuantityError
            Some say it and some don't, or a text is no date or time.
        """
        durations = self.seconds(e.FRAME_DURATION)
        combined = self._headers.texts(e.ACQUISITION_DATE_TIME)
        days, times = self._headers.texts(e.ACQUISITION_DATE), self._headers.texts(e.ACQUISITION_TIME)
        known: dict[tuple[str | None, str | None, str | None], datetime | None] = {}
        starts = []
        for key in zip(combined, days, times, strict=True):
            if key not in known:
                known[key] = self._start(*key)
            starts.append(known[key])
        present = [start for start in starts if start is not None]
        if not present:
            return None
        if len(present) < len(starts):
            raise QuantityError(
                f"{e.ACQUISITION_DATE.label} and {e.ACQUISITION_TIME.label} are absent in some slices",
                keywords=(e.ACQUISITION_DATE.keyword, e.ACQUISITION_TIME.keyword),
            )
        return Acquisition(present, durations)

    def _start(self, combined: str | None, day: str | None, time: str | None) -> datetime | None:
        if day is not None and time is not None:
            moment = moment_of(day, time)
            if moment is None:
                raise _unusable(e.ACQUISITION_DATE, "a date, or", e.ACQUISITION_TIME, "a time of day")
            return self.local(moment, e.ACQUISITION_TIME)
        if combined is None:
            return None
        moment = date_time_of(combined)
        if moment is None:
            raise _unusable(e.ACQUISITION_DATE_TIME, "a date and time")
        return self.local(moment, e.ACQUISITION_DATE_TIME)

    def _day_and_time(self, day: Element, time: Element) -> datetime | None:
        texts = self._headers.text(day), self._headers.text(time)
        if None in texts:
            return None
        moment = moment_of(*texts)
        if moment is None:
            raise _unusable(day, "a date, or", time, "a time of day")
        return self.local(moment, time)

    # --- the moment to which images are corrected -------------------------------------------------------------------

    def reference(self, half_life_s: float, notes: Notes) -> datetime:
        """The moment to which the images are corrected for decay, under START.

        Raises
        ------
        QuantityError
            The header doesn't say it, or says what can't be.
        """
        name = "decay corrected to"
        if self._given.reference_time is not None:
            moment = self.local(self._given.reference_time)
            notes.add(name, moment, "", BY_CALLER)
            return moment
        for element in (e.DECAY_CORRECTION_DATE_TIME, e.SIEMENS_DECAY_CORRECTION):
            said = self.date_time(element)
            if said is not None:
                notes.add(name, said, "", element.label)
                return said
        series, acquisition = self.series(), self.acquisition()
        # Siemens has acquisitions some microseconds before a Series Time of whole seconds.
        if series is not None and (acquisition is None or series <= acquisition.first + _SAME):
            source = f"{e.SERIES_DATE.label}, {e.SERIES_TIME.label}"
            notes.add(name, series, "", source, self._doubts(series, acquisition, half_life_s))
            return series
        why = "Series Time is later than an acquisition" if series is not None else "Series Date or Time is absent"
        scanned = self.date_time(e.GE_SCAN)
        if scanned is not None:
            notes.add(name, scanned, "", e.GE_SCAN.label, f"{why}, so that the series was made afterwards")
            return scanned
        if acquisition is None:
            raise QuantityError(
                f"{e.SERIES_DATE.label} or {e.SERIES_TIME.label} is absent, and no other time says when the scan "
                "began: reference_time= does",
                keywords=(e.SERIES_DATE.keyword, e.SERIES_TIME.keyword),
                tag=e.SERIES_TIME.tag,
            )
        counted = self._counted_back(acquisition, half_life_s)
        if counted is not None:
            labels = ", ".join(one.label for one in (e.ACQUISITION_TIME, e.FRAME_REFERENCE_TIME, e.FRAME_DURATION))
            notes.add(name, counted, "", labels, f"{why}: Frame Reference Time counts from the beginning of the scan")
            return counted
        notes.add(
            *(name, acquisition.first, "", f"{e.ACQUISITION_DATE.label}, {e.ACQUISITION_TIME.label}"),
            assumption=f"{why}: the earliest acquisition of the series",
        )
        return acquisition.first

    def _doubts(self, series: datetime, acquisition: Acquisition | None, half_life_s: float) -> str:
        """What speaks against Series Time as the moment to which the images are corrected."""
        if acquisition is None:
            return f"no acquisition was before it: {e.ACQUISITION_TIME.label} is absent"
        doubts = []
        counted = self._moments_counted_back(acquisition, half_life_s)
        if counted and max(abs(moment - series) for moment in counted) > _DOUBTFUL:
            doubts.append(f"{e.FRAME_REFERENCE_TIME.label} counts from another moment, which isn't taken")
        elif not counted and acquisition.first - series > _DOUBTFUL:
            minutes = (acquisition.first - series).total_seconds() / 60.0
            doubts.append(f"the earliest {e.ACQUISITION_TIME.label} is {minutes:.0f} minutes later")
        factors = self._headers.numbers(e.DECAY_FACTOR)
        if (factors > 0).all():
            earliest, latest = (acquisition.starts.index(pick(acquisition.starts)) for pick in (min, max))
            seconds = (acquisition.starts[latest] - acquisition.starts[earliest]).total_seconds()
            growth = math.exp2(min(seconds / half_life_s, 1000.0))
            if growth > 1.01 and factors[latest] / factors[earliest] < math.sqrt(growth):
                doubts.append(f"{e.DECAY_FACTOR.label} doesn't grow with {e.ACQUISITION_TIME.label} as it would then")
        return "; ".join(doubts)

    def _counted_back(self, acquisition: Acquisition, half_life_s: float) -> datetime | None:
        """The moment that Frame Reference Time counts from, where all slices say it; None where one doesn't."""
        moments = self._moments_counted_back(acquisition, half_life_s)
        if not moments:
            return None
        if max(moments) - min(moments) > _AGREEING or min(moments) > acquisition.first + _AGREEING:
            raise QuantityError(
                f"{e.FRAME_REFERENCE_TIME.label} of the slices counts from different moments, or from one after the "
                f"earliest {e.ACQUISITION_TIME.label}: reference_time= says to which the images are corrected",
                keywords=(e.FRAME_REFERENCE_TIME.keyword, e.ACQUISITION_TIME.keyword),
                tag=e.FRAME_REFERENCE_TIME.tag,
            )
        return min(moments)

    def _moments_counted_back(self, acquisition: Acquisition, half_life_s: float) -> list[datetime]:
        """Of each slice the moment that its Frame Reference Time counts from; none where a slice doesn't say it."""
        after = self.seconds(e.FRAME_REFERENCE_TIME)
        if not ((after > 0) & (acquisition.durations_s > 0)).all():
            return []
        averages = average_count_rate_time(acquisition.durations_s, half_life_s)
        return [
            start + timedelta(seconds=average - offset)
            for start, average, offset in zip(acquisition.starts, averages.tolist(), after.tolist(), strict=True)
        ]

    # --- the injection ----------------------------------------------------------------------------------------------

    def injection(self, scan: datetime, last: datetime, half_life_s: float, notes: Notes) -> datetime:
        """When the dose was given.

        Parameters
        ----------
        scan : datetime
            The beginning of the scan, or the moment to which the images are corrected.
        last : datetime
            Until when the dose may have been given: `scan`, or the end of a dynamic scan, which begins before it.
        half_life_s : float
        notes : Notes

        Raises
        ------
        QuantityError
            The header doesn't say it, contradicts itself, or says a time after the scan or long before it.
        """
        moment, element = self._injection(scan, last, notes)
        if moment > last:
            raise QuantityError(
                f"{element} is after the scan: injection= says when the dose was given",
                keywords=(e.START_DATE_TIME.keyword, e.SERIES_TIME.keyword),
                tag=e.START_DATE_TIME.tag,
            )
        if (scan - moment).total_seconds() > MOST_HALF_LIVES * half_life_s:
            raise QuantityError(
                f"{element} is more than {MOST_HALF_LIVES:g} half-lives before the scan, so that one of the times is "
                "of another day or clock: injection= says when the dose was given",
                keywords=(e.START_DATE_TIME.keyword, e.SERIES_TIME.keyword),
                tag=e.START_DATE_TIME.tag,
            )
        return moment

    def _injection(self, scan: datetime, last: datetime, notes: Notes) -> tuple[datetime, str]:
        """The moment, and what says it."""
        name = "injection"
        if self._given.injection is not None:
            moment = self.local(self._given.injection)
            notes.add(name, moment, "", BY_CALLER)
            return moment, "injection="
        time_text, both_text = self._headers.text(e.START_TIME), self._headers.text(e.START_DATE_TIME)
        clock = clock_of(time_text)
        if time_text is not None and clock is None:
            raise _unusable(e.START_TIME, "a time of day")
        if both_text is not None:
            moment = self._start_date_time(both_text, clock)
            notes.add(name, moment, "", e.START_DATE_TIME.label)
            return moment, e.START_DATE_TIME.label
        administered = self.date_time(e.GE_ADMINISTRATION)
        if clock is None:
            if administered is None:
                raise QuantityError(
                    f"{e.START_DATE_TIME.label} and {e.START_TIME.label} are absent or empty: injection= says when the "
                    "dose was given",
                    keywords=(e.START_DATE_TIME.keyword, e.START_TIME.keyword),
                    tag=e.START_DATE_TIME.tag,
                )
            notes.add(name, administered, "", e.GE_ADMINISTRATION.label)
            return administered, e.GE_ADMINISTRATION.label
        if administered is not None and abs(clock_in(administered) - clock) <= _SAME:
            moment = at(administered.date(), clock)
            notes.add(name, moment, "", f"{e.START_TIME.label}, {e.GE_ADMINISTRATION.label}")
            return moment, e.START_TIME.label
        day: date = self.local(scan, e.START_TIME).date()
        is_before = at(day, clock) > last
        if is_before:
            day -= timedelta(days=1)
            if scan - at(day, clock) > _LONGEST_OVER_MIDNIGHT:
                raise QuantityError(
                    f"{e.START_TIME.label} is a time of day after the scan's, and of the day before it would be more "
                    "than 12 hours before it: injection= says when the dose was given",
                    keywords=(e.START_TIME.keyword, e.START_DATE_TIME.keyword, e.SERIES_TIME.keyword),
                    tag=e.START_TIME.tag,
                )
        notes.add(
            *(name, at(day, clock), "", e.START_TIME.label),
            assumption="its day isn't said: the last such time before the scan"
            + (", over midnight" if is_before else ""),
        )
        return at(day, clock), e.START_TIME.label

    def _start_date_time(self, text: str, clock: timedelta | None) -> datetime:
        """Radiopharmaceutical Start DateTime, held against Start Time where that is there."""
        moment = date_time_of(text)
        if moment is None:
            raise _unusable(e.START_DATE_TIME, "a date and time")
        if moment.tzinfo is not None and self.zone is None and clock is not None:
            # Where both show one time of day, the offset is that of the series' clock.
            written = moment.replace(tzinfo=None)
            if _apart(clock_in(written), clock) <= _SAME:
                return written
        local = self.local(moment, e.START_DATE_TIME)
        if clock is not None and not self._is_borrowed and _apart(clock_in(local), clock) > _SAME:
            raise QuantityError(
                f"{e.START_DATE_TIME.label} and {e.START_TIME.label} are different times of day: injection= says when "
                "the dose was given",
                keywords=(e.START_DATE_TIME.keyword, e.START_TIME.keyword),
                tag=e.START_DATE_TIME.tag,
            )
        return local


def average_count_rate_time(durations_s: NDArray[np.float64], half_life_s: float) -> NDArray[np.float64]:
    """When within a frame the count rate is that of its average, in s from its beginning.

    The mean of exp(-λt) over a frame of length T is (1 - exp(-λT)) / λT.
    """
    decay = math.log(2.0) / half_life_s * durations_s
    with np.errstate(invalid="ignore", divide="ignore"):
        average: NDArray[np.float64] = -np.log(-np.expm1(-decay) / decay) * half_life_s / math.log(2.0)
    return np.where(decay > 0, average, np.where(decay == 0, 0.0, np.nan))


def _apart(one: timedelta, other: timedelta) -> timedelta:
    """How far two times of day lie apart, over midnight too."""
    apart = abs(one - other)
    return min(apart, timedelta(days=1) - apart)


def _unusable(element: Element, what: str, other: Element | None = None, other_what: str = "") -> QuantityError:
    more = "" if other is None else f" {other.label} {other_what}"
    return QuantityError(
        f"{element.label} isn't {what}{more}",
        keywords=(element.keyword,) if other is None else (element.keyword, other.keyword),
        tag=element.tag,
    )
