"""The histograms that a dose holds read alike, whatever kind they are, and what contradicts itself is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dicom
from dicom.errors import QuantityError
from dicom.radiotherapy import stored_dvhs


def item(data: list[float], number: int = 5, **elements: Any) -> dicom.Dataset:
    """A histogram of a ROI; the elements are set last, those of None are left out."""
    ds, reference = dicom.Dataset(), dicom.Dataset()
    reference.ReferencedROINumber, reference.DVHROIContributionType = number, "INCLUDED"
    facts = {
        "DVHType": "DIFFERENTIAL",
        "DoseUnits": "GY",
        "DoseType": "PHYSICAL",
        "DVHDoseScaling": 1.0,
        "DVHVolumeUnits": "CM3",
        "DVHNumberOfBins": len(data) // 2,
        "DVHData": data,
        "DVHReferencedROISequence": [reference],
        **elements,
    }
    for keyword, value in facts.items():
        if value is not None:
            setattr(ds, keyword, value)
    return ds


def of_items(*items: dicom.Dataset) -> Any:
    """The histograms of a dose with these items."""
    ds = dicom.Dataset()
    ds.DVHSequence = list(items)
    return stored_dvhs(ds)


def test_differential_bins_are_as_they_stand() -> None:
    found = of_items(item([1, 0, 1, 3, 2, 1]))[5]
    assert found.edges.tolist() == [0, 1, 2, 4]
    assert found.differential.tolist() == [0, 3, 1]
    assert (found.volume_ml, found.min, found.max, found.number) == (4, 1, 4, 5)


def test_widths_are_scaled() -> None:
    assert of_items(item([100, 0, 100, 3], DVHDoseScaling=0.01))[5].edges.tolist() == [0, 1, 2]


def test_cumulative_values_are_those_of_the_middle_of_their_bins() -> None:
    found = of_items(item([1, 10, 1, 10, 1, 4, 1, 0], DVHType="CUMULATIVE"))[5]
    assert found.edges.tolist() == [0, 1.5, 2.5, 3.5, 4.5]
    assert found.differential.tolist() == [0, 6, 4, 0]


def test_a_first_bin_without_a_width_is_the_whole_volume() -> None:
    found = of_items(item([0, 10, 1, 10, 1, 4, 1, 0], DVHType="CUMULATIVE"))[5]
    assert found.cumulative.tolist() == [10, 10, 4, 0, 0]
    assert found.edges.tolist() == [0, 1, 2, 3, 4]


def test_natural_values_are_by_dose_to_the_power_of_three_halves() -> None:
    # 2 ml between 1 and 4 Gy: u goes from 1 to 1/8.
    found = of_items(item([1, 0, 3, 2 / (1 - 1 / 8)], DVHType="NATURAL", DVHVolumeUnits="PER_U"))[5]
    assert found.differential.tolist() == [0, pytest.approx(2)]


def test_percent_stays_percent() -> None:
    found = of_items(item([1, 25, 1, 75], DVHVolumeUnits="PERCENT"))[5]
    assert (found.volume_ml, found.volume_unit) == (None, "%")
    assert found.volume_at(1, percent=True) == 75


def test_relative_dose_stays_relative() -> None:
    found = of_items(item([50, 1, 50, 3], DoseUnits="RELATIVE"))[5]
    assert found.dose_unit == "relative dose"
    assert found.dose_at(75) == 50


def test_stated_ends_and_mean_are_taken_where_they_agree() -> None:
    stated = {"DVHMinimumDose": 1.3, "DVHMaximumDose": 2.6, "DVHMeanDose": 1.9}
    found = of_items(item([1, 0, 1, 3, 1, 1], **stated))[5]
    assert (found.min, found.max, found.mean, found.notes) == (1.3, 2.6, 1.9, ())


def test_those_of_another_scale_are_computed_and_noted() -> None:
    found = of_items(item([1, 0, 1, 3, 1, 1], DVHMinimumDose=1.3, DVHMaximumDose=104.0, DVHMeanDose=76.0))[5]
    assert (found.min, found.max, found.mean) == (1, 3, 1.75)
    assert "(3004,0072)" in found.notes[0]
    assert "104" not in found.notes[0]


def test_regions_that_were_added_up_and_taken_away_have_a_key_of_their_own() -> None:
    references = []
    for number, kind in ((1, "INCLUDED"), (2, "EXCLUDED")):
        reference = dicom.Dataset()
        reference.ReferencedROINumber, reference.DVHROIContributionType = number, kind
        references.append(reference)
    assert list(of_items(item([1, 1], DVHReferencedROISequence=references), item([1, 1], 1))) == [(1, -2), 1]


def test_of_several_of_a_region_the_first_is_given_and_noted() -> None:
    found = of_items(item([1, 1]), item([1, 2]), item([1, 3]))
    assert found[5].volume_ml == 1
    assert "has 3 histograms" in found[5].notes[-1]


def test_a_dose_without_histograms_has_none() -> None:
    assert stored_dvhs(dicom.Dataset()) == {}


def test_traces_below_zero_are_rounding() -> None:
    found = of_items(item([1, 10, 1, 4, 1, -3e-13], DVHType="CUMULATIVE"))[5]
    assert found.differential.min() == 0


@pytest.mark.parametrize(
    ("elements", "keyword"),
    [
        ({"DVHType": None}, "DVHType"),
        ({"DVHType": "SUM"}, "DVHType"),
        ({"DVHVolumeUnits": None}, "DVHVolumeUnits"),
        ({"DVHVolumeUnits": "PER_U"}, "DVHVolumeUnits"),
        ({"DVHType": "NATURAL"}, "DVHVolumeUnits"),
        ({"DoseUnits": None}, "DoseUnits"),
        ({"DVHDoseScaling": None}, "DVHDoseScaling"),
        ({"DVHDoseScaling": 0}, "DVHDoseScaling"),
        ({"DVHDoseScaling": -1}, "DVHDoseScaling"),
        ({"DVHNumberOfBins": 7}, "DVHNumberOfBins"),
        ({"DVHData": None, "DVHNumberOfBins": None}, "DVHData"),
        ({"DVHData": [1, 2, 3], "DVHNumberOfBins": None}, "DVHData"),
        ({"DVHData": [1, 2, 0, 3]}, "DVHData"),
        ({"DVHData": [1, 2, -1, 3]}, "DVHData"),
        ({"DVHData": [1, -2, 1, 3]}, "DVHData"),
        ({"DVHData": [1, 0, 1, 0]}, "DVHData"),
        ({"DVHType": "CUMULATIVE", "DVHData": [1, 2, 1, 3]}, "DVHData"),
        ({"DVHType": "NATURAL", "DVHVolumeUnits": "PER_U", "DVHData": [1, 2, 1, 3]}, "DVHData"),
        ({"DVHReferencedROISequence": None}, "DVHReferencedROISequence"),
    ],
)
def test_what_contradicts_itself_is_refused_by_its_element(elements: dict[str, Any], keyword: str) -> None:
    with pytest.raises(QuantityError) as caught:
        of_items(item([1, 1, 1, 1], **elements))
    assert keyword in caught.value.keywords


def test_a_file_is_read_without_its_pixels(tmp_path: Path) -> None:
    ds = dicom.Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.481.2", "1.2.3"
    ds.DVHSequence = [item([1, 1])]
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    ds.save_as(tmp_path / "dose.dcm")
    assert np.array_equal(stored_dvhs(tmp_path / "dose.dcm")[5].differential, [1])
