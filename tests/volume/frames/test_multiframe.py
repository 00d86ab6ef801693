"""Every data set gives planes, or says why it gives none; and where a frame lies is never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dicom
from dicom.errors import LimitError, PixelError
from dicom.volume.frames.multiframe import MAX_FRAMES, multi_frame_planes
from dicom.volume.planes import Planes
from dicom.volume.series.headers import read_headers
from tests.data_sources import dicom_files, seed
from tests.volume.made import grid_affine, plane_data_sets, stored_values, write_series
from tests.volume.made_multiframe import enhanced, image, mosaic, plane_elements, secondary_capture

if TYPE_CHECKING:
    from pathlib import Path

STORED = stored_values((3, 6, 7), "<u2")


def test_a_single_frame_lies_where_its_data_set_says() -> None:
    ds = plane_data_sets(stored_values((1, 6, 7)), grid_affine())[0]
    found = multi_frame_planes(ds, None, 0)
    assert found.position.tolist() == [[-20.0, -30.0, 40.0]]
    assert (found.rows.tolist(), found.columns.tolist()) == ([6], [7])
    assert (found.slope.tolist(), found.intercept.tolist()) == ([1.0], [-1024.0])
    assert found.reasons == [None]


def test_frames_without_positions_have_none() -> None:
    found = multi_frame_planes(secondary_capture(STORED), None, 0)
    assert np.isnan(found.position).all()
    assert found.reasons == ["the object gives no position of its frames (PS3.3 C.7.6.16.2.3)"] * 3
    assert found.dimensions["FrameTime"].tolist() == [0.0, 40.0, 80.0]


def test_one_position_is_not_that_of_several_frames() -> None:
    ds = image("SC", STORED, **plane_elements(grid_affine()), SpacingBetweenSlices=2.0)
    found = multi_frame_planes(ds, None, 0)
    assert np.isnan(found.position).all()
    assert found.orientation.tolist() == [[1.0, 0.0, 0.0, 0.0, 1.0, 0.0]] * 3


def test_times_between_frames_add_up() -> None:
    ds = image("SC", STORED, FrameTimeVector=[0, 33, 40])
    assert multi_frame_planes(ds, None, 0).dimensions["FrameTime"].tolist() == [0.0, 33.0, 73.0]


@pytest.mark.parametrize("vector", [[0, 33], [0, 33, 40, 50], "soon"])
def test_a_frame_time_vector_of_another_length_tells_nothing(vector: Any) -> None:
    ds = image("SC", STORED)
    ds.add_new(0x00181065, "LO" if isinstance(vector, str) else "DS", vector)
    assert "FrameTime" not in multi_frame_planes(ds, None, 0).dimensions


@pytest.mark.parametrize("frames", ["x", "2.5", "-1"])
def test_a_number_of_frames_that_cannot_be_is_refused(frames: str) -> None:
    ds = image("SC", STORED)
    ds.add_new(0x00280008, "LO", frames)
    with pytest.raises(PixelError, match=r"\(0028,0008\) isn't a whole number") as caught:
        multi_frame_planes(ds, None, 0)
    assert caught.value.tag == 0x00280008


@pytest.mark.parametrize("kind", ["plain", "groups", "vectors", "offsets"])
def test_more_frames_than_the_limit_are_refused(kind: str) -> None:
    ds = enhanced(plane_data_sets(STORED, grid_affine())) if kind == "groups" else image("SC", STORED)
    if kind == "vectors":
        ds.SliceVector = [1, 2, 3]
    if kind == "offsets":
        ds.GridFrameOffsetVector = [0, 1, 2]
    ds.NumberOfFrames = MAX_FRAMES + 1
    with pytest.raises(LimitError, match="MAX_FRAMES"):
        multi_frame_planes(ds, None, 0)


@pytest.mark.parametrize("transfer_syntax", ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2.5"])
def test_more_frames_than_there_is_room_for_are_refused(tmp_path: Path, transfer_syntax: str) -> None:
    (path,) = write_series(tmp_path, [secondary_capture(STORED)], transfer_syntax=transfer_syntax)
    headers = read_headers([str(path)])
    ds = dicom.read(path, stop_before_pixels=True)
    assert len(multi_frame_planes(ds, headers, 0)) == 3
    # Those that are missing are named when they are read.
    ds.NumberOfFrames = 5
    assert len(multi_frame_planes(ds, headers, 0)) == 5
    ds.NumberOfFrames = MAX_FRAMES
    with pytest.raises(PixelError, match="there is room for"):
        multi_frame_planes(ds, headers, 0)


@pytest.mark.parametrize("number", [0, None])
def test_no_number_of_frames_is_one_frame(number: int | None) -> None:
    ds = image("SC", STORED[:1])
    ds.NumberOfFrames = number
    assert len(multi_frame_planes(ds, None, 0)) == 1


@pytest.mark.parametrize("keyword", ["Rows", "Columns"])
def test_a_size_that_is_none_is_refused(keyword: str) -> None:
    ds = image("SC", STORED)
    for value in (0, None):
        setattr(ds, keyword, value)
        with pytest.raises(PixelError, match=f"{keyword}.*is missing or not positive"):
            multi_frame_planes(ds, None, 0)


def test_no_value_stands_in_a_message() -> None:
    ds = image("SC", STORED)
    ds.add_new(0x00280008, "LO", "Doe^Jane")
    with pytest.raises(PixelError) as caught:
        multi_frame_planes(ds, None, 0)
    assert "Doe" not in str(caught.value)


def test_dose_scaling_counts_before_the_rescale() -> None:
    ds = image("RTDOSE", STORED, DoseGridScaling=0.25, RescaleSlope=2, RescaleIntercept=1)
    found = multi_frame_planes(ds, None, 0)
    assert (set(found.slope), set(found.intercept)) == ({0.25}, {0.0})


def test_what_is_not_linear_is_left_to_the_image() -> None:
    ds = image("SC", STORED, RescaleSlope=2, RescaleIntercept=1)
    table = dicom.Dataset()
    table.LUTDescriptor, table.LUTData, table.ModalityLUTType = [2, 0, 16], [1, 2], "US"
    ds.ModalityLUTSequence = [table]
    assert np.isnan(multi_frame_planes(ds, None, 0).slope).all()


def test_colours_are_not_rescaled() -> None:
    ds = image("SC", STORED, RescaleSlope=2, RescaleIntercept=1)
    ds.PhotometricInterpretation = "PALETTE COLOR"
    found = multi_frame_planes(ds, None, 0)
    assert (set(found.slope), set(found.intercept)) == ({1.0}, {0.0})


def test_planes_with_and_without_tiles_join() -> None:
    tiles = multi_frame_planes(mosaic(STORED, grid_affine()), None, 0)
    whole = multi_frame_planes(image("SC", STORED[:1]), None, 1)
    joined = Planes.joined([tiles, whole])
    assert joined.tile is not None
    assert joined.tile.tolist() == [[0, 0, 6, 7], [0, 7, 6, 7], [6, 0, 6, 7], [0, 0, 6, 7]]
    assert joined.reasons == [None, None, None, whole.reasons[0]]
    assert joined.take([3, 1]).tile.tolist() == [[0, 0, 6, 7], [0, 7, 6, 7]]  # type: ignore[union-attr]
    assert joined.take([3]).reasons == [whole.reasons[0]]
    assert Planes.joined([whole, whole]).tile is None


@pytest.mark.parametrize("name", list(dicom_files()))
def test_every_image_gives_planes_or_a_typed_error(name: str) -> None:
    ds = dicom.read(dicom_files()[name], force=True, stop_before_pixels=True)
    # What stands as Number of Frames in badVR.dcm is no number.
    if "Rows" not in ds or name.endswith("/badVR.dcm"):
        with pytest.raises(PixelError):
            multi_frame_planes(ds, None, 0)
        return
    found = multi_frame_planes(ds, None, 0)
    assert len(found) >= 1
    has_position = np.isfinite(found.position).all(axis=1)
    assert [reason is None for reason in found.reasons] == has_position.tolist()


def test_an_enhanced_ct_lies_where_it_says() -> None:
    found = multi_frame_planes(dicom.read(seed("eCT_Supplemental.dcm")), None, 0)
    assert found.position.tolist() == [[99.5, -301.5, -159.0], [99.5, -301.5, -149.0]]
    assert found.orientation.tolist() == [[-1.0, 0.0, 0.0, 0.0, 1.0, 0.0]] * 2


def test_a_dose_grid_lies_where_it_says() -> None:
    ds = dicom.read(seed("rtdose.dcm"))
    found = multi_frame_planes(ds, None, 0)
    np.testing.assert_allclose(found.position[:, 2], -761.87 + 5.0 * np.arange(15))
    values = np.asarray(dicom.image(ds).modality())
    np.testing.assert_allclose(values, ds.pixel_array * found.slope[0], rtol=1e-6)
