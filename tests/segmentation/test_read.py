"""`dicom.read_segmentation`: what highdicom, dcmqi and pydicom's packages have, segment by segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
from dicom.errors import DicomError, InvalidDicomError, PixelError, RegionError, SeveralSeriesError
from dicom.sr import Code
from tests.data_sources import seed
from tests.made_items import code, item
from tests.segmentation import by_dcmqi, by_highdicom
from tests.segmentation.made import SERIES, Frame, segment_item, segmentation, written
from tests.volume.made import grid_affine, made_series, plane_affine

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.volume.made import Made

SHAPE = (8, 34, 38)
RLE, JPEG_2000, JPEG_LS = "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.80"


@pytest.fixture(scope="module", params=["axial", "sagittal", "oblique"])
def series(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A CT in one of several directions."""
    affine = grid_affine(angles=(20.0, -35.0, 12.0)) if request.param == "oblique" else plane_affine(request.param)
    return made_series(tmp_path_factory.mktemp(request.param) / "ct", SHAPE, affine)


def made_masks() -> NDArray[np.uint8]:
    """(k, j, i, segment): three that overlap, the last of them empty, with empty slices between and around."""
    masks = np.zeros((*SHAPE, 3), np.uint8)
    masks[1:3, 2:17, 3:29, 0] = masks[5, 33, 37, 0] = 1
    masks[2:6, 4:31, 5:35, 1] = np.random.default_rng(7).integers(0, 2, (4, 27, 30))
    return masks


@pytest.mark.parametrize("omit_empty_frames", [True, False])
def test_binary_masks_of_highdicom(series: Made, tmp_path: Path, omit_empty_frames: bool) -> None:
    masks = made_masks()
    path = by_highdicom.write_segmentation(masks, series, tmp_path / "seg.dcm", omit_empty_frames=omit_empty_frames)
    segmentation = dicom.read_segmentation(path)
    assert (segmentation.type, segmentation.fractional_type, segmentation.overlap) == ("BINARY", None, "YES")
    ct = dicom.read_series(series.folder)
    theirs = by_highdicom.read_masks(path, [1, 2, 3], SHAPE, ct.affine)
    for number in (1, 2, 3):
        mask = segmentation.mask(number, on=ct)
        assert mask.array.dtype == bool
        assert mask.same_grid_as(ct)
        assert (mask.quantity, mask.unit, mask.modality) == ("segment", None, "SEG")
        assert np.array_equal(mask.array, masks[..., number - 1])
        assert np.array_equal(mask.array, theirs[number - 1])
        own = segmentation.mask(f"part {number}")
        assert own.same_grid_as(own.with_array(own.array))
        assert np.array_equal(own.resample_to(ct, fill=0).array, mask.array)


@pytest.mark.parametrize("transfer_syntax", [by_highdicom.EXPLICIT_LITTLE, RLE, JPEG_2000, JPEG_LS])
@pytest.mark.parametrize("fractional_type", ["PROBABILITY", "OCCUPANCY"])
def test_fractional_masks_of_highdicom(
    series: Made, tmp_path: Path, transfer_syntax: str, fractional_type: str
) -> None:
    fractions = (made_masks() * np.random.default_rng(3).random((*SHAPE, 3))).astype(np.float32)
    path = by_highdicom.write_segmentation(
        fractions,
        series,
        tmp_path / "seg.dcm",
        kind="FRACTIONAL",
        transfer_syntax=transfer_syntax,
        fractional_type=fractional_type,
    )
    segmentation = dicom.read_segmentation(path)
    assert (segmentation.type, segmentation.fractional_type) == ("FRACTIONAL", fractional_type)
    ct = dicom.read_series(series.folder)
    theirs = by_highdicom.read_masks(path, [1, 2, 3], SHAPE, ct.affine)
    for number in (1, 2, 3):
        mask = segmentation.mask(number, on=ct)
        assert mask.array.dtype == np.float32
        assert np.abs(mask.array - fractions[..., number - 1]).max() <= 0.5 / 255 + 1e-6
        assert np.allclose(mask.array, theirs[number - 1], atol=1e-6)


