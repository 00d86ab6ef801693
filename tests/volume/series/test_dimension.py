"""The 4th axis: what tells frames apart that share a position, its name, its order and its values."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dicom
from dicom.volume.series.dimension import Dimension
from tests.volume.made import grid_affine, plane_data_sets, stored_values, write_series
from tests.volume.made_defects import with_defect
from tests.volume.made_dimensions import DIMENSIONS, clock, make_dimension, time_series

if TYPE_CHECKING:
    from collections.abc import Callable

SHAPE = (3, 4, 5)
UNITS = {
    "time": "ms",
    "acquired": "ms",
    "pet-frame": "ms",
    "echo": "ms",
    "diffusion": "s/mm²",
    "cardiac": "ms",
    "respiratory": "%",
}


def make(
    folder: Path, count: int, mark: Callable[[dicom.Dataset, int, int], None], **options: Any
) -> tuple[Any, list[Path]]:
    """A series of `count` values at each of three positions, and the series that were found."""
    options = {"shape": SHAPE, **options}
    made = make_dimension(folder, "made", [0.0] * count, mark, **options)
    return dicom.find_series(folder), made.paths


def dimension_of(found: Any) -> Dimension:
    assert len(found) == 1, str(found)
    assert found[0].dimension is not None
    return found[0].dimension


def index_of(found: Any, paths: list[Path]) -> list[int]:
    """t of each of these files."""
    rows = {path: row for row, path in enumerate(found[0].files)}
    return [int(found[0].dimension.index[rows[str(path)]]) for path in paths]


# --- each axis -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DIMENSIONS)
def test_each_axis_is_told_with_its_unit_order_and_values(tmp_path: Path, name: str) -> None:
    made = DIMENSIONS[name](tmp_path, shape=SHAPE)
    found = dicom.find_series(tmp_path)
    dimension = dimension_of(found)
    assert (dimension.name, dimension.unit) == (made.dimension, UNITS[name])
    values = dimension.values[:, 0] if name == "diffusion" else dimension.values
    assert values.tolist() == made.dimension_values
    assert index_of(found, made.paths) == [t for t in range(len(made.dimension_values)) for _ in range(3)]
    assert found[0].duplicates == ()


@pytest.mark.parametrize("name", DIMENSIONS)
def test_an_axis_does_not_depend_on_the_order_of_files(tmp_path: Path, name: str) -> None:
    made = DIMENSIONS[name](tmp_path, shape=SHAPE)
    shuffled = [made.paths[i] for i in np.random.default_rng(5).permutation(len(made.paths))]
    found = dicom.find_series(shuffled)
    assert dimension_of(found).name == made.dimension
    assert index_of(found, made.paths) == [t for t in range(len(made.dimension_values)) for _ in range(3)]


def test_gradients_stand_beside_their_b_value(tmp_path: Path) -> None:
    DIMENSIONS["diffusion"](tmp_path, shape=SHAPE)
    values = dimension_of(dicom.find_series(tmp_path)).values
    assert values.shape == (6, 4)
    assert np.isnan(values[0, 1:]).all()
    assert values[5].tolist() == [2000.0, 0.0, -0.6, 0.8]


def test_repeated_weightings_are_points_in_the_order_of_acquisition(tmp_path: Path) -> None:
    weights = [0.0, 800.0, 0.0, 800.0]

    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.DiffusionBValue, ds.AcquisitionNumber = weights[t], t + 1

    found, paths = make(tmp_path, 4, mark, modality="MR")
    dimension = dimension_of(found)
    assert dimension.name == "diffusion"
    assert dimension.values[:, 0].tolist() == weights
    assert index_of(found, paths) == [t for t in range(4) for _ in range(3)]


def test_weightings_go_as_they_were_acquired_not_by_b_value(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.DiffusionBValue = [1000.0, 0.0, 500.0][t]

    found, _ = make(tmp_path, 3, mark, modality="MR")
    assert dimension_of(found).values[:, 0].tolist() == [1000.0, 0.0, 500.0]


def test_echo_numbers_do_where_echo_times_are_not_said(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.EchoNumbers = t + 1

    dimension = dimension_of(make(tmp_path, 2, mark, modality="MR")[0])
    assert (dimension.name, dimension.unit, dimension.values.tolist()) == ("echo", None, [1.0, 2.0])


def test_inversion_times_are_an_axis(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.InversionTime = 100.0 + 300.0 * t

    dimension = dimension_of(make(tmp_path, 3, mark, modality="MR")[0])
    assert (dimension.name, dimension.unit) == ("inversion-time", "ms")
    assert dimension.values.tolist() == [100.0, 400.0, 700.0]


def test_flip_angles_are_an_axis(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.FlipAngle = 5.0 + 10.0 * t

    dimension = dimension_of(make(tmp_path, 2, mark, modality="MR")[0])
    assert (dimension.name, dimension.unit, dimension.values.tolist()) == ("flip-angle", "°", [5.0, 15.0])


def test_tube_voltages_are_an_axis(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.KVP = [80.0, 140.0][t]

    dimension = dimension_of(make(tmp_path, 2, mark)[0])
    assert (dimension.name, dimension.unit, dimension.values.tolist()) == ("energy", "kV", [80.0, 140.0])


def test_the_frame_of_a_pet_is_told_by_image_index_where_no_time_is_said(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.SeriesType, ds.NumberOfSlices, ds.NumberOfTimeSlices = ["DYNAMIC", "IMAGE"], 3, 2
        ds.ImageIndex = t * 3 + k + 1

    dimension = dimension_of(make(tmp_path, 2, mark, modality="PT")[0])
    assert (dimension.name, dimension.unit, dimension.values.tolist()) == ("pet-frame", None, [1.0, 2.0])


def test_phases_of_the_heart_go_by_their_rank_where_each_slice_has_its_own_pace(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.TriggerTime, ds.CardiacNumberOfImages = t * (40.0 + 3 * k), 5

    found, paths = make(tmp_path, 5, mark, modality="MR", order="kt")
    dimension = dimension_of(found)
    assert (dimension.name, dimension.unit) == ("cardiac", "ms")
    assert dimension.values.tolist() == [0.0, 43.0, 86.0, 129.0, 172.0]
    assert index_of(found, paths) == [t for t in range(5) for _ in range(3)]


def test_a_trigger_time_without_a_heart_is_a_time(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.TriggerTime = 2500.0 * t + 10

    dimension = dimension_of(make(tmp_path, 3, mark, modality="MR")[0])
    assert (dimension.name, dimension.unit, dimension.values.tolist()) == ("time", "ms", [0.0, 2500.0, 5000.0])


# --- time ------------------------------------------------------------------------------------------------------------


def test_times_of_single_slices_make_an_axis_when_volumes_follow_each_other(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.AcquisitionTime = clock(6.0 * t + [0, 4, 2][k])

    found, paths = make(tmp_path, 4, mark, modality="MR")
    dimension = dimension_of(found)
    assert (dimension.name, dimension.values.tolist()) == ("time", [0.0, 6000.0, 12000.0, 18000.0])
    assert index_of(found, paths) == [t for t in range(4) for _ in range(3)]


def test_times_make_an_axis_when_each_slice_runs_through_the_same_steps(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.AcquisitionTime = clock(20.0 * k + 0.5 * t)

    found, _ = make(tmp_path, 4, mark, modality="MR", order="kt")
    assert dimension_of(found).values.tolist() == [0.0, 500.0, 1000.0, 1500.0]


def test_times_that_follow_no_order_are_no_axis(tmp_path: Path) -> None:
    jitter = np.random.default_rng(3).uniform(0, 9, (3, 3))

    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.AcquisitionTime = clock(float(jitter[t, k]))

    found, _ = make(tmp_path, 3, mark, modality="MR")
    assert [series.dimension for series in found] == [None]
    assert len(found[0].duplicates) == 3


def test_midnight_is_no_step_back(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.AcquisitionDate, ds.AcquisitionTime = [("20260102", "235959.5"), ("20260103", "000000.5")][t]

    dimension = dimension_of(make(tmp_path, 2, mark)[0])
    assert dimension.values.tolist() == [0.0, 1000.0]


def test_date_and_time_in_one_element_will_do(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.AcquisitionDateTime = ["20260102101500.25+0100", "20260102091502.25+0000"][t]

    dimension = dimension_of(make(tmp_path, 2, mark)[0])
    assert (dimension.values.tolist(), dimension.source) == ([0.0, 2000.0], "AcquisitionDateTime")


def test_the_time_of_making_the_content_counts_where_no_acquisition_is_said(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.ContentTime = clock(3.0 * t)

    dimension = dimension_of(make(tmp_path, 2, mark)[0])
    assert (dimension.name, dimension.values.tolist(), dimension.source) == ("time", [0.0, 3000.0], "ContentTime")


def test_the_time_of_making_the_content_is_no_axis_of_one_acquisition(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.AcquisitionTime, ds.ContentTime = clock(0), clock(3.0 * t)

    found, _ = make(tmp_path, 2, mark)
    assert [series.dimension for series in found] == [None]
    assert len(found[0].duplicates) == 3


def test_temporal_positions_without_times_are_numbers_without_unit(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.TemporalPositionIdentifier = t + 1

    dimension = dimension_of(make(tmp_path, 3, mark, modality="MR")[0])
    assert (dimension.name, dimension.unit, dimension.values.tolist()) == ("time", None, [1.0, 2.0, 3.0])


def test_a_temporal_resolution_makes_times_of_temporal_positions(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.TemporalPositionIdentifier, ds.TemporalResolution = t + 1, 1200.0

    dimension = dimension_of(make(tmp_path, 3, mark, modality="MR")[0])
    assert (dimension.unit, dimension.values.tolist()) == ("ms", [0.0, 1200.0, 2400.0])


def test_acquisition_numbers_without_times_are_named_so(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.AcquisitionNumber = t + 5

    dimension = dimension_of(make(tmp_path, 2, mark)[0])
    assert (dimension.name, dimension.unit, dimension.values.tolist()) == ("acquisition", None, [5.0, 6.0])


# --- what is no axis -------------------------------------------------------------------------------------------------


def test_times_that_differ_where_no_position_is_shared_are_no_axis(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.AcquisitionTime, ds.AcquisitionNumber = clock(k), k + 1

    found, _ = make(tmp_path, 1, mark)
    assert [(series.dimension, series.duplicates) for series in found] == [(None, ())]


def test_instance_numbers_alone_tell_nothing(tmp_path: Path) -> None:
    found, _ = make(tmp_path, 2, lambda ds, t, k: None)
    assert [series.dimension for series in found] == [None]
    assert len(found[0].duplicates) == 3


def test_a_missing_frame_leaves_the_axis_and_is_left_to_the_report(tmp_path: Path) -> None:
    with_defect("time-point-incomplete", tmp_path)
    dimension = dimension_of(dicom.find_series(tmp_path))
    assert (dimension.name, len(dimension)) == ("time", 4)
    assert np.bincount(dimension.index).tolist() == [6, 6, 5, 6]


def test_a_second_frame_at_one_point_leaves_the_axis_and_is_a_duplicate(tmp_path: Path) -> None:
    made = time_series(tmp_path, shape=SHAPE)
    twin = dicom.read(made.paths[4])
    twin.SOPInstanceUID = "1.2.3.4"
    twin.save_as(tmp_path / "twin.dcm")
    found = dicom.find_series(tmp_path)
    assert (dimension_of(found).name, len(dimension_of(found))) == ("time", 4)
    (group,) = found[0].duplicates
    assert {Path(found[0].files[row]).name for row in group} == {made.paths[4].name, "twin.dcm"}


def test_a_plane_without_a_position_does_not_spoil_the_axis(tmp_path: Path) -> None:
    made = time_series(tmp_path, shape=SHAPE)
    lost = dicom.read(made.paths[4])
    del lost.ImagePositionPatient
    lost.save_as(made.paths[4])
    found = dicom.find_series(tmp_path)
    assert (len(found), found[0].number_of_frames, len(dimension_of(found))) == (1, 12, 4)
    assert found[0].duplicates == ()


# --- two things at once ----------------------------------------------------------------------------------------------


def test_echoes_of_a_time_series_are_parts_and_time_is_the_axis(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.EchoTime, ds.EchoNumbers = [12.0, 30.0][t % 2], t % 2 + 1
        ds.TemporalPositionIdentifier, ds.AcquisitionTime = t // 2 + 1, clock(2.0 * (t // 2))

    found, _ = make(tmp_path, 6, mark, modality="MR")
    assert [series.reason for series in found] == ["echo time: 12 ms", "echo time: 30 ms"]
    assert [(s.dimension.name, s.dimension.values.tolist()) for s in found] == [("time", [0.0, 2000.0, 4000.0])] * 2
    assert [(series.part, series.parts) for series in found] == [(1, 2), (2, 2)]


def test_echoes_are_parts_even_where_a_number_counts_them_along_with_the_times(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.EchoTime, ds.AcquisitionNumber, ds.AcquisitionTime = [12.0, 30.0][t % 2], t + 1, clock(1.0 * t)

    found, _ = make(tmp_path, 6, mark, modality="MR")
    assert [series.reason for series in found] == ["echo time: 12 ms", "echo time: 30 ms"]
    assert [series.dimension.values.tolist() for series in found] == [[0.0, 2000.0, 4000.0]] * 2


def test_halves_of_a_time_series_that_were_numbered_are_one_time_series(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.TemporalPositionIdentifier, ds.AcquisitionNumber = t + 1, t // 2 + 1

    assert len(dimension_of(make(tmp_path, 4, mark, modality="MR")[0])) == 4


def test_kernels_at_the_same_positions_are_parts(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.ConvolutionKernel, ds.ContentTime = ["B30f", "B70f"][t], clock(100.0 * t)

    found, _ = make(tmp_path, 2, mark)
    assert [series.reason for series in found] == ["reconstruction kernel: B30f", "reconstruction kernel: B70f"]
    assert [series.dimension for series in found] == [None, None]


def test_kernels_of_a_time_series_are_parts_and_time_is_the_axis(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.ConvolutionKernel = ["B30f", "B70f"][t % 2]
        ds.AcquisitionNumber, ds.AcquisitionTime = t // 2 + 1, clock(2.0 * (t // 2))

    found, _ = make(tmp_path, 4, mark)
    assert [(s.reason.split(": ")[0], s.dimension.name, len(s.dimension)) for s in found] == [
        ("reconstruction kernel", "time", 2)
    ] * 2


def test_a_kernel_that_tells_nothing_apart_sets_nothing_apart(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.ConvolutionKernel = ["B30f", "B30f", "B31f"][k]

    found, _ = make(tmp_path, 1, mark)
    assert len(found) == 1


def test_further_values_of_image_type_set_apart_only_what_shares_positions(tmp_path: Path) -> None:
    def mark(ds: dicom.Dataset, t: int, k: int) -> None:
        ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL", ["STD", "SNRG"][t]]

    found, _ = make(tmp_path, 2, mark)
    assert [series.reason for series in found] == [
        "image type: ORIGINAL PRIMARY AXIAL STD",
        "image type: ORIGINAL PRIMARY AXIAL SNRG",
    ]


def test_two_ranges_that_overlap_are_parted_by_their_acquisition(tmp_path: Path) -> None:
    affine = grid_affine()
    below = plane_data_sets(stored_values((8, 4, 5)), affine, AcquisitionNumber=1)
    above_affine = affine.copy()
    above_affine[:3, 3] += 6 * affine[:3, 0]
    above = plane_data_sets(stored_values((8, 4, 5)), above_affine, like=below[0], AcquisitionNumber=2)
    write_series(tmp_path, below + above)
    found = dicom.find_series(tmp_path)
    assert [(s.number_of_frames, s.reason, s.dimension) for s in found] == [
        (8, "acquisition number: 1", None),
        (8, "acquisition number: 2", None),
    ]


def test_one_position_at_many_times_is_an_axis(tmp_path: Path) -> None:
    made = time_series(tmp_path, times=7, shape=(1, 4, 5))
    found = dicom.find_series(tmp_path)
    assert len(dimension_of(found)) == 7
    assert index_of(found, made.paths) == list(range(7))


def test_a_dimension_shows_what_it_is(tmp_path: Path) -> None:
    time_series(tmp_path, shape=SHAPE)
    dimension = dimension_of(dicom.find_series(tmp_path))
    text = "Dimension('time', 4 values, in ms, from TemporalPositionIdentifier, AcquisitionTime)"
    assert repr(dimension) == text
