"""Tiles of a mosaic are planes where its slices lie, to whichever side they are stacked."""

from __future__ import annotations

import numpy as np
import pytest

import dicom
from dicom.volume.frames.multiframe import multi_frame_planes
from tests.volume.made import PLANES, grid_affine, plane_affine, stored_values
from tests.volume.made_multiframe import csa_header, mosaic, plane_elements

SHAPE = (7, 6, 4)
STORED = stored_values(SHAPE, "<u2")


def to_the_other_side(affine: np.ndarray) -> np.ndarray:
    turned = affine.copy()
    turned[:3, 0] *= -1
    return turned


@pytest.mark.parametrize("newer", [True, False])
@pytest.mark.parametrize("other_side", [False, True])
@pytest.mark.parametrize("plane", [*PLANES, "oblique"])
def test_each_tile_lies_where_its_slice_lies(plane: str, other_side: bool, newer: bool) -> None:
    spacing = (3.0, 0.75, 0.5)
    affine = grid_affine(spacing, angles=(20, -10, 5)) if plane == "oblique" else plane_affine(plane, spacing)
    affine = to_the_other_side(affine) if other_side else affine
    found = multi_frame_planes(mosaic(STORED, affine, newer=newer), None, 2)
    expected = [(affine @ (k, 0, 0, 1))[:3] for k in range(len(STORED))]
    np.testing.assert_allclose(found.position, expected, atol=1e-7)
    assert found.orientation.tolist() == [plane_elements(affine)["ImageOrientationPatient"]] * 7
    assert found.pixel_spacing.tolist() == [[0.75, 0.5]] * 7
    assert found.reasons == [None] * 7
    assert set(found.file) == {2}


def test_tiles_are_the_slices() -> None:
    ds = mosaic(STORED, grid_affine())
    found = multi_frame_planes(ds, None, 0)
    assert found.tile is not None
    assert found.frame.tolist() == [0] * 7
    assert (set(found.rows), set(found.columns)) == ({6}, {4})
    for plane, (row, column, rows, columns) in zip(STORED, found.tile, strict=True):
        np.testing.assert_array_equal(ds.pixel_array[row : row + rows, column : column + columns], plane)


def test_b_value_and_gradient_come_from_the_private_header() -> None:
    found = multi_frame_planes(mosaic(STORED, grid_affine(), b_value=1000, gradient=(0.6, 0.0, -0.8)), None, 0)
    assert found.dimensions["DiffusionBValue"].tolist() == [1000.0] * 7
    assert found.dimensions["DiffusionGradientOrientation"].tolist() == [[0.6, 0.0, -0.8]] * 7


def test_what_the_mosaic_says_of_itself_is_that_of_each_tile() -> None:
    ds = mosaic(STORED, grid_affine(), EchoTime=30.0, AcquisitionNumber=4, AcquisitionTime="101502.5")
    found = multi_frame_planes(ds, None, 0)
    assert found.dimensions["EchoTime"].tolist() == [30.0] * 7
    assert found.dimensions["AcquisitionNumber"].tolist() == [4.0] * 7
    assert found.texts["AcquisitionTime"] == ["101502.5"] * 7


def test_elements_beside_the_private_header_say_how_many_slices_there_are() -> None:
    ds = mosaic(STORED, grid_affine())
    del ds.private_block(0x0029, "SIEMENS CSA HEADER")[0x10]
    block = ds.private_block(0x0019, "SIEMENS MR HEADER", create=True)
    block.add_new(0x0A, "US", 7)
    block.add_new(0x0C, "IS", 500)
    found = multi_frame_planes(ds, None, 0)
    assert found.tile is not None
    assert len(found) == 7
    assert found.dimensions["DiffusionBValue"].tolist() == [500.0] * 7
    # To which side they are stacked isn't said any more: then no tile has a position.
    assert np.isnan(found.position).all()
    assert found.reasons[0] == "no SliceNormalVector in the private header says to which side the slices are stacked"


def with_entries(**entries: tuple[str, list[str]]) -> dicom.Dataset:
    ds = mosaic(STORED, grid_affine())
    made = {"NumberOfImagesInMosaic": ("US", ["7"]), "SliceNormalVector": ("FD", ["0", "0", "1"])}
    ds.private_block(0x0029, "SIEMENS CSA HEADER")[0x10].value = csa_header({**made, **entries})
    return ds


@pytest.mark.parametrize("count", ["", "0", "-7", "7.5", "nan", "1e30", "19", "999999999999"])
def test_a_number_of_slices_that_cannot_be_gives_one_plane_without_a_position(count: str) -> None:
    found = multi_frame_planes(with_entries(NumberOfImagesInMosaic=("US", [count])), None, 0)
    assert found.tile is None
    assert np.isnan(found.position).tolist() == [[True] * 3]
    assert found.rows.tolist() == [18]
    assert found.reasons == ["a mosaic whose number of slices isn't said, or doesn't divide its rows and columns"]


@pytest.mark.parametrize("normal", [["1", "0", "0"], ["0", "0", "0"], ["nan", "0", "1"], ["0", "1"], ["0", "0", "x"]])
def test_a_normal_that_is_none_of_the_slices_gives_no_positions(normal: list[str]) -> None:
    found = multi_frame_planes(with_entries(SliceNormalVector=("FD", normal)), None, 0)
    assert len(found) == 7
    assert np.isnan(found.position).all()
    assert "SliceNormalVector" in str(found.reasons[0])


@pytest.mark.parametrize(
    "keyword", ["ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SpacingBetweenSlices"]
)
def test_what_is_missing_is_named(keyword: str) -> None:
    ds = mosaic(STORED, grid_affine())
    delattr(ds, keyword)
    found = multi_frame_planes(ds, None, 0)
    assert np.isnan(found.position).all()
    assert "missing" in str(found.reasons[0])


def test_a_private_header_that_is_none_is_none() -> None:
    ds = mosaic(STORED, grid_affine())
    ds.private_block(0x0029, "SIEMENS CSA HEADER")[0x10].value = b"SV10 but nothing of it"
    assert multi_frame_planes(ds, None, 0).tile is None
