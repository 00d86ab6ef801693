"""What values are of says how they are shown: window, colours, and the words of the bar."""

from __future__ import annotations

import numpy as np
import pytest

from dicom.plotting.color_maps import kind_of, label_of, labels_in, window_for
from dicom.plotting.palette import palette_color
from dicom.plotting.thumbnail import thumbnail_png
from dicom.volume import Volume
from tests.plotting.made_volumes import AXIAL, centered, uptake
from tests.plotting.seen import drawn
from tests.plotting.test_volume import png_pixels

SHAPE = (6, 20, 24)


def of(values: float | np.ndarray = 1.0, dtype: object = np.float32, **facts: object) -> Volume:
    return Volume(np.broadcast_to(np.asarray(values, dtype), SHAPE).copy(), centered(AXIAL, SHAPE), **facts)


@pytest.mark.parametrize(
    ("facts", "dtype", "kind"),
    [
        ({}, bool, "mask"),
        ({"quantity": "segment"}, np.uint8, "labels"),
        ({"quantity": "segment"}, np.float32, ""),
        ({"quantity": "SUVlbm(Janma)", "modality": "PT"}, np.float32, "SUV"),
        ({"unit": "g/ml{SUVbw}", "modality": "PT"}, np.float32, "SUV"),
        ({"unit": "Bq/ml", "modality": "PT"}, np.float32, "PET"),
        ({"modality": "RTDOSE"}, np.float32, "dose"),
        ({"quantity": "absorbed dose"}, np.float32, "dose"),
        ({"modality": "CT", "unit": "HU"}, np.int16, "HU"),
        ({"modality": "CT"}, np.int16, ""),
    ],
)
def test_kind_is_told_by_quantity_unit_and_modality(facts, dtype, kind):
    assert kind_of(of(dtype=dtype, **facts)) == kind


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"quantity": "SUVbw", "unit": "g/ml{SUVbw}"}, "SUVbw (g/ml)"),
        ({"unit": "g/ml{SUVbw}"}, "SUVbw (g/ml)"),
        ({"quantity": "SUVbsa", "unit": "cm2/ml{SUVbsa}"}, "SUVbsa (cm²/ml)"),
        ({"quantity": "absorbed dose", "unit": "Gy"}, "absorbed dose (Gy)"),
        ({"quantity": "ratio", "unit": "1"}, "ratio"),
        ({"unit": "HU"}, "HU"),
        ({}, "value, unit unknown"),
        ({"quantity": "a $x$\nb", "unit": "mm"}, r"a \$x\$ b (mm)"),
    ],
)
def test_bar_says_quantity_and_unit(facts, words):
    assert label_of(of(**facts)) == words


def test_uptake_is_inverted_from_0_to_10_with_its_unit():
    image = uptake().plot()[0].images[0]
    assert image.get_cmap().name == "gray_r"
    assert (image.norm.vmin, image.norm.vmax) == (0.0, 10.0)
    assert image.colorbar.ax.get_ylabel() == "SUVbw (g/ml)"
    assert uptake().plot(window=(2, 4))[0].images[0].norm.vmax == 4.0


def test_uptake_by_body_surface_has_a_range_of_its_own():
    values = np.linspace(0, 2, np.prod(SHAPE)).reshape(SHAPE)
    assert window_for(of(values, quantity="SUVbsa", unit="cm2/ml")).high < 2.1


def test_dose_is_shown_in_colours_up_to_its_maximum():
    values = np.zeros(SHAPE)
    values[3, 10, 12] = 61.5
    image = of(values, quantity="absorbed dose", unit="Gy", modality="RTDOSE").plot()[0].images[0]
    assert (image.norm.vmin, image.norm.vmax) == (0.0, 61.5)
    assert image.get_cmap().name == "turbo"
    assert image.colorbar.ax.get_ylabel() == "absorbed dose (Gy)"


@pytest.mark.parametrize("empty", [0.0, np.nan])
def test_dose_without_values_is_drawn(empty):
    of(empty, quantity="absorbed dose", unit="Gy").plot()


def test_each_label_has_one_colour_and_its_number_in_the_bar():
    array = np.zeros(SHAPE, np.uint16)
    array[:, :, 8:16], array[:, :, 16:] = 3, 4100
    axes = of(array, np.uint16, quantity="segment").plot(crosshair=False)
    bar = axes[0].images[0].colorbar
    assert [tick.get_text() for tick in bar.ax.get_yticklabels()] == ["0", "3", "4100"]
    picture = drawn(axes[0])
    seen = [tuple(picture[picture.shape[0] // 4, picture.shape[1] * part // 6].tolist()) for part in (1, 3, 5)]
    expected = [(0, 0, 0), *(tuple(round(255 * part) for part in palette_color(n)) for n in (0, 1))]
    np.testing.assert_allclose(seen, expected, atol=1)


def test_thumbnail_has_the_colours_of_labels_and_the_range_of_uptake():
    array = np.zeros(SHAPE, np.uint8)
    array[:, :, :] = 7
    color = [round(255 * part) for part in palette_color(0)]
    assert (png_pixels(thumbnail_png(of(array, np.uint8, quantity="segment"))) == color).all(axis=-1).any()
    grey = png_pixels(thumbnail_png(of(5.0, quantity="SUVbw", modality="PT")))
    assert (grey == 128).all(axis=-1).any()


def test_labels_at_the_ends_of_their_type_are_found():
    for dtype in (np.int8, np.int64, np.uint64):
        limits = np.iinfo(dtype)
        array = np.full(SHAPE, limits.max, dtype)
        array[0, 0, 0] = limits.max - 90
        assert labels_in(array) == [limits.max - 90, limits.max]
    array[0, 0, 1] = 0
    assert labels_in(array) == [limits.max - 90, limits.max]
    array = np.arange(-128, 128, dtype=np.int8).reshape(1, 16, 16)
    assert labels_in(array) == [*range(-128, 0), *range(1, 128)]


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int64])
def test_labels_are_found(dtype):
    array = np.zeros(SHAPE, dtype)
    array[0, 0, 0], array[5, 19, 23], array[2, 3, 4] = 1, 120, 9
    assert labels_in(array) == [1, 9, 120]
    if np.dtype(dtype).kind == "i":
        array[1, 1, 1] = -4
        assert labels_in(array) == [-4, 1, 9, 120]
    if dtype is np.int64:
        array[1, 1, 2] = 2**60
        assert labels_in(array)[-1] == 2**60
