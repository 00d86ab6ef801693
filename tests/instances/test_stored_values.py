"""Whole numbers and a rescale that give values back, or the error that they would make."""

from __future__ import annotations

import numpy as np
import pytest

from dicom.errors import WriteError
from dicom.instances.plan.stored_values import Bits, Rescale, Storage, storage_for
from dicom.values.number import decimal_of


def given_back(storage: Storage, shape: tuple[int, int, int]) -> np.ndarray:
    """What a reader makes of it, in 64 bits."""
    planes = []
    for index in range(shape[0]):
        slope, intercept = storage.rescales[index]
        planes.append(storage.stored(index).astype(np.float64) * slope + intercept)
    return np.stack(planes)


def values_of_step(step: float, base: float = 0.0) -> np.ndarray:
    """(3, 20, 24) single precision values that are multiples of a step."""
    whole = np.random.default_rng(3).integers(0, 30_000, (3, 20, 24))
    return (whole * step + base).astype(np.float32)


@pytest.mark.parametrize("step", [1.0, 0.5, 0.125, 2.0**-16, 0.1, 0.01, 0.001])
def test_a_common_step_is_found(step: float) -> None:
    values = values_of_step(step)
    storage = storage_for(values, bits=Bits(16))
    assert storage.error == 0
    np.testing.assert_array_equal(given_back(storage, (3, 20, 24)).astype(np.float32), values)


@pytest.mark.parametrize("step", [0.0003, 0.37, 123.45, 1e-7, 3.5e6])
def test_the_step_of_each_slice_is_found(step: float) -> None:
    values = np.stack([plane * (k + 1) for k, plane in enumerate(values_of_step(step).astype(np.float64))])
    values = values.astype(np.float32)
    # One unit in the last place of the greatest value: products were rounded when the values were made.
    rounding = float(np.spacing(values.max()))
    storage = storage_for(values, bits=Bits(16), per_slice=True, only_intercept=0.0, tolerance=rounding)
    assert [one.slope for one in storage.rescales] == pytest.approx([step, 2 * step, 3 * step], rel=1e-5)


def test_the_rescale_of_the_sources_comes_first() -> None:
    hints = [Rescale(decimal_of(0.1 * (k + 1)), 0.0) for k in range(3)]
    values = np.stack([np.arange(480).reshape(20, 24) * one.slope for one in hints]).astype(np.float32)
    storage = storage_for(values, bits=Bits(16), hints=hints, per_slice=True)
    assert storage.rescales == hints
    assert not storage.is_uniform


def test_signed_numbers_are_taken_where_they_have_to_be() -> None:
    values = values_of_step(1.0)
    values[0, 0, 0] = 0
    assert storage_for(values, bits=Bits(16)).dtype == np.uint16
    assert storage_for(values, bits=Bits(16, prefers_signed=True)).dtype == np.int16
    assert storage_for(values - 5, bits=Bits(16), only_intercept=0.0).dtype == np.int16
    with pytest.raises(WriteError):
        storage_for(values - 5, bits=Bits(32, signed=False), only_intercept=0.0)


def test_the_finest_rescale_is_as_fine_as_the_bits() -> None:
    values = np.random.default_rng(3).random((3, 20, 24)).astype(np.float32)
    with pytest.raises(WriteError, match=r"greatest error would be ([\d.e-]+) HU") as caught:
        storage_for(values, bits=Bits(16), unit="HU")
    told = float(str(caught.value).split("would be ")[1].split()[0])
    assert told <= 0.51 / 65535
    storage = storage_for(values, bits=Bits(16), tolerance=told * 1.01)
    assert np.abs(given_back(storage, (3, 20, 24)) - values).max() == pytest.approx(told, rel=0.01)


@pytest.mark.parametrize("value", [0.0, 7.25, -3.0, 1e30, 1e-30, np.pi])
@pytest.mark.parametrize("only", [None, 0.0])
def test_slices_of_one_value_are_stored(value: float, only: float | None) -> None:
    values = np.full((2, 3, 4), value, np.float32)
    storage = storage_for(values, bits=Bits(16), only_intercept=only, tolerance=abs(value) * 1e-6)
    np.testing.assert_allclose(given_back(storage, (2, 3, 4)), values, rtol=1e-6)


@pytest.mark.parametrize("dtype", ["i1", "u1", "i2", "u2", "i4", "i8", "u8"])
def test_whole_numbers_of_any_type_that_fit_are_stored_as_they_are(dtype: str) -> None:
    values = np.arange(24).reshape(2, 3, 4).astype(dtype)
    storage = storage_for(values, bits=Bits(16))
    assert storage.is_identity
    np.testing.assert_array_equal(given_back(storage, (2, 3, 4)), values)


def test_whole_numbers_that_do_not_fit_are_refused() -> None:
    with pytest.raises(WriteError):
        storage_for(np.array([[[0, 70_000, 1]]], np.int32), bits=Bits(16))
    with pytest.raises(WriteError):
        storage_for(np.array([[[0, 1, 2**63]]], np.uint64), bits=Bits(16))
