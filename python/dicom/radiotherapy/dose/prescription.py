"""The dose that a plan prescribes, of which histograms are in percent.

In: an RT Plan. Out: Gy. Standard: PS3.3 C.8.8.10 (RT Prescription: Dose Reference Sequence).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dicom.dataset.read import read
from dicom.errors import QuantityError

if TYPE_CHECKING:
    from dicom.dataset.dataset import Dataset

_DOSE = "Target Prescription Dose (300A,0026)"
#: In Gy: what lies outside is in another unit, or none.
_LIMITS = (0.01, 500.0)


def prescribed_gy(plan: Dataset | str | os.PathLike[str], roi: int | None = None) -> float:
    """The dose that a plan prescribes to a target, in Gy.

    Parameters
    ----------
    plan : Dataset or path
        An RT Plan, or an RT Ion Plan.
    roi : int, optional
        ROI Number of a target: what is prescribed to that volume, else to the site. By default what is prescribed to
        the site; else to the volumes, where it is the same for all.

    Returns
    -------
    float
        For ``dvh(..., prescription_gy=prescribed_gy("plan.dcm"))``. Doses at points and coordinates are no
        prescription of a volume, and don't count.

    Raises
    ------
    QuantityError
        The plan prescribes none, several, or what can't be in Gy.
    """
    ds = read(plan) if isinstance(plan, (str, os.PathLike)) else plan
    found: dict[str, set[float]] = {"SITE": set(), "VOLUME": set()}
    for index, item in enumerate(ds.get("DoseReferenceSequence") or []):
        kind = str(item.get("DoseReferenceStructureType") or "")
        if item.get("DoseReferenceType") != "TARGET" or kind not in found or item.get("TargetPrescriptionDose") is None:
            continue
        if kind == "VOLUME" and roi is not None and item.get("ReferencedROINumber") != roi:
            continue
        try:
            dose = float(item["TargetPrescriptionDose"].value)
        except (TypeError, ValueError):
            dose = 0.0
        if not _LIMITS[0] <= dose <= _LIMITS[1]:
            raise QuantityError(
                f"{_DOSE} in item {index + 1} of the Dose Reference Sequence (300A,0010) can't be in Gy: that is from "
                f"{_LIMITS[0]:g} to {_LIMITS[1]:g}",
                keywords=("TargetPrescriptionDose",),
            )
        found[kind].add(dose)
    chosen = (found["VOLUME"] or found["SITE"]) if roi is not None else (found["SITE"] or found["VOLUME"])
    if len(chosen) != 1:
        said = "several doses: roi= says of which target" if chosen else f"no {_DOSE} of a target's site or volume"
        raise QuantityError(
            f"the Dose Reference Sequence (300A,0010) has {said}",
            keywords=("DoseReferenceSequence", "TargetPrescriptionDose"),
        )
    return chosen.pop()
