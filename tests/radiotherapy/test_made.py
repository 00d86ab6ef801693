"""The makers make valid objects, which plastimatch reads as they were meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
from tests.commands import dciodvfy
from tests.radiotherapy import by_plastimatch
from tests.radiotherapy.made_doses import dose_data_set, dose_of, write_dose
from tests.radiotherapy.made_structures import circle, keyhole, polygon_area, prism, rectangle, write_structure_set
from tests.volume.made import grid_affine, plane_data_sets, stored_values, write_series

if TYPE_CHECKING:
    from pathlib import Path

SHAPE = (6, 40, 50)


def test_structures_are_valid_and_filled_where_they_were_drawn(tmp_path: Path) -> None:
    affine = grid_affine()
    images = plane_data_sets(stored_values(SHAPE), affine)
    write_series(tmp_path / "ct", images)
    box = rectangle((9.5, 7.5), (29.5, 39.5))
    ring = keyhole(box, rectangle((14.5, 17.5), (19.5, 29.5)))
    path = write_structure_set(
        tmp_path / "rtss.dcm",
        [prism("box", box, range(1, 5), affine), prism("ring", ring, range(2, 4), affine, number=2)],
        images,
    )
    assert dciodvfy(path) == []
    filled = by_plastimatch.masks(path, tmp_path / "filled", SHAPE, affine)
    expected = np.zeros(SHAPE, bool)
    expected[1:5, 10:30, 8:40] = True
    assert np.array_equal(filled["box"], expected)
    expected[[1, 4]] = False
    expected[:, 15:20, 18:30] = False
    assert np.array_equal(filled["ring"], expected)


def test_the_area_of_a_ring_is_that_of_its_outline_without_its_hole() -> None:
    outer, inner = circle((3.0, 4.0), 10.0, 90), circle((3.5, 4.5), 5.0, 45)
    assert polygon_area(keyhole(outer, inner)) == pytest.approx(polygon_area(outer) - polygon_area(inner))


@pytest.mark.parametrize("bits", [16, 32])
@pytest.mark.parametrize("offsets", ["relative", "absolute"])
def test_doses_are_valid_and_read_at_their_places(tmp_path: Path, bits: int, offsets: str) -> None:
    affine = grid_affine((2.5, 2.0, 1.5))
    dose = np.indices((4, 5, 6)).sum(0) * 0.75
    path = write_dose(tmp_path / "dose.dcm", dose, affine, bits=bits, offsets=offsets)
    assert dciodvfy(path) == []
    assert np.abs(dose_of(dicom.dcmread(path)) - dose).max() <= dose.max() / 2**bits
    found, found_affine = by_plastimatch.dose(path, tmp_path / "read")
    assert np.allclose(found, dose, atol=1e-3)
    assert np.allclose(found_affine, affine, atol=1e-4)


def test_frames_may_run_against_the_normal() -> None:
    affine = grid_affine((2.5, 2.0, 1.5))
    affine[:3, 0] *= -1
    ds = dose_data_set(np.ones((3, 4, 5)), affine)
    assert list(ds.GridFrameOffsetVector) == [0.0, -2.5, -5.0]
