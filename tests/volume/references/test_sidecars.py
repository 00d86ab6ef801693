"""Sidecars: a field that both write has the value that dcm2niix gives it, or stands in the list with the reason."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import nibabel
import numpy as np
import pytest

from dicom.volume import read_series
from tests.volume.references.cases import MADE, rows_of
from tests.volume.references.described_series import DESCRIBED
from tests.volume.references.packages import FILES, lay_out
from tests.volume.references.readers import Reading, read_with_dcm2niix

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

#: One of each kind; what they don't say they have in common with the others.
OF_MADE = (
    *("ct-axial", "mr-oblique", "mr-phase", "pt-slopes", "nm-spect", "us-coronal", "ot-axial", "mosaics"),
    *("dimension-time", "dimension-pet-frame", "dimension-diffusion", "dimension-echo", "dimension-cardiac"),
    *("enhanced-ct", "enhanced-mr-sagittal", "enhanced-pt-slopes", "enhanced-time", "enhanced-diffusion"),
)
#: (case, field) -> why it differs.
DIFFERING = {(case, name): why for case, name, why in rows_of("sidecars_differing.tsv")}


class Both:
    """A volume as NIfTI, ours and that of dcm2niix."""

    def __init__(self, name: str, folder: Path, command: str) -> None:
        series = folder / "series"
        if name in FILES:
            lay_out(name, series)
        else:
            (MADE | DESCRIBED)[name](series)
        self.ours_path = folder / "ours.nii"
        read_series(series).save(self.ours_path)
        self.ours: dict[str, Any] = json.loads(self.ours_path.with_suffix(".json").read_text(encoding="utf-8"))
        readings = read_with_dcm2niix(command, series, folder / "theirs")
        self.theirs_path = folder / "theirs" / f"{min(readings)}.nii"
        self.theirs: Reading = readings[min(readings)]

    def directions(self, name: str) -> list[NDArray[np.float64]]:
        """Of both files the directions in space (RAS) of a bvec's rows, or of the axis that a field names."""
        found = []
        for path, sidecar in ((self.ours_path, self.ours), (self.theirs_path, self.theirs.sidecar)):
            affine = nibabel.load(path).affine[:3, :3]
            axes = affine / np.linalg.norm(affine, axis=0)
            if name == "bvec":
                steps = np.loadtxt(path.with_suffix(".bvec"))
                # FSL counts x from the other end where the axes are right-handed.
                steps[0] *= -1 if np.linalg.det(affine) > 0 else 1
            else:
                text = sidecar[name]
                steps = np.eye(3)["ijk".index(text[0])][:, None] * (-1 if text.endswith("-") else 1)
            found.append((axes @ steps).T)
        return found


def is_equal(one: Any, two: Any) -> bool:
    """Whether two values of JSON are the same, numbers to five digits."""
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(is_equal(*pair) for pair in zip(one, two, strict=True))
    if isinstance(one, bool) or isinstance(two, bool) or isinstance(one, str) or isinstance(two, str):
        return bool(one == two)
    return bool(one == pytest.approx(two, rel=1e-5, abs=1e-9))


def test_the_list_names_cases_that_are_there() -> None:
    cases = {*OF_MADE, *DESCRIBED, *FILES}
    assert {case for case, _ in DIFFERING} <= cases


@pytest.mark.parametrize("name", [*OF_MADE, *DESCRIBED, *FILES])
def test_fields_of_both_have_one_value(name: str, tmp_path: Path, dcm2niix: str) -> None:
    both = Both(name, tmp_path, dcm2niix)
    theirs = both.theirs.sidecar
    shared = (both.ours.keys() & theirs.keys()) - {"ConversionSoftware"}
    assert len(shared) > 2
    differing = {
        field: (both.ours[field], theirs[field]) for field in shared if not is_equal(both.ours[field], theirs[field])
    }
    assert differing.keys() == {field for case, field in DIFFERING if case == name}, differing


@pytest.mark.parametrize("name", ["dimension-diffusion", "enhanced-diffusion", "mosaics", "siemens-mosaic-diffusion"])
def test_b_values_and_directions_in_space_are_those_of_dcm2niix(name: str, tmp_path: Path, dcm2niix: str) -> None:
    both = Both(name, tmp_path, dcm2niix)
    assert both.theirs.bval is not None
    assert np.array_equal(np.loadtxt(both.ours_path.with_suffix(".bval")), both.theirs.bval)
    ours, theirs = both.directions("bvec")
    assert np.allclose(ours, theirs, atol=1e-4)


def test_phase_is_encoded_along_one_direction_in_space(tmp_path: Path, dcm2niix: str) -> None:
    ours, theirs = Both("siemens-mosaic", tmp_path, dcm2niix).directions("PhaseEncodingDirection")
    assert np.allclose(ours, theirs, atol=1e-5)
