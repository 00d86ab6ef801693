"""Windows follow the standard's formulas; values carry their unit."""

from __future__ import annotations

import numpy as np
import pytest

from dicom.pixels.window import Window, stated_windows, tally, window_of_values

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


def test_windows_are_given_in_order_with_their_explanations():
    ds = {"WindowCenter": [40, 450], "WindowWidth": [350, 1500], "WindowCenterWidthExplanation": ["SOFT", "BONE "]}
    found = [(window.center, window.width, window.function, window.explanation) for window in stated_windows(ds)]
    assert found == [(40, 350, "LINEAR", "SOFT"), (450, 1500, "LINEAR", "BONE")]


def test_window_of_the_frame_is_chosen_before_that_of_the_data_set():
    groups = [{}, {"FrameVOILUTSequence": [{"WindowCenter": 1, "WindowWidth": 2}]}]
    ds = {"WindowCenter": 40, "WindowWidth": 400, "PerFrameFunctionalGroupsSequence": groups}
    assert stated_windows(ds, 0)[0].center == 40
    assert stated_windows(ds, 1)[0].center == 1


@pytest.mark.parametrize("width", [0, -5, None, "wide", float("nan")])
def test_unusable_window_is_left_out(width):
    assert stated_windows({"WindowCenter": 40, "WindowWidth": width}) == []


def test_linear_width_below_one_is_taken_exactly():
    assert stated_windows({"WindowCenter": 0.5, "WindowWidth": 0.2})[0].function == "LINEAR_EXACT"


def test_percentiles_leave_out_nan_and_infinity():
    values = np.array([np.nan, np.inf, -np.inf, *np.linspace(0, 100, 1001)])
    window = window_of_values(values)
    assert 0 <= window.low < 2
    assert 98 < window.high <= 100


def test_window_of_activity_begins_at_zero():
    assert window_of_values(RAMP + 5, from_zero=True).low == 0
    assert window_of_values(RAMP - 5, from_zero=True).low < 0


@pytest.mark.parametrize("values", [np.zeros((2, 2)), np.full((2, 2), np.nan), np.empty((0, 0))])
def test_images_without_contrast_get_a_window_of_some_width(values):
    window = window_of_values(values)
    assert window.high > window.low


def test_no_pixel_of_few_is_left_out():
    window = window_of_values(RAMP)
    assert (window.low, window.high) == (0, 100)


@pytest.mark.parametrize("dtype", ["u1", "i1", "<u2", "<i2", ">i2"])
@pytest.mark.parametrize("size", [1, 2, 3, 200, 5000])
def test_distinct_values_with_counts_have_the_percentiles_of_all_values(dtype, size):
    chance = np.random.default_rng([size, *dtype.encode()])
    limits = np.iinfo(dtype)
    for spread in (1, 20, limits.max):
        stored = np.clip(chance.normal(0, spread, size), limits.min, limits.max).astype(dtype)
        distinct, counts = tally(stored)
        np.testing.assert_array_equal(np.sort(stored), np.repeat(distinct, counts))
        # A slope below zero turns the order round.
        for slope in (1.0, 0.37, -2.5):
            of_all = window_of_values(stored * slope)
            assert window_of_values(distinct * slope, counts).key == of_all.key
        activity = np.abs(stored * 0.37)
        order = chance.permutation(distinct.size)
        hottest = window_of_values(np.abs(distinct * 0.37)[order], counts[order], from_zero=True)
        assert hottest.key == window_of_values(activity, from_zero=True).key


def test_counted_values_that_are_no_numbers_are_left_out():
    window = window_of_values(np.array([np.nan, 1.0, np.inf, 5.0]), np.array([100, 1, 100, 1]))
    assert (window.low, window.high) == (1.0, 5.0)
