"""Axes are exchanged and reversed; no voxel moves."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest

from dicom.errors import GeometryError
from dicom.volume import Volume
from tests.volume.made import grid_affine
from tests.volume.made_volumes import AFFINES, assert_in_place, position_volume

ALL = ["".join(p) for order in permutations(("LR", "PA", "SI")) for p in product(*order)]


@pytest.mark.parametrize("grid", AFFINES)
@pytest.mark.parametrize("orientation", ALL)
def test_every_orientation_of_every_grid_keeps_voxels_in_place(grid, orientation):
    volume = position_volume(AFFINES[grid], number_of_t=2)
    turned = volume.reorient(orientation)
    assert turned.orientation == orientation
    assert_in_place(turned)
    assert np.shares_memory(turned.array, volume.array)


@pytest.mark.parametrize("grid", AFFINES)
@pytest.mark.parametrize("orientation", ["RAS", "PIR", "ALI"])
def test_and_back_gives_the_same_volume(grid, orientation):
    volume = position_volume(AFFINES[grid])
    back = volume.reorient(orientation).reorient(volume.orientation)
    np.testing.assert_array_equal(back.array, volume.array)
    np.testing.assert_allclose(back.affine, volume.affine, atol=1e-12)


@pytest.mark.parametrize(
    ("plane", "orientation"), [("axial", "LPS"), ("coronal", "LIP"), ("sagittal", "PIR"), ("Sagittal", "PIR")]
)
def test_planes_have_orientations(plane, orientation):
    assert position_volume(AFFINES["axial"]).reorient(plane).orientation == orientation


@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])
def test_k_grows_along_row_by_column_in_each_plane(plane):
    k, j, i = position_volume(AFFINES["axial"]).reorient(plane).direction.T
    np.testing.assert_allclose(np.cross(i, j), k, atol=1e-12)


def test_ras_of_an_axial_volume_is_what_nibabel_calls_so():
    # nibabel's index is (i, j, k) and its space RAS: x and y of LPS turned round.
    turned = position_volume(AFFINES["axial"]).reorient("RAS")
    affine = np.diag([-1, -1, 1, 1]) @ turned.affine[:, [2, 1, 0, 3]]
    assert (np.diag(affine)[:3] > 0).all()


def test_sources_follow_a_reversal_and_stay_with_their_axis():
    volume = position_volume(AFFINES["axial"])
    turned = volume.reorient("LPI")
    assert turned.sources_axis == "k"
    assert [k for _, k in turned.sources.origins[0]] == [4, 3, 2, 1, 0]
    sagittal = volume.reorient("sagittal")
    assert sagittal.sources_axis == "j"
    # The row above the others is the last slice, and cropping rows chooses slices.
    assert [k for _, k in sagittal.sources.origins[0]] == [4, 3, 2, 1, 0]
    assert [k for _, k in sagittal[:, 1:3].sources.origins[0]] == [3, 2]
    assert len(sagittal[0].sources.origins[0]) == 5


@pytest.mark.parametrize("word", ["", "LP", "LPSS", "LRS", "LPX", "top", "lps ", "AAA"])
def test_what_is_no_orientation_is_refused(word):
    with pytest.raises(GeometryError, match="RAS"):
        position_volume(AFFINES["axial"]).reorient(word)


def test_letters_of_a_grid_at_45_degrees_name_each_axis_once():
    for angles in [(45, 0, 0), (0, 45, 0), (45, 45, 45), (35.2644, 45, 0)]:
        found = Volume(np.zeros((2, 2, 2)), grid_affine(angles=angles)).orientation
        assert found in ALL
