"""The document as DCMTK's ``dcm2xml --native-format`` writes it."""

from __future__ import annotations

import subprocess
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import dicom
from tests.commands import require
from tests.data_sources import seed

# DCMTK shortens floats, turns the words of OW round in base64, and gives no keyword to what is retired.
FLOATS = ("FL", "FD")


def described(root: ET.Element) -> list[Any]:
    """What the attributes of a model say, as both writers say it."""
    found = []
    for one in root.findall("DicomAttribute"):
        vr = one.get("vr", "")
        inner: list[Any] = []
        for child in one:
            if child.tag == "Item":
                inner.append((child.get("number"), described(child)))
            elif child.tag == "PersonName":
                groups = [(group.tag, [(part.tag, part.text) for part in group if part.text]) for group in child]
                inner.append((child.get("number"), groups))
            elif child.tag == "InlineBinary":
                inner.append(len(child.text or ""))
            elif vr in FLOATS:
                inner.append((child.get("number"), pytest.approx(float(child.text or 0), rel=1e-5)))
            else:
                inner.append((child.get("number"), child.text))
        found.append((one.get("tag"), vr, one.get("privateCreator"), inner))
    return found


def keywords(root: ET.Element) -> dict[str, str]:
    return {str(one.get("tag")): keyword for one in root.iter("DicomAttribute") if (keyword := one.get("keyword"))}


@pytest.mark.parametrize("name", ["CT_small.dcm", "MR_small.dcm", "rtplan.dcm", "reportsi.dcm", "liver_1frame.dcm"])
def test_documents_say_the_same(name: str) -> None:
    command = [require("dcm2xml"), "--native-format", "--encode-base64", "--load-all", str(seed(name))]
    done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    theirs = ET.fromstring(done.stdout)
    ours = ET.fromstring(dicom.read(seed(name)).to_xml())
    assert described(ours) == described(theirs)
    known = keywords(theirs)
    assert known.items() <= keywords(ours).items()
    back = ET.fromstring(dicom.Dataset.from_xml(done.stdout).to_xml())
    assert described(back) == described(theirs)
