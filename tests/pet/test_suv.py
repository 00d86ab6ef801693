"""What can be given, and the volume that comes back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
from dicom.errors import GeometryError, PixelError, QuantityError, SeveralSeriesError
from tests.pet.made import HOUR_S, SHAPE, decayed, enhanced_pet, pet_data_sets, pet_series
from tests.volume.made import write_series

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = 70e3 / decayed(HOUR_S)
PHILIPS = "Philips PET Private Group"


def slice_factors(k: int) -> tuple[str, int, dict[int, tuple[str, str]]]:
    return (PHILIPS, 0x7053, {0x00: ("DS", ("0.5", "0.25", "0.125")[k])})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return pet_series(tmp_path / "pet")


@pytest.fixture
def by_slice(tmp_path: Path) -> Path:
    """A series with another factor for each slice."""
    return pet_series(tmp_path / "counts", Units="CNTS", private=slice_factors)


def test_volume_says_what_its_values_are(folder: Path) -> None:
    read, made = dicom.read_series(folder), dicom.suv(folder)
    assert (made.unit, made.quantity, made.modality) == ("g/ml", "SUVbw", "PT")
    assert made.evidence.title == "SUVbw"
    assert made.evidence["factor"].value == pytest.approx(PLAIN, rel=1e-12)
    assert made.same_grid_as(read)
    assert made.sources.file(2) == read.sources.file(2)
    np.testing.assert_array_equal(made.array, read.array * np.float32(PLAIN))


def test_everything_that_read_series_takes_gives_the_same(folder: Path) -> None:
    wanted = dicom.suv(folder).array
    found = dicom.find_series(folder)
    for given in (str(folder), sorted(folder.iterdir()), found, found[0], dicom.read_series(folder)):
        made = dicom.suv(given)
        np.testing.assert_array_equal(made.array, wanted)
        assert str(made.evidence) == str(dicom.suv(given, factors=True))


def test_data_sets_of_one_and_of_several_frames(tmp_path: Path) -> None:
    single = pet_data_sets()[1]
    write_series(tmp_path / "one", [single])
    read = dicom.read_series(tmp_path / "one")
    for ds in (single, dicom.read(next((tmp_path / "one").iterdir()))):
        np.testing.assert_array_equal(dicom.suv(ds).array, read.array * np.float32(PLAIN))
    several = enhanced_pet()
    write_series(tmp_path / "several", [several])
    assert dicom.read_series(tmp_path / "several").unit == "Bq/ml"
    made = dicom.suv(dicom.read(next((tmp_path / "several").iterdir())))
    assert made.shape == SHAPE
    np.testing.assert_allclose(made.array, dicom.read_series(tmp_path / "several").array * PLAIN, rtol=3e-7)


def test_a_data_set_that_does_not_say_how_it_is_encoded(folder: Path) -> None:
    wanted = dicom.suv(pet_data_sets()[1])
    bare = dicom.Dataset({element.tag: element for element in pet_data_sets()[1]})
    assert not hasattr(bare, "file_meta")
    np.testing.assert_array_equal(dicom.suv(bare).array, wanted.array)


@pytest.mark.parametrize(
    ("elements", "unit", "quantity"),
    [
        ({"Units": "GML", "SUVType": "BW"}, "g/ml", "SUVbw"),
        ({"Units": "GML"}, "g/ml", "SUVbw"),
        ({"Units": "CM2ML", "SUVType": "BSA"}, "cm2/ml", "SUVbsa"),
    ],
)
def test_stored_and_computed_uptake_have_the_same_unit_and_quantity(
    tmp_path: Path, elements: dict[str, str], unit: str, quantity: str
) -> None:
    read = dicom.read_series(pet_series(tmp_path / "pet", **elements))
    made = dicom.suv(read, quantity.removeprefix("SUV"))
    assert (read.unit, read.quantity) == (made.unit, made.quantity) == (unit, quantity)
    np.testing.assert_array_equal(made.array, read.array)
    # Written and read again it is still that.
    read.to_dicom(folder=tmp_path / "again")
    again = dicom.read_series(tmp_path / "again")
    assert (again.unit, again.quantity) == (unit, quantity)
    np.testing.assert_array_equal(again.array, read.array)
    read.to_dicom(folder=tmp_path / "map", form="parametric-map")
    mapped = dicom.read_series(tmp_path / "map")
    assert (mapped.unit, mapped.quantity) == (unit, quantity)


def test_the_volume_that_is_given_stays_as_it_is(folder: Path) -> None:
    volume = dicom.read_series(folder)
    before = volume.array.copy()
    made = dicom.suv(volume)
    np.testing.assert_array_equal(volume.array, before)
    assert not np.shares_memory(made.array, volume.array)
    assert (volume.unit, volume.quantity, volume.evidence) == ("Bq/ml", None, None)


def test_what_is_read_here_is_multiplied_where_it_lies(folder: Path) -> None:
    out = np.empty(SHAPE, np.float32)
    made = dicom.suv(folder, out=out)
    assert made.array is out


def test_values_of_eight_bytes_keep_them(folder: Path) -> None:
    for made in (dicom.suv(folder, dtype="float64"), dicom.suv(dicom.read_series(folder, dtype="float64"))):
        np.testing.assert_allclose(made.array, dicom.read_series(folder, dtype="float64").array * PLAIN, rtol=1e-12)


def test_whole_numbers_are_no_uptake(tmp_path: Path) -> None:
    data_sets = pet_data_sets()
    for ds in data_sets:
        ds.RescaleSlope = 1
    write_series(tmp_path / "pet", data_sets)
    volume = dicom.read_series(tmp_path / "pet")
    assert volume.array.dtype.kind == "i"
    for made in (dicom.suv(tmp_path / "pet"), dicom.suv(volume)):
        assert made.array.dtype == np.float32
    with pytest.raises(PixelError, match="whole numbers"):
        dicom.suv(tmp_path / "pet", dtype="int16")


@pytest.mark.parametrize("orientation", ["RAS", "axial", "coronal", "sagittal", "SLP"])
def test_a_factor_a_slice_goes_with_its_slice(orientation: str, by_slice: Path) -> None:
    turned = dicom.read_series(by_slice).reorient(orientation)
    np.testing.assert_array_equal(dicom.suv(turned).array, dicom.suv(by_slice).reorient(orientation).array)


def test_a_factor_a_slice_of_a_part(by_slice: Path) -> None:
    volume = dicom.read_series(by_slice)
    whole = dicom.suv(by_slice)
    np.testing.assert_array_equal(dicom.suv(volume[::-2, 1:]).array, whole.array[::-2, 1:])
    assert dicom.suv(volume[::-2], factors=True).values.tolist() == [0.125, 0.5]
    np.testing.assert_array_equal(dicom.suv(by_slice, region=(slice(1, 3), None, None)).array, whole.array[1:3])


def test_factors_that_differ_are_not_one(by_slice: Path) -> None:
    found = dicom.suv(by_slice, factors=True)
    assert repr(found) == "<SUVFactors: SUVbw, 0.125 to 0.5, 3 slices>"
    with pytest.raises(QuantityError, match="each"):
        _ = found.factor
    assert np.asarray(found).tolist() == [0.5, 0.25, 0.125]
    assert found.evidence["factor"].value.tolist() == [0.5, 0.25, 0.125]


def test_factors_of_one_number(folder: Path) -> None:
    found = dicom.suv(folder, factors=True)
    assert repr(found) == f"<SUVFactors: SUVbw, {PLAIN:.9g}, 3 slices>"
    assert str(found) == str(found.evidence)
    assert found._repr_html_() == found.evidence._repr_html_()


def test_times_and_slices_each_have_a_factor(tmp_path: Path) -> None:
    frames = []
    for t in range(2):
        for k, ds in enumerate(
            pet_data_sets(
                DecayCorrection="NONE",
                CorrectedImage=["ATTN"],
                AcquisitionTime=f"10{15 + 30 * t}00",
                FrameReferenceTime=str(1800000 * t + 90000),
            )
        ):
            ds.ImageIndex = 3 * t + k + 1
            frames.append(ds)
    for ds in frames:
        ds.StudyInstanceUID, ds.SeriesInstanceUID = frames[0].StudyInstanceUID, frames[0].SeriesInstanceUID
        ds.FrameOfReferenceUID = frames[0].FrameOfReferenceUID
    write_series(tmp_path / "pet", frames)
    found, volume = dicom.suv(tmp_path / "pet", factors=True), dicom.read_series(tmp_path / "pet")
    assert found.values.shape == (2, 3)
    assert found.values[1, 0] / found.values[0, 0] == pytest.approx(2 ** (1800 / 6586.2), rel=1e-9)
    made = dicom.suv(volume)
    np.testing.assert_allclose(made.array, volume.array * found.values[:, :, None, None], rtol=3e-7)
    np.testing.assert_array_equal(dicom.suv(volume[1]).array, made.array[1])


def test_slices_that_were_filled_in_stay_without_a_value(tmp_path: Path) -> None:
    data_sets = pet_data_sets(slices=5, Units="CNTS", private=lambda k: (PHILIPS, 0x7053, {0: ("DS", f"0.{k + 1}")}))
    write_series(tmp_path / "pet", [ds for k, ds in enumerate(data_sets) if k != 2])
    made = dicom.suv(tmp_path / "pet", gaps="fill")
    assert np.isnan(made.array[2]).all()
    assert not np.isnan(made.array[[0, 1, 3, 4]]).any()
    factors = dicom.suv(tmp_path / "pet", gaps="fill", factors=True).values
    np.testing.assert_array_equal(factors, [0.1, 0.2, np.nan, 0.4, 0.5])
    parts = dicom.suv(tmp_path / "pet", gaps="split")
    assert [part.shape[0] for part in parts] == [2, 2]
    with pytest.raises(GeometryError, match="as they were read"):
        dicom.suv(tmp_path / "pet", gaps="split", factors=True)


def test_compressed_series_gives_the_same(tmp_path: Path) -> None:
    data_sets = pet_data_sets()
    write_series(tmp_path / "native", data_sets)
    write_series(tmp_path / "rle", data_sets, transfer_syntax="1.2.840.10008.1.2.5")
    np.testing.assert_array_equal(dicom.suv(tmp_path / "rle").array, dicom.suv(tmp_path / "native").array)
    assert dicom.suv(tmp_path / "rle", factors=True).factor == dicom.suv(tmp_path / "native", factors=True).factor


def test_factors_read_no_pixels(folder: Path) -> None:
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(PixelError):
        dicom.suv(folder)
    assert dicom.suv(folder, factors=True).factor == pytest.approx(PLAIN, rel=1e-12)


def test_series_picks_one_of_several(tmp_path: Path) -> None:
    pet_series(tmp_path / "both" / "a")
    pet_series(tmp_path / "both" / "b", PatientWeight="80", SeriesNumber=9)
    with pytest.raises(SeveralSeriesError):
        dicom.suv(tmp_path / "both")
    assert dicom.suv(tmp_path / "both", series=1).evidence["weight"].value == 80.0
    with pytest.raises(TypeError, match="series="):
        dicom.suv(dicom.read_series(tmp_path / "both", 0), series=1)


def test_private_elements_are_found_in_any_block(tmp_path: Path) -> None:
    data_sets = pet_data_sets(Units="CNTS")
    for ds in data_sets:
        ds.private_block(0x7053, "SOMEBODY ELSE", create=True).add_new(0x00, "DS", "9")
        ds.private_block(0x7053, PHILIPS, create=True).add_new(0x00, "DS", "0.5")
    write_series(tmp_path / "pet", data_sets)
    assert dicom.suv(tmp_path / "pet", factors=True).factor == 0.5


def test_evidence_has_every_input_with_its_element(folder: Path) -> None:
    evidence = dicom.suv(folder, "lbm", factors=True).evidence
    assert [entry.name for entry in evidence] == [
        *("unit", "decay correction", "corrected for", "weight", "height", "sex", "lean body mass"),
        *("injected dose", "half-life", "decay corrected to", "injection", "decay time", "decayed dose", "factor"),
    ]
    assert all(entry.source for entry in evidence if entry.name != "factor")
    assert evidence["decay time"].value == HOUR_S
    assert len(evidence.assumptions) == 2
    json.dumps(evidence.as_dicts())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"FrameReferenceTime": "900000"}, "FrameReferenceTime (0054,1300) counts from another moment"),
        (
            {"AcquisitionTime": lambda k: f"10{15 + 5 * k}00", "DecayFactor": "1.01"},
            "DecayFactor (0054,1321) doesn't grow with AcquisitionTime (0008,0032)",
        ),
        ({"AcquisitionTime": None}, "AcquisitionTime (0008,0032) is absent"),
        ({"AcquisitionTime": "111500"}, "the earliest AcquisitionTime (0008,0032) is 60 minutes later"),
    ],
)
def test_what_speaks_against_series_time_is_said(changes: dict[str, object], said: str, tmp_path: Path) -> None:
    found = dicom.suv(pet_series(tmp_path / "pet", **changes), factors=True)
    assert said in found.evidence["decay corrected to"].assumption
    assert found.factor == pytest.approx(PLAIN, rel=1e-9)


def test_acquisition_that_rounding_put_before_the_series_is_its_beginning(tmp_path: Path) -> None:
    found = dicom.suv(pet_series(tmp_path / "pet", AcquisitionTime="101459.999985"), factors=True)
    assert found.evidence["decay corrected to"].assumption == ""
    assert found.factor == pytest.approx(PLAIN, rel=1e-9)


def test_a_part_has_the_factor_of_the_whole(tmp_path: Path) -> None:
    """The earliest acquisition of a series isn't that of the slices that were kept."""
    folder = pet_series(
        tmp_path / "pet", SeriesTime="140000", AcquisitionTime=lambda k: ("101500", "101800", "102100")[k]
    )
    volume = dicom.read_series(folder)
    for part in (volume[1:], volume[2]):
        assert dicom.suv(part, factors=True).factor == pytest.approx(PLAIN, rel=1e-9)
    made = dicom.suv(folder, region=(slice(1, 3), None, None))
    assert made.evidence["factor"].value == pytest.approx(PLAIN, rel=1e-9)
