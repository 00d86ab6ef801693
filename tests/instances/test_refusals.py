"""What can't be written is refused before a file is made, with what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
import dicom.instances
from dicom.errors import GeometryError, PixelError, TransferSyntaxError, WriteError
from tests.volume.made import grid_affine, made_series

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def volume(tmp_path: Path) -> dicom.Volume:
    made_series(tmp_path / "source")
    return dicom.read_series(tmp_path / "source")


def test_masks_and_labels_have_functions_of_their_own(volume: dicom.Volume) -> None:
    with pytest.raises(WriteError, match=r"Segmentation\.from_masks"):
        volume.with_array(volume.array > 0).to_dicom()
    labels = volume.with_array((volume.array > 0).astype("u1"))
    labels.quantity = "segment"
    with pytest.raises(WriteError, match=r"StructureSet\.from_masks"):
        labels.to_dicom()


def test_without_sources_a_template_is_asked_for() -> None:
    with pytest.raises(WriteError, match="new_study"):
        dicom.Volume(np.zeros((2, 3, 4), "i2"), grid_affine(), modality="CT").to_dicom()


def test_values_that_would_be_rounded_are_refused_with_the_error_that_would_come(
    volume: dicom.Volume, tmp_path: Path
) -> None:
    finer = volume.resample((1.5, 1.0, 1.0))
    with pytest.raises(WriteError, match=r"greatest error would be 0\.\d+ HU.*tolerance="):
        finer.to_dicom(folder=tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_missing_values_need_a_fill(volume: dicom.Volume) -> None:
    array = volume.array.copy()
    array[0, 0, :2] = np.nan
    with_gaps = volume.with_array(array, unit="HU")
    with pytest.raises(WriteError, match=r"2 values are missing.*fill="):
        with_gaps.to_dicom()
    first = with_gaps.to_dicom(fill=-1024)[0]
    assert first.pixel_array[0, :2].tolist() == [0, 0]


def test_a_fill_is_a_number(volume: dicom.Volume) -> None:
    with pytest.raises(WriteError, match="fill"):
        volume.to_dicom(fill=np.nan)


def test_infinite_values_are_refused(volume: dicom.Volume) -> None:
    array = volume.array.copy()
    array[0, 0, 0] = np.inf
    with pytest.raises(WriteError, match="infinite"):
        volume.with_array(array, unit="HU").to_dicom()


def test_a_pet_has_to_have_a_unit(tmp_path: Path) -> None:
    made_series(tmp_path / "source", modality="PT")
    volume = dicom.read_series(tmp_path / "source")
    with pytest.raises(WriteError, match=r"Units \(0054,1001\)"):
        volume.with_array(volume.array * 2).to_dicom()


def test_forms_that_there_are_not(volume: dicom.Volume) -> None:
    with pytest.raises(WriteError, match="form is one of"):
        volume.to_dicom(form="modern")
    with pytest.raises(WriteError, match="form='classic' is of CT, MR and PT"):
        volume.with_array(volume.array, unit="a unit of more than sixteen").to_dicom(form="classic")


def test_an_axis_without_an_element_is_named(volume: dicom.Volume) -> None:
    several = dicom.Volume(
        np.stack([volume.array, volume.array]), volume.affine, unit="HU", modality="CT", dimension="rotation",
        dimension_values=[1, 2],
    )  # fmt: skip
    template = volume
    for form in ("classic", "enhanced"):
        with pytest.raises(WriteError, match=r"axis 'rotation'.*volume\[t\]"):
            several.to_dicom(template, form=form)


def test_rows_and_columns_at_other_angles_are_no_image(volume: dicom.Volume) -> None:
    affine = volume.affine.copy()
    affine[:3, 1] += 0.2 * affine[:3, 2]
    with pytest.raises(GeometryError, match="right angles"):
        dicom.Volume(volume.array, affine, unit="HU", modality="CT").to_dicom(volume)


def test_a_folder_that_holds_files_stays_as_it_is(volume: dicom.Volume, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "IM0001.dcm").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        volume.to_dicom(folder=tmp_path / "made")
    assert (tmp_path / "made" / "IM0001.dcm").read_bytes() == b"mine"
    assert len(volume.to_dicom(folder=tmp_path / "made", overwrite=True)) == len(volume)
    assert dicom.read_series(tmp_path / "made").shape == volume.shape


def test_a_file_is_no_folder(volume: dicom.Volume, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotADirectoryError):
        volume.to_dicom(folder=tmp_path / "file")


def test_an_error_on_the_way_leaves_nothing(volume: dicom.Volume, tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done == 3:
            raise Stop

    with pytest.raises(Stop):
        volume.to_dicom(folder=tmp_path / "made", progress=stop)
    assert not (tmp_path / "made").exists()
    (tmp_path / "there").mkdir()
    with pytest.raises(Stop):
        volume.to_dicom(folder=tmp_path / "there", progress=stop)
    assert list((tmp_path / "there").iterdir()) == []


def test_transfer_syntaxes_and_options_are_looked_at_first(volume: dicom.Volume, tmp_path: Path) -> None:
    with pytest.raises(TransferSyntaxError):
        volume.to_dicom(folder=tmp_path / "made", transfer_syntax="jpeg-sextant")
    with pytest.raises(PixelError):
        volume.to_dicom(folder=tmp_path / "made", transfer_syntax="rle", quality=3)
    with pytest.raises(WriteError, match="quality"):
        volume.to_dicom(folder=tmp_path / "made", quality=3)
    with pytest.raises(WriteError, match="colour"):
        volume.to_dicom(folder=tmp_path / "made", transfer_syntax="rle", colour=3)
    assert not (tmp_path / "made").exists()


def test_a_dose_needs_what_only_the_caller_knows(volume: dicom.Volume) -> None:
    dose = volume.with_array(np.abs(volume.array), unit="Gy")
    with pytest.raises(WriteError, match=r"DoseType \(3004,0004\)"):
        dose.to_dicom()
    template = dicom.instances.new_study("phantom", DoseType="PHYSICAL", DoseSummationType="FRACTION")
    assert dose.to_dicom(template, tolerance=1e-4)[0].DoseUnits == "GY"


def test_no_message_has_a_value_of_the_header(tmp_path: Path) -> None:
    made_series(tmp_path / "source", PatientName="Secret^Name", SeriesDescription="Secret")
    volume = dicom.read_series(tmp_path / "source").resample((1.5, 1.0, 1.0))
    with pytest.raises(WriteError) as caught:
        volume.to_dicom()
    assert "Secret" not in str(caught.value)
