"""What the values of a PET series are: an activity, counts that a vendor says how to scale, or an uptake already.

In: headers, and the unit that the values were read in. Out: a factor to Bq/ml, or a factor to a kind of uptake value.
Standard: PS3.3 C.8.9.1.1.3 (Units), C.8.9.1 (SUV Type); PS3.16 CID 84 and 85 for enhanced objects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dicom.errors import QuantityError
from dicom.pet import elements as e
from dicom.pet.kinds import KINDS, Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dicom.pet.headers import PetHeaders
    from dicom.pet.notes import Notes

#: Units of values as they are read -> the term of Units (0054,1001).
_TERM_OF_UNIT = {
    "Bq/ml": "BQML",
    "counts": "CNTS",
    "{counts}": "CNTS",
    "g/ml": "GML",
    "cm2/ml": "CM2ML",
    "cm²/ml": "CM2ML",
    "proportional to counts": "PROPCNTS",
    "{propcounts}": "PROPCNTS",
    "proportional to counts/s": "PROPCPS",
    "{propcounts}/s": "PROPCPS",
    "counts/s": "CPS",
    "{counts}/s": "CPS",
}
_KIND_OF_SUV_TYPE = {kind.suv_type: kind for kind in KINDS.values()}
#: CID 85: the curly braces of UCUM are annotations.
_KIND_OF_ANNOTATION = {kind.quantity: kind for kind in KINDS.values()}


class Meaning(NamedTuple):
    """What the values are.

    Attributes
    ----------
    factor : ndarray of float64, shape (n,)
        To Bq/ml, or to `kind`.
    kind : Kind or None
        Of the uptake that the values are, once multiplied; None for an activity.
    is_stored : bool
        Whether the values were an uptake as they stand.
    """

    factor: NDArray[np.float64]
    kind: Kind | None
    is_stored: bool = False


def meaning_of(headers: PetHeaders, unit: str | None, notes: Notes) -> Meaning:
    """What the values of a series are.

    Parameters
    ----------
    headers : PetHeaders
    unit : str or None
        Of the values as they were read.
    notes : Notes

    Raises
    ------
    QuantityError
        They are nothing that an uptake can be computed from, or the header doesn't say what they are.
    """
    if headers.text(e.COUNTS_SOURCE) == "TRANSMISSION":
        raise QuantityError(
            f"{e.COUNTS_SOURCE.label} says that these are of a transmission scan, which shows no uptake",
            keywords=(e.COUNTS_SOURCE.keyword,),
            tag=e.COUNTS_SOURCE.tag,
        )
    plain, _, annotation = (unit or "").partition("{SUV")
    term_of_values = _TERM_OF_UNIT.get(plain or unit or "")
    stated = (headers.text(e.UNITS) or "").upper() or None
    source = e.UNITS.label
    if stated is None:
        if term_of_values is None:
            raise QuantityError(
                f"{e.UNITS.label} is absent, and no code says the unit of the values",
                keywords=(e.UNITS.keyword,),
                tag=e.UNITS.tag,
            )
        stated, source = term_of_values, "MeasurementUnitsCodeSequence (0040,08EA)"
    if stated not in ("BQML", "CNTS", "GML", "CM2ML"):
        raise QuantityError(f"{e.UNITS.label}: {_why_not(stated)}", keywords=(e.UNITS.keyword,), tag=e.UNITS.tag)
    is_uptake = stated in ("GML", "CM2ML")
    # The two differ where SUV Type contradicts Units, which is told of below.
    if term_of_values != stated and not (is_uptake and term_of_values in ("GML", "CM2ML")):
        raise QuantityError(
            f"the values aren't in the unit that {e.UNITS.label} says: what was read from the files is needed, not "
            "what was made of it",
            keywords=(e.UNITS.keyword,),
            tag=e.UNITS.tag,
        )
    ones = np.ones(headers.count)
    if is_uptake:
        return Meaning(ones, _stored_kind(headers, stated, annotation, source, notes), is_stored=True)
    notes.add("unit", "Bq/ml" if stated == "BQML" else "counts", "", source)
    return Meaning(ones, None) if stated == "BQML" else _of_counts(headers, notes)


def _of_counts(headers: PetHeaders, notes: Notes) -> Meaning:
    """Counts of a Philips scanner, with one of the two factors that it writes."""
    for element, kind in ((e.PHILIPS_SUV_FACTOR, KINDS["bw"]), (e.PHILIPS_ACTIVITY_FACTOR, None)):
        factors = headers.numbers(element)
        if (np.isnan(factors) | (factors == 0)).all():
            continue
        if not (factors > 0).all():
            raise QuantityError(
                f"{element.label} isn't positive in all slices", keywords=(element.keyword,), tag=element.tag
            )
        unit = "g/ml" if kind else "Bq/ml"
        value = float(factors[0]) if (factors == factors[0]).all() else headers.lay_out(factors)
        notes.add(f"factor to {'SUVbw' if kind else 'activity'}", value, f"{unit} per count", element.label)
        return Meaning(factors, kind)
    raise QuantityError(
        f"{e.UNITS.label} says counts, and there is neither {e.PHILIPS_SUV_FACTOR.label} nor "
        f"{e.PHILIPS_ACTIVITY_FACTOR.label}, or both are zero: nothing says what activity a count is",
        keywords=(e.UNITS.keyword, e.PHILIPS_SUV_FACTOR.keyword, e.PHILIPS_ACTIVITY_FACTOR.keyword),
        tag=e.UNITS.tag,
    )


def _stored_kind(headers: PetHeaders, units: str, annotation: str, source: str, notes: Notes) -> Kind:
    """The kind of uptake that values of g/ml or cm²/ml are."""
    stated = (headers.text(e.SUV_TYPE) or "").upper()
    unit = "g/ml" if units == "GML" else "cm2/ml"
    assumption = ""
    if stated:
        source += f", {e.SUV_TYPE.label}"
        found = _KIND_OF_SUV_TYPE.get(stated)
    elif annotation:
        found = _KIND_OF_ANNOTATION.get(f"SUV{annotation.rstrip('}')}")
    if not stated and (not annotation or "Units" in source):
        found = KINDS["bw" if units == "GML" else "bsa"]
        assumption = f"{e.SUV_TYPE.label} is absent, which means by {'body weight' if units == 'GML' else 'surface'}"
    if found is None or found.unit != unit:
        raise QuantityError(
            f"{e.SUV_TYPE.label} is {'not one of the standard' if found is None else 'of another unit'}, so that "
            f"nobody knows what values of {e.UNITS.label} are normalised by",
            keywords=(e.SUV_TYPE.keyword, e.UNITS.keyword),
            tag=e.SUV_TYPE.tag,
        )
    notes.add("stored as", found.quantity, found.unit, source, assumption)
    return found


def _why_not(term: str) -> str:
    if term in ("PROPCNTS", "PROPCPS"):
        return "the values are proportional to counts by a factor that nobody knows, so that there is no uptake of them"
    if term in ("CPS", "CNTS"):
        return "the values are counts a second, and nothing says what activity a count is"
    return "no uptake can be computed of values in this unit; it can of BQML, CNTS of Philips, GML and CM2ML"
