"""Enhanced objects give the planes of the classic series that they were made of, whatever of it is shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
from dicom.volume.frames.multiframe import multi_frame_planes
from dicom.volume.planes import Planes
from tests.volume.made import PLANES, plane_affine, plane_data_sets, stored_values, write_series
from tests.volume.made_dimensions import DIMENSIONS
from tests.volume.made_multiframe import (
    concatenation,
    enhanced,
    image,
    plane_elements,
    secondary_capture,
    ultrasound_volume,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

SHAPE = (5, 6, 7)
AFFINE = plane_affine("sagittal", (2.5, 0.75, 0.5), (-20.5, 30.25, 41.0))
NUMBERS = (
    "position",
    "orientation",
    "pixel_spacing",
    "thickness",
    "spacing_between_slices",
    "slope",
    "intercept",
    "rows",
    "columns",
)


def classic_planes(data_sets: Sequence[dicom.Dataset]) -> Planes:
    return Planes.joined([multi_frame_planes(ds, None, index) for index, ds in enumerate(data_sets)])


def assert_same(one: Planes, other: Planes, *, but_for: Sequence[str] = ()) -> None:
    for name in NUMBERS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    for name in {*one.dimensions, *other.dimensions}.difference(but_for):
        np.testing.assert_array_equal(one.dimensions[name], other.dimensions[name], err_msg=name)


def a_series(modality: str = "CT") -> list[dicom.Dataset]:
    slopes = [0.5 + 0.25 * k for k in range(SHAPE[0])] if modality == "PT" else 1.0
    return plane_data_sets(stored_values(SHAPE), AFFINE, modality=modality, slope=slopes)


@pytest.mark.parametrize("per_frame", [False, True])
@pytest.mark.parametrize("with_dimensions", [False, True])
@pytest.mark.parametrize("modality", ["CT", "MR", "PT"])
def test_planes_of_classic_and_enhanced_are_equal(modality: str, per_frame: bool, with_dimensions: bool) -> None:
    classic = a_series(modality)
    found = multi_frame_planes(enhanced(classic, per_frame=per_frame, with_dimensions=with_dimensions), None, 3)
    assert_same(classic_planes(classic), found)
    assert found.frame.tolist() == [0, 1, 2, 3, 4]
    assert set(found.file) == {3}
    assert set(found.reasons) == {None}


@pytest.mark.parametrize("transfer_syntax", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"])
def test_planes_are_those_of_the_file_too(tmp_path: Path, transfer_syntax: str) -> None:
    ds = enhanced(a_series("PT"))
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = transfer_syntax
    del ds.PixelData
    ds.save_as(tmp_path / "enhanced.dcm", enforce_file_format=True)
    assert_same(multi_frame_planes(ds, None, 0), multi_frame_planes(dicom.read(tmp_path / "enhanced.dcm"), None, 0))


@pytest.mark.parametrize("name", list(DIMENSIONS))
def test_what_the_4th_axis_is_told_by_is_the_same(tmp_path: Path, name: str) -> None:
    classic = [dicom.read(path) for path in DIMENSIONS[name](tmp_path).paths]
    # Numbers of echoes, and some of a PET's frames, have no place in the functional groups.
    absent = (
        *("EchoNumbers", "TemporalPositionIdentifier", "TemporalPositionIndex", "TemporalResolution"),
        *("ImageIndex", "ActualFrameDuration"),
    )
    planes = multi_frame_planes(enhanced(classic), None, 0)
    expected = classic_planes(classic)
    if name == "cardiac":
        expected.dimensions["NominalCardiacTriggerDelayTime"] = expected.dimensions.pop("TriggerTime")
    assert_same(expected, planes, but_for=absent)
    for k, ds in enumerate(classic):
        if "AcquisitionTime" in ds:
            assert planes.texts["AcquisitionDateTime"][k] == f"20260102{ds.AcquisitionTime}"


def test_frames_may_stand_in_any_order() -> None:
    classic = a_series("MR")
    order = [3, 0, 4, 2, 1]
    found = multi_frame_planes(enhanced(classic, order=order), None, 0)
    assert_same(classic_planes(classic).take(order), found)


def test_files_of_a_concatenation_are_its_frames() -> None:
    whole = enhanced(a_series("PT"))
    parts = [multi_frame_planes(part, None, index) for index, part in enumerate(concatenation(whole, [2, 2, 1]))]
    joined = Planes.joined(parts)
    assert_same(multi_frame_planes(whole, None, 0), joined)
    assert joined.frame.tolist() == [0, 1, 0, 1, 0]
    assert joined.file.tolist() == [0, 0, 1, 1, 2]


def test_a_frames_own_group_counts_before_the_shared_one() -> None:
    ds = enhanced(a_series())
    other = dicom.Dataset()
    other.PixelSpacing, other.SliceThickness = [3.0, 4.0], 9.0
    ds.PerFrameFunctionalGroupsSequence[2].PixelMeasuresSequence = [other]
    found = multi_frame_planes(ds, None, 0)
    assert found.pixel_spacing.tolist() == [[0.75, 0.5]] * 2 + [[3.0, 4.0]] + [[0.75, 0.5]] * 2
    assert found.thickness.tolist() == [2.5, 2.5, 9.0, 2.5, 2.5]


def test_a_frame_without_a_plane_position_has_none_and_a_reason() -> None:
    ds = enhanced(a_series())
    del ds.PerFrameFunctionalGroupsSequence[1].PlanePositionSequence
    found = multi_frame_planes(ds, None, 0)
    assert np.isnan(found.position).all(axis=1).tolist() == [False, True, False, False, False]
    assert found.reasons[1] == "its functional groups have no usable Plane Position Sequence (0020,9113)"
    assert [reason for reason in found.reasons if reason] == [found.reasons[1]]


@pytest.mark.parametrize(
    "value", [b"1\\2 ", b"1\\2\\3\\4 ", b"", b"nan\\0\\0 ", b"inf\\0\\0 ", b"1\\x\\3 ", b"1e999\\0\\0 "]
)
def test_a_position_that_is_none_is_not_mended(tmp_path: Path, value: bytes) -> None:
    ds = enhanced(a_series())
    ds.PerFrameFunctionalGroupsSequence[4].PlanePositionSequence[0].ImagePositionPatient = [111.0, 222.0, 333.0]
    path = write_series(tmp_path, [ds])[0]
    data = path.read_bytes()
    (old,) = {one for one in (b"111.0\\222.0\\333.0 ", b"111\\222\\333 ") if one in data}
    data = data.replace(old, value.rjust(len(old)) if value else b" " * len(old))
    found = multi_frame_planes(dicom.read(data), None, 0)
    assert np.isnan(found.position[4]).all()
    np.testing.assert_array_equal(found.position[:4], classic_planes(a_series()[:4]).position)
    assert found.reasons == [None] * 4 + ["its functional groups have no usable Plane Position Sequence (0020,9113)"]


def test_positions_of_another_vr_are_none() -> None:
    ds = enhanced(a_series())
    ds.PerFrameFunctionalGroupsSequence[4].PlanePositionSequence[0].add_new(0x00200032, "LO", "Doe^Jane")
    found = multi_frame_planes(ds, None, 0)
    assert np.isnan(found.position).all()
    assert all(found.reasons)
    # The other columns are those of the frames all the same.
    assert np.isfinite(found.orientation).all()


def test_fewer_items_than_frames_leave_frames_without_a_position() -> None:
    ds = enhanced(a_series())
    del ds.PerFrameFunctionalGroupsSequence[3:]
    found = multi_frame_planes(ds, None, 0)
    assert len(found) == 5
    assert np.isnan(found.position[3:]).all()
    assert np.isfinite(found.position[:3]).all()
    assert found.reasons[3] == "Per-frame Functional Groups Sequence (5200,9230) has 3 items only"
    # What is shared holds for them all the same.
    assert np.isfinite(found.orientation).all()


def test_more_items_than_frames_are_left_out() -> None:
    ds = enhanced(a_series())
    ds.NumberOfFrames = 3
    found = multi_frame_planes(ds, None, 0)
    assert len(found) == 3
    np.testing.assert_array_equal(found.position, classic_planes(a_series()[:3]).position)


@pytest.mark.parametrize("keyword", ["ImageOrientationPatient", "PixelSpacing", "SliceThickness"])
def test_what_no_group_has_is_taken_from_the_data_set(keyword: str) -> None:
    ds = enhanced(a_series())
    truth = multi_frame_planes(ds, None, 0)
    shared = ds.SharedFunctionalGroupsSequence[0]
    holder = shared.PlaneOrientationSequence[0] if keyword.startswith("Image") else shared.PixelMeasuresSequence[0]
    value = holder[keyword].value
    del holder[keyword]
    without = multi_frame_planes(ds, None, 0)
    name = {"ImageOrientationPatient": "orientation", "PixelSpacing": "pixel_spacing"}.get(keyword, "thickness")
    assert np.isnan(getattr(without, name)).all()
    setattr(ds, keyword, value)
    assert_same(multi_frame_planes(ds, None, 0), truth)


def test_a_position_of_the_data_set_is_never_that_of_several_frames() -> None:
    ds = enhanced(a_series())
    ds.ImagePositionPatient = [1.0, 2.0, 3.0]
    for group in ds.PerFrameFunctionalGroupsSequence:
        del group.PlanePositionSequence
    assert np.isnan(multi_frame_planes(ds, None, 0).position).all()
    one = enhanced(a_series()[:1])
    del one.SharedFunctionalGroupsSequence[0].PlanePositionSequence
    one.ImagePositionPatient = [1.0, 2.0, 3.0]
    assert multi_frame_planes(one, None, 0).position.tolist() == [[1.0, 2.0, 3.0]]


def test_positions_on_a_slide_are_none_in_the_patient() -> None:
    ds = image("SC", np.zeros((2, 4, 4), np.uint8))
    ds.TotalPixelMatrixOriginSequence = [dicom.Dataset()]
    ds.SharedFunctionalGroupsSequence = [dicom.Dataset()]
    found = multi_frame_planes(ds, None, 0)
    assert np.isnan(found.position).all()
    assert found.reasons[0] == "its position is one on a slide, not in the patient (PS3.3 C.8.12.6.1)"


def test_a_rescale_of_each_frame_is_given() -> None:
    found = multi_frame_planes(enhanced(a_series("PT")), None, 0)
    assert found.slope.tolist() == [0.5, 0.75, 1.0, 1.25, 1.5]
    assert found.intercept.tolist() == [0.0] * 5


def test_a_slope_of_zero_is_no_rescale() -> None:
    ds = enhanced(a_series("PT"))
    ds.PerFrameFunctionalGroupsSequence[1].PixelValueTransformationSequence[0].RescaleSlope = 0
    ds.RescaleSlope, ds.RescaleIntercept = 2.0, 3.0
    found = multi_frame_planes(ds, None, 0)
    assert found.slope.tolist() == [0.5, 2.0, 1.0, 1.25, 1.5]
    assert found.intercept.tolist() == [0.0, 3.0, 0.0, 0.0, 0.0]


def test_rescales_are_those_of_the_image() -> None:
    ds = enhanced(a_series("PT"))
    values = np.asarray(dicom.image(ds).modality())
    found = multi_frame_planes(ds, None, 0)
    expected = stored_values(SHAPE) * found.slope[:, None, None] + found.intercept[:, None, None]
    np.testing.assert_allclose(values, expected, rtol=1e-6)


@pytest.mark.parametrize("keyword", ["LUTLabel", "RealWorldValueFirstValueMapped"])
def test_a_real_world_value_mapping_is_left_to_the_image(keyword: str) -> None:
    ds = enhanced(a_series("MR"))
    mapping = dicom.Dataset()
    mapping.RealWorldValueSlope, mapping.RealWorldValueIntercept = 0.5, 0.0
    setattr(mapping, keyword, "ADC" if keyword == "LUTLabel" else 0)
    ds.PerFrameFunctionalGroupsSequence[1].RealWorldValueMappingSequence = [mapping]
    found = multi_frame_planes(ds, None, 0)
    assert np.isnan(found.slope).tolist() == [False, True, False, False, False]
    assert np.isnan(found.intercept).tolist() == [False, True, False, False, False]


def test_frames_of_several_segments_are_told_apart_by_their_number() -> None:
    ds = enhanced(a_series("CT") * 2)
    for index, group in enumerate(ds.PerFrameFunctionalGroupsSequence):
        identification = dicom.Dataset()
        identification.ReferencedSegmentNumber = index // 5 + 1
        group.SegmentIdentificationSequence = [identification]
    assert multi_frame_planes(ds, None, 0).dimensions["ReferencedSegmentNumber"].tolist() == [1.0] * 5 + [2.0] * 5


def test_a_dimension_of_its_own_is_told_by_its_index() -> None:
    ds = enhanced(a_series("MR"))
    for pointer in (0x00189093, 0x00211001):
        item = dicom.Dataset()
        item.DimensionIndexPointer = pointer
        ds.DimensionIndexSequence.append(item)
    for index, group in enumerate(ds.PerFrameFunctionalGroupsSequence):
        group.FrameContentSequence[0].DimensionIndexValues = [1, index + 1, 5 - index, 7]
    found = multi_frame_planes(ds, None, 0)
    assert found.dimensions["NumberOfKSpaceTrajectories"].tolist() == [5.0, 4.0, 3.0, 2.0, 1.0]
    assert found.dimensions["DimensionIndexValues[3]"].tolist() == [7.0] * 5
    assert "InStackPositionNumber" not in found.dimensions


def test_what_a_conversion_could_not_place_is_found() -> None:
    ds = enhanced(a_series("MR"), with_dimensions=False)
    shared = dicom.Dataset()
    shared.EchoTime, shared.ScanOptions = 30.0, ["FS", "PFP"]
    ds.SharedFunctionalGroupsSequence[0].UnassignedSharedConvertedAttributesSequence = [shared]
    for index, group in enumerate(ds.PerFrameFunctionalGroupsSequence):
        own = dicom.Dataset()
        own.TriggerTime = 10.0 * index
        group.UnassignedPerFrameConvertedAttributesSequence = [own]
    found = multi_frame_planes(ds, None, 0)
    assert found.dimensions["EchoTime"].tolist() == [30.0] * 5
    assert found.dimensions["TriggerTime"].tolist() == [0.0, 10.0, 20.0, 30.0, 40.0]
    assert found.texts["ScanOptions"] == ["FS\\PFP"] * 5


@pytest.mark.parametrize("plane", list(PLANES))
def test_a_secondary_capture_with_functional_groups_has_positions(plane: str) -> None:
    affine = plane_affine(plane, (2.0, 0.75, 0.5))
    found = multi_frame_planes(secondary_capture(stored_values(SHAPE).astype("u2"), affine), None, 0)
    assert_positions(found, affine)


def test_an_ultrasound_volume_names_its_own_frame_of_reference() -> None:
    affine = plane_affine("coronal", (2.0, 0.75, 0.5))
    ds = ultrasound_volume(stored_values(SHAPE).astype("u1"), affine)
    found = multi_frame_planes(ds, None, 0)
    assert_positions(found, affine)
    assert found.texts["FrameOfReferenceUID"] == [ds.VolumeFrameOfReferenceUID] * 5


def assert_positions(found: Planes, affine: NDArray[np.float64]) -> None:
    expected = [plane_elements(affine, k) for k in range(len(found))]
    assert found.position.tolist() == [one["ImagePositionPatient"] for one in expected]
    assert found.orientation.tolist() == [one["ImageOrientationPatient"] for one in expected]
    assert found.pixel_spacing.tolist() == [one["PixelSpacing"] for one in expected]


def test_an_enhanced_file_can_be_written_and_read(tmp_path: Path) -> None:
    ds = dicom.read(write_series(tmp_path, [enhanced(a_series())])[0])
    np.testing.assert_array_equal(ds.pixel_array, stored_values(SHAPE))


def test_a_unit_that_a_conversion_could_not_place_is_found() -> None:
    ds = enhanced(a_series("PT"))
    kept = dicom.Dataset()
    kept.Units = ds.Units
    del ds.Units
    assert dicom.image(ds).modality().unit is None
    ds.SharedFunctionalGroupsSequence[0].UnassignedSharedConvertedAttributesSequence = [kept]
    image_of_values = dicom.image(ds).modality()
    assert (image_of_values.unit, image_of_values.unit_source) == ("Bq/ml", "Units")
