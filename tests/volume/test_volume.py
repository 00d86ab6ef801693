"""A volume holds what it is given, refuses what is none, and goes where arrays go."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from dicom.errors import GeometryError, PixelError
from dicom.volume import Defect, GeometryReport, Volume
from tests.volume.made_volumes import AFFINES, position_volume

RAMP = np.arange(24, dtype=np.int16).reshape(2, 3, 4)


@pytest.mark.parametrize(
    ("array", "affine", "options"),
    [
        (RAMP, np.eye(3), {}),
        (RAMP, np.diag([1, 1, 0, 1]), {}),
        (RAMP, np.full((4, 4), np.nan), {}),
        (RAMP, np.diag([1, 1, 1, 2]), {}),
        (RAMP[0], np.eye(4), {}),
        (RAMP, np.eye(4), {"dimension": "time"}),
        (RAMP[None], np.eye(4), {}),
        (RAMP[None], np.eye(4), {"is_color": True}),
        (RAMP[None], np.eye(4), {"dimension": "time", "dimension_values": [1, 2]}),
        (RAMP, np.eye(4), {"dimension_values": [1, 2]}),
        (RAMP[:0], np.eye(4), {}),
        (RAMP, np.eye(4), {"sources_axis": "t"}),
    ],
)
def test_what_is_no_volume_is_refused(array, affine, options):
    with pytest.raises(GeometryError):
        Volume(array, affine, **options)


def test_affine_can_not_be_changed_and_is_a_copy():
    affine = np.eye(4)
    volume = Volume(RAMP, affine)
    affine[0, 3] = 5
    assert volume.affine[0, 3] == 0
    with pytest.raises(ValueError, match="read-only"):
        volume.affine[0, 3] = 5


def test_pickle_and_deepcopy_keep_everything():
    volume = position_volume(AFFINES["oblique"], number_of_t=2)
    for other in (pickle.loads(pickle.dumps(volume)), copy.deepcopy(volume)):
        np.testing.assert_array_equal(other.array, volume.array)
        np.testing.assert_array_equal(other.affine, volume.affine)
        assert not other.affine.flags.writeable
        for name in ("unit", "dimension", "dimension_unit", "is_color", "modality", "frame_of_reference_uid"):
            assert getattr(other, name) == getattr(volume, name)


def test_copy_has_an_array_of_its_own_in_c_order():
    volume = Volume(RAMP, np.eye(4), unit="HU")
    other = volume.reorient("PIR").copy()
    assert other.array.flags.c_contiguous
    assert not np.shares_memory(other.array, RAMP)
    assert other.unit == "HU"


def test_numpy_takes_a_volume_for_its_array():
    volume = Volume(RAMP, np.eye(4))
    assert np.asarray(volume) is RAMP
    assert np.asarray(volume, dtype=float).dtype == float
    assert np.array(volume) is not RAMP
    assert np.mean(volume) == RAMP.mean()
    assert np.asarray(volume, copy=False) is RAMP
    with pytest.raises(ValueError, match="copy"):
        np.asarray(volume, dtype=float, copy=False)


def test_dlpack_gives_the_same_memory():
    volume = Volume(RAMP.copy(), np.eye(4))
    assert np.shares_memory(np.from_dlpack(volume), volume.array)
    # Axes that are reversed or exchanged go too.
    turned = volume.reorient("PIR")
    np.testing.assert_array_equal(np.from_dlpack(turned), turned.array)


def test_with_array_keeps_the_grid_and_not_the_unit():
    volume = position_volume(AFFINES["oblique"], number_of_t=2)
    mask = volume.with_array(volume.array[0, ..., 0] > 0)
    assert mask.same_grid_as(volume)
    assert (mask.unit, mask.dimension, mask.is_color, mask.sources) == (None, None, False, None)
    same = volume.with_array(volume.array * 2, unit="mm")
    assert (same.unit, same.dimension, same.is_color, same.sources) == ("mm", "time", True, volume.sources)
    np.testing.assert_array_equal(same.dimension_values, volume.dimension_values)


@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 5), (1, 2, 3, 4), (2, 3, 4, 3)])
def test_with_array_of_another_grid_is_refused(shape):
    with pytest.raises(GeometryError, match="grid"):
        Volume(RAMP, np.eye(4)).with_array(np.zeros(shape))


def test_colours_on_the_grid_of_greys():
    assert Volume(RAMP, np.eye(4)).with_array(np.zeros((2, 3, 4, 3), np.uint8), is_color=True).is_color


def test_astype_rounds_to_the_nearest():
    volume = Volume(np.array([[[-0.6, 0.4, 1.5, 2.5, 99.7]]]), np.eye(4), unit="HU")
    whole = volume.astype(np.int16)
    assert whole.array.tolist() == [[[-1, 0, 2, 2, 100]]]
    assert whole.unit == "HU"
    assert volume.astype(np.float64) is volume
    assert volume.astype("float32").array.dtype == np.float32


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([0.0, np.nan], np.int16),
        ([0.0, np.inf], np.int32),
        ([0.0, 32768.0], np.int16),
        ([-1], np.uint8),
        ([0, 256], np.uint8),
        ([0.0, 0.5], bool),
        ([0, 2], bool),
        ([0.0, 1e39], np.float32),
    ],
)
def test_astype_refuses_values_that_do_not_fit(values, dtype):
    with pytest.raises(PixelError, match="don't fit"):
        Volume(np.array([[values]]), np.eye(4)).astype(dtype)


def test_astype_keeps_what_fits_at_the_ends():
    volume = Volume(np.array([[[-32768.0, 32767.0]]]), np.eye(4))
    assert volume.astype(np.int16).array.tolist() == [[[-32768, 32767]]]
    assert Volume(np.array([[[0.0, np.inf, np.nan]]]), np.eye(4)).astype("f4").array.tolist()[0][0][:2] == [0, np.inf]


def test_line_says_what_it_is():
    volume = Volume(RAMP, np.diag([2.0, 0.75, 0.5, 1])[[2, 1, 0, 3]], unit="HU", modality="CT")
    assert repr(volume) == "<Volume: CT, (k, j, i) = (2, 3, 4) int16, 2 x 0.75 x 0.5 mm, LPS, HU>"


def test_info_says_shape_spacing_directions_unit_dimension_and_report():
    report = GeometryReport([Defect("gap", "5.0 mm are missing", 5.0, (1, 2))], 2.5, 2, 0.025)
    volume = Volume(
        np.stack([RAMP, RAMP]),
        AFFINES["oblique"],
        unit="HU",
        unit_source="RescaleType",
        dimension="time",
        dimension_values=[0.0, 1500.0],
        dimension_unit="ms",
        modality="CT",
        report=report,
    )
    text = str(volume)
    assert text == volume.info()
    for words in (
        "(t, k, j, i) = (2, 2, 3, 4) int16",
        "2 x 0.75 x 0.5 mm",
        "LPS",
        "oblique by",
        "HU (RescaleType)",
        "time, 2 of them, 0 to 1500 ms",
        "2 slices 2.5 mm apart: 1 defect",
        "5.0 mm are missing",
    ):
        assert words in text
    assert "1 defects" not in repr(volume)
    assert "1 defect" in repr(volume)


def test_info_says_that_axes_are_not_at_right_angles():
    assert "not at right angles" in Volume(RAMP, AFFINES["tilted"]).info()
    assert "not at right angles" not in Volume(RAMP, AFFINES["oblique"]).info()
