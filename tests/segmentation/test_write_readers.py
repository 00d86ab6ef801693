"""What other programs say of the segmentations that are written here: voxels, places, errors; and theirs, read here.

highdicom and dcmqi read files; dciodvfy checks them against the standard. Each is asked for masks on axial, oblique and
multi-frame images, and on volumes that were cropped and turned.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dicom
from tests.commands import dciodvfy, dciodvfy_warnings
from tests.segmentation.by_dcmqi import read_segments
from tests.segmentation.made_segments import label_map, organs
from tests.volume.made import grid_affine, made_series, plane_data_sets, stored_values, write_series
from tests.volume.made_multiframe import enhanced

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dicom.volume import Volume

pytestmark = pytest.mark.filterwarnings("ignore")

SHAPE = (7, 16, 24)
OBLIQUE = grid_affine((2.5, 0.9, 0.7), angles=(20.0, -35.0, 12.0))
#: What an image has to have that a CT of today has, for dciodvfy to find nothing in what is taken over.
PATIENT = {"PatientBirthDate": "19700101", "PatientSex": "O", "StudyID": "1", "AccessionNumber": "1"}
KINDS = ("BINARY", "FRACTIONAL", "LABELMAP")


def _plain(folder: Path, affine: NDArray[np.float64], shape: tuple[int, int, int] = SHAPE) -> Volume:
    made_series(folder, shape, affine, **PATIENT)
    return dicom.read_series(folder)


def _enhanced(folder: Path) -> Volume:
    [path] = write_series(folder, [enhanced(plane_data_sets(stored_values(SHAPE), OBLIQUE, **PATIENT))])
    return dicom.read_series(path)


#: What masks are drawn on.
SOURCES = {
    "axial": lambda folder: _plain(folder, grid_affine()),
    "oblique": lambda folder: _plain(folder, OBLIQUE),
    "frames that end within a byte": lambda folder: _plain(folder, OBLIQUE, (9, 5, 7)),
    "enhanced": _enhanced,
    "cropped": lambda folder: _plain(folder, OBLIQUE)[1:6, 2:13, 5:20],
    "reversed": lambda folder: _plain(folder, OBLIQUE)[::-1, :, ::-1],
    "coronal": lambda folder: _plain(folder, grid_affine()).reorient("coronal"),
    "turned": lambda folder: _plain(folder, OBLIQUE).reorient("PIR"),
}


@pytest.fixture(scope="module", params=list(SOURCES))
def volume(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return SOURCES[request.param](tmp_path_factory.mktemp("source"))


@cache
def _labels(shape: tuple[int, int, int]) -> NDArray[np.uint8]:
    labels = np.random.default_rng(11).integers(0, 3, shape, np.uint8)
    # The first slice and a middle one without anything: frames that are left out.
    labels[0] = labels[3] = 0
    return labels


def _masks(shape: tuple[int, int, int], kind: str) -> NDArray[Any]:
    masks = np.array([_labels(shape) == 1, _labels(shape) == 2])
    if kind == "BINARY":
        masks[1, 1, :3, :3] = masks[0, 1, :3, :3] = True  # segments that overlap
    return masks * (0.2 if kind == "FRACTIONAL" else 1) if kind != "BINARY" else masks


def _written(volume: Volume, kind: str, path: Path, **options: Any) -> NDArray[Any]:
    masks = _masks(volume.grid_shape, kind)
    dicom.Segmentation.from_masks(masks, volume, organs(2), kind=kind, **options).save(path)
    return masks


def _placed(array: NDArray[Any], affine: NDArray[np.float64], grid: Volume) -> NDArray[Any]:
    """Voxels that another program gives with an affine, on a grid; AssertionError where they don't meet its voxels."""
    to_grid = np.linalg.inv(grid.affine) @ affine
    # Micrometres: what a Decimal String loses, and what programs lose when they invert matrices.
    np.testing.assert_allclose(to_grid, np.rint(to_grid), rtol=0, atol=1e-3)
    indices = np.argwhere(np.ones(array.shape, bool))
    target = np.rint(indices @ to_grid[:3, :3].T + to_grid[:3, 3]).astype(int)
    inside = ((target >= 0) & (target < grid.grid_shape)).all(axis=1)
    assert not array[tuple(indices[~inside].T)].any(), "voxels lie outside"
    found = np.zeros(grid.grid_shape, array.dtype)
    found[tuple(target[inside].T)] = array[tuple(indices[inside].T)]
    return found


