"""Each known defect gives exactly that defect, and what only looks like one gives none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from dicom.errors import GeometryError
from dicom.volume.order import arrange, examine
from dicom.volume.policy import lay_out
from tests.volume.made_defects import DEFECTS, with_defect
from tests.volume.made_dimensions import time_series
from tests.volume.planes_made import Times, planes_of_files

if TYPE_CHECKING:
    from pathlib import Path

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
    with pytest.raises(GeometryError, match=r"To go on: (gaps|tilt|duplicates)= '") as caught:
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
