"""`pixel_array` is decoded when it is asked for, and again when what it depends on has changed."""

from __future__ import annotations

import copy
import sys
from types import ModuleType

import pytest

from dicom.dataset import Dataset
from dicom.errors import MissingElementError


@pytest.fixture
def decoded(monkeypatch):
    """The data sets that a stand-in for the decoder was given."""
    seen = []

    def pixel_array(dataset):
        seen.append(dataset)
        return [dataset.Rows]

    package, module = ModuleType("dicom.pixels"), ModuleType("dicom.pixels.decode")
    package.__path__ = []
    module.pixel_array = pixel_array
    monkeypatch.setitem(sys.modules, "dicom.pixels", package)
    monkeypatch.setitem(sys.modules, "dicom.pixels.decode", module)
    return seen


@pytest.fixture
def ds():
    made = Dataset()
    made.Rows = 1
    made.PixelData = b"\1\2"
    return made


def test_it_is_kept(ds, decoded):
    assert ds.pixel_array is ds.pixel_array
    assert decoded == [ds]


def test_an_element_of_no_consequence_leaves_it(ds, decoded):
    before = ds.pixel_array
    ds.PatientName = "x"
    ds.WindowCenter = 40
    assert ds.pixel_array is before


def test_reading_the_elements_leaves_it(ds, decoded):
    before = ds.pixel_array
    assert ds.PixelData == b"\1\2"
    assert ds.Rows == 1
    assert ds.pixel_array is before


@pytest.mark.parametrize(
    "change",
    [
        lambda ds: setattr(ds, "Rows", 2),
        lambda ds: setattr(ds, "PixelData", b"\3\4"),
        lambda ds: setattr(ds["PixelData"], "value", b"\3\4"),
        lambda ds: ds.add_new(0x7FE00010, "OB", b"\3\4"),
        lambda ds: setattr(ds, "PlanarConfiguration", 0),
        lambda ds: ds.__delattr__("PixelData"),
        lambda ds: (ds.ensure_file_meta(), setattr(ds.file_meta, "TransferSyntaxUID", "1.2.840.10008.1.2.1")),
    ],
)
def test_a_change_of_what_it_depends_on_decodes_again(ds, decoded, change):
    before = ds.pixel_array
    change(ds)
    assert ds.pixel_array is not before
    assert len(decoded) == 2


def test_copies_decode_for_themselves(ds, decoded):
    before = ds.pixel_array
    assert ds.copy().pixel_array is not before
    assert copy.deepcopy(ds).pixel_array is not before


def test_what_can_t_be_decoded_raises_each_time(ds, monkeypatch, decoded):
    def fail(dataset):
        raise AttributeError("Bits Allocated (0028,0100) is missing")

    monkeypatch.setattr(sys.modules["dicom.pixels.decode"], "pixel_array", fail)
    for _ in range(2):
        with pytest.raises(AttributeError, match="missing"):
            ds.pixel_array  # noqa: B018


def test_a_data_set_without_pixels_has_no_such_attribute():
    empty = Dataset()
    assert not hasattr(empty, "pixel_array")
    assert empty.get("pixel_array", "none") == "none"
    with pytest.raises(MissingElementError, match="no Pixel Data"):
        empty.pixel_array  # noqa: B018


def test_programs_of_pydicom_see_whether_it_was_decoded_and_put_their_own_there(ds, decoded):
    assert ds._pixel_array is None
    array = ds.pixel_array
    assert ds._pixel_array is array
    ds.Rows = 2
    assert ds._pixel_array is None
    ds._pixel_array = array
    assert ds.pixel_array is array
    assert len(decoded) == 1
