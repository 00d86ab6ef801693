"""Histograms of dose say what a formula says, and refuse what they can't know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dicom
from dicom.errors import GeometryError, LimitError, QuantityError, RegionError
from dicom.radiotherapy import DVH, ROI, Contour, StructureSet
from tests.radiotherapy.made_doses import write_dose
from tests.volume.made import grid_affine

AFFINE = np.array([[0, 0, 2.0, -40], [0, 2.0, 0, -30], [3.0, 0, 0, 10], [0, 0, 0, 1]])
SHAPE = (12, 30, 40)


def ramp(shape: tuple[int, int, int] = SHAPE, affine: np.ndarray = AFFINE, gy_a_mm: float = 0.1) -> dicom.Volume:
    """A dose that grows along x, from 5 Gy at the first centre."""
    x = np.indices(shape)[2] * 2.0
    return dicom.Volume(
        (5 + gy_a_mm * x).astype(np.float32), affine, unit="Gy", quantity="absorbed dose", frame_of_reference_uid="1.2"
    )


def box(low: tuple[float, float], high: tuple[float, float], zs: list[float], **options: Any) -> ROI:
    """A ROI between two corners (x, y), in planes of z."""
    (x0, y0), (x1, y1) = low, high
    points = [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]
    contours = [Contour(np.column_stack([points, np.full(4, z)])) for z in zs]
    return ROI("box", contours, **{"frame_of_reference_uid": "1.2", **options})


def test_a_mask_on_the_dose_gives_the_numbers_of_its_voxels() -> None:
    dose = ramp()
    inside = np.zeros(SHAPE, bool)
    inside[2:5, 3:9, 10:31] = True
    found = dicom.dvh(dose, dose.with_array(inside), resolution_mm=5)
    values = dose.array[inside]
    assert found.volume_ml == pytest.approx(inside.sum() * 12 / 1000)
    assert (found.min, found.max) == (values.min(), values.max())
    assert found.mean == pytest.approx(values.mean(dtype=float), rel=1e-6)
    for dose_gy in (7.05, 8.15, 10.05):
        assert found.volume_at(dose_gy) == pytest.approx((values >= dose_gy).sum() * 12 / 1000)
        assert found.volume_at(dose_gy, percent=True) == pytest.approx(100 * (values >= dose_gy).mean())


def test_a_box_in_a_ramp_has_the_numbers_of_the_formula() -> None:
    # From x = -20.5 to 20.3: 5 Gy + 0.1 Gy for each mm from -40 on.
    roi = box((-20.5, -10.2), (20.3, 12.6), [13.0, 16.0, 19.0, 22.0], number=4, color=(9, 8, 7))
    found = dicom.dvh(ramp(), roi)
    low, high = 6.95, 11.03
    assert found.volume_ml == pytest.approx(40.8 * 22.8 * 12 / 1000, rel=1e-6)
    assert found.mean == pytest.approx((low + high) / 2, abs=0.005)
    for percent in (98, 95, 50, 2):
        assert found.dose_at(percent) == pytest.approx(high - (high - low) * percent / 100, abs=0.06)
    assert found["D2cc"] == pytest.approx(high - (high - low) * 2 / found.volume_ml, abs=0.06)
    assert found["V9Gy"] == pytest.approx(found.volume_ml * (high - 9) / (high - low), rel=0.01)
    assert (found.name, found.number, found.color, found.covered) == ("box", 4, (9, 8, 7), 1.0)


def test_a_finer_resolution_comes_nearer_to_the_formula() -> None:
    roi = box((-20.5, -10.2), (20.3, 12.6), [13.0, 16.0, 19.0, 22.0])
    errors = [abs(dicom.dvh(ramp(), roi, resolution_mm=mm)["D95%"] - 7.154) for mm in (2.0, 0.5, 0.1)]
    assert errors[2] < 0.006
    assert errors[2] < errors[1] < errors[0]


def test_a_coarse_mask_is_cut_as_finely_as_a_region() -> None:
    coarse = dicom.Volume(
        np.ones((2, 2, 2), bool), [[0, 0, 16.0, -16], [0, 10.0, 0, -10], [6.0, 0, 0, 16], [0, 0, 0, 1]]
    )
    found = dicom.dvh(ramp(), coarse)
    assert found.volume_ml == pytest.approx(2 * 2 * 2 * 960 / 1000)
    # x from -24 to 8.
    assert (found.min, found.max) == (pytest.approx(6.65), pytest.approx(9.75))
    assert found.mean == pytest.approx(5 + 0.1 * 32, abs=1e-5)


def test_parts_of_voxels_count_as_parts() -> None:
    dose = ramp()
    part = np.zeros(SHAPE, np.float32)
    part[4, 5, 10], part[4, 5, 20] = 1.0, 0.25
    found = dicom.dvh(dose, dose.with_array(part), resolution_mm=5)
    assert found.volume_ml == pytest.approx(1.25 * 0.012)
    assert found.mean == pytest.approx((7.0 + 0.25 * 9.0) / 1.25)
    # A voxel that is less than half inside has its centre outside.
    assert found.max == 7.0


def test_a_region_partly_outside_says_how_much_is_covered() -> None:
    # The dose ends at x = -41; the box begins at -51.
    found = dicom.dvh(ramp(), box((-51, -10), (-31, 10), [13.0, 16.0, 19.0]), resolution_mm=0.5)
    assert found.covered == pytest.approx(0.5, abs=1e-6)
    assert found.volume_ml == pytest.approx(10 * 20 * 9 / 1000, rel=1e-6)
    assert "50 % of the region lies outside" in found.notes[0]
    assert "50.0 % of the region" in repr(found)


def test_missing_values_of_a_dose_are_outside() -> None:
    dose = ramp()
    array = dose.array.copy()
    array[:, :, 20:] = np.nan
    inside = np.zeros(SHAPE, bool)
    inside[3, 3, 10:30] = True
    found = dicom.dvh(dose._like(array, dose.affine), dose.with_array(inside), resolution_mm=5)
    assert found.covered == pytest.approx(0.5)


def test_a_region_that_the_dose_does_not_reach_is_refused() -> None:
    with pytest.raises(GeometryError, match="outside of the dose"):
        dicom.dvh(ramp(), box((100, 100), (120, 120), [13.0, 16.0]))
    far = dicom.Volume(np.ones((2, 2, 2), bool), grid_affine() + np.outer([900, 900, 900, 0], [0, 0, 0, 1]))
    with pytest.raises(GeometryError, match="outside of the dose"):
        dicom.dvh(ramp(), far)


def test_frames_of_reference_have_to_agree() -> None:
    roi = box((-10, -10), (10, 10), [13.0, 16.0], frame_of_reference_uid="1.3")
    mask = dicom.Volume(np.ones(SHAPE, bool), AFFINE, frame_of_reference_uid="1.3")
    for region in (roi, mask):
        with pytest.raises(GeometryError, match=r"Frame of Reference UID \(0020,0052\)"):
            dicom.dvh(ramp(), region)
        assert dicom.dvh(ramp(), region, ignore_frame_of_reference=True).volume_ml > 1


@pytest.mark.parametrize(
    "region",
    [
        dicom.Volume(np.zeros(SHAPE, bool), AFFINE),
        ROI("none", []),
        ROI("points", [Contour(np.zeros((1, 3)), "POINT")]),
        ROI("no number", [Contour(np.full((4, 3), np.nan))]),
        dicom.Volume(np.full(SHAPE, 3.0), AFFINE),
    ],
)
def test_what_is_no_region_is_refused(region: Any) -> None:
    with pytest.raises(RegionError):
        dicom.dvh(ramp(), region)


def test_a_name_that_is_not_there_is_refused() -> None:
    structures = StructureSet([box((-10, -10), (10, 10), [13.0, 16.0])])
    assert dicom.dvh(ramp(), (structures, "box")).name == "box"
    assert dicom.dvh(ramp(), (structures, 1), name="mine").name == "mine"
    with pytest.raises(RegionError):
        dicom.dvh(ramp(), (structures, "PTV"))


@pytest.mark.parametrize(
    ("facts", "match"),
    [
        ({"unit": "relative dose"}, "RELATIVE"),
        ({"unit": None}, "isn't a dose in Gy"),
        ({"unit": "HU"}, "isn't a dose in Gy"),
        ({"unit": "cGy"}, "isn't a dose in Gy"),
        ({"unit": "Gy", "quantity": "dose error"}, "something else"),
    ],
)
def test_what_is_no_dose_is_refused(facts: dict[str, Any], match: str) -> None:
    dose = dicom.Volume(np.ones(SHAPE, np.float32), AFFINE, **facts)
    with pytest.raises(QuantityError, match=match):
        dicom.dvh(dose, dose.with_array(np.ones(SHAPE, bool)))


@pytest.mark.parametrize("value", [-0.1, np.inf])
def test_a_dose_of_impossible_values_is_refused(value: float) -> None:
    array = np.ones(SHAPE)
    array[0, 0, 0] = value
    dose = dicom.Volume(array, AFFINE, unit="Gy")
    with pytest.raises(QuantityError):
        dicom.dvh(dose, dose.with_array(np.ones(SHAPE, bool)))


def test_sizes_are_bounded() -> None:
    with pytest.raises(LimitError, match="bin_width_gy"):
        dicom.dvh(ramp(), box((-10, -10), (10, 10), [13.0, 16.0]), bin_width_gy=1e-8)
    with pytest.raises(LimitError, match="resolution_mm"):
        dicom.dvh(ramp(), box((-1e5, -1e5), (1e5, 1e5), [13.0, 16.0]))
    with pytest.raises(QuantityError):
        dicom.dvh(ramp(), box((-10, -10), (10, 10), [13.0, 16.0]), bin_width_gy=0)


def test_a_contour_in_one_plane_needs_a_thickness() -> None:
    with pytest.raises(RegionError):
        dicom.dvh(ramp(), box((-10, -10), (10, 10), [13.0]))
    found = dicom.dvh(ramp(), box((-10, -10), (10, 10), [16.0]), spacing_mm=5)
    assert found.volume_ml == pytest.approx(20 * 20 * 5 / 1000, rel=1e-6)


def test_progress_and_evidence_say_what_was_done() -> None:
    seen: list[tuple[int, int]] = []
    found = dicom.dvh(ramp(), box((-10, -10), (10, 10), [13.0, 16.0]), progress=lambda *step: seen.append(step))
    assert seen[-1][0] == seen[-1][1]
    assert found.evidence is not None
    assert found.evidence["longest voxel"].value == 1.0


def test_a_turned_dose_gives_the_same_numbers() -> None:
    roi = box((-20.3, -10.2), (20.1, 12.6), [13.0, 16.0, 19.0, 22.0])
    straight = dicom.dvh(ramp(), roi, resolution_mm=0.5).as_dict()
    for orientation in ("RAS", "sagittal", "coronal"):
        turned = dicom.dvh(ramp().reorient(orientation), roi, resolution_mm=0.5).as_dict()
        assert turned == pytest.approx(straight, rel=5e-3)


def test_planes_alone_have_no_volume() -> None:
    with pytest.raises(RegionError, match="no volume"):
        dicom.dvh(ramp(), box((-10, -10), (10, 10), [13.0, 16.0]), between="none")
    roi = box((-20.3, -10.2), (20.1, 12.6), [13.0, 16.0, 19.0, 22.0])
    assert dicom.dvh(ramp(), roi, between="linear").volume_ml == pytest.approx(40.4 * 22.8 * 0.012, rel=0.01)


# --- the histogram itself --------------------------------------------------------------------------------------------


def test_metrics_have_the_names_of_the_field() -> None:
    found = DVH([0, 10, 20, 30], [1, 2, 7], prescription_gy=20.0)
    assert found["V20Gy"] == 7
    assert found["V20Gy[%]"] == pytest.approx(70)
    assert found["V100%[cc]"] == 7
    assert found["D70%"] == 20
    assert found["D70%[%]"] == pytest.approx(100)
    assert found["D3.5cc"] == found["D3.5ml"] == found.dose_at(ml=3.5) == pytest.approx(25)
    assert found["mean"] == found.mean == pytest.approx((5 + 30 + 175) / 10)


@pytest.mark.parametrize("metric", ["D", "V20", "D95%[Gyx]", "V20Gy[Gy]", "D95%[cc]", "D20Gy", "V2cc", "", "X"])
def test_other_names_are_none(metric: str) -> None:
    with pytest.raises(KeyError, match="no name such as 'D95%'"):
        DVH([0, 1], [1])[metric]


def test_cumulative_goes_from_all_to_none() -> None:
    assert DVH([0, 1, 2, 3], [1, 0, 3]).cumulative.tolist() == [4, 3, 3, 0]


def test_ends_are_the_least_and_the_greatest() -> None:
    found = DVH([0, 1, 2, 3], [0, 4, 0], minimum=1.2, maximum=1.7)
    assert (found.dose_at(100), found.dose_at(0)) == (1.2, 1.7)
    assert (found.volume_at(1.1), found.volume_at(1.8), found.volume_at(99)) == (4, 0, 0)


def test_a_flat_part_of_the_curve_ends_at_its_highest_dose() -> None:
    assert DVH([0, 1, 2, 3, 4], [2, 0, 0, 2]).dose_at(50) == 3


@pytest.mark.parametrize(
    "ask",
    [
        lambda dvh: dvh.dose_at(ml=5),
        lambda dvh: dvh.dose_at(101),
        lambda dvh: dvh["V95%"],
        lambda dvh: dvh["D50%[%]"],
    ],
)
def test_what_a_histogram_cannot_know_is_refused(ask: Any) -> None:
    with pytest.raises(QuantityError):
        ask(DVH([0, 1, 2], [1, 1]))


def test_without_ml_and_without_gy_there_are_parts_only() -> None:
    relative = DVH([0, 50, 100], [25, 75], dose_unit="relative dose", volume_unit="%")
    assert relative.volume_ml is None
    assert relative.volume_at(50, percent=True) == 75
    assert relative.dose_at(75) == 50
    for ask in (lambda: relative.volume_at(50), lambda: relative["V50Gy"], lambda: relative.dose_at(ml=1)):
        with pytest.raises(QuantityError):
            ask()
    assert "volume" not in relative.as_dict()


@pytest.mark.parametrize(
    ("edges", "volumes"),
    [([0, 1], [0]), ([0, 1], [-1]), ([0, 1, 1], [1, 1]), ([0, 1], [1, 2]), ([0, np.nan], [1]), ([0, 1], [np.inf])],
)
def test_what_is_no_histogram_is_refused(edges: list[float], volumes: list[float]) -> None:
    with pytest.raises(QuantityError):
        DVH(edges, volumes)


def test_tables_have_a_line_a_number_and_escape_names() -> None:
    found = DVH([0, 1, 2], [0.5, 1.0], name="<PTV>", notes=["one"])
    lines = str(found).splitlines()
    assert lines[0] == "<DVH '<PTV>': 1.5 ml, 0.00 to 2.00 Gy, mean 1.17>"
    assert lines[-1] == "note: one"
    assert "D2cc             - Gy" in lines
    assert "&lt;PTV&gt;" in found._repr_html_()


def test_a_dose_that_was_read_gives_its_histogram(tmp_path: Path) -> None:
    x = np.indices(SHAPE)[2] * 2.0
    dose = dicom.read_series(write_dose(tmp_path / "dose.dcm", 5 + 0.1 * x, AFFINE))
    roi = box((-20.5, -10.2), (20.3, 12.6), [13.0, 16.0, 19.0, 22.0], frame_of_reference_uid=None)
    found = dicom.dvh(dose, roi)
    assert found.mean == pytest.approx(8.99, abs=0.005)
    assert found.evidence is not None
    assert "Dose Type (3004,0004)" in [entry.source for entry in found.evidence]


@pytest.mark.parametrize("dose", [np.ones(SHAPE), "dose.dcm", None])
def test_what_is_no_volume_is_no_dose(dose: Any) -> None:
    with pytest.raises(GeometryError, match="the dose is a Volume"):
        dicom.dvh(dose, box((-20, -10), (20, 12), [13.0, 16.0]))


def test_metrics_that_are_no_numbers_are_refused() -> None:
    found = dicom.dvh(ramp(), box((-20, -10), (20, 12), [13.0, 16.0]))
    asks: list[Any] = [
        lambda: found.dose_at("150%"),  # type: ignore[arg-type]
        lambda: found.dose_at("95"),  # type: ignore[arg-type]
        lambda: found.dose_at(True),
        lambda: found.dose_at(float("nan")),
        lambda: found.dose_at(ml="2cc"),  # type: ignore[arg-type]
        lambda: found.dose_at(150),
        lambda: found.volume_at("20Gy"),  # type: ignore[arg-type]
        lambda: found.volume_at(float("nan")),
        lambda: found["D150%"],
    ]
    for ask in asks:
        with pytest.raises(QuantityError):
            ask()
    assert found.dose_at(np.float32(95)) == found["D95%"]
