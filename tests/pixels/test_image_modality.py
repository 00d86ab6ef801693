"""Values carry their unit and say which element it is from; their type follows from the transformation."""

from __future__ import annotations

import numpy as np
import pytest

from dicom.errors import PixelError
from tests.made_items import item
from tests.plotting.made_images import image as made_image

RAMP = np.arange(101, dtype=np.int16).reshape(1, 101)
HU = {"RescaleSlope": 1, "RescaleIntercept": -1024}
TWICE = {"RescaleSlope": 2, "RescaleIntercept": 0}


@pytest.mark.parametrize(
    ("elements", "unit", "source"),
    [
        ({"Modality": "CT", **HU}, "HU", "Modality"),
        ({"Modality": "CT", **HU, "RescaleType": "HU"}, "HU", "RescaleType"),
        ({"Modality": "CT", **HU, "RescaleType": "HU_MOD"}, "modified HU", "RescaleType"),
        ({"Modality": "CT", **HU, "RescaleType": "US"}, None, "RescaleType"),
        ({"Modality": "CT", **HU, "ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, None, "localizer"),
        ({"Modality": "CT", **HU, "MultienergyCTAcquisition": "YES"}, None, "multi-energy"),
        ({"Modality": "CT", **HU, "MultienergyCTAcquisition": "YES", "RescaleType": "HU"}, "HU", "RescaleType"),
        ({"Modality": "CT", **HU, "MultienergyCTAcquisition": "NO"}, "HU", "Modality"),
        ({"Modality": "CT", **HU, "RescaleType": "Z_EFF"}, "effective atomic number", "RescaleType"),
        ({"Modality": "CT", **HU, "RescaleType": "ED"}, "10²³ electrons/ml", "RescaleType"),
        ({"Modality": "CT"}, None, "neither"),
        ({"Modality": "CR", **TWICE, "RescaleType": "OD"}, "optical density / 1000", "RescaleType"),
        ({"Modality": "PT", **TWICE, "Units": "BQML"}, "Bq/ml", "Units"),
        ({"Modality": "PT", **TWICE, "Units": "CNTS"}, "counts", "Units"),
        ({"Modality": "PT", **TWICE, "Units": "GML", "SUVType": "BW"}, "g/ml", "SUVType"),
        ({"Modality": "PT", **TWICE, "Units": "GML"}, "g/ml", "body weight"),
        ({"Modality": "PT", **TWICE, "Units": "GML", "SUVType": "LBM"}, "g/ml", "SUVType"),
        ({"Modality": "PT", **TWICE, "Units": "CM2ML", "SUVType": "BSA"}, "cm2/ml", "SUVType"),
        ({"Modality": "PT", **TWICE, "Units": "GML", "SUVType": "ODD"}, "g/ml", "Units"),
        ({"Modality": "MR"}, None, "neither"),
        ({"Modality": "MR", **TWICE}, None, "RescaleType is absent"),
        ({"Modality": "MR", **TWICE, "RescaleType": "mm/s"}, "MM/S", "RescaleType"),
        ({"Modality": "RTDOSE", "DoseGridScaling": "0.5", "DoseUnits": "GY"}, "Gy", "DoseUnits"),
        ({"Modality": "RTDOSE", "DoseGridScaling": "0.5"}, None, "DoseUnits is absent"),
    ],
)  # fmt: skip
def test_unit_and_the_element_that_says_so(elements, unit, source):
    image = made_image(RAMP, **elements).image().modality()
    assert image.unit == unit
    assert source in image.unit_source


@pytest.mark.parametrize(
    ("elements", "quantity"),
    [
        ({"Units": "GML", "SUVType": "BW"}, "SUVbw"),
        ({"Units": "GML"}, "SUVbw"),
        ({"Units": "GML", "SUVType": "LBMJANMA"}, "SUVlbm(Janma)"),
        ({"Units": "CM2ML", "SUVType": "BSA"}, "SUVbsa"),
        ({"Units": "GML", "SUVType": "ODD"}, None),
        ({"Units": "BQML"}, None),
    ],
)
def test_an_uptake_says_what_it_is_normalised_by(elements, quantity):
    assert made_image(RAMP, Modality="PT", **TWICE, **elements).image().modality().quantity == quantity


def test_the_unit_is_known_at_each_stage():
    image = made_image(RAMP, Modality="CT", **HU).image()
    assert [stage.unit for stage in (image, image.modality(), image.voi(), image.display())] == ["HU"] * 4


@pytest.mark.parametrize(
    ("stored", "slope", "intercept", "dtype"),
    [
        (np.uint16, 1, 0, np.uint16),
        (np.int16, 1, 0, np.int16),
        (np.uint8, 1, 0, np.uint8),
        (np.uint16, 1, -1024, np.int32),
        (np.int16, 2, 0, np.int32),
        (np.uint8, -1, 255, np.int32),
        (np.uint16, 40000, 0, np.int64),
        (np.uint32, 1, -1, np.int64),
        (np.int16, 1, 3e9, np.int64),
        (np.uint16, 1e30, 0, np.float64),
        (np.uint16, 0.5, 0, np.float64),
        (np.int16, 1, 0.5, np.float64),
        (np.float32, 1, 0, np.float32),
        (np.float64, 1, 0, np.float64),
        (np.float32, 2, 1, np.float64),
    ],
)  # fmt: skip
def test_type_follows_from_the_stored_type_and_the_rescale(stored, slope, intercept, dtype):
    array = np.array([[0, 1, 100]], stored)
    image = made_image(array, RescaleSlope=slope, RescaleIntercept=intercept).image().modality()
    assert image.array.dtype == image.dtype == dtype
    np.testing.assert_array_equal(image.array, array.astype(np.float64) * slope + intercept)


@pytest.mark.parametrize("stored", [np.uint16, np.int16])
def test_whole_numbers_are_exact_at_both_ends(stored):
    limits = np.iinfo(stored)
    image = made_image(np.array([[limits.min, limits.max]], stored), RescaleSlope=-3, RescaleIntercept=70000).image()
    assert image.modality().array.tolist() == [[int(limits.min) * -3 + 70000, int(limits.max) * -3 + 70000]]


def test_a_slope_of_zero_and_half_a_rescale_change_nothing():
    for elements in ({"RescaleSlope": 0, "RescaleIntercept": 5}, {"RescaleSlope": 2}, {"RescaleIntercept": 2}):
        image = made_image(RAMP, **elements).image().modality()
        np.testing.assert_array_equal(image.array, RAMP)
        assert image.modality_source == ""


def test_modality_lut_goes_before_the_rescale_and_holds_its_ends():
    table = item(LUTDescriptor=[3, 10, 16], LUTData=[100, 200, 300], ModalityLUTType="OD")
    image = made_image(RAMP, ModalityLUTSequence=[table], **TWICE).image().modality()
    assert image.array[0, [0, 10, 11, 12, 99]].tolist() == [100, 100, 200, 300, 300]
    assert (image.array.dtype, image.unit) == (np.uint16, "optical density / 1000")
    assert (image.modality_source, image.unit_source) == ("ModalityLUTSequence", "ModalityLUTType")


def test_modality_lut_of_negative_inputs_never_reads_past_its_ends():
    table = item(LUTDescriptor=[2, -1, 16], LUTData=[7, 8])
    stored = np.array([[-32768, -1, 0, 32767]], np.int16)
    assert made_image(stored, ModalityLUTSequence=[table]).image().modality().array.tolist() == [[7, 7, 8, 8]]


def test_a_source_can_be_asked_for():
    table = item(LUTDescriptor=[3, 10, 16], LUTData=[100, 200, 300])
    image = made_image(RAMP, ModalityLUTSequence=[table], **TWICE).image()
    np.testing.assert_array_equal(image.modality("RescaleSlope").array, RAMP * 2)
    with pytest.raises(PixelError, match="no usable DoseGridScaling"):
        image.modality("DoseGridScaling")
    with pytest.raises(PixelError, match="has to be one of"):
        image.modality("Units")


def frames_with(*rescales: dict[str, object], shared: dict[str, object] | None = None) -> object:
    array = np.stack([RAMP] * len(rescales))
    groups = [item(PixelValueTransformationSequence=[item(**one)]) if one else item() for one in rescales]
    elements = {"PerFrameFunctionalGroupsSequence": groups}
    if shared is not None:
        elements["SharedFunctionalGroupsSequence"] = [item(PixelValueTransformationSequence=[item(**shared)])]
    return made_image(array, **elements, **HU).image()


def test_each_frame_has_its_own_rescale():
    image = frames_with(
        {"RescaleSlope": 3, "RescaleIntercept": 1, "RescaleType": "US"},
        {"RescaleSlope": 0.5, "RescaleIntercept": 0, "RescaleType": "US"},
    ).modality()
    np.testing.assert_array_equal(image.array, np.stack([RAMP * 3.0 + 1, RAMP * 0.5]))
    np.testing.assert_array_equal(image.frame(1).array, RAMP * 0.5)
    assert image.array.dtype == np.float64
    assert image.frame(0).dtype == np.int32


def test_a_frame_without_one_has_the_shared_rescale_and_that_goes_before_the_data_set():
    image = frames_with(TWICE, {}, shared={"RescaleSlope": 5, "RescaleIntercept": 0}).modality()
    np.testing.assert_array_equal(image.array, np.stack([RAMP * 2, RAMP * 5]))
    assert image.modality_source == "PixelValueTransformationSequence"


def test_colours_and_indices_have_no_unit_and_stay():
    color = made_image(np.zeros((2, 2, 3), np.uint8), SamplesPerPixel=3, PhotometricInterpretation="RGB", **TWICE)
    assert color.image().modality().unit is None
    assert "colours" in color.image().modality().unit_source
    np.testing.assert_array_equal(color.image().modality().array, color.image().array)


def test_signed_values_of_fewer_bits_than_allocated_keep_their_sign():
    array = np.array([[0x0FFF, 0x07FF, 0x0800]], np.uint16)
    ds = made_image(array, BitsStored=12, HighBit=11, PixelRepresentation=1, **HU)
    assert ds.image().modality().array.tolist() == [[-1 - 1024, 2047 - 1024, -2048 - 1024]]