@pytest.mark.parametrize("transfer_syntax", [by_highdicom.EXPLICIT_LITTLE, RLE, JPEG_2000, JPEG_LS])
def test_label_maps_of_highdicom(series: Made, tmp_path: Path, transfer_syntax: str) -> None:
    labels = np.zeros(SHAPE, np.uint8)
    labels[1:4, 2:15], labels[2:6, 16:29], labels[4, 0, 0] = 1, 2, 3
    path = by_highdicom.write_segmentation(
        labels, series, tmp_path / "seg.dcm", kind="LABELMAP", transfer_syntax=transfer_syntax
    )
    segmentation = dicom.read_segmentation(path)
    assert segmentation.type == "LABELMAP"
    # The background, which highdicom describes, is no segment.
    assert [segment.number for segment in segmentation] == [1, 2, 3]
    ct = dicom.read_series(series.folder)
    found = segmentation.label_map(on=ct)
    assert found.array.dtype == np.uint8
    assert np.array_equal(found.array, labels)
    for number in (1, 2, 3):
        assert np.array_equal(segmentation.mask(number, on=ct).array, labels == number)


@pytest.mark.parametrize("kind", ["binary", "labelmap"])
@pytest.mark.parametrize("compress", ["none", "deflate"])
def test_masks_of_dcmqi(series: Made, tmp_path: Path, kind: str, compress: str) -> None:
    masks = made_masks()[..., :2].astype(bool)
    if kind == "labelmap":
        masks[..., 1] &= ~masks[..., 0]
    given = {"one": masks[..., 0], "two": masks[..., 1]}
    target = tmp_path / "seg.dcm"
    path = by_dcmqi.write_segments(given, series.affine, series.folder, target, kind=kind, compress=compress)
    segmentation = dicom.read_segmentation(path)
    ct = dicom.read_series(series.folder)
    assert segmentation.labels == ["one", "two"]
    assert [segment.color for segment in segmentation] == [(221, 131, 101), (221, 132, 101)]
    for label, mask in given.items():
        assert np.array_equal(segmentation.mask(label, on=ct).array, mask)


def test_what_a_segment_is_described_by(tmp_path: Path) -> None:
    series = made_series(tmp_path / "ct", SHAPE, plane_affine())
    segmentation = dicom.read_segmentation(by_highdicom.write_segmentation(made_masks(), series, tmp_path / "seg.dcm"))
    segment = segmentation["part 3"]
    assert segment is segmentation[3]
    assert (segment.number, segment.label, segment.color) == (3, "part 3", by_highdicom.COLOR)
    assert segment.property_category == Code("91723000", "SCT", "Anatomical Structure")
    assert segment.property_type == Code("64033007", "SCT", "Kidney")
    assert segment.anatomic_region == Code("818981001", "SCT", "Abdomen")
    assert (segment.algorithm_type, segment.algorithm_name) == ("AUTOMATIC", "maker")
    assert (segment.tracking_id, segment.tracking_uid) == ("tracked 3", "1.2.3.4")
    assert segmentation[1].color is None
    source = dicom.read(series.paths[0])
    assert segmentation.source_series_uid == source.SeriesInstanceUID
    assert segmentation.frame_of_reference_uid == source.FrameOfReferenceUID
    uids = {str(dicom.read(path).SOPInstanceUID) for path in series.paths}
    assert set(segmentation.source_images) < uids


def test_modifiers_and_long_codes() -> None:
    kidney = code("64033007", "SCT", "Kidney")
    kidney[0].SegmentedPropertyTypeModifierCodeSequence = code("7771000", "SCT", "Left")
    region = [
        item(LongCodeValue="x" * 20, CodingSchemeDesignator="99MADE", CodeMeaning="made", CodingSchemeVersion="2")
    ]
    region[0].AnatomicRegionModifierSequence = [
        item(URNCodeValue="urn:oid:1.2.3", CodeMeaning="by URN"),
        *code("24028007", "SCT", "Right"),
    ]
    described = segment_item(1, SegmentedPropertyTypeCodeSequence=kidney, AnatomicRegionSequence=region)
    frame = Frame(1, (0, 0, 0), np.ones((2, 8)))
    segment = dicom.read_segmentation(segmentation([frame], segments=[described]))[1]
    assert segment.property_type_modifiers == (Code("7771000", "SCT", "Left"),)
    assert segment.anatomic_region == Code("x" * 20, "99MADE", "made", "2")
    assert [one.value for one in segment.anatomic_region_modifiers] == ["urn:oid:1.2.3", "24028007"]


