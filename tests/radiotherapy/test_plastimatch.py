"""plastimatch sees the same voxels in our contours, and the same volumes of dose."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import dicom
from dicom.radiotherapy import StructureSet, read_structures
from tests.data_sources import dicompyler_file
from tests.radiotherapy import by_plastimatch
from tests.volume.made import made_series

SHAPE = (8, 40, 50)
AFFINE = np.array([[0, 0, 1.5, -30], [0, 1.5, 0, -40], [3.0, 0, 0, 20], [0, 0, 0, 1]])


def dice(one: np.ndarray, other: np.ndarray) -> float:
    """How alike two masks are: 1 for equal ones."""
    return float(2 * (one & other).sum() / (one.sum() + other.sum()))


def made_masks() -> dict[str, np.ndarray]:
    """A hollow cylinder, a box with an island in its hole, and noise."""
    j, i = np.mgrid[: SHAPE[1], : SHAPE[2]]
    cylinder = np.zeros(SHAPE, bool)
    cylinder[1:7] = (np.hypot(j - 20, i - 25) < 17.3) & (np.hypot(j - 18, i - 22) > 6.2)
    box = np.zeros(SHAPE, bool)
    box[2:6, 5:30, 10:40] = True
    box[3:5, 10:20, 15:25] = False
    box[3:5, 13:15, 18:20] = True
    noise = np.random.default_rng(11).random(SHAPE) < 0.6
    return {"cylinder": cylinder, "box": box, "noise": noise}


def test_masks_that_we_draw_are_filled_voxel_by_voxel(tmp_path: Path) -> None:
    made_series(tmp_path / "ct", SHAPE, AFFINE)
    ct = dicom.read_series(tmp_path / "ct")
    masks = made_masks()
    StructureSet.from_masks({name: ct.with_array(mask) for name, mask in masks.items()}, ct).save(tmp_path / "rs.dcm")
    found = by_plastimatch.masks(tmp_path / "rs.dcm", tmp_path / "filled", SHAPE, ct.affine)
    assert set(found) == set(masks)
    for name, mask in masks.items():
        assert np.array_equal(found[name], mask)


def test_masks_that_it_draws_are_read(tmp_path: Path) -> None:
    made_series(tmp_path / "ct", SHAPE, AFFINE)
    ct = dicom.read_series(tmp_path / "ct")
    # Without its hole: plastimatch writes that as a contour like the others, and fills it again.
    mask = made_masks()["cylinder"]
    mask[1:7, 10:30, 14:36] = True
    path = by_plastimatch.write_structures({"cylinder": mask}, ct.affine, tmp_path / "ct", tmp_path / "drawn")
    filled = by_plastimatch.masks(path, tmp_path / "filled", SHAPE, ct.affine)["cylinder"]
    assert dice(read_structures(path).mask("cylinder", on=ct).array, filled) > 0.99
    assert filled.sum() > 3000


@pytest.mark.parametrize("name", ["Heart", "Lt Lung", "Breast"])
def test_dose_in_a_structure_has_its_numbers(name: str, tmp_path: Path) -> None:
    dose = dicom.read_series(dicompyler_file("rtdose.dcm"))
    array, affine = by_plastimatch.dose(dicompyler_file("rtdose.dcm"), tmp_path / "dose")
    np.testing.assert_allclose(dose.array, array, rtol=1e-5, atol=1e-6)
    # Single precision on their side.
    np.testing.assert_allclose(dose.affine, affine, atol=1e-3)
    filled = by_plastimatch.masks(dicompyler_file("rtss.dcm"), tmp_path / "filled", dose.grid_shape, dose.affine)
    theirs = filled[name if name in filled else name.replace(" ", "_")]
    ours = read_structures(dicompyler_file("rtss.dcm")).mask(name, on=dose)
    assert dice(ours.array, theirs) > 0.99
    edges, counts = by_plastimatch.differential_dvh(array, theirs, affine, tmp_path / "dvh", 0.01)
    found = dicom.dvh(dose, ours, resolution_mm=10)
    mean = float((edges * counts).sum() / counts.sum())
    voxel_ml = dose.voxel_volume / 1000
    assert found.volume_ml == pytest.approx(counts.sum() * voxel_ml, rel=0.005)
    assert found.mean == pytest.approx(mean, rel=0.005)
    for dose_gy in (1.0, 2.0):
        # Their bins lie round their edges. Where contours of a lung overlap, plastimatch takes what lies in either and
        # we, as dicompyler-core, what lies in one: 522 of 107,430 voxels.
        part = 100 * counts[edges >= dose_gy - 1e-6].sum() / counts.sum()
        assert found.volume_at(dose_gy - 0.005, percent=True) == pytest.approx(part, rel=0.005)
