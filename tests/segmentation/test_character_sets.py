"""Names that the images' Specific Character Set doesn't have are written, and nothing else becomes another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pydicom
import pytest

import dicom
from dicom.errors import WriteError
from dicom.sr import codes
from tests.commands import dciodvfy
from tests.volume.made import made_series

if TYPE_CHECKING:
    from pathlib import Path

SHAPE = (3, 13, 11)
NAMES = ["Lunge rechts, größer", "肝臓", "Печень"]


@pytest.fixture(params=[None, "ISO_IR 100"])
def volume(request: pytest.FixtureRequest, tmp_path: Path) -> dicom.Volume:
    """Images of a patient whose name is of ASCII letters, without a set; or of Latin ones, with theirs."""
    name = "Made^By Code" if request.param is None else "Ärger^Änne"
    made_series(tmp_path / "ct", SHAPE, SpecificCharacterSet=request.param, PatientName=name)
    return dicom.read_series(tmp_path / "ct")


@pytest.mark.parametrize("name", NAMES)
def test_labels_of_segments(volume: dicom.Volume, tmp_path: Path, name: str) -> None:
    organ = {"property_category": codes.SCT.AnatomicalStructure, "property_type": codes.SCT.Liver}
    made = dicom.Segmentation.from_masks([np.ones(SHAPE, bool)], volume, [dicom.Segment(name, **organ)])
    made.save(tmp_path / "seg.dcm")
    read = pydicom.dcmread(tmp_path / "seg.dcm")
    assert read.SegmentSequence[0].SegmentLabel == name
    assert read.PatientName == volume.sources.dataset(0).PatientName
    assert dciodvfy(tmp_path / "seg.dcm") == []


@pytest.mark.parametrize("name", NAMES)
def test_names_of_rois(volume: dicom.Volume, tmp_path: Path, name: str) -> None:
    dicom.StructureSet.from_masks({name: volume.with_array(np.ones(SHAPE, bool))}, volume).save(tmp_path / "rtss.dcm")
    read = pydicom.dcmread(tmp_path / "rtss.dcm")
    assert read.StructureSetROISequence[0].ROIName == name
    assert read.PatientName == volume.sources.dataset(0).PatientName
    assert dciodvfy(tmp_path / "rtss.dcm") == []


def test_the_set_of_the_images_stays_where_it_has_all_characters(tmp_path: Path) -> None:
    made_series(tmp_path / "ct", SHAPE, SpecificCharacterSet="ISO_IR 100", PatientName="Ärger^Änne")
    volume = dicom.read_series(tmp_path / "ct")
    structures = dicom.StructureSet.from_masks({NAMES[0]: volume.with_array(np.ones(SHAPE, bool))}, volume)
    assert structures.to_dataset().SpecificCharacterSet == "ISO_IR 100"


def test_a_name_that_would_be_two_values_is_refused(volume: dicom.Volume) -> None:
    structures = dicom.StructureSet.from_masks({"liver\\left": volume.with_array(np.ones(SHAPE, bool))}, volume)
    with pytest.raises(WriteError, match="backslash"):
        structures.to_dataset()
