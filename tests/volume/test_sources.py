"""What slices refer to: the image, its frame, and where that lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import dicom
from tests.volume.made import grid_affine, made_series, plane_data_sets, stored_values, write_series
from tests.volume.made_multiframe import enhanced, mosaic

if TYPE_CHECKING:
    from pathlib import Path

SHAPE = (5, 6, 8)
CT = "1.2.840.10008.5.1.4.1.1.2"


def test_slices_of_files_refer_to_them(tmp_path: Path) -> None:
    made = made_series(tmp_path, SHAPE)
    volume = dicom.read_series(tmp_path)
    [references] = volume.sources.references()
    for k, (reference, path) in enumerate(zip(references, made.paths, strict=True)):
        ds = dicom.read(path)
        assert reference[:3] == (CT, ds.SOPInstanceUID, None)
        assert np.array_equal(reference.position, ds.ImagePositionPatient)
        assert np.array_equal(reference.orientation, ds.ImageOrientationPatient)
        assert reference.frame_shape == SHAPE[1:]
        assert reference.sop_instance_uid == volume.sources.sop_instance_uid(k)


def test_slices_of_frames_refer_to_their_number(tmp_path: Path) -> None:
    order = [3, 0, 4, 1, 2]
    ds = enhanced(plane_data_sets(stored_values(SHAPE), grid_affine()), order=order)
    [path] = write_series(tmp_path, [ds])
    [references] = dicom.read_series(path).sources.references()
    assert [one.frame_number for one in references] == [order.index(k) + 1 for k in range(SHAPE[0])]
    assert {one.sop_instance_uid for one in references} == {ds.SOPInstanceUID}


def test_each_time_has_its_references_and_a_filled_slice_none(tmp_path: Path) -> None:
    data_sets = plane_data_sets(stored_values(SHAPE), grid_affine())
    del data_sets[2]
    write_series(tmp_path, data_sets)
    volume = dicom.read_series(tmp_path, gaps="fill")
    [references] = volume.sources.references()
    assert [one is None for one in references] == [False, False, True, False, False]
    assert volume[3:].sources.references()[0][0].sop_instance_uid == data_sets[2].SOPInstanceUID


def test_first_file_is_that_of_the_first_slice_that_has_one(tmp_path: Path) -> None:
    data_sets = plane_data_sets(stored_values(SHAPE), grid_affine())
    del data_sets[2]
    write_series(tmp_path, data_sets)
    sources = dicom.read_series(tmp_path, gaps="fill").sources
    assert sources.first_dataset().SOPInstanceUID == data_sets[0].SOPInstanceUID
    assert sources.take([2, 3]).first_dataset().SOPInstanceUID == data_sets[2].SOPInstanceUID
    assert sources.take([2]).first_dataset() is None


def test_tiles_are_no_whole_image(tmp_path: Path) -> None:
    [path] = write_series(tmp_path, [mosaic(stored_values(SHAPE), grid_affine())])
    volume = dicom.read_series(path)
    [references] = volume.sources.references()
    assert {one.sop_instance_uid for one in references} == {volume.sources.sop_instance_uid(0)}
    assert all(one.frame_number is None and np.isnan(one.position).all() for one in references)
