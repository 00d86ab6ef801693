"""Structure sets are read as they were made; what is amiss is told and loses no region silently."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pydicom
import pytest

import dicom
from dicom.errors import InvalidDicomError, RegionError
from dicom.radiotherapy import ROI, Contour, StructureSet
from tests.data_sources import dicompyler_file
from tests.radiotherapy.made_structures import (
    MadeContour,
    MadeRegion,
    at_height,
    circle,
    prism,
    rectangle,
    structure_set,
    write_structure_set,
)
from tests.volume.made import grid_affine, plane_data_sets, stored_values

if TYPE_CHECKING:
    from pathlib import Path

AFFINE = grid_affine()
BOX = rectangle((4.5, 7.5), (19.5, 29.5))


def made_set(**options: Any) -> dicom.Dataset:
    """A set of two regions, the first with contours in three slices."""
    return structure_set(
        [prism("box", BOX, range(1, 4), AFFINE, number=4), prism("ball", circle((9, 9), 5), [2], AFFINE, number=9)],
        **options,
    )


def codes(ds: dicom.Dataset) -> list[str]:
    return [note.code for note in dicom.read_structures(ds).notes]


def test_a_file_gives_what_was_written(tmp_path: Path) -> None:
    images = plane_data_sets(stored_values((6, 40, 50)), AFFINE)
    regions = [
        prism("box", BOX, range(1, 4), AFFINE, number=4, color=(1, 2, 255), interpreted_type="PTV"),
        MadeRegion("points", [at_height([[1, 2]], 3.0, geometric_type="POINT")], number=2, color=None),
        MadeRegion("nothing", [], number=3),
    ]
    path = write_structure_set(tmp_path / "rtss.dcm", regions, images)
    structures = dicom.read_structures(path)
    assert structures.notes == ()
    assert structures.names == ["box", "points", "nothing"]
    assert [roi.number for roi in structures] == [4, 2, 3]
    assert [roi.color for roi in structures] == [(1, 2, 255), None, (255, 0, 0)]
    assert [roi.interpreted_type for roi in structures] == ["PTV", "ORGAN", "ORGAN"]
    assert [roi.has_area for roi in structures] == [True, False, False]
    assert structures.label == "MADE"
    assert structures.frame_of_reference_uid == images[0].FrameOfReferenceUID
    assert {roi.frame_of_reference_uid for roi in structures} == {images[0].FrameOfReferenceUID}
    assert structures.referenced_series_uid == images[0].SeriesInstanceUID
    assert structures.referenced_images == [image.SOPInstanceUID for image in images]
    box = structures["box"]
    assert [contour.sop_instance_uid for contour in box.contours] == [image.SOPInstanceUID for image in images[1:4]]
    for made, read in zip(regions[0].contours, box.contours, strict=True):
        np.testing.assert_allclose(read.points, made.points, rtol=0, atol=1e-6)
    assert structures["points"].contours[0].geometric_type == "POINT"
    assert box.usual_spacing_mm == pytest.approx(np.linalg.norm(AFFINE[:3, 0]))


def test_points_are_those_that_pydicom_reads() -> None:
    path = dicompyler_file("rtss.dcm")
    structures = dicom.read_structures(path)
    reference = pydicom.dcmread(path)
    assert structures.names == [str(item.ROIName) for item in reference.StructureSetROISequence]
    count = 0
    for item in reference.ROIContourSequence:
        roi = structures[int(item.ReferencedROINumber)]
        contours = item.get("ContourSequence") or []
        assert len(roi.contours) == len(contours)
        for read, contour in zip(roi.contours, contours, strict=True):
            np.testing.assert_array_equal(read.points.ravel(), np.array(contour.ContourData, float))
            count += len(read.points)
    assert count == 88158


def test_bytes_and_open_files_are_read(tmp_path: Path) -> None:
    path = write_structure_set(tmp_path / "rtss.dcm", [prism("box", BOX, [1], AFFINE)])
    with open(path, "rb") as stream:
        assert dicom.read_structures(stream).names == ["box"]
    assert dicom.read_structures(path.read_bytes()).names == ["box"]


def test_a_region_is_found_by_name_and_number() -> None:
    structures = dicom.read_structures(made_set())
    assert structures["ball"] is structures[9] is structures.rois[1]
    assert "box" in structures
    assert 4 in structures
    assert structures.rois[0] in structures
    assert "Box" not in structures
    assert len(structures) == 2


def test_a_name_that_is_there_twice_is_told_by_numbers_only() -> None:
    rois = [ROI("secret", [], number=3), ROI("secret", [], number=8), ROI("", [], number=9)]
    structures = StructureSet(rois)
    with pytest.raises(RegionError, match="3, 8") as caught:
        structures["secret"]
    assert "secret" not in str(caught.value)
    assert structures[""] is rois[2]


@pytest.mark.parametrize("key", ["unknown", 77])
def test_an_unknown_region_is_refused_without_any_name(key: str | int) -> None:
    with pytest.raises(RegionError, match="none of the 2 ROIs") as caught:
        dicom.read_structures(made_set())[key]
    assert "box" not in str(caught.value)
    assert "unknown" not in str(caught.value)


@pytest.mark.parametrize("key", [1.0, None, True])
def test_other_keys_are_no_keys(key: Any) -> None:
    with pytest.raises(TypeError):
        dicom.read_structures(made_set())[key]


def test_it_prints_as_a_table() -> None:
    structures = dicom.read_structures(made_set())
    first, head, *rows = str(structures).splitlines()
    assert first == repr(structures) == "<StructureSet: 2 ROIs, 76 points>"
    assert head.split() == ["number", "name", "type", "contours", "points"]
    assert [row.split() for row in rows] == [["4", "box", "ORGAN", "3", "12"], ["9", "ball", "ORGAN", "1", "64"]]


def test_html_escapes_names() -> None:
    structures = StructureSet([ROI("<b>", [], color=(255, 0, 16))])
    html = structures._repr_html_()
    assert "<td>&lt;b&gt;</td>" in html
    assert "#ff0010" in html


def test_a_structure_set_is_pickled() -> None:
    structures = pickle.loads(pickle.dumps(StructureSet([ROI("a", [Contour(np.zeros((3, 3)))])])))
    assert structures["a"].contours[0].points.shape == (3, 3)


def test_what_is_no_structure_set_is_refused() -> None:
    ds = dicom.Dataset()
    ds.Modality = "CT"
    with pytest.raises(RegionError, match=r"3006,0020"):
        dicom.read_structures(ds)
    with pytest.raises(InvalidDicomError):
        dicom.read_structures(b"no DICOM at all" * 50)


# --- what is amiss -------------------------------------------------------------------------------------------------


def test_contours_of_an_undefined_region_are_kept() -> None:
    ds = made_set()
    del ds.StructureSetROISequence[0]
    structures = dicom.read_structures(ds)
    assert [note.code for note in structures.notes] == ["roi-undefined"]
    assert structures.names == ["ball", ""]
    assert len(structures[4].contours) == 3


def test_a_region_without_contours_is_kept() -> None:
    ds = made_set()
    del ds.ROIContourSequence[1]
    structures = dicom.read_structures(ds)
    assert structures.names == ["box", "ball"]
    assert structures["ball"].contours == []
    assert structures.notes == ()


def test_only_contours_are_enough() -> None:
    ds = made_set()
    del ds.StructureSetROISequence, ds.RTROIObservationsSequence
    assert [roi.number for roi in dicom.read_structures(ds)] == [4, 9]


def test_one_number_for_two_regions_is_told() -> None:
    ds = made_set()
    ds.StructureSetROISequence[1].ROINumber = 4
    assert codes(ds) == ["roi-number-twice", "roi-undefined"]


def test_absent_numbers_are_told() -> None:
    ds = made_set()
    del ds.StructureSetROISequence[0].ROINumber
    del ds.ROIContourSequence[1].ReferencedROINumber
    structures = dicom.read_structures(ds)
    assert [note.code for note in structures.notes] == ["roi-number-absent", "roi-undefined", "roi-number-absent"]
    assert structures["box"].number < 0


def contour_of(ds: dicom.Dataset, index: int = 1) -> dicom.Dataset:
    """A contour of the box."""
    contour: dicom.Dataset = ds.ROIContourSequence[0].ContourSequence[index]
    return contour


@pytest.mark.parametrize(
    ("code", "break_it"),
    [
        ("contour-data-incomplete", lambda item: setattr(item, "ContourData", list(item.ContourData)[:-1])),
        ("contour-data-absent", lambda item: item.pop("ContourData")),
        ("contour-data-no-numbers", lambda item: item["ContourData"].value.__setitem__(4, "")),
    ],
)
def test_broken_contour_data_refuse_a_mask_of_their_region_only(code: str, break_it: Any) -> None:
    ds = made_set()
    break_it(contour_of(ds))
    structures = dicom.read_structures(ds)
    assert code in [note.code for note in structures.notes]
    grid = dicom.Volume(np.zeros((6, 40, 50)), AFFINE)
    with pytest.raises(RegionError, match="ROI 4, contour 1"):
        structures.mask("box", on=grid)
    assert structures.mask("ball", on=grid).array.any()


def test_text_in_contour_data_is_no_coordinate(tmp_path: Path) -> None:
    path = write_structure_set(tmp_path / "rtss.dcm", [prism("box", BOX, range(1, 4), AFFINE, number=4)])
    content = path.read_bytes()
    x = dicom.read(path).ROIContourSequence[0].ContourSequence[1].ContourData[4].original_string.encode()
    at = content.rindex(b"\\" + x + b"\\")
    broken = content[:at] + b"\\" + b"x" * len(x) + content[at + 1 + len(x) :]
    structures = dicom.read_structures(broken)
    assert "contour-data-no-numbers" in [note.code for note in structures.notes]
    assert not any("x" * len(x) in str(note) for note in structures.notes)
    with pytest.raises(RegionError, match="ROI 4, contour"):
        structures.mask("box", on=dicom.Volume(np.zeros((6, 40, 50)), AFFINE))


def test_a_count_that_contradicts_is_told_and_the_data_hold() -> None:
    ds = made_set()
    contour_of(ds).NumberOfContourPoints = 17
    structures = dicom.read_structures(ds)
    assert [note.code for note in structures.notes] == ["contour-points-contradict"]
    assert len(structures["box"].contours[1].points) == 4


@pytest.mark.parametrize("kind", [None, "", "SQUARE"])
def test_an_unknown_type_is_taken_as_closed(kind: str | None) -> None:
    ds = made_set()
    if kind is None:
        del contour_of(ds).ContourGeometricType
    else:
        contour_of(ds).ContourGeometricType = kind
    structures = dicom.read_structures(ds)
    assert [note.code for note in structures.notes] == ["contour-type-unknown"]
    assert structures["box"].contours[1].is_closed


@pytest.mark.parametrize("color", [[1, 2], [1, 2, 256], [-1, 2, 3]])
def test_an_unusable_colour_is_left_out(color: list[int]) -> None:
    ds = made_set()
    ds.ROIContourSequence[0].ROIDisplayColor = color
    structures = dicom.read_structures(ds)
    assert [note.code for note in structures.notes] == ["roi-color-unusable"]
    assert structures["box"].color is None


def test_two_items_of_one_region_are_put_together() -> None:
    ds = made_set()
    ds.ROIContourSequence[1].ReferencedROINumber = 4
    structures = dicom.read_structures(ds)
    assert len(structures["box"].contours) == 4


def test_frames_of_reference_are_those_of_the_regions() -> None:
    ds = made_set()
    ds.StructureSetROISequence[1].ReferencedFrameOfReferenceUID = "1.2.3"
    structures = dicom.read_structures(ds)
    assert structures.frame_of_reference_uid is None
    assert [roi.frame_of_reference_uid == "1.2.3" for roi in structures] == [False, True]


def test_a_region_that_says_no_frame_has_that_of_the_set() -> None:
    ds = made_set(frame_of_reference_uid="1.2.9")
    for item in ds.StructureSetROISequence:
        del item.ReferencedFrameOfReferenceUID
    assert dicom.read_structures(ds).rois[0].frame_of_reference_uid == "1.2.9"


def test_codes_are_listed_in_the_documentation() -> None:
    from pathlib import Path

    import dicom.radiotherapy.read as room

    source = Path(room.__file__).read_text(encoding="utf-8")
    listed = (Path(__file__).parents[2] / "docs" / "findings.md").read_text(encoding="utf-8")
    found = {word for word in source.split('"') if word.startswith(("roi-", "contour-")) and " " not in word}
    assert len(found) >= 9
    assert {code for code in found if f"`{code}`" not in listed} == set()


def test_made_contours_of_each_type_keep_it() -> None:
    kinds = ["CLOSED_PLANAR", "CLOSEDPLANAR_XOR", "OPEN_PLANAR", "OPEN_NONPLANAR", "POINT"]
    contours = [MadeContour(np.zeros((4, 3)), kind) for kind in kinds]
    (roi,) = dicom.read_structures(structure_set([MadeRegion("all", contours)]))
    assert [contour.geometric_type for contour in roi.contours] == kinds
    assert [contour.is_closed for contour in roi.contours] == [True, True, False, False, False]
