"""The makers of series tell the truth: what the files say is what `Made` and `Flawed` say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import dicom
from tests.volume.made import COMPRESSED, PLANES, SOP_CLASS, made_series, plane_affine
from tests.volume.made_defects import DEFECTS, with_defect
from tests.volume.made_dimensions import DIMENSIONS, magnitude_and_phase

if TYPE_CHECKING:
    from pathlib import Path

    from tests.volume.made import Made

#: Defects whose slices all lie on the grid that is stated, in its order.
ON_THE_GRID = ["swapped", "reversed", "oblique", "tilted", "tilted-unsaid", "copied", "duplicated"]


def agrees(made: Made) -> None:
    shape = made.stored.shape
    assert len(made.paths) == int(np.prod(shape[:-2]))
    for index, path in enumerate(made.paths):
        t, k = divmod(index, shape[-3])
        ds = dicom.read(path)
        position = made.affine @ (k, 0, 0, 1)
        assert np.allclose(np.array(ds.ImagePositionPatient, float), position[:3], atol=1e-6)
        turned = np.array(ds.ImageOrientationPatient, float).reshape(2, 3)
        assert np.allclose(turned[0] * float(ds.PixelSpacing[1]), made.affine[:3, 2], atol=1e-8)
        assert np.allclose(turned[1] * float(ds.PixelSpacing[0]), made.affine[:3, 1], atol=1e-8)
        stored = made.stored[k] if len(shape) == 3 else made.stored[t, k]
        values = made.values[k] if len(shape) == 3 else made.values[t, k]
        assert np.array_equal(ds.pixel_array, stored)
        assert np.allclose(dicom.image(ds).modality(), values, rtol=1e-6)


@pytest.mark.parametrize("modality", SOP_CLASS)
@pytest.mark.parametrize("plane", PLANES)
def test_files_say_what_was_asked_for(modality: str, plane: str, tmp_path: Path) -> None:
    agrees(made_series(tmp_path, (3, 5, 4), plane_affine(plane), modality=modality))


@pytest.mark.parametrize("name", COMPRESSED)
def test_compressed_files_keep_their_values(name: str, tmp_path: Path) -> None:
    made = made_series(tmp_path, (3, 20, 24), transfer_syntax=COMPRESSED[name])
    assert dicom.read(made.paths[0]).file_meta.TransferSyntaxUID == COMPRESSED[name]
    agrees(made)


@pytest.mark.parametrize("name", DIMENSIONS)
def test_planes_of_each_time_lie_on_one_grid(name: str, tmp_path: Path) -> None:
    made = DIMENSIONS[name](tmp_path)
    assert made.stored.shape[0] == len(made.dimension_values) > 1
    agrees(made)


def test_magnitude_and_phase_have_one_series(tmp_path: Path) -> None:
    magnitude, phase = magnitude_and_phase(tmp_path)
    agrees(magnitude)
    agrees(phase)
    assert len({dicom.read(path).SeriesInstanceUID for path in magnitude.paths + phase.paths}) == 1


@pytest.mark.parametrize("name", ON_THE_GRID)
def test_slices_lie_where_the_truth_says(name: str, tmp_path: Path) -> None:
    flawed = with_defect(name, tmp_path)
    for k, path in enumerate(flawed.paths):
        position = np.array(dicom.read(path).ImagePositionPatient, float)
        assert np.allclose(position, (flawed.affine @ (k, 0, 0, 1))[:3], atol=1e-6)


@pytest.mark.parametrize("name", DEFECTS)
def test_each_defect_is_about_files_that_are_there(name: str, tmp_path: Path) -> None:
    flawed = with_defect(name, tmp_path)
    assert flawed.name == name
    assert all(path.is_file() for path in (*flawed.paths, *flawed.files))
    assert (flawed.kind is None and flawed.element is None) <= (not flawed.files)
