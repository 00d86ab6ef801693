"""Frames of nuclear medicine lie where their detector and their slice lie."""

from __future__ import annotations

import numpy as np
import pytest

import dicom
from dicom.volume.frames.multiframe import multi_frame_planes
from tests.volume.made import PLANES, plane_affine, stored_values
from tests.volume.made_multiframe import nm_detectors, nm_reconstruction, plane_elements

SHAPE = (5, 6, 7)
STORED = stored_values(SHAPE, "<u2")
AFFINE = plane_affine("axial", (3.0, 2.0, 1.5))


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("plane", list(PLANES))
def test_slices_of_a_reconstruction_lie_behind_or_before_the_first(plane: str, reverse: bool) -> None:
    affine = plane_affine(plane, (3.0, 2.0, 1.5))
    found = multi_frame_planes(nm_reconstruction(STORED, affine, reverse=reverse), None, 0)
    order = range(4, -1, -1) if reverse else range(5)
    np.testing.assert_allclose(found.position, [(affine @ (k, 0, 0, 1))[:3] for k in order], atol=1e-9)
    assert found.orientation.tolist() == [plane_elements(affine)["ImageOrientationPatient"]] * 5
    assert found.pixel_spacing.tolist() == [[2.0, 1.5]] * 5
    assert found.spacing_between_slices.tolist() == [3.0] * 5
    assert found.reasons == [None] * 5


def test_time_slots_of_a_gated_reconstruction_share_their_positions() -> None:
    stored = np.stack([STORED, STORED + 1, STORED + 2])
    found = multi_frame_planes(nm_reconstruction(stored, AFFINE, gates=3), None, 0)
    expected = [(AFFINE @ (k, 0, 0, 1))[:3] for _ in range(3) for k in range(5)]
    np.testing.assert_allclose(found.position, expected, atol=1e-9)
    assert found.dimensions["TimeSlotVector"].tolist() == [1.0] * 5 + [2.0] * 5 + [3.0] * 5
    assert found.dimensions["RRIntervalVector"].tolist() == [1.0] * 15
    assert "SliceVector" not in found.dimensions


def test_each_detector_has_its_own_plane() -> None:
    affines = [plane_affine("coronal"), plane_affine("sagittal")]
    found = multi_frame_planes(nm_detectors(STORED[:2], affines), None, 0)
    expected = [plane_elements(affine) for affine in affines]
    assert found.position.tolist() == [one["ImagePositionPatient"] for one in expected]
    assert found.orientation.tolist() == [one["ImageOrientationPatient"] for one in expected]
    assert found.dimensions["DetectorVector"].tolist() == [1.0, 2.0]


def test_views_of_a_detector_that_turns_have_no_position_but_the_first() -> None:
    ds = nm_detectors(STORED[:3], [AFFINE])
    ds.DetectorVector, ds.AngularViewVector, ds.RotationVector = [1, 1, 1], [1, 2, 3], [1, 1, 1]
    found = multi_frame_planes(ds, None, 0)
    assert np.isfinite(found.position).all(axis=1).tolist() == [True, False, False]
    assert found.reasons[1] == "a view of a detector that turns: only where it began is said (PS3.3 C.8.4.11)"


def test_a_position_outside_of_the_detectors_counts_where_these_have_none() -> None:
    ds = nm_reconstruction(STORED, AFFINE)
    truth = multi_frame_planes(ds, None, 0)
    item = ds.DetectorInformationSequence[0]
    ds.ImagePositionPatient, ds.ImageOrientationPatient = item.ImagePositionPatient, item.ImageOrientationPatient
    ds.DetectorInformationSequence = []
    found = multi_frame_planes(ds, None, 0)
    np.testing.assert_array_equal(found.position, truth.position)
    np.testing.assert_array_equal(found.orientation, truth.orientation)


@pytest.mark.parametrize("value", [None, 0])
def test_without_a_spacing_only_the_first_slice_has_a_position(value: float | None) -> None:
    ds = nm_reconstruction(STORED, AFFINE)
    ds.SpacingBetweenSlices = value
    found = multi_frame_planes(ds, None, 0)
    assert np.isfinite(found.position).all(axis=1).tolist() == [True, False, False, False, False]
    assert "Spacing Between Slices (0018,0088) is missing" in str(found.reasons[1])
    assert found.reasons[0] is None


def test_a_vector_that_is_too_short_leaves_frames_without_a_position() -> None:
    ds = nm_reconstruction(STORED, AFFINE)
    ds.SliceVector = [1, 2, 3]
    found = multi_frame_planes(ds, None, 0)
    assert np.isfinite(found.position).all(axis=1).tolist() == [True, True, True, False, False]
    assert found.reasons[3] == "Slice Vector (0054,0080) has no value for the frame"


def test_a_slice_vector_of_zero_is_no_slice() -> None:
    ds = nm_reconstruction(STORED, AFFINE)
    ds.SliceVector = [0, 1, 2, 3, 4]
    found = multi_frame_planes(ds, None, 0)
    assert np.isnan(found.position[0]).all()
    np.testing.assert_allclose(found.position[1], AFFINE[:3, 3])


def test_a_detector_that_is_not_described_has_no_position() -> None:
    ds = nm_detectors(STORED[:2], [AFFINE, AFFINE])
    ds.DetectorVector = [1, 3]
    found = multi_frame_planes(ds, None, 0)
    assert np.isfinite(found.position).all(axis=1).tolist() == [True, False]
    assert found.reasons[1] == "no item of Detector Information Sequence (0054,0022) has its position"


def test_frames_that_no_vector_tells_apart_have_no_position_but_the_first() -> None:
    ds = nm_reconstruction(STORED, AFFINE)
    del ds.SliceVector
    found = multi_frame_planes(ds, None, 0)
    assert np.isfinite(found.position).all(axis=1).tolist() == [True, False, False, False, False]
    assert found.reasons[1] == "no index vector (0054,00xx) says which frame it is"


@pytest.mark.parametrize("keyword", ["SliceVector", "SpacingBetweenSlices", "PixelSpacing"])
def test_items_of_a_sequence_are_no_numbers(keyword: str) -> None:
    ds = nm_reconstruction(STORED, AFFINE)
    ds.add_new(ds[keyword].tag, "SQ", [dicom.Dataset(), dicom.Dataset()])
    ds[keyword].value[0].Rows = 1
    found = multi_frame_planes(ds, None, 0)
    assert np.isnan(found.pixel_spacing).all() if keyword == "PixelSpacing" else np.isnan(found.position[1:]).all()
