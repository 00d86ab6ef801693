"""Values are transformed for display as pydicom transforms them, and by the standard where pydicom doesn't."""

from __future__ import annotations

import struct
import warnings
from typing import Any

import numpy as np
import pydicom
import pydicom.pixels.processing as theirs
import pytest

import dicom
import dicom.compat.pixels.processing as ours
from dicom.errors import MissingElementError, PixelError

SIGNED = np.array([[-5, -2, 0, 1], [2, 3, 4, 100]], "i2")
UNSIGNED = np.array([[0, 1, 2, 3], [4, 5, 100, 65535]], "u2")
MONOCHROME = {"PhotometricInterpretation": "MONOCHROME2", "BitsStored": 12, "PixelRepresentation": 0}
WINDOW = {**MONOCHROME, "WindowCenter": 40, "WindowWidth": 80}
LIBRARIES = [dicom.Dataset, pydicom.Dataset]


def data_set(library: type, **elements: Any) -> Any:
    ds = library()
    for keyword, value in elements.items():
        setattr(ds, keyword, value)
    return ds


def with_table(library: type, sequence: str, descriptor: list[int], data: Any, **elements: Any) -> Any:
    ds, item = data_set(library, **elements), library()
    item.add_new(0x00283002, "SS" if descriptor[1] < 0 else "US", descriptor)
    item.add_new(0x00283006, "OW" if isinstance(data, bytes) else "US", data)
    setattr(ds, sequence, [item])
    return ds


def same(array: Any, expected: Any) -> bool:
    return bool(array.shape == expected.shape and array.dtype == expected.dtype and np.array_equal(array, expected))


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(
    ("function", "sequence"), [("apply_modality_lut", "ModalityLUTSequence"), ("apply_voi", "VOILUTSequence")]
)
@pytest.mark.parametrize("values", [SIGNED, UNSIGNED], ids=["signed", "unsigned"])
@pytest.mark.parametrize("descriptor", [[4, 0, 8], [4, 0, 16], [4, 1, 16], [4, -2, 16], [2, 0, 16]], ids=str)
def test_a_lookup_table_is_applied_as_pydicom_s(
    library: type, function: str, sequence: str, values: Any, descriptor: list[int]
) -> None:
    if descriptor[1] < 0 and values is UNSIGNED:
        return
    table = [10, 20, 30, 40]
    expected = getattr(theirs, function)(values, with_table(pydicom.Dataset, sequence, descriptor, table))
    assert same(getattr(ours, function)(values, with_table(library, sequence, descriptor, table)), expected)


def table_of(data: Any, descriptor: list[int], values: Any = UNSIGNED) -> list[int]:
    ds = with_table(dicom.Dataset, "ModalityLUTSequence", descriptor, data)
    result: list[int] = ours.apply_modality_lut(values, ds).ravel().tolist()
    return result


def test_tables_that_pydicom_does_not_read() -> None:
    words = struct.pack("<4H", 10, 20, 30, 40)
    expected = [10, 20, 30, 40, 40, 40, 40, 40]
    assert table_of(words, [4, 0, 12]) == expected
    assert table_of([10, 20, 30, 40], [4, 0, 10]) == expected
    assert table_of(words, [4, 0, 8]) == expected
    assert table_of(bytes([10, 20, 30, 40]), [4, 0, 8]) == expected
    # Shorter than its descriptor says.
    assert table_of([10, 20, 30, 40], [8, 0, 16]) == expected
    assert table_of([7], [1, 0, 16]) == [7] * 8
    # A negative first input that was read as unsigned.
    assert table_of([10, 20, 30, 40], [4, 65534, 16], SIGNED) == [10, 10, 30, 40, 40, 40, 40, 40]
    assert table_of([10, 20, 30, 40], [4, 0, 16], np.array([np.nan, -np.inf, np.inf, 1.5])) == [10, 10, 40, 20]


@pytest.mark.parametrize(
    ("descriptor", "data"), [([4, 0, 7], [1]), ([4, 0, 17], [1]), ([4, 0], [1]), ([4, 0, 16], b""), ([4, 0, 16], b"\1")]
)
def test_a_table_that_is_none_is_refused(descriptor: list[int], data: Any) -> None:
    ds = dicom.Dataset()
    item = dicom.Dataset()
    item.add_new(0x00283002, "US", descriptor)
    item.add_new(0x00283006, "OW" if isinstance(data, bytes) else "US", data)
    ds.ModalityLUTSequence = [item]
    with pytest.raises(PixelError):
        ours.apply_modality_lut(UNSIGNED, ds)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("values", [SIGNED, UNSIGNED, SIGNED.astype("f4")], ids=["signed", "unsigned", "float"])
