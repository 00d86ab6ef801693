"""What was injected: the dose and the half-life.

In: headers, or what the caller gives. Out: Bq and s. Standard: PS3.3 C.8.9.2 (PET Isotope: dose in Bq), C.8.22.4
(Enhanced PET Isotope: dose in MBq), PS3.16 CID 4020.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.errors import QuantityError
from dicom.pet.elements import DOSE, HALF_LIFE, NUCLIDE_CODE, NUCLIDE_MEANING, RADIOPHARMACEUTICALS, WEIGHT
from dicom.pet.given import BY_CALLER
from dicom.pet.nuclides import HALF_LIFE_TOLERANCE, nuclide_of

if TYPE_CHECKING:
    from dicom.pet.given import Given
    from dicom.pet.headers import PetHeaders
    from dicom.pet.notes import Notes

#: From what a mouse gets to what a generator gives at once; what lies outside is in another unit.
_DOSES_BQ = (1e5, 1e11)
#: The least that anybody images; a dose in kBq is below it.
_LEAST_BQ_PER_KG = 2e4
_ENHANCED_PET = "1.2.840.10008.5.1.4.1.1.130"


def ensure_one_radiopharmaceutical(headers: PetHeaders, given: Given) -> None:
    """Refuses headers that don't say which of several doses the image shows.

    Raises
    ------
    QuantityError
    """
    count = headers.number_of_radiopharmaceuticals
    if count > 1 and None in (given.dose_bq, given.half_life_s, given.injection):
        raise QuantityError(
            f"RadiopharmaceuticalInformationSequence (0054,0016) has {count} items, and nothing says which of them the "
            "image shows: dose_bq=, half_life_s= and injection= do",
            keywords=(RADIOPHARMACEUTICALS,),
            tag=0x00540016,
        )


def dose_bq(headers: PetHeaders, given: Given, notes: Notes, weight_kg: float) -> float:
    """The dose at the time of its injection, in Bq.

    Parameters
    ----------
    weight_kg : float
        Of the body that it was given to, which tells a dose in kBq.

    Raises
    ------
    QuantityError
        It is absent, zero, or can't be in the unit that the standard wants.
    """
    is_enhanced = headers.first.get("SOPClassUID") == _ENHANCED_PET
    source = DOSE.label
    if given.dose_bq is not None:
        value, source = given.dose_bq, BY_CALLER
    else:
        found = headers.number(DOSE)
        if not found:
            said = "is absent or empty" if found is None else "is zero"
            raise QuantityError(f"{DOSE.label} {said}: dose_bq= gives it", keywords=(DOSE.keyword,), tag=DOSE.tag)
        value = found * 1e6 if is_enhanced else found
    if not _DOSES_BQ[0] <= value <= _DOSES_BQ[1]:
        unit = "MBq, as an Enhanced PET Image has it" if is_enhanced else "Bq"
        named = f"{DOSE.label} can't be in {unit}" if given.dose_bq is None else "dose_bq= can't be in Bq"
        raise QuantityError(
            f"{named}: that is from {_DOSES_BQ[0]:g} to {_DOSES_BQ[1]:g} Bq. dose_bq= says what it is",
            keywords=(DOSE.keyword,),
            tag=DOSE.tag,
        )
    if given.dose_bq is None and value < _LEAST_BQ_PER_KG * weight_kg:
        raise QuantityError(
            f"{DOSE.label} can't be in {'MBq' if is_enhanced else 'Bq'}: it is below {_LEAST_BQ_PER_KG:g} Bq per kg of "
            "the weight, which shows nothing. dose_bq= says what it is",
            keywords=(DOSE.keyword, WEIGHT.keyword),
            tag=DOSE.tag,
        )
    if given.dose_bq is None and is_enhanced:
        source += ", there in MBq"
    notes.add(
        *("injected dose", value, "Bq", source),
        assumption="" if given.dose_bq is not None else "all of it was injected: nothing is known of a residue",
    )
    return value


def half_life_s(headers: PetHeaders, given: Given, notes: Notes) -> float:
    """The half-life of the nuclide, in s.

    Raises
    ------
    QuantityError
        Neither it nor the nuclide is said, it isn't positive, or it isn't that of the nuclide.
    """
    if given.half_life_s is not None:
        notes.add("half-life", given.half_life_s, "s", BY_CALLER)
        return given.half_life_s
    nuclide = nuclide_of(headers.text(NUCLIDE_CODE), headers.text(NUCLIDE_MEANING))
    value = headers.number(HALF_LIFE)
    if value is None:
        if nuclide is None:
            raise QuantityError(
                f"{HALF_LIFE.label} is absent or empty, and RadionuclideCodeSequence (0054,0300) names no nuclide that "
                "is known: half_life_s= gives it",
                keywords=(HALF_LIFE.keyword, NUCLIDE_CODE.keyword),
                tag=HALF_LIFE.tag,
            )
        notes.add(
            *("half-life", nuclide.half_life_s, "s", "RadionuclideCodeSequence (0054,0300)"),
            assumption=f"RadionuclideHalfLife is absent: that of {nuclide.symbol}",
        )
        return nuclide.half_life_s
    if value <= 0:
        raise QuantityError(
            f"{HALF_LIFE.label} isn't positive: half_life_s= gives it", keywords=(HALF_LIFE.keyword,), tag=HALF_LIFE.tag
        )
    if nuclide is not None and abs(value / nuclide.half_life_s - 1) > HALF_LIFE_TOLERANCE:
        raise QuantityError(
            f"{HALF_LIFE.label} isn't that of the nuclide that RadionuclideCodeSequence (0054,0300) names: "
            "half_life_s= says which holds",
            keywords=(HALF_LIFE.keyword, NUCLIDE_CODE.keyword),
            tag=HALF_LIFE.tag,
        )
    notes.add(
        *("half-life", value, "s", HALF_LIFE.label),
        assumption=""
        if nuclide is not None
        else "no nuclide is named that it could be compared with: RadionuclideCodeSequence (0054,0300)",
    )
    return value
