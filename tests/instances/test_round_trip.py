"""Volume -> DICOM -> volume: the same values, types, places, units and 4th axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
import dicom.instances
from tests.commands import dciodvfy
from tests.instances.full import full_volume
from tests.volume.made import (
    COMPRESSED,
    PLANES,
    UNCOMPRESSED,
    decimal,
    grid_affine,
    made_series,
    plane_affine,
    write_series,
)
from tests.volume.made_dimensions import DIMENSIONS
from tests.volume.made_multiframe import rt_dose

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

FORMS = ("classic", "enhanced")

#: What is done to a volume before it is written; each keeps its values.
CHANGES: dict[str, Callable[[dicom.Volume], dicom.Volume]] = {
    "as it is": lambda volume: volume,
    "cropped": lambda volume: volume.crop(k=(1, 4), j=(2, 9), i=(4, 11)),
    "every second": lambda volume: volume.crop(k=slice(None, None, 2), j=slice(None, None, 3)),
    "one slice": lambda volume: volume.crop(k=2),
    "coronal": lambda volume: volume.reorient("coronal"),
    "sagittal": lambda volume: volume.reorient("sagittal"),
    "turned over": lambda volume: volume.crop(k=slice(None, None, -1), j=slice(None, None, -1)),
    "resampled": lambda volume: volume.resample((1.5, 1.25, 1.0), order=0),
}


def as_read(volume: dicom.Volume) -> dicom.Volume:
    """The volume with k along row x column, as slices are put in order when they are read."""
    k, j, i = volume.affine[:3, :3].T
    return volume if float(np.cross(i, j) @ k) > 0 else volume.crop(k=slice(None, None, -1))


def assert_same(made: dicom.Volume, volume: dicom.Volume, affine_tolerance: float = 0.0) -> None:
    """The same values in the same type and unit, at the same places, with the same axis t."""
    truth = as_read(volume)
    assert made.dtype == truth.dtype
    np.testing.assert_array_equal(made.array, truth.array)
    assert np.abs(made.affine - truth.affine).max() <= affine_tolerance
    assert (made.unit, made.modality, made.is_color) == (truth.unit, truth.modality, truth.is_color)
    assert made.frame_of_reference_uid == truth.frame_of_reference_uid
    assert (made.dimension, made.dimension_unit) == (truth.dimension, truth.dimension_unit)
    if truth.dimension_values is not None:
        np.testing.assert_allclose(made.dimension_values, truth.dimension_values, rtol=0, atol=1e-9)


def back(volume: dicom.Volume, folder: Path, **options: Any) -> dicom.Volume:
    """Written and read again."""
    volume.to_dicom(folder=folder, **options)
    return dicom.read_series(folder)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("plane", PLANES)
def test_each_orientation_comes_back(tmp_path: Path, plane: str, change: str, form: str) -> None:
    made_series(tmp_path / "source", affine=plane_affine(plane))
    volume = CHANGES[change](dicom.read_series(tmp_path / "source"))
    assert_same(back(volume, tmp_path / "made", form=form), volume)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("change", CHANGES)
def test_an_oblique_volume_comes_back(tmp_path: Path, change: str, form: str) -> None:
    affine = grid_affine(angles=(20, -10, 35), spacing=(2.1, 0.7, 0.7))
    made_series(tmp_path / "source", affine=affine)
    volume = CHANGES[change](dicom.read_series(tmp_path / "source"))
    # A Decimal String holds a dozen digits of what isn't the sources' own place.
    assert_same(back(volume, tmp_path / "made", form=form), volume, 0.0 if change == "as it is" else 1e-8)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("name", "change"),
    [
        (name, change)
        for name in DIMENSIONS
        for change in (None, "cropped", "turned over", "resampled", "coronal")
        # Slopes differ from slice to slice: across them 16 bits don't hold the values.
        if (name, change) != ("pet-frame", "coronal")
    ],
)
def test_each_axis_comes_back(tmp_path: Path, name: str, change: str | None, form: str) -> None:
    DIMENSIONS[name](tmp_path / "source")
    volume = dicom.read_series(tmp_path / "source")
    volume = volume if change is None else CHANGES[change](volume)
    assert_same(back(volume, tmp_path / "made", form=form), volume)


@pytest.mark.parametrize("name", DIMENSIONS)
def test_one_point_of_an_axis_comes_back(tmp_path: Path, name: str) -> None:
    DIMENSIONS[name](tmp_path / "source")
    volume = dicom.read_series(tmp_path / "source")[1]
    assert_same(back(volume, tmp_path / "made"), volume)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("modality", "dtype"), [("CT", "<u2"), ("MR", "<u2"), ("MR", "<i2"), ("PT", "<i2")])
def test_signed_and_unsigned_values_come_back(tmp_path: Path, modality: str, dtype: str, form: str) -> None:
    made_series(tmp_path / "source", modality=modality, dtype=dtype)
    volume = dicom.read_series(tmp_path / "source")
    made = back(volume, tmp_path / "made", form=form)
    assert_same(made, volume)
    header = made.sources.dataset(0)
    assert header.PixelRepresentation == int(dtype == "<i2")


@pytest.mark.parametrize("form", FORMS)
def test_slopes_of_slices_are_those_of_the_sources(tmp_path: Path, form: str) -> None:
    slopes = [decimal(0.123 * (k + 1)) for k in range(12)]
    made_series(tmp_path / "source", modality="PT", slope=slopes)
    volume = dicom.read_series(tmp_path / "source")
    made = back(volume.crop(k=(3, 9)), tmp_path / "made", form=form)
    assert_same(made, volume.crop(k=(3, 9)))
    assert made.sources.rescales()[0][0].tolist() == slopes[3:9]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("syntax", [*COMPRESSED.values(), *UNCOMPRESSED, "htj2k-lossless", "jpegxl-lossless"])
def test_each_transfer_syntax_that_loses_nothing_gives_the_same(tmp_path: Path, syntax: str, form: str) -> None:
    made_series(tmp_path / "source", dtype="<u2")
    volume = dicom.read_series(tmp_path / "source")
    paths = volume.to_dicom(folder=tmp_path / "made", form=form, transfer_syntax=syntax)
    assert_same(dicom.read_series(tmp_path / "made"), volume)
    if syntax[0].isdigit():
        assert dicom.read(paths[0]).file_meta.TransferSyntaxUID == syntax


def test_a_compressed_series_comes_back(tmp_path: Path) -> None:
    made_series(tmp_path / "source", transfer_syntax=COMPRESSED["jpeg-ls"])
    volume = dicom.read_series(tmp_path / "source")
    assert_same(back(volume, tmp_path / "made"), volume)


def test_what_a_lossy_transfer_syntax_loses_is_said(tmp_path: Path) -> None:
    made_series(tmp_path / "source", dtype="<u2")
    volume = dicom.read_series(tmp_path / "source")
    paths = volume.to_dicom(folder=tmp_path / "made", transfer_syntax="jpeg-ls-near-lossless", max_error=2)
    ds = dicom.read(paths[0])
    assert ds.LossyImageCompression == "01"
    assert ds.DerivationDescription.startswith("volume of 12 slices")
    assert 0 < np.abs(dicom.read_series(tmp_path / "made").array - volume.array).max() <= 2


@pytest.mark.parametrize("kind", ["relative", "absolute"])
@pytest.mark.parametrize("change", [name for name in CHANGES if name not in ("coronal", "sagittal")])
def test_a_dose_comes_back_in_gray(tmp_path: Path, kind: str, change: str) -> None:
    array = (np.arange(5 * 14 * 12, dtype="<u4") * 4321).reshape(5, 14, 12)
    ds = rt_dose(array, grid_affine(), kind=kind)
    ds.StudyInstanceUID, ds.PatientName, ds.FrameOfReferenceUID = "1.2.3", "Made^By Code", "1.2.4"
    write_series(tmp_path / "source", [ds])
    volume = CHANGES[change](dicom.read_series(tmp_path / "source"))
    made = back(volume, tmp_path / "made")
    assert made.unit == "Gy"
    assert_same(made, volume, 1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64", "uint16"])
def test_a_map_comes_back_value_for_value(tmp_path: Path, dtype: str) -> None:
    made_series(tmp_path / "source")
    source = dicom.read_series(tmp_path / "source")
    values = np.random.default_rng(7).random(source.shape) * 1000 - (0 if dtype == "uint16" else 300)
    values = values.astype(dtype)
    if dtype != "uint16":
        values[0, 0, :3] = np.nan, 0.0, 1e-30
    volume = source.with_array(values, unit="ms")
    volume.to_dicom(folder=tmp_path / "made", form="parametric-map")
    made = dicom.read_series(tmp_path / "made", dtype=dtype)
    np.testing.assert_array_equal(made.array, values)
    np.testing.assert_array_equal(made.affine, source.affine)
    assert made.unit == "ms"


@pytest.mark.parametrize("kind", ["bw", "bsa", "lbm-janma"])
def test_suv_comes_back_value_for_value_from_a_map(tmp_path: Path, kind: str) -> None:
    suv = dicom.suv(full_volume(tmp_path / "source", "PT"), kind=kind, sex="F")
    (path,) = suv.to_dicom(folder=tmp_path / "made", form="parametric-map")
    made = dicom.read_series(tmp_path / "made")
    np.testing.assert_array_equal(made.array, suv.array)
    assert (made.quantity, made.unit) == (suv.quantity, suv.unit)
    assert dciodvfy(path) == []


@pytest.mark.parametrize(("dtype", "is_color"), [("uint8", False), ("uint16", False), ("uint8", True)])
def test_a_secondary_capture_comes_back_in_its_place(tmp_path: Path, dtype: str, is_color: bool) -> None:
    made_series(tmp_path / "source")
    source = dicom.read_series(tmp_path / "source")
    shape = (*source.shape, 3) if is_color else source.shape
    values = np.random.default_rng(7).integers(0, np.iinfo(dtype).max, shape).astype(dtype)
    volume = source.with_array(values, is_color=is_color)
    made = back(volume, tmp_path / "made", form="secondary-capture")
    np.testing.assert_array_equal(made.array, values)
    np.testing.assert_array_equal(made.affine, source.affine)
    assert made.is_color == is_color


def test_an_array_without_sources_comes_back(tmp_path: Path) -> None:
    array = np.arange(4 * 5 * 6, dtype=np.float32).reshape(4, 5, 6) - 700
    volume = dicom.Volume(array, grid_affine(), unit="HU", modality="CT", frame_of_reference_uid="1.2.3")
    template = dicom.instances.new_study("phantom", modality="CT")
    made = back(volume, tmp_path / "made", template=template)
    assert_same(made, volume)


def test_an_axis_without_sources_comes_back(tmp_path: Path) -> None:
    array = np.arange(3 * 4 * 5 * 6, dtype=np.uint16).reshape(3, 4, 5, 6)
    volume = dicom.Volume(
        array,
        grid_affine(),
        modality="MR",
        dimension="time",
        dimension_values=[0.0, 1234.5, 3000.0],
        dimension_unit="ms",
        frame_of_reference_uid="1.2.3",
    )
    template = dicom.instances.new_study("phantom", AcquisitionDateTime="20260102235959")
    for form in FORMS:
        assert_same(back(volume, tmp_path / form, template=template, form=form), volume)


@pytest.mark.parametrize("form", FORMS)
def test_even_times_without_a_clock_come_back(tmp_path: Path, form: str) -> None:
    array = np.arange(3 * 4 * 5 * 6, dtype=np.int16).reshape(3, 4, 5, 6)
    volume = dicom.Volume(
        array,
        grid_affine(),
        modality="MR",
        dimension="time",
        dimension_values=np.arange(3) * 2000 / 3,
        dimension_unit="ms",
        frame_of_reference_uid="1.2.3",
    )
    assert_same(back(volume, tmp_path / "made", template=dicom.instances.new_study("phantom"), form=form), volume)


@pytest.mark.parametrize("form", FORMS)
def test_every_second_time_comes_back(tmp_path: Path, form: str) -> None:
    DIMENSIONS["time"](tmp_path / "source")
    volume = dicom.read_series(tmp_path / "source")[::2]
    assert_same(back(volume, tmp_path / "made", form=form), volume)


@pytest.mark.parametrize("form", FORMS)
def test_slices_that_are_moved_along_each_other_come_back(tmp_path: Path, form: str) -> None:
    made_series(tmp_path / "source", affine=plane_affine(tilt_degrees=15.0))
    volume = dicom.read_series(tmp_path / "source", tilt="keep")
    volume.to_dicom(folder=tmp_path / "made", form=form)
    assert_same(dicom.read_series(tmp_path / "made", tilt="keep"), volume)


@pytest.mark.parametrize("kind", ["bw", "bsa"])
def test_suv_comes_back_within_the_rounding_of_single_precision(tmp_path: Path, kind: str) -> None:
    suv = dicom.suv(full_volume(tmp_path / "source", "PT"), kind=kind)
    made = back(suv, tmp_path / "made", tolerance=1e-6)
    assert np.abs(made.array - suv.array).max() <= 1e-6
    assert made.quantity == suv.quantity


def test_resampled_values_come_back_within_the_tolerance(tmp_path: Path) -> None:
    made_series(tmp_path / "source")
    volume = dicom.read_series(tmp_path / "source").resample((1.5, 1.0, 1.0))
    made = back(volume, tmp_path / "made", tolerance=0.5)
    assert np.abs(made.array - volume.array).max() <= 0.5
    # The sources' own rescale, where it holds the values so.
    assert made.sources.dataset(0).RescaleSlope == 1
    finer = back(volume, tmp_path / "finer", tolerance=0.05)
    assert np.abs(finer.array - volume.array).max() <= 0.05


def test_data_sets_are_given_without_a_folder(tmp_path: Path) -> None:
    made_series(tmp_path / "source")
    volume = dicom.read_series(tmp_path / "source")
    data_sets = volume.to_dicom()
    assert len(data_sets) == len(volume)
    stored = np.stack([ds.pixel_array for ds in data_sets])
    np.testing.assert_array_equal(stored - 1024.0, volume.array)
