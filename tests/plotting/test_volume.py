"""Three planes stand upright, on one scale, with the right letters at their edges, and show what lies there."""

from __future__ import annotations

import io
import subprocess
import sys
import zlib

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from dicom.errors import GeometryError, MissingDependencyError, PixelError
from dicom.pixels.window import Window
from dicom.plotting.color_maps import MISSING_COLOR, thinned, window_for
from dicom.plotting.planes import letters_of, three_planes
from dicom.plotting.thumbnail import thumbnail_png
from dicom.volume import Volume
from tests.plotting.made_volumes import AXIAL, BALL, GRIDS, HOLE, OUTSIDE, SOFT, centered, made
from tests.plotting.seen import drawn

BALL_AT, HOLE_AT, NOSE_AT = (38.0, 10.0, 0.0), (0.0, 0.0, 52.0), (0.0, -100.0, -15.0)


def grey_at(ax, x: float, y: float) -> int:
    """The grey that is seen at a place of the axes' mm, of a figure that was drawn."""
    picture = np.asarray(ax.get_figure(root=True).canvas.buffer_rgba())[..., :3]
    column, row = ax.transData.transform((x, y))
    pixel = picture[picture.shape[0] - 1 - int(row), int(column)]
    assert len(set(pixel.tolist())) == 1, pixel
    return int(pixel[0])


@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize(("place", "value"), [(BALL_AT, BALL), (HOLE_AT, HOLE), (NOSE_AT, SOFT), ((9, 9, 9), SOFT)])
def test_what_lies_at_a_place_is_seen_where_the_axes_say_that_it_is(grid, place, value):
    window = (0.0, 800.0)
    axes = made(grid).plot(center_mm=place, window=window, crosshair=False, interpolation="nearest")
    axes[0].figure.canvas.draw()
    planes = three_planes(made(grid), center_mm=place)
    for ax, plane in zip(axes, planes, strict=True):
        x, y = float(plane.right @ place), float(plane.vertical @ place)
        assert grey_at(ax, x, y) == pytest.approx(255 * (value + 400) / 800, abs=2)


@pytest.mark.parametrize("grid", GRIDS)
def test_left_is_at_the_right_and_head_and_front_are_up(grid):
    for plane, (right, up) in zip(three_planes(made(grid)), (("L", "A"), ("L", "S"), ("P", "S")), strict=True):
        assert letters_of(plane.right)[0] == right
        assert letters_of(plane.vertical if plane.is_upward else -plane.vertical)[0] == up


def test_letters_at_the_edges_are_those_of_the_affine():
    axes = made("sagittal").plot()
    assert [[text.get_text() for text in ax.texts] for ax in axes] == [
        ["R", "L", "A", "P"],
        ["R", "L", "S", "I"],
        ["A", "P", "S", "I"],
    ]
    assert [(ax.get_xlabel(), ax.get_ylabel()) for ax in axes] == [
        ("x (mm)", "y (mm)"),
        ("x (mm)", "z (mm)"),
        ("y (mm)", "z (mm)"),
    ]


@pytest.mark.parametrize(
    ("direction", "letters"),
    [((1, 0, 0), "L"), ((-0.8, 0.6, 0), "RP"), ((0.1, 0.2, -0.97), "I"), ((0.5, 0.6, 0.62), "SPL")],
)
def test_directions_between_have_several_letters_the_greatest_first(direction, letters):
    assert letters_of(np.array(direction)) == letters


@pytest.mark.parametrize(
    ("grid", "titles"),
    [
        ("axial", ["axial, k = 22", "coronal, j = 114", "sagittal, i = 89"]),
        ("sagittal", ["axial, j = 79", "coronal, i = 94", "sagittal, k = 19"]),
        ("coronal", ["axial, j = 59", "coronal, k = 22", "sagittal, i = 59"]),
    ],
)
def test_planes_are_named_by_the_patient_and_numbered_by_the_array(grid, titles):
    assert [ax.get_title() for ax in made(grid).plot()] == titles


def test_oblique_planes_say_by_how_much():
    titles = [ax.get_title() for ax in made("oblique").plot()]
    assert [title.split(",")[0] for title in titles] == ["axial", "coronal", "sagittal"]
    assert all("oblique by" in title for title in titles)
    assert [ax.get_ylabel() for ax in made("oblique").plot()][1] != "z (mm)"


@pytest.mark.parametrize("grid", GRIDS)
def test_a_mm_is_as_long_in_each_plane_and_direction(grid):
    axes = made(grid).plot()
    axes[0].figure.canvas.draw()
    scales = []
    for ax in axes:
        box = ax.get_window_extent()
        scales += [box.width / abs(np.diff(ax.get_xlim())[0]), box.height / abs(np.diff(ax.get_ylim())[0])]
    np.testing.assert_allclose(scales, scales[0], rtol=1e-6)


