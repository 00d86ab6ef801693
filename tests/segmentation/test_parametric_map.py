"""Parametric maps: values in their unit, with what they are of, by `dicom.read_series`."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
from dicom.errors import SeveralSeriesError
from tests.made_items import code, item
from tests.segmentation import by_dcmqi, by_highdicom
from tests.segmentation.by_highdicom import ADC, ANISOTROPY, NO_UNITS, mapping, write_map
from tests.volume.made import grid_affine, made_series

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.volume.made import Made

SHAPE = (5, 34, 38)


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """What the maps lie on."""
    affine = grid_affine(angles=(20.0, -35.0, 12.0))
    return made_series(tmp_path_factory.mktemp("map") / "mr", SHAPE, affine)


def whole_numbers() -> NDArray[np.uint16]:
    return np.random.default_rng(1).integers(0, 4096, SHAPE).astype(np.uint16)


def check(path: Path, series: Made, expected: NDArray[np.float64], dtype: str) -> dicom.Volume:
    """The map has these values on the grid of the series; and highdicom gives the same ones."""
    volume = dicom.read_series(path)
    assert volume.array.dtype == dtype
    assert volume.same_grid_as(dicom.read_series(series.folder))
    assert np.allclose(volume.array, expected, rtol=1e-6, atol=0)
    assert np.allclose(np.sort(volume.array.ravel()), by_highdicom.read_map(path), rtol=1e-6, atol=0)
    assert volume.unit_source == "MeasurementUnitsCodeSequence"
    return volume


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_maps_of_floats_keep_their_values_and_type(series: Made, tmp_path: Path, dtype: str) -> None:
    values = np.random.default_rng(2).normal(size=SHAPE).astype(dtype)
    path = write_map(values, series, tmp_path / "map.dcm", [mapping(-10.0, 10.0, slope=1.0, intercept=0.0)])
    volume = check(path, series, values, dtype)
    assert np.array_equal(volume.array, values)
    assert (volume.unit, volume.quantity) == ("mm2/s", "Apparent Diffusion Coefficient")
    assert "quantity           Apparent Diffusion Coefficient" in str(volume)


@pytest.mark.parametrize("transfer_syntax", [by_highdicom.EXPLICIT_LITTLE, "1.2.840.10008.1.2.4.80"])
def test_whole_numbers_by_slope_and_intercept(series: Made, tmp_path: Path, transfer_syntax: str) -> None:
    stored = whole_numbers()
    line = mapping(0, 4095, slope=1e-6, intercept=-2e-5)
    path = write_map(stored, series, tmp_path / "map.dcm", [line], transfer_syntax=transfer_syntax)
    volume = check(path, series, stored * 1e-6 - 2e-5, "float32")
    assert (volume.unit, volume.quantity) == ("mm2/s", "Apparent Diffusion Coefficient")


def test_whole_numbers_by_a_table(series: Made, tmp_path: Path) -> None:
    stored, table = whole_numbers(), np.sqrt(np.arange(4096.0))
    by_table = mapping(0, 4095, lut_data=table.tolist(), quantity=ANISOTROPY, unit=NO_UNITS)
    volume = check(
        write_map(stored, series, tmp_path / "map.dcm", [by_table]), series, np.sqrt(stored.astype(float)), "float32"
    )
    assert (volume.unit, volume.quantity) == ("1", "Fractional Anisotropy")


def test_maps_of_dcmqi(tmp_path: Path) -> None:
    # It writes Pixel Spacing the other way round, so that pixels have to be square; and a range of whole numbers, which
    # floats don't have.
    made = made_series(tmp_path / "mr", SHAPE, grid_affine((2.0, 0.75, 0.75), angles=(20.0, -35.0, 12.0)))
    values = np.random.default_rng(1).normal(size=SHAPE).astype(np.float32)
    volume = dicom.read_series(by_dcmqi.write_map(values, made.affine, made.folder, tmp_path / "map.dcm"))
    assert np.array_equal(volume.array, values)
    assert volume.same_grid_as(dicom.read_series(made.folder))
    assert (volume.unit, volume.quantity) == ("um2/s", "Apparent Diffusion Coefficient")


def test_each_frame_may_have_a_mapping_of_its_own(series: Made, tmp_path: Path) -> None:
    stored = whole_numbers()
    path = write_map(stored, series, tmp_path / "map.dcm", [mapping(0, 4095, slope=0.5, intercept=1.0)])
    ds = dicom.read(path)
    shared = ds.SharedFunctionalGroupsSequence[0]
    per_frame = ds.PerFrameFunctionalGroupsSequence
    slices = {}
    for frame, group in enumerate(per_frame):
        holder = group if "RealWorldValueMappingSequence" in group else shared
        changed = deepcopy(holder.RealWorldValueMappingSequence)
        changed[0].RealWorldValueSlope = 0.5 * (frame + 1)
        group.RealWorldValueMappingSequence = changed
        slices[tuple(group.PlanePositionSequence[0].ImagePositionPatient)] = 0.5 * (frame + 1)
    if "RealWorldValueMappingSequence" in shared:
        del shared.RealWorldValueMappingSequence
    dicom.write(ds, tmp_path / "changed.dcm")
    volume = dicom.read_series(tmp_path / "changed.dcm")
    for k in range(SHAPE[0]):
        nearest = min(slices, key=lambda at: float(np.abs(np.array(at) - volume.index_to_mm((k, 0, 0))).max()))
        assert np.allclose(volume.array[k], stored[k] * slices[nearest] + 1.0)


def test_maps_of_two_quantities_are_two_volumes(series: Made, tmp_path: Path) -> None:
    one = np.random.default_rng(3).normal(size=SHAPE).astype(np.float32)
    two = one * 2 + 1
    mappings = [
        [mapping(-10.0, 10.0, slope=1.0, intercept=0.0, quantity=ADC)],
        [mapping(-10.0, 10.0, slope=1.0, intercept=0.0, quantity=ANISOTROPY, unit=NO_UNITS)],
    ]
    path = write_map(np.stack([one, two], axis=-1), series, tmp_path / "map.dcm", mappings)
    with pytest.raises(SeveralSeriesError, match="by quantity"):
        dicom.read_series(path)
    volumes = {volume.quantity: volume for volume in (dicom.read_series(path, n) for n in (0, 1))}
    assert np.array_equal(volumes["Apparent Diffusion Coefficient"].array, one)
    assert np.array_equal(volumes["Fractional Anisotropy"].array, two)
    assert (volumes["Apparent Diffusion Coefficient"].unit, volumes["Fractional Anisotropy"].unit) == ("mm2/s", "1")


def test_the_quantity_goes_with_the_values(series: Made, tmp_path: Path) -> None:
    values = np.ones(SHAPE, np.float32)
    path = write_map(values, series, tmp_path / "map.dcm", [mapping(-10.0, 10.0, slope=1.0, intercept=0.0)])
    volume = dicom.read_series(path)
    for other in (volume[1:3], volume.reorient("RAS"), volume.resample(2.0)):
        assert (other.unit, other.quantity) == (volume.unit, volume.quantity)
    assert volume.with_array(values).quantity is None


def test_a_long_unit_is_read(series: Made, tmp_path: Path) -> None:
    values = np.ones(SHAPE, np.float32)
    path = write_map(values, series, tmp_path / "map.dcm", [mapping(-10.0, 10.0, slope=1.0, intercept=0.0)])
    ds = dicom.read(path)
    groups = ds.SharedFunctionalGroupsSequence[0]
    unit = item(LongCodeValue="umol/(100.g.min){made}", CodingSchemeDesignator="UCUM", CodeMeaning="made")
    groups.RealWorldValueMappingSequence[0].MeasurementUnitsCodeSequence = [unit]
    quantity = item(ConceptCodeSequence=code("99", "99MADE", "uptake"))
    groups.RealWorldValueMappingSequence[0].QuantityDefinitionSequence = [quantity]
    changed = tmp_path / "changed.dcm"
    dicom.write(ds, changed)
    volume = dicom.read_series(changed)
    assert (volume.unit, volume.quantity) == ("umol/(100.g.min){made}", "uptake")
