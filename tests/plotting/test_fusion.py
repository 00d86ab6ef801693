"""A volume over another one lies where it is in mm, lets through where there is little of it, and has its own bar."""

from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure

import dicom
from dicom.errors import GeometryError, PixelError
from dicom.plotting.fusion import Fused
from dicom.plotting.planes import three_planes
from dicom.volume import Volume
from dicom.volume.operations.crop import VolumeIndexError
from tests.pet.made_vendors import made_pet
from tests.plotting.made_volumes import (
    AXIAL,
    GRIDS,
    ball,
    centered,
    in_space,
    made,
    places,
    plane_places,
    uptake,
)
from tests.plotting.test_overlays import legend_of, pixel_at
from tests.volume.made import grid_affine

AT = (38.0, 10.0, 0.0)


def field(grid: str, slope=(0.3, -0.2, 0.5), **facts) -> Volume:
    """Values that grow evenly through space, so that linear interpolation gives them anywhere."""
    steps, shape = GRIDS[grid]
    volume = Volume(np.zeros(shape, np.float32), centered(steps, shape), **facts)
    return Volume((places(volume) @ slope).astype(np.float32), volume.affine, **facts)


@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize("other", ["coronal", "from the other side", "oblique"])
def test_values_are_those_of_the_place(grid, other):
    volume = made(grid)
    fused = Fused(field(other), volume)
    for plane in three_planes(volume, center_mm=AT):
        values = fused.on(plane)
        points = plane_places(plane)
        expected = points @ (0.3, -0.2, 0.5)
        index = fused._volume.mm_to_index(points)
        size = np.array(fused._volume.grid_shape)
        # Beyond the outermost middles the outermost values hold, and beyond the edges there is nothing.
        is_between = ((index > 0.001) & (index < size - 1.001)).all(axis=-1)
        is_outside = ((index < -0.501) | (index > size - 0.499)).any(axis=-1)
        assert is_between.sum() > 1000
        np.testing.assert_allclose(values[is_between], expected[is_between], atol=1e-3)
        assert np.isnan(values[is_outside]).all()


@pytest.mark.parametrize("grid", ["axial", "sagittal", "oblique", "tilted"])
def test_hottest_place_is_seen_where_it_is(grid):
    volume = made(grid)
    axes = volume.plot(center_mm=AT, fuse=uptake(AT), crosshair=False)
    for ax, plane in zip(axes, three_planes(volume, center_mm=AT), strict=True):
        image = ax.images[1].get_array()
        row, column = np.unravel_index(np.argmax(image), image.shape)
        place = in_space(plane, plane.mm_at((row, column)))
        assert np.linalg.norm(place - AT) < 1.01 * np.linalg.norm(volume.spacing)
        x, y = plane.mm_at((row, column))
        assert sum(pixel_at(ax, x, y)) > 500


def test_little_lets_the_image_through_and_much_does_not():
    volume = made("axial")
    axes = volume.plot(center_mm=AT, fuse=uptake(AT), window=(0, 800), crosshair=False)
    without = volume.plot(center_mm=AT, window=(0, 800), crosshair=False)
    assert pixel_at(axes[0], -40, -20) == pixel_at(without[0], -40, -20)
    red, green, blue = pixel_at(axes[0], 38, 10)
    assert red > green + 30 > blue + 30


def test_look_is_by_what_the_values_are_of():
    volume = made("axial")
    axes = volume.plot(fuse=uptake())
    image, bar = axes[0].images[1], axes[0].figure.axes[4]
    assert (image.norm.vmin, image.norm.vmax) == (0.0, 10.0)
    assert bar.get_ylabel() == "SUVbw (g/ml)"
    assert axes[0].figure.axes[3].get_ylabel() == "HU"
    assert axes[0].figure.get_suptitle() == "CT + PT"
    alphas = image.get_cmap()(np.linspace(0, 1, 256))[:, 3]
    assert alphas[0] == 0
    assert (np.diff(alphas) >= 0).all()
    assert alphas[-1] == pytest.approx(0.75)
    assert image.get_cmap()(np.nan)[3] == 0
    dose = field("axial", quantity="absorbed dose", unit="Gy", modality="RTDOSE")
    axes = volume.plot(fuse=dose)
    assert axes[0].images[1].norm.vmax == pytest.approx(dose.array.max())
    assert axes[0].figure.axes[4].get_ylabel() == "absorbed dose (Gy)"


def test_window_map_and_opacity_are_chosen():
    axes = made("axial").plot(fuse=uptake(), fuse_window=(3, 4), fuse_cmap="viridis", fuse_alpha=1)
    image = axes[0].images[1]
    assert (image.norm.vmin, image.norm.vmax) == (1.0, 5.0)
    assert image.get_cmap()(1.0) == pytest.approx((0.993248, 0.906157, 0.143936, 1.0), abs=1e-3)
    assert made("axial").plot(fuse=uptake(), fuse_alpha=0)[0].images[1].get_cmap()(0.9)[3] == 0


@pytest.mark.parametrize("grid", ["axial", "oblique", "tilted"])
def test_lines_are_where_the_values_are(grid):
    volume = made(grid)
    dose = field("coronal", slope=(0.6, 0.0, 0.0), unit="Gy", quantity="absorbed dose")
    axes = volume.plot(center_mm=AT, fuse=dose, fuse_levels=(12, -6, 1e6), crosshair=False)
    for ax, plane in zip(axes, three_planes(volume, center_mm=AT), strict=True):
        found = [one for one in ax.collections if isinstance(one, ContourSet)]
        for lines in found:
            for level, path in zip(lines.levels, lines.get_paths(), strict=True):
                assert level in (-6, 12)
                x = in_space(plane, path.vertices)[:, 0]
                np.testing.assert_allclose(x, level / 0.6, atol=0.01)
    assert any(isinstance(one, ContourSet) for one in axes[0].collections)
    bar = axes[0].figure.axes[4]
    assert [line.get_ydata()[0] for line in bar.lines if line.get_color() == "white"] == [12]


