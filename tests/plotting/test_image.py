"""Pictures stand upright, in mm, with the right grays and the right unit."""

from __future__ import annotations

import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from dicom.errors import MissingDependencyError, PixelError
from dicom.pixels.window import Window
from dicom.plotting import plot
from tests.made_items import item
from tests.plotting.made_images import image as made_image
from tests.plotting.seen import drawn

RAMP = np.arange(12, dtype=np.int16).reshape(3, 4)


def test_first_row_is_drawn_at_the_top_and_first_column_at_the_left():
    array = np.zeros((4, 4), dtype=np.uint8)
    array[0, 0] = 255
    array[0, 3] = 128
    picture = drawn(plot(made_image(array), window=(127.5, 255), colorbar=False, interpolation="nearest"))[..., 0]
    height, width = picture.shape
    eighth = height // 8
    assert picture[eighth, eighth] == 255
    assert picture[eighth, width - eighth] == 128
    assert picture[height - eighth, eighth] == 0
    assert picture[height - eighth, width - eighth] == 0


def test_extent_is_in_mm_with_y_downward():
    ax = plot(made_image(RAMP, PixelSpacing=[2.0, 0.5]))
    assert tuple(ax.images[0].get_extent()) == (0.0, 2.0, 6.0, 0.0)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x (mm)", "y (mm)")
    assert ax.get_aspect() == 1.0


def test_picture_of_tall_pixels_is_as_tall_as_the_object():
    ax = plot(made_image(np.zeros((10, 10), np.uint8), PixelSpacing=[2.0, 1.0]), colorbar=False)
    box = ax.get_figure(root=True).canvas.draw() or ax.get_window_extent()
    assert box.height / box.width == pytest.approx(2.0, rel=0.01)


def test_detector_spacing_is_said_on_the_axes():
    ax = plot(made_image(RAMP, ImagerPixelSpacing=[0.1, 0.1]))
    assert ax.get_xlabel() == "x at the detector (mm)"


@pytest.mark.parametrize("elements", [{}, {"PixelSpacing": [0, 0]}])
def test_without_usable_spacing_the_axes_are_in_pixels(elements):
    ax = plot(made_image(RAMP, **elements))
    assert tuple(ax.images[0].get_extent()) == (0.0, 4.0, 3.0, 0.0)
    assert ax.get_xlabel() == "column (pixels)"


def test_aspect_ratio_alone_stretches_pixels():
    ax = plot(made_image(RAMP, PixelAspectRatio=[2, 1]))
    assert tuple(ax.images[0].get_extent()) == (0.0, 4.0, 6.0, 0.0)


def test_rescaled_values_unit_and_window_reach_the_colour_bar():
    ds = made_image(
        RAMP, Modality="CT", RescaleSlope=2, RescaleIntercept=-10, WindowCenter=5, WindowWidth=8, RescaleType="HU"
    )
    ax = plot(ds)
    image = ax.images[0]
    np.testing.assert_array_equal(image.get_array(), RAMP * 2.0 - 10)
    assert (image.norm.vmin, image.norm.vmax) == (1.0, 8.0)
    assert image.colorbar.ax.get_ylabel() == "HU"
    assert image.colorbar.extend == "both"


def test_window_argument_is_the_line_between_its_ends():
    image = plot(made_image(RAMP), window=(5, 4)).images[0]
    assert (image.norm.vmin, image.norm.vmax) == (3.0, 7.0)


@pytest.mark.parametrize("width", [0, -1, float("nan")])
def test_window_of_no_width_is_refused(width):
    with pytest.raises(PixelError, match="width"):
        plot(made_image(RAMP), window=(5, width))


def test_sigmoid_window_bends_the_grays():
    image = plot(made_image(RAMP), window=Window(6, 4, "SIGMOID")).images[0]
    assert float(image.norm(6.0)) == pytest.approx(0.5, abs=0.01)
    assert float(image.norm(8.0)) == pytest.approx(1 / (1 + np.exp(-2)), abs=0.02)


def test_monochrome1_shows_its_lowest_value_white():
    picture = drawn(
        plot(
            made_image(RAMP, PhotometricInterpretation="MONOCHROME1"),
            window=(5.5, 11),
            colorbar=False,
            interpolation="nearest",
        )
    )
    assert picture[9, 9].tolist() == [255, 255, 255]
    assert picture[-9, -9].tolist() == [0, 0, 0]