def test_a_rescale_is_applied_as_pydicom_s(library: type, values: Any) -> None:
    rescale = {"RescaleSlope": 2.5, "RescaleIntercept": -1024}
    expected = theirs.apply_modality_lut(values, data_set(pydicom.Dataset, **rescale))
    assert same(ours.apply_modality_lut(values, data_set(library, **rescale)), expected)
    assert ours.apply_rescale is ours.apply_modality_lut


@pytest.mark.parametrize("elements", [{}, {"RescaleSlope": 2}, {"RescaleSlope": None, "RescaleIntercept": None}])
def test_without_anything_to_apply_the_array_itself_is_given(elements: dict[str, Any]) -> None:
    ds = data_set(dicom.Dataset, **elements)
    for name in ("apply_modality_lut", "apply_voi_lut", "apply_voi", "apply_windowing", "apply_presentation_lut"):
        assert getattr(ours, name)(SIGNED, ds) is SIGNED


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("function", [None, "LINEAR", "LINEAR_EXACT", "SIGMOID"])
@pytest.mark.parametrize(
    "elements",
    [
        {},
        {"PixelRepresentation": 1},
        {"WindowWidth": 1},
        {"PhotometricInterpretation": "MONOCHROME1"},
        {"RescaleSlope": 2, "RescaleIntercept": -10},
        {"WindowCenter": [40, 50], "WindowWidth": [80, 90], "index": 1},
        {"index": 1},
    ],
    ids=str,
)
def test_a_window_is_applied_as_pydicom_s(library: type, function: str | None, elements: dict[str, Any]) -> None:
    elements = {**WINDOW, **elements, **({"VOILUTFunction": function} if function else {})}
    index = elements.pop("index", 0)
    for values in (SIGNED, SIGNED.astype("f4") / 3):
        expected = theirs.apply_windowing(values, data_set(pydicom.Dataset, **elements), index)
        array = ours.apply_windowing(values, data_set(library, **elements), index)
        assert array.dtype == np.float64
        np.testing.assert_allclose(array, expected, rtol=1e-12, atol=1e-9)


def test_a_width_below_one_is_fine_where_the_function_allows_it() -> None:
    for function in ("LINEAR_EXACT", "SIGMOID"):
        elements = {**WINDOW, "WindowWidth": 0.5, "VOILUTFunction": function}
        expected = theirs.apply_windowing(SIGNED, data_set(pydicom.Dataset, **elements))
        array = ours.apply_windowing(SIGNED, data_set(dicom.Dataset, **elements))
        np.testing.assert_allclose(array, expected, rtol=1e-12, atol=1e-9)


def test_a_far_value_does_not_overflow() -> None:
    ds = data_set(dicom.Dataset, **{**WINDOW, "WindowWidth": 0.001, "VOILUTFunction": "SIGMOID"})
    assert ours.apply_windowing(np.array([-1e9, 1e9]), ds).tolist() == pytest.approx([0, 4095])


def test_a_window_after_a_falling_slope_is_brightest_at_the_top() -> None:
    # pydicom swaps the ends, and shows the image inverted.
    ds = data_set(dicom.Dataset, **WINDOW, RescaleSlope=-2, RescaleIntercept=-10)
    array = ours.apply_windowing(np.array([-100.0, 100.0]), ds)
    assert array.tolist() == [-8200, -10]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"WindowWidth": 0.5}, PixelError),
        ({"WindowWidth": 0, "VOILUTFunction": "LINEAR_EXACT"}, PixelError),
        ({"WindowWidth": -1, "VOILUTFunction": "SIGMOID"}, PixelError),
        ({"WindowWidth": float("nan")}, PixelError),
        ({"VOILUTFunction": "FOO"}, PixelError),
        ({"PhotometricInterpretation": "RGB"}, PixelError),
        ({"PhotometricInterpretation": None}, MissingElementError),
        ({"BitsStored": None}, MissingElementError),
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore")
def test_a_window_that_is_none_is_refused(changes: dict[str, Any], error: type[Exception]) -> None:
    class Elements(dict[str, Any]):
        """A mapping: what its elements may hold isn't checked."""

    with pytest.raises(error):
        ours.apply_windowing(SIGNED, Elements(WINDOW | changes))  # type: ignore[arg-type]
    with pytest.raises((ValueError, AttributeError)):
        ours.apply_windowing(SIGNED, Elements(WINDOW | changes))  # type: ignore[arg-type]


