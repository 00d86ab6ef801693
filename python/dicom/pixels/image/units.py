"""The unit of an image's values, and the element that says so.

In: a data set, and the item that holds its rescale. Out: (unit or None, where it is from, or why it isn't known).
Standard: PS3.3 C.11.1.1.2 (Rescale Type), C.8.9.1 (Units of PET), C.8.8.3 (Dose Units), PS3.16 CID 84 and 85 (UCUM
codes of PET and SUV).
"""

from __future__ import annotations

from dicom.pixels.lenient import items, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Unit = tuple[str | None, str]

#: Units (0054,1001), PS3.3 C.8.9.1.1.3
_UNIT_OF_UNITS = {
    "CNTS": "counts",
    "NONE": "no unit",
    "CM2": "cm²",
    "CM2ML": "cm2/ml",
    "PCNT": "%",
    "CPS": "counts/s",
    "BQML": "Bq/ml",
    "MGMINML": "mg/min/ml",
    "UMOLMINML": "µmol/min/ml",
    "MLMING": "ml/min/g",
    "MLG": "ml/g",
    "1CM": "1/cm",
    "UMOLML": "µmol/ml",
    "PROPCNTS": "proportional to counts",
    "PROPCPS": "proportional to counts/s",
    "MLMINML": "ml/min/ml",
    "MLML": "ml/ml",
    "GML": "g/ml",
    "STDDEV": "standard deviations",
}
#: SUV Type (0054,1006) -> the UCUM code of its unit, PS3.16 CID 85. What it is normalised by stands in braces; they are
#: kept while frames are compared, and parted from the unit (`parted`) where a person sees it.
_UNIT_OF_SUV_TYPE = {
    "BW": "g/ml{SUVbw}",
    "LBM": "g/ml{SUVlbm}",
    "LBMJAMES128": "g/ml{SUVlbm(James128)}",
    "LBMJANMA": "g/ml{SUVlbm(Janma)}",
    "BSA": "cm2/ml{SUVbsa}",
    "IBW": "g/ml{SUVibw}",
}
#: Rescale Type (0028,1054), PS3.3 C.11.1.1.2
_UNIT_OF_RESCALE_TYPE = {
    "OD": "optical density / 1000",
    "HU": "HU",
    "MGML": "mg/ml",
    "Z_EFF": "effective atomic number",
    "ED": "10²³ electrons/ml",
    "EDW": "electron density / that of water",
    "HU_MOD": "modified HU",
    "PCT": "%",
}
_UNIT_OF_DOSE = {"GY": "Gy", "RELATIVE": "relative dose"}
#: Dose Type (3004,0004), PS3.3 C.8.8.3
_QUANTITY_OF_DOSE = {
    "PHYSICAL": "absorbed dose",
    "EFFECTIVE": "biologically effective dose",
    "ERROR": "dose error",
}
_UNASSIGNED = "UnassignedSharedConvertedAttributesSequence"
#: UCUM codes that have a name which everyone uses.
_NAME_OF_CODE = {"[hnsf'U]": "HU"}


def unit_of_rescale(ds: Any, holder: Any, *, has_rescale: bool) -> Unit:
    """The unit of rescaled values.

    Parameters
    ----------
    ds : Dataset
    holder : Dataset
        The item, or the data set itself, that Rescale Type stands in.
    has_rescale : bool
        Whether there are Rescale Slope and Intercept.
    """
    found = _unit_of_units(ds)
    if found is not None:
        return found
    rescale_type = text(holder.get("RescaleType"))
    if rescale_type == "US":
        return None, "RescaleType says that the unit is not specified"
    if rescale_type:
        # Terms that aren't defined are allowed, and name units too.
        return _UNIT_OF_RESCALE_TYPE.get(rescale_type, rescale_type), "RescaleType"
    if not has_rescale:
        return None, "there is neither a rescale nor Units (0054,1001)"
    if text(ds.get("Modality")) != "CT":
        return None, "RescaleType is absent"
    # Rescale Type may be left out of a CT only when the unit is HU, and of multi-energy CT, whose values can be
    # concentrations or atomic numbers, never (PS3.3 table C.8-3); a localizer isn't in HU.
    if text(ds.get("MultienergyCTAcquisition")) == "YES":
        return None, "RescaleType is absent, which multi-energy CT needs: its values may not be in HU"
    kinds = ds.get("ImageType")
    if hasattr(kinds, "__len__") and "LOCALIZER" in [text(kind) for kind in kinds]:
        return None, "RescaleType is absent, and a localizer isn't in HU"
    return "HU", "Modality: a CT without RescaleType is in HU"


