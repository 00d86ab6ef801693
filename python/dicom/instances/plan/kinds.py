"""Which SOP Class a volume's values belong into, and with which unit.

In: a volume, and the form that was asked for. Out: a `Kind`, or an error that says what to do instead.
Standard: PS3.3 A.3 (CT), A.4 (MR), A.21 (PET), A.18 (RT Dose), A.36, A.38, A.56 (enhanced MR, CT, PET), A.75
(parametric map), A.8 (secondary capture), C.11.1.1.2 (Rescale Type), C.8.9.1 (Units).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dicom.errors import WriteError
from dicom.pixels.image.units import rescale_type_term, units_terms

if TYPE_CHECKING:
    from typing import Any

CLASSIC, ENHANCED, DOSE, PARAMETRIC_MAP, SECONDARY_CAPTURE = (
    *("classic", "enhanced", "dose", "parametric-map", "secondary-capture"),
)
FORMS = (CLASSIC, ENHANCED, PARAMETRIC_MAP, SECONDARY_CAPTURE)

SOP_CLASSES = {
    (CLASSIC, "CT"): "1.2.840.10008.5.1.4.1.1.2",
    (CLASSIC, "MR"): "1.2.840.10008.5.1.4.1.1.4",
    (CLASSIC, "PT"): "1.2.840.10008.5.1.4.1.1.128",
    (ENHANCED, "CT"): "1.2.840.10008.5.1.4.1.1.2.1",
    (ENHANCED, "MR"): "1.2.840.10008.5.1.4.1.1.4.1",
    (ENHANCED, "PT"): "1.2.840.10008.5.1.4.1.1.128.1",
    (DOSE, "RTDOSE"): "1.2.840.10008.5.1.4.1.1.481.2",
}
_ENHANCED_CLASSES = frozenset(uid for (form, _), uid in SOP_CLASSES.items() if form == ENHANCED)
#: Quantity of an SUV volume -> SUV Type (0054,1006).
_SUV_TYPES = {
    "suvbw": "BW",
    "suvlbm": "LBM",
    "suvlbm(james128)": "LBMJAMES128",
    "suvlbm(janma)": "LBMJANMA",
    "suvbsa": "BSA",
    "suvibw": "IBW",
}
#: Rescale Type is of VR LO; a term of one's own has to be as short as the standard's are.
_LONGEST_TERM = 16
_MASKS = "a mask isn't an image: Segmentation.from_masks writes it as DICOM SEG, StructureSet.from_masks as RTSTRUCT"


class Kind(NamedTuple):
    """What is written.

    Attributes
    ----------
    form : str
        ``"classic"``, ``"enhanced"``, ``"dose"``, ``"parametric-map"`` or ``"secondary-capture"``.
    modality : str
    sop_class : str
        UID; empty where the form finds it by its pixels.
    units : str or None
        Units (0054,1001), of PET.
    suv_type : str or None
    rescale_type : str or None
        Rescale Type (0028,1054); None where the unit isn't said by it.
    """

    form: str
    modality: str
    sop_class: str
    units: str | None = None
    suv_type: str | None = None
    rescale_type: str | None = None


def kind_of(volume: Any, form: str | None, header: Any) -> Kind:
    """What a volume is written as.

    Parameters
    ----------
    volume : Volume
    form : str or None
    header : Dataset
        Of the template: what was enhanced stays so by itself, and a volume without a modality has this one's.

    Raises
    ------
    WriteError
        Masks and labels; a form that there isn't, or that has no place for these values.
    """
    if form is not None and form not in FORMS:
        raise WriteError(f"form is one of {', '.join(map(repr, FORMS))}, or None for what suits the values")
    if volume.array.dtype.kind == "b" or volume.quantity == "segment":
        raise WriteError(_MASKS)
    if volume.array.dtype.kind not in "iuf":
        raise WriteError(f"values of type {volume.array.dtype.name} have no place in an image")
    if volume.is_color:
        if form not in (None, SECONDARY_CAPTURE):
            raise WriteError(f"colours are written as a secondary capture, and not as {form!r}")
        return Kind(SECONDARY_CAPTURE, "OT", "")
    if form in (PARAMETRIC_MAP, SECONDARY_CAPTURE):
        return Kind(form, volume.modality or "OT", "")
    if volume.unit in ("Gy", "relative dose"):
        if form is not None:
            raise WriteError(f"a dose is written as RT Dose, which has no form {form!r}: leave form= out")
        return Kind(DOSE, "RTDOSE", SOP_CLASSES[DOSE, "RTDOSE"])
    is_enhanced = header.get("SOPClassUID") in _ENHANCED_CLASSES
    modality = volume.modality or header.get("Modality")
    found = _image_kind(volume, modality, form or (ENHANCED if is_enhanced else CLASSIC))
    if found is not None:
        return found
    if form is not None:
        raise WriteError(
            f"form={form!r} is of CT, MR and PT in their units; for these values there are form='parametric-map' and "
            "form='secondary-capture'"
        )
    whole = volume.array.dtype.kind == "u" and volume.array.dtype.itemsize <= 2
    return Kind(SECONDARY_CAPTURE if whole else PARAMETRIC_MAP, volume.modality or "OT", "")


def _image_kind(volume: Any, modality: str | None, form: str) -> Kind | None:
    """CT, MR or PT; None where the values are of another sort."""
    quantity = str(volume.quantity or "").lower()
    suv_type = _SUV_TYPES.get(quantity)
    if suv_type is not None:
        return Kind(form, "PT", SOP_CLASSES[form, "PT"], "CM2ML" if suv_type == "BSA" else "GML", suv_type)
    if suv_type is None and quantity.startswith("suv"):
        # Without SUV Type it would be read as SUV by body weight.
        raise WriteError(
            "no term of SUV Type (0054,1006) means the quantity of the volume: those of `dicom.suv` have one, and "
            "form='parametric-map' names any"
        )
    if modality == "PT":
        if volume.unit is None:
            raise WriteError(
                "a PET has to say the unit of its values in Units (0054,1001), and the volume has none: "
                "volume.unit = 'Bq/ml' says it, or with_array(..., unit=); form='parametric-map' needs none"
            )
        terms = units_terms(volume.unit)
        return None if terms is None else Kind(form, "PT", SOP_CLASSES[form, "PT"], *terms)
    if modality not in ("CT", "MR"):
        return None
    term = rescale_type(volume.unit)
    return None if term is None else Kind(form, modality, SOP_CLASSES[form, modality], rescale_type=term)


def rescale_type(unit: str | None) -> str | None:
    """Rescale Type for a unit; None for one that doesn't fit there."""
    if unit is None:
        return "US"
    term = rescale_type_term(unit)
    if term is not None:
        return term
    is_plain = len(unit) <= _LONGEST_TERM and unit.isascii() and unit.isprintable() and "\\" not in unit
    return unit if is_plain and unit != "US" else None
