"""Masks become a segmentation that says all of them, where they lie, and what they were drawn on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dicom
from dicom.errors import GeometryError, PixelError, RegionError, WriteError
from dicom.plotting.palette import palette_rgb
from dicom.segmentation import new_segmentation
from dicom.segmentation.codes import item_of
from dicom.sr import Code, codes
from dicom.volume import Volume
from tests.segmentation.made_segments import label_map, organs
from tests.volume.made import grid_affine, made_series, plane_data_sets, stored_values, write_series
from tests.volume.made_multiframe import enhanced

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SHAPE = (7, 16, 24)
#: Rows and columns that don't make whole bytes of bits.
ODD_SHAPE = (9, 5, 7)
NATIVE = ("implicit-little", "explicit-little", "deflated")
CODECS = ("deflated-frame", "jpeg2000-lossless", "encapsulated-uncompressed")
BYTE_CODECS = ("rle", "jpeg-ls", "jpeg-lossless-sv1", "htj2k-lossless")


@pytest.fixture
def ct(tmp_path: Path) -> Volume:
    made_series(tmp_path / "ct", SHAPE, grid_affine(angles=(10.0, -5.0, 20.0)))
    return dicom.read_series(tmp_path / "ct")


def _masks(shape: tuple[int, int, int] = SHAPE, count: int = 3) -> NDArray[np.bool_]:
    masks = np.random.default_rng(5).random((count, *shape)) < 0.3
    # Slices without a segment, at the ends and between.
    masks[0, :2] = masks[1, 3] = masks[2, -1] = False
    return masks


def _labels(shape: tuple[int, int, int] = SHAPE) -> NDArray[np.uint8]:
    return np.random.default_rng(6).integers(0, 4, shape, np.uint8)


def _read_masks(segmentation: dicom.Segmentation, grid: Volume) -> NDArray[Any]:
    return np.array([segmentation.mask(segment, on=grid).array for segment in segmentation.segments])


# --- voxels ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [SHAPE, ODD_SHAPE])
@pytest.mark.parametrize("transfer_syntax", [*NATIVE, *CODECS])
def test_bits_come_back(tmp_path: Path, shape: tuple[int, int, int], transfer_syntax: str) -> None:
    made_series(tmp_path / "ct", shape)
    volume, masks = dicom.read_series(tmp_path / "ct"), _masks(shape)
    new = dicom.Segmentation.from_masks(masks, volume, organs(3), transfer_syntax=transfer_syntax)
    new.save(tmp_path / "seg.dcm")
    read = dicom.read_segmentation(tmp_path / "seg.dcm")
    assert read.type == "BINARY"
    assert np.array_equal(_read_masks(read, volume), masks)
    assert np.array_equal(_read_masks(new, volume), masks)


@pytest.mark.parametrize("transfer_syntax", ["explicit-little", "deflated-frame", *BYTE_CODECS])
@pytest.mark.parametrize("fractional_type", ["PROBABILITY", "OCCUPANCY"])
def test_fractions_come_back_to_half_a_step(
    tmp_path: Path, ct: Volume, transfer_syntax: str, fractional_type: str
) -> None:
    masks = np.random.default_rng(7).random((2, *SHAPE)).astype(np.float32)
    new = dicom.Segmentation.from_masks(
        masks, ct, organs(2), kind="FRACTIONAL", fractional_type=fractional_type, transfer_syntax=transfer_syntax
    )
    new.save(tmp_path / "seg.dcm")
    read = dicom.read_segmentation(tmp_path / "seg.dcm")
    assert (read.type, read.fractional_type) == ("FRACTIONAL", fractional_type)
    found = _read_masks(read, ct)
    assert np.array_equal(found, (np.rint(masks * 255.0) / 255).astype(np.float32))
    assert np.abs(found - masks).max() <= 0.5 / 255 + 1e-7


@pytest.mark.parametrize("transfer_syntax", ["explicit-little", "deflated", "deflated-frame", *BYTE_CODECS])
@pytest.mark.parametrize("numbers", [(1, 2, 3), (5, 300, 65535)])
def test_label_maps_come_back(tmp_path: Path, ct: Volume, transfer_syntax: str, numbers: tuple[int, int, int]) -> None:
    labels = np.array([0, *numbers], np.uint16)[_labels()]
    segments = organs(3)
    for segment, number in zip(segments, numbers, strict=True):
        segment.number = number
    new = dicom.Segmentation.from_masks(
        ct.with_array(labels), segments=segments, kind="LABELMAP", transfer_syntax=transfer_syntax
    )
    new.save(tmp_path / "seg.dcm")
    read = dicom.read_segmentation(tmp_path / "seg.dcm")
    assert read.type == "LABELMAP"
    assert [segment.number for segment in read.segments] == list(numbers)
    assert np.array_equal(read.label_map(ct).array, labels)
    assert read.dataset.BitsAllocated == (8 if max(numbers) < 256 else 16)


@pytest.mark.parametrize("kind", ["BINARY", "FRACTIONAL", "LABELMAP"])
@pytest.mark.parametrize("transfer_syntax", ["explicit-little", "deflated", "deflated-frame"])
@pytest.mark.parametrize("shape", [SHAPE, ODD_SHAPE])
def test_frame_by_frame_the_same_file_is_written(
    tmp_path: Path, kind: str, transfer_syntax: str, shape: tuple[int, int, int]
) -> None:
    made_series(tmp_path / "ct", shape)
    new = new_segmentation(
        _labels(shape), dicom.read_series(tmp_path / "ct"), organs(3), kind=kind, transfer_syntax=transfer_syntax
    )
    steps: list[tuple[int, int]] = []
    new.save(tmp_path / "streamed.dcm", progress=lambda done, total: steps.append((done, total)))
    assert steps[-1] == (new.number_of_frames, new.number_of_frames)
    dicom.write(new.to_dataset(), tmp_path / "whole.dcm", enforce_file_format=True)
    if transfer_syntax == "deflated":
        # Deflated in other pieces, the same bytes become others.
        assert dicom.read(tmp_path / "streamed.dcm") == dicom.read(tmp_path / "whole.dcm")
    else:
        assert (tmp_path / "streamed.dcm").read_bytes() == (tmp_path / "whole.dcm").read_bytes()
    assert "PixelData" not in new.header


def test_a_label_map_of_many_organs_comes_back(tmp_path: Path) -> None:
    shape = (30, 40, 104)
    made_series(tmp_path / "ct", shape)
    volume, labels = dicom.read_series(tmp_path / "ct"), label_map(98, shape)
    dicom.Segmentation.from_masks(labels, volume, organs(98)).save(tmp_path / "seg.dcm")
    read = dicom.read_segmentation(tmp_path / "seg.dcm")
    assert np.array_equal(read.label_map(volume).array, labels)
    assert read.overlap == "NO"
    assert read.frames.count == sum(len(np.unique(plane[plane > 0])) for plane in labels)


# --- frames ----------------------------------------------------------------------------------------------------------


def test_frames_without_voxels_are_left_out_or_kept(ct: Volume) -> None:
    masks = _masks()
    segmentation = dicom.Segmentation.from_masks(masks, ct, organs(3))
    assert segmentation.frames.count == int(masks.any(axis=(2, 3)).sum())
    whole = dicom.Segmentation.from_masks(masks, ct, organs(3), omit_empty_frames=False)
    assert whole.frames.count == 3 * SHAPE[0]
    assert whole.grid.grid_shape == SHAPE
    for one in (segmentation, whole):
        assert np.array_equal(_read_masks(one, ct), masks)


@pytest.mark.parametrize("kind", ["BINARY", "FRACTIONAL", "LABELMAP"])
def test_segments_without_voxels_are_described(ct: Volume, kind: str) -> None:
    labels = np.zeros(SHAPE, np.uint8)
    nothing = dicom.Segmentation.from_masks(labels, ct, organs(2), kind=kind)
    assert nothing.frames.count == 1
    assert not _read_masks(nothing, ct).any()
    labels[3, 4, 5] = 2
    one = dicom.Segmentation.from_masks(labels, ct, organs(2), kind=kind)
    assert one.frames.count == 1
    assert one.labels == ["Organ 1", "Organ 2"]
    assert [float(mask.sum()) for mask in _read_masks(one, ct)] == [0, 1]


def test_dimensions_count_segments_and_slices(ct: Volume) -> None:
    labels = np.zeros(SHAPE, np.uint8)
    labels[2, 0, 0], labels[4, 0, 0], labels[4, 1, 1], labels[5, 0, 0] = 1, 1, 2, 2
    ds = dicom.Segmentation.from_masks(labels, ct, organs(2)).dataset
    assert [
        list(item.FrameContentSequence[0].DimensionIndexValues) for item in ds.PerFrameFunctionalGroupsSequence
    ] == [
        [1, 1],
        [1, 2],
        [2, 2],
        [2, 3],
    ]
    assert [index.DimensionDescriptionLabel for index in ds.DimensionIndexSequence] == [
        "ReferencedSegmentNumber",
        "ImagePositionPatient",
    ]
    ds = dicom.Segmentation.from_masks(labels, ct, organs(2), kind="LABELMAP").dataset
    # A Dimension Index Values of one value is a number.
    assert [item.FrameContentSequence[0].DimensionIndexValues for item in ds.PerFrameFunctionalGroupsSequence] == [
        1,
        2,
        3,
    ]


def test_segments_that_overlap_are_said_to(ct: Volume) -> None:
    masks = np.zeros((2, *SHAPE), bool)
    masks[0, 1], masks[1, 2] = True, True
    assert dicom.Segmentation.from_masks(masks, ct, organs(2)).overlap == "NO"
    masks[1, 1, 3, 3] = True
    assert dicom.Segmentation.from_masks(masks, ct, organs(2)).overlap == "YES"
    with pytest.raises(RegionError, match="segments 1 and 2 overlap"):
        dicom.Segmentation.from_masks(masks, ct, organs(2), kind="LABELMAP")


# --- what it was drawn on --------------------------------------------------------------------------------------------


def _sources(segmentation: dicom.Segmentation) -> list[list[tuple[str, int | None, str | None]]]:
    found = []
    for groups in segmentation.dataset.PerFrameFunctionalGroupsSequence:
        images = groups.DerivationImageSequence[0].SourceImageSequence
        found.append(
            [
                (one.ReferencedSOPInstanceUID, one.get("ReferencedFrameNumber"), one.get("SpatialLocationsPreserved"))
                for one in images
            ]
        )
    return found


def test_each_frame_names_the_image_of_its_slice(ct: Volume) -> None:
    mask = np.zeros(SHAPE, bool)
    mask[1:4] = True
    segmentation = dicom.Segmentation.from_masks(mask, ct, organs(1))
    uids = [ct.sources.sop_instance_uid(k) for k in range(SHAPE[0])]
    assert _sources(segmentation) == [[(uid, None, "YES")] for uid in uids[1:4]]
    assert segmentation.source_images == uids[1:4]
    assert segmentation.source_series_uid == ct.sources.dataset(0).SeriesInstanceUID
    referenced = segmentation.dataset.ReferencedSeriesSequence[0].ReferencedInstanceSequence
    assert [one.ReferencedSOPInstanceUID for one in referenced] == uids
    assert {one.ReferencedSOPClassUID for one in referenced} == {"1.2.840.10008.5.1.4.1.1.2"}


def test_frames_of_one_image_are_named_by_number(tmp_path: Path) -> None:
    data_sets = plane_data_sets(stored_values(SHAPE), grid_affine())
    [path] = write_series(tmp_path / "enhanced", [enhanced(data_sets, order=reversed(range(SHAPE[0])))])
    volume = dicom.read_series(path)
    mask = np.zeros(SHAPE, bool)
    mask[:2] = True
    segmentation = dicom.Segmentation.from_masks(mask, volume, organs(1))
    uid = volume.sources.sop_instance_uid(0)
    assert _sources(segmentation) == [[(uid, SHAPE[0], "YES")], [(uid, SHAPE[0] - 1, "YES")]]
    assert len(segmentation.dataset.ReferencedSeriesSequence[0].ReferencedInstanceSequence) == 1


def test_a_part_of_a_slice_has_other_pixels_than_its_image(ct: Volume) -> None:
    part = ct[2:5, 3:9, 4:20]
    mask = np.random.default_rng(8).random(part.shape) < 0.5
    segmentation = dicom.Segmentation.from_masks(mask, part, organs(1))
    assert _sources(segmentation) == [[(ct.sources.sop_instance_uid(k), None, None)] for k in (2, 3, 4)]
    whole = segmentation.mask(1, on=ct).array
    assert np.array_equal(whole[2:5, 3:9, 4:20], mask)
    assert whole.sum() == mask.sum()


@pytest.mark.parametrize("orientation", ["RAS", "LPI", "coronal", "sagittal"])
def test_turned_volumes_keep_their_voxels(ct: Volume, orientation: str) -> None:
    turned = ct.reorient(orientation)
    mask = np.random.default_rng(9).random(turned.shape) < 0.5
    segmentation = dicom.Segmentation.from_masks(mask, turned, organs(1))
    assert np.array_equal(segmentation.mask(1, on=turned).array, mask)
    on_ct = segmentation.mask(1, on=ct)
    assert np.array_equal(on_ct.reorient(orientation).array, mask)
    if turned.sources_axis == "k":
        assert len(_sources(segmentation)[0]) == 1
    else:
        # Each frame lies across all images.
        ds = segmentation.dataset
        assert "DerivationImageSequence" not in ds.PerFrameFunctionalGroupsSequence[0]
        [derived] = ds.SharedFunctionalGroupsSequence[0].DerivationImageSequence
        assert len(derived.SourceImageSequence) == SHAPE[0]


def test_all_times_of_a_volume_are_sources(tmp_path: Path) -> None:
    data_sets = []
    for t in range(3):
        like = data_sets[0] if data_sets else None
        data_sets += plane_data_sets(
            stored_values(SHAPE),
            grid_affine(),
            modality="MR",
            like=like,
            TemporalPositionIdentifier=t + 1,
            NumberOfTemporalPositions=3,
        )
    write_series(tmp_path / "mr", data_sets)
    volume = dicom.read_series(tmp_path / "mr")
    assert volume.ndim == 4
    mask = np.zeros(SHAPE, bool)
    mask[2] = True
    segmentation = dicom.Segmentation.from_masks(mask, volume, organs(1))
    assert [uid for uid, _, _ in _sources(segmentation)[0]] == [volume.sources.sop_instance_uid(2, t) for t in range(3)]
    one = dicom.Segmentation.from_masks(mask, volume[1], organs(1))
    assert [uid for uid, _, _ in _sources(one)[0]] == [volume.sources.sop_instance_uid(2, 1)]


def test_masks_that_come_from_the_volume_need_no_source(ct: Volume) -> None:
    segmentation = dicom.Segmentation.from_masks({"Organ 1": ct.with_array(ct.array > 1000)}, segments=organs(1))
    assert np.array_equal(segmentation.mask(1, on=ct).array, ct.array > 1000)
    assert segmentation.source_images[0] == ct.sources.sop_instance_uid(
        int((ct.array > 1000).any(axis=(1, 2)).argmax())
    )


def test_a_volume_without_images_needs_a_template(tmp_path: Path, ct: Volume) -> None:
    grid = Volume(np.zeros((3, 4, 5)), grid_affine((1.5, 0.7, 0.9)))
    mask = np.random.default_rng(10).random((3, 4, 5)) < 0.5
    with pytest.raises(WriteError, match="give one of the study as template"):
        dicom.Segmentation.from_masks(mask, grid, organs(1))
    template = ct.sources.dataset(0)
    template.save_as(tmp_path / "template.dcm")
    for given in (template, tmp_path / "template.dcm"):
        ds = dicom.Segmentation.from_masks(mask, grid, organs(1), template=given).dataset
        assert ds.PatientID == "MADE"
        assert ds.FrameOfReferenceUID == template.FrameOfReferenceUID
        assert "ReferencedSeriesSequence" not in ds
        assert "DerivationImageSequence" not in ds.PerFrameFunctionalGroupsSequence[0]
    elsewhere = Volume(np.zeros((3, 4, 5)), grid_affine(), frame_of_reference_uid="1.2.3")
    with pytest.raises(GeometryError, match=r"Frame of Reference UID \(0020,0052\)"):
        dicom.Segmentation.from_masks(mask, elsewhere, organs(1), template=template)
    del template.FrameOfReferenceUID
    assert (
        dicom.Segmentation.from_masks(mask, elsewhere, organs(1), template=template).frame_of_reference_uid == "1.2.3"
    )
    assert dicom.Segmentation.from_masks(mask, grid, organs(1), template=template).frame_of_reference_uid


def test_a_template_of_another_study_says_so_of_the_images(ct: Volume) -> None:
    template = ct.sources.dataset(0)
    template.StudyInstanceUID = "1.2.3.4"
    mask = np.ones(SHAPE, bool)
    ds = dicom.Segmentation.from_masks(mask, ct, organs(1), template=template).dataset
    assert ds.StudyInstanceUID == "1.2.3.4"
    assert "ReferencedSeriesSequence" not in ds
    [study] = ds.StudiesContainingOtherReferencedInstancesSequence
    assert study.StudyInstanceUID == ct.sources.dataset(0).StudyInstanceUID
    assert len(study.ReferencedSeriesSequence[0].ReferencedInstanceSequence) == SHAPE[0]


def test_a_grid_that_no_image_has_is_refused(ct: Volume) -> None:
    affine = grid_affine()
    affine[:3, 1] += affine[:3, 2] * 0.5
    sheared = Volume(np.zeros(SHAPE), affine)
    with pytest.raises(GeometryError, match="right angles"):
        dicom.Segmentation.from_masks(np.ones(SHAPE, bool), sheared, organs(1), template=ct.sources.dataset(0))


def test_slices_may_be_shifted_along_each_other(tmp_path: Path) -> None:
    affine = grid_affine()
    affine[1, 0] = 0.6
    made_series(tmp_path / "tilted", SHAPE, affine)
    volume = dicom.read_series(tmp_path / "tilted", tilt="keep")
    masks = _masks()
    segmentation = dicom.Segmentation.from_masks(masks, volume, organs(3))
    assert np.array_equal(_read_masks(segmentation, volume), masks)
    measures = segmentation.dataset.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    assert measures.SpacingBetweenSlices == 2.0


# --- what is said of it ----------------------------------------------------------------------------------------------


def test_what_is_said_of_a_segment_comes_back(ct: Volume) -> None:
    segment = dicom.Segment(
        "Left kidney",
        property_category=codes.SCT.Organ,
        property_type=codes.SCT.Kidney,
        algorithm_type="SEMIAUTOMATIC",
        algorithm_name="region growing",
        color=(200, 40, 90),
        description="as drawn",
        anatomic_region=codes.SCT.Kidney,
        tracking_id="Kidney 1",
        tracking_uid="1.2.3.4.5",
        property_type_modifiers=(codes.SCT.Left,),
        anatomic_region_modifiers=(codes.SCT.Left,),
    )
    [read] = dicom.Segmentation.from_masks(np.ones(SHAPE, bool), ct, [segment]).segments
    for name in dicom.Segment.__slots__:
        assert getattr(read, name) == (1 if name == "number" else getattr(segment, name)), name
    assert segment.number == 0


def test_segments_without_a_colour_get_different_ones(ct: Volume) -> None:
    colors = [segment.color for segment in dicom.Segmentation.from_masks(_masks(), ct, organs(3)).segments]
    assert colors == [palette_rgb(0), palette_rgb(1), palette_rgb(2)]


def test_a_label_map_describes_its_background(ct: Volume) -> None:
    ds = dicom.Segmentation.from_masks(_labels(), ct, organs(3), kind="LABELMAP").dataset
    assert [item.SegmentNumber for item in ds.SegmentSequence] == [0, 1, 2, 3]
    assert ds.SegmentSequence[0].SegmentedPropertyTypeCodeSequence[0].CodeValue == "125040"
    assert ds.PixelPaddingValue == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"label": ""}, "segment 1 has no label"),
        ({"property_type": None}, "property_category and property_type"),
        ({"property_category": None}, "property_category and property_type"),
        ({"algorithm_type": "GUESSED"}, "MANUAL, SEMIAUTOMATIC, AUTOMATIC"),
        ({"algorithm_name": None}, "needs algorithm_name"),
        ({"tracking_id": "one"}, "tracking_id and tracking_uid"),
    ],
)
def test_a_segment_that_lacks_what_the_standard_demands_is_refused(
    ct: Volume, changes: dict[str, Any], message: str
) -> None:
    segments = organs(1)
    for name, value in changes.items():
        setattr(segments[0], name, value)
    with pytest.raises(RegionError, match=message):
        dicom.Segmentation.from_masks(np.ones(SHAPE, bool), ct, segments)


def test_the_series_is_new_and_the_study_the_same(ct: Volume) -> None:
    source = ct.sources.dataset(0)
    ds = dicom.Segmentation.from_masks(
        np.ones(SHAPE, bool),
        ct,
        organs(1),
        content_label="LIVER 1",
        content_description="made by code",
        content_creator="Made^By Code",
        series_description="Segments",
    ).dataset
    assert ds.StudyInstanceUID == source.StudyInstanceUID
    assert ds.SeriesInstanceUID != source.SeriesInstanceUID
    assert (ds.Modality, ds.SeriesNumber, ds.SeriesDescription) == ("SEG", 301, "Segments")
    assert (ds.ContentLabel, ds.ContentDescription, ds.ContentCreatorName) == (
        "LIVER 1",
        "made by code",
        "Made^By Code",
    )
    told = {"series_number": 7, "series_uid": "1.2.3", "instance_number": 4, "sop_instance_uid": "1.2.3.4"}
    ds = dicom.Segmentation.from_masks(np.ones(SHAPE, bool), ct, organs(1), **told).dataset
    assert (ds.SeriesNumber, ds.SeriesInstanceUID, ds.InstanceNumber, ds.SOPInstanceUID) == (7, "1.2.3", 4, "1.2.3.4")


def test_text_of_the_patient_keeps_its_characters(tmp_path: Path) -> None:
    made_series(tmp_path / "ct", SHAPE, SpecificCharacterSet="ISO_IR 192", PatientName="Yamada^Tarou=山田^太郎")
    ct = dicom.read_series(tmp_path / "ct")
    segments = organs(1)
    segments[0].label = "Leber größer"
    new_segmentation(np.ones(SHAPE, bool), ct, segments).save(tmp_path / "seg.dcm")
    read = dicom.read_segmentation(tmp_path / "seg.dcm")
    assert read.dataset.PatientName == "Yamada^Tarou=山田^太郎"
    assert read.labels == ["Leber größer"]


def test_what_was_lost_of_the_images_stays_said(tmp_path: Path) -> None:
    made_series(
        tmp_path / "ct",
        SHAPE,
        LossyImageCompression="01",
        LossyImageCompressionRatio=12.5,
        LossyImageCompressionMethod="ISO_10918_1",
    )
    ds = dicom.Segmentation.from_masks(np.ones(SHAPE, bool), dicom.read_series(tmp_path / "ct"), organs(1)).dataset
    assert ds.LossyImageCompression == "01"
    assert (ds.LossyImageCompressionRatio, ds.LossyImageCompressionMethod) == (12.5, "ISO_10918_1")


@pytest.mark.parametrize(
    ("code", "keyword"),
    [
        (Code("1234567890123456", "99X", "sixteen"), "CodeValue"),
        (Code("12345678901234567", "99X", "seventeen", "2"), "LongCodeValue"),
        (Code("urn:oid:1.2.3", "", "a name"), "URNCodeValue"),
    ],
)
def test_codes_stand_where_they_have_room(code: Code, keyword: str) -> None:
    item = item_of(code)
    assert item[keyword].value == code.value
    assert item.CodeMeaning == code.meaning
    assert item.get("CodingSchemeVersion") == code.scheme_version
    assert sum(name in item for name in ("CodeValue", "LongCodeValue", "URNCodeValue")) == 1


# --- a segmentation again --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["BINARY", "FRACTIONAL", "LABELMAP"])
@pytest.mark.parametrize("other", ["BINARY", "FRACTIONAL", "LABELMAP"])
def test_a_segmentation_becomes_one_of_another_kind(tmp_path: Path, ct: Volume, kind: str, other: str) -> None:
    labels = _labels()
    dicom.Segmentation.from_masks(labels, ct, organs(3), kind=kind).save(tmp_path / "one.dcm")
    read = dicom.read_segmentation(tmp_path / "one.dcm")
    again = dicom.Segmentation.from_masks(read, ct, kind=other)
    assert again.type == other
    assert again.labels == read.labels
    assert [segment.color for segment in again.segments] == [segment.color for segment in read.segments]
    assert np.array_equal(_read_masks(again, ct), _read_masks(read, ct))
    alone = dicom.Segmentation.from_masks(read, kind=other)
    assert np.array_equal(_read_masks(alone, ct), _read_masks(read, ct))
    assert alone.dataset.PatientID == "MADE"
    assert alone.dataset.ReferencedSeriesSequence == read.dataset.ReferencedSeriesSequence


def test_segments_that_overlap_stay_so(ct: Volume) -> None:
    masks = _masks()
    read = dicom.Segmentation.from_masks(masks, ct, organs(3))
    again = dicom.Segmentation.from_masks(read, ct, organs(3)[::-1])
    assert again.labels == ["Organ 3", "Organ 2", "Organ 1"]
    assert np.array_equal(_read_masks(again, ct), masks)
    assert again.overlap == "YES"


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"kind": "SURFACE"}, WriteError, "BINARY, FRACTIONAL, LABELMAP"),
        ({"fractional_type": "LIKELY"}, WriteError, "PROBABILITY, OCCUPANCY"),
        ({"transfer_syntax": "jpeg-baseline"}, WriteError, "loses nothing"),
        ({"transfer_syntax": "jpeg2000"}, WriteError, "loses nothing"),
        ({"transfer_syntax": "explicit-big"}, WriteError, "retired"),
        ({"transfer_syntax": "rle"}, PixelError, "RLE.*1 bits"),
        ({"transfer_syntax": "jpeg-ls"}, PixelError, "JPEG-LS.*1 bits"),
    ],
)
def test_what_is_no_segmentation_is_refused(
    ct: Volume, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        new_segmentation(np.ones(SHAPE, bool), ct, organs(1), **options)


def test_a_file_that_is_there_stays_when_it_shall(tmp_path: Path, ct: Volume) -> None:
    path = tmp_path / "seg.dcm"
    new = new_segmentation(np.ones(SHAPE, bool), ct, organs(1))
    new.save(path)
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        new.save(path, overwrite=False)
    with pytest.raises(FileExistsError):
        dicom.Segmentation(new.to_dataset()).save(path, overwrite=False)
    assert path.read_bytes() == before


def test_an_overlap_that_is_met_on_the_way_leaves_no_file(tmp_path: Path, ct: Volume) -> None:
    masks = np.ones((2, *SHAPE), bool)
    with pytest.raises(RegionError, match="overlap"):
        new_segmentation(masks, ct, organs(2), kind="LABELMAP").save(tmp_path / "seg.dcm")
    assert not list(tmp_path.glob("*seg*"))
