"""A dose reads in Gy at its place, says what it is of, and goes onto other grids."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dicom
from dicom.errors import GeometryError, QuantityError
from tests.radiotherapy.made_doses import dose_data_set, write_dose
from tests.volume.made import grid_affine, made_series, plane_affine

AFFINE = np.array([[0, 0, 2.0, -40], [0, 2.5, 0, -30], [3.0, 0, 0, 10], [0, 0, 0, 1]])
SHAPE = (6, 12, 14)


def planar(shape: tuple[int, int, int], affine: np.ndarray) -> np.ndarray:
    """A dose that is linear in x, y and z, so that interpolation gives it exactly."""
    grid = dicom.Volume(np.zeros(shape), affine)
    x, y, z = np.moveaxis(grid.index_to_mm(np.moveaxis(np.indices(shape), 0, -1)), -1, 0)
    made: np.ndarray = 30 + 0.2 * x - 0.1 * y + 0.3 * z
    return made


def saved(ds: dicom.Dataset, path: Path) -> dicom.Volume:
    """The volume of a data set that was written and read."""
    ds.ensure_file_meta()
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    ds.save_as(path, enforce_file_format=True)
    return dicom.read_series(path)


@pytest.mark.parametrize("bits", [16, 32])
@pytest.mark.parametrize("offsets", ["relative", "absolute"])
@pytest.mark.parametrize("step", [3.0, -3.0])
def test_both_kinds_of_offsets_either_way_lie_where_they_say(
    tmp_path: Path, offsets: Any, bits: Any, step: float
) -> None:
    affine = AFFINE.copy()
    affine[2, 0] = step
    wanted = planar(SHAPE, affine)
    dose = dicom.read_series(write_dose(tmp_path / "dose.dcm", wanted, affine, offsets=offsets, bits=bits))
    # Slices grow to the head, whichever way the frames go.
    points = dose.index_to_mm(np.moveaxis(np.indices(SHAPE), 0, -1))
    np.testing.assert_allclose(points.reshape(-1, 3).min(0), (-40, -30, min(10, 10 + 5 * step)))
    expected = 30 + points @ (0.2, -0.1, 0.3)
    np.testing.assert_allclose(dose.array, expected, atol=wanted.max() / 2**bits + 1e-4)
    assert (dose.unit, dose.quantity, dose.array.dtype) == ("Gy", "absorbed dose", np.float32)


@pytest.mark.parametrize("plane", ["sagittal", "coronal", "feet-first"])
def test_relative_offsets_lead_along_the_normal_of_any_plane(tmp_path: Path, plane: str) -> None:
    affine = plane_affine(plane, (3.0, 2.0, 1.5))
    wanted = planar(SHAPE, affine) + 100
    dose = dicom.read_series(write_dose(tmp_path / "dose.dcm", wanted, affine))
    points = dose.index_to_mm(np.moveaxis(np.indices(SHAPE), 0, -1))
    np.testing.assert_allclose(dose.array, 130 + points @ (0.2, -0.1, 0.3), atol=1e-3)


def test_uneven_offsets_are_refused_unless_a_way_is_named(tmp_path: Path) -> None:
    ds = dose_data_set(planar(SHAPE, AFFINE), AFFINE)
    ds.GridFrameOffsetVector = [0, 3, 6, 9, 12, 18]
    with pytest.raises(GeometryError):
        saved(ds, tmp_path / "dose.dcm")
    even = dicom.read_series(tmp_path / "dose.dcm", gaps="resample")
    assert even.shape[0] == 7
    np.testing.assert_allclose(np.diff(even.array[:, 3, 3])[:4], 0.9, atol=1e-3)


def test_a_dose_on_the_grid_of_its_images_keeps_unit_quantity_and_evidence(tmp_path: Path) -> None:
    affine = np.array([[0, 0, 1.2, -30], [0, 1.2, 0, -20], [2.0, 0, 0, 13], [0, 0, 0, 1]])
    made = made_series(tmp_path / "ct", (5, 10, 12), affine)
    ct = dicom.read_series(tmp_path / "ct")
    like = dicom.read(made.paths[0])
    dose = dicom.read_series(write_dose(tmp_path / "dose.dcm", planar(SHAPE, AFFINE), AFFINE, like=like))
    onto = dose.resample_to(ct)
    assert onto.same_grid_as(ct)
    np.testing.assert_allclose(onto.array, planar(ct.shape, ct.affine), atol=1e-3)
    assert (onto.unit, onto.quantity) == ("Gy", "absorbed dose")
    assert onto.evidence["summed over"].value == "PLAN"


def test_outside_of_the_dose_there_is_none(tmp_path: Path) -> None:
    dose = dicom.read_series(write_dose(tmp_path / "dose.dcm", np.ones(SHAPE), AFFINE))
    larger = dicom.Volume(np.zeros((8, 12, 14)), AFFINE - np.outer([0, 0, 3, 0], [0, 0, 0, 1]))
    assert np.isnan(dose.resample_to(larger).array[[0, 7]]).all()


@pytest.mark.parametrize(
    ("dose_type", "quantity"),
    [
        ("PHYSICAL", "absorbed dose"),
        ("EFFECTIVE", "biologically effective dose"),
        ("ERROR", "dose error"),
        ("OTHER", None),
        (None, None),
    ],
)
def test_dose_type_says_what_it_is_of(tmp_path: Path, dose_type: str | None, quantity: str | None) -> None:
    dose = dicom.read_series(write_dose(tmp_path / "dose.dcm", np.ones(SHAPE), AFFINE, DoseType=dose_type))
    assert dose.quantity == quantity
    assert dose.evidence is not None
    # What isn't said is taken for granted, and that stands there.
    assert bool(dose.evidence["type"].assumption) == (quantity is None)
    if dose_type != "ERROR":
        found = dicom.dvh(dose, dose.with_array(np.ones(SHAPE, bool)))
        assert any("Dose Type" in note for note in found.notes) == (quantity is None)


def test_relative_dose_is_not_in_gy(tmp_path: Path) -> None:
    dose = dicom.read_series(write_dose(tmp_path / "dose.dcm", np.ones(SHAPE), AFFINE, DoseUnits="RELATIVE"))
    assert dose.unit == "relative dose"
    mask = dose.with_array(np.ones(SHAPE, bool))
    with pytest.raises(QuantityError, match="RELATIVE") as caught:
        dicom.dvh(dose, mask)
    assert caught.value.keywords == ("DoseUnits",)
    absolute = dose.with_array(dose.array * 20.0, unit="Gy")
    assert dicom.dvh(absolute, mask).mean == pytest.approx(20)


@pytest.mark.parametrize("changes", [{"DoseUnits": None}, {"DoseUnits": "RAD"}])
def test_a_dose_without_a_unit_is_none(tmp_path: Path, changes: dict[str, Any]) -> None:
    dose = dicom.read_series(write_dose(tmp_path / "dose.dcm", np.ones(SHAPE), AFFINE, **changes))
    assert dose.unit is None
    with pytest.raises(QuantityError):
        dicom.dvh(dose, dose.with_array(np.ones(SHAPE, bool)))


def test_evidence_names_elements_and_no_words_of_others(tmp_path: Path) -> None:
    path = write_dose(
        *(tmp_path / "dose.dcm", np.ones(SHAPE), AFFINE),
        TissueHeterogeneityCorrection=["IMAGE", "ROI_OVERRIDE"],
        DoseSummationType="ELSEWHERE",
        DoseGridScaling=0.001,
    )
    evidence = dicom.read_series(path).evidence
    found = {entry.name: (entry.value, entry.source) for entry in evidence}
    assert found["heterogeneity correction"] == (
        "IMAGE, ROI_OVERRIDE",
        "Tissue Heterogeneity Correction (3004,0014)",
    )
    assert found["summed over"] == ("no defined term", "Dose Summation Type (3004,000A)")
    assert found["scaling"] == (0.001, "Dose Grid Scaling (3004,000E)")


def test_a_part_of_a_dose_keeps_its_evidence(tmp_path: Path) -> None:
    dose = dicom.read_series(write_dose(tmp_path / "dose.dcm", np.ones(SHAPE), AFFINE))
    assert dose[1:3].evidence is dose.evidence


def test_a_ct_has_no_evidence_of_a_dose(tmp_path: Path) -> None:
    made_series(tmp_path / "ct", (3, 4, 5), grid_affine())
    ct = dicom.read_series(tmp_path / "ct")
    assert (ct.quantity, ct.evidence) == (None, None)
