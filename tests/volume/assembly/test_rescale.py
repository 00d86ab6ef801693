"""What a slice says of its values and others of the series don't: a rescale that is none, a table, a mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dicom
from dicom.errors import GeometryError, PixelError
from tests.volume.made import grid_affine, plane_data_sets, stored_values, write_series
from tests.volume.made_multiframe import enhanced

if TYPE_CHECKING:
    from pathlib import Path

SLICES = 4


def planes(modality: str = "CT", *, rescaled: bool = True) -> list[dicom.Dataset]:
    data_sets = plane_data_sets(stored_values((SLICES, 2, 3), "<u2"), grid_affine(), modality=modality)
    for ds in data_sets:
        for keyword in ("RescaleSlope", "RescaleIntercept", "RescaleType"):
            if keyword in ds:
                del ds[keyword]
        if rescaled:
            ds.RescaleSlope, ds.RescaleIntercept = 2.0, -3.0
            if modality == "CT":
                ds.RescaleType = "HU"
    return data_sets


@pytest.mark.parametrize("index", [0, 2])
@pytest.mark.parametrize("modality", ["CT", "MR", "PT"])
def test_slice_whose_rescale_cannot_be_used_is_refused(modality: str, index: int, tmp_path: Path) -> None:
    data_sets = planes(modality)
    data_sets[index].RescaleSlope = 0.0
    paths = write_series(tmp_path, data_sets)
    with pytest.raises(PixelError, match=r"Rescale Slope \(0028,1053\)") as caught:
        dicom.read_series(tmp_path)
    assert caught.value.path == str(paths[index])


@pytest.mark.parametrize("index", [0, 2])
def test_slice_without_the_rescale_that_gives_others_their_unit_is_refused(index: int, tmp_path: Path) -> None:
    data_sets = planes()
    del data_sets[index].RescaleSlope, data_sets[index].RescaleIntercept
    paths = write_series(tmp_path, data_sets)
    with pytest.raises(PixelError, match="others of the series have one") as caught:
        dicom.read_series(tmp_path)
    assert caught.value.path == str(paths[index])


def test_values_whose_rescale_cannot_be_used_have_no_unit(tmp_path: Path) -> None:
    data_sets = planes()
    for ds in data_sets:
        ds.RescaleSlope = 0.0
    paths = write_series(tmp_path, data_sets)
    volume = dicom.read_series(tmp_path)
    assert volume.unit is None
    assert "can't be used" in volume.unit_source
    assert dicom.image(dicom.read(paths[0])).modality().unit is None


def table(ds: dicom.Dataset) -> None:
    item = dicom.Dataset()
    item.LUTDescriptor, item.ModalityLUTType = [1024, 0, 16], "HU"
    item.LUTData = (np.arange(1024) * 3).astype("<u2").tobytes()
    ds.ModalityLUTSequence = [item]


def mapping(ds: dicom.Dataset, unit: str = "Bq/ml") -> None:
    item, code = dicom.Dataset(), dicom.Dataset()
    item.RealWorldValueFirstValueMapped, item.RealWorldValueLastValueMapped = 0, 65535
    item.RealWorldValueSlope, item.RealWorldValueIntercept, item.LUTLabel = 0.5, 1.0, "made"
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = unit, "UCUM", "unit"
    item.MeasurementUnitsCodeSequence = [code]
    ds.RealWorldValueMappingSequence = [item]


@pytest.mark.parametrize("index", [0, 2])
@pytest.mark.parametrize("add", [table, mapping])
def test_slice_without_the_table_or_mapping_of_others_is_refused(add: Any, index: int, tmp_path: Path) -> None:
    data_sets = planes("MR", rescaled=False)
    for number, ds in enumerate(data_sets):
        if number != index:
            add(ds)
    write_series(tmp_path, data_sets)
    with pytest.raises(PixelError, match=r"one volume has one unit|others of the series have one"):
        dicom.read_series(tmp_path)


def test_mappings_of_slices_with_different_units_are_refused(tmp_path: Path) -> None:
    data_sets = planes("MR", rescaled=False)
    for number, ds in enumerate(data_sets):
        mapping(ds, "Bq/ml" if number != 2 else "g/ml")
    write_series(tmp_path, data_sets)
    with pytest.raises(PixelError, match="one volume has one unit"):
        dicom.read_series(tmp_path)


def test_frame_whose_rescale_cannot_be_used_is_refused(tmp_path: Path) -> None:
    ds = enhanced(planes(), per_frame=True)
    ds.PerFrameFunctionalGroupsSequence[2].PixelValueTransformationSequence[0].RescaleSlope = 0.0
    write_series(tmp_path, [ds])
    with pytest.raises(PixelError, match="frame 2"):
        dicom.read_series(tmp_path)


def test_value_beyond_the_type_says_which_type_could_hold_it(tmp_path: Path) -> None:
    data_sets = planes()
    for ds in data_sets:
        ds.RescaleSlope = 1e300
    write_series(tmp_path, data_sets)
    with pytest.raises(PixelError, match="out of the range of float32: ask for dtype='float64'"):
        dicom.read_series(tmp_path)
    assert dicom.read_series(tmp_path, dtype="float64").array.max() > 1e300


@pytest.mark.parametrize("gaps", ["fill", "resample"])
@pytest.mark.parametrize(
    ("dtype", "fill"), [("float32", "x"), ("int16", "x"), ("float16", 70000), ("float32", 1e300), ("int16", 70000)]
)
def test_fill_that_is_no_value_of_the_type_is_refused(dtype: str, fill: Any, gaps: str, tmp_path: Path) -> None:
    data_sets = planes()
    write_series(tmp_path, data_sets[:1] + data_sets[2:])
    with pytest.raises(GeometryError, match="fill"):
        dicom.read_series(tmp_path, gaps=gaps, dtype=dtype, fill=fill)


def test_fill_is_rounded_to_the_type(tmp_path: Path) -> None:
    data_sets = planes()
    write_series(tmp_path, data_sets[:1] + data_sets[2:])
    volume = dicom.read_series(tmp_path, gaps="fill", fill=np.float64(0.1))
    assert (volume.array[1] == np.float32(0.1)).all()
