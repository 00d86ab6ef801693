"""Masks are filled and outlined exactly where their voxels lie, with their names outside of the images."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import dicom
from dicom.errors import GeometryError, PixelError, RegionError
from dicom.plotting.overlays import edges_of, regions_of
from dicom.plotting.palette import palette_color
from dicom.plotting.planes import three_planes
from dicom.segmentation.writing.write import new_segmentation
from dicom.sr import codes
from dicom.volume import Volume
from tests.plotting.made_volumes import AXIAL, GRIDS, ball, centered, in_space, made, places, plane_places
from tests.volume.made import make_series

BALL_AT = (38.0, 10.0, 0.0)


def lines_on(ax) -> list[np.ndarray]:
    return [collection for collection in ax.collections if isinstance(collection, LineCollection)]


def legend_of(axes) -> list[str]:
    (legend,) = axes[0].figure.legends
    return [text.get_text() for text in legend.get_texts()]


def pixel_at(ax, x: float, y: float) -> list[int]:
    figure = ax.get_figure(root=True)
    figure.canvas.draw()
    picture = np.asarray(figure.canvas.buffer_rgba())[..., :3]
    column, row = ax.transData.transform((x, y))
    return picture[picture.shape[0] - 1 - int(row), int(column)].tolist()


def unit_edges(lines: np.ndarray) -> set[tuple]:
    """Each edge of one pixel, of lines that are several long."""
    found = set()
    for (row, column), (row2, column2) in lines:
        count = round(max(abs(row2 - row), abs(column2 - column)))
        for n in range(count):
            one = (row + (row2 - row) * n / count, column + (column2 - column) * n / count)
            two = (row + (row2 - row) * (n + 1) / count, column + (column2 - column) * (n + 1) / count)
            found.add((one, two))
    return found


def test_outline_is_all_edges_between_inside_and_outside_and_no_other():
    inside = np.random.default_rng(3).random((9, 13)) < 0.5
    expected = set()
    framed = np.pad(inside, 1)
    for row in range(10):
        for column in range(14):
            here = framed[row, column]
            if here != framed[row, column + 1]:
                expected.add(((row - 1.5, column - 0.5), (row - 0.5, column - 0.5)))
            if here != framed[row + 1, column]:
                expected.add(((row - 0.5, column - 1.5), (row - 0.5, column - 0.5)))
    for column in range(14):
        if framed[10, column] != framed[10, column + 1]:
            expected.add(((9.5, column - 0.5), (10.5, column - 0.5)))
    assert unit_edges(edges_of(inside)) == expected


def test_straight_edges_are_one_line():
    inside = np.zeros((6, 8), bool)
    inside[2:5, 1:7] = True
    assert sorted(edges_of(inside).tolist()) == sorted(
        [[[1.5, 0.5], [1.5, 6.5]], [[4.5, 0.5], [4.5, 6.5]], [[1.5, 0.5], [4.5, 0.5]], [[1.5, 6.5], [4.5, 6.5]]]
    )
    assert edges_of(np.zeros((3, 3), bool)).shape == (0, 2, 2)


@pytest.mark.parametrize("grid", GRIDS)
def test_mask_is_where_its_voxels_lie(grid):
    volume = made(grid)
    mask = ball(volume, BALL_AT, 14)
    planes = three_planes(volume, center_mm=BALL_AT)
    (region,), divisions = regions_of(mask, volume, planes)
    assert divisions == [(1, 1)] * 3
    for plane, part in zip(planes, region.parts, strict=True):
        np.testing.assert_array_equal(part, ((plane_places(plane) - BALL_AT) ** 2).sum(axis=-1) < 14**2)


@pytest.mark.parametrize("grid", GRIDS)
def test_outline_is_drawn_at_the_edges_of_voxels_in_mm(grid):
    volume = made(grid)
    axes = volume.plot(center_mm=BALL_AT, mask=ball(volume, BALL_AT, 14), crosshair=False)
    for ax, plane in zip(axes, three_planes(volume, center_mm=BALL_AT), strict=True):
        (collection,) = lines_on(ax)
        ends = in_space(plane, np.array(collection.get_segments()).reshape(-1, 2))
        index = volume.mm_to_index(ends)
        across = "kji".index(plane.axis)
        np.testing.assert_allclose(index[:, across], plane.slice_index, atol=1e-6)
        corners = np.delete(index, across, axis=1)
        np.testing.assert_allclose(corners - np.floor(corners), 0.5, atol=1e-6)
        assert abs(np.linalg.norm(ends - BALL_AT, axis=1) - 14).max() < np.linalg.norm(volume.spacing)


@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize("other", ["axial", "sagittal", "oblique"])
def test_mask_of_another_grid_is_the_nearest_voxel_of_each_place(grid, other):
    volume = made(grid)
    # Off the volume's own voxels, lest many places lie just between two.
    moved = made(other).affine.copy()
    moved[:3, 3] += (0.3, 0.2, 0.1)
    fine = Volume(np.zeros(made(other).grid_shape, bool), moved)
    mask = fine.with_array(np.random.default_rng(5).random(fine.grid_shape) < 0.5)
    planes = three_planes(volume)
    (region,), divisions = regions_of({"noise": mask}, volume, planes)
    for plane, part, (down, along) in zip(planes, region.parts, divisions, strict=True):
        rows, columns = np.indices(part.shape)
        flat = plane.mm_at(np.stack([(rows + 0.5) / down - 0.5, (columns + 0.5) / along - 0.5], axis=-1))
        index = mask.mm_to_index(in_space(plane, flat))
        nearest = np.rint(index).astype(int)
        is_inside = ((nearest >= 0) & (nearest < mask.grid_shape)).all(axis=-1)
        held = np.clip(nearest, 0, np.array(mask.grid_shape) - 1)
        expected = mask.array[tuple(np.moveaxis(held, -1, 0))] & is_inside
        # Half-way between two voxels either is the nearest.
        is_clear = (np.abs(index - np.floor(index) - 0.5) > 1e-6).all(axis=-1)
        assert is_clear.mean() > 0.7
        np.testing.assert_array_equal(part[is_clear], expected[is_clear])


def test_no_voxel_of_a_finer_mask_is_skipped():
    coarse = Volume(np.zeros((10, 30, 30), np.float32), centered(AXIAL * 2, (10, 30, 30)))
    fine = Volume(np.zeros((80, 240, 240), bool), centered(AXIAL * 0.25, (80, 240, 240)))
    k, j, i = np.rint(fine.mm_to_index(coarse.index_to_mm((4, 14, 14)))).astype(int)
    fine.array[k - 2 : k + 3, j + 9, i + 17] = True
    (region,), divisions = regions_of(fine, coarse, three_planes(coarse))
    assert divisions[0] == (8, 8)
    assert region.parts[0].sum() == 1
    axes = coarse.plot(mask=fine, crosshair=False)
    (collection,) = lines_on(axes[0])
    drawn = np.array(collection.get_segments()).reshape(-1, 2)
    low, high = fine.index_to_mm((k, j + 8.5, i + 16.5))[:2], fine.index_to_mm((k, j + 9.5, i + 17.5))[:2]
    np.testing.assert_allclose([drawn.min(axis=0), drawn.max(axis=0)], [low, high], atol=1e-9)


def test_fill_lets_the_image_through():
    volume = made("axial")
    mask = [("ball", (255, 0, 128), ball(volume, BALL_AT, 14))]
    axes = volume.plot(
        center_mm=BALL_AT, mask=mask, mask_alpha=0.25, window=(0, 800), crosshair=False, interpolation="nearest"
    )
    grey = 255 * (300 + 400) / 800
    expected = 0.75 * grey + 0.25 * np.array([255, 0, 128])
    for ax, place in zip(axes, ((38, 10), (38, 0), (10, 0)), strict=True):
        np.testing.assert_allclose(pixel_at(ax, *place), expected, atol=2)


def test_masks_over_each_other_are_both_seen():
    volume = made("axial")
    one = ball(volume, BALL_AT, 14)
    mask = [("one", (255, 0, 0), one), ("two", (0, 0, 255), one)]
    axes = volume.plot(center_mm=BALL_AT, mask=mask, mask_alpha=0.5, window=(5000, 10), crosshair=False)
    np.testing.assert_allclose(pixel_at(axes[0], 38, 10), [64, 0, 128], atol=2)


def test_parts_of_voxels_are_as_opaque_and_outlined_at_a_half():
    volume = made("axial")
    distance = np.linalg.norm(places(volume) - BALL_AT, axis=-1)
    parts = volume.with_array(np.clip(1.5 - distance / 14, 0, 1).astype(np.float32))
    parts.array[0, 0, 0] = np.nan
    axes = volume.plot(center_mm=BALL_AT, mask=parts, mask_alpha=0.6, window=(5000, 10), crosshair=False)
    color = 255 * np.array(palette_color(0))
    np.testing.assert_allclose(pixel_at(axes[0], 38, 10), 0.6 * color, atol=2)
    np.testing.assert_allclose(pixel_at(axes[0], 38, 17.5), 0.6 * 0.96 * color, atol=4)
    (collection,) = lines_on(axes[0])
    ends = np.array(collection.get_segments()).reshape(-1, 2)
    assert abs(np.linalg.norm(ends - (38, 10), axis=1) - 14).max() < 1.2


def test_label_map_is_a_mask_for_each_label_with_its_number():
    volume = made("axial")
    array = np.zeros(volume.grid_shape, np.uint16)
    array[ball(volume, BALL_AT, 14).array] = 7
    array[ball(volume, (38, 30, 0), 4).array] = 300
    axes = volume.plot(center_mm=BALL_AT, mask=array, crosshair=False)
    assert legend_of(axes) == ["label 7", "label 300"]
    seven, other = lines_on(axes[0])
    np.testing.assert_allclose(seven.get_colors()[0][:3], palette_color(0))
    np.testing.assert_allclose(other.get_colors()[0][:3], palette_color(1))
    assert [len(lines_on(ax)) for ax in axes] == [2, 1, 2]


def test_colours_are_those_given_else_of_the_palette():
    volume = made("axial")
    mask = ball(volume, BALL_AT, 14)
    axes = volume.plot(center_mm=BALL_AT, mask=[("a", None, mask), ("b", (1, 2, 3), mask), ("c", None, mask)])
    found = [to_hex(collection.get_colors()[0]) for collection in lines_on(axes[0])]
    assert found == [to_hex(palette_color(0)), "#010203", to_hex(palette_color(2))]


def test_legend_lies_outside_of_the_images_and_says_what_is_not_seen():
    volume = made("axial")
    mask = {
        "_ball $x$": ball(volume, BALL_AT, 14),
        "crown": ball(volume, (0, 0, 85), 3),
        "far": Volume(np.ones((2, 2, 2), bool), np.diag([1.0, 1, 1, 1]) + 900 * np.eye(4, k=3)),
    }
    axes = volume.plot(center_mm=BALL_AT, mask=mask)
    assert legend_of(axes) == [r"_ball \$x\$", "crown (not in these planes)", "far (not in these planes)"]
    figure = axes[0].figure
    figure.canvas.draw()
    box = figure.legends[0].get_window_extent()
    assert box.x0 > 0
    assert box.y0 >= 0
    assert not any(box.overlaps(ax.get_tightbbox()) for ax in axes)
    assert not volume.plot(mask=mask, legend=False)[0].figure.legends
    assert not volume.plot()[0].figure.legends


def test_of_many_masks_those_that_are_seen_are_named_first():
    volume = made("axial")
    array = np.zeros(volume.grid_shape, np.uint8)
    for label in range(1, 31):
        # Every other one lies above the plane, and away from the others.
        array[22 if label % 2 == 0 else 44, 3 + label, 20] = label
    words = legend_of(volume.plot(index=(22, 114, 89), mask=array))
    assert words[:3] == ["label 2", "label 4", "label 6"]
    assert words[14:16] == ["label 30", "label 1 (not in these planes)"]
    assert (len(words), words[-1]) == (21, "and 10 more")
    assert len(legend_of(volume.plot(mask=np.where(array > 21, 0, array)))) == 21


def test_long_names_are_cut_and_fit_onto_the_figure():
    volume = made("axial")
    mask = dict.fromkeys([f"{n} {'a long name ' * 30}\n\t2" for n in range(25)], ball(volume, BALL_AT, 14))
    axes = volume.plot(center_mm=BALL_AT, mask=mask)
    assert all(len(words) <= 40 and "\n" not in words for words in legend_of(axes))
    figure = axes[0].figure
    figure.canvas.draw()
    box = figure.legends[0].get_window_extent()
    assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1
    assert box.y0 >= 0


@pytest.mark.parametrize("layout", [None, "constrained"])
def test_given_axes_have_the_legend_on_their_figure(layout):
    figure = Figure(figsize=(12, 5), layout=layout)
    axes = figure.subplots(1, 3)
    volume = made("axial")
    volume.plot(mask={"a": ball(volume, BALL_AT, 14)}, center_mm=BALL_AT, axes=axes)
    figure.canvas.draw()
    assert legend_of(axes) == ["a"]
    box = figure.legends[0].get_window_extent()
    assert not any(box.overlaps(ax.get_window_extent()) for ax in axes)


def test_a_mm_stays_as_long_in_each_plane():
    volume = made("axial")
    axes = volume.plot(mask=dict.fromkeys(map(str, range(30)), ball(volume, BALL_AT, 14)), center_mm=BALL_AT)
    axes[0].figure.canvas.draw()
    scales = []
    for ax in axes:
        box = ax.get_window_extent()
        scales += [box.width / abs(np.diff(ax.get_xlim())[0]), box.height / abs(np.diff(ax.get_ylim())[0])]
    np.testing.assert_allclose(scales, scales[0], rtol=1e-6)


def test_masks_of_several_times_show_the_time_that_is_drawn():
    volume = made("axial")
    arrays = np.stack([ball(volume, BALL_AT, radius).array for radius in (4, 14)])
    mask = Volume(arrays, volume.affine, dimension="time")
    planes = three_planes(volume, center_mm=BALL_AT)
    sizes = [regions_of(mask, volume, planes, t)[0][0].parts[0].sum() for t in (0, 1)]
    assert sizes == [52, 616]
    assert volume.plot(mask=mask, t=1)[0].figure.legends


def test_what_makes_masks_is_asked_for_those_on_the_grid():
    volume = made("axial")

    class Maker:
        def masks_on(self, grid):
            assert grid.same_grid_as(volume)
            yield "one", (255, 0, 0), ball(grid, BALL_AT, 14)
            yield "two", None, ball(grid, BALL_AT, 5)

    axes = volume.plot(center_mm=BALL_AT, mask=Maker())
    assert legend_of(axes) == ["one", "two"]
    assert [to_hex(lines.get_colors()[0]) for lines in lines_on(axes[0])] == ["#ff0000", to_hex(palette_color(1))]


def test_segmentation_is_drawn_with_its_labels(tmp_path):
    make_series(tmp_path, (6, 20, 24))
    volume = dicom.read_series(tmp_path)
    masks = {"ball": volume.index_to_mm((2, 9, 11)), "other": volume.index_to_mm((5, 2, 2))}
    masks = {name: ball(volume, tuple(place), 3) for name, place in masks.items()}
    segments = [
        dicom.Segment(label, number=n, property_category=codes.SCT.Organ, property_type=codes.SCT.Liver)
        for n, label in enumerate(masks, 1)
    ]
    new_segmentation(masks, volume, segments).save(tmp_path / "seg.dcm")
    segmentation = dicom.read_segmentation(tmp_path / "seg.dcm")
    axes = volume.plot(index=(2, 9, 11), mask=segmentation)
    assert legend_of(axes) == ["ball", "other (not in these planes)"]
    for one, two in zip(axes, volume.plot(index=(2, 9, 11), mask=masks), strict=True):
        (drawn,), (expected,) = lines_on(one), lines_on(two)
        np.testing.assert_allclose(drawn.get_segments(), expected.get_segments(), atol=1e-6)


@pytest.mark.parametrize(
    ("mask", "error"),
    [
        (np.zeros((3, 4, 5), bool), GeometryError),
        (np.zeros((45, 230), bool), GeometryError),
        ([np.zeros((45, 230, 180), bool)], GeometryError),
        (np.full((45, 230, 180), 1.5), RegionError),
        (np.full((45, 230, 180), -0.5), RegionError),
        (np.full((45, 230, 180), 1j), RegionError),
        ({"a": np.zeros((3, 4, 5), bool)}, GeometryError),
        ([("a", "red", np.zeros((45, 230, 180), bool))], PixelError),
        ([("a", (1, 2), np.zeros((45, 230, 180), bool))], PixelError),
    ],
)
def test_what_is_no_mask_is_refused(mask, error):
    with pytest.raises(error):
        made("axial").plot(mask=mask)


def test_mask_of_another_frame_of_reference_is_refused():
    volume = made("axial", frame_of_reference_uid="1.2.3")
    mask = ball(made("axial", frame_of_reference_uid="1.2.4"), BALL_AT, 14)
    with pytest.raises(GeometryError, match="frames of reference"):
        volume.plot(mask={"a": mask})
    volume.plot(mask={"a": ball(made("axial"), BALL_AT, 14)})


@pytest.mark.parametrize("alpha", [-0.1, 1.1, np.nan])
def test_opacity_that_is_none_is_refused(alpha):
    with pytest.raises(PixelError, match="mask_alpha"):
        made("axial").plot(mask_alpha=alpha)


def test_single_slice_and_colours_take_masks():
    volume = made("axial")[22]
    volume.plot(mask=ball(volume, BALL_AT, 14))
    colours = Volume(np.zeros((4, 5, 6, 3), np.uint8), centered(AXIAL, (4, 5, 6)), is_color=True)
    axes = colours.plot(mask=np.ones((4, 5, 6), bool))
    assert legend_of(axes) == ["mask"]


def test_structure_set_is_filled_where_its_contours_are(tmp_path):
    make_series(tmp_path, (6, 20, 24))
    volume = dicom.read_series(tmp_path)
    mask = ball(volume, tuple(volume.index_to_mm((2, 9, 11))), 3)
    structures = dicom.StructureSet.from_masks({"ball": mask}, source=volume)
    axes = volume.plot(index=(2, 9, 11), mask=structures)
    assert legend_of(axes) == ["ball"]
    (drawn,) = lines_on(axes[0])
    (expected,) = lines_on(volume.plot(index=(2, 9, 11), mask=mask)[0])
    np.testing.assert_allclose(drawn.get_segments(), expected.get_segments(), atol=1e-6)


def test_texts_that_look_like_mathematics_are_drawn_as_they_are():
    volume = made("axial", modality="$\\frac{$")
    axes = volume.plot(mask={"$\\frac{$": ball(volume, BALL_AT, 14)}, center_mm=BALL_AT)
    axes[0].figure.canvas.draw()
