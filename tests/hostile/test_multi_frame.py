"""Damaged multi-frame objects give planes with what is left of them, or a typed error, in little memory."""

from __future__ import annotations

import random
import tracemalloc
from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
from dicom.errors import DicomError
from dicom.volume.frames.multiframe import multi_frame_planes
from dicom.volume.series.headers import read_headers
from tests.volume.made import grid_affine, plane_data_sets, stored_values, write_series
from tests.volume.made_multiframe import (
    enhanced,
    mosaic,
    nm_detectors,
    nm_reconstruction,
    rt_dose,
    secondary_capture,
    ultrasound_volume,
)

if TYPE_CHECKING:
    from pathlib import Path

STORED = stored_values((5, 4, 4), "<u2")
AFFINE = grid_affine(angles=(10, 20, 30))
MADE = {
    "enhanced": lambda: enhanced(plane_data_sets(STORED, AFFINE, modality="PT", slope=[1, 2, 3, 4, 5])),
    "per-frame": lambda: enhanced(plane_data_sets(STORED, AFFINE), per_frame=True),
    "mosaic": lambda: mosaic(STORED, AFFINE, b_value=1000, gradient=(1, 0, 0)),
    "nm": lambda: nm_reconstruction(STORED, AFFINE),
    "detectors": lambda: nm_detectors(STORED[:2], [AFFINE, AFFINE]),
    "dose": lambda: rt_dose(STORED, AFFINE),
    "secondary-capture": lambda: secondary_capture(STORED, AFFINE),
    "ultrasound": lambda: ultrasound_volume(STORED, AFFINE),
}
LIMIT_BYTES = 64 * 2**20


def damaged(data: bytes, lots: random.Random) -> bytes:
    """The same with some bytes changed, or a piece of it cut out or doubled."""
    changed = bytearray(data)
    kind = lots.randrange(4)
    if kind < 2:
        for _ in range(lots.randint(1, 8)):
            changed[lots.randrange(132, len(changed))] = lots.choice((0, 1, 0x30, 0x39, 0x5C, 0x7F, 0xFF, 0xFE))
    else:
        begin = lots.randrange(132, len(changed))
        end = min(begin + 2 * lots.randint(1, 200), len(changed))
        changed[begin:end] = b"" if kind == 2 else changed[begin:end] * 2
    return bytes(changed)


@pytest.mark.parametrize("name", list(MADE))
def test_damage_ends_in_planes_or_a_typed_error(name: str, tmp_path: Path) -> None:
    data = write_series(tmp_path, [MADE[name]()])[0].read_bytes()
    lots = random.Random(name)
    outcomes = {"planes": 0, "error": 0}
    tracemalloc.start()
    try:
        for _ in range(150):
            bad = damaged(data, lots)
            headers = read_headers([bad])
            try:
                planes = multi_frame_planes(dicom.read(bad, force=True, stop_before_pixels=True), headers, 0)
            except DicomError:
                outcomes["error"] += 1
                continue
            outcomes["planes"] += 1
            has_position = np.isfinite(planes.position).all(axis=1)
            assert has_position.all() or np.isnan(planes.position[~has_position]).all()
            assert all(planes.reasons[row] for row in np.flatnonzero(~has_position))
        assert tracemalloc.get_traced_memory()[1] < LIMIT_BYTES
    finally:
        tracemalloc.stop()
    assert outcomes["planes"] > 50
