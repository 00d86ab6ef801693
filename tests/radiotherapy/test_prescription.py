"""`prescribed_gy`: one dose, or an error that names the element."""

from __future__ import annotations

from typing import Any

import pytest

import dicom
from dicom.errors import QuantityError
from dicom.radiotherapy import prescribed_gy


def plan(*references: dict[str, Any]) -> dicom.Dataset:
    made = dicom.Dataset()
    made.DoseReferenceSequence = []
    for number, values in enumerate(references):
        item = dicom.Dataset()
        item.DoseReferenceNumber = number
        for keyword, value in ({"DoseReferenceType": "TARGET"} | values).items():
            setattr(item, keyword, value)
        made.DoseReferenceSequence.append(item)
    return made


def site(dose: Any) -> dict[str, Any]:
    return {"DoseReferenceStructureType": "SITE", "TargetPrescriptionDose": dose}


def volume(roi: int, dose: Any) -> dict[str, Any]:
    return {"DoseReferenceStructureType": "VOLUME", "ReferencedROINumber": roi, "TargetPrescriptionDose": dose}


POINT = {"DoseReferenceStructureType": "POINT", "ReferencedROINumber": 1, "TargetPrescriptionDose": 3}
ORGAN = volume(4, 20) | {"DoseReferenceType": "ORGAN_AT_RISK"}


def test_a_site_counts_before_volumes_and_a_volume_for_its_region() -> None:
    both = plan(POINT, ORGAN, site(50), volume(1, 60), volume(2, 54))
    assert prescribed_gy(both) == 50
    assert prescribed_gy(both, roi=2) == 54
    assert prescribed_gy(both, roi=4) == 50
    assert prescribed_gy(plan(volume(1, 60), volume(2, 60))) == 60


@pytest.mark.parametrize(
    ("references", "keyword"),
    [
        ([], "DoseReferenceSequence"),
        ([POINT, ORGAN], "DoseReferenceSequence"),
        ([volume(1, 60), volume(2, 54)], "TargetPrescriptionDose"),
        ([site(50), site(60)], "TargetPrescriptionDose"),
        ([site(0)], "TargetPrescriptionDose"),
        ([site(5000)], "TargetPrescriptionDose"),
        ([site(-2)], "TargetPrescriptionDose"),
    ],
)
def test_what_is_no_single_dose_is_refused(references: list[dict[str, Any]], keyword: str) -> None:
    with pytest.raises(QuantityError) as caught:
        prescribed_gy(plan(*references))
    assert keyword in caught.value.keywords
    assert not any(value in str(caught.value) for value in ("5000", "-2", "54", "60"))
