"""A segmentation that contradicts itself gives an error that names the element, and no mask; nor is one written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
from dicom.errors import RegionError
from dicom.sr import codes
from tests.volume.made import made_series

if TYPE_CHECKING:
    from pathlib import Path

SHAPE = (5, 13, 11)
ORGAN = {"property_category": codes.SCT.AnatomicalStructure, "property_type": codes.SCT.Liver}


@pytest.fixture
def volume(tmp_path: Path) -> dicom.Volume:
    made_series(tmp_path / "ct", SHAPE)
    return dicom.read_series(tmp_path / "ct")


def written(volume: dicom.Volume, kind: str = "BINARY") -> dicom.Dataset:
    """Two segments of a voxel or more in each slice; a label map: 5 frames."""
    masks = np.zeros((2, *SHAPE), bool)
    masks[0, :, 2:5], masks[1, :, 7] = True, True
    segments = [dicom.Segment("one", **ORGAN), dicom.Segment("two", **ORGAN)]
    made = dicom.Segmentation.from_masks(masks, volume, segments, kind=kind).to_dataset()
    assert dicom.read_segmentation(made).mask("one", on=volume).array.sum() == masks[0].sum()
    return made


@pytest.mark.parametrize("count", [0, 1, 9, 11])
def test_another_number_of_frames_than_are_described_is_refused(volume: dicom.Volume, count: int) -> None:
    ds = written(volume)
    ds.NumberOfFrames = count
    with pytest.raises(RegionError, match=r"Number of Frames \(0028,0008\)"):
        dicom.read_segmentation(ds)


@pytest.mark.parametrize("apart_mm", [0.0, 0.004])
@pytest.mark.parametrize("kind", ["BINARY", "LABELMAP"])
def test_two_frames_at_one_place_are_refused(volume: dicom.Volume, kind: str, apart_mm: float) -> None:
    ds = written(volume, kind)
    one, two = (ds.PerFrameFunctionalGroupsSequence[n].PlanePositionSequence[0] for n in (1, 2))
    position = [float(x) for x in one.ImagePositionPatient]
    two.ImagePositionPatient = [position[0], position[1], position[2] + apart_mm]
    segmentation = dicom.read_segmentation(ds)
    with pytest.raises(RegionError, match="lie at one place"):
        segmentation.mask("one", on=volume)
    with pytest.raises(RegionError, match="lie at one place"):
        segmentation.label_map(on=volume)


@pytest.mark.parametrize("label", ["liver\\left", " "])
def test_labels_that_would_be_two_values_or_none_are_not_written(volume: dicom.Volume, label: str) -> None:
    with pytest.raises(RegionError):
        dicom.Segmentation.from_masks([np.ones(SHAPE, bool)], volume, [dicom.Segment(label, **ORGAN)])
