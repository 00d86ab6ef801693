"""Value Representations as a str that acts as an enumeration; the sets are compared with pydicom's."""

from __future__ import annotations

import copy
import pickle

import pydicom.valuerep
import pytest

import dicom.vr
from dicom.vr import VR

SETS = [name for name in dir(dicom.vr) if name.isupper() and isinstance(getattr(dicom.vr, name), set)]


def test_every_set_of_pydicom_is_here() -> None:
    theirs = [name for name in dir(pydicom.valuerep) if isinstance(getattr(pydicom.valuerep, name), set)]
    assert set(SETS) == set(theirs) - {"TEXT_VR_DELIMS", "PN_DELIMS"}


@pytest.mark.parametrize("name", SETS)
def test_a_set_has_the_members_of_pydicom(name: str) -> None:
    assert getattr(dicom.vr, name) == {str(vr) for vr in getattr(pydicom.valuerep, name)}


def test_members_are_those_of_pydicom_in_the_same_order() -> None:
    assert [(vr.name, vr.value) for vr in VR] == [(vr.name, vr.value) for vr in pydicom.valuerep.VR]
    assert len(VR) == 38


def test_a_member_is_its_text() -> None:
    assert (VR.PN, hash(VR.PN)) == ("PN", hash("PN"))
    assert str(VR.PN) == f"{VR.PN}" == "PN"
    assert VR("US or SS") is VR["US_SS"] is VR.US_SS
    assert ["PN" in VR, VR.PN in VR, "ZZ" in VR] == [True, True, False]
    assert repr(VR.US_SS) == "<VR.US_SS: 'US or SS'>"


def test_a_text_that_is_no_vr_is_refused() -> None:
    with pytest.raises(ValueError, match="VR of PS3"):
        VR("ZZ")


def test_members_stay_the_same_object_through_copy_and_pickle() -> None:
    assert pickle.loads(pickle.dumps(VR.SQ)) is copy.copy(VR.SQ) is copy.deepcopy(VR.SQ) is VR.SQ
