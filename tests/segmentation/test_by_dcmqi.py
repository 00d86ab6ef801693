"""dcmqi gives back the masks that it wrote: what the other tests take its word for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.segmentation.by_dcmqi import read_segments, write_segments
from tests.volume.made import grid_affine, made_series

if TYPE_CHECKING:
    from pathlib import Path

SHAPE = (7, 20, 24)


@pytest.mark.parametrize("kind", ["binary", "labelmap"])
def test_masks_come_back_voxel_by_voxel(tmp_path: Path, kind: str) -> None:
    series = made_series(tmp_path / "ct", SHAPE, grid_affine(angles=(20.0, -35.0, 12.0)))
    one, two = np.zeros(SHAPE, bool), np.zeros(SHAPE, bool)
    one[2:5, 3:9, 4:20] = one[6, 0, 0] = True
    two[4:6, 10:15, 1:3] = True
    path = write_segments({"one": one, "two": two}, series.affine, tmp_path / "ct", tmp_path / "seg.dcm", kind=kind)
    found = read_segments(path, tmp_path / "read")
    assert np.array_equal(found.mask_on(1, SHAPE, series.affine), one)
    assert np.array_equal(found.mask_on(2, SHAPE, series.affine), two)
    labels = [segment["SegmentLabel"] for segments in found.described["segmentAttributes"] for segment in segments]
    assert labels == ["one", "two"]
