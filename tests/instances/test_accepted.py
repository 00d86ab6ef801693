"""What other programs make of new instances: no error of dciodvfy, equal values and places for the readers."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import numpy as np
import pydicom
import pytest

import dicom
import dicom.instances
from tests.commands import dciodvfy, missing
from tests.instances.full import full_volume
from tests.volume.made import grid_affine, write_series
from tests.volume.made_dimensions import DIMENSIONS
from tests.volume.made_multiframe import rt_dose
from tests.volume.references.readers import read_with_dcm2niix, read_with_simpleitk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FORMS = ("classic", "enhanced")
MODALITIES = ("CT", "MR", "PT")


CHANGES: dict[str, Callable[[dicom.Volume], dicom.Volume]] = {
    "as it is": lambda volume: volume,
    "cropped": lambda volume: volume.crop(k=(1, 4), j=(2, 9)),
    "coronal": lambda volume: volume.reorient("coronal"),
    "resampled": lambda volume: volume.resample((1.5, 1.25, 1.0), order=0),
    "one slice": lambda volume: volume.crop(k=3),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("modality", MODALITIES)
def test_dciodvfy_finds_no_error(tmp_path: Path, modality: str, change: str, form: str) -> None:
    volume = CHANGES[change](full_volume(tmp_path / "source", modality))
    paths = volume.to_dicom(folder=tmp_path / "made", form=form, tolerance=0.1)
    assert dciodvfy(paths[0]) == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("modality", MODALITIES)
def test_dciodvfy_finds_no_error_in_what_has_a_new_study(tmp_path: Path, modality: str, form: str) -> None:
    own = {
        "CT": {},
        "MR": {"ScanningSequence": "RM", "SequenceVariant": "NONE"},
        "PT": {
            "FrameReferenceTime": 0.0,
            "ActualFrameDuration": 60000,
            "AcquisitionDate": "20260102",
            "AcquisitionTime": "101500",
            "DecayCorrection": "NONE",
            "CountsSource": "EMISSION",
            "RadiopharmaceuticalInformationSequence": [],
        },
    }[modality]
    template = dicom.instances.new_study("phantom", modality=modality, **own)
    unit = {"CT": "HU", "PT": "Bq/ml"}.get(modality)
    values = np.arange(120, dtype="f4").reshape(4, 5, 6)
    volume = dicom.Volume(values, grid_affine(), unit=unit, modality=modality)
    paths = volume.to_dicom(template, tmp_path / "made", form=form)
    assert dciodvfy(paths[0]) == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", [name for name in DIMENSIONS if name != "respiratory"])
def test_dciodvfy_finds_nothing_new_in_a_4th_axis(tmp_path: Path, name: str, form: str) -> None:
    DIMENSIONS[name](tmp_path / "source")
    volume = dicom.read_series(tmp_path / "source")
    paths = volume.to_dicom(folder=tmp_path / "made", form=form)
    # Of a percentage of the breath an enhanced image wants the delay from the trigger too, which nothing says.
    # The sources lack elements of type 1, which only the scanner knows; the axis adds no error to that.
    one = volume[0].to_dicom(folder=tmp_path / "one", form=form)
    assert sorted(set(dciodvfy(paths[0])) - set(dciodvfy(one[0]))) == []


def test_dciodvfy_finds_no_error_in_suv(tmp_path: Path) -> None:
    volume = full_volume(tmp_path / "source", "PT")
    suv = volume.with_array(np.round(volume.array / 5000, 3), unit="g/ml")
    suv.quantity = "SUVbw"
    assert dciodvfy(suv.to_dicom(folder=tmp_path / "made")[0]) == []


def test_dciodvfy_finds_no_error_in_a_dose(tmp_path: Path) -> None:
    ds = rt_dose((np.arange(5 * 14 * 12, dtype="<u4") * 4321).reshape(5, 14, 12), grid_affine())
    ds.StudyInstanceUID, ds.PatientName, ds.FrameOfReferenceUID, ds.SeriesNumber = "1.2.3", "Made^By Code", "1.2.4", 1
    plan = dicom.Dataset()
    plan.ReferencedSOPClassUID, plan.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.481.5", "1.2.5"
    ds.ReferencedRTPlanSequence = [plan]
    write_series(tmp_path / "source", [ds])
    volume = dicom.read_series(tmp_path / "source")
    path = volume.crop(k=(1, 4)).to_dicom(folder=tmp_path / "made")[0]
    assert dciodvfy(path) == []
    read = pydicom.dcmread(path)
    np.testing.assert_allclose(read.pixel_array * float(read.DoseGridScaling), volume.array[1:4], rtol=1e-7)


@pytest.mark.parametrize("change", ["as it is", "resampled"])
@pytest.mark.parametrize("dtype", ["float32", "float64", "uint16"])
def test_dciodvfy_finds_no_error_in_a_parametric_map(tmp_path: Path, dtype: str, change: str) -> None:
    source = CHANGES[change](full_volume(tmp_path / "source", "MR"))
    volume = source.with_array(source.array.astype(dtype), unit="ms")
    assert dciodvfy(volume.to_dicom(folder=tmp_path / "made", form="parametric-map")[0]) == []


@pytest.mark.parametrize(("dtype", "is_color"), [("uint8", False), ("uint16", False), ("uint8", True)])
def test_dciodvfy_finds_no_error_in_a_secondary_capture(tmp_path: Path, dtype: str, is_color: bool) -> None:
    source = full_volume(tmp_path / "source", "CT")
    shape = (*source.shape, 3) if is_color else source.shape
    volume = source.with_array(np.zeros(shape, dtype), is_color=is_color)
    assert dciodvfy(volume.to_dicom(folder=tmp_path / "made", form="secondary-capture")[0]) == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("modality", MODALITIES)
def test_pydicom_reads_the_same_values(tmp_path: Path, modality: str, form: str) -> None:
    volume = full_volume(tmp_path / "source", modality)
    paths = volume.to_dicom(folder=tmp_path / "made", form=form)
    read = [pydicom.dcmread(path) for path in paths]
    stored = np.concatenate([ds.pixel_array.reshape(-1, *volume.shape[1:]) for ds in read])
    if form == "classic":
        holders = read
    else:
        shared = read[0].SharedFunctionalGroupsSequence[0].get("PixelValueTransformationSequence")
        frames = read[0].PerFrameFunctionalGroupsSequence
        holders = [shared[0] if shared else frame.PixelValueTransformationSequence[0] for frame in frames]
    slope = np.array([float(one.get("RescaleSlope", 1)) for one in holders])[:, None, None]
    intercept = np.array([float(one.get("RescaleIntercept", 0)) for one in holders])[:, None, None]
    np.testing.assert_array_equal((stored * slope + intercept).astype(volume.dtype), volume.array)


@pytest.mark.parametrize("change", ["as it is", "cropped", "coronal"])
@pytest.mark.parametrize("modality", ["CT", "MR"])
def test_simpleitk_and_dcm2niix_read_the_same_volume(tmp_path: Path, modality: str, change: str) -> None:
    from pathlib import Path as Local

    volume = CHANGES[change](full_volume(tmp_path / "source", modality))
    k, j, i = volume.affine[:3, :3].T
    if float(np.cross(i, j) @ k) < 0:
        volume = volume.crop(k=slice(None, None, -1))
    paths = [Local(path) for path in volume.to_dicom(folder=tmp_path / "made")]
    read = read_with_simpleitk(paths)
    np.testing.assert_array_equal(read.array, volume.array)
    np.testing.assert_allclose(read.affine, volume.affine, atol=1e-6)
    command = shutil.which("dcm2niix")
    if command is None:
        import sys

        beside = Local(sys.executable).with_name("dcm2niix")
        command = str(beside) if beside.exists() else missing("dcm2niix is not installed")
    (nifti,) = read_with_dcm2niix(command, tmp_path / "made", tmp_path / "nifti").values()
    # Voxels at the same places have the same values, however dcm2niix turned the axes.
    corner = np.array([1, 2, 3, 1.0])
    place = np.rint(np.linalg.solve(nifti.affine, volume.affine @ corner))[:3].astype(int)
    assert nifti.array[tuple(place)] == volume.array[1, 2, 3]
    assert sorted(nifti.array.shape) == sorted(volume.shape)


@pytest.mark.parametrize("form", FORMS)
def test_highdicom_reads_the_same_volume(tmp_path: Path, form: str) -> None:
    highdicom = pytest.importorskip("highdicom")
    volume = full_volume(tmp_path / "source", "CT")
    paths = volume.to_dicom(folder=tmp_path / "made", form=form)
    if form == "enhanced":
        read = highdicom.imread(paths[0]).get_volume()
    else:
        read = highdicom.get_volume_from_series([pydicom.dcmread(path) for path in paths])
    turned = read.affine
    # Places of three voxels, whatever direction the slices are counted in.
    for index in ((0, 0, 0), (5, 3, 7), (11, 19, 23)):
        there = np.rint(np.linalg.solve(turned, volume.affine @ (*index, 1)))[:3].astype(int)
        assert read.array[tuple(there)] == volume.array[index]
        np.testing.assert_allclose(turned @ (*there, 1), volume.affine @ (*index, 1), atol=1e-6)
