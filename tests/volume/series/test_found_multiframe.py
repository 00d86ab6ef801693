"""Objects of several frames in a folder: one path with classic ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dicom
from tests.volume.made import grid_affine, make_series, plane_data_sets, stored_values, write_series
from tests.volume.made_dimensions import DIMENSIONS
from tests.volume.made_multiframe import (
    concatenation,
    enhanced,
    mosaic,
    nm_reconstruction,
    rt_dose,
    secondary_capture,
    ultrasound_volume,
)

AFFINE = grid_affine()
SHAPE = (3, 20, 24)
#: What the enhanced objects of `made_multiframe` say in another way than the classic series.
SAME = {"echo": "ms", "diffusion": "s/mm²", "cardiac": "ms", "respiratory": "%", "time": None}


def found_of(folder: Path, *data_sets: dicom.Dataset) -> Any:
    write_series(folder, data_sets)
    return dicom.find_series(folder)


def test_an_enhanced_object_is_one_series_of_its_frames(tmp_path: Path) -> None:
    found = found_of(tmp_path, enhanced(plane_data_sets(stored_values(SHAPE), AFFINE)))
    assert [(s.number_of_files, s.number_of_frames, s.dimension) for s in found] == [(1, 3, None)]
    assert found[0].planes.frame.tolist() == [0, 1, 2]


def test_files_of_a_concatenation_are_one_series(tmp_path: Path) -> None:
    whole = enhanced(plane_data_sets(stored_values(SHAPE), AFFINE))
    found = found_of(tmp_path, *concatenation(whole, [2, 1]))
    assert [(s.number_of_files, s.number_of_frames) for s in found] == [(2, 3)]
    assert found[0].planes.file.tolist() == [0, 0, 1]


@pytest.mark.parametrize("name", SAME)
def test_an_enhanced_object_has_the_axis_of_its_classic_series(tmp_path: Path, name: str) -> None:
    made = DIMENSIONS[name](tmp_path / "classic", shape=SHAPE)
    (classic,) = dicom.find_series(tmp_path / "classic")
    (series,) = found_of(tmp_path / "enhanced", enhanced([dicom.read(path) for path in made.paths]))
    assert series.dimension.name == classic.dimension.name
    assert series.dimension.index.tolist() == [t for t in range(len(made.dimension_values)) for _ in range(3)]
    if SAME[name]:
        assert series.dimension.unit == SAME[name]
        assert np.array_equal(series.dimension.values, classic.dimension.values, equal_nan=True)


def test_frames_of_two_orientations_are_two_parts_of_one_file(tmp_path: Path) -> None:
    axial = plane_data_sets(stored_values(SHAPE), AFFINE)
    turned = plane_data_sets(stored_values(SHAPE), grid_affine(angles=(30.0, 0.0, 0.0)), like=axial[0])
    found = found_of(tmp_path, enhanced(axial + turned))
    assert [series.planes.frame.tolist() for series in found] == [[0, 1, 2], [3, 4, 5]]
    assert [series.reason for series in found] == ["orientation: axial", "orientation: axial, 30° oblique"]
    assert found.files == [(str(tmp_path / "IM0000.dcm"), 0, "its frames belong to several series")]


def test_mosaics_are_series_of_their_tiles(tmp_path: Path) -> None:
    first = mosaic(stored_values(SHAPE), AFFINE, b_value=0.0)
    second = mosaic(stored_values(SHAPE) + 1, AFFINE, b_value=1000.0, gradient=(1.0, 0.0, 0.0))
    second.SeriesInstanceUID, second.StudyInstanceUID = first.SeriesInstanceUID, first.StudyInstanceUID
    second.FrameOfReferenceUID = first.FrameOfReferenceUID
    (series,) = found_of(tmp_path, first, second)
    assert (series.number_of_files, series.number_of_frames, series.duplicates) == (2, 6, ())
    assert series.dimension.name == "diffusion"
    assert series.dimension.values[:, 0].tolist() == [0.0, 1000.0]
    assert series.planes.tile is not None


def test_a_nuclear_reconstruction_is_a_series(tmp_path: Path) -> None:
    (series,) = found_of(tmp_path, nm_reconstruction(stored_values(SHAPE), AFFINE))
    assert (series.modality, series.number_of_frames, series.dimension) == ("NM", 3, None)


def test_a_gated_nuclear_reconstruction_has_the_heart_as_its_axis(tmp_path: Path) -> None:
    gates = np.stack([stored_values(SHAPE), stored_values(SHAPE) + 1])
    (series,) = found_of(tmp_path, nm_reconstruction(gates, AFFINE, gates=2))
    assert (series.dimension.name, len(series.dimension), series.duplicates) == ("cardiac", 2, ())


def test_a_dose_grid_is_a_series(tmp_path: Path) -> None:
    (series,) = found_of(tmp_path, rt_dose(stored_values(SHAPE), AFFINE))
    assert (series.modality, series.number_of_frames) == ("RTDOSE", 3)


def test_an_ultrasound_volume_is_a_series(tmp_path: Path) -> None:
    (series,) = found_of(tmp_path, ultrasound_volume(stored_values(SHAPE, "<u2").astype("u1"), AFFINE))
    assert series.number_of_frames == 3


def test_frames_without_positions_say_why_in_the_words_of_their_object(tmp_path: Path) -> None:
    found = found_of(tmp_path, secondary_capture(stored_values(SHAPE)))
    assert len(found) == 0
    assert [series.number_of_frames for series in found.unplaced] == [3]
    assert found.files[0].reason is not None
    assert "position" in found.files[0].reason


def test_classic_and_multi_frame_files_lie_side_by_side(tmp_path: Path) -> None:
    make_series(tmp_path / "classic", SHAPE)
    write_series(tmp_path / "enhanced", [enhanced(plane_data_sets(stored_values(SHAPE), AFFINE))])
    found = dicom.find_series(tmp_path)
    assert [(series.number_of_files, series.number_of_frames) for series in found] == [(3, 3), (1, 3)]
    assert [entry.series for entry in found.files] == [0, 0, 0, 1]