@pytest.mark.parametrize("name", ["liver.dcm", "liver_expb.dcm"])
def test_the_liver_of_pydicom_s_package(name: str) -> None:
    path = seed(name)
    segmentation = dicom.read_segmentation(path)
    assert repr(segmentation) == "<Segmentation: BINARY, 1 segment, 3 frames of 512 rows x 512 columns>"
    mask = segmentation.mask("Liver")
    assert mask.array.shape == (3, 512, 512)
    assert mask.spacing == pytest.approx((1.0, 0.810547, 0.810547))
    assert int(mask.array.sum()) == int(dicom.read(path).pixel_array.sum()) == 107098


def test_paths_bytes_files_and_data_sets_are_read_alike(tmp_path: Path) -> None:
    ds = segmentation([Frame(1, (0, 0, 2 * k), np.eye(3, 8, k)) for k in range(3)])
    path = written(ds, tmp_path / "seg.dcm")
    with path.open("rb") as file:
        given = [path, str(path), path.read_bytes(), file, ds, dicom.read(path)]
        found = [dicom.read_segmentation(one).mask(1).array for one in given]
    assert all(np.array_equal(one, found[0]) for one in found)
    assert found[0].sum() == 9
    assert dicom.read_segmentation(path).source_series_uid == SERIES


def test_the_table_of_segments_has_a_line_for_each() -> None:
    frames = [Frame(1, (0, 0, 0), np.ones((2, 8))), Frame(7, (0, 0, 0), np.ones((2, 8)))]
    color = [0xFFFF, 0x8080, 0x8080]
    described = [segment_item(1, "left kidney", RecommendedDisplayCIELabValue=color), segment_item(7, "x" * 60)]
    found = dicom.read_segmentation(segmentation(frames, segments=described))
    found[1].label = "left\nkidney"
    lines = str(found).splitlines()
    assert len(lines) == 4
    assert lines[0] == "Segmentation: BINARY, 2 segments, 2 frames of 2 rows x 8 columns"
    assert lines[2].split() == ["1", "left", "kidney", "Liver", "MANUAL", "1", "#ffffff"]
    assert "x" * 37 + "..." in lines[3]
    html = segment_html(described[0], "<b>&")
    assert "&lt;b&gt;&amp;" in html
    assert "<b>" not in html
    assert repr(found[1]) == "<Segment 1 'left\\nkidney': Liver>"


def segment_html(described: dicom.Dataset, label: str) -> str:
    """The table of one segment in a notebook."""
    described.SegmentLabel = label
    frame = Frame(1, (0, 0, 0), np.ones((2, 8)))
    return dicom.read_segmentation(segmentation([frame], segments=[described]))._repr_html_()


def test_segments_are_asked_for_by_label_or_number() -> None:
    frames = [Frame(number, (0, 0, 0), np.ones((2, 8))) for number in (1, 2, 4)]
    described = [segment_item(1, "Lesion"), segment_item(2, "Lesion"), segment_item(4, "Liver")]
    found = dicom.read_segmentation(segmentation(frames, segments=described))
    assert [segment.number for segment in found] == [1, 2, 4]
    assert len(found) == 3
    assert "Liver" in found
    assert 3 not in found
    assert found["Liver"] is found[4]
    assert np.array_equal(found.mask(found[4]).array, found.mask("Liver").array)
    with pytest.raises(RegionError, match="segments 1, 2 have this label"):
        found.mask("Lesion")
    with pytest.raises(RegionError, match="no segment has this number; there are the numbers 1, 2, 4"):
        found.mask(3)
    with pytest.raises(RegionError) as raised:
        found.mask("liver")
    assert "Les" not in str(raised.value)
    assert "iver" not in str(raised.value)


