"""Classic and enhanced versions of one scan give the same volume: array, affine, unit, dimension and its values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dicom
from dicom.volume import read_series
from tests.volume.made import (
    PLANES,
    Made,
    grid_affine,
    made_series,
    plane_affine,
    stored_values,
    write_series,
)
from tests.volume.made_dimensions import DIMENSIONS
from tests.volume.made_multiframe import (
    concatenation,
    enhanced,
    mosaic,
    nm_detectors,
    nm_reconstruction,
    rt_dose,
    secondary_capture,
    ultrasound_volume,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SPACING = (3.0, 0.75, 0.5)
STORED = stored_values((7, 12, 10), "<u2")
GRIDS = {
    **{plane: plane_affine(plane, SPACING) for plane in PLANES},
    "oblique": grid_affine(SPACING, angles=(20, -10, 5)),
}


def read_one(path: Path) -> Any:
    return read_series(path)


def assert_same(one: Any, other: Any) -> None:
    assert one.array.dtype == other.array.dtype
    np.testing.assert_array_equal(one.array, other.array)
    np.testing.assert_array_equal(one.affine, other.affine)
    assert (one.unit, one.dimension, one.modality) == (other.unit, other.dimension, other.modality)
    assert one.dimension_unit == other.dimension_unit
    assert one.frame_of_reference_uid == other.frame_of_reference_uid
    if one.dimension is not None:
        np.testing.assert_allclose(one.dimension_values, other.dimension_values, rtol=1e-12)
    assert other.report.is_clean


def classic_of(made: Made) -> list[dicom.Dataset]:
    return [dicom.read(path) for path in made.paths]


@pytest.mark.parametrize("grid", list(GRIDS))
@pytest.mark.parametrize("modality", ["CT", "MR", "PT"])
def test_volumes_are_the_same(modality: str, grid: str, tmp_path: Path) -> None:
    made = made_series(tmp_path / "classic", (7, 12, 10), GRIDS[grid], modality=modality)
    write_series(tmp_path / "enhanced", [enhanced(classic_of(made), order=[3, 0, 6, 2, 5, 1, 4])])
    volume = read_series(tmp_path / "enhanced")
    assert_same(read_series(tmp_path / "classic"), volume)
    np.testing.assert_allclose(volume.affine, made.affine, atol=1e-6)


def test_each_slices_own_slope_counts(tmp_path: Path) -> None:
    slopes = [0.5 + 0.125 * k for k in range(7)]
    made = made_series(tmp_path / "classic", (7, 12, 10), modality="PT", slope=slopes)
    write_series(tmp_path / "enhanced", [enhanced(classic_of(made))])
    volume = read_series(tmp_path / "enhanced")
    assert_same(read_series(tmp_path / "classic"), volume)
    np.testing.assert_array_equal(volume.array, made.values)
    assert volume.unit == "Bq/ml"


@pytest.mark.parametrize("name", list(DIMENSIONS))
def test_the_4th_axis_is_the_same(name: str, tmp_path: Path) -> None:
    made = DIMENSIONS[name](tmp_path / "classic")
    write_series(tmp_path / "enhanced", [enhanced(classic_of(made))])
    assert_same(read_series(tmp_path / "classic"), read_series(tmp_path / "enhanced"))


@pytest.mark.parametrize("transfer_syntax", ["1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.5"])
def test_compressed_frames_are_the_same(transfer_syntax: str, tmp_path: Path) -> None:
    made = made_series(tmp_path / "classic", (7, 12, 10))
    write_series(tmp_path / "enhanced", [enhanced(classic_of(made))], transfer_syntax=transfer_syntax)
    assert_same(read_series(tmp_path / "classic"), read_series(tmp_path / "enhanced"))


def test_files_of_a_concatenation_are_one_volume(tmp_path: Path) -> None:
    made = made_series(tmp_path / "classic", (7, 12, 10), modality="PT", slope=[1 + 0.25 * k for k in range(7)])
    write_series(tmp_path / "enhanced", concatenation(enhanced(classic_of(made)), [3, 3, 1]))
    assert_same(read_series(tmp_path / "classic"), read_series(tmp_path / "enhanced"))


def test_one_enhanced_file_of_each_time_point_is_one_volume(tmp_path: Path) -> None:
    made = DIMENSIONS["time"](tmp_path / "classic")
    classic = classic_of(made)
    per_time = [enhanced(classic[t * 6 : t * 6 + 6]) for t in range(4)]
    write_series(tmp_path / "enhanced", per_time)
    assert_same(read_series(tmp_path / "classic"), read_series(tmp_path / "enhanced"))


def test_where_each_slice_comes_from_is_known(tmp_path: Path) -> None:
    made = made_series(tmp_path / "classic", (7, 12, 10))
    (path,) = write_series(tmp_path / "enhanced", [enhanced(classic_of(made), order=[3, 0, 6, 2, 5, 1, 4])])
    sources = read_series(path).sources
    assert [sources.frame(k) for k in range(7)] == [1, 5, 3, 0, 6, 4, 2]
    assert {str(sources.file(k)) for k in range(7)} == {str(path)}


@pytest.mark.parametrize("grid", list(GRIDS))
@pytest.mark.parametrize("kind", ["mosaic", "nm", "nm-reversed", "dose", "secondary-capture", "ultrasound"])
def test_other_multi_frames_are_volumes_by_the_same_path(kind: str, grid: str, tmp_path: Path) -> None:
    affine, values = GRIDS[grid], STORED.astype(np.float64)
    made = {
        "mosaic": lambda: mosaic(STORED, affine),
        "nm": lambda: nm_reconstruction(STORED, affine),
        "nm-reversed": lambda: nm_reconstruction(STORED, affine, reverse=True),
        "dose": lambda: rt_dose(STORED, affine),
        "secondary-capture": lambda: secondary_capture(STORED, affine),
        "ultrasound": lambda: ultrasound_volume(STORED.astype("u2"), affine),
    }[kind]()
    (path,) = write_series(tmp_path, [made])
    volume = read_one(path)
    np.testing.assert_allclose(volume.affine, affine, atol=1e-6)
    expected = values * 0.0125 if kind == "dose" else values
    np.testing.assert_allclose(volume.array, expected, rtol=1e-6)
    assert volume.unit == ("Gy" if kind == "dose" else None)
    assert volume.report.is_clean


def test_slices_to_the_other_side_are_turned_round(tmp_path: Path) -> None:
    affine = GRIDS["oblique"].copy()
    affine[:3, 0] *= -1
    (path,) = write_series(tmp_path, [mosaic(STORED, affine)])
    volume = read_series(path)
    # k grows along row x column: the last tile comes first.
    np.testing.assert_array_equal(volume.array, STORED[::-1])
    np.testing.assert_allclose(volume.affine[:3, 3], (affine @ (6, 0, 0, 1))[:3], atol=1e-6)
    np.testing.assert_allclose(volume.affine[:3, 0], -affine[:3, 0], atol=1e-6)


def of_one_series(data_sets: list[dicom.Dataset]) -> list[dicom.Dataset]:
    for number, ds in enumerate(data_sets):
        for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID"):
            setattr(ds, keyword, data_sets[0][keyword].value)
        ds.InstanceNumber = ds.AcquisitionNumber = number + 1
    return data_sets


def test_mosaics_of_several_times_are_one_volume(tmp_path: Path) -> None:
    times = [mosaic(STORED + t, GRIDS["axial"], AcquisitionTime=f"10150{2 * t}.0") for t in range(3)]
    write_series(tmp_path, of_one_series(times))
    volume = read_series(tmp_path)
    assert volume.dimension == "time"
    np.testing.assert_array_equal(volume.array, np.stack([STORED, STORED + 1, STORED + 2]))


def test_mosaics_of_several_weightings_are_one_volume(tmp_path: Path) -> None:
    weightings: list[tuple[float, tuple[float, float, float] | None]] = [
        (0, None),
        (1000, (1, 0, 0)),
        (1000, (0, 1, 0)),
    ]
    made = [mosaic(STORED + t, GRIDS["axial"], b_value=b, gradient=g) for t, (b, g) in enumerate(weightings)]
    write_series(tmp_path, of_one_series(made))
    volume = read_series(tmp_path)
    assert volume.dimension == "diffusion"
    assert np.asarray(volume.dimension_values)[:, 0].tolist() == [0.0, 1000.0, 1000.0]
    np.testing.assert_array_equal(volume.array, np.stack([STORED, STORED + 1, STORED + 2]))


def test_time_slots_of_a_gated_reconstruction_are_the_4th_axis(tmp_path: Path) -> None:
    stored: NDArray[Any] = np.stack([STORED, STORED + 1, STORED + 2])
    (path,) = write_series(tmp_path, [nm_reconstruction(stored, GRIDS["axial"], gates=3)])
    volume = read_series(path)
    assert volume.dimension == "cardiac"
    np.testing.assert_array_equal(volume.array, stored)


def test_frames_without_positions_are_no_volume(tmp_path: Path) -> None:
    (path,) = write_series(tmp_path, [secondary_capture(STORED)])
    with pytest.raises(dicom.errors.GeometryError, match="position"):
        read_series(path)


def test_planes_of_several_detectors_are_no_one_volume(tmp_path: Path) -> None:
    affines = [plane_affine("coronal"), plane_affine("sagittal")]
    (path,) = write_series(tmp_path, [nm_detectors(STORED[:2], affines)])
    assert len(dicom.volume.find_series(path)) == 2


@pytest.mark.parametrize("per_frame", [False, True])
def test_functional_groups_count_in_any_sop_class(per_frame: bool, tmp_path: Path) -> None:
    made = made_series(tmp_path / "classic", (7, 12, 10))
    files = [enhanced([ds], per_frame=per_frame) for ds in classic_of(made)]
    for ds in files:
        ds.SOPClassUID = "1.2.826.0.1.3680043.10.511.99"
    write_series(tmp_path / "enhanced", files)
    assert_same(read_series(tmp_path / "classic"), read_series(tmp_path / "enhanced"))


def test_an_ultrasound_volume_lies_in_its_own_frame_of_reference(tmp_path: Path) -> None:
    ds = ultrasound_volume(STORED, GRIDS["axial"])
    (path,) = write_series(tmp_path, [ds])
    assert read_series(path).frame_of_reference_uid == ds.VolumeFrameOfReferenceUID != ds.FrameOfReferenceUID
