"""The references say what is known of made masks and of dicompyler-core's data, before others take their word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pydicom
import pytest

from tests.data_sources import dicompyler_file
from tests.radiotherapy import by_dicompyler, by_plastimatch
from tests.volume.made import grid_affine, made_series

if TYPE_CHECKING:
    from pathlib import Path

SHAPE = (6, 40, 50)


def test_plastimatch_draws_and_fills_a_mask(tmp_path: Path) -> None:
    series = made_series(tmp_path / "ct", SHAPE)
    mask = np.zeros(SHAPE, bool)
    mask[1:5, 10:30, 8:40] = True
    path = by_plastimatch.write_structures({"box": mask}, series.affine, tmp_path / "ct", tmp_path / "drawn")
    found = by_plastimatch.masks(path, tmp_path / "filled", SHAPE, series.affine)["box"]
    assert 2 * (found & mask).sum() / (found.sum() + mask.sum()) > 0.9
    assert found.any((1, 2)).tolist() == mask.any((1, 2)).tolist()


def test_plastimatch_counts_the_voxels_of_a_dose(tmp_path: Path) -> None:
    dose = np.full(SHAPE, 1.0, np.float32)
    dose[3:] = 2.0
    mask = np.zeros(SHAPE, bool)
    mask[2:4, :5, :7] = True
    edges, counts = by_plastimatch.differential_dvh(dose, mask, grid_affine(), tmp_path, 0.5)
    assert {edge: count for edge, count in zip(edges.tolist(), counts.tolist(), strict=True) if count} == {
        1.0: 35,
        2.0: 35,
    }


def test_plastimatch_reads_a_dose_as_its_scaling_says(tmp_path: Path) -> None:
    array, affine = by_plastimatch.dose(dicompyler_file("rtdose.dcm"), tmp_path)
    ds = pydicom.dcmread(dicompyler_file("rtdose.dcm"))
    assert np.allclose(array, ds.pixel_array * float(ds.DoseGridScaling), rtol=1e-5)
    assert affine[:3, 3] == pytest.approx([float(x) for x in ds.ImagePositionPatient], abs=1e-3)


def test_dicompyler_agrees_with_the_planning_system() -> None:
    found = by_dicompyler.dvhs(dicompyler_file("rtss.dcm"), dicompyler_file("rtdose.dcm"))
    assert found[5]["name"] == "Heart"
    assert found[5]["volume"] == pytest.approx(440.23125)
    (stored,) = (
        item
        for item in pydicom.dcmread(dicompyler_file("rtdose.dcm")).DVHSequence
        if item.DVHReferencedROISequence[0].ReferencedROINumber == 5
    )
    data = np.array(stored.DVHData, float).reshape(-1, 2)
    # Cumulative: the mean is the area below the curve. (DVH Mean Dose itself is in percent of the prescription here.)
    assert found[5]["mean"] == pytest.approx(float(data.prod(1).sum() / data[0, 1]), rel=0.01)
    assert found[5]["volume"] == pytest.approx(float(data[0, 1]), rel=0.01)