def test_a_view_that_there_is_not_is_an_index_error() -> None:
    ds = data_set(dicom.Dataset, **{**WINDOW, "WindowCenter": [1, 2], "WindowWidth": [3, 4]})
    with pytest.raises(IndexError):
        ours.apply_windowing(SIGNED, ds, 2)
    ds = with_table(dicom.Dataset, "VOILUTSequence", [4, 0, 16], [1, 2, 3, 4])
    with pytest.raises(IndexError):
        ours.apply_voi(SIGNED, ds, 1)


@pytest.mark.parametrize("prefer_lut", [True, False])
@pytest.mark.parametrize("elements", [{}, WINDOW], ids=["table", "table and window"])
def test_table_or_window_is_chosen_as_by_pydicom(prefer_lut: bool, elements: dict[str, Any]) -> None:
    both = [
        with_table(library, "VOILUTSequence", [4, 0, 16], [1, 2, 3, 4], **elements)
        for library in (pydicom.Dataset, dicom.Dataset)
    ]
    expected = theirs.apply_voi_lut(SIGNED, both[0], prefer_lut=prefer_lut)
    assert same(ours.apply_voi_lut(SIGNED, both[1], prefer_lut=prefer_lut), expected)


def test_a_table_for_floating_point_values_warns() -> None:
    ds = with_table(dicom.Dataset, "VOILUTSequence", [4, 0, 16], [1, 2, 3, 4])
    with pytest.warns(UserWarning, match="whole numbers"):
        assert ours.apply_voi(SIGNED + 0.6, ds).dtype == np.uint16


@pytest.mark.parametrize(
    "values",
    [np.array([0, 1, 2, 100, 255], "u1"), np.array([0, 1000, 20000, 65535], "u2")],
    ids=["8 bits", "16 bits"],
)
@pytest.mark.parametrize("count", [2, 4, 256])
def test_a_presentation_table_is_applied_as_pydicom_s(values: Any, count: int) -> None:
    table = list(range(count - 1, -1, -1))
    elements = {"BitsStored": values.itemsize * 8, "PixelRepresentation": 0}
    for some in ({}, elements):
        both = [
            with_table(library, "PresentationLUTSequence", [count, 0, 8], table, **some)
            for library in (pydicom.Dataset, dicom.Dataset)
        ]
        assert same(ours.apply_presentation_lut(values, both[1]), theirs.apply_presentation_lut(values, both[0]))


def test_p_values_do_not_depend_on_the_other_pixels() -> None:
    # pydicom spreads the values of the array over the table, whatever the data set allows.
    elements = {"BitsStored": 8, "PixelRepresentation": 0}
    ds = with_table(dicom.Dataset, "PresentationLUTSequence", [256, 0, 8], list(range(256)), **elements)
    assert ours.apply_presentation_lut(np.array([10, 20], "u1"), ds).tolist() == [10, 20]
    ds = data_set(dicom.Dataset, PresentationLUTShape="INVERSE", **elements)
    assert ours.apply_presentation_lut(np.array([10, 20], "u1"), ds).tolist() == [245, 235]


@pytest.mark.parametrize("shape", ["IDENTITY", "INVERSE"])
@pytest.mark.parametrize("values", [np.array([0, 5, 255], "u1"), np.array([0.0, 1.5, 255.0])], ids=["uint8", "float64"])
def test_a_presentation_shape_is_applied_as_pydicom_s(shape: str, values: Any) -> None:
    elements = {"PresentationLUTShape": shape, "BitsStored": 8, "PixelRepresentation": 0}
    expected = theirs.apply_presentation_lut(values, data_set(pydicom.Dataset, **elements))
    assert same(ours.apply_presentation_lut(values, data_set(dicom.Dataset, **elements)), expected)


def test_a_shape_that_is_not_known_is_refused() -> None:
    with pytest.raises(NotImplementedError):
        ours.apply_presentation_lut(SIGNED, data_set(dicom.Dataset, PresentationLUTShape="LIN OD"))


def test_constant_values_get_the_first_entry() -> None:
    ds = with_table(dicom.Dataset, "PresentationLUTSequence", [2, 0, 8], [3, 4])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ours.apply_presentation_lut(np.array([7, 7]), ds).tolist() == [3, 3]
        assert ours.apply_presentation_lut(np.array([]), ds).shape == (0,)