def test_crosshair_meets_at_the_voxel_of_the_place():
    axes = made("axial").plot(center_mm=(9.8, -20.4, 9.0))
    for ax, (x, y) in zip(axes, ((9.5, -20.5), (9.5, 8.0), (-20.5, 8.0)), strict=True):
        lines = [line.get_xydata() for line in ax.lines]
        assert len(lines) == 4
        assert sum(bool((line[:, 0] == x).all()) for line in lines) == 2
        assert sum(bool((line[:, 1] == y).all()) for line in lines) == 2


def test_index_says_the_same_place():
    volume = made("sagittal")
    by_mm = three_planes(volume, center_mm=volume.index_to_mm((3, 40, 50)))
    by_index = three_planes(volume, index=(3, 40, 50))
    for one, two in zip(by_mm, by_index, strict=True):
        assert (one.slice_index, one.row, one.column) == (two.slice_index, two.row, two.column)
        np.testing.assert_array_equal(one.values, two.values)


@pytest.mark.parametrize(
    "where",
    [
        {"center_mm": (500, 0, 0)},
        {"index": (45, 0, 0)},
        {"index": (-1, 0, 0)},
        {"index": (1, 2)},
        {"center_mm": (0, 0, np.nan)},
        {"center_mm": (0, 0, 0), "index": (0, 0, 0)},
    ],
)
def test_place_that_is_none_is_refused(where):
    with pytest.raises(GeometryError):
        made("axial").plot(**where)


def test_planes_are_views():
    volume = made("oblique")
    assert all(np.shares_memory(plane.values, volume.array) for plane in three_planes(volume))


def test_one_colour_bar_with_the_unit():
    axes = made("axial").plot()
    assert len(axes[0].figure.axes) == 4
    bar = axes[0].images[0].colorbar
    assert bar.ax.get_ylabel() == "HU"
    assert bar.extend == "both"
    assert len(made("axial").plot(colorbar=False)[0].figure.axes) == 3


@pytest.mark.parametrize(
    ("facts", "window"),
    [
        ({}, (-160.0, 240.0)),
        ({"unit": None}, (OUTSIDE, 700.0)),
        ({"modality": "MR", "unit": None}, (OUTSIDE, 700.0)),
    ],
)
def test_default_window_is_that_of_the_values(facts, window):
    chosen = window_for(made("axial", **facts))
    assert (chosen.low, chosen.high) == window


def test_pet_is_shown_from_zero_with_the_hottest_black():
    volume = made("axial", modality="PT")
    volume = Volume(np.maximum(volume.array, 0) * 10, volume.affine, modality="PT", unit="Bq/ml")
    image = volume.plot()[0].images[0]
    assert image.get_cmap().name == "gray_r"
    assert (image.norm.vmin, image.norm.vmax) == (0.0, 7000.0)
    assert image.colorbar.ax.get_ylabel() == "Bq/ml"


def test_window_is_a_pair_a_window_or_a_preset():
    volume = made("axial")
    assert (window_for(volume, "lung").center, window_for(volume, (5, 4)).low) == (-600.0, 3.0)
    assert window_for(volume, Window(1, 2)).center == 1
    with pytest.raises(PixelError, match="presets"):
        window_for(volume, "heart of gold")
    with pytest.raises(PixelError, match="HU"):
        window_for(volume.with_array(volume.array), "lung")
    with pytest.raises(PixelError, match="width"):
        volume.plot(window=(0, 0))


def test_missing_values_have_a_colour_of_their_own():
    volume = made("axial")
    volume.array[:, :100] = np.nan
    axes = volume.plot(crosshair=False)
    picture = drawn(axes[0])
    expected = [int(MISSING_COLOR[n : n + 2], 16) for n in (1, 3, 5)]
    np.testing.assert_allclose(picture[20, 20], expected, atol=1)
    assert [text.get_text() for text in axes[0].figure.axes[3].texts] == ["no value"]
    assert not made("axial").plot()[0].figure.axes[3].texts


def test_time_point_is_chosen_and_named():
    volume = made("axial")
    several = Volume(
        np.stack([volume.array, volume.array + 7]),
        volume.affine,
        dimension="time",
        dimension_values=[0, 1500],
        dimension_unit="ms",
        modality="MR",
    )
    axes = several.plot(t=-1)
    assert axes[0].figure.get_suptitle() == "MR, time, t = 1 of 2: 1500 ms"
    np.testing.assert_array_equal(axes[0].images[0].get_array(), volume.array[22] + 7)
    assert axes[0].images[0].norm.vmin == several.plot()[0].images[0].norm.vmin
    with pytest.raises(IndexError):
        several.plot(t=2)
    with pytest.raises(GeometryError, match="no axis t"):
        volume.plot(t=1)


