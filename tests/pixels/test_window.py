"""Windows follow the standard's formulas; values carry their unit."""

from __future__ import annotations

import numpy as np
import pytest

from dicom.pixels.window import Window, choose_window, look_up, modality_values

RAMP = np.arange(101, dtype=np.int16).reshape(1, 101)


def test_linear_window_follows_the_formula_of_the_standard():
    # PS3.3 C.11.2.1.2.1, with y from 0 to 1.
    window = Window(2048, 4096)
    np.testing.assert_allclose(window.apply(np.array([-1, 0, 4095, 5000])), [0, 0, 1, 1])
    assert window.apply(np.array([2048.0]))[0] == pytest.approx((2048 - 2047.5) / 4095 + 0.5)


def test_linear_window_of_width_one_is_a_threshold():
    np.testing.assert_array_equal(Window(100, 1).apply(np.array([99, 100])), [0.0, 1.0])


def test_exact_window_runs_from_half_a_width_below_to_half_a_width_above():
    window = Window(10, 4, "LINEAR_EXACT")
    assert (window.low, window.high) == (8.0, 12.0)
    np.testing.assert_allclose(window.apply(np.array([7, 8, 10, 12, 13])), [0, 0, 0.5, 1, 1])


def test_sigmoid_window_follows_the_formula_and_never_overflows():
    window = Window(10, 4, "SIGMOID")
    np.testing.assert_allclose(window.apply(np.array([10.0, 14.0])), [0.5, 1 / (1 + np.exp(-4))])
    np.testing.assert_allclose(window.apply(np.array([-1e300, 1e300])), [0, 1], atol=1e-300)


def test_first_window_of_the_data_set_is_chosen():
    window = choose_window({"WindowCenter": [40, 450], "WindowWidth": [350, 1500]}, RAMP)
    assert (window.center, window.width, window.function, window.source) == (40, 350, "LINEAR", "WindowCenter")


def test_window_of_the_frame_is_chosen_before_that_of_the_data_set():
    groups = [{}, {"FrameVOILUTSequence": [{"WindowCenter": 1, "WindowWidth": 2}]}]
    ds = {"WindowCenter": 40, "WindowWidth": 400, "PerFrameFunctionalGroupsSequence": groups}
    assert choose_window(ds, RAMP, 0).center == 40
    assert choose_window(ds, RAMP, 1).center == 1


@pytest.mark.parametrize("width", [0, -5, None, "wide", float("nan")])
def test_unusable_window_gives_way_to_percentiles(width):
    assert choose_window({"WindowCenter": 40, "WindowWidth": width}, RAMP).source == "percentiles"


def test_linear_width_below_one_is_taken_exactly():
    assert choose_window({"WindowCenter": 0.5, "WindowWidth": 0.2}, RAMP).function == "LINEAR_EXACT"


def test_percentiles_leave_out_padding_nan_and_infinity():
    values = np.array([np.nan, np.inf, -np.inf, -2000.0, *np.linspace(0, 100, 1001)])
    window = choose_window({"PixelPaddingValue": -2000}, values)
    assert 0 <= window.low < 2
    assert 98 < window.high <= 100


def test_window_of_activity_begins_at_zero():
    assert choose_window({"Modality": "PT"}, RAMP).low == 0


@pytest.mark.parametrize("values", [np.zeros((2, 2)), np.full((2, 2), np.nan), np.empty((0, 0))])
def test_images_without_contrast_get_a_window_of_some_width(values):
    window = choose_window({}, values)
    assert window.high > window.low


@pytest.mark.parametrize(
    ("ds", "unit"),
    [
        ({"Modality": "CT", "RescaleSlope": 1, "RescaleIntercept": -1024}, "HU"),
        ({"Modality": "CT", "RescaleSlope": 1, "RescaleIntercept": 0, "ImageType": ["LOCALIZER"]}, "stored value"),
        ({"Modality": "CR", "RescaleSlope": 2, "RescaleIntercept": 0, "RescaleType": "OD"}, "optical density / 1000"),
        ({"Modality": "PT", "RescaleSlope": 2, "RescaleIntercept": 0, "Units": "BQML"}, "Bq/ml"),
        ({"Modality": "MR"}, "stored value"),
        ({"Modality": "MR", "RescaleSlope": 2, "RescaleIntercept": 0}, "rescaled value"),
        ({"Modality": "RTDOSE", "DoseGridScaling": 0.5, "DoseUnits": "GY"}, "Gy"),
    ],
)  # fmt: skip
def test_values_carry_the_unit_of_their_modality(ds, unit):
    assert modality_values(ds, RAMP)[1] == unit


def test_rescale_is_applied():
    values, _ = modality_values({"RescaleSlope": 2, "RescaleIntercept": -5}, RAMP)
    np.testing.assert_array_equal(values, RAMP * 2.0 - 5.0)


def test_rescale_of_the_frame_comes_from_its_functional_group():
    group = {"PixelValueTransformationSequence": [{"RescaleSlope": 3, "RescaleIntercept": 0, "RescaleType": "US"}]}
    values, unit = modality_values({"PerFrameFunctionalGroupsSequence": [group]}, RAMP, 0)
    np.testing.assert_array_equal(values, RAMP * 3.0)
    assert unit == "value (unspecified unit)"


def test_modality_lut_holds_its_ends():
    item = {"LUTDescriptor": [3, 10, 16], "LUTData": [100, 200, 300], "ModalityLUTType": "OD"}
    values, unit = modality_values({"ModalityLUTSequence": [item]}, np.array([[0, 10, 11, 12, 99]]))
    np.testing.assert_array_equal(values, [[100, 100, 200, 300, 300]])
    assert unit == "optical density / 1000"


def test_lut_with_a_first_value_below_zero_that_was_read_as_unsigned():
    item = {"LUTDescriptor": [2, 65535, 16], "LUTData": [7, 8]}
    np.testing.assert_array_equal(look_up(item, np.array([-1, 0])), [7, 8])
