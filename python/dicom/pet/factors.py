"""`SUVFactors`: what the values of each slice are multiplied by, and why.

In: headers, a kind, and what the caller gives. Out: factors with their evidence. The formula is that of QIBA's
vendor-neutral pseudo-code: SUV = activity concentration x body size / (dose decayed to the moment to which the image is
corrected). Standard: PS3.3 C.8.9.1.1.5 (Decay Correction), C.8.9.4.1.4 (Frame Reference Time), C.8.22.6.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from dicom.errors import QuantityError
from dicom.pet import elements as e
from dicom.pet.given import BY_CALLER, DECAY_CORRECTIONS
from dicom.pet.isotope import dose_bq, ensure_one_radiopharmaceutical, half_life_s
from dicom.pet.notes import Notes
from dicom.pet.person import Person
from dicom.pet.times import Clock, average_count_rate_time
from dicom.pet.units import meaning_of
from dicom.pixels.lenient import text
from dicom.volume.evidence import Evidence

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from numpy.typing import NDArray

    from dicom.pet.given import Given
    from dicom.pet.headers import PetHeaders
    from dicom.pet.kinds import Kind


class SUVFactors:
    """What the values of each slice are multiplied by to become standardized uptake values. Printed, it is a table.

    Attributes
    ----------
    values : ndarray of float64, shape (k,) or (t, k)
        One a slice, to be multiplied with values as `read_series` gives them: rescaled. NaN for a slice that was filled
        in.
    kind : str
        As it was asked for: ``"bw"``.
    quantity : str
        ``"SUVbw"``.
    unit : str
        Of the products: ``"g/ml"``, ``"cm2/ml"``.
    evidence : Evidence
        Each input with its element, and each assumption.
    """

    __slots__ = ("evidence", "kind", "quantity", "unit", "values")

    def __init__(self, values: NDArray[np.float64], kind: Kind, evidence: Evidence) -> None:
        self.values = values
        self.kind = kind.name
        self.quantity = kind.quantity
        self.unit = kind.unit
        self.evidence = evidence

    @property
    def factor(self) -> float:
        """The factor, where it is one for all slices.

        Raises
        ------
        QuantityError
            Slices have different ones: `values`.
        """
        one = self._one()
        if one is None:
            raise QuantityError("the slices have different factors: `values` has one for each")
        return one

    def _one(self) -> float | None:
        present = self.values[~np.isnan(self.values)]
        return float(present[0]) if (present == present[0]).all() else None

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.values, dtype=dtype) if copy else np.asarray(self.values, dtype=dtype)

    def __str__(self) -> str:
        return str(self.evidence)

    def __repr__(self) -> str:
        one = self._one()
        words = f"{one:.9g}" if one is not None else f"{np.nanmin(self.values):.9g} to {np.nanmax(self.values):.9g}"
        return f"<SUVFactors: {self.quantity}, {words}, {self.values.size} slice{'s' * (self.values.size != 1)}>"

    def _repr_html_(self) -> str:
        return self.evidence._repr_html_()


def factors_of(headers: PetHeaders, kind: Kind, given: Given, unit: str | None) -> SUVFactors:
    """The factors of a series.

    Parameters
    ----------
    headers : PetHeaders
    kind : Kind
    given : Given
    unit : str or None
        Of the values that will be multiplied.

    Raises
    ------
    QuantityError
        The header doesn't decide it.
    """
    _ensure_pet(headers)
    notes = Notes()
    person = Person(headers, given, notes)
    meaning = meaning_of(headers, unit, notes)
    if meaning.kind is not None:
        if not meaning.is_stored:
            _ensure_corrected(headers, given, notes, {"ATTN", "DECY"})
        elif headers.text(e.CORRECTED_IMAGE) is not None or given.corrected_image is not None:
            _ensure_corrected(headers, given, notes, {"ATTN"})
        factors = meaning.factor
        if meaning.kind.name != kind.name:
            factors = factors * (person.size(kind) / person.size(meaning.kind))
    else:
        correction = _decay_correction(headers, given, notes)
        _ensure_corrected(headers, given, notes, {"ATTN"} if correction == "NONE" else {"ATTN", "DECY"})
        size = person.size(kind)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            factors = meaning.factor * size / _decayed_dose(headers, given, notes, correction, person.weight_kg)
    values = headers.lay_out(factors)
    present = values[~np.isnan(values)]
    if not len(present) or not (np.isfinite(present) & (present > 0)).all():
        raise QuantityError("the elements of the header give no finite factor", keywords=(e.DOSE.keyword,))
    is_one = bool((present == present[0]).all())
    notes.add("factor", float(present[0]) if is_one else values, f"{kind.unit} per {_unit_words(unit)}")
    return SUVFactors(values, kind, Evidence(kind.quantity, notes.entries))


def _ensure_pet(headers: PetHeaders) -> None:
    modality = text(headers.first.get("Modality"))
    if modality != "PT":
        raise QuantityError(
            f"Modality (0008,0060) is {'another than PT' if modality else 'absent'}: there are uptake values of PET only",
            keywords=("Modality",),
            tag=0x00080060,
        )


def _unit_words(unit: str | None) -> str:
    return "count" if unit in ("counts", "{counts}") else "Bq/ml" if unit == "Bq/ml" else "stored value"


# --- corrections ------------------------------------------------------------------------------------------------------


def _decay_correction(headers: PetHeaders, given: Given, notes: Notes) -> str:
    """``"START"``, ``"ADMIN"`` or ``"NONE"``; an enhanced object says whether, and to which moment."""
    name = "decay correction"
    if given.decay_correction is not None:
        notes.add(name, given.decay_correction, "", BY_CALLER)
        return given.decay_correction
    stated = (headers.text(e.DECAY_CORRECTION) or "").upper()
    if not stated:
        corrected = (headers.text(e.DECAY_CORRECTED) or "").upper()
        if corrected == "NO":
            notes.add(name, "NONE", "", e.DECAY_CORRECTED.label)
            return "NONE"
        if corrected == "YES" and headers.text(e.DECAY_CORRECTION_DATE_TIME) is not None:
            notes.add(name, "START", "", e.DECAY_CORRECTED.label)
            return "START"
    if stated not in DECAY_CORRECTIONS:
        said = "isn't START, ADMIN or NONE" if stated else "is absent or empty"
        raise QuantityError(
            f"{e.DECAY_CORRECTION.label} {said}: decay_correction= says to which moment the images are corrected",
            keywords=(e.DECAY_CORRECTION.keyword,),
            tag=e.DECAY_CORRECTION.tag,
        )
    notes.add(name, stated, "", e.DECAY_CORRECTION.label)
    if stated == "NONE" and "DECY" in _corrections(headers, given)[0]:
        raise QuantityError(
            f"{e.CORRECTED_IMAGE.label} has DECY, and {e.DECAY_CORRECTION.label} says that nothing is corrected: "
            "decay_correction= says which holds",
            keywords=(e.CORRECTED_IMAGE.keyword, e.DECAY_CORRECTION.keyword),
            tag=e.DECAY_CORRECTION.tag,
        )
    return stated


def _corrections(headers: PetHeaders, given: Given) -> tuple[set[str], str]:
    """The corrections that were done, by the terms of Corrected Image, and what says so."""
    if given.corrected_image is not None:
        terms, source = given.corrected_image, BY_CALLER
    else:
        terms, source = tuple((headers.text(e.CORRECTED_IMAGE) or "").split("\\")), e.CORRECTED_IMAGE.label
    found = {term.strip().upper() for term in terms} - {""}
    if found or given.corrected_image is not None:
        # The pseudo-code of QIBA calls it DECAY.
        return found | ({"DECY"} if "DECAY" in found else set()), source
    enhanced = {"ATTN": e.ATTENUATION_CORRECTED, "DECY": e.DECAY_CORRECTED}
    return (
        {term for term, element in enhanced.items() if (headers.text(element) or "").upper() == "YES"},
        f"{e.ATTENUATION_CORRECTED.label}, {e.DECAY_CORRECTED.label}",
    )


def _ensure_corrected(headers: PetHeaders, given: Given, notes: Notes, needed: set[str]) -> None:
    """Refuses images that weren't corrected for attenuation, or for decay where they are to be.

    Raises
    ------
    QuantityError
    """
    found, source = _corrections(headers, given)
    missing = sorted(needed - found)
    if missing:
        raise QuantityError(
            f"{e.CORRECTED_IMAGE.label} has no {' and no '.join(missing)}: without these corrections values are no "
            "activity. corrected_image= says what was corrected, where the header doesn't",
            keywords=(e.CORRECTED_IMAGE.keyword,),
            tag=e.CORRECTED_IMAGE.tag,
        )
    notes.add("corrected for", ", ".join(sorted(needed)), "", source)


# --- the dose ---------------------------------------------------------------------------------------------------------


def _decayed_dose(
    headers: PetHeaders, given: Given, notes: Notes, correction: str, weight_kg: float
) -> float | NDArray[np.float64]:
    """The dose at the moment that the values are of, in Bq: of all frames, or (n,)."""
    ensure_one_radiopharmaceutical(headers, given)
    dose = dose_bq(headers, given, notes, weight_kg)
    if correction == "ADMIN":
        notes.add("decay time", 0.0, "s", "decay correction to the administration")
        return dose
    half_life = half_life_s(headers, given, notes)
    clock = Clock(headers, given)
    if correction == "START":
        moment = clock.reference(half_life, notes)
        injection = clock.injection(moment, _end_of_dynamic_scan(headers, clock, moment), half_life, notes)
        seconds = (moment - injection).total_seconds()
        notes.add("decay time", seconds, "s", "decay corrected to - injection")
        decayed = dose * math.exp2(-seconds / half_life)
        notes.add("decayed dose", decayed, "Bq", "injected dose x 2^(-decay time / half-life)")
        return decayed
    return _dose_of_frames(headers, clock, dose, half_life, notes)


def _end_of_dynamic_scan(headers: PetHeaders, clock: Clock, scan: datetime) -> datetime:
    """Until when the dose may have been given: a dynamic scan begins before it."""
    acquisition = clock.acquisition() if headers.is_dynamic else None
    return scan if acquisition is None else max(scan, acquisition.last)


def _dose_of_frames(
    headers: PetHeaders, clock: Clock, dose: float, half_life: float, notes: Notes
) -> NDArray[np.float64]:
    """(n,): the dose when each frame had its average count rate, for images that aren't corrected for decay."""
    acquisition = clock.acquisition()
    if acquisition is not None and (acquisition.durations_s > 0).all():
        starts = acquisition.starts
        # Kept apart: a moment has no more than microseconds.
        offsets = average_count_rate_time(acquisition.durations_s, half_life)
        source = f"{e.ACQUISITION_TIME.label} + when the count rate is its average in {e.FRAME_DURATION.label}"
    else:
        starts, offsets, source = _by_reference_times(headers, clock)
    last = max(starts) if headers.is_dynamic else min(starts)
    injection = clock.injection(min(starts), last, half_life, notes)
    seconds = np.array([(one - injection).total_seconds() for one in starts]) + offsets
    notes.add("decay time", headers.lay_out(seconds), "s", f"{source} - injection")
    with np.errstate(over="ignore", under="ignore"):
        decayed: NDArray[np.float64] = dose * 2.0 ** (-seconds / half_life)
    notes.add("decayed dose", headers.lay_out(decayed), "Bq", "injected dose x 2^(-decay time / half-life)")
    return decayed


def _by_reference_times(headers: PetHeaders, clock: Clock) -> tuple[list[datetime], NDArray[np.float64], str]:
    """When each frame had its average count rate, as Frame Reference DateTime or Time says it: moments, and s later."""
    said = [one for one in clock.date_times(e.FRAME_REFERENCE_DATE_TIME) if one is not None]
    if len(said) == headers.count:
        return said, np.zeros(len(said)), e.FRAME_REFERENCE_DATE_TIME.label
    after = clock.seconds(e.FRAME_REFERENCE_TIME)
    series = clock.series()
    if series is None or not (after > 0).all():
        raise QuantityError(
            f"images that aren't corrected for decay need the time of each frame: {e.ACQUISITION_TIME.label} with "
            f"{e.FRAME_DURATION.label}, or {e.FRAME_REFERENCE_TIME.label}",
            keywords=(e.ACQUISITION_TIME.keyword, e.FRAME_DURATION.keyword, e.FRAME_REFERENCE_TIME.keyword),
            tag=e.FRAME_DURATION.tag,
        )
    return [series] * headers.count, after, f"{e.SERIES_TIME.label} + {e.FRAME_REFERENCE_TIME.label}"