def test_time_point_of_what_is_fused_is_chosen():
    hot = uptake(AT)
    several = Volume(
        np.stack([hot.array * 0, hot.array]),
        hot.affine,
        dimension="time",
        unit=hot.unit,
        quantity="SUVbw",
        modality="PT",
    )
    volume = made("axial")
    assert np.nanmax(volume.plot(fuse=several)[0].images[1].get_array()) == 0
    assert np.nanmax(volume.plot(fuse=several, t=1, center_mm=AT)[0].images[1].get_array()) > 8
    with pytest.raises(VolumeIndexError):
        volume.plot(fuse=several, t=2)
    with pytest.raises(GeometryError, match="no axis t"):
        volume.plot(fuse=hot, t=1)


def test_missing_values_let_the_image_through():
    hot = uptake(AT)
    hot.array[...] = np.nan
    volume = made("axial")
    axes = volume.plot(fuse=hot, crosshair=False)
    assert legend_of(axes) == ["PT (not in these planes)"]
    assert all(len(ax.images) == 1 for ax in axes)


def test_what_lies_elsewhere_is_said_to():
    hot = uptake()
    far = Volume(hot.array, hot.affine + 900 * np.eye(4, k=3), unit="Bq/ml", modality="PT")
    axes = made("axial").plot(fuse=far)
    assert legend_of(axes) == ["PT (not in these planes)"]


def test_whole_volume_is_not_resampled(monkeypatch):
    hot = uptake(AT)
    shapes = []
    original = Volume.resample_to

    def watched(self, other, **options):
        shapes.append(other.grid_shape)
        return original(self, other, **options)

    monkeypatch.setattr(Volume, "resample_to", watched)
    made("axial").plot(fuse=hot)
    assert sorted(min(shape) for shape in shapes) == [1, 1, 1]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"fuse": np.zeros((3, 4, 5))}, GeometryError),
        ({"fuse": ball(uptake(), AT, 5)}, PixelError),
        ({"fuse": Volume(np.zeros((3, 4, 5), np.uint8), np.eye(4), quantity="segment")}, PixelError),
        ({"fuse": Volume(np.zeros((3, 4, 5, 3), np.uint8), np.eye(4), is_color=True)}, PixelError),
        ({"fuse": uptake(), "fuse_alpha": 2}, PixelError),
        ({"fuse": uptake(), "fuse_alpha": np.nan}, PixelError),
        ({"fuse": uptake(), "fuse_levels": (1, np.nan)}, PixelError),
        ({"fuse": uptake(), "fuse_window": (0, 0)}, PixelError),
        ({"fuse": uptake(), "fuse_window": "lung"}, PixelError),
    ],
)
def test_what_cannot_be_fused_is_refused(options, error):
    with pytest.raises(error):
        made("axial").plot(**options)


def test_other_frame_of_reference_is_refused():
    hot = uptake()
    hot.frame_of_reference_uid = "1.2.4"
    with pytest.raises(GeometryError, match="frames of reference"):
        made("axial", frame_of_reference_uid="1.2.3").plot(fuse=hot)


@pytest.mark.parametrize("layout", [None, "constrained"])
def test_given_axes_have_two_bars_that_lie_on_nothing(layout):
    figure = Figure(figsize=(14, 5), layout=layout)
    axes = figure.subplots(1, 3)
    volume = made("axial")
    volume.plot(fuse=uptake(), mask=ball(volume, AT, 14), axes=axes)
    figure.savefig(io.BytesIO(), format="png")
    bars = figure.axes[3:]
    assert len(bars) == 2
    boxes = [ax.get_window_extent() for ax in axes]
    assert not any(bar.get_tightbbox().overlaps(box) for bar in bars for box in boxes)
    assert not any(figure.legends[0].get_window_extent().overlaps(box) for box in boxes)


def test_bars_are_left_out_on_request_and_colours_have_none():
    assert len(made("axial").plot(fuse=uptake(), colorbar=False)[0].figure.axes) == 3
    shape = (20, 60, 60)
    colours = Volume(np.zeros((*shape, 3), np.uint8), centered(AXIAL, shape), is_color=True)
    axes = colours.plot(fuse=uptake())
    assert [ax.get_ylabel() for ax in axes[0].figure.axes[3:]] == ["SUVbw (g/ml)"]


def test_single_slice_takes_lines():
    volume = made("axial")[22]
    volume.plot(fuse=field("axial"), fuse_levels=(1, 2))


def test_uptake_of_a_series_is_fused_with_its_quantity(tmp_path):
    shape = (6, 20, 24)
    made_pet(tmp_path, shape=shape, affine=grid_affine())
    hot = dicom.suv(tmp_path)
    ct = Volume(np.zeros(shape, np.float32), grid_affine(), unit="HU", modality="CT")
    axes = ct.plot(fuse=hot)
    assert axes[0].figure.axes[4].get_ylabel() == "SUVbw (g/ml)"
    np.testing.assert_allclose(axes[0].images[1].get_array(), hot.array[2], rtol=1e-5)
    assert (axes[0].images[1].norm.vmin, axes[0].images[1].norm.vmax) == (0.0, 10.0)
