"""Structure sets of masks are valid, come back voxel by voxel, and edits leave the rest as it was."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dicom
from dicom.errors import GeometryError, RegionError, WriteError
from dicom.radiotherapy import ROI, Contour, StructureSet, read_structures
from tests.commands import dciodvfy
from tests.radiotherapy.made_structures import prism, rectangle, structure_set
from tests.volume.made import grid_affine, made_series, plane_affine, plane_data_sets, stored_values

SHAPE = (7, 24, 30)


@pytest.fixture
def ct(tmp_path: Path) -> dicom.Volume:
    """A CT that was read."""
    made_series(tmp_path / "ct", SHAPE)
    return dicom.read_series(tmp_path / "ct")


def masks_on(volume: dicom.Volume) -> dict[str, dicom.Volume]:
    """A box with a hole and an island, and noise, which has everything."""
    box = np.zeros(volume.grid_shape, bool)
    box[1:6, 3:20, 4:25] = True
    box[2:4, 8:15, 9:20] = False
    box[3, 10:12, 12:15] = True
    noise = np.random.default_rng(5).random(volume.grid_shape) < 0.6
    return {"box": volume.with_array(box), "noise": volume.with_array(noise)}


def saved(structures: StructureSet, path: Path) -> StructureSet:
    """The structure set after it was written and read."""
    structures.save(path)
    return read_structures(path)


def same_bytes(one: dicom.Dataset, other: dicom.Dataset) -> bool:
    """Whether two items are encoded alike."""
    streams = [BytesIO(), BytesIO()]
    for ds, stream in zip((one, other), streams, strict=True):
        ds.save_as(stream, implicit_vr=True, little_endian=True, enforce_file_format=False)
    return streams[0].getvalue() == streams[1].getvalue()


def test_masks_come_back_voxel_by_voxel(ct: dicom.Volume, tmp_path: Path) -> None:
    masks = masks_on(ct)
    found = saved(StructureSet.from_masks(masks, ct), tmp_path / "rs.dcm")
    assert found.names == ["box", "noise"]
    for name, mask in masks.items():
        assert np.array_equal(found.mask(name, on=ct).array, mask.array)


@pytest.mark.parametrize("slices", [slice(2, 11, 2), slice(0, None, 7)], ids=["every second", "two far apart"])
def test_empty_slices_come_back_where_they_are_said_to_be_empty(
    ct: dicom.Volume, slices: slice, tmp_path: Path
) -> None:
    mask = np.zeros(ct.grid_shape, bool)
    mask[slices, 4:9, 3:8] = True
    dicom.StructureSet.from_masks({"made": ct.with_array(mask)}, ct).save(tmp_path / "made.dcm")
    read = dicom.read_structures(tmp_path / "made.dcm")
    np.testing.assert_array_equal(read.mask("made", on=ct, between="none").array, mask)
    np.testing.assert_array_equal(read.mask("made", on=ct, spacing_mm=ct.spacing[0]).array, mask)


@pytest.mark.parametrize(
    "affine", [grid_affine(angles=(25.0, -15.0, 40.0)), plane_affine("sagittal"), plane_affine("coronal")]
)
def test_masks_of_turned_series_come_back(affine: np.ndarray, tmp_path: Path) -> None:
    made_series(tmp_path / "ct", SHAPE, affine)
    ct = dicom.read_series(tmp_path / "ct")
    masks = masks_on(ct)
    found = saved(StructureSet.from_masks(masks, ct), tmp_path / "rs.dcm")
    for name, mask in masks.items():
        assert np.array_equal(found.mask(name, on=ct).array, mask.array)


def test_masks_of_a_turned_volume_have_contours_across_the_images(ct: dicom.Volume, tmp_path: Path) -> None:
    sagittal = ct.reorient("sagittal")
    masks = masks_on(sagittal)
    structures = StructureSet.from_masks(masks, ct)
    assert {contour.sop_instance_uid for contour in structures["box"].contours} == {None}
    found = saved(structures, tmp_path / "rs.dcm")
    assert np.array_equal(found.mask("noise", on=sagittal).array, masks["noise"].array)
    assert dciodvfy(tmp_path / "rs.dcm") == []


def test_what_is_written_is_valid(ct: dicom.Volume, tmp_path: Path) -> None:
    masks = {**masks_on(ct), "empty": ct.with_array(np.zeros(SHAPE, bool))}
    for holes in ("keyhole", "separate"):
        structures = StructureSet.from_masks(masks, ct, holes=holes, interpreted_types={"box": "PTV"})
        structures.save(tmp_path / "rs.dcm")
        assert dciodvfy(tmp_path / "rs.dcm") == []


def test_modules_say_what_they_have_to(ct: dicom.Volume) -> None:
    structures = StructureSet.from_masks(
        masks_on(ct),
        ct,
        label="AUTO",
        series_description="made",
        series_number=12,
        algorithm="AUTOMATIC",
        colors={"box": (1, 2, 3)},
        interpreted_types={"box": "PTV"},
    )
    ds = structures.to_dataset()
    image = ct.sources.dataset(0)
    assert (ds.Modality, ds.StructureSetLabel, ds.SeriesDescription, ds.SeriesNumber) == (
        "RTSTRUCT",
        "AUTO",
        "made",
        12,
    )
    assert (ds.StudyInstanceUID, ds.FrameOfReferenceUID) == (image.StudyInstanceUID, image.FrameOfReferenceUID)
    assert ds.SeriesInstanceUID != image.SeriesInstanceUID
    (frame,) = ds.ReferencedFrameOfReferenceSequence
    (series,) = frame.RTReferencedStudySequence[0].RTReferencedSeriesSequence
    uids = [ct.sources.sop_instance_uid(k) for k in range(SHAPE[0])]
    assert series.SeriesInstanceUID == image.SeriesInstanceUID
    assert [one.ReferencedSOPInstanceUID for one in series.ContourImageSequence] == uids
    assert structures.referenced_images == uids
    assert [one.ROIGenerationAlgorithm for one in ds.StructureSetROISequence] == ["AUTOMATIC"] * 2
    assert list(ds.ROIContourSequence[0].ROIDisplayColor) == [1, 2, 3]
    first = ds.ROIContourSequence[0].ContourSequence[0]
    assert first.ContourImageSequence[0].ReferencedSOPInstanceUID == uids[1]
    assert first.ContourImageSequence[0].ReferencedSOPClassUID == image.SOPClassUID
    assert [one.RTROIInterpretedType for one in ds.RTROIObservationsSequence] == ["PTV", None]
    assert ds.ApprovalStatus == "UNAPPROVED"


def test_points_are_decimal_strings_that_fit(ct: dicom.Volume) -> None:
    ds = StructureSet.from_masks(masks_on(ct), ct).to_dataset()
    stream = BytesIO()
    ds.save_as(stream)
    contour = dicom.read(BytesIO(stream.getvalue())).ROIContourSequence[1].ContourSequence[0]
    assert contour["ContourData"].VR == "DS"
    assert max(len(str(value)) for value in contour.ContourData) <= 16
    assert len(contour.ContourData) == 3 * contour.NumberOfContourPoints


def test_long_contours_are_written_where_their_length_fits(tmp_path: Path) -> None:
    made_series(tmp_path / "ct", (2, 120, 160))
    ct = dicom.read_series(tmp_path / "ct")
    chess = np.indices((2, 120, 160)).sum(0) % 2 == 0
    # One contour with 4,000 holes.
    comb = ct.with_array(~(chess & (np.indices(chess.shape)[1] % 2 == 1)))
    found = saved(StructureSet.from_masks({"comb": comb}, ct), tmp_path / "rs.dcm")
    assert max(len(contour.points) for contour in found["comb"].contours) > 10_000
    assert dicom.read(tmp_path / "rs.dcm").file_meta.TransferSyntaxUID == "1.2.840.10008.1.2"
    assert np.array_equal(found.mask("comb", on=ct).array, comb.array)


def test_a_long_contour_that_is_added_gets_a_length_that_fits(read_set: Path, tmp_path: Path) -> None:
    structures = read_structures(read_set)
    angles = np.linspace(0, 2 * np.pi, 6001)[:-1]
    circle = np.column_stack([9 * np.cos(angles), 9 * np.sin(angles), np.full(6000, 40.0)])
    structures["two"].contours.append(Contour(circle))
    found = saved(structures, tmp_path / "rs.dcm")
    np.testing.assert_allclose(found["two"].contours[-1].points, circle, atol=1e-6)
    ds = dicom.read(tmp_path / "rs.dcm")
    assert ds.ROIContourSequence[1].ContourSequence[-1]["ContourData"].VR == "DS"
    assert ds.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2"
    assert ds.ROIContourSequence[0][0x3007, 0x0010].value == "MAKER"


def test_masks_bring_their_own_sources_names_and_colors(ct: dicom.Volume) -> None:
    box = masks_on(ct)["box"]
    structures = StructureSet.from_masks([("a", (9, 9, 9), box), ("b", box)])
    assert structures.names == ["a", "b"]
    assert structures["a"].color == (9, 9, 9)
    assert structures["b"].color is not None


def test_a_data_set_can_say_whose_the_masks_are(ct: dicom.Volume, tmp_path: Path) -> None:
    made = dicom.Volume(masks_on(ct)["box"].array, ct.affine)
    template = ct.sources.dataset(0)
    structures = StructureSet.from_masks({"box": made}, template)
    assert structures.frame_of_reference_uid == template.FrameOfReferenceUID
    assert saved(structures, tmp_path / "rs.dcm").referenced_images == []
    assert dciodvfy(tmp_path / "rs.dcm") == []
    assert StructureSet.from_masks({"box": made}, ct.sources.file(0)).to_dataset().PatientID == template.PatientID


def test_an_enhanced_image_is_referred_to_once(tmp_path: Path) -> None:
    from tests.volume.made_multiframe import enhanced

    ds = enhanced(plane_data_sets(stored_values(SHAPE), grid_affine()))
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    ds.save_as(tmp_path / "enhanced.dcm")
    ct = dicom.read_series(tmp_path / "enhanced.dcm")
    structures = StructureSet.from_masks(masks_on(ct), ct)
    assert structures.referenced_images == [ds.SOPInstanceUID]
    assert np.array_equal(saved(structures, tmp_path / "rs.dcm").mask("box", on=ct).array, masks_on(ct)["box"].array)


def test_masks_of_another_frame_of_reference_are_refused(ct: dicom.Volume) -> None:
    other = dicom.Volume(np.ones(SHAPE, bool), ct.affine, frame_of_reference_uid="1.2.3")
    with pytest.raises(GeometryError, match=r"Frame of Reference UID \(0020,0052\)"):
        StructureSet.from_masks({"other": other}, ct)


@pytest.mark.parametrize(
    ("masks", "error"),
    [({}, WriteError), ({"a": [True]}, TypeError), ([(1, 2)], TypeError)],
)
def test_what_are_no_masks_is_refused(ct: dicom.Volume, masks: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        StructureSet.from_masks(masks, ct)


def test_without_a_patient_there_is_no_structure_set() -> None:
    made = dicom.Volume(np.ones(SHAPE, bool), grid_affine())
    with pytest.raises(WriteError, match="source="):
        StructureSet.from_masks({"a": made})
    with pytest.raises(WriteError, match="Study Instance UID"):
        StructureSet.from_masks({"a": made}, dicom.Dataset())
    with pytest.raises(WriteError, match="no patient"):
        StructureSet([ROI("a", [])]).to_dataset()


def test_values_that_are_no_mask_are_refused(ct: dicom.Volume) -> None:
    with pytest.raises(RegionError):
        StructureSet.from_masks({"hu": ct}, ct)


def test_names_of_options_have_to_be_those_of_masks(ct: dicom.Volume) -> None:
    with pytest.raises(WriteError, match="names that no mask has"):
        StructureSet.from_masks(masks_on(ct), ct, colors={"Box": (1, 2, 3)})


def test_progress_is_told(ct: dicom.Volume) -> None:
    seen: list[tuple[int, int]] = []
    StructureSet.from_masks(masks_on(ct), ct, progress=lambda *step: seen.append(step))
    assert seen == [(1, 2), (2, 2)]


# --- editing ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def read_set(tmp_path: Path) -> Path:
    """A structure set with private elements, of another maker."""
    affine = grid_affine()
    images = plane_data_sets(stored_values(SHAPE), affine)
    regions = [
        prism("one", rectangle((3.2, 4.1), (15.7, 20.3)), range(1, 5), affine, number=3),
        prism("two", rectangle((5.2, 6.1), (9.7, 12.3)), range(2, 4), affine, number=8, color=None),
    ]
    ds = structure_set(regions, images)
    ds.ApprovalStatus, ds.ReviewDate, ds.ReviewTime, ds.ReviewerName = "APPROVED", "20260103", "101010", "Who^Ever"
    block = ds.ROIContourSequence[0].private_block(0x3007, "MAKER", create=True)
    block.add_new(1, "LO", "kept")
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    path = tmp_path / "read.dcm"
    ds.save_as(path, enforce_file_format=True)
    return path


def test_what_was_not_changed_is_written_byte_for_byte(read_set: Path, tmp_path: Path) -> None:
    read_structures(read_set).save(tmp_path / "again.dcm")
    assert (tmp_path / "again.dcm").read_bytes() == read_set.read_bytes()


def test_a_flawed_set_can_be_saved_as_it_was(read_set: Path, tmp_path: Path) -> None:
    ds = dicom.read(read_set)
    ds.StructureSetROISequence[1].ROINumber = 3
    ds.save_as(tmp_path / "flawed.dcm")
    structures = read_structures(tmp_path / "flawed.dcm")
    structures.save(tmp_path / "again.dcm")
    assert (tmp_path / "again.dcm").read_bytes() == (tmp_path / "flawed.dcm").read_bytes()
    structures.label = "OTHER"
    with pytest.raises(WriteError, match=r"\(3006,0022\) 3"):
        structures.to_dataset()


def test_a_region_can_be_added(read_set: Path, tmp_path: Path) -> None:
    structures = read_structures(read_set)
    points = np.array([[0.0, 0, 0], [5, 0, 0], [5, 5, 0], [0, 5, 0]])
    structures.rois.append(ROI("three", [Contour(points), Contour(points + np.array([0, 0, 3]))], number=9))
    before = dicom.read(read_set)
    after = structures.to_dataset()
    found = saved(structures, tmp_path / "edited.dcm")
    assert found.names == ["one", "two", "three"]
    np.testing.assert_array_equal(found["three"].contours[1].points, points + np.array([0, 0, 3]))
    for n in range(2):
        assert same_bytes(before.ROIContourSequence[n], after.ROIContourSequence[n])
        assert same_bytes(before.StructureSetROISequence[n], after.StructureSetROISequence[n])
    assert dciodvfy(tmp_path / "edited.dcm") == []


def test_an_edited_set_is_another_instance_and_not_approved(read_set: Path) -> None:
    structures = read_structures(read_set)
    structures["two"].color = (4, 5, 6)
    before, after = dicom.read(read_set), structures.to_dataset()
    changed = {e.keyword for e in after if e.tag not in before or before[e.tag] != e}
    assert changed == {
        *("SOPInstanceUID", "InstanceCreationDate", "InstanceCreationTime", "StructureSetDate", "StructureSetTime"),
        *("ROIContourSequence", "ApprovalStatus"),
    }
    assert after.file_meta.MediaStorageSOPInstanceUID == after.SOPInstanceUID != before.SOPInstanceUID
    assert after.ApprovalStatus == "UNAPPROVED"
    assert not {"ReviewDate", "ReviewTime", "ReviewerName"} & set(after.dir())
    assert list(after.ROIContourSequence[1].ROIDisplayColor) == [4, 5, 6]
    assert same_bytes(before.ROIContourSequence[0], after.ROIContourSequence[0])


def test_a_changed_contour_leaves_the_others_as_they_were(read_set: Path) -> None:
    structures = read_structures(read_set)
    contours = structures["one"].contours
    contours[1] = contours[1]._replace(points=contours[1].points + np.array([1.0, 0, 0]))
    before, after = dicom.read(read_set).ROIContourSequence[0], structures.to_dataset().ROIContourSequence[0]
    assert after[0x3007, 0x1001].value == "kept"
    same = [same_bytes(*pair) for pair in zip(before.ContourSequence, after.ContourSequence, strict=True)]
    assert same == [True, False, True, True]
    image = after.ContourSequence[1].ContourImageSequence[0]
    assert image.ReferencedSOPInstanceUID == before.ContourSequence[1].ContourImageSequence[0].ReferencedSOPInstanceUID


def test_regions_can_be_renamed_retyped_reordered_and_removed(read_set: Path, tmp_path: Path) -> None:
    structures = read_structures(read_set)
    one = structures["one"]
    one.name, one.interpreted_type = "PTV", "PTV"
    structures.rois.reverse()
    structures.label = "NEW"
    found = saved(structures, tmp_path / "edited.dcm")
    assert (found.names, found.label, found["PTV"].interpreted_type) == (["two", "PTV"], "NEW", "PTV")
    del found.rois[0]
    last = saved(found, tmp_path / "less.dcm").to_dataset()
    numbers = [[one.ROINumber for one in last.StructureSetROISequence]]
    numbers += [[one.ReferencedROINumber for one in last[name]] for name in ("ROIContourSequence",)]
    numbers += [[one.ReferencedROINumber for one in last.RTROIObservationsSequence]]
    assert numbers == [[3]] * 3


def test_saving_leaves_the_structures_as_they_are(read_set: Path, tmp_path: Path) -> None:
    structures = read_structures(read_set)
    structures["one"].contours.pop()
    first = structures.to_dataset()
    assert len(structures.dataset.ROIContourSequence[0].ContourSequence) == 4
    assert first.ROIContourSequence == structures.to_dataset().ROIContourSequence


@pytest.mark.parametrize(
    "spoil",
    [
        lambda structures: setattr(structures["one"], "number", 8),
        lambda structures: setattr(structures["one"], "number", -1),
        lambda structures: structures["one"].contours.append(Contour(np.full((3, 3), np.nan))),
        lambda structures: structures["one"].contours.append(Contour(np.zeros((3, 2)))),
        lambda structures: structures["one"].contours.append(Contour(np.zeros((0, 3)))),
    ],
)
def test_what_cannot_be_written_is_refused(read_set: Path, spoil: Any, tmp_path: Path) -> None:
    structures = read_structures(read_set)
    spoil(structures)
    with pytest.raises(WriteError):
        structures.save(tmp_path / "spoilt.dcm")
    assert not (tmp_path / "spoilt.dcm").exists()


def test_a_file_that_is_there_can_be_kept(read_set: Path) -> None:
    with pytest.raises(FileExistsError):
        read_structures(read_set).save(read_set, overwrite=False)


def test_a_name_that_is_too_long_is_told_before_anything_is_written(ct: dicom.Volume) -> None:
    mask = masks_on(ct)["box"]
    structures = StructureSet.from_masks({"n" * 64: mask}, ct)
    assert dicom.read_structures(structures.to_dataset()).names == ["n" * 64]
    structures.rois[0].name = "n" * 65
    with pytest.raises(WriteError, match="ROI 1: its name has 65 characters") as caught:
        structures.to_dataset()
    assert "nnn" not in str(caught.value)
