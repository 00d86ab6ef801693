"""What all new instances say: numbers and moments of their series, equipment, and texts that the caller chose."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

import dicom
from dicom.instances.modules import (
    NewSeries,
    derived_data_set,
    derived_series_number,
    put_content_identification,
    put_frame_of_reference,
    put_moment,
)
from tests.made_items import item


@pytest.mark.parametrize(("number", "derived"), [(3, 301), (None, 1), (0, 1), (1003, 100301), (2**31 - 1, 2147483549)])
def test_series_number_tells_the_source_and_is_another(number: int | None, derived: int) -> None:
    assert derived_series_number(item(SeriesNumber=number)) == derived
    assert derived < 2**31


def test_moments_are_in_the_zone_of_the_data_set() -> None:
    moment = datetime(2026, 1, 2, 23, 30, 5, 250000, tzinfo=timezone(timedelta(hours=1)))
    made = item(TimezoneOffsetFromUTC="+0330")
    put_moment(made, moment, "Series", "StructureSet")
    assert (made.SeriesDate, made.SeriesTime) == ("20260103", "020005.250000")
    assert (made.StructureSetDate, made.StructureSetTime) == ("20260103", "020005.250000")


def test_contributing_equipment_worked_in_the_zone_of_the_data_set() -> None:
    template = dicom.instances.new_study("made", modality="CT", TimezoneOffsetFromUTC="+1345")
    volume = dicom.Volume(np.zeros((2, 3, 4), np.int16), np.diag([1.0, 1.0, 1.0, 1.0]), unit="HU", modality="CT")
    ds = volume.to_dicom(template)[0]
    said = ds.ContributingEquipmentSequence[0].ContributionDateTime
    assert said == ds.InstanceCreationDate + ds.InstanceCreationTime


def test_texts_of_the_caller_widen_the_character_set() -> None:
    made = derived_data_set(dicom.instances.new_study("made"), "1.2.3", modality="SEG", series=NewSeries.begun())
    put_content_identification(made, "ORGANS", "Kopf", "Doe^Jane")
    assert "SpecificCharacterSet" not in made
    put_content_identification(made, "ORGANS", "Schädel", "Müller^Käthe")
    assert made.SpecificCharacterSet == "ISO_IR 192"


def test_position_reference_indicator_holds_for_its_own_frame_of_reference_only() -> None:
    made = item(FrameOfReferenceUID="1.2.3", PositionReferenceIndicator="SN")
    put_frame_of_reference(made, "1.2.3")
    assert made.PositionReferenceIndicator == "SN"
    put_frame_of_reference(made, "1.2.4")
    assert (made.FrameOfReferenceUID, made.PositionReferenceIndicator) == ("1.2.4", None)
