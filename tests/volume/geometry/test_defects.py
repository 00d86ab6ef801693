"""Each known defect gives exactly that defect, and what only looks like one gives none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from dicom.errors import GeometryError, SeveralSeriesError
from dicom.volume.geometry.order import arrange, examine
from dicom.volume.geometry.policy import lay_out
from dicom.volume.read import read_series
from dicom.volume.series.found import find_series
from dicom.volume.volume import Volume
from tests.volume.made import grid_affine, plane_data_sets, stored_values, write_series
from tests.volume.made_defects import DEFECTS, with_defect
from tests.volume.made_dimensions import time_series
from tests.volume.planes_made import Times, planes_of_files

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

WITH_TIMES = {"time-points", "time-point-incomplete"}
ELEMENT_WORDS = {
    "PixelSpacing": "Pixel Spacing (0028,0030)",
    "ImagePositionPatient": "Image Position (Patient) (0020,0032)",
    "ImageOrientationPatient": "Image Orientation (Patient) (0020,0037)",
}
BLOCKING = {"mixed-orientation", "mixed-size", "mixed-spacing", "missing-position"}
NOTES = {"swapped": ["swapped-order"], "reversed": ["reversed-order"]}


def in_files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


@pytest.mark.parametrize("name", sorted(set(DEFECTS) - WITH_TIMES))
def test_defect_is_found_and_nothing_else(name: str, tmp_path: Path) -> None:
    flawed = with_defect(name, tmp_path)
    report = examine(planes_of_files(in_files(tmp_path)))
    kinds = [defect.kind for defect in report.defects]
    if flawed.element is not None:
        assert len(kinds) == 1
        assert ELEMENT_WORDS[flawed.element] in report.defects[0].message
        assert report.defects[0].files == tuple(str(path) for path in flawed.files)
        return
    assert kinds == ([] if flawed.kind is None else [flawed.kind])
    assert [note.kind for note in report.notes] == NOTES.get(name, [])
    if flawed.kind is None:
        return
    (defect,) = report.defects
    assert sorted(defect.files) == sorted(map(str, flawed.files or defect.files))
    if flawed.amount:
        assert defect.amount == pytest.approx(flawed.amount, abs=1e-3)


@pytest.mark.parametrize("name", sorted(set(DEFECTS) - WITH_TIMES))
def test_affine_of_what_can_be_laid_out_is_the_true_one(name: str, tmp_path: Path) -> None:
    flawed = with_defect(name, tmp_path)
    planes = planes_of_files(in_files(tmp_path))
    if flawed.element is not None or flawed.kind in BLOCKING:
        with pytest.raises(GeometryError, match=r"\.dcm"):
            arrange(planes)
        return
    stack = arrange(planes)
    if flawed.kind in ("uneven-spacing", "drift"):
        assert stack.affine is None
        return
    (layout,) = lay_out(stack, gaps="fill", tilt="keep", duplicates="first")
    # Positions are written with ten digits; with two decimals in "rounded".
    assert np.abs(layout.affine - flawed.affine).max() < (1e-6 if name != "rounded" else 0.01)
    there = [k for k in range(layout.slots.shape[1]) if k not in flawed.missing]
    assert [str(planes.headers.sources[row]) for row in layout.slots[0, there]] == list(map(str, flawed.paths))
    assert (layout.slots[0, flawed.missing] == -1).all()


@pytest.mark.parametrize("name", ["dropped", "jitter", "tilted", "duplicated", "sideways", "two-spacings"])
def test_defect_is_refused_by_default_with_the_report_and_a_way_on(name: str, tmp_path: Path) -> None:
    flawed = with_defect(name, tmp_path)
    stack = arrange(planes_of_files(in_files(tmp_path)))
    with pytest.raises(GeometryError, match=r"To go on: (gaps|tilt|duplicates)='") as caught:
        lay_out(stack)
    assert caught.value.report is stack.report
    assert [defect.kind for defect in caught.value.report.defects] == [flawed.kind]


def test_time_points_are_no_duplicates_once_they_are_told_apart(tmp_path: Path) -> None:
    made = time_series(tmp_path)
    planes = planes_of_files(made.paths)
    times = np.repeat(np.arange(4), 6)
    assert [defect.kind for defect in examine(planes).defects] == ["duplicate"] * 6
    report = examine(planes, Times(times))
    assert report.is_clean
    assert (report.number_of_slices, report.number_of_volumes, report.number_of_planes) == (6, 4, 24)


def test_time_that_lacks_a_slice_is_named_with_the_slice(tmp_path: Path) -> None:
    made = time_series(tmp_path)
    kept = [index for index in range(24) if index != 2 * 6 + 4]
    planes = planes_of_files([made.paths[index] for index in kept])
    stack = arrange(planes, Times(np.repeat(np.arange(4), 6)[kept]))
    (defect,) = stack.report.defects
    assert (defect.kind, defect.slices, defect.count) == ("incomplete-dimension", (4,), 1)
    assert defect.message.startswith("t = 2 lacks slice 4")
    (layout,) = lay_out(stack, gaps="fill")
    assert [tuple(place) for place in np.argwhere(layout.slots < 0)] == [(2, 4)]
    assert np.abs(layout.affine - made.affine).max() < 1e-6


# --- from the folder --------------------------------------------------------------------------------------------------

READABLE = [name for name in sorted(DEFECTS) if not name.startswith(("mixed", "two", "missing", "no-"))]


@pytest.mark.parametrize("name", READABLE)
def test_series_from_a_folder_is_refused_or_read_for_what_it_is(name: str, tmp_path: Path) -> None:
    flawed = with_defect(name, tmp_path)
    if flawed.element is not None:
        with pytest.raises(GeometryError, match="IM0006") as caught:
            read_series(tmp_path)
        assert ELEMENT_WORDS[flawed.element] in str(caught.value)
        return
    if flawed.kind is None:
        volume = read_series(tmp_path)
        assert volume.report is not None
        assert volume.report.is_clean
    else:
        with pytest.raises(GeometryError) as caught:
            read_series(tmp_path)
        assert [defect.kind for defect in caught.value.report.defects] == [flawed.kind]
        if flawed.kind in ("uneven-spacing", "drift"):
            return
        volume = read_series(tmp_path, gaps="fill", tilt="keep", duplicates="first")
        assert volume.report is not None
        assert [defect.kind for defect in volume.report.defects] == [flawed.kind]
        assert len(volume.report.actions) == 1
    assert np.abs(volume.affine - flawed.affine).max() < (1e-6 if name != "rounded" else 0.01)
    if flawed.kind == "incomplete-dimension":
        assert np.isnan(volume.array[2, 4]).all()
        volume.array[2, 4] = flawed.values[2, 4]
        assert np.array_equal(volume.array, flawed.values)
        return
    slots = [k for k in range(volume.array.shape[-3]) if k not in flawed.missing]
    assert np.array_equal(volume.array[..., slots, :, :], flawed.values)
    assert np.isnan(volume.array[..., flawed.missing, :, :]).all()


@pytest.mark.parametrize("name", ["two-orientations", "mixed-sizes", "mixed-spacings"])
def test_what_is_mixed_in_a_folder_is_taken_apart_with_a_reason(name: str, tmp_path: Path) -> None:
    flawed = with_defect(name, tmp_path)
    found = find_series(tmp_path)
    assert sorted(one.number_of_files for one in found) == sorted(len(part) for part in flawed.parts)
    assert all(one.reason for one in found)
    for one in found:
        volume = one.read()
        assert isinstance(volume, Volume)
        assert volume.report is not None
        assert volume.report.is_clean


@pytest.mark.parametrize("name", ["two-orientations", "mixed-sizes", "mixed-spacings"])
def test_error_about_parts_of_one_series_has_the_defect_that_sets_them_apart(name: str, tmp_path: Path) -> None:
    flawed = with_defect(name, tmp_path)
    found = find_series(tmp_path)
    with pytest.raises(SeveralSeriesError, match="the first is ") as caught:
        read_series(tmp_path)
    assert caught.value.found is not None
    for report in (caught.value.report, found.report_of(1), found.report_of(str(found[0].uid))):
        (defect,) = report.defects
        assert defect.kind == flawed.kind
        assert sorted(defect.files) == sorted(map(str, flawed.files))
    # A part by itself is regular, and says that it is one.
    for one in found:
        assert one.siblings == tuple(found)
        assert one.report.is_clean
        assert [note.kind for note in one.read().report.notes] == ["set-apart"]


def test_parts_that_differ_in_more_than_geometry_have_no_such_report(tmp_path: Path) -> None:
    data_sets = plane_data_sets(stored_values((4, 2, 2)), grid_affine())
    data_sets[3].ImageType = ["DERIVED", "PRIMARY", "AXIAL"]
    write_series(tmp_path, data_sets)
    with pytest.raises(SeveralSeriesError, match="by image type") as caught:
        read_series(tmp_path)
    assert caught.value.report is None
    assert find_series(tmp_path).report_of(0).is_clean


def test_series_of_several_uids_have_no_report_together(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        with_defect("two-orientations" if name == "one" else "oblique", tmp_path / name)
    with pytest.raises(SeveralSeriesError) as caught:
        read_series(tmp_path)
    assert caught.value.report is None


@pytest.mark.parametrize("by", [None, "uid"])
def test_error_about_images_without_positions_has_the_report(by: str | None, tmp_path: Path) -> None:
    flawed = with_defect("no-positions", tmp_path)
    found = find_series(tmp_path)
    with pytest.raises(GeometryError, match="position") as caught:
        read_series(tmp_path, found.unplaced[0].uid if by else None)
    (defect,) = caught.value.report.defects
    assert (defect.kind, defect.count) == ("missing-position", 12)
    assert sorted(defect.files) == sorted(map(str, flawed.files))


@pytest.mark.parametrize(("series", "error"), [("", GeometryError), (True, TypeError), (0.0, TypeError)])
def test_what_names_no_series_picks_none(series: Any, error: type[Exception], tmp_path: Path) -> None:
    with_defect("oblique", tmp_path)
    with pytest.raises(error):
        read_series(tmp_path, series)


def test_steps_without_measure_are_refused_in_few_words(tmp_path: Path) -> None:
    with_defect("oblique", tmp_path)
    with pytest.raises(GeometryError) as caught:
        read_series(tmp_path, slice_spacing_mm=1e-300, gaps="resample")
    assert len(str(caught.value)) < 200
    assert caught.value.report is not None