def _unit_of_units(ds: Any) -> Unit | None:
    # A conversion into an enhanced object keeps what has no place there in a functional group (PS3.3 A.70).
    shared = [one for group in items(ds, "SharedFunctionalGroupsSequence")[:1] for one in items(group, _UNASSIGNED)[:1]]
    for holder in (ds, *shared):
        found = _unit_of_units_in(holder)
        if found is not None:
            return found
    return None


def _unit_of_units_in(ds: Any) -> Unit | None:
    units = text(ds.get("Units"))
    if units in ("GML", "CM2ML"):
        suv_type = text(ds.get("SUVType"))
        if suv_type in _UNIT_OF_SUV_TYPE:
            return _UNIT_OF_SUV_TYPE[suv_type], "Units and SUVType"
        if units == "GML" and not suv_type:
            return _UNIT_OF_SUV_TYPE["BW"], "Units: without SUVType, GML is SUV by body weight"
    unit = _UNIT_OF_UNITS.get(units)
    return None if unit is None else (unit, "Units")


def unit_of_table(item: Any) -> Unit:
    """The unit of the entries of a Modality LUT."""
    lut_type = text(item.get("ModalityLUTType"))
    if lut_type in ("", "US"):
        return (
            None,
            "ModalityLUTType is absent" if not lut_type else "ModalityLUTType says that the unit is not specified",
        )
    return _UNIT_OF_RESCALE_TYPE.get(lut_type, lut_type), "ModalityLUTType"


def unit_of_dose(ds: Any) -> Unit:
    """The unit of a dose."""
    unit = _UNIT_OF_DOSE.get(text(ds.get("DoseUnits")))
    return (None, "DoseUnits is absent or unknown") if unit is None else (unit, "DoseUnits")


def quantity_of_dose(ds: Any) -> str | None:
    """What a dose is of: absorbed, effective, or how far a plan's is from the prescribed; None where it isn't said."""
    return _QUANTITY_OF_DOSE.get(text(ds.get("DoseType")))


def unit_of_code(mapping: Any) -> Unit:
    """The unit that an item's Measurement Units Code Sequence codes: a UCUM code, ``"HU"`` for Hounsfield units."""
    codes = items(mapping, "MeasurementUnitsCodeSequence")
    # A UCUM code of more than 16 characters stands in Long Code Value (PS3.3 8.1).
    told = [codes[0].get(name) for name in ("CodeValue", "LongCodeValue")] if codes else []
    code = next((one for one in told if isinstance(one, str) and one.strip()), None)
    if code is None:
        return None, "MeasurementUnitsCodeSequence is absent or empty"
    return _NAME_OF_CODE.get(code.strip(), code.strip()), "MeasurementUnitsCodeSequence"


def units_terms(unit: str) -> tuple[str, str | None] | None:
    """Units (0054,1001) and SUV Type (0054,1006) of a PET in this unit; None where the standard has no term for it."""
    unit = unit.replace("cm²/ml", "cm2/ml")
    for suv_type, name in _UNIT_OF_SUV_TYPE.items():
        if unit == name:
            return ("CM2ML" if suv_type == "BSA" else "GML"), suv_type
    return next(((term, None) for term, name in _UNIT_OF_UNITS.items() if name == unit), None)


def rescale_type_term(unit: str) -> str | None:
    """The term of Rescale Type (0028,1054) for a unit; None where the standard has none."""
    return next((term for term, name in _UNIT_OF_RESCALE_TYPE.items() if name == unit), None)


def parted(code: str | None) -> tuple[str | None, str | None]:
    """The unit, and what values are of where its code says it in braces: ``g/ml`` and ``SUVbw`` of ``g/ml{SUVbw}``.

    Other remarks in braces (``{counts}``, ``{ratio}``) name no quantity, and stay with the unit.
    """
    unit, _, annotation = (code or "").partition("{SUV")
    return (unit, f"SUV{annotation.removesuffix('}')}") if unit and annotation else (code, None)


def joined(unit: str | None, quantity: str | None) -> str | None:
    """The code of a unit with what values are of in braces, where PS3.16 CID 85 has one; the unit itself else."""
    code = f"{unit}{{{quantity}}}"
    return code if code in _UNIT_OF_SUV_TYPE.values() else unit


def is_known_unit(unit: str, source: str) -> bool:
    """Whether a unit is one of the standard's or coded, and not free text."""
    known = (_UNIT_OF_UNITS, _UNIT_OF_SUV_TYPE, _UNIT_OF_RESCALE_TYPE, _UNIT_OF_DOSE)
    if any(unit in table.values() for table in known):
        return True
    return source == "MeasurementUnitsCodeSequence" and len(unit) <= 16 and not {" ", "^"} & set(unit)