# --- highdicom -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_highdicom_reads_the_same_voxels_at_the_same_places(tmp_path: Path, volume: Volume, kind: str) -> None:
    import highdicom

    masks = _written(volume, kind, tmp_path / "seg.dcm")
    read = highdicom.seg.segread(tmp_path / "seg.dcm")
    assert read.segmentation_type.value == kind
    assert list(read.segment_numbers) == [1, 2]
    found = read.get_volume()
    for number in (1, 2):
        mask = _placed(found.array[..., number - 1], found.affine, volume)
        np.testing.assert_allclose(mask, masks[number - 1], rtol=0, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_highdicom_finds_frames_by_their_images(tmp_path: Path, kind: str) -> None:
    import highdicom

    volume = _plain(tmp_path / "ct", OBLIQUE)
    masks = _written(volume, kind, tmp_path / "seg.dcm")
    read = highdicom.seg.segread(tmp_path / "seg.dcm")
    uids = [volume.sources.sop_instance_uid(k) for k in range(SHAPE[0])]
    assert [uid for _, _, uid in read.get_source_image_uids()] == uids
    found = read.get_pixels_by_source_instance(uids, assert_missing_frames_are_empty=True)
    np.testing.assert_allclose(np.moveaxis(found, -1, 0), masks, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("kind", "transfer_syntax"),
    [
        *(("BINARY", name) for name in ("implicit-little", "deflated")),
        *((kind, name) for kind in KINDS[1:] for name in ("rle", "jpeg-ls", "jpeg2000-lossless")),
    ],
)
def test_highdicom_reads_other_transfer_syntaxes(tmp_path: Path, kind: str, transfer_syntax: str) -> None:
    import highdicom

    volume = _plain(tmp_path / "ct", OBLIQUE)
    masks = _written(volume, kind, tmp_path / "seg.dcm", transfer_syntax=transfer_syntax)
    found = highdicom.seg.segread(tmp_path / "seg.dcm").get_volume()
    for number in (1, 2):
        mask = _placed(found.array[..., number - 1], found.affine, volume)
        np.testing.assert_allclose(mask, masks[number - 1], rtol=0, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("omit_empty_frames", [True, False])
def test_what_highdicom_writes_is_read_here(tmp_path: Path, kind: str, omit_empty_frames: bool) -> None:
    import highdicom
    import pydicom

    volume = _plain(tmp_path / "ct", OBLIQUE)
    images = [pydicom.dcmread(volume.sources.file(k)) for k in range(SHAPE[0])]
    for image in images:
        image.ReferringPhysicianName = image.PositionReferenceIndicator = ""
    masks = _masks(SHAPE, kind)
    given = _labels(SHAPE) if kind == "LABELMAP" else np.moveaxis(masks, 0, -1)
    described = [
        highdicom.seg.SegmentDescription(
            n, f"Organ {n}", pydicom.sr.codedict.codes.SCT.Organ, pydicom.sr.codedict.codes.SCT.Liver, "MANUAL"
        )
        for n in (1, 2)
    ]
    highdicom.seg.Segmentation(
        images,
        given.astype(np.uint8) if kind != "FRACTIONAL" else given,
        kind,
        described,
        highdicom.UID(),
        1,
        highdicom.UID(),
        1,
        "made",
        "made",
        "1",
        "1",
        omit_empty_frames=omit_empty_frames,
    ).save_as(tmp_path / "theirs.dcm")
    read = dicom.read_segmentation(tmp_path / "theirs.dcm")
    assert read.labels == ["Organ 1", "Organ 2"]
    for number in (1, 2):
        np.testing.assert_allclose(read.mask(number, on=volume).array, masks[number - 1], rtol=0, atol=0.5 / 255)
    again = dicom.Segmentation.from_masks(read, volume, kind=kind)
    for number in (1, 2):
        assert np.array_equal(again.mask(number, on=volume).array, read.mask(number, on=volume).array)


# --- dcmqi -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["BINARY", "LABELMAP"])
def test_dcmqi_reads_the_same_voxels_at_the_same_places(tmp_path: Path, volume: Volume, kind: str) -> None:
    masks = _written(volume, kind, tmp_path / "seg.dcm")
    read = read_segments(tmp_path / "seg.dcm", tmp_path / "read")
    assert sorted(read.masks) == [1, 2]
    for number, (mask, affine) in read.masks.items():
        assert np.array_equal(_placed(mask, affine, volume), masks[number - 1])
    described = [segment for segments in read.described["segmentAttributes"] for segment in segments]
    told = dicom.read_segmentation(tmp_path / "seg.dcm")
    for segment in described:
        own = told[int(segment["labelID"])]
        assert segment["SegmentLabel"] == own.label
        assert segment["SegmentedPropertyTypeCodeSequence"]["CodeValue"] == own.property_type.value
        assert np.abs(np.subtract(segment["recommendedDisplayRGBValue"], own.color)).max() <= 1


def test_dcmqi_reads_many_organs(tmp_path: Path) -> None:
    shape = (30, 40, 104)
    volume, labels = _plain(tmp_path / "ct", OBLIQUE, shape), label_map(98, shape)
    dicom.Segmentation.from_masks(labels, volume, organs(98)).save(tmp_path / "seg.dcm")
    read = read_segments(tmp_path / "seg.dcm", tmp_path / "read")
    assert sorted(read.masks) == list(range(1, 99))
    for number, (mask, affine) in read.masks.items():
        assert np.array_equal(_placed(mask, affine, volume), labels == number)


# --- dciodvfy --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_dciodvfy_finds_nothing(tmp_path: Path, volume: Volume, kind: str) -> None:
    _written(volume, kind, tmp_path / "seg.dcm")
    assert dciodvfy(tmp_path / "seg.dcm") == []
    assert dciodvfy_warnings(tmp_path / "seg.dcm") == []


@pytest.mark.parametrize("kind", KINDS)
def test_dciodvfy_finds_nothing_where_all_is_said_or_nothing_is_known(tmp_path: Path, kind: str) -> None:
    from dicom.sr import codes

    volume = _plain(tmp_path / "ct", OBLIQUE)
    segments = organs(1)
    segments[0].property_type = codes.SCT.Kidney
    segments[0].property_type_modifiers = (codes.SCT.Left,)
    segments[0].anatomic_region = codes.SCT.Kidney
    segments[0].tracking_id, segments[0].tracking_uid = "one", "1.2.3.4"
    segments[0].description = "drawn"
    whole = np.ones(SHAPE, np.uint8)
    options = {"content_creator": "Made^By Code", "content_description": "made", "series_description": "made"}
    dicom.Segmentation.from_masks(whole, volume, segments, kind=kind, **options).save(tmp_path / "all.dcm")
    grid = dicom.Volume(whole, OBLIQUE)
    template = volume.sources.dataset(0)
    nothing = dicom.Segmentation.from_masks(whole * 0, grid, organs(1), kind=kind, template=template)
    nothing.save(tmp_path / "nothing.dcm")
    for name in ("all.dcm", "nothing.dcm"):
        assert dciodvfy(tmp_path / name) == []
        assert dciodvfy_warnings(tmp_path / name) == []
