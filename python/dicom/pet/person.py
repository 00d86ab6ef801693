"""Weight, height and sex, and from them what a kind of uptake value is normalised by.

In: headers, or what the caller gives. Out: g or cm². Each is asked for when it is needed, once.
Standard: PS3.3 C.7.1.1 (Patient's Sex), C.7.2.2 (Patient's Size in m, Patient's Weight in kg).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from dicom.errors import QuantityError
from dicom.pet.elements import HEIGHT, SEX, WEIGHT
from dicom.pet.given import BY_CALLER

if TYPE_CHECKING:
    from dicom.pet.elements import Element
    from dicom.pet.given import Given
    from dicom.pet.headers import PetHeaders
    from dicom.pet.kinds import Kind
    from dicom.pet.notes import Notes

#: From a mouse to the heaviest person; what lies outside is in another unit.
_WEIGHTS_KG = (0.005, 700.0)
_HEIGHTS_M = (0.2, 2.8)


class Person:
    """The patient's measures, with an entry in the evidence for each that is used."""

    def __init__(self, headers: PetHeaders, given: Given, notes: Notes) -> None:
        self._headers = headers
        self._given = given
        self._notes = notes
        self._sizes: dict[str, float] = {}

    @cached_property
    def weight_kg(self) -> float:
        """Patient's Weight.

        Raises
        ------
        QuantityError
            It is absent, zero, or can't be in kg.
        """
        return self._measure("weight", WEIGHT, self._given.weight_kg, "kg", _WEIGHTS_KG, "weight_kg")

    @cached_property
    def height_m(self) -> float:
        """Patient's Size.

        Raises
        ------
        QuantityError
            It is absent, zero, or can't be in m.
        """
        return self._measure("height", HEIGHT, self._given.height_m, "m", _HEIGHTS_M, "height_m")

    @cached_property
    def is_male(self) -> bool:
        """Patient's Sex.

        Raises
        ------
        QuantityError
            It is neither M nor F.
        """
        if self._given.sex is not None:
            self._notes.add("sex", self._given.sex, "", BY_CALLER)
            return self._given.sex == "M"
        text = (self._headers.text(SEX) or "").upper()
        if text not in ("M", "F"):
            said = "isn't M or F" if text else "is absent or empty"
            raise QuantityError(
                f"{SEX.label} {said}, and the formulas of lean body mass and ideal weight are for these: sex= says it",
                keywords=(SEX.keyword,),
                tag=SEX.tag,
            )
        self._notes.add("sex", text, "", SEX.label)
        return text == "M"

    def size(self, kind: Kind) -> float:
        """What a kind is normalised by: in g, the body surface in cm².

        Raises
        ------
        QuantityError
            A measure is absent or not usable, or the formula gives nothing for it.
        """
        known = self._sizes.get(kind.name)
        if known is not None:
            return known
        weight = self.weight_kg
        height_cm = self.height_m * 100.0 if kind.needs_height else 0.0
        is_male = self.is_male if kind.needs_sex else True
        size = kind.size(weight, height_cm, is_male)
        if not size > 0:
            raise QuantityError(
                f"the formula of {kind.quantity} gives no {kind.size_name} for {WEIGHT.label} and {HEIGHT.label}",
                keywords=(WEIGHT.keyword, HEIGHT.keyword),
            )
        if kind.needs_height:
            self._notes.add(kind.size_name, size, kind.size_unit, f"{kind.formula[0 if is_male else 1]} (kg, cm)")
        self._sizes[kind.name] = size = size if kind.size_unit == "cm2" else size * 1000.0
        return size

    def _measure(
        self, name: str, element: Element, given: float | None, unit: str, limits: tuple[float, float], argument: str
    ) -> float:
        value = self._headers.number(element) if given is None else given
        if value is None or value == 0:
            said = "is absent or empty" if value is None else "is zero"
            raise QuantityError(
                f"{element.label} {said}, and is needed: {argument}= gives it",
                keywords=(element.keyword,),
                tag=element.tag,
            )
        if not limits[0] <= value <= limits[1]:
            raise QuantityError(
                f"{element.label if given is None else f'{argument}='} can't be a {name} in {unit}: "
                f"that is from {limits[0]:g} to {limits[1]:g}",
                keywords=(element.keyword,),
                tag=element.tag,
            )
        self._notes.add(name, value, unit, element.label if given is None else BY_CALLER)
        return value