def test_title_says_nothing_but_the_modality():
    assert made("axial").plot()[0].figure.get_suptitle() == "CT"
    assert made("axial").plot(title="Mine")[0].figure.get_suptitle() == "Mine"
    assert made("axial", modality="Somebody's name is here").plot()[0].figure.get_suptitle() == ""


def test_colours_are_drawn_as_they_are_without_a_colour_bar():
    array = np.zeros((4, 5, 6, 3), np.uint8)
    array[1] = (255, 0, 10)
    axes = Volume(array, centered(AXIAL, (4, 5, 6)), is_color=True).plot(crosshair=False)
    assert len(axes[0].figure.axes) == 3
    assert drawn(axes[0])[-30, 30].tolist() == [255, 0, 10]


def test_truth_values_and_a_single_slice_are_drawn():
    volume = made("axial")
    assert volume.with_array(volume.array > 0).plot()[0].images[0].norm.vmax == 1.0
    drawn(volume[3].plot()[1])
    drawn(Volume(np.zeros((1, 1, 1)), np.eye(4)).plot()[0])


def test_given_axes_are_drawn_on_and_returned():
    axes = Figure().subplots(1, 3)
    assert made("axial").plot(axes=axes, title="Mine") == tuple(axes)
    assert axes[0].get_title().startswith("Mine")
    with pytest.raises(GeometryError, match="three axes"):
        made("axial").plot(axes=axes[:2])


def test_drawing_leaves_the_settings_of_matplotlib_alone():
    before = dict(mpl.rcParams)
    made("axial").plot()
    assert dict(mpl.rcParams) == before


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingDependencyError, match=r"pip install dicom-py\[plot\]"):
        made("axial").plot()


def test_window_is_told_from_values_of_all_of_the_volume():
    array = np.arange(3 * 500 * 700, dtype=np.int32).reshape(3, 500, 700)
    some = thinned(array)
    assert np.shares_memory(some, array)
    assert 2**16 < some.size <= 2**18
    assert some.shape[0] == 3
    assert some.max() - some.min() > 0.99 * array.size


def png_pixels(png: bytes) -> np.ndarray:
    """(rows, columns, RGB) of a PNG without filters, as ours are."""
    width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    begin = png.index(b"IDAT") + 4
    rows = np.frombuffer(zlib.decompress(png[begin:-16]), np.uint8).reshape(height, 1 + 3 * width)
    return rows[:, 1:].reshape(height, width, 3)


@pytest.mark.parametrize("grid", GRIDS)
def test_thumbnail_shows_the_middle_planes_on_one_scale(grid):
    picture = png_pixels(made(grid)._repr_png_())
    assert picture.shape[0] <= 160
    assert picture.shape[1] <= 482
    # The dense ball lies at the patient's left: at the right of the first two planes, brighter than what is around.
    planes = three_planes(made(grid))
    widths = [plane.bounds_mm[1] - plane.bounds_mm[0] for plane in planes]
    first = picture[:, : round(picture.shape[1] * widths[0] / sum(widths)) - 4]
    half = first.shape[1] // 2
    bright = (first[..., 0] == 255) & (np.indices(first.shape[:2])[0] > 10)
    middle = slice(first.shape[0] // 3, 2 * first.shape[0] // 3)
    left, right = bright[middle, half // 3 : half], bright[middle, half : half + half - half // 3]
    assert right.sum() > left.sum() + 20


def test_thumbnail_shows_missing_values_and_colours():
    volume = made("axial")
    volume.array[:, :100] = np.nan
    assert (png_pixels(volume._repr_png_()) == [0x7A, 0x94, 0xB8]).all(axis=-1).any()
    array = np.zeros((4, 5, 6, 3), np.uint8)
    array[...] = (255, 0, 10)
    colours = Volume(array, np.eye(4), is_color=True)
    assert (png_pixels(thumbnail_png(colours)) == [255, 0, 10]).all(axis=-1).any()


def test_thumbnail_needs_no_matplotlib():
    script = (
        "import sys, numpy as np\n"
        "from dicom.volume import Volume\n"
        "html = Volume(np.zeros((2, 3, 4)), np.eye(4))._repr_html_()\n"
        "assert 'matplotlib' not in sys.modules\n"
        "assert 'data:image/png' in html and 'orientation' in html\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_html_is_escaped():
    html = Volume(np.zeros((2, 3, 4)), np.eye(4), unit="<b>", unit_source="&")._repr_html_()
    assert "&lt;b&gt; (&amp;)" in html


def test_figure_is_saved_as_png():
    stream = io.BytesIO()
    made("axial").plot()[0].figure.savefig(stream, format="png")
    assert stream.getvalue().startswith(b"\x89PNG")
