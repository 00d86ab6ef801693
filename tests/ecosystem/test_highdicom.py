"""highdicom on this library: objects made of a CT series, written, and read back."""

from __future__ import annotations

from pathlib import Path

from tests.ecosystem import programs


def test_segmentations_of_each_kind_are_made_and_read_back(series: Path, tmp_path: Path) -> None:
    found = programs.compare("highdicom_segmentation", series, target=tmp_path).result
    assert {name: made["type"].rpartition(".")[2] for name, made in found.items()} == {
        "binary": "BINARY",
        "fractional": "FRACTIONAL",
        "fractional-rle": "FRACTIONAL",
        "labelmap": "LABELMAP",
        "labelmap-jpegls": "LABELMAP",
    }
    assert found["binary"]["volume"]["shape"] == [16, 96, 96]
    assert found["binary"]["segments"] == [[1, "Bone"], [2, "Body"]]


def test_measurement_reports_are_written_and_their_regions_found_again(series: Path, tmp_path: Path) -> None:
    found = programs.compare("highdicom_report", series, target=tmp_path).result["Comprehensive3DSR"]
    assert found["class"] == "Comprehensive3DSR"
    assert len(found["planar"]) == 10
    assert found["volumes"][0][2] == 1234.5678901234
    assert found["equal codes"] == [True, False]


def test_parametric_maps_of_floats_doubles_and_integers_keep_their_numbers(series: Path, tmp_path: Path) -> None:
    found = programs.compare("highdicom_parametric_map", series, target=tmp_path).result
    assert {name: made["stored"]["dtype"] for name, made in found.items()} == {
        "float": "<f4",
        "double": "<f8",
        "integer": "<u2",
    }


def test_presentation_states_key_objects_captures_and_enhanced_images_are_made(series: Path, tmp_path: Path) -> None:
    found = programs.compare("highdicom_objects", series, target=tmp_path).result
    assert found["volume"]["series"] == found["volume"]["enhanced"]
    assert found["capture"]["pixels"] == found["capture-rle"]["pixels"] == found["capture-j2k"]["pixels"]
