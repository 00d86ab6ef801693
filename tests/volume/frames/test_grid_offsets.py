"""Planes of a dose grid lie where its Grid Frame Offset Vector says, be it relative or absolute."""

from __future__ import annotations

import numpy as np
import pytest

from dicom.volume.frames.multiframe import multi_frame_planes
from tests.volume.made import PLANES, plane_affine, stored_values
from tests.volume.made_multiframe import rt_dose

STORED = stored_values((4, 6, 7), "<u2")
AFFINE = plane_affine("axial", (3.0, 2.0, 1.5))


@pytest.mark.parametrize("plane", list(PLANES))
def test_offsets_from_zero_lead_along_the_normal(plane: str) -> None:
    affine = plane_affine(plane, (3.0, 2.0, 1.5))
    found = multi_frame_planes(rt_dose(STORED, affine), None, 0)
    np.testing.assert_allclose(found.position, [(affine @ (k, 0, 0, 1))[:3] for k in range(4)], atol=1e-9)
    assert found.reasons == [None] * 4
    assert set(found.slope) == {0.0125}
    assert set(found.intercept) == {0.0}


def test_offsets_that_begin_with_z_are_z() -> None:
    found = multi_frame_planes(rt_dose(STORED, AFFINE, kind="absolute"), None, 0)
    np.testing.assert_allclose(found.position, [(AFFINE @ (k, 0, 0, 1))[:3] for k in range(4)], atol=1e-9)


def test_offsets_may_descend() -> None:
    ds = rt_dose(STORED, AFFINE)
    ds.GridFrameOffsetVector = [0, -3, -6, -9]
    found = multi_frame_planes(ds, None, 0)
    assert found.position[:, 2].tolist() == [40.0, 37.0, 34.0, 31.0]


def test_z_of_a_patient_who_lies_the_other_way_is_z() -> None:
    affine = plane_affine("feet-first", (3.0, 2.0, 1.5))
    ds = rt_dose(STORED, affine, kind="absolute")
    ds.GridFrameOffsetVector = [40, 37, 34, 31]
    found = multi_frame_planes(ds, None, 0)
    assert found.position[:, 2].tolist() == [40.0, 37.0, 34.0, 31.0]
    assert set(found.position[:, 0]) == {-20.0}


@pytest.mark.parametrize("first", [7.0, -40.0])
def test_offsets_that_begin_with_neither_give_no_positions(first: float) -> None:
    ds = rt_dose(STORED, AFFINE)
    ds.GridFrameOffsetVector = [first + 3 * k for k in range(4)]
    found = multi_frame_planes(ds, None, 0)
    assert np.isnan(found.position).all()
    assert str(found.reasons[0]).startswith("Grid Frame Offset Vector (3004,000C) begins with neither")


def test_z_of_planes_that_are_not_transverse_gives_no_positions() -> None:
    found = multi_frame_planes(rt_dose(STORED, plane_affine("coronal"), kind="absolute"), None, 0)
    assert np.isnan(found.position).all()


def test_a_vector_that_is_too_short_leaves_frames_without_a_position() -> None:
    ds = rt_dose(STORED, AFFINE)
    ds.GridFrameOffsetVector = [0, 3]
    found = multi_frame_planes(ds, None, 0)
    assert np.isfinite(found.position).all(axis=1).tolist() == [True, True, False, False]
    assert found.reasons == [None, None] + ["Grid Frame Offset Vector (3004,000C) has no value for the frame"] * 2


def test_one_offset_of_several_frames_is_that_of_the_first() -> None:
    ds = rt_dose(STORED, AFFINE)
    ds.GridFrameOffsetVector = [0]
    assert np.isfinite(multi_frame_planes(ds, None, 0).position).all(axis=1).tolist() == [True, False, False, False]


@pytest.mark.parametrize("keyword", ["ImagePositionPatient", "ImageOrientationPatient"])
def test_without_a_first_plane_there_are_no_positions(keyword: str) -> None:
    ds = rt_dose(STORED, AFFINE)
    delattr(ds, keyword)
    found = multi_frame_planes(ds, None, 0)
    assert np.isnan(found.position).all()
    assert found.reasons == ["Image Position (Patient) or Image Orientation (Patient) is missing"] * 4
