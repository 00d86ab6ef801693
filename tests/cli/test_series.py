"""``dicom series``: the table, the JSON and the place of each file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.volume.made import make_series

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_series(tmp_path / "ct", (3, 4, 5), SeriesDescription="thorax")
    (tmp_path / "note\n.txt").write_text("x")
    return tmp_path


def test_series_of_a_folder_are_a_table(command: Command, folder: Path) -> None:
    status, out, err = command("series", str(folder))
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[1].split() == ["0", "3", "CT", "thorax", "3", "4", "x", "5"]
    assert lines[-1] == "  1  not DICOM"


def test_files_are_listed_with_their_place_on_one_line_each(command: Command, folder: Path) -> None:
    lines = command("series", "--files", str(folder))[1].splitlines()
    assert lines[-4:] == [
        f"-  {folder}/note\\n.txt  (not DICOM)",
        *(f"0  {folder}/ct/IM{k:04d}.dcm" for k in range(3)),
    ]


def test_series_and_files_are_json(command: Command, folder: Path) -> None:
    status, out, err = command("series", "--json", str(folder))
    assert (status, err) == (0, "")
    told = json.loads(out)
    assert [(row["modality"], row["frames"]) for row in told["series"]] == [("CT", 3)]
    assert [row["series"] for row in told["files"]] == [None, 0, 0, 0]


def test_several_paths_are_searched_together(command: Command, folder: Path, tmp_path_factory: object) -> None:
    make_series(folder / "mr", (2, 4, 5), modality="MR")
    out = command("series", "--json", str(folder / "mr"), str(folder / "ct"))[1]
    assert [row["modality"] for row in json.loads(out)["series"]] == ["MR", "CT"]


def test_a_folder_without_series_ends_with_one(command: Command, tmp_path: Path) -> None:
    status, out, err = command("series", str(tmp_path))
    assert (status, out, err) == (1, "no series\n", "")


def test_a_path_that_is_not_there_is_one_line_on_standard_error(command: Command, tmp_path: Path) -> None:
    status, out, err = command("series", str(tmp_path / "nowhere"))
    assert (status, out) == (1, "")
    assert err == f"dicom: {tmp_path}/nowhere: No such file or folder\n"
