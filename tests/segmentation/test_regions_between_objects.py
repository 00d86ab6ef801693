"""Regions go from contours to segments and back as they are, and what isn't taken is told with the way that is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import dicom
from dicom import Segment, Segmentation, StructureSet
from dicom.errors import GeometryError, RegionError
from dicom.sr import codes
from examples.make_head_phantom import make_series

NAMES = ("Left", "Right")


@pytest.fixture(scope="module")
def ct(tmp_path_factory) -> dicom.Volume:
    folder: Path = tmp_path_factory.mktemp("head")
    make_series(folder)
    volume = dicom.read_series(folder)
    assert isinstance(volume, dicom.Volume)
    return volume


@pytest.fixture(scope="module")
def labels(ct) -> np.ndarray:
    made = np.zeros(ct.grid_shape, np.uint8)
    made[5:9, 20:40, 10:30] = 1
    made[7:12, 50:60, 40:70] = 2
    return made


@pytest.fixture(scope="module")
def segments() -> list[Segment]:
    kinds = {"property_category": codes.SCT.AnatomicalStructure, "property_type": codes.SCT.Bone}
    return [Segment(name, **kinds, algorithm_type="MANUAL") for name in NAMES]


def assert_regions(found, ct: dicom.Volume, labels: np.ndarray) -> None:
    for number, name in enumerate(NAMES, 1):
        assert np.array_equal(found.mask(name, on=ct).array, labels == number)


def test_structures_of_arrays_on_the_source(ct, labels):
    made = StructureSet.from_masks({name: labels == n for n, name in enumerate(NAMES, 1)}, ct)
    assert_regions(made, ct, labels)
    with pytest.raises(TypeError, match="source is the volume"):
        StructureSet.from_masks({"Left": labels == 1}, ct.sources.dataset(0))
    with pytest.raises(GeometryError):
        StructureSet.from_masks({"Left": labels[1:] == 1}, ct)


def test_structures_of_a_segmentation_and_back(ct, labels, segments):
    segmentation = Segmentation.from_masks(labels, ct, segments)
    structures = StructureSet.from_masks(segmentation, ct)
    assert structures.names == list(NAMES)
    assert [roi.color for roi in structures] == [segment.color for segment in segmentation.segments]
    assert_regions(structures, ct, labels)
    assert_regions(Segmentation.from_masks(structures, ct, segments), ct, labels)
    assert_regions(Segmentation.from_masks(structures.masks_on(ct), ct, segments), ct, labels)
    assert_regions(
        Segmentation.from_masks([(name, labels == n) for n, name in enumerate(NAMES, 1)], ct, segments), ct, labels
    )


def test_only_the_regions_that_segments_name_are_taken(ct, labels, segments):
    structures = StructureSet.from_masks({name: labels == n for n, name in enumerate(NAMES, 1)}, ct)
    made = Segmentation.from_masks(structures, ct, segments[1:])
    assert made.labels == ["Right"]
    assert np.array_equal(made.mask("Right", on=ct).array, labels == 2)
    with pytest.raises(GeometryError, match="contours have no voxels"):
        Segmentation.from_masks(structures, None, segments)
    with pytest.raises(RegionError, match="have to be described"):
        Segmentation.from_masks(structures, ct)


def test_masks_of_one_name_are_refused(ct, labels, segments):
    with pytest.raises(RegionError, match="several masks have one name"):
        Segmentation.from_masks([("Left", labels == 1), ("Left", labels == 2)], ct, segments)


def test_label_map_that_is_none_is_told_the_way(ct, labels, segments):
    with pytest.raises(RegionError, match="whole numbers"):
        Segmentation.from_masks(labels.astype(np.float32), ct, segments)
    for given in (labels, ct.with_array(labels), ["Left", "Right"]):
        with pytest.raises(TypeError, match="labels == number"):
            StructureSet.from_masks(given, ct)


def test_what_is_no_grid_is_told_what_would_be_one(ct, labels, segments, tmp_path):
    segmentation = Segmentation.from_masks(labels, ct, segments)
    structures = StructureSet.from_masks(segmentation, ct)
    for given in (str(tmp_path), ct.array):
        for call in (
            lambda given=given: segmentation.mask("Left", on=given),
            lambda given=given: segmentation.label_map(on=given),
            lambda given=given: structures.mask("Left", on=given),
            lambda given=given: structures.label_map(on=given),
            lambda given=given: structures["Left"].mask(given),
            lambda given=given: Segmentation.from_masks(labels, given, segments),
            lambda given=given: dicom.dvh(given, (structures, "Left")),
        ):
            with pytest.raises(GeometryError, match=r"dicom\.read_series reads"):
                call()
