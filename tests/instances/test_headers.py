"""What the headers of new images say: what is taken over, what is new, and what isn't said any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
import dicom.instances
from tests.instances.full import full_series, full_volume
from tests.volume.made import grid_affine, made_series

if TYPE_CHECKING:
    from pathlib import Path


def test_patient_study_and_frame_of_reference_stay_and_the_rest_is_new(tmp_path: Path) -> None:
    volume = full_volume(tmp_path / "source", "CT")
    source = volume.sources.dataset(0)
    made = volume.to_dicom()
    for keyword in ("PatientID", "PatientName", "PatientWeight", "StudyInstanceUID", "StudyID", "FrameOfReferenceUID"):
        assert made[0][keyword].value == source[keyword].value
    assert made[0].SeriesInstanceUID != source.SeriesInstanceUID
    assert {ds.SeriesInstanceUID for ds in made} == {made[0].SeriesInstanceUID}
    assert len({ds.SOPInstanceUID for ds in made} | {ds.file_meta.MediaStorageSOPInstanceUID for ds in made}) == 12
    assert [ds.InstanceNumber for ds in made] == list(range(1, 13))
    assert made[0].SeriesNumber == 301


def test_each_slice_has_the_acquisition_of_its_source(tmp_path: Path) -> None:
    volume = full_volume(tmp_path / "source", "CT").crop(k=(3, 7))
    made = volume.to_dicom()
    assert [ds.XRayTubeCurrent for ds in made] == [103, 104, 105, 106]
    assert [ds.SourceImageSequence[0].ReferencedSOPInstanceUID for ds in made] == [
        volume.sources.sop_instance_uid(k) for k in range(4)
    ]
    assert {ds.KVP for ds in made} == {120.0}
    assert all(ds.ImageType == ["DERIVED", "SECONDARY", "AXIAL"] for ds in made)
    assert all(ds.WindowCenter == 40 for ds in made)
    # Of the field that was reconstructed nothing is known after cropping.
    assert all("ReconstructionDiameter" not in ds for ds in made)


@pytest.mark.parametrize("change", ["resampled", "reoriented"])
def test_slices_of_no_source_have_what_all_sources_have_alike(tmp_path: Path, change: str) -> None:
    volume = full_volume(tmp_path / "source", "CT")
    other = volume.resample(1.0, order=0) if change == "resampled" else volume.reorient("coronal")
    made = other.to_dicom()
    assert all("XRayTubeCurrent" not in ds and "SourceImageSequence" not in ds for ds in made)
    assert all("GantryDetectorTilt" not in ds for ds in made)
    assert {ds.KVP for ds in made} == {120.0}
    assert made[0].DerivationCodeSequence[0].CodeValue == "113072"
    assert made[0].SliceThickness == pytest.approx(other.spacing[0])
    assert made[0].PatientID == "MADE"


def test_the_phase_encoding_direction_goes_where_rows_became_columns(tmp_path: Path) -> None:
    volume = full_volume(tmp_path / "source", "MR")
    assert volume.to_dicom()[0].InPlanePhaseEncodingDirection == "ROW"
    turned = dicom.Volume(
        volume.array.transpose(0, 2, 1), volume.affine[:, [0, 2, 1, 3]], modality="MR", sources=volume.sources
    )
    assert "InPlanePhaseEncodingDirection" not in turned.to_dicom()[0]


def test_a_pet_keeps_the_time_that_its_decay_is_corrected_to(tmp_path: Path) -> None:
    volume = full_volume(tmp_path / "source", "PT")
    ds = volume.crop(k=(2, 5)).to_dicom()[0]
    assert (ds.SeriesDate, ds.SeriesTime, ds.DecayCorrection) == ("20260102", "101500", "START")
    assert ds.Units == "BQML"
    assert ds.RadiopharmaceuticalInformationSequence[0].RadionuclideHalfLife == pytest.approx(6586.2)
    assert (ds.NumberOfSlices, ds.ImageIndex) == (3, 1)


def test_private_elements_that_a_quantity_needs_stay(tmp_path: Path) -> None:
    full_series(tmp_path / "source", "PT")
    for path in (tmp_path / "source").iterdir():
        ds = dicom.read(path)
        block = ds.private_block(0x7053, "Philips PET Private Group", create=True)
        block.add_new(0x00, "DS", "0.00025")
        ds.private_block(0x0029, "SIEMENS CSA HEADER", create=True).add_new(0x10, "OB", b"geometry")
        ds.save_as(path)
    made = dicom.read_series(tmp_path / "source").to_dicom()[0]
    assert made.private_block(0x7053, "Philips PET Private Group")[0x00].value == pytest.approx(0.00025)
    with pytest.raises(KeyError):
        made.private_block(0x0029, "SIEMENS CSA HEADER")


@pytest.mark.parametrize(
    ("quantity", "unit", "units", "suv_type"),
    [
        ("SUVbw", "g/ml", "GML", "BW"),
        ("SUVlbm", "g/ml", "GML", "LBM"),
        ("SUVlbm(Janma)", "g/ml", "GML", "LBMJANMA"),
        ("SUVbsa", "cm²/ml", "CM2ML", "BSA"),
        ("SUVibw", "g/ml", "GML", "IBW"),
    ],
)
def test_suv_is_a_pet_of_its_units(tmp_path: Path, quantity: str, unit: str, units: str, suv_type: str) -> None:
    volume = full_volume(tmp_path / "source", "PT")
    suv = volume.with_array(np.round(volume.array / 5000, 3), unit=unit)
    suv.quantity = quantity
    ds = suv.to_dicom()[0]
    assert (ds.Units, ds.SUVType, ds.Modality) == (units, suv_type, "PT")
    # A window of activities says nothing about SUV.
    assert "WindowCenter" not in ds
    assert ds.DerivationDescription.startswith(quantity)


def test_a_template_says_patient_and_acquisition_of_an_array(tmp_path: Path) -> None:
    full_series(tmp_path / "source", "CT")
    path = next((tmp_path / "source").iterdir())
    volume = dicom.Volume(np.zeros((2, 3, 4), "i2"), grid_affine(), unit="HU", modality="CT")
    for template in (path, str(path), dicom.read(path), dicom.read_series(tmp_path / "source")):
        made = volume.to_dicom(template)[0]
        assert (made.PatientID, made.KVP, made.Manufacturer) == ("MADE", 120.0, "MADE")
        assert "SourceImageSequence" not in made
        # Positions have nothing to do with those of the template.
        assert made.FrameOfReferenceUID != dicom.read(path).FrameOfReferenceUID


def test_values_computed_on_the_grid_of_a_template_have_its_slices(tmp_path: Path) -> None:
    template = full_volume(tmp_path / "source", "CT")
    volume = dicom.Volume(np.zeros(template.shape, "i2"), template.affine, unit="HU", modality="CT")
    made = volume.to_dicom(template)
    assert [ds.XRayTubeCurrent for ds in made] == list(range(100, 112))


def test_description_number_and_derivation_are_the_callers(tmp_path: Path) -> None:
    volume = full_volume(tmp_path / "source", "CT", SeriesDescription="Thorax")
    assert volume.to_dicom()[0].SeriesDescription == "Thorax"
    for form in ("classic", "enhanced"):
        ds = volume.to_dicom(form=form, description="Smoothed", number=42, derivation="Gaussian of 2 mm")[0]
        assert (ds.SeriesDescription, ds.SeriesNumber) == ("Smoothed", 42)
        item = ds if form == "classic" else ds.PerFrameFunctionalGroupsSequence[0].DerivationImageSequence[0]
        assert item.DerivationDescription == "Gaussian of 2 mm"


def test_what_was_lossy_once_says_so_ever_after(tmp_path: Path) -> None:
    options = {
        "LossyImageCompression": "01",
        "LossyImageCompressionRatio": 8.5,
        "LossyImageCompressionMethod": "ISO_15444_1",
    }
    volume = full_volume(tmp_path / "source", "CT", **options)
    for form in ("classic", "enhanced"):
        ds = volume.to_dicom(form=form)[0]
        assert (ds.LossyImageCompression, ds.LossyImageCompressionRatio) == ("01", 8.5)
    assert volume.resample(1.0, order=0).to_dicom()[0].LossyImageCompression == "01"


def test_enhanced_sources_give_enhanced_images_and_their_headers(tmp_path: Path) -> None:
    full_volume(tmp_path / "source", "CT").to_dicom(folder=tmp_path / "enhanced", form="enhanced")
    volume = dicom.read_series(tmp_path / "enhanced")
    again = volume.crop(k=(2, 4)).to_dicom()
    assert len(again) == 1
    assert again[0].SOPClassUID.name == "Enhanced CT Image Storage"
    item = again[0].PerFrameFunctionalGroupsSequence[0].DerivationImageSequence[0].SourceImageSequence[0]
    assert item.ReferencedFrameNumber == 3
    classic = volume.to_dicom(form="classic")
    assert (classic[3].KVP, classic[3].WindowCenter, classic[3].PatientID) == (120.0, 40.0, "MADE")


def test_times_are_in_the_zone_of_the_sources(tmp_path: Path) -> None:
    from datetime import datetime, timedelta, timezone

    volume = full_volume(tmp_path / "source", "CT", TimezoneOffsetFromUTC="-1130")
    ds = volume.to_dicom()[0]
    made = datetime.strptime(f"{ds.ContentDate}{ds.ContentTime}", "%Y%m%d%H%M%S.%f")
    now = datetime.now(timezone(-timedelta(hours=11, minutes=30))).replace(tzinfo=None)
    assert abs(now - made) < timedelta(minutes=5)


def test_texts_beyond_ascii_get_a_character_set(tmp_path: Path) -> None:
    volume = full_volume(tmp_path / "source", "CT")
    paths = volume.to_dicom(folder=tmp_path / "made", description="Schädel")
    ds = dicom.read(paths[0])
    assert (ds.SpecificCharacterSet, ds.SeriesDescription) == ("ISO_IR 192", "Schädel")


def test_elements_of_sources_that_break_their_vr_do_no_harm(tmp_path: Path) -> None:
    full_series(tmp_path / "source", "CT")
    for path in (tmp_path / "source").iterdir():
        data = path.read_bytes()
        # KVP becomes a text that is no number, the kernel one in a character set that isn't named.
        path.write_bytes(data.replace(b"120.0 ", b"high! ").replace(b"B30 ", b"\xffb30"))
    volume = dicom.read_series(tmp_path / "source")
    made = volume.to_dicom(folder=tmp_path / "made")
    np.testing.assert_array_equal(dicom.read_series(tmp_path / "made").array, volume.array)
    assert len(made) == 12
    assert dicom.read(made[0]).PatientID == "MADE"


def test_elements_that_are_too_long_do_no_harm(tmp_path: Path) -> None:
    full_series(tmp_path / "source", "CT")
    for path in (tmp_path / "source").iterdir():
        path.write_bytes(
            path.read_bytes().replace(b"\x18\x00\x30\x10LO\x02\x00P ", b"\x18\x00\x30\x10LO\x50\x00" + b"P" * 80)
        )
    volume = dicom.read_series(tmp_path / "source")
    assert len(volume.sources.dataset(0).ProtocolName) == 80
    for form in ("classic", "enhanced"):
        made = volume.to_dicom(folder=tmp_path / form, form=form)
        assert len(dicom.read(made[0]).ProtocolName) == 80


def test_a_new_study_is_a_template(tmp_path: Path) -> None:
    study = dicom.instances.new_study("phantom-7", "Made^Phantom", modality="MR", PatientPosition="HFS")
    volume = dicom.Volume(np.zeros((2, 3, 4), "u2"), grid_affine())
    ds = volume.to_dicom(study)[0]
    assert (ds.PatientID, ds.Modality, ds.PatientPosition) == ("phantom-7", "MR", "HFS")
    assert ds.StudyInstanceUID == study.StudyInstanceUID


def test_a_volume_knows_what_it_was_made_of(tmp_path: Path) -> None:
    made_series(tmp_path / "source")
    volume = dicom.read_series(tmp_path / "source")
    assert volume.made_of is volume.sources
    resampled = volume.crop(k=(2, 8)).resample(1.0)
    assert resampled.sources is None
    assert resampled.made_of.shape == (1, 6)
    assert resampled.reorient("coronal").made_of is resampled.made_of
