"""Regions: what is read of a series, and where it lies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from dicom.errors import GeometryError
from dicom.volume import find_series, read_series
from dicom.volume.assembly.region import affine_of_ranges, ranges_of
from tests.volume.made import grid_affine, made_series

if TYPE_CHECKING:
    from typing import Any

SHAPE = (7, 20, 24)
ALL = slice(None)
REGIONS: dict[str, tuple[slice | None, slice | None, slice | None]] = {
    "slices": (slice(2, 5), None, None),
    "rows": (ALL, slice(3, 11), ALL),
    "columns": (None, None, slice(-6, None)),
    "a box": (slice(1, 3), slice(4, 5), slice(0, 24)),
    "steps": (slice(None, None, 3), slice(1, 20, 4), slice(5, None, 7)),
    "from the end": (slice(-2, None), slice(-20, -3), slice(None, -1, 2)),
    "beyond the end": (slice(5, 99), slice(0, 1000), slice(23, 99)),
    "one voxel": (slice(6, 7), slice(0, 1), slice(23, 24)),
}


@pytest.mark.parametrize("name", REGIONS)
@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.80"])
def test_a_region_is_what_the_whole_has_there(name: str, syntax: str, tmp_path: Path) -> None:
    made = made_series(tmp_path, SHAPE, grid_affine(angles=(10, -20, 30)), transfer_syntax=syntax)
    region = REGIONS[name]
    whole, part = read_series(tmp_path), read_series(tmp_path, region=region)
    index = tuple(one or ALL for one in region)
    assert np.array_equal(part.array, whole.array[index])
    assert np.array_equal(part.array, made.values[index])
    # The first voxel and the last lie where they lie in the whole.
    indices = [range(count)[one] for count, one in zip(SHAPE, index, strict=True)]
    for end in (0, -1):
        here = part.affine @ [*(n - 1 if end else 0 for n in part.array.shape), 1]
        there = whole.affine @ [*(one[end] for one in indices), 1]
        assert np.allclose(here, there, atol=1e-9)
    assert [part.sources.file(k) for k in range(len(part.array))] == [whole.sources.file(k) for k in indices[0]]


def test_a_region_of_all_is_the_whole(tmp_path: Path) -> None:
    made_series(tmp_path, SHAPE)
    whole, region = read_series(tmp_path), read_series(tmp_path, region=(ALL, ALL, ALL))
    assert np.array_equal(region.array, whole.array)
    assert np.array_equal(region.affine, whole.affine)


def test_a_region_goes_into_the_array_of_the_caller(tmp_path: Path) -> None:
    made = made_series(tmp_path, SHAPE)
    out = np.empty((2, 5, 8), np.float32)
    assert read_series(tmp_path, region=(slice(1, 3), slice(5), slice(0, 24, 3)), out=out).array is out
    assert np.array_equal(out, made.values[1:3, :5, ::3])


def test_only_what_is_wanted_is_read(tmp_path: Path) -> None:
    made = made_series(tmp_path, SHAPE)
    # Of slice 3 the lower half isn't there.
    cut = made.paths[3]
    cut.write_bytes(cut.read_bytes()[: -10 * 24 * 2])
    assert np.array_equal(read_series(tmp_path, region=(slice(2, 5), slice(0, 10), None)).array, made.values[2:5, :10])


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="only Linux says what a process has read")
def test_no_file_is_read_whole_for_a_part_of_it(tmp_path: Path) -> None:
    made_series(tmp_path, (3, 512, 512))
    (series,) = find_series(tmp_path)
    region = (slice(1, 2), slice(100, 102), ALL)
    # The first time modules are read, too.
    series.read(region=region)
    before = bytes_read()
    series.read(region=region)
    header = 1 << 16
    assert bytes_read() - before < 2 * 512 * 2 + header


def bytes_read() -> int:
    """What this process has read of files until now."""
    fields = Path("/proc/self/io").read_text().split()
    return int(fields[fields.index("rchar:") + 1])


@pytest.mark.parametrize(
    ("region", "what"),
    [
        ((slice(5, 5), ALL, ALL), r"none of the 7 slices"),
        ((ALL, slice(20, 30), ALL), r"none of the 20 rows"),
        ((ALL, ALL, slice(3, 1)), r"none of the 24 columns"),
        ((slice(None, None, -1), ALL, ALL), "backward"),
        ((slice(None, None, 0), ALL, ALL), "step"),
        ((slice(0.5, 2), ALL, ALL), "whole numbers"),
        ((0, ALL, ALL), "three slices"),
        ((ALL, ALL), "three slices"),
        (slice(3), "three slices"),
    ],
)
def test_what_is_no_region_is_refused(region: Any, what: str, tmp_path: Path) -> None:
    made_series(tmp_path, SHAPE)
    with pytest.raises(GeometryError, match=what):
        read_series(tmp_path, region=region)


def test_ranges_and_affine_of_a_region() -> None:
    ranges = ranges_of((slice(1, None, 2), None, slice(-4, -1)), (6, 5, 10))
    assert ranges == (range(1, 6, 2), range(5), range(6, 9))
    affine = affine_of_ranges(np.array(grid_affine((2, 3, 4), (0, 0, 0))), ranges)
    assert np.array_equal(affine, [[0, 0, 4, 24], [0, 3, 0, 0], [4, 0, 0, 2], [0, 0, 0, 1]])
