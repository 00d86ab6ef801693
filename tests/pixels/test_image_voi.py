"""Which values are shown: the file's windows and tables in order, what is asked for, else robust percentiles."""

from __future__ import annotations

import numpy as np
import pytest

from dicom.errors import PixelError
from dicom.pixels.window import Window
from tests.made_items import item
from tests.plotting.made_images import image as made_image

RAMP = np.arange(-50, 50, dtype=np.int16).reshape(10, 10)
HU = {"Modality": "CT", "RescaleSlope": 1, "RescaleIntercept": 0}
TWO = {"WindowCenter": [40, 450], "WindowWidth": [80, 1500], "WindowCenterWidthExplanation": ["Soft", "BONE"]}


def test_the_first_window_is_taken_and_the_others_by_index_or_name():
    image = made_image(RAMP, **TWO).image()
    assert (image.voi().window.center, image.voi(window=1).window.center, image.voi(window=-1).window.center) == (
        40,
        450,
        450,
    )
    assert image.voi(preset="bone").window.center == 450
    assert [window.explanation for window in image.windows] == ["Soft", "BONE"]
    with pytest.raises(PixelError, match="2 are stated"):
        image.voi(window=2)


def test_levels_are_those_of_the_standards_formula():
    image = made_image(RAMP, WindowCenter=0, WindowWidth=21).image().voi()
    assert image.array.dtype == np.float64
    np.testing.assert_allclose(image.array, np.clip((RAMP + 0.5) / 20 + 0.5, 0, 1))


@pytest.mark.parametrize("function", ["LINEAR_EXACT", "SIGMOID"])
def test_the_function_of_the_file_is_followed(function):
    image = made_image(RAMP, WindowCenter=1, WindowWidth=20, VOILUTFunction=function).image().voi()
    exact = np.clip((RAMP - 1.0) / 20 + 0.5, 0, 1)
    np.testing.assert_allclose(
        image.array, exact if function == "LINEAR_EXACT" else 1 / (1 + np.exp(-(RAMP - 1.0) / 5))
    )


def test_two_numbers_are_the_line_between_their_ends_and_a_window_is_itself():
    image = made_image(RAMP).image()
    np.testing.assert_allclose(image.voi(window=(0, 40)).array, np.clip((RAMP + 20) / 40, 0, 1))
    np.testing.assert_allclose(image.voi(window=Window(0, 41)).array, np.clip((RAMP + 20.5) / 40, 0, 1))


@pytest.mark.parametrize("window", [(0, 0), (0, -1), (float("nan"), 1), (1, float("inf")), (1,), "wide", (1, 2, 3)])
def test_what_is_no_window_is_refused(window):
    with pytest.raises(PixelError):
        made_image(RAMP).image().voi(window=window)


def test_presets_need_hounsfield_units():
    window = made_image(RAMP, **HU).image().voi(preset="Lung").window
    assert (window.center, window.width, window.source) == (-600, 1500, "preset")
    with pytest.raises(PixelError, match="in HU"):
        made_image(RAMP, Modality="MR").image().voi(preset="lung")
    with pytest.raises(PixelError, match="presets for CT are"):
        made_image(RAMP, **HU).image().voi(preset="nose")


def test_only_one_choice_can_be_made():
    with pytest.raises(PixelError, match="only one"):
        made_image(RAMP, **HU).image().voi(window=0, preset="lung")


def table(**elements: object) -> object:
    return item(**{"LUTDescriptor": [4, 0, 8], "LUTData": [0, 51, 102, 255], **elements})


def test_a_voi_lut_is_taken_where_there_is_no_window_or_when_it_is_asked_for():
    ds = made_image(RAMP, VOILUTSequence=[table(), table(LUTData=[255, 0, 0, 0])])
    levels = ds.image().voi()
    assert levels.window is None
    assert levels.array.reshape(-1)[48:56].tolist() == [0, 0, 0, 0.2, 0.4, 1, 1, 1]
    assert ds.image().voi(lut=1).array.reshape(-1)[49:52].tolist() == [1, 1, 0]
    ds.WindowCenter, ds.WindowWidth = 0, 10
    assert ds.image().voi().window is not None
    assert ds.image().voi(lut=0).window is None
    with pytest.raises(PixelError, match="2 are stated"):
        ds.image().voi(lut=2)


def test_a_voi_lut_is_read_with_the_sign_of_the_values_it_is_for():
    values = np.array([[0, 1, 40000, 40001, 65535]], np.uint16)
    unsigned = made_image(values, VOILUTSequence=[table(LUTDescriptor=[4, 40000, 8])])
    assert unsigned.image().voi().array.tolist() == [[0, 0, 0, 0.2, 1]]
    signed = item(LUTData=[0, 51, 102, 255])
    signed.add_new(0x00283002, "US", [4, 65535, 8])
    assert made_image(RAMP, VOILUTSequence=[signed]).image().voi().array.reshape(-1)[48:53].tolist() == [
        0,
        0,
        0.2,
        0.4,
        1,
    ]


def test_a_table_whose_entries_exceed_its_bits_is_scaled_by_the_entries():
    ds = made_image(RAMP, VOILUTSequence=[table(LUTData=[0, 1, 2, 4095])])
    assert ds.image().voi().array.max() == 1.0


def test_each_frame_has_the_window_or_table_of_its_functional_group():
    groups = [
        item(FrameVOILUTSequence=[item(WindowCenter=0, WindowWidth=11)]),
        item(FrameVOILUTSequence=[item(VOILUTSequence=[table()])]),
        item(),
    ]
    ds = made_image(np.stack([RAMP] * 3), PerFrameFunctionalGroupsSequence=groups, WindowCenter=5, WindowWidth=21)
    image = ds.image().voi()
    assert [frame.window and frame.window.center for frame in image] == [0, 5, 5]
    ds.pop("WindowCenter")
    assert [frame.window and frame.window.source for frame in ds.image().voi()] == ["WindowCenter", None, "percentiles"]


def test_without_a_window_robust_percentiles_leave_out_the_odd_pixel_and_padding():
    array = np.tile(np.arange(1000, dtype=np.int16), (10, 1))
    array[0, 0], array[1, :] = 30000, -2000
    window = made_image(array, PixelPaddingValue=-2000).image().voi().window
    assert window.source == "percentiles"
    assert 0 <= window.low < 10
    assert 990 < window.high < 1010


def test_frames_shown_together_have_one_window_and_a_frame_alone_its_own():
    image = made_image(np.stack([RAMP, RAMP + 1000])).image()
    together = image.display()
    assert (together.window.low, together.window.high) == (-50, 1049)
    assert [frame.window.high for frame in together] == [1049, 1049]
    assert image.frame(0).display().window.high == 49


@pytest.mark.parametrize("modality", ["PT", "NM"])
def test_activity_begins_at_zero(modality):
    assert made_image(RAMP + 60, Modality=modality).image().voi().window.low == 0


def test_a_window_is_for_grey_images():
    color = made_image(np.zeros((2, 2, 3), np.uint8), SamplesPerPixel=3, PhotometricInterpretation="RGB").image()
    assert color.voi().window is None
    with pytest.raises(PixelError, match="no window"):
        color.voi(window=(1, 2))
    with pytest.raises(PixelError, match="no window"):
        color.display(preset="lung")
