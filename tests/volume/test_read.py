"""`read_series`: which series, what the volume knows, and what is refused."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
from dicom.errors import GeometryError, SeveralSeriesError
from dicom.volume import Volume, find_series, read_series
from tests.volume.made import grid_affine, made_series, plane_data_sets, stored_values, write_series
from tests.volume.made_defects import with_defect
from tests.volume.made_dimensions import diffusion, time_series
from tests.volume.made_multiframe import enhanced

if TYPE_CHECKING:
    from pathlib import Path


def test_a_folder_becomes_a_volume(tmp_path: Path) -> None:
    made = made_series(tmp_path, affine=grid_affine(angles=(15, 5, -10)))
    volume = read_series(tmp_path)
    assert isinstance(volume, Volume)
    assert np.array_equal(volume.array, made.values)
    assert volume.array.dtype == np.float32
    assert np.abs(volume.affine - made.affine).max() < 1e-6
    assert (volume.unit, volume.unit_source, volume.modality) == ("HU", "RescaleType", "CT")
    assert volume.frame_of_reference_uid == dicom.read(made.paths[0]).FrameOfReferenceUID
    assert volume.report is not None
    assert volume.report.is_clean
    assert volume.dimension is None


def test_each_way_of_naming_a_series_gives_it(tmp_path: Path) -> None:
    folder = tmp_path / "series"
    made = made_series(folder, SeriesDescription="Thin Slices")
    archive = tmp_path / "series.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in made.paths:
            file.write(path, path.name)
    found = find_series(folder)
    ways = [
        read_series(str(folder)),
        read_series(made.paths),
        read_series(archive),
        read_series(found),
        read_series(found[0]),
        found[0].read(),
        read_series(folder, 0),
        read_series(folder, -1),
        read_series(folder, "Thin Slices"),
        read_series(folder, found[0].uid),
        read_series(folder, found[0]),
    ]
    for volume in ways:
        assert np.array_equal(volume.array, made.values)
        assert np.array_equal(volume.affine, ways[0].affine)


def test_several_series_are_listed_and_none_is_read(tmp_path: Path) -> None:
    made_series(tmp_path / "a", SeriesDescription="Made^By Code")
    thin = made_series(tmp_path / "b", (5, 8, 9), SeriesDescription="thin")
    with pytest.raises(SeveralSeriesError, match=r"2 volumes were found") as caught:
        read_series(tmp_path)
    assert len(caught.value.found) == 2
    assert "12 file(s), 12 frame(s) of 20 rows x 24 columns" in str(caught.value)
    assert "Made" not in str(caught.value)
    assert np.array_equal(read_series(tmp_path, "thin").array, thin.values)
    assert np.array_equal(caught.value.found.select("thin")[0].read().array, thin.values)


def test_a_series_that_is_not_there_is_refused(tmp_path: Path) -> None:
    made_series(tmp_path)
    for series in (1, -2, "no such series", "1.2.3"):
        with pytest.raises(GeometryError):
            read_series(tmp_path, series)
    with pytest.raises(GeometryError, match="given already"):
        read_series(find_series(tmp_path)[0], 0)
    with pytest.raises(FileNotFoundError):
        read_series(tmp_path / "nowhere")


def test_a_folder_without_a_volume_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("no DICOM")
    with pytest.raises(GeometryError, match=r"no volume was found: 1 of 1 files"):
        read_series(tmp_path)


def test_one_slice_is_a_volume(tmp_path: Path) -> None:
    made = made_series(tmp_path, (1, 20, 24))
    volume = read_series(tmp_path)
    assert volume.array.shape == (1, 20, 24)
    assert np.abs(volume.affine - made.affine).max() < 1e-6


def test_time_points_are_a_fourth_axis(tmp_path: Path) -> None:
    made = time_series(tmp_path)
    volume = read_series(tmp_path)
    assert volume.dimension == "time"
    assert np.array_equal(volume.array, made.values)
    assert volume.dimension_values is not None
    assert len(volume.dimension_values) == len(made.values)
    part = read_series(tmp_path, region=(slice(1, 3), None, slice(0, 4)))
    assert np.array_equal(part.array, made.values[:, 1:3, :, :4])
    assert part.sources.sop_instance_uid(0, t=2) == volume.sources.sop_instance_uid(1, t=2)


def test_values_of_the_dimension_come_along(tmp_path: Path) -> None:
    made = diffusion(tmp_path)
    volume = read_series(tmp_path)
    assert volume.dimension == "diffusion"
    assert volume.dimension_unit == "s/mm²"
    assert np.array_equal(volume.array, made.values)


def test_a_gap_is_refused_filled_resampled_or_split(tmp_path: Path) -> None:
    flawed = with_defect("dropped", tmp_path)
    with pytest.raises(GeometryError) as caught:
        read_series(tmp_path)
    assert caught.value.report.of_kind("gap")
    filled = read_series(tmp_path, gaps="fill")
    kept = [k for k in range(len(filled.array)) if k not in flawed.missing]
    assert np.array_equal(filled.array[kept], flawed.values)
    assert np.isnan(filled.array[flawed.missing]).all()
    assert filled.sources.file(flawed.missing[0]) is None
    assert (read_series(tmp_path, gaps="fill", fill=-1000).array[flawed.missing] == -1000).all()
    resampled = read_series(tmp_path, gaps="resample")
    assert np.array_equal(resampled.array[kept], flawed.values)
    before, after = (filled.array[flawed.missing[0] + step] for step in (-1, 1))
    assert np.allclose(resampled.array[flawed.missing[0]], (before + after) / 2)
    parts = read_series(tmp_path, gaps="split")
    assert isinstance(parts, list)
    assert np.array_equal(np.concatenate([part.array for part in parts]), flawed.values)
    assert not any(np.isnan(part.array).any() for part in parts)


def test_a_policy_that_splits_gives_a_list_of_one_where_there_is_nothing_to_split(tmp_path: Path) -> None:
    made = made_series(tmp_path)
    (volume,) = read_series(tmp_path, gaps="split")
    assert np.array_equal(volume.array, made.values)


def test_a_region_of_a_resampled_volume_is_its_part(tmp_path: Path) -> None:
    with_defect("tilted", tmp_path)
    region = (slice(2, 9, 2), slice(5, 15), slice(3, None))
    whole, part = (read_series(tmp_path, tilt="shear", region=one) for one in (None, region))
    assert np.array_equal(part.array, whole.array[region], equal_nan=True)
    assert np.allclose(part.affine @ [1, 2, 3, 1], whole.affine @ [4, 7, 6, 1])
    out = np.empty(part.array.shape, np.float32)
    assert read_series(tmp_path, tilt="shear", region=region, out=out).array is out
    assert np.array_equal(out, part.array, equal_nan=True)


def test_a_sheared_volume_of_whole_numbers_is_float_where_nothing_was_measured(tmp_path: Path) -> None:
    flawed = with_defect("tilted", tmp_path)
    kept = read_series(tmp_path, tilt="keep")
    assert np.array_equal(kept.array, flawed.values)
    sheared = read_series(tmp_path, tilt="shear")
    assert sheared.array.dtype == np.float32
    assert np.isnan(sheared.array).any()


def test_options_reach_the_array(tmp_path: Path) -> None:
    made = made_series(tmp_path)
    assert read_series(tmp_path, dtype="int16").array.dtype == np.int16
    out = np.empty(made.values.shape, np.float64)
    assert read_series(tmp_path, out=out, workers=2).array is out
    assert np.array_equal(out, made.values)
    flawed = with_defect("dropped", tmp_path / "gap")
    with pytest.raises(GeometryError, match="out takes one volume"):
        read_series(tmp_path / "gap", gaps="split", out=np.empty(flawed.values.shape, np.float32))


def test_colours_make_a_volume_of_colours(tmp_path: Path) -> None:
    array = np.random.default_rng(3).integers(0, 256, (4, 6, 8, 3), np.uint8)
    data_sets = plane_data_sets(array[..., 0], grid_affine(), modality="OT")
    for ds, frame in zip(data_sets, array, strict=True):
        ds.SamplesPerPixel, ds.PlanarConfiguration, ds.PhotometricInterpretation = 3, 0, "RGB"
        ds.PixelData = frame.tobytes()
    write_series(tmp_path, data_sets)
    volume = read_series(tmp_path)
    assert volume.is_color
    assert np.array_equal(volume.array, array)


def test_slices_know_where_they_come_from(tmp_path: Path) -> None:
    array = stored_values((4, 6, 8))
    data_sets = plane_data_sets(array, grid_affine(), ContentDescription="made by code")
    # The files' names go the other way.
    paths = write_series(tmp_path, data_sets[::-1])[::-1]
    volume = read_series(tmp_path)
    sources = volume.sources
    assert [sources.file(k) for k in range(4)] == [str(path) for path in paths]
    assert [sources.frame(k) for k in range(4)] == [0] * 4
    assert [sources.sop_instance_uid(k) for k in range(4)] == [ds.SOPInstanceUID for ds in data_sets]
    header = sources.dataset(2)
    assert header.InstanceNumber == 3
    assert "PixelData" not in header
    assert np.array_equal(sources.column("InstanceNumber"), [1, 2, 3, 4])
    assert np.array_equal(sources.column("ImagePositionPatient")[:, 2], volume.affine[2, 3] + 2.0 * np.arange(4))
    assert sources.column("ContentDescription") == ["made by code"] * 4
    assert sources.column("PatientWeight") == [None] * 4
    assert sources.shape == (1, 4)
    turned = sources.take([3, 1])
    assert [turned.file(k) for k in range(2)] == [str(paths[3]), str(paths[1])]
    with pytest.raises(IndexError):
        sources.file(4)
    paths[2].unlink()
    with pytest.raises(dicom.errors.FileChangedError, match=paths[2].name):
        sources.dataset(2)


@pytest.mark.parametrize("per_frame", [True, False])
def test_frames_of_one_file_know_where_they_come_from(per_frame: bool, tmp_path: Path) -> None:
    classic = plane_data_sets(stored_values((4, 6, 8)), grid_affine())
    (path,) = write_series(tmp_path, [enhanced(classic, order=[2, 0, 3, 1], per_frame=per_frame)])
    sources = read_series(path).sources
    assert [sources.frame(k) for k in range(4)] == [1, 3, 0, 2]
    assert {sources.file(k) for k in range(4)} == {str(path)}
    positions = [ds.ImagePositionPatient for ds in classic]
    assert np.array_equal(sources.column("ImagePositionPatient"), np.array(positions, float))
    assert np.array_equal(sources.column("PlanePositionSequence.ImagePositionPatient"), np.array(positions, float))
    assert np.array_equal(sources.column("PixelSpacing"), [classic[0].PixelSpacing] * 4)
    assert np.array_equal(sources.column("NumberOfFrames"), [4.0] * 4)
    assert sources.column("Modality") == ["CT"] * 4
    assert sources.column("PatientWeight") == [None] * 4
