"""Clean series of every modality that can be made: what we read, SimpleITK and dcm2niix read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from dicom.volume import read_series
from tests.volume.references.agreement import CORNERS_MM, Agreement, agreement, brought_onto
from tests.volume.references.cases import MADE, reasons, rows_of, sop_class_of, table_of_cases
from tests.volume.references.readers import Reading, read_with_dcm2niix
from tests.volume.references.verdicts import VALUES, agrees, by_dcm2niix, by_simpleitk, words_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.volume.made import Made

CASES = table_of_cases()


def read(made: Made) -> Any:
    """Our volume of a made series."""
    return read_series(made.folder)


def test_the_table_has_each_case() -> None:
    assert CASES.keys() == MADE.keys()


def test_each_reference_agrees_or_has_a_reason() -> None:
    silent = {(name, one) for name, case in CASES.items() for one in {"simpleitk", "dcm2niix"} - case.references}
    assert silent == {pair for pair in reasons() if pair[0] in MADE}
    assert all(len(row) == 5 for row in rows_of("cases.tsv"))


@pytest.mark.parametrize("name", MADE)
def test_volume_is_that_of_the_references(name: str, tmp_path: Path, dcm2niix: str) -> None:
    made = MADE[name](tmp_path / "series")
    assert sop_class_of(made) == CASES[name].sop_class_uid
    volume = read(made)
    verdicts: dict[str, Agreement | None] = {
        "truth": agreement(volume.array, volume.affine, made.values, made.affine),
        "simpleitk": by_simpleitk(volume, made.paths),
        "dcm2niix": by_dcm2niix(volume, dcm2niix, made.folder, tmp_path / "nifti"),
    }
    assert words_of(verdicts) == {"truth", *CASES[name].references}, verdicts


@pytest.mark.parametrize("name", MADE)
def test_volume_is_the_one_that_was_made(name: str, tmp_path: Path) -> None:
    made = MADE[name](tmp_path)
    volume = read(made)
    assert np.allclose(volume.affine, made.affine, rtol=0, atol=1e-6)
    assert volume.array.shape == made.values.shape
    assert np.array_equal(volume.array, made.values.astype(volume.array.dtype))
    assert (volume.unit, volume.dimension) == (made.unit, made.dimension)
    assert volume.modality == CASES[name].modality
    assert volume.report.is_clean


def test_b_values_and_directions_are_those_of_dcm2niix(tmp_path: Path, dcm2niix: str) -> None:
    made = MADE["dimension-diffusion"](tmp_path / "series")
    (theirs,) = read_with_dcm2niix(dcm2niix, made.folder, tmp_path / "nifti").values()
    volume = read(made)
    assert theirs.bval is not None
    assert np.array_equal(np.asarray(volume.dimension_values, float).reshape(len(theirs.bval), -1)[:, 0], theirs.bval)


def test_a_slice_moved_by_a_tenth_is_seen(tmp_path: Path) -> None:
    made = MADE["ct-axial"](tmp_path)
    moved = made.affine.copy()
    moved[0, 3] += 0.1
    assert agreement(made.values, made.affine, made.values, moved).corners_mm == pytest.approx(0.1)
    assert not agrees(agreement(made.values, made.affine, made.values, moved))


def test_an_axis_that_runs_the_other_way_is_brought_round(tmp_path: Path) -> None:
    made = MADE["mr-oblique"](tmp_path)
    affine, array = brought_onto(made.affine, made.values, [(2, False), (0, True), (1, True)])
    other = agreement(made.values, made.affine, array, affine)
    assert other.corners_mm < 1e-9
    assert other.values == 0
    assert other.axes == "j- i- k"
    mirrored = agreement(made.values, made.affine, made.values[:, :, ::-1], made.affine)
    assert mirrored.corners_mm == 0
    assert mirrored.values > VALUES
    assert CORNERS_MM == 0.01
    assert Reading(array, affine).sidecar == {}
