"""Overlays are read as pydicom reads them, from its data sets and from ours."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pydicom
import pydicom.overlays.numpy_handler as theirs
import pytest

import dicom
import dicom.compat.overlays.numpy_handler as ours
from dicom.errors import LimitError, MissingElementError, PixelError
from dicom.pixels.overlays import get_overlay_array
from tests.data_sources import seed

LIBRARIES = [dicom.Dataset, pydicom.Dataset]


def overlay(library: type = dicom.Dataset, group: int = 0x6000, *, data: bytes | None = None, **values: Any) -> Any:
    """A data set with one overlay of 3 x 5 pixels, changed by ``values``; None leaves an element out."""
    ds = library()
    named = {"Rows": 3, "Columns": 5, "BitsAllocated": 1, "Frames": None, **values}
    elements = {"Rows": (0x10, "US"), "Columns": (0x11, "US"), "Frames": (0x15, "IS"), "BitsAllocated": (0x100, "US")}
    for name, (number, vr) in elements.items():
        if named[name] is not None:
            ds.add_new((group, number), vr, named[name])
    if data is None:
        data = b"\xa5\x5a\x33\xcc\x0f\xf0"[: (15 * (named["Frames"] or 1) + 7) // 8]
    ds.add_new((group, 0x3000), "OW", data)
    return ds


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(
    "values", [{}, {"Frames": 1}, {"Frames": 2}, {"Frames": 3}, {"Rows": 0, "data": b""}, {"group": 0x6010}]
)
def test_an_overlay_is_pydicom_s(library: type, values: dict[str, Any]) -> None:
    group = values.get("group", 0x6000)
    expected = theirs.get_overlay_array(overlay(pydicom.Dataset, **values), group)
    array = get_overlay_array(overlay(library, **values), group)
    assert (array.shape, array.dtype, array.tolist()) == (expected.shape, expected.dtype, expected.tolist())
    assert array.flags.writeable


@pytest.mark.parametrize("name", ["MR-SIEMENS-DICOM-WithOverlays.dcm", "examples_overlay.dcm"])
def test_the_overlay_of_a_file_is_pydicom_s(name: str) -> None:
    expected = theirs.get_overlay_array(pydicom.dcmread(seed(name)), 0x6000)
    ds = dicom.read(seed(name))
    assert expected.any()
    assert np.array_equal(get_overlay_array(ds, 0x6000), expected)
    assert np.array_equal(ds.overlay_array(0x6000), expected)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("left_out", ["Rows", "Columns", "BitsAllocated"])
def test_an_element_that_is_needed_is_named(library: type, left_out: str) -> None:
    with pytest.raises(MissingElementError, match=f"6000 lacks Overlay{left_out}"):
        get_overlay_array(overlay(library, **{left_out: None}), 0x6000)


@pytest.mark.parametrize("group", [0x6002, 0x5000, 0x6001])
def test_a_group_without_overlay_is_an_attribute_error(group: int) -> None:
    with pytest.raises(AttributeError):
        get_overlay_array(overlay(), group)


def test_data_that_is_too_short_is_an_error() -> None:
    with pytest.raises(PixelError, match="has 1 bytes, 2 are needed"):
        get_overlay_array(overlay(data=b"\1"), 0x6000)


def test_data_that_is_too_long_is_given_with_a_warning() -> None:
    with pytest.warns(UserWarning, match="has 4 bytes, 2 are needed"):
        array = get_overlay_array(overlay(data=b"\xa5\x5a\1\1"), 0x6000)
    assert array.tolist() == get_overlay_array(overlay(), 0x6000).tolist()
    # One byte makes an odd length even.
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert get_overlay_array(overlay(data=b"\xa5\0", Rows=2, Columns=4), 0x6000).shape == (2, 4)


def test_no_frames_are_an_error() -> None:
    with pytest.raises(PixelError, match="at least one"), pytest.warns(UserWarning, match="0 are needed"):
        get_overlay_array(overlay(Frames=0), 0x6000)


def test_an_absurd_size_is_refused_before_anything_is_allocated() -> None:
    with pytest.raises(LimitError):
        get_overlay_array(overlay(Rows=65535, Columns=65535, Frames=2**30, data=b"\0\0"), 0x6000)


def test_words_of_big_endian_data_are_swapped() -> None:
    ds = overlay(data=b"\x5a\xa5")
    ds.set_original_encoding(False, False)
    assert get_overlay_array(ds, 0x6000).tolist() == get_overlay_array(overlay(data=b"\xa5\x5a"), 0x6000).tolist()


def test_the_lengths_are_pydicom_s() -> None:
    elem = {"OverlayRows": 3, "OverlayColumns": 5, "NumberOfFramesInOverlay": 2}
    for unit in ("bytes", "pixels"):
        assert ours.get_expected_length(elem, unit) == theirs.get_expected_length(elem, unit)
    assert ours.is_available()
    assert (ours.HANDLER_NAME, ours.DEPENDENCIES, ours.HAVE_NP) == (theirs.HANDLER_NAME, theirs.DEPENDENCIES, True)