def test_pet_shows_the_hottest_black():
    ax = plot(made_image(RAMP, Modality="PT", Units="BQML", RescaleSlope=1, RescaleIntercept=0))
    assert ax.images[0].get_cmap().name == "gray_r"
    assert ax.images[0].colorbar.ax.get_ylabel() == "Bq/ml"


def test_voi_lut_is_used_where_there_is_no_window():
    table = item(LUTDescriptor=[12, 0, 16], LUTData=list(range(1100, -100, -100)))
    image = plot(made_image(RAMP, VOILUTSequence=[table])).images[0]
    np.testing.assert_array_equal(image.get_array(), (1100 - 100 * RAMP) / 65535)
    assert (image.norm.vmin, image.norm.vmax) == (0, 1100 / 65535)
    assert image.colorbar.ax.get_ylabel() == "VOI LUT value"


def test_float_pixels_with_nan_are_drawn():
    array = RAMP.astype(np.float32)
    array[0, 0] = np.nan
    drawn(plot(made_image(array)))


def test_frame_is_chosen_and_named_in_the_title():
    array = np.stack([RAMP, RAMP + 100])
    ax = plot(made_image(array, Modality="NM"), frame=1)
    np.testing.assert_array_equal(ax.images[0].get_array(), RAMP + 100)
    assert ax.get_title() == "NM, frame index 1 of 2"
    assert plot(made_image(array, Modality="NM"), frame=-1).get_title() == "NM, frame index 1 of 2"


@pytest.mark.parametrize("frame", [2, -3])
def test_frame_that_is_not_there_is_refused(frame):
    with pytest.raises(PixelError, match="counted from 0"):
        plot(made_image(np.stack([RAMP, RAMP])), frame=frame)


def test_title_says_nothing_about_the_patient():
    assert plot(made_image(RAMP, Modality="MR", PatientName="Test^Subject", PatientID="7")).get_title() == "MR"


def test_colour_images_are_drawn_as_they_are_without_a_colour_bar():
    array = np.zeros((2, 2, 3), dtype=np.uint8)
    array[0, 0] = (255, 0, 10)
    ax = plot(made_image(array, SamplesPerPixel=3, PhotometricInterpretation="RGB"), interpolation="nearest")
    assert drawn(ax)[5, 5].tolist() == [255, 0, 10]
    assert ax.images[0].colorbar is None


def test_colour_of_16_bits_is_scaled_by_bits_stored():
    array = np.full((2, 2, 3), 4095, dtype=np.uint16)
    ax = plot(made_image(array, SamplesPerPixel=3, PhotometricInterpretation="RGB", BitsStored=12))
    np.testing.assert_array_equal(ax.images[0].get_array(), np.full((2, 2, 3), 255, np.uint8))


def test_colour_frames_are_told_from_rows():
    array = np.zeros((5, 2, 2, 3), dtype=np.uint8)
    array[3] = 77
    ax = plot(made_image(array, SamplesPerPixel=3, PhotometricInterpretation="RGB"), frame=3)
    assert (np.asarray(ax.images[0].get_array()) == 77).all()


def test_given_axes_are_drawn_on_and_returned():
    ax = Figure().add_subplot()
    assert plot(made_image(RAMP), ax=ax, title="Mine") is ax
    assert ax.get_title() == "Mine"


def test_a_figure_of_its_own_is_unknown_to_pyplot():
    script = (
        "import sys, numpy as np\n"
        "from tests.plotting.made_images import image as made_image\n"
        "from dicom.plotting import plot\n"
        "plot(made_image(np.zeros((2, 2), np.uint8)))\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_in_a_notebook_the_figure_is_one_of_pyplot(monkeypatch):
    from types import SimpleNamespace

    from matplotlib import pyplot as plt

    shell = SimpleNamespace(kernel=object())
    plt.close(plt.figure())  # pyplot looks for IPython once, at its first figure
    before = plt.get_fignums()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    ax = plot(made_image(RAMP))
    assert len(plt.get_fignums()) == len(before) + 1
    plt.close(ax.figure)


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingDependencyError, match=r"pip install dicom-py\[plot\]"):
        plot(made_image(RAMP))


def test_drawing_leaves_the_settings_of_matplotlib_alone():
    before = dict(mpl.rcParams)
    plot(made_image(RAMP))
    assert dict(mpl.rcParams) == before
