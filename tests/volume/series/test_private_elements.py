"""Diffusion by the private elements of those who made the scanner: only under the right private creator."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dicom
from tests.volume.made import grid_affine, plane_data_sets, stored_values, write_series

if TYPE_CHECKING:
    from collections.abc import Callable

WEIGHTS = [(0, (0.0, 0.0, 0.0)), (800, (1.0, 0.0, 0.0)), (800, (0.0, 0.6, 0.8))]


def siemens(ds: dicom.Dataset, b_value: int, direction: tuple[float, float, float]) -> None:
    block = ds.private_block(0x0019, "SIEMENS MR HEADER", create=True)
    block.add_new(0x0C, "IS", b_value)
    if b_value:
        block.add_new(0x0E, "FD", list(direction))


def philips(ds: dicom.Dataset, b_value: int, direction: tuple[float, float, float]) -> None:
    ds.private_block(0x2001, "Philips Imaging DD 001", create=True).add_new(0x03, "FL", float(b_value))
    block = ds.private_block(0x2005, "Philips MR Imaging DD 001", create=True)
    for element, number in zip((0xB0, 0xB1, 0xB2), direction, strict=True):
        block.add_new(element, "FL", number)


def ge(ds: dicom.Dataset, b_value: int, direction: tuple[float, float, float]) -> None:
    block = ds.private_block(0x0043, "GEMS_PARM_01", create=True)
    # GE adds a thousand million to some.
    block.add_new(0x39, "IS", [1_000_000_000 + b_value, 8, 0, 0])
    block = ds.private_block(0x0019, "GEMS_ACQU_01", create=True)
    for element, number in zip((0xBB, 0xBC, 0xBD), direction, strict=True):
        block.add_new(element, "DS", number)


def made(folder: Path, mark: Callable[[dicom.Dataset, int, Any], None], **options: Any) -> Any:
    """What is found of a series of three weightings at two positions."""
    weighted: list[dicom.Dataset] = []
    for t, (b_value, direction) in enumerate(WEIGHTS):
        like = weighted[0] if weighted else None
        planes = plane_data_sets(stored_values((2, 4, 5)), grid_affine(), modality="MR", like=like)
        for k, ds in enumerate(planes):
            ds.InstanceNumber = 2 * t + k + 1
            mark(ds, b_value, direction)
        weighted += planes
    write_series(folder, weighted, **options)
    return dicom.find_series(folder)


@pytest.mark.parametrize("mark", [siemens, philips, ge])
def test_b_values_of_a_vendor_make_the_axis(tmp_path: Path, mark: Any) -> None:
    (series,) = made(tmp_path, mark)
    assert (series.dimension.name, series.dimension.unit) == ("diffusion", "s/mm²")
    assert series.dimension.values[:, 0].tolist() == [0, 800, 800]


@pytest.mark.parametrize("mark", [siemens, philips])
def test_directions_of_a_vendor_are_in_lps(tmp_path: Path, mark: Any) -> None:
    (series,) = made(tmp_path, mark)
    expected = np.array([direction for _, direction in WEIGHTS[1:]])
    assert np.allclose(series.dimension.values[1:, 1:], expected, atol=1e-7)


def test_directions_of_ge_tell_frames_apart_but_are_none_of_the_patient(tmp_path: Path) -> None:
    (series,) = made(tmp_path, ge)
    assert len(series.dimension) == 3
    assert np.isnan(series.dimension.values[:, 1:]).all()


def test_the_same_tags_under_another_creator_say_nothing(tmp_path: Path) -> None:
    def other(ds: dicom.Dataset, b_value: int, direction: Any) -> None:
        ds.private_block(0x0019, "SOMEBODY ELSE", create=True).add_new(0x0C, "IS", b_value)

    (series,) = made(tmp_path, other)
    assert series.dimension is None
    assert "DiffusionBValue" not in series.planes.dimensions


@pytest.mark.parametrize("mark", [siemens, philips])
def test_a_vendors_block_counts_wherever_it_lies(tmp_path: Path, mark: Any) -> None:
    def later(ds: dicom.Dataset, b_value: int, direction: Any) -> None:
        for group in (0x0019, 0x2001, 0x2005):
            ds.private_block(group, "SOMEBODY ELSE", create=True).add_new(0x0C, "IS", 7)
        mark(ds, b_value, direction)

    (series,) = made(tmp_path, later)
    assert series.dimension.values[:, 0].tolist() == [0, 800, 800]


def test_the_standards_elements_count_before_private_ones(tmp_path: Path) -> None:
    def both(ds: dicom.Dataset, b_value: int, direction: Any) -> None:
        ds.DiffusionBValue = float(b_value + 5)
        siemens(ds, b_value, direction)

    (series,) = made(tmp_path, both)
    assert series.dimension.values[:, 0].tolist() == [5, 805, 805]


def test_private_elements_without_vr_are_read_all_the_same(tmp_path: Path) -> None:
    made(tmp_path, siemens)
    for path in sorted(tmp_path.iterdir()):
        ds = dicom.read(path)
        ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2"
        ds.save_as(path, implicit_vr=True, little_endian=True)
    (series,) = dicom.find_series(tmp_path)
    assert series.dimension.values[:, 0].tolist() == [0, 800, 800]
    assert np.allclose(series.dimension.values[2, 1:], (0.0, 0.6, 0.8))
