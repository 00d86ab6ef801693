"""Series of a folder: each file has a place or a reason, and what makes one volume stands together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dicom
from dicom.volume.series.found import FoundSeries
from dicom.volume.series.reasons import ARCHIVE, CUT, NO_PLACE, NO_POSITION, NOTHING
from tests.volume.made import SOP_CLASS, grid_affine, make_series, plane_data_sets, stored_values, write_series
from tests.volume.made_defects import DEFECTS, with_defect
from tests.volume.made_dimensions import magnitude_and_phase

AFFINE = grid_affine()


def planes(count: int = 3, **options: Any) -> list[dicom.Dataset]:
    return plane_data_sets(stored_values((count, 4, 5)), AFFINE, **options)


def reasons(found: FoundSeries) -> dict[str, str]:
    return {Path(entry.path).name: entry.reason for entry in found.files if entry.reason is not None}


def names(series: Any) -> set[str]:
    return {Path(path).name for path in series.files}


# --- series ----------------------------------------------------------------------------------------------------------


def test_a_folder_of_one_series_gives_it_with_what_its_header_says(tmp_path: Path) -> None:
    write_series(tmp_path, planes(SeriesDescription="thorax"))
    found = dicom.find_series(tmp_path)
    assert len(found) == 1
    series = found[0]
    assert (series.modality, series.number, series.description) == ("CT", 3, "thorax")
    assert (series.rows, series.columns, series.number_of_frames, series.number_of_files) == (4, 5, 3, 3)
    assert series.uid == dicom.read(tmp_path / "IM0000.dcm").SeriesInstanceUID
    assert series.study_uid == dicom.read(tmp_path / "IM0000.dcm").StudyInstanceUID
    assert (series.part, series.parts, series.reason, series.dimension) == (1, 1, "", None)
    assert series.has_positions
    assert not series.is_localizer
    assert found.left_out == []


def test_every_file_has_its_series_by_index(tmp_path: Path) -> None:
    make_series(tmp_path / "b", (3, 4, 5))
    make_series(tmp_path / "a", (4, 4, 5), modality="MR")
    found = dicom.find_series(tmp_path)
    assert [(Path(entry.path).parent.name, entry.series, entry.reason) for entry in found.files] == [
        *([("a", 0, None)] * 4),
        *([("b", 1, None)] * 3),
    ]


def test_planes_are_rows_of_the_headers(tmp_path: Path) -> None:
    _, affine = make_series(tmp_path, (3, 4, 5))
    rows = dicom.find_series(tmp_path)[0].planes
    assert np.allclose(rows.position, [(affine @ (k, 0, 0, 1))[:3] for k in range(3)])
    assert rows.file.tolist() == [0, 1, 2]
    assert rows.frame.tolist() == [0, 0, 0]
    assert rows.slope.tolist() == [1.0] * 3
    assert rows.intercept.tolist() == [-1024.0] * 3


def test_a_frame_without_rescale_has_the_one_that_changes_nothing(tmp_path: Path) -> None:
    make_series(tmp_path, (3, 4, 5), modality="MR")
    rows = dicom.find_series(tmp_path)[0].planes
    assert (rows.slope.tolist(), rows.intercept.tolist()) == ([1.0] * 3, [0.0] * 3)


def test_a_modality_lut_leaves_the_rescale_to_be_found_elsewhere(tmp_path: Path) -> None:
    made = planes()
    table = dicom.Dataset()
    table.LUTDescriptor, table.ModalityLUTType, table.LUTData = [2, 0, 16], "US", [0, 1]
    made[1].ModalityLUTSequence = [table]
    write_series(tmp_path, made)
    assert np.isnan(dicom.find_series(tmp_path)[0].planes.slope).tolist() == [False, True, False]


@pytest.mark.parametrize("name", [name for name in DEFECTS if name != "no-positions"])
def test_a_defect_sets_apart_just_what_cannot_be_one_volume(tmp_path: Path, name: str) -> None:
    flawed = with_defect(name, tmp_path)
    found = dicom.find_series(tmp_path)
    expected = flawed.parts or [[Path(entry.path) for entry in found.files]]
    assert sorted(sorted(map(Path, series.files)) for series in found) == sorted(map(sorted, expected))
    assert found.left_out == []
    assert all(bool(series.reason) == (len(expected) > 1) for series in found)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("two-orientations", {"orientation: axial", "orientation: sagittal"}),
        ("mixed-sizes", {"rows and columns: 20 x 24", "rows and columns: 16 x 12"}),
        ("mixed-spacings", {"pixel spacing: 0.75 x 0.5 mm", "pixel spacing: 1.5 x 1 mm"}),
    ],
)
def test_parts_of_a_series_say_what_sets_them_apart(tmp_path: Path, name: str, words: set[str]) -> None:
    with_defect(name, tmp_path)
    found = dicom.find_series(tmp_path)
    assert {series.reason for series in found} == words
    assert [(series.part, series.parts) for series in found] == [(1, 2), (2, 2)]


def test_magnitude_and_phase_are_two_volumes(tmp_path: Path) -> None:
    magnitude, phase = magnitude_and_phase(tmp_path)
    found = dicom.find_series(tmp_path)
    assert [set(map(Path, series.files)) for series in found] == [set(magnitude.paths), set(phase.paths)]
    assert [series.reason for series in found] == [
        "image type: magnitude, original, primary",
        "image type: phase, original, primary",
    ]


def test_a_localizer_stands_apart(tmp_path: Path) -> None:
    made = planes()
    scout = planes(1, like=made[0], ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"], InstanceNumber=0)
    write_series(tmp_path, made + scout)
    found = dicom.find_series(tmp_path)
    assert [(series.number_of_files, series.is_localizer) for series in found] == [(3, False), (1, True)]


def test_series_stand_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    first = planes(SeriesNumber=12)
    second = planes(SeriesNumber=2)
    for ds in second:
        ds.StudyInstanceUID = first[0].StudyInstanceUID
    write_series(tmp_path, first + second)
    assert [series.number for series in dicom.find_series(tmp_path)] == [2, 12]


# --- duplicates and what is lost -------------------------------------------------------------------------------------


def test_two_frames_that_nothing_tells_apart_are_named(tmp_path: Path) -> None:
    flawed = with_defect("duplicated", tmp_path)
    found = dicom.find_series(tmp_path)
    series = found[0]
    assert [[series.files[row] for row in group] for group in series.duplicates] == [[str(f) for f in flawed.files]]
    assert reasons(found) == {"IM0012.dcm": f"duplicate: nothing tells it apart from {flawed.files[0]}"}


def test_one_instance_that_is_there_twice_is_named(tmp_path: Path) -> None:
    flawed = with_defect("copied", tmp_path)
    found = dicom.find_series(tmp_path)
    assert len(found[0].duplicates) == 1
    text = f"duplicate: the same SOP Instance as {flawed.files[0]}"
    assert reasons(found) == {"copy of a slice.dcm": text}


def test_a_copy_within_a_time_series_has_the_time_of_its_twin(tmp_path: Path) -> None:
    with_defect("time-points", tmp_path)
    (tmp_path / "copy.dcm").write_bytes((tmp_path / "IM0007.dcm").read_bytes())
    series = dicom.find_series(tmp_path)[0]
    assert series.dimension is not None
    assert len(series.dimension) == 4
    (group,) = series.duplicates
    assert len({int(series.dimension.index[row]) for row in group}) == 1
    assert {Path(series.files[row]).name for row in group} == {"IM0007.dcm", "copy.dcm"}


def test_a_series_names_the_files_that_it_lost(tmp_path: Path) -> None:
    paths = write_series(tmp_path, planes())
    data = paths[1].read_bytes()
    paths[1].write_bytes(data[: data.index(b"\x28\x00\x10\x00")])
    found = dicom.find_series(tmp_path)
    assert found[0].lost_files == [str(paths[1])]
    assert "1 more file without a usable image" in str(found)


# --- reasons ---------------------------------------------------------------------------------------------------------


def test_a_file_that_is_not_dicom_says_so(tmp_path: Path) -> None:
    make_series(tmp_path, (3, 4, 5))
    (tmp_path / ".hidden.txt").write_text("a note")
    found = dicom.find_series(tmp_path)
    assert reasons(found) == {".hidden.txt": "not DICOM"}
    assert [entry.series for entry in found.files if entry.reason] == [None]


def test_bytes_that_look_like_an_element_are_doubted(tmp_path: Path) -> None:
    (tmp_path / "odd").write_bytes(b"\x08\x00\x05\x00\x04\x00\x00\x00MADE")
    assert reasons(dicom.find_series(tmp_path)) == {"odd": NOTHING}


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "nothing.dcm").touch()
    assert reasons(dicom.find_series(tmp_path)) == {"nothing.dcm": "not DICOM: it is empty"}


def test_a_header_that_breaks_off_says_so(tmp_path: Path) -> None:
    paths = write_series(tmp_path, planes(1))
    paths[0].write_bytes(paths[0].read_bytes()[:400])
    (reason,) = reasons(dicom.find_series(tmp_path)).values()
    assert reason.startswith("breaks off")


def test_a_file_cut_within_its_pixels_keeps_its_place_and_says_so(tmp_path: Path) -> None:
    paths = write_series(tmp_path, planes())
    paths[1].write_bytes(paths[1].read_bytes()[:-7])
    found = dicom.find_series(tmp_path)
    assert (found.files[1].series, found.files[1].reason) == (0, CUT)


def test_a_file_with_several_problems_says_them_all(tmp_path: Path) -> None:
    paths = write_series(tmp_path, planes())
    copy = tmp_path / "second.dcm"
    copy.write_bytes(paths[1].read_bytes()[:-7])
    reason = reasons(dicom.find_series(tmp_path))["second.dcm"]
    assert reason == f"{CUT}; duplicate: the same SOP Instance as {paths[1]}"


@pytest.mark.parametrize(
    ("uid", "name"),
    [
        ("1.2.840.10008.5.1.4.1.1.88.33", "Comprehensive SR Storage"),
        ("1.2.840.10008.5.1.4.1.1.481.3", "RT Structure Set Storage"),
        ("1.2.840.10008.5.1.4.1.1.11.1", "Grayscale Softcopy Presentation State Storage"),
        (SOP_CLASS["CT"], "CT Image Storage"),
    ],
)
def test_an_object_without_pixels_says_what_it_is(tmp_path: Path, uid: str, name: str) -> None:
    (ds,) = planes(1)
    ds.SOPClassUID = uid
    del ds.PixelData
    write_series(tmp_path, [ds])
    assert reasons(dicom.find_series(tmp_path)) == {"IM0000.dcm": f"no pixels: {name}"}


def test_images_without_positions_make_no_volume_but_are_listed(tmp_path: Path) -> None:
    with_defect("no-positions", tmp_path)
    found = dicom.find_series(tmp_path)
    assert len(found) == 0
    assert [series.number_of_files for series in found.unplaced] == [12]
    assert not found.unplaced[0].has_positions
    assert set(reasons(found).values()) == {NO_POSITION}


def test_images_without_position_and_orientation_say_both(tmp_path: Path) -> None:
    made = planes()
    for ds in made:
        del ds.ImagePositionPatient, ds.ImageOrientationPatient
    write_series(tmp_path, made)
    assert set(reasons(dicom.find_series(tmp_path)).values()) == {NO_PLACE}


def test_one_image_without_a_position_stays_with_its_series_so_that_reading_meets_it(tmp_path: Path) -> None:
    with_defect("missing-position", tmp_path)
    found = dicom.find_series(tmp_path)
    assert [series.number_of_files for series in found] == [12]


def test_an_archive_within_a_folder_is_not_opened_but_named(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("a", "b")
    assert reasons(dicom.find_series(tmp_path)) == {"more.zip": ARCHIVE}


def test_frames_that_cannot_be_told_are_a_reason(tmp_path: Path) -> None:
    (ds,) = planes(1)
    ds.NumberOfFrames = 3
    del ds.Rows
    write_series(tmp_path, [ds])
    (reason,) = reasons(dicom.find_series(tmp_path)).values()
    assert reason.startswith("its frames can't be told: Rows (0028,0010)")


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        dicom.find_series(tmp_path / "nowhere")


def test_an_empty_folder_has_no_series(tmp_path: Path) -> None:
    found = dicom.find_series(tmp_path)
    assert (len(found), found.files, found.unplaced) == (0, [], ())
    assert str(found) == "no series"


# --- picking ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def two(tmp_path: Path) -> FoundSeries:
    first, second = planes(SeriesNumber=1, SeriesDescription="Arterial"), planes(SeriesNumber=2)
    for ds in second:
        ds.StudyInstanceUID, ds.SeriesDescription = first[0].StudyInstanceUID, "Venous"
    write_series(tmp_path, first + second)
    return dicom.find_series(tmp_path)


def test_a_series_is_picked_by_index_uid_description_or_itself(two: FoundSeries) -> None:
    assert two.select(1) == [two[1]]
    assert two.select(-1) == [two[1]]
    assert two.select(str(two[0].uid)) == [two[0]]
    assert two.select("venous ") == [two[1]]
    assert two.select(two[0]) == [two[0]]
    assert two.select("portal") == []


def test_an_index_that_is_not_there_is_an_error(two: FoundSeries) -> None:
    with pytest.raises(IndexError, match="2 series were found"):
        two.select(2)


def test_found_series_are_a_sequence(two: FoundSeries) -> None:
    assert list(two) == [two[0], two[1]]
    assert two[0:1] == (two[0],)
    assert two[1] in two


# --- how it prints ---------------------------------------------------------------------------------------------------


def test_the_table_has_a_line_a_series_and_counts_what_was_left_out(two: FoundSeries, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("x")
    lines = str(dicom.find_series(tmp_path)).splitlines()
    assert lines[0].split() == ["series", "modality", "description", "frames", "size"]
    assert lines[1].split() == ["0", "1", "CT", "Arterial", "3", "4", "x", "5"]
    assert lines[2].split() == ["1", "2", "CT", "Venous", "3", "4", "x", "5"]
    assert lines[3:] == ["", "files without a series:", "  1  not DICOM"]


def test_the_table_fits_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    write_series(tmp_path, planes(SeriesDescription="a very long description of what was done, and of why"))
    lines = str(dicom.find_series(tmp_path)).splitlines()
    assert max(map(len, lines)) <= 60
    assert "a very" in lines[1]
    assert lines[1].count("…") == 1


def test_nothing_of_the_patient_is_printed(tmp_path: Path) -> None:
    write_series(tmp_path, planes())
    (tmp_path / "x").write_bytes(b"Made^By Code")
    found = dicom.find_series(tmp_path)
    for text in (str(found), repr(found), found._repr_html_(), str(found[0]), repr(found[0]), found[0]._repr_html_()):
        assert "Code" not in text
        assert "MADE" not in text
    assert "Code" not in json.dumps(found.to_dict())


def test_a_description_cannot_break_the_table_or_the_page(tmp_path: Path) -> None:
    write_series(tmp_path, planes(SeriesDescription="<b>T1\x1b[31m"))
    found = dicom.find_series(tmp_path)
    assert "\x1b" not in str(found)
    assert "<b>" not in found._repr_html_()
    assert "&lt;b&gt;T1" in found._repr_html_()


def test_series_and_files_are_plain_values_for_programs(tmp_path: Path) -> None:
    with_defect("time-points", tmp_path)
    (tmp_path / "note.txt").write_text("x")
    told = json.loads(json.dumps(dicom.find_series(tmp_path).to_dict()))
    (row,) = told["series"]
    assert (row["modality"], row["frames"], row["dimension"], row["points"]) == ("MR", 24, "time", 4)
    assert told["files"][-1] == {"path": str(tmp_path / "note.txt"), "series": None, "reason": "not DICOM"}
    assert told["unplaced"] == []


def test_progress_is_told_of(tmp_path: Path) -> None:
    make_series(tmp_path, (3, 4, 5))
    told: list[tuple[int, int]] = []
    dicom.find_series(tmp_path, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (3, 3)


def test_one_worker_finds_what_several_find(tmp_path: Path) -> None:
    magnitude_and_phase(tmp_path)
    assert dicom.find_series(tmp_path, workers=1).to_dict() == dicom.find_series(tmp_path, workers=4).to_dict()
