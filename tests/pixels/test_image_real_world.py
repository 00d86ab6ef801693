"""Real World Value Mappings: found where they stand, chosen by rules, with their coded units."""

from __future__ import annotations

import numpy as np
import pytest

from dicom.errors import PixelError
from tests.made_items import item
from tests.plotting.made_images import image as made_image

RAMP = np.arange(10, dtype=np.uint16).reshape(2, 5)


def mapping(unit: str | None = "g/ml{SUVbw}", label: str = "SUV", **elements: object) -> object:
    made = item(LUTLabel=label, **{"RealWorldValueSlope": 2.0, "RealWorldValueIntercept": 1.0, **elements})
    if unit is not None:
        made.MeasurementUnitsCodeSequence = [item(CodeValue=unit, CodingSchemeDesignator="UCUM", CodeMeaning="unit")]
    return made


def test_where_nothing_else_is_stated_the_mapping_gives_values_and_unit():
    image = made_image(RAMP, RealWorldValueMappingSequence=[mapping()]).image().modality()
    np.testing.assert_array_equal(image.array, RAMP * 2.0 + 1)
    assert (image.unit, image.quantity) == ("g/ml", "SUVbw")
    assert image.unit_source == "MeasurementUnitsCodeSequence"
    assert image.modality_source == "RealWorldValueMappingSequence"


def test_a_rescale_goes_before_unless_the_mapping_is_asked_for():
    ds = made_image(RAMP, RescaleSlope=10, RescaleIntercept=0, RealWorldValueMappingSequence=[mapping()])
    np.testing.assert_array_equal(ds.image().modality().array, RAMP * 10)
    for wanted in (0, True, -1, "SUV", "g/ml{SUVbw}"):
        np.testing.assert_array_equal(ds.image().modality(real_world=wanted).array, RAMP * 2.0 + 1)
    ds = made_image(RAMP, RealWorldValueMappingSequence=[mapping()])
    np.testing.assert_array_equal(ds.image().modality(real_world=False).array, RAMP)


def test_what_is_not_there_is_refused_without_repeating_it():
    image = made_image(RAMP, RealWorldValueMappingSequence=[mapping()]).image()
    for wanted in (1, -2, "Test^Subject"):
        with pytest.raises(PixelError) as caught:
            image.modality(real_world=wanted)
        assert "Subject" not in str(caught.value)
    with pytest.raises(PixelError, match="no usable Real World"):
        made_image(RAMP).image().modality(real_world=True)
    with pytest.raises(PixelError, match="not both"):
        image.modality("RescaleSlope", real_world=0)


def test_mappings_are_listed_with_label_unit_and_quantity():
    quantity = item(ConceptCodeSequence=[item(CodeValue="126401", CodeMeaning="SUVbw")])
    ds = made_image(
        RAMP,
        RealWorldValueMappingSequence=[
            mapping(QuantityDefinitionSequence=[quantity]),
            mapping("[hnsf'U]", "CT"),
            mapping(None, "none"),
        ],
    )
    listed = ds.image().real_world_mappings
    assert [(one.label, one.unit) for one in listed] == [("SUV", "g/ml{SUVbw}"), ("CT", "HU"), ("none", None)]
    assert listed[0].quantity == "SUVbw"
    assert "absent" in listed[2].unit_source


def test_a_label_goes_before_a_unit():
    ds = made_image(
        RAMP,
        RealWorldValueMappingSequence=[
            mapping("a", "b", RealWorldValueSlope=2.0),
            mapping("b", "a", RealWorldValueSlope=3.0),
        ],
    )
    np.testing.assert_array_equal(ds.image().modality(real_world="a").array, RAMP * 3.0 + 1)


def test_mappings_of_one_label_and_unit_hold_each_in_its_range_and_nothing_beyond():
    ds = made_image(
        RAMP,
        RealWorldValueMappingSequence=[
            mapping(RealWorldValueFirstValueMapped=0, RealWorldValueLastValueMapped=3),
            mapping(RealWorldValueFirstValueMapped=4, RealWorldValueLastValueMapped=7, RealWorldValueSlope=10.0),
            mapping("other", "other", RealWorldValueSlope=99.0),
        ],
    )
    values = ds.image().modality(real_world="SUV").array.reshape(-1)
    np.testing.assert_array_equal(values, [1, 3, 5, 7, 41, 51, 61, 71, np.nan, np.nan])


def test_a_table_maps_its_range_and_gives_nan_beyond_it():
    table = item(
        LUTLabel="T",
        RealWorldValueFirstValueMapped=2,
        RealWorldValueLastValueMapped=8,
        RealWorldValueLUTData=[0.5, 1.5, -2.5],
    )
    values = made_image(RAMP, RealWorldValueMappingSequence=[table]).image().modality().array.reshape(-1)
    np.testing.assert_array_equal(values, [np.nan, np.nan, 0.5, 1.5, -2.5, *[np.nan] * 5])


def test_signed_bounds_that_were_read_as_unsigned_are_understood():
    stored = np.array([[-3, -2, -1, 0]], np.int16)
    one = mapping()
    one.add_new(0x00409216, "US", 65534)
    one.add_new(0x00409211, "US", 0)
    values = made_image(stored, RealWorldValueMappingSequence=[one]).image().modality().array
    np.testing.assert_array_equal(values, [[np.nan, -3, -1, 1]])


def test_float_pixels_have_bounds_of_double_precision():
    stored = np.array([[0.25, 0.5, 0.75]], np.float32)
    one = mapping(DoubleFloatRealWorldValueFirstValueMapped=0.3, DoubleFloatRealWorldValueLastValueMapped=0.6)
    values = made_image(stored, RealWorldValueMappingSequence=[one]).image().modality().array
    np.testing.assert_array_equal(values, [[np.nan, 2.0, np.nan]])


def test_each_frame_has_its_own_mapping_before_the_shared_one():
    array = np.stack([RAMP, RAMP])
    ds = made_image(
        array,
        PerFrameFunctionalGroupsSequence=[
            item(),
            item(RealWorldValueMappingSequence=[mapping(RealWorldValueSlope=7.0)]),
        ],
        SharedFunctionalGroupsSequence=[item(RealWorldValueMappingSequence=[mapping()])],
    )
    np.testing.assert_array_equal(ds.image().modality().array, np.stack([RAMP * 2.0 + 1, RAMP * 7.0 + 1]))


def test_values_without_meaning_are_shown_black():
    one = mapping(RealWorldValueFirstValueMapped=5, RealWorldValueLastValueMapped=9)
    shown = made_image(RAMP, RealWorldValueMappingSequence=[one]).image().display().array.reshape(-1)
    assert shown[:5].tolist() == [0] * 5
    assert shown[9] == 255


def test_windows_of_the_file_are_not_taken_for_another_quantity():
    ds = made_image(
        RAMP,
        WindowCenter=5,
        WindowWidth=4,
        RescaleSlope=10,
        RescaleIntercept=0,
        RealWorldValueMappingSequence=[mapping()],
    )
    assert ds.image().display().window.source == "WindowCenter"
    assert ds.image().modality(real_world=0).display().window.source == "percentiles"
    same = mapping(RealWorldValueSlope=10.0, RealWorldValueIntercept=0.0)
    ds.RealWorldValueMappingSequence = [same]
    assert ds.image().modality(real_world=0).display().window.source == "WindowCenter"