def test_a_segment_without_frames_is_an_empty_mask() -> None:
    described = [segment_item(1), segment_item(2)]
    found = dicom.read_segmentation(segmentation([Frame(1, (0, 0, 0), np.ones((2, 8)))], segments=described))
    assert not found.mask(2).array.any()
    assert found.mask(2).array.shape == (1, 2, 8)


def test_what_is_no_segmentation_is_refused() -> None:
    with pytest.raises(RegionError, match=r"Segmentation Type \(0062,0001\) is absent"):
        dicom.read_segmentation(seed("CT_small.dcm"))
    with pytest.raises(InvalidDicomError):
        dicom.read_segmentation(b"no DICOM at all, and long enough to be looked at" * 9)


ONE = Frame(1, (0, 0, 0), np.ones((2, 8)))


@pytest.mark.parametrize(
    ("ds", "words"),
    [
        (segmentation([ONE], SegmentationType="OTHER"), r"Segmentation Type \(0062,0001\)"),
        (segmentation([ONE], SegmentSequence=None), r"Segment Sequence \(0062,0002\) is absent"),
        (segmentation([ONE], segments=[segment_item(None)]), r"Segment Number \(0062,0004\) of item 0"),
        (segmentation([ONE], segments=[segment_item(1), segment_item(1)]), "that of two segments"),
        (segmentation([Frame(None, (0, 0, 0), np.ones((2, 8)))], segments=[segment_item(1)]), "frame 0: Referenced"),
        (segmentation([ONE, ONE._replace(segment=None)]), "frame 1: Referenced Segment Number"),
        (segmentation([ONE, ONE], NumberOfFrames=3), "Number of Frames .* is 3; .* has 2 items"),
        (segmentation([ONE], NumberOfFrames=2**31 - 1), "Number of Frames"),
        (segmentation([ONE], PerFrameFunctionalGroupsSequence=None, NumberOfFrames=900_000), "has 0 items"),
        (segmentation([ONE], kind="FRACTIONAL", MaximumFractionalValue=None), r"\(0062,000E\)"),
        (segmentation([ONE], kind="FRACTIONAL", MaximumFractionalValue=0), r"\(0062,000E\)"),
    ],
)
def test_what_nothing_says_is_not_guessed(ds: dicom.Dataset, words: str) -> None:
    with pytest.raises(RegionError, match=words):
        dicom.read_segmentation(ds)


def test_reading_it_as_a_series_says_where_masks_are_read(tmp_path: Path) -> None:
    one, two = Frame(1, (0, 0, 0), np.ones((2, 8))), Frame(2, (0, 0, 2), np.ones((2, 8)))
    both = [one, one._replace(position=(0, 0, 2)), two, two._replace(position=(0, 0, 4))]
    with pytest.raises(SeveralSeriesError, match=r"segments are read as masks by dicom.read_segmentation"):
        dicom.read_series(written(segmentation(both), tmp_path / "apart.dcm"))
    whole = [frame._replace(position=(0, 0, z)) for frame in (one, two) for z in (0, 2)]
    volume = dicom.read_series(written(segmentation(whole), tmp_path / "whole.dcm"))
    assert (volume.dimension, volume.shape) == ("segment", (2, 2, 2, 8))


def test_fractions_beyond_the_greatest_are_refused() -> None:
    ds = segmentation([ONE._replace(pixels=np.full((2, 8), 101))], kind="FRACTIONAL", maximum=100)
    with pytest.raises(RegionError, match=r"frame 0 has values beyond Maximum Fractional Value \(0062,000E\)"):
        dicom.read_segmentation(ds).mask(1)


def test_pixel_data_that_ends_early_is_an_error_where_it_is_missing() -> None:
    ds = segmentation([ONE, Frame(2, (0, 0, 0), np.ones((2, 8)))])
    ds.PixelData = ds.PixelData[:2]
    found = dicom.read_segmentation(ds)
    assert found.mask(1).array.all()
    with pytest.raises(PixelError):
        found.mask(2)
    del ds.PixelData
    with pytest.raises(DicomError):
        dicom.read_segmentation(ds)
