"""A private transfer syntax whose encoding was told: the reader takes it for what it is."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

import dicom
from dicom.uid import UID, PrivateTransferSyntaxes, register_transfer_syntax
from tests.data_sources import seed

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def syntax() -> Iterator[UID]:
    """One of a number that no other test has."""
    yield register_transfer_syntax("1.2.826.0.1.3680043.9.7.1234.1", implicit_vr=True, little_endian=True)
    PrivateTransferSyntaxes.clear()


def test_a_registered_syntax_is_read_without_a_finding(syntax: UID) -> None:
    ds = dicom.read(seed("CT_small.dcm"))
    patient = ds.PatientID
    ds.file_meta.TransferSyntaxUID = syntax
    target = io.BytesIO()
    dicom.write(ds, target)
    again = dicom.read(target.getvalue())
    assert (again.findings, again.original_encoding, again.PatientID) == ([], (True, True), patient)


def test_a_syntax_that_nobody_told_of_is_a_finding() -> None:
    ds = dicom.read(seed("CT_small.dcm"))
    ds.file_meta.TransferSyntaxUID = "1.2.826.0.1.3680043.9.7.1234.2"
    target = io.BytesIO()
    dicom.write(ds, target, implicit_vr=False, little_endian=True)
    assert [finding.code for finding in dicom.read(target.getvalue()).findings] == ["unknown-transfer-syntax"]
