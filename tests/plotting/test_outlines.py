"""Contours are drawn where they lie in mm: in their plane as they are, across it where they begin and end."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex

import dicom
from dicom.errors import GeometryError, RegionError
from dicom.plotting.outlines import Contours, outlined
from dicom.plotting.palette import palette_color
from dicom.plotting.planes import three_planes
from dicom.radiotherapy.roi import ROI, Contour
from dicom.volume import Volume
from tests.plotting.made_volumes import AXIAL, GRIDS, centered, in_space, made
from tests.plotting.test_overlays import legend_of

AT = (38.0, 10.0, 0.0)


def ring(z: float, center: tuple[float, float], radius: float, count: int = 360) -> Contour:
    """An axial circle."""
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    x, y = center[0] + radius * np.cos(angle), center[1] + radius * np.sin(angle)
    return Contour(np.stack([x, y, np.full(count, z)], axis=-1))


def tube(radius: float = 20.0, step: float = 4.0, **facts) -> ROI:
    """A cylinder along z through the place, with contours as far apart as the slices of the axial volume."""
    return ROI("tube", [ring(z, AT[:2], radius) for z in np.arange(-20, 21, step)], **facts)


def planes_of(grid: str):
    return three_planes(made(grid), center_mm=AT)


def traces(roi: ROI, plane):
    return Contours(roi).traces_on(plane)


def test_contour_in_the_plane_is_drawn_as_it_is():
    axial, _, _ = planes_of("axial")
    roi = tube()
    seen = traces(roi, axial)
    (line,) = seen.lines
    points = roi.contours[5].points
    np.testing.assert_allclose(line[:-1], points[:, :2], atol=1e-12)
    np.testing.assert_array_equal(line[-1], line[0])
    assert (len(seen.strokes), len(seen.dots)) == (0, 0)


@pytest.mark.parametrize("grid", GRIDS)
def test_what_is_seen_of_contours_lies_on_them(grid):
    roi = tube()
    count = 0
    for plane in planes_of(grid):
        seen = traces(roi, plane)
        for line in seen.lines:
            points = in_space(plane, line)
            np.testing.assert_allclose(np.linalg.norm(points[:, :2] - AT[:2], axis=1), 20, atol=1e-6)
            assert abs(points[:, 2]).max() <= plane.thickness_mm / 2 + 1e-6
        if len(seen.strokes):
            ends = in_space(plane, seen.strokes)
            np.testing.assert_allclose(np.linalg.norm(ends[..., :2] - AT[:2], axis=-1), 20, atol=0.01)
            # Both ends of a stroke are of one contour.
            np.testing.assert_allclose(ends[..., 2], np.rint(ends[..., 2] / 4) * 4, atol=1e-6)
            np.testing.assert_allclose(ends[:, 0, 2], ends[:, 1, 2], atol=1e-6)
        count += len(seen.lines) + len(seen.strokes)
    assert count >= 20


def test_across_the_plane_there_is_a_stroke_at_each_contour_as_long_as_the_area():
    _, coronal, sagittal = planes_of("axial")
    for plane in (coronal, sagittal):
        strokes = traces(tube(), plane).strokes
        axis = 0 if plane is coronal else 1
        half = np.sqrt(20**2 - (plane.depth_mm * plane.normal[1 - axis] - AT[1 - axis]) ** 2)
        expected = [[[AT[axis] - half, z], [AT[axis] + half, z]] for z in range(-20, 21, 4)]
        np.testing.assert_allclose(strokes, expected, atol=0.01)


@pytest.mark.parametrize("is_turned", [False, True])
def test_holes_and_several_contours_of_a_plane_are_cut_even_odd(is_turned):
    _, coronal, _ = planes_of("axial")
    hole = ring(3.0, AT[:2], 10)
    if is_turned:
        hole = hole._replace(points=hole.points[::-1])
    island = ring(3.0, AT[:2], 5)
    beside = ring(3.0, (-20.0, AT[1]), 8)
    roi = ROI("r", [ring(3.0, AT[:2], 20), beside, hole, island, ring(7.0, AT[:2], 20)])
    strokes = traces(roi, coronal).strokes
    expected = [(-28, -12), (18, 28), (33, 43), (48, 58)]
    at_3 = strokes[np.abs(strokes[:, 0, 1] - 3) < 1e-6]
    assert at_3[:, 0, 1].tolist() == [3.0] * 4
    np.testing.assert_allclose(at_3[..., 0], expected, atol=0.1)
    np.testing.assert_allclose(strokes[len(at_3) :, :, 0], [(18, 58)], atol=0.1)


def test_keyhole_is_cut_as_the_ring_that_it_is():
    _, coronal, _ = planes_of("axial")
    outer, inner = ring(0.0, AT[:2], 20).points, ring(0.0, AT[:2], 10).points[::-1]
    keyhole = np.concatenate([outer, outer[:1], inner, inner[:1]])
    strokes = traces(ROI("r", [Contour(keyhole)]), coronal).strokes
    covered = [(low, high) for (low, _), (high, _) in strokes if high - low > 1e-6]
    total = sum(high - low for low, high in covered)
    assert total == pytest.approx(20, abs=0.2)
    assert not any(low < AT[0] < high for low, high in covered)


def test_contours_hold_for_half_a_slice():
    axial, _, _ = planes_of("axial")
    for z, is_seen in ((1.99, True), (-1.99, True), (2.01, False), (-2.01, False)):
        assert bool(traces(ROI("r", [ring(z, AT[:2], 9)]), axial).lines) == is_seen


def test_of_contours_closer_than_slices_the_nearest_plane_is_drawn():
    axial, _, _ = planes_of("axial")
    roi = ROI("r", [ring(z, AT[:2], 10 + z) for z in (-1.5, -0.5, 0.25, 1.25)] + [ring(0.25, AT[:2], 3)])
    sizes = [np.ptp(line[:, 0]) / 2 for line in traces(roi, axial).lines]
    np.testing.assert_allclose(sizes, [10.25, 3], atol=1e-6)


def test_open_contours_and_points_are_lines_and_dots():
    axial, coronal, _ = planes_of("axial")
    wire = Contour(np.array([[0.0, 0, 0.5], [10, 5, 1], [20, 20, -1]]), "OPEN_NONPLANAR")
    rising = Contour(np.array([[0.0, 0, -30], [10, 20, 30], [10, 20, 60]]), "OPEN_NONPLANAR")
    roi = ROI("r", [wire, rising, Contour(np.array([[3.0, 4, 1]]), "POINT"), Contour(np.array([[3.0, 4, 9]]), "POINT")])
    seen = traces(roi, axial)
    np.testing.assert_array_equal(seen.lines[0], wire.points[:, :2])
    assert sorted(seen.dots.tolist()) == [[3, 4], [5, 10]]
    assert len(seen.strokes) == 0
    (low, high) = (np.array(rising.points[:2]) @ coronal.normal) - coronal.depth_mm
    share = low / (low - high)
    crossing = rising.points[0] * (1 - share) + rising.points[1] * share
    dots = traces(roi, coronal).dots
    assert any(np.allclose(dot, crossing[[0, 2]]) for dot in dots)


def test_contour_that_has_no_area_or_no_points_is_not_cut():
    _, coronal, _ = planes_of("axial")
    flat = np.array([[0.0, 0, 0], [0, 20, 0], [0, 10, 0]])
    for points in (flat, flat[:2], flat[:1], np.empty((0, 3)), np.zeros((5, 3))):
        assert len(traces(ROI("r", [Contour(points)]), coronal).strokes) == 0
    assert traces(ROI("r", []), coronal).lines == []


def test_coronal_contours_lie_in_the_coronal_plane():
    _, coronal, _ = planes_of("axial")
    angle = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    y = coronal.depth_mm * coronal.normal[1]
    points = np.stack([20 * np.cos(angle), np.full(90, y), 30 * np.sin(angle)], axis=-1)
    seen = traces(ROI("r", [Contour(points)]), coronal)
    np.testing.assert_allclose(seen.lines[0][:-1], points[:, [0, 2]], atol=1e-9)


@pytest.mark.parametrize("grid", ["axial", "oblique", "tilted"])
def test_drawn_lines_are_what_was_traced(grid):
    roi = tube(color=(255, 0, 128))
    axes = made(grid).plot(center_mm=AT, contours=roi)
    for ax, plane in zip(axes, planes_of(grid), strict=True):
        seen = traces(roi, plane)
        lines = [one for one in ax.collections if isinstance(one, LineCollection)]
        expected = [*seen.lines, *seen.strokes]
        drawn = [segment for collection in lines for segment in collection.get_segments()]
        assert len(drawn) == len(expected) > 0
        for one, two in zip(drawn, expected, strict=True):
            np.testing.assert_allclose(one, two)
        assert {to_hex(collection.get_colors()[0]) for collection in lines} == {"#ff0080"}
        left, right = ax.get_xlim()
        assert (left, right) == plane.bounds_mm[:2]
        if len(seen.strokes):
            (ends,) = [one for one in ax.collections if isinstance(one, PathCollection)]
            np.testing.assert_allclose(ends.get_offsets(), seen.strokes.reshape(-1, 2))


def test_legend_names_regions_and_says_which_are_not_seen():
    volume = made("axial")
    far = ROI("far", [ring(0.0, (900, 0), 5)])
    above = ROI("above", [ring(400.0, AT[:2], 5)])
    colored = tube(color=(1, 2, 3))
    axes = volume.plot(center_mm=AT, contours=[far, colored, above, ROI("none", [])])
    assert legend_of(axes) == [
        "tube",
        "far (not in these planes)",
        "above (not in these planes)",
        "none (not in these planes)",
    ]
    colors = [region.color for region in outlined([far, colored, above], volume, planes_of("axial"))]
    assert [to_hex(color) for color in colors] == [to_hex(palette_color(0)), "#010203", to_hex(palette_color(2))]


def test_bright_colors_are_seen_in_the_legend_too():
    volume = made("axial")
    axes = volume.plot(center_mm=AT, contours=[tube(color=(255, 255, 255)), tube(color=(200, 0, 0))])
    white, red = axes[0].figure.legends[0].legend_handles
    assert [len(handle.get_path_effects() or []) for handle in (white, red)] == [2, 0]
    axes = volume.plot(center_mm=AT, mask=[("white", (255, 255, 255), volume.array > volume.array.mean())])
    assert to_hex(axes[0].figure.legends[0].legend_handles[0].get_edgecolor()) == "#595959"


def test_structure_set_a_region_and_several_are_taken():
    volume = made("axial")

    class Set:
        rois = (tube(), ROI("other", [ring(0.0, (0, 0), 5)]))

    assert legend_of(volume.plot(center_mm=AT, contours=Set())) == ["tube", "other"]
    assert legend_of(volume.plot(center_mm=AT, contours=tube())) == ["tube"]
    assert legend_of(volume.plot(center_mm=AT, contours=[tube()])) == ["tube"]


@pytest.mark.parametrize("contours", [5, "tube", [1], np.zeros((4, 3)), {"a": 1}])
def test_what_has_no_contours_is_refused(contours):
    with pytest.raises(GeometryError, match="contours="):
        made("axial").plot(contours=contours)


@pytest.mark.parametrize("points", [np.zeros((4, 2)), np.full((4, 3), np.nan), np.zeros(3), [[1, 2, np.inf]]])
def test_points_that_are_none_are_refused_without_their_values(points):
    roi = ROI("Secret", [ring(0.0, AT[:2], 5), Contour(points)], number=7)
    with pytest.raises(RegionError, match="contour 1 of ROI 7") as error:
        made("axial").plot(contours=roi)
    assert "Secret" not in str(error.value)


def test_other_frame_of_reference_is_refused():
    volume = made("axial", frame_of_reference_uid="1.2.3")
    with pytest.raises(GeometryError, match=r"Frame of Reference UID \(0020,0052\)"):
        volume.plot(contours=tube(frame_of_reference_uid="1.2.4"))
    volume.plot(contours=tube(frame_of_reference_uid="1.2.3"))


def test_masks_and_contours_without_colours_have_different_ones():
    volume = Volume(np.zeros((5, 20, 20), np.float32), centered(AXIAL, (5, 20, 20)))
    axes = volume.plot(mask=np.ones((5, 20, 20), bool), contours=ROI("r", [ring(0.0, (0, 0), 5)]))
    lines = [one for one in axes[0].collections if isinstance(one, LineCollection)]
    assert [to_hex(one.get_colors()[0]) for one in lines] == [to_hex(palette_color(n)) for n in (0, 1)]


def test_structure_set_of_a_file_is_drawn(tmp_path):
    volume = made("axial", frame_of_reference_uid="1.2.3")
    ds = dicom.Dataset()
    ds.SOPClassUID, ds.Modality = "1.2.840.10008.5.1.4.1.1.481.3", "RTSTRUCT"
    region, contour, drawn = dicom.Dataset(), dicom.Dataset(), dicom.Dataset()
    region.ROINumber, region.ROIName, region.ReferencedFrameOfReferenceUID = 1, "tube", "1.2.3"
    contour.ContourGeometricType = "CLOSED_PLANAR"
    points = ring(0.0, AT[:2], 20, 12).points
    contour.NumberOfContourPoints, contour.ContourData = 12, [float(f"{x:.3f}") for x in points.reshape(-1)]
    drawn.ReferencedROINumber, drawn.ROIDisplayColor, drawn.ContourSequence = 1, [9, 8, 7], [contour]
    ds.StructureSetROISequence, ds.ROIContourSequence = [region], [drawn]
    axes = volume.plot(center_mm=AT, contours=dicom.read_structures(ds))
    assert legend_of(axes) == ["tube"]
    (lines,) = [one for one in axes[0].collections if isinstance(one, LineCollection)]
    np.testing.assert_allclose(lines.get_segments()[0][:-1], points[:, :2], atol=1e-3)
