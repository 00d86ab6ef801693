"""deid on this library: a folder is de-identified by a recipe."""

from __future__ import annotations

from pathlib import Path

from tests.ecosystem import programs


def test_a_recipe_takes_out_and_replaces_identifiers(series: Path, tmp_path: Path) -> None:
    found = programs.compare("deidentify", series, target=tmp_path).result
    left = {keyword or tag: value for tag, _vr, _vm, keyword, value in found["left"]}
    assert left["PatientID"] == "str CODE-7"
    assert "ReferringPhysicianName" not in left
    assert left["StudyDate"] == "str 20240203"
    assert "(0019,1002)" not in left
    assert len(found["replaced"]) == len(found["stripped"]) == 16
    assert found["flagged"] is True
