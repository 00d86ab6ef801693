"""rt-utils on this library: an RT Structure Set drawn from masks, written, read back and turned into masks again."""

from __future__ import annotations

from pathlib import Path

from tests.ecosystem import programs


def test_structures_drawn_from_masks_come_back_as_the_same_masks(small_series: Path, tmp_path: Path) -> None:
    found = programs.compare("rt_structures", small_series, target=tmp_path).result
    assert found["names"] == ["BONE", "BODY"]
    assert found["voxels that differ"] == {"BONE": 0, "BODY": 0}
    assert found["masks"]["BODY"]["sum"] > 1000


def test_a_name_that_its_character_set_does_not_have_is_written_as_pydicom_writes_it(
    series: Path, tmp_path: Path
) -> None:
    found = programs.compare("rt_structures", series, target=tmp_path, kept=False).result
    names = [value for *_, keyword, value in found["elements"] if keyword == "PatientName"]
    assert names == ["PersonName Yamada^Tarou=??^??=???^???"]
