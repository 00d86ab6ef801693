"""Spacing says where it comes from, refuses what can't be one, and makes axes that fit the array."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from dicom.errors import GeometryError
from dicom.pixels.spacing import axes, pixel_spacing

SIZE = {"Rows": 3, "Columns": 4}


def ultrasound_region(delta_x: float, delta_y: float, size: int = 10, unit: int = 3, spatial_format: int = 1) -> dict:
    return {
        "RegionSpatialFormat": spatial_format,
        "PhysicalUnitsXDirection": unit,
        "PhysicalUnitsYDirection": unit,
        "PhysicalDeltaX": delta_x,
        "PhysicalDeltaY": delta_y,
        "RegionLocationMinX0": 0,
        "RegionLocationMinY0": 0,
        "RegionLocationMaxX1": size,
        "RegionLocationMaxY1": size,
    }


def test_pixel_spacing_is_row_spacing_then_column_spacing():
    row, column = pixel_spacing({"PixelSpacing": [0.7, 0.5]})
    assert (row, column) == (0.7, 0.5)


@pytest.mark.parametrize(
    ("keyword", "plane"),
    [
        ("PixelSpacing", "patient"),
        ("ImagerPixelSpacing", "detector"),
        ("NominalScannedPixelSpacing", "film"),
        ("ImagePlanePixelSpacing", "image plane"),
    ],
)
def test_each_element_of_spacing_is_named_with_its_plane(keyword, plane):
    spacing = pixel_spacing({keyword: [0.2, 0.1]})
    assert (tuple(spacing), spacing.source, spacing.plane, spacing.unit) == ((0.2, 0.1), keyword, plane, "mm")


def test_pixel_spacing_comes_before_imager_pixel_spacing():
    spacing = pixel_spacing({"ImagerPixelSpacing": [0.2, 0.2], "PixelSpacing": [0.1, 0.1]})
    assert spacing.source == "PixelSpacing"


def test_an_empty_element_is_as_good_as_absent():
    spacing = pixel_spacing({"PixelSpacing": None, "ImagerPixelSpacing": [0.2, 0.2]})
    assert spacing.source == "ImagerPixelSpacing"


def test_calibration_of_a_projection_is_told():
    ds = {"PixelSpacing": [0.1, 0.1], "PixelSpacingCalibrationType": "FIDUCIAL"}
    assert pixel_spacing(ds).calibration == "FIDUCIAL"


def test_magnification_is_told_and_not_applied():
    spacing = pixel_spacing({"ImagerPixelSpacing": [0.2, 0.2], "EstimatedRadiographicMagnificationFactor": 1.25})
    assert (tuple(spacing), spacing.magnification) == ((0.2, 0.2), 1.25)


def test_aspect_ratio_alone_gives_the_unit_pixel():
    spacing = pixel_spacing({"PixelAspectRatio": [4, 3]})
    assert (tuple(spacing), spacing.unit, spacing.source) == ((4 / 3, 1.0), "pixel", "PixelAspectRatio")


def test_ultrasound_deltas_are_cm_and_the_largest_region_counts():
    ds = {"SequenceOfUltrasoundRegions": [ultrasound_region(0.9, 0.9, size=5), ultrasound_region(0.05, -0.02, size=50)]}
    spacing = pixel_spacing(ds)
    assert tuple(spacing) == pytest.approx((0.2, 0.5))
    assert spacing.source == "SequenceOfUltrasoundRegions"


@pytest.mark.parametrize("region", [ultrasound_region(0.1, 0.1, unit=4), ultrasound_region(0.1, 0.1, spatial_format=3)])
def test_ultrasound_regions_of_time_or_spectrum_give_no_spacing(region):
    with pytest.raises(GeometryError, match="No element"):
        pixel_spacing({"SequenceOfUltrasoundRegions": [region]})


def test_ultrasound_delta_of_zero_is_refused():
    with pytest.raises(GeometryError, match="PhysicalDeltaY"):
        pixel_spacing({"SequenceOfUltrasoundRegions": [ultrasound_region(0.1, 0.0)]})


def test_functional_groups_of_the_frame_come_before_the_shared_ones():
    def group(value: float) -> dict:
        return {"PixelMeasuresSequence": [{"PixelSpacing": [value, value], "SliceThickness": value}]}

    ds = {"SharedFunctionalGroupsSequence": [group(1.0)], "PerFrameFunctionalGroupsSequence": [{}, group(2.0)]}
    assert tuple(pixel_spacing(ds, 0)) == (1.0, 1.0)
    assert tuple(pixel_spacing(ds, 1)) == (2.0, 2.0)
    assert pixel_spacing(ds, 1).source == "PixelMeasuresSequence.PixelSpacing"
    assert pixel_spacing(ds, 1).slice_thickness_mm == 2.0


def test_nothing_known_is_an_error_that_lists_what_was_looked_for():
    with pytest.raises(GeometryError, match=r"Pixel Spacing \(0028,0030\)") as caught:
        pixel_spacing({})
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    "value", [[0, 0], [0.5, 0], [-1, 1], [float("nan"), 1], [float("inf"), 1], ["Smith", "1"], [None, 1], [1, b"1"]]
)
def test_values_that_are_not_positive_numbers_are_refused_without_being_quoted(value):
    with pytest.raises(GeometryError, match=r"PixelSpacing \(0028,0030\)") as caught:
        pixel_spacing({"PixelSpacing": value})
    assert "Smith" not in str(caught.value)
    assert caught.value.tag == 0x00280030


@pytest.mark.parametrize("value", [0.5, [0.5], [0.5, 0.5, 0.5]])
def test_other_than_two_values_are_refused(value):
    with pytest.raises(GeometryError, match="2 were expected"):
        pixel_spacing({"PixelSpacing": value})


def test_slice_thickness_and_spacing_between_slices_are_kept_apart():
    spacing = pixel_spacing({"PixelSpacing": [1, 1], "SliceThickness": 5, "SpacingBetweenSlices": -2.5})
    assert (spacing.slice_thickness_mm, spacing.slice_thickness_source) == (5.0, "SliceThickness")
    assert (spacing.spacing_between_slices_mm, spacing.spacing_between_slices_source) == (2.5, "SpacingBetweenSlices")


@pytest.mark.parametrize("thickness", [0, -1, "", None, float("nan"), "thick"])
def test_slice_thickness_that_is_not_positive_is_none(thickness):
    assert pixel_spacing({"PixelSpacing": [1, 1], "SliceThickness": thickness}).slice_thickness_mm is None


def test_spacing_survives_pickling():
    spacing = pickle.loads(pickle.dumps(pixel_spacing({"PixelSpacing": [2, 1]})))
    assert (tuple(spacing), spacing.source) == ((2.0, 1.0), "PixelSpacing")


def test_axes_have_one_edge_more_than_pixels_and_begin_at_zero():
    found = axes(SIZE | {"PixelSpacing": [2.0, 0.5]})
    np.testing.assert_array_equal(found.x.edges, [0.0, 0.5, 1.0, 1.5, 2.0])
    np.testing.assert_array_equal(found.x.centers, [0.25, 0.75, 1.25, 1.75])
    np.testing.assert_array_equal(found.y.edges, [0.0, 2.0, 4.0, 6.0])
    np.testing.assert_array_equal(found.y.centers, [1.0, 3.0, 5.0])
    assert (found.unit, found.source, found.z) == ("mm", "PixelSpacing", None)


@pytest.mark.parametrize("spacing", [0.1, 0.3, 0.661468, 1 / 3])
def test_edges_are_never_one_too_many_by_rounding(spacing):
    for columns in (3, 49, 512, 1000):
        assert axes({"Rows": 1, "Columns": columns, "PixelSpacing": [1, spacing]}).x.edges.shape == (columns + 1,)


def test_z_axis_uses_the_distance_of_slices_before_their_thickness():
    ds = SIZE | {"PixelSpacing": [1, 1], "NumberOfFrames": 2, "SliceThickness": 5}
    assert (axes(ds).z.source, axes(ds).z.edges.tolist()) == ("SliceThickness", [0.0, 5.0, 10.0])
    ds["SpacingBetweenSlices"] = 3
    assert (axes(ds).z.source, axes(ds).z.edges.tolist()) == ("SpacingBetweenSlices", [0.0, 3.0, 6.0])


def test_even_grid_frame_offsets_of_a_dose_give_the_z_axis():
    ds = SIZE | {"PixelSpacing": [1, 1], "NumberOfFrames": 3, "GridFrameOffsetVector": [0, -2.5, -5]}
    assert (axes(ds).z.source, axes(ds).z.spacing) == ("GridFrameOffsetVector", 2.5)
    ds["GridFrameOffsetVector"] = [0, 2.5, 6]
    assert axes(ds).z is None


@pytest.mark.parametrize("rows", [None, 0, -1, 2.5, "many"])
def test_rows_that_are_no_count_are_refused(rows):
    with pytest.raises(GeometryError, match=r"Rows \(0028,0010\)"):
        axes({"Rows": rows, "Columns": 4, "PixelSpacing": [1, 1]})
